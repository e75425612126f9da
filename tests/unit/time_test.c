/* Days, months, instants and the clocks of Copenhagen, held against a calendar that counts one day at a time. */
#include "base/time.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { MINUTE = 60000, HOUR = 60 * MINUTE };

static int length_of_month (int year, int month)
{
    if (month == 2)
        return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void next_day (civil_t *civil)
{
    if (civil->day++ < length_of_month (civil->year, civil->month))
        return;
    civil->day = 1;
    if (civil->month++ < 12)
        return;
    civil->month = 1;
    civil->year++;
}

static int64_t instant_of (const char *text)
{
    int64_t instant = 0;
    cr_assert (instant_parse (text, &instant), "%s", text);
    return instant;
}

static void expect_instant (int64_t instant, const char *expected)
{
    char text[ISO_INSTANT_SIZE];
    cr_assert_str_eq (instant_text (instant, text), expected);
}

Test (time, every_day_from_1900_to_2999_agrees_with_counting_one_by_one)
{
    civil_t civil = { 1900, 1, 1 };
    int weekday = 1; /* 1900-01-01 was a Monday */
    int32_t day = -25567;
    for (; civil.year < 3000; next_day (&civil), day++, weekday = weekday % 7 + 1) {
        char expected[64], text[ISO_DAY_SIZE];
        int32_t parsed = 0;
        civil_t found = day_to_civil (day);
        snprintf (expected, sizeof expected, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
        cr_assert (found.year == civil.year && found.month == civil.month && found.day == civil.day, "%s", expected);
        cr_assert_eq (day_from_civil (civil), day, "%s", expected);
        cr_assert_eq (day_weekday (day), weekday, "%s", expected);
        cr_assert_eq (month_of_day (day), 12 * civil.year + civil.month - 1, "%s", expected);
        cr_assert_str_eq (day_text (day, text), expected);
        cr_assert (day_parse (text, &parsed) && parsed == day, "%s", expected);
        cr_assert (day_in_range (day));
    }
    cr_assert_eq (day, day_from_civil ((civil_t){ 3000, 1, 1 }));
    cr_assert_not (day_in_range (day));
    cr_assert_not (day_in_range (-25568));
}

Test (time, every_month_begins_the_day_after_the_last_one_ended)
{
    for (int32_t month = 12 * 1900; month < 12 * 3000; month++) {
        char text[ISO_MONTH_SIZE];
        int32_t parsed = 0;
        civil_t first = day_to_civil (month_first_day (month));
        cr_assert (first.day == 1 && first.year == month / 12 && first.month == month % 12 + 1);
        cr_assert_eq (month_last_day (month) - month_first_day (month) + 1, length_of_month (first.year, first.month));
        cr_assert_eq (month_first_day (month + 1), month_last_day (month) + 1);
        cr_assert (month_parse (month_text (month, text), &parsed) && parsed == month, "%s", text);
    }
}

Test (time, adding_months_keeps_the_day_or_takes_the_last_one)
{
    for (int32_t day = day_from_civil ((civil_t){ 1999, 1, 1 }); day < 12000; day++)
        for (int months = -30; months <= 30; months++) {
            civil_t from = day_to_civil (day);
            civil_t to = day_to_civil (day_add_months (day, months));
            int length = length_of_month (to.year, to.month);
            cr_assert_eq (12 * to.year + to.month, 12 * from.year + from.month + months);
            cr_assert_eq (to.day, from.day < length ? from.day : length);
        }
}

Test (time, the_clocks_change_on_the_last_sundays_at_one_utc)
{
    for (int year = 1981; year <= 2999; year++)
        for (int month = 3; month <= 10; month += 7) {
            int32_t sunday = day_from_civil ((civil_t){ year, month, 31 });
            while (day_weekday (sunday) != 7)
                sunday--;
            int64_t change = (int64_t) sunday * MS_PER_DAY + HOUR;
            int before = month == 3 ? 60 : 120;
            cr_assert_eq (copenhagen_offset_minutes (change - 1), before, "%d-%d", year, month);
            cr_assert_eq (copenhagen_offset_minutes (change), 180 - before, "%d-%d", year, month);
        }
}

Test (time, known_changes_of_the_clock)
{
    cr_assert_eq (copenhagen_offset_minutes (instant_of ("2026-03-29T00:59:59.999Z")), 60);
    cr_assert_eq (copenhagen_offset_minutes (instant_of ("2026-03-29T01:00Z")), 120);
    cr_assert_eq (copenhagen_offset_minutes (instant_of ("2026-10-25T00:59:59.999Z")), 120);
    cr_assert_eq (copenhagen_offset_minutes (instant_of ("2026-10-25T01:00Z")), 60);
    cr_assert_eq (copenhagen_offset_minutes (instant_of ("2024-03-31T01:00Z")), 120); /* the Sunday is the 31st */
}

Test (time, an_hour_that_does_not_exist_moves_forward)
{
    int32_t day = day_from_civil ((civil_t){ 2026, 3, 29 });
    expect_instant (copenhagen_instant (day, 119), "2026-03-29T00:59:00Z");
    expect_instant (copenhagen_instant (day, 120), "2026-03-29T01:00:00Z");
    cr_assert_eq (copenhagen_minute (copenhagen_instant (day, 150)), 210);
    expect_instant (copenhagen_instant (day, 180), "2026-03-29T01:00:00Z");
}

Test (time, of_an_hour_that_exists_twice_the_first_is_meant)
{
    int32_t day = day_from_civil ((civil_t){ 2026, 10, 25 });
    expect_instant (copenhagen_instant (day, 119), "2026-10-24T23:59:00Z");
    expect_instant (copenhagen_instant (day, 150), "2026-10-25T00:30:00Z");
    expect_instant (copenhagen_instant (day, 180), "2026-10-25T02:00:00Z");
}

Test (time, local_time_leads_back_to_its_instant)
{
    int repeated = 0;
    for (int64_t instant = instant_of ("2023-12-01T00:00Z"); instant < instant_of ("2027-02-01T00:00Z");
         instant += 10 * MINUTE) {
        int64_t back = copenhagen_instant (copenhagen_day (instant), copenhagen_minute (instant));
        cr_assert (back == instant || back == instant - HOUR);
        repeated += back != instant;
    }
    cr_assert_eq (repeated, 3 * 6, "the second hour of each of three autumns, in steps of ten minutes");
}

Test (time, the_civil_day_begins_at_midnight_in_copenhagen)
{
    int32_t winter = day_from_civil ((civil_t){ 2026, 1, 15 });
    int32_t summer = day_from_civil ((civil_t){ 2026, 7, 15 });
    cr_assert_eq (copenhagen_day (instant_of ("2026-01-14T22:59:59Z")), winter - 1);
    cr_assert_eq (copenhagen_day (instant_of ("2026-01-14T23:00Z")), winter);
    cr_assert_eq (copenhagen_day (instant_of ("2026-07-14T21:59:59Z")), summer - 1);
    cr_assert_eq (copenhagen_day (instant_of ("2026-07-14T22:00Z")), summer);
    cr_assert_eq (copenhagen_minute (instant_of ("1969-12-31T23:30Z")), 30);
    cr_assert_eq (copenhagen_day (instant_of ("1969-12-31T22:30Z")), -1);
}

Test (time, an_instant_leads_through_text_to_itself)
{
    for (int64_t instant = instant_of ("1900-01-01T00:00Z"); instant < instant_of ("2999-12-31T00:00Z");
         instant += INT64_C (91234567891)) {
        char text[ISO_INSTANT_SIZE];
        cr_assert_eq (instant_of (instant_text (instant, text)), instant, "%s", text);
    }
}

Test (time, an_instant_is_written_with_milliseconds_only_when_it_has_some)
{
    expect_instant (0, "1970-01-01T00:00:00Z");
    expect_instant (-1, "1969-12-31T23:59:59.999Z");
    expect_instant (instant_of ("2026-03-02T09:00:00.250Z"), "2026-03-02T09:00:00.250Z");
    expect_instant (INT64_MIN, "0001-01-01T16:47:04.192Z"); /* the nearest day, and never more than fits */
    expect_instant (INT64_MAX, "9999-12-31T07:12:55.807Z");
}

Test (time, an_offset_names_the_same_instant)
{
    int64_t nine = instant_of ("2026-03-02T09:00:00Z");
    static const char *const SAME[] = { "2026-03-02T09:00Z", "2026-03-02T10:00+01:00", "2026-03-02T11:00:00.0+02:00",
                                        "2026-03-02T05:30:00-03:30" };
    for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++)
        cr_assert_eq (instant_of (SAME[i]), nine, "%s", SAME[i]);
}

Test (time, what_is_not_strictly_iso_is_refused_and_nothing_is_written)
{
    static const char *const BAD[] = {
        "",
        "2026",
        "2026-3-02",
        "2026-03-2",
        "2026-03-02 ",
        " 2026-03-02",
        "2026-02-29",
        "2100-02-29",
        "2026-00-10",
        "2026-13-01",
        "2026-01-00",
        "2026-01-32",
        "1899-12-31",
        "3000-01-01",
        "2026/03/02",
        "20260302",
        "+026-03-02",
        "2026-03-02T09",
        "2026-03-02T09:00",
        "2026-03-02T09:00:00",
        "2026-03-02 09:00:00Z",
        "2026-03-02T24:00Z",
        "2026-03-02T09:60Z",
        "2026-03-02T09:00:60Z",
        "2026-03-02T09:00:00.Z",
        "2026-03-02T09:00:00.1234Z",
        "2026-03-02T09:00z",
        "2026-03-02T09:00+1:00",
        "2026-03-02T09:00+0100",
        "2026-03-02T09:00+15:00",
        "2026-03-02T09:00ZZ",
        "1900-01-01T00:00+01:00",
        "2026-03-02T-9:00Z",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        int32_t day = 7, month = 7;
        int64_t instant = 7;
        cr_assert_not (day_parse (BAD[i], &day), "%s", BAD[i]);
        cr_assert_not (month_parse (BAD[i], &month), "%s", BAD[i]);
        cr_assert_not (instant_parse (BAD[i], &instant), "%s", BAD[i]);
        cr_assert (day == 7 && month == 7 && instant == 7);
    }
}

Test (time, a_day_outside_four_digits_of_year_is_written_as_the_nearest_one)
{
    char day[ISO_DAY_SIZE], month[ISO_MONTH_SIZE];
    cr_assert_str_eq (day_text (INT32_MAX, day), "9999-12-31");
    cr_assert_str_eq (day_text (INT32_MIN, day), "0001-01-01");
    cr_assert_str_eq (month_text (INT32_MAX, month), "9999-12");
    cr_assert_str_eq (month_text (-5, month), "0001-01");
}
