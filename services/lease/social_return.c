/* L12: what tenants promised, beside what BIF's log says came of it (followers.c). */
#include "lease/lease.h"

#include "contract/lease.handlers.h"
#include "contract/placement.contract.h"
#include "lease/return_rules.h"

#include <stdlib.h>

_Static_assert((int) BESIDE_ALSO == PLACEMENT__JOB_BESIDE__ALSO_A_JOB, "one set of numbers for jobs beside each other");

enum { FEEDS = 4, MONTHS_MOST = 120 /* of a period */ };

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

/* Jobs and what was worked in them: of one tenant, or of all. */
typedef struct {
    held_t *jobs;
    size_t n_jobs;
    worked_t *worked;
    size_t n_worked;
} work_t;

typedef struct {
    int64_t promised_jobs, promised_minutes, jobs, minutes;
    size_t people; /* at least so many hold these jobs */
    bool minutes_hidden;
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

static void add_job (txn_t *txn, work_t *work, rows_t *rows, int beside_column)
{
    work->jobs = txn_grow (txn, work->jobs, work->n_jobs, sizeof *work->jobs);
    work->jobs[work->n_jobs++] = (held_t){
        .first_day = (int32_t) rows_int (rows, 1),
        .last_day = rows_is_null (rows, 2) ? INT32_MAX : (int32_t) rows_int (rows, 2),
        .beside = (beside_t) rows_int (rows, beside_column),
    };
}

static void add_worked (txn_t *txn, work_t *work, worked_t worked)
{
    work->worked = txn_grow (txn, work->worked, work->n_worked, sizeof *work->worked);
    work->worked[work->n_worked++] = worked;
}

/* For each job and month what the registers say; where they say nothing, what the enterprise does: never both. */
static void read_job (txn_t *txn, uint64_t placement, int32_t to_month, work_t *own, work_t *all)
{
    rows_t *rows =
        txn_query (txn,
                   "SELECT month, CASE WHEN registered > 0 THEN registered ELSE told END FROM"
                   " (SELECT month, sum (CASE WHEN source < 3 THEN minutes ELSE 0 END) AS registered,"
                   "   sum (CASE WHEN source = 3 THEN minutes ELSE 0 END) AS told FROM worked_month"
                   "   WHERE placement = $1 AND month <= $2 GROUP BY month) AS each WHERE registered > 0 OR told > 0",
                   placement, to_month);
    while (rows_next (rows)) {
        worked_t worked = { (int32_t) rows_int (rows, 0), own->n_jobs - 1, rows_int (rows, 1) };
        add_worked (txn, own, worked);
        worked.job = all->n_jobs - 1;
        add_worked (txn, all, worked);
    }
}

static void read_work (txn_t *txn, const char *cvr, int32_t to_month, work_t *own, work_t *all)
{
    rows_t *rows = txn_query (txn,
                              "SELECT placement, start_day, end_day, there, anywhere FROM offered_position AS offered"
                              " JOIN held_job ON held_job.position = offered.position WHERE offered.cvr = $1"
                              " AND start_day <= $2",
                              cvr, month_last_day (to_month));
    while (rows_next (rows)) {
        add_job (txn, own, rows, 3);
        add_job (txn, all, rows, 4);
        read_job (txn, rows_uint (rows, 0), to_month, own, all);
    }
}

/* --- what of it can be shown --- */

static int by_month_and_job (const void *a, const void *b)
{
    const worked_t *left = a, *right = b;
    if (left->month != right->month)
        return left->month < right->month ? -1 : 1;
    return (left->job > right->job) - (left->job < right->job);
}

static void sum_minutes (txn_t *txn, const work_t *work, months_t months, sums_t *sums)
{
    bool hidden[MONTHS_MOST];
    size_t count = (size_t) (months.to_month - months.from_month + 1);
    if (work->n_worked == 0)
        return;
    qsort (work->worked, work->n_worked, sizeof *work->worked, by_month_and_job);
    hide_months (work->jobs, work->worked, work->n_worked, months.from_month, count, hidden,
                 txn_alloc (txn, 2 * work->n_worked * sizeof (size_t)));
    for (size_t i = 0; i < work->n_worked; i++)
        if (work->worked[i].month >= months.from_month)
            sums->minutes += work->worked[i].minutes;
    for (size_t i = 0; i < count; i++)
        sums->minutes_hidden |= hidden[i];
}

static void count_jobs (txn_t *txn, const work_t *work, months_t months, sums_t *sums)
{
    int32_t first_day = month_first_day (months.from_month), last_day = month_last_day (months.to_month);
    size_t *which = txn_alloc (txn, (work->n_jobs + 1) * sizeof *which), count = 0;
    for (size_t i = 0; i < work->n_jobs; i++)
        if (work->jobs[i].last_day >= first_day)
            which[count++] = i;
    sums->jobs = (int64_t) count;
    sums->people = people_at_least (work->jobs, which, count, first_day, last_day);
}

static void sum_up (txn_t *txn, const work_t *work, months_t months, sums_t *sums)
{
    count_jobs (txn, work, months, sums);
    sum_minutes (txn, work, months, sums);
}

static char *jobs_text (txn_t *txn, const sums_t *sums)
{
    if (sums->jobs == 0 || sums->people >= PEOPLE_LEAST)
        return txn_format (txn, "%lld", (long long) sums->jobs);
    return sums->jobs < PEOPLE_LEAST ? txn_format (txn, "1-%d", PEOPLE_LEAST - 1)
                                     : txn_format (txn, "%d+", PEOPLE_LEAST);
}

static char *minutes_text (txn_t *txn, const sums_t *sums)
{
    return sums->minutes_hidden ? txn_text (txn, "") : txn_format (txn, "%lld", (long long) sums->minutes);
}

/* By jobs alone where the minutes are hidden: whoever may set a promise would find them out by trying. */
static Lease__PromiseKept kept (const sums_t *sums)
{
    if (sums->promised_jobs == 0 && sums->promised_minutes == 0)
        return LEASE__PROMISE_KEPT__NOTHING_PROMISED;
    if (sums->jobs >= sums->promised_jobs && (sums->minutes_hidden || sums->minutes >= sums->promised_minutes))
        return LEASE__PROMISE_KEPT__KEPT;
    return sums->jobs ? LEASE__PROMISE_KEPT__PARTLY_KEPT : LEASE__PROMISE_KEPT__NOTHING_YET;
}

/* What all tenants come to, and whose part of it is hidden. */
typedef struct {
    txn_t *txn;
    months_t months;
    work_t work, hidden;
    sums_t sums;
} total_t;

static void keep_hidden (total_t *all, const work_t *own, size_t first_of_all)
{
    for (size_t i = 0; i < own->n_jobs; i++) {
        all->hidden.jobs = txn_grow (all->txn, all->hidden.jobs, all->hidden.n_jobs, sizeof *all->hidden.jobs);
        all->hidden.jobs[all->hidden.n_jobs++] = all->work.jobs[first_of_all + i];
    }
}

static void add_tenant (total_t *all, rows_t *rows, Lease__CompareReturnsReply *reply)
{
    txn_t *txn = all->txn;
    sums_t sums = { 0 };
    work_t own = { 0 };
    size_t first_of_all = all->work.n_jobs;
    read_promises (txn, rows_uint (rows, 0), all->months, &sums);
    read_work (txn, rows_text (rows, 2), all->months.to_month, &own, &all->work);
    sum_up (txn, &own, all->months, &sums);
    if (sums.promised_jobs == 0 && sums.promised_minutes == 0 && sums.jobs == 0)
        return;
    if (sums.minutes_hidden)
        keep_hidden (all, &own, first_of_all);
    Lease__TenantReturn *tenant = txn_add (txn, reply->tenants, reply->n_tenants, lease__tenant_return);
    tenant->tenant = rows_uint (rows, 0);
    tenant->tenant_name = txn_text (txn, rows_text (rows, 1));
    tenant->promised_jobs = (uint32_t) sums.promised_jobs;
    tenant->promised_minutes = (uint32_t) sums.promised_minutes;
    tenant->jobs = jobs_text (txn, &sums);
    tenant->paid_minutes = minutes_text (txn, &sums);
    tenant->kept = kept (&sums);
    all->sums.promised_jobs += sums.promised_jobs;
    all->sums.promised_minutes += sums.promised_minutes;
}

/* The sum less what is shown tells what is hidden of all tenants together: it takes as many people as any figure. */
static void hide_what_the_sum_would_tell (total_t *all)
{
    sums_t hidden = { 0 };
    if (all->hidden.n_jobs == 0)
        return;
    count_jobs (all->txn, &all->hidden, all->months, &hidden);
    all->sums.minutes_hidden |= hidden.people < PEOPLE_LEAST;
}

status_t lease_compare_returns (txn_t *txn, const Lease__CompareReturnsRequest *request,
                                Lease__CompareReturnsReply *reply, fault_t *reterr)
{
    total_t all = { .txn = txn, .months = { request->from_month, day_or (request->to_month, request->from_month) } };
    feed_state_t feeds[FEEDS];
    if (all.months.to_month < all.months.from_month)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DAYS_REVERSED", "the last month is before the first");
    if (all.months.to_month - all.months.from_month >= MONTHS_MOST)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_PERIOD", "a period has one to {most=%d} months",
                      MONTHS_MOST);
    rows_t *rows =
        txn_query (txn, "SELECT id, name, cvr FROM tenant WHERE returns = 1 ORDER BY name, id LIMIT $1", LIST_MAX + 1);
    for (size_t asked = 0; rows_next (rows) && !reply->in_part; asked++)
        if (asked < LIST_MAX)
            add_tenant (&all, rows, reply);
        else
            reply->in_part = true;
    sum_up (txn, &all.work, all.months, &all.sums);
    hide_what_the_sum_would_tell (&all);
    reply->promised_jobs = (uint32_t) all.sums.promised_jobs;
    reply->promised_minutes = (uint32_t) all.sums.promised_minutes;
    reply->jobs = jobs_text (txn, &all.sums);
    reply->paid_minutes = minutes_text (txn, &all.sums);
    reply->position = txn_feeds (txn, feeds, FEEDS) ? feeds[0].position : 0;
    return STATUS_OK;
}
