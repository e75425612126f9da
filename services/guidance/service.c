/* What guidance is, as tables. */
#include "contract/guidance.contract.h"
#include "contract/guidance.handlers.h"
#include "contract/lease.contract.h"
#include "guidance/guidance.h"

extern const migration_t guidance_migrations[];

static const answer_handler_t ANSWERS[] = {
    { "room_booked", LEASE_BOOK_ROOM, room_booked_answered },
    { "room_released", LEASE_RELEASE_ROOM, room_released_answered },
    { 0 },
};

static const timer_handler_t TIMERS[] = {
    { TIMER_APPROVAL_OVERDUE, room_on_not_approved },
    { 0 },
};

static const follower_t FOLLOWERS[] = {
    { "lease", &lease_contract, guidance_follow_lease },
    { 0 },
};

const service_t guidance_service = {
    .name = "guidance",
    .identity = CALLER_GUIDANCE,
    .contract = &guidance_contract,
    .handlers = guidance_handlers,
    .schema = guidance_migrations,
    .answers = ANSWERS,
    .timers = TIMERS,
    .followers = FOLLOWERS,
};
