/* L7: meeting rooms.
 *
 * Invariant: two bookings of a room that stand never share a moment; and of what one caller does under one reference,
 * the release wins, in whichever order booking and release arrive. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>
#include <string.h>

enum { BOOKINGS_LISTED = 500 };

typedef struct {
    uint64_t id;
    bool stands;
    char *booked_by;
} booking_t;

static bool take_booking (txn_t *txn, rows_t *row, booking_t *ret_booking)
{
    if (!row)
        return false;
    *ret_booking = (booking_t){
        .id = rows_uint (row, 0),
        .stands = rows_is_null (row, 1),
        .booked_by = txn_text (txn, rows_text (row, 2)),
    };
    rows_close (row);
    return true;
}

static bool find_booking (txn_t *txn, uint64_t id, booking_t *ret_booking)
{
    return take_booking (txn, txn_row (txn, "SELECT id, released_at, booked_by FROM booking WHERE id = $1", id),
                         ret_booking);
}

static bool find_reference (txn_t *txn, uint64_t reference, booking_t *ret_booking)
{
    rows_t *row =
        txn_row (txn, "SELECT id, released_at, booked_by FROM booking WHERE booked_by = $1 AND reference = $2",
                 caller_name (txn_caller (txn)), reference);
    return take_booking (txn, row, ret_booking);
}

/* --- booking --- */

static status_t check_times (const Lease__BookRoomRequest *request, fault_t *reterr)
{
    if (request->ends_at <= request->starts_at || request->ends_at - request->starts_at > MS_PER_DAY)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_BOOKING_TIMES",
                      "a booking ends after it starts, within 24 hours");
    return STATUS_OK;
}

static status_t check_open (txn_t *txn, const Lease__BookRoomRequest *request, fault_t *reterr)
{
    rows_t *room = txn_row (txn, "SELECT premises FROM room WHERE id = $1", request->room);
    if (!room)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_ROOM_UNKNOWN", "there is no room %" PRIu64, request->room);
    uint64_t premises = rows_uint (room, 0);
    rows_close (room);
    return premises_open (txn, premises, copenhagen_day (request->starts_at), copenhagen_day (request->ends_at - 1),
                          reterr);
}

/* Those that stand do not overlap, so the last one that begins before our end is the only one that can reach into our
 * time: what began before it had ended before it. */
static status_t check_free (txn_t *txn, const Lease__BookRoomRequest *request, fault_t *reterr)
{
    rows_t *last = txn_row (txn,
                            "SELECT id, starts_at, ends_at, booked_by FROM booking WHERE room = $1"
                            " AND released_at IS NULL AND starts_at < $2 ORDER BY starts_at DESC LIMIT 1",
                            request->room, request->ends_at);
    if (!last || rows_int (last, 2) <= request->starts_at) {
        rows_close (last); /* what is still being read makes a write to its table slower */
        return STATUS_OK;
    }
    char from[ISO_INSTANT_SIZE], until[ISO_INSTANT_SIZE];
    return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_ROOM_TAKEN",
                  "booking %" PRIu64 " of %s stands there from %s to %s", rows_uint (last, 0), rows_text (last, 3),
                  instant_text (rows_int (last, 1), from), instant_text (rows_int (last, 2), until));
}

static uint64_t write_booking (txn_t *txn, const Lease__BookRoomRequest *request)
{
    uint64_t booking = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO booking (id, room, starts_at, ends_at, title, booked_by, reference)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    booking, request->room, request->starts_at, request->ends_at, request->title,
                    caller_name (txn_caller (txn)), number_or_null ((int64_t) request->reference));
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
                                     "reference %" PRIu64 " was released before", request->reference);
    }
    status_t status = check_times (request, reterr);
    if (status == STATUS_OK)
        status = check_open (txn, request, reterr);
    if (status == STATUS_OK)
        status = check_free (txn, request, reterr);
    if (status != STATUS_OK)
        return status;
    reply->booking = write_booking (txn, request);
    Lease__RoomBooked booked = LEASE__ROOM_BOOKED__INIT;
    booked.booking = reply->booking;
    booked.room = request->room;
    booked.starts_at = request->starts_at;
    booked.ends_at = request->ends_at;
    txn_emit (txn, &booked.base);
    return STATUS_OK;
}

/* --- releasing --- */

static void release (txn_t *txn, const booking_t *booking)
{
    if (!booking->stands)
        return;
    (void) txn_run (txn, "UPDATE booking SET released_at = $2 WHERE id = $1", booking->id, txn_now (txn));
    Lease__RoomReleased released = LEASE__ROOM_RELEASED__INIT;
    released.booking = booking->id;
    txn_emit (txn, &released.base);
}

/* A tombstone: the booking may still be on its way, and must not come true after its release. */
static void release_ahead (txn_t *txn, uint64_t reference)
{
    (void) txn_run (txn,
                    "INSERT INTO booking (id, starts_at, ends_at, title, booked_by, reference, released_at)"
                    " VALUES ($1, $2, $2, '', $3, $4, $2)",
                    txn_new_id (txn), txn_now (txn), caller_name (txn_caller (txn)), reference);
}

static bool may_release (txn_t *txn, const booking_t *booking)
{
    caller_t caller = txn_caller (txn);
    return caller == CALLER_TMF_DESK || strcmp (booking->booked_by, caller_name (caller)) == 0;
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
            release (txn, &booking);
        else
            release_ahead (txn, request->reference);
    } else if (find_booking (txn, request->booking, &booking)) {
        if (!may_release (txn, &booking))
            return fault (reterr, STATUS_PERMISSION_DENIED, "LEASE_BOOKING_OF_OTHERS", "the booking is %s's",
                          booking.booked_by);
        release (txn, &booking);
    }
    return STATUS_OK;
}

/* --- queries --- */

status_t lease_list_bookings (txn_t *txn, const Lease__ListBookingsRequest *request, Lease__ListBookingsReply *reply,
                              fault_t *reterr)
{
    (void) reterr;
    int64_t from = request->from_day ? copenhagen_instant (request->from_day, 0) : 0;
    int64_t until = request->to_day ? copenhagen_instant (request->to_day + 1, 0) : INT64_MAX;
    rows_t *rows =
        txn_query (txn,
                   "SELECT id, room, starts_at, ends_at, title, booked_by FROM booking WHERE released_at IS NULL"
                   " AND ($1 = 0 OR room = $1) AND ends_at > $2 AND starts_at < $3 ORDER BY starts_at, id LIMIT $4",
                   request->room, from, until, request->limit ? request->limit : BOOKINGS_LISTED);
    while (rows_next (rows)) {
        Lease__Booking *booking = txn_add (txn, reply->bookings, reply->n_bookings, lease__booking);
        booking->booking = rows_uint (rows, 0);
        booking->room = rows_uint (rows, 1);
        booking->starts_at = rows_int (rows, 2);
        booking->ends_at = rows_int (rows, 3);
        booking->title = txn_text (txn, rows_text (rows, 4));
        booking->booked_by = txn_text (txn, rows_text (rows, 5));
    }
    return STATUS_OK;
}

status_t lease_list_rooms (txn_t *txn, const Lease__ListRoomsRequest *request, Lease__ListRoomsReply *reply,
                           fault_t *reterr)
{
    (void) request;
    (void) reterr;
    rows_t *rows =
        txn_query (txn, "SELECT id, premises, name, seats, step_free FROM room ORDER BY id LIMIT $1", LIST_MAX);
    while (rows_next (rows)) {
        Lease__Room *room = txn_add (txn, reply->rooms, reply->n_rooms, lease__room);
        room->room = rows_uint (rows, 0);
        room->premises = rows_uint (rows, 1);
        room->name = txn_text (txn, rows_text (rows, 2));
        room->seats = (int32_t) rows_int (rows, 3);
        room->step_free = rows_int (rows, 4) != 0;
    }
    return STATUS_OK;
}
