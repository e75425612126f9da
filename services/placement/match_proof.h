/* P5: the record of a run as it stands in the store. */
#ifndef FYR_PLACEMENT_MATCH_PROOF_H
#define FYR_PLACEMENT_MATCH_PROOF_H

#include "placement/match_record.h"
#include "placement/placement.h"

typedef struct {
    bytes_t files[RECORD_FILES];
    uint32_t group_percent, floor_percent, candidates, positions;
} kept_t;

/* Lives as long as the step. PLACEMENT_RUN_UNKNOWN: also of one that has not ended with a result. */
status_t kept_read (txn_t *txn, uint64_t run, kept_t *ret_kept, fault_t *reterr);

#endif
