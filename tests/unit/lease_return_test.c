/* L12: what a tenant promised beside what BIF's log says came of it, over both services. */
#include "unit/lease_kit.h"

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

/* Somebody new at work there: all three said yes. */
static number_t placed (rig_t *rig, number_t position)
{
    static const char *const PARTIES[] = { "CONSULTANT", "CITIZEN", "ENTERPRISE" };
    number_t candidate = id_of (ask (rig, "Candidates/RegisterCandidate", "{'weekly_minutes_most': 600}"), "candidate");
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
