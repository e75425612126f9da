/* P5 for many: a run takes its snapshot in steps and proposes in steps, and others get their turn in between. */
#include "unit/placement_house.h"

enum { PEOPLE = 620, JOBS = 210, STEP = 60 };

/* Everybody fits everywhere, some better, and there are openings for all. */
static void settle_a_city (rig_t *rig)
{
    for (int i = 0; i < JOBS; i++)
        open_position (rig, 3, 60 * (1 + i % 7), "");
    for (int i = 0; i < PEOPLE; i++)
        register_candidate (rig, 420 + 60 * (i % 5), i % 3 ? "" : ", 'district': 4");
}

static json_t *run_now (rig_t *rig, uint64_t run)
{
    return ask (rig, "Matches/GetRun", "{'run': " ID "}", run);
}

static uint64_t begin (rig_t *rig)
{
    return (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "{}"), "run");
}

static bool is_over (json_t *run)
{
    return json_is_string (json_object_get (run, "ended_at"));
}

/* Each step sets the timer of the next, a millisecond ahead. */
static json_t *over (rig_t *rig, uint64_t run)
{
    for (int i = 0; i < 50 && !is_over (run_now (rig, run)); i++)
        rig_advance (rig, 1);
    return run_now (rig, run);
}

static json_t *until_some_are_proposed (rig_t *rig, uint64_t run)
{
    for (int i = 0; i < 10 && rig_number (run_now (rig, run), "proposed") == 0; i++)
        rig_advance (rig, 1);
    return run_now (rig, run);
}

static int64_t rows_in (rig_t *rig, const char *count)
{
    return only_int (store_row (rig_store (rig, "placement"), count));
}

Test (city, everybody_is_looked_at_and_who_has_a_place_is_proposed_step_by_step_whatever_falls_over,
      .description = "P5, X4")
{
    owned (rig) rig = open_rig ();
    settle_a_city (rig);
    uint64_t run = begin (rig);
    json_t *now = run_now (rig, run);
    cr_assert_eq (rig_number (now, "candidates"), 500);
    cr_assert_eq (rig_number (now, "positions"), 0);
    cr_assert (!is_over (now));
    rig_restart (rig, "placement");
    now = until_some_are_proposed (rig, run);
    cr_assert_eq (rig_number (now, "candidates"), PEOPLE);
    cr_assert_eq (rig_number (now, "positions"), JOBS);
    cr_assert_eq (rig_number (now, "proposed"), STEP);
    cr_assert_eq (rig_number (now, "to_propose"), PEOPLE - STEP);
    cr_assert (!is_over (now));
    cr_assert_eq (rows_in (rig, "SELECT count (*) FROM run_part"), 0);
    rig_advance (rig, 1);
    rig_restart (rig, "placement");
    now = over (rig, run);
    cr_assert_eq (rig_number (now, "proposed"), PEOPLE);
    cr_assert_eq (rig_number (now, "placed"), PEOPLE);
    cr_assert_eq (rig_number (now, "to_propose"), 0);
    cr_assert (is_over (now));
    cr_assert_eq (rig_number (now, "pairs_fitting"), PEOPLE * JOBS);
    cr_assert (rig_number (now, "pairs_held") < rig_number (now, "pairs_fitting"), "not all of them in memory");
    cr_assert (json_is_true (json_object_get (now, "best_of_all")));
    now = repetition (rig, run);
    cr_assert (json_is_true (json_object_get (now, "same")));
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_MATCH_PROPOSED), PEOPLE);
}

Test (city, a_run_that_is_stopped_between_two_steps_takes_and_proposes_no_more, .description = "P9")
{
    owned (rig) rig = open_rig ();
    settle_a_city (rig);
    uint64_t early = begin (rig);
    ask (rig, "Matches/CancelRun", "{'run': " ID ", 'reason': 'for tidligt'}", early);
    for (int i = 0; i < 10; i++)
        rig_advance (rig, 1);
    cr_assert_eq (rig_number (run_now (rig, early), "proposed"), 0);
    cr_assert_eq (rows_in (rig, "SELECT count (*) FROM run_part"), 0);
    uint64_t late = begin (rig);
    until_some_are_proposed (rig, late);
    ask (rig, "Matches/CancelRun", "{'run': " ID ", 'reason': 'nok for i dag'}", late);
    for (int i = 0; i < 10; i++)
        rig_advance (rig, 1);
    json_t *ended = run_now (rig, late);
    cr_assert_eq (rig_number (ended, "proposed"), STEP);
    cr_assert_eq (rig_number (ended, "to_propose"), 0);
    cr_assert (json_is_true (json_object_get (ended, "cancelled")));
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_MATCH_PROPOSED), STEP);
}

Test (city, who_is_erased_or_decided_on_between_two_steps_is_not_proposed, .description = "P2, P9")
{
    owned (rig) rig = open_rig ();
    settle_a_city (rig);
    uint64_t last_but_one = register_candidate (rig, 600, ""), last = register_candidate (rig, 600, "");
    uint64_t run = begin (rig);
    until_some_are_proposed (rig, run);
    ask (rig, "Candidates/EraseCandidate", "{'candidate': " ID "}", last);
    ask (rig, "Matches/ProposeMatch", PAIR "}", last_but_one, open_position (rig, 1, 300, ""));
    json_t *ended = over (rig, run);
    cr_assert_eq (rig_number (ended, "proposed"), PEOPLE);
    cr_assert_eq (rig_number (ended, "overtaken"), 2);
}

Test (city, the_question_why_says_when_it_looks_at_a_part, .description = "P3, P4")
{
    owned (rig) rig = open_rig ();
    uint64_t first = register_candidate (rig, 600, "");
    json_t *reply = ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", first);
    cr_assert (!json_is_true (json_object_get (reply, "in_part")));
    for (int i = 0; i < 500; i++)
        register_candidate (rig, 600, "");
    reply = ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", first);
    cr_assert (json_is_true (json_object_get (reply, "in_part")));
}
