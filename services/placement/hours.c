/*
 * P11: paid hours and wage per placement, month and source. A line is the whole of what its source knows of the month,
 * so a later one replaces it and nothing is ever added up twice.
 */
#include "contract/placement.handlers.h"
#include "placement/placement.h"

static void tell (txn_t *txn, const Placement__ReportHoursRequest *request, uint64_t citizen)
{
    Placement__HoursReported event = PLACEMENT__HOURS_REPORTED__INIT;
    event.placement = request->placement;
    event.citizen = citizen;
    event.month = request->month;
    event.paid_minutes = request->paid_minutes;
    event.wage_ore = request->wage_ore;
    event.source = request->source;
    txn_emit (txn, &event.base);
}

/* Pay may come after the end, holiday pay for one; before the start there is none. */
status_t placement_report_hours (txn_t *txn, const Placement__ReportHoursRequest *request,
                                 Placement__ReportHoursReply *reply, fault_t *reterr)
{
    (void) reply;
    rows_t *row = txn_row (txn, "SELECT citizen, start_day FROM placement WHERE id = $1", request->placement);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_PLACEMENT_UNKNOWN", "there is no placement %llu",
                      (unsigned long long) request->placement);
    if (request->month < month_of_day ((int32_t) rows_int (row, 1)))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_HOURS_BEFORE_START",
                      "the placement had not started in that month");
    uint64_t citizen = rows_uint (row, 0);
    (void) txn_run (txn,
                    "INSERT INTO hours (placement, month, source, paid_minutes, wage_ore, reported_at)"
                    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (placement, month, source)"
                    " DO UPDATE SET paid_minutes = $4, wage_ore = $5, reported_at = $6",
                    request->placement, request->month, (int) request->source, request->paid_minutes, request->wage_ore,
                    txn_now (txn));
    tell (txn, request, citizen);
    return STATUS_OK;
}

status_t placement_list_hours (txn_t *txn, const Placement__ListHoursRequest *request, Placement__ListHoursReply *reply,
                               fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              "SELECT month, source, paid_minutes, wage_ore, reported_at FROM hours"
                              " WHERE placement = $1 AND month >= $2 ORDER BY month, source LIMIT $3",
                              request->placement, request->from_month, request->limit ? request->limit : LIST_PAGE);
    while (rows_next (rows)) {
        Placement__Hours *line = txn_add (txn, reply->hours, reply->n_hours, placement__hours);
        line->month = (int32_t) rows_int (rows, 0);
        line->source = (Placement__HoursSource) rows_int (rows, 1);
        line->paid_minutes = (uint32_t) rows_uint (rows, 2);
        line->wage_ore = rows_int (rows, 3);
        line->reported_at = rows_int (rows, 4);
    }
    return STATUS_OK;
}
