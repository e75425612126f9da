/*
 * G4: guide and room, booked together or not at all.
 *
 * The guide's time is ours and the room is TMF's, so a session with a room is a saga of rows and answers. Requesting it
 * holds the guide's time and asks lease, durably, under the session's id as reference:
 *
 *   - lease books: BOOKED.
 *   - lease refuses: REFUSED with lease's reason; nothing was booked.
 *   - lease stays away: REFUSED with LEASE_AWAY. Lease may have booked without our learning of it, so the reference is
 *     released, for as long as that takes.
 *   - cancelled while waiting: CANCELLED, and the reference is released; whatever lease answers comes too late.
 *
 * A released reference cannot be booked any more (lease's Rooms/ReleaseRoom), so it does not matter which of the two
 * calls arrives first. Invariant: once all calls are answered, only a session that is BOOKED or HELD has a room.
 */
#include "base/ensure.h"
#include "contract/guidance.handlers.h"
#include "contract/lease.contract.h"
#include "guidance/guidance.h"

/* Long enough for a restart of lease, short enough to wait for at a desk. */
enum { ROOM_ANSWER_MS = 60000 };

#define SAME(state, name) ((int) SESSION_##state == (int) GUIDANCE__SESSION_STATE__##name)
_Static_assert(SAME (REQUESTED, REQUESTED) && SAME (BOOKED, BOOKED) && SAME (REFUSED, REFUSED) &&
                   SAME (CANCELLED, CANCELLED) && SAME (HELD, HELD),
               "guidance_rules.h and sessions.proto list the same states");

status_t session_read (txn_t *txn, uint64_t session, session_t *ret_session, fault_t *reterr)
{
    rows_t *row = txn_row (txn,
                           "SELECT session.offer, room, kind, seats, starts_at, day, state FROM session"
                           " JOIN offer ON offer.id = session.offer WHERE session.id = $1",
                           session);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "GUIDANCE_SESSION_UNKNOWN", "there is no session %llu",
                      (unsigned long long) session);
    *ret_session = (session_t){
        .id = session,
        .offer = rows_uint (row, 0),
        .room = rows_uint (row, 1),
        .kind = (int) rows_int (row, 2),
        .seats = (uint32_t) rows_int (row, 3),
        .starts_at = rows_int (row, 4),
        .day = (int32_t) rows_int (row, 5),
        .state = (session_state_t) rows_int (row, 6),
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
    event.starts_at = session->starts_at;
    txn_emit (txn, &event.base);
}

static void tell_refused (txn_t *txn, const session_t *session, const char *reason)
{
    Guidance__SessionRefused event = GUIDANCE__SESSION_REFUSED__INIT;
    event.session = session->id;
    event.reason = txn_text (txn, reason);
    txn_emit (txn, &event.base);
}

static void tell_cancelled (txn_t *txn, const session_t *session)
{
    Guidance__SessionCancelled event = GUIDANCE__SESSION_CANCELLED__INIT;
    event.session = session->id;
    txn_emit (txn, &event.base);
}

/* --- the room --- */

static void ask_for_room (txn_t *txn, const session_t *session, const offer_t *offer)
{
    Lease__BookRoomRequest request = LEASE__BOOK_ROOM_REQUEST__INIT;
    request.room = session->room;
    request.starts_at = session->starts_at;
    request.ends_at = session->starts_at + offer->length_ms;
    request.reference = session->id;
    request.title = txn_text (txn, offer->title);
    txn_call (txn, &(outgoing_call_t){
                       .target = "lease",
                       .method = LEASE_BOOK_ROOM,
                       .request = &request.base,
                       .answer = "room_booked",
                       .subject = session->id,
                       .give_up_at = txn_now (txn) + ROOM_ANSWER_MS,
                   });
}

static void release_room (txn_t *txn, const session_t *session)
{
    Lease__ReleaseRoomRequest request = LEASE__RELEASE_ROOM_REQUEST__INIT;
    request.reference = session->id;
    txn_call (txn, &(outgoing_call_t){
                       .target = "lease",
                       .method = LEASE_RELEASE_ROOM,
                       .request = &request.base,
                       .answer = "room_released",
                       .subject = session->id,
                   });
}

static void refuse (txn_t *txn, session_t *session, const char *reason)
{
    session_become (txn, session, SESSION_REFUSED, reason);
    tell_refused (txn, session, reason);
}

status_t session_room_answered (txn_t *txn, const answer_t *answer, fault_t *reterr)
{
    session_t session;
    status_t status = session_read (txn, answer->subject, &session, reterr);
    if (status != STATUS_OK)
        return status;
    if (session.state != SESSION_REQUESTED)
        return STATUS_OK; /* cancelled meanwhile, and the room with it */
    if (answer->status == STATUS_OK) {
        session_become (txn, &session, SESSION_BOOKED, "");
        tell_booked (txn, &session);
    } else if (answer->status == STATUS_DEADLINE_EXCEEDED) {
        refuse (txn, &session, "LEASE_AWAY");
        release_room (txn, &session);
    } else {
        refuse (txn, &session, answer->reason[0] ? answer->reason : "LEASE_REFUSED");
    }
    return STATUS_OK;
}

/* Lease never refuses a release. If it does, a room may be held by nobody: the journal and the operator's log say so.
 */
status_t session_room_released (txn_t *txn, const answer_t *answer, fault_t *reterr)
{
    (void) txn;
    if (answer->status == STATUS_OK)
        return STATUS_OK;
    return fault (reterr, answer->status, "GUIDANCE_ROOM_NOT_RELEASED", "session %llu: %s",
                  (unsigned long long) answer->subject, answer->reason);
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

/* Sessions that stand do not overlap, so only the last one that begins before our end can reach into our time. */
static status_t check_not_busy (txn_t *txn, uint64_t guide, span_t span, fault_t *reterr)
{
    rows_t *last = txn_row (txn,
                            "SELECT id, ends_at FROM session WHERE guide = $1 AND starts_at < $2"
                            " AND state IN (1, 2, 5) ORDER BY starts_at DESC LIMIT 1",
                            guide, span.ends_at);
    bool busy = last && rows_int (last, 1) > span.starts_at;
    unsigned long long other = busy ? rows_uint (last, 0) : 0;
    rows_close (last);
    return busy ? fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_GUIDE_BUSY", "the guide has session %llu then",
                         other)
                : STATUS_OK;
}

static status_t check_guide (txn_t *txn, uint64_t guide, const offer_t *offer, span_t span, fault_t *reterr)
{
    status_t status = guide_check (txn, guide, reterr);
    if (status != STATUS_OK)
        return status;
    if (!guide_can (txn, guide, offer->kind))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_GUIDE_COMPETENCE",
                      "the guide does not give this kind of guidance");
    span_t work[HOURS_PER_DAY_MAX];
    size_t count = guide_work (txn, guide, copenhagen_day (span.starts_at), work);
    if (!span_within (span, work, count))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_GUIDE_AWAY",
                      "the guide does not work all of that time");
    return check_not_busy (txn, guide, span, reterr);
}

static void write_session (txn_t *txn, const session_t *session, uint64_t guide, int64_t ends_at)
{
    (void) txn_run (txn,
                    "INSERT INTO session (id, offer, guide, room, starts_at, ends_at, day, state, reason)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')",
                    session->id, session->offer, guide, session->room, session->starts_at, ends_at, session->day,
                    (int) session->state);
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
        .kind = offer.kind,
        .starts_at = span.starts_at,
        .day = copenhagen_day (span.starts_at),
        .state = offer.needs_room ? SESSION_REQUESTED : SESSION_BOOKED,
    };
    write_session (txn, &session, request->guide, span.ends_at);
    if (request->participant)
        (void) txn_run (txn, "INSERT INTO seat (session, participant, came) VALUES ($1, $2, 0)", session.id,
                        request->participant);
    if (offer.needs_room)
        ask_for_room (txn, &session, &offer);
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
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_SESSION_OVER", "session %llu is over",
                      (unsigned long long) session.id);
    session_become (txn, &session, SESSION_CANCELLED, "");
    tell_cancelled (txn, &session);
    if (session.room)
        release_room (txn, &session);
    return STATUS_OK;
}
