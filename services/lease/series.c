/* L7: bookings that recur. A series says what its occurrences have in common; each of them is a booking, made through
 * the door that every booking comes through. */
#include "lease/lease.h"
#include "lease/recurrence.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

void series_touch (txn_t *txn, uint64_t series)
{
    if (series)
        (void) txn_run (txn, "UPDATE booking_series SET sequence = sequence + 1, changed_at = $2 WHERE id = $1", series,
                        txn_now (txn));
}

/* --- BookSeries --- */

static bool is_excepted (const Lease__BookSeriesRequest *request, int32_t day)
{
    for (size_t i = 0; i < request->n_except_days; i++)
        if (request->except_days[i] == day)
            return true;
    return false;
}

static void leave_out (txn_t *txn, uint64_t series, int64_t starts_at)
{
    (void) txn_run (txn, "INSERT INTO booking_series_gap (series, starts_at) VALUES ($1, $2)", series, starts_at);
}

static void tell (txn_t *txn, Lease__BookSeriesReply *reply, int32_t day, const fault_t *why)
{
    Lease__LeftOut *left_out = txn_add (txn, reply->left_out, reply->n_left_out, lease__left_out);
    left_out->day = day;
    left_out->reason = txn_text (txn, why->reason);
    left_out->message = txn_text (txn, why->message);
    left_out->values = txn_text (txn, why->values);
}

static uint64_t write_series (txn_t *txn, const Lease__BookSeriesRequest *request, const recurrence_t *recurrence)
{
    uint64_t series = txn_new_id (txn);
    int minute = copenhagen_minute (request->starts_at);
    int64_t last_at = copenhagen_instant (recurrence->days[recurrence->count - 1], minute);
    (void) txn_run (
        txn,
        "INSERT INTO booking_series (id, room, rule, starts_at, ends_at, last_at, title, private, booked_by,"
        " changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        series, request->room, recurrence->rule, request->starts_at, request->ends_at,
        last_at + request->ends_at - request->starts_at, request->title, request->private_,
        caller_name (txn_caller (txn)), txn_now (txn));
    return series;
}

static status_t book_day (txn_t *txn, const Lease__BookSeriesRequest *request, booking_wish_t *wish, int32_t day,
                          Lease__BookSeriesReply *reply, fault_t *reterr)
{
    fault_t why = { 0 };
    room_t room;
    wish->starts_at = copenhagen_instant (day, copenhagen_minute (request->starts_at));
    wish->ends_at = wish->starts_at + request->ends_at - request->starts_at;
    if (is_excepted (request, day)) {
        leave_out (txn, wish->series, wish->starts_at);
    } else if (booking_possible (txn, wish, &room, &why) == STATUS_OK) {
        reply->bookings[reply->n_bookings++] = booking_make (txn, wish, &room);
        reply->waits = room.needs_approval;
    } else if (request->skip_taken && why.status == STATUS_FAILED_PRECONDITION) {
        leave_out (txn, wish->series, wish->starts_at);
        tell (txn, reply, day, &why);
    } else {
        *reterr = why;
        return why.status;
    }
    return STATUS_OK;
}

status_t lease_book_series (txn_t *txn, const Lease__BookSeriesRequest *request, Lease__BookSeriesReply *reply,
                            fault_t *reterr)
{
    recurrence_t recurrence;
    room_t room;
    status_t status = room_find (txn, request->room, &room, reterr);
    if (status == STATUS_OK)
        status = booking_check_times (request->starts_at, request->ends_at, reterr);
    if (status == STATUS_OK)
        status = recurrence_expand (request->rule, request->starts_at, &recurrence, reterr);
    if (status != STATUS_OK)
        return status;
    reply->series = write_series (txn, request, &recurrence);
    reply->bookings = txn_alloc (txn, recurrence.count * sizeof *reply->bookings);
    booking_wish_t wish = {
        .room = request->room,
        .title = request->title,
        .is_private = request->private_,
        .tenant = request->tenant,
        .series = reply->series,
    };
    for (size_t i = 0; i < recurrence.count && status == STATUS_OK; i++)
        status = book_day (txn, request, &wish, recurrence.days[i], reply, reterr);
    if (status == STATUS_OK && reply->n_bookings == 0)
        status = fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_SERIES_EMPTY", "no occurrence of it can be booked");
    return status;
}

/* --- ReleaseSeries --- */

status_t lease_release_series (txn_t *txn, const Lease__ReleaseSeriesRequest *request, Lease__ReleaseSeriesReply *reply,
                               fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT booked_by FROM booking_series WHERE id = $1", request->series);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_SERIES_UNKNOWN", "there is no series {series=%" PRIu64 "}",
                      request->series);
    status_t status = booking_may_change (txn, rows_text (row, 0), reterr);
    if (status != STATUS_OK)
        return status;
    int64_t from = request->from_day ? copenhagen_instant (request->from_day, 0) : 0;
    uint64_t ids[RECURRENCE_MOST];
    size_t count = 0;
    rows_t *rows = txn_query (txn,
                              "SELECT id FROM booking WHERE series = $1 AND series_at >= $2 AND released_at IS NULL"
                              " AND starts_at > $3 ORDER BY series_at LIMIT $4",
                              request->series, from, txn_now (txn), RECURRENCE_MOST);
    while (rows_next (rows))
        ids[count++] = rows_uint (rows, 0);
    for (size_t i = 0; i < count; i++) {
        booking_t booking;
        if (booking_find (txn, ids[i], &booking))
            booking_give_back (txn, &booking);
    }
    /* What was held stays in the calendar: a series is cancelled when nothing of it stands. */
    if (!txn_row (txn, "SELECT 1 FROM booking WHERE series = $1 AND released_at IS NULL LIMIT 1", request->series))
        (void) txn_run (txn, "UPDATE booking_series SET cancelled_at = coalesce (cancelled_at, $2) WHERE id = $1",
                        request->series, txn_now (txn));
    reply->released = (uint32_t) count;
    return STATUS_OK;
}
