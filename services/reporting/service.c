/* What reporting is, as tables. */
#include "contract/bridging.contract.h"
#include "contract/guidance.contract.h"
#include "contract/lease.contract.h"
#include "contract/placement.contract.h"
#include "contract/reporting.contract.h"
#include "contract/reporting.handlers.h"
#include "reporting/reporting.h"

extern const migration_t reporting_migrations[];

static const follower_t FOLLOWERS[] = {
    { "lease", &lease_contract, reporting_follow_lease },
    { "guidance", &guidance_contract, reporting_follow_guidance },
    { "placement", &placement_contract, reporting_follow_placement },
    { "bridging", &bridging_contract, reporting_follow_bridging },
    { 0 },
};

const service_t reporting_service = {
    .name = "reporting",
    .identity = CALLER_REPORTING,
    .contract = &reporting_contract,
    .handlers = reporting_handlers,
    .schema = reporting_migrations,
    .followers = FOLLOWERS,
};
