/* Hours of a week as a set: by the clock on the wall, and in every week the same. */
#ifndef FYR_BASE_WEEK_H
#define FYR_BASE_WEEK_H

#include <stdbool.h>
#include <stdint.h>

enum { WEEK_DAYS = 7, DAY_HOURS = 24 };

/* Bit h of a day, Monday first, is the hour from h to h + 1 o'clock. All zero: no hour. */
typedef struct {
    uint32_t hours[WEEK_DAYS];
} week_t;

typedef struct {
    int day; /* 1 Monday to 7 Sunday */
    int from_hour, until_hour;
} week_span_t;

/* False, and nothing is added, when it is no span of one day or an hour of it stands there already. */
bool week_add (week_t *week, week_span_t span);

bool week_is_empty (const week_t *week);
int week_hours (const week_t *week);
week_t week_without (const week_t *week, const week_t *other);
week_t week_with (const week_t *week, const week_t *other);
week_t week_common (const week_t *week, const week_t *other);

/* The longest spans, in the order of the week: a zero span before the first. False when there is no more. */
bool week_next (const week_t *week, week_span_t *span);

#endif
