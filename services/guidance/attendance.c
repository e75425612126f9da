/* G5, G9: who takes part, who came, and how many enterprises have been guided. */
#include "contract/guidance.handlers.h"
#include "guidance/guidance.h"

static uint32_t seats_taken (txn_t *txn, uint64_t session)
{
    rows_t *row = txn_row (txn, "SELECT count (*) FROM seat WHERE session = $1", session);
    uint32_t count = row ? (uint32_t) rows_int (row, 0) : 0;
    if (row)
        rows_close (row);
    return count;
}

static bool takes_part (txn_t *txn, uint64_t session, uint64_t participant)
{
    rows_t *row = txn_row (txn, "SELECT 1 FROM seat WHERE session = $1 AND participant = $2", session, participant);
    if (row)
        rows_close (row);
    return row != NULL;
}

status_t guidance_add_participant (txn_t *txn, const Guidance__AddParticipantRequest *request,
                                   Guidance__AddParticipantReply *reply, fault_t *reterr)
{
    session_t session;
    status_t status = session_read (txn, request->session, &session, reterr);
    if (status == STATUS_OK)
        status = participant_check (txn, request->participant, reterr);
    if (status != STATUS_OK)
        return status;
    if (session.state != SESSION_REQUESTED && session.state != SESSION_BOOKED)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_SESSION_OVER", "session {session=%llu} is over",
                      (unsigned long long) session.id);
    if (takes_part (txn, session.id, request->participant))
        return fault (reterr, STATUS_ALREADY_EXISTS, "GUIDANCE_SEAT_KNOWN", "the participant takes part already");
    uint32_t taken = seats_taken (txn, session.id);
    if (taken >= session.seats)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_SESSION_FULL", "all {seats=%u} seats are taken",
                      session.seats);
    (void) txn_run (txn, "INSERT INTO seat (session, participant, came) VALUES ($1, $2, 0)", session.id,
                    request->participant);
    reply->seats_left = session.seats - taken - 1;
    return STATUS_OK;
}

static status_t check_can_be_held (txn_t *txn, const session_t *session, fault_t *reterr)
{
    if (!session_may_become (session->state, SESSION_HELD))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_SESSION_NOT_BOOKED",
                      "session {session=%llu} is not booked", (unsigned long long) session->id);
    if (session->span.starts_at > txn_now (txn))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_SESSION_NOT_BEGUN",
                      "session {session=%llu} has not begun", (unsigned long long) session->id);
    return STATUS_OK;
}

static void tell_held (txn_t *txn, const session_t *session)
{
    rows_t *rows = txn_query (txn,
                              "SELECT participant, participant.kind FROM seat"
                              " JOIN participant ON participant.id = seat.participant"
                              " WHERE session = $1 AND came = 1 ORDER BY participant LIMIT 60",
                              session->id);
    while (rows_next (rows)) {
        Guidance__SessionHeld event = GUIDANCE__SESSION_HELD__INIT;
        event.session = session->id;
        event.kind = (Guidance__OfferKind) session->kind;
        event.participant = rows_uint (rows, 0);
        event.day = session->day;
        event.enterprise = rows_int (rows, 1) != GUIDANCE__PARTICIPANT_KIND__VISITOR;
        txn_emit (txn, &event.base);
    }
}

status_t guidance_record_attendance (txn_t *txn, const Guidance__RecordAttendanceRequest *request,
                                     Guidance__RecordAttendanceReply *reply, fault_t *reterr)
{
    (void) reply;
    session_t session;
    status_t status = session_read (txn, request->session, &session, reterr);
    if (status == STATUS_OK)
        status = check_can_be_held (txn, &session, reterr);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < request->n_came; i++) {
        int64_t known = txn_run (txn, "UPDATE seat SET came = 1 WHERE session = $1 AND participant = $2", session.id,
                                 request->came[i]);
        if (known == 0)
            return fault (reterr, STATUS_NOT_FOUND, "GUIDANCE_SEAT_UNKNOWN",
                          "participant {participant=%llu} does not take part", (unsigned long long) request->came[i]);
    }
    session_become (txn, &session, SESSION_HELD, "");
    tell_held (txn, &session);
    return STATUS_OK;
}

/* --- G9 --- */

#define GUIDED                                                                                                         \
    " FROM session JOIN offer ON offer.id = session.offer JOIN seat ON seat.session = session.id"                      \
    " JOIN participant ON participant.id = seat.participant"                                                           \
    " WHERE session.state = 5 AND session.day >= $1 AND session.day <= $2 AND seat.came = 1 AND participant.kind <> 3"

status_t guidance_count_guided (txn_t *txn, const Guidance__CountGuidedRequest *request,
                                Guidance__CountGuidedReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *row = txn_row (txn, "SELECT count (DISTINCT seat.participant)" GUIDED, request->from_day, request->to_day);
    if (row) {
        reply->enterprises = (uint32_t) rows_int (row, 0);
        rows_close (row);
    }
    rows_t *rows = txn_query (txn,
                              "SELECT offer.kind, count (DISTINCT seat.participant)" GUIDED
                              " GROUP BY offer.kind ORDER BY offer.kind LIMIT 6",
                              request->from_day, request->to_day);
    while (rows_next (rows)) {
        Guidance__GuidedCount *entry = txn_add (txn, reply->kinds, reply->n_kinds, guidance__guided_count);
        entry->kind = (Guidance__OfferKind) rows_int (rows, 0);
        entry->enterprises = (uint32_t) rows_int (rows, 1);
    }
    return STATUS_OK;
}
