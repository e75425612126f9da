/*
 * L12, R5: how many different people stand behind a figure, and which months can be shown beside each other. Pure.
 *
 * Lease knows jobs and no citizens. BIF's log says of each job what it is beside the others of the same citizen, and
 * that is enough for a number of people that is never too high.
 */
#ifndef FYR_LEASE_RETURN_RULES_H
#define FYR_LEASE_RETURN_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEOPLE_LEAST = 5 /* behind a figure that is shown (SDC-06), as in the status report */ };

/* Same numbers as placement.JobBeside. */
typedef enum {
    BESIDE_UNKNOWN = 0, /* from before the log said it: nobody counts for it */
    BESIDE_FIRST = 1,   /* the citizen's first there: each of these is another person */
    BESIDE_AGAIN = 2,   /* there was one before, and none on these days: on one day each is another person */
    BESIDE_ALSO = 3,    /* held beside another: the person counts already */
} beside_t;

typedef struct {
    int32_t first_day, last_day; /* INT32_MAX: no end is known */
    beside_t beside;
} held_t;

/* At least so many different people hold those of the jobs on these days. */
size_t people_at_least (const held_t *jobs, const size_t *which, size_t count, int32_t first_day, int32_t last_day);

/* A job that has minutes in a month; `job` counts in the list of jobs. */
typedef struct {
    int32_t month;
    size_t job;
    int64_t minutes;
} worked_t;

/*
 * Which of the months from `from_month` on stay hidden. `worked` is all there ever was up to the last of them, by month
 * and job: so the same month is shown or not whatever period is asked for.
 *
 * A month is shown when PEOPLE_LEAST people stand behind it, and when between it and each one that is shown before it
 * either nobody changed or so many did: no two figures, taken from each other, tell about fewer. `room` is for
 * 2 * count numbers.
 */
void hide_months (const held_t *jobs, const worked_t *worked, size_t count, int32_t from_month, size_t months,
                  bool *ret_hidden, size_t *room);

#endif
