/* P5, P9: runs in which citizens may have several small jobs, and what people make of them. */
#include "harness/chance.h"
#include "unit/placement_house.h"

#define MORNING "{'day': 'MONDAY', 'from_hour': 8, 'until_hour': 12}"
#define AT_THE_SAME_TIME "{'day': 'MONDAY', 'from_hour': 11, 'until_hour': 14}"

static uint64_t run_of (rig_t *rig, const char *request)
{
    return (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "%s", request), "run");
}

static json_t *run_with (rig_t *rig, const char *request)
{
    return ask (rig, "Matches/GetRun", "{'run': " ID "}", run_of (rig, request));
}

static json_t *several_of (json_t *run)
{
    json_t *several = json_object_get (run, "several");
    cr_assert (several);
    return several;
}

Test (small_jobs, all_that_a_citizen_can_manage_is_proposed_and_the_proved_bound_stands_beside_it, .description = "P5")
{
    owned (rig) rig = open_rig ();
    uint64_t washing = open_position (rig, 1, 300, ""), packing = open_position (rig, 1, 240, "");
    open_position (rig, 1, 120, "");
    uint64_t candidate = register_candidate (rig, 600, "");
    json_t *run = run_with (rig, "{'jobs_most': 3}"), *several = several_of (run);
    cr_assert_eq (rig_number (run, "placed"), 1, "the plan of one place each stands there too");
    cr_assert_eq (rig_number (run, "proposed"), 2, "three are more than 600 minutes");
    cr_assert_eq (rig_number (several, "jobs_most"), 3);
    cr_assert_eq (rig_number (several, "placed"), 1);
    cr_assert_eq (rig_number (several, "jobs"), 2);
    cr_assert_gt (rig_number (several, "score"), rig_number (run, "score"));
    cr_assert_eq (rig_number (several, "bound"), rig_number (several, "score"));
    cr_assert_eq (rig_number (several, "gap"), 0);
    cr_assert_str_eq (state_of (rig, candidate, washing), "PROPOSED");
    cr_assert_str_eq (state_of (rig, candidate, packing), "PROPOSED");
}

Test (small_jobs, a_second_job_for_one_never_costs_another_the_only_one, .description = "P5")
{
    owned (rig) rig = open_rig ();
    open_position (rig, 1, 300, "");
    open_position (rig, 1, 300, "");
    register_candidate (rig, 600, ", 'district': 4"); /* both would be dearer here */
    register_candidate (rig, 1200, "");
    json_t *several = several_of (run_with (rig, "{'jobs_most': 8}"));
    cr_assert_eq (rig_number (several, "placed"), 2);
    cr_assert_eq (rig_number (several, "jobs"), 2);
}

Test (small_jobs, two_at_one_time_are_never_proposed_and_hours_that_nobody_stated_give_one, .description = "P5")
{
    owned (rig) rig = open_rig ();
    open_position (rig, 2, 240, ", 'times': [" MORNING "]");
    open_position (rig, 2, 180, ", 'times': [" AT_THE_SAME_TIME "]");
    register_candidate (rig, 2000, "");
    json_t *several = several_of (run_with (rig, "{'jobs_most': 3}"));
    cr_assert_eq (rig_number (several, "jobs"), 1, "Monday from 11 to 12 is in both");
    open_position (rig, 2, 180, "");
    open_position (rig, 2, 180, "");
    rig_ok (rig, CALLER_BRIDGING, "placement", "Referrals/ReceiveReferral",
            "{'pseudonym': " ID ", 'consent_until_day': '2026-12-31', 'answer_by': '2026-03-09T11:00:00Z'}", PSEUDONYM);
    several = several_of (run_with (rig, "{'jobs_most': 3}"));
    cr_assert_eq (rig_number (several, "placed"), 1, "the first has undecided matches");
    cr_assert_eq (rig_number (several, "jobs"), 1);
}

Test (small_jobs, how_many_is_published_with_the_weights_and_one_place_each_is_what_the_program_came_with,
      .description = "P4, P5")
{
    owned (rig) rig = open_rig ();
    open_position (rig, 1, 300, "");
    open_position (rig, 1, 300, "");
    register_candidate (rig, 600, "");
    cr_assert_eq (rig_number (json_object_get (ask (rig, "Matches/GetWeights", "{}"), "weights"), "jobs_most"), 1);
    uint64_t first = run_of (rig, "{}");
    json_t *run = ask (rig, "Matches/GetRun", "{'run': " ID "}", first);
    cr_assert_eq (rig_number (run, "proposed"), 1);
    cr_assert_null (json_object_get (run, "several"));
    refuse (rig, "Matches/GetProof", "PLACEMENT_RUN_UNKNOWN", "{'run': " ID ", 'file': 'JOBS'}", first);
    ask (rig, "Matches/SetWeights",
         "{'weights': {'ability': 500, 'hours': 250, 'district': 150, 'waiting': 100, 'jobs_most': 2},"
         " 'reason': 'småjob'}");
    cr_assert_eq (rig_number (json_object_get (ask (rig, "Matches/GetWeights", "{}"), "weights"), "jobs_most"), 2);
    open_position (rig, 1, 300, "");
    register_candidate (rig, 600, "");
    uint64_t second = run_of (rig, "{}");
    run = ask (rig, "Matches/GetRun", "{'run': " ID "}", second);
    cr_assert_eq (rig_number (several_of (run), "jobs"), 2);
    cr_assert_gt (rig_number (ask (rig, "Matches/GetProof", "{'run': " ID ", 'file': 'BOUND'}", second), "size"), 0);
    rig_refused (rig, CALLER_BIF_DESK, "placement", "Matches/ProposeMatches", "WIRE_BAD_FIELD", "{'jobs_most': 9}");
}

/* They told of one place each and did not say so. */
Test (small_jobs, the_question_why_says_that_it_tells_of_one_place_each_and_the_same_people_have_a_place,
      .description = "P4, P5")
{
    enum { PEOPLE = 9 };
    owned (rig) rig = open_rig ();
    uint64_t people[PEOPLE], job = open_position (rig, 1, 120, "");
    bool placed[PEOPLE];
    for (int p = 0; p < 5; p++)
        open_position (rig, 1, 120 + 60 * (p % 3), "");
    for (int c = 0; c < PEOPLE; c++)
        people[c] = register_candidate (rig, 150 + 100 * (c % 4), "");
    json_t *why = ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", people[0]);
    cr_assert_eq (rig_number (why, "jobs_most"), 0);
    ask (rig, "Matches/SetWeights",
         "{'weights': {'ability': 500, 'hours': 250, 'district': 150, 'waiting': 100, 'jobs_most': 3},"
         " 'reason': 'småjob'}");
    int64_t n_placed = 0;
    for (int c = 0; c < PEOPLE; c++) {
        why = ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", people[c]);
        cr_assert_eq (rig_number (why, "jobs_most"), 3);
        placed[c] = rig_number (why, "placed") > 0;
        n_placed += placed[c];
    }
    cr_assert_eq (rig_number (ask (rig, "Matches/ExplainMatch", PAIR "}", people[0], job), "jobs_most"), 3);
    cr_assert (0 < n_placed && n_placed < PEOPLE);
    cr_assert_eq (rig_number (several_of (run_with (rig, "{}")), "placed"), n_placed);
    for (int c = 0; c < PEOPLE; c++)
        cr_assert_eq (rig_count (ask (rig, "Matches/ListMatches", "{'candidate': " ID "}", people[c]), "matches") > 0,
                      placed[c], "%d", c);
}

Test (small_jobs, each_match_is_decided_by_itself_and_both_may_start, .description = "P5, P9, P10")
{
    owned (rig) rig = open_rig ();
    uint64_t washing = open_position (rig, 1, 300, ""), packing = open_position (rig, 1, 300, ""),
             sorting = open_position (rig, 1, 300, "");
    uint64_t candidate = register_candidate (rig, 900, "");
    run_with (rig, "{'jobs_most': 3}");
    say (rig, candidate, packing, "CONSULTANT", true);
    say (rig, candidate, packing, "CITIZEN", false);
    cr_assert_str_eq (state_of (rig, candidate, packing), "DECLINED");
    cr_assert_str_eq (state_of (rig, candidate, washing), "PROPOSED", "the other stands");
    const uint64_t both[] = { washing, sorting };
    for (int k = 0; k < 2; k++) {
        say (rig, candidate, both[k], "CONSULTANT", true);
        say (rig, candidate, both[k], "CITIZEN", true);
        say (rig, candidate, both[k], "ENTERPRISE", true);
        ask (rig, "Placements/StartPlacement", START "}", candidate, both[k]);
        cr_assert_str_eq (state_of (rig, candidate, both[k]), "STARTED");
    }
    cr_assert_eq (
        rig_number (rig_item (ask (rig, "Candidates/ListCandidates", "{}"), "candidates", 0), "weekly_minutes_placed"),
        600);
}

Test (small_jobs, hours_that_were_taken_while_the_run_went_on_are_not_given_twice, .description = "P5, P9")
{
    owned (rig) rig = open_rig ();
    uint64_t elsewhere = open_position (rig, 1, 300, ""), candidate = register_candidate (rig, 600, "");
    agree (rig, candidate, elsewhere);
    open_position (rig, 1, 300, "");
    open_position (rig, 1, 300, "");
    uint64_t other = register_candidate (rig, 600, "");
    agree (rig, other, open_position (rig, 1, 300, ""));
    ask (rig, "Placements/StartPlacement", START "}", candidate, elsewhere);
    json_t *run = run_with (rig, "{'jobs_most': 3}");
    cr_assert_eq (rig_number (several_of (run), "jobs"), 1,
                  "300 of 600 minutes are taken, and the other is asked already");
    cr_assert_eq (rig_number (run, "proposed"), 1);

    uint64_t third = register_candidate (rig, 600, ""), last = open_position (rig, 1, 200, "");
    open_position (rig, 1, 400, "");
    rig_worker_busy (rig, true);
    uint64_t late = run_of (rig, "{'jobs_most': 3}");
    uint64_t work = place (rig, third, open_position (rig, 1, 300, "")); /* of 600 minutes, meanwhile */
    cr_assert_gt (work, 0);
    rig_worker_busy (rig, false);
    run = ask (rig, "Matches/GetRun", "{'run': " ID "}", late);
    cr_assert_eq (rig_number (several_of (run), "jobs"), 2, "there was time for both");
    cr_assert_eq (rig_number (run, "proposed"), 1);
    cr_assert_eq (rig_number (run, "overtaken"), 1);
    cr_assert_str_eq (state_of (rig, third, last), "PROPOSED");
}

/* Whoever works in the summed minutes of `matches`, in the order of their candidates. */
typedef struct {
    uint64_t candidate;
    int64_t minutes, jobs;
} load_t;

static size_t loads (rig_t *rig, const int *minutes, const uint64_t *position, size_t n_positions, load_t *load,
                     int64_t *ret_score)
{
    json_t *list = ask (rig, "Matches/ListMatches", "{}");
    size_t count = 0;
    *ret_score = 0;
    for (size_t i = 0; i < rig_count (list, "matches"); i++) {
        json_t *match = rig_item (list, "matches", i);
        uint64_t candidate = (uint64_t) rig_number (match, "candidate");
        size_t at = 0, p = 0;
        while (at < count && load[at].candidate != candidate)
            at++;
        if (at == count)
            load[count++] = (load_t){ .candidate = candidate };
        while (p < n_positions && position[p] != (uint64_t) rig_number (match, "position"))
            p++;
        cr_assert_lt (p, n_positions);
        load[at].minutes += minutes[p];
        load[at].jobs++;
        *ret_score += rig_number (match, "score");
    }
    return count;
}

Test (small_jobs, what_is_told_of_the_plan_is_what_is_proposed_and_nobody_gets_more_than_they_can_manage,
      .description = "P5")
{
    enum { ROUNDS = 24, PEOPLE = 10, POSITIONS = 8 };
    int more_than_one = 0, with_floor = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = round + 1, position[POSITIONS];
        int minutes[POSITIONS];
        load_t load[PEOPLE];
        int64_t score = 0;
        owned (rig) rig = open_rig ();
        for (int p = 0; p < POSITIONS; p++) {
            minutes[p] = 60 * (1 + (int) (draw (&seed) % 6));
            int openings = 1 + (int) (draw (&seed) % 3);
            position[p] = open_position (rig, openings, minutes[p], "");
        }
        for (int c = 0; c < PEOPLE; c++)
            register_candidate (rig, 600, "");
        json_t *run = run_with (rig, round % 2 ? "{'jobs_most': 3, 'floor_percent': 100}" : "{'jobs_most': 3}");
        json_t *several = several_of (run);
        size_t people = loads (rig, minutes, position, POSITIONS, load, &score);
        cr_assert_eq ((int64_t) people, rig_number (several, "placed"));
        cr_assert_eq (rig_number (several, "placed"), rig_number (run, "placed"));
        cr_assert_eq (rig_number (run, "proposed"), rig_number (several, "jobs"));
        cr_assert_eq (score, rig_number (several, "score"));
        cr_assert_geq (rig_number (several, "bound"), score);
        cr_assert_geq (rig_number (several, "score"), rig_number (run, "score") * (round % 2 == 0));
        for (size_t c = 0; c < people; c++) {
            cr_assert (load[c].minutes <= 600 && load[c].jobs <= 3);
            more_than_one += load[c].jobs > 1;
        }
        json_t *repeated = repetition (rig, (uint64_t) rig_number (run, "run"));
        cr_assert (json_is_true (json_object_get (repeated, "same")));
        with_floor += round % 2 && rig_count (run, "plans") == 3;
    }
    cr_assert (more_than_one > ROUNDS && with_floor == ROUNDS / 2, "%d, %d", more_than_one, with_floor);
}
