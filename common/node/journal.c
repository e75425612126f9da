#include "node/internal.h"

#include "base/ensure.h"
#include "wire/field.h"
#include "wire/message.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* 2026-01-01T00:00:00Z: no log is older, and 41 bits of milliseconds from there reach 2095. */
#define LIVES_SINCE UINT64_C (1767225600000)

enum { QUARANTINE_BYTES_MAX = 64 * 1024 };

static uint64_t number_from (bytes_t blob)
{
    uint64_t value = 0;
    for (size_t i = 0; i < blob.size && i < 8; i++)
        value = value << 8 | blob.data[i];
    return value;
}

static void keep_fact (node_t *self, const char *name, bytes_t value)
{
    (void) store_run (self->store,
                      "INSERT INTO node (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
                      name, value);
}

static bool read_fact (node_t *self, const char *name, void *out, size_t size)
{
    rows_t *row = store_row (self->store, "SELECT value FROM node WHERE name = $1", name);
    bool found = row && rows_blob (row, 0).size == size;
    if (found)
        memcpy (out, rows_blob (row, 0).data, size);
    rows_close (row);
    return found;
}

static uint64_t read_number (node_t *self, const char *name)
{
    uint8_t blob[8];
    return read_fact (self, name, blob, sizeof blob) ? number_from (bytes_of (blob, sizeof blob)) : 0;
}

/* A store belongs to one service: started on another's data, it must not touch them. */
static status_t claim (node_t *self, fault_t *reterr)
{
    const char *name = self->service->name;
    rows_t *row = store_row (self->store, "SELECT value FROM node WHERE name = 'service'");
    if (row) {
        bool ours = bytes_equal (rows_blob (row, 0), bytes_of (name, strlen (name)));
        rows_close (row);
        return ours ? STATUS_OK
                    : fault (reterr, STATUS_FAILED_PRECONDITION, "STORE_OTHER_SERVICE",
                             "the data belong to another service");
    }
    self->ports.random (self->ports.context, self->digest_key, sizeof self->digest_key);
    keep_fact (self, "service", bytes_of (name, strlen (name)));
    keep_fact (self, "digest_key", bytes_of (self->digest_key, sizeof self->digest_key));
    return STATUS_OK;
}

static void begin_life (node_t *self, life_t life)
{
    (void) store_run (self->store, "INSERT INTO life (epoch, began_after, id_base) VALUES ($1, $2, $3)", life.epoch,
                      life.began_after, life.id_base);
}

/* A store from before the lives had a table has its own as two facts, and the epoch in the upper bits of its ids. */
static life_t first_life (node_t *self)
{
    uint64_t epoch = read_number (self, "epoch"), began_after = read_number (self, "epoch_start");
    if (epoch == 0)
        return (life_t){ .epoch = 1 };
    return (life_t){ epoch, began_after, (epoch - 1) << 48 | began_after << 8 };
}

static void read_life (node_t *self)
{
    rows_t *row = store_row (self->store, "SELECT epoch, began_after, id_base FROM life ORDER BY epoch DESC LIMIT 1");
    if (row)
        self->life = (life_t){ rows_uint (row, 0), rows_uint (row, 1), rows_uint (row, 2) };
    else
        begin_life (self, self->life = first_life (self));
    rows_close (row);
}

status_t journal_check (node_t *self, uint64_t after, uint64_t last, fault_t *reterr)
{
    rows_t *row = store_row (self->store, "SELECT count (*) FROM journal WHERE seq > $1 AND seq <= $2", after, last);
    uint64_t rows = row ? rows_uint (row, 0) : 0;
    rows_close (row);
    if (!store_failure (self->store) && rows != last - after)
        return fault (reterr, STATUS_DATA_LOSS, "JOURNAL_GAP", "the journal has %llu rows from %llu to %llu",
                      (unsigned long long) rows, (unsigned long long) after + 1, (unsigned long long) last);
    return STATUS_OK;
}

/* The last rows: a start takes no longer with the years. A hole before them is noticed by whoever reads over it. */
static status_t check_continuity (node_t *self, fault_t *reterr)
{
    rows_t *row = store_row (self->store, "SELECT coalesce (max (seq), 0) FROM journal");
    self->head = row ? rows_uint (row, 0) : 0;
    rows_close (row);
    uint64_t after = self->head > JOURNAL_CHECKED ? self->head - JOURNAL_CHECKED : 0;
    return journal_check (self, after, self->head, reterr);
}

status_t journal_open (node_t *self, fault_t *reterr)
{
    store_begin (self->store);
    status_t status = claim (self, reterr);
    if (status == STATUS_OK)
        status = check_continuity (self, reterr);
    if (status != STATUS_OK) {
        store_rollback (self->store);
        return status;
    }
    read_life (self);
    bool complete = read_fact (self, "digest_key", self->digest_key, sizeof self->digest_key);
    status = store_commit (self->store, reterr);
    if (status == STATUS_OK && !complete)
        return fault (reterr, STATUS_DATA_LOSS, "JOURNAL_FACTS_MISSING", "the log's own facts are incomplete");
    return status;
}

/* The clock tells two lives from one backup apart, in their name and in their ids; a clock that was set back still
 * gives a later life than the one in the store. No log writes 16,384 rows in a millisecond, so ids of one life do not
 * reach those of a life that began later. */
status_t node_begin_epoch (node_t *self, fault_t *reterr)
{
    if (store_check (self->store, reterr) != STATUS_OK || journal_check (self, 0, self->head, reterr) != STATUS_OK)
        return STATUS_DATA_LOSS;
    const life_t *old = &self->life;
    uint64_t now = self->now > (int64_t) LIVES_SINCE ? (uint64_t) self->now : LIVES_SINCE;
    uint64_t next_id = old->id_base + ((self->head - old->began_after + 1) << 8);
    life_t life = { .epoch = now > old->epoch ? now : old->epoch + 1,
                    .began_after = self->head,
                    .id_base = (now - LIVES_SINCE) << 22 };
    if (life.id_base < next_id)
        life.id_base = next_id;
    store_begin (self->store);
    begin_life (self, life);
    status_t status = store_commit (self->store, reterr);
    if (status == STATUS_OK)
        self->life = life;
    return status;
}

/* --- seen before --- */

static void read_newest (node_t *self, caller_seen_t *seen)
{
    rows_t *row = store_row (self->store,
                             "SELECT request_id FROM journal WHERE caller = $1 AND request_id IS NOT NULL"
                             " ORDER BY request_id DESC LIMIT 1",
                             seen->name);
    if (row && rows_blob (row, 0).size == REQUEST_ID_SIZE)
        memcpy (seen->newest, rows_blob (row, 0).data, REQUEST_ID_SIZE);
    rows_close (row);
}

/* NULL when there is no room for one more. */
static caller_seen_t *find_seen (node_t *self, const char *caller)
{
    for (size_t i = 0; i < self->n_seen; i++)
        if (strcmp (self->seen[i].name, caller) == 0)
            return &self->seen[i];
    if (self->n_seen == CALLERS_SEEN_MAX || strlen (caller) >= CALLER_NAME_SIZE)
        return NULL;
    caller_seen_t *grown = realloc (self->seen, (self->n_seen + 1) * sizeof *grown);
    ensure (grown);
    self->seen = grown;
    caller_seen_t *seen = &self->seen[self->n_seen++];
    *seen = (caller_seen_t){ 0 };
    memcpy (seen->name, caller, strlen (caller) + 1);
    read_newest (self, seen);
    if (store_failure (self->store)) {
        self->n_seen--;
        return NULL;
    }
    return seen;
}

/* Ids begin with the time, so a caller's next one is nearly always above all it has sent. One that is not (several
 * connections, a repeated request, a clock that was put back) is looked up. What is remembered here of a step that then
 * fails is too new, which costs a look. */
bool journal_may_have (node_t *self, const char *caller, const uint8_t request_id[REQUEST_ID_SIZE])
{
    caller_seen_t *seen = find_seen (self, caller);
    if (!seen || memcmp (request_id, seen->newest, REQUEST_ID_SIZE) <= 0)
        return true;
    memcpy (seen->newest, request_id, REQUEST_ID_SIZE);
    return false;
}

/* Keyed, because a request may carry a CPR number: without the key its digest could be found by trying them all. A
 * method has a key of its own, made with the first half of the fact; under that lies the body. */
void journal_digest (const node_t *self, const char *method, bytes_t body, uint8_t out[DIGEST_SIZE])
{
    _Static_assert(DIGEST_SIZE == crypto_shorthash_siphashx24_BYTES &&
                       DIGEST_SIZE == crypto_shorthash_siphashx24_KEYBYTES,
                   "SipHash with 128 bits, where a digest can be a key");
    uint8_t key[DIGEST_SIZE];
    crypto_shorthash_siphashx24 (key, (const unsigned char *) method, strlen (method), self->digest_key);
    crypto_shorthash_siphashx24 (out, body.data, body.size, key);
}

static bytes_t pack_record (txn_t *txn)
{
    node_t *node = txn->node;
    if (txn->n_events == 0)
        return (bytes_t){ 0 };
    Bus__FeedRecord record = BUS__FEED_RECORD__INIT;
    record.seq = txn->seq;
    record.at = node->now;
    record.events = txn->events;
    record.n_events = txn->n_events;
    bytes_t packed = node_pack (node, &record.base);
    field_append (&node->step_records, 1, packed);
    node->n_step_records++;
    return packed;
}

void journal_append (txn_t *txn, const journal_entry_t *entry)
{
    node_t *node = txn->node;
    ensure (txn->seq == node->step_seq + 1);
    node->step_seq = txn->seq;
    sql_value_t request_id = entry->request_id ? sql_blob (bytes_of (entry->request_id, REQUEST_ID_SIZE)) : SQL_NOTHING;
    sql_value_t digest = entry->digest ? sql_blob (bytes_of (entry->digest, DIGEST_SIZE)) : SQL_NOTHING;
    (void) store_run (node->store,
                      "INSERT INTO journal (seq, at, caller, actor, reason, method, trace, request_id, digest, status,"
                      " refusal, message, refusal_values, reply, record)"
                      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
                      txn->seq, node->now, txn->caller_name, txn->actor, txn->reason, txn->method, (int64_t) txn->trace,
                      request_id, digest, (int) entry->status, entry->refusal ? entry->refusal : "",
                      entry->message ? entry->message : "", entry->values ? entry->values : "", entry->reply,
                      pack_record (txn));
}

void quarantine_add (node_t *self, const char *peer, const fault_t *why, bytes_t bytes)
{
    size_t kept = bytes.size < QUARANTINE_BYTES_MAX ? bytes.size : QUARANTINE_BYTES_MAX;
    bytes_t cut = bytes_of (bytes.data ? bytes.data : (const uint8_t *) "", kept);
    (void) store_run (self->store,
                      "INSERT INTO quarantine (at, peer, reason, message, bytes) VALUES ($1, $2, $3, $4, $5)",
                      self->now, peer, why->reason, why->message, cut);
    (void) store_run (self->store, "DELETE FROM quarantine WHERE id <= (SELECT max (id) FROM quarantine) - $1",
                      NODE_QUARANTINE_MAX);
    node_note (self, "quarantine", "", peer, why);
}
