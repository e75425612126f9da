/* The log as others see it, and the logs of others as we follow them: the log is the truth, a frame is a hint. */
#include "unit/node_kit.h"

#include "fyrtaarn/node/v1/node.pb-c.h"

TestSuite (feed, .init = bench_begin, .fini = bench_end);
TestSuite (follower, .init = bench_begin, .fini = bench_end);

/* --- our own log --- */

static const Bus__FeedHeader *frame_header (void)
{
    ProtobufCMessage *header = NULL;
    cr_assert_eq (outputs_of (OUTPUT_FEED), 1);
    cr_assert_eq (message_decode (&bus_feed_header_rule, keep (output_at (OUTPUT_FEED, 0)->header), WIRE_MESSAGE_MAX,
                                  bytes_arena, &header, NULL),
                  STATUS_OK);
    return (const Bus__FeedHeader *) header;
}

static const Bus__FeedBody *frame_body (void)
{
    ProtobufCMessage *body = NULL;
    cr_assert_eq (message_decode (&bus_feed_body_rule, keep (output_at (OUTPUT_FEED, 0)->body), WIRE_PAGE_MAX,
                                  bytes_arena, &body, NULL),
                  STATUS_OK);
    return (const Bus__FeedBody *) body;
}

static const Node__ReadFeedReply *read_feed (uint64_t after, uint32_t limit)
{
    static uint64_t id = 1000000;
    Node__ReadFeedRequest wish = NODE__READ_FEED_REQUEST__INIT;
    wish.after = after;
    wish.limit = limit;
    input_t input = request (NODE ("ReadFeed"), ++id, 0, 0);
    input.body = pack (&wish.base);
    ProtobufCMessage *page = NULL;
    expect_reason (input, "");
    cr_assert_eq (message_decode (&node_read_feed_reply_rule, keep (output_at (OUTPUT_REPLY, 0)->body), WIRE_PAGE_MAX,
                                  bytes_arena, &page, NULL),
                  STATUS_OK);
    return (const Node__ReadFeedReply *) page;
}

Test (feed, a_step_sends_one_frame_that_covers_all_it_journaled)
{
    expect_reason (request (TALLY ("Add"), 1, 1, 1), "");
    input_t inputs[] = { request (TALLY ("Add"), 2, 2, 2), request (TALLY ("Look"), 3, 0, 0),
                         failing (4, STATUS_ABORTED), request (TALLY ("Add"), 5, 5, 5) };
    step (inputs, 4);
    const Bus__FeedHeader *header = frame_header ();
    cr_assert (header->first == 2 && header->last == 5 && header->head == 5 && header->epoch == 1);
    const Bus__FeedBody *body = frame_body ();
    cr_assert (body->n_records == 2 && body->records[0]->seq == 2 && body->records[1]->seq == 5);
    cr_assert_eq (body->records[1]->at, now);
    step_one (request (TALLY ("Total"), 6, 0, 0));
    cr_assert_eq (outputs_of (OUTPUT_FEED), 0);
}

Test (feed, a_heartbeat_goes_out_after_a_second_of_silence_and_when_the_clock_jumps_back)
{
    expect_reason (request (TALLY ("Add"), 1, 1, 1), "");
    now += 999;
    step (NULL, 0);
    cr_assert_eq (outputs_of (OUTPUT_FEED), 0);
    cr_assert_eq (out.wake_at, now + 1);
    static const int64_t JUMPS[] = { 1, 86400000, -86400000, -1 };
    for (size_t i = 0; i < 4; i++) {
        now += JUMPS[i];
        step (NULL, 0);
        const Bus__FeedHeader *header = frame_header ();
        cr_assert (header->first == 2 && header->last == 1 && header->head == 1, "jump %zu", i);
        cr_assert (header->sent_at == now && frame_body ()->n_records == 0);
    }
}

Test (feed, pages_of_any_size_give_every_record_once)
{
    for (uint64_t id = 1; id <= 40; id++)
        step_one (id % 3 ? request (TALLY ("Add"), id, id, 1) : failing (id, STATUS_ABORTED));
    for (uint32_t limit = 0; limit <= 20; limit += 4) {
        uint64_t after = 0, expected = 1;
        while (after < 40) {
            const Node__ReadFeedReply *page = read_feed (after, limit);
            cr_assert_eq (page->header->first, after + 1);
            cr_assert (page->header->last > after && page->header->head == 40);
            for (size_t i = 0; i < page->body->n_records; i++, expected += expected % 3 == 2 ? 2 : 1)
                cr_assert_eq (page->body->records[i]->seq, expected);
            after = page->header->last;
        }
        cr_assert_eq (expected, 41);
    }
    cr_assert_eq (read_feed (1000, 0)->header->last, 40);
    cr_assert_eq (read_feed (UINT64_MAX, 0)->header->last, 40);
}

/* A page counted records and not their size: over 4 MiB it was a fault, and the follower asked for it for ever. */
Test (feed, a_page_ends_before_it_is_larger_than_a_message_may_be)
{
    uint64_t seen = 0;
    for (uint64_t id = 1; id <= 20; id++)
        expect_reason (request (TALLY ("Shout"), id, 60, 0), "");
    for (uint64_t after = 0; after < 20;) {
        const Node__ReadFeedReply *page = read_feed (after, 0);
        cr_assert (page->header->last > after);
        for (size_t i = 0; i < page->body->n_records; i++)
            cr_assert_eq (page->body->records[i]->seq, ++seen);
        after = page->header->last;
    }
    cr_assert_eq (seen, 20);
}

/* The frame went out larger than any follower takes, and each of them put it in quarantine. */
Test (feed, a_step_with_more_than_a_frame_holds_is_announced_and_read_as_pages)
{
    input_t inputs[20];
    for (uint64_t i = 0; i < 20; i++)
        inputs[i] = request (TALLY ("Shout"), i, 60, 0);
    step (inputs, 20);
    const Bus__FeedHeader *header = frame_header ();
    cr_assert (header->first == 21 && header->last == 20 && header->head == 20);
    cr_assert_eq (frame_body ()->n_records, 0);
    cr_assert_eq (read_feed (0, 0)->body->records[0]->seq, 1);
}

Test (feed, a_new_life_of_the_log_begins_where_the_old_one_ended)
{
    expect_reason (request (TALLY ("Add"), 1, 1, 1), "");
    cr_assert_eq (node_begin_epoch (node, NULL), STATUS_OK);
    bench_restart ();
    expect_reason (request (TALLY ("Add"), 2, 1, 1), "");
    cr_assert (frame_header ()->epoch > 1 && frame_header ()->epoch_start == 1 && frame_header ()->first == 2);
}

/* --- an owner whose log we follow --- */

static uint64_t epoch = 1, epoch_start;

static ProtobufCBinaryData event_of (int64_t key, int64_t amount)
{
    Specimen__Numbers inner = SPECIMEN__NUMBERS__INIT;
    Specimen__Specimen event = SPECIMEN__SPECIMEN__INIT;
    inner.a_uint64 = (uint64_t) key;
    inner.a_int64 = amount;
    event.numbers = &inner;
    bytes_t packed = pack (&event.base);
    return (ProtobufCBinaryData){ packed.size, (uint8_t *) (uintptr_t) packed.data };
}

static Bus__FeedRecord *record_of (uint64_t seq, int64_t amount)
{
    Bus__FeedRecord *record = arena_alloc (bytes_arena, sizeof *record);
    *record = (Bus__FeedRecord) BUS__FEED_RECORD__INIT;
    record->seq = seq;
    record->at = now;
    record->events = arena_alloc (bytes_arena, 2 * sizeof *record->events);
    record->events[record->n_events++] = event_of ((int64_t) seq, 1);
    if (amount)
        record->events[record->n_events++] = event_of ((int64_t) seq, amount);
    return record;
}

static Bus__FeedHeader stretch_header (uint64_t first, uint64_t last, uint64_t head)
{
    Bus__FeedHeader header = BUS__FEED_HEADER__INIT;
    header.epoch = epoch;
    header.epoch_start = epoch_start;
    header.first = first;
    header.last = last;
    header.head = head;
    return header;
}

static Bus__FeedBody stretch_body (uint64_t first, uint64_t last, int64_t second_amount)
{
    Bus__FeedBody body = BUS__FEED_BODY__INIT;
    body.records = arena_alloc (bytes_arena, (last - first + 2) * sizeof (*body.records));
    for (uint64_t seq = first; seq <= last; seq++)
        body.records[body.n_records++] = record_of (seq, second_amount);
    return body;
}

/* A frame of `owner`; last == first - 1 is a heartbeat. */
static input_t frame_with (const char *owner, uint64_t first, uint64_t last, uint64_t head, int64_t second_amount)
{
    Bus__FeedHeader header = stretch_header (first, last, head);
    Bus__FeedBody body = stretch_body (first, last, second_amount);
    return (input_t){ .kind = INPUT_FEED, .peer = owner, .header = pack (&header.base), .body = pack (&body.base) };
}

static input_t frame (uint64_t first, uint64_t last, uint64_t head)
{
    return frame_with ("other", first, last, head, 0);
}

static uint64_t asked_after (const output_t *fetch)
{
    ProtobufCMessage *wish = NULL;
    cr_assert (fetch && strcmp (fetch->target, "other") == 0);
    cr_assert_eq (
        message_decode (&node_read_feed_request_rule, fetch->body, WIRE_MESSAGE_MAX, bytes_arena, &wish, NULL),
        STATUS_OK);
    return ((Node__ReadFeedRequest *) wish)->after;
}

/* What the owner answers to the page we asked for, when its log ends at `head`. */
static input_t page_for (const output_t *fetch, uint64_t head)
{
    uint64_t after = asked_after (fetch) < head ? asked_after (fetch) : head;
    uint64_t last = head - after > 10 ? after + 10 : head;
    Bus__FeedHeader header = stretch_header (after + 1, last, head);
    Bus__FeedBody body = stretch_body (after + 1, last, 0);
    Node__ReadFeedReply page = NODE__READ_FEED_REPLY__INIT;
    page.header = &header;
    page.body = &body;
    return answer_to (fetch, "other", STATUS_OK, "", pack (&page.base));
}

/* We have applied 1..n of the owner's log, each once and in order. */
static void expect_heard (uint64_t n)
{
    expect_number (n, "SELECT count (*) FROM heard");
    expect_number (n, "SELECT count (*) FROM heard WHERE id = key");
    expect_number (n, "SELECT coalesce (sum (position), 0) FROM feed WHERE owner = 'other'");
}

static const char *stopped_because (void)
{
    input_t input = request (NODE ("GetHealth"), 1, 0, 0);
    ProtobufCMessage *message = NULL;
    input.body = (bytes_t){ 0 };
    step_one (input);
    cr_assert_eq (message_decode (&node_get_health_reply_rule, output_at (OUTPUT_REPLY, 0)->body, WIRE_PAGE_MAX,
                                  bytes_arena, &message, NULL),
                  STATUS_OK);
    return ((Node__GetHealthReply *) message)->followers[0]->stopped;
}

Test (follower, what_joins_is_applied_and_what_was_seen_is_not_applied_again)
{
    step_one (frame (1, 3, 3));
    step_one (frame (1, 3, 3));
    step_one (frame (2, 5, 5));
    step_one (frame (6, 5, 5));
    cr_assert_eq (outputs_of (OUTPUT_CALL), 0);
    expect_heard (5);
    bench_restart ();
    input_t both[] = { frame (4, 6, 6), frame (7, 7, 7) };
    step (both, 2);
    expect_heard (7);
}

Test (follower, numbers_without_a_record_are_passed)
{
    Bus__FeedHeader header = stretch_header (1, 9, 9);
    input_t input = frame (1, 0, 9);
    input.header = pack (&header.base);
    step_one (input);
    expect_number (9, "SELECT position FROM feed");
    expect_number (0, "SELECT count (*) FROM heard");
}

Test (follower, a_gap_or_a_lost_tail_is_read_from_the_owner)
{
    step_one (frame (1, 2, 2));
    step_one (frame (6, 7, 7));
    expect_heard (2);
    cr_assert_eq (asked_after (output_at (OUTPUT_CALL, 0)), 2);
    step_one (page_for (output_at (OUTPUT_CALL, 0), 7));
    expect_heard (7);
    step_one (frame (31, 30, 30));
    for (uint64_t have = 7; have < 30; have += 10) {
        cr_assert_eq (asked_after (output_at (OUTPUT_CALL, 0)), have, "a page at a time");
        step_one (page_for (output_at (OUTPUT_CALL, 0), 30));
    }
    cr_assert_eq (outputs_of (OUTPUT_CALL), 0);
    expect_heard (30);
}

Test (follower, a_page_that_does_not_come_is_asked_for_again_after_a_while)
{
    step_one (frame (4, 3, 3));
    cr_assert_eq (outputs_of (OUTPUT_CALL), 1);
    for (int i = 0; i < 3; i++) {
        step_one (frame (4, 3, 3));
        cr_assert_eq (outputs_of (OUTPUT_CALL), 0);
        now += 2000;
        step (NULL, 0);
        cr_assert_eq (outputs_of (OUTPUT_CALL), 1);
    }
    now -= 86400000;
    step (NULL, 0);
    cr_assert_eq (outputs_of (OUTPUT_CALL), 1, "also when the clock jumps back");
}

/* A page asked for in vain stayed something to wake up for, at an instant long past: the process never slept again. */
Test (follower, a_page_that_is_not_needed_any_more_wakes_nobody)
{
    step_one (frame (4, 3, 3));
    step_one (frame (1, 3, 3));
    expect_heard (3);
    now += 5000;
    step (NULL, 0);
    cr_assert (out.wake_at > now);
}

/* --- lives of the owner's log --- */

Test (follower, a_restored_owner_that_has_lost_nothing_we_have_is_followed_on)
{
    step_one (frame (1, 5, 5));
    epoch = 2;
    epoch_start = 5;
    step_one (frame (6, 6, 6));
    expect_heard (6);
    bench_restart ();
    epoch = 3;
    epoch_start = 9;
    step_one (frame (10, 9, 9));
    step_one (page_for (output_at (OUTPUT_CALL, 0), 9));
    expect_heard (9);
    expect_number (3, "SELECT epoch FROM feed");
}

Test (follower, one_that_has_nothing_yet_begins_in_any_life)
{
    epoch = 7;
    epoch_start = 3;
    step_one (frame (1, 5, 5));
    expect_heard (5);
}

Test (follower, a_restored_owner_that_has_lost_what_we_have_stops_the_feed)
{
    step_one (frame (1, 5, 5));
    epoch = 2;
    epoch_start = 4;
    step_one (frame (5, 6, 6));
    expect_heard (5);
    cr_assert_str_eq (stopped_because (), "FEED_AHEAD_OF_OWNER");
    step_one (frame (1, 8, 8));
    expect_heard (5);
    bench_restart ();
    step_one (frame (1, 8, 8));
    cr_assert_str_eq (stopped_because (), "FEED_AHEAD_OF_OWNER");
}

Test (follower, an_owner_whose_log_ends_before_what_we_have_stops_the_feed_once_it_has_confirmed_it)
{
    step_one (frame (1, 5, 5));
    step_one (frame (4, 3, 3));
    cr_assert_eq (asked_after (output_at (OUTPUT_CALL, 0)), 5);
    step_one (page_for (output_at (OUTPUT_CALL, 0), 3));
    cr_assert_str_eq (output_at (OUTPUT_NOTE, 0)->note.reason, "FEED_AHEAD_OF_OWNER");
    cr_assert_str_eq (stopped_because (), "FEED_AHEAD_OF_OWNER");
    cr_assert (out.wake_at > now);
}

Test (follower, an_owner_in_an_earlier_life_stops_the_feed_once_it_has_confirmed_it)
{
    epoch = 2;
    step_one (frame (1, 5, 5));
    epoch = 1;
    step_one (frame (6, 6, 6));
    expect_heard (5);
    step_one (page_for (output_at (OUTPUT_CALL, 0), 6));
    cr_assert_str_eq (stopped_because (), "FEED_AHEAD_OF_OWNER");
}

/* Pages and frames travel on connections of their own. A frame that a page had overtaken stopped the feed for good. */
Test (follower, a_frame_that_a_page_has_overtaken_does_not_stop_the_feed)
{
    step_one (frame (1, 1, 1));
    input_t late = frame (2, 3, 3);
    step_one (frame (6, 6, 6));
    step_one (page_for (output_at (OUTPUT_CALL, 0), 6));
    step_one (late);
    cr_assert_str_eq (stopped_because (), "");
    step_one (frame (7, 7, 7));
    expect_heard (7);
}

Test (follower, a_page_that_frames_have_overtaken_does_not_stop_the_feed)
{
    step_one (frame (1, 1, 1));
    step_one (frame (3, 3, 3));
    input_t late = page_for (output_at (OUTPUT_CALL, 0), 3);
    step_one (frame (2, 3, 3));
    step_one (frame (4, 4, 4));
    step_one (late);
    cr_assert_str_eq (stopped_because (), "");
    step_one (frame (5, 5, 5));
    expect_heard (5);
}

Test (follower, a_frame_of_the_life_before_does_not_stop_the_feed)
{
    step_one (frame (1, 2, 2));
    input_t late = frame (3, 2, 2);
    epoch = 2;
    epoch_start = 2;
    step_one (frame (3, 3, 3));
    step_one (late);
    const output_t *fetch = output_at (OUTPUT_CALL, 0);
    cr_assert_eq (asked_after (fetch), 3);
    step_one (page_for (fetch, 3));
    cr_assert_str_eq (stopped_because (), "");
    step_one (frame (4, 4, 4));
    expect_heard (4);
}

/* --- what cannot be applied --- */

Test (follower, an_event_that_is_refused_stops_its_feed_and_no_other)
{
    step_one (frame (1, 2, 2));
    step_one (frame_with ("other", 3, 3, 3, POISON));
    expect_heard (2);
    cr_assert_str_eq (stopped_because (), "FEED_EVENT_REFUSED");
    expect_number (1, "SELECT count (*) FROM quarantine WHERE peer = 'other' AND reason = 'TALLY_POISON'");
    step_one (frame (3, 4, 4));
    expect_heard (2);
    step_one (frame_with ("third", 1, 2, 2, 0));
    expect_number (2, "SELECT position FROM feed WHERE owner = 'third'");
    bench_restart ();
    step_one (frame (3, 4, 4));
    expect_number (4, "SELECT position FROM feed WHERE owner = 'other'");
}

/* The events before the refused one stayed applied, and were applied again after the restart. */
Test (follower, a_record_is_applied_whole_or_not_at_all)
{
    echo = true;
    for (int i = 0; i < 3; i++) {
        input_t both[] = { frame_with ("other", 1, 1, 1, POISON), request (TALLY ("Add"), 1, 1, 1) };
        step (both, 2);
        expect_number (0, "SELECT count (*) FROM heard");
        expect_number (1, "SELECT count (*) FROM journal");
        bench_restart ();
    }
    cr_assert_eq (node_head (node), 1);
}

Test (follower, an_event_that_cannot_be_read_stops_its_feed_and_is_kept_for_the_operator)
{
    Bus__FeedHeader header = stretch_header (1, 1, 1);
    Bus__FeedBody body = stretch_body (1, 1, 0);
    body.records[0]->events[0] = (ProtobufCBinaryData){ 2, (uint8_t *) (uintptr_t) "\377\377" };
    step_one (
        (input_t){ .kind = INPUT_FEED, .peer = "other", .header = pack (&header.base), .body = pack (&body.base) });
    cr_assert_str_eq (stopped_because (), "FEED_EVENT_REFUSED");
    expect_number (1, "SELECT count (*) FROM quarantine WHERE bytes = x'ffff'");
    expect_heard (0);
}

Test (follower, an_event_of_an_unknown_kind_is_passed_over)
{
    Bus__FeedHeader header = stretch_header (1, 1, 1);
    Bus__FeedBody body = stretch_body (1, 1, 0);
    body.records[0]->events[0] = (ProtobufCBinaryData){ 3, (uint8_t *) (uintptr_t) "\372\1\0" }; /* field 31, empty */
    step_one (
        (input_t){ .kind = INPUT_FEED, .peer = "other", .header = pack (&header.base), .body = pack (&body.base) });
    cr_assert_str_eq (stopped_because (), "");
    expect_number (1, "SELECT position FROM feed");
}

/* Whatever part of a frame was wrong, its body was kept. */
Test (follower, of_a_frame_that_cannot_be_read_the_part_that_is_wrong_is_kept)
{
    input_t input = frame (1, 1, 1);
    input_t bad_header = input, bad_body = input;
    bad_header.header = bytes_of ("\377\1", 2);
    bad_body.body = bytes_of ("\377\2", 2);
    step_one (bad_header);
    step_one (bad_body);
    expect_number (1, "SELECT count (*) FROM quarantine WHERE bytes = x'ff01'");
    expect_number (1, "SELECT count (*) FROM quarantine WHERE bytes = x'ff02'");
    step_one (input);
    expect_heard (1);
}

/* They ended the process, and whoever runs another service could send them. */
Test (follower, numbers_that_no_log_has_are_kept_for_the_operator_and_change_nothing)
{
    static const uint64_t HUGE_NUMBER = UINT64_MAX - 5;
    step_one (frame (1, 1, 1));
    Bus__FeedHeader headers[] = {
        stretch_header (2, HUGE_NUMBER, HUGE_NUMBER),
        stretch_header (2, 3, 2),
        stretch_header (0, 3, 3),
        stretch_header (5, 3, 9),
        stretch_header (2, 1, UINT64_MAX),
        stretch_header (2, 2, 2),
        stretch_header (2, 2, 2),
    };
    headers[5].epoch = UINT64_MAX;
    headers[6].epoch = 0;
    for (size_t i = 0; i < 7; i++) {
        input_t input = frame (2, 1, 1);
        input.header = pack (&headers[i].base);
        step_one (input);
        expect_heard (1);
    }
    expect_number (7, "SELECT count (*) FROM quarantine WHERE reason = 'FEED_HEADER_WRONG'");
    step_one (frame (2, 2, 2));
    expect_heard (2);
}

/* A disk that was full for a moment stopped the feed until the next restart. */
Test (follower, an_event_that_could_not_be_applied_just_now_is_applied_later)
{
    trouble = STATUS_RESOURCE_EXHAUSTED;
    step_one (frame (1, 3, 3));
    expect_heard (0);
    cr_assert_eq (outputs_of (OUTPUT_CALL), 0, "and not asked for at once");
    cr_assert_str_eq (stopped_because (), "");
    trouble = STATUS_OK;
    now += 2000;
    step (NULL, 0);
    step_one (page_for (output_at (OUTPUT_CALL, 0), 3));
    expect_heard (3);
}

Test (follower, a_step_that_fails_leaves_the_follower_where_it_was)
{
    step_one (frame (1, 1, 1));
    input_t both[] = { frame (2, 4, 4), request (TALLY ("Break"), 1, 0, 0) };
    step (both, 2);
    expect_heard (1);
    both[0] = frame_with ("other", 2, 2, 4, POISON);
    step (both, 2);
    cr_assert_str_eq (stopped_because (), "", "what it stopped for was never kept");
    step_one (frame (2, 4, 4));
    expect_heard (4);
}

/* --- whatever happens --- */

enum { LOG_LENGTH = 120 };

/* Frames are lost, repeated, late and out of order; pages are lost, late, asked for again; steps fail, the process
 * ends. At every moment we are a prefix of the owner's log, and when the trouble ends we are all of it. */
static void weather (uint64_t seed)
{
    uint64_t state = seed, head = 0;
    input_t late[8] = { { .kind = INPUT_JOB } };
    size_t n_late = 0;
    for (int round = 0; round < 200; round++) {
        input_t inputs[4];
        size_t count = 0;
        uint64_t first = head + 1;
        head += head < LOG_LENGTH ? chance_below (&state, 3) : 0;
        input_t newest = frame (first, head, head);
        if (chance_below (&state, 3))
            inputs[count++] = newest;
        else if (n_late < 8)
            late[n_late++] = newest;
        if (n_late && chance_below (&state, 4) == 0)
            inputs[count++] = late[chance_below (&state, (unsigned) n_late)];
        for (size_t i = 0; i < outputs_of (OUTPUT_CALL) && count < 3; i++)
            if (chance_below (&state, 2))
                inputs[count++] = page_for (output_at (OUTPUT_CALL, i), head);
        if (chance_below (&state, 10) == 0)
            inputs[count++] = request (TALLY ("Break"), 1, 0, 0);
        now += chance_below (&state, 1500);
        step (inputs, count);
        if (n_late < 8 && outputs_of (OUTPUT_CALL) && chance_below (&state, 3) == 0)
            late[n_late++] = page_for (output_at (OUTPUT_CALL, 0), head);
        if (chance_below (&state, 15) == 0) {
            bench_restart ();
            out = (outputs_t){ 0 };
        }
        uint64_t position = (uint64_t) number_of ("SELECT coalesce (sum (position), 0) FROM feed");
        cr_assert (position <= head, "seed %d, round %d", (int) seed, round);
        expect_heard (position);
    }
    for (int round = 0; round < 100; round++) {
        now += 2000;
        step_one (frame (head + 1, head, head));
        if (outputs_of (OUTPUT_CALL))
            step_one (page_for (output_at (OUTPUT_CALL, 0), head));
    }
    expect_heard (head);
}

Test (follower, whatever_the_network_does_we_are_a_prefix_of_the_owner_and_in_the_end_all_of_it)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        weather (seed);
        (void) store_run (node_store (node), "DELETE FROM heard");
        (void) store_run (node_store (node), "DELETE FROM feed");
        bench_restart ();
        bench_rest ();
        out = (outputs_t){ 0 };
    }
}
