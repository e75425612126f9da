/* A seat: one service with its node on its disk, its mail, its death and its return. */
#include "database.h"
#include "sim.h"

#include "base/ensure.h"
#include "base/own.h"
#include "harness/chance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REOPEN_MS = 1000, JOB_MS = 300, WAKE_LEAST_MS = 1 };

/* Their headers are for their own rooms and do not go together. */
extern const service_t lease_service, guidance_service, placement_service, bridging_service, reporting_service;

static const service_t *const SERVICES[SEATS] = { &lease_service, &guidance_service, &placement_service,
                                                  &bridging_service, &reporting_service };

static sim_t *the_sim; /* for seat_of_node: a handler has nothing else to go by */

sim_t *sim_under_way (void)
{
    return the_sim;
}

seat_t *seat_of_node (const node_t *node)
{
    for (int i = 0; i < SEATS; i++)
        if (the_sim->seats[i].node == node)
            return &the_sim->seats[i];
    return NULL;
}

int seat_named (const sim_t *self, const char *name)
{
    for (int i = 0; i < SEATS; i++)
        if (strcmp (self->seats[i].service.name, name) == 0)
            return i;
    return -1;
}

int64_t seat_time (const sim_t *self, int seat)
{
    return self->now + self->seats[seat].skew;
}

int64_t number_in (sim_t *self, int seat, const char *sql)
{
    store_t *store = node_store (self->seats[seat].node);
    store_begin (store);
    rows_t *row = store_row (store, sql);
    int64_t number = row ? rows_int (row, 0) : 0;
    store_rollback (store);
    return number;
}

/* --- opening --- */

static void random_bytes (void *context, void *out, size_t size)
{
    sim_t *sim = context;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *) out)[i] = (uint8_t) draw (&sim->secrets);
}

static const char *store_path (const disk_t *disk, const sim_t *self, int seat, char out[64])
{
    snprintf (out, 64, "%s%s/store.db", self->seats[seat].service.name,
              disk == self->seats[seat].backup ? "-kept" : "");
    return out;
}

static node_t *open_node (sim_t *self, int seat, const service_t *service, fault_t *reterr)
{
    char path[64];
    node_ports_t ports = { .random = random_bytes, .context = self, .version = "simulated" };
    memset (ports.master_key, 0x40 + seat, sizeof ports.master_key);
    store_t *store = store_open (store_path (self->seats[seat].disk, self, seat, path), reterr);
    return store ? node_new (service, store, &ports, seat_time (self, seat), reterr) : NULL;
}

/* There is one next step: a newer plan takes the place of the older one. */
static void plan_step (sim_t *self, int seat, int64_t delay_ms)
{
    agenda_add (&self->agenda, self->now + delay_ms, EVENT_STEP, seat, ++self->seats[seat].planned, NULL);
}

static void plan_restart (sim_t *self, int seat)
{
    int64_t away = 1 + (int64_t) below (self, of_thousand (self, 800) ? 3000 : 90000);
    agenda_add (&self->agenda, self->now + away, EVENT_RESTART, seat, self->seats[seat].life, NULL);
}

/* What keeps a service from starting now and is gone later; anything else is a finding. */
static bool may_fail_to_open (const seat_t *seat, const fault_t *why)
{
    return disk_power_is_cut (seat->disk) || strcmp (why->reason, "STORE_FULL") == 0 ||
           strcmp (why->reason, "STORE_READONLY") == 0 || strcmp (why->reason, "STORE_IO") == 0;
}

static void come_up (sim_t *self, int number)
{
    seat_t *seat = &self->seats[number];
    fault_t why = { 0 };
    if (!self->calm && of_thousand (self, self->profile.crash * 5))
        disk_cut_power (seat->disk, below (self, 30));
    node_t *node = open_node (self, number, &seat->service, &why);
    if (node && disk_power_is_cut (seat->disk))
        node_destroy (&node);
    if (!node) {
        if (!may_fail_to_open (seat, &why))
            sim_fail (self, "%s does not start: %s (%s)", seat->service.name, why.reason, why.message);
        sim_say (self, "%s does not start: %s", seat->service.name, why.reason);
        if (disk_power_is_cut (seat->disk))
            disk_crash (seat->disk);
        agenda_add (&self->agenda, self->now + REOPEN_MS, EVENT_RESTART, number, seat->life, NULL);
        return;
    }
    disk_cut_power (seat->disk, UINT64_MAX);
    seat->node = node;
    check_reopened (self, number);
    plan_step (self, number, 0);
    sim_say (self, "%s is up, head %llu", seat->service.name, (unsigned long long) node_head (node));
}

void seats_open (sim_t *self)
{
    the_sim = self;
    for (int i = 0; i < SEATS; i++) {
        seat_t *seat = &self->seats[i];
        char name[32];
        seat->real = SERVICES[i];
        seat->service = *SERVICES[i];
        observe_handlers (self, i);
        snprintf (name, sizeof name, "%s", seat->service.name);
        seat->disk = disk_new (name);
        snprintf (name, sizeof name, "%s-kept", seat->service.name);
        seat->backup = disk_new (name);
    }
    for (int i = 0; i < SEATS; i++) /* whom one follows has a name by now, also when it opens later */
        come_up (self, i);
}

static void empty_mail (seat_t *seat)
{
    for (size_t i = 0; i < seat->n_mail; i++)
        letter_destroy (&seat->mail[i]);
    seat->n_mail = 0;
}

static void empty_held (seat_t *seat)
{
    for (size_t i = 0; i < seat->n_held_mail; i++)
        letter_destroy (&seat->held_mail[i]);
    seat->n_held_mail = 0;
    seat->waits = false;
}

void seats_close (sim_t *self)
{
    for (int i = 0; i < SEATS; i++) {
        seat_t *seat = &self->seats[i];
        node_destroy (&seat->node);
        empty_mail (seat);
        empty_held (seat);
        for (unsigned life = 0; life <= seat->restored; life++) {
            free (seat->lives[life].rows);
            free (seat->lives[life].events);
        }
        free (seat->schema);
    }
}

/* --- death and return --- */

static bool told_all (sim_t *self, int number);

static void let_go (sim_t *self, int number)
{
    seat_t *seat = &self->seats[number];
    node_destroy (&seat->node);
    empty_mail (seat);
    seat->life++;
    seat->planned++;
    seat->mail_planned = false;
}

/* Nobody was told of the step that waited: whether it is there when the seat comes back is as the disk will have it. */
static void lose_unsynced (sim_t *self, int number)
{
    seat_t *seat = &self->seats[number];
    if (!seat->waits)
        return;
    self->counts.crashes_before_sync++;
    seat_shadow (seat)->count = seat->rows_before;
    memcpy (seat->places, seat->places_before, sizeof seat->places);
    memcpy (seat->applied, seat->applied_before, sizeof seat->applied);
    empty_held (seat);
}

void seat_crash (sim_t *self, int number)
{
    seat_t *seat = &self->seats[number];
    if (!seat->node)
        return;
    disk_cut_power (seat->disk, 0); /* what closing the database would still write, a dead process does not */
    lose_unsynced (self, number);
    let_go (self, number);
    bool alone = draw (&self->disk_chance) % 2;
    self->counts.process_deaths += alone;
    if (alone)
        disk_go_on (seat->disk);
    else
        disk_crash (seat->disk);
    sim_say (self, "%s dies%s", seat->service.name, alone ? "" : " with its power");
    plan_restart (self, number);
}

void seat_restart (sim_t *self, int number)
{
    if (!self->seats[number].node)
        come_up (self, number);
}

void seat_back_up (sim_t *self, int number)
{
    seat_t *seat = &self->seats[number];
    char path[64];
    fault_t why = { 0 };
    if (!told_all (self, number) || seat->has_backup)
        return;
    if (store_backup (node_store (seat->node), store_path (seat->backup, self, number, path), &why) != STATUS_OK)
        sim_fail (self, "%s cannot be backed up: %s", seat->service.name, why.reason);
    seat->has_backup = true;
    seat->backup_head = node_head (seat->node);
    sim_say (self, "%s is backed up at %llu", seat->service.name, (unsigned long long) seat->backup_head);
}

void seat_restore (sim_t *self, int number)
{
    seat_t *seat = &self->seats[number];
    fault_t why = { 0 };
    bool may = told_all (self, number) && seat->has_backup && seat->restored + 1 < LIVES_MAX;
    if (!may || seat->backup_head == node_head (seat->node))
        return; /* nothing would be lost */
    let_go (self, number);
    disk_make_room (seat->disk);
    disk_set_readonly (seat->disk, false);
    disk_mend_sync (seat->disk);
    disk_copy (seat->disk, seat->backup);
    seat->node = open_node (self, number, &seat->service, &why);
    if (!seat->node || node_begin_epoch (seat->node, &why) != STATUS_OK)
        sim_fail (self, "%s does not start from its backup: %s (%s)", seat->service.name, why.reason, why.message);
    self->counts.restored++;
    sim_say (self, "%s is restored, back to %llu", seat->service.name, (unsigned long long) node_head (seat->node));
    check_forgotten (self, number);
    check_reopened (self, number);
    plan_step (self, number, 0);
}

/* The next version has one more schema step. Once it has run, the old version must not touch the data. */
void seat_upgrade (sim_t *self, int number)
{
    seat_t *seat = &self->seats[number];
    if (!told_all (self, number) || seat->upgraded)
        return;
    size_t steps = 0;
    while (seat->real->schema[steps].number)
        steps++;
    seat->schema = calloc (steps + 2, sizeof *seat->schema);
    ensure (seat->schema);
    memcpy (seat->schema, seat->real->schema, steps * sizeof *seat->schema);
    seat->schema[steps] = (migration_t){ .number = (int) steps + 1,
                                         .name = "upgrade",
                                         .sql = "CREATE TABLE upgraded (id INTEGER PRIMARY KEY) STRICT;"
                                                "CREATE INDEX upgraded_journal ON journal (at)" };
    seat->service.schema = seat->schema;
    seat->upgraded = true;
    self->counts.upgraded++;
    let_go (self, number);
    sim_say (self, "%s is upgraded", seat->service.name);
    come_up (self, number);
    if (!seat->node)
        return;
    let_go (self, number);
    service_t old = seat->service;
    old.schema = seat->real->schema;
    fault_t why = { 0 };
    node_t *node = open_node (self, number, &old, &why);
    if (node || strcmp (why.reason, "STORE_SCHEMA_NEWER") != 0)
        sim_fail (self, "%s of the old version opens the data of the new one", seat->service.name);
    come_up (self, number);
}

/* --- mail and steps --- */

void seat_arrival (sim_t *self, letter_t *letter)
{
    seat_t *seat = &self->seats[letter->to];
    bool own = letter->from == letter->to;
    bool refused = letter->kind == INPUT_REQUEST && self->revoked[letter->from];
    if (!seat->node || seat->n_mail == MAIL_MAX || refused || (own && letter->life != seat->life)) {
        letter_destroy (&letter);
        return;
    }
    seat->mail[seat->n_mail++] = letter;
    if (!seat->mail_planned) {
        seat->mail_planned = true;
        plan_step (self, letter->to, seat->slow_ms + (int64_t) below (self, 2));
    }
}

static caller_t caller_of (const sim_t *self, int party)
{
    return party < SEATS ? self->seats[party].service.identity : self->clients[party - SEATS].caller;
}

static void run_job (sim_t *self, int seat, const output_t *output)
{
    const job_handler_t *job = self->seats[seat].service.jobs;
    while (strcmp (job->name, output->target) != 0)
        job++;
    owned_buffer result = BUFFER (32 * 1024 * 1024);
    status_t status = STATUS_INTERNAL;
    if (!self->calm && self->profile.jobs && of_thousand (self, 300))
        self->counts.failed_jobs++;
    else
        status = job->run (NULL, output->body, &result, NULL);
    letter_t *letter = letter_new (INPUT_JOB, seat, seat, (bytes_t){ 0 }, buffer_bytes (&result));
    letter->route = output->route;
    letter->status = status;
    post_keep (self, letter, 1 + (int64_t) below (self, JOB_MS));
}

static void send_one (sim_t *self, int seat, const output_t *output, letter_t *const *mail)
{
    self->digest = digest_of (digest_of (self->digest, output->header), output->body);
    int to = -1;
    switch (output->kind) {
    case OUTPUT_REPLY:
        to = mail[output->route]->from;
        check_output (self, seat, output, to);
        post_send (self, letter_new (INPUT_ANSWER, seat, to, output->header, output->body));
        break;
    case OUTPUT_CALL:
        to = seat_named (self, output->target);
        check_output (self, seat, output, to);
        post_send (self, letter_new (INPUT_REQUEST, seat, to, output->header, output->body));
        break;
    case OUTPUT_FEED:
        check_output (self, seat, output, -1);
        for (int i = 0; i < SEATS; i++)
            for (const follower_t *f = self->seats[i].service.followers; f && f->owner; f++)
                if (strcmp (f->owner, self->seats[seat].service.name) == 0)
                    post_send (self, letter_new (INPUT_FEED, seat, i, output->header, output->body));
        break;
    case OUTPUT_JOB:
        run_job (self, seat, output);
        break;
    case OUTPUT_STOP_JOB: /* it ran when it was asked for, and its result is on the way */
        break;
    case OUTPUT_NOTE:
        check_output (self, seat, output, -1);
        sim_say (self, "%s notes %s %s %s: %s", self->seats[seat].service.name, output->note.what, output->note.method,
                 output->note.peer, output->note.reason);
        break;
    }
}

static size_t fill_inputs (sim_t *self, seat_t *seat, input_t *inputs, letter_t **taken)
{
    size_t count = seat->n_mail < NODE_INPUTS_MAX ? seat->n_mail : NODE_INPUTS_MAX;
    for (size_t i = 0; i < count; i++) {
        letter_t *letter = taken[i] = seat->mail[i];
        inputs[i] = (input_t){
            .kind = letter->kind,
            .peer = party_name (self, letter->from),
            .caller = caller_of (self, letter->from),
            .header = bytes_of (letter->header, letter->header_size),
            .body = bytes_of (letter->body, letter->body_size),
            .route = letter->kind == INPUT_JOB ? letter->route : i,
            .status = letter->status,
        };
    }
    seat->n_mail -= count;
    memmove (seat->mail, seat->mail + count, seat->n_mail * sizeof seat->mail[0]);
    return count;
}

/* The step failed, or is run again. */
static void forget_seen (void *context)
{
    seat_t *seat = context;
    seat->n_seen = 0;
    seat->seen_failed = false;
}

/* With a crash, only a part of it gets out. */
static void tell (sim_t *self, int number, const outputs_t *out, letter_t *const *mail, bool crash)
{
    size_t sent = crash ? below (self, out->count + 1) : out->count;
    for (size_t i = 0; i < sent; i++)
        send_one (self, number, &out->list[i], mail);
    if (crash) {
        self->counts.crashes_after_commit++;
        seat_crash (self, number);
    }
}

/* The step that waits is told once the disk has it. False when the seat is down, maybe because the disk has not. */
static bool told_all (sim_t *self, int number)
{
    seat_t *seat = &self->seats[number];
    if (!seat->node || !seat->waits)
        return seat->node != NULL;
    if (!store_sync (node_store (seat->node))) {
        seat_crash (self, number);
        return false;
    }
    tell (self, number, &seat->held, seat->held_mail, false);
    empty_held (seat);
    return true;
}

static void hold (seat_t *seat, const outputs_t *out, letter_t **mail, size_t count)
{
    seat->waits = true;
    seat->held = *out;
    memcpy (seat->held_mail, mail, count * sizeof *mail);
    seat->n_held_mail = count;
    memset (mail, 0, count * sizeof *mail);
}

static void remember_before (seat_t *seat)
{
    seat->rows_before = seat_shadow (seat)->count;
    memcpy (seat->places_before, seat->places, sizeof seat->places);
    memcpy (seat->applied_before, seat->applied, sizeof seat->applied);
}

static void plan_next (sim_t *self, int number, int64_t wake_at)
{
    seat_t *seat = &self->seats[number];
    int64_t wait = wake_at - seat_time (self, number) + seat->slow_ms;
    int64_t longest = NODE_HEARTBEAT_MS + seat->slow_ms;
    plan_step (self, number, wait < WAKE_LEAST_MS ? WAKE_LEAST_MS : wait > longest ? longest : wait);
}

/* What is armed for a step alone. */
static void arm (sim_t *self, seat_t *seat)
{
    memory_planned (self);
    database_on_rollback (forget_seen, seat);
}

static void disarm (sim_t *self)
{
    database_on_rollback (NULL, NULL);
    self->counts.no_memory += database_memory_ends (UINT64_MAX, 0);
}

/* A crash comes before the end of the commit, or before what was committed is synced, or after it. */
static void end_step (sim_t *self, int number, letter_t **taken, size_t count, bool crash)
{
    seat_t *seat = &self->seats[number];
    outputs_t out = node_end (seat->node, draw (&self->disk_chance) % 3 == 0);
    bool waits = store_owes_sync (node_store (seat->node));
    disarm (self);
    if (disk_power_is_cut (seat->disk)) {
        self->counts.crashes_before_commit++;
        seat_crash (self, number);
        return;
    }
    seat->commits++;
    remember_before (seat);
    check_step (self, number);
    if (waits) {
        hold (seat, &out, taken, count);
        plan_step (self, number, WAKE_LEAST_MS + seat->slow_ms);
        if (crash)
            seat_crash (self, number);
        return;
    }
    tell (self, number, &out, taken, crash);
    if (seat->node)
        plan_next (self, number, out.wake_at);
}

void seat_step (sim_t *self, int number)
{
    static input_t inputs[NODE_INPUTS_MAX];
    static letter_t *taken[NODE_INPUTS_MAX];
    seat_t *seat = &self->seats[number];
    bool at_once = draw (&self->disk_chance) % 2;
    if (at_once && !told_all (self, number)) /* else while the next step is under way */
        return;
    seat->mail_planned = false;
    forget_seen (seat);
    size_t count = fill_inputs (self, seat, inputs, taken);
    bool crash = crash_planned (self, number);
    seat->steps++;
    arm (self, seat);
    node_begin (seat->node, seat_time (self, number));
    node_take (seat->node, inputs, count);
    if (told_all (self, number))
        end_step (self, number, taken, count, crash);
    else
        disarm (self);
    for (size_t i = 0; i < count; i++)
        letter_destroy (&taken[i]);
    if (seat->node && seat->n_mail && !seat->mail_planned) {
        seat->mail_planned = true;
        plan_step (self, number, 1);
    }
}
