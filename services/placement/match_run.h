/*
 * From the snapshot of a run to its world, and to the best plan: what the run and the question why share.
 */
#ifndef FYR_PLACEMENT_MATCH_RUN_H
#define FYR_PLACEMENT_MATCH_RUN_H

#include "base/arena.h"
#include "placement/match_world.h"
#include "placement/placement.h"

#include "fyrtaarn/placement/v1/snapshot.pb-c.h"

/* Everybody who waits and everything that is open, with the weights in force; lives as long as the step. `with_full`:
 * also positions without an unclaimed opening, which no run looks at but whoever asks why does. */
void snapshot_take (txn_t *txn, bool with_full, Placement__Snapshot *ret_snapshot);

/* Borrows the snapshot, and puts its lists in the order of the tie rule. PLACEMENT_RUN_MEMORY */
status_t world_of_snapshot (Placement__Snapshot *snapshot, arena_t *arena, world_t *ret_world, fault_t *reterr);

/* The best plan, settled; yours. `job` NULL: nobody waits for progress. PLACEMENT_RUN_MEMORY */
status_t world_match (const world_t *world, job_t *job, arena_t *arena, matching_t **ret_matching, fault_t *reterr);

/* Where the candidate goes, by a lock or by the plan; n_positions or more: nowhere. */
size_t world_place (const world_t *world, const matching_t *matching, size_t candidate);

#endif
