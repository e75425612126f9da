/*
 * P7: the other idea of a good plan. A plan is stable when no citizen and position would both rather have each other
 * than what they have: then nobody can come and say "they would have taken me". The best plan places more people at a
 * higher score and may have such pairs; the stable one has none and gives up the difference. Both can be shown beside
 * each other.
 *
 * A citizen prefers by `liking`, then by score, then the lower position; a position by score, then who has waited
 * longer (the lower citizen). `liking` has a value for each pair in the order of instance->of_citizen.pool, and NULL
 * means the score. Everybody rather has a place than none, and a position rather anybody eligible than an empty
 * opening. Of all stable plans the one that citizens prefer, each of them, is the one that comes of their asking first.
 *
 * For an instance as it was read or built; no change may have been made to it.
 */
#ifndef FYR_PLACEMENT_MATCH_STABLE_H
#define FYR_PLACEMENT_MATCH_STABLE_H

#include "placement/match/matching.h"

/* Gives the place of every citizen, or MATCH_NOWHERE. False: no memory. */
bool stable_plan (const instance_t *instance, const uint16_t *liking, uint32_t *ret_place);

/* A citizen and a position that would rather have each other, and what they have instead. */
typedef struct {
    uint32_t citizen, position, score; /* theirs */
    uint32_t place, place_score;       /* the citizen's now; MATCH_NOWHERE and 0: none */
    uint32_t holder, holder_score; /* whom the position wants least of its own; MATCH_NOWHERE and 0: empty opening */
} blocking_t;

/* How many such pairs any plan has, and the first `most` of them: those of who has waited longest. False: no memory. */
bool blocking_pairs (const instance_t *instance, const uint16_t *liking, const uint32_t *place, blocking_t *ret_pairs,
                     uint32_t most, uint64_t *ret_count);

totals_t plan_totals (const instance_t *instance, const uint32_t *place);

#endif
