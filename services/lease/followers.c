/*
 * What lease does with BIF's events. It needs which enterprise a job is at, when it was held and the minutes of each
 * month, and what the job is beside others of the same citizen, so that people can be counted; who held it and what it
 * paid are not looked at and not kept.
 */
#include "lease/lease.h"

#include "contract/placement.contract.h"

static void opened (txn_t *txn, const Placement__PositionOpened *opened)
{
    (void) txn_run (txn, "INSERT INTO offered_position (position, cvr) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    opened->position, opened->cvr);
    (void) txn_run (txn, "UPDATE tenant SET returns = 1 WHERE cvr = $1", opened->cvr);
}

static void held (txn_t *txn, const Placement__PlacementStarted *started)
{
    (void) txn_run (
        txn,
        "INSERT INTO held_job (placement, position, start_day, there, anywhere) SELECT $1, position, $3, $4, $5"
        " FROM offered_position WHERE position = $2 ON CONFLICT (placement) DO NOTHING",
        started->placement, started->position, started->day, (int) started->there, (int) started->anywhere);
}

static void worked (txn_t *txn, const Placement__HoursReported *reported)
{
    (void) txn_run (txn,
                    "INSERT INTO worked_month (placement, month, source, minutes)"
                    " SELECT placement, $2, $3, $4 FROM held_job WHERE placement = $1"
                    " ON CONFLICT (placement, month, source) DO UPDATE SET minutes = $4",
                    reported->placement, reported->month, (int) reported->source, reported->paid_minutes);
}

/* A position from before the log named its enterprise is nobody's here, and so is what came of it. */
status_t lease_follow_placement (txn_t *txn, const ProtobufCMessage *message, int64_t happened_at, fault_t *reterr)
{
    (void) happened_at;
    (void) reterr;
    const Placement__Event *event = (const Placement__Event *) message;
    if (event->event_case == PLACEMENT__EVENT__EVENT_POSITION_OPENED && event->position_opened->cvr[0])
        opened (txn, event->position_opened);
    else if (event->event_case == PLACEMENT__EVENT__EVENT_PLACEMENT_STARTED)
        held (txn, event->placement_started);
    else if (event->event_case == PLACEMENT__EVENT__EVENT_PLACEMENT_ENDED)
        (void) txn_run (txn, "UPDATE held_job SET end_day = $2 WHERE placement = $1", event->placement_ended->placement,
                        event->placement_ended->day);
    else if (event->event_case == PLACEMENT__EVENT__EVENT_HOURS_REPORTED)
        worked (txn, event->hours_reported);
    return STATUS_OK;
}
