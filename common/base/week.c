#include "base/week.h"

static uint32_t bits (int from_hour, int until_hour)
{
    return ((uint32_t) 1 << until_hour) - ((uint32_t) 1 << from_hour);
}

bool week_add (week_t *week, week_span_t span)
{
    if (span.day < 1 || span.day > WEEK_DAYS || span.from_hour < 0 || span.from_hour >= span.until_hour ||
        span.until_hour > DAY_HOURS)
        return false;
    uint32_t *hours = &week->hours[span.day - 1], more = bits (span.from_hour, span.until_hour);
    if (*hours & more)
        return false;
    *hours |= more;
    return true;
}

bool week_is_empty (const week_t *week)
{
    return week_hours (week) == 0;
}

int week_hours (const week_t *week)
{
    int count = 0;
    for (int day = 0; day < WEEK_DAYS; day++)
        count += __builtin_popcount (week->hours[day]);
    return count;
}

week_t week_without (const week_t *week, const week_t *other)
{
    week_t rest;
    for (int day = 0; day < WEEK_DAYS; day++)
        rest.hours[day] = week->hours[day] & ~other->hours[day];
    return rest;
}

week_t week_with (const week_t *week, const week_t *other)
{
    week_t both;
    for (int day = 0; day < WEEK_DAYS; day++)
        both.hours[day] = week->hours[day] | other->hours[day];
    return both;
}

week_t week_common (const week_t *week, const week_t *other)
{
    week_t common;
    for (int day = 0; day < WEEK_DAYS; day++)
        common.hours[day] = week->hours[day] & other->hours[day];
    return common;
}

static bool has (const week_t *week, int day, int hour)
{
    return hour < DAY_HOURS && (week->hours[day - 1] >> hour & 1);
}

bool week_next (const week_t *week, week_span_t *span)
{
    int day = span->day ? span->day : 1, hour = span->until_hour;
    for (; day <= WEEK_DAYS; day++, hour = 0)
        for (; hour < DAY_HOURS; hour++) {
            if (!has (week, day, hour))
                continue;
            *span = (week_span_t){ day, hour, hour + 1 };
            while (has (week, day, span->until_hour))
                span->until_hour++;
            return true;
        }
    return false;
}
