/*
 * G4: the rooms of sessions. They are TMF's; a hold is what we know of one booking in lease, under our reference:
 *
 *     ASKED ──┬────────────► STANDS ──► GONE        an answer of lease decides, or an event in its log, whichever comes
 *             └─► WAITS ──┘                         first; what comes after the end of a hold comes too late
 *
 *   - lease books: the hold STANDS, and a session that waited for it is BOOKED.
 *   - the room needs TMF's yes: the hold WAITS. RoomApproved or RoomReleased decides, and else the deadline: a day
 *     before the session begins, so that the participants can be told; at its beginning for one booked later than that.
 *   - lease refuses: GONE. A session that waited for it is REFUSED; one that asked for another room says why.
 *   - lease stays away: the same with LEASE_AWAY. Lease may have booked without our learning of it, so the reference is
 *     released, for as long as that takes. A released reference cannot be booked any more, so it does not matter which
 *     of the two calls arrives first.
 *   - TMF moves the booking: the session goes along and says so; where the guide has no time then, the room is given
 *     back and the session stands without.
 *   - TMF takes the room: the session stands without, says so, and another room can be booked for it.
 *
 * Invariant: a hold that STANDS is a booking in lease at the same time in the same room, and a session that is BOOKED
 * has at most one; once all calls are answered, lease has no other booking of ours.
 */
#include "contract/guidance.handlers.h"
#include "contract/lease.contract.h"
#include "guidance/guidance.h"

#include <string.h>

/* Long enough for a restart of lease, short enough to wait for at a desk. */
enum { ROOM_ANSWER_MS = 60000, DAY_MS = 24 * 3600 * 1000, HOLDS_MAX = 4 /* of one session that are not gone */ };

typedef enum { HOLD_ASKED = 1, HOLD_WAITS = 2, HOLD_STANDS = 3, HOLD_GONE = 4 } hold_state_t;

typedef struct {
    uint64_t reference, session, room;
    span_t span;
    hold_state_t state;
} hold_t;

static bool hold_read (txn_t *txn, uint64_t reference, hold_t *ret_hold)
{
    rows_t *row =
        txn_row (txn, "SELECT session, room, starts_at, ends_at, state FROM room_hold WHERE reference = $1", reference);
    if (!row)
        return false;
    *ret_hold = (hold_t){ .reference = reference,
                          .session = rows_uint (row, 0),
                          .room = rows_uint (row, 1),
                          .span = { rows_int (row, 2), rows_int (row, 3) },
                          .state = (hold_state_t) rows_int (row, 4) };
    rows_close (row);
    return true;
}

static void hold_become (txn_t *txn, hold_t *hold, hold_state_t state)
{
    hold->state = state;
    txn_cancel (txn, TIMER_APPROVAL_OVERDUE, hold->reference);
    (void) txn_run (txn, "UPDATE room_hold SET state = $2 WHERE reference = $1", hold->reference, (int) state);
}

/* What the session says about its room: nothing, that it was moved, or that there is none and why. */
static void note (txn_t *txn, uint64_t session, room_note_t note, const char *reason)
{
    (void) txn_run (txn, "UPDATE session SET room_note = $2, room_reason = $3 WHERE id = $1", session, (int) note,
                    reason);
}

/* --- asking and giving back --- */

static void ask (txn_t *txn, const hold_t *hold, const char *title)
{
    (void) txn_run (txn,
                    "INSERT INTO room_hold (reference, session, room, starts_at, ends_at, state)"
                    " VALUES ($1, $2, $3, $4, $5, $6)",
                    hold->reference, hold->session, hold->room, hold->span.starts_at, hold->span.ends_at,
                    (int) HOLD_ASKED);
    Lease__BookRoomRequest request = LEASE__BOOK_ROOM_REQUEST__INIT;
    request.room = hold->room;
    request.starts_at = hold->span.starts_at;
    request.ends_at = hold->span.ends_at;
    request.reference = hold->reference;
    request.title = txn_text (txn, title);
    txn_call (txn, &(outgoing_call_t){
                       .target = "lease",
                       .method = LEASE_BOOK_ROOM,
                       .request = &request.base,
                       .answer = "room_booked",
                       .subject = hold->reference,
                       .give_up_at = txn_now (txn) + ROOM_ANSWER_MS,
                   });
}

static void give_back (txn_t *txn, hold_t *hold)
{
    hold_become (txn, hold, HOLD_GONE);
    Lease__ReleaseRoomRequest request = LEASE__RELEASE_ROOM_REQUEST__INIT;
    request.reference = hold->reference;
    txn_call (txn, &(outgoing_call_t){
                       .target = "lease",
                       .method = LEASE_RELEASE_ROOM,
                       .request = &request.base,
                       .answer = "room_released",
                       .subject = hold->reference,
                   });
}

void rooms_ask (txn_t *txn, const session_t *session, const char *title)
{
    ask (txn, &(hold_t){ session->id, session->id, session->room, session->span, HOLD_ASKED }, title);
}

/* The others that the session has or asks for; 0: all. */
static void give_back_others (txn_t *txn, uint64_t session, uint64_t but)
{
    uint64_t references[HOLDS_MAX];
    size_t count = 0;
    hold_t hold;
    rows_t *rows = txn_query (txn,
                              "SELECT reference FROM room_hold WHERE session = $1 AND state <> 4 AND reference <> $2"
                              " ORDER BY reference LIMIT $3",
                              session, but, (int) HOLDS_MAX);
    while (rows_next (rows))
        references[count++] = rows_uint (rows, 0);
    for (size_t i = 0; i < count; i++)
        if (hold_read (txn, references[i], &hold))
            give_back (txn, &hold);
}

void rooms_give_back (txn_t *txn, uint64_t session)
{
    give_back_others (txn, session, 0);
}

/* Lease never refuses a release. If it does, a room may be held by nobody: the journal and the operator's log say so.
 */
status_t room_released_answered (txn_t *txn, const answer_t *answer, fault_t *reterr)
{
    (void) txn;
    if (answer->status == STATUS_OK)
        return STATUS_OK;
    return fault (reterr, answer->status, "GUIDANCE_ROOM_NOT_RELEASED", "reference {reference=%llu}: {reason=%s}",
                  (unsigned long long) answer->subject, answer->reason);
}

/* --- what becomes of a hold --- */

static bool same_span (span_t a, span_t b)
{
    return a.starts_at == b.starts_at && a.ends_at == b.ends_at;
}

static void lose (txn_t *txn, session_t *session, const char *reason)
{
    session_move (txn, session, 0, session->span);
    note (txn, session->id, ROOM_LOST, reason);
    Guidance__SessionRoomLost event = GUIDANCE__SESSION_ROOM_LOST__INIT;
    event.session = session->id;
    event.reason = txn_text (txn, reason);
    txn_emit (txn, &event.base);
}

/* The session goes where its booking is; another room, asked for at the time before, is not wanted any more. False, and
 * the room is given back, where the guide has no time then. */
static bool go_along (txn_t *txn, session_t *session, hold_t *hold)
{
    bool same = same_span (session->span, hold->span);
    if (!same && !session_may_move (txn, session, hold->span)) {
        give_back (txn, hold);
        return false;
    }
    if (!same)
        give_back_others (txn, session->id, hold->reference);
    session_move (txn, session, hold->room, hold->span);
    return true;
}

static void tell_moved (txn_t *txn, const session_t *session)
{
    Guidance__SessionMoved event = GUIDANCE__SESSION_MOVED__INIT;
    event.session = session->id;
    event.room = session->room;
    event.starts_at = session->span.starts_at;
    event.ends_at = session->span.ends_at;
    txn_emit (txn, &event.base);
}

/* The hold came to nothing. */
static void fail (txn_t *txn, hold_t *hold, const char *reason)
{
    session_t session;
    bool stood = hold->state == HOLD_STANDS;
    hold_become (txn, hold, HOLD_GONE);
    if (session_read (txn, hold->session, &session, NULL) != STATUS_OK)
        return;
    if (session.state == SESSION_REQUESTED)
        session_refuse (txn, &session, reason);
    else if (session.state == SESSION_BOOKED && stood)
        lose (txn, &session, reason);
    else if (session.state == SESSION_BOOKED)
        (void) txn_run (txn, "UPDATE session SET room_reason = $2 WHERE id = $1", session.id, reason);
}

/* The room is ours. Lease may have moved it before it said so. */
static void succeed (txn_t *txn, hold_t *hold)
{
    session_t session;
    hold_become (txn, hold, HOLD_STANDS);
    if (session_read (txn, hold->session, &session, NULL) != STATUS_OK)
        return;
    bool first = session.state == SESSION_REQUESTED;
    if (!first && session.state != SESSION_BOOKED) {
        give_back (txn, hold); /* held without waiting for it */
        return;
    }
    bool moved = !same_span (session.span, hold->span) || (first && session.room != hold->room);
    if (!go_along (txn, &session, hold)) {
        fail (txn, hold, "LEASE_ROOM_MOVED");
        return;
    }
    if (first)
        session_confirm (txn, &session);
    else
        give_back_others (txn, session.id, hold->reference);
    note (txn, session.id, moved ? ROOM_MOVED : ROOM_AS_ASKED, "");
    if (moved || !first)
        tell_moved (txn, &session);
}

static void wait_for_approval (txn_t *txn, hold_t *hold)
{
    int64_t day_before = hold->span.starts_at - DAY_MS;
    hold_become (txn, hold, HOLD_WAITS);
    txn_at (txn, day_before > txn_now (txn) ? day_before : hold->span.starts_at, TIMER_APPROVAL_OVERDUE,
            hold->reference);
}

status_t room_on_not_approved (txn_t *txn, uint64_t reference, fault_t *reterr)
{
    hold_t hold;
    (void) reterr;
    if (!hold_read (txn, reference, &hold) || hold.state != HOLD_WAITS)
        return STATUS_OK;
    fail (txn, &hold, "LEASE_ROOM_NOT_APPROVED");
    give_back (txn, &hold);
    return STATUS_OK;
}

status_t room_booked_answered (txn_t *txn, const answer_t *answer, fault_t *reterr)
{
    hold_t hold;
    (void) reterr;
    if (!hold_read (txn, answer->subject, &hold) || hold.state != HOLD_ASKED)
        return STATUS_OK; /* given back meanwhile, or lease's log has told already */
    if (answer->status == STATUS_DEADLINE_EXCEEDED) {
        fail (txn, &hold, "LEASE_AWAY");
        give_back (txn, &hold);
    } else if (answer->status != STATUS_OK) {
        fail (txn, &hold, answer->reason[0] ? answer->reason : "LEASE_REFUSED");
    } else {
        const Lease__BookRoomReply *reply = (const Lease__BookRoomReply *) answer->reply;
        rooms_are_called (txn, hold.room, reply->room_name);
        if (reply->waits)
            wait_for_approval (txn, &hold);
        else
            succeed (txn, &hold);
    }
    return STATUS_OK;
}

/* --- what lease's log says --- */

void rooms_are_called (txn_t *txn, uint64_t room, const char *name)
{
    if (name[0])
        (void) txn_run (txn,
                        "INSERT INTO lease_room (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = $2",
                        room, name);
}

static bool is_ours (txn_t *txn, const char *booked_by, uint64_t reference, hold_t *ret_hold)
{
    return strcmp (booked_by, "guidance") == 0 && hold_read (txn, reference, ret_hold) && ret_hold->state != HOLD_GONE;
}

void rooms_follow_changed (txn_t *txn, const Lease__RoomChanged *event)
{
    hold_t hold;
    session_t session;
    if (!is_ours (txn, event->booked_by, event->reference, &hold))
        return;
    bool stays = hold.room == event->room && same_span (hold.span, (span_t){ event->starts_at, event->ends_at });
    hold.room = event->room;
    hold.span = (span_t){ event->starts_at, event->ends_at };
    (void) txn_run (txn, "UPDATE room_hold SET room = $2, starts_at = $3, ends_at = $4 WHERE reference = $1",
                    hold.reference, hold.room, hold.span.starts_at, hold.span.ends_at);
    if (hold.state != HOLD_STANDS) {
        if (event->waits)
            wait_for_approval (txn, &hold);
        else
            succeed (txn, &hold);
        return;
    }
    if (stays || session_read (txn, hold.session, &session, NULL) != STATUS_OK || session.state != SESSION_BOOKED)
        return; /* another title on the door; what was held was held */
    if (!go_along (txn, &session, &hold)) {
        lose (txn, &session, "LEASE_ROOM_MOVED");
        return;
    }
    note (txn, session.id, ROOM_MOVED, "");
    tell_moved (txn, &session);
}

void rooms_follow_approved (txn_t *txn, const Lease__RoomApproved *event)
{
    hold_t hold;
    if (is_ours (txn, event->booked_by, event->reference, &hold) && hold.state != HOLD_STANDS)
        succeed (txn, &hold);
}

void rooms_follow_released (txn_t *txn, const Lease__RoomReleased *event)
{
    hold_t hold;
    if (is_ours (txn, event->booked_by, event->reference, &hold))
        fail (txn, &hold,
              event->cause == LEASE__RELEASE_CAUSE__NOT_APPROVED ? "LEASE_ROOM_NOT_APPROVED" : "LEASE_ROOM_RELEASED");
}

/* --- a guide's --- */

static bool asks_already (txn_t *txn, uint64_t session)
{
    rows_t *row = txn_row (txn, "SELECT 1 FROM room_hold WHERE session = $1 AND state <> 4 AND state < 3", session);
    rows_close (row);
    return row != NULL;
}

status_t guidance_book_another_room (txn_t *txn, const Guidance__BookAnotherRoomRequest *request,
                                     Guidance__BookAnotherRoomReply *reply, fault_t *reterr)
{
    session_t session;
    offer_t offer;
    (void) reply;
    status_t status = session_read (txn, request->session, &session, reterr);
    if (status == STATUS_OK)
        status = offer_read (txn, session.offer, &offer, reterr);
    if (status != STATUS_OK)
        return status;
    if (!offer.needs_room)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "GUIDANCE_ROOM_NOT_NEEDED",
                      "this offer is given without a room");
    if (session.state != SESSION_BOOKED)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_SESSION_NOT_BOOKED",
                      "session {session=%llu} is not booked", (unsigned long long) session.id);
    if (asks_already (txn, session.id))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_ROOM_ASKED",
                      "session {session=%llu} waits for an answer about another room", (unsigned long long) session.id);
    (void) txn_run (txn, "UPDATE session SET room_reason = '' WHERE id = $1", session.id);
    ask (txn, &(hold_t){ txn_new_id (txn), session.id, request->room, session.span, HOLD_ASKED }, offer.title);
    return STATUS_OK;
}

status_t guidance_acknowledge_move (txn_t *txn, const Guidance__AcknowledgeMoveRequest *request,
                                    Guidance__AcknowledgeMoveReply *reply, fault_t *reterr)
{
    session_t session;
    (void) reply;
    status_t status = session_read (txn, request->session, &session, reterr);
    if (status == STATUS_OK)
        (void) txn_run (txn, "UPDATE session SET room_note = 0 WHERE id = $1 AND room_note = 1", session.id);
    return status;
}
