/* What guidance does with TMF's events. Everything else in the house is TMF's own. */
#include "guidance/guidance.h"

/* G1: who is a tenant, also before they come to be guided. */
static void follow_tenant (txn_t *txn, const Lease__TenantRegistered *event)
{
    if (event->cvr[0])
        (void) txn_run (txn,
                        "INSERT INTO tenant (cvr, tenant) VALUES ($1, $2) ON CONFLICT (cvr) DO UPDATE SET tenant = $2",
                        event->cvr, event->tenant);
}

status_t guidance_follow_lease (txn_t *txn, const ProtobufCMessage *message, int64_t happened_at, fault_t *reterr)
{
    (void) happened_at;
    (void) reterr;
    const Lease__Event *event = (const Lease__Event *) message;
    switch ((int) event->event_case) {
    case LEASE__EVENT__EVENT_TENANT_REGISTERED:
        follow_tenant (txn, event->tenant_registered);
        break;
    case LEASE__EVENT__EVENT_ROOM_ADDED:
        rooms_are_called (txn, event->room_added->room, event->room_added->name);
        break;
    case LEASE__EVENT__EVENT_ROOM_CHANGED: /* G4, here and below */
        rooms_follow_changed (txn, event->room_changed);
        break;
    case LEASE__EVENT__EVENT_ROOM_APPROVED:
        rooms_follow_approved (txn, event->room_approved);
        break;
    case LEASE__EVENT__EVENT_ROOM_RELEASED:
        rooms_follow_released (txn, event->room_released);
        break;
    default:
        break;
    }
    return STATUS_OK;
}
