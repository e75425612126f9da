/*
 * Every decoder with an allocator that fails at its first, second, third ... call: it says that there is no memory, or
 * it did not need it. It never crashes, keeps nothing, and never takes the trouble for a fault of the bytes.
 */
#include "memory/failing.h"

#include "base/csv.h"
#include "base/own.h"
#include "bus/letter.h"
#include "danish/rules.h"
#include "fuzz/types.h"
#include "harness/messages.h"
#include "specimen/specimen.contract.h"
#include "wire/json.h"
#include "wire/message.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLENTY = 64 * 1024 * 1024, DRAWS = 10 };

/* What is decoded, in all its forms. */
typedef struct {
    const message_rule_t *rule;
    const ProtobufCMessage *message;
    bytes_t packed;
    const json_t *json;
} subject_t;

/* True when it succeeded. It fails the test when it fails in another way than it should. */
typedef bool (*attempt_t) (const subject_t *subject, arena_t *arena);

/* The number of points at which it was made to fail. */
static size_t fail_everywhere (attempt_t attempt, const subject_t *subject, bool and_later)
{
    for (size_t nth = 1;; nth++) {
        size_t live = memory_live ();
        owned (arena) arena = arena_new (PLENTY);
        memory_fail (nth, and_later);
        bool succeeded = attempt (subject, arena);
        bool failed = memory_heal ();
        arena_destroy (&arena);
        cr_assert_eq (memory_live (), live, "%zu bytes are kept after allocation %zu failed", memory_live () - live,
                      nth);
        cr_assert (succeeded || failed, "it fails with all the memory it wants");
        if (!failed)
            return nth - 1;
    }
}

/* One at a time, and all from one on. */
static size_t fail_both_ways (attempt_t attempt, const subject_t *subject)
{
    return fail_everywhere (attempt, subject, false) + fail_everywhere (attempt, subject, true);
}

static bool succeeds (status_t status, const fault_t *why, const void *result)
{
    if (status == STATUS_OK)
        return true;
    cr_assert_eq (status, STATUS_RESOURCE_EXHAUSTED, "%s: %s", why->reason, why->message);
    cr_assert_str_eq (why->reason, "WIRE_NO_MEMORY");
    cr_assert (why->message[0]);
    cr_assert_null (result);
    return false;
}

/* --- every message of every contract --- */

static bool decode (const subject_t *subject, arena_t *arena)
{
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    status_t status = message_decode (subject->rule, subject->packed, WIRE_PAGE_MAX, arena, &message, &why);
    return succeeds (status, &why, message);
}

static bool read_json (const subject_t *subject, arena_t *arena)
{
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    json_t *json = (json_t *) (uintptr_t) subject->json; /* is not changed */
    return succeeds (json_to_message (subject->rule, json, arena, &message, &why), &why, message);
}

static bool print (const subject_t *subject, arena_t *arena)
{
    (void) arena;
    json_t *json = json_from_message (subject->rule, subject->message, true);
    bool whole = json_equal (json, subject->json);
    cr_assert (whole || !json, "it is printed in part");
    json_decref (json);
    return whole;
}

static size_t fail_all_types (attempt_t attempt)
{
    size_t points = 0;
    json_set_alloc_funcs (malloc, free); /* ours: counted, and made to fail */
    for (size_t i = 0; i < types_count (); i++)
        for (uint64_t draw = 0; draw < DRAWS; draw++) {
            owned (arena) arena = arena_new (PLENTY);
            owned_buffer packed = BUFFER (WIRE_PAGE_MAX);
            drawer_t drawer = { .seed = 1000 * i + draw, .arena = arena };
            subject_t subject = { .rule = type_at (i) };
            subject.message = draw_message (&drawer, subject.rule);
            message_pack (subject.message, &packed);
            subject.packed = buffer_bytes (&packed);
            json_t *json = json_from_message (subject.rule, subject.message, true);
            subject.json = json;
            points += fail_both_ways (attempt, &subject);
            json_decref (json);
        }
    return points;
}

/* The figures are for the report; a number far below them would mean that the allocator was not in the way. */
static void expect_points (const char *what, size_t points, size_t least)
{
    fprintf (stderr, "memory: %zu types, %s failed at %zu points\n", types_count (), what, points);
    cr_assert_geq (points, least);
}

Test (memory, a_message_is_decoded_or_there_was_no_memory)
{
    expect_points ("decoding", fail_all_types (decode), 10000);
}

Test (memory, json_is_read_whole_or_there_was_no_memory)
{
    expect_points ("reading JSON", fail_all_types (read_json), 10000);
}

Test (memory, json_is_printed_whole_or_not_at_all)
{
    expect_points ("printing JSON", fail_all_types (print), 50000);
}

/* The parser leaves out what did not fit and says that all is well: "thathas" was taken for what somebody wrote. Or it
 * writes where it should not. Both at places that a peer could have chosen. */
Test (memory, a_parser_that_gets_no_memory_ends_the_process_before_it_does_harm, .signal = SIGABRT)
{
    static const char TEXT[] = "{\"note\": \"long text that has to be\"}";
    owned (arena) arena = arena_new (PLENTY);
    ProtobufCMessage *message = NULL;
    memory_fail (8, false);
    (void) json_parse_message (&specimen_specimen_rule, TEXT, sizeof TEXT - 1, arena, &message, NULL);
}

/* --- tables --- */

static const char RULES[] = "series;rule_id;description;value;unit;valid_from;source;confidence\n"
                            "cap;SF-01;a cap;20000;DKK;2025-01-01;law;high\n"
                            "cap;SF-04;a cap;21000;DKK;2026-01-01;law;high\n"
                            ";LEA-01;notice;3;months;;contract;medium\n";

static bool load_rules (const subject_t *subject, arena_t *arena)
{
    (void) subject, (void) arena;
    fault_t why = { 0 };
    owned (rules) rules = rules_new (bytes_of (RULES, sizeof RULES - 1), &why);
    if (!rules) {
        cr_assert_str_eq (why.reason, "RULES_NO_MEMORY", "%s", why.message);
        return false;
    }
    cr_assert_eq (rules_count (rules), 3, "a set of rules is complete or there is none");
    cr_assert_eq (rules_problem_count (rules), 0);
    return true;
}

/* The first three are the reader, the set and its arena, of fixed size: who has no memory for those may go. */
Test (memory, rules_are_loaded_whole_or_not_at_all)
{
    enum { FIXED = 3 };
    size_t points = 0;
    for (size_t nth = FIXED + 1;; nth++) {
        size_t live = memory_live ();
        memory_fail (nth, false);
        bool loaded = load_rules (NULL, NULL);
        bool failed = memory_heal ();
        cr_assert_eq (memory_live (), live);
        cr_assert_neq (loaded, failed);
        if (!failed)
            break;
        points++;
    }
    cr_assert_geq (points, 24, "%zu", points);
}

Test (memory, reading_csv_allocates_nothing_and_so_cannot_fail)
{
    owned (csv) csv = csv_new (bytes_of (RULES, sizeof RULES - 1), ';');
    csv_problem_t problem;
    memory_watch ();
    cr_assert (csv_read_header (csv, &problem));
    while (csv_next_row (csv, &problem) != CSV_END) {
    }
    cr_assert_eq (memory_calls (), 0);
}

Test (memory, csv_that_could_not_be_written_shows_in_its_buffer)
{
    owned_buffer out = BUFFER (100000);
    csv_writer_t writer = csv_writer (&out, true);
    memory_fail (2, false);
    for (int i = 0; i < 2000; i++) {
        csv_write (&writer, "a field");
        csv_end_row (&writer);
    }
    cr_assert (memory_heal ());
    cr_assert (out.overflowed);
    cr_assert_str_eq (buffer_text (&out), "");
}

/* A bundle that memory failed was kept back behind the frame that addresses it, and the next message was taken for its
 * rest. */
Test (memory, a_letter_that_finds_no_memory_leaves_the_bundle_as_it_was)
{
    static uint8_t body[3000];
    bundle_t bundle = bundle_new ();
    cr_assert (bundle_add (&bundle, bytes_of ("h", 1), bytes_of ("b", 1)));
    size_t size = bundle.bytes.size;
    memory_fail (1, true);
    cr_expect_not (bundle_add (&bundle, bytes_of ("h", 1), bytes_of (body, sizeof body)));
    cr_assert (memory_heal ());
    cr_expect (bundle.letters == 1 && bundle.bytes.size == size && !bundle.bytes.overflowed);
    cr_expect (bundle_add (&bundle, bytes_of ("h", 1), bytes_of (body, sizeof body)));
    bundle_destroy (&bundle);
}
