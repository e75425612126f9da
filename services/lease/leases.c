/* L4: leases, from offer to last day. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

_Static_assert((int) LEASE_OFFERED == LEASE__LEASE_STATE__OFFERED && (int) LEASE_DRAFT == LEASE__LEASE_STATE__DRAFT,
               "one set of numbers for the states");

status_t lease_find (txn_t *txn, uint64_t id, lease_t *ret_lease, fault_t *reterr)
{
    rows_t *row = txn_row (txn,
                           "SELECT tenant, premises, state, desks, from_day, last_day, notice_months, deposit_ore, vat,"
                           " charged_until FROM lease WHERE id = $1",
                           id);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_UNKNOWN", "there is no lease {lease=%" PRIu64 "}", id);
    *ret_lease = (lease_t){
        .id = id,
        .tenant = rows_uint (row, 0),
        .premises = rows_uint (row, 1),
        .state = (lease_state_t) rows_int (row, 2),
        .desks = (uint32_t) rows_uint (row, 3),
        .period = { (int32_t) rows_int (row, 4), (int32_t) rows_int (row, 5) },
        .notice_months = (uint32_t) rows_uint (row, 6),
        .deposit_ore = rows_int (row, 7),
        .vat = rows_int (row, 8) != 0,
        .charged_until = (int32_t) rows_int (row, 9),
    };
    rows_close (row);
    return STATUS_OK;
}

static status_t check_may_become (const lease_t *lease, lease_state_t state, fault_t *reterr)
{
    if (lease_may_become (lease->state, state))
        return STATUS_OK;
    return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_WRONG_STATE",
                  "lease {lease=%" PRIu64 "} is {state=%s} and cannot become {wanted=%s}", lease->id,
                  lease_state_text (lease->state), lease_state_text (state));
}

/* The only way from one state to the next. */
static status_t become (txn_t *txn, lease_t *lease, lease_state_t state, fault_t *reterr)
{
    status_t status = check_may_become (lease, state, reterr);
    if (status != STATUS_OK)
        return status;
    bool counts_otherwise = lease_counts_as (lease->state) != lease_counts_as (state);
    if (counts_otherwise)
        counts_lease (txn, lease->id, -1);
    lease->state = state;
    (void) txn_run (txn, "UPDATE lease SET state = $2 WHERE id = $1", lease->id, (int) state);
    if (counts_otherwise)
        counts_lease (txn, lease->id, 1);
    return STATUS_OK;
}

static status_t find_and_become (txn_t *txn, uint64_t id, lease_state_t state, lease_t *ret_lease, fault_t *reterr)
{
    status_t status = lease_find (txn, id, ret_lease, reterr);
    return status == STATUS_OK ? become (txn, ret_lease, state, reterr) : status;
}

/* --- drafted, offered --- */

static void write_price (txn_t *txn, uint64_t lease, int32_t from_day, int64_t rent_ore, int64_t costs_ore)
{
    (void) txn_run (txn,
                    "INSERT INTO lease_price (lease, from_day, monthly_rent_ore, monthly_costs_ore)"
                    " VALUES ($1, $2, $3, $4) ON CONFLICT (lease, from_day)"
                    " DO UPDATE SET monthly_rent_ore = $3, monthly_costs_ore = $4",
                    lease, from_day, rent_ore, costs_ore);
}

static uint64_t write_down (txn_t *txn, const terms_t *terms, const premises_t *premises, lease_state_t state)
{
    uint64_t lease = txn_new_id (txn);
    int32_t from_day = terms->period.from_day;
    (void) txn_run (txn,
                    "INSERT INTO lease (id, tenant, premises, state, desks, from_day, last_day, notice_months,"
                    " deposit_ore, vat, charged_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                    lease, terms->tenant, premises->id, (int) state, terms->desks, from_day,
                    number_or_null (terms->period.last_day),
                    terms->notice_months ? terms->notice_months : premises->notice_months, terms->deposit_ore,
                    terms->vat, from_day - 1);
    write_price (txn, lease, from_day, terms->monthly_rent_ore ? terms->monthly_rent_ore : premises->monthly_rent_ore,
                 terms->monthly_costs_ore);
    counts_lease (txn, lease, 1);
    return lease;
}

static void say_offered (txn_t *txn, uint64_t lease, uint64_t tenant, int64_t answer_by)
{
    if (answer_by) {
        (void) txn_run (txn, "UPDATE lease SET answer_by = $2 WHERE id = $1", lease, answer_by);
        txn_at (txn, answer_by, TIMER_ANSWER_OVERDUE, lease);
    }
    Lease__LeaseOffered offered = LEASE__LEASE_OFFERED__INIT;
    offered.lease = lease;
    offered.tenant = tenant;
    txn_emit (txn, &offered.base);
}

uint64_t lease_draw_up (txn_t *txn, const terms_t *terms, const premises_t *premises)
{
    uint64_t lease = write_down (txn, terms, premises, LEASE_OFFERED);
    say_offered (txn, lease, terms->tenant, terms->answer_by);
    return lease;
}

static status_t check_days (int32_t from_day, int32_t last_day, fault_t *reterr)
{
    if (last_day && last_day < from_day)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DAYS_REVERSED", "the last day is before the first");
    return STATUS_OK;
}

static status_t check_answer_by (const txn_t *txn, int64_t answer_by, fault_t *reterr)
{
    if (answer_by && answer_by <= txn_now (txn))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_ANSWER_BY_PAST", "the time to answer is over already");
    return STATUS_OK;
}

static status_t check_offer (txn_t *txn, const Lease__OfferLeaseRequest *request, fault_t *reterr)
{
    bool named = request->n_desks > 0;
    bool counted = request->premises != 0 && request->desk_count > 0;
    if (named == counted)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DESKS_UNCLEAR",
                      "name the desks, or premises and how many");
    status_t status = check_days (request->from_day, request->last_day, reterr);
    if (status == STATUS_OK)
        status = check_answer_by (txn, request->answer_by, reterr);
    return status == STATUS_OK ? tenant_find (txn, request->tenant, reterr) : status;
}

static status_t count_desks (txn_t *txn, uint64_t premises, uint32_t count, period_t period, desk_set_t *ret_set,
                             fault_t *reterr)
{
    if (desks_free (txn, premises, count, period, ret_set))
        return STATUS_OK;
    return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_DESKS_TOO_FEW",
                  "fewer than {count=%" PRIu32 "} desks are free", count);
}

static status_t choose_desks (txn_t *txn, const Lease__OfferLeaseRequest *request, period_t period, desk_set_t *ret_set,
                              premises_t *ret_premises, fault_t *reterr)
{
    if (request->n_desks > 0) {
        status_t status = desks_named (txn, request->desks, request->n_desks, period, ret_set, reterr);
        return status == STATUS_OK ? premises_find (txn, ret_set->premises, ret_premises, reterr) : status;
    }
    status_t status = premises_find (txn, request->premises, ret_premises, reterr);
    if (status == STATUS_OK)
        status = count_desks (txn, request->premises, request->desk_count, period, ret_set, reterr);
    return status;
}

status_t lease_check_offer (txn_t *txn, const Lease__OfferLeaseRequest *request, Lease__CheckOfferReply *reply,
                            fault_t *reterr)
{
    (void) reply;
    desk_set_t set;
    premises_t premises;
    status_t status = check_offer (txn, request, reterr);
    return status == STATUS_OK ? choose_desks (txn, request, (period_t){ request->from_day, request->last_day }, &set,
                                               &premises, reterr)
                               : status;
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
        .monthly_rent_ore = request->monthly_rent_ore,
        .monthly_costs_ore = request->monthly_costs_ore,
        .notice_months = request->notice_months,
        .deposit_ore = request->deposit_ore,
        .vat = request->vat,
        .answer_by = request->answer_by,
    };
    reply->lease = lease_draw_up (txn, &terms, &premises);
    desks_hold_for_lease (txn, &set, reply->lease, period);
    return STATUS_OK;
}

status_t lease_draft_lease (txn_t *txn, const Lease__DraftLeaseRequest *request, Lease__DraftLeaseReply *reply,
                            fault_t *reterr)
{
    premises_t premises;
    status_t status = tenant_find (txn, request->tenant, reterr);
    if (status == STATUS_OK)
        status = premises_find (txn, request->premises, &premises, reterr);
    if (status == STATUS_OK)
        status = check_days (request->from_day, request->last_day, reterr);
    if (status != STATUS_OK)
        return status;
    terms_t terms = {
        .tenant = request->tenant,
        .desks = request->desk_count,
        .period = { request->from_day, request->last_day },
        .monthly_rent_ore = request->monthly_rent_ore,
        .monthly_costs_ore = request->monthly_costs_ore,
        .notice_months = request->notice_months,
        .deposit_ore = request->deposit_ore,
        .vat = request->vat,
    };
    reply->lease = write_down (txn, &terms, &premises, LEASE_DRAFT);
    return STATUS_OK;
}

status_t lease_offer_draft (txn_t *txn, const Lease__OfferDraftRequest *request, Lease__OfferDraftReply *reply,
                            fault_t *reterr)
{
    (void) reply;
    lease_t lease;
    desk_set_t set;
    status_t status = check_answer_by (txn, request->answer_by, reterr);
    if (status == STATUS_OK)
        status = find_and_become (txn, request->lease, LEASE_OFFERED, &lease, reterr);
    if (status == STATUS_OK)
        status = count_desks (txn, lease.premises, lease.desks, lease.period, &set, reterr);
    if (status != STATUS_OK)
        return status;
    desks_hold_for_lease (txn, &set, lease.id, lease.period);
    say_offered (txn, lease.id, lease.tenant, request->answer_by);
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

/* For all desks, as it is on a day. */
static int64_t price_of (txn_t *txn, const lease_t *lease, int32_t day)
{
    rows_t *row = txn_row (txn,
                           "SELECT monthly_rent_ore FROM lease_price WHERE lease = $1 AND from_day <= $2"
                           " ORDER BY from_day DESC LIMIT 1",
                           lease->id, day > lease->period.from_day ? day : lease->period.from_day);
    int64_t ore = row ? rows_int (row, 0) * lease->desks : 0;
    if (row)
        rows_close (row);
    return ore;
}

static void emit_signed (txn_t *txn, const lease_t *lease)
{
    Lease__LeaseSigned signed_ = LEASE__LEASE_SIGNED__INIT;
    signed_.lease = lease->id;
    signed_.tenant = lease->tenant;
    signed_.desks = lease->desks;
    signed_.from_day = lease->period.from_day;
    signed_.monthly_rent_ore = price_of (txn, lease, lease->period.from_day);
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
    if (status == STATUS_OK)
        status = rent_charge_deposit (txn, &lease, reterr);
    reply->state = (Lease__LeaseState) lease.state;
    return status;
}

status_t lease_on_first_day (txn_t *txn, uint64_t id, fault_t *reterr)
{
    lease_t lease;
    status_t status = lease_find (txn, id, &lease, reterr);
    return status == STATUS_OK ? activate (txn, &lease, reterr) : status;
}

/* --- changed --- */

static status_t check_change (txn_t *txn, const lease_t *lease, const Lease__ChangeLeaseRequest *request,
                              int32_t from_day, fault_t *reterr)
{
    bool price = request->monthly_rent_ore || request->monthly_costs_ore;
    bool term = request->last_day || request->until_notice;
    char day[ISO_DAY_SIZE];
    if (lease->state != LEASE_SIGNED && lease->state != LEASE_ACTIVE)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_WRONG_STATE",
                      "lease {lease=%" PRIu64 "} is {state=%s} and cannot be changed", lease->id,
                      lease_state_text (lease->state));
    if (!price && !term && !request->notice_months)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_NOTHING_CHANGED", "say what is to be another");
    if (price && from_day <= lease->charged_until)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_CHARGED_ALREADY", "rent is charged up to {until=%s}",
                      day_text (lease->charged_until, day));
    if (!term)
        return STATUS_OK;
    if (!lease->period.last_day || (!request->until_notice && request->last_day <= lease->period.last_day))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_ENDS_SOONER", "the term would not become longer");
    period_t longer = { lease->period.last_day + 1, request->until_notice ? 0 : request->last_day };
    return desks_stay (txn, lease->id, longer, reterr);
}

static void change_price (txn_t *txn, const lease_t *lease, const Lease__ChangeLeaseRequest *request, int32_t from_day)
{
    rows_t *row = txn_row (txn,
                           "SELECT monthly_rent_ore, monthly_costs_ore FROM lease_price WHERE lease = $1"
                           " AND from_day <= $2 ORDER BY from_day DESC LIMIT 1",
                           lease->id, from_day);
    int64_t rent_ore = row ? rows_int (row, 0) : 0, costs_ore = row ? rows_int (row, 1) : 0;
    if (row)
        rows_close (row);
    write_price (txn, lease->id, from_day, request->monthly_rent_ore ? request->monthly_rent_ore : rent_ore,
                 request->monthly_costs_ore ? request->monthly_costs_ore : costs_ore);
}

static void change_term (txn_t *txn, lease_t *lease, const Lease__ChangeLeaseRequest *request)
{
    lease->period.last_day = request->until_notice ? 0 : request->last_day;
    (void) txn_run (txn, "UPDATE lease SET last_day = $2 WHERE id = $1", lease->id,
                    number_or_null (lease->period.last_day));
    desks_hold_until (txn, lease->id, lease->period.last_day);
    txn_cancel (txn, TIMER_LAST_DAY_OVER, lease->id);
    if (lease->period.last_day)
        end_after (txn, lease->id, lease->period.last_day);
}

status_t lease_change_lease (txn_t *txn, const Lease__ChangeLeaseRequest *request, Lease__ChangeLeaseReply *reply,
                             fault_t *reterr)
{
    (void) reply;
    lease_t lease;
    status_t status = lease_find (txn, request->lease, &lease, reterr);
    if (status != STATUS_OK)
        return status;
    bool price = request->monthly_rent_ore || request->monthly_costs_ore;
    int32_t asked = day_or (request->from_day, txn_today (txn));
    int32_t from_day = asked > lease.period.from_day ? asked : lease.period.from_day;
    status = check_change (txn, &lease, request, from_day, reterr);
    if (status != STATUS_OK)
        return status;
    counts_lease (txn, lease.id, -1);
    if (price)
        change_price (txn, &lease, request, from_day);
    if (request->last_day || request->until_notice)
        change_term (txn, &lease, request);
    counts_lease (txn, lease.id, 1);
    if (request->notice_months)
        (void) txn_run (txn, "UPDATE lease SET notice_months = $2 WHERE id = $1", lease.id, request->notice_months);
    Lease__LeaseChanged changed = LEASE__LEASE_CHANGED__INIT;
    changed.lease = lease.id;
    changed.from_day = price ? from_day : 0;
    changed.monthly_rent_ore = price_of (txn, &lease, price ? from_day : txn_today (txn));
    changed.last_day = lease.period.last_day;
    txn_emit (txn, &changed.base);
    return STATUS_OK;
}

/* --- notice and end --- */

/* LEA-02: a tenant may leave without saying why, the house may not. */
static status_t check_notice (const lease_t *lease, const Lease__GiveNoticeRequest *request, int32_t given_day,
                              int32_t last_day, int32_t today, fault_t *reterr)
{
    char ends[ISO_DAY_SIZE], would[ISO_DAY_SIZE];
    if (request->by_house && request->ground[0] == '\0')
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_GROUND_REQUIRED",
                      "say what the house rests its notice on");
    if (given_day > today)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_NOTICE_AHEAD", "that day has not come");
    if (given_day < lease->period.from_day)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NOTICE_TOO_EARLY",
                      "the lease had not begun on that day");
    if (lease->period.last_day && lease->period.last_day <= last_day)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_ENDS_SOONER",
                      "the lease ends on {ends=%s}, and notice would end it on {would=%s}",
                      day_text (lease->period.last_day, ends), day_text (last_day, would));
    return STATUS_OK;
}

status_t lease_give_notice (txn_t *txn, const Lease__GiveNoticeRequest *request, Lease__GiveNoticeReply *reply,
                            fault_t *reterr)
{
    lease_t lease;
    status_t status = lease_find (txn, request->lease, &lease, reterr);
    if (status == STATUS_OK)
        status = check_may_become (&lease, LEASE_NOTICE_GIVEN, reterr);
    if (status != STATUS_OK)
        return status;
    int32_t given_day = day_or (request->given_day, txn_today (txn));
    reply->last_day = notice_last_day (given_day, lease.notice_months);
    status = check_notice (&lease, request, given_day, reply->last_day, txn_today (txn), reterr);
    if (status == STATUS_OK)
        status = rent_give_back (txn, &lease, reply->last_day, reterr);
    if (status != STATUS_OK)
        return status;
    counts_lease (txn, lease.id, -1);
    (void) txn_run (txn,
                    "UPDATE lease SET last_day = $2, notice_day = $3, notice_by_house = $4, notice_ground = $5"
                    " WHERE id = $1",
                    lease.id, reply->last_day, given_day, request->by_house, request->ground);
    counts_lease (txn, lease.id, 1);
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

/* $1 today, $2 after, $3 limit; the price is the one of today, or of the first day while that has not come. */
#define LEASES                                                                                                         \
    "SELECT lease.id, tenant.id, tenant.name, state, desks, lease.from_day, last_day, price.monthly_rent_ore,"         \
    " notice_months, deposit_ore, vat, answer_by, notice_day, premises, price.monthly_costs_ore, charged_until"        \
    " FROM lease JOIN tenant ON tenant.id = lease.tenant JOIN lease_price AS price ON price.lease = lease.id"          \
    " AND price.from_day = (SELECT max (from_day) FROM lease_price AS now WHERE now.lease = lease.id"                  \
    "   AND now.from_day <= CASE WHEN lease.from_day > $1 THEN lease.from_day ELSE $1 END)"                            \
    " WHERE lease.id > $2"
#define PAGE " ORDER BY lease.id LIMIT $3"

static rows_t *query_leases (txn_t *txn, const Lease__ListLeasesRequest *request)
{
    int32_t today = txn_today (txn);
    uint32_t limit = list_limit (request->limit);
    int state = (int) request->state;
    if (request->tenant)
        return txn_query (txn, LEASES " AND lease.tenant = $4 AND ($5 = 0 OR state = $5)" PAGE, today, request->after,
                          limit, request->tenant, state);
    if (state)
        return txn_query (txn, LEASES " AND state = $4" PAGE, today, request->after, limit, state);
    return txn_query (txn, LEASES PAGE, today, request->after, limit);
}

status_t lease_list_leases (txn_t *txn, const Lease__ListLeasesRequest *request, Lease__ListLeasesReply *reply,
                            fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = query_leases (txn, request);
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
        lease->premises = rows_uint (rows, 13);
        lease->monthly_costs_ore = rows_int (rows, 14);
        int32_t charged_until = (int32_t) rows_int (rows, 15);
        lease->charged_until = charged_until < lease->from_day ? 0 : charged_until;
    }
    return STATUS_OK;
}
