/*
 * P8: people lock a pair or forbid it, with a reason, and take it back. A run finds the best of what is left.
 *
 * Invariant: of every citizen at most one lock stands, and of every two at most one decision.
 */
#include "contract/placement.handlers.h"
#include "placement/placement.h"

/* Positions that a snapshot can leave out of one candidate's pairs; see snapshot.proto. */
enum { FORBIDDEN_MAX = 100 };

static status_t find_both (txn_t *txn, uint64_t pseudonym, uint64_t position, uint64_t *ret_citizen,
                           position_t *ret_position, fault_t *reterr)
{
    status_t status = candidate_find (txn, pseudonym, ret_citizen, reterr);
    return status == STATUS_OK ? position_read (txn, position, ret_position, reterr) : status;
}

static status_t check_undecided (txn_t *txn, uint64_t citizen, uint64_t position, fault_t *reterr)
{
    if (pair_kind (txn, citizen, position, NULL) != PLACEMENT__PAIR_KIND__PAIR_KIND_UNSPECIFIED)
        return fault (reterr, STATUS_ALREADY_EXISTS, "PLACEMENT_PAIR_DECIDED",
                      "the pair is locked or forbidden already; FreePair takes it back");
    return proposal_check_new (txn, citizen, position, reterr);
}

static uint64_t add (txn_t *txn, uint64_t citizen, uint64_t position, Placement__PairKind kind, const char *reason)
{
    uint64_t pair = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO pair (id, citizen, position, kind, reason, since, actor, ended_at, end_reason)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, '')",
                    pair, citizen, position, (int) kind, reason, txn_now (txn), txn_actor (txn));
    return pair;
}

/* A lock takes one opening that nobody else has a claim to, and outweighs no exclusion. */
static status_t check_lock (txn_t *txn, uint64_t citizen, const position_t *position, fault_t *reterr)
{
    match_candidate_t candidate;
    match_assessment_t assessment;
    uint64_t version = 0;
    if (position->closed)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_POSITION_CLOSED", "the position is closed");
    if (pair_locked_position (txn, citizen))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_LOCKED_ELSEWHERE",
                      "the candidate is locked to another position; FreePair takes it back");
    if (position_unclaimed (txn, position) <= pair_locks_of_others (txn, citizen, position->facts.position))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_POSITION_FULL", "every opening is claimed");
    if (!candidate_read (txn, citizen, &candidate))
        return STATUS_OK; /* the store has failed: the engine notices */
    match_weights_t weights = weights_in_force (txn, &version);
    match_assess (&candidate, &position->facts, &weights, &assessment);
    if (assessment.excluded)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_EXCLUDED",
                      "something excludes it: ExplainMatch says what; ProposeMatch can override it");
    return STATUS_OK;
}

status_t placement_lock_pair (txn_t *txn, const Placement__LockPairRequest *request, Placement__LockPairReply *reply,
                              fault_t *reterr)
{
    uint64_t citizen = 0;
    position_t position;
    status_t status = find_both (txn, request->candidate, request->position, &citizen, &position, reterr);
    if (status == STATUS_OK)
        status = check_undecided (txn, citizen, request->position, reterr);
    if (status == STATUS_OK)
        status = check_lock (txn, citizen, &position, reterr);
    if (status == STATUS_OK)
        reply->pair = add (txn, citizen, request->position, PLACEMENT__PAIR_KIND__LOCKED, request->reason);
    return status;
}

status_t placement_forbid_pair (txn_t *txn, const Placement__ForbidPairRequest *request,
                                Placement__ForbidPairReply *reply, fault_t *reterr)
{
    uint64_t citizen = 0;
    position_t position;
    status_t status = find_both (txn, request->candidate, request->position, &citizen, &position, reterr);
    if (status == STATUS_OK)
        status = check_undecided (txn, citizen, request->position, reterr);
    if (status != STATUS_OK)
        return status;
    if (only_int (txn_row (txn, "SELECT count (*) FROM pair WHERE citizen = $1 AND kind = $2 AND ended_at IS NULL",
                           citizen, (int) PLACEMENT__PAIR_KIND__FORBIDDEN)) >= FORBIDDEN_MAX)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_TOO_MANY_FORBIDDEN",
                      "%d positions are forbidden for the candidate already", FORBIDDEN_MAX);
    reply->pair = add (txn, citizen, request->position, PLACEMENT__PAIR_KIND__FORBIDDEN, request->reason);
    return STATUS_OK;
}

status_t placement_free_pair (txn_t *txn, const Placement__FreePairRequest *request, Placement__FreePairReply *reply,
                              fault_t *reterr)
{
    (void) reply;
    uint64_t citizen = 0;
    status_t status = candidate_find (txn, request->candidate, &citizen, reterr);
    if (status != STATUS_OK)
        return status;
    if (pair_kind (txn, citizen, request->position, NULL) == PLACEMENT__PAIR_KIND__PAIR_KIND_UNSPECIFIED)
        return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_PAIR_FREE", "the pair is neither locked nor forbidden");
    (void) txn_run (txn,
                    "UPDATE pair SET ended_at = $3, end_reason = $4"
                    " WHERE citizen = $1 AND position = $2 AND ended_at IS NULL",
                    citizen, request->position, txn_now (txn), request->reason);
    return STATUS_OK;
}

/* --- what other rooms ask --- */

Placement__PairKind pair_kind (txn_t *txn, uint64_t citizen, uint64_t position, const char **ret_reason)
{
    rows_t *row =
        txn_row (txn, "SELECT kind, reason FROM pair WHERE citizen = $1 AND position = $2 AND ended_at IS NULL",
                 citizen, position);
    if (!row)
        return PLACEMENT__PAIR_KIND__PAIR_KIND_UNSPECIFIED;
    Placement__PairKind kind = (Placement__PairKind) rows_int (row, 0);
    if (ret_reason)
        *ret_reason = txn_text (txn, rows_text (row, 1));
    rows_close (row);
    return kind;
}

uint64_t pair_locked_position (txn_t *txn, uint64_t citizen)
{
    return (uint64_t) only_int (
        txn_row (txn, "SELECT position FROM pair WHERE citizen = $1 AND kind = $2 AND ended_at IS NULL", citizen,
                 (int) PLACEMENT__PAIR_KIND__LOCKED));
}

int pair_locks_of_others (txn_t *txn, uint64_t citizen, uint64_t position)
{
    return (int) only_int (
        txn_row (txn,
                 "SELECT count (*) FROM pair WHERE position = $1 AND citizen <> $2 AND kind = $3"
                 " AND ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM proposal"
                 " WHERE proposal.citizen = pair.citizen AND proposal.position = $1 AND state <= $4)",
                 position, citizen, (int) PLACEMENT__PAIR_KIND__LOCKED, (int) PLACEMENT__MATCH_STATE__AGREED));
}

void pair_end_lock (txn_t *txn, uint64_t citizen, uint64_t position)
{
    (void) txn_run (txn,
                    "UPDATE pair SET ended_at = $3 WHERE citizen = $1 AND position = $2 AND kind = $4"
                    " AND ended_at IS NULL",
                    citizen, position, txn_now (txn), (int) PLACEMENT__PAIR_KIND__LOCKED);
}

void pair_erase (txn_t *txn, uint64_t citizen)
{
    (void) txn_run (txn, "DELETE FROM pair WHERE citizen = $1", citizen);
}

/* --- the list --- */

#define PAIRS                                                                                                          \
    "SELECT id, pseudonym, position, kind, reason, since, actor, coalesce (ended_at, 0), end_reason"                   \
    " FROM pair JOIN candidate ON candidate.citizen = pair.citizen WHERE id > $1"
#define IN_ORDER " ORDER BY id LIMIT $2"

/* Few are decided about one candidate or one position. */
static rows_t *query_pairs (txn_t *txn, const Placement__ListPairsRequest *request)
{
    uint32_t limit = request->limit ? request->limit : LIST_PAGE;
    uint64_t after = request->after, position = request->position, citizen = 0;
    if (request->candidate) {
        (void) candidate_find (txn, request->candidate, &citizen, NULL);
        return txn_query (
            txn, PAIRS " AND pair.citizen = $3 AND ($4 = 0 OR position = $4) AND (ended_at IS NULL OR $5 = 1)" IN_ORDER,
            after, limit, citizen, position, request->with_over);
    }
    if (position)
        return txn_query (txn, PAIRS " AND position = $3 AND (ended_at IS NULL OR $4 = 1)" IN_ORDER, after, limit,
                          position, request->with_over);
    return request->with_over ? txn_query (txn, PAIRS IN_ORDER, after, limit)
                              : txn_query (txn, PAIRS " AND ended_at IS NULL" IN_ORDER, after, limit);
}

status_t placement_list_pairs (txn_t *txn, const Placement__ListPairsRequest *request, Placement__ListPairsReply *reply,
                               fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = query_pairs (txn, request);
    while (rows_next (rows)) {
        Placement__PairDecision *pair = txn_add (txn, reply->pairs, reply->n_pairs, placement__pair_decision);
        pair->pair = rows_uint (rows, 0);
        pair->candidate = rows_uint (rows, 1);
        pair->position = rows_uint (rows, 2);
        pair->kind = (Placement__PairKind) rows_int (rows, 3);
        pair->reason = txn_text (txn, rows_text (rows, 4));
        pair->since = rows_int (rows, 5);
        pair->actor = txn_text (txn, rows_text (rows, 6));
        pair->ended_at = rows_int (rows, 7);
        pair->end_reason = txn_text (txn, rows_text (rows, 8));
    }
    return STATUS_OK;
}
