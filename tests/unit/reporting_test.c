/*
 * Reporting with the real engine. The four services it follows are stood in for by emitters: services with the real
 * name and the real events, whose one method says whatever event it is given. So the feeds, the fetching of what was
 * missed and the restarts are the real ones.
 */
#include "base/arena.h"
#include "base/csv.h"
#include "base/own.h"
#include "contract/bridging.contract.h"
#include "contract/bus.contract.h"
#include "contract/guidance.contract.h"
#include "contract/lease.contract.h"
#include "contract/node.contract.h"
#include "contract/placement.contract.h"
#include "danish/money.h"
#include "harness/rig.h"
#include "reporting/page.h"
#include "reporting/reporting.h"
#include "reporting/suppression_rules.h"
#include "wire/json.h"
#include "wire/message.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- emitters --- */

static status_t emit (txn_t *txn, const ProtobufCMessage *event, ProtobufCMessage *reply, fault_t *reterr)
{
    (void) reply;
    (void) reterr;
    for (unsigned i = 0; i < event->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &event->descriptor->fields[i];
        uint32_t set;
        const ProtobufCMessage *inner;
        memcpy (&set, (const char *) event + field->quantifier_offset, sizeof set);
        if (set != field->id)
            continue;
        memcpy (&inner, (const char *) event + field->offset, sizeof inner);
        txn_emit (txn, inner);
    }
    return STATUS_OK;
}

static const migration_t NO_TABLES[] = { { 0 } };
static const handler_t EMIT[] = { emit };

#define EMITTER(area, caller)                                                                                          \
    static const method_t area##_emit = { .name = "fyrtaarn." #area ".v1.Test/Emit",                                   \
                                          .command = true,                                                             \
                                          .callers = 1u << CALLER_OPERATOR,                                            \
                                          .request = &area##_event_rule,                                               \
                                          .reply = &node_get_health_request_rule };                                    \
    static const contract_t area##_emitter_contract = {                                                                \
        .package = #area, .methods = &area##_emit, .n_methods = 1, .event = &area##_event_rule                         \
    };                                                                                                                 \
    static const service_t area##_emitter = {                                                                          \
        .name = #area, .identity = caller, .contract = &area##_emitter_contract, .handlers = EMIT, .schema = NO_TABLES \
    }

EMITTER (lease, CALLER_LEASE);
EMITTER (guidance, CALLER_GUIDANCE);
EMITTER (placement, CALLER_PLACEMENT);
EMITTER (bridging, CALLER_BRIDGING);

static const service_t *const HOUSE[] = { &lease_emitter,    &guidance_emitter,  &placement_emitter,
                                          &bridging_emitter, &reporting_service, NULL };
static const char *const OWNERS[] = { "lease", "guidance", "placement", "bridging" };

static rig_t *open_house (const char *now)
{
    return rig_new (HOUSE, now);
}

#define happens(rig, owner, ...) rig_ok (rig, CALLER_OPERATOR, owner, "Test/Emit", __VA_ARGS__)
#define steering(rig, ...) rig_ok (rig, CALLER_STEERING_DESK, "reporting", __VA_ARGS__)

/* --- the note --- */

static void load_programme (rig_t *rig)
{
    steering (rig, "Programme/LoadPhase",
              "{'phase': 'start-up', 'from_day': '2026-01-01', 'to_day': '2026-12-31', 'title': 'Opstart',"
              " 'title_en': 'Start-up', 'source': 'TM157', 'confidence': 'high'}");
    steering (
        rig, "Programme/LoadPhase",
        "{'phase': 'ramp-up', 'from_day': '2027-01-01', 'to_day': '2028-12-31', 'title': 'Optrapning til fuld drift',"
        " 'title_en': 'Ramp-up to full operation', 'source': 'TM157', 'confidence': 'high'}");
    static const struct {
        const char *indicator;
        int low, high;
    } TARGETS[] = { { "desks", 40, 50 }, { "enterprises-guided", 60, 70 }, { "citizens-with-paid-hours", 50, 60 } };
    for (size_t i = 0; i < 3; i++)
        steering (rig, "Programme/LoadTarget",
                  "{'indicator': '%s', 'low': %d, 'high': %d, 'from_day': '2026-01-01', 'to_day': '2028-12-31',"
                  " 'source': 'TM157', 'confidence': 'high'}",
                  TARGETS[i].indicator, TARGETS[i].low, TARGETS[i].high);
    for (int district = 1; district <= 10; district++)
        steering (rig, "Programme/LoadDistrict",
                  "{'district': %d, 'in_note': %s, 'source': 'GEO-01', 'confidence': 'high'}", district,
                  strchr ("34578", '0' + district) && district < 10 ? "true" : "false");
}

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

/* --- reading answers --- */

static json_t *by_text (json_t *reply, const char *list, const char *field, const char *value)
{
    for (size_t i = 0; i < rig_count (reply, list); i++)
        if (strcmp (rig_text (rig_item (reply, list, i), field), value) == 0)
            return rig_item (reply, list, i);
    cr_assert_fail ("no %s in %s", value, list);
    return NULL;
}

/* "12", "hidden" or "missing". */
static const char *figure_of (json_t *holder, const char *field)
{
    static char texts[8][24];
    static size_t next;
    char *text = texts[next++ % 8];
    json_t *figure = json_object_get (holder, field);
    cr_assert (figure, "no figure %s", field);
    const char *visibility = rig_text (figure, "visibility");
    if (strcmp (visibility, "SHOWN") == 0)
        snprintf (text, 24, "%lld", (long long) rig_number (figure, "value"));
    else
        snprintf (text, 24, "%s", strcmp (visibility, "SUPPRESSED") == 0 ? "hidden" : "missing");
    return text;
}

static json_t *report_of (rig_t *rig, const char *from, const char *to, const char *language)
{
    return steering (rig, "Reports/GetStatusReport",
                     "{'from_day': '%s', 'to_day': '%s', 'language': '%s', 'without_completeness': true}", from, to,
                     language);
}

static const char *to_date (json_t *report, const char *indicator)
{
    return figure_of (by_text (report, "indicators", "indicator", indicator), "to_date");
}

static const char *in_period (json_t *report, const char *indicator)
{
    return figure_of (by_text (report, "indicators", "indicator", indicator), "period");
}

static const char *part_of (json_t *report, const char *breakdown, const char *part)
{
    return figure_of (by_text (by_text (report, "breakdowns", "breakdown", breakdown), "parts", "key", part), "figure");
}

/* splitmix64: the same seed gives the same case on every machine. */
static uint64_t draw (uint64_t *seed)
{
    uint64_t z = (*seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int draw_below (uint64_t *seed, int bound)
{
    return (int) (draw (seed) % (uint64_t) bound);
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

/* --- histories --- */

enum { HISTORY = 120, PEOPLE = 24, FIRST_DAY = 20454 /* 2026-01-01 */ };

typedef struct {
    int kind, participant;
    int32_t day;
    bool enterprise;
} visit_t;

typedef struct {
    int32_t joined, left; /* left 0: still in line */
} queue_t;

typedef struct {
    int32_t month;
    int citizen, minutes;
} pay_t;

/* What a history amounts to, kept the plainest way there is. */
typedef struct {
    visit_t visits[HISTORY];
    queue_t queue[HISTORY];
    pay_t pay[HISTORY]; /* by placement and month */
    size_t n_visits, n_queue, n_pay;
} model_t;

static void on_day (rig_t *rig, int32_t day)
{
    char text[ISO_INSTANT_SIZE];
    rig_set_time (rig, instant_text (copenhagen_instant (day, 12 * 60), text));
}

static void guided_by_chance (rig_t *rig, uint64_t *seed, int i, int32_t day, model_t *model)
{
    char text[ISO_DAY_SIZE];
    static const char *const KINDS[] = { "PRE_ENTREPRENEURSHIP", "ENTREPRENEURSHIP", "HIRING", "WORKSHOP",
                                         "INSPIRATION",          "NETWORK_MEETING" };
    visit_t visit = { 1 + draw_below (seed, 6), 1 + draw_below (seed, PEOPLE), day, draw_below (seed, 4) != 0 };
    happens (rig, "guidance",
             "{'session_held': {'session': %d, 'kind': '%s', 'participant': %d, 'day': '%s', 'enterprise': %s}}", i,
             KINDS[visit.kind - 1], visit.participant, day_text (day, text), visit.enterprise ? "true" : "false");
    model->visits[model->n_visits++] = visit;
}

static void queued_by_chance (rig_t *rig, uint64_t *seed, int32_t day, model_t *model)
{
    size_t entry = model->n_queue ? (size_t) draw_below (seed, (int) model->n_queue) : 0;
    if (model->n_queue && draw_below (seed, 3) == 0 && !model->queue[entry].left) {
        happens (rig, "lease", "{'waitlist_left': {'entry': %zu, 'outcome': 'WAITLIST_ACCEPTED'}}", entry + 1);
        model->queue[entry].left = day;
        return;
    }
    model->queue[model->n_queue++] = (queue_t){ day, 0 };
    happens (rig, "lease", "{'waitlist_joined': {'entry': %zu, 'tenant': %zu, 'desks': 1}}", model->n_queue,
             model->n_queue);
}

static void paid_by_chance (rig_t *rig, uint64_t *seed, int32_t day, model_t *model)
{
    char text[ISO_MONTH_SIZE];
    int citizen = 1 + draw_below (seed, PEOPLE), minutes = draw_below (seed, 3) * 600;
    int32_t month = month_of_day (day) - draw_below (seed, 2);
    size_t at = 0;
    while (at < model->n_pay && (model->pay[at].citizen != citizen || model->pay[at].month != month))
        at++;
    if (at == model->n_pay)
        model->n_pay++;
    model->pay[at] = (pay_t){ month, citizen, minutes };
    happens (rig, "placement", "{'candidate_registered': {'citizen': %d, 'source': 'OWN', 'district': %d}}", citizen,
             1 + citizen % 4);
    happens (rig, "placement",
             "{'hours_reported': {'placement': %d, 'citizen': %d, 'month': '%s', 'paid_minutes': %d,"
             " 'source': 'EINDKOMST'}}",
             citizen, citizen, month_text (month, text), minutes);
}

static void referred_by_chance (rig_t *rig, uint64_t *seed, int i)
{
    static const char *const OUTCOMES[] = { "ACCEPTED", "ACCEPTED", "REJECTED", "UNANSWERED", "DONE", "REVOKED" };
    happens (rig, "bridging", "{'referral_made': {'referral': %d}}", i);
    if (draw_below (seed, 3) != 0)
        happens (rig, "bridging", "{'referral_answered': {'referral': %d, 'outcome': '%s'}}", i,
                 OUTCOMES[draw_below (seed, 6)]);
}

static void worked_by_chance (rig_t *rig, uint64_t *seed, int i, int32_t day)
{
    static const char *const PARTIES[] = { "CONSULTANT", "CITIZEN", "ENTERPRISE" };
    static const char *const CAUSES[] = { "CONTRACT_ENDED", "CITIZEN_WISHED", "NEW_JOB", "EDUCATION" };
    char text[ISO_DAY_SIZE];
    happens (rig, "placement", "{'match_proposed': {'match': %d}}", i);
    if (draw_below (seed, 3) == 0) {
        happens (rig, "placement", "{'match_declined': {'match': %d, 'by': '%s'}}", i, PARTIES[draw_below (seed, 3)]);
        return;
    }
    happens (rig, "placement", "{'placement_started': {'placement': %d, 'citizen': %d, 'position': 1, 'day': '%s'}}", i,
             1 + i % PEOPLE, day_text (day, text));
    if (draw_below (seed, 2) == 0)
        happens (rig, "placement", "{'placement_ended': {'placement': %d, 'day': '%s', 'cause': '%s'}}", i,
                 day_text (day + draw_below (seed, 30), text), CAUSES[draw_below (seed, 4)]);
}

/* The same seed is the same history, event for event and instant for instant. */
static int32_t live_through (rig_t *rig, uint64_t seed, model_t *model)
{
    int32_t day = FIRST_DAY;
    for (int i = 1; i <= HISTORY; i++) {
        day += draw_below (&seed, 5);
        on_day (rig, day);
        switch (draw_below (&seed, 5)) {
        case 0:
            guided_by_chance (rig, &seed, i, day, model);
            break;
        case 1:
            queued_by_chance (rig, &seed, day, model);
            break;
        case 2:
            paid_by_chance (rig, &seed, day, model);
            break;
        case 3:
            referred_by_chance (rig, &seed, i);
            break;
        default:
            worked_by_chance (rig, &seed, i, day);
        }
    }
    return day;
}

static int model_guided (const model_t *model, int32_t from, int32_t to, int kind)
{
    bool seen[PEOPLE + 1] = { false };
    int count = 0;
    for (size_t i = 0; i < model->n_visits; i++) {
        const visit_t *visit = &model->visits[i];
        bool counts = visit->enterprise && visit->day >= from && visit->day <= to && (!kind || visit->kind == kind);
        count += counts && !seen[visit->participant];
        seen[visit->participant] = seen[visit->participant] || counts;
    }
    return count;
}

static int model_queue (const model_t *model, int32_t day)
{
    int count = 0;
    for (size_t i = 0; i < model->n_queue; i++)
        count += model->queue[i].joined <= day && (!model->queue[i].left || model->queue[i].left > day);
    return count;
}

static int model_paid (const model_t *model, int32_t from, int32_t to)
{
    bool seen[PEOPLE + 1] = { false };
    int count = 0;
    for (size_t i = 0; i < model->n_pay; i++) {
        const pay_t *pay = &model->pay[i];
        bool counts = pay->minutes > 0 && pay->month >= month_of_day (from) && pay->month <= month_of_day (to);
        count += counts && !seen[pay->citizen];
        seen[pay->citizen] = seen[pay->citizen] || counts;
    }
    return count;
}

static void check_number (const char *figure, int expected, const char *what)
{
    char text[24];
    snprintf (text, sizeof text, "%d", expected);
    cr_assert_str_eq (figure, text, "%s: %s, the model says %d", what, figure, expected);
}

Test (indicators, any_history_counts_as_the_model_counts, .description = "R3", .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        rig_t *rig = open_house ("2026-01-01T09:00:00Z");
        model_t model = { 0 };
        load_programme (rig);
        int32_t end = live_through (rig, seed, &model);
        for (int round = 0; round < 12; round++) {
            char first[ISO_DAY_SIZE], last[ISO_DAY_SIZE];
            int32_t from = FIRST_DAY + draw_below (&seed, end - FIRST_DAY),
                    to = from + draw_below (&seed, end - from + 1);
            json_t *report = report_of (rig, day_text (from, first), day_text (to, last), "DA");
            check_number (in_period (report, "enterprises-guided"), model_guided (&model, from, to, 0), "guided");
            check_number (to_date (report, "enterprises-guided"), model_guided (&model, FIRST_DAY, to, 0),
                          "guided ever");
            check_number (in_period (report, "guided-hiring"), model_guided (&model, from, to, 3), "guided in hiring");
            check_number (to_date (report, "waiting-list"), model_queue (&model, to), "in line");
            check_number (in_period (report, "citizens-with-paid-hours"), model_paid (&model, from, to), "paid");
        }
        rig_destroy (&rig);
    }
}

/* --- R4 --- */

static void check_layout (const char *text)
{
    for (const char *line = text; *line;) {
        char copy[512];
        size_t size = strcspn (line, "\n");
        cr_assert (size < sizeof copy);
        memcpy (copy, line, size);
        copy[size] = '\0';
        cr_assert (text_width (copy) <= PAGE_WIDTH, "too wide: %s", copy);
        cr_assert (size == 0 || copy[size - 1] != ' ', "ends in a space: '%s'", copy);
        line += size + (line[size] == '\n');
    }
    cr_assert (utf8_valid (text, strlen (text)));
}

Test (report, text_keeps_the_page_and_speaks_both_languages, .description = "R4", .timeout = 60)
{
    rig_t *rig = open_house ("2026-01-01T09:00:00Z");
    model_t model = { 0 };
    load_programme (rig);
    load_budget (rig);
    rig_ok (rig, CALLER_TMF_DESK, "reporting", "Money/PostActual",
            "{'administration': 'TMF', 'activity': 'operation', 'month': '2026-02', 'amount_ore': 12345678}");
    live_through (rig, 4, &model);
    const char *danish = rig_text (report_of (rig, "2026-01-01", "2026-06-30", "DA"), "text");
    const char *english = rig_text (report_of (rig, "2026-01-01", "2026-06-30", "EN"), "text");
    check_layout (danish);
    check_layout (english);
    if (getenv ("SHOW_REPORT"))
        fprintf (stderr, "%s\n\n%s\n", danish, english);
    cr_assert (strstr (danish, "Perioden 1. januar 2026 til 30. juni 2026"));
    cr_assert (strstr (english, "Period 1 January 2026 to 30 June 2026"));
    cr_assert (strstr (danish, "Fase: Opstart"));
    cr_assert (strstr (danish, "Nørrebro, Vesterbro-Kongens Enghave, Valby, Brønshøj-Husum,"));
    cr_assert (strstr (danish, "1.000 kr., 2026 p/l") && strstr (danish, "7.479"));
    cr_assert (strstr (english, "1,000 kr., 2026 p/l") && strstr (english, "7,479"));
    rig_destroy (&rig);
}

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

enum { TABLES_MAX = 120000, TABLE_PARTS_MAX = 5 };

typedef struct {
    int64_t counts[TABLE_PARTS_MAX];
    int64_t published[TABLE_PARTS_MAX]; /* -1: hidden */
} table_t;

static size_t all_tables (table_t *tables, size_t n, size_t parts, size_t at, int64_t left, int64_t *counts)
{
    for (int64_t value = at + 1 == parts ? left : 0; value <= left; value++) {
        counts[at] = value;
        if (at + 1 < parts) {
            n = all_tables (tables, n, parts, at + 1, left - value, counts);
            continue;
        }
        bool hidden[TABLE_PARTS_MAX];
        cr_assert (n < TABLES_MAX);
        suppress_parts (counts, parts, hidden);
        memset (&tables[n], 0, sizeof tables[n]);
        for (size_t i = 0; i < parts; i++) {
            tables[n].counts[i] = counts[i];
            tables[n].published[i] = hidden[i] ? -1 : counts[i];
        }
        n++;
    }
    return n;
}

static int by_publication (const void *a, const void *b)
{
    return memcmp (((const table_t *) a)->published, ((const table_t *) b)->published,
                   sizeof ((const table_t *) a)->published);
}

/* Tables from `first` on look the same; every part that they hide must differ between some of them. */
static size_t check_alike (const table_t *tables, size_t n, size_t first, size_t parts, int64_t total)
{
    size_t end = first;
    while (end < n && by_publication (&tables[first], &tables[end]) == 0)
        end++;
    for (size_t part = 0; part < parts; part++) {
        bool doubt = tables[first].published[part] >= 0;
        for (size_t i = first; i < end; i++)
            doubt = doubt || tables[i].counts[part] != tables[first].counts[part];
        cr_assert (doubt, "part %zu of %zu with total %lld can only be %lld", part, parts, (long long) total,
                   (long long) tables[first].counts[part]);
    }
    return end;
}

Test (suppression, nobody_who_knows_the_rule_and_the_total_can_work_out_a_hidden_part, .description = "R5",
      .timeout = 120)
{
    static const int64_t TOTALS[] = { 0, 0, 60, 45, 34, 22 };
    table_t *tables = calloc (TABLES_MAX, sizeof *tables);
    cr_assert (tables);
    for (size_t parts = 2; parts <= TABLE_PARTS_MAX; parts++)
        for (int64_t total = 0; total <= TOTALS[parts]; total++) {
            int64_t counts[TABLE_PARTS_MAX];
            size_t n = all_tables (tables, 0, parts, 0, total, counts);
            qsort (tables, n, sizeof *tables, by_publication);
            for (size_t first = 0; first < n;)
                first = check_alike (tables, n, first, parts, total);
        }
    free (tables);
}

Test (suppression, small_parts_are_hidden_and_large_tables_are_left_alone, .description = "R5")
{
    uint64_t seed = 5;
    for (int round = 0; round < 20000; round++) {
        int64_t counts[11];
        bool hidden[11], any_small = false, any_hidden = false;
        int bound = 1 + draw_below (&seed, 40);
        for (size_t i = 0; i < 11; i++) {
            counts[i] = draw_below (&seed, 3) ? draw_below (&seed, bound) : 0;
            any_small = any_small || count_is_small (counts[i]);
        }
        suppress_parts (counts, 11, hidden);
        for (size_t i = 0; i < 11; i++) {
            cr_assert (hidden[i] || !count_is_small (counts[i]), "a small part is shown");
            any_hidden = any_hidden || hidden[i];
        }
        cr_assert_eq (any_hidden, any_small);
    }
}

Test (suppression, an_amount_is_never_hidden_alone_when_another_has_people, .description = "R5")
{
    uint64_t seed = 6;
    for (int round = 0; round < 20000; round++) {
        int64_t people[12];
        bool hidden[12];
        size_t n_hidden = 0, n_with_people = 0, count = 1 + (size_t) draw_below (&seed, 12);
        for (size_t i = 0; i < count; i++) {
            people[i] = draw_below (&seed, 3) ? draw_below (&seed, 30) : 0;
            n_with_people += people[i] > 0;
        }
        suppress_amounts (people, count, hidden);
        for (size_t i = 0; i < count; i++) {
            cr_assert (hidden[i] || !count_is_small (people[i]));
            n_hidden += hidden[i];
        }
        cr_assert (n_hidden != 1 || n_with_people == 1);
    }
}

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

/* --- R6: derived again --- */

Test (report, a_fresh_service_that_reads_all_feeds_writes_the_same_bytes, .description = "R6", .timeout = 120)
{
    rig_t *live = open_house ("2026-01-01T09:00:00Z"), *fresh = open_house ("2026-01-01T09:00:00Z");
    model_t model = { 0 }, same = { 0 };
    load_programme (live);
    load_programme (fresh);
    rig_down (fresh, "reporting");
    live_through (live, 7, &model);
    live_through (fresh, 7, &same);
    rig_up (fresh, "reporting");
    rig_advance (fresh, 10000);
    rig_restart (live, "reporting");
    for (int i = 0; i < 2; i++) {
        const char *language = i ? "EN" : "DA";
        const char *first = rig_text (report_of (live, "2026-02-01", "2026-08-31", language), "text");
        cr_assert_str_eq (first, rig_text (report_of (fresh, "2026-02-01", "2026-08-31", language), "text"));
        cr_assert (strstr (first, "–") == NULL || !strstr (first, "–\n"), "every feed was heard");
    }
    rig_destroy (&live);
    rig_destroy (&fresh);
}

/* An owner's log as it lies in its journal. */
typedef struct {
    const char *owner;
    Bus__FeedRecord *records[4 * HISTORY];
    size_t count;
    uint64_t head;
} log_t;

static void take_log (rig_t *rig, const char *owner, log_t *log)
{
    store_t *store = rig_store (rig, owner);
    log->owner = owner;
    store_begin (store);
    rows_t *rows =
        store_query (store, "SELECT seq, record FROM journal WHERE record IS NOT NULL AND seq > $1 ORDER BY seq", 0);
    while (rows_next (rows)) {
        bytes_t packed = rows_blob (rows, 1);
        log->head = rows_uint (rows, 0);
        log->records[log->count] = bus__feed_record__unpack (NULL, packed.size, packed.data);
        cr_assert (log->records[log->count++]);
    }
    store_rollback (store);
}

static void deliver (node_t *node, const log_t *log, uint64_t first, uint64_t last)
{
    Bus__FeedHeader header = BUS__FEED_HEADER__INIT;
    Bus__FeedBody body = BUS__FEED_BODY__INIT;
    owned_buffer head_bytes = BUFFER (WIRE_PAGE_MAX), body_bytes = BUFFER (WIRE_PAGE_MAX);
    Bus__FeedRecord *stretch[4 * HISTORY];
    header.epoch = 1;
    header.first = first;
    header.last = last;
    header.head = log->head;
    for (size_t i = 0; i < log->count; i++)
        if (log->records[i]->seq >= first && log->records[i]->seq <= last)
            stretch[body.n_records++] = log->records[i];
    body.records = stretch;
    message_pack (&header.base, &head_bytes);
    message_pack (&body.base, &body_bytes);
    input_t input = {
        .kind = INPUT_FEED, .peer = log->owner, .header = buffer_bytes (&head_bytes), .body = buffer_bytes (&body_bytes)
    };
    (void) node_step (node, 1800000000000, &input, 1);
}

static void draw_bytes (void *context, void *out, size_t size)
{
    (void) context;
    memset (out, 7, size);
}

static node_t *open_alone (void)
{
    fault_t why = { 0 };
    node_ports_t ports = { .random = draw_bytes, .version = "test" };
    node_t *node = node_new (&reporting_service, store_open (":memory:", &why), &ports, 1800000000000, &why);
    cr_assert (node, "%s", why.reason);
    return node;
}

/* The report on 2026, in memory of `arena`. */
static const Reporting__GetStatusReportReply *ask_alone (node_t *node, arena_t *arena, bool completeness)
{
    uint8_t id[16] = { 9 };
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    Reporting__GetStatusReportRequest request = REPORTING__GET_STATUS_REPORT_REQUEST__INIT;
    owned_buffer head_bytes = BUFFER (WIRE_MESSAGE_MAX), body_bytes = BUFFER (WIRE_MESSAGE_MAX);
    const method_t *method =
        contract_method (reporting_service.contract, "fyrtaarn.reporting.v1.Reports/GetStatusReport");
    header.method = (char *) (uintptr_t) method->name;
    header.request_id = (ProtobufCBinaryData){ sizeof id, id };
    request.from_day = FIRST_DAY;
    request.to_day = FIRST_DAY + 364;
    request.without_completeness = !completeness;
    message_pack (&header.base, &head_bytes);
    message_pack (&request.base, &body_bytes);
    input_t input = { .kind = INPUT_REQUEST,
                      .peer = "steering",
                      .caller = CALLER_STEERING_DESK,
                      .header = buffer_bytes (&head_bytes),
                      .body = buffer_bytes (&body_bytes),
                      .route = 1 };
    outputs_t outputs = node_step (node, 1800000000000, &input, 1);
    for (size_t i = 0; i < outputs.count; i++) {
        ProtobufCMessage *reply = NULL;
        fault_t why = { 0 };
        if (outputs.list[i].kind != OUTPUT_REPLY)
            continue;
        cr_assert_eq (message_decode (method->reply, outputs.list[i].body, WIRE_PAGE_MAX, arena, &reply, &why),
                      STATUS_OK, "%s", why.message);
        return (Reporting__GetStatusReportReply *) reply;
    }
    cr_assert_fail ("no reply");
    return NULL;
}

Test (report, repeated_and_disordered_stretches_change_nothing, .description = "R6", .timeout = 120)
{
    static log_t logs[4];
    rig_t *rig = open_house ("2026-01-01T09:00:00Z");
    model_t model = { 0 };
    arena_t *arena = arena_new (64 * 1024 * 1024);
    live_through (rig, 8, &model);
    node_t *orderly = open_alone ();
    for (size_t i = 0; i < 4; i++) {
        take_log (rig, OWNERS[i], &logs[i]);
        cr_assert (logs[i].count > 10);
        deliver (orderly, &logs[i], 1, logs[i].head);
    }
    const char *expected = ask_alone (orderly, arena, false)->text;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        uint64_t chance = seed;
        node_t *disorderly = open_alone ();
        for (int i = 0; i < 150; i++) {
            const log_t *log = &logs[draw_below (&chance, 4)];
            uint64_t first = 1 + (uint64_t) draw_below (&chance, (int) log->head);
            uint64_t last = first + (uint64_t) draw_below (&chance, (int) (log->head - first) + 1);
            deliver (disorderly, log, draw_below (&chance, 4) ? first : 1, last);
        }
        for (size_t i = 0; i < 4; i++)
            deliver (disorderly, &logs[3 - i], 1, logs[3 - i].head);
        cr_assert_str_eq (ask_alone (disorderly, arena, false)->text, expected, "seed %llu", (unsigned long long) seed);
        node_destroy (&disorderly);
    }
    cr_assert (strstr (expected, "\nHenvisninger fra SOF"));
    for (size_t i = 0; i < 4; i++)
        for (size_t r = 0; r < logs[i].count; r++)
            bus__feed_record__free_unpacked (logs[i].records[r], NULL);
    node_destroy (&orderly);
    arena_destroy (&arena);
    rig_destroy (&rig);
}

/* --- R9 --- */

static const char *state_of (rig_t *rig, const char *owner)
{
    json_t *report = steering (rig, "Reports/GetStatusReport", "{'language': 'EN'}");
    return rig_text (by_text (report, "feeds", "owner", owner), "state");
}

Test (completeness, a_report_says_which_feeds_are_silent_or_not_heard, .description = "R9")
{
    rig_t *rig = open_house ("2026-03-02T09:00:00Z");
    rig_down (rig, "bridging");
    rig_restart (rig, "reporting");
    happens (rig, "lease", "{'desk_added': {'desk': 1, 'district': 8, 'from_day': '2026-02-01'}}");
    rig_advance (rig, 3000);
    cr_assert_str_eq (state_of (rig, "lease"), "FEED_UP_TO_DATE");
    cr_assert_str_eq (state_of (rig, "bridging"), "FEED_NOT_HEARD");
    rig_up (rig, "bridging");
    rig_down (rig, "lease");
    rig_advance (rig, 70000);
    cr_assert_str_eq (state_of (rig, "lease"), "FEED_SILENT");
    cr_assert_str_eq (state_of (rig, "bridging"), "FEED_UP_TO_DATE");
    json_t *report = steering (rig, "Reports/GetStatusReport", "{'language': 'EN'}");
    cr_assert (strstr (rig_text (report, "text"), "TMF's house (lease): silent; more may have happened"));
    check_layout (rig_text (report, "text"));
    rig_destroy (&rig);
}

Test (completeness, a_feed_that_lacks_records_is_behind_and_says_how_many, .description = "R9", .timeout = 60)
{
    static log_t log;
    rig_t *rig = open_house ("2026-01-01T09:00:00Z");
    for (int desk = 1; desk <= 5; desk++)
        happens (rig, "lease", "{'desk_added': {'desk': %d, 'district': 8, 'from_day': '2026-02-01'}}", desk);
    take_log (rig, "lease", &log);
    node_t *node = open_alone ();
    arena_t *arena = arena_new (64 * 1024 * 1024);
    deliver (node, &log, 1, 3);
    deliver (node, &log, 5, 5);
    const Reporting__GetStatusReportReply *report = ask_alone (node, arena, true);
    cr_assert_eq (report->n_feeds, 4);
    cr_assert_str_eq (report->feeds[0]->owner, "lease");
    cr_assert_eq (report->feeds[0]->state, REPORTING__FEED_STATE__FEED_BEHIND);
    cr_assert_eq (report->feeds[0]->behind, 2);
    cr_assert_eq (report->indicators[DESKS]->to_date->value, 3, "the fifth waits for the fourth");
    cr_assert (strstr (report->text, "bagud; post 3 af 5"));
    deliver (node, &log, 4, 5);
    cr_assert_eq (ask_alone (node, arena, true)->feeds[0]->state, REPORTING__FEED_STATE__FEED_UP_TO_DATE);
    arena_destroy (&arena);
    node_destroy (&node);
    for (size_t r = 0; r < log.count; r++)
        bus__feed_record__free_unpacked (log.records[r], NULL);
    rig_destroy (&rig);
}
