/* P6, P7, P9: what a run shows beside the plan that it proposes, and how a person stops one. */
#include "harness/chance.h"
#include "unit/placement_house.h"

#define STRONG ", 'abilities': [{'dimension': 'lifting', 'level': 4}]"
#define WEAK ", 'abilities': [{'dimension': 'lifting', 'level': 1}]"
#define HEAVY ", 'demands': [{'dimension': 'lifting', 'level': 4}]"

static json_t *run_with (rig_t *rig, const char *request)
{
    uint64_t run = (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "%s", request), "run");
    return ask (rig, "Matches/GetRun", "{'run': " ID "}", run);
}

static json_t *plan_of (json_t *run, size_t index, const char *kind)
{
    json_t *plan = rig_item (run, "plans", index);
    cr_assert_str_eq (rig_text (plan, "kind"), kind);
    return plan;
}

Test (beside, the_stable_plan_and_the_pairs_that_the_best_one_leaves_wishing, .description = "P7")
{
    owned (rig) rig = open_rig ();
    open_position (rig, 1, 600, "");
    open_position (rig, 1, 300, HEAVY);
    register_candidate (rig, 600, STRONG); /* fits the first best, and it would rather have this one too */
    register_candidate (rig, 900, WEAK);   /* fits the first alone */
    json_t *run = run_with (rig, "{}"), *best = plan_of (run, 0, "BEST"), *stable = plan_of (run, 1, "STABLE");
    cr_assert_eq (rig_count (run, "plans"), 2);
    cr_assert_eq (rig_number (best, "placed"), 2);
    cr_assert_eq (rig_number (best, "score"), rig_number (run, "score"));
    cr_assert_eq (rig_number (best, "blocking_pairs"), 1);
    cr_assert_eq (rig_number (stable, "placed"), 1);
    cr_assert_eq (rig_number (stable, "blocking_pairs"), 0);
    cr_assert_eq (rig_number (stable, "people_fewer"), 1);
    cr_assert_eq (rig_number (stable, "points_lower"), rig_number (best, "score") - rig_number (stable, "score"));
}

/* Three people for two openings: the best plan leaves out the one who fits one position alone. */
static uint64_t left_out_by_the_best (rig_t *rig, uint64_t *ret_position)
{
    *ret_position = open_position (rig, 1, 300, "");
    open_position (rig, 1, 300, HEAVY);
    register_candidate (rig, 300, STRONG);
    register_candidate (rig, 300, STRONG);
    return register_candidate (rig, 2000, WEAK);
}

Test (beside, a_floor_places_who_is_hardest_to_place_at_no_cost_in_people_and_a_cost_in_score_that_is_told,
      .description = "P6")
{
    owned (rig) rig = open_rig ();
    uint64_t position, hardest = left_out_by_the_best (rig, &position);
    json_t *run = run_with (rig, "{'floor_percent': 100}"), *best = plan_of (run, 0, "BEST"),
           *with = plan_of (run, 2, "WITH_FLOOR");
    cr_assert_eq (rig_number (run, "group"), 1, "a tenth of three, rounded up");
    cr_assert_eq (rig_number (run, "group_percent"), 10);
    cr_assert_eq (rig_number (run, "floor_percent"), 100);
    cr_assert_eq (rig_number (best, "group_placed"), 0);
    cr_assert_eq (rig_number (with, "group_placed"), 1);
    cr_assert_eq (rig_number (with, "group_placed_percent"), 100);
    cr_assert_eq (rig_number (best, "group_placed_percent"), 0);
    cr_assert_eq (rig_number (with, "people_fewer"), 0);
    cr_assert_eq (rig_number (with, "points_lower"), rig_number (best, "score") - rig_number (with, "score"));
    cr_assert_gt (rig_number (with, "points_lower"), 0);
    cr_assert_str_eq (state_of (rig, hardest, position), "PROPOSED");
}

Test (beside, a_published_floor_holds_in_every_run_and_group_and_floor_stand_with_the_weights, .description = "P4, P6")
{
    owned (rig) rig = open_rig ();
    uint64_t position, hardest = left_out_by_the_best (rig, &position);
    ask (rig, "Matches/SetWeights",
         "{'weights': {'ability': 500, 'hours': 250, 'district': 150, 'waiting': 100, 'group_percent': 34,"
         " 'floor_percent': 100}, 'reason': 'de svageste først'}");
    json_t *weights = json_object_get (ask (rig, "Matches/GetWeights", "{}"), "weights");
    cr_assert_eq (rig_number (weights, "group_percent"), 34);
    cr_assert_eq (rig_number (weights, "floor_percent"), 100);
    json_t *run = run_with (rig, "{}");
    cr_assert_eq (rig_number (run, "group"), 2, "34 %% of three, rounded up");
    cr_assert_eq (rig_number (plan_of (run, 2, "WITH_FLOOR"), "group_placed"), 2);
    cr_assert_str_eq (state_of (rig, hardest, position), "PROPOSED");
}

static int64_t proposed_score (rig_t *rig)
{
    json_t *list = ask (rig, "Matches/ListMatches", "{}");
    int64_t score = 0;
    for (size_t i = 0; i < rig_count (list, "matches"); i++)
        score += rig_number (rig_item (list, "matches", i), "score");
    return score;
}

Test (beside, what_is_told_of_a_plan_is_what_is_proposed, .description = "P6, P7")
{
    enum { ROUNDS = 30, PEOPLE = 12, JOBS = 5 };
    int costly = 0, unstable = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = round + 1;
        owned (rig) rig = open_rig ();
        for (int p = 0; p < JOBS; p++)
            open_position (rig, 1 + (int) (draw (&seed) % 2), 60 * (1 + (int) (draw (&seed) % 9)),
                           draw (&seed) % 2 ? HEAVY : "");
        for (int c = 0; c < PEOPLE; c++)
            register_candidate (rig, 60 * (2 + (int) (draw (&seed) % 14)), draw (&seed) % 2 ? STRONG : WEAK);
        json_t *run = run_with (rig, round % 2 ? "{'floor_percent': 100}" : "{}");
        json_t *best = plan_of (run, 0, "BEST"), *stable = plan_of (run, 1, "STABLE");
        json_t *proposed = round % 2 ? plan_of (run, 2, "WITH_FLOOR") : best;
        cr_assert_eq (rig_number (run, "proposed"), rig_number (proposed, "placed"));
        cr_assert_eq (proposed_score (rig), rig_number (proposed, "score"));
        cr_assert_eq (rig_number (proposed, "placed"), rig_number (best, "placed"), "a floor costs nobody a place");
        cr_assert_leq (rig_number (stable, "placed"), rig_number (best, "placed"));
        cr_assert_eq (rig_number (stable, "blocking_pairs"), 0);
        cr_assert_geq (rig_number (proposed, "group_placed"), rig_number (best, "group_placed"));
        costly += rig_number (proposed, "points_lower") > 0;
        unstable += rig_number (best, "blocking_pairs") > 0;
    }
    cr_assert (costly > 0 && unstable > 0, "%d, %d", costly, unstable);
}

/* --- P9 --- */

Test (runs, one_that_a_person_stops_proposes_nothing_whatever_the_worker_still_finds, .description = "P9")
{
    owned (rig) rig = open_rig ();
    open_position (rig, 1, 300, "");
    register_candidate (rig, 600, "");
    rig_worker_busy (rig, true);
    uint64_t run = (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "{}"), "run");
    ask (rig, "Matches/CancelRun", "{'run': " ID ", 'reason': 'forkerte vægte'}", run);
    rig_worker_busy (rig, false);
    rig_restart (rig, "placement"); /* nor is it started again */
    rig_settle (rig);
    json_t *ended = ask (rig, "Matches/GetRun", "{'run': " ID "}", run);
    cr_assert (json_is_true (json_object_get (ended, "cancelled")));
    cr_assert_str_eq (rig_text (ended, "cancel_reason"), "forkerte vægte");
    cr_assert_str_eq (rig_text (ended, "ended_at"), "2026-03-02T09:00:00Z");
    cr_assert_eq (rig_number (ended, "proposed"), 0);
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_MATCH_PROPOSED), 0);
    refuse (rig, "Matches/CancelRun", "PLACEMENT_RUN_OVER", "{'run': " ID ", 'reason': 'igen'}", run);
    refuse (rig, "Matches/GetProof", "PLACEMENT_RUN_UNKNOWN", "{'run': " ID ", 'file': 'PLAN'}", run);
}

Test (runs, another_goes_on_when_one_is_stopped_and_what_is_over_cannot_be_stopped, .description = "P9")
{
    owned (rig) rig = open_rig ();
    open_position (rig, 1, 300, "");
    register_candidate (rig, 600, "");
    rig_worker_busy (rig, true);
    uint64_t first = (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "{}"), "run"),
             second = (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "{}"), "run");
    ask (rig, "Matches/CancelRun", "{'run': " ID ", 'reason': 'den anden er nok'}", first);
    rig_worker_busy (rig, false);
    json_t *ended = ask (rig, "Matches/GetRun", "{'run': " ID "}", second);
    cr_assert_eq (rig_number (ended, "proposed"), 1);
    cr_assert (!json_is_true (json_object_get (ended, "cancelled")));
    refuse (rig, "Matches/CancelRun", "PLACEMENT_RUN_OVER", "{'run': " ID ", 'reason': 'for sent'}", second);
    refuse (rig, "Matches/CancelRun", "PLACEMENT_RUN_UNKNOWN", "{'run': 77, 'reason': 'findes ikke'}");
}

/* --- what excludes is published with the weights --- */

#define POINTS "'ability': 500, 'hours': 250, 'district': 150, 'waiting': 100"

static uint64_t publish (rig_t *rig, const char *rest)
{
    json_t *reply = ask (rig, "Matches/SetWeights", "{'weights': {" POINTS "%s}, 'reason': 'prøve'}", rest);
    return (uint64_t) rig_number (reply, "version");
}

static json_t *published (rig_t *rig, uint64_t version)
{
    return json_object_get (ask (rig, "Matches/GetWeights", "{'version': " ID "}", version), "weights");
}

static int64_t exclusions (rig_t *rig, uint64_t candidate, uint64_t position)
{
    return (int64_t) rig_count (ask (rig, "Matches/ExplainMatch", PAIR "}", candidate, position), "exclusions");
}

Test (rules, what_excludes_is_published_by_version_and_named_in_every_run, .description = "P3, P4")
{
    owned (rig) rig = open_rig ();
    uint64_t job = open_position (rig, 1, 300, HEAVY), weak = register_candidate (rig, 300, WEAK),
             quiet = register_candidate (rig, 300, ", 'conditions': ['quiet']");
    cr_assert_eq (exclusions (rig, weak, job), 1);
    cr_assert_eq (exclusions (rig, quiet, job), 1);
    cr_assert_eq (rig_number (run_with (rig, "{}"), "weights"), 1);
    uint64_t wider = publish (rig, ", 'gap_most': 3, 'wait_days': 30, 'soft_conditions': ['quiet']");
    cr_assert_eq (exclusions (rig, weak, job), 0);
    cr_assert_eq (exclusions (rig, quiet, job), 0);
    json_t *run = run_with (rig, "{}");
    cr_assert_eq ((uint64_t) rig_number (run, "weights"), wider);
    cr_assert_eq (rig_number (run, "proposed"), 1);
    json_t *now = published (rig, 0), *first = published (rig, 1);
    cr_assert (rig_number (now, "gap_most") == 3 && rig_number (now, "wait_days") == 30);
    cr_assert (rig_number (now, "level_unstated") == 2 && rig_count (now, "soft_conditions") == 1);
    cr_assert (rig_number (first, "gap_most") == 2 && rig_number (first, "wait_days") == 180);
    refuse (rig, "Matches/GetWeights", "PLACEMENT_WEIGHTS_UNKNOWN", "{'version': 7}");
}

Test (rules, none_is_published_under_which_what_nobody_stated_would_exclude, .description = "P3")
{
    owned (rig) rig = open_rig ();
    refuse (rig, "Matches/SetWeights", "PLACEMENT_UNSTATED_EXCLUDES",
            "{'weights': {" POINTS ", 'gap_most': 1}, 'reason': 'prøve'}");
    refuse (rig, "Matches/SetWeights", "PLACEMENT_BAD_WORDS",
            "{'weights': {" POINTS ", 'soft_conditions': ['quiet', 'quiet']}, 'reason': 'prøve'}");
    publish (rig, ", 'gap_most': 1, 'level_unstated': 3");
    cr_assert_eq (rig_number (published (rig, 0), "level_unstated"), 3);
}
