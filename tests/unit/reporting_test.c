/* Reporting: programme, money, indicators and what its report says and hides, one example or property at a time. */
#include "base/csv.h"
#include "base/own.h"
#include "danish/money.h"
#include "unit/reporting_house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Tests run from the root of the repository. */
static void read_file (const char *path, buffer_t *out)
{
    FILE *file = fopen (path, "rb");
    cr_assert (file, "%s", path);
    char chunk[4096];
    for (size_t size; (size = fread (chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append (out, chunk, size);
    fclose (file);
}

static const char *field_of (csv_t *csv, const char *name)
{
    size_t column;
    cr_assert (csv_column (csv, name, &column));
    return csv_field (csv, column);
}

/* The file names activities in words; here they get the key that postings use. */
static const char *activity_key (const char *words)
{
    static const char *const KEYS[][2] = {
        { "Leje", "rent" }, { "Projekt", "operation" }, { "Vejledning", "guidance" }, { "Brobygning", "bridge" }
    };
    for (size_t i = 0; i < 4; i++)
        if (strncmp (words, KEYS[i][0], strlen (KEYS[i][0])) == 0)
            return KEYS[i][1];
    cr_assert_fail ("an activity that the test does not know: %s", words);
    return "";
}

static void load_budget (rig_t *rig)
{
    owned_buffer bytes = BUFFER (64 * 1024);
    read_file ("deploy/facts/budget.csv", &bytes);
    owned (csv) csv = csv_new (buffer_bytes (&bytes), ';');
    csv_problem_t problem;
    csv_result_t result;
    cr_assert (csv_read_header (csv, &problem), "%s", problem.reason);
    while ((result = csv_next_row (csv, &problem)) != CSV_END) {
        cr_assert_eq (result, CSV_ROW, "%s", problem.reason);
        int64_t thousands;
        cr_assert (money_parse_plain (field_of (csv, "amount_tkr"), &thousands));
        const char *admin = field_of (csv, "admin"), *words = field_of (csv, "activity");
        steering (
            rig, "Money/LoadBudgetLine",
            "{'administration': '%s', 'activity': '%s', 'year': %s, 'amount_ore': %lld, 'price_level': '2026 p/l',"
            " 'committee': '%s', 'appropriation': '%s', 'title': '%s', 'title_en': 'in English', 'source': 'TM157',"
            " 'confidence': 'high'}",
            admin, activity_key (words), field_of (csv, "year"), (long long) thousands * 1000,
            strcmp (admin, "TMF") == 0   ? "TMU"
            : strcmp (admin, "BIF") == 0 ? "BIU"
                                         : "SUD",
            strcmp (admin, "TMF") == 0   ? "1000 - Ordinær drift"
            : strcmp (admin, "BIF") == 0 ? "35.10"
                                         : "3200",
            words);
    }
}

/* --- R1 --- */

Test (programme, what_is_loaded_again_replaces_what_stood_there, .description = "R1")
{
    rig_t *rig = open_house ("2026-03-02T09:00:00Z");
    load_programme (rig);
    load_programme (rig);
    json_t *programme = steering (rig, "Programme/GetProgramme", "{}");
    cr_assert_eq (rig_count (programme, "targets"), 3);
    cr_assert_eq (rig_count (programme, "phases"), 2);
    cr_assert_eq (rig_count (programme, "districts"), 10);
    cr_assert_str_eq (rig_text (rig_item (programme, "phases", 1), "phase"), "ramp-up");
    size_t ticked = 0;
    for (size_t i = 0; i < 10; i++)
        ticked += json_is_true (json_object_get (rig_item (programme, "districts", i), "in_note"));
    cr_assert_eq (ticked, 5);
    rig_destroy (&rig);
}

Test (programme, nonsense_is_refused, .description = "R1")
{
    rig_t *rig = open_house ("2026-03-02T09:00:00Z");
    load_programme (rig);
    rig_refused (rig, CALLER_STEERING_DESK, "reporting", "Programme/LoadTarget", "REPORTING_INDICATOR_UNKNOWN",
                 "{'indicator': 'happiness', 'low': 1, 'high': 2, 'from_day': '2026-01-01', 'to_day': '2028-12-31',"
                 " 'source': 'x', 'confidence': 'high'}");
    rig_refused (rig, CALLER_STEERING_DESK, "reporting", "Programme/LoadTarget", "REPORTING_TARGET_RANGE",
                 "{'indicator': 'desks', 'low': 3, 'high': 2, 'from_day': '2026-01-01', 'to_day': '2028-12-31',"
                 " 'source': 'x', 'confidence': 'high'}");
    rig_refused (rig, CALLER_STEERING_DESK, "reporting", "Programme/LoadPhase", "REPORTING_PHASES_OVERLAP",
                 "{'phase': 'between', 'from_day': '2026-12-31', 'to_day': '2027-01-01', 'title': 'x', 'title_en': 'x',"
                 " 'source': 'x', 'confidence': 'high'}");
    rig_refused (rig, CALLER_STEERING_DESK, "reporting", "Programme/LoadPhase", "REPORTING_PERIOD",
                 "{'phase': 'x', 'from_day': '2030-01-02', 'to_day': '2030-01-01', 'title': 'x', 'title_en': 'x',"
                 " 'source': 'x', 'confidence': 'high'}");
    rig_destroy (&rig);
}

/* --- R2 --- */

static void check_total (json_t *money, size_t at, int year, int64_t thousands)
{
    json_t *total = rig_item (money, "totals", at);
    cr_assert_eq (rig_number (total, "year"), year);
    cr_assert_eq (rig_number (total, "budget_ore"), thousands * 1000 * ORE_PER_KRONE, "%d", year);
}

Test (money, the_budget_is_the_notes_to_the_krone, .description = "R2")
{
    rig_t *rig = open_house ("2026-03-02T09:00:00Z");
    load_budget (rig);
    load_budget (rig);
    json_t *money = steering (rig, "Money/GetMoney", "{}");
    cr_assert_eq (rig_count (money, "lines"), 16);
    cr_assert_eq (rig_count (money, "totals"), 5);
    check_total (money, 0, 2026, 2165);
    check_total (money, 1, 2027, 2657);
    check_total (money, 2, 2028, 2657);
    check_total (money, 3, 2029, 0);
    check_total (money, 4, 0, 7479);
    rig_destroy (&rig);
}

Test (money, an_administration_posts_its_own_money_and_no_other, .description = "R2")
{
    static const caller_t DESKS_OF[] = { CALLER_TMF_DESK, CALLER_BIF_DESK, CALLER_SOF_DESK };
    static const char *const LINES[][2] = { { "TMF", "rent" }, { "BIF", "guidance" }, { "SOF", "bridge" } };
    rig_t *rig = open_house ("2026-03-02T09:00:00Z");
    load_budget (rig);
    for (size_t desk = 0; desk < 3; desk++)
        for (size_t line = 0; line < 3; line++)
            if (desk == line)
                rig_ok (rig, DESKS_OF[desk], "reporting", "Money/PostActual",
                        "{'administration': '%s', 'activity': '%s', 'month': '2026-02', 'amount_ore': 1000}",
                        LINES[line][0], LINES[line][1]);
            else
                rig_refused (rig, DESKS_OF[desk], "reporting", "Money/PostActual", "REPORTING_NOT_YOUR_ADMINISTRATION",
                             "{'administration': '%s', 'activity': '%s', 'month': '2026-02', 'amount_ore': 1000}",
                             LINES[line][0], LINES[line][1]);
    rig_refused (rig, CALLER_TMF_DESK, "reporting", "Money/PostActual", "REPORTING_BUDGET_LINE_UNKNOWN",
                 "{'administration': 'TMF', 'activity': 'rent', 'month': '2031-02', 'amount_ore': 1000}");
    rig_destroy (&rig);
}

static json_t *rent_line (json_t *money, int year)
{
    for (size_t i = 0; i < rig_count (money, "lines"); i++) {
        json_t *line = rig_item (money, "lines", i);
        if (strcmp (rig_text (line, "activity"), "rent") == 0 && rig_number (line, "year") == year)
            return line;
    }
    cr_assert_fail ("no rent in %d", year);
    return NULL;
}

Test (money, a_month_posted_again_is_replaced_and_nothing_posted_is_not_zero, .description = "R2")
{
    rig_t *rig = open_house ("2026-03-31T09:00:00Z");
    load_budget (rig);
    json_t *before = rent_line (steering (rig, "Money/GetMoney", "{}"), 2026);
    cr_assert (json_is_false (json_object_get (before, "has_actual")));
    cr_assert_eq (rig_number (before, "forecast_ore"), 50000000);
    for (int i = 1; i <= 2; i++) {
        json_t *posted =
            rig_ok (rig, CALLER_TMF_DESK, "reporting", "Money/PostActual",
                    "{'administration': 'TMF', 'activity': 'rent', 'month': '2026-03', 'amount_ore': %d}", i * 1000000);
        cr_assert_eq (rig_number (posted, "replaced_ore"), (i - 1) * 1000000);
    }
    rig_ok (rig, CALLER_TMF_DESK, "reporting", "Money/PostActual",
            "{'administration': 'TMF', 'activity': 'rent', 'month': '2026-04', 'amount_ore': 700}");
    json_t *after = rent_line (steering (rig, "Money/GetMoney", "{'to_day': '2026-03-31'}"), 2026);
    cr_assert (json_is_true (json_object_get (after, "has_actual")));
    cr_assert_eq (rig_number (after, "actual_ore"), 2000000, "April is not yet");
    cr_assert_eq (rig_number (after, "forecast_ore"), 2000000 + 50000000 * 9 / 12);
    rig_destroy (&rig);
}

Test (money, a_forecast_lies_between_what_is_spent_and_the_larger_of_spent_and_budget, .description = "R2")
{
    rig_t *rig = open_house ("2026-03-31T09:00:00Z");
    uint64_t seed = 22;
    load_budget (rig);
    for (int month = 1; month <= 12; month++) {
        rig_ok (rig, CALLER_TMF_DESK, "reporting", "Money/PostActual",
                "{'administration': 'TMF', 'activity': 'rent', 'month': '2026-%02d', 'amount_ore': %d}", month,
                draw_below (&seed, 10000000));
        for (int at = month; at <= 12; at++) {
            json_t *money = steering (rig, "Money/GetMoney", "{'to_day': '2026-%02d-28'}", at);
            int64_t spent = rig_number (rent_line (money, 2026), "actual_ore");
            int64_t forecast = rig_number (rent_line (money, 2026), "forecast_ore");
            int64_t most = spent > 50000000 ? spent : 50000000;
            cr_assert (spent <= forecast && forecast <= most, "month %d: %lld %lld", at, (long long) spent,
                       (long long) forecast);
            cr_assert (at < 12 || forecast == spent, "in December nothing is left to expect");
        }
    }
    rig_destroy (&rig);
}

/* --- R3 --- */

Test (indicators, desks_are_let_from_the_first_day_to_the_last, .description = "R3")
{
    rig_t *rig = open_house ("2026-03-02T09:00:00Z");
    for (int desk = 1; desk <= 6; desk++)
        happens (rig, "lease", "{'desk_added': {'desk': %d, 'district': 8, 'from_day': '2026-02-01'}}", desk);
    happens (rig, "lease", "{'lease_signed': {'lease': 1, 'tenant': 9, 'desks': 4, 'from_day': '2026-03-01'}}");
    happens (rig, "lease", "{'lease_activated': {'lease': 1, 'from_day': '2026-03-01'}}");
    happens (rig, "lease", "{'lease_signed': {'lease': 2, 'tenant': 9, 'desks': 1, 'from_day': '2026-04-01'}}");
    happens (rig, "lease", "{'lease_ended': {'lease': 1, 'last_day': '2026-05-31'}}");
    static const struct {
        const char *day, *desks, *let, *tenants;
    } DAYS[] = { { "2026-01-31", "0", "0", "0" },
                 { "2026-02-28", "6", "0", "0" },
                 { "2026-03-01", "6", "4", "1" },
                 { "2026-05-31", "6", "4", "1" },
                 { "2026-06-01", "6", "0", "0" } };
    for (size_t i = 0; i < sizeof DAYS / sizeof DAYS[0]; i++) {
        json_t *report = report_of (rig, "2026-01-01", DAYS[i].day, "DA");
        cr_assert_str_eq (to_date (report, "desks"), DAYS[i].desks, "%s", DAYS[i].day);
        cr_assert_str_eq (to_date (report, "desks-let"), DAYS[i].let, "%s", DAYS[i].day);
        cr_assert_str_eq (to_date (report, "tenants"), DAYS[i].tenants, "%s", DAYS[i].day);
    }
    rig_destroy (&rig);
}

Test (indicators, an_hour_that_two_sources_report_counts_once, .description = "R3")
{
    rig_t *rig = open_house ("2026-03-02T09:00:00Z");
    for (int citizen = 1; citizen <= 5; citizen++) {
        happens (rig, "placement",
                 "{'hours_reported': {'placement': %d, 'citizen': %d, 'month': '2026-02', 'paid_minutes': 600,"
                 " 'source': 'ENTERPRISE_REPORT'}}",
                 citizen, citizen);
        happens (rig, "placement",
                 "{'hours_reported': {'placement': %d, 'citizen': %d, 'month': '2026-02', 'paid_minutes': 480,"
                 " 'source': 'EINDKOMST'}}",
                 citizen, citizen);
    }
    cr_assert_str_eq (to_date (report_of (rig, "2026-01-01", "2026-02-28", "DA"), "paid-hours"), "50");
    happens (rig, "placement",
             "{'hours_reported': {'placement': 1, 'citizen': 1, 'month': '2026-02', 'paid_minutes': 300,"
             " 'source': 'FRIKORT'}}");
    json_t *report = report_of (rig, "2026-01-01", "2026-02-28", "DA");
    cr_assert_str_eq (to_date (report, "paid-hours"), "53", "frikort is not in eIndkomst, so the two add up");
    cr_assert_str_eq (to_date (report, "citizens-with-paid-hours"), "5");
    happens (rig, "placement",
             "{'hours_reported': {'placement': 2, 'citizen': 2, 'month': '2026-02', 'paid_minutes': 660,"
             " 'source': 'EINDKOMST'}}");
    cr_assert_str_eq (to_date (report_of (rig, "2026-01-01", "2026-02-28", "DA"), "paid-hours"), "54",
                      "a later line replaces an earlier one");
    rig_destroy (&rig);
}

Test (indicators, hours_of_few_people_stay_hidden_and_so_does_a_neighbour, .description = "R3 R5")
{
    rig_t *rig = open_house ("2026-07-02T09:00:00Z");
    static const int PEOPLE[] = { 6, 2, 0, 7 };
    for (int month = 1; month <= 4; month++)
        for (int citizen = 1; citizen <= PEOPLE[month - 1]; citizen++)
            happens (rig, "placement",
                     "{'hours_reported': {'placement': %d, 'citizen': %d, 'month': '2026-%02d', 'paid_minutes': 600,"
                     " 'source': 'EINDKOMST'}}",
                     citizen, citizen, month);
    json_t *reply = steering (rig, "Indicators/GetIndicators", "{'from_day': '2026-01-01', 'to_day': '2026-04-30'}");
    json_t *hours = by_text (reply, "series", "indicator", "paid-hours");
    static const char *const EXPECTED[] = { "60", "hidden", "0", "hidden" };
    cr_assert_eq (rig_count (hours, "points"), 4);
    for (size_t i = 0; i < 4; i++)
        cr_assert_str_eq (figure_of (rig_item (hours, "points", i), "figure"), EXPECTED[i], "month %zu", i + 1);
    cr_assert_str_eq (figure_of (hours, "to_date"), "150");
    rig_destroy (&rig);
}

Test (indicators, a_period_is_cut_at_months_or_quarters_and_has_a_limit, .description = "R3")
{
    rig_t *rig = open_house ("2026-07-02T09:00:00Z");
    json_t *months = steering (rig, "Indicators/GetIndicators", "{'from_day': '2026-01-15', 'to_day': '2026-04-10'}");
    json_t *points = rig_item (months, "series", 0);
    cr_assert_eq (rig_count (points, "points"), 4);
    cr_assert_str_eq (rig_text (rig_item (points, "points", 0), "from_day"), "2026-01-15");
    cr_assert_str_eq (rig_text (rig_item (points, "points", 0), "to_day"), "2026-01-31");
    cr_assert_str_eq (rig_text (rig_item (points, "points", 3), "to_day"), "2026-04-10");
    json_t *quarters = steering (rig, "Indicators/GetIndicators",
                                 "{'from_day': '2026-01-15', 'to_day': '2026-04-10', 'grain': 'BY_QUARTER'}");
    cr_assert_eq (rig_count (rig_item (quarters, "series", 0), "points"), 2);
    steering (rig, "Indicators/GetIndicators", "{'from_day': '2026-01-01', 'to_day': '2029-12-31'}");
    rig_refused (rig, CALLER_STEERING_DESK, "reporting", "Indicators/GetIndicators", "REPORTING_PERIOD_TOO_LONG",
                 "{'from_day': '2026-01-01', 'to_day': '2030-01-01'}");
    rig_refused (rig, CALLER_STEERING_DESK, "reporting", "Indicators/GetIndicators", "REPORTING_PERIOD",
                 "{'from_day': '2026-02-01', 'to_day': '2026-01-01'}");
    rig_destroy (&rig);
}

Test (indicators, a_count_goes_on_at_its_pace_and_what_stands_stands, .description = "R3")
{
    rig_t *rig = open_house ("2026-12-31T09:00:00Z");
    load_programme (rig);
    for (int i = 1; i <= 21; i++)
        happens (rig, "guidance",
                 "{'session_held': {'session': %d, 'kind': 'HIRING', 'participant': %d, 'day': '2026-06-01',"
                 " 'enterprise': true}}",
                 i, i);
    for (int desk = 1; desk <= 42; desk++)
        happens (rig, "lease", "{'desk_added': {'desk': %d, 'district': 7, 'from_day': '2026-02-01'}}", desk);
    json_t *report = report_of (rig, "2026-01-01", "2026-12-31", "DA");
    json_t *desks = rig_item (report, "targets", 0), *guided = rig_item (report, "targets", 1);
    cr_assert_str_eq (figure_of (desks, "forecast"), "42");
    cr_assert_str_eq (rig_text (desks, "outlook"), "REACHED");
    cr_assert_str_eq (figure_of (guided, "to_date"), "21");
    cr_assert_str_eq (figure_of (guided, "forecast"), "63", "one year of three");
    cr_assert_str_eq (rig_text (guided, "outlook"), "ON_COURSE");
    json_t *early = report_of (rig, "2026-01-01", "2026-01-29", "DA");
    cr_assert_str_eq (figure_of (rig_item (early, "targets", 1), "forecast"), "missing");
    rig_destroy (&rig);
}

/* --- R4 --- */

Test (report, a_month_is_its_days_and_nothing_else_may_stand_beside_it, .description = "R4")
{
    rig_t *rig = open_house ("2026-07-02T09:00:00Z");
    json_t *month = steering (rig, "Reports/GetStatusReport", "{'month': '2026-02', 'without_completeness': true}");
    cr_assert_str_eq (rig_text (month, "text"), rig_text (report_of (rig, "2026-02-01", "2026-02-28", "DA"), "text"));
    json_t *usual = steering (rig, "Reports/GetStatusReport", "{}");
    cr_assert_str_eq (rig_text (usual, "from_day"), "2026-01-01");
    cr_assert_str_eq (rig_text (usual, "to_day"), "2026-07-02");
    rig_refused (rig, CALLER_STEERING_DESK, "reporting", "Reports/GetStatusReport", "REPORTING_PERIOD",
                 "{'month': '2026-02', 'to_day': '2026-02-03'}");
    rig_destroy (&rig);
}

Test (report, a_source_that_is_not_certain_is_named, .description = "R4")
{
    rig_t *rig = open_house ("2026-07-02T09:00:00Z");
    steering (rig, "Programme/LoadTarget",
              "{'indicator': 'tenants', 'low': 10, 'high': 20, 'from_day': '2026-01-01', 'to_day': '2028-12-31',"
              " 'source': 'a guess over coffee', 'confidence': 'low'}");
    cr_assert (
        strstr (rig_text (report_of (rig, "2026-01-01", "2026-06-30", "EN"), "text"), "a guess over coffee (low)"));
    load_programme (rig);
    steering (rig, "Programme/LoadTarget",
              "{'indicator': 'tenants', 'low': 10, 'high': 20, 'from_day': '2026-01-01', 'to_day': '2028-12-31',"
              " 'source': 'a vote', 'confidence': 'high'}");
    cr_assert_not (strstr (rig_text (report_of (rig, "2026-01-01", "2026-06-30", "EN"), "text"), "a vote"));
    rig_destroy (&rig);
}

/* --- R5 --- */

static void paid_in_district (rig_t *rig, int first_citizen, int count, int district)
{
    for (int citizen = first_citizen; citizen < first_citizen + count; citizen++) {
        happens (rig, "placement", "{'candidate_registered': {'citizen': %d, 'source': 'OWN', 'district': %d}}",
                 citizen, district);
        happens (rig, "placement",
                 "{'hours_reported': {'placement': %d, 'citizen': %d, 'month': '2026-02', 'paid_minutes': 600,"
                 " 'source': 'EINDKOMST'}}",
                 citizen, citizen);
    }
}

Test (report, zero_hidden_and_missing_look_different, .description = "R5")
{
    rig_t *rig = open_house ("2026-03-02T09:00:00Z");
    load_programme (rig);
    paid_in_district (rig, 100, 7, 3);
    paid_in_district (rig, 200, 2, 5);
    paid_in_district (rig, 300, 3, 8);
    json_t *report = report_of (rig, "2026-01-01", "2026-02-28", "DA");
    cr_assert_str_eq (part_of (report, "citizens-by-district", "district-3"), "7");
    cr_assert_str_eq (part_of (report, "citizens-by-district", "district-5"), "hidden");
    cr_assert_str_eq (part_of (report, "citizens-by-district", "district-8"), "hidden");
    cr_assert_str_eq (part_of (report, "citizens-by-district", "district-1"), "0");
    cr_assert_str_eq (part_of (report, "referrals-by-outcome", "done"), "missing", "SOF has said nothing yet");
    const char *text = rig_text (report, "text");
    cr_assert (strstr (text, "\nValby                             ja               –                       •\n"));
    cr_assert (strstr (text, "\nIndre By                                           –                       0\n"));
    rig_destroy (&rig);
}

Test (report, the_state_of_a_referral_is_its_last_answer_by_then, .description = "R3 R5")
{
    rig_t *rig = open_house ("2026-02-02T09:00:00Z");
    for (int referral = 1; referral <= 12; referral++) {
        happens (rig, "bridging", "{'referral_made': {'referral': %d}}", referral);
        if (referral <= 6)
            happens (rig, "bridging", "{'referral_answered': {'referral': %d, 'outcome': 'ACCEPTED'}}", referral);
    }
    rig_set_time (rig, "2026-03-02T09:00:00Z");
    for (int referral = 1; referral <= 6; referral++)
        happens (rig, "bridging", "{'referral_answered': {'referral': %d, 'outcome': 'DONE'}}", referral);
    json_t *before = report_of (rig, "2026-01-01", "2026-02-28", "DA");
    json_t *after = report_of (rig, "2026-01-01", "2026-03-31", "DA");
    cr_assert_str_eq (part_of (before, "referrals-by-outcome", "accepted"), "6");
    cr_assert_str_eq (part_of (before, "referrals-by-outcome", "done"), "0");
    cr_assert_str_eq (part_of (after, "referrals-by-outcome", "accepted"), "0");
    cr_assert_str_eq (part_of (after, "referrals-by-outcome", "done"), "6");
    cr_assert_str_eq (part_of (after, "referrals-by-outcome", "waiting"), "6");
    rig_destroy (&rig);
}
