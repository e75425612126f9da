/* Rules of law and figures as versioned data: which row holds on a day, how certain it is, and what a file may not say.
 */
#include "base/own.h"
#include "danish/rules.h"
#include "unit/danish_kit.h"

#include <string.h>

static const char RULES_HEADER[] = "series;rule_id;description;value;unit;valid_from;source;confidence\n";

/* The file's text may go once the rules are loaded. */
static rules_t *load_rules (const char *rows)
{
    owned_buffer text = BUFFER (FACTS_MAX);
    buffer_append_text (&text, RULES_HEADER);
    buffer_append_text (&text, rows);
    rules_t *rules = rules_new (buffer_bytes (&text), NULL);
    cr_assert (rules);
    return rules;
}

static rules_t *load_facts (void)
{
    owned_buffer text = BUFFER (FACTS_MAX);
    read_fact_file ("deploy/facts/rules.csv", &text);
    rules_t *rules = rules_new (buffer_bytes (&text), NULL);
    cr_assert (rules);
    return rules;
}

Test (rules, every_row_of_the_facts_loads)
{
    owned (rules) rules = load_facts ();
    for (size_t i = 0; i < rules_problem_count (rules); i++)
        cr_log_error ("line %zu, column %zu: %s", rules_problem (rules, i)->line, rules_problem (rules, i)->column,
                      rules_problem (rules, i)->reason);
    cr_assert_eq (rules_problem_count (rules), 0);
    cr_assert_eq (rules_count (rules), 122);
    for (size_t i = 0; i < rules_count (rules); i++)
        cr_assert_eq (rules_by_id (rules, rules_nth (rules, i)->id), rules_nth (rules, i));
}

Test (rules, the_yearly_cap_on_a_day_is_that_of_its_year)
{
    static const struct {
        const char *day;
        const char *id;
        int64_t cap_ore;
        bool certain;
    } CAPS[] = {
        { "2019-01-02", "SF-01", 2000000, true },  { "2022-12-31", "SF-01", 2000000, true },
        { "2023-06-01", "SF-02", 4000000, false }, { "2024-12-31", "SF-03", 4128000, true },
        { "2025-01-01", "SF-04", 4276600, true },
    };
    owned (rules) rules = load_facts ();
    for (size_t i = 0; i < sizeof CAPS / sizeof CAPS[0]; i++) {
        int32_t day = day_of (CAPS[i].day);
        const rule_t *rule = rules_at (rules, "frikort_yearly_cap", day);
        int64_t cap_ore = 0;
        cr_assert (rule, "%s", CAPS[i].day);
        cr_assert_str_eq (rule->id, CAPS[i].id);
        cr_assert (rule_hundredths (rule, &cap_ore));
        cr_assert_eq (cap_ore, CAPS[i].cap_ore);
        cr_assert_eq (rule_is_certain (rule, day), CAPS[i].certain, "%s", CAPS[i].day);
        cr_assert_eq (rules_at (rules, "SF-03", day), rule, "any id of a series names it");
    }
    cr_assert_null (rules_at (rules, "frikort_yearly_cap", day_of ("2019-01-01")));
    cr_assert_null (rules_at (rules, "no_such_series", day_of ("2025-01-01")));
}

Test (rules, a_figure_that_was_not_found_is_missing_and_the_last_known_one_is_at_hand)
{
    owned (rules) rules = load_facts ();
    int32_t day = day_of ("2026-03-01");
    int64_t cap_ore = 4711;
    const rule_t *rule = rules_at (rules, "frikort_yearly_cap", day);
    cr_assert_str_eq (rule->id, "SF-05");
    cr_assert_not (rule_hundredths (rule, &cap_ore));
    cr_assert_eq (cap_ore, 4711);
    cr_assert_not (rule_is_certain (rule, day));
    cr_assert_str_eq (rules_last_known (rules, "frikort_yearly_cap", day)->id, "SF-04");
}

Test (rules, the_row_in_force_is_the_newest_that_has_begun_in_whatever_order_the_file_has_them)
{
    for (uint64_t round = 0; round < 200; round++) {
        uint64_t seed = round;
        owned_buffer rows = BUFFER (FACTS_MAX);
        int32_t starts[20];
        size_t count = 0;
        for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
            int32_t start = 18000 + 50 * (int32_t) draw_below (&seed, 100);
            char text[ISO_DAY_SIZE];
            bool again = false;
            for (size_t j = 0; j < count; j++)
                again = again || starts[j] == start;
            if (again)
                continue;
            starts[count++] = start;
            buffer_printf (&rows, "cap;X-%d;a cap;%d;DKK;%s;law;high\n", start, start, day_text (start, text));
        }
        owned (rules) rules = load_rules (buffer_text (&rows));
        cr_assert_eq (rules_count (rules), count);
        int32_t day = 18000 + (int32_t) draw_below (&seed, 6000);
        int64_t expected = -1, value = -1;
        for (size_t i = 0; i < count; i++)
            if (starts[i] <= day && starts[i] > expected)
                expected = starts[i];
        const rule_t *rule = rules_at (rules, "cap", day);
        cr_assert_eq (rule != NULL, expected >= 0);
        if (rule)
            cr_assert (rule_whole (rule, &value) && value == expected);
    }
}

Test (rules, a_rule_whose_beginning_is_inexact_is_certain_only_after_its_last_possible_day)
{
    owned (rules) rules = load_rules (";A-1;month;1;bool;2023-11;law;high\n"
                                      ";A-2;year;1;bool;2019;law;high\n"
                                      ";A-3;remark;1;bool;2026 (L 66);law;high\n"
                                      ";A-4;span;60-70;enterprises;2026-2028;note;high\n"
                                      ";A-5;always;1;bool;;law;high\n"
                                      ";A-6;unknown;1;bool;check 2026 reform;law;high\n"
                                      ";A-7;unknown;1;bool;date not sourced;law;high\n");
    static const struct {
        const char *id;
        const char *last_doubtful; /* NULL when it is certain from its first day */
    } INEXACT[] = {
        { "A-1", "2023-11-29" }, { "A-2", "2019-12-30" }, { "A-3", "2026-12-30" }, { "A-4", "2025-12-31" }
    };
    cr_assert_eq (rules_problem_count (rules), 0);
    for (size_t i = 0; i < sizeof INEXACT / sizeof INEXACT[0]; i++) {
        const rule_t *rule = rules_by_id (rules, INEXACT[i].id);
        int32_t doubtful = day_of (INEXACT[i].last_doubtful);
        cr_assert_not (rule_is_certain (rule, doubtful), "%s", rule->id);
        cr_assert (rule_is_certain (rule, doubtful + 1), "%s", rule->id);
    }
    cr_assert_eq (rules_by_id (rules, "A-1")->from_day, day_of ("2023-11-01"));
    cr_assert (rule_is_certain (rules_at (rules, "A-5", 0), 0));
    cr_assert_not (rule_is_certain (rules_at (rules, "A-6", 30000), 30000));
    cr_assert_not (rule_is_certain (rules_at (rules, "A-7", 30000), 30000));
}

Test (rules, only_plain_high_confidence_is_certain)
{
    owned (rules) rules = load_rules (";A-1;a;1;bool;2020-01-01;law;high\n;A-2;b;1;bool;2020-01-01;law;medium\n"
                                      ";A-3;c;1;bool;2020-01-01;law;high (pre-2026)\n;A-4;d;1;bool;2020-01-01;law;n/a\n"
                                      ";A-5;e;;bool;2020-01-01;law;high\n");
    int certain = 0;
    for (size_t i = 0; i < rules_count (rules); i++)
        certain += rule_is_certain (rules_nth (rules, i), day_of ("2026-01-01"));
    cr_assert_eq (rules_count (rules), 5);
    cr_assert_eq (certain, 1);
}

Test (rules, each_bad_row_is_reported_and_the_good_ones_load)
{
    static const struct {
        const char *row;
        size_t column;
    } BAD[] = {
        { "cap;C-2;a cap;1;DKK;2023-02-30;law;high", 6 },
        { "cap;C-3;a cap;1;DKK;01-01-2026;law;high", 6 },
        { "cap;C-4;a cap;1;DKK;januar 2026;law;high", 6 },
        { "cap;C-5;a cap;1;DKK;2026 or so;law;high", 6 },
        { "cap;C-6;a cap;1;DKK;20260101;law;high", 6 },
        { "cap;C-7;a cap;1;DKK;2020-01-01;law;high", 6 },       /* that day is C-1's */
        { "cap;C-8;a cap;1;DKK/month;2026-01-01;law;high", 5 }, /* C-1 is in another unit */
        { "cap;C-1;a cap;1;DKK;2026-01-01;law;high", 2 },
        { "cap;cap;a cap;1;DKK;2026-01-01;law;high", 2 },
        { "Cap;C-9;a cap;1;DKK;2026-01-01;law;high", 1 },
        { "cap;C-9;;1;DKK;2026-01-01;law;high", 3 },
        { "cap;C-9;a cap;1;DKK;2026-01-01;law;", 8 },
        { "cap;C-9;a cap;1;DKK;2026-01-01;law", 8 },
        { "cap;C-9;a \"cap\";1;DKK;2026-01-01;law;high", 3 },
    };
    size_t count = sizeof BAD / sizeof BAD[0];
    owned_buffer rows = BUFFER (FACTS_MAX);
    buffer_append_text (&rows, "cap;C-1;a cap;1;DKK;2020-01-01;law;high\n");
    for (size_t i = 0; i < count; i++)
        buffer_printf (&rows, "%s\n", BAD[i].row);
    buffer_append_text (&rows, "cap;C-99;a cap;2;DKK;2027-01-01;law;high\n");
    owned (rules) rules = load_rules (buffer_text (&rows));
    cr_assert_eq (rules_count (rules), 2);
    cr_assert_eq (rules_problem_count (rules), count);
    for (size_t i = 0; i < count; i++) {
        const csv_problem_t *problem = rules_problem (rules, i);
        cr_assert_eq (problem->line, i + 3, "%s: line %zu", BAD[i].row, problem->line);
        cr_assert_eq (problem->column, BAD[i].column, "%s: %s", BAD[i].row, problem->reason);
    }
}

Test (rules, more_rows_than_can_be_held_are_counted_as_problems)
{
    owned_buffer rows = BUFFER (FACTS_MAX);
    for (int i = 0; i < RULES_MAX + 2 * RULES_PROBLEMS_MAX; i++)
        buffer_printf (&rows, ";X-%d;a rule;1;bool;2020-01-01;law;high\n", i);
    owned (rules) rules = load_rules (buffer_text (&rows));
    cr_assert_eq (rules_count (rules), RULES_MAX);
    cr_assert_eq (rules_problem_count (rules), 2 * RULES_PROBLEMS_MAX);
}

Test (rules, a_file_without_the_columns_is_refused_as_a_whole)
{
    static const char *const FILES[] = { "", "rule_id;value\nSF-01;1\n", "\"series;rule_id\n" };
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        fault_t error = { .reason = "" };
        cr_assert_null (rules_new (bytes_of (FILES[i], strlen (FILES[i])), &error));
        cr_assert_eq (error.status, STATUS_INVALID_ARGUMENT);
        cr_assert_str_eq (error.reason, "RULES_HEADER");
    }
}

Test (rules, a_value_is_read_only_as_the_kind_it_is)
{
    owned (rules) rules = load_facts ();
    int64_t number = 4711, high = 4711;
    int32_t day = 4711;
    cr_assert (rule_whole (rules_by_id (rules, "AP-01"), &number) && number == 37);
    cr_assert (rule_hundredths (rules_by_id (rules, "SF-17"), &number) && number == 1250);
    cr_assert (rule_hundredths (rules_by_id (rules, "KH-17"), &number) && number == 2866);
    cr_assert (rule_range (rules_by_id (rules, "KPI-01"), &number, &high) && number == 60 && high == 70);
    cr_assert (rule_range (rules_by_id (rules, "SDC-06"), &number, &high) && number == 5 && high == 5);
    cr_assert (rule_day (rules_by_id (rules, "LEA-11"), &day) && day == day_of ("2026-01-01"));
    number = high = day = 4711;
    cr_assert_not (rule_whole (rules_by_id (rules, "KPI-01"), &number));
    cr_assert_not (rule_whole (rules_by_id (rules, "SF-17"), &number));
    cr_assert_not (rule_hundredths (rules_by_id (rules, "SF-09"), &number));
    cr_assert_not (rule_range (rules_by_id (rules, "LEA-11"), &number, &high));
    cr_assert_not (rule_day (rules_by_id (rules, "AP-01"), &day));
    owned (rules) odd = load_rules (";A-1;falling;50-40;desks;;note;high\n;A-2;half;50-;desks;;note;high\n");
    cr_assert_not (rule_range (rules_by_id (odd, "A-1"), &number, &high));
    cr_assert_not (rule_range (rules_by_id (odd, "A-2"), &number, &high));
    cr_assert_eq (number, 4711);
    cr_assert_eq (high, 4711);
    cr_assert_eq (day, 4711);
}

Test (rules, destroying_twice_is_harmless)
{
    rules_t *rules = load_rules ("");
    rules_destroy (&rules);
    cr_assert_null (rules);
    rules_destroy (&rules);
}
