/* SOF's bridge and BIF's side of it: referrals that are taken on or declined while consent may be withdrawn. */
#include "actor.h"

#include "base/time.h"
#include "contract/bridging.contract.h"
#include "contract/placement.contract.h"

#include <stdio.h>

enum { SERIALS = 4000, CASES_EACH = 2 * SERIALS, CONSENT_DAYS = 90, MINUTES = 300, CANDIDATES_PAGE = 50 };

static char RECIPIENT[] = "placement", PURPOSE[] = "Match", QUIET[] = "quiet", NAME[] = "Ida Eksempel",
            WHY[] = "Afstand", CVR[] = "64942212", ENTERPRISE[] = "Caféen", JOB[] = "Køkken";

static case_t *some_case (actor_t *self)
{
    size_t held = self->n_cases < POOL ? self->n_cases : POOL;
    return held ? &self->cases[actor_chance (self, held)] : NULL;
}

/* CPR numbers of the kind that is no person's: a day of birth that no month has (CPR-02). */
static void register_client (actor_t *self)
{
    char cpr[16], *conditions[] = { QUIET };
    size_t number = self->number * CASES_EACH + self->n_cases;
    snprintf (cpr, sizeof cpr, "%02zu0170%04zu", 61 + number / SERIALS % 28, number % SERIALS);
    Bridging__ClientRecord record = BRIDGING__CLIENT_RECORD__INIT;
    record.name = NAME;
    record.cpr = cpr;
    record.conditions = conditions;
    record.n_conditions = 1;
    record.weekly_minutes_most = MINUTES;
    Bridging__RegisterClientRequest request = BRIDGING__REGISTER_CLIENT_REQUEST__INIT;
    request.record = &record;
    const Bridging__RegisterClientReply *reply = actor_do (self, "bridging", BRIDGING_REGISTER_CLIENT, &request.base);
    if (reply)
        self->cases[self->n_cases++ % POOL] = (case_t){ .client = reply->client };
}

static void give_consent (actor_t *self, case_t *it)
{
    Bridging__ConsentField fields[] = { BRIDGING__CONSENT_FIELD__CONDITIONS, BRIDGING__CONSENT_FIELD__HOURS };
    Bridging__GiveConsentRequest request = BRIDGING__GIVE_CONSENT_REQUEST__INIT;
    request.client = it->client;
    request.recipient = RECIPIENT;
    request.purpose = PURPOSE;
    request.fields = fields;
    request.n_fields = 2;
    request.from_day = self->house->today;
    request.until_day = self->house->today + CONSENT_DAYS;
    const Bridging__GiveConsentReply *reply = actor_do (self, "bridging", BRIDGING_GIVE_CONSENT, &request.base);
    it->consent = reply ? reply->consent : 0;
    if (!reply)
        it->client = 0; /* this one has given many: somebody else */
}

static void refer (actor_t *self, case_t *it)
{
    Bridging__ReferClientRequest request = BRIDGING__REFER_CLIENT_REQUEST__INIT;
    request.client = it->client;
    request.consent = it->consent;
    request.answer_by = copenhagen_instant (self->house->today + 14, 0);
    const Bridging__ReferClientReply *reply = actor_do (self, "bridging", BRIDGING_REFER_CLIENT, &request.base);
    it->referral = reply ? reply->referral : 0;
}

static void withdraw (actor_t *self, case_t *it)
{
    Bridging__WithdrawConsentRequest request = BRIDGING__WITHDRAW_CONSENT_REQUEST__INIT;
    request.consent = it->consent;
    if (actor_do (self, "bridging", BRIDGING_WITHDRAW_CONSENT, &request.base))
        it->consent = it->referral = 0;
}

static void revoke (actor_t *self, case_t *it)
{
    Bridging__RevokeReferralRequest request = BRIDGING__REVOKE_REFERRAL_REQUEST__INIT;
    request.referral = it->referral;
    (void) actor_do (self, "bridging", BRIDGING_REVOKE_REFERRAL, &request.base);
    it->referral = 0;
}

/* Each a step further: consent, referral, and an end to the one or the other. */
static void go_on (actor_t *self)
{
    case_t *it = some_case (self);
    if (!it || !it->client)
        register_client (self);
    else if (!it->consent)
        give_consent (self, it);
    else if (!it->referral)
        refer (self, it);
    else if (actor_chance (self, 3))
        withdraw (self, it);
    else
        revoke (self, it);
}

static const habit_t BRIDGING_HABITS[] = { { 1, register_client }, { 9, go_on }, { 0, NULL } };
const role_t BRIDGING = { "sof-desk", NULL, BRIDGING_HABITS };

/* --- placement --- */

static uint64_t some_waiting (actor_t *self)
{
    Placement__ListCandidatesRequest request = PLACEMENT__LIST_CANDIDATES_REQUEST__INIT;
    const ProtobufCMessage *message = NULL;
    uint64_t found = 0;
    request.limit = CANDIDATES_PAGE;
    if (witness_query (self->witness, "placement", PLACEMENT_LIST_CANDIDATES, &request.base, &message) != STATUS_OK)
        return 0;
    const Placement__ListCandidatesReply *reply = (const Placement__ListCandidatesReply *) message;
    for (size_t i = 0, seen = 0; i < reply->n_candidates; i++)
        if (reply->candidates[i]->referral == PLACEMENT__REFERRAL_STATE__WAITING && actor_chance (self, ++seen) == 0)
            found = reply->candidates[i]->candidate;
    return found;
}

static void accept_referral (actor_t *self)
{
    Placement__AcceptReferralRequest request = PLACEMENT__ACCEPT_REFERRAL_REQUEST__INIT;
    request.candidate = some_waiting (self);
    if (request.candidate)
        (void) actor_do (self, "placement", PLACEMENT_ACCEPT_REFERRAL, &request.base);
}

static void reject_referral (actor_t *self)
{
    Placement__RejectReferralRequest request = PLACEMENT__REJECT_REFERRAL_REQUEST__INIT;
    request.candidate = some_waiting (self);
    request.reason = WHY;
    if (request.candidate)
        (void) actor_do (self, "placement", PLACEMENT_REJECT_REFERRAL, &request.base);
}

static void register_candidate (actor_t *self)
{
    Placement__RegisterCandidateRequest request = PLACEMENT__REGISTER_CANDIDATE_REQUEST__INIT;
    request.weekly_minutes_most = MINUTES;
    const Placement__RegisterCandidateReply *reply =
        actor_do (self, "placement", PLACEMENT_REGISTER_CANDIDATE, &request.base);
    if (reply)
        pool_add (&self->pools[OF_CANDIDATES], reply->candidate);
}

static void erase_candidate (actor_t *self)
{
    Placement__EraseCandidateRequest request = PLACEMENT__ERASE_CANDIDATE_REQUEST__INIT;
    request.candidate = pool_take (&self->pools[OF_CANDIDATES], actor_chance (self, POOL));
    if (request.candidate)
        (void) actor_do (self, "placement", PLACEMENT_ERASE_CANDIDATE, &request.base);
}

static void open_position (actor_t *self)
{
    Placement__OpenPositionRequest request = PLACEMENT__OPEN_POSITION_REQUEST__INIT;
    request.cvr = CVR;
    request.name = ENTERPRISE;
    request.title = JOB;
    request.weekly_minutes = MINUTES;
    request.hourly_wage_ore = 15000;
    request.openings = 1;
    request.district = 8;
    const Placement__OpenPositionReply *reply = actor_do (self, "placement", PLACEMENT_OPEN_POSITION, &request.base);
    if (reply)
        pool_add (&self->pools[OF_POSITIONS], reply->position);
}

static void close_position (actor_t *self)
{
    Placement__ClosePositionRequest request = PLACEMENT__CLOSE_POSITION_REQUEST__INIT;
    request.position = pool_take (&self->pools[OF_POSITIONS], actor_chance (self, POOL));
    if (request.position)
        (void) actor_do (self, "placement", PLACEMENT_CLOSE_POSITION, &request.base);
}

static const habit_t PLACING_HABITS[] = {
    { 40, accept_referral },
    { 25, reject_referral },
    { 10, register_candidate },
    { 9, erase_candidate },
    { 8, open_position },
    { 8, close_position },
    { 0, NULL },
};
const role_t PLACING = { "bif-desk", NULL, PLACING_HABITS };
