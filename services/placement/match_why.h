/*
 * P3, P4: why somebody has no place in the best plan, and what would give them one. Every answer comes of asking the
 * match: the change is made, the plan is the best again, and it is seen whether they are placed. So it is true, also
 * where it surprises: one more opening may go to somebody else.
 */
#ifndef FYR_PLACEMENT_MATCH_WHY_H
#define FYR_PLACEMENT_MATCH_WHY_H

#include "placement/match_world.h"

enum { NEAREST_MAX = 5, CHANGES_MAX = 6 };

/* A position where the candidate could go, and what the plan would lose if they did. */
typedef struct {
    size_t position; /* in the world */
    int score;
    uint32_t people; /* fewer placed; mostly 0 */
    int64_t points;  /* lower total, of as many people; 0: others with as much have waited longer */
} nearest_t;

typedef enum {
    CHANGE_HOURS,
    CHANGE_ABILITY,
    CHANGE_CONDITION,
    CHANGE_OPENING,
    CHANGE_TIMES,
    CHANGE_TRAVEL
} change_kind_t;

/* The smallest change of its kind that alone gives the candidate a place. */
typedef struct {
    change_kind_t kind;
    size_t position;  /* where the condition or the opening is; else where they would be placed */
    const char *word; /* the dimension or condition, borrowed from the world; "" otherwise */
    int from, to;     /* minutes a week, level, openings, hours more, minutes of travel; 0 for a condition */
    week_t times;     /* which hours more */
} change_t;

/* `matching` is solved and settled for this world, and the candidate has no place in it. Afterwards it is again. The
 * nearest come first. False: no memory, and the matching is of no further use. */
bool why_nearest (const world_t *world, matching_t *matching, size_t candidate, nearest_t ret[NEAREST_MAX],
                  size_t *ret_count);
bool why_changes (const world_t *world, matching_t *matching, size_t candidate, change_t ret[CHANGES_MAX],
                  size_t *ret_count);

/* The two sides of a change, for whoever wants to see it carried out. */
void change_candidate (const change_t *change, match_candidate_t *candidate); /* hours, ability, times, travel */
void change_position (const change_t *change, match_position_t *position);    /* condition, opening */

#endif
