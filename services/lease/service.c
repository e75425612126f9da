#include "lease/lease.h"

#include "contract/lease.contract.h"
#include "contract/lease.handlers.h"
#include "contract/placement.contract.h"

extern const migration_t lease_migrations[];

static const timer_handler_t timers[] = {
    { TIMER_FIRST_DAY, lease_on_first_day },
    { TIMER_LAST_DAY_OVER, lease_on_last_day_over },
    { TIMER_ANSWER_OVERDUE, lease_on_answer_overdue },
    { TIMER_MORE_TO_CHARGE, rent_on_more_to_charge },
    { TIMER_CHARGE_DAY, charge_day_on_day },
    { TIMER_MORE_TO_DEMAND, demands_on_more },
    { TIMER_MORE_TO_SETTLE, settlement_on_more },
    { TIMER_OFFER_EXPIRES, waitlist_on_offer_expired },
    { TIMER_MORE_TO_OFFER, waitlist_on_more_to_offer },
    { TIMER_MORE_TO_REPLAY, waitlist_on_more_to_replay },
    { TIMER_NO_SHOW, booking_on_no_show },
    { TIMER_NOT_APPROVED, booking_on_not_approved },
    { 0 },
};

static const follower_t followers[] = {
    { "placement", &placement_contract, lease_follow_placement },
    { 0 },
};

const service_t lease_service = {
    .name = "lease",
    .identity = CALLER_LEASE,
    .contract = &lease_contract,
    .handlers = lease_handlers,
    .schema = lease_migrations,
    .timers = timers,
    .followers = followers,
};
