/* L12: what a tenant promised beside what BIF's log says came of it, over both services. */
#include "unit/lease_kit.h"

#include "lease/return_rules.h"
#include "placement/placement.h"

#define ask(rig, method, ...) rig_ok (rig, CALLER_BIF_DESK, "placement", method, __VA_ARGS__)

static number_t tenant_called (rig_t *rig, const char *cvr, const char *name)
{
    return id_of (ok (rig, "Tenants/RegisterTenant", "{'cvr': '%s', 'name': '%s'}", cvr, name), "tenant");
}

static rig_t *both (void)
{
    static const service_t *const services[] = { &lease_service, &placement_service, NULL };
    return rig_new (services, "2026-03-02T09:00:00Z");
}

static number_t open_position (rig_t *rig)
{
    return id_of (ask (rig, "Positions/OpenPosition",
                       "{'cvr': '64942212', 'name': 'Cykelværkstedet', 'title': 'Cykelvask', 'tasks': 'Vaske cykler',"
                       " 'weekly_minutes': 300, 'hourly_wage_ore': 14000, 'openings': 10, 'district': 4}"),
                  "position");
}

static number_t somebody (rig_t *rig)
{
    return id_of (ask (rig, "Candidates/RegisterCandidate", "{'weekly_minutes_most': 2220}"), "candidate");
}

/* At work there: all three said yes. */
static number_t placed_one (rig_t *rig, number_t position, number_t candidate)
{
    static const char *const PARTIES[] = { "CONSULTANT", "CITIZEN", "ENTERPRISE" };
    ask (rig, "Matches/ProposeMatch", "{'candidate': %llu, 'position': %llu}", candidate, position);
    for (int i = 0; i < 3; i++)
        ask (rig, "Matches/DecideMatch",
             "{'candidate': %llu, 'position': %llu, 'by': '%s', 'accept': true, 'reason': 'x'}", candidate, position,
             PARTIES[i]);
    return id_of (ask (rig, "Placements/StartPlacement",
                       "{'candidate': %llu, 'position': %llu, 'start_day': '2026-03-09', 'weekly_minutes': 300}",
                       candidate, position),
                  "placement");
}

static number_t placed (rig_t *rig, number_t position)
{
    return placed_one (rig, position, somebody (rig));
}

static void report_hours (rig_t *rig, number_t placement, const char *source, int minutes)
{
    ask (rig, "Placements/ReportHours",
         "{'placement': %llu, 'month': '2026-03', 'source': '%s', 'paid_minutes': %d, 'wage_ore': 100000}", placement,
         source, minutes);
}

#define MARCH "{'from_month': '2026-03'}"

static json_t *returns (rig_t *rig)
{
    rig_settle (rig);
    return ok (rig, "SocialReturn/CompareReturns", MARCH);
}

static json_t *first (json_t *reply)
{
    return rig_item (reply, "tenants", 0);
}

Test (social_return, a_promise_is_held_against_what_the_registers_say, .description = "L12")
{
    rig_t *rig = both ();
    number_t who = tenant_called (rig, "64942212", "Cykelværkstedet");
    ok (rig, "SocialReturn/Promise", "{'tenant': %llu, 'jobs': 5, 'monthly_minutes': 3000, 'from_month': '2026-03'}",
        who);
    cr_assert_str_eq (rig_text (first (returns (rig)), "kept"), "NOTHING_YET");
    number_t position = open_position (rig), placements[5];
    for (int i = 0; i < 5; i++) {
        placements[i] = placed (rig, position);
        report_hours (rig, placements[i], "EINDKOMST", 500);
        report_hours (rig, placements[i], "ENTERPRISE_REPORT", 9000);
    }
    json_t *now = first (returns (rig));
    cr_assert_str_eq (rig_text (now, "jobs"), "5");
    cr_assert_str_eq (rig_text (now, "paid_minutes"), "2500", "the registers' word goes before the enterprise's");
    cr_assert_str_eq (rig_text (now, "kept"), "PARTLY_KEPT");
    report_hours (rig, placements[0], "EINDKOMST", 1000);
    now = first (returns (rig));
    cr_assert_str_eq (rig_text (now, "paid_minutes"), "3000", "a later report replaces an earlier one");
    cr_assert_str_eq (rig_text (now, "kept"), "KEPT");
    rig_destroy (&rig);
}

Test (social_return, an_enterprise_counts_whether_it_became_a_tenant_before_its_first_job_or_after,
      .description = "L12")
{
    rig_t *rig = both ();
    number_t position = open_position (rig);
    rig_settle (rig);
    tenant_called (rig, "64942212", "Cykelværkstedet");
    (void) placed (rig, position);
    cr_assert_eq (rig_count (returns (rig), "tenants"), 1);
    rig_destroy (&rig);
}

Test (social_return, a_figure_with_few_people_behind_it_is_not_shown_and_neither_is_what_would_tell_it,
      .description = "L12, R5")
{
    rig_t *rig = both ();
    tenant_called (rig, "64942212", "Cykelværkstedet");
    number_t position = open_position (rig);
    report_hours (rig, placed (rig, position), "EINDKOMST", 500);
    json_t *reply = returns (rig);
    cr_assert_str_eq (rig_text (first (reply), "jobs"), "1-4");
    cr_assert_str_eq (rig_text (first (reply), "paid_minutes"), "");
    cr_assert_str_eq (rig_text (reply, "paid_minutes"), "", "the sum would tell it");
    rig_destroy (&rig);
}

Test (social_return, five_jobs_of_one_citizen_are_not_five_people, .description = "L12, R5")
{
    rig_t *rig = both ();
    tenant_called (rig, "64942212", "Cykelværkstedet");
    number_t citizen = somebody (rig);
    for (int i = 0; i < 5; i++)
        report_hours (rig, placed_one (rig, open_position (rig), citizen), "EINDKOMST", 500);
    json_t *now = first (returns (rig));
    cr_assert_str_eq (rig_text (now, "jobs"), "5+");
    cr_assert_str_eq (rig_text (now, "paid_minutes"), "", "five jobs, and all of them tell about one citizen");
    number_t position = open_position (rig);
    for (int i = 0; i < 4; i++)
        report_hours (rig, placed (rig, position), "EINDKOMST", 500);
    now = first (returns (rig));
    cr_assert_str_eq (rig_text (now, "jobs"), "9");
    cr_assert_str_eq (rig_text (now, "paid_minutes"), "4500");
    rig_destroy (&rig);
}

static const char *minutes_of (rig_t *rig, const char *from, const char *to)
{
    rig_settle (rig);
    return rig_text (
        first (ok (rig, "SocialReturn/CompareReturns", "{'from_month': '%s', 'to_month': '%s'}", from, to)),
        "paid_minutes");
}

static void report_month (rig_t *rig, const number_t *placements, int count, const char *month)
{
    for (int i = 0; i < count; i++)
        ask (rig, "Placements/ReportHours",
             "{'placement': %llu, 'month': '%s', 'source': 'EINDKOMST', 'paid_minutes': 100, 'wage_ore': 100000}",
             placements[i], month);
}

Test (social_return, two_months_taken_from_each_other_tell_about_nobody_new, .description = "L12, R5")
{
    rig_t *rig = both ();
    tenant_called (rig, "64942212", "Cykelværkstedet");
    number_t placements[11];
    for (int i = 0; i < 11; i++)
        placements[i] = placed (rig, open_position (rig));
    report_month (rig, placements, 6, "2026-03");
    report_month (rig, placements, 7, "2026-04");
    report_month (rig, placements, 11, "2026-05");
    report_month (rig, placements, 6, "2026-06");
    cr_assert_str_eq (minutes_of (rig, "2026-03", "2026-03"), "600");
    cr_assert_str_eq (minutes_of (rig, "2026-04", "2026-04"), "", "March is shown, and one more tells what it earned");
    cr_assert_str_eq (minutes_of (rig, "2026-03", "2026-04"), "", "so does the sum of both");
    cr_assert_str_eq (minutes_of (rig, "2026-05", "2026-05"), "1100", "five more than in March");
    cr_assert_str_eq (minutes_of (rig, "2026-06", "2026-06"), "600", "the same six as in March");
    cr_assert_str_eq (minutes_of (rig, "2026-05", "2026-06"), "1700");
    rig_destroy (&rig);
}

/* --- the rules, beside a town of which everything is known --- */

enum { CITIZENS = 40, JOBS = 40, WALKS = 400, FIRST = 12 * 2026, SPAN = 8 };

typedef struct {
    held_t jobs[JOBS];
    unsigned citizen[JOBS];
    worked_t worked[JOBS * SPAN];
    size_t n_jobs, n_worked;
} town_t;

/* Written down in any order of days, as BIF may: each job is told from those that were known then. */
static void begin_job (town_t *town, uint64_t *seed)
{
    size_t had = 0, beside = 0;
    unsigned citizen = draw (seed, CITIZENS);
    int32_t day = month_first_day (FIRST) + (int32_t) draw (seed, 30 * SPAN);
    for (size_t i = 0; i < town->n_jobs; i++) {
        had += town->citizen[i] == citizen;
        beside += town->citizen[i] == citizen && town->jobs[i].last_day >= day;
    }
    town->citizen[town->n_jobs] = citizen;
    town->jobs[town->n_jobs++] = (held_t){ day, INT32_MAX, beside ? BESIDE_ALSO : had ? BESIDE_AGAIN : BESIDE_FIRST };
}

static void end_job (town_t *town, uint64_t *seed)
{
    held_t *job = &town->jobs[draw (seed, (unsigned) town->n_jobs)];
    int32_t day = job->first_day + (int32_t) draw (seed, 60);
    if (job->last_day == INT32_MAX)
        job->last_day = day;
}

static size_t people_in (const town_t *town, const size_t *which, size_t count)
{
    bool seen[CITIZENS] = { false };
    size_t people = 0;
    for (size_t i = 0; i < count; i++) {
        people += !seen[town->citizen[which[i]]];
        seen[town->citizen[which[i]]] = true;
    }
    return people;
}

static void make_town (town_t *town, uint64_t *seed)
{
    while (town->n_jobs < JOBS)
        if (draw (seed, 3) || town->n_jobs == 0)
            begin_job (town, seed);
        else
            end_job (town, seed);
    for (int32_t month = FIRST; month < FIRST + SPAN; month++)
        for (size_t job = 0; job < JOBS; job++)
            if (draw (seed, 3) && town->jobs[job].first_day <= month_last_day (month) &&
                town->jobs[job].last_day >= month_first_day (month) && job % 3 == 0)
                town->worked[town->n_worked++] = (worked_t){ month, job, 100 };
}

Test (return_rules, a_number_of_people_is_never_too_high_and_five_newcomers_are_five, .description = "L12, R5")
{
    uint64_t seed = 3;
    size_t counted = 0, there_were = 0;
    for (int walk = 0; walk < WALKS; walk++) {
        town_t town = { 0 };
        size_t which[JOBS], held[JOBS], count = 0, n_held = 0;
        make_town (&town, &seed);
        int32_t from = month_first_day (FIRST) + (int32_t) draw (&seed, 200);
        int32_t last = from + (int32_t) draw (&seed, 60);
        for (size_t i = 0; i < JOBS; i++)
            if (draw (&seed, 3) == 0)
                which[count++] = i;
        for (size_t i = 0; i < count; i++)
            if (town.jobs[which[i]].first_day <= last && town.jobs[which[i]].last_day >= from)
                held[n_held++] = which[i];
        size_t people = people_at_least (town.jobs, which, count, from, last);
        cr_assert_leq (people, people_in (&town, held, n_held));
        counted += people;
        there_were += people_in (&town, held, n_held);
    }
    cr_assert_gt (2 * counted, there_were, "so low that it hides everything: %zu of %zu", counted, there_were);
}

static size_t worked_in (const town_t *town, int32_t month, size_t *out)
{
    size_t count = 0;
    for (size_t i = 0; i < town->n_worked; i++)
        if (town->worked[i].month == month)
            out[count++] = town->worked[i].job;
    return count;
}

static size_t only_in_one (const size_t *a, size_t n_a, const size_t *b, size_t n_b, size_t *out)
{
    size_t count = 0;
    for (size_t job = 0; job < JOBS; job++) {
        bool in_a = false, in_b = false;
        for (size_t i = 0; i < n_a; i++)
            in_a |= a[i] == job;
        for (size_t i = 0; i < n_b; i++)
            in_b |= b[i] == job;
        if (in_a != in_b)
            out[count++] = job;
    }
    return count;
}

Test (return_rules, no_two_months_that_are_shown_tell_about_fewer_than_five, .description = "L12, R5")
{
    uint64_t seed = 5;
    int shown = 0, hidden_ones = 0;
    for (int walk = 0; walk < WALKS; walk++) {
        town_t town = { 0 };
        size_t room[2 * JOBS * SPAN], months[SPAN][JOBS], counts[SPAN], between[JOBS];
        bool hidden[SPAN];
        make_town (&town, &seed);
        hide_months (town.jobs, town.worked, town.n_worked, FIRST, SPAN, hidden, room);
        for (int m = 0; m < SPAN; m++) {
            counts[m] = worked_in (&town, FIRST + m, months[m]);
            shown += !hidden[m] && counts[m];
            hidden_ones += hidden[m];
            if (hidden[m] || counts[m] == 0)
                continue;
            cr_assert_geq (people_in (&town, months[m], counts[m]), 5);
            for (int k = 0; k < m; k++) {
                size_t n = only_in_one (months[m], counts[m], months[k], counts[k], between);
                cr_assert (hidden[k] || counts[k] == 0 || n == 0 || people_in (&town, between, n) >= 5);
            }
        }
    }
    cr_assert (shown > 20 && hidden_ones > 20, "%d shown, %d hidden", shown, hidden_ones);
}

Test (social_return, nothing_about_a_citizen_is_kept_in_the_house, .description = "L12")
{
    rig_t *rig = both ();
    tenant_called (rig, "64942212", "Cykelværkstedet");
    number_t position = open_position (rig);
    report_hours (rig, placed (rig, position), "EINDKOMST", 500);
    rig_settle (rig);
    store_t *store = rig_store (rig, "lease");
    store_begin (store);
    rows_t *rows = store_query (store, "SELECT count (*) FROM pragma_table_info ('worked_month') WHERE name NOT IN"
                                       " ('placement', 'month', 'source', 'minutes')");
    cr_assert (rows_next (rows));
    cr_assert_eq (rows_int (rows, 0), 0);
    rows_close (rows);
    rows = store_query (store, "SELECT count (*) FROM pragma_table_info ('held_job') WHERE name NOT IN"
                               " ('placement', 'position', 'start_day', 'end_day', 'there', 'anywhere')");
    cr_assert (rows_next (rows));
    cr_assert_eq (rows_int (rows, 0), 0);
    rows_close (rows);
    rows = store_query (store, "SELECT (SELECT count (*) FROM held_job), (SELECT sum (minutes) FROM worked_month)");
    cr_assert (rows_next (rows));
    cr_assert_eq (rows_int (rows, 0), 1);
    cr_assert_eq (rows_int (rows, 1), 500);
    rows_close (rows);
    store_rollback (store);
    rig_destroy (&rig);
}

Test (social_return, months_are_in_order_and_a_promise_is_a_tenants, .description = "L12")
{
    rig_t *rig = both ();
    refused (rig, "SocialReturn/Promise", "LEASE_TENANT_UNKNOWN", "{'tenant': 99, 'jobs': 1, 'from_month': '2026-03'}");
    refused (rig, "SocialReturn/CompareReturns", "LEASE_DAYS_REVERSED",
             "{'from_month': '2026-03', 'to_month': '2026-02'}");
    number_t who = tenant_called (rig, "64942212", "Cykelværkstedet");
    ok (rig, "SocialReturn/Promise", "{'tenant': %llu, 'jobs': 1, 'monthly_minutes': 100, 'from_month': '2026-02'}",
        who);
    ok (rig, "SocialReturn/Promise", "{'tenant': %llu, 'jobs': 3, 'monthly_minutes': 700, 'from_month': '2026-04'}",
        who);
    json_t *quarter = ok (rig, "SocialReturn/CompareReturns", "{'from_month': '2026-01', 'to_month': '2026-05'}");
    cr_assert_eq (rig_number (first (quarter), "promised_minutes"), 2 * 100 + 2 * 700);
    cr_assert_eq (rig_number (first (quarter), "promised_jobs"), 3);
    rig_destroy (&rig);
}

Test (social_return, a_comparison_that_is_not_of_all_tenants_says_so, .description = "L12")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    for (int n = 0; n <= LIST_MAX; n++) {
        ok (rig, "SocialReturn/Promise", "{'tenant': %llu, 'jobs': 1, 'from_month': '2026-03'}", tenant (rig, n));
        json_t *reply = n < LIST_MAX - 1 ? NULL : ok (rig, "SocialReturn/CompareReturns", MARCH);
        cr_expect (!reply || rig_count (reply, "tenants") == (size_t) LIST_MAX);
        cr_expect (!reply || rig_number (reply, "promised_jobs") == LIST_MAX);
        cr_expect (!reply || json_is_true (json_object_get (reply, "in_part")) == (n == LIST_MAX));
    }
    rig_destroy (&rig);
}
