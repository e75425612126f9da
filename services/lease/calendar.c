/* L13: a room's bookings as an iCalendar feed. A query: the same record gives the same bytes, on any day that the
 * window holds the same.
 *
 * A booking that stands alone is an event of its own. A series is one event with its rule; the gaps in it, and the
 * occurrences that were given back, are its EXDATEs; an occurrence that differs is a second event under the same UID
 * with the RECURRENCE-ID it replaces. */
#include "base/ical.h"
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>
#include <stdio.h>

enum { CALENDAR_MAX = 3900000, WINDOW_DAYS = 92, UID_SIZE = 64 };

typedef struct {
    txn_t *txn;
    buffer_t out;
    const char *location;
} calendar_t;

typedef struct {
    char uid[UID_SIZE];
    int64_t starts_at, ends_at, changed_at, sequence;
    const char *title;
    bool is_private, waits, cancelled;
} event_t;

static void begin_event (calendar_t *self, const event_t *event)
{
    char sequence[24];
    snprintf (sequence, sizeof sequence, "%" PRId64, event->sequence);
    ical_line (&self->out, "BEGIN", "VEVENT");
    ical_line (&self->out, "UID", event->uid);
    ical_line (&self->out, "SEQUENCE", sequence);
    ical_utc (&self->out, "DTSTAMP", event->changed_at);
    ical_utc (&self->out, "LAST-MODIFIED", event->changed_at);
    ical_local (&self->out, "DTSTART", event->starts_at);
    ical_local (&self->out, "DTEND", event->ends_at);
    ical_text (&self->out, "SUMMARY", event->is_private ? "Optaget" : event->title);
    ical_line (&self->out, "CLASS", event->is_private ? "PRIVATE" : "PUBLIC");
    ical_text (&self->out, "LOCATION", self->location);
    ical_line (&self->out, "STATUS", event->cancelled ? "CANCELLED" : event->waits ? "TENTATIVE" : "CONFIRMED");
}

static void end_event (calendar_t *self)
{
    ical_line (&self->out, "END", "VEVENT");
}

/* --- bookings that stand alone --- */

#define EVENT_COLUMNS                                                                                                  \
    "SELECT id, starts_at, ends_at, coalesce (changed_at, starts_at), sequence, title, private, waits,"                \
    " released_at IS NOT NULL, series_at, series FROM booking"

static event_t read_booking (rows_t *rows, const char *kind, int id_column)
{
    event_t event = {
        .starts_at = rows_int (rows, 1),
        .ends_at = rows_int (rows, 2),
        .changed_at = rows_int (rows, 3),
        .sequence = rows_int (rows, 4),
        .title = rows_text (rows, 5),
        .is_private = rows_int (rows, 6) != 0,
        .waits = rows_int (rows, 7) != 0,
        .cancelled = rows_int (rows, 8) != 0,
    };
    snprintf (event.uid, sizeof event.uid, "%s-%" PRIu64 "@lease.fyrtaarn", kind, rows_uint (rows, id_column));
    return event;
}

/* Those that stand and those that were released have an index each; none takes longer than a day. */
static void write_single (calendar_t *self, uint64_t room, int64_t from)
{
    rows_t *rows =
        txn_query (self->txn,
                   EVENT_COLUMNS " WHERE room = $1 AND released_at IS NULL AND starts_at > $3 AND ends_at > $2"
                                 " AND series IS NULL UNION ALL " EVENT_COLUMNS
                                 " WHERE room = $1 AND released_at IS NOT NULL AND starts_at > $3 AND ends_at > $2"
                                 " AND series IS NULL ORDER BY id",
                   room, from, from - MS_PER_DAY);
    while (!self->out.overflowed && rows_next (rows)) {
        event_t event = read_booking (rows, "booking", 0);
        begin_event (self, &event);
        end_event (self);
    }
    rows_close (rows);
}

/* --- series --- */

static void write_gaps (calendar_t *self, uint64_t series)
{
    rows_t *rows = txn_query (self->txn,
                              "SELECT starts_at FROM booking_series_gap WHERE series = $1 UNION"
                              " SELECT series_at FROM booking WHERE series = $1 AND released_at IS NOT NULL ORDER BY 1",
                              series);
    while (rows_next (rows))
        ical_local (&self->out, "EXDATE", rows_int (rows, 0));
}

/* Occurrences with a time, room, title or state of their own. */
static void write_exceptions (calendar_t *self, uint64_t series)
{
    rows_t *rows = txn_query (self->txn,
                              EVENT_COLUMNS " WHERE series = $1 AND released_at IS NULL AND (sequence > 0 OR waits = 1)"
                                            " ORDER BY series_at",
                              series);
    while (!self->out.overflowed && rows_next (rows)) {
        event_t event = read_booking (rows, "series", 10);
        begin_event (self, &event);
        ical_local (&self->out, "RECURRENCE-ID", rows_int (rows, 9));
        end_event (self);
    }
    rows_close (rows);
}

static void write_series (calendar_t *self, uint64_t room, int64_t from)
{
    rows_t *rows = txn_query (self->txn,
                              "SELECT id, starts_at, ends_at, changed_at, sequence, title, private, 0,"
                              " cancelled_at IS NOT NULL, rule FROM booking_series WHERE room = $1 AND last_at > $2"
                              " ORDER BY id",
                              room, from);
    while (!self->out.overflowed && rows_next (rows)) {
        event_t event = read_booking (rows, "series", 0);
        uint64_t series = rows_uint (rows, 0);
        begin_event (self, &event);
        ical_line (&self->out, "RRULE", rows_text (rows, 9));
        if (!event.cancelled)
            write_gaps (self, series);
        end_event (self);
        write_exceptions (self, series);
    }
    rows_close (rows);
}

status_t lease_get_room_calendar (txn_t *txn, const Lease__GetRoomCalendarRequest *request,
                                  Lease__GetRoomCalendarReply *reply, fault_t *reterr)
{
    rows_t *row = txn_row (txn,
                           "SELECT room.name, premises.name, premises.address FROM room"
                           " JOIN premises ON premises.id = room.premises WHERE room.id = $1",
                           request->room);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_ROOM_UNKNOWN", "there is no room {room=%" PRIu64 "}",
                      request->room);
    const char *name = txn_text (txn, rows_text (row, 0));
    calendar_t self = {
        .txn = txn,
        .out = BUFFER (CALENDAR_MAX),
        .location = txn_format (txn, "%s, %s", name, rows_text (row, 2)[0] ? rows_text (row, 2) : rows_text (row, 1)),
    };
    int64_t from = copenhagen_instant (request->from_day ? request->from_day : txn_today (txn) - WINDOW_DAYS, 0);
    ical_begin (&self.out, name);
    write_single (&self, request->room, from);
    write_series (&self, request->room, from);
    ical_end (&self.out);
    bool whole = !self.out.overflowed;
    reply->calendar = txn_text (txn, buffer_text (&self.out));
    buffer_clear (&self.out);
    return whole ? STATUS_OK
                 : fault (reterr, STATUS_RESOURCE_EXHAUSTED, "LEASE_CALENDAR_TOO_LARGE", "name a later from_day");
}
