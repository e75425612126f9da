/*
 * One transaction: all that a handler sees of the world.
 *
 * A handler reads and writes its own tables, says what happened (txn_emit), asks other services (txn_call) and sets
 * timers (txn_at). It opens no socket, reads no clock, draws no random number and never waits. So the
 * same handler runs under the real bus, in a unit test and in the simulator.
 *
 * Invariant: what a handler did counts only when it returns STATUS_OK; on any other status nothing of it remains,
 * and the caller gets the fault it filled. A failing store is noticed by the engine: a handler need not check each
 * statement.
 *
 * Memory from txn_alloc, txn_text and the rest lives until the step ends; nobody frees it. Requests and replies hang on
 * it.
 */
#ifndef FYR_NODE_TXN_H
#define FYR_NODE_TXN_H

#include "base/bytes.h"
#include "base/status.h"
#include "base/time.h"
#include "store/store.h"
#include "wire/contract.h"

typedef struct txn txn_t;

typedef status_t (*handler_t) (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply, fault_t *reterr);

/* --- who, when, which --- */

int64_t txn_now (const txn_t *self);       /* instant of the step */
int32_t txn_today (const txn_t *self);     /* the civil day in Copenhagen */
caller_t txn_caller (const txn_t *self);   /* which kind of key asked; our own for timers, answers and feeds */
const char *txn_actor (const txn_t *self); /* the person who acts, or "" */
uint64_t txn_new_id (txn_t *self);         /* unique in this service, rising; at most 255 in one transaction */

/* Secret, unpredictable bytes for keys and pseudonyms; never for a decision. */
void txn_random (txn_t *self, void *out, size_t size);

/* The service's own secret, for wrapping the keys it makes. It lies beside the store, never in it. */
enum { TXN_MASTER_KEY_SIZE = 32 };
const uint8_t *txn_master_key (const txn_t *self);

/* --- own tables (store.h says how statements look) --- */

#define txn_query(self, ...) store_query_values (txn_store (self), SQL_ARGUMENTS (__VA_ARGS__))
#define txn_row(self, ...) store_row_values (txn_store (self), SQL_ARGUMENTS (__VA_ARGS__))
#define txn_run(self, ...) store_run_values (txn_store (self), SQL_ARGUMENTS (__VA_ARGS__))
store_t *txn_store (txn_t *self);

/* --- memory of the step --- */

void *txn_alloc (txn_t *self, size_t size); /* zeroed; never NULL */
char *txn_text (txn_t *self, const char *text);
char *txn_format (txn_t *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));
ProtobufCMessage *txn_message (txn_t *self, const ProtobufCMessageDescriptor *descriptor);
void *txn_grow (txn_t *self, void *list, size_t count, size_t item_size);

/* Appends an empty message to a repeated field and gives it:
 *     Lease__Desk *desk = txn_add (txn, reply->desks, reply->n_desks, lease__desk); */
#define txn_add(self, list, count, type)                                                                               \
    ((list) = txn_grow ((self), (list), (count), sizeof *(list)),                                                      \
     (list)[(count)++] = (void *) txn_message ((self), &type##__descriptor))

/* Appends a copy of a text to a repeated string field. */
#define txn_add_text(self, list, count, text)                                                                          \
    ((list) = txn_grow ((self), (list), (count), sizeof *(list)), (list)[(count)++] = txn_text ((self), (text)))

/* --- the feeds we follow --- */

typedef struct {
    const char *owner;
    uint64_t position;   /* what this transaction sees is the owner's log up to here */
    uint64_t head;       /* as the owner last said since our start; 0: not heard */
    int64_t heard_at;    /* instant; 0: not heard since our start */
    const char *stopped; /* stable reason why it stands still; "" while it does not */
} feed_state_t;

/* At most `max` of them, in the order of the service's followers; the number written. */
size_t txn_feeds (const txn_t *self, feed_state_t *out, size_t max);

/* The kept reply of the command that minted `id` goes: for what must not outlive an erasure. Whoever repeats that
 * request is told REPLY_FORGOTTEN. */
void txn_forget_reply (txn_t *self, uint64_t id);

/* --- what follows from it --- */

/* An event of this service: a message that its Event message has a field for. Followers learn of it once this commits.
 */
void txn_emit (txn_t *self, const ProtobufCMessage *event);

typedef struct {
    const char *target;              /* "lease" */
    const method_t *method;          /* which of its methods, from its contract */
    const ProtobufCMessage *request; /* packed now */
    const char *answer;              /* name of the answer handler */
    uint64_t subject;                /* what the answer is about: an id of ours */
    int64_t give_up_at;              /* instant; 0: sent until answered, however long it takes */
} outgoing_call_t;

/* A durable request to another service. It is sent once this commits, again until it is answered, always under one
 * request id, so that it happens there once. Then the answer handler runs in a transaction of its own. */
void txn_call (txn_t *self, const outgoing_call_t *call);

/* Takes back the calls about `subject` that wait for the answer of this name: they are not sent any more, and what they
 * would have said is gone from here. One that was on its way may still arrive there. */
void txn_uncall (txn_t *self, const char *answer, uint64_t subject);

/* The named timer handler runs at the first step at or after `due_at`, once; again after a while
 * when it ends in an operational fault. */
void txn_at (txn_t *self, int64_t due_at, const char *timer, uint64_t subject);
void txn_cancel (txn_t *self, const char *timer, uint64_t subject);

/* Work too long for a step, on a worker thread; all it needs is in `input`. Its result comes to the job's `done`. */
void txn_job (txn_t *self, const char *job, uint64_t subject, bytes_t input);

/* How far the job of this name about `subject` is, of a thousand, as its worker last said; 0: it waits, or is none. */
unsigned txn_job_permille (txn_t *self, const char *job, uint64_t subject);

/* Takes back the jobs of this name about `subject`: neither `done` nor `failed` hears of them any more, and a restart
 * does not start them again. A worker that has begun is told to stop. */
void txn_unjob (txn_t *self, const char *job, uint64_t subject);

#endif
