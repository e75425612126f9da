/*
 * The engine of every service. No socket, no clock, no thread: a step function.
 *
 * node_step takes all that waits (requests, answers, feed records, finished jobs), opens one transaction, runs each
 * input in a savepoint, commits once, and only then hands out what is to be sent. That is group commit, and it is also
 * why nothing is said before it is durable. When the commit fails, nothing was done and every command is refused as
 * unavailable; queries are answered from what was there before.
 *
 *        requests ─┐                                   ┌─► replies
 *         answers ─┤   ┌────────── node_step ────────┐ ├─► calls to other services
 *    feed records ─┼──►│ begin · each input · commit │─┼─► feed (or heartbeat)
 *   finished jobs ─┤   └─────────────────────────────┘ ├─► jobs to start and to stop
 *            time ─┘                                   └─► when to wake up
 */
#ifndef FYR_NODE_NODE_H
#define FYR_NODE_NODE_H

#include "node/txn.h"

typedef struct node node_t;

/* --- what a service is --- */

typedef struct {
    const char *name;
    status_t (*run) (txn_t *txn, uint64_t subject, fault_t *reterr);
} timer_handler_t;

typedef struct {
    uint64_t subject;
    status_t status;               /* STATUS_OK, or the refusal; DEADLINE_EXCEEDED / CALL_GIVEN_UP after give_up_at */
    const char *reason;            /* "" when OK */
    const char *message;           /* "" when OK */
    const ProtobufCMessage *reply; /* when OK, of the method's reply type, validated */
} answer_t;

typedef struct {
    const char *name;
    const method_t *method; /* whose answer it takes */
    status_t (*run) (txn_t *txn, const answer_t *answer, fault_t *reterr);
} answer_handler_t;

/* One event of an owner's feed, in order and exactly once. Anything but OK stops this feed and says so. */
typedef struct {
    const char *owner; /* "lease" */
    const contract_t *contract;
    status_t (*run) (txn_t *txn, const ProtobufCMessage *event, int64_t happened_at, fault_t *reterr);
} follower_t;

typedef struct job job_t;
/* From the worker thread, how far it is in thousandths. False: nobody waits for the result any more, and the job ends
 * as soon as it can, however it likes. */
bool job_progress (job_t *self, unsigned permille);

typedef struct {
    const char *name;
    /* On a worker thread: only its input and its own memory. */
    status_t (*run) (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr);
    status_t (*done) (txn_t *txn, uint64_t subject, bytes_t output, fault_t *reterr);
    /* Instead of done, when run ended otherwise: so that nothing waits for it for ever. */
    status_t (*failed) (txn_t *txn, uint64_t subject, status_t status, fault_t *reterr);
} job_handler_t;

/* Lists end with a NULL name; a NULL list is an empty one. */
typedef struct {
    const char *name; /* "lease": also the topic of its feed and its name in the key table */
    caller_t identity;
    const contract_t *contract;
    const handler_t *handlers; /* in the order of the contract's methods */
    const migration_t *schema;
    const timer_handler_t *timers;
    const answer_handler_t *answers;
    const follower_t *followers;
    const job_handler_t *jobs;
} service_t;

/* --- what goes in --- */

typedef enum { INPUT_REQUEST, INPUT_ANSWER, INPUT_FEED, INPUT_JOB } input_kind_t;

typedef struct {
    input_kind_t kind;
    const char *peer; /* name in the key table; for jobs, anything */
    caller_t caller;  /* INPUT_REQUEST: what that key may do */
    bytes_t header;   /* bus.RequestHeader, ReplyHeader or FeedHeader, as received */
    bytes_t body;
    uint64_t route;  /* INPUT_REQUEST: comes back with the reply. INPUT_JOB: the job's id */
    status_t status; /* INPUT_JOB: how it ended */
} input_t;

/* --- what comes out --- */

typedef enum { OUTPUT_REPLY, OUTPUT_CALL, OUTPUT_FEED, OUTPUT_JOB, OUTPUT_STOP_JOB, OUTPUT_NOTE } output_kind_t;

/* What an operator may read about it in the log. Never a personal field. */
typedef struct {
    const char *what;   /* "request", "answer", "timer", "quarantine", "feed_stopped", "store_failed" ... */
    const char *method; /* or the handler's name */
    const char *peer;
    status_t status;
    const char *reason; /* stable; "" when OK */
    const char *message;
    uint64_t trace;
    char request_id[33]; /* hexadecimal; "" where there is none */
} note_t;

typedef struct {
    output_kind_t kind;
    uint64_t route;     /* OUTPUT_REPLY: from the request. OUTPUT_JOB, OUTPUT_STOP_JOB: the job's id */
    const char *target; /* OUTPUT_CALL: whom to send it to. OUTPUT_JOB: the job's name */
    bytes_t header;
    bytes_t body; /* OUTPUT_JOB: its input */
    note_t note;  /* OUTPUT_REPLY and OUTPUT_NOTE: one line for the log */
} output_t;

/* Borrowed from the node until its next step but one begins. */
typedef struct {
    const output_t *list;
    size_t count;
    int64_t wake_at; /* instant of the next step even if nothing arrives */
} outputs_t;

enum {
    NODE_INPUTS_MAX = 256,  /* in one step: keeps the tail of a batch short */
    NODE_CALLS_MAX = 10000, /* unanswered calls; beyond it a handler that calls is refused */
    NODE_FEED_PAGE = 256,   /* records in one page of a feed */
    NODE_HEARTBEAT_MS = 1000,
    NODE_QUARANTINE_MAX = 1000, /* inputs kept */
    NODE_TIMERS_PER_STEP = 64
};

/* What the engine needs from outside besides time. */
typedef struct {
    void (*random) (void *context, void *out, size_t size);
    void *context;
    const char *version;
    uint8_t master_key[TXN_MASTER_KEY_SIZE]; /* of this service alone; never in the store it protects */
} node_ports_t;

/* Opens the service on a store: schema, journal continuity, calls and jobs under way. The store is the node's from here
 * on, also when this fails. Faults: those of the store; STORE_OTHER_SERVICE when the data belong to another service;
 * JOURNAL_GAP when one of the last rows is missing (older ones are missed when they are read). */
node_t *node_new (const service_t *service, store_t *store, const node_ports_t *ports, int64_t now, fault_t *reterr);
void node_destroy (node_t **self);

/* `inputs` are at most NODE_INPUTS_MAX and borrowed for the call. Time may stand still or jump. */
outputs_t node_step (node_t *self, int64_t now, const input_t *inputs, size_t count);

/* The same step in parts, for who has inputs that come while it is under way. node_take is given the same array each
 * time, with what has come at its end, and runs what it has not run yet; the array is borrowed until node_end.
 * With `unsynced`, the outputs may not be sent before what store_commit_unsynced asks for. The next step may begin and
 * take meanwhile, but not end. */
void node_begin (node_t *self, int64_t now);
void node_take (node_t *self, const input_t *inputs, size_t count);
outputs_t node_end (node_t *self, bool unsynced);

/* How far the job under way is, for whoever asks after the service's health. */
void node_job_progress (node_t *self, uint64_t job, unsigned permille);

/* A new life of the log, after a restore: followers that are ahead of what is left must notice. */
status_t node_begin_epoch (node_t *self, fault_t *reterr);

const service_t *node_service (const node_t *self);
store_t *node_store (node_t *self);
uint64_t node_head (const node_t *self);

/* Handlers of fyrtaarn.node.v1.Node see the node through this. */
node_t *txn_node (txn_t *txn);

#endif
