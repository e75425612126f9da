/* What guidance does with TMF's events. */
#include "guidance/guidance.h"

#include "contract/lease.contract.h"

/* G1: who is a tenant, also before they come to be guided. Everything else in the house is TMF's own. */
status_t guidance_follow_lease (txn_t *txn, const ProtobufCMessage *message, int64_t happened_at, fault_t *reterr)
{
    (void) happened_at;
    (void) reterr;
    const Lease__Event *event = (const Lease__Event *) message;
    if (event->event_case != LEASE__EVENT__EVENT_TENANT_REGISTERED || event->tenant_registered->cvr[0] == '\0')
        return STATUS_OK;
    (void) txn_run (txn, "INSERT INTO tenant (cvr, tenant) VALUES ($1, $2) ON CONFLICT (cvr) DO UPDATE SET tenant = $2",
                    event->tenant_registered->cvr, event->tenant_registered->tenant);
    return STATUS_OK;
}
