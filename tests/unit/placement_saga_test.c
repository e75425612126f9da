/* B2, B3, P2, P9, P10: the whole way of a referral through the real bridge and the real match. Links bridging and
 * placement. */
#include "base/own.h"
#include "harness/rig.h"

#include "bridging/bridging.h"
#include "placement/placement.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#define ID "%" PRIu64
#define SOF(rig, method, ...) rig_ok (rig, CALLER_SOF_DESK, "bridging", method, __VA_ARGS__)
#define BIF(rig, method, ...) rig_ok (rig, CALLER_BIF_DESK, "placement", method, __VA_ARGS__)

/* The worker's, for programs that have one. */
bool job_progress (job_t *self, unsigned permille);
__attribute__ ((weak)) bool job_progress (job_t *self, unsigned permille)
{
    (void) self;
    (void) permille;
    return true;
}

typedef struct {
    uint64_t consent, referral, candidate, position;
} way_t;

/* SOF has referred, BIF has a job that fits. */
static way_t referred (rig_t *rig)
{
    way_t way = { 0 };
    uint64_t client = (uint64_t) rig_number (
        SOF (rig, "Clients/RegisterClient",
             "{'record': {'name': 'Birgitte Søndergaard', 'cpr': '0101701232', 'conditions': ['quiet'],"
             " 'abilities': [{'dimension': 'lifting', 'level': 3}], 'weekly_minutes_most': 480, 'district': 3}}"),
        "client");
    way.consent =
        (uint64_t) rig_number (SOF (rig, "Consents/GiveConsent",
                                    "{'client': " ID ", 'recipient': 'placement', 'purpose': 'Match til småjob',"
                                    " 'fields': ['ABILITIES', 'CONDITIONS', 'HOURS', 'DISTRICT'],"
                                    " 'from_day': '2026-03-01', 'until_day': '2026-06-30'}",
                                    client),
                               "consent");
    way.referral = (uint64_t) rig_number (
        SOF (rig, "Referrals/ReferClient", "{'client': " ID ", 'consent': " ID ", 'answer_by': '2026-03-16T12:00:00Z'}",
             client, way.consent),
        "referral");
    way.position = (uint64_t) rig_number (
        BIF (rig, "Positions/OpenPosition",
             "{'cvr': '64942212', 'name': 'Cykelværkstedet', 'title': 'Cykelvask', 'conditions': ['quiet'],"
             " 'weekly_minutes': 300, 'hourly_wage_ore': 14000, 'openings': 1, 'district': 3}"),
        "position");
    json_t *listed = rig_item (BIF (rig, "Candidates/ListCandidates", "{}"), "candidates", 0);
    way.candidate = (uint64_t) rig_number (listed, "candidate");
    return way;
}

static const char *bridge_says (rig_t *rig, uint64_t referral)
{
    json_t *reply = SOF (rig, "Referrals/GetReferral", "{'referral': " ID "}", referral);
    return rig_text (json_object_get (reply, "referral"), "state");
}

static void decide (rig_t *rig, const way_t *way, const char *party)
{
    BIF (rig, "Matches/DecideMatch", "{'candidate': " ID ", 'position': " ID ", 'by': '%s', 'accept': true}",
         way->candidate, way->position, party);
}

static rig_t *open_house (void)
{
    const service_t *services[] = { &bridging_service, &placement_service, NULL };
    return rig_new (services, "2026-03-02T09:00:00Z");
}

Test (saga, a_referred_citizen_is_proposed_taken_on_and_at_work_and_sof_learns_of_each, .description = "B3, P9, P10")
{
    owned (rig) rig = open_house ();
    way_t way = referred (rig);
    BIF (rig, "Matches/ProposeMatches", "{}");
    cr_assert_str_eq (bridge_says (rig, way.referral), "REFERRAL_RECEIVED");
    decide (rig, &way, "CONSULTANT");
    cr_assert_str_eq (bridge_says (rig, way.referral), "REFERRAL_ACCEPTED");
    decide (rig, &way, "CITIZEN");
    decide (rig, &way, "ENTERPRISE");
    BIF (rig, "Placements/StartPlacement",
         "{'candidate': " ID ", 'position': " ID ", 'start_day': '2026-03-09', 'weekly_minutes': 300}", way.candidate,
         way.position);
    cr_assert_str_eq (bridge_says (rig, way.referral), "REFERRAL_DONE");
}

Test (saga, a_withdrawn_consent_reaches_placement_which_was_down_and_what_was_counted_stays,
      .description = "B2, P2, X1")
{
    owned (rig) rig = open_house ();
    way_t way = referred (rig);
    BIF (rig, "Matches/ProposeMatches", "{}");
    rig_down (rig, "placement");
    SOF (rig, "Consents/WithdrawConsent", "{'consent': " ID "}", way.consent);
    rig_up (rig, "placement");
    rig_advance (rig, 40000);
    cr_assert_eq (rig_count (BIF (rig, "Candidates/ListCandidates", "{}"), "candidates"), 0);
    cr_assert_eq (rig_count (BIF (rig, "Matches/ListMatches", "{'with_over': true}"), "matches"), 0);
    json_t *receipt = SOF (rig, "Consents/GetReceipt", "{'consent': " ID "}", way.consent);
    cr_assert (json_is_true (json_object_get (receipt, "complete")));
}

Test (saga, a_rejected_referral_is_told_with_its_reason_and_nothing_is_kept, .description = "B3, P2")
{
    owned (rig) rig = open_house ();
    way_t way = referred (rig);
    BIF (rig, "Candidates/RejectReferral", "{'candidate': " ID ", 'reason': 'Ingen opgaver i bydelen i år'}",
         way.candidate);
    cr_assert_str_eq (bridge_says (rig, way.referral), "REFERRAL_REJECTED");
    cr_assert_eq (rig_count (BIF (rig, "Candidates/ListCandidates", "{}"), "candidates"), 0);
}
