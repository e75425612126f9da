/* Bridging at a glance: what wakes it besides requests. */
#include "bridging/bridging.h"
#include "contract/bridging.contract.h"
#include "contract/bridging.handlers.h"
#include "contract/placement.contract.h"

extern const migration_t bridging_migrations[];

static const timer_handler_t TIMERS[] = {
    { "consent_expires", consent_expires },
    { "referral_deadline", referral_deadline },
    { "referral_erase_again", referral_erase_again },
    { 0 },
};

static const answer_handler_t ANSWERS[] = {
    { "referral_received", PLACEMENT_RECEIVE_REFERRAL, referral_received },
    { "referral_erased", PLACEMENT_ERASE_REFERRAL, referral_erased },
    { 0 },
};

const service_t bridging_service = {
    .name = "bridging",
    .identity = CALLER_BRIDGING,
    .contract = &bridging_contract,
    .handlers = bridging_handlers,
    .schema = bridging_migrations,
    .timers = TIMERS,
    .answers = ANSWERS,
};
