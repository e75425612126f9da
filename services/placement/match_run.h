/*
 * From the snapshot of a run to its world, and to the best plan: what the run and the question why share.
 */
#ifndef FYR_PLACEMENT_MATCH_RUN_H
#define FYR_PLACEMENT_MATCH_RUN_H

#include "base/arena.h"
#include "placement/match/whole.h"
#include "placement/match_world.h"
#include "placement/placement.h"

#include "fyrtaarn/placement/v1/snapshot.pb-c.h"

/* What is in force, and nobody yet. Snapshots live as long as the step. */
void snapshot_begin (txn_t *txn, Placement__Snapshot *ret_snapshot);

/* Appends those who wait, in the order they came, and what is open, the oldest first: behind `after`, and of `most`
 * looked at. `with_full`: also positions without an unclaimed opening, which no run looks at but whoever asks why does.
 * They give the last one looked at, 0 when there is none behind it. */
uint64_t snapshot_candidates (txn_t *txn, uint64_t after, size_t most, Placement__Snapshot *snapshot);
uint64_t snapshot_positions (txn_t *txn, uint64_t after, size_t most, bool with_full, Placement__Snapshot *snapshot);

/* The next part of the run's snapshot is appended and kept; once there is no more, the worker gets them all. */
status_t run_take_part (txn_t *txn, uint64_t run, Placement__Snapshot *snapshot, fault_t *reterr);

/* Borrows the snapshot, and puts its lists in the order of the tie rule. PLACEMENT_RUN_MEMORY */
status_t world_of_snapshot (Placement__Snapshot *snapshot, arena_t *arena, world_t *ret_world, fault_t *reterr);
/* The same, and what is left out pair by pair: see match_world.h. */
status_t world_with_pairs (Placement__Snapshot *snapshot, arena_t *arena, world_t *ret_world, fault_t *reterr);

/* The best plan, settled; yours. `job` NULL: nobody waits for progress. PLACEMENT_RUN_MEMORY */
status_t world_match (const world_t *world, job_t *job, arena_t *arena, matching_t **ret_matching, whole_t *ret_whole,
                      fault_t *reterr);

/* Where the candidate goes, by a lock or by the plan; n_positions or more: nowhere. */
size_t world_place (const world_t *world, const matching_t *matching, size_t candidate);

#endif
