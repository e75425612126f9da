/*
 * P6: a floor under the number placed of a group, and what it costs.
 *
 * The group is the operator's: those hardest to place, those who have waited longest. The rule stands in the objective:
 * first the most people, then at least so many of the group, then the highest score; level by level, so a floor never
 * costs people. Where not even that many of the group can be placed together with the most people, as many as can be
 * are.
 *
 * The proof is that of matching.h with one number more, `worth`: what it is worth in points to place one of the group
 * rather than somebody else. A pair of theirs is worth so much more, and where prices are kept theirs is so much less:
 * it may go down to -worth, and that is the price of who of them is unplaced. Of plans with the most people and as many
 * of the group, none then has a higher score. As a file, little endian:
 *
 *     certificate  8 bytes "FYRCERT2"; u32 citizens, positions; u32 floor, missed, person, worth; then two proofs, or
 *                  three where `missed` is 1, of u32 price[citizens], price[positions] each: for a pair worth 1; for
 *                  one of the group worth 1 and others nothing; and for pairs worth person + score, of the group worth
 *                  more. u8 in_group[citizens].
 */
#ifndef FYR_PLACEMENT_MATCH_FLOOR_H
#define FYR_PLACEMENT_MATCH_FLOOR_H

#include "base/bytes.h"
#include "placement/match/matching.h"

/* With it, twice a price still fits in 31 bits. An exchange that costs more points is not made. */
enum { FLOOR_WORTH_MOST = 40000000 };

typedef struct {
    uint32_t group;         /* how many belong to it and are eligible somewhere */
    uint32_t placed_before; /* of the group, in the plan without the floor */
    uint32_t placed;        /* with it */
    totals_t before, with;  /* of everybody; placed is the same */
    int32_t worth;          /* of the last one, in points: the dearest exchange that was needed */
} floor_t;

/* From a matching that is solved and settled, which then shows the plan with the floor and can be settled again: by the
 * same rule, among the best plans with the floor. It is not for changes any more. False: no memory. */
bool matching_floor (matching_t *self, const bool *in_group, uint32_t least, floor_t *ret_floor);

/* Appends the proof of that plan, with the same group and floor. False: no memory. */
bool floor_certificate_write (const matching_t *self, const bool *in_group, uint32_t least, buffer_t *out);

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
