/* L7: recurrence by the rules of RFC 5545, with exceptions. */
#include "unit/lease_kit.h"

#include "lease/recurrence.h"

static int64_t at (const char *text)
{
    int64_t instant;
    cr_assert (instant_parse (text, &instant), "%s", text);
    return instant;
}

static const char *expanded (const char *rule, const char *starts_at)
{
    static char text[RECURRENCE_MOST * ISO_DAY_SIZE];
    recurrence_t recurrence;
    fault_t why = { 0 };
    char day[ISO_DAY_SIZE];
    cr_assert_eq (recurrence_expand (rule, at (starts_at), &recurrence, &why), STATUS_OK, "%s: %s", rule, why.message);
    text[0] = '\0';
    for (size_t i = 0; i < recurrence.count; i++)
        snprintf (text + strlen (text), sizeof text - strlen (text), "%s%s", i ? " " : "",
                  day_text (recurrence.days[i], day) + 5);
    return text;
}

Test (recurrence, rules_of_rfc_5545_give_the_days_that_they_say, .description = "L7")
{
    static const char TUESDAY[] = "2026-03-03T09:00:00Z";
    cr_expect_str_eq (expanded ("FREQ=WEEKLY;COUNT=3", TUESDAY), "03-03 03-10 03-17");
    cr_expect_str_eq (expanded ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=4", TUESDAY), "03-03 03-05 03-17 03-19");
    cr_expect_str_eq (expanded ("FREQ=MONTHLY;BYDAY=1TU;COUNT=3", TUESDAY), "03-03 04-07 05-05");
    cr_expect_str_eq (expanded ("FREQ=MONTHLY;BYDAY=-1TU;COUNT=3", "2026-03-31T09:00:00Z"), "03-31 04-28 05-26");
    cr_expect_str_eq (expanded ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", "2026-03-31T09:00:00Z"), "03-31 05-31 07-31");
    cr_expect_str_eq (expanded ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "2026-03-31T09:00:00Z"),
                      "03-31 04-30 05-29");
    cr_expect_str_eq (expanded ("FREQ=DAILY;UNTIL=20260305", TUESDAY), "03-03 03-04 03-05");
    cr_expect_str_eq (expanded ("FREQ=DAILY;UNTIL=20260305T090000Z", TUESDAY), "03-03 03-04 03-05");
    cr_expect_str_eq (expanded ("FREQ=DAILY;UNTIL=20260305T085900Z", TUESDAY), "03-03 03-04");
    cr_expect_str_eq (expanded ("FREQ=YEARLY;COUNT=2", TUESDAY), "03-03 03-03");
}

Test (recurrence, until_is_written_in_utc_also_on_the_other_side_of_summer_time, .description = "L7, L13, CAL-02")
{
    recurrence_t recurrence;
    cr_assert_eq (recurrence_expand ("FREQ=WEEKLY;UNTIL=20260407", at ("2026-03-24T09:00:00Z"), &recurrence, NULL),
                  STATUS_OK);
    cr_expect_str_eq (recurrence.rule, "FREQ=WEEKLY;UNTIL=20260407T080000Z");
    cr_expect_eq (recurrence.count, 3);
}

Test (recurrence, a_rule_that_a_room_has_no_use_for_is_refused, .description = "L7")
{
    static const struct {
        const char *rule, *reason;
    } cases[] = {
        { "", "LEASE_RECURRENCE_UNSUPPORTED" },
        { "every tuesday", "LEASE_RECURRENCE_UNSUPPORTED" },
        { "FREQ=WEEKLY;;COUNT=2", "LEASE_RECURRENCE_UNSUPPORTED" },
        { "FREQ=FORTNIGHTLY;COUNT=2", "LEASE_RECURRENCE_UNREADABLE" },
        { "FREQ=WEEKLY;BYDAY=XX;COUNT=2", "LEASE_RECURRENCE_UNREADABLE" },
        { "FREQ=WEEKLY;COUNT=2;COUNT=3", "LEASE_RECURRENCE_UNREADABLE" },
        { "FREQ=WEEKLY;INTERVAL=0;COUNT=2", "LEASE_RECURRENCE_UNREADABLE" },
        { "FREQ=WEEKLY", "LEASE_RECURRENCE_ENDLESS" },
        { "FREQ=WEEKLY;BYDAY=WE;COUNT=2", "LEASE_RECURRENCE_OFF_START" },
        { "FREQ=DAILY;UNTIL=20260101", "LEASE_RECURRENCE_OFF_START" },
        { "FREQ=DAILY;COUNT=61", "LEASE_RECURRENCE_TOO_LONG" },
        { "FREQ=YEARLY;COUNT=4", "LEASE_RECURRENCE_TOO_LONG" },
        /* libical: never comes back */
        { "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "LEASE_RECURRENCE_UNSUPPORTED" },
        { "FREQ=HOURLY;COUNT=2", "LEASE_RECURRENCE_UNSUPPORTED" },
        /* libical: looks through half a million days */
        { "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "LEASE_RECURRENCE_OFF_START" },
        /* libical: takes no notice of it */
        { "FREQ=WEEKLY;BYDAY=TU;BYSETPOS=3;COUNT=2", "LEASE_RECURRENCE_UNSUPPORTED" },
        /* libical: 1215752191 */
        { "FREQ=WEEKLY;COUNT=99999999999", "LEASE_RECURRENCE_UNREADABLE" },
        { "FREQ=DAILY;BYHOUR=9,10;COUNT=2", "LEASE_RECURRENCE_UNSUPPORTED" },
        { "RSCALE=CHINESE;FREQ=YEARLY;COUNT=2", "LEASE_RECURRENCE_UNSUPPORTED" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        recurrence_t recurrence;
        fault_t why = { 0 };
        cr_expect_eq (recurrence_expand (cases[i].rule, at ("2026-03-03T09:00:00Z"), &recurrence, &why),
                      STATUS_INVALID_ARGUMENT, "%s", cases[i].rule);
        cr_expect_str_eq (why.reason, cases[i].reason, "%s: %s", cases[i].rule, why.message);
    }
}

/* Day by day: in the right week, on one of the weekdays, not after the last day. */
static size_t days_by_hand (int32_t first, unsigned weekdays, int interval, int32_t last, int32_t *out)
{
    size_t count = 0;
    int32_t monday = first - day_weekday (first) + 1;
    for (int32_t day = first; day <= last; day++)
        if ((weekdays & 1u << day_weekday (day)) && (day - monday) / 7 % interval == 0)
            out[count++] = day;
    return count;
}

Test (recurrence, weekly_rules_give_what_counting_days_gives, .description = "L7")
{
    static const char *const NAMES[] = { "", "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
    uint64_t seed = 7;
    for (int round = 0; round < 300; round++) {
        int32_t days[800], first = 20500 + (int32_t) draw (&seed, 2000);
        unsigned weekdays = draw (&seed, 256) | 1u << day_weekday (first);
        int interval = 1 + (int) draw (&seed, 4), minute = (int) draw (&seed, 1440);
        int32_t last = first + (int32_t) draw (&seed, 200);
        civil_t civil = day_to_civil (last);
        char rule[160];
        snprintf (rule, sizeof rule, "FREQ=WEEKLY;INTERVAL=%d;UNTIL=%04d%02d%02d;BYDAY=", interval, civil.year,
                  civil.month, civil.day);
        for (int i = 1, n = 0; i <= 7; i++)
            if (weekdays & 1u << i)
                snprintf (rule + strlen (rule), sizeof rule - strlen (rule), "%s%s", n++ ? "," : "", NAMES[i]);
        size_t count = days_by_hand (first, weekdays, interval, last, days);
        recurrence_t got;
        fault_t why = { 0 };
        status_t status = recurrence_expand (rule, copenhagen_instant (first, minute), &got, &why);
        if (copenhagen_day (copenhagen_instant (first, minute)) != first)
            continue;
        if (count > RECURRENCE_MOST) {
            cr_assert_str_eq (why.reason, "LEASE_RECURRENCE_TOO_LONG", "%s", rule);
            continue;
        }
        cr_assert_eq (status, STATUS_OK, "%s: %s", rule, why.message);
        cr_assert_eq (got.count, count, "%s", rule);
        cr_assert_arr_eq (got.days, days, count * sizeof days[0], "%s", rule);
    }
}

/* --- through the door --- */

#define EVERY_TUESDAY                                                                                                  \
    "{'room': %llu, 'starts_at': '2026-03-17T09:00:00+01:00', 'ends_at': '2026-03-17T10:00:00+01:00',"                 \
    " 'title': 'Netværk', 'rule': 'FREQ=WEEKLY;BYDAY=TU;COUNT=4'%s}"

static json_t *bookings (rig_t *rig)
{
    return ok (rig, "Rooms/ListBookings", "{}");
}

Test (series, occurrences_are_at_the_same_time_by_the_clock_on_the_wall, .description = "L7, CAL-02")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    json_t *reply = ok (rig, "Series/BookSeries", EVERY_TUESDAY, room (rig), "");
    cr_assert_eq (rig_count (reply, "bookings"), 4);
    json_t *list = bookings (rig);
    cr_assert_str_eq (rig_text (rig_item (list, "bookings", 1), "starts_at"), "2026-03-24T08:00:00Z");
    cr_assert_str_eq (rig_text (rig_item (list, "bookings", 2), "starts_at"), "2026-03-31T07:00:00Z", "summer time");
    rig_destroy (&rig);
}

Test (series, all_of_it_or_nothing_unless_one_says_to_leave_out_what_is_taken, .description = "L7")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t where = room (rig);
    ok (rig, "Rooms/BookRoom",
        "{'room': %llu, 'starts_at': '2026-03-24T08:30:00Z', 'ends_at': '2026-03-24T08:45:00Z', 'title': 'Kort'}",
        where);
    refused (rig, "Series/BookSeries", "LEASE_ROOM_TAKEN", EVERY_TUESDAY, where, "");
    cr_assert_eq (rig_count (bookings (rig), "bookings"), 1);
    json_t *reply =
        ok (rig, "Series/BookSeries", EVERY_TUESDAY, where, ", 'skip_taken': true, 'except_days': ['2026-03-31']");
    cr_assert_eq (rig_count (reply, "bookings"), 2);
    cr_assert_eq (rig_count (reply, "left_out"), 1);
    cr_assert_str_eq (rig_text (rig_item (reply, "left_out", 0), "day"), "2026-03-24");
    cr_assert_str_eq (rig_text (rig_item (reply, "left_out", 0), "reason"), "LEASE_ROOM_TAKEN");
    refused (rig, "Series/BookSeries", "LEASE_SERIES_EMPTY", EVERY_TUESDAY, where,
             ", 'skip_taken': true, 'except_days': ['2026-03-31']");
    rig_destroy (&rig);
}

Test (series, released_from_a_day_on_it_keeps_what_was_before, .description = "L7")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t series = id_of (ok (rig, "Series/BookSeries", EVERY_TUESDAY, room (rig), ""), "series");
    json_t *reply = ok (rig, "Series/ReleaseSeries", "{'series': %llu, 'from_day': '2026-03-31'}", series);
    cr_assert_eq (rig_number (reply, "released"), 2);
    cr_assert_eq (rig_count (bookings (rig), "bookings"), 2);
    rig_set_time (rig, "2026-03-18T09:00:00Z");
    cr_assert_eq (rig_number (ok (rig, "Series/ReleaseSeries", "{'series': %llu}", series), "released"), 1,
                  "what was held was held");
    rig_refused (rig, CALLER_GUIDANCE, "lease", "Series/ReleaseSeries", "LEASE_BOOKING_OF_OTHERS", "{'series': %llu}",
                 series);
    refused (rig, "Series/ReleaseSeries", "LEASE_SERIES_UNKNOWN", "{'series': 99}");
    rig_destroy (&rig);
}

Test (series, the_longest_one_fits_in_a_transaction_with_all_its_timers, .description = "L7")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t where = room (rig);
    ok (rig, "Rooms/SetRoomRules", "{'room': %llu, 'no_show_minutes': 15}", where);
    json_t *reply = ok (rig, "Series/BookSeries",
                        "{'room': %llu, 'starts_at': '2026-03-17T08:00:00Z', 'ends_at': '2026-03-17T09:00:00Z',"
                        " 'title': 'Morgenmøde', 'rule': 'FREQ=DAILY;COUNT=60'}",
                        where);
    cr_assert_eq (rig_count (reply, "bookings"), 60);
    cr_assert_eq (
        rig_number (ok (rig, "Series/ReleaseSeries", "{'series': %llu}", id_of (reply, "series")), "released"), 60);
    rig_destroy (&rig);
}
