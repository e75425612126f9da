/*
 * P5: what is kept of a run, as bytes: enough to prove its plans without this program and to repeat it to the byte
 * without anything else. Numbers are rows of the instance; nobody's is in it.
 *
 *     instance, plan, certificate               as fyr-match-check reads them, of the best plan
 *     floor plan, floor certificate             of the plan with the floor; empty where none is set
 *     hours, jobs, bound                        as fyr-match-check-several reads them; empty where citizens had one
 *                                               place each
 *     locks, chosen    u32 count; then u32 row, u32 position each: the pairs that people had locked and the run kept;
 * and what the run proposed, the longest wait first
 */
#ifndef FYR_PLACEMENT_MATCH_RECORD_H
#define FYR_PLACEMENT_MATCH_RECORD_H

#include "base/bytes.h"
#include "placement/match/several.h"
#include "placement/match_beside.h"

typedef enum {
    RECORD_INSTANCE,
    RECORD_PLAN,
    RECORD_CERTIFICATE,
    RECORD_LOCKS,
    RECORD_CHOSEN,
    RECORD_FLOOR_PLAN,
    RECORD_FLOOR_CERTIFICATE,
    RECORD_HOURS,
    RECORD_JOBS,
    RECORD_BOUND,
    RECORD_FILES
} record_file_t;

typedef struct {
    uint32_t row, position;
} record_pair_t;

typedef struct {
    buffer_t files[RECORD_FILES];
    beside_t beside;
    figures_t with_floor;     /* where a floor is set */
    several_totals_t several; /* where there may be several jobs */
    const record_pair_t *chosen;
    uint32_t n_chosen;
} record_t;

/* Buffers are set up empty. */
void record_init (record_t *self);
void record_clear (record_t *self);

/* `locks` ascend by row. `hours` NULL: one place each. `matching` is solved and settled, and afterwards shows the plan
 * of one place each that the run proposes, or starts from. False: no memory, or broken off. */
bool record_make (matching_t *matching, const record_pair_t *locks, uint32_t n_locks, uint32_t group_percent,
                  uint32_t floor_percent, const hours_t *hours, arena_t *arena, record_t *ret_record);

/* Makes it again from the instance, the locks and the hours of `kept` alone. `goes_on` (may be
 * NULL) says false when nobody waits for it any more. STATUS_DATA_LOSS: they cannot be read; STATUS_RESOURCE_EXHAUSTED,
 * also when it was broken off. */
status_t record_repeat (const bytes_t kept[RECORD_FILES], uint32_t group_percent, uint32_t floor_percent,
                        bool (*goes_on) (void *context), void *context, arena_t *arena, record_t *ret_record,
                        fault_t *reterr);

/* The first file that differs, and where; RECORD_FILES: none does. */
record_file_t record_compare (const bytes_t kept[RECORD_FILES], const record_t *again, size_t *ret_at);

/* STATUS_DATA_LOSS: it cannot be read. */
status_t record_instance (bytes_t kept, instance_t **ret_instance, fault_t *reterr);

/* The places that a kept plan gives so many citizens. False: it is no such plan. */
bool record_places (bytes_t plan, uint32_t citizens, uint32_t *ret_place);

#endif
