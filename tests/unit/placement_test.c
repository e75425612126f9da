/* P1, P3, P4, P9, P10, P11: from an open position to paid hours. */
#include "unit/placement_house.h"

#include "fyrtaarn/placement/v1/snapshot.pb-c.h"

/* --- P1 --- */

Test (positions, those_who_refer_see_what_is_open_and_how_many_openings_are_left, .description = "P1, B6")
{
    owned (rig) rig = open_rig ();
    uint64_t position = open_position (
        rig, 2, 300, ", 'demands': [{'dimension': 'lifting', 'level': 2}], 'conditions': ['step-free', 'quiet']");
    uint64_t closed = open_position (rig, 1, 300, "");
    place (rig, register_candidate (rig, 600, ""), position);
    ask (rig, "Positions/ClosePosition", "{'position': " ID "}", closed);

    json_t *seen = rig_ok (rig, CALLER_SOF_DESK, "placement", "Positions/ListPositions", "{}");
    cr_assert_eq (rig_count (seen, "positions"), 1);
    json_t *first = rig_item (seen, "positions", 0);
    cr_assert_eq (rig_number (first, "position"), (int64_t) position);
    cr_assert_eq (rig_number (first, "openings_free"), 1);
    cr_assert_eq (rig_number (rig_item (first, "demands", 0), "level"), 2);
    cr_assert_eq (rig_count (first, "conditions"), 2);
    cr_assert_eq (rig_count (ask (rig, "Positions/ListPositions", "{'with_closed': true}"), "positions"), 2);
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_POSITION_OPENED), 2);
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_POSITION_CLOSED), 1);
}

Test (positions, a_closed_position_takes_nobody_and_those_who_work_there_go_on, .description = "P1")
{
    owned (rig) rig = open_rig ();
    uint64_t position = open_position (rig, 3, 300, "");
    uint64_t working = register_candidate (rig, 600, ""), agreed = register_candidate (rig, 600, "");
    uint64_t placement = place (rig, working, position);
    agree (rig, agreed, position);
    ask (rig, "Positions/ClosePosition", "{'position': " ID "}", position);
    refuse (rig, "Positions/ClosePosition", "PLACEMENT_POSITION_CLOSED", "{'position': " ID "}", position);
    refuse (rig, "Placements/StartPlacement", "PLACEMENT_POSITION_CLOSED", START "}", agreed, position);
    refuse (rig, "Matches/ProposeMatch", "PLACEMENT_POSITION_CLOSED", PAIR "}", working, position);
    say (rig, agreed, position, "ENTERPRISE", false);
    ask (rig, "Placements/ReportHours",
         "{'placement': " ID ", 'month': '2026-04', 'source': 'EINDKOMST', 'paid_minutes': 60}", placement);
}

Test (positions, a_dimension_or_condition_stands_there_once, .description = "P1")
{
    owned (rig) rig = open_rig ();
    refuse (rig, "Candidates/RegisterCandidate", "PLACEMENT_BAD_WORDS",
            "{'weekly_minutes_most': 300, 'conditions': ['quiet', 'quiet']}");
    refuse (rig, "Candidates/RegisterCandidate", "PLACEMENT_BAD_WORDS",
            "{'weekly_minutes_most': 300, 'abilities': [{'dimension': 'pace', 'level': 1}, {'dimension': 'pace'}]}");
    refuse (rig, "Candidates/RegisterCandidate", "PLACEMENT_BAD_WORDS",
            "{'weekly_minutes_most': 300, 'conditions': ['a-condition-of-more-than-32-letters']}");
}

/* --- P3, P4 --- */

Test (matches, an_excluded_pair_is_proposed_only_with_a_reason_and_scores_nothing, .description = "P3")
{
    owned (rig) rig = open_rig ();
    uint64_t position = open_position (rig, 1, 300, "");
    uint64_t candidate = register_candidate (rig, 600, ", 'conditions': ['quiet'], 'district': 4");
    json_t *why = ask (rig, "Matches/ExplainMatch", PAIR "}", candidate, position);
    cr_assert_str_eq (rig_text (rig_item (why, "exclusions", 0), "name"), "condition/quiet");
    cr_assert_eq (rig_number (why, "score"), 0);
    cr_assert_eq (rig_count (why, "terms"), 0);
    refuse (rig, "Matches/ProposeMatch", "PLACEMENT_EXCLUDED", PAIR "}", candidate, position);
    ask (rig, "Matches/ProposeMatch", PAIR ", 'override_reason': 'Der bygges et stillerum i april'}", candidate,
         position);
    json_t *match = json_object_get (ask (rig, "Matches/GetMatch", PAIR "}", candidate, position), "match");
    cr_assert_eq (rig_number (match, "score"), 0);
    cr_assert_str_eq (rig_text (match, "override_reason"), "Der bygges et stillerum i april");
}

Test (matches, a_proposal_keeps_the_explanation_it_was_made_with, .description = "P4, P9")
{
    owned (rig) rig = open_rig ();
    uint64_t position = open_position (rig, 1, 300, ", 'demands': [{'dimension': 'lifting', 'level': 2}]");
    uint64_t candidate =
        register_candidate (rig, 600, ", 'abilities': [{'dimension': 'lifting', 'level': 1}], 'district': 4");
    ask (rig, "Matches/ProposeMatch", PAIR "}", candidate, position);
    refuse (rig, "Matches/SetWeights", "PLACEMENT_WEIGHTS_SUM", "{'weights': {'ability': 999}, 'reason': 'forsøg'}");
    ask (rig, "Matches/SetWeights", "{'weights': {'ability': 1000}, 'reason': 'Styregruppen 2. marts'}");
    json_t *published = rig_ok (rig, CALLER_STEERING_DESK, "placement", "Matches/GetWeights", "{}");
    cr_assert_str_eq (rig_text (published, "reason"), "Styregruppen 2. marts");

    json_t *kept = ask (rig, "Matches/GetMatch", PAIR "}", candidate, position);
    json_t *now = ask (rig, "Matches/ExplainMatch", PAIR "}", candidate, position);
    int64_t sum = 0;
    for (size_t i = 0; i < rig_count (kept, "terms"); i++)
        sum += rig_number (rig_item (kept, "terms", i), "points");
    cr_assert_eq (sum, 250 + 125 + 150 + 0, "half of ability, half of hours, all of district: %" PRId64, sum);
    cr_assert_eq (rig_number (json_object_get (kept, "match"), "score"), sum);
    cr_assert_eq (rig_number (now, "score"), 500);
}

/* The plan worked out again, slowly and from what people are told: every way to place eight who came in this order. */
enum { PEOPLE_TRIED = 8, JOBS_TRIED = 3, LEFT_OUT = JOBS_TRIED };

typedef struct {
    int64_t score[PEOPLE_TRIED][JOBS_TRIED]; /* -1: excluded */
    int openings[JOBS_TRIED];
    size_t now[PEOPLE_TRIED], best[PEOPLE_TRIED]; /* the job of each, or LEFT_OUT */
    int64_t worth;                                /* of the best: people first, then score */
} trial_t;

/* Of two plans of the same worth: who came first is placed, and then has the better and the older job. */
static bool comes_first (const trial_t *trial)
{
    for (size_t c = 0; c < PEOPLE_TRIED; c++)
        if ((trial->now[c] == LEFT_OUT) != (trial->best[c] == LEFT_OUT))
            return trial->best[c] == LEFT_OUT;
    for (size_t c = 0; c < PEOPLE_TRIED; c++)
        if (trial->now[c] != trial->best[c]) {
            int64_t now = trial->score[c][trial->now[c]], best = trial->score[c][trial->best[c]];
            return now != best ? now > best : trial->now[c] < trial->best[c];
        }
    return false;
}

static void try_all (trial_t *trial, size_t c, int64_t worth)
{
    if (c == PEOPLE_TRIED) {
        if (worth > trial->worth || (worth == trial->worth && comes_first (trial))) {
            memcpy (trial->best, trial->now, sizeof trial->best);
            trial->worth = worth;
        }
        return;
    }
    trial->now[c] = LEFT_OUT;
    try_all (trial, c + 1, worth);
    for (size_t p = 0; p < JOBS_TRIED; p++) {
        if (trial->score[c][p] < 0 || trial->openings[p] == 0)
            continue;
        trial->openings[p]--;
        trial->now[c] = p;
        try_all (trial, c + 1, worth + 1000000 + trial->score[c][p]);
        trial->openings[p]++;
    }
}

static void ask_scores (rig_t *rig, const uint64_t *candidates, const uint64_t *positions, trial_t *trial)
{
    for (size_t c = 0; c < PEOPLE_TRIED; c++)
        for (size_t p = 0; p < JOBS_TRIED; p++) {
            json_t *why = ask (rig, "Matches/ExplainMatch", PAIR "}", candidates[c], positions[p]);
            trial->score[c][p] = rig_count (why, "exclusions") == 0 ? rig_number (why, "score") : -1;
        }
}

Test (matches, a_run_proposes_the_best_plan_and_breaks_ties_by_who_came_first, .description = "P4, P5")
{
    owned (rig) rig = open_rig ();
    static const char *const JOBS[] = { "", ", 'demands': [{'dimension': 'pace', 'level': 3}], 'conditions': ['quiet']",
                                        ", 'conditions': ['quiet']" };
    static const char *const PEOPLE[] = { ", 'district': 4", "", ", 'conditions': ['quiet']",
                                          ", 'abilities': [{'dimension': 'pace', 'level': 0}]" };
    uint64_t positions[JOBS_TRIED], candidates[PEOPLE_TRIED];
    trial_t trial = { .openings = { 1, 2, 2 }, .worth = -1 };
    for (size_t p = 0; p < JOBS_TRIED; p++)
        positions[p] = open_position (rig, trial.openings[p], 240 + 60 * (int) p, JOBS[p]);
    for (size_t c = 0; c < PEOPLE_TRIED; c++)
        candidates[c] = register_candidate (rig, 360 + 120 * (int) (c % 2), PEOPLE[c % 4]);
    ask_scores (rig, candidates, positions, &trial);
    try_all (&trial, 0, 0);

    json_t *run = ask (rig, "Matches/GetRun", "{'run': " ID "}",
                       (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "{}"), "run"));
    cr_assert_eq (rig_number (run, "candidates"), PEOPLE_TRIED);
    cr_assert_eq (rig_number (run, "proposed"), 5);
    cr_assert_eq (rig_number (run, "placed") * 1000000 + rig_number (run, "score"), trial.worth);
    for (size_t c = 0; c < PEOPLE_TRIED; c++) {
        json_t *list = ask (rig, "Matches/ListMatches", "{'candidate': " ID "}", candidates[c]);
        cr_assert_eq (rig_count (list, "matches"), trial.best[c] != LEFT_OUT, "candidate %zu", c);
        if (trial.best[c] != LEFT_OUT)
            cr_assert_eq (rig_number (rig_item (list, "matches", 0), "position"), (int64_t) positions[trial.best[c]]);
    }
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_MATCH_PROPOSED), 5);
}

/* The file in lower-case hexadecimal, put together from its parts. */
static char *proof_file (rig_t *rig, uint64_t run, const char *file)
{
    owned_buffer text = BUFFER (1 << 20);
    for (size_t size = 1; text.size < 2 * size;) {
        json_t *part =
            ask (rig, "Matches/GetProof", "{'run': " ID ", 'file': '%s', 'from': %zu}", run, file, text.size / 2);
        cr_assert (*rig_text (part, "data"));
        buffer_append_text (&text, rig_text (part, "data"));
        size = (size_t) rig_number (part, "size");
    }
    return strdup (buffer_text (&text));
}

Test (matches, a_run_keeps_the_instance_the_plan_and_the_prices_that_prove_it, .description = "P5")
{
    owned (rig) rig = open_rig ();
    for (int p = 0; p < 20; p++)
        open_position (rig, 1 + p % 2, 240, "");
    for (int c = 0; c < 40; c++)
        register_candidate (rig, 360 + 30 * c, "");
    uint64_t run = (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "{}"), "run");
    char *instance = proof_file (rig, run, "INSTANCE"), *plan = proof_file (rig, run, "PLAN"),
         *certificate = proof_file (rig, run, "CERTIFICATE");
    cr_assert_eq (strlen (instance), 2 * (24 + 4 * 41 + 6 * 800 + 2 * 20));
    cr_assert (strncmp (instance, "504d494e53543100", 16) == 0); /* PMINST1 */
    cr_assert_eq (strlen (plan), 2 * (16 + 4 * 40));
    cr_assert (strncmp (plan, "465952504c414e31", 16) == 0); /* FYRPLAN1 */
    cr_assert_eq (strlen (certificate), 2 * (24 + 4 * 40 + 4 * 20));
    cr_assert (strncmp (certificate, "4659524345525431", 16) == 0); /* FYRCERT1 */
    free (instance);
    free (plan);
    free (certificate);
    refuse (rig, "Matches/GetProof", "PLACEMENT_RUN_UNKNOWN", "{'run': 77, 'file': 'PLAN'}");
}

Test (matches, who_has_no_place_is_told_what_came_nearest_and_what_would_give_one, .description = "P3, P4")
{
    owned (rig) rig = open_rig ();
    uint64_t small = open_position (rig, 1, 300, ""), large = open_position (rig, 1, 900, "");
    uint64_t first = register_candidate (rig, 600, ", 'district': 4"),
             second = register_candidate (rig, 600, ", 'district': 4");
    json_t *placed = ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", first);
    cr_assert_eq (rig_number (placed, "placed"), (int64_t) small);
    json_t *why = ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", second);
    cr_assert_eq (rig_count (why, "nearest"), 1);
    json_t *nearest = rig_item (why, "nearest", 0);
    cr_assert_eq (rig_number (nearest, "position"), (int64_t) small);
    cr_assert_str_eq (rig_text (nearest, "danish"), "andre passer lige så godt og har ventet længere");
    cr_assert_eq (rig_count (why, "changes"), 2);
    json_t *hours = rig_item (why, "changes", 0), *opening = rig_item (why, "changes", 1);
    cr_assert_str_eq (rig_text (hours, "kind"), "MORE_MINUTES");
    cr_assert_eq (rig_number (hours, "after"), 900);
    cr_assert_eq (rig_number (hours, "position"), (int64_t) large);
    cr_assert_str_eq (rig_text (hours, "english"), "5 h more a week would give a place");
    cr_assert_str_eq (rig_text (opening, "kind"), "ONE_MORE_OPENING");
    cr_assert_eq (rig_number (opening, "position"), (int64_t) small);
}

/* Found by the fuzzer: nothing was copied from nowhere. */
Test (matches, behind_its_end_a_proof_reads_as_nothing, .description = "P5")
{
    owned (rig) rig = open_rig ();
    open_position (rig, 1, 240, "");
    register_candidate (rig, 360, "");
    uint64_t run = (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "{}"), "run");
    json_t *part = ask (rig, "Matches/GetProof", "{'run': " ID ", 'file': 'PLAN', 'from': 1000000}", run);
    cr_assert_str_eq (rig_text (part, "data"), "");
    cr_assert_gt (rig_number (part, "size"), 0);
}

Test (matches, a_run_asks_nobody_twice_about_the_same_job, .description = "P9")
{
    owned (rig) rig = open_rig ();
    uint64_t position = open_position (rig, 1, 300, ""), candidate = register_candidate (rig, 600, "");
    ask (rig, "Matches/ProposeMatches", "{}");
    cr_assert_str_eq (state_of (rig, candidate, position), "PROPOSED");
    say (rig, candidate, position, "CITIZEN", false);
    ask (rig, "Matches/ProposeMatches", "{}");
    cr_assert_str_eq (state_of (rig, candidate, position), "DECLINED");
    ask (rig, "Matches/ProposeMatch", PAIR "}", candidate, position); /* people may */
}

/* A worker's result that comes after the world has changed, as it does after a restart. */
Test (matches, what_people_did_during_a_run_stands, .description = "P9, X4")
{
    owned (rig) rig = open_rig ();
    uint64_t run = (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "{}"), "run");
    uint64_t position = open_position (rig, 1, 300, ""), candidate = register_candidate (rig, 600, "");
    json_t *listed = rig_item (ask (rig, "Candidates/ListCandidates", "{}"), "candidates", 0);
    Placement__Weights weights = PLACEMENT__WEIGHTS__INIT;
    Placement__SnapshotCandidate who = PLACEMENT__SNAPSHOT_CANDIDATE__INIT;
    Placement__SnapshotPosition where = PLACEMENT__SNAPSHOT_POSITION__INIT;
    Placement__Snapshot snapshot = PLACEMENT__SNAPSHOT__INIT;
    weights.ability = 1000;
    who.citizen = (uint64_t) rig_number (listed, "citizen");
    who.minutes_free = 600;
    where.position = position;
    where.weekly_minutes = 300;
    where.openings = 1;
    snapshot.weights = &weights;
    snapshot.candidates = &(Placement__SnapshotCandidate *){ &who };
    snapshot.n_candidates = 1;
    snapshot.positions = &(Placement__SnapshotPosition *){ &where };
    snapshot.n_positions = 1;
    uint8_t input[400];
    cr_assert (placement__snapshot__get_packed_size (&snapshot) <= sizeof input);
    size_t size = placement__snapshot__pack (&snapshot, input);

    ask (rig, "Candidates/EraseCandidate", "{'candidate': " ID "}", candidate);
    store_t *store = rig_store (rig, "placement");
    store_begin (store);
    store_run (store, "INSERT INTO job (id, name, subject, input) VALUES (1, 'match', $1, $2)", run,
               bytes_of (input, size));
    cr_assert_eq (store_commit (store, NULL), STATUS_OK);
    rig_restart (rig, "placement");
    rig_settle (rig);
    json_t *ended = ask (rig, "Matches/GetRun", "{'run': " ID "}", run);
    cr_assert_eq (rig_number (ended, "overtaken"), 1);
    cr_assert_eq (rig_number (ended, "proposed"), 0);
}

/* --- P9, P10 --- */

Test (matches, nothing_starts_before_consultant_citizen_and_enterprise_said_yes_in_this_order, .description = "P9")
{
    static const char *const PARTIES[] = { "CONSULTANT", "CITIZEN", "ENTERPRISE" };
    static const char *const STATES[] = { "APPROVED", "CITIZEN_ACCEPTED", "AGREED" };
    owned (rig) rig = open_rig ();
    uint64_t position = open_position (rig, 1, 300, ""), candidate = register_candidate (rig, 600, "");
    refuse (rig, "Placements/StartPlacement", "PLACEMENT_MATCH_UNKNOWN", START "}", candidate, position);
    ask (rig, "Matches/ProposeMatch", PAIR "}", candidate, position);
    for (size_t turn = 0; turn < 3; turn++) {
        refuse (rig, "Placements/StartPlacement", "PLACEMENT_NOT_AGREED", START "}", candidate, position);
        for (size_t party = 0; party < 3; party++)
            if (party != turn)
                refuse (rig, "Matches/DecideMatch", "PLACEMENT_NOT_THEIR_TURN", PAIR ", 'by': '%s', 'accept': true}",
                        candidate, position, PARTIES[party]);
        cr_assert_str_eq (rig_text (say (rig, candidate, position, PARTIES[turn], true), "state"), STATES[turn]);
    }
    refuse (rig, "Placements/StartPlacement", "PLACEMENT_TRIAL_BEFORE_START", START ", 'trial_until': '2026-03-08'}",
            candidate, position);
    ask (rig, "Placements/StartPlacement", START ", 'trial_until': '2026-04-09'}", candidate, position);
    cr_assert_str_eq (state_of (rig, candidate, position), "STARTED");
    json_t *decisions = ask (rig, "Matches/GetMatch", PAIR "}", candidate, position);
    cr_assert_eq (rig_count (decisions, "decisions"), 3);
    cr_assert_str_eq (rig_text (rig_item (decisions, "decisions", 1), "actor"), "tester");
}

Test (matches, the_no_of_anybody_at_any_time_ends_it_and_has_a_reason, .description = "P9")
{
    static const char *const PARTIES[] = { "CONSULTANT", "CITIZEN", "ENTERPRISE" };
    owned (rig) rig = open_rig ();
    uint64_t position = open_position (rig, 1, 300, "");
    for (size_t yes = 0; yes <= 3; yes++)
        for (size_t who = 0; who < 3; who++) {
            uint64_t candidate = register_candidate (rig, 600, "");
            ask (rig, "Matches/ProposeMatch", PAIR "}", candidate, position);
            for (size_t i = 0; i < yes; i++)
                say (rig, candidate, position, PARTIES[i], true);
            refuse (rig, "Matches/DecideMatch", "PLACEMENT_REASON_REQUIRED", PAIR ", 'by': '%s'}", candidate, position,
                    PARTIES[who]);
            say (rig, candidate, position, PARTIES[who], false);
            refuse (rig, "Matches/DecideMatch", "PLACEMENT_MATCH_OVER", PAIR ", 'by': 'CONSULTANT', 'accept': true}",
                    candidate, position);
            refuse (rig, "Placements/StartPlacement", "PLACEMENT_NOT_AGREED", START "}", candidate, position);
        }
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_MATCH_DECLINED), 12);
}

Test (placements, small_jobs_add_up_to_what_the_citizen_can_manage_and_no_further, .description = "P10, P3")
{
    owned (rig) rig = open_rig ();
    uint64_t candidate = register_candidate (rig, 600, "");
    uint64_t first = open_position (rig, 1, 300, ""), second = open_position (rig, 1, 300, ""),
             third = open_position (rig, 1, 60, "");
    agree (rig, candidate, second);
    agree (rig, candidate, third);
    place (rig, candidate, first);
    ask (rig, "Placements/StartPlacement", START "}", candidate, second);
    refuse (rig, "Placements/StartPlacement", "PLACEMENT_TOO_MANY_MINUTES", START "}", candidate, third);
    json_t *why = ask (rig, "Matches/ExplainMatch", PAIR "}", candidate, third);
    cr_assert_str_eq (rig_text (rig_item (why, "exclusions", 0), "name"), "hours");
}

Test (placements, one_ends_once_and_not_before_it_began, .description = "P10")
{
    owned (rig) rig = open_rig ();
    uint64_t placement = place (rig, register_candidate (rig, 600, ""), open_position (rig, 1, 300, ""));
#define END "{'placement': " ID ", 'day': '%s', 'cause': 'NEW_JOB'}"
    refuse (rig, "Placements/EndPlacement", "PLACEMENT_ENDS_BEFORE_START", END, placement, "2026-03-08");
    ask (rig, "Placements/EndPlacement", END, placement, "2026-03-09");
    refuse (rig, "Placements/EndPlacement", "PLACEMENT_ALREADY_ENDED", END, placement, "2026-03-10");
    refuse (rig, "Placements/EndPlacement", "PLACEMENT_PLACEMENT_UNKNOWN", END, UINT64_C (99), "2026-03-10");
    cr_assert_eq (rig_count (ask (rig, "Placements/ListPlacements", "{}"), "placements"), 0);
    json_t *ended = rig_item (ask (rig, "Placements/ListPlacements", "{'with_ended': true}"), "placements", 0);
    cr_assert_str_eq (rig_text (ended, "cause"), "NEW_JOB");
}

/* --- P11 --- */

Test (hours, a_later_line_replaces_an_earlier_one_of_its_month_and_source_and_no_other, .description = "P11")
{
    owned (rig) rig = open_rig ();
    uint64_t placement = place (rig, register_candidate (rig, 600, ""), open_position (rig, 1, 300, ""));
#define HOURS "{'placement': " ID ", 'month': '%s', 'source': '%s', 'paid_minutes': %d, 'wage_ore': %d}"
    ask (rig, "Placements/ReportHours", HOURS, placement, "2026-03", "EINDKOMST", 600, 140000);
    ask (rig, "Placements/ReportHours", HOURS, placement, "2026-03", "FRIKORT", 120, 28000);
    ask (rig, "Placements/ReportHours", HOURS, placement, "2026-04", "EINDKOMST", 700, 163333);
    ask (rig, "Placements/ReportHours", HOURS, placement, "2026-03", "EINDKOMST", 540, 126000);
    refuse (rig, "Placements/ReportHours", "PLACEMENT_HOURS_BEFORE_START", HOURS, placement, "2026-02", "FRIKORT", 1,
            1);

    json_t *list = ask (rig, "Placements/ListHours", "{'placement': " ID "}", placement);
    static const int MINUTES[] = { 540, 120, 700 };
    cr_assert_eq (rig_count (list, "hours"), 3);
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq (rig_number (rig_item (list, "hours", i), "paid_minutes"), MINUTES[i]);
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_HOURS_REPORTED), 4);
    cr_assert_eq (events[n_events - 1].b, 540, "the event carries the whole of the line");
    cr_assert_eq (events[n_events - 1].c, 126000);
}
