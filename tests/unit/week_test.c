/* Hours of a week, against a list of 168 of them. */
#include "base/week.h"
#include "harness/chance.h"

#include <criterion/criterion.h>

enum { ROUNDS = 2000, HOURS = WEEK_DAYS * DAY_HOURS };

static int below (uint64_t *seed, int n)
{
    return (int) (draw (seed) % (uint64_t) n);
}

Test (week, is_the_hours_that_were_added_and_gives_them_back_as_the_longest_spans)
{
    uint64_t seed = 7;
    for (int round = 0; round < ROUNDS; round++) {
        bool listed[HOURS] = { false };
        week_t week = { { 0 } };
        for (int n = 0; n < 12; n++) {
            int day = below (&seed, 9), from = below (&seed, 26) - 1;
            week_span_t span = { day, from, from + below (&seed, 6) - 1 };
            bool good = span.day >= 1 && span.day <= 7 && span.from_hour >= 0 && span.until_hour <= 24 &&
                        span.from_hour < span.until_hour;
            for (int h = span.from_hour; good && h < span.until_hour; h++)
                good = !listed[(span.day - 1) * DAY_HOURS + h];
            cr_assert_eq (week_add (&week, span), good);
            for (int h = span.from_hour; good && h < span.until_hour; h++)
                listed[(span.day - 1) * DAY_HOURS + h] = true;
        }
        int count = 0, told = 0, last_day = 0, last_until = 0;
        for (int h = 0; h < HOURS; h++)
            count += listed[h];
        cr_assert_eq (week_hours (&week), count);
        for (week_span_t span = { 0 }; week_next (&week, &span); told += span.until_hour - span.from_hour) {
            cr_assert (span.day > last_day || span.from_hour > last_until, "spans that touch are one");
            for (int h = span.from_hour; h < span.until_hour; h++)
                cr_assert (listed[(span.day - 1) * DAY_HOURS + h]);
            last_day = span.day;
            last_until = span.until_hour;
        }
        cr_assert_eq (told, count);
    }
}
