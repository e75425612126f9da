/*
 * P6, P7: beside the best plan of a run: how many of those hardest to place it places, what a floor for them costs, and
 * what the stable plan gives and gives up.
 */
#ifndef FYR_PLACEMENT_MATCH_BESIDE_H
#define FYR_PLACEMENT_MATCH_BESIDE_H

#include "base/arena.h"
#include "placement/match/matching.h"

typedef struct {
    totals_t totals;
    uint32_t group_placed;
    uint64_t blocking; /* pairs that would rather have each other */
} figures_t;

typedef struct {
    bool *in_group;
    uint32_t group; /* how many */
    figures_t best, stable;
} beside_t;

/* `matching` is solved and settled. False: no memory. */
bool beside_best (const matching_t *matching, uint32_t group_percent, arena_t *arena, beside_t *ret_beside);

/* The plan becomes the one with the floor; it is not for changes any more. False: no memory. */
bool beside_floor (matching_t *matching, const beside_t *beside, uint32_t floor_percent, arena_t *arena,
                   figures_t *ret_figures);

#endif
