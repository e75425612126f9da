/* P5: the record of a run as it stands in the store. */
#ifndef FYR_PLACEMENT_MATCH_PROOF_H
#define FYR_PLACEMENT_MATCH_PROOF_H

#include "base/arena.h"
#include "placement/match_record.h"
#include "placement/placement.h"

typedef struct {
    bytes_t files[RECORD_FILES];
    uint32_t group_percent, floor_percent, candidates, positions;
} kept_t;

/* Lives as long as the arena: of a large run it is too much for the memory of a step that many share.
 * PLACEMENT_RUN_UNKNOWN: also of one that has not ended with a result. PLACEMENT_RUN_MEMORY. */
status_t kept_read (txn_t *txn, uint64_t run, arena_t *arena, kept_t *ret_kept, fault_t *reterr);

#endif
