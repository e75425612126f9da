/* L5: the day on which rent is charged by itself, which is data. Off until it is set. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

enum { CHARGE_MINUTE = 6 * 60 /* in the morning */, TRY_AGAIN_MS = 3600000, THE_ONE = 1 };

typedef struct {
    int32_t day; /* of the month; 0: off */
    bool month_ahead;
} charge_day_t;

static bool read_charge_day (txn_t *txn, charge_day_t *ret)
{
    rows_t *row = txn_row (txn, "SELECT day, month_ahead FROM charge_day WHERE one = $1", THE_ONE);
    *ret = (charge_day_t){ 0 };
    if (!row)
        return false;
    *ret = (charge_day_t){ (int32_t) rows_int (row, 0), rows_int (row, 1) != 0 };
    rows_close (row);
    return ret->day > 0;
}

/* The first such day from `from` on, or the last one up to it. */
static int32_t first_from (const charge_day_t *self, int32_t from)
{
    int32_t day = month_first_day (month_of_day (from)) + self->day - 1;
    return day >= from ? day : month_first_day (month_of_day (from) + 1) + self->day - 1;
}

static int32_t last_until (const charge_day_t *self, int32_t until)
{
    int32_t day = month_first_day (month_of_day (until)) + self->day - 1;
    return day <= until ? day : month_first_day (month_of_day (until) - 1) + self->day - 1;
}

static void run_at (txn_t *txn, int64_t at)
{
    txn_cancel (txn, TIMER_CHARGE_DAY, THE_ONE);
    if (at)
        txn_at (txn, at, TIMER_CHARGE_DAY, THE_ONE);
    (void) txn_run (txn, "UPDATE charge_day SET next_at = $2 WHERE one = $1", THE_ONE, at);
}

static void run_next (txn_t *txn, const charge_day_t *self, int32_t from)
{
    run_at (txn, copenhagen_instant (first_from (self, from), CHARGE_MINUTE));
}

/* The month of the newest such day; what was missed before it is charged with it. */
status_t charge_day_on_day (txn_t *txn, uint64_t one, fault_t *reterr)
{
    charge_day_t self;
    rent_progress_t progress;
    fault_t why = { 0 };
    (void) one;
    if (!read_charge_day (txn, &self))
        return STATUS_OK;
    int32_t month = month_of_day (last_until (&self, txn_today (txn))) + self.month_ahead;
    status_t status = rent_charge_month (txn, month, &progress, &why);
    if (status_is_fault (status)) {
        *reterr = why;
        return status;
    }
    if (status == STATUS_OK)
        run_next (txn, &self, txn_today (txn) + 1);
    else
        run_at (txn, txn_now (txn) + TRY_AGAIN_MS);
    (void) txn_run (txn, "UPDATE charge_day SET problem = $2, last_month = coalesce ($3, last_month) WHERE one = $1",
                    THE_ONE, status == STATUS_OK ? "" : txn_format (txn, "%s: %s", why.reason, why.message),
                    status == STATUS_OK ? sql_integer (month) : SQL_NOTHING);
    return STATUS_OK;
}

status_t lease_set_charge_day (txn_t *txn, const Lease__SetChargeDayRequest *request, Lease__SetChargeDayReply *reply,
                               fault_t *reterr)
{
    (void) reterr;
    charge_day_t self;
    (void) txn_run (txn,
                    "INSERT INTO charge_day (one, day, month_ahead, next_at, problem) VALUES ($1, $2, $3, 0, '')"
                    " ON CONFLICT (one) DO UPDATE SET day = $2, month_ahead = $3, problem = ''",
                    THE_ONE, request->day, request->month_ahead);
    if (read_charge_day (txn, &self)) {
        run_next (txn, &self, txn_today (txn));
        reply->next_at = copenhagen_instant (first_from (&self, txn_today (txn)), CHARGE_MINUTE);
    } else {
        run_at (txn, 0);
    }
    return STATUS_OK;
}

status_t lease_get_charge_day (txn_t *txn, const Lease__GetChargeDayRequest *request, Lease__GetChargeDayReply *reply,
                               fault_t *reterr)
{
    (void) request;
    (void) reterr;
    rows_t *row =
        txn_row (txn, "SELECT day, month_ahead, next_at, last_month, problem FROM charge_day WHERE one = $1", THE_ONE);
    if (!row)
        return STATUS_OK;
    reply->day = (uint32_t) rows_uint (row, 0);
    reply->month_ahead = rows_int (row, 1) != 0;
    reply->next_at = rows_int (row, 2);
    reply->last_month = (int32_t) rows_int (row, 3);
    reply->problem = txn_text (txn, rows_text (row, 4));
    rows_close (row);
    return STATUS_OK;
}
