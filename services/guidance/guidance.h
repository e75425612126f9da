/*
 * The words that the rooms of guidance share. What a function reads is copied: it lives as long as the step.
 */
#ifndef FYR_GUIDANCE_GUIDANCE_H
#define FYR_GUIDANCE_GUIDANCE_H

#include "contract/lease.contract.h"
#include "guidance/guidance_rules.h"
#include "node/node.h"

extern const service_t guidance_service;

enum { PAGE_DEFAULT = 100, HOURS_PER_DAY_MAX = 8 };

/* 0 stands for the usual page. */
static inline uint32_t page_limit (uint32_t asked)
{
    return asked ? asked : PAGE_DEFAULT;
}

/* --- participants.c --- */

/* GUIDANCE_PARTICIPANT_UNKNOWN */
status_t participant_check (txn_t *txn, uint64_t participant, fault_t *reterr);

/* --- offers.c --- */

typedef struct {
    uint64_t id;
    int kind; /* OfferKind */
    const char *title;
    int64_t length_ms;
    bool needs_room;
    uint32_t seats;
} offer_t;

/* GUIDANCE_OFFER_UNKNOWN */
status_t offer_read (txn_t *txn, uint64_t offer, offer_t *ret_offer, fault_t *reterr);

/* --- guides.c --- */

/* GUIDANCE_GUIDE_UNKNOWN */
status_t guide_check (txn_t *txn, uint64_t guide, fault_t *reterr);
bool guide_can (txn_t *txn, uint64_t guide, int kind);

/* When the guide works on that day, rising; the number of spans. */
size_t guide_work (txn_t *txn, uint64_t guide, int32_t day, span_t out[HOURS_PER_DAY_MAX]);

/* --- sessions.c --- */

typedef struct {
    uint64_t id;
    uint64_t offer;
    uint64_t room; /* 0: needs none, or lost it */
    uint64_t guide;
    int kind; /* OfferKind */
    uint32_t seats;
    span_t span;
    int32_t day;
    session_state_t state;
} session_t;

/* GUIDANCE_SESSION_UNKNOWN */
status_t session_read (txn_t *txn, uint64_t session, session_t *ret_session, fault_t *reterr);

/* A lawful change of state (session_may_become); `reason` is for SESSION_REFUSED, else "". */
void session_become (txn_t *txn, session_t *session, session_state_t state, const char *reason);

/* What was requested comes true, or does not. */
void session_confirm (txn_t *txn, session_t *session);
void session_refuse (txn_t *txn, session_t *session, const char *reason);

/* Whether the guide has time for it then, this session aside; and where it goes. */
bool session_may_move (txn_t *txn, const session_t *session, span_t span);
void session_move (txn_t *txn, session_t *session, uint64_t room, span_t span);

/* --- rooms.c --- */

#define TIMER_APPROVAL_OVERDUE "room.approval_overdue"

/* Same numbers as session.room_note. */
typedef enum { ROOM_AS_ASKED = 0, ROOM_MOVED = 1, ROOM_LOST = 2 } room_note_t;

/* For a new session that needs its room. */
void rooms_ask (txn_t *txn, const session_t *session, const char *title);
/* All that the session has or asks for. */
void rooms_give_back (txn_t *txn, uint64_t session);

/* Answers from lease; the answered call's subject is our reference for the booking. */
status_t room_booked_answered (txn_t *txn, const answer_t *answer, fault_t *reterr);
status_t room_released_answered (txn_t *txn, const answer_t *answer, fault_t *reterr);
status_t room_on_not_approved (txn_t *txn, uint64_t reference, fault_t *reterr);

/* What lease calls a room, for whoever reads the calendar; "" says nothing. */
void rooms_are_called (txn_t *txn, uint64_t room, const char *name);

/* Lease's log, of which the bookings of others are no concern of ours. */
void rooms_follow_changed (txn_t *txn, const Lease__RoomChanged *event);
void rooms_follow_approved (txn_t *txn, const Lease__RoomApproved *event);
void rooms_follow_released (txn_t *txn, const Lease__RoomReleased *event);

/* --- followers.c --- */

status_t guidance_follow_lease (txn_t *txn, const ProtobufCMessage *event, int64_t happened_at, fault_t *reterr);

#endif
