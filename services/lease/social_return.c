/* L12: what tenants promised, beside what BIF's log says came of it (followers.c). */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

enum { PEOPLE_LEAST = 5 /* behind a figure that is shown, as in the status report (R5) */, FEEDS = 4 };

status_t lease_promise (txn_t *txn, const Lease__PromiseRequest *request, Lease__PromiseReply *reply, fault_t *reterr)
{
    (void) reply;
    status_t status = tenant_find (txn, request->tenant, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn,
                    "INSERT INTO promise (tenant, from_month, jobs, monthly_minutes) VALUES ($1, $2, $3, $4)"
                    " ON CONFLICT (tenant, from_month) DO UPDATE SET jobs = $3, monthly_minutes = $4",
                    request->tenant, request->from_month, request->jobs, request->monthly_minutes);
    (void) txn_run (txn, "UPDATE tenant SET returns = 1 WHERE id = $1", request->tenant);
    return STATUS_OK;
}

/* --- CompareReturns --- */

typedef struct {
    int32_t from_month, to_month;
} months_t;

typedef struct {
    int64_t promised_jobs, promised_minutes, jobs, minutes;
} sums_t;

/* Jobs as they were last promised; minutes month by month, each by the promise that held then. */
static void read_promises (txn_t *txn, uint64_t tenant, months_t months, sums_t *sums)
{
    rows_t *rows = txn_query (txn,
                              "SELECT from_month, jobs, monthly_minutes FROM promise WHERE tenant = $1"
                              " AND from_month <= $2 ORDER BY from_month DESC LIMIT 200",
                              tenant, months.to_month);
    int32_t until = months.to_month + 1;
    for (bool newest = true; until > months.from_month && rows_next (rows); newest = false) {
        int32_t from = (int32_t) rows_int (rows, 0);
        sums->promised_jobs = newest ? rows_int (rows, 1) : sums->promised_jobs;
        from = from > months.from_month ? from : months.from_month;
        sums->promised_minutes += (until - from) * rows_int (rows, 2);
        until = from;
    }
    rows_close (rows);
}

/* For each job and month what the registers say; where they say nothing, what the enterprise does: never both. */
static void read_delivered (txn_t *txn, const char *cvr, months_t months, sums_t *sums)
{
    rows_t *row = txn_row (txn,
                           "SELECT count (*) FROM held_job JOIN offered_position ON offered_position.position ="
                           " held_job.position WHERE cvr = $1 AND start_day <= $3"
                           " AND (end_day IS NULL OR end_day >= $2)",
                           cvr, month_first_day (months.from_month), month_last_day (months.to_month));
    sums->jobs = row ? rows_int (row, 0) : 0;
    rows_close (row);
    row = txn_row (txn,
                   "SELECT coalesce (sum (CASE WHEN registered > 0 THEN registered ELSE told END), 0) FROM"
                   " (SELECT sum (CASE WHEN source < 3 THEN minutes ELSE 0 END) AS registered,"
                   "   sum (CASE WHEN source = 3 THEN minutes ELSE 0 END) AS told"
                   "   FROM worked_month JOIN held_job ON held_job.placement = worked_month.placement"
                   "   JOIN offered_position ON offered_position.position = held_job.position"
                   "   WHERE cvr = $1 AND month >= $2 AND month <= $3 GROUP BY worked_month.placement, month) AS each",
                   cvr, months.from_month, months.to_month);
    sums->minutes = row ? rows_int (row, 0) : 0;
    rows_close (row);
}

static char *jobs_text (txn_t *txn, const sums_t *sums)
{
    return sums->jobs > 0 && sums->jobs < PEOPLE_LEAST ? txn_format (txn, "1-%d", PEOPLE_LEAST - 1)
                                                       : txn_format (txn, "%lld", (long long) sums->jobs);
}

static char *minutes_text (txn_t *txn, const sums_t *sums)
{
    return sums->jobs > 0 && sums->jobs < PEOPLE_LEAST ? txn_text (txn, "")
                                                       : txn_format (txn, "%lld", (long long) sums->minutes);
}

static Lease__PromiseKept kept (const sums_t *sums)
{
    if (sums->promised_jobs == 0 && sums->promised_minutes == 0)
        return LEASE__PROMISE_KEPT__NOTHING_PROMISED;
    if (sums->jobs >= sums->promised_jobs && sums->minutes >= sums->promised_minutes)
        return LEASE__PROMISE_KEPT__KEPT;
    return sums->jobs ? LEASE__PROMISE_KEPT__PARTLY_KEPT : LEASE__PROMISE_KEPT__NOTHING_YET;
}

static void add_tenant (txn_t *txn, rows_t *rows, months_t months, sums_t *all, Lease__CompareReturnsReply *reply)
{
    sums_t sums = { 0 };
    read_promises (txn, rows_uint (rows, 0), months, &sums);
    read_delivered (txn, rows_text (rows, 2), months, &sums);
    if (sums.promised_jobs == 0 && sums.promised_minutes == 0 && sums.jobs == 0)
        return;
    Lease__TenantReturn *tenant = txn_add (txn, reply->tenants, reply->n_tenants, lease__tenant_return);
    tenant->tenant = rows_uint (rows, 0);
    tenant->tenant_name = txn_text (txn, rows_text (rows, 1));
    tenant->promised_jobs = (uint32_t) sums.promised_jobs;
    tenant->promised_minutes = (uint32_t) sums.promised_minutes;
    tenant->jobs = jobs_text (txn, &sums);
    tenant->paid_minutes = minutes_text (txn, &sums);
    tenant->kept = kept (&sums);
    all->promised_jobs += sums.promised_jobs;
    all->promised_minutes += sums.promised_minutes;
    all->jobs += sums.jobs;
    all->minutes += sums.minutes;
}

/* With one tenant's figure hidden and the sum of all shown, the sum less the others would tell it. */
static void hide_what_the_sum_would_tell (txn_t *txn, Lease__CompareReturnsReply *reply)
{
    size_t hidden = 0;
    for (size_t i = 0; i < reply->n_tenants; i++)
        hidden += reply->tenants[i]->paid_minutes[0] == '\0';
    if (hidden != 1)
        return;
    reply->jobs = txn_text (txn, "");
    reply->paid_minutes = txn_text (txn, "");
}

status_t lease_compare_returns (txn_t *txn, const Lease__CompareReturnsRequest *request,
                                Lease__CompareReturnsReply *reply, fault_t *reterr)
{
    months_t months = { request->from_month, day_or (request->to_month, request->from_month) };
    feed_state_t feeds[FEEDS];
    sums_t all = { 0 };
    if (months.to_month < months.from_month)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DAYS_REVERSED", "the last month is before the first");
    rows_t *rows =
        txn_query (txn, "SELECT id, name, cvr FROM tenant WHERE returns = 1 ORDER BY name, id LIMIT $1", LIST_MAX);
    while (rows_next (rows))
        add_tenant (txn, rows, months, &all, reply);
    reply->promised_jobs = (uint32_t) all.promised_jobs;
    reply->promised_minutes = (uint32_t) all.promised_minutes;
    reply->jobs = jobs_text (txn, &all);
    reply->paid_minutes = minutes_text (txn, &all);
    hide_what_the_sum_would_tell (txn, reply);
    reply->position = txn_feeds (txn, feeds, FEEDS) ? feeds[0].position : 0;
    return STATUS_OK;
}
