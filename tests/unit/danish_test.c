#include "base/csv.h"
#include "base/own.h"
#include "base/time.h"
#include "danish/cpr.h"
#include "danish/cvr.h"
#include "danish/district.h"
#include "danish/holidays.h"
#include "danish/money.h"
#include "danish/rules.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 20000, FACTS_MAX = 256 * 1024, WEIGHTS_MAX = 60 };

/* splitmix64: the same seed gives the same case on every machine. */
static uint64_t draw (uint64_t *seed)
{
    uint64_t z = (*seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int64_t draw_below (uint64_t *seed, uint64_t bound)
{
    return (int64_t) (draw (seed) % bound);
}

/* Amounts of every size, both signs: most interesting ones are not near the middle of int64. */
static int64_t draw_amount (uint64_t *seed)
{
    uint64_t bits = draw (seed) >> draw_below (seed, 64);
    int64_t amount;
    memcpy (&amount, &bits, sizeof amount);
    return draw_below (seed, 2) == 0 && amount != INT64_MIN ? -amount : amount;
}

static int32_t day_of (const char *text)
{
    int32_t day = 0;
    cr_assert (day_parse (text, &day), "%s", text);
    return day;
}

/* Tests run from the root of the repository. */
static void read_fact_file (const char *path, buffer_t *out)
{
    FILE *file = fopen (path, "rb");
    cr_assert (file, "%s", path);
    char chunk[4096];
    for (size_t size; (size = fread (chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append (out, chunk, size);
    fclose (file);
    cr_assert (out->size > 0 && !out->overflowed, "%s", path);
}

static csv_t *open_facts (const buffer_t *text)
{
    csv_problem_t problem;
    csv_t *csv = csv_new (buffer_bytes (text), ';');
    cr_assert (csv_read_header (csv, &problem));
    return csv;
}

/* False at the end; facts have no bad rows. */
static bool next_fact (csv_t *csv)
{
    csv_problem_t problem;
    csv_result_t result = csv_next_row (csv, &problem);
    cr_assert_neq (result, CSV_BAD_ROW, "line %zu: %s", problem.line, problem.reason);
    return result == CSV_ROW;
}

static const char *fact (const csv_t *csv, const char *name)
{
    size_t column = 0;
    cr_assert (csv_column (csv, name, &column), "%s", name);
    return csv_field (csv, column);
}

/* No number here was ever issued: births in 2057, days that are not, or a check digit that fails where it must not. */

Test (cpr, a_number_is_wellformed_exactly_when_its_day_exists)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    for (int day = 0; day < 100; day++) {
        for (int month = 0; month < 100; month++) {
            char text[16];
            snprintf (text, sizeof text, "%02d%02d011234", day, month);
            int of_month = day > 60 ? day - 60 : day;
            bool exists = month >= 1 && month <= 12 && of_month >= 1 && of_month <= DAYS[month - 1];
            cr_assert_eq (cpr_wellformed (text), exists, "%s", text);
        }
    }
}

Test (cpr, the_seventh_digit_and_the_year_give_the_century)
{
    for (int seventh = 0; seventh < 10; seventh++) {
        for (int yy = 0; yy < 100; yy++) {
            char text[16];
            snprintf (text, sizeof text, "0107%02d%d000", yy, seventh);
            int century = seventh <= 3                   ? 1900
                          : seventh == 4 || seventh == 9 ? (yy <= 36 ? 2000 : 1900)
                                                         : (yy <= 57 ? 2000 : 1800);
            int32_t born = 0;
            cr_assert (cpr_birth_day (text, &born));
            cr_assert_eq (day_to_civil (born).year, century + yy, "%s", text);
        }
    }
}

Test (cpr, the_leap_day_needs_a_leap_year_of_its_century)
{
    cr_assert_not (cpr_wellformed ("2902000001")); /* 1900 */
    cr_assert (cpr_wellformed ("2902004002"));     /* 2000 */
    cr_assert (cpr_wellformed ("2902040001"));     /* 1904 */
    cr_assert_not (cpr_wellformed ("2902010001"));
}

Test (cpr, a_number_that_fails_its_check_digit_is_still_wellformed)
{
    int passing = 0;
    for (int serial = 0; serial < 1000; serial++) {
        char text[16];
        snprintf (text, sizeof text, "0107575%03d", serial);
        cr_assert (cpr_wellformed (text));
        passing += cpr_check_digit (text);
    }
    cr_assert (passing > 80 && passing < 100, "one in eleven, not %d of 1000", passing);
    cr_assert (cpr_check_digit ("0107575006"));
    cr_assert_not (cpr_check_digit ("0107575007"));
    cr_assert_not (cpr_check_digit ("0000000000"));
}

Test (cpr, a_replacement_number_states_the_birth_day_of_its_person)
{
    int32_t ordinary = 0, replacement = 1;
    cr_assert (cpr_birth_day ("0107575234", &ordinary));
    cr_assert (cpr_birth_day ("6107575234", &replacement));
    cr_assert_eq (ordinary, replacement);
    cr_assert (cpr_is_replacement ("6107575234"));
    cr_assert_not (cpr_is_replacement ("0107575234"));
    cr_assert_not (cpr_is_replacement ("9902575234"));
}

Test (cpr, only_ten_digits_are_a_number)
{
    static const char *const OTHERS[] = { "", "010757523", "01075752345", "010757-5234", " 0107575234", "01075752x4" };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        int32_t born = 4711;
        cr_assert_not (cpr_wellformed (OTHERS[i]), "%s", OTHERS[i]);
        cr_assert_not (cpr_birth_day (OTHERS[i], &born));
        cr_assert_eq (born, 4711);
    }
}

Test (cvr, one_wrong_digit_is_always_seen)
{
    uint64_t seed = 1;
    int checked = 0;
    while (checked < 500) {
        char text[16];
        snprintf (text, sizeof text, "%08u", (unsigned) draw_below (&seed, 100000000));
        if (!cvr_valid (text))
            continue;
        char typo[16];
        memcpy (typo, text, sizeof typo);
        size_t at = (size_t) draw_below (&seed, 8);
        typo[at] = (char) ('0' + (text[at] - '0' + 1 + draw_below (&seed, 9)) % 10);
        cr_assert_not (cvr_valid (typo), "%s and %s", text, typo);
        checked++;
    }
}

Test (cvr, the_municipality_has_a_valid_number_and_an_empty_form_has_not)
{
    cr_assert (cvr_valid ("64942212")); /* CVR-03 */
    cr_assert_not (cvr_valid ("00000000"));
    cr_assert_not (cvr_valid (""));
    cr_assert_not (cvr_valid ("6494221"));
    cr_assert_not (cvr_valid ("649422120"));
    cr_assert_not (cvr_valid ("DK64942212"));
}

Test (district, the_table_says_what_the_facts_say)
{
    owned_buffer text = BUFFER (FACTS_MAX);
    read_fact_file ("deploy/facts/districts.csv", &text);
    owned (csv) csv = open_facts (&text);
    int seen = 0;
    while (next_fact (csv)) {
        if (*fact (csv, "bydel_nr") == '\0')
            continue;
        const district_t *district = district_by_name (fact (csv, "official_name"));
        cr_assert (district, "%s", fact (csv, "official_name"));
        cr_assert_eq (district->number, strtol (fact (csv, "bydel_nr"), NULL, 10));
        cr_assert_str_eq (district->name, fact (csv, "official_name"));
        cr_assert_str_eq (district->name_in_note, fact (csv, "name_in_note"));
        cr_assert_str_eq (district->area_in_note, fact (csv, "named_area_in_note"));
        cr_assert_eq (district->in_note, strcmp (fact (csv, "ticked_in_note"), "1") == 0);
        cr_assert_eq (district_by_number (district->number), district);
        cr_assert_eq (district_by_name (district->name_in_note), district);
        seen++;
    }
    cr_assert_eq (seen, DISTRICT_COUNT);
}

Test (district, the_flags_of_the_note_are_no_districts)
{
    cr_assert_null (district_by_name ("Bydækkende"));
    cr_assert_null (district_by_name ("Udenbys"));
    cr_assert_null (district_by_number (0));
    cr_assert_null (district_by_number (DISTRICT_COUNT + 1));
}

/* Counts each name of each year in the facts, and finds no holiday beyond them. */
Test (holidays, the_computed_days_are_exactly_those_of_the_facts)
{
    owned_buffer text = BUFFER (FACTS_MAX);
    read_fact_file ("deploy/facts/holidays.csv", &text);
    owned (csv) csv = open_facts (&text);
    int listed = 0;
    while (next_fact (csv)) {
        int32_t day = day_of (fact (csv, "date"));
        bool public = strcmp (fact (csv, "type"), "public_holiday") == 0;
        const char *name = public ? holiday_name (day) : closing_day_name (day);
        cr_assert (name, "%s %s", fact (csv, "date"), fact (csv, "name"));
        cr_assert_str_eq (name, fact (csv, "name"), "%s", fact (csv, "date"));
        listed++;
    }
    int computed = 0;
    for (int32_t day = day_of ("2025-01-01"); day <= day_of ("2030-12-31"); day++)
        computed += day_is_public_holiday (day) + day_is_closing_day (day);
    cr_assert_eq (computed, listed);
}

Test (holidays, easter_is_a_sunday_in_its_window_every_year)
{
    for (int year = 1900; year <= 2999; year++) {
        int32_t easter = easter_sunday (year);
        cr_assert_eq (day_weekday (easter), 7, "%d", year);
        cr_assert (easter >= day_from_civil ((civil_t){ year, 3, 22 }), "%d", year);
        cr_assert (easter <= day_from_civil ((civil_t){ year, 4, 25 }), "%d", year);
    }
    cr_assert_eq (easter_sunday (1943), day_of ("1943-04-25")); /* the latest possible */
    cr_assert_eq (easter_sunday (1954), day_of ("1954-04-18")); /* the two exceptions that simple rules get wrong */
    cr_assert_eq (easter_sunday (1981), day_of ("1981-04-19"));
    cr_assert_eq (easter_sunday (2285), day_of ("2285-03-22")); /* the earliest possible */
}

Test (holidays, store_bededag_ended_with_2023)
{
    cr_assert_str_eq (holiday_name (day_of ("2023-05-05")), "Store bededag");
    cr_assert_not (day_is_working_day (day_of ("2023-05-05")));
    cr_assert_null (holiday_name (day_of ("2024-04-26")));
    cr_assert (day_is_working_day (day_of ("2024-04-26")));
}

Test (holidays, a_customary_closing_day_is_a_working_day_unless_it_is_also_a_holiday)
{
    cr_assert (day_is_working_day (day_of ("2026-05-15")));
    cr_assert (day_is_working_day (day_of ("2025-06-05")));
    cr_assert_not (day_is_working_day (day_of ("2028-06-05")));
    cr_assert_str_eq (closing_day_name (day_of ("2028-06-05")), "Grundlovsdag");
}

Test (holidays, adding_working_days_counts_each_working_day_once)
{
    uint64_t seed = 2;
    for (int round = 0; round < 300; round++) {
        int32_t day = (int32_t) draw_below (&seed, 40000);
        int count = (int) draw_below (&seed, 60);
        int32_t after = add_working_days (day, count);
        int between = 0;
        for (int32_t at = day + 1; at <= after; at++)
            between += day_is_working_day (at);
        cr_assert_eq (between, count);
        if (count > 0)
            cr_assert (day_is_working_day (after));
        if (day_is_working_day (day))
            cr_assert_eq (add_working_days (after, -count), day);
    }
}

Test (holidays, the_next_working_day_after_maundy_thursday_eve_is_the_tuesday)
{
    int32_t wednesday = day_of ("2026-04-01");
    cr_assert_eq (next_working_day (wednesday), day_of ("2026-04-07"));
    cr_assert_eq (working_day_on_or_after (wednesday), wednesday);
    cr_assert_eq (working_day_on_or_after (wednesday + 1), day_of ("2026-04-07"));
    cr_assert_eq (add_working_days (wednesday, 0), wednesday);
}

Test (money, every_amount_reads_back_from_its_text)
{
    char text[MONEY_TEXT_SIZE];
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = round;
        int64_t amount = round == 0 ? INT64_MIN : round == 1 ? INT64_MAX : draw_amount (&seed);
        int64_t back = ~amount;
        cr_assert (money_parse (money_text (amount, text), &back), "%s", text);
        cr_assert_eq (back, amount, "%s", text);
        back = ~amount;
        cr_assert (money_parse (money_text_cell (amount, text), &back), "%s", text);
        cr_assert_eq (back, amount, "%s", text);
    }
}

Test (money, amounts_are_written_as_in_a_danish_letter)
{
    char text[MONEY_TEXT_SIZE];
    cr_assert_str_eq (money_text (123456750, text), "1.234.567,50 kr.");
    cr_assert_str_eq (money_text (-5, text), "-0,05 kr.");
    cr_assert_str_eq (money_text (0, text), "0,00 kr.");
    cr_assert_str_eq (money_text (INT64_MIN, text), "-92.233.720.368.547.758,08 kr.");
    cr_assert_str_eq (money_text_whole (123456750, text), "1.234.568 kr.");
    cr_assert_str_eq (money_text_whole (-49, text), "0 kr.");
    cr_assert_str_eq (money_text_thousands (290400000, text), "2.904");
    cr_assert_str_eq (money_text_thousands (49999, text), "0");
    cr_assert_str_eq (money_text_thousands (-50000, text), "-1");
    cr_assert_str_eq (money_text_cell (-123456750, text), "-1234567,50");
}

Test (money, danish_and_plain_amounts_are_read)
{
    static const struct {
        const char *text;
        int64_t ore;
    } AMOUNTS[] = {
        { "1.234,50", 123450 },     { "1234.50", 123450 }, { "1234,5", 123450 },
        { "1.234", 123400 },        { "1.23", 123 },       { "500000", 50000000 },
        { "1.234.567", 123456700 }, { "-0,05", -5 },       { "0", 0 },
        { "12,50 kr.", 1250 },      { "12 kr", 1200 },     { "1.000kr.", 100000 },
    };
    for (size_t i = 0; i < sizeof AMOUNTS / sizeof AMOUNTS[0]; i++) {
        int64_t ore = -1;
        cr_assert (money_parse (AMOUNTS[i].text, &ore), "%s", AMOUNTS[i].text);
        cr_assert_eq (ore, AMOUNTS[i].ore, "%s", AMOUNTS[i].text);
    }
}

Test (money, what_is_not_an_amount_is_refused_and_writes_nothing)
{
    static const char *const OTHERS[] = {
        "",
        "-",
        "kr.",
        " 1",
        "1 ",
        "+1",
        "1,",
        ".5",
        "1,234.50",
        "1.2345",
        "12345.678",
        "0.123",
        "1.234.5",
        "1.23.456",
        "1,2,3",
        "1.234,567",
        "--1",
        "1e3",
        "12,50 dkk",
        "0x10",
        "1 234",
        "92233720368547758,08",
        "-92233720368547758,09",
        "99999999999999999999999",
    };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        int64_t ore = 4711;
        cr_assert_not (money_parse (OTHERS[i], &ore), "%s", OTHERS[i]);
        cr_assert_eq (ore, 4711, "%s", OTHERS[i]);
    }
    int64_t hundredths = 4711;
    cr_assert_not (money_parse_plain ("1.234", &hundredths));
    cr_assert_not (money_parse_plain ("1,5", &hundredths));
    cr_assert_eq (hundredths, 4711);
}

Test (money, random_text_is_read_or_refused)
{
    static const char TELLING[] = "0123456789.,- kr";
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = round;
        char text[24] = "";
        size_t size = (size_t) draw_below (&seed, sizeof text);
        for (size_t i = 0; i < size; i++)
            text[i] = TELLING[draw_below (&seed, sizeof TELLING - 1)];
        int64_t ore = 0, plain = 0;
        bool read = money_parse (text, &ore);
        if (money_parse_plain (text, &plain))
            cr_assert (read && plain == ore, "both ways of reading '%s' agree", text);
    }
}

Test (money, the_parts_of_a_prorated_rent_sum_to_the_whole)
{
    for (uint64_t round = 0; round < ROUNDS / 10; round++) {
        uint64_t seed = round;
        int64_t weights[WEIGHTS_MAX], parts[WEIGHTS_MAX], reversed[WEIGHTS_MAX];
        size_t count = 1 + (size_t) draw_below (&seed, WEIGHTS_MAX);
        int64_t weight_sum = 0;
        for (size_t i = 0; i < count; i++) {
            weights[i] = draw_below (&seed, round % 2 ? 4 : INT64_MAX / WEIGHTS_MAX);
            weight_sum += weights[i];
        }
        int64_t total = draw_amount (&seed);
        bool shared = money_split (total, weights, count, parts);
        cr_assert_eq (shared, weight_sum > 0);
        if (!shared)
            continue;
        int64_t sum = 0;
        for (size_t i = 0; i < count; i++) {
            int64_t share = 0;
            sum += parts[i];
            cr_assert (money_share (total, weights[i], weight_sum, &share));
            cr_assert (share - parts[i] >= -1 && share - parts[i] <= 1, "each part is its share within one øre");
            cr_assert (weights[i] != 0 || parts[i] == 0);
        }
        cr_assert_eq (sum, total, "seed %zu", (size_t) round);
        if (total == INT64_MIN)
            continue;
        cr_assert (money_split (-total, weights, count, reversed));
        for (size_t i = 0; i < count; i++)
            cr_assert_eq (reversed[i], -parts[i]);
    }
}

Test (money, the_ore_left_over_goes_to_the_largest_remainder_and_then_to_the_first)
{
    int64_t parts[3];
    cr_assert (money_split (100, (const int64_t[]){ 1, 1, 1 }, 3, parts));
    cr_assert_arr_eq (parts, ((const int64_t[]){ 34, 33, 33 }), sizeof parts);
    cr_assert (money_split (100, (const int64_t[]){ 10, 17, 3 }, 3, parts)); /* 33,33 56,67 10,00 */
    cr_assert_arr_eq (parts, ((const int64_t[]){ 33, 57, 10 }), sizeof parts);
}

Test (money, what_cannot_be_shared_out_is_refused)
{
    int64_t parts[2] = { 7, 7 };
    cr_assert_not (money_split (100, NULL, 0, parts));
    cr_assert_not (money_split (100, (const int64_t[]){ 0, 0 }, 2, parts));
    cr_assert_not (money_split (100, (const int64_t[]){ 2, -1 }, 2, parts));
    cr_assert_not (money_split (100, (const int64_t[]){ INT64_MAX, 1 }, 2, parts));
    cr_assert_eq (parts[0], 7);
    cr_assert_eq (parts[1], 7);
}

Test (money, half_an_ore_goes_up_by_size)
{
    int64_t share = 0;
    cr_assert (money_share (1, 1, 2, &share) && share == 1);
    cr_assert (money_share (-1, 1, 2, &share) && share == -1);
    cr_assert (money_share (149, 1, 100, &share) && share == 1);
    cr_assert (money_share (150, 1, 100, &share) && share == 2);
    cr_assert (money_share (1, 1, 3, &share) && share == 0);
    cr_assert (money_share (INT64_MIN, INT64_MIN + 1, INT64_MAX, &share) == false);
    cr_assert (money_share (INT64_MAX, INT64_MAX, INT64_MAX, &share) && share == INT64_MAX);
    cr_assert (money_share (INT64_MIN, 1, 1, &share) && share == INT64_MIN);
    cr_assert_not (money_share (1, 1, 0, &share));
}

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
    cr_assert_eq (rules_count (rules), 120);
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
