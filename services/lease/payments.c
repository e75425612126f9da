/* L5: what was paid, and the deposit at the end.
 *
 * Invariant: of each credit, its parts and what is left and paid out sum to the whole; of each charge, its parts and
 * what is open do. While a lease has anything left, nothing of it is open. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

/* --- the account of a lease --- */

/* Of a pair that meets, one is used up: no pair meets twice. */
static bool pay_next (txn_t *txn, uint64_t lease)
{
    rows_t *credit =
        txn_row (txn, "SELECT id, left_ore FROM credit WHERE lease = $1 AND left_ore > 0 ORDER BY id LIMIT 1", lease);
    rows_t *charge = txn_row (
        txn, "SELECT id, open_ore FROM charge WHERE lease = $1 AND open_ore > 0 ORDER BY due_day, id LIMIT 1", lease);
    bool meet = credit && charge;
    uint64_t from = credit ? rows_uint (credit, 0) : 0, to = charge ? rows_uint (charge, 0) : 0;
    int64_t left_ore = credit ? rows_int (credit, 1) : 0, open_ore = charge ? rows_int (charge, 1) : 0;
    if (credit)
        rows_close (credit);
    if (charge)
        rows_close (charge);
    if (!meet)
        return false;
    int64_t part_ore = left_ore < open_ore ? left_ore : open_ore;
    (void) txn_run (txn, "INSERT INTO credit_part (credit, charge, amount_ore) VALUES ($1, $2, $3)", from, to,
                    part_ore);
    (void) txn_run (txn, "UPDATE credit SET left_ore = left_ore - $2 WHERE id = $1", from, part_ore);
    (void) txn_run (txn, "UPDATE charge SET open_ore = open_ore - $2 WHERE id = $1", to, part_ore);
    return true;
}

void account_settle (txn_t *txn, uint64_t lease)
{
    while (pay_next (txn, lease))
        continue;
}

uint64_t credit_write (txn_t *txn, const credit_t *credit)
{
    if (credit->amount_ore <= 0)
        return 0;
    uint64_t id = txn_new_id (txn);
    (void) txn_run (
        txn,
        "INSERT INTO credit (id, lease, kind, day, amount_ore, costs_ore, left_ore, paid_out_ore, reference)"
        " VALUES ($1, $2, $3, $4, $5, $6, $5, 0, $7)",
        id, credit->lease, (int) credit->kind, credit->day, credit->amount_ore, credit->costs_ore,
        credit->reference && credit->reference[0] ? sql_text (credit->reference) : SQL_NOTHING);
    account_settle (txn, credit->lease);
    return id;
}

static int64_t sum_of (rows_t *row)
{
    int64_t sum = row ? rows_int (row, 0) : 0;
    if (row)
        rows_close (row);
    return sum;
}

static int64_t open_of (txn_t *txn, uint64_t lease)
{
    return sum_of (
        txn_row (txn, "SELECT coalesce (sum (open_ore), 0) FROM charge WHERE lease = $1 AND open_ore > 0", lease));
}

static int64_t left_of (txn_t *txn, uint64_t lease)
{
    return sum_of (
        txn_row (txn, "SELECT coalesce (sum (left_ore), 0) FROM credit WHERE lease = $1 AND left_ore > 0", lease));
}

/* --- payments --- */

static status_t check_payment (txn_t *txn, const Lease__RecordPaymentRequest *request, fault_t *reterr)
{
    if (request->day > txn_today (txn))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_PAYMENT_AHEAD", "that day has not come");
    rows_t *known =
        request->reference[0] ? txn_row (txn, "SELECT id FROM credit WHERE reference = $1", request->reference) : NULL;
    if (known)
        return fault (reterr, STATUS_ALREADY_EXISTS, "LEASE_PAYMENT_KNOWN",
                      "payment {payment=%" PRIu64 "} has that reference", rows_uint (known, 0));
    return STATUS_OK;
}

status_t lease_record_payment (txn_t *txn, const Lease__RecordPaymentRequest *request, Lease__RecordPaymentReply *reply,
                               fault_t *reterr)
{
    lease_t lease;
    status_t status = lease_find (txn, request->lease, &lease, reterr);
    if (status == STATUS_OK)
        status = check_payment (txn, request, reterr);
    if (status != STATUS_OK)
        return status;
    int64_t open_ore = open_of (txn, lease.id);
    reply->payment = credit_write (txn, &(credit_t){ .lease = lease.id,
                                                     .kind = LEASE__CREDIT_KIND__PAYMENT,
                                                     .day = day_or (request->day, txn_today (txn)),
                                                     .amount_ore = request->amount_ore,
                                                     .reference = request->reference });
    reply->still_open_ore = open_of (txn, lease.id);
    reply->paid_ore = open_ore - reply->still_open_ore;
    reply->left_ore = request->amount_ore - reply->paid_ore;
    return STATUS_OK;
}

status_t lease_list_payments (txn_t *txn, const Lease__ListPaymentsRequest *request, Lease__ListPaymentsReply *reply,
                              fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              "SELECT id, kind, day, amount_ore, left_ore, paid_out_ore, reference FROM credit"
                              " WHERE lease = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                              request->lease, before_id (request->before), list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__Payment *payment = txn_add (txn, reply->payments, reply->n_payments, lease__payment);
        payment->payment = rows_uint (rows, 0);
        payment->kind = (Lease__CreditKind) rows_int (rows, 1);
        payment->day = (int32_t) rows_int (rows, 2);
        payment->amount_ore = rows_int (rows, 3);
        payment->left_ore = rows_int (rows, 4);
        payment->paid_out_ore = rows_int (rows, 5);
        payment->reference = txn_text (txn, rows_text (rows, 6));
    }
    return STATUS_OK;
}

/* --- at the end --- */

/* What was paid of the deposit becomes a credit; what was not is not owed any more. A second time finds nothing. */
static int64_t free_deposit (txn_t *txn, const lease_t *lease)
{
    (void) txn_run (txn,
                    "UPDATE charge SET amount_ore = amount_ore - open_ore, open_ore = 0 WHERE lease = $1 AND kind = 2"
                    " AND open_ore > 0",
                    lease->id);
    int64_t paid_ore = sum_of (
        txn_row (txn, "SELECT coalesce (sum (amount_ore), 0) FROM charge WHERE lease = $1 AND kind = 2", lease->id));
    int64_t freed_ore = sum_of (
        txn_row (txn, "SELECT coalesce (sum (amount_ore), 0) FROM credit WHERE lease = $1 AND kind = 4", lease->id));
    if (freed_ore == 0)
        (void) credit_write (txn, &(credit_t){ .lease = lease->id,
                                               .kind = LEASE__CREDIT_KIND__DEPOSIT_BACK,
                                               .day = txn_today (txn),
                                               .amount_ore = paid_ore });
    return paid_ore - freed_ore;
}

status_t lease_return_deposit (txn_t *txn, const Lease__ReturnDepositRequest *request, Lease__ReturnDepositReply *reply,
                               fault_t *reterr)
{
    lease_t lease;
    status_t status = lease_find (txn, request->lease, &lease, reterr);
    if (status != STATUS_OK)
        return status;
    if (lease.state != LEASE_ENDED)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_WRONG_STATE",
                      "lease {lease=%" PRIu64 "} is {state=%s}, not ended", lease.id, lease_state_text (lease.state));
    if (lease.charged_until < lease.period.last_day)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NOT_CHARGED_YET",
                      "the last days of the lease are not charged yet");
    int64_t left_before_ore = left_of (txn, lease.id);
    int64_t deposit_ore = free_deposit (txn, &lease);
    reply->to_pay_out_ore = left_of (txn, lease.id);
    reply->set_off_ore = left_before_ore + deposit_ore - reply->to_pay_out_ore;
    reply->still_open_ore = open_of (txn, lease.id);
    if (deposit_ore == 0 && reply->to_pay_out_ore == 0)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NOTHING_TO_RETURN",
                      "no deposit and no payment of the lease is left");
    (void) txn_run (txn,
                    "UPDATE credit SET paid_out_ore = paid_out_ore + left_ore, left_ore = 0 WHERE lease = $1"
                    " AND left_ore > 0",
                    lease.id);
    return STATUS_OK;
}
