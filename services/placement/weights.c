/* P3, P4: what the score weighs and what excludes, published and by version; data and not code. */
#include "base/ensure.h"
#include "contract/placement.handlers.h"
#include "placement/placement.h"

enum { GROUP_PERCENT = 10 }; /* where nobody says otherwise, as in the schema */

static void read_soft (txn_t *txn, uint64_t version, Placement__Weights *weights)
{
    rows_t *rows = txn_query (txn, "SELECT condition FROM weights_soft WHERE version = $1 ORDER BY condition LIMIT $2",
                              version, MATCH_CONDITIONS_MAX);
    while (rows_next (rows))
        txn_add_text (txn, weights->soft_conditions, weights->n_soft_conditions, rows_text (rows, 0));
}

Placement__Weights *weights_read (txn_t *txn, uint64_t version, uint64_t *ret_version)
{
    Placement__Weights *weights = (Placement__Weights *) txn_message (txn, &placement__weights__descriptor);
    rows_t *row = txn_row (txn,
                           "SELECT version, ability, hours, district, waiting, group_percent, floor_percent, gap_most,"
                           " level_unstated, wait_days, jobs_most FROM weights WHERE version = $1 OR $1 = 0"
                           " ORDER BY version DESC LIMIT 1",
                           version);
    if (!row)
        return NULL;
    *ret_version = rows_uint (row, 0);
    weights->ability = (uint32_t) rows_uint (row, 1);
    weights->hours = (uint32_t) rows_uint (row, 2);
    weights->district = (uint32_t) rows_uint (row, 3);
    weights->waiting = (uint32_t) rows_uint (row, 4);
    weights->group_percent = (uint32_t) rows_uint (row, 5);
    weights->floor_percent = (uint32_t) rows_uint (row, 6);
    weights->gap_most = (uint32_t) rows_uint (row, 7);
    weights->level_unstated = (uint32_t) rows_uint (row, 8);
    weights->wait_days = (uint32_t) rows_uint (row, 9);
    weights->jobs_most = (uint32_t) rows_uint (row, 10);
    rows_close (row);
    read_soft (txn, *ret_version, weights);
    return weights;
}

match_weights_t weights_of (const Placement__Weights *weights)
{
    ensure (weights->n_soft_conditions <= MATCH_CONDITIONS_MAX); /* the rule of the field */
    match_weights_t result = {
        .ability = (int) weights->ability,
        .hours = (int) weights->hours,
        .district = (int) weights->district,
        .waiting = (int) weights->waiting,
        .gap_most = weights->gap_most ? (int) weights->gap_most : MATCH_GAP_USUAL,
        .level_unstated = weights->level_unstated ? (int) weights->level_unstated : MATCH_UNSTATED_USUAL,
        .wait_days = weights->wait_days ? (int) weights->wait_days : MATCH_WAIT_USUAL,
        .n_soft = weights->n_soft_conditions,
    };
    for (size_t i = 0; i < result.n_soft; i++)
        result.soft[i] = weights->soft_conditions[i];
    return result;
}

match_weights_t weights_in_force (txn_t *txn, uint64_t *ret_version)
{
    static const Placement__Weights NONE = PLACEMENT__WEIGHTS__INIT;
    uint64_t travel_version;
    const Placement__Weights *weights = weights_read (txn, 0, ret_version);
    match_weights_t result =
        weights ? weights_of (weights) : weights_of (&NONE); /* the store failed: the engine notices */
    travel_in_force (txn, &result.travel, &travel_version);
    return result;
}

static status_t check (const Placement__Weights *asked, const match_weights_t *weights, fault_t *reterr)
{
    if (weights->ability + weights->hours + weights->district + weights->waiting != MATCH_SCORE_MOST)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_WEIGHTS_SUM", "weights have to sum to {sum=%d}",
                      MATCH_SCORE_MOST);
    if (weights->level_unstated + weights->gap_most < MATCH_LEVEL_MOST)
        return fault (
            reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_UNSTATED_EXCLUDES",
            "gap_most and level_unstated have to sum to {least=%d} at least: what nobody stated excludes nobody",
            MATCH_LEVEL_MOST);
    ensure (match_weights_valid (weights)); /* the rest stands in the rules of the fields */
    return words_check (NULL, 0, asked->soft_conditions, asked->n_soft_conditions, reterr);
}

status_t placement_set_weights (txn_t *txn, const Placement__SetWeightsRequest *request,
                                Placement__SetWeightsReply *reply, fault_t *reterr)
{
    const Placement__Weights *asked = request->weights;
    match_weights_t weights = weights_of (asked);
    status_t status = check (asked, &weights, reterr);
    if (status != STATUS_OK)
        return status;
    reply->version = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO weights (version, ability, hours, district, waiting, since, actor, reason,"
                    " group_percent, floor_percent, gap_most, level_unstated, wait_days, jobs_most)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                    reply->version, weights.ability, weights.hours, weights.district, weights.waiting, txn_now (txn),
                    txn_actor (txn), request->reason, asked->group_percent ? asked->group_percent : GROUP_PERCENT,
                    asked->floor_percent, weights.gap_most, weights.level_unstated, weights.wait_days,
                    asked->jobs_most ? asked->jobs_most : 1);
    for (size_t i = 0; i < weights.n_soft; i++)
        (void) txn_run (txn, "INSERT INTO weights_soft (version, condition) VALUES ($1, $2)", reply->version,
                        weights.soft[i]);
    return STATUS_OK;
}

status_t placement_get_weights (txn_t *txn, const Placement__GetWeightsRequest *request,
                                Placement__GetWeightsReply *reply, fault_t *reterr)
{
    reply->weights = weights_read (txn, request->version, &reply->version);
    if (!reply->weights)
        return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_WEIGHTS_UNKNOWN", "no weights have been published as %llu",
                      (unsigned long long) request->version);
    rows_t *row = txn_row (txn, "SELECT since, reason FROM weights WHERE version = $1", reply->version);
    reply->since = row ? rows_int (row, 0) : 0;
    reply->reason = txn_text (txn, row ? rows_text (row, 1) : "");
    return STATUS_OK;
}
