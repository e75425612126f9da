#include "node/internal.h"

#include "base/ensure.h"
#include "wire/field.h"
#include "wire/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

mark_t node_mark (const node_t *self)
{
    return (mark_t){ self->step_seq, self->n_calls, self->n_outputs, self->n_step_records, self->step_records.size };
}

void node_back_to (node_t *self, const mark_t *mark)
{
    self->step_seq = mark->step_seq;
    self->n_calls = mark->n_calls;
    self->n_outputs = mark->n_outputs;
    self->n_step_records = mark->n_step_records;
    self->step_records.size = mark->records_size;
}

void txn_begin (txn_t *self, node_t *node, const char *method)
{
    *self = (txn_t){
        .node = node,
        .caller = node->service->identity,
        .caller_name = node->service->name,
        .actor = "",
        .reason = "",
        .method = method,
        .seq = node->step_seq + 1,
        .before = node_mark (node),
    };
    store_savepoint (node->store);
}

bool txn_end (txn_t *self, fault_t *why)
{
    node_t *node = self->node;
    const fault_t *failure = store_failure (node->store);
    if (failure)
        *why = *failure;
    if (why->status == STATUS_OK) {
        store_release (node->store);
        return store_failure (node->store) == NULL;
    }
    store_undo (node->store);
    node_back_to (node, &self->before);
    self->n_events = 0;
    self->minted = 0;
    self->marked = false;
    return store_failure (node->store) == NULL;
}

bool txn_conclude (txn_t *self, fault_t *why, const char *what)
{
    if (!txn_end (self, why))
        return false;
    if (self->marked || why->status != STATUS_OK)
        journal_append (
            self, &(journal_entry_t){
                      .status = why->status, .refusal = why->reason, .message = why->message, .values = why->values });
    if (why->status != STATUS_OK)
        node_note (self->node, what, self->method, self->caller_name, why);
    return !status_is_fault (why->status);
}

/* --- who, when, which --- */

int64_t txn_now (const txn_t *self)
{
    return self->node->now;
}

int32_t txn_today (const txn_t *self)
{
    return copenhagen_day (self->node->now);
}

caller_t txn_caller (const txn_t *self)
{
    return self->caller;
}

const char *txn_actor (const txn_t *self)
{
    return self->actor;
}

/* Life of the log, journal row, place within it: unique without chance, and rising, so that new rows land at the end of
 * every index. */
uint64_t txn_new_id (txn_t *self)
{
    ensure (self->minted < 255);
    self->minted++;
    self->marked = true;
    const life_t *life = &self->node->life;
    return life->id_base + ((self->seq - life->began_after) << 8) + self->minted;
}

/* The journal row stands in the id, counted from where its life began. */
void txn_forget_reply (txn_t *self, uint64_t id)
{
    (void) txn_run (self,
                    "UPDATE journal SET reply = NULL WHERE seq = (SELECT began_after + ($1 - id_base) / 256 FROM life"
                    " WHERE id_base < $1 ORDER BY id_base DESC LIMIT 1)",
                    id);
}

void txn_random (txn_t *self, void *out, size_t size)
{
    self->node->ports.random (self->node->ports.context, out, size);
}

const uint8_t *txn_master_key (const txn_t *self)
{
    return self->node->ports.master_key;
}

store_t *txn_store (txn_t *self)
{
    return self->node->store;
}

node_t *txn_node (txn_t *txn)
{
    return txn->node;
}

/* --- memory of the step --- */

void *txn_alloc (txn_t *self, size_t size)
{
    void *at = arena_alloc (self->node->arena, size);
    ensure (at); /* every list a handler builds is limited by its query */
    memset (at, 0, size);
    return at;
}

char *txn_text (txn_t *self, const char *text)
{
    size_t size = strlen (text) + 1;
    char *copy = txn_alloc (self, size);
    memcpy (copy, text, size);
    return copy;
}

char *txn_format (txn_t *self, const char *format, ...)
{
    ensure (format);
    va_list args;
    va_start (args, format);
    int size = vsnprintf (NULL, 0, format, args);
    va_end (args);
    ensure (size >= 0);
    char *text = txn_alloc (self, (size_t) size + 1);
    va_start (args, format);
    vsnprintf (text, (size_t) size + 1, format, args);
    va_end (args);
    return text;
}

ProtobufCMessage *txn_message (txn_t *self, const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = txn_alloc (self, descriptor->sizeof_message);
    protobuf_c_message_init (descriptor, message);
    return message;
}

/* Capacity is the next power of two, so a list is copied only when its length reaches one. */
void *txn_grow (txn_t *self, void *list, size_t count, size_t item_size)
{
    if (count != 0 && (count & (count - 1)) != 0)
        return list;
    void *larger = txn_alloc (self, (count ? count * 2 : 1) * item_size);
    if (count)
        memcpy (larger, list, count * item_size);
    return larger;
}

/* --- what follows from it --- */

static const ProtobufCFieldDescriptor *event_field (const contract_t *contract, const ProtobufCMessageDescriptor *type)
{
    const ProtobufCMessageDescriptor *event = contract->event ? contract->event->descriptor : NULL;
    for (unsigned i = 0; event && i < event->n_fields; i++)
        if (event->fields[i].descriptor == type)
            return &event->fields[i];
    return NULL;
}

void txn_emit (txn_t *self, const ProtobufCMessage *event)
{
    node_t *node = self->node;
    const ProtobufCFieldDescriptor *field = event_field (node->service->contract, event->descriptor);
    ensure (field && self->n_events < TXN_EVENTS_MAX);
    size_t size = protobuf_c_message_get_packed_size (event);
    uint8_t *packed = txn_alloc (self, size ? size : 1);
    protobuf_c_message_pack (event, packed);
    buffer_rewind (&node->scratch);
    field_append (&node->scratch, field->id, bytes_of (packed, size));
    ensure (!node->scratch.overflowed);
    bytes_t copy = node_copy (node, buffer_bytes (&node->scratch));
    self->events[self->n_events++] = (ProtobufCBinaryData){ copy.size, (uint8_t *) (uintptr_t) copy.data };
    self->marked = true;
}

void txn_at (txn_t *self, int64_t due_at, const char *timer, uint64_t subject)
{
    self->node->timers_known = false;
    (void) txn_run (self, "INSERT INTO timer (id, due_at, name, subject) VALUES ($1, $2, $3, $4)", txn_new_id (self),
                    due_at, timer, subject);
}

void txn_cancel (txn_t *self, const char *timer, uint64_t subject)
{
    self->node->timers_known = false;
    (void) txn_run (self, "DELETE FROM timer WHERE name = $1 AND subject = $2", timer, subject);
}

void txn_job (txn_t *self, const char *job, uint64_t subject, bytes_t input)
{
    uint64_t id = txn_new_id (self);
    (void) txn_run (self, "INSERT INTO job (id, name, subject, input) VALUES ($1, $2, $3, $4)", id, job, subject,
                    input);
    output_t *start = node_output (self->node, OUTPUT_JOB);
    start->route = id;
    start->target = job;
    start->body = node_copy (self->node, input);
}

unsigned txn_job_permille (txn_t *self, const char *job, uint64_t subject)
{
    rows_t *row =
        txn_row (self, "SELECT id FROM job WHERE name = $1 AND subject = $2 ORDER BY id LIMIT 1", job, subject);
    uint64_t id = row ? rows_uint (row, 0) : 0;
    if (row)
        rows_close (row);
    return id && id == self->node->job_under_way ? self->node->job_permille : 0;
}

void txn_unjob (txn_t *self, const char *job, uint64_t subject)
{
    rows_t *rows = txn_query (self, "SELECT id FROM job WHERE name = $1 AND subject = $2 ORDER BY id", job, subject);
    while (rows_next (rows))
        node_output (self->node, OUTPUT_STOP_JOB)->route = rows_uint (rows, 0);
    (void) txn_run (self, "DELETE FROM job WHERE name = $1 AND subject = $2", job, subject);
}
