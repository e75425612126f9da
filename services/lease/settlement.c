/* L5: the operating costs of a year, shared out by desk and day.
 *
 * Invariant: shares are differences of one rounded running total over the leases in a fixed order, with the house's own
 * share last; so they sum to the cost to the øre, in however many transactions they were made. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

enum {
    LEASES_PER_STEP = 80, /* each may take a charge or a credit, and with it an id */
    SEEN_PER_STEP = 800   /* with those that had no day in the year */
};

typedef struct {
    uint64_t id, premises;
    int32_t first_day, last_day; /* of the year */
    int64_t cost_ore, desk_days, days_so_far, tenants_ore, on_account_ore;
    uint32_t leases;
    int32_t at_from;
    uint64_t at_lease;
    bool done;
} settlement_t;

#define SETTLEMENT                                                                                                     \
    "SELECT id, premises, year, cost_ore, desk_days, days_so_far, tenants_ore, on_account_ore, leases, at_from,"       \
    " at_lease, done_at FROM settlement WHERE "

static int32_t first_of (int year)
{
    return day_from_civil ((civil_t){ year, 1, 1 });
}

static bool take_settlement (rows_t *row, settlement_t *ret)
{
    if (!row)
        return false;
    int year = (int) rows_int (row, 2);
    *ret = (settlement_t){
        .id = rows_uint (row, 0),
        .premises = rows_uint (row, 1),
        .first_day = first_of (year),
        .last_day = first_of (year + 1) - 1,
        .cost_ore = rows_int (row, 3),
        .desk_days = rows_int (row, 4),
        .days_so_far = rows_int (row, 5),
        .tenants_ore = rows_int (row, 6),
        .on_account_ore = rows_int (row, 7),
        .leases = (uint32_t) rows_uint (row, 8),
        .at_from = (int32_t) rows_int (row, 9),
        .at_lease = rows_uint (row, 10),
        .done = !rows_is_null (row, 11),
    };
    rows_close (row);
    return true;
}

/* --- one lease --- */

static int64_t paid_on_account (txn_t *txn, const settlement_t *self, uint64_t lease)
{
    rows_t *row = txn_row (txn,
                           "SELECT (SELECT coalesce (sum (costs_ore), 0) FROM charge WHERE lease = $1 AND kind = 1"
                           "   AND from_day BETWEEN $2 AND $3)"
                           " - (SELECT coalesce (sum (costs_ore), 0) FROM credit WHERE lease = $1 AND kind = 2"
                           "   AND day BETWEEN $2 AND $3)",
                           lease, self->first_day, self->last_day);
    int64_t ore = row ? rows_int (row, 0) : 0;
    if (row)
        rows_close (row);
    return ore;
}

static int64_t desk_days_of (const settlement_t *self, const lease_t *lease)
{
    int32_t from = lease->period.from_day > self->first_day ? lease->period.from_day : self->first_day;
    int32_t last =
        lease->period.last_day && lease->period.last_day < self->last_day ? lease->period.last_day : self->last_day;
    return last < from ? 0 : (int64_t) (last - from + 1) * lease->desks;
}

/* What the share is more than what was paid on account, or less. */
static void settle_difference (txn_t *txn, const settlement_t *self, const lease_t *lease, int64_t difference_ore,
                               const law_t *law)
{
    int32_t today = txn_today (txn);
    int64_t size_ore = difference_ore < 0 ? -difference_ore : difference_ore;
    int64_t vat_ore = lease->vat ? vat_of (size_ore, law->vat_hundredths) : 0;
    if (difference_ore > 0)
        charge_write (txn, &(charge_t){
                               .lease = lease->id,
                               .kind = LEASE__CHARGE_KIND__OPERATING_COSTS,
                               .month = month_of_day (today),
                               .from_day = self->first_day,
                               .last_day = self->last_day,
                               .amount_ore = size_ore,
                               .vat_ore = vat_ore,
                               .due = rent_due (today, law),
                           });
    else
        (void) credit_write (txn, &(credit_t){ .lease = lease->id,
                                               .kind = LEASE__CREDIT_KIND__COSTS_BACK,
                                               .day = today,
                                               .amount_ore = size_ore + vat_ore });
}

/* LEA-07: a lease that lists no costs pays none; its desks' share is the house's. */
static void settle_lease (txn_t *txn, settlement_t *self, const lease_t *lease, const law_t *law)
{
    int64_t days = desk_days_of (self, lease);
    int64_t share_ore = cost_share (self->cost_ore, self->days_so_far, days, self->desk_days);
    int64_t on_account_ore = paid_on_account (txn, self, lease->id);
    self->days_so_far += days;
    self->leases++;
    if (on_account_ore <= 0)
        return;
    self->tenants_ore += share_ore;
    self->on_account_ore += on_account_ore;
    settle_difference (txn, self, lease, share_ore - on_account_ore, law);
}

/* --- the run --- */

/* The next that has begun by the end of the year, of the same day or a later one; most of them ended before it. */
static uint64_t next_lease (txn_t *txn, settlement_t *self)
{
    rows_t *row = txn_row (txn,
                           "SELECT id, from_day FROM lease WHERE premises = $1 AND from_day = $2 AND id > $3"
                           " ORDER BY id LIMIT 1",
                           self->premises, self->at_from, self->at_lease);
    if (!row)
        row = txn_row (txn,
                       "SELECT id, from_day FROM lease WHERE premises = $1 AND from_day > $2 AND from_day <= $3"
                       " ORDER BY from_day, id LIMIT 1",
                       self->premises, self->at_from, self->last_day);
    if (!row)
        return 0;
    self->at_lease = rows_uint (row, 0);
    self->at_from = (int32_t) rows_int (row, 1);
    rows_close (row);
    return self->at_lease;
}

static void keep (txn_t *txn, const settlement_t *self)
{
    (void) txn_run (txn,
                    "UPDATE settlement SET days_so_far = $2, tenants_ore = $3, on_account_ore = $4, leases = $5,"
                    " at_from = $6, at_lease = $7, done_at = $8 WHERE id = $1",
                    self->id, self->days_so_far, self->tenants_ore, self->on_account_ore, self->leases, self->at_from,
                    self->at_lease, self->done ? sql_integer (txn_now (txn)) : SQL_NOTHING);
}

static bool concerns (const settlement_t *self, const lease_t *lease)
{
    return lease_counts_as (lease->state) == COUNTS_LET && desk_days_of (self, lease) > 0;
}

static status_t settle_step (txn_t *txn, settlement_t *self, fault_t *reterr)
{
    law_t law;
    uint32_t until = self->leases + LEASES_PER_STEP;
    status_t status = law_at (txn, txn_today (txn), &law, reterr);
    for (int n = 0; status == STATUS_OK && n < SEEN_PER_STEP && self->leases < until && !self->done; n++) {
        lease_t lease;
        uint64_t next = next_lease (txn, self);
        self->done = next == 0;
        if (self->done)
            break;
        status = lease_find (txn, next, &lease, reterr);
        if (status == STATUS_OK && concerns (self, &lease))
            settle_lease (txn, self, &lease, &law);
    }
    if (status != STATUS_OK)
        return status;
    keep (txn, self);
    if (!self->done)
        txn_at (txn, txn_now (txn) + 1, TIMER_MORE_TO_SETTLE, self->id);
    return STATUS_OK;
}

status_t settlement_on_more (txn_t *txn, uint64_t id, fault_t *reterr)
{
    settlement_t self;
    if (!take_settlement (txn_row (txn, SETTLEMENT "id = $1", id), &self) || self.done)
        return STATUS_OK;
    return settle_step (txn, &self, reterr);
}

/* --- starting it --- */

static status_t check_year (txn_t *txn, const settlement_t *self, fault_t *reterr)
{
    if (txn_today (txn) <= self->last_day)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_YEAR_NOT_OVER", "the year is not over");
    rows_t *row = txn_row (txn, "SELECT id FROM lease WHERE premises = $1 AND charge_from <= $2 LIMIT 1",
                           self->premises, self->last_day);
    if (row)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NOT_CHARGED_YET",
                      "lease {lease=%" PRIu64 "} is not charged for all of the year", rows_uint (row, 0));
    return STATUS_OK;
}

static int64_t count_desk_days (txn_t *txn, const settlement_t *self)
{
    counted_month_t months[12] = { 0 };
    int64_t days = 0;
    for (int i = 0; i < 12; i++)
        months[i].month = month_of_day (self->first_day) + i;
    counts_months (txn, self->premises, months, 12);
    for (int i = 0; i < 12; i++)
        days += months[i].desk_days;
    return days;
}

static status_t begin (txn_t *txn, const Lease__SettleCostsRequest *request, settlement_t *self, fault_t *reterr)
{
    status_t status = check_year (txn, self, reterr);
    if (status != STATUS_OK)
        return status;
    self->desk_days = count_desk_days (txn, self);
    if (self->desk_days == 0)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NO_DESKS", "there were no desks in that year");
    self->id = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO settlement (id, premises, year, cost_ore, desk_days, days_so_far, tenants_ore,"
                    " on_account_ore, leases, at_from, at_lease) VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, 0)",
                    self->id, self->premises, request->year, self->cost_ore, self->desk_days);
    return settle_step (txn, self, reterr);
}

status_t lease_settle_costs (txn_t *txn, const Lease__SettleCostsRequest *request, Lease__SettleCostsReply *reply,
                             fault_t *reterr)
{
    premises_t premises;
    settlement_t self;
    status_t status = premises_find (txn, request->premises, &premises, reterr);
    if (status != STATUS_OK)
        return status;
    rows_t *known = txn_row (txn, SETTLEMENT "premises = $1 AND year = $2", premises.id, request->year);
    if (!take_settlement (known, &self)) {
        int32_t first_day = first_of ((int) request->year);
        self = (settlement_t){ .premises = premises.id,
                               .first_day = first_day,
                               .last_day = first_of ((int) request->year + 1) - 1,
                               .cost_ore = request->cost_ore };
        status = begin (txn, request, &self, reterr);
    } else if (self.cost_ore != request->cost_ore) {
        status = fault (reterr, STATUS_ALREADY_EXISTS, "LEASE_COSTS_SETTLED",
                        "settlement {settlement=%" PRIu64 "} of that year has another amount", self.id);
    }
    reply->settlement = self.id;
    reply->done = self.done;
    return status;
}

status_t lease_list_settlements (txn_t *txn, const Lease__ListSettlementsRequest *request,
                                 Lease__ListSettlementsReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              "SELECT id, premises, year, cost_ore, tenants_ore, on_account_ore, leases, done_at"
                              " FROM settlement WHERE id < $1 ORDER BY id DESC LIMIT $2",
                              before_id (request->before), list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__Settlement *settlement = txn_add (txn, reply->settlements, reply->n_settlements, lease__settlement);
        settlement->settlement = rows_uint (rows, 0);
        settlement->premises = rows_uint (rows, 1);
        settlement->year = (uint32_t) rows_uint (rows, 2);
        settlement->cost_ore = rows_int (rows, 3);
        settlement->tenants_ore = rows_int (rows, 4);
        settlement->house_ore = settlement->cost_ore - settlement->tenants_ore;
        settlement->on_account_ore = rows_int (rows, 5);
        settlement->leases = (uint32_t) rows_uint (rows, 6);
        settlement->done_at = rows_int (rows, 7);
    }
    return STATUS_OK;
}
