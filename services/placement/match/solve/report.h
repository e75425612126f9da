/* What fyr-match shows beside the best plan, on the standard output. False: no memory. */
#ifndef FYR_PLACEMENT_MATCH_SOLVE_REPORT_H
#define FYR_PLACEMENT_MATCH_SOLVE_REPORT_H

#include "base/arena.h"
#include "placement/match/matching.h"

/* P7: the pairs that would rather have each other, and the stable plan. */
bool report_stable (const matching_t *matching);

typedef struct {
    bool *in_group; /* of every citizen: among the tenth that is hardest to place */
    uint32_t least; /* the floor */
} group_t;

/* P6: how many of that tenth are placed; with a percentage, what a floor would cost, and the matching is then that
 * plan. -1: no floor. */
bool report_group (matching_t *matching, int floor_percent, arena_t *memory, group_t *ret_group);

#endif
