/* P5, P7: the record of a run is enough to repeat it to the byte and to say who would rather have what. */
#include "harness/chance.h"
#include "unit/placement_house.h"

#define REASON PAIR ", 'reason': 'aftalt på mødet'}"

enum { PEOPLE = 14, JOBS = 6, TOWNS = 12 };

typedef struct {
    rig_t *rig;
    uint64_t people[PEOPLE], jobs[JOBS];
} town_t;

static int below (uint64_t *seed, int n)
{
    return (int) (draw (seed) % (uint64_t) n);
}

static bool fits (const town_t *town, int c, int p)
{
    json_t *pair = ask (town->rig, "Matches/ExplainMatch", PAIR "}", town->people[c], town->jobs[p]);
    return rig_count (pair, "exclusions") == 0;
}

/* With bans and a lock. */
static town_t build (uint64_t *seed)
{
    town_t town = { .rig = open_rig () };
    char said[120];
    for (int p = 0; p < JOBS; p++) {
        int level = below (seed, 5), minutes = 60 * (1 + below (seed, 6));
        snprintf (said, sizeof said, ", 'demands': [{'dimension': 'lifting', 'level': %d}]", level);
        town.jobs[p] = open_position (town.rig, 1 + below (seed, 2), minutes, said);
    }
    for (int c = 0; c < PEOPLE; c++) {
        int level = below (seed, 5), district = 1 + below (seed, 10), minutes = 120 + 60 * below (seed, 6);
        snprintf (said, sizeof said, ", 'abilities': [{'dimension': 'lifting', 'level': %d}], 'district': %d", level,
                  district);
        town.people[c] = register_candidate (town.rig, minutes, said);
    }
    for (int c = 1; c < PEOPLE; c += 3)
        ask (town.rig, "Pairs/ForbidPair", REASON, town.people[c], town.jobs[below (seed, JOBS)]);
    for (int p = 0; p < JOBS; p++)
        if (fits (&town, 0, p)) {
            ask (town.rig, "Pairs/LockPair", REASON, town.people[0], town.jobs[p]);
            break;
        }
    return town;
}

static uint64_t run (const town_t *town, int floor_percent)
{
    json_t *reply = ask (town->rig, "Matches/ProposeMatches", "{'floor_percent': %d}", floor_percent);
    return (uint64_t) rig_number (reply, "run");
}

static bool repeats (rig_t *rig, uint64_t id)
{
    return json_is_true (json_object_get (repetition (rig, id), "same"));
}

/* All that a run looks at: weights and exclusions, who there is, what is open, what people say, and the day. */
static void change_everything (town_t *town)
{
    json_t *matches = ask (town->rig, "Matches/ListMatches", "{}");
    for (size_t i = 0; i < rig_count (matches, "matches"); i++) {
        json_t *match = rig_item (matches, "matches", i);
        say (town->rig, (uint64_t) rig_number (match, "candidate"), (uint64_t) rig_number (match, "position"),
             i % 2 ? "CITIZEN" : "CONSULTANT", i % 2 == 0);
    }
    ask (town->rig, "Matches/SetWeights",
         "{'weights': {'ability': 100, 'hours': 100, 'district': 100, 'waiting': 700, 'gap_most': 4,"
         " 'group_percent': 50, 'floor_percent': 30}, 'reason': 'prøve'}");
    ask (town->rig, "Candidates/EraseCandidate", "{'candidate': " ID "}", town->people[PEOPLE - 1]);
    ask (town->rig, "Positions/ClosePosition", "{'position': " ID "}", town->jobs[0]);
    open_position (town->rig, 3, 120, "");
    register_candidate (town->rig, 120, "");
    rig_set_time (town->rig, "2026-05-01T09:00:00Z");
}

Test (record, a_run_is_repeated_to_the_byte_whatever_has_changed_since, .description = "P5", .timeout = 120)
{
    uint64_t seed = 81;
    int64_t proposed = 0;
    for (int n = 0; n < TOWNS; n++) {
        n_events = 0;
        town_t town = build (&seed);
        uint64_t first = run (&town, n % 2 ? 100 : 0);
        proposed += rig_number (ask (town.rig, "Matches/GetRun", "{'run': " ID "}", first), "proposed");
        cr_assert (repeats (town.rig, first), "town %d", n);
        change_everything (&town);
        cr_assert (repeats (town.rig, first), "town %d, after the changes", n);
        uint64_t second = run (&town, 0);
        cr_assert (repeats (town.rig, first) && repeats (town.rig, second));
        rig_destroy (&town.rig);
    }
    cr_assert (proposed > 3 * TOWNS);
}

/* Statements are known by their address. */
#define DAMAGE(column, at)                                                                                             \
    "UPDATE run_proof SET " column " = CAST (substr (" column ", 1, " #at ") || x'5a' || substr (" column ", " #at     \
    " + 2) AS BLOB) WHERE run = $1"

static void damage (rig_t *rig, uint64_t id, const char *sql)
{
    store_t *store = rig_store (rig, "placement");
    store_begin (store);
    cr_assert_eq (store_run (store, sql, id), 1);
    cr_assert_eq (store_commit (store, NULL), STATUS_OK);
}

Test (record, what_does_not_come_out_the_same_is_named_with_its_place, .description = "P5")
{
    static const struct {
        const char *sql, *file;
        int at;
    } DAMAGES[] = { { DAMAGE ("floor_certificate", 40), "FLOOR_CERTIFICATE", 40 }, /* the first that differs is named */
                    { DAMAGE ("floor_plan", 17), "FLOOR_PLAN", 17 },
                    { DAMAGE ("chosen", 5), "CHOSEN", 5 },
                    { DAMAGE ("certificate", 30), "CERTIFICATE", 30 },
                    { DAMAGE ("plan", 20), "PLAN", 20 } };
    uint64_t seed = 82;
    town_t town = build (&seed);
    uint64_t id = run (&town, 100);
    for (size_t i = 0; i < sizeof DAMAGES / sizeof DAMAGES[0]; i++) {
        damage (town.rig, id, DAMAGES[i].sql);
        json_t *reply = repetition (town.rig, id);
        cr_assert (!json_is_true (json_object_get (reply, "same")));
        cr_assert_str_eq (rig_text (reply, "differs_in"), DAMAGES[i].file);
        cr_assert_eq (rig_number (reply, "at"), DAMAGES[i].at, "%s", DAMAGES[i].file);
    }
    damage (town.rig, id, DAMAGE ("instance", 2));
    json_t *reply = repetition (town.rig, id);
    cr_assert (json_is_true (json_object_get (reply, "unreadable")));
    cr_assert (!json_is_true (json_object_get (reply, "same")));
    refuse (town.rig, "Matches/ListBlocking", "PLACEMENT_RECORD_UNREADABLE", "{'run': " ID ", 'plan': 'BEST'}", id);
    refuse (town.rig, "Matches/RepeatRun", "PLACEMENT_RUN_UNKNOWN", "{'run': 77}");
    rig_destroy (&town.rig);
}

/* The service stood still for it. */
Test (record, a_repetition_is_work_for_the_worker_and_one_more_ends_the_one_under_way, .description = "P5, X4")
{
    uint64_t seed = 85;
    town_t town = build (&seed);
    uint64_t id = run (&town, 0);
    rig_worker_busy (town.rig, true);
    json_t *under_way = repetition (town.rig, id);
    cr_assert_null (json_object_get (under_way, "ended_at"));
    cr_assert (!json_is_true (json_object_get (under_way, "same")));
    rig_restart (town.rig, "placement");
    cr_assert_null (json_object_get (repetition (town.rig, id), "ended_at"));
    rig_worker_busy (town.rig, false);
    json_t *ended = json_object_get (ask (town.rig, "Matches/GetRun", "{'run': " ID "}", id), "repeated");
    cr_assert (json_is_string (json_object_get (ended, "ended_at")));
    cr_assert (json_is_true (json_object_get (ended, "same")));
    cr_assert_eq (only_int (store_row (rig_store (town.rig, "placement"), "SELECT count (*) FROM job")), 0);
    rig_destroy (&town.rig);
}

static int64_t counted (rig_t *rig, const char *sql)
{
    store_t *store = rig_store (rig, "placement");
    store_begin (store);
    int64_t count = rows_int (store_row (store, sql), 0);
    store_rollback (store);
    return count;
}

Test (record, an_erasure_takes_the_citizen_out_of_the_rows_and_the_run_still_repeats, .description = "P2, P5")
{
    uint64_t seed = 83;
    town_t town = build (&seed);
    uint64_t id = run (&town, 0);
    cr_assert_eq (counted (town.rig, "SELECT count (*) FROM run_candidate"), PEOPLE);
    for (int c = 0; c < PEOPLE; c++)
        ask (town.rig, "Candidates/EraseCandidate", "{'candidate': " ID "}", town.people[c]);
    cr_assert_eq (counted (town.rig, "SELECT count (*) FROM run_candidate"), 0);
    cr_assert (repeats (town.rig, id));
    rig_destroy (&town.rig);
}

/* --- blocking pairs --- */

static void expect_gains (json_t *pair)
{
    int64_t score = rig_number (pair, "score");
    cr_assert_eq (rig_number (pair, "candidate_gains"), score - rig_number (pair, "place_score"));
    cr_assert_eq (rig_number (pair, "position_gains"), score - rig_number (pair, "holder_score"));
    cr_assert (rig_number (pair, "candidate_gains") >= 0 && rig_number (pair, "position_gains") >= 0);
    cr_assert_neq (rig_number (pair, "candidate"), 0);
    cr_assert_neq (rig_number (pair, "position"), rig_number (pair, "place"));
    cr_assert_neq (rig_number (pair, "candidate"), rig_number (pair, "holder"));
}

Test (record, as_many_blocking_pairs_are_listed_as_are_counted_page_by_page_and_both_sides_gain, .description = "P7",
      .timeout = 120)
{
    uint64_t seed = 84;
    int64_t listed = 0;
    for (int n = 0; n < TOWNS; n++) {
        n_events = 0;
        town_t town = build (&seed);
        uint64_t id = run (&town, n % 2 ? 100 : 0);
        json_t *plans = ask (town.rig, "Matches/GetRun", "{'run': " ID "}", id);
        for (size_t k = 0; k < rig_count (plans, "plans"); k++) {
            json_t *plan = rig_item (plans, "plans", k);
            for (int64_t from = 0; from < rig_number (plan, "blocking_pairs"); from += 2) {
                json_t *reply =
                    ask (town.rig, "Matches/ListBlocking", "{'run': " ID ", 'plan': '%s', 'from': %d, 'limit': 2}", id,
                         rig_text (plan, "kind"), (int) from);
                cr_assert_eq (rig_number (reply, "count"), rig_number (plan, "blocking_pairs"));
                int64_t left = rig_number (reply, "count") - from;
                cr_assert_eq ((int64_t) rig_count (reply, "pairs"), left < 2 ? left : 2);
                for (size_t i = 0; i < rig_count (reply, "pairs"); i++, listed++)
                    expect_gains (rig_item (reply, "pairs", i));
            }
        }
        if (n % 2 == 0)
            refuse (town.rig, "Matches/ListBlocking", "PLACEMENT_RUN_UNKNOWN", "{'run': " ID ", 'plan': 'WITH_FLOOR'}",
                    id);
        rig_destroy (&town.rig);
    }
    cr_assert (listed > 20, "%d", (int) listed);
}
