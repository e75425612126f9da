/*
 * What reporting keeps of the events of the four services: as little as its counts need, and nobody's name.
 *
 * Each feed comes in its owner's order and exactly once, but the four come in any order among themselves. So a row
 * here is written by one feed alone. An event that this build does not know, or does not count, is passed by.
 */
#include "reporting/reporting.h"

#include "fyrtaarn/bridging/v1/events.pb-c.h"
#include "fyrtaarn/guidance/v1/events.pb-c.h"
#include "fyrtaarn/lease/v1/events.pb-c.h"
#include "fyrtaarn/placement/v1/events.pb-c.h"

static void hear (txn_t *txn, const char *owner, int64_t happened_at)
{
    (void) txn_run (txn,
                    "INSERT INTO heard (owner, latest_at) VALUES ($1, $2)"
                    " ON CONFLICT (owner) DO UPDATE SET latest_at = $2 WHERE heard.latest_at < $2",
                    owner, happened_at);
}

bool owner_heard (txn_t *txn, const char *owner, int64_t *ret_latest_at)
{
    rows_t *row = txn_row (txn, "SELECT latest_at FROM heard WHERE owner = $1", owner);
    if (!row)
        return false;
    *ret_latest_at = rows_int (row, 0);
    rows_close (row);
    return true;
}

static int32_t day_or (int32_t day, int64_t happened_at)
{
    return day ? day : copenhagen_day (happened_at);
}

/* --- lease --- */

static void lease_signed (txn_t *txn, const Lease__LeaseSigned *event)
{
    (void) txn_run (txn,
                    "INSERT INTO lease (lease, tenant, desks) VALUES ($1, $2, $3)"
                    " ON CONFLICT (lease) DO UPDATE SET tenant = $2, desks = $3",
                    event->lease, event->tenant, event->desks);
}

status_t reporting_follow_lease (txn_t *txn, const ProtobufCMessage *message, int64_t happened_at, fault_t *reterr)
{
    (void) reterr;
    const Lease__Event *event = (const Lease__Event *) message;
    hear (txn, "lease", happened_at);
    switch ((int) event->event_case) {
    case LEASE__EVENT__EVENT_DESK_ADDED:
        (void) txn_run (txn,
                        "INSERT INTO desk (desk, district, from_day) VALUES ($1, $2, $3)"
                        " ON CONFLICT (desk) DO UPDATE SET district = $2, from_day = $3",
                        event->desk_added->desk, event->desk_added->district,
                        day_or (event->desk_added->from_day, happened_at));
        break;
    case LEASE__EVENT__EVENT_LEASE_SIGNED:
        lease_signed (txn, event->lease_signed);
        break;
    case LEASE__EVENT__EVENT_LEASE_ACTIVATED:
        (void) txn_run (txn, "UPDATE lease SET active_from = $2 WHERE lease = $1", event->lease_activated->lease,
                        day_or (event->lease_activated->from_day, happened_at));
        break;
    case LEASE__EVENT__EVENT_LEASE_ENDED:
        (void) txn_run (txn, "UPDATE lease SET last_day = $2 WHERE lease = $1", event->lease_ended->lease,
                        day_or (event->lease_ended->last_day, happened_at));
        break;
    case LEASE__EVENT__EVENT_WAITLIST_JOINED:
        (void) txn_run (txn,
                        "INSERT INTO waitlist_entry (entry, joined_day) VALUES ($1, $2)"
                        " ON CONFLICT (entry) DO UPDATE SET joined_day = $2",
                        event->waitlist_joined->entry, copenhagen_day (happened_at));
        break;
    case LEASE__EVENT__EVENT_WAITLIST_LEFT:
        (void) txn_run (txn, "UPDATE waitlist_entry SET left_day = $2 WHERE entry = $1", event->waitlist_left->entry,
                        copenhagen_day (happened_at));
        break;
    default:
        break;
    }
    return STATUS_OK;
}

/* --- guidance --- */

status_t reporting_follow_guidance (txn_t *txn, const ProtobufCMessage *message, int64_t happened_at, fault_t *reterr)
{
    (void) reterr;
    const Guidance__Event *event = (const Guidance__Event *) message;
    hear (txn, "guidance", happened_at);
    if (event->event_case != GUIDANCE__EVENT__EVENT_SESSION_HELD)
        return STATUS_OK;
    const Guidance__SessionHeld *held = event->session_held;
    (void) txn_run (txn,
                    "INSERT INTO attendance (session, participant, kind, day, enterprise) VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT (session, participant) DO UPDATE SET kind = $3, day = $4, enterprise = $5",
                    held->session, held->participant, (int) held->kind, day_or (held->day, happened_at),
                    held->enterprise ? 1 : 0);
    return STATUS_OK;
}

/* --- placement --- */

static void hours_reported (txn_t *txn, const Placement__HoursReported *event)
{
    (void) txn_run (txn,
                    "INSERT INTO paid (placement, month, source, citizen, paid_minutes) VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT (placement, month, source) DO UPDATE SET citizen = $4, paid_minutes = $5",
                    event->placement, event->month, (int) event->source, event->citizen, event->paid_minutes);
}

status_t reporting_follow_placement (txn_t *txn, const ProtobufCMessage *message, int64_t happened_at, fault_t *reterr)
{
    (void) reterr;
    const Placement__Event *event = (const Placement__Event *) message;
    hear (txn, "placement", happened_at);
    switch ((int) event->event_case) {
    case PLACEMENT__EVENT__EVENT_CANDIDATE_REGISTERED:
        (void) txn_run (txn,
                        "INSERT INTO citizen (citizen, district) VALUES ($1, $2)"
                        " ON CONFLICT (citizen) DO UPDATE SET district = $2",
                        event->candidate_registered->citizen, event->candidate_registered->district);
        break;
    case PLACEMENT__EVENT__EVENT_MATCH_PROPOSED:
        (void) txn_run (txn,
                        "INSERT INTO proposal (proposal, proposed_day) VALUES ($1, $2)"
                        " ON CONFLICT (proposal) DO UPDATE SET proposed_day = $2",
                        event->match_proposed->match, copenhagen_day (happened_at));
        break;
    case PLACEMENT__EVENT__EVENT_MATCH_DECLINED:
        (void) txn_run (txn, "UPDATE proposal SET declined_day = $2, declined_by = $3 WHERE proposal = $1",
                        event->match_declined->match, copenhagen_day (happened_at), (int) event->match_declined->by);
        break;
    case PLACEMENT__EVENT__EVENT_PLACEMENT_STARTED:
        (void) txn_run (txn,
                        "INSERT INTO placement (placement, started_day) VALUES ($1, $2)"
                        " ON CONFLICT (placement) DO UPDATE SET started_day = $2",
                        event->placement_started->placement, day_or (event->placement_started->day, happened_at));
        break;
    case PLACEMENT__EVENT__EVENT_PLACEMENT_ENDED:
        (void) txn_run (txn, "UPDATE placement SET ended_day = $2, cause = $3 WHERE placement = $1",
                        event->placement_ended->placement, day_or (event->placement_ended->day, happened_at),
                        (int) event->placement_ended->cause);
        break;
    case PLACEMENT__EVENT__EVENT_HOURS_REPORTED:
        hours_reported (txn, event->hours_reported);
        break;
    default: /* also CandidateErased: what was counted stays counted, and it is a number here already */
        break;
    }
    return STATUS_OK;
}

/* --- bridging --- */

status_t reporting_follow_bridging (txn_t *txn, const ProtobufCMessage *message, int64_t happened_at, fault_t *reterr)
{
    (void) reterr;
    const Bridging__Event *event = (const Bridging__Event *) message;
    hear (txn, "bridging", happened_at);
    switch ((int) event->event_case) {
    case BRIDGING__EVENT__EVENT_REFERRAL_MADE:
        (void) txn_run (txn,
                        "INSERT INTO referral (referral, made_day) VALUES ($1, $2)"
                        " ON CONFLICT (referral) DO UPDATE SET made_day = $2",
                        event->referral_made->referral, copenhagen_day (happened_at));
        break;
    case BRIDGING__EVENT__EVENT_REFERRAL_ANSWERED:
        (void) txn_run (txn,
                        "INSERT INTO referral_answer (referral, number, day, outcome)"
                        " SELECT $1, count (*) + 1, $2, $3 FROM referral_answer WHERE referral = $1",
                        event->referral_answered->referral, copenhagen_day (happened_at),
                        (int) event->referral_answered->outcome);
        break;
    default:
        break;
    }
    return STATUS_OK;
}
