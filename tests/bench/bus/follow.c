#include "follow.h"

#include "contract/bus.contract.h"
#include "contract/lease.contract.h"
#include "node/node.h"

#include "fyrtaarn/bus/v1/bus.pb-c.h"
#include "fyrtaarn/lease/v1/events.pb-c.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { SEQ_MAX = 1 << 23, FRAMES_PER_STEP = 64, POLL_MS = 20, CATCH_UP_MAX_S = 900 };

struct feed_reader {
    void *context, *feed, *requests;
    const char *owner;
    node_t *node; /* NULL of one that only reads */
    pthread_t thread;
    atomic_bool stopping, caught_up;
    uint64_t position, head, records, missed;
    atomic_uint_fast64_t committed; /* of a follower: its position on disk */
    int64_t started_ns, caught_up_ns;
    uint64_t caught_up_events;
    int64_t *committed_at; /* by seq */
    uint64_t applied[FRAMES_PER_STEP * 512];
    size_t n_applied; /* events applied in the step under way */
};

/* --- the follower's service: one row per event, as reporting keeps --- */

static feed_reader_t *running; /* handlers know only their transaction, and this must know what they saw */

static status_t keep_event (txn_t *txn, const ProtobufCMessage *message, int64_t happened_at, fault_t *reterr)
{
    (void) reterr;
    const Lease__Event *event = (const Lease__Event *) message;
    if (event->event_case != LEASE__EVENT__EVENT_ROOM_BOOKED)
        return STATUS_OK;
    (void) txn_run (txn, "INSERT INTO heard (booking, room, at) VALUES ($1, $2, $3)", event->room_booked->booking,
                    event->room_booked->room, happened_at);
    if (running->n_applied < sizeof running->applied / sizeof *running->applied)
        running->applied[running->n_applied++] = event->room_booked->booking >> 8 & ((UINT64_C (1) << 40) - 1);
    return STATUS_OK;
}

static const migration_t SCHEMA[] = {
    { 1, "001_heard", "CREATE TABLE heard (booking INTEGER PRIMARY KEY, room INTEGER, at INTEGER) STRICT" },
    { 0 },
};

static const follower_t FOLLOWERS[] = { { "lease", &lease_contract, keep_event }, { 0 } };

static const contract_t NO_METHODS = { .package = "bench" };

static const service_t FOLLOWING = {
    .name = "bench",
    .identity = CALLER_REPORTING,
    .contract = &NO_METHODS,
    .schema = SCHEMA,
    .followers = FOLLOWERS,
};

static void no_chance (void *context, void *out, size_t size)
{
    (void) context;
    memset (out, 7, size);
}

/* --- frames --- */

typedef struct {
    zmq_msg_t header, body;
} frame_t;

/* False when nothing waits. */
static bool take_frame (void *socket, bool topic, frame_t *frame)
{
    zmq_msg_init (&frame->header);
    zmq_msg_init (&frame->body);
    if (topic && zmq_msg_recv (&frame->header, socket, ZMQ_DONTWAIT) < 0)
        return false;
    return zmq_msg_recv (&frame->header, socket, ZMQ_DONTWAIT) >= 0 && zmq_msg_recv (&frame->body, socket, 0) >= 0;
}

static void drop_frame (frame_t *frame)
{
    zmq_msg_close (&frame->header);
    zmq_msg_close (&frame->body);
}

static void note_header (feed_reader_t *self, frame_t *frame)
{
    Bus__FeedHeader *header =
        bus__feed_header__unpack (NULL, zmq_msg_size (&frame->header), zmq_msg_data (&frame->header));
    if (!header)
        die ("a feed header that cannot be read");
    if (self->position && header->first > self->position + 1)
        self->missed += header->first - self->position - 1;
    if (header->last > self->position)
        self->records += self->position ? header->last - self->position : 0, self->position = header->last;
    self->head = header->head;
    bus__feed_header__free_unpacked (header, NULL);
}

/* --- reading only --- */

static void wait_for (feed_reader_t *self)
{
    zmq_pollitem_t items[] = { { .socket = self->feed, .events = ZMQ_POLLIN },
                               { .socket = self->requests, .events = ZMQ_POLLIN } };
    (void) zmq_poll (items, self->requests ? 2 : 1, POLL_MS);
}

static void *read_only (void *argument)
{
    feed_reader_t *self = argument;
    while (!atomic_load (&self->stopping)) {
        frame_t frame;
        wait_for (self);
        while (take_frame (self->feed, true, &frame)) {
            note_header (self, &frame);
            drop_frame (&frame);
            atomic_store (&self->caught_up, true);
        }
    }
    return NULL;
}

/* --- following --- */

static size_t take_inputs (feed_reader_t *self, frame_t *frames, input_t *inputs)
{
    size_t count = 0;
    while (count < FRAMES_PER_STEP) {
        frame_t *frame = &frames[count];
        bool page = take_frame (self->requests, false, frame);
        if (!page && !take_frame (self->feed, true, frame))
            break;
        if (!page)
            note_header (self, frame);
        inputs[count++] = (input_t){
            .kind = page ? INPUT_ANSWER : INPUT_FEED,
            .peer = self->owner,
            .header = bytes_of (zmq_msg_data (&frame->header), zmq_msg_size (&frame->header)),
            .body = bytes_of (zmq_msg_data (&frame->body), zmq_msg_size (&frame->body)),
        };
    }
    return count;
}

static void send_calls (feed_reader_t *self, outputs_t outputs)
{
    for (size_t i = 0; i < outputs.count; i++) {
        const output_t *output = &outputs.list[i];
        if (output->kind == OUTPUT_NOTE)
            die ("the follower: %s: %s", output->note.reason, output->note.message);
        if (output->kind != OUTPUT_CALL)
            continue;
        (void) zmq_send (self->requests, output->header.data, output->header.size, ZMQ_DONTWAIT | ZMQ_SNDMORE);
        (void) zmq_send (self->requests, output->body.data, output->body.size, ZMQ_DONTWAIT);
    }
}

static uint64_t committed_position (feed_reader_t *self)
{
    rows_t *row = store_row (node_store (self->node), "SELECT position FROM feed WHERE owner = $1", self->owner);
    uint64_t position = row ? rows_uint (row, 0) : 0;
    if (row)
        rows_close (row);
    return position;
}

/* The events of the step are on disk now. */
static void note_commit (feed_reader_t *self)
{
    int64_t now = now_ns ();
    for (size_t i = 0; i < self->n_applied; i++)
        if (self->applied[i] < SEQ_MAX)
            self->committed_at[self->applied[i]] = now;
    size_t applied = self->n_applied;
    self->n_applied = 0;
    atomic_store (&self->committed, committed_position (self));
    if (atomic_load (&self->caught_up))
        return;
    self->caught_up_events += applied;
    if (self->head == 0 || feed_reader_position (self) < self->head)
        return;
    self->caught_up_ns = now - self->started_ns;
    atomic_store (&self->caught_up, true);
}

static int64_t now_ms (void)
{
    struct timespec time;
    clock_gettime (CLOCK_REALTIME, &time);
    return (int64_t) time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void *follow (void *argument)
{
    feed_reader_t *self = argument;
    static frame_t frames[FRAMES_PER_STEP];
    static input_t inputs[FRAMES_PER_STEP];
    while (!atomic_load (&self->stopping)) {
        wait_for (self);
        size_t count = take_inputs (self, frames, inputs);
        send_calls (self, node_step (self->node, now_ms (), inputs, count));
        note_commit (self);
        for (size_t i = 0; i < count; i++)
            drop_frame (&frames[i]);
    }
    return NULL;
}

/* --- from outside --- */

static node_t *make_node (const char *path)
{
    fault_t why = { 0 };
    node_ports_t ports = { .random = no_chance, .version = "bench" };
    store_t *store = store_open (path, &why);
    node_t *node = store ? node_new (&FOLLOWING, store, &ports, now_ms (), &why) : NULL;
    if (!node)
        die ("the follower's store %s: %s", path, why.message);
    return node;
}

feed_reader_t *feed_reader_start (const char *keys, const char *party, const char *owner, const char *store)
{
    feed_reader_t *self = calloc (1, sizeof *self);
    party_keys_t own = bench_keys (keys, party);
    if (!self || !(self->committed_at = calloc (SEQ_MAX, sizeof *self->committed_at)))
        die ("no memory for a reader");
    self->owner = owner;
    self->context = zmq_ctx_new ();
    self->feed = bench_connect (self->context, ZMQ_SUB, &own, owner);
    self->started_ns = now_ns ();
    if (store) {
        self->requests = bench_connect (self->context, ZMQ_DEALER, &own, owner);
        self->node = make_node (store);
        running = self;
    }
    registry_destroy (&own.registry);
    if (pthread_create (&self->thread, NULL, store ? follow : read_only, self) != 0)
        die ("no thread for a reader");
    for (int i = 0; i < CATCH_UP_MAX_S * 100 && !atomic_load (&self->caught_up); i++)
        usleep (10000);
    if (!atomic_load (&self->caught_up))
        die ("nothing comes from the feed of %s", owner);
    return self;
}

void feed_reader_stop (feed_reader_t *self)
{
    atomic_store (&self->stopping, true);
    pthread_join (self->thread, NULL);
}

void feed_reader_destroy (feed_reader_t **self)
{
    feed_reader_t *reader = *self;
    zmq_close (reader->feed);
    if (reader->requests)
        zmq_close (reader->requests);
    zmq_ctx_term (reader->context);
    node_destroy (&reader->node);
    free (reader->committed_at);
    free (reader);
    *self = NULL;
}

uint64_t feed_reader_records (const feed_reader_t *self)
{
    return self->records;
}

uint64_t feed_reader_missed (const feed_reader_t *self)
{
    return self->missed;
}

uint64_t feed_reader_position (const feed_reader_t *self)
{
    return atomic_load (&self->committed);
}

int64_t feed_reader_committed_at (const feed_reader_t *self, uint64_t seq)
{
    return seq < SEQ_MAX ? self->committed_at[seq] : 0;
}

int64_t feed_reader_caught_up_ns (const feed_reader_t *self)
{
    return self->caught_up_ns;
}

uint64_t feed_reader_caught_up_events (const feed_reader_t *self)
{
    return self->caught_up_events;
}
