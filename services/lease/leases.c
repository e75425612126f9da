/* L4: leases, from offer to last day. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"
#include "lease/lease_rules.h"

#include <inttypes.h>

_Static_assert((int) LEASE_OFFERED == LEASE__LEASE_STATE__OFFERED && (int) LEASE_EXPIRED == LEASE__LEASE_STATE__EXPIRED,
               "one set of numbers for the states");

typedef struct {
    uint64_t id;
    uint64_t tenant;
    lease_state_t state;
    uint32_t desks;
    period_t period;
    int64_t monthly_rent_ore; /* for one desk */
    uint32_t notice_months;
} lease_t;

static status_t find (txn_t *txn, uint64_t id, lease_t *ret_lease, fault_t *reterr)
{
    rows_t *row = txn_row (txn,
                           "SELECT tenant, state, desks, from_day, last_day, monthly_rent_ore, notice_months FROM lease"
                           " WHERE id = $1",
                           id);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_UNKNOWN", "there is no lease %" PRIu64, id);
    *ret_lease = (lease_t){
        .id = id,
        .tenant = rows_uint (row, 0),
        .state = (lease_state_t) rows_int (row, 1),
        .desks = (uint32_t) rows_uint (row, 2),
        .period = { (int32_t) rows_int (row, 3), (int32_t) rows_int (row, 4) },
        .monthly_rent_ore = rows_int (row, 5),
        .notice_months = (uint32_t) rows_uint (row, 6),
    };
    rows_close (row);
    return STATUS_OK;
}

static status_t check_may_become (const lease_t *lease, lease_state_t state, fault_t *reterr)
{
    if (lease_may_become (lease->state, state))
        return STATUS_OK;
    return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_WRONG_STATE",
                  "lease %" PRIu64 " is %s and cannot become %s", lease->id, lease_state_text (lease->state),
                  lease_state_text (state));
}

/* The only way from one state to the next. */
static status_t become (txn_t *txn, lease_t *lease, lease_state_t state, fault_t *reterr)
{
    status_t status = check_may_become (lease, state, reterr);
    if (status != STATUS_OK)
        return status;
    lease->state = state;
    (void) txn_run (txn, "UPDATE lease SET state = $2 WHERE id = $1", lease->id, (int) state);
    return STATUS_OK;
}

static status_t find_and_become (txn_t *txn, uint64_t id, lease_state_t state, lease_t *ret_lease, fault_t *reterr)
{
    status_t status = find (txn, id, ret_lease, reterr);
    return status == STATUS_OK ? become (txn, ret_lease, state, reterr) : status;
}

/* --- offered --- */

uint64_t lease_draw_up (txn_t *txn, const terms_t *terms)
{
    uint64_t lease = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO lease (id, tenant, state, desks, from_day, last_day, monthly_rent_ore, notice_months,"
                    " deposit_ore, vat, answer_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                    lease, terms->tenant, (int) LEASE_OFFERED, terms->desks, terms->period.from_day,
                    number_or_null (terms->period.last_day), terms->monthly_rent_ore, terms->notice_months,
                    terms->deposit_ore, terms->vat, number_or_null (terms->answer_by));
    if (terms->answer_by)
        txn_at (txn, terms->answer_by, TIMER_ANSWER_OVERDUE, lease);
    Lease__LeaseOffered offered = LEASE__LEASE_OFFERED__INIT;
    offered.lease = lease;
    offered.tenant = terms->tenant;
    txn_emit (txn, &offered.base);
    return lease;
}

static status_t check_offer (txn_t *txn, const Lease__OfferLeaseRequest *request, fault_t *reterr)
{
    bool named = request->n_desks > 0;
    bool counted = request->premises != 0 && request->desk_count > 0;
    if (named == counted)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DESKS_UNCLEAR",
                      "name the desks, or premises and how many");
    if (request->last_day && request->last_day < request->from_day)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DAYS_REVERSED", "the last day is before the first");
    if (request->answer_by && request->answer_by <= txn_now (txn))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_ANSWER_BY_PAST", "the time to answer is over already");
    return tenant_find (txn, request->tenant, reterr);
}

static status_t choose_desks (txn_t *txn, const Lease__OfferLeaseRequest *request, period_t period, desk_set_t *ret_set,
                              premises_t *ret_premises, fault_t *reterr)
{
    if (request->n_desks > 0) {
        status_t status = desks_named (txn, request->desks, request->n_desks, period, ret_set, reterr);
        return status == STATUS_OK ? premises_find (txn, ret_set->premises, ret_premises, reterr) : status;
    }
    status_t status = premises_find (txn, request->premises, ret_premises, reterr);
    if (status != STATUS_OK)
        return status;
    if (!desks_free (txn, request->premises, request->desk_count, period, ret_set))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_DESKS_TOO_FEW",
                      "fewer than %" PRIu32 " desks are free", request->desk_count);
    return STATUS_OK;
}

status_t lease_offer_lease (txn_t *txn, const Lease__OfferLeaseRequest *request, Lease__OfferLeaseReply *reply,
                            fault_t *reterr)
{
    period_t period = { request->from_day, request->last_day };
    desk_set_t set;
    premises_t premises;
    status_t status = check_offer (txn, request, reterr);
    if (status == STATUS_OK)
        status = choose_desks (txn, request, period, &set, &premises, reterr);
    if (status != STATUS_OK)
        return status;
    terms_t terms = {
        .tenant = request->tenant,
        .desks = set.count,
        .period = period,
        .monthly_rent_ore = request->monthly_rent_ore ? request->monthly_rent_ore : premises.monthly_rent_ore,
        .notice_months = request->notice_months ? request->notice_months : premises.notice_months,
        .deposit_ore = request->deposit_ore,
        .vat = request->vat,
        .answer_by = request->answer_by,
    };
    reply->lease = lease_draw_up (txn, &terms);
    desks_hold_for_lease (txn, &set, reply->lease, period);
    return STATUS_OK;
}

/* --- an offer that comes to nothing --- */

static status_t lapse (txn_t *txn, uint64_t id, lease_state_t state, fault_t *reterr)
{
    lease_t lease;
    status_t status = find_and_become (txn, id, state, &lease, reterr);
    if (status != STATUS_OK)
        return status;
    txn_cancel (txn, TIMER_ANSWER_OVERDUE, id);
    desks_let_go_of_lease (txn, id);
    (void) waitlist_offer_free_desks (txn, 0);
    return STATUS_OK;
}

status_t lease_withdraw_lease (txn_t *txn, const Lease__WithdrawLeaseRequest *request, Lease__WithdrawLeaseReply *reply,
                               fault_t *reterr)
{
    (void) reply;
    return lapse (txn, request->lease, LEASE_WITHDRAWN, reterr);
}

status_t lease_on_answer_overdue (txn_t *txn, uint64_t lease, fault_t *reterr)
{
    return lapse (txn, lease, LEASE_EXPIRED, reterr);
}

/* --- signed, active --- */

static void end_after (txn_t *txn, uint64_t lease, int32_t last_day)
{
    txn_cancel (txn, TIMER_LAST_DAY_OVER, lease);
    txn_at (txn, copenhagen_instant (last_day + 1, 0), TIMER_LAST_DAY_OVER, lease);
}

static status_t activate (txn_t *txn, lease_t *lease, fault_t *reterr)
{
    status_t status = become (txn, lease, LEASE_ACTIVE, reterr);
    if (status != STATUS_OK)
        return status;
    Lease__LeaseActivated activated = LEASE__LEASE_ACTIVATED__INIT;
    activated.lease = lease->id;
    activated.from_day = lease->period.from_day;
    txn_emit (txn, &activated.base);
    return STATUS_OK;
}

static void emit_signed (txn_t *txn, const lease_t *lease)
{
    Lease__LeaseSigned signed_ = LEASE__LEASE_SIGNED__INIT;
    signed_.lease = lease->id;
    signed_.tenant = lease->tenant;
    signed_.desks = lease->desks;
    signed_.from_day = lease->period.from_day;
    signed_.monthly_rent_ore = lease->monthly_rent_ore * lease->desks;
    txn_emit (txn, &signed_.base);
}

status_t lease_sign_lease (txn_t *txn, const Lease__SignLeaseRequest *request, Lease__SignLeaseReply *reply,
                           fault_t *reterr)
{
    lease_t lease;
    status_t status = find_and_become (txn, request->lease, LEASE_SIGNED, &lease, reterr);
    if (status != STATUS_OK)
        return status;
    txn_cancel (txn, TIMER_ANSWER_OVERDUE, lease.id);
    emit_signed (txn, &lease);
    if (lease.period.last_day)
        end_after (txn, lease.id, lease.period.last_day);
    if (lease.period.from_day <= txn_today (txn))
        status = activate (txn, &lease, reterr);
    else
        txn_at (txn, copenhagen_instant (lease.period.from_day, 0), TIMER_FIRST_DAY, lease.id);
    reply->state = (Lease__LeaseState) lease.state;
    return status;
}

status_t lease_on_first_day (txn_t *txn, uint64_t id, fault_t *reterr)
{
    lease_t lease;
    status_t status = find (txn, id, &lease, reterr);
    return status == STATUS_OK ? activate (txn, &lease, reterr) : status;
}

/* --- notice and end --- */

/* LEA-02: a tenant may leave without saying why, the house may not. */
static status_t check_notice (const lease_t *lease, const Lease__GiveNoticeRequest *request, int32_t given_day,
                              int32_t last_day, fault_t *reterr)
{
    if (request->by_house && request->ground[0] == '\0')
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_GROUND_REQUIRED",
                      "say what the house rests its notice on");
    if (given_day < lease->period.from_day)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NOTICE_TOO_EARLY",
                      "the lease had not begun on that day");
    if (lease->period.last_day && lease->period.last_day <= last_day)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_ENDS_SOONER",
                      "the lease ends before notice could end it");
    return STATUS_OK;
}

status_t lease_give_notice (txn_t *txn, const Lease__GiveNoticeRequest *request, Lease__GiveNoticeReply *reply,
                            fault_t *reterr)
{
    lease_t lease;
    status_t status = find (txn, request->lease, &lease, reterr);
    if (status == STATUS_OK)
        status = check_may_become (&lease, LEASE_NOTICE_GIVEN, reterr);
    if (status != STATUS_OK)
        return status;
    int32_t given_day = day_or (request->given_day, txn_today (txn));
    reply->last_day = notice_last_day (given_day, lease.notice_months);
    status = check_notice (&lease, request, given_day, reply->last_day, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn,
                    "UPDATE lease SET last_day = $2, notice_day = $3, notice_by_house = $4, notice_ground = $5"
                    " WHERE id = $1",
                    lease.id, reply->last_day, given_day, request->by_house, request->ground);
    desks_hold_until (txn, lease.id, reply->last_day);
    end_after (txn, lease.id, reply->last_day);
    return become (txn, &lease, LEASE_NOTICE_GIVEN, reterr);
}

status_t lease_on_last_day_over (txn_t *txn, uint64_t id, fault_t *reterr)
{
    lease_t lease;
    status_t status = find_and_become (txn, id, LEASE_ENDED, &lease, reterr);
    if (status != STATUS_OK)
        return status;
    Lease__LeaseEnded ended = LEASE__LEASE_ENDED__INIT;
    ended.lease = lease.id;
    ended.last_day = lease.period.last_day;
    txn_emit (txn, &ended.base);
    (void) waitlist_offer_free_desks (txn, 0);
    return STATUS_OK;
}

/* --- ListLeases --- */

status_t lease_list_leases (txn_t *txn, const Lease__ListLeasesRequest *request, Lease__ListLeasesReply *reply,
                            fault_t *reterr)
{
    (void) reterr;
    rows_t *rows =
        txn_query (txn,
                   "SELECT lease.id, tenant.id, tenant.name, state, desks, from_day, last_day, monthly_rent_ore,"
                   " notice_months, deposit_ore, vat, answer_by, notice_day"
                   " FROM lease JOIN tenant ON tenant.id = lease.tenant"
                   " WHERE ($1 = 0 OR lease.tenant = $1) AND ($2 = 0 OR state = $2) AND lease.id > $3"
                   " ORDER BY lease.id LIMIT $4",
                   request->tenant, (int) request->state, request->after, list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__Lease *lease = txn_add (txn, reply->leases, reply->n_leases, lease__lease);
        lease->lease = rows_uint (rows, 0);
        lease->tenant = rows_uint (rows, 1);
        lease->tenant_name = txn_text (txn, rows_text (rows, 2));
        lease->state = (Lease__LeaseState) rows_int (rows, 3);
        lease->desks = (uint32_t) rows_uint (rows, 4);
        lease->from_day = (int32_t) rows_int (rows, 5);
        lease->last_day = (int32_t) rows_int (rows, 6);
        lease->monthly_rent_ore = rows_int (rows, 7);
        lease->notice_months = (uint32_t) rows_uint (rows, 8);
        lease->deposit_ore = rows_int (rows, 9);
        lease->vat = rows_int (rows, 10) != 0;
        lease->answer_by = rows_int (rows, 11);
        lease->notice_day = (int32_t) rows_int (rows, 12);
    }
    return STATUS_OK;
}
