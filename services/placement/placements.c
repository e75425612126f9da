/*
 * P10: paid work that begins and ends. Invariant: on no day are more people at work in a position than it has openings.
 *
 * A placement knows its citizen by number alone, so it outlives an erasure: what had been counted stays counted.
 */
#include "contract/placement.handlers.h"
#include "placement/placement.h"

int placement_count (txn_t *txn, uint64_t position, int32_t from_day)
{
    return (int) only_int (
        txn_row (txn, "SELECT count (*) FROM placement WHERE position = $1 AND (end_day IS NULL OR end_day >= $2)",
                 position, from_day));
}

int placement_minutes (txn_t *txn, uint64_t citizen, int32_t from_day)
{
    return (int) only_int (txn_row (txn,
                                    "SELECT coalesce (sum (weekly_minutes), 0) FROM placement"
                                    " WHERE citizen = $1 AND (end_day IS NULL OR end_day >= $2)",
                                    citizen, from_day));
}

week_t placement_times (txn_t *txn, uint64_t citizen, int32_t from_day)
{
    week_t all = { { 0 } };
    rows_t *rows = txn_query (txn,
                              "SELECT day, from_hour, until_hour FROM placement"
                              " JOIN position_time ON position_time.position = placement.position"
                              " WHERE citizen = $1 AND (end_day IS NULL OR end_day >= $2)",
                              citizen, from_day);
    while (rows_next (rows)) {
        week_t one = { { 0 } };
        (void) week_add (&one,
                         (week_span_t){ (int) rows_int (rows, 0), (int) rows_int (rows, 1), (int) rows_int (rows, 2) });
        all = week_with (&all, &one);
    }
    return all;
}

/* --- start --- */

/* What the citizen can manage holds for all small jobs together. Whoever overrode an exclusion has answered for it. */
static status_t check_minutes (txn_t *txn, const proposal_t *proposal, const Placement__StartPlacementRequest *request,
                               fault_t *reterr)
{
    int most = (int) only_int (
        txn_row (txn, "SELECT weekly_minutes_most FROM candidate WHERE citizen = $1", proposal->citizen));
    int placed = placement_minutes (txn, proposal->citizen, request->start_day);
    if (most != 0 && !proposal->overridden && placed + (int) request->weekly_minutes > most)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_TOO_MANY_MINUTES",
                      "together with other placements it is more than the citizen can manage");
    return STATUS_OK;
}

/* A placement is open-ended when it starts, so every one that lasts till its first day or longer counts against it. */
static status_t check_start (txn_t *txn, const proposal_t *proposal, const Placement__StartPlacementRequest *request,
                             fault_t *reterr)
{
    position_t position;
    if (proposal->state != PLACEMENT__MATCH_STATE__AGREED)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_NOT_AGREED",
                      "consultant, citizen and enterprise have to agree first");
    if (request->trial_until != 0 && request->trial_until < request->start_day)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_TRIAL_BEFORE_START",
                      "a trial ends on the start day or later");
    status_t status = position_read_open (txn, proposal->position, &position, reterr);
    if (status != STATUS_OK)
        return status;
    if (placement_count (txn, proposal->position, request->start_day) >= position.facts.openings)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_POSITION_FULL",
                      "all openings are taken on that day or later");
    return check_minutes (txn, proposal, request, reterr);
}

/* What a job that begins on that day is beside those the citizen has or had, at one enterprise or (cvr "") at all. As a
 * job has no end when it begins, every other that lasts till then or longer is held beside it. */
static Placement__JobBeside job_beside (txn_t *txn, uint64_t citizen, const char *cvr, int32_t day)
{
    rows_t *row =
        txn_row (txn,
                 "SELECT count (*), count (*) FILTER (WHERE end_day IS NULL OR end_day >= $3) FROM placement"
                 " JOIN position ON position.id = placement.position WHERE citizen = $1 AND ($2 = '' OR cvr = $2)",
                 citizen, cvr, day);
    int64_t jobs = row ? rows_int (row, 0) : 0, beside = row ? rows_int (row, 1) : 0;
    rows_close (row);
    return beside ? PLACEMENT__JOB_BESIDE__ALSO_A_JOB
           : jobs ? PLACEMENT__JOB_BESIDE__AGAIN_A_JOB
                  : PLACEMENT__JOB_BESIDE__FIRST_JOB;
}

static const char *cvr_of (txn_t *txn, uint64_t position)
{
    rows_t *row = txn_row (txn, "SELECT cvr FROM position WHERE id = $1", position);
    const char *cvr = txn_text (txn, row ? rows_text (row, 0) : "");
    rows_close (row);
    return cvr;
}

status_t placement_start_placement (txn_t *txn, const Placement__StartPlacementRequest *request,
                                    Placement__StartPlacementReply *reply, fault_t *reterr)
{
    uint64_t citizen = 0;
    proposal_t proposal;
    status_t status = candidate_find (txn, request->candidate, &citizen, reterr);
    if (status == STATUS_OK)
        status = proposal_read (txn, citizen, request->position, &proposal, reterr);
    if (status == STATUS_OK)
        status = check_start (txn, &proposal, request, reterr);
    if (status != STATUS_OK)
        return status;
    Placement__PlacementStarted event = PLACEMENT__PLACEMENT_STARTED__INIT;
    event.there = job_beside (txn, citizen, cvr_of (txn, request->position), request->start_day);
    event.anywhere = job_beside (txn, citizen, "", request->start_day);
    reply->placement = txn_new_id (txn);
    (void) txn_run (
        txn,
        "INSERT INTO placement (id, citizen, position, start_day, weekly_minutes, trial_until, end_day, cause)"
        " VALUES ($1, $2, $3, $4, $5, $6, NULL, 0)",
        reply->placement, citizen, request->position, request->start_day, request->weekly_minutes,
        request->trial_until ? sql_integer (request->trial_until) : SQL_NOTHING);
    proposal_become (txn, &proposal, PLACEMENT__MATCH_STATE__STARTED);
    bridge_work_begins (txn, citizen);
    event.placement = reply->placement;
    event.citizen = citizen;
    event.position = request->position;
    event.day = request->start_day;
    txn_emit (txn, &event.base);
    return STATUS_OK;
}

/* --- end --- */

static status_t check_end (txn_t *txn, const Placement__EndPlacementRequest *request, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT start_day, end_day FROM placement WHERE id = $1", request->placement);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_PLACEMENT_UNKNOWN", "there is no placement %llu",
                      (unsigned long long) request->placement);
    if (!rows_is_null (row, 1))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_ALREADY_ENDED", "its end has been recorded");
    if (request->day < rows_int (row, 0))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_ENDS_BEFORE_START",
                      "a placement lasts at least one day");
    return STATUS_OK;
}

status_t placement_end_placement (txn_t *txn, const Placement__EndPlacementRequest *request,
                                  Placement__EndPlacementReply *reply, fault_t *reterr)
{
    (void) reply;
    status_t status = check_end (txn, request, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn, "UPDATE placement SET end_day = $2, cause = $3 WHERE id = $1", request->placement,
                    request->day, (int) request->cause);
    Placement__PlacementEnded event = PLACEMENT__PLACEMENT_ENDED__INIT;
    event.placement = request->placement;
    event.day = request->day;
    event.cause = request->cause;
    txn_emit (txn, &event.base);
    return STATUS_OK;
}

/* --- the list --- */

#define PLACEMENTS                                                                                                     \
    "SELECT id, citizen, position, start_day, weekly_minutes, trial_until, end_day, cause FROM placement WHERE id > "  \
    "$1"
#define AT_WORK " AND end_day IS NULL"
#define IN_ORDER " ORDER BY id LIMIT $2"

static rows_t *query_placements (txn_t *txn, const Placement__ListPlacementsRequest *request)
{
    uint32_t limit = request->limit ? request->limit : LIST_PAGE;
    uint64_t after = request->after, position = request->position;
    if (position)
        return request->with_ended
                   ? txn_query (txn, PLACEMENTS " AND position = $3" IN_ORDER, after, limit, position)
                   : txn_query (txn, PLACEMENTS " AND position = $3" AT_WORK IN_ORDER, after, limit, position);
    return request->with_ended ? txn_query (txn, PLACEMENTS IN_ORDER, after, limit)
                               : txn_query (txn, PLACEMENTS AT_WORK IN_ORDER, after, limit);
}

status_t placement_list_placements (txn_t *txn, const Placement__ListPlacementsRequest *request,
                                    Placement__ListPlacementsReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = query_placements (txn, request);
    while (rows_next (rows)) {
        Placement__Placement *entry = txn_add (txn, reply->placements, reply->n_placements, placement__placement);
        entry->placement = rows_uint (rows, 0);
        entry->citizen = rows_uint (rows, 1);
        entry->position = rows_uint (rows, 2);
        entry->start_day = (int32_t) rows_int (rows, 3);
        entry->weekly_minutes = (uint32_t) rows_uint (rows, 4);
        entry->trial_until = (int32_t) rows_int (rows, 5);
        entry->end_day = (int32_t) rows_int (rows, 6);
        entry->cause = (Placement__EndCause) rows_int (rows, 7);
    }
    return STATUS_OK;
}
