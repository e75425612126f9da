/* G4: what is booked, and what is free. */
#include "contract/guidance.handlers.h"
#include "guidance/guidance.h"

/* A day has at most 25 hours, and a session is at least a quarter of one. */
enum { SLOTS_MAX = 100, BUSY_MAX = 128 };

#define SESSION_COLUMNS                                                                                                \
    "SELECT session.id, session.offer, kind, title, guide, room, starts_at, ends_at, state, reason, seats,"            \
    " (SELECT count (*) FROM seat WHERE seat.session = session.id), room_note, room_reason,"                           \
    " (SELECT max (room_hold.state) FROM room_hold WHERE room_hold.session = session.id AND room_hold.state <> 4"      \
    " AND room_hold.state < 3), (SELECT name FROM guide WHERE guide.id = session.guide),"                              \
    " (SELECT name FROM lease_room WHERE lease_room.id = session.room)"                                                \
    " FROM session JOIN offer ON offer.id = session.offer"

/* A hold that is asked for or waits goes before what is noted of the one before it. */
static Guidance__RoomState room_state (int64_t note, int64_t asked)
{
    if (asked)
        return asked == 1 ? GUIDANCE__ROOM_STATE__ROOM_ASKED : GUIDANCE__ROOM_STATE__ROOM_WAITS;
    if (note == ROOM_AS_ASKED)
        return GUIDANCE__ROOM_STATE__ROOM_STATE_UNSPECIFIED;
    return note == ROOM_MOVED ? GUIDANCE__ROOM_STATE__ROOM_MOVED : GUIDANCE__ROOM_STATE__ROOM_LOST;
}

static void fill_session (txn_t *txn, rows_t *row, Guidance__Session *entry)
{
    entry->session = rows_uint (row, 0);
    entry->offer = rows_uint (row, 1);
    entry->kind = (Guidance__OfferKind) rows_int (row, 2);
    entry->title = txn_text (txn, rows_text (row, 3));
    entry->guide = rows_uint (row, 4);
    entry->room = rows_uint (row, 5);
    entry->starts_at = rows_int (row, 6);
    entry->ends_at = rows_int (row, 7);
    entry->state = (Guidance__SessionState) rows_int (row, 8);
    entry->reason = txn_text (txn, rows_text (row, 9));
    entry->seats = (uint32_t) rows_int (row, 10);
    entry->seats_taken = (uint32_t) rows_int (row, 11);
    entry->room_state = room_state (rows_int (row, 12), rows_int (row, 14));
    entry->room_reason = txn_text (txn, rows_text (row, 13));
    entry->guide_name = txn_text (txn, rows_text (row, 15));
    entry->room_name = txn_text (txn, rows_is_null (row, 16) ? "" : rows_text (row, 16));
}

static status_t unknown_session (uint64_t session, fault_t *reterr)
{
    return fault (reterr, STATUS_NOT_FOUND, "GUIDANCE_SESSION_UNKNOWN", "there is no session {session=%llu}",
                  (unsigned long long) session);
}

status_t guidance_get_session (txn_t *txn, const Guidance__GetSessionRequest *request, Guidance__GetSessionReply *reply,
                               fault_t *reterr)
{
    rows_t *row = txn_row (txn, SESSION_COLUMNS " WHERE session.id = $1", request->session);
    if (!row)
        return unknown_session (request->session, reterr);
    reply->session = (Guidance__Session *) txn_message (txn, &guidance__session__descriptor);
    fill_session (txn, row, reply->session);
    rows_close (row);
    rows_t *rows = txn_query (
        txn, "SELECT participant, came FROM seat WHERE session = $1 ORDER BY participant LIMIT 60", request->session);
    while (rows_next (rows)) {
        Guidance__Seat *seat = txn_add (txn, reply->seats, reply->n_seats, guidance__seat);
        seat->participant = rows_uint (rows, 0);
        seat->came = rows_int (rows, 1) != 0;
    }
    return STATUS_OK;
}

/* A later day begins later, so this is the order in which they begin. */
#define BEHIND " WHERE (day, starts_at, session.id) > ($1, $2, $3) AND day <= $4"
#define IN_ORDER " ORDER BY day, starts_at, session.id LIMIT $5"

status_t guidance_list_sessions (txn_t *txn, const Guidance__ListSessionsRequest *request,
                                 Guidance__ListSessionsReply *reply, fault_t *reterr)
{
    int64_t day = request->from_day, starts_at = INT64_MIN;
    rows_t *row = txn_row (txn, "SELECT day, starts_at FROM session WHERE id = $1", request->after);
    if (request->after && !row)
        return unknown_session (request->after, reterr);
    if (row && rows_int (row, 0) >= day) {
        day = rows_int (row, 0);
        starts_at = rows_int (row, 1);
    }
    uint32_t limit = page_limit (request->limit);
    rows_t *rows = request->guide ? txn_query (txn, SESSION_COLUMNS BEHIND " AND guide = $6" IN_ORDER, day, starts_at,
                                               request->after, request->to_day, limit, request->guide)
                                  : txn_query (txn, SESSION_COLUMNS BEHIND IN_ORDER, day, starts_at, request->after,
                                               request->to_day, limit);
    while (rows_next (rows))
        fill_session (txn, rows, txn_add (txn, reply->sessions, reply->n_sessions, guidance__session));
    return STATUS_OK;
}

status_t guidance_list_room_trouble (txn_t *txn, const Guidance__ListRoomTroubleRequest *request,
                                     Guidance__ListRoomTroubleReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              SESSION_COLUMNS " WHERE state = 2 AND room_note <> 0 AND starts_at >= $1"
                                              " AND ($2 = 0 OR guide = $2) ORDER BY starts_at, session.id LIMIT $3",
                              copenhagen_instant (txn_today (txn), 0), request->guide, page_limit (request->limit));
    while (rows_next (rows))
        fill_session (txn, rows, txn_add (txn, reply->sessions, reply->n_sessions, guidance__session));
    return STATUS_OK;
}

/* A session lies within the working hours of the day it begins on, so those of that day are all that can be in the way.
 */
static size_t read_busy (txn_t *txn, uint64_t guide, int32_t day, span_t out[BUSY_MAX])
{
    size_t count = 0;
    rows_t *rows =
        txn_query (txn,
                   "SELECT starts_at, ends_at FROM session WHERE guide = $1 AND starts_at >= $2 AND starts_at < $3"
                   " AND state IN (1, 2, 5) ORDER BY starts_at LIMIT $4",
                   guide, copenhagen_instant (day, 0), copenhagen_instant (day + 1, 0), (int) BUSY_MAX);
    while (rows_next (rows))
        out[count++] = (span_t){ rows_int (rows, 0), rows_int (rows, 1) };
    return count;
}

status_t guidance_list_free_slots (txn_t *txn, const Guidance__ListFreeSlotsRequest *request,
                                   Guidance__ListFreeSlotsReply *reply, fault_t *reterr)
{
    offer_t offer;
    status_t status = offer_read (txn, request->offer, &offer, reterr);
    if (status == STATUS_OK)
        status = guide_check (txn, request->guide, reterr);
    if (status != STATUS_OK)
        return status;
    if (!guide_can (txn, request->guide, offer.kind))
        return STATUS_OK;
    span_t work[HOURS_PER_DAY_MAX], busy[BUSY_MAX];
    size_t n_work = guide_work (txn, request->guide, request->day, work);
    size_t n_busy = read_busy (txn, request->guide, request->day, busy);
    reply->starts_at = txn_alloc (txn, SLOTS_MAX * sizeof *reply->starts_at);
    reply->n_starts_at = free_slots (work, n_work, busy, n_busy, offer.length_ms, reply->starts_at, SLOTS_MAX);
    return STATUS_OK;
}
