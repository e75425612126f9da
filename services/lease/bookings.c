/* L7: the one door to a room's time. Single bookings, series, guidance's saga: all come through booking_possible and
 * booking_make, in one transaction.
 *
 * Invariant: two bookings of a room that stand never share a moment, nor the buffer between them; and of what one
 * caller does under one reference, the release wins, in whichever order booking and release arrive. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>
#include <string.h>

enum { BOOKINGS_LISTED = 500, CHECK_IN_EARLY_MS = 3600000 };

#define BOOKING_COLUMNS                                                                                                \
    "SELECT id, released_at, booked_by, room, starts_at, ends_at, title, private, tenant, reference, series,"          \
    " came_at, waits FROM booking"

static bool take_booking (txn_t *txn, rows_t *row, booking_t *ret_booking)
{
    if (!row)
        return false;
    *ret_booking = (booking_t){
        .id = rows_uint (row, 0),
        .stands = rows_is_null (row, 1),
        .booked_by = txn_text (txn, rows_text (row, 2)),
        .wish = { .room = rows_uint (row, 3),
                  .starts_at = rows_int (row, 4),
                  .ends_at = rows_int (row, 5),
                  .title = txn_text (txn, rows_text (row, 6)),
                  .is_private = rows_int (row, 7) != 0,
                  .tenant = rows_uint (row, 8),
                  .reference = rows_uint (row, 9),
                  .series = rows_uint (row, 10) },
        .came = !rows_is_null (row, 11),
        .waits = rows_int (row, 12) != 0,
    };
    rows_close (row);
    return true;
}

bool booking_find (txn_t *txn, uint64_t id, booking_t *ret_booking)
{
    return take_booking (txn, txn_row (txn, BOOKING_COLUMNS " WHERE id = $1", id), ret_booking);
}

static bool find_reference (txn_t *txn, uint64_t reference, booking_t *ret_booking)
{
    return take_booking (txn,
                         txn_row (txn, BOOKING_COLUMNS " WHERE booked_by = $1 AND reference = $2",
                                  caller_name (txn_caller (txn)), reference),
                         ret_booking);
}

status_t booking_may_change (txn_t *txn, const char *booked_by, fault_t *reterr)
{
    caller_t caller = txn_caller (txn);
    return caller == CALLER_TMF_DESK || strcmp (booked_by, caller_name (caller)) == 0
               ? STATUS_OK
               : fault (reterr, STATUS_PERMISSION_DENIED, "LEASE_BOOKING_OF_OTHERS", "the booking is {by=%s}'s",
                        booked_by);
}

/* A booking that stands and is the caller's to change. */
static status_t find_standing (txn_t *txn, uint64_t id, booking_t *ret_booking, fault_t *reterr)
{
    if (!booking_find (txn, id, ret_booking) || !ret_booking->stands)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_BOOKING_GONE", "no booking {booking=%" PRIu64 "} stands", id);
    return booking_may_change (txn, ret_booking->booked_by, reterr);
}

/* --- may it be --- */

status_t booking_check_times (int64_t starts_at, int64_t ends_at, fault_t *reterr)
{
    if (ends_at <= starts_at || ends_at - starts_at > MS_PER_DAY)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_BOOKING_TIMES",
                      "a booking ends after it starts, within 24 hours");
    return STATUS_OK;
}

/* Names the booking that stands in the way, by its title when that is nobody's secret. */
static status_t taken (txn_t *txn, uint64_t id, const room_t *room, fault_t *reterr)
{
    char from[ISO_INSTANT_SIZE], until[ISO_INSTANT_SIZE];
    booking_t other = { .booked_by = "", .wish.title = "" };
    (void) booking_find (txn, id, &other); /* it is there, unless the store has failed, which has the last word */
    bool is_private = other.wish.is_private;
    return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_ROOM_TAKEN",
                  "booking {booking=%" PRIu64 "} of {by=%s} stands there from {from=%s} to {until=%s}%s{title=%s}%s",
                  id, other.booked_by, instant_text (other.wish.starts_at, from),
                  instant_text (other.wish.ends_at, until), is_private ? "" : ", called ",
                  is_private ? "" : other.wish.title, room->buffer_ms ? "; the room rests around it" : "");
}

/* Those that stand do not overlap, so the last one that begins before our end is the only one that can reach into our
 * time: what began before it had ended before it. booking_hours has all that is asked; a row that need not be looked at
 * is not. */
static status_t check_free (txn_t *txn, const room_t *room, const booking_wish_t *wish, const booking_t *except,
                            fault_t *reterr)
{
    rows_t *last = txn_row (txn,
                            "SELECT id, ends_at FROM booking WHERE room = $1 AND released_at IS NULL"
                            " AND starts_at < $2 AND id <> $3 ORDER BY starts_at DESC LIMIT 1",
                            room->id, wish->ends_at + room->buffer_ms, except ? except->id : 0);
    if (last && rows_int (last, 1) > wish->starts_at - room->buffer_ms)
        return taken (txn, rows_uint (last, 0), room, reterr);
    rows_close (last); /* what is still being read makes a write to its table slower */
    return STATUS_OK;
}

/* What the tenant has of this room in the calendar month in which the booking begins. */
static status_t check_quota (txn_t *txn, const room_t *room, const booking_wish_t *wish, const booking_t *except,
                             fault_t *reterr)
{
    if (!wish->tenant || !room->tenant_ms)
        return STATUS_OK;
    int32_t month = month_of_day (copenhagen_day (wish->starts_at));
    rows_t *row = txn_row (txn,
                           "SELECT coalesce (sum (ends_at - starts_at), 0) FROM booking WHERE tenant = $1 AND room = $2"
                           " AND starts_at >= $3 AND starts_at < $4 AND released_at IS NULL AND id <> $5",
                           wish->tenant, room->id, copenhagen_instant (month_first_day (month), 0),
                           copenhagen_instant (month_first_day (month + 1), 0), except ? except->id : 0);
    int64_t used = row ? rows_int (row, 0) : 0;
    rows_close (row);
    if (used + wish->ends_at - wish->starts_at <= room->tenant_ms)
        return STATUS_OK;
    char text[ISO_MONTH_SIZE];
    return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_ROOM_QUOTA",
                  "the tenant has {used=%" PRId64 "} of its {most=%" PRId64 "} minutes in {month=%s}", used / 60000,
                  room->tenant_ms / 60000, month_text (month, text));
}

static status_t check (txn_t *txn, const room_t *room, const booking_wish_t *wish, const booking_t *except,
                       fault_t *reterr)
{
    status_t status = booking_check_times (wish->starts_at, wish->ends_at, reterr);
    if (status == STATUS_OK && wish->tenant)
        status = tenant_find (txn, wish->tenant, reterr);
    if (status == STATUS_OK)
        status = room_open_between (txn, room, wish->starts_at, wish->ends_at, reterr);
    if (status == STATUS_OK)
        status = check_free (txn, room, wish, except, reterr);
    return status == STATUS_OK ? check_quota (txn, room, wish, except, reterr) : status;
}

status_t booking_possible (txn_t *txn, const booking_wish_t *wish, room_t *ret_room, fault_t *reterr)
{
    status_t status = room_find (txn, wish->room, ret_room, reterr);
    return status == STATUS_OK ? check (txn, ret_room, wish, NULL, reterr) : status;
}

/* --- making and changing it --- */

/* The timers follow the booking: of what it waits for, at most one is due at a time. A new one has none yet. */
static void cancel_timers (txn_t *txn, uint64_t booking)
{
    txn_cancel (txn, TIMER_NO_SHOW, booking);
    txn_cancel (txn, TIMER_NOT_APPROVED, booking);
}

static void set_timers (txn_t *txn, uint64_t booking, const room_t *room, const booking_wish_t *wish, bool waits)
{
    if (waits)
        txn_at (txn, wish->starts_at, TIMER_NOT_APPROVED, booking);
    else if (room->no_show_ms && !wish->reference)
        txn_at (txn, wish->starts_at + room->no_show_ms, TIMER_NO_SHOW, booking);
}

uint64_t booking_make (txn_t *txn, const booking_wish_t *wish, const room_t *room)
{
    uint64_t booking = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO booking (id, room, starts_at, ends_at, title, booked_by, reference, private, tenant,"
                    " series, series_at, waits, changed_at)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                    booking, wish->room, wish->starts_at, wish->ends_at, wish->title, caller_name (txn_caller (txn)),
                    number_or_null ((int64_t) wish->reference), wish->is_private,
                    number_or_null ((int64_t) wish->tenant), number_or_null ((int64_t) wish->series),
                    wish->series ? sql_integer (wish->starts_at) : SQL_NOTHING, room->needs_approval, txn_now (txn));
    set_timers (txn, booking, room, wish, room->needs_approval);
    Lease__RoomBooked booked = LEASE__ROOM_BOOKED__INIT;
    booked.booking = booking;
    booked.room = wish->room;
    booked.starts_at = wish->starts_at;
    booked.ends_at = wish->ends_at;
    txn_emit (txn, &booked.base);
    return booking;
}

status_t lease_book_room (txn_t *txn, const Lease__BookRoomRequest *request, Lease__BookRoomReply *reply,
                          fault_t *reterr)
{
    booking_t known;
    if (request->reference && find_reference (txn, request->reference, &known)) {
        reply->booking = known.id;
        return known.stands ? STATUS_OK
                            : fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_BOOKING_RELEASED",
                                     "reference {reference=%" PRIu64 "} was released before", request->reference);
    }
    booking_wish_t wish = {
        .room = request->room,
        .starts_at = request->starts_at,
        .ends_at = request->ends_at,
        .reference = request->reference,
        .title = request->title,
        .is_private = request->private_,
        .tenant = request->tenant,
    };
    room_t room;
    status_t status = booking_possible (txn, &wish, &room, reterr);
    if (status != STATUS_OK)
        return status;
    reply->booking = booking_make (txn, &wish, &room);
    reply->waits = room.needs_approval;
    reply->room_name = txn_text (txn, room.name);
    return STATUS_OK;
}

static void write_change (txn_t *txn, const booking_t *booking, const booking_wish_t *wish, bool waits)
{
    (void) txn_run (
        txn,
        "UPDATE booking SET room = $2, starts_at = $3, ends_at = $4, title = $5, waits = $6, came_at = NULL,"
        " sequence = sequence + 1, changed_at = $7 WHERE id = $1",
        booking->id, wish->room, wish->starts_at, wish->ends_at, wish->title, waits, txn_now (txn));
    series_touch (txn, booking->wish.series);
    Lease__RoomChanged changed = LEASE__ROOM_CHANGED__INIT;
    changed.booking = booking->id;
    changed.room = wish->room;
    changed.starts_at = wish->starts_at;
    changed.ends_at = wish->ends_at;
    changed.booked_by = txn_text (txn, booking->booked_by);
    changed.reference = wish->reference;
    changed.waits = waits;
    txn_emit (txn, &changed.base);
}

status_t lease_change_booking (txn_t *txn, const Lease__ChangeBookingRequest *request, Lease__ChangeBookingReply *reply,
                               fault_t *reterr)
{
    booking_t booking;
    room_t room;
    status_t status = find_standing (txn, request->booking, &booking, reterr);
    if (status != STATUS_OK)
        return status;
    booking_wish_t wish = booking.wish;
    if (request->room)
        wish.room = request->room;
    if (request->starts_at) {
        wish.ends_at += request->starts_at - wish.starts_at;
        wish.starts_at = request->starts_at;
    }
    if (request->ends_at)
        wish.ends_at = request->ends_at;
    if (request->title[0])
        wish.title = request->title;
    status = room_find (txn, wish.room, &room, reterr);
    if (status == STATUS_OK)
        status = check (txn, &room, &wish, &booking, reterr);
    if (status != STATUS_OK)
        return status;
    reply->waits =
        room.needs_approval && (booking.waits || wish.room != booking.wish.room ||
                                wish.starts_at != booking.wish.starts_at || wish.ends_at != booking.wish.ends_at);
    write_change (txn, &booking, &wish, reply->waits);
    cancel_timers (txn, booking.id);
    set_timers (txn, booking.id, &room, &wish, reply->waits);
    return STATUS_OK;
}

status_t lease_approve_booking (txn_t *txn, const Lease__ApproveBookingRequest *request,
                                Lease__ApproveBookingReply *reply, fault_t *reterr)
{
    (void) reply;
    booking_t booking;
    room_t room;
    status_t status = find_standing (txn, request->booking, &booking, reterr);
    if (status == STATUS_OK)
        status = room_find (txn, booking.wish.room, &room, reterr);
    if (status != STATUS_OK || !booking.waits)
        return status;
    (void) txn_run (txn, "UPDATE booking SET waits = 0, sequence = sequence + 1, changed_at = $2 WHERE id = $1",
                    booking.id, txn_now (txn));
    cancel_timers (txn, booking.id);
    set_timers (txn, booking.id, &room, &booking.wish, false);
    Lease__RoomApproved approved = LEASE__ROOM_APPROVED__INIT;
    approved.booking = booking.id;
    approved.booked_by = txn_text (txn, booking.booked_by);
    approved.reference = booking.wish.reference;
    txn_emit (txn, &approved.base);
    return STATUS_OK;
}

status_t lease_check_in (txn_t *txn, const Lease__CheckInRequest *request, Lease__CheckInReply *reply, fault_t *reterr)
{
    (void) reply;
    booking_t booking;
    status_t status = find_standing (txn, request->booking, &booking, reterr);
    if (status != STATUS_OK)
        return status;
    if (txn_now (txn) < booking.wish.starts_at - CHECK_IN_EARLY_MS)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_BOOKING_EARLY",
                      "one checks in an hour before the booking begins, or later");
    (void) txn_run (txn, "UPDATE booking SET came_at = coalesce (came_at, $2) WHERE id = $1", booking.id,
                    txn_now (txn));
    txn_cancel (txn, TIMER_NO_SHOW, booking.id);
    return STATUS_OK;
}

/* --- releasing --- */

static void release (txn_t *txn, const booking_t *booking, Lease__ReleaseCause cause)
{
    if (!booking->stands)
        return;
    (void) txn_run (txn,
                    "UPDATE booking SET released_at = $2, changed_at = $2, release_cause = $3, sequence = sequence + 1"
                    " WHERE id = $1",
                    booking->id, txn_now (txn), (int) cause);
    series_touch (txn, booking->wish.series);
    cancel_timers (txn, booking->id);
    Lease__RoomReleased released = LEASE__ROOM_RELEASED__INIT;
    released.booking = booking->id;
    released.cause = cause;
    released.booked_by = txn_text (txn, booking->booked_by);
    released.reference = booking->wish.reference;
    txn_emit (txn, &released.base);
}

void booking_give_back (txn_t *txn, const booking_t *booking)
{
    release (txn, booking, LEASE__RELEASE_CAUSE__GIVEN_BACK);
}

/* A tombstone: the booking may still be on its way, and must not come true after its release. */
static void release_ahead (txn_t *txn, uint64_t reference)
{
    (void) txn_run (txn,
                    "INSERT INTO booking (id, starts_at, ends_at, title, booked_by, reference, released_at)"
                    " VALUES ($1, $2, $2, '', $3, $4, $2)",
                    txn_new_id (txn), txn_now (txn), caller_name (txn_caller (txn)), reference);
}

status_t lease_release_room (txn_t *txn, const Lease__ReleaseRoomRequest *request, Lease__ReleaseRoomReply *reply,
                             fault_t *reterr)
{
    (void) reply;
    booking_t booking;
    if (request->booking == 0 && request->reference == 0)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_BOOKING_UNNAMED", "name the booking or the reference");
    if (request->reference) {
        if (find_reference (txn, request->reference, &booking))
            booking_give_back (txn, &booking);
        else
            release_ahead (txn, request->reference);
    } else if (booking_find (txn, request->booking, &booking)) {
        status_t status = booking_may_change (txn, booking.booked_by, reterr);
        if (status != STATUS_OK)
            return status;
        booking_give_back (txn, &booking);
    } else {
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_BOOKING_GONE", "there is no booking {booking=%" PRIu64 "}",
                      request->booking);
    }
    return STATUS_OK;
}

/* The room's rule may have changed since the timer was set: the one in force counts. */
status_t booking_on_no_show (txn_t *txn, uint64_t id, fault_t *reterr)
{
    booking_t booking;
    room_t room;
    (void) reterr;
    if (booking_find (txn, id, &booking) && booking.stands && !booking.came &&
        room_find (txn, booking.wish.room, &room, NULL) == STATUS_OK && room.no_show_ms) {
        if (txn_now (txn) < booking.wish.starts_at + room.no_show_ms) {
            cancel_timers (txn, id);
            set_timers (txn, id, &room, &booking.wish, false);
        } else {
            release (txn, &booking, LEASE__RELEASE_CAUSE__NO_SHOW);
        }
    }
    return STATUS_OK;
}

status_t booking_on_not_approved (txn_t *txn, uint64_t id, fault_t *reterr)
{
    booking_t booking;
    (void) reterr;
    if (booking_find (txn, id, &booking) && booking.stands && booking.waits)
        release (txn, &booking, LEASE__RELEASE_CAUSE__NOT_APPROVED);
    return STATUS_OK;
}

/* --- queries --- */

#define STANDING                                                                                                       \
    "SELECT id, room, starts_at, ends_at, title, booked_by, private, waits, came_at IS NOT NULL, series, tenant,"      \
    " (SELECT name FROM room WHERE room.id = booking.room),"                                                           \
    " (SELECT name FROM tenant WHERE tenant.id = booking.tenant)"                                                      \
    " FROM booking WHERE released_at IS NULL AND (starts_at, id) > ($1, $2) AND starts_at < $4"
#define IN_ORDER " ORDER BY starts_at, id LIMIT $3"
#define OF_ROOM " AND room = $5 ORDER BY starts_at LIMIT $3" /* no two of a room begin at one instant */
/* Those that go on at $4, as in booking_over_night; none is longer than a day. */
#define GOING_ON " AND (starts_at + 3600000) / 86400000 < (ends_at + 7199999) / 86400000 AND ends_at > $4"

/* In the order in which they begin, and then by id. */
typedef struct {
    int64_t starts_at;
    uint64_t id;
} place_t;

static rows_t *query_going_on (txn_t *txn, uint64_t room, place_t after, int64_t at, size_t limit)
{
    int64_t since = after.starts_at > at - MS_PER_DAY ? after.starts_at : at - MS_PER_DAY;
    return room ? txn_query (txn, STANDING GOING_ON OF_ROOM, since, after.id, limit, at, room)
                : txn_query (txn, STANDING GOING_ON IN_ORDER, since, after.id, limit, at);
}

static rows_t *query_beginning (txn_t *txn, uint64_t room, place_t after, int64_t until, size_t limit)
{
    return room ? txn_query (txn, STANDING OF_ROOM, after.starts_at, after.id, limit, until, room)
                : txn_query (txn, STANDING IN_ORDER, after.starts_at, after.id, limit, until);
}

static void add_bookings (txn_t *txn, rows_t *rows, Lease__ListBookingsReply *reply)
{
    const char *caller = caller_name (txn_caller (txn));
    while (rows_next (rows)) {
        Lease__Booking *booking = txn_add (txn, reply->bookings, reply->n_bookings, lease__booking);
        booking->booking = rows_uint (rows, 0);
        booking->room = rows_uint (rows, 1);
        booking->starts_at = rows_int (rows, 2);
        booking->ends_at = rows_int (rows, 3);
        booking->booked_by = txn_text (txn, rows_text (rows, 5));
        booking->private_ = rows_int (rows, 6) != 0;
        bool hidden = booking->private_ && strcmp (booking->booked_by, caller) != 0;
        booking->title = txn_text (txn, hidden ? "" : rows_text (rows, 4));
        booking->waits = rows_int (rows, 7) != 0;
        booking->came = rows_int (rows, 8) != 0;
        booking->series = rows_uint (rows, 9);
        booking->tenant = rows_uint (rows, 10);
        booking->room_name = txn_text (txn, rows_text (rows, 11));
        booking->tenant_name = txn_text (txn, hidden ? "" : rows_text (rows, 12));
    }
}

status_t lease_list_bookings (txn_t *txn, const Lease__ListBookingsRequest *request, Lease__ListBookingsReply *reply,
                              fault_t *reterr)
{
    size_t limit = request->limit ? request->limit : BOOKINGS_LISTED;
    int64_t from = copenhagen_instant (day_or (request->from_day, txn_today (txn)), 0);
    int64_t until = request->to_day ? copenhagen_instant (request->to_day + 1, 0) : INT64_MAX;
    rows_t *row = txn_row (txn, "SELECT starts_at FROM booking WHERE id = $1", request->after);
    if (request->after && !row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_BOOKING_GONE", "there is no booking {booking=%" PRIu64 "}",
                      request->after);
    place_t after = { row ? rows_int (row, 0) : INT64_MIN, request->after };
    add_bookings (txn, query_going_on (txn, request->room, after, from, limit), reply);
    if (after.starts_at < from)
        after = (place_t){ from, 0 };
    if (reply->n_bookings < limit)
        add_bookings (txn, query_beginning (txn, request->room, after, until, limit - reply->n_bookings), reply);
    return STATUS_OK;
}
