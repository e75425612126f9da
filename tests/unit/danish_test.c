/* CPR and CVR numbers, districts, holidays and money. The rules of law are in danish_rules_test.c. */
#include "base/csv.h"
#include "base/own.h"
#include "danish/cpr.h"
#include "danish/cvr.h"
#include "danish/district.h"
#include "danish/holidays.h"
#include "danish/money.h"
#include "unit/danish_kit.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 20000 };

/* Amounts of every size, both signs: most interesting ones are not near the middle of int64. */
static int64_t draw_amount (uint64_t *seed)
{
    uint64_t bits = draw (seed) >> draw_below (seed, 64);
    int64_t amount;
    memcpy (&amount, &bits, sizeof amount);
    return draw_below (seed, 2) == 0 && amount != INT64_MIN ? -amount : amount;
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
        computed += day_is_public_holiday (day) + (closing_day_name (day) != NULL);
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
    cr_assert_eq (add_working_days (wednesday, 1), day_of ("2026-04-07"));
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
