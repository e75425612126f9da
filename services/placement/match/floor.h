/*
 * P6: a floor under the number placed of a group, and what it costs.
 *
 * The group is the operator's: those hardest to place, those who have waited longest. The rule stands in the objective:
 * first the most people, then at least so many of the group, then the highest score; level by level, so a floor never
 * costs people. Where not even that many of the group can be placed together with the most people, as many as can be
 * are.
 *
 * The proof is that of matching.h with one number more, `worth`: what it is worth in points to place one of the group
 * rather than somebody else, FLOOR_WORTH_MOST at most. Prices of the group may go down to -worth, and who of them is
 * unplaced is at -worth.
 */
#ifndef FYR_PLACEMENT_MATCH_FLOOR_H
#define FYR_PLACEMENT_MATCH_FLOOR_H

#include "placement/match/matching.h"

enum { FLOOR_WORTH_MOST = 40000000 }; /* with it, twice a price still fits in 31 bits */

typedef struct {
    uint32_t group;         /* how many belong to it and are eligible somewhere */
    uint32_t placed_before; /* of the group, in the plan without the floor */
    uint32_t placed;        /* with it */
    totals_t before, with;  /* of everybody; placed is the same */
    int32_t worth;          /* of the last one, in points: the dearest exchange that was needed */
} floor_t;

/* From a solved matching, which then shows the plan with the floor; it is not for changes or settling any more. False:
 * no memory. */
bool matching_floor (matching_t *self, const bool *in_group, uint32_t least, floor_t *ret_floor);

/* The `count` citizens with the fewest pairs among those with any; of equally few the lower number. False: no memory.
 */
bool hardest_to_place (const instance_t *instance, uint32_t count, bool *ret_in_group);

uint32_t eligible_somewhere (const instance_t *instance); /* how many citizens have a pair */

/* `percent` of `count`, rounded up: a group of a small count is not empty, and a floor is not missed by a fraction. */
static inline uint32_t share_of (uint32_t count, uint32_t percent)
{
    return (uint32_t) (((uint64_t) count * percent + 99) / 100);
}

uint32_t group_placed (const matching_t *self, const bool *in_group);

#endif
