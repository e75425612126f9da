/*
 * P7: of a plan of a run, the pairs that would rather have each other, and what each side would gain. From the record
 * of the run: as things stood then.
 */
#include "base/own.h"
#include "contract/placement.handlers.h"
#include "placement/match/stable.h"
#include "placement/match_proof.h"

static uint64_t candidate_in_row (txn_t *txn, uint64_t run, uint32_t row)
{
    return (uint64_t) only_int (txn_row (txn,
                                         "SELECT pseudonym FROM run_candidate JOIN candidate"
                                         " ON candidate.citizen = run_candidate.citizen WHERE run = $1 AND row = $2",
                                         run, row));
}

static uint64_t position_in_row (txn_t *txn, uint64_t run, uint32_t row)
{
    return (uint64_t) only_int (
        txn_row (txn, "SELECT position FROM run_position WHERE run = $1 AND row = $2", run, row));
}

static void fill (txn_t *txn, uint64_t run, const blocking_t *blocking, Placement__BlockingPair *pair)
{
    pair->candidate = candidate_in_row (txn, run, blocking->citizen);
    pair->position = position_in_row (txn, run, blocking->position);
    pair->score = blocking->score;
    if (blocking->place != MATCH_NOWHERE)
        pair->place = position_in_row (txn, run, blocking->place);
    pair->place_score = blocking->place_score;
    if (blocking->holder != MATCH_NOWHERE)
        pair->holder = candidate_in_row (txn, run, blocking->holder);
    pair->holder_score = blocking->holder_score;
    pair->candidate_gains = (int32_t) (blocking->score - blocking->place_score);
    pair->position_gains = (int32_t) (blocking->score - blocking->holder_score);
}

status_t placement_list_blocking (txn_t *txn, const Placement__ListBlockingRequest *request,
                                  Placement__ListBlockingReply *reply, fault_t *reterr)
{
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    owned (instance) instance = NULL;
    kept_t kept;
    status_t status = kept_read (txn, request->run, arena, &kept, reterr);
    bool floor = request->plan == PLACEMENT__PLAN_KIND__WITH_FLOOR;
    if (status == STATUS_OK && floor && kept.floor_percent == 0)
        status = fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_RUN_UNKNOWN", "the run had no floor");
    if (status != STATUS_OK || request->plan == PLACEMENT__PLAN_KIND__STABLE)
        return status; /* the stable plan has none: that is what makes it stable */
    status = record_instance (kept.files[RECORD_INSTANCE], &instance, reterr);
    if (status != STATUS_OK)
        return status;
    uint32_t limit = request->limit ? request->limit : LIST_PAGE, most = request->from + limit;
    uint32_t *place = arena_alloc (arena, ((size_t) instance->citizens + 1) * sizeof *place);
    blocking_t *pairs = arena_alloc (arena, most * sizeof *pairs);
    if (place && !record_places (kept.files[floor ? RECORD_FLOOR_PLAN : RECORD_PLAN], instance->citizens, place))
        return fault (reterr, STATUS_DATA_LOSS, "PLACEMENT_RECORD_UNREADABLE", "the plan of the run cannot be read");
    if (!place || !pairs || !blocking_pairs (instance, NULL, place, pairs, most, &reply->count))
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "PLACEMENT_RUN_MEMORY", "the run does not fit in memory");
    for (uint32_t k = request->from; k < most && k < reply->count; k++)
        fill (txn, request->run, &pairs[k], txn_add (txn, reply->pairs, reply->n_pairs, placement__blocking_pair));
    return STATUS_OK;
}
