#include "ledger.h"

#include "base/ensure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ledger_t *ledger_new (void)
{
    ledger_t *self = calloc (1, sizeof *self);
    ensure (self);
    return self;
}

void ledger_destroy (ledger_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < (*self)->count; i++) {
        entry_t *entry = (*self)->list[i];
        free (entry->header);
        free (entry->body);
        free (entry->reply);
        free (entry);
    }
    free ((*self)->list);
    free (*self);
    *self = NULL;
}

entry_t *ledger_add (ledger_t *self)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? self->capacity * 2 : 256;
        self->list = realloc (self->list, self->capacity * sizeof *self->list);
        ensure (self->list);
    }
    entry_t *entry = calloc (1, sizeof *entry);
    ensure (entry);
    entry->number = self->count + 1;
    self->list[self->count++] = entry;
    return entry;
}

entry_t *ledger_by_number (const ledger_t *self, uint64_t number)
{
    return number >= 1 && number <= self->count ? self->list[number - 1] : NULL;
}

/* What it answers names a citizen, and goes with the citizen. */
static bool names_a_citizen (const entry_t *entry)
{
    return strstr (entry->method->name, "/RegisterCandidate") != NULL;
}

static bool may_be_forgotten (const entry_t *entry)
{
    return entry->status == STATUS_OK && names_a_citizen (entry);
}

/* The citizen had gone before any answer arrived. */
static bool was_forgotten (const entry_t *entry)
{
    return names_a_citizen (entry) && strcmp (entry->reason, "REPLY_FORGOTTEN") == 0;
}

/* An answer from before the erasure may be overtaken by one from after it. */
static bool same_answer (const entry_t *entry, status_t status, const char *reason, bytes_t reply)
{
    if (may_be_forgotten (entry) && strcmp (reason, "REPLY_FORGOTTEN") == 0)
        return true;
    if (was_forgotten (entry) && status == STATUS_OK)
        return true;
    return entry->status == status && strcmp (entry->reason, reason) == 0 &&
           bytes_equal (bytes_of (entry->reply, entry->reply_size), reply);
}

void ledger_tell (sim_t *sim, entry_t *entry, status_t status, const char *reason, bytes_t reply)
{
    if (entry->expected && strcmp (reason, entry->expected) != 0)
        sim_fail (sim, "%s was answered %s; only %s is right", entry->method->name,
                  status == STATUS_OK ? "as carried out" : reason, entry->expected);
    if (entry->state == ENTRY_TOLD) {
        if (entry->method->command && !entry->excused && !same_answer (entry, status, reason, reply))
            sim_fail (sim, "request %llu (%s) was told %s first and %s now", (unsigned long long) entry->number,
                      entry->method->name, entry->status == STATUS_OK ? "OK" : entry->reason,
                      status == STATUS_OK ? "OK" : reason);
        return;
    }
    entry->state = ENTRY_TOLD;
    entry->status = status;
    snprintf (entry->reason, sizeof entry->reason, "%s", reason);
    entry->reply = malloc (reply.size + 1);
    ensure (entry->reply);
    if (reply.size)
        memcpy (entry->reply, reply.data, reply.size);
    entry->reply_size = reply.size;
}

/* --- against the journal --- */

/* Refused before it came as far as the journal: by policy, or because it could not be read. */
static bool leaves_no_row (const entry_t *entry)
{
    static const char *const BEFORE[] = {
        "CALLER_NOT_ALLOWED", "WIRE_MALFORMED",  "WIRE_BAD_FIELD", "WIRE_TOO_LARGE",
        "ACTOR_REQUIRED",     "REASON_REQUIRED", "METHOD_UNKNOWN", "REQUEST_ID_REUSED"
    };
    for (size_t i = 0; i < sizeof BEFORE / sizeof BEFORE[0]; i++)
        if (strcmp (entry->reason, BEFORE[i]) == 0)
            return true;
    return !entry->method->command;
}

static rows_t *journal_row (store_t *store, const sim_t *sim, const entry_t *entry)
{
    return store_row (store,
                      "SELECT status, refusal, reply, count (*) FROM journal WHERE caller = $1 AND request_id = $2"
                      " GROUP BY caller",
                      party_name (sim, SEATS + entry->client), bytes_of (entry->id, sizeof entry->id));
}

static void check_entry (sim_t *sim, store_t *store, const entry_t *entry)
{
    rows_t *row = journal_row (store, sim, entry);
    if (!row)
        sim_fail (sim, "%s acknowledged request %llu (%s) and has no row of it", sim->seats[entry->seat].service.name,
                  (unsigned long long) entry->number, entry->method->name);
    if (rows_int (row, 3) != 1)
        sim_fail (sim, "request %llu stands twice in the journal", (unsigned long long) entry->number);
    status_t status = (status_t) rows_int (row, 0);
    bool erased = status == STATUS_OK && rows_is_null (row, 2);
    bool forgotten = erased && may_be_forgotten (entry);
    bytes_t reply =
        entry->status == STATUS_OK && !forgotten ? rows_blob (row, 2) : bytes_of (entry->reply, entry->reply_size);
    bool same = was_forgotten (entry) ? erased : same_answer (entry, status, rows_text (row, 1), reply);
    if (!same)
        sim_fail (sim, "request %llu (%s) was told %s; the journal says %s", (unsigned long long) entry->number,
                  entry->method->name, entry->reason, rows_text (row, 1));
    rows_close (row);
}

static void check_nothing_unasked (sim_t *sim, int seat, store_t *store)
{
    rows_t *rows = store_query (store, "SELECT seq, caller, request_id FROM journal WHERE request_id IS NOT NULL");
    while (rows_next (rows)) {
        bool by_client = strchr (rows_text (rows, 1), '-') != NULL;
        bytes_t id = rows_blob (rows, 2);
        uint64_t number = 0;
        for (size_t i = 8; i < 16 && id.size == 16; i++)
            number = number << 8 | id.data[i];
        if (by_client && !ledger_by_number (sim->ledger, number))
            sim_fail (sim, "%s carried out what nobody asked for: row %lld", sim->seats[seat].service.name,
                      (long long) rows_int (rows, 0));
    }
}

void ledger_check (sim_t *sim, int seat)
{
    store_t *store = node_store (sim->seats[seat].node);
    store_begin (store);
    for (size_t i = 0; i < sim->ledger->count; i++) {
        const entry_t *entry = sim->ledger->list[i];
        if (entry->seat == seat && entry->state == ENTRY_TOLD && !entry->excused && !leaves_no_row (entry))
            check_entry (sim, store, entry);
    }
    check_nothing_unasked (sim, seat, store);
    store_rollback (store);
}

void ledger_excuse (sim_t *sim, int seat)
{
    store_t *store = node_store (sim->seats[seat].node);
    store_begin (store);
    for (size_t i = 0; i < sim->ledger->count; i++) {
        entry_t *entry = sim->ledger->list[i];
        if (entry->seat != seat || entry->excused)
            continue;
        rows_t *row = journal_row (store, sim, entry);
        if (row)
            rows_close (row);
        else
            entry->excused = entry->state != ENTRY_WAITING;
    }
    store_rollback (store);
}
