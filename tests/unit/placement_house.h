/*
 * The rig for tests of placement, with a bridge that only listens: it follows placement's log and writes down what it
 * is told about referrals. Every test runs in a process of its own, so what was heard is what this test caused.
 */
#ifndef FYR_TESTS_PLACEMENT_HOUSE_H
#define FYR_TESTS_PLACEMENT_HOUSE_H

#include "base/own.h"
#include "contract/bridging.contract.h"
#include "contract/placement.contract.h"
#include "harness/rig.h"
#include "placement/placement.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The worker's, for programs that have one. */
bool job_progress (job_t *self, unsigned permille);
__attribute__ ((weak)) bool job_progress (job_t *self, unsigned permille)
{
    (void) self;
    (void) permille;
    return true;
}

/* --- the bridge that listens --- */

enum { HEARD_MAX = 4096 };

static struct {
    uint64_t pseudonym;
    int outcome;
    char reason[80];
} answers[16];
static size_t n_answers;
static bool bridge_refuses; /* knows of no referral */
static struct {
    Placement__Event__EventCase kind;
    uint64_t a, b, c;
} events[HEARD_MAX];
static size_t n_events;
static method_t bridge_methods[1];
static contract_t bridge_contract = { .package = "bridging", .methods = bridge_methods, .n_methods = 1 };

static inline status_t bridge_answer (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply,
                                      fault_t *reterr)
{
    const Bridging__AnswerReferralRequest *answer = (const Bridging__AnswerReferralRequest *) request;
    (void) txn;
    (void) reply;
    if (bridge_refuses)
        return fault (reterr, STATUS_NOT_FOUND, "REFERRAL_UNKNOWN", "no such referral");
    answers[n_answers].pseudonym = answer->pseudonym;
    answers[n_answers].outcome = (int) answer->outcome;
    snprintf (answers[n_answers].reason, sizeof answers[n_answers].reason, "%s", answer->reason);
    n_answers++;
    return STATUS_OK;
}

static inline status_t bridge_follow (txn_t *txn, const ProtobufCMessage *message, int64_t happened_at, fault_t *reterr)
{
    const Placement__Event *event = (const Placement__Event *) message;
    (void) txn;
    (void) happened_at;
    (void) reterr;
    cr_assert (n_events < HEARD_MAX);
    events[n_events].kind = event->event_case;
    if (event->event_case == PLACEMENT__EVENT__EVENT_CANDIDATE_ERASED)
        events[n_events].a = event->candidate_erased->citizen;
    if (event->event_case == PLACEMENT__EVENT__EVENT_HOURS_REPORTED) {
        events[n_events].a = event->hours_reported->citizen;
        events[n_events].b = event->hours_reported->paid_minutes;
        events[n_events].c = (uint64_t) event->hours_reported->wage_ore;
    }
    if (event->event_case == PLACEMENT__EVENT__EVENT_PLACEMENT_STARTED)
        events[n_events].a = event->placement_started->citizen;
    n_events++;
    return STATUS_OK;
}

static const handler_t BRIDGE_HANDLERS[] = { bridge_answer };
static const migration_t BRIDGE_SCHEMA[] = { { 0 } };
static const follower_t BRIDGE_FOLLOWERS[] = { { "placement", &placement_contract, bridge_follow }, { 0 } };
static const service_t BRIDGE = {
    .name = "bridging",
    .identity = CALLER_BRIDGING,
    .contract = &bridge_contract,
    .handlers = BRIDGE_HANDLERS,
    .schema = BRIDGE_SCHEMA,
    .followers = BRIDGE_FOLLOWERS,
};

static inline rig_t *open_rig (void)
{
    const service_t *services[] = { &placement_service, &BRIDGE, NULL };
    bridge_methods[0] = *BRIDGING_ANSWER_REFERRAL;
    return rig_new (services, "2026-03-02T09:00:00Z");
}

static inline size_t heard (Placement__Event__EventCase kind)
{
    size_t count = 0;
    for (size_t i = 0; i < n_events; i++)
        count += events[i].kind == kind;
    return count;
}

/* --- short forms --- */

#define ID "%" PRIu64
#define PAIR "{'candidate': " ID ", 'position': " ID
#define START PAIR ", 'start_day': '2026-03-09', 'weekly_minutes': 300"
#define ask(rig, method, ...) rig_ok (rig, CALLER_BIF_DESK, "placement", method, __VA_ARGS__)
#define refuse(rig, method, why, ...) rig_refused (rig, CALLER_BIF_DESK, "placement", method, why, __VA_ARGS__)

static inline uint64_t open_position (rig_t *rig, int openings, int minutes, const char *rest)
{
    json_t *reply = ask (rig, "Positions/OpenPosition",
                         "{'cvr': '64942212', 'name': 'Cykelværkstedet', 'title': 'Cykelvask', 'tasks': 'Vaske cykler',"
                         " 'weekly_minutes': %d, 'hourly_wage_ore': 14000, 'openings': %d, 'district': 4%s}",
                         minutes, openings, rest);
    return (uint64_t) rig_number (reply, "position");
}

static inline uint64_t register_candidate (rig_t *rig, int minutes, const char *rest)
{
    json_t *reply = ask (rig, "Candidates/RegisterCandidate", "{'weekly_minutes_most': %d%s}", minutes, rest);
    return (uint64_t) rig_number (reply, "candidate");
}

static inline json_t *repetition (rig_t *rig, uint64_t run)
{
    ask (rig, "Matches/RepeatRun", "{'run': " ID "}", run);
    return json_object_get (ask (rig, "Matches/GetRun", "{'run': " ID "}", run), "repeated");
}

/* A number that the store keeps in eight bytes and that is nowhere else. */
static const uint64_t PSEUDONYM = UINT64_C (0x5EC2E7A1B2C3D4E5);

#define REFERRAL                                                                                                       \
    "{'pseudonym': " ID ", 'abilities': [{'dimension': 'lifting', 'level': 3}], 'conditions': ['quiet'],"              \
    " 'weekly_minutes_most': 600, 'district': 4, 'consent_until_day': '%s', 'answer_by': '2026-03-09T11:00:00Z'}"

static inline void refer (rig_t *rig, const char *consent_until)
{
    rig_ok (rig, CALLER_BRIDGING, "placement", "Referrals/ReceiveReferral", REFERRAL, PSEUDONYM, consent_until);
}

static inline json_t *erase_referral (rig_t *rig)
{
    return rig_ok (rig, CALLER_BRIDGING, "placement", "Referrals/EraseReferral", "{'pseudonym': " ID "}", PSEUDONYM);
}

static inline json_t *say (rig_t *rig, uint64_t candidate, uint64_t position, const char *party, bool yes)
{
    return ask (rig, "Matches/DecideMatch", PAIR ", 'by': '%s', 'accept': %s, 'reason': 'sagt i telefonen'}", candidate,
                position, party, yes ? "true" : "false");
}

static inline void agree (rig_t *rig, uint64_t candidate, uint64_t position)
{
    ask (rig, "Matches/ProposeMatch", PAIR "}", candidate, position);
    say (rig, candidate, position, "CONSULTANT", true);
    say (rig, candidate, position, "CITIZEN", true);
    say (rig, candidate, position, "ENTERPRISE", true);
}

static inline uint64_t place (rig_t *rig, uint64_t candidate, uint64_t position)
{
    agree (rig, candidate, position);
    json_t *reply = ask (rig, "Placements/StartPlacement", START "}", candidate, position);
    return (uint64_t) rig_number (reply, "placement");
}

static inline const char *state_of (rig_t *rig, uint64_t candidate, uint64_t position)
{
    json_t *reply = ask (rig, "Matches/GetMatch", PAIR "}", candidate, position);
    return rig_text (json_object_get (reply, "match"), "state");
}

#endif
