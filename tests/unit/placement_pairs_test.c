/* P8: what people lock and forbid holds in every run, until they take it back. */
#include "harness/chance.h"
#include "unit/placement_house.h"

#define WHY PAIR ", 'reason': 'aftalt på mødet'}"

static uint64_t placed_by_run (rig_t *rig, uint64_t candidate)
{
    return (uint64_t) rig_number (ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", candidate), "placed");
}

static size_t pairs_listed (rig_t *rig, const char *rest)
{
    return rig_count (ask (rig, "Pairs/ListPairs", "{%s}", rest), "pairs");
}

Test (pairs, a_locked_pair_stays_and_a_forbidden_one_is_never_proposed_whatever_the_rest_is, .description = "P8")
{
    enum { PEOPLE = 8, JOBS = 4, ROUNDS = 12 };
    size_t locked = 0, forbidden = 0, elsewhere = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = round + 1, people[PEOPLE], jobs[JOBS];
        int lock_of[PEOPLE];
        bool forbids[PEOPLE][JOBS] = { 0 };
        owned (rig) rig = open_rig ();
        for (int p = 0; p < JOBS; p++)
            jobs[p] = open_position (rig, 1 + (int) (draw (&seed) % 2), 240, "");
        for (int c = 0; c < PEOPLE; c++)
            people[c] = register_candidate (rig, 300 + 60 * c, "");
        for (int c = 0; c < PEOPLE; c++) {
            lock_of[c] = c == (int) (round % PEOPLE) ? (int) (round % JOBS) : -1;
            if (lock_of[c] >= 0)
                ask (rig, "Pairs/LockPair", WHY, people[c], jobs[lock_of[c]]);
            for (int p = 0; p < JOBS; p++)
                if (p != lock_of[c] && draw (&seed) % 3 == 0) {
                    forbids[c][p] = true;
                    ask (rig, "Pairs/ForbidPair", WHY, people[c], jobs[p]);
                }
        }
        ask (rig, "Matches/ProposeMatches", "{}");
        for (int c = 0; c < PEOPLE; c++)
            for (int p = 0; p < JOBS; p++) {
                bool proposed = rig_count (ask (rig, "Matches/ListMatches", PAIR "}", people[c], jobs[p]), "matches");
                cr_assert (!proposed || !forbids[c][p]);
                cr_assert (lock_of[c] < 0 || proposed == (p == lock_of[c]));
                locked += lock_of[c] >= 0 && proposed;
                forbidden += forbids[c][p];
                elsewhere += lock_of[c] < 0 && proposed;
            }
    }
    cr_assert (locked == ROUNDS && forbidden > 100 && elsewhere > 20, "%zu, %zu, %zu", locked, forbidden, elsewhere);
}

Test (pairs, a_lock_takes_the_opening_from_who_fits_better_and_gives_it_back, .description = "P8")
{
    owned (rig) rig = open_rig ();
    uint64_t job = open_position (rig, 1, 300, ""), better = register_candidate (rig, 300, ", 'district': 4"),
             other = register_candidate (rig, 900, ", 'district': 9");
    cr_assert_eq (placed_by_run (rig, better), job);
    ask (rig, "Pairs/LockPair", WHY, other, job);
    cr_assert_eq (placed_by_run (rig, better), 0);
    cr_assert_eq (placed_by_run (rig, other), job);
    refuse (rig, "Pairs/LockPair", "PLACEMENT_POSITION_FULL", WHY, better, job);
    refuse (rig, "Pairs/LockPair", "PLACEMENT_PAIR_DECIDED", WHY, other, job);
    refuse (rig, "Pairs/ForbidPair", "PLACEMENT_PAIR_DECIDED", WHY, other, job);
    refuse (rig, "Pairs/LockPair", "PLACEMENT_LOCKED_ELSEWHERE", WHY, other, open_position (rig, 1, 300, ""));
    ask (rig, "Pairs/FreePair", WHY, other, job);
    cr_assert_eq (placed_by_run (rig, better), job);
    refuse (rig, "Pairs/FreePair", "PLACEMENT_PAIR_FREE", WHY, other, job);
    cr_assert_eq (pairs_listed (rig, ""), 0);
    json_t *over = rig_item (ask (rig, "Pairs/ListPairs", "{'with_over': true}"), "pairs", 0);
    cr_assert_str_eq (rig_text (over, "end_reason"), "aftalt på mødet");
}

Test (pairs, no_lock_outweighs_an_exclusion_and_one_that_cannot_be_kept_now_waits, .description = "P3, P8")
{
    owned (rig) rig = open_rig ();
    uint64_t large = open_position (rig, 1, 900, ""), job = open_position (rig, 1, 300, ""),
             candidate = register_candidate (rig, 600, "");
    refuse (rig, "Pairs/LockPair", "PLACEMENT_EXCLUDED", WHY, candidate, large);
    ask (rig, "Pairs/LockPair", WHY, candidate, job);
    ask (rig, "Positions/ClosePosition", "{'position': " ID "}", job);
    open_position (rig, 1, 300, "");
    json_t *why = ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", candidate);
    cr_assert_eq (rig_number (why, "placed"), 0, "people decided on the other one");
    json_t *decided = rig_item (why, "decided", 0);
    cr_assert_eq (rig_number (decided, "position"), (int64_t) job);
    cr_assert_str_eq (
        rig_text (decided, "danish"),
        "det er besluttet, at borgeren får denne stilling, men den har ingen fri åbning eller passer ikke nu");
    refuse (rig, "Pairs/LockPair", "PLACEMENT_POSITION_CLOSED", WHY, register_candidate (rig, 600, ""), job);
}

Test (pairs, why_says_what_people_decided_and_their_reason, .description = "P4, P8")
{
    owned (rig) rig = open_rig ();
    uint64_t job = open_position (rig, 1, 300, ""), candidate = register_candidate (rig, 600, "");
    ask (rig, "Pairs/ForbidPair", WHY, candidate, job);
    json_t *pair = ask (rig, "Matches/ExplainMatch", PAIR "}", candidate, job);
    cr_assert_str_eq (rig_text (pair, "decided"), "FORBIDDEN");
    cr_assert_str_eq (rig_text (pair, "decided_reason"), "aftalt på mødet");
    json_t *decided = rig_item (ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", candidate), "decided", 0);
    cr_assert_str_eq (rig_text (decided, "kind"), "FORBIDDEN");
    cr_assert_str_eq (rig_text (decided, "reason"), "aftalt på mødet");
    cr_assert_str_eq (rig_text (decided, "english"), "people have decided that it is not proposed");
    refuse (rig, "Matches/ProposeMatch", "PLACEMENT_PAIR_FORBIDDEN", PAIR "}", candidate, job);
    ask (rig, "Pairs/FreePair", WHY, candidate, job);
    ask (rig, "Matches/ProposeMatch", PAIR "}", candidate, job);
    refuse (rig, "Pairs/ForbidPair", "PLACEMENT_MATCH_EXISTS", WHY, candidate, job);
}

Test (pairs, a_no_ends_the_lock_and_the_candidate_may_go_elsewhere, .description = "P8, P9")
{
    owned (rig) rig = open_rig ();
    uint64_t job = open_position (rig, 1, 300, ""), other = open_position (rig, 1, 300, ""),
             candidate = register_candidate (rig, 600, "");
    ask (rig, "Pairs/LockPair", WHY, candidate, other);
    ask (rig, "Matches/ProposeMatches", "{}");
    cr_assert_str_eq (state_of (rig, candidate, other), "PROPOSED");
    cr_assert_eq (pairs_listed (rig, ""), 1);
    say (rig, candidate, other, "CITIZEN", false);
    cr_assert_eq (pairs_listed (rig, ""), 0);
    cr_assert_eq (placed_by_run (rig, candidate), job);
}

Test (pairs, an_erasure_takes_them_away, .description = "P2, P8")
{
    owned (rig) rig = open_rig ();
    uint64_t job = open_position (rig, 2, 300, ""), first = register_candidate (rig, 600, ""),
             second = register_candidate (rig, 600, "");
    ask (rig, "Pairs/LockPair", WHY, first, job);
    ask (rig, "Pairs/FreePair", WHY, first, job);
    ask (rig, "Pairs/ForbidPair", WHY, first, job);
    ask (rig, "Pairs/LockPair", WHY, second, job);
    cr_assert_eq (pairs_listed (rig, "'with_over': true"), 3);
    ask (rig, "Candidates/EraseCandidate", "{'candidate': " ID "}", first);
    cr_assert_eq (pairs_listed (rig, "'with_over': true"), 1);
    store_t *store = rig_store (rig, "placement");
    store_begin (store);
    cr_assert_eq (rows_int (store_row (store, "SELECT count (*) FROM pair"), 0), 1);
    store_rollback (store);
}
