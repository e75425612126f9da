/* What every service answers about itself: fyrtaarn.node.v1.Node. */
#include "node/internal.h"

#include "contract/bus.contract.h"
#include "contract/node.handlers.h"
#include "wire/message.h"

static uint32_t count_of (rows_t *row)
{
    uint32_t count = row ? (uint32_t) rows_uint (row, 0) : 0;
    rows_close (row);
    return count;
}

static void list_jobs (txn_t *txn, Node__GetHealthReply *reply)
{
    const node_t *node = txn_node (txn);
    rows_t *rows = txn_query (txn, "SELECT id, name FROM job ORDER BY id LIMIT 16");
    while (rows_next (rows)) {
        Node__RunningJob *job = txn_add (txn, reply->jobs, reply->n_jobs, node__running_job);
        job->job = rows_uint (rows, 0);
        job->name = txn_text (txn, rows_text (rows, 1));
        job->permille = job->job == node->job_under_way ? node->job_permille : 0;
    }
}

status_t node_get_health (txn_t *txn, const Node__GetHealthRequest *request, Node__GetHealthReply *reply,
                          fault_t *reterr)
{
    (void) request;
    (void) reterr;
    node_t *node = txn_node (txn);
    reply->service = txn_text (txn, node->service->name);
    reply->version = txn_text (txn, node->ports.version);
    reply->epoch = node->life.epoch;
    reply->head = node->head;
    reply->started_at = node->started_at;
    reply->state = txn_text (txn, node->trouble[0] ? node->trouble : "ok");
    reply->calls_waiting = (uint32_t) node->n_calls;
    reply->timers_waiting = count_of (txn_row (txn, "SELECT count (*) FROM timer"));
    reply->jobs_running = count_of (txn_row (txn, "SELECT count (*) FROM job"));
    reply->quarantined = count_of (txn_row (txn, "SELECT count (*) FROM quarantine"));
    list_jobs (txn, reply);
    for (size_t i = 0; i < node->n_following; i++) {
        const following_t *following = &node->following[i];
        Node__Follower *entry = txn_add (txn, reply->followers, reply->n_followers, node__follower);
        entry->owner = txn_text (txn, following->follower->owner);
        entry->epoch = following->epoch;
        entry->position = following->position;
        entry->head = following->head;
        entry->heard_at = following->heard_at;
        entry->stopped = txn_text (txn, following->stopped ? following->stopped : "");
    }
    return STATUS_OK;
}

static uint32_t page_limit (uint32_t asked)
{
    return asked == 0 || asked > NODE_FEED_PAGE ? NODE_FEED_PAGE : asked;
}

/* Only what is committed: rows of the step under way are above the head. */
status_t node_read_feed (txn_t *txn, const Node__ReadFeedRequest *request, Node__ReadFeedReply *reply, fault_t *reterr)
{
    node_t *node = txn_node (txn);
    uint32_t limit = page_limit (request->limit);
    uint64_t after = request->after <= node->head ? request->after : node->head;
    reply->header = (Bus__FeedHeader *) txn_message (txn, &bus__feed_header__descriptor);
    reply->body = (Bus__FeedBody *) txn_message (txn, &bus__feed_body__descriptor);
    Bus__FeedBody *body = reply->body;
    uint64_t until = node->head - after > FEED_PAGE_ROWS ? after + FEED_PAGE_ROWS : node->head;
    size_t size = 0;
    rows_t *rows = txn_query (txn,
                              "SELECT seq, record FROM journal WHERE seq > $1 AND seq <= $2 AND record IS NOT NULL"
                              " ORDER BY seq LIMIT $3",
                              after, until, limit);
    while (size < FEED_PAGE_BYTES && rows_next (rows)) {
        ProtobufCMessage *record = NULL;
        size += rows_blob (rows, 1).size;
        status_t status =
            message_decode (&bus_feed_record_rule, rows_blob (rows, 1), WIRE_PAGE_MAX, node->arena, &record, reterr);
        if (status != STATUS_OK)
            return fault (reterr, STATUS_DATA_LOSS, "JOURNAL_DAMAGED", "record %llu cannot be read",
                          (unsigned long long) rows_uint (rows, 0));
        body->records = txn_grow (txn, body->records, body->n_records, sizeof (*body->records));
        body->records[body->n_records++] = (Bus__FeedRecord *) record;
    }
    bool full_page = body->n_records == limit || size >= FEED_PAGE_BYTES;
    uint64_t last = full_page ? body->records[body->n_records - 1]->seq : until;
    feed_header_fill (node, reply->header, after + 1, last);
    return journal_check (node, after, last, reterr);
}

status_t node_read_audit (txn_t *txn, const Node__ReadAuditRequest *request, Node__ReadAuditReply *reply,
                          fault_t *reterr)
{
    node_t *node = txn_node (txn);
    uint64_t expected = request->after <= INT64_MAX ? request->after : INT64_MAX;
    rows_t *rows =
        txn_query (txn,
                   "SELECT seq, at, caller, actor, reason, method, status, refusal, record IS NOT NULL FROM journal"
                   " WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3",
                   expected, node->head, page_limit (request->limit));
    while (rows_next (rows)) {
        Node__AuditEntry *entry = txn_add (txn, reply->entries, reply->n_entries, node__audit_entry);
        entry->seq = rows_uint (rows, 0);
        if (entry->seq != ++expected)
            return fault (reterr, STATUS_DATA_LOSS, "JOURNAL_GAP", "row %llu of the journal is missing",
                          (unsigned long long) expected);
        entry->at = rows_int (rows, 1);
        entry->caller = txn_text (txn, rows_text (rows, 2));
        entry->actor = txn_text (txn, rows_text (rows, 3));
        entry->reason = txn_text (txn, rows_text (rows, 4));
        entry->method = txn_text (txn, rows_text (rows, 5));
        entry->status = (uint32_t) rows_int (rows, 6);
        entry->refusal = txn_text (txn, rows_text (rows, 7));
        entry->events = (uint32_t) rows_int (rows, 8);
    }
    return STATUS_OK;
}

status_t node_list_quarantine (txn_t *txn, const Node__ListQuarantineRequest *request, Node__ListQuarantineReply *reply,
                               fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (
        txn, "SELECT id, at, peer, reason, message, length (bytes) FROM quarantine ORDER BY id DESC LIMIT $1",
        page_limit (request->limit));
    while (rows_next (rows)) {
        Node__QuarantinedInput *input = txn_add (txn, reply->inputs, reply->n_inputs, node__quarantined_input);
        input->id = rows_uint (rows, 0);
        input->at = rows_int (rows, 1);
        input->peer = txn_text (txn, rows_text (rows, 2));
        input->reason = txn_text (txn, rows_text (rows, 3));
        input->message = txn_text (txn, rows_text (rows, 4));
        input->size = (uint32_t) rows_uint (rows, 5);
    }
    return STATUS_OK;
}
