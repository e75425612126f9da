/* Requests to other services: rows that are sent until they are answered, always under one request id. */
#include "node/internal.h"

#include "base/ensure.h"
#include "contract/bus.contract.h"
#include "wire/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIND_CALL = 1 };

/* 6 bytes of milliseconds, 8 of number, 2 of kind, all big-endian: ids sort by time and never meet. */
void request_id_make (int64_t at, uint64_t number, uint16_t kind, uint8_t out[REQUEST_ID_SIZE])
{
    uint64_t ms = (uint64_t) at;
    for (int i = 0; i < 6; i++)
        out[i] = (uint8_t) (ms >> (40 - 8 * i));
    for (int i = 0; i < 8; i++)
        out[6 + i] = (uint8_t) (number >> (56 - 8 * i));
    out[14] = (uint8_t) (kind >> 8);
    out[15] = (uint8_t) kind;
}

static uint64_t call_id_of (ProtobufCBinaryData request_id)
{
    if (request_id.len != REQUEST_ID_SIZE || request_id.data[14] != 0 || request_id.data[15] != KIND_CALL)
        return 0;
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | request_id.data[6 + i];
    return number <= INT64_MAX ? number : 0;
}

static void remember (node_t *self, pending_call_t call)
{
    if (self->n_calls == self->calls_capacity) {
        size_t capacity = self->calls_capacity ? self->calls_capacity * 2 : 64;
        self->calls = realloc (self->calls, capacity * sizeof *self->calls);
        ensure (self->calls);
        self->calls_capacity = capacity;
    }
    self->calls[self->n_calls++] = call;
}

status_t calls_open (node_t *self, fault_t *reterr)
{
    store_begin (self->store);
    rows_t *rows = store_query (self->store, "SELECT id, give_up_at FROM call ORDER BY id");
    while (rows_next (rows))
        remember (self, (pending_call_t){ .id = rows_uint (rows, 0), .give_up_at = rows_int (rows, 1) });
    return store_commit (self->store, reterr);
}

void txn_call (txn_t *self, const outgoing_call_t *call)
{
    node_t *node = self->node;
    if (node->n_calls >= NODE_CALLS_MAX) {
        store_fail (node->store, STATUS_RESOURCE_EXHAUSTED, "CALLS_WAITING",
                    "too many calls wait for an answer already");
        return;
    }
    uint64_t id = txn_new_id (self);
    buffer_rewind (&node->scratch);
    message_pack (call->request, &node->scratch);
    ensure (!node->scratch.overflowed);
    (void) txn_run (
        self,
        "INSERT INTO call (id, target, method, request, answer, subject, actor, reason, trace, made_at, give_up_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id, call->target, call->method->name, bytes_of (node->scratch.data, node->scratch.size), call->answer,
        call->subject, self->actor, self->reason, (int64_t) self->trace, node->now, call->give_up_at);
    remember (node, (pending_call_t){ .id = id, .send_at = node->now, .give_up_at = call->give_up_at });
}

/* The list finds out when it would send the call next: should the handler be refused after this, the row is still
 * there. */
void txn_uncall (txn_t *self, const char *answer, uint64_t subject)
{
    (void) txn_run (self, "DELETE FROM call WHERE answer = $1 AND subject = $2", answer, subject);
}

/* --- sending --- */

/* False when the call was taken back. */
static bool send_call (node_t *self, const pending_call_t *call)
{
    rows_t *row = store_row (
        self->store, "SELECT target, method, request, actor, reason, trace, made_at FROM call WHERE id = $1", call->id);
    if (!row)
        return false;
    uint8_t request_id[REQUEST_ID_SIZE];
    request_id_make (rows_int (row, 6), call->id, KIND_CALL, request_id);
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) rows_text (row, 1);
    header.request_id = (ProtobufCBinaryData){ sizeof request_id, request_id };
    header.actor = (char *) (uintptr_t) rows_text (row, 3);
    header.reason = (char *) (uintptr_t) rows_text (row, 4);
    header.trace = rows_uint (row, 5);
    output_t *output = node_output (self, OUTPUT_CALL);
    output->target = node_copy_text (self, rows_text (row, 0));
    output->header = node_pack (self, &header.base);
    output->body = node_copy (self, rows_blob (row, 2));
    rows_close (row);
    return true;
}

static int64_t retry_delay (unsigned attempts)
{
    int64_t delay = CALL_RETRY_FIRST_MS;
    for (unsigned i = 1; i < attempts && delay < CALL_RETRY_LAST_MS; i++)
        delay *= 2;
    return delay < CALL_RETRY_LAST_MS ? delay : CALL_RETRY_LAST_MS;
}

void calls_send (node_t *self)
{
    unsigned sent = 0;
    size_t kept = 0;
    for (size_t i = 0; i < self->n_calls; i++) {
        pending_call_t call = self->calls[i];
        bool clock_fell_back = call.send_at > self->now + CALL_RETRY_LAST_MS;
        bool due = call.send_at <= self->now || clock_fell_back;
        if (due && sent < CALLS_PER_STEP) {
            if (!send_call (self, &call) && !store_failure (self->store))
                continue;
            call.attempts++;
            call.send_at = self->now + retry_delay (call.attempts);
            sent++;
        }
        self->calls[kept++] = call;
    }
    self->n_calls = kept;
}

int64_t calls_wake_at (const node_t *self)
{
    int64_t earliest = INT64_MAX;
    for (size_t i = 0; i < self->n_calls; i++) {
        const pending_call_t *call = &self->calls[i];
        if (call->send_at < earliest)
            earliest = call->send_at;
        if (call->give_up_at && call->give_up_at < earliest)
            earliest = call->give_up_at;
    }
    return earliest;
}

/* --- answers --- */

static const answer_handler_t *answer_handler (const node_t *self, const char *name)
{
    const answer_handler_t *handler = self->service->answers;
    while (handler && handler->name && strcmp (handler->name, name) != 0)
        handler++;
    return handler && handler->name ? handler : NULL;
}

typedef struct {
    const answer_handler_t *handler;
    const char *name;
    uint64_t subject;
    const char *actor;
    const char *reason;
    uint64_t trace;
} call_row_t;

static bool read_call (node_t *self, uint64_t id, const char *peer, call_row_t *ret_call)
{
    rows_t *row =
        store_row (self->store, "SELECT target, answer, subject, actor, reason, trace FROM call WHERE id = $1", id);
    if (!row)
        return false;
    bool expected = peer == NULL || strcmp (rows_text (row, 0), peer) == 0;
    if (expected)
        *ret_call = (call_row_t){
            .handler = answer_handler (self, rows_text (row, 1)),
            .name = node_copy_text (self, rows_text (row, 1)),
            .subject = rows_uint (row, 2),
            .actor = node_copy_text (self, rows_text (row, 3)),
            .reason = node_copy_text (self, rows_text (row, 4)),
            .trace = rows_uint (row, 5),
        };
    rows_close (row);
    return expected;
}

/* The row goes also when the handler refuses: it would refuse the same answer again. What it said is kept. Only when it
 * could not just now, the call stays and is answered again. */
static void deliver (node_t *self, size_t index, const call_row_t *row, const answer_t *answer)
{
    txn_t txn;
    fault_t why = { 0 };
    size_t length = strlen (row->name) + sizeof "answer/";
    char *method = arena_alloc (self->arena, length);
    ensure (method);
    (void) snprintf (method, length, "answer/%s", row->name);
    txn_begin (&txn, self, method);
    txn.actor = row->actor;
    txn.reason = row->reason;
    txn.trace = row->trace;
    txn.marked = true;
    if (row->handler)
        why.status = row->handler->run (&txn, answer, &why);
    else
        (void) fault (&why, STATUS_UNIMPLEMENTED, "ANSWER_UNKNOWN", "this version has no handler for the answer");
    bool done = txn_conclude (&txn, &why, "answer");
    pending_call_t *call = &self->calls[index]; /* looked up now: a handler that calls can move the list */
    if (done) {
        (void) store_run (self->store, "DELETE FROM call WHERE id = $1", call->id);
        call->step_done = true;
    } else if (call->give_up_at && call->give_up_at <= self->now) {
        call->give_up_at = self->now + CALL_RETRY_LAST_MS;
    }
}

static pending_call_t *find_pending (node_t *self, uint64_t id)
{
    for (size_t i = 0; i < self->n_calls; i++)
        if (self->calls[i].id == id && !self->calls[i].step_done)
            return &self->calls[i];
    return NULL;
}

void calls_answer (node_t *self, const input_t *input, const Bus__ReplyHeader *header)
{
    uint64_t id = call_id_of (header->request_id);
    pending_call_t *call = id ? find_pending (self, id) : NULL;
    call_row_t row;
    if (!call || !read_call (self, id, input->peer, &row))
        return; /* answered already: the other side repeats itself when we did */
    if (status_is_fault ((status_t) header->status))
        return; /* they could not just now; it is sent again */
    answer_t answer = { .subject = row.subject,
                        .status = (status_t) header->status,
                        .reason = header->reason,
                        .message = header->message };
    ProtobufCMessage *reply = NULL;
    fault_t why = { 0 };
    if (header->status == STATUS_OK && row.handler &&
        message_decode (row.handler->method->reply, input->body, REPLY_MAX, self->arena, &reply, &why) != STATUS_OK) {
        quarantine_add (self, input->peer, &why, row.handler->method->personal ? (bytes_t){ 0 } : input->body);
        return;
    }
    answer.reply = reply;
    deliver (self, (size_t) (call - self->calls), &row, &answer);
}

/* Only calls that were there before the step: one that is made now is sent first, whatever the patience it was given.
 */
void calls_give_up (node_t *self)
{
    for (size_t i = 0; i < self->calls_before_step && !store_failure (self->store); i++) {
        pending_call_t *call = &self->calls[i];
        call_row_t row;
        if (call->step_done || call->give_up_at == 0 || call->give_up_at > self->now)
            continue;
        if (!read_call (self, call->id, NULL, &row)) {
            call->step_done = store_failure (self->store) == NULL; /* taken back: nothing is left to wake up for */
            continue;
        }
        answer_t answer = { .subject = row.subject,
                            .status = STATUS_DEADLINE_EXCEEDED,
                            .reason = "CALL_GIVEN_UP",
                            .message = "the other service did not answer in time" };
        deliver (self, i, &row, &answer);
    }
}

/* After the commit: the answered ones leave the list. After a failure: all is as it was before the step. */
void calls_settle (node_t *self, bool committed)
{
    if (!committed) {
        self->n_calls = self->calls_before_step;
        for (size_t i = 0; i < self->n_calls; i++)
            self->calls[i].step_done = false;
        return;
    }
    size_t kept = 0;
    for (size_t i = 0; i < self->n_calls; i++)
        if (!self->calls[i].step_done)
            self->calls[kept++] = self->calls[i];
    self->n_calls = kept;
}
