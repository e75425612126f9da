/* P4: who has a place instead of somebody who fits there too, and by what right. */
#ifndef FYR_PLACEMENT_MATCH_HOLDERS_H
#define FYR_PLACEMENT_MATCH_HOLDERS_H

#include "placement/match_why.h"
#include "placement/placement.h"

/* Those to whom the plan or a lock gives the position, those with an undecided match there, and those at work. */
void holders_fill (txn_t *txn, const world_t *world, const proposed_t *proposed, size_t candidate,
                   const nearest_t *nearest, Placement__Nearest *entry);

#endif
