/*
 * A bench for the engine: one node under the test's hand, with a service of its own that is as small as a service can
 * be. It counts: amounts are added under keys, other services are asked to, and what came of it stands in tables.
 *
 * The contract is made of the specimen's messages. Numbers.a_uint64 is a key, a_int64 an amount, a_int32 a status.
 * Every encoded byte lives until the test ends, or until bench_rest.
 */
#ifndef FYR_TESTS_NODE_KIT_H
#define FYR_TESTS_NODE_KIT_H

#include "contract/bus.contract.h"
#include "contract/node.contract.h"
#include "node/node.h"
#include "specimen/specimen.contract.h"
#include "unit/engine_kit.h"
#include "wire/field.h"
#include "wire/message.h"

#include <sodium.h>

#define TALLY(name) "fyrtaarn.tally.v1.Tally/" name
#define NODE(name) "fyrtaarn.node.v1.Node/" name

enum { POISON = -666 }; /* the amount of an event that is refused */

/* What handlers that nobody waits for (ring, asked, heard, worked) are to say after they have done their work. */
static status_t trouble;
static bool echo;          /* whether heard emits what it heard */
static bool ask_once_more; /* whether asked asks again, with no patience left */

/* --- the service --- */

static const migration_t TALLY_SCHEMA[] = {
    { 1, "001_tally",
      "CREATE TABLE entry (id INTEGER PRIMARY KEY, key INTEGER NOT NULL, amount INTEGER NOT NULL) STRICT;"
      "CREATE TABLE ballast (id INTEGER PRIMARY KEY, load BLOB NOT NULL) STRICT;"
      "CREATE TABLE rung (id INTEGER PRIMARY KEY, subject INTEGER NOT NULL) STRICT;"
      "CREATE TABLE asked (id INTEGER PRIMARY KEY, subject INTEGER NOT NULL, status INTEGER NOT NULL,"
      " reason TEXT NOT NULL, total INTEGER NOT NULL) STRICT;"
      "CREATE TABLE heard (id INTEGER PRIMARY KEY, key INTEGER NOT NULL, amount INTEGER NOT NULL) STRICT;"
      "CREATE TABLE worked (id INTEGER PRIMARY KEY, subject INTEGER NOT NULL, size INTEGER NOT NULL) STRICT;" },
    { 0, NULL, NULL },
};

static inline int64_t tally_total (txn_t *txn)
{
    rows_t *row = txn_row (txn, "SELECT coalesce (sum (amount), 0) FROM entry");
    return row ? rows_int (row, 0) : 0;
}

static inline uint64_t tally_enter (txn_t *txn, uint64_t key, int64_t amount)
{
    uint64_t id = txn_new_id (txn);
    (void) txn_run (txn, "INSERT INTO entry (id, key, amount) VALUES ($1, $2, $3)", id, key, amount);
    Specimen__Numbers event = SPECIMEN__NUMBERS__INIT;
    event.a_uint64 = key;
    event.a_int64 = amount;
    event.a_fixed64 = id;
    txn_emit (txn, &event.base);
    return id;
}

static inline status_t tally_add (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply, fault_t *reterr)
{
    (void) reterr;
    const Specimen__Numbers *asked = (const Specimen__Numbers *) request;
    Specimen__Numbers *given = (Specimen__Numbers *) reply;
    given->a_uint64 = tally_enter (txn, asked->a_uint64, asked->a_int64);
    given->a_int64 = tally_total (txn);
    return STATUS_OK;
}

static inline status_t tally_total_of (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                       fault_t *reterr)
{
    (void) request, (void) reterr;
    ((Specimen__Numbers *) reply)->a_int64 = tally_total (txn);
    return STATUS_OK;
}

static inline status_t tally_ring (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                   fault_t *reterr)
{
    (void) reply, (void) reterr;
    const Specimen__Numbers *asked = (const Specimen__Numbers *) request;
    txn_at (txn, txn_now (txn) + asked->a_int64, "ring", asked->a_uint64);
    return STATUS_OK;
}

static inline status_t tally_work (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                   fault_t *reterr)
{
    (void) reterr;
    const Specimen__Numbers *asked = (const Specimen__Numbers *) request;
    ((Specimen__Numbers *) reply)->a_int64 = txn_job_permille (txn, "work", asked->a_uint64);
    txn_job (txn, "work", asked->a_uint64, bytes_of ("input", 5));
    return STATUS_OK;
}

static const contract_t tally_contract;

static inline void tally_call (txn_t *txn, uint64_t key, int64_t amount, int64_t give_up_at)
{
    Specimen__Numbers wish = SPECIMEN__NUMBERS__INIT;
    wish.a_uint64 = key;
    wish.a_int64 = amount;
    txn_call (txn, &(outgoing_call_t){ .target = "other",
                                       .method = contract_method (&tally_contract, TALLY ("Add")),
                                       .request = &wish.base,
                                       .answer = "asked",
                                       .subject = key,
                                       .give_up_at = give_up_at });
}

/* The amount is the patience in milliseconds; 0 is without end. */
static inline status_t tally_ask (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply, fault_t *reterr)
{
    (void) reply, (void) reterr;
    const Specimen__Numbers *asked = (const Specimen__Numbers *) request;
    tally_call (txn, asked->a_uint64, 1, asked->a_int64 ? txn_now (txn) + asked->a_int64 : 0);
    return STATUS_OK;
}

static inline status_t tally_unask (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                    fault_t *reterr)
{
    (void) reply, (void) reterr;
    txn_uncall (txn, "asked", ((const Specimen__Numbers *) request)->a_uint64);
    return STATUS_OK;
}

/* Does everything that a handler can do, and then says no. */
static inline status_t tally_fail (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                   fault_t *reterr)
{
    const Specimen__Numbers *asked = (const Specimen__Numbers *) request;
    (void) tally_add (txn, request, reply, reterr);
    (void) tally_ring (txn, request, reply, reterr);
    (void) tally_work (txn, request, reply, reterr);
    (void) tally_ask (txn, request, reply, reterr);
    return fault (reterr, (status_t) asked->a_int32, "TALLY_FAILED", "as asked");
}

static inline status_t tally_bloat (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                    fault_t *reterr)
{
    (void) reterr;
    const Specimen__Numbers *asked = (const Specimen__Numbers *) request;
    Specimen__Specimen *given = (Specimen__Specimen *) reply;
    given->data.len = asked->a_uint64;
    given->data.data = txn_alloc (txn, asked->a_uint64);
    return STATUS_OK;
}

static inline status_t tally_swell (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                    fault_t *reterr)
{
    (void) tally_enter (txn, 1, 1);
    return tally_bloat (txn, request, reply, reterr);
}

static inline status_t tally_fill (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                   fault_t *reterr)
{
    (void) reply, (void) reterr;
    uint64_t size = ((const Specimen__Numbers *) request)->a_uint64;
    (void) txn_run (txn, "INSERT INTO ballast (load) VALUES ($1)", bytes_of (txn_alloc (txn, size), size));
    return STATUS_OK;
}

/* As many events as the key says, of 5 KB each. */
static inline status_t tally_shout (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                    fault_t *reterr)
{
    (void) reply, (void) reterr;
    char *text = txn_alloc (txn, 1001);
    memset (text, 'x', 1000);
    char *texts[] = { text, text, text, text, text };
    Specimen__Lists event = SPECIMEN__LISTS__INIT;
    event.texts = texts;
    event.n_texts = 5;
    for (uint64_t i = 0; i < ((const Specimen__Numbers *) request)->a_uint64; i++)
        txn_emit (txn, &event.base);
    return STATUS_OK;
}

/* As when the disk cannot be read: the database has rolled back by itself. */
static inline status_t tally_break (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                    fault_t *reterr)
{
    (void) request, (void) reply, (void) reterr;
    (void) txn_run (txn, "ROLLBACK");
    store_fail (txn_store (txn), STATUS_UNAVAILABLE, "STORE_IO", "as asked");
    return STATUS_OK;
}

#define DESKS (1u << CALLER_TMF_DESK | 1u << CALLER_LEASE | 1u << CALLER_GUIDANCE)
#define METHOD(called, is_command, is_personal, who, gives)                                                            \
    {                                                                                                                  \
        .name = TALLY (called), .command = (is_command), .personal = (is_personal), .callers = (who),                  \
        .request = &specimen_numbers_rule, .reply = (gives)                                                            \
    }

static const method_t TALLY_METHODS[] = {
    METHOD ("Add", true, false, DESKS, &specimen_numbers_rule),
    METHOD ("Fail", true, false, DESKS, &specimen_numbers_rule),
    METHOD ("Ask", true, false, DESKS, &specimen_numbers_rule),
    METHOD ("Ring", true, false, DESKS, &specimen_numbers_rule),
    METHOD ("Work", true, false, DESKS, &specimen_numbers_rule),
    METHOD ("Fill", true, false, DESKS, &specimen_numbers_rule),
    METHOD ("Swell", true, false, DESKS, &specimen_specimen_rule),
    METHOD ("Total", false, false, 1u << CALLER_ANYONE, &specimen_numbers_rule),
    METHOD ("Look", false, true, DESKS, &specimen_numbers_rule),
    METHOD ("Bloat", false, false, DESKS, &specimen_specimen_rule),
    METHOD ("Break", false, false, DESKS, &specimen_numbers_rule),
    METHOD ("Shout", true, false, DESKS, &specimen_numbers_rule),
    METHOD ("Unask", true, false, DESKS, &specimen_numbers_rule),
};
static const contract_t tally_contract = {
    .package = "tally",
    .methods = TALLY_METHODS,
    .n_methods = sizeof TALLY_METHODS / sizeof TALLY_METHODS[0],
    .event = &specimen_specimen_rule,
};
static const handler_t TALLY_HANDLERS[] = { tally_add,   tally_fail,  tally_ask,      tally_ring,     tally_work,
                                            tally_fill,  tally_swell, tally_total_of, tally_total_of, tally_bloat,
                                            tally_break, tally_shout, tally_unask };

/* --- what it does when nobody waits --- */

static inline status_t say (fault_t *reterr)
{
    return trouble == STATUS_OK ? STATUS_OK : fault (reterr, trouble, "TALLY_TROUBLE", "as asked");
}

static inline status_t tally_rung (txn_t *txn, uint64_t subject, fault_t *reterr)
{
    (void) txn_run (txn, "INSERT INTO rung (id, subject) VALUES ($1, $2)", txn_new_id (txn), subject);
    return say (reterr);
}

static inline status_t tally_asked (txn_t *txn, const answer_t *answer, fault_t *reterr)
{
    const Specimen__Numbers *reply = (const Specimen__Numbers *) answer->reply;
    (void) txn_run (txn, "INSERT INTO asked (id, subject, status, reason, total) VALUES ($1, $2, $3, $4, $5)",
                    txn_new_id (txn), answer->subject, (int) answer->status, answer->reason,
                    reply ? reply->a_int64 : INT64_C (0));
    if (ask_once_more)
        tally_call (txn, answer->subject, 1, txn_now (txn));
    return say (reterr);
}

static inline status_t tally_heard (txn_t *txn, const ProtobufCMessage *event, int64_t happened_at, fault_t *reterr)
{
    (void) happened_at;
    const Specimen__Numbers *numbers = ((const Specimen__Specimen *) event)->numbers;
    if (!numbers)
        return STATUS_OK;
    (void) txn_run (txn, "INSERT INTO heard (key, amount) VALUES ($1, $2)", numbers->a_uint64, numbers->a_int64);
    if (echo)
        txn_emit (txn, &numbers->base);
    if (numbers->a_int64 == POISON)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "TALLY_POISON", "not this");
    return say (reterr);
}

static inline status_t tally_run_work (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr)
{
    (void) job, (void) reterr;
    buffer_append (output, input.data, input.size);
    return STATUS_OK;
}

static inline status_t tally_worked (txn_t *txn, uint64_t subject, bytes_t output, fault_t *reterr)
{
    (void) txn_run (txn, "INSERT INTO worked (id, subject, size) VALUES ($1, $2, $3)", txn_new_id (txn), subject,
                    (int64_t) output.size);
    return say (reterr);
}

static inline status_t tally_work_failed (txn_t *txn, uint64_t subject, status_t status, fault_t *reterr)
{
    (void) txn_run (txn, "INSERT INTO worked (id, subject, size) VALUES ($1, $2, $3)", txn_new_id (txn), subject,
                    -(int64_t) status);
    return say (reterr);
}

static const timer_handler_t TALLY_TIMERS[] = { { "ring", tally_rung }, { NULL, NULL } };
static const answer_handler_t TALLY_ANSWERS[] = { { "asked", &TALLY_METHODS[0], tally_asked }, { NULL, NULL, NULL } };
static const follower_t TALLY_FOLLOWERS[] = { { "other", &tally_contract, tally_heard },
                                              { "third", &tally_contract, tally_heard },
                                              { NULL, NULL, NULL } };
static const job_handler_t TALLY_JOBS[] = { { "work", tally_run_work, tally_worked, tally_work_failed }, { 0 } };

static const service_t TALLY_SERVICE = {
    .name = "tally",
    .identity = CALLER_REPORTING,
    .contract = &tally_contract,
    .handlers = TALLY_HANDLERS,
    .schema = TALLY_SCHEMA,
    .timers = TALLY_TIMERS,
    .answers = TALLY_ANSWERS,
    .followers = TALLY_FOLLOWERS,
    .jobs = TALLY_JOBS,
};

/* --- the bench --- */

static node_t *node;
static int64_t now;
static outputs_t out; /* of the last step */
static arena_t *bytes_arena;

static inline void bench_draw (void *context, void *bytes, size_t size)
{
    (void) context;
    randombytes_buf (bytes, size);
}

static inline node_t *bench_try (const service_t *service, fault_t *reterr)
{
    node_ports_t ports = { .random = bench_draw, .version = "test" };
    store_t *store = store_open (scratch_path ("node.db"), reterr);
    return store ? node_new (service, store, &ports, now, reterr) : NULL;
}

static inline void bench_restart (void)
{
    fault_t why = { 0 };
    node_destroy (&node);
    node = bench_try (&TALLY_SERVICE, &why);
    cr_assert (node, "%s %s", why.reason, why.message);
}

static inline void bench_begin (void)
{
    cr_assert (sodium_init () >= 0);
    scratch_make ();
    bytes_arena = arena_new (SIZE_MAX / 2);
    now = 1772442000000; /* 2026-03-02T09:00:00Z */
    bench_restart ();
}

static inline void bench_end (void)
{
    node_destroy (&node);
    arena_destroy (&bytes_arena);
    scratch_remove ();
}

static inline void bench_rest (void)
{
    arena_reset (bytes_arena);
}

static inline bytes_t keep (bytes_t bytes)
{
    uint8_t *copy = arena_alloc (bytes_arena, bytes.size + 1);
    cr_assert (copy);
    if (bytes.size)
        memcpy (copy, bytes.data, bytes.size);
    return bytes_of (copy, bytes.size);
}

static inline bytes_t pack (const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size (message);
    uint8_t *packed = arena_alloc (bytes_arena, size + 1);
    cr_assert (packed);
    protobuf_c_message_pack (message, packed);
    return bytes_of (packed, size);
}

static inline bytes_t numbers (uint64_t key, int64_t amount, int32_t status)
{
    Specimen__Numbers message = SPECIMEN__NUMBERS__INIT;
    message.a_uint64 = key;
    message.a_int64 = amount;
    message.a_int32 = status;
    return pack (&message.base);
}

/* --- inputs --- */

static inline bytes_t request_header (const char *method, uint64_t id, const char *actor, const char *reason)
{
    uint8_t request_id[16] = { 0 };
    memcpy (request_id, &id, sizeof id);
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) method;
    header.request_id = (ProtobufCBinaryData){ sizeof request_id, request_id };
    header.actor = (char *) (uintptr_t) actor;
    header.reason = (char *) (uintptr_t) reason;
    return pack (&header.base);
}

/* From a desk that says who acts and why; the route is the id. */
static inline input_t request (const char *method, uint64_t id, uint64_t key, int64_t amount)
{
    return (input_t){ .kind = INPUT_REQUEST,
                      .peer = "desk",
                      .caller = CALLER_TMF_DESK,
                      .header = request_header (method, id, "ann", "because"),
                      .body = numbers (key, amount, 0),
                      .route = id };
}

static inline input_t failing (uint64_t id, status_t status)
{
    input_t input = request (TALLY ("Fail"), id, 1, 5000);
    input.body = numbers (1, 5000, (int32_t) status);
    return input;
}

/* What `peer` says to a call of ours. */
static inline input_t answer_to (const output_t *call, const char *peer, status_t status, const char *reason,
                                 bytes_t body)
{
    ProtobufCMessage *asked = NULL;
    cr_assert_eq (message_decode (&bus_request_header_rule, call->header, WIRE_MESSAGE_MAX, bytes_arena, &asked, NULL),
                  STATUS_OK);
    Bus__ReplyHeader header = BUS__REPLY_HEADER__INIT;
    header.request_id = ((Bus__RequestHeader *) asked)->request_id;
    header.status = (uint32_t) status;
    header.reason = (char *) (uintptr_t) reason;
    return (input_t){ .kind = INPUT_ANSWER, .peer = peer, .header = pack (&header.base), .body = keep (body) };
}

/* --- steps and what came of them --- */

static inline void step (const input_t *inputs, size_t count)
{
    out = node_step (node, now, inputs, count);
}

static inline void step_one (input_t input)
{
    step (&input, 1);
}

/* The nth of its kind in the last step; NULL when there is none. */
static inline const output_t *output_at (output_kind_t kind, size_t n)
{
    for (size_t i = 0; i < out.count; i++)
        if (out.list[i].kind == kind && n-- == 0)
            return &out.list[i];
    return NULL;
}

static inline size_t outputs_of (output_kind_t kind)
{
    size_t count = 0;
    while (output_at (kind, count))
        count++;
    return count;
}

static inline const Bus__ReplyHeader *reply_to (uint64_t route)
{
    for (size_t i = 0; i < out.count; i++) {
        ProtobufCMessage *header = NULL;
        if (out.list[i].kind != OUTPUT_REPLY || out.list[i].route != route)
            continue;
        cr_assert_eq (message_decode (&bus_reply_header_rule, keep (out.list[i].header), WIRE_MESSAGE_MAX, bytes_arena,
                                      &header, NULL),
                      STATUS_OK);
        return (const Bus__ReplyHeader *) header;
    }
    return NULL;
}

/* The reason that one request alone in its step is answered with: "" when carried out, "-" when there is no answer. */
static inline const char *reason_of (input_t input)
{
    step_one (input);
    const Bus__ReplyHeader *header = reply_to (input.route);
    return header ? header->reason : "-";
}

static inline status_t status_of (input_t input)
{
    step_one (input);
    const Bus__ReplyHeader *header = reply_to (input.route);
    cr_assert (header, "no reply");
    return (status_t) header->status;
}

#define expect_reason(input, expected) cr_assert_str_eq (reason_of (input), expected)

/* The number that a query gives; its text must be a literal. */
static inline int64_t number_of (const char *sql)
{
    store_t *store = node_store (node);
    store_begin (store);
    rows_t *row = store_row (store, sql);
    cr_assert (row, "%s", sql);
    int64_t number = rows_int (row, 0);
    store_rollback (store);
    return number;
}

#define expect_number(expected, sql) cr_assert_eq (number_of (sql), (int64_t) (expected), "%s", sql)

/* No page more than there are now; what room is left within them is small. */
static inline void disk_full (bool full)
{
    (void) (full ? store_run (node_store (node), "PRAGMA max_page_count = 1")
                 : store_run (node_store (node), "PRAGMA max_page_count = 1000000"));
}

#endif
