/* L5: what is late, and asking for it.
 *
 * A demand asks for all that is late on its day. What becomes late after it is demanded anew; so a run that is made
 * again, broken off or started twice asks nobody twice for the same. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

enum { DEMANDS_PER_STEP = 100 /* each takes an id, and a transaction mints at most 255 */ };

/* --- arrears --- */

static void add_newest_demand (txn_t *txn, Lease__Arrears *arrears)
{
    rows_t *row =
        txn_row (txn, "SELECT day, deadline_day FROM demand WHERE lease = $1 ORDER BY id DESC LIMIT 1", arrears->lease);
    if (!row)
        return;
    arrears->demanded_day = (int32_t) rows_int (row, 0);
    arrears->deadline_day = (int32_t) rows_int (row, 1);
    rows_close (row);
}

static int64_t late_of (txn_t *txn, uint64_t lease, int32_t day)
{
    rows_t *row = txn_row (txn,
                           "SELECT coalesce (sum (open_ore), 0) FROM charge WHERE lease = $1 AND open_ore > 0"
                           " AND timely_until < $2",
                           lease, day);
    int64_t ore = row ? rows_int (row, 0) : 0;
    rows_close (row);
    return ore;
}

/* By the oldest of what each of them owes: read in that order, so that a page of it is all that is read. */
status_t lease_list_arrears (txn_t *txn, const Lease__ListArrearsRequest *request, Lease__ListArrearsReply *reply,
                             fault_t *reterr)
{
    (void) reterr;
    int32_t day = day_or (request->day, txn_today (txn));
    rows_t *rows = txn_query (
        txn,
        "SELECT lease.id, tenant.name, late.due_day, late.timely_until FROM charge AS late"
        " JOIN lease ON lease.id = late.lease JOIN tenant ON tenant.id = lease.tenant"
        " WHERE late.open_ore > 0 AND late.timely_until < $1"
        " AND NOT EXISTS (SELECT 1 FROM charge AS older WHERE older.lease = late.lease AND older.open_ore > 0"
        "   AND older.timely_until < $1 AND (older.due_day, older.id) < (late.due_day, late.id))"
        " ORDER BY late.timely_until, late.lease LIMIT $2",
        day, list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__Arrears *arrears = txn_add (txn, reply->arrears, reply->n_arrears, lease__arrears);
        arrears->lease = rows_uint (rows, 0);
        arrears->tenant_name = txn_text (txn, rows_text (rows, 1));
        arrears->due_day = (int32_t) rows_int (rows, 2);
        arrears->demand_from = (int32_t) rows_int (rows, 3) + 1;
        arrears->overdue_ore = late_of (txn, arrears->lease, day);
        add_newest_demand (txn, arrears);
    }
    return STATUS_OK;
}

static status_t not_overdue (txn_t *txn, uint64_t lease, fault_t *reterr)
{
    rows_t *row = txn_row (
        txn, "SELECT timely_until FROM charge WHERE lease = $1 AND open_ore > 0 ORDER BY due_day, id LIMIT 1", lease);
    if (!row)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NOT_OVERDUE", "everything is paid");
    char day[ISO_DAY_SIZE];
    return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NOT_OVERDUE", "a demand may be made from {from=%s}",
                  day_text ((int32_t) rows_int (row, 0) + 1, day));
}

/* --- one demand --- */

static uint64_t write_demand (txn_t *txn, uint64_t lease, int64_t amount_ore, const law_t *law)
{
    uint64_t demand = txn_new_id (txn);
    int32_t today = txn_today (txn);
    (void) txn_run (txn, "INSERT INTO demand (id, lease, day, deadline_day, amount_ore) VALUES ($1, $2, $3, $4, $5)",
                    demand, lease, today, today + law->demand_days, amount_ore);
    return demand;
}

status_t lease_demand_payment (txn_t *txn, const Lease__DemandPaymentRequest *request, Lease__DemandPaymentReply *reply,
                               fault_t *reterr)
{
    lease_t lease;
    law_t law;
    int32_t today = txn_today (txn);
    status_t status = lease_find (txn, request->lease, &lease, reterr);
    if (status == STATUS_OK)
        status = law_at (txn, today, &law, reterr);
    if (status != STATUS_OK)
        return status;
    reply->amount_ore = late_of (txn, lease.id, today);
    if (reply->amount_ore == 0)
        return not_overdue (txn, lease.id, reterr);
    reply->demand = write_demand (txn, lease.id, reply->amount_ore, &law);
    reply->deadline_day = today + law.demand_days;
    reply->caution = law_caution (txn, &law);
    return STATUS_OK;
}

/* --- all that are due --- */

/* A place in the list of them: by the oldest that is late and was not demanded since, and lease. */
typedef struct {
    int32_t timely_until;
    uint64_t lease;
} due_place_t;

#define NOT_DEMANDED(charge)                                                                                           \
    "NOT EXISTS (SELECT 1 FROM demand WHERE demand.lease = " charge ".lease AND demand.day > " charge ".timely_until)"

static rows_t *query_due (txn_t *txn, due_place_t after, uint32_t limit)
{
    return txn_query (
        txn,
        "SELECT late.lease, tenant.name, late.due_day, late.timely_until FROM charge AS late"
        " JOIN lease ON lease.id = late.lease JOIN tenant ON tenant.id = lease.tenant"
        " WHERE late.open_ore > 0 AND late.timely_until < $1"
        " AND (late.timely_until, late.lease) > ($2, $3) AND " NOT_DEMANDED (
            "late") " AND NOT EXISTS (SELECT 1 FROM charge AS older WHERE older.lease = late.lease"
                    "   AND older.open_ore > 0 AND (older.timely_until, older.id) < (late.timely_until, late.id)"
                    "   AND " NOT_DEMANDED ("older") ") ORDER BY late.timely_until, late.lease LIMIT $4",
        txn_today (txn), after.timely_until, after.lease, limit);
}

static due_place_t place_of (txn_t *txn, uint64_t lease)
{
    due_place_t place = { INT32_MIN, lease };
    rows_t *row = txn_row (txn,
                           "SELECT coalesce (min (timely_until), $2) FROM charge WHERE lease = $1 AND open_ore > 0"
                           " AND " NOT_DEMANDED ("charge"),
                           lease, INT32_MIN);
    if (row)
        place.timely_until = (int32_t) rows_int (row, 0);
    rows_close (row);
    return place;
}

status_t lease_list_demands_due (txn_t *txn, const Lease__ListDemandsDueRequest *request,
                                 Lease__ListDemandsDueReply *reply, fault_t *reterr)
{
    (void) reterr;
    due_place_t after = request->after ? place_of (txn, request->after) : (due_place_t){ INT32_MIN, 0 };
    rows_t *rows = query_due (txn, after, list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__DemandDue *due = txn_add (txn, reply->demands, reply->n_demands, lease__demand_due);
        due->lease = rows_uint (rows, 0);
        due->tenant_name = txn_text (txn, rows_text (rows, 1));
        due->due_day = (int32_t) rows_int (rows, 2);
        due->amount_ore = late_of (txn, due->lease, txn_today (txn));
    }
    return STATUS_OK;
}

typedef struct {
    uint64_t id;
    due_place_t at;
    uint32_t demands;
    int64_t amount_ore;
    bool done;
} demand_run_t;

#define DEMAND_RUN "SELECT id, at_timely, at_lease, demands, amount_ore, done_at FROM demand_run WHERE "

static bool take_run (rows_t *row, demand_run_t *ret_run)
{
    if (!row)
        return false;
    *ret_run = (demand_run_t){
        .id = rows_uint (row, 0),
        .at = { (int32_t) rows_int (row, 1), rows_uint (row, 2) },
        .demands = (uint32_t) rows_uint (row, 3),
        .amount_ore = rows_int (row, 4),
        .done = !rows_is_null (row, 5),
    };
    rows_close (row);
    return true;
}

static status_t demand_step (txn_t *txn, demand_run_t *run, fault_t *reterr)
{
    law_t law;
    uint64_t leases[DEMANDS_PER_STEP];
    size_t count = 0;
    status_t status = law_at (txn, txn_today (txn), &law, reterr);
    if (status != STATUS_OK)
        return status;
    rows_t *rows = query_due (txn, run->at, DEMANDS_PER_STEP);
    while (rows_next (rows)) {
        leases[count++] = rows_uint (rows, 0);
        run->at = (due_place_t){ (int32_t) rows_int (rows, 3), rows_uint (rows, 0) };
    }
    for (size_t i = 0; i < count; i++) {
        int64_t amount_ore = late_of (txn, leases[i], txn_today (txn));
        (void) write_demand (txn, leases[i], amount_ore, &law);
        run->demands++;
        run->amount_ore += amount_ore;
    }
    run->done = count < DEMANDS_PER_STEP;
    (void) txn_run (txn,
                    "UPDATE demand_run SET at_timely = $2, at_lease = $3, demands = $4, amount_ore = $5, done_at = $6"
                    " WHERE id = $1",
                    run->id, run->at.timely_until, run->at.lease, run->demands, run->amount_ore,
                    run->done ? sql_integer (txn_now (txn)) : SQL_NOTHING);
    if (!run->done)
        txn_at (txn, txn_now (txn) + 1, TIMER_MORE_TO_DEMAND, run->id);
    return STATUS_OK;
}

status_t demands_on_more (txn_t *txn, uint64_t id, fault_t *reterr)
{
    demand_run_t run;
    if (!take_run (txn_row (txn, DEMAND_RUN "id = $1", id), &run) || run.done)
        return STATUS_OK;
    return demand_step (txn, &run, reterr);
}

static bool any_due (txn_t *txn)
{
    rows_t *rows = query_due (txn, (due_place_t){ INT32_MIN, 0 }, 1);
    bool any = rows_next (rows);
    rows_close (rows);
    return any;
}

/* The one that is under way, or a new one when anything is due. */
status_t lease_demand_all (txn_t *txn, const Lease__DemandAllRequest *request, Lease__DemandAllReply *reply,
                           fault_t *reterr)
{
    (void) request;
    demand_run_t run = { .at = { INT32_MIN, 0 }, .done = true };
    law_t law;
    status_t status = law_at (txn, txn_today (txn), &law, reterr);
    if (status == STATUS_OK && !take_run (txn_row (txn, DEMAND_RUN "done_at IS NULL"), &run) && any_due (txn)) {
        run.id = txn_new_id (txn);
        (void) txn_run (txn,
                        "INSERT INTO demand_run (id, started_at, at_timely, at_lease, demands, amount_ore)"
                        " VALUES ($1, $2, $3, 0, 0, 0)",
                        run.id, txn_now (txn), run.at.timely_until);
        status = demand_step (txn, &run, reterr);
    }
    if (status != STATUS_OK)
        return status;
    reply->run = run.id;
    reply->demands = run.demands;
    reply->amount_ore = run.amount_ore;
    reply->done = run.done;
    reply->caution = law_caution (txn, &law);
    return STATUS_OK;
}

/* --- those that were made --- */

status_t lease_list_demands (txn_t *txn, const Lease__ListDemandsRequest *request, Lease__ListDemandsReply *reply,
                             fault_t *reterr)
{
    (void) reterr;
    rows_t *rows =
        txn_query (txn,
                   "SELECT demand.id, demand.lease, tenant.name, demand.day, demand.amount_ore, demand.deadline_day"
                   " FROM demand JOIN lease ON lease.id = demand.lease JOIN tenant ON tenant.id = lease.tenant"
                   " WHERE demand.id < $1 ORDER BY demand.id DESC LIMIT $2",
                   before_id (request->before), list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__Demand *demand = txn_add (txn, reply->demands, reply->n_demands, lease__demand);
        demand->demand = rows_uint (rows, 0);
        demand->lease = rows_uint (rows, 1);
        demand->tenant_name = txn_text (txn, rows_text (rows, 2));
        demand->day = (int32_t) rows_int (rows, 3);
        demand->amount_ore = rows_int (rows, 4);
        demand->deadline_day = (int32_t) rows_int (rows, 5);
    }
    return STATUS_OK;
}
