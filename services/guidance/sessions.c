/*
 * G4: guide and room, booked together or not at all.
 *
 * The guide's time is ours and the room is TMF's, so a session with a room is a saga of rows and answers: requesting it
 * holds the guide's time and asks lease, durably; what lease says decides (rooms.c).
 *
 * Invariant: a session that is REQUESTED, BOOKED or HELD has its guide's time alone; once all calls are answered, only
 * one that is BOOKED or HELD has a room, or one that waits for TMF's yes.
 */
#include "base/ensure.h"
#include "contract/guidance.handlers.h"
#include "guidance/guidance.h"

#define SAME(state, name) ((int) SESSION_##state == (int) GUIDANCE__SESSION_STATE__##name)
_Static_assert(SAME (REQUESTED, REQUESTED) && SAME (BOOKED, BOOKED) && SAME (REFUSED, REFUSED) &&
                   SAME (CANCELLED, CANCELLED) && SAME (HELD, HELD),
               "guidance_rules.h and sessions.proto list the same states");

status_t session_read (txn_t *txn, uint64_t session, session_t *ret_session, fault_t *reterr)
{
    rows_t *row = txn_row (txn,
                           "SELECT session.offer, room, guide, kind, seats, starts_at, ends_at, day, state FROM session"
                           " JOIN offer ON offer.id = session.offer WHERE session.id = $1",
                           session);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "GUIDANCE_SESSION_UNKNOWN", "there is no session {session=%llu}",
                      (unsigned long long) session);
    *ret_session = (session_t){
        .id = session,
        .offer = rows_uint (row, 0),
        .room = rows_uint (row, 1),
        .guide = rows_uint (row, 2),
        .kind = (int) rows_int (row, 3),
        .seats = (uint32_t) rows_int (row, 4),
        .span = { rows_int (row, 5), rows_int (row, 6) },
        .day = (int32_t) rows_int (row, 7),
        .state = (session_state_t) rows_int (row, 8),
    };
    rows_close (row);
    return STATUS_OK;
}

void session_become (txn_t *txn, session_t *session, session_state_t state, const char *reason)
{
    ensure (session_may_become (session->state, state));
    session->state = state;
    (void) txn_run (txn, "UPDATE session SET state = $2, reason = $3 WHERE id = $1", session->id, (int) state, reason);
}

/* --- what others learn --- */

static void tell_booked (txn_t *txn, const session_t *session)
{
    Guidance__SessionBooked event = GUIDANCE__SESSION_BOOKED__INIT;
    event.session = session->id;
    event.kind = (Guidance__OfferKind) session->kind;
    event.starts_at = session->span.starts_at;
    txn_emit (txn, &event.base);
}

static void tell_cancelled (txn_t *txn, const session_t *session)
{
    Guidance__SessionCancelled event = GUIDANCE__SESSION_CANCELLED__INIT;
    event.session = session->id;
    txn_emit (txn, &event.base);
}

void session_confirm (txn_t *txn, session_t *session)
{
    session_become (txn, session, SESSION_BOOKED, "");
    tell_booked (txn, session);
}

void session_refuse (txn_t *txn, session_t *session, const char *reason)
{
    session_become (txn, session, SESSION_REFUSED, reason);
    Guidance__SessionRefused event = GUIDANCE__SESSION_REFUSED__INIT;
    event.session = session->id;
    event.reason = txn_text (txn, reason);
    txn_emit (txn, &event.base);
}

void session_move (txn_t *txn, session_t *session, uint64_t room, span_t span)
{
    session->room = room;
    session->span = span;
    session->day = copenhagen_day (span.starts_at);
    (void) txn_run (txn, "UPDATE session SET room = $2, starts_at = $3, ends_at = $4, day = $5 WHERE id = $1",
                    session->id, room, span.starts_at, span.ends_at, session->day);
}

/* --- booking --- */

static status_t check_request (txn_t *txn, const Guidance__BookSessionRequest *request, const offer_t *offer,
                               fault_t *reterr)
{
    if (offer->needs_room && request->room == 0)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "GUIDANCE_ROOM_REQUIRED", "this offer is given in a room");
    if (!offer->needs_room && request->room != 0)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "GUIDANCE_ROOM_NOT_NEEDED",
                      "this offer is given without a room");
    if (request->starts_at % MINUTE_MS != 0)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "GUIDANCE_NOT_ON_THE_MINUTE",
                      "a session begins on a whole minute");
    if (request->participant)
        return participant_check (txn, request->participant, reterr);
    if (offer->seats == 1)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "GUIDANCE_PARTICIPANT_REQUIRED",
                      "this offer is for one participant");
    return STATUS_OK;
}

/* Sessions that stand do not overlap, so only the last one that begins before our end can reach into our time; `except`
 * (0: none) does not count. */
static status_t check_not_busy (txn_t *txn, uint64_t guide, span_t span, uint64_t except, fault_t *reterr)
{
    rows_t *last = txn_row (txn,
                            "SELECT id, ends_at FROM session WHERE guide = $1 AND starts_at < $2"
                            " AND state IN (1, 2, 5) AND id <> $3 ORDER BY starts_at DESC LIMIT 1",
                            guide, span.ends_at, except);
    bool busy = last && rows_int (last, 1) > span.starts_at;
    unsigned long long other = busy ? rows_uint (last, 0) : 0;
    rows_close (last);
    return busy ? fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_GUIDE_BUSY",
                         "the guide has session {session=%llu} then", other)
                : STATUS_OK;
}

static status_t check_time (txn_t *txn, uint64_t guide, span_t span, uint64_t except, fault_t *reterr)
{
    span_t work[HOURS_PER_DAY_MAX];
    size_t count = guide_work (txn, guide, copenhagen_day (span.starts_at), work);
    if (!span_within (span, work, count))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_GUIDE_AWAY",
                      "the guide does not work all of that time");
    return check_not_busy (txn, guide, span, except, reterr);
}

static status_t check_guide (txn_t *txn, uint64_t guide, const offer_t *offer, span_t span, fault_t *reterr)
{
    status_t status = guide_check (txn, guide, reterr);
    if (status != STATUS_OK)
        return status;
    if (!guide_can (txn, guide, offer->kind))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_GUIDE_COMPETENCE",
                      "the guide does not give this kind of guidance");
    return check_time (txn, guide, span, 0, reterr);
}

bool session_may_move (txn_t *txn, const session_t *session, span_t span)
{
    return check_time (txn, session->guide, span, session->id, NULL) == STATUS_OK;
}

static void write_session (txn_t *txn, const session_t *session)
{
    (void) txn_run (txn,
                    "INSERT INTO session (id, offer, guide, room, starts_at, ends_at, day, state, reason)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')",
                    session->id, session->offer, session->guide, session->room, session->span.starts_at,
                    session->span.ends_at, session->day, (int) session->state);
}

status_t guidance_book_session (txn_t *txn, const Guidance__BookSessionRequest *request,
                                Guidance__BookSessionReply *reply, fault_t *reterr)
{
    offer_t offer;
    status_t status = offer_read (txn, request->offer, &offer, reterr);
    if (status == STATUS_OK)
        status = check_request (txn, request, &offer, reterr);
    if (status != STATUS_OK)
        return status;
    span_t span = { request->starts_at, request->starts_at + offer.length_ms };
    status = check_guide (txn, request->guide, &offer, span, reterr);
    if (status != STATUS_OK)
        return status;
    session_t session = {
        .id = txn_new_id (txn),
        .offer = offer.id,
        .room = request->room,
        .guide = request->guide,
        .kind = offer.kind,
        .span = span,
        .day = copenhagen_day (span.starts_at),
        .state = offer.needs_room ? SESSION_REQUESTED : SESSION_BOOKED,
    };
    write_session (txn, &session);
    if (request->participant)
        (void) txn_run (txn, "INSERT INTO seat (session, participant, came) VALUES ($1, $2, 0)", session.id,
                        request->participant);
    if (offer.needs_room)
        rooms_ask (txn, &session, offer.title);
    else
        tell_booked (txn, &session);
    reply->session = session.id;
    reply->state = (Guidance__SessionState) session.state;
    return STATUS_OK;
}

status_t guidance_cancel_session (txn_t *txn, const Guidance__CancelSessionRequest *request,
                                  Guidance__CancelSessionReply *reply, fault_t *reterr)
{
    (void) reply;
    session_t session;
    status_t status = session_read (txn, request->session, &session, reterr);
    if (status != STATUS_OK)
        return status;
    if (!session_may_become (session.state, SESSION_CANCELLED))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_SESSION_OVER", "session {session=%llu} is over",
                      (unsigned long long) session.id);
    session_become (txn, &session, SESSION_CANCELLED, "");
    tell_cancelled (txn, &session);
    rooms_give_back (txn, session.id);
    return STATUS_OK;
}
