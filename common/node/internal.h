/*
 * What the rooms of the engine share. Nobody outside common/node includes this.
 *
 * State is of two kinds: what is in the store (it survives), and what is here (rebuilt by node_new). Fields named
 * step_* belong to the step under way and become true only when it commits.
 */
#ifndef FYR_NODE_INTERNAL_H
#define FYR_NODE_INTERNAL_H

#include "base/arena.h"
#include "node/node.h"

#include "fyrtaarn/bus/v1/bus.pb-c.h"

enum {
    REQUEST_ID_SIZE = 16,
    CALLER_NAME_SIZE = 33,
    CALLERS_SEEN_MAX = 256, /* those beyond are looked up in the store at every request */
    DIGEST_SIZE = 16,
    DIGEST_KEY_SIZE = 32,
    TXN_EVENTS_MAX = 64, /* bus.proto, FeedRecord.events */
    STEP_MEMORY_MAX = 256 * 1024 * 1024,
    REPLY_MAX = 4 * 1024 * 1024,
    FETCH_RETRY_MS = 2000,
    CALL_RETRY_FIRST_MS = 500,
    CALL_RETRY_LAST_MS = 30000,
    CALLS_PER_STEP = 64,
    JOB_RETRY_MS = 30000,
    TIMER_RETRY_MS = 30000,
    FEED_PAGE_BYTES = 1024 * 1024, /* a page of a feed ends with the record that reaches this */
    JOURNAL_CHECKED = 10000,       /* of its last rows, at every start */
    FEED_PAGE_ROWS = 10000,        /* and a page reaches over so many at most, also when they have no record */
    FEED_FRAME_RECORDS = 512       /* bus.proto, FeedBody.records */
};

/* An unanswered call: the row is in the store, when to send it next is here. */
typedef struct {
    uint64_t id;
    int64_t send_at;
    int64_t give_up_at; /* 0: never */
    unsigned attempts;
    bool step_done; /* answered in this step */
} pending_call_t;

typedef struct {
    const follower_t *follower;
    uint64_t epoch, position; /* as committed */
    uint64_t step_epoch, step_position;
    uint64_t head; /* as the owner last said */
    int64_t heard_at;
    const char *stopped, *settled_stop; /* stable reason, or NULL; the second as committed */
    bool doubted;                       /* something says the owner has lost records: it is asked for a page */
    bool fetching, step_fetched;        /* a page was asked for; it came in this step */
    int64_t fetch_again_at;
    uint64_t fetch_epoch, fetch_after; /* where we were when we asked */
    uint8_t fetch_id[REQUEST_ID_SIZE];
} following_t;

/* As in 002_life.sql. */
typedef struct {
    uint64_t epoch, began_after, id_base;
} life_t;

/* The newest request id that one caller ever sent, or a later one: what is above it is new, without asking the store.
 */
typedef struct {
    char name[CALLER_NAME_SIZE];
    uint8_t newest[REQUEST_ID_SIZE];
} caller_seen_t;

typedef struct {
    arena_t *arena;
    output_t *outputs;
    size_t capacity;
} step_memory_t;

struct node {
    const service_t *service;
    store_t *store;
    node_ports_t ports;
    int64_t now, started_at;
    life_t life;
    uint64_t head;     /* newest committed journal row */
    uint64_t step_seq; /* newest journal row of the step */
    uint8_t digest_key[DIGEST_KEY_SIZE];
    char trouble[REASON_MAX]; /* why the store could not be written when that was tried last; "" while all is well */
    int64_t probe_at;         /* when it is tried again */
    int64_t feed_sent_at;
    uint64_t fetches;     /* makes the ids of page requests differ */
    int64_t timer_due_at; /* the earliest of the store's, while timers_known: no step has touched them since */
    bool timers_known;
    int64_t jobs_start_at;  /* when the jobs of the store are to be started; INT64_MAX: they have been */
    uint64_t job_under_way; /* 0: none */
    unsigned job_permille;

    pending_call_t *calls;
    size_t n_calls, calls_capacity, calls_before_step;
    following_t *following;
    size_t n_following;
    caller_seen_t *seen; /* those who sent a command since our start */
    size_t n_seen;
    const method_t *asked; /* the method that was found last, and who carries it out; NULL before the first */
    handler_t asked_handler;

    arena_t *arena; /* memory of the step; its outputs are borrowed until the next but one begins */
    output_t *outputs;
    size_t n_outputs, outputs_capacity;
    step_memory_t before;       /* of the step before, whose outputs may still wait */
    const input_t *step_inputs; /* from the first on: they may have to be run again */
    size_t n_step_inputs;
    bool step_starts_jobs;
    buffer_t step_records; /* packed FeedBody.records of the step */
    size_t n_step_records;
    buffer_t scratch;
};

/* Where a step was, to go back to with its savepoint. */
typedef struct {
    uint64_t step_seq;
    size_t n_calls, n_outputs, n_step_records, records_size;
} mark_t;

struct txn {
    node_t *node;
    caller_t caller;
    const char *caller_name, *actor, *reason, *method;
    uint64_t trace;
    uint64_t seq; /* the journal row this would be */
    unsigned minted;
    ProtobufCBinaryData events[TXN_EVENTS_MAX];
    size_t n_events;
    bool marked; /* something follows from it: the journal must have a row */
    mark_t before;
};

/* --- outputs.c --- */
bytes_t node_copy (node_t *self, bytes_t bytes); /* into the step's memory */
const char *node_copy_text (node_t *self, const char *text);
bytes_t node_pack (node_t *self, const ProtobufCMessage *message); /* of what is ours to say, so that it fits */
output_t *node_output (node_t *self, output_kind_t kind);
void node_note (node_t *self, const char *what, const char *method, const char *peer, const fault_t *why);

/* --- txn.c --- */
void txn_begin (txn_t *self, node_t *node, const char *method); /* on behalf of the service itself */

/* Keeps what was done when why->status is OK, else undoes it; a statement that failed turns `why` into its fault.
 * False when the store has failed as a whole: then the step will be refused, and nothing more need be said. */
bool txn_end (txn_t *self, fault_t *why);

/* For inputs that no one waits for (timers, answers, jobs, events): ends, leaves a journal row where there is something
 * to remember, and a note where it went wrong. False when it is not done with: nobody would ask for it again, so what
 * failed for want of disk, memory or room is to be tried again later. */
bool txn_conclude (txn_t *self, fault_t *why, const char *what);

mark_t node_mark (const node_t *self);                /* with store_savepoint */
void node_back_to (node_t *self, const mark_t *mark); /* with store_undo */

/* --- journal.c --- */
typedef struct {
    const uint8_t *request_id; /* NULL where nothing was asked from outside */
    const uint8_t *digest;
    status_t status;
    const char *refusal, *message, *values;
    bytes_t reply; /* data NULL: none kept */
} journal_entry_t;
status_t journal_open (node_t *self, fault_t *reterr);
status_t journal_check (node_t *self, uint64_t after, uint64_t last, fault_t *reterr); /* DATA_LOSS / JOURNAL_GAP */
void journal_append (txn_t *txn, const journal_entry_t *entry);
void journal_digest (const node_t *self, const char *method, bytes_t body, uint8_t out[DIGEST_SIZE]);
/* False: certainly not. True: look. */
bool journal_may_have (node_t *self, const char *caller, const uint8_t request_id[REQUEST_ID_SIZE]);
void quarantine_add (node_t *self, const char *peer, const fault_t *why, bytes_t bytes);

/* --- requests.c --- */
void request_run (node_t *self, const input_t *input);
void request_refuse (node_t *self, const input_t *input, const fault_t *why); /* without touching the store */
bool request_is_query (const node_t *self, const input_t *input);

/* --- calls.c --- */
status_t calls_open (node_t *self, fault_t *reterr);
void calls_answer (node_t *self, const input_t *input, const Bus__ReplyHeader *header);
void calls_give_up (node_t *self); /* those whose time is over */
void calls_send (node_t *self);    /* those that are due; after the commit */
void calls_settle (node_t *self, bool committed);
int64_t calls_wake_at (const node_t *self);
void request_id_make (int64_t at, uint64_t number, uint16_t kind, uint8_t out[REQUEST_ID_SIZE]);

/* --- feeds.c --- */
status_t feeds_open (node_t *self, fault_t *reterr);
void feeds_receive (node_t *self, const input_t *input);
bool feeds_answer (node_t *self, const input_t *input,
                   const Bus__ReplyHeader *header); /* false: not a page of a feed */
void feeds_fetch (node_t *self);                    /* pages that are missing */
void feeds_publish (node_t *self);
void feeds_settle (node_t *self, bool committed);
int64_t feeds_wake_at (const node_t *self);
void feed_header_fill (const node_t *self, Bus__FeedHeader *header, uint64_t first, uint64_t last);

/* --- timers.c (timers and jobs) --- */
void timers_run (node_t *self);
int64_t timers_wake_at (node_t *self);
void jobs_restart (node_t *self);
void jobs_done (node_t *self, const input_t *input);

#endif
