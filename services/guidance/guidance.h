/*
 * The words that the rooms of guidance share. What a function reads is copied: it lives as long as the step.
 */
#ifndef FYR_GUIDANCE_GUIDANCE_H
#define FYR_GUIDANCE_GUIDANCE_H

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
    uint64_t room; /* 0: needs none */
    int kind;      /* OfferKind */
    uint32_t seats;
    int64_t starts_at;
    int32_t day;
    session_state_t state;
} session_t;

/* GUIDANCE_SESSION_UNKNOWN */
status_t session_read (txn_t *txn, uint64_t session, session_t *ret_session, fault_t *reterr);

/* A lawful change of state (session_may_become); `reason` is for SESSION_REFUSED, else "". */
void session_become (txn_t *txn, session_t *session, session_state_t state, const char *reason);

/* Answers from lease about the rooms of sessions; the answered call's subject is the session. */
status_t session_room_answered (txn_t *txn, const answer_t *answer, fault_t *reterr);
status_t session_room_released (txn_t *txn, const answer_t *answer, fault_t *reterr);

/* --- followers.c --- */

status_t guidance_follow_lease (txn_t *txn, const ProtobufCMessage *event, int64_t happened_at, fault_t *reterr);

#endif
