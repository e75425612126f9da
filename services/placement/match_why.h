/*
 * P3, P4: why somebody has no place in the plan that a run proposes, and what would give them one. Every answer comes
 * of asking the match: the change is made, the plan is the best again, with its floor where one is set, and it is seen
 * whether they are placed. So it is true, also where it surprises: one more opening may go to somebody else.
 */
#ifndef FYR_PLACEMENT_MATCH_WHY_H
#define FYR_PLACEMENT_MATCH_WHY_H

#include "base/arena.h"
#include "placement/match_world.h"

enum { NEAREST_MAX = 5, CHANGES_MAX = 8, CHANGE_TRIES_MAX = 25 };

/* A position where the candidate could go, and what the plan would lose if they did: first people, then of those
 * hardest to place what the floor lacks, then points; what stands behind a loss says nothing. All 0: others with as
 * much have waited longer. */
typedef struct {
    size_t position; /* in the world */
    int score;
    bool full; /* no opening is left for a run, so nothing was asked */
    int64_t people, group, points;
} nearest_t;

typedef enum {
    CHANGE_HOURS,
    CHANGE_ABILITY,
    CHANGE_CONDITION,
    CHANGE_OPENING,
    CHANGE_TIMES,
    CHANGE_TRAVEL,
    CHANGE_BAN, /* people take back that the two are forbidden */
    CHANGE_LOCK /* people take a lock back */
} change_kind_t;

/* The smallest change of its kind that alone gives the candidate a place. */
typedef struct {
    change_kind_t kind;
    size_t position;  /* where the condition, the opening, the ban or the lock is; else where they would be placed */
    const char *word; /* the dimension or condition, borrowed from the world; "" otherwise */
    int from, to;     /* minutes a week, level, openings, hours more, minutes of travel; 0 for the others */
    week_t times;     /* which hours more */
    bool certain;     /* CHANGE_TRAVEL: the minutes are no estimate */
    size_t other;     /* whose lock */
} change_t;

/* Who has which place in the plan that a run proposes. All arrays are of every candidate. */
typedef struct {
    uint32_t *place, *without; /* without the floor: the same where there is none; MATCH_NOWHERE */
    bool *in_group;            /* hardest to place */
    uint32_t least;            /* of them that the floor asks for; 0: no floor */
    uint32_t people, group;    /* placed: of all, and of the group no more than asked for */
    uint64_t score;
} proposed_t;

/* `matching` is solved and settled for this world; afterwards it is again, and so is the world. False: no memory, and
 * the matching is of no further use. */
bool why_proposed (const world_t *world, matching_t *matching, arena_t *arena, proposed_t *ret_proposed);

/* Where the candidate goes, by a lock or by the plan; n_positions or more: nowhere. */
size_t why_place (const world_t *world, const proposed_t *proposed, size_t candidate);

/* What the plan would lose if the candidate, who is not locked, had this position instead of what they have. */
bool why_not (const world_t *world, matching_t *matching, const proposed_t *proposed, size_t candidate, size_t position,
              nearest_t *ret);

/* For a candidate who has no place in the proposed plan. The nearest come first; of each kind the smallest change, of
 * which CHANGE_TRIES_MAX are tried. */
bool why_nearest (const world_t *world, matching_t *matching, const proposed_t *proposed, size_t candidate,
                  nearest_t ret[NEAREST_MAX], size_t *ret_count);
bool why_changes (world_t *world, matching_t *matching, arena_t *arena, size_t candidate, change_t ret[CHANGES_MAX],
                  size_t *ret_count);

/* The two sides of a change, and the whole of it, for whoever wants to see it carried out. */
void change_candidate (const change_t *change, match_candidate_t *candidate); /* hours, ability, times, travel */
void change_position (const change_t *change, match_position_t *position);    /* condition, opening, lock */
void change_make (const change_t *change, size_t candidate, world_t *world);

#endif
