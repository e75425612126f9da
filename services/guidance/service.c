/* What guidance is, as tables. */
#include "contract/guidance.contract.h"
#include "contract/guidance.handlers.h"
#include "contract/lease.contract.h"
#include "guidance/guidance.h"

extern const migration_t guidance_migrations[];

static const answer_handler_t ANSWERS[] = {
    { "room_booked", LEASE_BOOK_ROOM, session_room_answered },
    { "room_released", LEASE_RELEASE_ROOM, session_room_released },
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
    .followers = FOLLOWERS,
};
