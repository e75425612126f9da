/* L5: what is owed.
 *
 * Invariant: the days of a lease up to charged_until have been charged, once; both are written in one transaction. So a
 * charge run goes on from wherever the last one stopped, whatever stopped it. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

enum { CHARGES_PER_STEP = 100 /* each takes an id, and a transaction mints at most 255 */ };

/* --- one lease --- */

typedef struct {
    int64_t rent_ore;
    int64_t costs_ore;
    int64_t vat_ore;
} owed_t;

static int64_t total_of (owed_t owed)
{
    return owed.rent_ore + owed.costs_ore + owed.vat_ore;
}

/* For days of one month, at the prices of each of them. */
static owed_t owed_for (txn_t *txn, const lease_t *lease, int32_t from_day, int32_t last_day, const law_t *law)
{
    owed_t owed = { 0 };
    int32_t until = last_day;
    rows_t *prices = txn_query (txn,
                                "SELECT from_day, monthly_rent_ore, monthly_costs_ore FROM lease_price"
                                " WHERE lease = $1 AND from_day <= $2 ORDER BY from_day DESC",
                                lease->id, last_day);
    while (until >= from_day && rows_next (prices)) {
        int32_t since = (int32_t) rows_int (prices, 0);
        int32_t begin = since > from_day ? since : from_day;
        owed.rent_ore += rent_of_days (rows_int (prices, 1) * lease->desks, begin, until);
        owed.costs_ore += rent_of_days (rows_int (prices, 2) * lease->desks, begin, until);
        until = begin - 1;
    }
    rows_close (prices);
    if (lease->vat)
        owed.vat_ore = vat_of (owed.rent_ore + owed.costs_ore, law->vat_hundredths);
    return owed;
}

void charge_write (txn_t *txn, const charge_t *charge)
{
    (void) txn_run (txn,
                    "INSERT INTO charge (id, lease, kind, month, from_day, last_day, amount_ore, costs_ore, vat_ore,"
                    " due_day, timely_until, open_ore) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                    txn_new_id (txn), charge->lease, (int) charge->kind, charge->month, charge->from_day,
                    charge->last_day, charge->amount_ore, charge->costs_ore, charge->vat_ore, charge->due.due_day,
                    charge->due.timely_until, charge->amount_ore + charge->costs_ore + charge->vat_ore);
    account_settle (txn, charge->lease);
}

static void count_in_month (txn_t *txn, uint64_t premises, int32_t month, int64_t rent_ore)
{
    (void) txn_run (txn,
                    "INSERT INTO rent_month (premises, month, rent_ore) VALUES ($1, $2, $3)"
                    " ON CONFLICT (premises, month) DO UPDATE SET rent_ore = rent_month.rent_ore + $3",
                    premises, month, rent_ore);
}

/* Nobody owes before it is asked of them: what is charged late is due on the day it is charged. */
static due_t due_from (txn_t *txn, int32_t day, const law_t *law)
{
    int32_t today = txn_today (txn);
    return rent_due (day > today ? day : today, law);
}

typedef struct {
    uint64_t id;
    int32_t month;
    uint32_t charges;
    int64_t rent_ore;
    bool done;
    int32_t law_day; /* most leases are charged from the same day: the law of it is looked up once */
    law_t law;
    bool has_law;
} charge_run_t;

static status_t law_for (txn_t *txn, charge_run_t *run, int32_t day, fault_t *reterr)
{
    if (run->has_law && run->law_day == day)
        return STATUS_OK;
    status_t status = law_at (txn, day, &run->law, reterr);
    run->has_law = status == STATUS_OK;
    run->law_day = day;
    return status;
}

/* The days that come next, to the end of their month or of the lease. */
static status_t charge_next_days (txn_t *txn, charge_run_t *run, const lease_t *lease, owed_t *ret_owed,
                                  fault_t *reterr)
{
    const law_t *law = &run->law;
    int32_t from_day = lease->charged_until + 1;
    int32_t month = month_of_day (from_day);
    int32_t last_day = month_last_day (month);
    if (lease->period.last_day && lease->period.last_day < last_day)
        last_day = lease->period.last_day;
    status_t status = law_for (txn, run, from_day, reterr);
    if (status != STATUS_OK)
        return status;
    owed_t owed = owed_for (txn, lease, from_day, last_day, law);
    charge_write (txn, &(charge_t){
                           .lease = lease->id,
                           .kind = LEASE__CHARGE_KIND__RENT,
                           .month = month,
                           .from_day = from_day,
                           .last_day = last_day,
                           .amount_ore = owed.rent_ore,
                           .costs_ore = owed.costs_ore,
                           .vat_ore = owed.vat_ore,
                           .due = due_from (txn, from_day, law),
                       });
    count_in_month (txn, lease->premises, month, owed.rent_ore);
    (void) txn_run (txn, "UPDATE lease SET charged_until = $2 WHERE id = $1", lease->id, last_day);
    *ret_owed = owed;
    return STATUS_OK;
}

status_t rent_charge_deposit (txn_t *txn, const lease_t *lease, fault_t *reterr)
{
    law_t law;
    if (lease->deposit_ore == 0)
        return STATUS_OK;
    status_t status = law_at (txn, lease->period.from_day, &law, reterr);
    if (status != STATUS_OK)
        return status;
    charge_write (txn, &(charge_t){
                           .lease = lease->id,
                           .kind = LEASE__CHARGE_KIND__DEPOSIT,
                           .month = month_of_day (txn_today (txn)),
                           .from_day = lease->period.from_day,
                           .last_day = lease->period.from_day,
                           .amount_ore = lease->deposit_ore,
                           .due = due_from (txn, lease->period.from_day, &law),
                       });
    return STATUS_OK;
}

/* --- days that notice takes away again --- */

status_t rent_give_back (txn_t *txn, const lease_t *lease, int32_t last_day, fault_t *reterr)
{
    law_t law;
    owed_t back = { 0 };
    if (last_day >= lease->charged_until)
        return STATUS_OK;
    rows_t *rows = txn_query (txn,
                              "SELECT from_day, month, amount_ore, costs_ore, vat_ore FROM charge WHERE lease = $1"
                              " AND kind = 1 AND last_day > $2 ORDER BY from_day",
                              lease->id, last_day);
    while (rows_next (rows)) {
        int32_t from_day = (int32_t) rows_int (rows, 0), month = (int32_t) rows_int (rows, 1);
        owed_t charged = { rows_int (rows, 2), rows_int (rows, 3), rows_int (rows, 4) }, stays = { 0 };
        status_t status = law_at (txn, from_day, &law, reterr);
        if (status != STATUS_OK) {
            rows_close (rows);
            return status;
        }
        if (from_day <= last_day)
            stays = owed_for (txn, lease, from_day, last_day, &law);
        back.rent_ore += charged.rent_ore - stays.rent_ore;
        back.costs_ore += charged.costs_ore - stays.costs_ore;
        back.vat_ore += charged.vat_ore - stays.vat_ore;
        count_in_month (txn, lease->premises, month, stays.rent_ore - charged.rent_ore);
    }
    (void) credit_write (txn, &(credit_t){ .lease = lease->id,
                                           .kind = LEASE__CREDIT_KIND__RENT_BACK,
                                           .day = txn_today (txn),
                                           .amount_ore = total_of (back),
                                           .costs_ore = back.costs_ore });
    (void) txn_run (txn, "UPDATE lease SET charged_until = $2 WHERE id = $1", lease->id, last_day);
    return STATUS_OK;
}

/* --- the run --- */

static bool take_run (rows_t *row, charge_run_t *ret_run)
{
    if (!row)
        return false;
    *ret_run = (charge_run_t){
        .id = rows_uint (row, 0),
        .month = (int32_t) rows_int (row, 1),
        .charges = (uint32_t) rows_uint (row, 2),
        .rent_ore = rows_int (row, 3),
        .done = !rows_is_null (row, 4),
    };
    rows_close (row);
    return true;
}

static uint64_t next_to_charge (txn_t *txn, int32_t month)
{
    rows_t *row = txn_row (txn, "SELECT id FROM lease WHERE charge_from <= $1 ORDER BY charge_from, id LIMIT 1",
                           month_last_day (month));
    uint64_t lease = row ? rows_uint (row, 0) : 0;
    if (row)
        rows_close (row);
    return lease;
}

static void emit_charged (txn_t *txn, int32_t month, uint32_t charges, int64_t rent_ore)
{
    Lease__RentCharged charged = LEASE__RENT_CHARGED__INIT;
    charged.month = month;
    charged.charges = charges;
    charged.rent_ore = rent_ore;
    txn_emit (txn, &charged.base);
}

/* As many charges as one transaction takes; what is left is charged in the next one. */
static status_t charge_step (txn_t *txn, charge_run_t *run, fault_t *reterr)
{
    uint32_t charges = 0;
    int64_t rent_ore = 0;
    while (charges < CHARGES_PER_STEP) {
        lease_t lease;
        owed_t owed = { 0 };
        uint64_t next = next_to_charge (txn, run->month);
        run->done = next == 0;
        if (run->done)
            break;
        status_t status = lease_find (txn, next, &lease, reterr);
        if (status == STATUS_OK)
            status = charge_next_days (txn, run, &lease, &owed, reterr);
        if (status != STATUS_OK)
            return status;
        charges++;
        rent_ore += owed.rent_ore;
    }
    run->charges += charges;
    run->rent_ore += rent_ore;
    (void) txn_run (txn, "UPDATE charge_run SET charges = $2, rent_ore = $3, done_at = $4 WHERE id = $1", run->id,
                    run->charges, run->rent_ore, run->done ? sql_integer (txn_now (txn)) : SQL_NOTHING);
    if (charges > 0)
        emit_charged (txn, run->month, charges, rent_ore);
    if (!run->done)
        txn_at (txn, txn_now (txn) + 1, TIMER_MORE_TO_CHARGE, run->id); /* others get their turn in between */
    return STATUS_OK;
}

status_t rent_on_more_to_charge (txn_t *txn, uint64_t id, fault_t *reterr)
{
    charge_run_t run;
    if (!take_run (txn_row (txn, "SELECT id, month, charges, rent_ore, done_at FROM charge_run WHERE id = $1", id),
                   &run) ||
        run.done)
        return STATUS_OK;
    return charge_step (txn, &run, reterr);
}

/* Before anything is written: rules are complete from a day on, so those of the first day still to be charged say it
 * for all. */
static status_t check_rules (txn_t *txn, int32_t month, fault_t *reterr)
{
    law_t law;
    rows_t *row = txn_row (txn, "SELECT charge_from FROM lease WHERE charge_from <= $1 ORDER BY charge_from LIMIT 1",
                           month_last_day (month));
    int32_t first_day = row ? (int32_t) rows_int (row, 0) : month_first_day (month);
    rows_close (row);
    return law_at (txn, first_day, &law, reterr);
}

/* The run that is under way, a new one, or none when there is nothing to charge. */
static status_t find_or_begin_run (txn_t *txn, int32_t month, charge_run_t *ret_run, bool *ret_is_new, fault_t *reterr)
{
    *ret_is_new = false;
    rows_t *row = txn_row (txn, "SELECT id, month, charges, rent_ore, done_at FROM charge_run WHERE done_at IS NULL");
    if (take_run (row, ret_run)) {
        char text[ISO_MONTH_SIZE];
        return ret_run->month == month ? STATUS_OK
                                       : fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_RUN_UNDER_WAY",
                                                "{month=%s} is being charged", month_text (ret_run->month, text));
    }
    *ret_run = (charge_run_t){ .month = month, .done = next_to_charge (txn, month) == 0 };
    if (ret_run->done)
        return STATUS_OK;
    *ret_is_new = true;
    ret_run->id = txn_new_id (txn);
    (void) txn_run (txn, "INSERT INTO charge_run (id, month, started_at, charges, rent_ore) VALUES ($1, $2, $3, 0, 0)",
                    ret_run->id, month, txn_now (txn));
    return STATUS_OK;
}

status_t rent_charge_month (txn_t *txn, int32_t month, rent_progress_t *ret_progress, fault_t *reterr)
{
    charge_run_t run;
    bool is_new;
    status_t status = check_rules (txn, month, reterr);
    if (status == STATUS_OK)
        status = find_or_begin_run (txn, month, &run, &is_new, reterr);
    if (status == STATUS_OK && is_new)
        status = charge_step (txn, &run, reterr);
    if (status == STATUS_OK)
        *ret_progress = (rent_progress_t){ run.id, run.charges, run.rent_ore, run.done };
    return status;
}

status_t lease_run_charges (txn_t *txn, const Lease__RunChargesRequest *request, Lease__RunChargesReply *reply,
                            fault_t *reterr)
{
    rent_progress_t progress;
    law_t law;
    int32_t this_month = month_of_day (txn_today (txn));
    int32_t month = request->month ? request->month : this_month;
    if (month > this_month + 1)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_MONTH_AHEAD", "rent is charged a month ahead at most");
    status_t status = law_at (txn, month_first_day (month), &law, reterr);
    if (status == STATUS_OK)
        status = rent_charge_month (txn, month, &progress, reterr);
    if (status != STATUS_OK)
        return status;
    reply->run = progress.run;
    reply->charges = progress.charges;
    reply->rent_ore = progress.rent_ore;
    reply->done = progress.done;
    reply->caution = law_caution (txn, &law);
    return STATUS_OK;
}

/* --- queries --- */

status_t lease_list_charge_runs (txn_t *txn, const Lease__ListChargeRunsRequest *request,
                                 Lease__ListChargeRunsReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              "SELECT id, month, started_at, done_at, charges, rent_ore FROM charge_run WHERE id < $1"
                              " ORDER BY id DESC LIMIT $2",
                              before_id (request->before), list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__ChargeRun *run = txn_add (txn, reply->runs, reply->n_runs, lease__charge_run);
        run->run = rows_uint (rows, 0);
        run->month = (int32_t) rows_int (rows, 1);
        run->started_at = rows_int (rows, 2);
        run->done_at = rows_int (rows, 3);
        run->charges = (uint32_t) rows_uint (rows, 4);
        run->rent_ore = rows_int (rows, 5);
    }
    return STATUS_OK;
}

#define CHARGES                                                                                                        \
    "SELECT charge.id, charge.lease, kind, charge.from_day, charge.last_day, amount_ore, costs_ore, vat_ore, due_day," \
    " timely_until, open_ore"

static Lease__Charge *add_charge (txn_t *txn, rows_t *rows, Lease__ListChargesReply *reply)
{
    Lease__Charge *charge = txn_add (txn, reply->charges, reply->n_charges, lease__charge);
    charge->charge = rows_uint (rows, 0);
    charge->lease = rows_uint (rows, 1);
    charge->kind = (Lease__ChargeKind) rows_int (rows, 2);
    charge->from_day = (int32_t) rows_int (rows, 3);
    charge->last_day = (int32_t) rows_int (rows, 4);
    charge->amount_ore = rows_int (rows, 5);
    charge->costs_ore = rows_int (rows, 6);
    charge->vat_ore = rows_int (rows, 7);
    charge->due_day = (int32_t) rows_int (rows, 8);
    charge->timely_until = (int32_t) rows_int (rows, 9);
    charge->open_ore = rows_int (rows, 10);
    return charge;
}

/* The tenant is looked up once. */
static void list_charges_of_lease (txn_t *txn, const Lease__ListChargesRequest *request, Lease__ListChargesReply *reply)
{
    rows_t *row = txn_row (txn, "SELECT name FROM lease JOIN tenant ON tenant.id = lease.tenant WHERE lease.id = $1",
                           request->lease);
    char *tenant_name = txn_text (txn, row ? rows_text (row, 0) : "");
    if (row)
        rows_close (row);
    rows_t *rows = txn_query (txn, CHARGES " FROM charge WHERE lease = $1 AND id > $2 ORDER BY id LIMIT $3",
                              request->lease, request->after, list_limit (request->limit));
    while (rows_next (rows))
        add_charge (txn, rows, reply)->tenant_name = tenant_name;
}

static void list_charges_of_month (txn_t *txn, const Lease__ListChargesRequest *request, Lease__ListChargesReply *reply)
{
    rows_t *rows = txn_query (txn,
                              CHARGES ", tenant.name FROM charge JOIN lease ON lease.id = charge.lease"
                                      " JOIN tenant ON tenant.id = lease.tenant WHERE month = $1 AND charge.id > $2"
                                      " ORDER BY charge.id LIMIT $3",
                              request->month ? request->month : month_of_day (txn_today (txn)), request->after,
                              list_limit (request->limit));
    while (rows_next (rows))
        add_charge (txn, rows, reply)->tenant_name = txn_text (txn, rows_text (rows, 11));
}

status_t lease_list_charges (txn_t *txn, const Lease__ListChargesRequest *request, Lease__ListChargesReply *reply,
                             fault_t *reterr)
{
    (void) reterr;
    if (request->lease)
        list_charges_of_lease (txn, request, reply);
    else
        list_charges_of_month (txn, request, reply);
    return STATUS_OK;
}
