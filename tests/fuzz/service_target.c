/*
 * One service with its real handlers and schema on a store in memory, and everything it can be told: requests of every
 * method and caller, events it follows, answers to its calls, time. Input: a scene (scene.h).
 *
 * Whatever it is told,
 *   - every request is answered once, the reply keeps its contract, the refusal is clear;
 *   - what was refused, and what only asks, leaves the tables as they were;
 *   - a command repeated gets the same bytes and changes nothing;
 *   - what it tells others (calls, events) keeps their contracts;
 *   - an event not taken, an answer not taken change nothing;
 *   - the journal has no gap.
 */
#include "fuzz/service.h"

#include "fuzz/fuzz.h"
#include "fuzz/recall.h"
#include "fuzz/scene.h"
#include "fuzz/types.h"
#include "fuzz/world.h"

#include "base/own.h"
#include "contract/bus.contract.h"
#include "contract/node.contract.h"
#include "harness/chance.h"
#include "wire/message.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    MEMORY = 64 * 1024 * 1024,
    SCENE_BYTES_MAX = 4 * 1024 * 1024,
    REPLY_MOST = 4 * 1024 * 1024,
    SETTLE_STEPS = 40,
    REQUEST_ID_SIZE = 16
};
#define YEARS_50 (INT64_C (50) * 366 * MS_PER_DAY)

typedef struct {
    uint8_t id[REQUEST_ID_SIZE];
    const char *target;
} pending_t;

typedef struct {
    node_t *node;
    store_t *store; /* the node's */
    world_t world;  /* as last seen */
    arena_t *arena; /* of one act */
    int64_t now;
    uint64_t chance, requests;
    pending_t pending[PENDING_MAX];
    size_t n_pending;
    bool answered;
    fault_t answer;
    buffer_t reply_header, reply_body;
    uint64_t job; /* 0: none has ended */
    status_t job_status;
    buffer_t job_output;
} stage_t;

/* --- what the service says --- */

static const ProtobufCMessage *expect_decodes (stage_t *self, const message_rule_t *rule, bytes_t bytes, size_t max)
{
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    status_t status = message_decode (rule, bytes, max, self->arena, &message, &why);
    if (status != STATUS_OK)
        ensure_failed (why.message, rule->descriptor->name, 0, "it keeps its contract");
    return message;
}

static void hear_reply (stage_t *self, const output_t *output)
{
    ensure (!self->answered);
    const Bus__ReplyHeader *header =
        (const Bus__ReplyHeader *) expect_decodes (self, &bus_reply_header_rule, output->header, WIRE_MESSAGE_MAX);
    self->answered = true;
    self->answer = (fault_t){ 0 };
    if (header->status != STATUS_OK) {
        (void) fault (&self->answer, (status_t) header->status, header->reason, "%s", header->message);
        expect_clear (self->answer.status, &self->answer);
        ensure (output->body.size == 0);
    }
    buffer_rewind (&self->reply_header);
    buffer_rewind (&self->reply_body);
    buffer_append (&self->reply_header, output->header.data, output->header.size);
    buffer_append (&self->reply_body, output->body.data, output->body.size);
}

static void hear_call (stage_t *self, const output_t *output)
{
    const Bus__RequestHeader *header =
        (const Bus__RequestHeader *) expect_decodes (self, &bus_request_header_rule, output->header, WIRE_MESSAGE_MAX);
    const method_t *method = method_by_name (header->method);
    ensure (method && header->request_id.len == REQUEST_ID_SIZE);
    ensure (method_allows (method, FUZZ_SERVICE.identity));
    (void) expect_decodes (self, method->request, output->body, WIRE_MESSAGE_MAX);
    pending_t *pending = &self->pending[self->n_pending < PENDING_MAX ? self->n_pending++ : PENDING_MAX - 1];
    memcpy (pending->id, header->request_id.data, REQUEST_ID_SIZE);
    pending->target = output->target;
}

static void hear_feed (stage_t *self, const output_t *output)
{
    (void) expect_decodes (self, &bus_feed_header_rule, output->header, WIRE_MESSAGE_MAX);
    const Bus__FeedBody *body =
        (const Bus__FeedBody *) expect_decodes (self, &bus_feed_body_rule, output->body, WIRE_PAGE_MAX);
    for (size_t i = 0; i < body->n_records; i++)
        for (size_t n = 0; n < body->records[i]->n_events; n++) {
            ProtobufCBinaryData event = body->records[i]->events[n];
            (void) expect_decodes (self, FUZZ_SERVICE.contract->event, bytes_of (event.data, event.len),
                                   WIRE_MESSAGE_MAX);
        }
}

static void do_job (stage_t *self, const output_t *output)
{
    const job_handler_t *job = FUZZ_SERVICE.jobs;
    while (strcmp (job->name, output->target) != 0)
        job++;
    buffer_rewind (&self->job_output);
    self->job = output->route;
    self->job_status = job->run (NULL, output->body, &self->job_output, NULL);
}

static int64_t step (stage_t *self, const input_t *input)
{
    outputs_t out = node_step (self->node, self->now, input, input ? 1 : 0);
    for (size_t i = 0; i < out.count; i++) {
        const output_t *output = &out.list[i];
        if (output->kind == OUTPUT_REPLY)
            hear_reply (self, output);
        else if (output->kind == OUTPUT_CALL)
            hear_call (self, output);
        else if (output->kind == OUTPUT_FEED)
            hear_feed (self, output);
        else if (output->kind == OUTPUT_JOB)
            do_job (self, output);
        else if (output->kind == OUTPUT_NOTE && output->note.status != STATUS_OK)
            ensure (utf8_valid (output->note.message, strlen (output->note.message)));
    }
    return out.wake_at;
}

/* Until nothing is due and no job is to be taken. */
static void settle (stage_t *self)
{
    for (int i = 0; i < SETTLE_STEPS; i++) {
        input_t ended = { .kind = INPUT_JOB, .peer = "", .route = self->job, .status = self->job_status };
        ended.body = buffer_bytes (&self->job_output);
        bool any = self->job != 0;
        self->job = 0;
        if (step (self, any ? &ended : NULL) > self->now && !self->job)
            return;
    }
}

static world_t look (stage_t *self)
{
    world_look (&self->world, self->store);
    return self->world;
}

/* --- what was reached --- */

enum { METHODS_MAX = 128 };
static unsigned carried_out[METHODS_MAX], refused[METHODS_MAX];
static fault_t last_refusal[METHODS_MAX];

/* With FUZZ_TELL in the environment: which methods were carried out, and which nobody got further than a refusal. */
static void tell (void)
{
    size_t reached = 0;
    for (size_t i = 0; i < service_method_count (); i++) {
        reached += carried_out[i] > 0;
        if (carried_out[i] == 0)
            fprintf (stderr, "never carried out: %s (%u refused, the last: %s, %s)\n", service_method_at (i)->name,
                     refused[i], last_refusal[i].reason, last_refusal[i].message);
    }
    fprintf (stderr, "carried out: %zu of %zu methods\n", reached, service_method_count ());
}

static void tell_at_exit (void)
{
    static bool asked;
    if (!asked && getenv ("FUZZ_TELL"))
        (void) atexit (tell);
    asked = true;
}

unsigned service_carried_out (size_t method)
{
    return carried_out[method];
}

/* --- requests --- */

static size_t method_index (const method_t *method)
{
    for (size_t i = 0; i < service_method_count (); i++)
        if (service_method_at (i) == method)
            return i;
    return 0;
}

static caller_t caller_of (const method_t *method, uint8_t number)
{
    if (number % 16 != 0)
        return (caller_t) (number % CALLER_COUNT);
    caller_t caller = CALLER_LEASE;
    while (caller < CALLER_ANYONE && !method_allows (method, caller))
        caller++;
    return caller == CALLER_ANYONE ? CALLER_OPERATOR : caller;
}

static bytes_t pack_header (stage_t *self, const method_t *method, uint64_t number)
{
    uint8_t id[REQUEST_ID_SIZE] = { 1 };
    memcpy (id + 8, &number, sizeof number);
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) method->name;
    header.request_id = (ProtobufCBinaryData){ sizeof id, id };
    header.actor = (char *) "fuzz";
    header.reason = (char *) "because";
    size_t size = protobuf_c_message_get_packed_size (&header.base);
    uint8_t *packed = arena_alloc (self->arena, size);
    ensure (packed);
    protobuf_c_message_pack (&header.base, packed);
    return bytes_of (packed, size);
}

static void ask (stage_t *self, const input_t *input)
{
    self->answered = false;
    (void) step (self, input);
    ensure (self->answered);
}

static void expect_same_answer_again (stage_t *self, const input_t *input)
{
    owned_buffer header = BUFFER (WIRE_MESSAGE_MAX), body = BUFFER (REPLY_MOST);
    buffer_append (&header, self->reply_header.data, self->reply_header.size);
    buffer_append (&body, self->reply_body.data, self->reply_body.size);
    settle (self);
    world_t before = look (self);
    ask (self, input);
    world_t after = look (self);
    ensure (world_same (&before, &after, NULL));
    ensure (bytes_equal (buffer_bytes (&header), buffer_bytes (&self->reply_header)));
    ensure (bytes_equal (buffer_bytes (&body), buffer_bytes (&self->reply_body)));
}

static bool act_request (stage_t *self, const act_t *act)
{
    if (act->bytes.size < TYPE_MARK_SIZE)
        return false;
    const method_t *method = service_method (act->bytes.data);
    caller_t caller = caller_of (method, act->number);
    bytes_t body = bytes_of (act->bytes.data + TYPE_MARK_SIZE, act->bytes.size - TYPE_MARK_SIZE);
    input_t input = { .kind = INPUT_REQUEST,
                      .peer = caller_name (caller) ? caller_name (caller) : "nobody",
                      .caller = caller,
                      .header = pack_header (self, method, ++self->requests),
                      .body = body,
                      .route = method_index (method) };
    world_t before = look (self);
    ask (self, &input);
    world_t after = look (self);
    (self->answer.status == STATUS_OK ? carried_out : refused)[method_index (method)]++;
    last_refusal[method_index (method)] = self->answer;
    if (self->answer.status == STATUS_OK) {
        recall_learn (method->request, expect_decodes (self, method->request, body, WIRE_MESSAGE_MAX));
        recall_learn (method->reply,
                      expect_decodes (self, method->reply, buffer_bytes (&self->reply_body), REPLY_MOST));
    }
    if (self->answer.status != STATUS_OK || !method->command)
        ensure (world_same (&before, &after, NULL));
    bool done = self->answer.status == STATUS_OK;
    if (method->command && !status_is_fault (self->answer.status))
        expect_same_answer_again (self, &input);
    return done;
}

/* --- everything else --- */

static size_t follower_count (void)
{
    size_t count = 0;
    while (FUZZ_SERVICE.followers && FUZZ_SERVICE.followers[count].owner)
        count++;
    return count;
}

static uint64_t position_of (stage_t *self, const char *owner)
{
    store_begin (self->store);
    rows_t *row = store_row (self->store, "SELECT position FROM feed WHERE owner = $1", owner);
    uint64_t position = row ? rows_uint (row, 0) : 0;
    if (row)
        rows_close (row);
    store_rollback (self->store);
    return position;
}

/* An input that is not taken changes nothing. What says whether it was: a position in a feed, a call that is gone. */
static bool hear (stage_t *self, const input_t *input)
{
    world_t before = look (self);
    self->answered = false;
    (void) step (self, input);
    world_t after = look (self);
    bool taken = !world_same (&before, &after, "feed") || !world_same (&before, &after, "call");
    ensure (taken || world_same (&before, &after, NULL));
    return taken;
}

static bytes_t pack (stage_t *self, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size (message);
    uint8_t *packed = arena_alloc (self->arena, size + 1);
    ensure (packed);
    protobuf_c_message_pack (message, packed);
    return bytes_of (packed, size);
}

static bool act_event (stage_t *self, const act_t *act)
{
    if (follower_count () == 0)
        return false;
    const follower_t *follower = &FUZZ_SERVICE.followers[act->number % follower_count ()];
    uint64_t next = position_of (self, follower->owner) + 1;
    ProtobufCBinaryData event = { act->bytes.size, (uint8_t *) (uintptr_t) act->bytes.data };
    Bus__FeedRecord record = BUS__FEED_RECORD__INIT;
    record.seq = next;
    record.at = self->now;
    record.events = &event;
    record.n_events = 1;
    Bus__FeedRecord *records[] = { &record };
    Bus__FeedBody body = BUS__FEED_BODY__INIT;
    body.records = records;
    body.n_records = 1;
    Bus__FeedHeader header = BUS__FEED_HEADER__INIT;
    header.epoch = 1;
    header.first = header.last = header.head = next;
    header.sent_at = self->now;
    (void) hear (self, &(input_t){ .kind = INPUT_FEED,
                                   .peer = follower->owner,
                                   .header = pack (self, &header.base),
                                   .body = pack (self, &body.base) });
    if (position_of (self, follower->owner) != next)
        return false;
    recall_learn (follower->contract->event,
                  expect_decodes (self, follower->contract->event, act->bytes, WIRE_MESSAGE_MAX));
    return true;
}

static bool act_answer (stage_t *self, const act_t *act)
{
    if (self->n_pending == 0 || act->bytes.size == 0)
        return false;
    const pending_t *pending = &self->pending[act->number % self->n_pending];
    Bus__ReplyHeader header = BUS__REPLY_HEADER__INIT;
    header.request_id = (ProtobufCBinaryData){ REQUEST_ID_SIZE, (uint8_t *) (uintptr_t) pending->id };
    header.status = act->bytes.data[0] % (STATUS_UNAUTHENTICATED + 1);
    header.reason = (char *) (header.status ? "FUZZ_SAYS_NO" : "");
    header.message = (char *) (header.status ? "no" : "");
    return hear (self, &(input_t){ .kind = INPUT_ANSWER,
                                   .peer = pending->target,
                                   .header = pack (self, &header.base),
                                   .body = bytes_of (act->bytes.data + 1, act->bytes.size - 1) });
}

static bool act_time (stage_t *self, const act_t *act)
{
    int32_t minutes = 0;
    memcpy (&minutes, act->bytes.data, act->bytes.size < sizeof minutes ? act->bytes.size : sizeof minutes);
    int64_t then = self->now + (int64_t) minutes * 60 * 1000;
    if (then > SCENE_BEGINS - YEARS_50 && then < SCENE_BEGINS + YEARS_50)
        self->now = then;
    return true;
}

static bool act_raw (stage_t *self, const act_t *act)
{
    static const input_kind_t KINDS[] = { INPUT_REQUEST, INPUT_ANSWER, INPUT_FEED };
    if (act->bytes.size == 0)
        return false;
    size_t header = act->bytes.data[0] < act->bytes.size ? act->bytes.data[0] : act->bytes.size - 1;
    size_t followers = follower_count ();
    caller_t caller = (caller_t) (act->number / 3 % CALLER_COUNT);
    input_t input = { .kind = KINDS[act->number % 3],
                      .peer = followers ? FUZZ_SERVICE.followers[act->number / 3 % followers].owner : "nobody",
                      .caller = caller,
                      .header = bytes_of (act->bytes.data + 1, header),
                      .body = bytes_of (act->bytes.data + 1 + header, act->bytes.size - 1 - header) };
    if (input.kind != INPUT_REQUEST)
        return hear (self, &input);
    world_t before = look (self);
    ask (self, &input);
    world_t after = look (self);
    if (self->answer.status != STATUS_OK)
        ensure (world_same (&before, &after, NULL));
    return self->answer.status == STATUS_OK;
}

/* --- the stage --- */

static void draw_for_node (void *context, void *out, size_t size)
{
    stage_t *self = context;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *) out)[i] = (uint8_t) draw (&self->chance);
}

static void open_stage (stage_t *self)
{
    fault_t why = { 0 };
    node_ports_t ports = { .random = draw_for_node, .context = self, .version = "fuzz", .master_key = { 7 } };
    *self = (stage_t){ .now = SCENE_BEGINS, .arena = arena_new (MEMORY) };
    self->reply_header = BUFFER (WIRE_MESSAGE_MAX);
    self->reply_body = self->job_output = BUFFER (REPLY_MOST);
    self->store = store_open (":memory:", &why);
    ensure (self->store);
    self->node = node_new (&FUZZ_SERVICE, self->store, &ports, self->now, &why);
    ensure (self->node);
}

static void close_stage (stage_t *self)
{
    node_destroy (&self->node);
    arena_destroy (&self->arena);
    buffer_clear (&self->reply_header);
    buffer_clear (&self->reply_body);
    buffer_clear (&self->job_output);
}

static stage_t stage; /* as the last scene left it */
static buffer_t last_played = { .max = SCENE_BYTES_MAX };

bytes_t service_last_played (void)
{
    return buffer_bytes (&last_played);
}

bool service_try (const act_t *act)
{
    static bool (*const PERFORM[ACT_KINDS]) (stage_t *, const act_t *) = {
        [ACT_REQUEST] = act_request, [ACT_EVENT] = act_event, [ACT_ANSWER] = act_answer,
        [ACT_TIME] = act_time,       [ACT_RAW] = act_raw,
    };
    settle (&stage);
    arena_reset (stage.arena);
    return PERFORM[act->kind](&stage, act);
}

void service_play (bytes_t bytes)
{
    ensure (sodium_init () >= 0);
    close_stage (&stage);
    open_stage (&stage);
    recall_nothing ();
    buffer_rewind (&last_played);
    buffer_append (&last_played, bytes.data, bytes.size);
    scene_t scene = scene_read (bytes);
    for (size_t i = 0; i < scene.count; i++)
        (void) service_try (&scene.acts[i]);
    settle (&stage);
    ensure (world_journal_whole (stage.store, node_head (stage.node)));
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static bool prepared;
    const char *words = getenv ("FUZZ_WORDS"); /* a folder of plays, for the mutator */
    if (!prepared && words)
        recall_words (words, FUZZ_SERVICE.contract);
    prepared = true;
    tell_at_exit ();
    service_play (bytes_of (data, size));
    return 0;
}
