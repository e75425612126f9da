/* L2: when the house is open: opening hours, public holidays, closures. */
#include "danish/holidays.h"
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <stdio.h>

enum { MINUTES_PER_DAY = 1440, CLOCK_SIZE = 16 };

static const char *const DAYS[] = { "",        "Mondays",   "Tuesdays", "Wednesdays",     "Thursdays",
                                    "Fridays", "Saturdays", "Sundays",  "public holidays" };

static const char *clock_text (int64_t minute, char out[CLOCK_SIZE])
{
    snprintf (out, CLOCK_SIZE, "%02d:%02d", (int) minute / 60, (int) minute % 60);
    return out;
}

static int weekday_of (int32_t day)
{
    return day_is_public_holiday (day) ? LEASE__WEEKDAY__HOLIDAY : day_weekday (day);
}

/* One day, from minute to minute of it. */
static status_t check_hours (txn_t *txn, uint64_t premises, int32_t day, int from_minute, int to_minute,
                             fault_t *reterr)
{
    int weekday = weekday_of (day);
    rows_t *row = txn_row (txn, "SELECT from_minute, to_minute FROM opening WHERE premises = $1 AND weekday = $2",
                           premises, weekday);
    char opens[CLOCK_SIZE], closes[CLOCK_SIZE];
    if (!row)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_HOUSE_NOT_OPEN", "the house is closed on {weekday=%s}",
                      weekday == LEASE__WEEKDAY__HOLIDAY ? holiday_name (day) : DAYS[weekday]);
    if (from_minute < rows_int (row, 0) || to_minute > rows_int (row, 1))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_HOUSE_NOT_OPEN",
                      "on {weekday=%s} the house is open {opens=%s}-{closes=%s}", DAYS[weekday],
                      clock_text (rows_int (row, 0), opens), clock_text (rows_int (row, 1), closes));
    rows_close (row);
    return STATUS_OK;
}

status_t room_open_between (txn_t *txn, const room_t *room, int64_t starts_at, int64_t ends_at, fault_t *reterr)
{
    int32_t first = copenhagen_day (starts_at), last = copenhagen_day (ends_at - 1);
    status_t status = premises_open (txn, room->premises, first, last, reterr);
    if (status != STATUS_OK || !room->has_hours)
        return status;
    for (int32_t day = first; day <= last && status == STATUS_OK; day++) {
        int from = day == first ? copenhagen_minute (starts_at) : 0;
        int to = day == last ? copenhagen_minute (ends_at - 1) + 1 : MINUTES_PER_DAY;
        status = check_hours (txn, room->premises, day, from, to, reterr);
    }
    return status;
}

/* --- commands and queries --- */

static bool read_clock (const char *text, int *ret_minute)
{
    int hour, minute, read = 0;
    if (sscanf (text, "%2d:%2d%n", &hour, &minute, &read) != 2 || text[read] != '\0' || hour < 0 || minute < 0 ||
        minute > 59 || 60 * hour + minute > MINUTES_PER_DAY)
        return false;
    *ret_minute = 60 * hour + minute;
    return true;
}

status_t lease_set_opening_hours (txn_t *txn, const Lease__SetOpeningHoursRequest *request,
                                  Lease__SetOpeningHoursReply *reply, fault_t *reterr)
{
    (void) reply;
    premises_t premises;
    int from = 0, to = 0;
    bool closed = request->opens[0] == '\0' && request->closes[0] == '\0';
    status_t status = premises_find (txn, request->premises, &premises, reterr);
    if (status != STATUS_OK)
        return status;
    if (!closed && (!read_clock (request->opens, &from) || !read_clock (request->closes, &to) || from >= to))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_HOURS_UNREADABLE",
                      "hours are two times such as 08:00 and 22:00, the first before the second");
    for (size_t i = 0; i < request->n_days; i++) {
        (void) txn_run (txn, "DELETE FROM opening WHERE premises = $1 AND weekday = $2", premises.id,
                        (int) request->days[i]);
        if (!closed)
            (void) txn_run (txn,
                            "INSERT INTO opening (premises, weekday, from_minute, to_minute) VALUES ($1, $2, $3, $4)",
                            premises.id, (int) request->days[i], from, to);
    }
    return STATUS_OK;
}

status_t lease_list_opening_hours (txn_t *txn, const Lease__ListOpeningHoursRequest *request,
                                   Lease__ListOpeningHoursReply *reply, fault_t *reterr)
{
    (void) reterr;
    char text[CLOCK_SIZE];
    rows_t *rows =
        txn_query (txn, "SELECT weekday, from_minute, to_minute FROM opening WHERE premises = $1 ORDER BY weekday",
                   request->premises);
    while (rows_next (rows)) {
        Lease__OpeningHours *hours = txn_add (txn, reply->hours, reply->n_hours, lease__opening_hours);
        hours->day = (Lease__Weekday) rows_int (rows, 0);
        hours->opens = txn_text (txn, clock_text (rows_int (rows, 1), text));
        hours->closes = txn_text (txn, clock_text (rows_int (rows, 2), text));
    }
    return STATUS_OK;
}
