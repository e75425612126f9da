/* P4: the weights of the score, published; data and not code. */
#include "contract/placement.handlers.h"
#include "placement/placement.h"

enum { GROUP_PERCENT = 10 }; /* where nobody says otherwise, as in the schema */

match_weights_t weights_in_force (txn_t *txn, uint64_t *ret_version)
{
    rows_t *row =
        txn_row (txn, "SELECT version, ability, hours, district, waiting FROM weights ORDER BY version DESC LIMIT 1");
    if (!row)
        return (match_weights_t){ 0 };
    *ret_version = rows_uint (row, 0);
    match_weights_t weights = { .ability = (int) rows_int (row, 1),
                                .hours = (int) rows_int (row, 2),
                                .district = (int) rows_int (row, 3),
                                .waiting = (int) rows_int (row, 4) };
    rows_close (row);
    uint64_t travel_version;
    travel_in_force (txn, &weights.travel, &travel_version);
    return weights;
}

fairness_t fairness_in_force (txn_t *txn)
{
    rows_t *row = txn_row (txn, "SELECT group_percent, floor_percent FROM weights ORDER BY version DESC LIMIT 1");
    if (!row)
        return (fairness_t){ 0 };
    fairness_t fairness = { (uint32_t) rows_uint (row, 0), (uint32_t) rows_uint (row, 1) };
    rows_close (row);
    return fairness;
}

status_t placement_set_weights (txn_t *txn, const Placement__SetWeightsRequest *request,
                                Placement__SetWeightsReply *reply, fault_t *reterr)
{
    const Placement__Weights *asked = request->weights;
    match_weights_t weights = { .ability = (int) asked->ability,
                                .hours = (int) asked->hours,
                                .district = (int) asked->district,
                                .waiting = (int) asked->waiting };
    if (!match_weights_valid (&weights))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_WEIGHTS_SUM", "weights have to sum to %d",
                      MATCH_SCORE_MOST);
    reply->version = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO weights (version, ability, hours, district, waiting, since, actor, reason,"
                    " group_percent, floor_percent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    reply->version, weights.ability, weights.hours, weights.district, weights.waiting, txn_now (txn),
                    txn_actor (txn), request->reason, asked->group_percent ? asked->group_percent : GROUP_PERCENT,
                    asked->floor_percent);
    return STATUS_OK;
}

status_t placement_get_weights (txn_t *txn, const Placement__GetWeightsRequest *request,
                                Placement__GetWeightsReply *reply, fault_t *reterr)
{
    (void) request;
    (void) reterr;
    match_weights_t weights = weights_in_force (txn, &reply->version);
    reply->weights = (Placement__Weights *) txn_message (txn, &placement__weights__descriptor);
    reply->weights->ability = (uint32_t) weights.ability;
    reply->weights->hours = (uint32_t) weights.hours;
    reply->weights->district = (uint32_t) weights.district;
    reply->weights->waiting = (uint32_t) weights.waiting;
    fairness_t fairness = fairness_in_force (txn);
    reply->weights->group_percent = fairness.group_percent;
    reply->weights->floor_percent = fairness.floor_percent;
    rows_t *row = txn_row (txn, "SELECT since, reason FROM weights WHERE version = $1", reply->version);
    reply->since = row ? rows_int (row, 0) : 0;
    reply->reason = txn_text (txn, row ? rows_text (row, 1) : "");
    return STATUS_OK;
}
