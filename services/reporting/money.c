/* R2: the budget to the krone, what the administrations posted, and what the years are expected to end at. */
#include "reporting/reporting.h"

#include "base/ensure.h"
#include "contract/reporting.handlers.h"
#include "danish/money.h"

#include <string.h>

enum { BUDGET_LINES_MAX = 200, MONTHS_PER_YEAR = 12 };

/* --- budget --- */

static status_t check_room (txn_t *txn, const Reporting__LoadBudgetLineRequest *request, fault_t *reterr)
{
    rows_t *row =
        txn_row (txn, "SELECT count (*) FROM budget_line WHERE administration <> $1 OR activity <> $2 OR year <> $3",
                 (int) request->administration, request->activity, request->year);
    int64_t others = row ? rows_int (row, 0) : 0;
    if (row)
        rows_close (row);
    if (others < BUDGET_LINES_MAX)
        return STATUS_OK;
    return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "REPORTING_BUDGET_FULL", "a budget has at most %d lines",
                  (int) BUDGET_LINES_MAX);
}

status_t reporting_load_budget_line (txn_t *txn, const Reporting__LoadBudgetLineRequest *request,
                                     Reporting__LoadBudgetLineReply *reply, fault_t *reterr)
{
    (void) reply;
    status_t status = check_room (txn, request, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn,
                    "INSERT INTO budget_line (administration, activity, year, amount_ore, price_level, committee,"
                    " appropriation, title, title_en, source, confidence)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
                    " ON CONFLICT (administration, activity, year) DO UPDATE SET amount_ore = $4, price_level = $5,"
                    " committee = $6, appropriation = $7, title = $8, title_en = $9, source = $10, confidence = $11",
                    (int) request->administration, request->activity, request->year, request->amount_ore,
                    request->price_level, request->committee, request->appropriation, request->title, request->title_en,
                    request->source, request->confidence);
    return STATUS_OK;
}

/* --- actuals --- */

/* Each administration answers for its own ledger, and for no other. */
static Reporting__Administration administration_of (caller_t caller)
{
    if (caller == CALLER_TMF_DESK)
        return REPORTING__ADMINISTRATION__TMF;
    if (caller == CALLER_BIF_DESK)
        return REPORTING__ADMINISTRATION__BIF;
    if (caller == CALLER_SOF_DESK)
        return REPORTING__ADMINISTRATION__SOF;
    return REPORTING__ADMINISTRATION__ADMINISTRATION_UNSPECIFIED;
}

static status_t check_postable (txn_t *txn, const Reporting__PostActualRequest *request, fault_t *reterr)
{
    if (administration_of (txn_caller (txn)) != request->administration)
        return fault (reterr, STATUS_PERMISSION_DENIED, "REPORTING_NOT_YOUR_ADMINISTRATION",
                      "an administration posts what it spent itself");
    rows_t *row = txn_row (txn, "SELECT 1 FROM budget_line WHERE administration = $1 AND activity = $2 AND year = $3",
                           (int) request->administration, request->activity, request->month / MONTHS_PER_YEAR);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "REPORTING_BUDGET_LINE_UNKNOWN",
                      "nothing is budgeted for {activity=%s} in {year=%d}", request->activity,
                      (int) request->month / MONTHS_PER_YEAR);
    rows_close (row);
    return STATUS_OK;
}

status_t reporting_post_actual (txn_t *txn, const Reporting__PostActualRequest *request,
                                Reporting__PostActualReply *reply, fault_t *reterr)
{
    status_t status = check_postable (txn, request, reterr);
    if (status != STATUS_OK)
        return status;
    rows_t *row =
        txn_row (txn,
                 "SELECT amount_ore FROM actual"
                 " WHERE administration = $1 AND activity = $2 AND year = $3 AND month = $4",
                 (int) request->administration, request->activity, request->month / MONTHS_PER_YEAR, request->month);
    if (row) {
        reply->replaced_ore = rows_int (row, 0);
        rows_close (row);
    }
    (void) txn_run (txn,
                    "INSERT INTO actual (administration, activity, year, month, amount_ore) VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT (administration, activity, year, month) DO UPDATE SET amount_ore = $5",
                    (int) request->administration, request->activity, request->month / MONTHS_PER_YEAR, request->month,
                    request->amount_ore);
    return STATUS_OK;
}

/* --- forecast and totals --- */

/* Of a budget that is spent; months after the given one are left. */
static int64_t expected_rest (int64_t budget_ore, int64_t actual_ore, int32_t months_left)
{
    int64_t share_ore = 0;
    ensure (money_share (budget_ore, months_left, MONTHS_PER_YEAR, &share_ore));
    int64_t unspent_ore = budget_ore > actual_ore ? budget_ore - actual_ore : 0;
    return share_ore < unspent_ore ? share_ore : unspent_ore;
}

static int64_t year_forecast (const Reporting__BudgetLine *line, int32_t month)
{
    int32_t last_month = MONTHS_PER_YEAR * line->year + MONTHS_PER_YEAR - 1;
    int32_t left = last_month - month;
    if (!line->has_actual || left >= MONTHS_PER_YEAR)
        return line->budget_ore;
    if (left <= 0)
        return line->actual_ore;
    if (line->budget_ore < 0) /* income that is budgeted */
        return line->actual_ore - expected_rest (-line->budget_ore, -line->actual_ore, left);
    return line->actual_ore + expected_rest (line->budget_ore, line->actual_ore, left);
}

static void read_lines (txn_t *txn, int32_t month, Reporting__GetMoneyReply *reply)
{
    rows_t *rows = txn_query (
        txn,
        "SELECT b.administration, b.activity, b.year, b.amount_ore, b.price_level, b.committee, b.appropriation, "
        "b.title,"
        " b.title_en, count (a.month), coalesce (sum (a.amount_ore), 0) FROM budget_line b LEFT JOIN actual a"
        " ON a.administration = b.administration AND a.activity = b.activity AND a.year = b.year AND a.month <= $1"
        " GROUP BY b.administration, b.activity, b.year"
        " ORDER BY b.price_level, b.administration, b.activity, b.year LIMIT $2",
        month, (int) BUDGET_LINES_MAX);
    while (rows_next (rows)) {
        Reporting__BudgetLine *line = txn_add (txn, reply->lines, reply->n_lines, reporting__budget_line);
        line->administration = (Reporting__Administration) rows_int (rows, 0);
        line->activity = txn_text (txn, rows_text (rows, 1));
        line->year = (int32_t) rows_int (rows, 2);
        line->budget_ore = rows_int (rows, 3);
        line->price_level = txn_text (txn, rows_text (rows, 4));
        line->committee = txn_text (txn, rows_text (rows, 5));
        line->appropriation = txn_text (txn, rows_text (rows, 6));
        line->title = txn_text (txn, rows_text (rows, 7));
        line->title_en = txn_text (txn, rows_text (rows, 8));
        line->has_actual = rows_int (rows, 9) > 0;
        line->actual_ore = rows_int (rows, 10);
        line->forecast_ore = year_forecast (line, month);
    }
}

static Reporting__BudgetTotal *add_total (txn_t *txn, Reporting__GetMoneyReply *reply, char *price_level, int32_t year)
{
    Reporting__BudgetTotal *total = txn_add (txn, reply->totals, reply->n_totals, reporting__budget_total);
    total->price_level = price_level;
    total->year = year;
    return total;
}

/* One for each price level and year, rising, and then one for all years of the price level. */
static void make_totals (txn_t *txn, Reporting__GetMoneyReply *reply)
{
    char *level = NULL;
    rows_t *rows =
        txn_query (txn, "SELECT DISTINCT price_level, year FROM budget_line ORDER BY price_level, year LIMIT $1",
                   (int) BUDGET_LINES_MAX);
    while (rows_next (rows)) {
        if (level && strcmp (level, rows_text (rows, 0)) != 0)
            add_total (txn, reply, level, 0);
        if (!level || strcmp (level, rows_text (rows, 0)) != 0)
            level = txn_text (txn, rows_text (rows, 0));
        add_total (txn, reply, level, (int32_t) rows_int (rows, 1));
    }
    if (level)
        add_total (txn, reply, level, 0);
}

static void add_to_totals (const Reporting__BudgetLine *line, const Reporting__GetMoneyReply *reply)
{
    for (size_t i = 0; i < reply->n_totals; i++) {
        Reporting__BudgetTotal *total = reply->totals[i];
        if (strcmp (total->price_level, line->price_level) != 0 || (total->year != 0 && total->year != line->year))
            continue;
        total->budget_ore += line->budget_ore;
        total->actual_ore += line->actual_ore;
        total->forecast_ore += line->forecast_ore;
        total->has_actual = total->has_actual || line->has_actual;
    }
}

void money_status (txn_t *txn, int32_t to_day, Reporting__GetMoneyReply *reply)
{
    reply->to_day = to_day;
    read_lines (txn, month_of_day (to_day), reply);
    make_totals (txn, reply);
    for (size_t i = 0; i < reply->n_lines; i++)
        add_to_totals (reply->lines[i], reply);
}

status_t reporting_get_money (txn_t *txn, const Reporting__GetMoneyRequest *request, Reporting__GetMoneyReply *reply,
                              fault_t *reterr)
{
    (void) reterr;
    money_status (txn, request->to_day ? request->to_day : txn_today (txn), reply);
    return STATUS_OK;
}
