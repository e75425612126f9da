/*
 * B3, P2: what comes over the bridge from SOF, what goes back, and when it has to go.
 *
 *     ReceiveReferral ──► WAITING ──► TAKEN_ON ──► WORKING
 *                            │        ACCEPTED      DONE       told to bridging, durably
 *                            └──► REJECTED: told, and erased at once
 *
 * From any of these: an erasure by bridging, or the end of the last day of consent. An erasure closes the door for the
 * pseudonym for ever, also when it comes before the referral that it is about.
 */
#include "base/ensure.h"
#include "contract/bridging.contract.h"
#include "contract/placement.handlers.h"
#include "placement/placement.h"

#include <sodium.h>

/* --- the closed door --- */

enum { DIGEST_SIZE = 32 };

static bytes_t digest_of (txn_t *txn, uint64_t pseudonym)
{
    uint8_t number[sizeof pseudonym];
    for (size_t i = 0; i < sizeof number; i++)
        number[i] = (uint8_t) (pseudonym >> (8 * i));
    uint8_t *digest = txn_alloc (txn, DIGEST_SIZE);
    int failed =
        crypto_generichash (digest, DIGEST_SIZE, number, sizeof number, txn_master_key (txn), TXN_MASTER_KEY_SIZE);
    ensure (failed == 0);
    return bytes_of (digest, DIGEST_SIZE);
}

/* Gives when the door was first closed. */
static int64_t close_door (txn_t *txn, uint64_t pseudonym)
{
    bytes_t digest = digest_of (txn, pseudonym);
    (void) txn_run (txn, "INSERT INTO erased (digest, erased_at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING",
                    digest, txn_now (txn));
    return only_int (txn_row (txn, "SELECT erased_at FROM erased WHERE digest = $1", digest));
}

/* --- coming --- */

static status_t check_received (txn_t *txn, const Placement__ReceiveReferralRequest *request, week_t *ret_times,
                                fault_t *reterr)
{
    uint64_t citizen = 0;
    if (only_int (txn_row (txn, "SELECT 1 FROM erased WHERE digest = $1", digest_of (txn, request->pseudonym))))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_REFERRAL_ERASED",
                      "this pseudonym was erased; a new referral needs a new one");
    if (candidate_find (txn, request->pseudonym, &citizen, NULL) == STATUS_OK)
        return fault (reterr, STATUS_ALREADY_EXISTS, "PLACEMENT_REFERRAL_KNOWN", "this pseudonym is in use");
    if (request->consent_until_day < txn_today (txn))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_CONSENT_OVER", "the consent has run out");
    status_t status =
        words_check (request->abilities, request->n_abilities, request->conditions, request->n_conditions, reterr);
    return status == STATUS_OK ? times_check (request->times, request->n_times, ret_times, reterr) : status;
}

status_t placement_receive_referral (txn_t *txn, const Placement__ReceiveReferralRequest *request,
                                     Placement__ReceiveReferralReply *reply, fault_t *reterr)
{
    (void) reply;
    week_t times;
    status_t status = check_received (txn, request, &times, reterr);
    if (status != STATUS_OK)
        return status;
    uint64_t citizen = candidate_add (txn, &(new_candidate_t){
                                               .pseudonym = request->pseudonym,
                                               .source = PLACEMENT__SOURCE__REFERRED,
                                               .abilities = request->abilities,
                                               .n_abilities = request->n_abilities,
                                               .conditions = request->conditions,
                                               .n_conditions = request->n_conditions,
                                               .weekly_minutes_most = request->weekly_minutes_most,
                                               .times = times,
                                               .district = request->district,
                                               .travel_minutes_most = request->travel_minutes_most,
                                           });
    (void) txn_run (txn,
                    "INSERT INTO referral (citizen, state, consent_until_day, answer_by, answer_refused)"
                    " VALUES ($1, $2, $3, $4, '')",
                    citizen, (int) PLACEMENT__REFERRAL_STATE__WAITING, request->consent_until_day, request->answer_by);
    txn_at (txn, copenhagen_instant (request->consent_until_day + 1, 0), "consent_over", citizen);
    return STATUS_OK;
}

/* --- going --- */

status_t placement_erase_referral (txn_t *txn, const Placement__EraseReferralRequest *request,
                                   Placement__EraseReferralReply *reply, fault_t *reterr)
{
    (void) reterr;
    uint64_t citizen = 0;
    if (candidate_find (txn, request->pseudonym, &citizen, NULL) == STATUS_OK)
        candidate_erase (txn, citizen);
    reply->erased_at = close_door (txn, request->pseudonym);
    return STATUS_OK;
}

static void erase_and_close (txn_t *txn, uint64_t citizen)
{
    (void) close_door (txn, candidate_pseudonym (txn, citizen));
    candidate_erase (txn, citizen);
}

/* Midnight after the last day of consent: no need to be told. */
status_t bridge_consent_over (txn_t *txn, uint64_t citizen, fault_t *reterr)
{
    (void) reterr;
    if (candidate_pseudonym (txn, citizen) != 0)
        erase_and_close (txn, citizen);
    return STATUS_OK;
}

/* --- what bridging hears --- */

static void tell (txn_t *txn, uint64_t citizen, Bridging__ReferralOutcome outcome, const char *reason)
{
    Bridging__AnswerReferralRequest request = BRIDGING__ANSWER_REFERRAL_REQUEST__INIT;
    request.pseudonym = candidate_pseudonym (txn, citizen);
    request.outcome = outcome;
    request.reason = txn_text (txn, reason);
    txn_call (txn, &(outgoing_call_t){
                       .target = "bridging",
                       .method = BRIDGING_ANSWER_REFERRAL,
                       .request = &request.base,
                       .answer = "referral_answered",
                       .subject = citizen,
                   });
}

static bool move (txn_t *txn, uint64_t citizen, Placement__ReferralState from, Placement__ReferralState to)
{
    return txn_run (txn, "UPDATE referral SET state = $3 WHERE citizen = $1 AND state = $2", citizen, (int) from,
                    (int) to) == 1;
}

void bridge_taken_on (txn_t *txn, uint64_t citizen)
{
    if (move (txn, citizen, PLACEMENT__REFERRAL_STATE__WAITING, PLACEMENT__REFERRAL_STATE__TAKEN_ON))
        tell (txn, citizen, BRIDGING__REFERRAL_OUTCOME__ACCEPTED, "");
}

void bridge_work_begins (txn_t *txn, uint64_t citizen)
{
    if (move (txn, citizen, PLACEMENT__REFERRAL_STATE__TAKEN_ON, PLACEMENT__REFERRAL_STATE__WORKING))
        tell (txn, citizen, BRIDGING__REFERRAL_OUTCOME__DONE, "");
}

/* What bridging would not take is shown beside the candidate: a person has to look. Erased since: nothing is left to
 * say. */
status_t bridge_answered (txn_t *txn, const answer_t *answer, fault_t *reterr)
{
    (void) reterr;
    (void) txn_run (txn, "UPDATE referral SET answer_refused = $2 WHERE citizen = $1", answer->subject,
                    answer->status == STATUS_OK ? "" : answer->reason);
    return STATUS_OK;
}

/* --- people decide --- */

/* PLACEMENT_NOT_REFERRED, PLACEMENT_REFERRAL_DECIDED */
static status_t find_waiting (txn_t *txn, uint64_t pseudonym, uint64_t *ret_citizen, fault_t *reterr)
{
    status_t status = candidate_find (txn, pseudonym, ret_citizen, reterr);
    if (status != STATUS_OK)
        return status;
    rows_t *row = txn_row (txn, "SELECT state FROM referral WHERE citizen = $1", *ret_citizen);
    if (!row)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_NOT_REFERRED", "the candidate is BIF's own");
    if (rows_int (row, 0) != PLACEMENT__REFERRAL_STATE__WAITING)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_REFERRAL_DECIDED",
                      "the candidate was taken on already");
    return STATUS_OK;
}

status_t placement_accept_referral (txn_t *txn, const Placement__AcceptReferralRequest *request,
                                    Placement__AcceptReferralReply *reply, fault_t *reterr)
{
    (void) reply;
    uint64_t citizen = 0;
    status_t status = find_waiting (txn, request->candidate, &citizen, reterr);
    if (status == STATUS_OK)
        bridge_taken_on (txn, citizen);
    return status;
}

status_t placement_reject_referral (txn_t *txn, const Placement__RejectReferralRequest *request,
                                    Placement__RejectReferralReply *reply, fault_t *reterr)
{
    (void) reply;
    uint64_t citizen = 0;
    status_t status = find_waiting (txn, request->candidate, &citizen, reterr);
    if (status != STATUS_OK)
        return status;
    tell (txn, citizen, BRIDGING__REFERRAL_OUTCOME__REJECTED, request->reason);
    erase_and_close (txn, citizen);
    return STATUS_OK;
}
