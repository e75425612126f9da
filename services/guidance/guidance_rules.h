/*
 * The arithmetic of a calendar and the life of a session: no store, no bus, no protobuf, no clock.
 *
 * A span is a stretch of real time, its end not included. Hours are what the clock on the wall shows; they become spans
 * on a given day, so that a night when the clock is changed is as long as it really is.
 */
#ifndef FYR_GUIDANCE_RULES_H
#define FYR_GUIDANCE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MINUTE_MS = 60000, MINUTES_OF_DAY = 1440 };

typedef struct {
    int from_minute; /* since midnight in Copenhagen */
    int to_minute;   /* not included; at most MINUTES_OF_DAY */
} hours_t;

typedef struct {
    int64_t starts_at;
    int64_t ends_at;
} span_t;

/* Each is within the day and longer than nothing, and no two of them overlap or touch (what touches is one). Any order.
 */
bool hours_well_formed (const hours_t *list, size_t count);

span_t span_of_hours (int32_t day, hours_t hours);
bool span_within (span_t inner, const span_t *list, size_t count); /* wholly in one of the list */

/*
 * Where a session of this length can begin: back to back in what `work` leaves when `busy` is taken away.
 * Both lists rise and no two of a list overlap. Writes at most `max` instants, rising, and gives their number.
 */
size_t free_slots (const span_t *work, size_t n_work, const span_t *busy, size_t n_busy, int64_t length, int64_t *out,
                   size_t max);

/* Same numbers as fyrtaarn.guidance.v1.SessionState. */
typedef enum {
    SESSION_REQUESTED = 1,
    SESSION_BOOKED = 2,
    SESSION_REFUSED = 3,
    SESSION_CANCELLED = 4,
    SESSION_HELD = 5
} session_state_t;

/*
 *                ┌─► REFUSED
 *     REQUESTED ─┼─► CANCELLED ◄─┐
 *                └─► BOOKED ─────┴─► HELD        (begins BOOKED when no room is needed)
 */
bool session_may_become (session_state_t from, session_state_t to);

#endif
