#include "sim.h"

#include "commands.h"
#include "ledger.h"

#include "base/ensure.h"
#include "base/time.h"
#include "harness/chance.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REST_WITHIN_MS = 3600 * 1000,
    LOOK_EVERY_MS = 500,
    PROBE_WITHIN_MS = 60 * 1000,
    LINGER_MS = 220 * 1000,
    EVENTS_MAX = 3000000
};

/* --- small things --- */

uint64_t below (sim_t *self, uint64_t n)
{
    return draw (&self->chance) % n;
}

bool of_thousand (sim_t *self, unsigned n)
{
    return below (self, 1000) < n;
}

const char *party_name (const sim_t *self, int party)
{
    return party < SEATS ? self->seats[party].service.name : self->clients[party - SEATS].name;
}

uint64_t digest_number (uint64_t before, uint64_t number)
{
    uint64_t seed = before ^ number;
    return draw (&seed);
}

uint64_t digest_of (uint64_t before, bytes_t bytes)
{
    uint64_t digest = digest_number (before, bytes.size);
    for (size_t i = 0; i < bytes.size; i++)
        digest = (digest ^ bytes.data[i]) * UINT64_C (0x100000001B3);
    return digest_number (digest, bytes.size);
}

void sim_say (sim_t *self, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start (args, format);
    (void) vsnprintf (text, sizeof text, format, args);
    va_end (args);
    self->digest = digest_of (self->digest, bytes_of (text, strlen (text)));
    if (!self->talk)
        return;
    char instant[ISO_INSTANT_SIZE];
    printf ("%s %s\n", instant_text (self->now, instant), text);
}

void sim_fail (const sim_t *self, const char *format, ...)
{
    char instant[ISO_INSTANT_SIZE];
    fflush (stdout);
    fprintf (stderr, "seed %llu, %s: ", (unsigned long long) self->seed, instant_text (self->now, instant));
    va_list args;
    va_start (args, format);
    vfprintf (stderr, format, args);
    va_end (args);
    fputc ('\n', stderr);
    exit (1);
}

/* --- the run --- */

static void happen (sim_t *self, const event_t *event)
{
    if (++self->happened > EVENTS_MAX)
        sim_fail (self, "this goes on without end");
    self->now = event->at;
    self->digest = digest_number (self->digest, (uint64_t) event->at ^ (uint64_t) event->kind);
    switch (event->kind) {
    case EVENT_ARRIVAL:
        if (event->letter->to_client)
            client_arrival (self, event->letter);
        else
            seat_arrival (self, event->letter);
        break;
    case EVENT_STEP:
        if (self->seats[event->who].node && self->seats[event->who].planned == event->what)
            seat_step (self, event->who);
        break;
    case EVENT_CLIENT:
        client_turn (self, event->who);
        break;
    case EVENT_FAULT:
        fault_happens (self);
        break;
    case EVENT_MEND:
        fault_mended (self, event->who, event->what);
        break;
    case EVENT_RESTART:
        seat_restart (self, event->who);
        break;
    }
}

/* Until all is at rest; a check says what is not when it takes too long. */
static void settle (sim_t *self, int64_t within_ms)
{
    int64_t end = self->now + within_ms, look_at = 0;
    event_t event;
    while (self->now < end && agenda_next (&self->agenda, &event)) {
        happen (self, &event);
        if (self->now < look_at)
            continue;
        look_at = self->now + LOOK_EVERY_MS;
        if (check_is_at_rest (self))
            return;
    }
}

/* Time goes by, so that what is due in it must happen. */
static void linger (sim_t *self, int64_t for_ms)
{
    int64_t end = self->now + for_ms;
    event_t event;
    while (self->now < end && agenda_next (&self->agenda, &event))
        happen (self, &event);
}

static void work (sim_t *self)
{
    event_t event;
    while (self->turns > 0 && agenda_next (&self->agenda, &event))
        happen (self, &event);
}

static void open_all (sim_t *self)
{
    ensure (instant_parse ("2026-03-02T07:00:00Z", &self->now));
    self->ledger = ledger_new ();
    self->pools = pools_new ();
    self->profile = profile_draw (self);
    seats_open (self);
    clients_open (self);
    agenda_add (&self->agenda, self->now + 1, EVENT_FAULT, 0, 0, NULL);
}

static void close_all (sim_t *self)
{
    for (int i = 0; i < SEATS; i++) {
        disk_counts_t counts = disk_counts (self->seats[i].disk);
        self->counts.full += counts.full;
        self->counts.failed_syncs += counts.failed_syncs;
        self->counts.torn += counts.torn;
        self->counts.lost += counts.lost;
    }
    seats_close (self);
    ledger_destroy (&self->ledger);
    pools_destroy (&self->pools);
    agenda_clear (&self->agenda);
    disks_end ();
}

run_t sim_run (uint64_t seed, uint64_t turns, bool talk)
{
    ensure (sodium_init () >= 0);
    sim_t *self = calloc (1, sizeof *self);
    ensure (self);
    self->seed = self->chance = seed;
    self->secrets = seed ^ UINT64_C (0x5EC2E75);
    self->disk_chance = seed ^ UINT64_C (0xD15C);
    self->turns = turns;
    self->talk = talk;
    disks_begin (seed);
    open_all (self);
    work (self);
    self->closing = true;
    faults_stop (self);
    sim_say (self, "faults have stopped");
    settle (self, REST_WITHIN_MS);
    linger (self, LINGER_MS);
    for (int i = 0; i < CLIENTS; i++)
        (void) client_probe (self, i);
    settle (self, PROBE_WITHIN_MS);
    check_at_rest (self);
    run_t run = { .counts = self->counts, .commands = self->ledger->count, .digest = self->digest };
    for (int i = 0; i < SEATS; i++) {
        run.steps += self->seats[i].steps;
        run.events += seat_shadow (&self->seats[i])->count;
    }
    close_all (self);
    run.counts = self->counts;
    free (self);
    return run;
}
