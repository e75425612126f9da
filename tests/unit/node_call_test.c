/* What the engine does by itself: calls until they are answered, timers when they are due, jobs until their result is
 * kept. */
#include "unit/node_kit.h"

TestSuite (calls, .init = bench_begin, .fini = bench_end);
TestSuite (timers, .init = bench_begin, .fini = bench_end);
TestSuite (jobs, .init = bench_begin, .fini = bench_end);

static output_t copy_of (const output_t *output)
{
    cr_assert (output);
    output_t copy = *output;
    copy.header = keep (copy.header);
    copy.body = keep (copy.body);
    return copy;
}

/* Asks, and gives the call that goes out. */
static output_t ask (uint64_t id, uint64_t subject, int64_t patience)
{
    expect_reason (request (TALLY ("Ask"), id, subject, patience), "");
    return copy_of (output_at (OUTPUT_CALL, 0));
}

static void step_at (int64_t when)
{
    now = when;
    step (NULL, 0);
}

/* --- calls --- */

Test (calls, a_call_goes_out_with_the_step_that_made_it)
{
    output_t call = ask (1, 7, 0);
    cr_assert_str_eq (call.target, "other");
    ProtobufCMessage *header = NULL;
    cr_assert_eq (message_decode (&bus_request_header_rule, call.header, WIRE_MESSAGE_MAX, bytes_arena, &header, NULL),
                  STATUS_OK);
    cr_assert_str_eq (((Bus__RequestHeader *) header)->method, TALLY ("Add"));
    cr_assert_str_eq (((Bus__RequestHeader *) header)->actor, "ann", "the other side learns who acts");
    cr_assert (bytes_equal (call.body, numbers (7, 1, 0)));
}

Test (calls, an_unanswered_call_is_sent_again_under_the_same_id_and_ever_less_often)
{
    output_t first = ask (1, 7, 0);
    int64_t begin = now, last = now, gap = 0;
    int sent = 1;
    for (; now < begin + 300000; now += 100) {
        if (now == begin)
            continue;
        step (NULL, 0);
        cr_assert (out.wake_at > now && out.wake_at <= now + 1000);
        const output_t *again = output_at (OUTPUT_CALL, 0);
        if (!again)
            continue;
        sent++;
        cr_assert (bytes_equal (again->header, first.header) && bytes_equal (again->body, first.body));
        cr_assert (now - last >= gap, "sooner than the time before");
        gap = now - last;
        last = now;
    }
    cr_assert_eq (gap, 30000);
    cr_assert (sent >= 12 && sent <= 20, "%d", sent);
}

Test (calls, a_clock_that_jumps_back_does_not_hold_a_call_up)
{
    (void) ask (1, 7, 0);
    step_at (now - 86400000);
    cr_assert_eq (outputs_of (OUTPUT_CALL), 1);
}

Test (calls, an_answer_is_taken_once)
{
    output_t call = ask (1, 7, 0);
    input_t answer = answer_to (&call, "other", STATUS_OK, "", numbers (1, 42, 0));
    input_t twice[] = { answer, answer };
    step (twice, 2);
    step_one (answer);
    bench_restart ();
    step_one (answer);
    step_at (now + 100000);
    cr_assert_eq (outputs_of (OUTPUT_CALL), 0);
    expect_number (1, "SELECT count (*) FROM asked");
    expect_number (42, "SELECT total FROM asked WHERE subject = 7 AND status = 0");
    expect_number (0, "SELECT count (*) FROM call");
}

Test (calls, a_refusal_is_an_answer_and_a_fault_is_not)
{
    output_t first = ask (1, 7, 0), second = ask (2, 8, 0);
    step_one (answer_to (&first, "other", STATUS_NOT_FOUND, "OTHER_NOT_THERE", (bytes_t){ 0 }));
    step_one (answer_to (&second, "other", STATUS_UNAVAILABLE, "STORE_FULL", (bytes_t){ 0 }));
    expect_number (7, "SELECT subject FROM asked WHERE status = 5 AND reason = 'OTHER_NOT_THERE'");
    expect_number (1, "SELECT count (*) FROM asked");
    step_at (now + 60000);
    cr_assert (bytes_equal (output_at (OUTPUT_CALL, 0)->header, second.header));
}

Test (calls, an_answer_from_somebody_else_counts_for_nothing)
{
    output_t call = ask (1, 7, 0);
    step_one (answer_to (&call, "third", STATUS_OK, "", numbers (1, 42, 0)));
    expect_number (0, "SELECT count (*) FROM asked");
    expect_number (1, "SELECT count (*) FROM call");
    step_one (answer_to (&call, "other", STATUS_OK, "", numbers (1, 43, 0)));
    expect_number (43, "SELECT total FROM asked");
}

Test (calls, an_answer_that_cannot_be_read_is_kept_for_the_operator_and_the_call_goes_on)
{
    output_t call = ask (1, 7, 0);
    step_one (answer_to (&call, "other", STATUS_OK, "", bytes_of ("\377", 1)));
    step_one ((input_t){ .kind = INPUT_ANSWER, .peer = "other", .header = bytes_of ("\377", 1) });
    expect_number (2, "SELECT count (*) FROM quarantine WHERE peer = 'other'");
    step_at (now + 60000);
    cr_assert_eq (outputs_of (OUTPUT_CALL), 1);
}

/* A service may answer up to 4 MiB, and over 64 KiB the answer was refused each time it came: the call never ended. */
Test (calls, an_answer_as_large_as_a_service_may_give_is_taken)
{
    output_t call = ask (1, 7, 0);
    uint8_t *filler = arena_alloc (bytes_arena, 100000);
    memset (filler, 'x', 100000);
    owned_buffer body = BUFFER (200000);
    field_append (&body, 1000, bytes_of (filler, 100000)); /* a field of a later version */
    step_one (answer_to (&call, "other", STATUS_OK, "", buffer_bytes (&body)));
    expect_number (1, "SELECT count (*) FROM asked WHERE status = 0");
}

Test (calls, a_call_is_given_up_in_time_and_what_comes_later_counts_for_nothing)
{
    output_t call = ask (1, 7, 5000);
    step_at (now + 4999);
    cr_assert (out.wake_at <= now + 1);
    expect_number (0, "SELECT count (*) FROM asked");
    step_at (now + 1);
    expect_number (1, "SELECT count (*) FROM asked WHERE status = 4 AND reason = 'CALL_GIVEN_UP' AND subject = 7");
    step_one (answer_to (&call, "other", STATUS_OK, "", numbers (1, 42, 0)));
    step_at (now + 100000);
    expect_number (1, "SELECT count (*) FROM asked");
    cr_assert_eq (outputs_of (OUTPUT_CALL), 0);
}

/* Each was given up in the step that made it, unsent, and made the next: ten thousand of them in one step. */
Test (calls, a_handler_that_asks_again_without_patience_does_not_hold_up_the_step)
{
    (void) ask (1, 7, 1000);
    ask_once_more = true;
    step_at (now + 1000);
    expect_number (1, "SELECT count (*) FROM asked");
    cr_assert_eq (outputs_of (OUTPUT_CALL), 1, "what was asked again is sent");
    step (NULL, 0);
    expect_number (2, "SELECT count (*) FROM asked");
    ask_once_more = false;
    step (NULL, 0);
    expect_number (0, "SELECT count (*) FROM call");
}

/* Its end of patience stayed an instant to wake up for: the process did not sleep until it would have been sent. */
Test (calls, a_call_that_is_taken_back_is_neither_sent_nor_given_up_nor_waited_for)
{
    output_t call = ask (1, 7, 5000);
    step_at (now + 4000);
    expect_reason (request (TALLY ("Unask"), 2, 7, 0), "");
    step_at (now + 1000);
    cr_assert (out.wake_at > now);
    step_one (answer_to (&call, "other", STATUS_OK, "", numbers (1, 42, 0)));
    step_at (now + 100000);
    cr_assert_eq (outputs_of (OUTPUT_CALL), 0);
    expect_number (0, "SELECT count (*) FROM asked");
}

Test (calls, a_restart_resumes_what_is_unanswered)
{
    output_t first = ask (1, 7, 0), second = ask (2, 8, 0);
    step_one (answer_to (&first, "other", STATUS_OK, "", numbers (1, 1, 0)));
    bench_restart ();
    step (NULL, 0);
    cr_assert_eq (outputs_of (OUTPUT_CALL), 1);
    cr_assert (bytes_equal (output_at (OUTPUT_CALL, 0)->header, second.header));
}

Test (calls, a_handler_that_could_not_take_its_answer_just_now_gets_it_again)
{
    output_t call = ask (1, 7, 0), other = ask (2, 8, 3000);
    input_t answer = answer_to (&call, "other", STATUS_OK, "", numbers (1, 42, 0));
    trouble = STATUS_RESOURCE_EXHAUSTED;
    step_one (answer);
    step_at (now + 3000);
    expect_number (0, "SELECT count (*) FROM asked");
    expect_number (2, "SELECT count (*) FROM call");
    trouble = STATUS_OK;
    step_one (answer);
    expect_number (42, "SELECT total FROM asked WHERE subject = 7");
    step_at (now + 30000);
    expect_number (1, "SELECT count (*) FROM asked WHERE subject = 8 AND reason = 'CALL_GIVEN_UP'");
    (void) other;
}

Test (calls, a_handler_that_refuses_its_answer_does_not_get_it_again)
{
    output_t call = ask (1, 7, 0);
    trouble = STATUS_FAILED_PRECONDITION;
    step_one (answer_to (&call, "other", STATUS_OK, "", numbers (1, 42, 0)));
    expect_number (0, "SELECT (SELECT count (*) FROM asked) + (SELECT count (*) FROM call)");
    expect_number (1, "SELECT count (*) FROM journal WHERE method = 'answer/asked' AND refusal = 'TALLY_TROUBLE'");
}

Test (calls, calls_beyond_the_maximum_are_refused_and_none_is_lost)
{
    uint64_t id = 0, refused = 0;
    while (id < NODE_CALLS_MAX + 50) {
        input_t inputs[NODE_INPUTS_MAX];
        for (size_t i = 0; i < NODE_INPUTS_MAX; i++, id++)
            inputs[i] = request (TALLY ("Ask"), id, id, 0);
        step (inputs, NODE_INPUTS_MAX);
        for (size_t i = 0; i < NODE_INPUTS_MAX; i++)
            refused += strcmp (reply_to (inputs[i].route)->reason, "CALLS_WAITING") == 0;
        cr_assert (outputs_of (OUTPUT_CALL) <= 64);
        bench_rest ();
    }
    cr_assert_eq (id - refused, NODE_CALLS_MAX);
    expect_number (NODE_CALLS_MAX, "SELECT count (*) FROM call");
}

/* --- timers --- */

Test (timers, a_timer_rings_once_when_it_is_due)
{
    expect_reason (request (TALLY ("Ring"), 1, 7, 5000), "");
    step_at (now + 4999);
    expect_number (0, "SELECT count (*) FROM rung");
    cr_assert_eq (out.wake_at, now + 1);
    step_at (now + 1);
    expect_number (7, "SELECT subject FROM rung");
    step_at (now - 3000);
    step_at (now + 90000);
    expect_number (1, "SELECT count (*) FROM rung");
}

Test (timers, timers_survive_a_restart_and_ring_in_the_order_they_are_due)
{
    for (uint64_t i = 0; i < 10; i++)
        expect_reason (request (TALLY ("Ring"), i, i, (int64_t) (10000 - 1000 * (i % 5))), "");
    bench_restart ();
    step_at (now + 60000);
    expect_number (10, "SELECT count (*) FROM rung");
    /* due: 4 and 9, 3 and 8 ...; at the same instant in the order they were set */
    static const int64_t ORDER[] = { 4, 9, 3, 8, 2, 7, 1, 6, 0, 5 };
    store_begin (node_store (node));
    rows_t *rows = store_query (node_store (node), "SELECT subject FROM rung ORDER BY id");
    for (size_t i = 0; rows_next (rows); i++)
        cr_assert_eq (rows_int (rows, 0), ORDER[i]);
    store_rollback (node_store (node));
}

Test (timers, many_that_are_due_at_once_ring_in_several_steps_without_waiting)
{
    for (uint64_t i = 0; i < 150; i++)
        expect_reason (request (TALLY ("Ring"), i, i, 1000), "");
    step_at (now + 1000);
    expect_number (NODE_TIMERS_PER_STEP, "SELECT count (*) FROM rung");
    cr_assert (out.wake_at <= now);
    step (NULL, 0);
    step (NULL, 0);
    expect_number (150, "SELECT count (DISTINCT subject) FROM rung");
    expect_number (150, "SELECT count (*) FROM rung");
    cr_assert (out.wake_at > now);
}

/* It was gone before its handler had run, and gone it stayed when there was no disk for what the handler wrote. */
Test (timers, a_timer_whose_handler_could_not_just_now_rings_again)
{
    expect_reason (request (TALLY ("Ring"), 1, 7, 1000), "");
    trouble = STATUS_RESOURCE_EXHAUSTED;
    step_at (now + 1000);
    expect_number (0, "SELECT count (*) FROM rung");
    cr_assert (out.wake_at > now, "and not at once");
    trouble = STATUS_OK;
    step_at (now + 60000);
    expect_number (1, "SELECT count (*) FROM rung");
}

Test (timers, a_timer_whose_handler_refuses_is_over)
{
    expect_reason (request (TALLY ("Ring"), 1, 7, 1000), "");
    trouble = STATUS_FAILED_PRECONDITION;
    step_at (now + 1000);
    trouble = STATUS_OK;
    step_at (now + 600000);
    expect_number (0, "SELECT (SELECT count (*) FROM rung) + (SELECT count (*) FROM timer)");
    expect_number (1, "SELECT count (*) FROM journal WHERE method = 'timer/ring' AND refusal = 'TALLY_TROUBLE'");
}

/* --- jobs --- */

static input_t result_of (const output_t *job, status_t status)
{
    return (input_t){
        .kind = INPUT_JOB, .peer = "worker", .route = job->route, .status = status, .body = bytes_of ("result", 6)
    };
}

static output_t start_job (void)
{
    expect_reason (request (TALLY ("Work"), 1, 7, 0), "");
    return copy_of (output_at (OUTPUT_JOB, 0));
}

Test (jobs, a_job_is_started_and_its_result_is_applied_once)
{
    output_t job = start_job ();
    cr_assert_str_eq (job.target, "work");
    cr_assert (bytes_equal (job.body, bytes_of ("input", 5)));
    input_t twice[] = { result_of (&job, STATUS_OK), result_of (&job, STATUS_OK) };
    step (twice, 2);
    step (twice, 1);
    expect_number (1, "SELECT count (*) FROM worked WHERE subject = 7 AND size = 6");
    expect_number (0, "SELECT count (*) FROM job");
}

Test (jobs, a_job_under_way_is_started_again_after_a_restart_and_only_then)
{
    output_t job = start_job ();
    for (int i = 0; i < 3; i++) {
        step_at (now + 100000);
        cr_assert_eq (outputs_of (OUTPUT_JOB), 0);
    }
    bench_restart ();
    step (NULL, 0);
    cr_assert_eq (outputs_of (OUTPUT_JOB), 1);
    cr_assert_eq (output_at (OUTPUT_JOB, 0)->route, job.route);
    cr_assert (bytes_equal (output_at (OUTPUT_JOB, 0)->body, job.body));
    step (NULL, 0);
    cr_assert_eq (outputs_of (OUTPUT_JOB), 0);
}

static int64_t permille_before (uint64_t id, uint64_t subject)
{
    expect_reason (request (TALLY ("Work"), id, subject, 0), "");
    const output_t *reply = output_at (OUTPUT_REPLY, 0);
    ProtobufCMessage *numbers = NULL;
    cr_assert_eq (
        message_decode (&specimen_numbers_rule, keep (reply->body), WIRE_MESSAGE_MAX, bytes_arena, &numbers, NULL),
        STATUS_OK);
    return ((Specimen__Numbers *) numbers)->a_int64;
}

Test (jobs, how_far_a_job_is_is_told_of_the_one_under_way_and_of_no_other)
{
    output_t job = start_job ();
    node_job_progress (node, job.route, 420);
    cr_assert_eq (permille_before (2, 7), 420);
    cr_assert_eq (permille_before (3, 8), 0, "there was none");
    cr_assert_eq (permille_before (4, 8), 0, "it waits");
    step_one (result_of (&job, STATUS_OK));
    cr_assert_eq (permille_before (5, 7), 0, "it is over, and the next one waits");
}

/* The worker gives a result once: lost with its step, it left a job that was under way until the next restart. */
Test (jobs, a_result_that_is_lost_with_its_step_is_made_again)
{
    output_t job = start_job ();
    input_t inputs[] = { result_of (&job, STATUS_OK), request (TALLY ("Break"), 2, 0, 0) };
    step (inputs, 2);
    cr_assert_eq (outputs_of (OUTPUT_JOB), 0);
    step (NULL, 0);
    cr_assert_eq (outputs_of (OUTPUT_JOB), 1);
    cr_assert_eq (output_at (OUTPUT_JOB, 0)->route, job.route);
    step_one (result_of (&job, STATUS_OK));
    expect_number (1, "SELECT count (*) FROM worked");
}

/* Whoever waited for a job that failed waited for ever: nobody was told. */
Test (jobs, a_job_that_failed_is_over_and_who_waits_is_told)
{
    output_t job = start_job ();
    step_one (result_of (&job, STATUS_RESOURCE_EXHAUSTED));
    cr_assert_str_eq (output_at (OUTPUT_NOTE, 0)->note.reason, "JOB_FAILED");
    expect_number (0, "SELECT count (*) FROM job");
    expect_number (-STATUS_RESOURCE_EXHAUSTED, "SELECT size FROM worked WHERE subject = 7");
}

Test (jobs, a_result_that_could_not_be_applied_just_now_is_made_again)
{
    output_t job = start_job ();
    trouble = STATUS_UNAVAILABLE;
    step_one (result_of (&job, STATUS_OK));
    trouble = STATUS_OK;
    step_at (now + 1);
    cr_assert_eq (outputs_of (OUTPUT_JOB), 0, "and not at once");
    step_at (now + 60000);
    cr_assert_eq (outputs_of (OUTPUT_JOB), 1);
    step_one (result_of (&job, STATUS_OK));
    expect_number (1, "SELECT count (*) FROM worked");
}
