/* The engine and those who ask it: every command once, nothing said before it is kept, nothing kept of what was
 * refused. */
#include "unit/node_kit.h"

#include "fyrtaarn/node/v1/node.pb-c.h"

TestSuite (node, .init = bench_begin, .fini = bench_end);

static input_t from (const char *peer, caller_t caller, input_t input)
{
    input.peer = peer;
    input.caller = caller;
    return input;
}

static input_t saying (const char *actor, const char *reason, input_t input, const char *method)
{
    uint64_t id = input.route;
    input.header = request_header (method, id, actor, reason);
    return input;
}

static bytes_t whole_reply (void)
{
    const output_t *reply = output_at (OUTPUT_REPLY, 0);
    cr_assert (reply);
    uint8_t *both = arena_alloc (bytes_arena, reply->header.size + reply->body.size + 1);
    memcpy (both, reply->header.data, reply->header.size);
    if (reply->body.size)
        memcpy (both + reply->header.size, reply->body.data, reply->body.size);
    return bytes_of (both, reply->header.size + reply->body.size);
}

/* --- once --- */

Test (node, a_repeated_request_gets_the_same_bytes_and_changes_nothing)
{
    input_t requests[] = { request (TALLY ("Add"), 1, 7, 70), failing (2, STATUS_NOT_FOUND) };
    for (size_t i = 0; i < 2; i++) {
        step_one (requests[i]);
        bytes_t first = whole_reply ();
        uint64_t head = node_head (node);
        for (int again = 0; again < 3; again++) {
            if (again == 2)
                bench_restart ();
            now += 100000;
            step_one (requests[i]);
            cr_assert (bytes_equal (first, whole_reply ()));
            cr_assert_eq (node_head (node), head);
        }
    }
    expect_number (70, "SELECT sum (amount) FROM entry");
}

Test (node, a_request_repeated_in_its_own_step_happens_once)
{
    input_t twice[] = { request (TALLY ("Add"), 1, 7, 70), request (TALLY ("Add"), 1, 7, 70) };
    step (twice, 2);
    cr_assert_eq (outputs_of (OUTPUT_REPLY), 2);
    cr_assert (bytes_equal (output_at (OUTPUT_REPLY, 0)->body, output_at (OUTPUT_REPLY, 1)->body));
    expect_number (70, "SELECT sum (amount) FROM entry");
}

Test (node, a_request_id_with_another_payload_or_method_is_refused)
{
    expect_reason (request (TALLY ("Add"), 1, 7, 70), "");
    expect_reason (request (TALLY ("Add"), 1, 7, 71), "REQUEST_ID_REUSED");
    expect_reason (request (TALLY ("Ring"), 1, 7, 70), "REQUEST_ID_REUSED");
    expect_reason (request (TALLY ("Add"), 1, 7, 70), "");
    cr_assert_eq (node_head (node), 1);
}

Test (node, a_digest_is_made_with_the_key_of_its_store)
{
    expect_reason (request (TALLY ("Add"), 1, 7, 70), "");
    (void) store_run (node_store (node), "UPDATE node SET value = zeroblob (32) WHERE name = 'digest_key'");
    bench_restart ();
    expect_reason (request (TALLY ("Add"), 1, 7, 70), "REQUEST_ID_REUSED");
}

Test (node, a_request_whose_reply_was_forgotten_is_told_so_and_changes_nothing)
{
    expect_reason (request (TALLY ("Add"), 1, 7, 70), "");
    store_begin (node_store (node));
    (void) store_run (node_store (node), "UPDATE journal SET reply = NULL WHERE seq = $1", 1);
    cr_assert_eq (store_commit (node_store (node), NULL), STATUS_OK);
    expect_reason (request (TALLY ("Add"), 1, 7, 70), "REPLY_FORGOTTEN");
    expect_number (70, "SELECT sum (amount) FROM entry");
}

Test (node, request_ids_are_counted_per_caller)
{
    expect_reason (request (TALLY ("Add"), 1, 7, 70), "");
    expect_reason (from ("other-desk", CALLER_TMF_DESK, request (TALLY ("Add"), 1, 8, 80)), "");
    expect_number (150, "SELECT sum (amount) FROM entry");
}

Test (node, a_refusal_is_kept_and_a_fault_is_not)
{
    cr_assert_eq (status_of (failing (1, STATUS_FAILED_PRECONDITION)), STATUS_FAILED_PRECONDITION);
    cr_assert_eq (status_of (failing (2, STATUS_UNAVAILABLE)), STATUS_UNAVAILABLE);
    expect_reason (request (TALLY ("Add"), 1, 7, 70), "REQUEST_ID_REUSED");
    expect_reason (request (TALLY ("Add"), 2, 7, 70), "");
    expect_number (1, "SELECT count (*) FROM journal WHERE status = 14 AND request_id IS NULL");
}

Test (node, nothing_of_what_a_handler_did_before_it_refused_remains)
{
    static const status_t WAYS[] = { STATUS_NOT_FOUND, STATUS_INTERNAL, STATUS_RESOURCE_EXHAUSTED };
    for (uint64_t i = 0; i < 3; i++) {
        now += 10000;
        cr_assert_eq (status_of (failing (i + 1, WAYS[i])), WAYS[i]);
        cr_assert_eq (outputs_of (OUTPUT_JOB) + outputs_of (OUTPUT_CALL), 0);
        cr_assert_eq (output_at (OUTPUT_FEED, 0)->body.size, 0);
    }
    expect_number (0, "SELECT (SELECT count (*) FROM entry) + (SELECT count (*) FROM timer) +"
                      " (SELECT count (*) FROM call) + (SELECT count (*) FROM job)");
    bench_restart ();
    step (NULL, 0);
    cr_assert_eq (outputs_of (OUTPUT_JOB) + outputs_of (OUTPUT_CALL), 0);
}

/* A step is run without savepoints first; one that has to undo what was written is run again with them. */
Test (node, an_input_that_is_undone_leaves_the_rest_of_its_step_as_if_it_had_come_alone)
{
    input_t inputs[] = { request (TALLY ("Add"), 1, 7, 70), request (TALLY ("Ask"), 2, 8, 80),
                         failing (3, STATUS_NOT_FOUND),     request (TALLY ("Add"), 4, 9, 90),
                         failing (5, STATUS_INTERNAL),      request (TALLY ("Add"), 1, 7, 70) };
    size_t count = sizeof inputs / sizeof *inputs;
    for (size_t i = 0; i < count; i++)
        inputs[i].route = i;
    step (inputs, count);
    static const status_t EXPECTED[] = {
        STATUS_OK, STATUS_OK, STATUS_NOT_FOUND, STATUS_OK, STATUS_INTERNAL, STATUS_OK
    };
    cr_assert_eq (outputs_of (OUTPUT_REPLY), count);
    for (uint64_t i = 0; i < count; i++)
        cr_assert_eq (reply_to (i)->status, (uint32_t) EXPECTED[i]);
    cr_assert_eq (outputs_of (OUTPUT_CALL), 1);
    cr_assert_eq (node_head (node), 5);
    expect_number (160, "SELECT sum (amount) FROM entry");
    expect_number (1, "SELECT count (*) FROM call");
}

/* --- who may, and saying why --- */

Test (node, what_is_not_understood_or_not_allowed_is_refused_with_its_reason)
{
    input_t add = request (TALLY ("Add"), 1, 7, 70);
    expect_reason (from ("x", CALLER_SOF_DESK, add), "CALLER_NOT_ALLOWED");
    expect_reason (from ("x", CALLER_NONE, add), "CALLER_NOT_ALLOWED");
    expect_reason (saying ("ann", "because", add, TALLY ("Nothing")), "METHOD_UNKNOWN");
    input_t garbled = add;
    garbled.body = bytes_of ("\377\377", 2);
    expect_reason (garbled, "WIRE_MALFORMED");
    garbled.header = bytes_of ("\12\200", 2);
    expect_reason (garbled, "WIRE_MALFORMED");
    cr_assert_eq (node_head (node), 0, "nothing was carried out");
    expect_number (2, "SELECT count (*) FROM quarantine WHERE reason = 'WIRE_MALFORMED' AND peer = 'desk'");
}

Test (node, a_request_id_has_sixteen_bytes)
{
    input_t add = request (TALLY ("Add"), 1, 7, 70);
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) TALLY ("Add");
    header.request_id = (ProtobufCBinaryData){ 15, (uint8_t[16]){ 1 } };
    add.header = pack (&header.base);
    expect_reason (add, "REQUEST_ID_SIZE");
}

Test (node, a_desk_says_who_acts_and_why_it_reads_about_people)
{
    input_t add = request (TALLY ("Add"), 1, 7, 70), look = request (TALLY ("Look"), 2, 7, 70);
    expect_reason (saying ("", "because", add, TALLY ("Add")), "ACTOR_REQUIRED");
    expect_reason (saying ("", "because", look, TALLY ("Look")), "ACTOR_REQUIRED");
    expect_reason (saying ("ann", "", look, TALLY ("Look")), "REASON_REQUIRED");
    expect_reason (saying ("", "", request (TALLY ("Total"), 3, 0, 0), TALLY ("Total")), "");
    expect_reason (from ("lease", CALLER_LEASE, saying ("", "", look, TALLY ("Look"))), "");
    expect_reason (saying ("ann", "", add, TALLY ("Add")), "");
}

Test (node, a_read_of_personal_data_is_journaled_with_actor_and_reason_and_other_reads_are_not)
{
    expect_reason (request (TALLY ("Total"), 1, 0, 0), "");
    expect_number (0, "SELECT count (*) FROM journal");
    expect_reason (request (TALLY ("Look"), 2, 0, 0), "");
    expect_reason (request (TALLY ("Look"), 2, 0, 0), "");
    expect_number (2, "SELECT count (*) FROM journal WHERE caller = 'desk' AND actor = 'ann' AND reason = 'because'"
                      " AND method = 'fyrtaarn.tally.v1.Tally/Look' AND request_id IS NULL AND reply IS NULL");
}

Test (node, quarantine_keeps_the_newest_and_no_more_than_its_maximum)
{
    input_t garbled[NODE_INPUTS_MAX];
    for (size_t i = 0; i < NODE_INPUTS_MAX; i++) {
        garbled[i] = request (TALLY ("Add"), i, 0, 0);
        garbled[i].header = bytes_of ("\377", 1);
    }
    for (int round = 0; round < 5; round++)
        step (garbled, NODE_INPUTS_MAX);
    expect_number (NODE_QUARANTINE_MAX, "SELECT count (*) FROM quarantine");
    expect_number (5 * NODE_INPUTS_MAX, "SELECT max (id) FROM quarantine");
}

/* --- sizes --- */

Test (node, a_reply_that_is_too_large_is_a_fault_and_undoes_its_command)
{
    enum { TOO_MUCH = 4 * 1024 * 1024 };
    expect_reason (request (TALLY ("Swell"), 1, TOO_MUCH, 0), "REPLY_TOO_LARGE");
    expect_reason (request (TALLY ("Bloat"), 2, TOO_MUCH, 0), "REPLY_TOO_LARGE");
    expect_number (0, "SELECT count (*) FROM entry");
    expect_reason (request (TALLY ("Swell"), 1, 1000, 0), "");
}

/* The process ended: a step's memory was not looked at before the next input was taken. */
Test (node, more_large_answers_than_a_step_has_memory_for_do_not_end_the_process)
{
    enum { LARGE = 4000000 };
    input_t inputs[NODE_INPUTS_MAX];
    for (size_t i = 0; i < NODE_INPUTS_MAX; i++)
        inputs[i] = request (TALLY ("Bloat"), i, LARGE, 0);
    step (inputs, NODE_INPUTS_MAX);
    size_t answered = outputs_of (OUTPUT_REPLY);
    cr_assert (answered > 4 && answered < NODE_INPUTS_MAX, "%zu", answered);
    cr_assert_str_eq (output_at (OUTPUT_NOTE, 0)->note.reason, "STEP_FULL");
    expect_reason (inputs[NODE_INPUTS_MAX - 1], "");
}

/* --- a disk that is full, or gone --- */

static input_t heavy (uint64_t id)
{
    return request (TALLY ("Fill"), id, 200000, 0);
}

Test (node, a_full_disk_refuses_commands_answers_queries_and_goes_on_when_there_is_room)
{
    expect_reason (request (TALLY ("Add"), 1, 7, 70), "");
    disk_full (true);
    uint64_t head = node_head (node);
    for (uint64_t id = 100; id < 400 && status_of (request (TALLY ("Add"), id, 1, 0)) == STATUS_OK; id++)
        head = node_head (node);
    input_t both[] = { request (TALLY ("Add"), 2, 7, 1), request (TALLY ("Total"), 3, 0, 0) };
    step (both, 2);
    cr_assert_eq (reply_to (2)->status, STATUS_RESOURCE_EXHAUSTED);
    cr_assert_str_eq (reply_to (2)->reason, "STORE_FULL");
    cr_assert_eq (reply_to (3)->status, STATUS_OK);
    cr_assert_eq (outputs_of (OUTPUT_FEED), 0);
    cr_assert_eq (node_head (node), head);
    disk_full (false);
    expect_reason (request (TALLY ("Add"), 2, 7, 1), "");
    cr_assert_eq (node_head (node), head + 1);
    expect_number (71, "SELECT sum (amount) FROM entry");
}

Test (node, a_personal_read_that_cannot_be_journaled_is_not_answered_with_data)
{
    disk_full (true);
    status_t status = STATUS_OK;
    for (uint64_t id = 1; id < 400 && status == STATUS_OK; id++)
        status = status_of (request (TALLY ("Look"), id, 0, 0));
    cr_assert_eq (status, STATUS_RESOURCE_EXHAUSTED);
    cr_assert_eq (output_at (OUTPUT_REPLY, 0)->body.size, 0);
}

Test (node, one_command_that_does_not_fit_is_refused_and_may_come_again)
{
    disk_full (true);
    cr_assert_eq (status_of (heavy (1)), STATUS_RESOURCE_EXHAUSTED);
    disk_full (false);
    cr_assert_eq (status_of (heavy (1)), STATUS_OK);
    expect_number (1, "SELECT count (*) FROM ballast");
}

/* A query that met the broken disk in a step that was refused already got no answer at all. */
Test (node, everybody_in_a_step_that_fails_is_answered)
{
    input_t inputs[] = { request (TALLY ("Add"), 1, 7, 70), request (TALLY ("Break"), 2, 0, 0),
                         request (TALLY ("Total"), 3, 0, 0), request (TALLY ("Nothing"), 4, 0, 0),
                         request (TALLY ("Look"), 5, 0, 0) };
    step (inputs, 5);
    cr_assert_eq (outputs_of (OUTPUT_REPLY), 5);
    for (uint64_t route = 1; route <= 5; route++)
        cr_assert_str_eq (reply_to (route)->reason, "STORE_IO", "request %d", (int) route);
    expect_number (0, "SELECT count (*) FROM entry");
    expect_reason (inputs[0], "");
}

static void expect_state (const char *expected)
{
    input_t ask = request (NODE ("GetHealth"), 2, 0, 0);
    ask.body = (bytes_t){ 0 };
    step_one (ask);
    ProtobufCMessage *health = NULL;
    cr_assert_eq (message_decode (&node_get_health_reply_rule, output_at (OUTPUT_REPLY, 0)->body, WIRE_PAGE_MAX,
                                  bytes_arena, &health, NULL),
                  STATUS_OK);
    cr_assert_str_eq (((Node__GetHealthReply *) health)->state, expected);
}

Test (node, health_says_why_commands_are_refused_and_when_that_is_over)
{
    expect_state ("ok");
    step_one (request (TALLY ("Break"), 1, 0, 0));
    expect_state ("STORE_IO");
    now += NODE_HEARTBEAT_MS;
    expect_state ("ok");
}

/* The next heartbeat committed without writing anything, and health said "ok" on a disk where not a command fitted. */
Test (node, a_step_that_only_reads_does_not_hide_that_the_disk_is_full)
{
    disk_full (true);
    cr_assert_eq (status_of (heavy (1)), STATUS_RESOURCE_EXHAUSTED);
    for (int beat = 0; beat < 5; beat++) {
        expect_state ("STORE_FULL");
        now += NODE_HEARTBEAT_MS;
        step (NULL, 0);
    }
    disk_full (false);
    expect_state ("STORE_FULL");
    now -= 2 * NODE_HEARTBEAT_MS; /* nor does a clock that falls back keep it from being looked at */
    expect_state ("ok");
}

static bool owes_after_a_step_unsynced (uint64_t id)
{
    input_t input = request (TALLY ("Add"), id, 1, 1);
    node_begin (node, now);
    node_take (node, &input, 1);
    (void) node_end (node, true);
    bool owes = store_owes_sync (node_store (node));
    cr_assert (store_sync (node_store (node)));
    return owes;
}

/* The probe of the next step would have heard of a sync that failed, and the one that was owed would have said that all
 * is well. */
Test (node, while_the_store_is_in_trouble_no_sync_is_put_off)
{
    cr_assert (owes_after_a_step_unsynced (1));
    disk_full (true);
    cr_assert_eq (status_of (heavy (2)), STATUS_RESOURCE_EXHAUSTED);
    disk_full (false);
    cr_assert_not (owes_after_a_step_unsynced (3));
    now += NODE_HEARTBEAT_MS;
    cr_assert (owes_after_a_step_unsynced (4));
}

/* --- ids, the journal, whose store it is --- */

Test (node, ids_are_unique_and_rise_across_refusals_restarts_and_lives)
{
    uint64_t seed = 5, request_id = 0, last = 0;
    for (int round = 0; round < 300; round++) {
        input_t input = request (TALLY ("Add"), ++request_id, 1, 1);
        if (chance_below (&seed, 3) == 0)
            input = failing (request_id, chance_below (&seed, 2) ? STATUS_ABORTED : STATUS_UNAVAILABLE);
        status_t status = status_of (input);
        if (chance_below (&seed, 20) == 0)
            bench_restart ();
        if (chance_below (&seed, 50) == 0)
            cr_assert_eq (node_begin_epoch (node, NULL), STATUS_OK);
        if (status != STATUS_OK)
            continue;
        uint64_t newest = (uint64_t) number_of ("SELECT max (id) FROM entry");
        cr_assert (newest > last, "round %d", round);
        last = newest;
        bench_rest ();
    }
}

/* Found by the simulator: both lives were called 2, and followers took the one for the other. */
Test (node, two_restores_from_one_backup_are_two_lives)
{
    static const char *const KEPT[] = { "kept-0.db", "kept-1.db" };
    uint64_t epochs[2], ids[2];
    expect_reason (request (TALLY ("Add"), 1, 1, 1), "");
    for (int i = 0; i < 2; i++)
        cr_assert_eq (store_backup (node_store (node), scratch_path (KEPT[i]), NULL), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        now += 1000;
        node_destroy (&node);
        cr_assert_eq (rename (scratch_path (KEPT[i]), scratch_path ("node.db")), 0);
        bench_restart ();
        cr_assert_eq (node_begin_epoch (node, NULL), STATUS_OK);
        expect_reason (request (TALLY ("Add"), 2, 1, 1), "");
        epochs[i] = (uint64_t) number_of ("SELECT max (epoch) FROM life");
        ids[i] = (uint64_t) number_of ("SELECT max (id) FROM entry");
    }
    cr_assert_neq (epochs[0], epochs[1]);
    cr_assert_neq (ids[0], ids[1]);
}

Test (node, a_journal_with_a_hole_is_noticed_at_start)
{
    for (uint64_t id = 1; id <= 5; id++)
        expect_reason (request (TALLY ("Add"), id, 1, 1), "");
    (void) store_run (node_store (node), "DELETE FROM journal WHERE seq = 3");
    node_destroy (&node);
    fault_t why = { 0 };
    cr_assert_null (bench_try (&TALLY_SERVICE, &why));
    cr_assert_str_eq (why.reason, "JOURNAL_GAP");
}

/* A start looks at the last rows only; whoever follows or reads the audit must not pass over what is missing before. */
Test (node, a_hole_that_a_start_does_not_look_for_stops_whoever_reads_over_it)
{
    for (uint64_t id = 1; id <= 5; id++)
        expect_reason (request (TALLY ("Add"), id, 1, 1), "");
    (void) store_run (node_store (node), "DELETE FROM journal WHERE seq = 3");
    expect_reason (request ("fyrtaarn.node.v1.Node/ReadFeed", 6, 0, 0), "JOURNAL_GAP");
    fault_t why = { 0 };
    cr_assert_eq (node_begin_epoch (node, &why), STATUS_DATA_LOSS, "a restored log is looked through");
    cr_assert_str_eq (why.reason, "JOURNAL_GAP");
}

/* Its tables were made in the store of the other before anyone looked whose it was. */
Test (node, the_store_of_another_service_is_refused_and_stays_as_it_was)
{
    static const migration_t SCHEMA[] = { { 1, "001_other", "CREATE TABLE other (id INTEGER) STRICT;" }, { 0, 0, 0 } };
    expect_number (0, "SELECT count (*) FROM sqlite_schema WHERE name = 'other'");
    node_destroy (&node);
    service_t other = TALLY_SERVICE;
    other.name = "other";
    other.schema = SCHEMA;
    fault_t why = { 0 };
    cr_assert_null (bench_try (&other, &why));
    cr_assert_str_eq (why.reason, "STORE_OTHER_SERVICE");
    bench_restart ();
    expect_number (0, "SELECT count (*) FROM sqlite_schema WHERE name = 'other'");
}

Test (node, a_journal_without_its_own_facts_is_refused)
{
    (void) store_run (node_store (node), "DELETE FROM node WHERE name = 'digest_key'");
    node_destroy (&node);
    fault_t why = { 0 };
    cr_assert_null (bench_try (&TALLY_SERVICE, &why));
    cr_assert_str_eq (why.reason, "JOURNAL_FACTS_MISSING");
}

/* --- whatever happens --- */

enum { ORDERS = 60 };

typedef struct {
    bool acknowledged;
    int64_t amount;
} order_t;

/* Desks send commands again until they are answered; the process ends between a step and its replies, the disk fills,
 * the clock jumps. Afterwards each command that was acknowledged has happened, and none has twice. */
static void storm (uint64_t seed)
{
    static order_t orders[ORDERS];
    uint64_t state = seed;
    for (size_t i = 0; i < ORDERS; i++)
        orders[i] = (order_t){ .amount = 1 + chance_below (&state, 1000) };
    for (int round = 0; round < 150; round++) {
        input_t inputs[16];
        size_t count = 1 + chance_below (&state, 16);
        for (size_t i = 0; i < count; i++) {
            unsigned which = chance_below (&state, ORDERS);
            inputs[i] = request (TALLY ("Add"), which, seed * ORDERS + which, orders[which].amount);
            if (chance_below (&state, 8) == 0)
                inputs[i] = failing (ORDERS + draw (&state), STATUS_ABORTED);
            if (chance_below (&state, 40) == 0)
                inputs[i] = request (TALLY ("Break"), UINT64_MAX, 0, 0);
            inputs[i].peer = seed % 2 ? "odd" : "even";
        }
        disk_full (chance_below (&state, 6) == 0);
        now += (int64_t) chance_below (&state, 3000) - 1000;
        step (inputs, count);
        if (chance_below (&state, 5) == 0)
            bench_restart ();
        else
            for (unsigned which = 0; which < ORDERS; which++)
                orders[which].acknowledged |= reply_to (which) && reply_to (which)->status == STATUS_OK;
        bench_rest ();
    }
    disk_full (false);
    for (unsigned which = 0; which < ORDERS; which++)
        if (orders[which].acknowledged) {
            input_t again = request (TALLY ("Add"), which, seed * ORDERS + which, orders[which].amount);
            uint64_t head = node_head (node);
            again.peer = seed % 2 ? "odd" : "even";
            cr_assert_eq (status_of (again), STATUS_OK, "seed %d order %u", (int) seed, which);
            cr_assert_eq (node_head (node), head, "seed %d: order %u was lost", (int) seed, which);
        }
}

Test (node, no_acknowledged_command_is_lost_and_none_happens_twice)
{
    for (uint64_t seed = 1; seed <= 2; seed++)
        storm (seed);
    expect_number (0, "SELECT count (*) FROM (SELECT key FROM entry GROUP BY key HAVING count (*) > 1)");
    expect_number (0, "SELECT count (*) - max (seq) FROM journal");
    cr_assert (number_of ("SELECT count (*) FROM entry") > ORDERS);
}
