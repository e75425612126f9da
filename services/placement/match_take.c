/*
 * P5: the snapshot of a run, taken in steps.
 *
 *     ProposeMatches ──► a part ──► a part ... ──► the last part ──► all of them to the worker
 *                            1 ms, others get their turn
 *
 * Parts are of different instants. That costs nothing: whatever changed since is found when a pair is proposed, which
 * is also so for what changes while the worker is busy.
 */
#include "base/ensure.h"
#include "placement/match_run.h"
#include "wire/message.h"

/* Of a step, and of a run in all (as in snapshot.proto). */
enum { CANDIDATES_STEP = 500, POSITIONS_STEP = 200, CANDIDATES_MAX = 10000, POSITIONS_MAX = 2500 };

static const uint64_t ALL_TAKEN = INT64_MAX;

typedef struct {
    uint64_t citizen, position; /* the last ones taken; 0: none yet */
    uint64_t candidates, positions;
} taken_t;

static bool read_taken (txn_t *txn, uint64_t run, taken_t *ret_taken)
{
    rows_t *row = txn_row (txn,
                           "SELECT taken_citizen, taken_position, candidates, positions FROM run"
                           " WHERE id = $1 AND ended_at = 0",
                           run);
    if (!row)
        return false;
    *ret_taken = (taken_t){ rows_uint (row, 0), rows_uint (row, 1), rows_uint (row, 2), rows_uint (row, 3) };
    rows_close (row);
    return true;
}

static size_t least (uint64_t a, uint64_t b)
{
    return (size_t) (a < b ? a : b);
}

/* Candidates as far as one step goes, and once there is none left, positions. True when there may be more. */
static bool take (txn_t *txn, taken_t *taken, Placement__Snapshot *snapshot)
{
    size_t room = least (CANDIDATES_STEP, CANDIDATES_MAX - taken->candidates);
    if (taken->citizen != ALL_TAKEN) {
        uint64_t last = snapshot_candidates (txn, taken->citizen, room, snapshot);
        taken->candidates += snapshot->n_candidates;
        taken->citizen = last && taken->candidates < CANDIDATES_MAX ? last : ALL_TAKEN;
        if (taken->citizen != ALL_TAKEN)
            return true;
    }
    room = least (POSITIONS_STEP, POSITIONS_MAX - taken->positions);
    taken->position = snapshot_positions (txn, taken->position, room, false, snapshot);
    taken->positions += snapshot->n_positions;
    return taken->position && taken->positions < POSITIONS_MAX;
}

static void keep_part (txn_t *txn, uint64_t run, const taken_t *taken, bytes_t part)
{
    (void) txn_run (txn,
                    "INSERT INTO run_part (run, part, snapshot)"
                    " SELECT $1, coalesce (max (part), 0) + 1, $2 FROM run_part WHERE run = $1",
                    run, part);
    (void) txn_run (txn,
                    "UPDATE run SET taken_citizen = $2, taken_position = $3, candidates = $4, positions = $5"
                    " WHERE id = $1",
                    run, taken->citizen, taken->position, taken->candidates, taken->positions);
}

static void give_to_worker (txn_t *txn, uint64_t run)
{
    owned_buffer input = BUFFER (RUN_INPUT_MAX);
    rows_t *rows = txn_query (txn, "SELECT snapshot FROM run_part WHERE run = $1 ORDER BY part", run);
    while (rows_next (rows)) {
        bytes_t part = rows_blob (rows, 0);
        buffer_append (&input, part.data, part.size);
    }
    ensure (!input.overflowed); /* the limits of a candidate and a position keep it under */
    (void) txn_run (txn, "DELETE FROM run_part WHERE run = $1", run);
    txn_job (txn, "match", run, buffer_bytes (&input));
}

status_t run_take_part (txn_t *txn, uint64_t run, Placement__Snapshot *snapshot, fault_t *reterr)
{
    (void) reterr;
    taken_t taken;
    owned_buffer part = BUFFER (WIRE_PAGE_MAX);
    if (!read_taken (txn, run, &taken))
        return STATUS_OK; /* stopped by a person */
    bool more = take (txn, &taken, snapshot);
    message_pack (&snapshot->base, &part);
    ensure (!part.overflowed);
    keep_part (txn, run, &taken, buffer_bytes (&part));
    if (more)
        txn_at (txn, txn_now (txn) + 1, "more_to_take", run);
    else
        give_to_worker (txn, run);
    return STATUS_OK;
}

status_t run_more_to_take (txn_t *txn, uint64_t run, fault_t *reterr)
{
    Placement__Snapshot snapshot = PLACEMENT__SNAPSHOT__INIT;
    return run_take_part (txn, run, &snapshot, reterr);
}
