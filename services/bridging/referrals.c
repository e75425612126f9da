/*
 * B3, B4: referrals.
 *
 *     SENT ──► RECEIVED ──┬──► ACCEPTED ──► DONE
 *      │          │       ├──► REJECTED        (also from ACCEPTED)
 *      └──────────┴───────┴──► UNANSWERED ──► ACCEPTED, REJECTED, DONE: a late answer still counts
 *
 *     any of SENT, RECEIVED, ACCEPTED, UNANSWERED ──► REVOKED, by SOF or because the consent ended
 *
 * Besides its state a referral knows whether placement still holds its data: until placement has said that they are
 * erased, its pseudonym stays here, and then it goes.
 */
#include "bridging/bridging.h"
#include "contract/bridging.handlers.h"
#include "contract/placement.contract.h"

#include "fyrtaarn/bridging/v1/events.pb-c.h"
#include "fyrtaarn/placement/v1/referrals.pb-c.h"

static const char RECEIVED[] = "referral_received";
static const char ERASED[] = "referral_erased";
static const char DEADLINE[] = "referral_deadline";
static const char ERASE_AGAIN[] = "referral_erase_again";

enum { ERASE_AGAIN_MS = 60 * 60 * 1000 };

typedef struct {
    uint64_t id, client, consent, pseudonym;
    Bridging__ReferralState state;
} referral_t;

static bool read_referral (txn_t *txn, uint64_t id, referral_t *ret_referral)
{
    rows_t *row = txn_row (txn, "SELECT client, consent, pseudonym, state FROM referral WHERE id = $1", id);
    if (!row)
        return false;
    *ret_referral = (referral_t){
        .id = id,
        .client = rows_uint (row, 0),
        .consent = rows_uint (row, 1),
        .pseudonym = rows_uint (row, 2),
        .state = (Bridging__ReferralState) rows_int (row, 3),
    };
    rows_close (row);
    return true;
}

static status_t unknown_referral (uint64_t referral, fault_t *reterr)
{
    return fault (reterr, STATUS_NOT_FOUND, "BRIDGING_REFERRAL_UNKNOWN", "there is no referral %llu",
                  (unsigned long long) referral);
}

static status_t closed_referral (uint64_t referral, fault_t *reterr)
{
    return fault (reterr, STATUS_FAILED_PRECONDITION, "BRIDGING_REFERRAL_CLOSED", "referral %llu has ended",
                  (unsigned long long) referral);
}

static bool is_open (Bridging__ReferralState state)
{
    return state == BRIDGING__REFERRAL_STATE__REFERRAL_SENT || state == BRIDGING__REFERRAL_STATE__REFERRAL_RECEIVED ||
           state == BRIDGING__REFERRAL_STATE__REFERRAL_ACCEPTED ||
           state == BRIDGING__REFERRAL_STATE__REFERRAL_UNANSWERED;
}

/* The one place where a referral changes state. */
static void move (txn_t *txn, uint64_t referral, Bridging__ReferralState state, const char *reason)
{
    (void) txn_run (txn, "UPDATE referral SET state = $2, reason = $3, changed_at = $4 WHERE id = $1", referral, state,
                    reason, txn_now (txn));
}

static void conclude (txn_t *txn, uint64_t referral, Bridging__ReferralState state, Bridging__ReferralOutcome outcome,
                      const char *reason)
{
    move (txn, referral, state, reason);
    if (state != BRIDGING__REFERRAL_STATE__REFERRAL_UNANSWERED)
        txn_cancel (txn, DEADLINE, referral);
    Bridging__ReferralAnswered answered = BRIDGING__REFERRAL_ANSWERED__INIT;
    answered.referral = referral;
    answered.outcome = outcome;
    txn_emit (txn, &answered.base);
}

/* --- referring --- */

static uint64_t new_pseudonym (txn_t *txn)
{
    uint64_t pseudonym = 0;
    while (pseudonym == 0) {
        txn_random (txn, &pseudonym, sizeof pseudonym);
        pseudonym &= INT64_MAX;
    }
    return pseudonym;
}

static void disclose_times (txn_t *txn, const Bridging__ClientRecord *record,
                            Placement__ReceiveReferralRequest *message)
{
    for (size_t i = 0; i < record->n_times; i++) {
        Placement__WorkTime *time = txn_add (txn, message->times, message->n_times, placement__work_time);
        time->day = (Placement__Weekday) record->times[i]->day; /* both count from Monday, 1 */
        time->from_hour = record->times[i]->from_hour;
        time->until_hour = record->times[i]->until_hour;
    }
}

/* Least disclosure (B4): a field is in the message only when the consent opens it. Gives the set of those that were. */
static unsigned disclose (txn_t *txn, const Bridging__ClientRecord *record, unsigned consented,
                          Placement__ReceiveReferralRequest *message)
{
    unsigned shared = 0;
    if (consented & FIELD_BIT (BRIDGING__CONSENT_FIELD__ABILITIES) && record->n_abilities > 0) {
        for (size_t i = 0; i < record->n_abilities; i++) {
            Placement__Ability *ability = txn_add (txn, message->abilities, message->n_abilities, placement__ability);
            ability->dimension = record->abilities[i]->dimension;
            ability->level = record->abilities[i]->level;
        }
        shared |= FIELD_BIT (BRIDGING__CONSENT_FIELD__ABILITIES);
    }
    if (consented & FIELD_BIT (BRIDGING__CONSENT_FIELD__CONDITIONS) && record->n_conditions > 0) {
        message->conditions = record->conditions;
        message->n_conditions = record->n_conditions;
        shared |= FIELD_BIT (BRIDGING__CONSENT_FIELD__CONDITIONS);
    }
    if (consented & FIELD_BIT (BRIDGING__CONSENT_FIELD__HOURS) && record->weekly_minutes_most > 0) {
        message->weekly_minutes_most = record->weekly_minutes_most;
        shared |= FIELD_BIT (BRIDGING__CONSENT_FIELD__HOURS);
    }
    if (consented & FIELD_BIT (BRIDGING__CONSENT_FIELD__DISTRICT) && record->district > 0) {
        message->district = record->district;
        shared |= FIELD_BIT (BRIDGING__CONSENT_FIELD__DISTRICT);
    }
    if (consented & FIELD_BIT (BRIDGING__CONSENT_FIELD__TIMES) && record->n_times > 0) {
        disclose_times (txn, record, message);
        shared |= FIELD_BIT (BRIDGING__CONSENT_FIELD__TIMES);
    }
    if (consented & FIELD_BIT (BRIDGING__CONSENT_FIELD__TRAVEL) && record->travel_minutes_most > 0) {
        message->travel_minutes_most = record->travel_minutes_most;
        shared |= FIELD_BIT (BRIDGING__CONSENT_FIELD__TRAVEL);
    }
    return shared;
}

static status_t room_for_referral (txn_t *txn, const Bridging__ReferClientRequest *request, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT id FROM referral WHERE client = $1 AND state IN (1, 2, 3, 5)", request->client);
    if (row) {
        uint64_t open = rows_uint (row, 0);
        rows_close (row);
        return fault (reterr, STATUS_ALREADY_EXISTS, "BRIDGING_REFERRAL_OPEN",
                      "referral {referral=%llu} of this client is open", (unsigned long long) open);
    }
    if (referrals_count (txn, request->consent).made >= REFERRALS_MAX)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "BRIDGING_REFERRALS_MANY",
                      "consent %llu has been used {most=%d} times: ask for a new one",
                      (unsigned long long) request->consent, REFERRALS_MAX);
    return STATUS_OK;
}

/* The row, the message to placement and the deadline: all of it or nothing. */
static uint64_t send_referral (txn_t *txn, const Bridging__ReferClientRequest *request, const consent_terms_t *terms,
                               const Bridging__ClientRecord *record)
{
    Placement__ReceiveReferralRequest message = PLACEMENT__RECEIVE_REFERRAL_REQUEST__INIT;
    message.pseudonym = new_pseudonym (txn);
    message.consent_until_day = terms->until_day;
    message.answer_by = request->answer_by;
    unsigned shared = disclose (txn, record, terms->fields, &message);
    uint64_t referral = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO referral (id, client, consent, pseudonym, shared, state, reason, made_at, answer_by,"
                    " changed_at) VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $7)",
                    referral, request->client, request->consent, message.pseudonym, shared,
                    BRIDGING__REFERRAL_STATE__REFERRAL_SENT, txn_now (txn), request->answer_by);
    txn_call (txn, &(outgoing_call_t){ .target = "placement",
                                       .method = PLACEMENT_RECEIVE_REFERRAL,
                                       .request = &message.base,
                                       .answer = RECEIVED,
                                       .subject = referral });
    txn_at (txn, request->answer_by, DEADLINE, referral);
    return referral;
}

status_t bridging_refer_client (txn_t *txn, const Bridging__ReferClientRequest *request,
                                Bridging__ReferClientReply *reply, fault_t *reterr)
{
    consent_terms_t terms;
    Bridging__ClientRecord *record;
    int64_t registered_at;
    if (request->answer_by <= txn_now (txn))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "BRIDGING_ANSWER_BY_PAST", "the deadline has passed already");
    status_t status = client_read (txn, request->client, &record, &registered_at, reterr);
    if (status == STATUS_OK)
        status = consent_terms (txn, request->consent, request->client, &terms, reterr);
    if (status == STATUS_OK)
        status = room_for_referral (txn, request, reterr);
    if (status != STATUS_OK)
        return status;
    reply->referral = send_referral (txn, request, &terms, record);
    Bridging__ReferralMade made = BRIDGING__REFERRAL_MADE__INIT;
    made.referral = reply->referral;
    txn_emit (txn, &made.base);
    return STATUS_OK;
}

/* --- what placement says --- */

/* That it has it; or that it cannot take it, which the referrer learns as a rejection. */
status_t referral_received (txn_t *txn, const answer_t *answer, fault_t *reterr)
{
    (void) reterr;
    referral_t referral;
    if (!read_referral (txn, answer->subject, &referral))
        return STATUS_OK;
    bool waiting = referral.state == BRIDGING__REFERRAL_STATE__REFERRAL_SENT;
    bool late = referral.state == BRIDGING__REFERRAL_STATE__REFERRAL_UNANSWERED;
    if (answer->status == STATUS_OK && waiting)
        move (txn, referral.id, BRIDGING__REFERRAL_STATE__REFERRAL_RECEIVED, "");
    if (answer->status != STATUS_OK && (waiting || late))
        conclude (txn, referral.id, BRIDGING__REFERRAL_STATE__REFERRAL_REJECTED, BRIDGING__REFERRAL_OUTCOME__REJECTED,
                  answer->reason);
    return STATUS_OK;
}

static bool state_of_outcome (Bridging__ReferralOutcome outcome, Bridging__ReferralState *ret_state)
{
    if (outcome == BRIDGING__REFERRAL_OUTCOME__ACCEPTED)
        *ret_state = BRIDGING__REFERRAL_STATE__REFERRAL_ACCEPTED;
    else if (outcome == BRIDGING__REFERRAL_OUTCOME__REJECTED)
        *ret_state = BRIDGING__REFERRAL_STATE__REFERRAL_REJECTED;
    else if (outcome == BRIDGING__REFERRAL_OUTCOME__DONE)
        *ret_state = BRIDGING__REFERRAL_STATE__REFERRAL_DONE;
    else
        return false;
    return true;
}

static uint64_t find_by_pseudonym (txn_t *txn, uint64_t pseudonym)
{
    rows_t *row = txn_row (txn, "SELECT id FROM referral WHERE pseudonym = $1 AND state <> $2", pseudonym,
                           BRIDGING__REFERRAL_STATE__REFERRAL_REVOKED);
    uint64_t referral = row ? rows_uint (row, 0) : 0;
    if (row)
        rows_close (row);
    return referral;
}

status_t bridging_answer_referral (txn_t *txn, const Bridging__AnswerReferralRequest *request,
                                   Bridging__AnswerReferralReply *reply, fault_t *reterr)
{
    (void) reply;
    Bridging__ReferralState state;
    referral_t referral;
    if (!state_of_outcome (request->outcome, &state))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "BRIDGING_OUTCOME_UNFIT", "answer ACCEPTED, REJECTED or DONE");
    if (!read_referral (txn, find_by_pseudonym (txn, request->pseudonym), &referral))
        return fault (reterr, STATUS_NOT_FOUND, "REFERRAL_UNKNOWN",
                      "no referral under this pseudonym waits for an answer");
    if (referral.state == state)
        return STATUS_OK;
    if (!is_open (referral.state))
        return closed_referral (referral.id, reterr);
    conclude (txn, referral.id, state, request->outcome, request->reason);
    return STATUS_OK;
}

status_t referral_deadline (txn_t *txn, uint64_t id, fault_t *reterr)
{
    (void) reterr;
    referral_t referral;
    if (!read_referral (txn, id, &referral))
        return STATUS_OK;
    if (referral.state == BRIDGING__REFERRAL_STATE__REFERRAL_SENT ||
        referral.state == BRIDGING__REFERRAL_STATE__REFERRAL_RECEIVED)
        conclude (txn, id, BRIDGING__REFERRAL_STATE__REFERRAL_UNANSWERED, BRIDGING__REFERRAL_OUTCOME__UNANSWERED, "");
    return STATUS_OK;
}

/* --- calling back --- */

/* What has not been sent yet must not leave any more; whether it had is unknown, so erasure is asked for all the same.
 */
static void ask_erasure (txn_t *txn, uint64_t referral, uint64_t pseudonym)
{
    txn_uncall (txn, RECEIVED, referral);
    Placement__EraseReferralRequest message = PLACEMENT__ERASE_REFERRAL_REQUEST__INIT;
    message.pseudonym = pseudonym;
    txn_call (txn, &(outgoing_call_t){ .target = "placement",
                                       .method = PLACEMENT_ERASE_REFERRAL,
                                       .request = &message.base,
                                       .answer = ERASED,
                                       .subject = referral });
}

static void revoke (txn_t *txn, const referral_t *referral)
{
    conclude (txn, referral->id, BRIDGING__REFERRAL_STATE__REFERRAL_REVOKED, BRIDGING__REFERRAL_OUTCOME__REVOKED, "");
}

/* What SOF revoked before is on its way to erasure already. */
void referrals_recall (txn_t *txn, uint64_t consent)
{
    referral_t held[REFERRALS_MAX];
    size_t count = 0;
    rows_t *rows = txn_query (txn,
                              "SELECT id, pseudonym, state FROM referral"
                              " WHERE consent = $1 AND pseudonym IS NOT NULL AND state <> $2 ORDER BY id LIMIT $3",
                              consent, BRIDGING__REFERRAL_STATE__REFERRAL_REVOKED, REFERRALS_MAX);
    while (rows_next (rows))
        held[count++] = (referral_t){ .id = rows_uint (rows, 0),
                                      .pseudonym = rows_uint (rows, 1),
                                      .state = (Bridging__ReferralState) rows_int (rows, 2) };
    for (size_t i = 0; i < count; i++) {
        if (is_open (held[i].state))
            revoke (txn, &held[i]);
        ask_erasure (txn, held[i].id, held[i].pseudonym);
    }
}

status_t bridging_revoke_referral (txn_t *txn, const Bridging__RevokeReferralRequest *request,
                                   Bridging__RevokeReferralReply *reply, fault_t *reterr)
{
    (void) reply;
    referral_t referral;
    if (!read_referral (txn, request->referral, &referral))
        return unknown_referral (request->referral, reterr);
    if (!is_open (referral.state))
        return closed_referral (request->referral, reterr);
    revoke (txn, &referral);
    ask_erasure (txn, referral.id, referral.pseudonym);
    return STATUS_OK;
}

/* Erasing is never refused; should it be all the same, it is asked for until it is done. */
status_t referral_erased (txn_t *txn, const answer_t *answer, fault_t *reterr)
{
    (void) reterr;
    referral_t referral;
    if (!read_referral (txn, answer->subject, &referral))
        return STATUS_OK;
    if (answer->status != STATUS_OK) {
        txn_at (txn, txn_now (txn) + ERASE_AGAIN_MS, ERASE_AGAIN, referral.id);
        return STATUS_OK;
    }
    const Placement__EraseReferralReply *reply = (const Placement__EraseReferralReply *) answer->reply;
    (void) txn_run (txn, "UPDATE referral SET pseudonym = NULL, erased_at = $2 WHERE id = $1", referral.id,
                    reply->erased_at ? reply->erased_at : txn_now (txn));
    consent_settle (txn, referral.consent);
    return STATUS_OK;
}

status_t referral_erase_again (txn_t *txn, uint64_t id, fault_t *reterr)
{
    (void) reterr;
    referral_t referral;
    if (read_referral (txn, id, &referral) && referral.pseudonym)
        ask_erasure (txn, id, referral.pseudonym);
    return STATUS_OK;
}

/* --- for the consents --- */

referral_count_t referrals_count (txn_t *txn, uint64_t consent)
{
    referral_count_t result = { 0 };
    rows_t *row = txn_row (txn, "SELECT count (*), count (pseudonym) FROM referral WHERE consent = $1", consent);
    if (!row)
        return result;
    result = (referral_count_t){ .made = rows_uint (row, 0), .still_out = rows_uint (row, 1) };
    rows_close (row);
    return result;
}

void referral_shares (txn_t *txn, uint64_t consent, Bridging__GetReceiptReply *reply)
{
    rows_t *rows =
        txn_query (txn, "SELECT id, made_at, shared, erased_at FROM referral WHERE consent = $1 ORDER BY id LIMIT $2",
                   consent, REFERRALS_MAX);
    while (rows_next (rows)) {
        field_list_t fields = field_list (txn, (unsigned) rows_int (rows, 2));
        Bridging__Share *share = txn_add (txn, reply->shares, reply->n_shares, bridging__share);
        share->referral = rows_uint (rows, 0);
        share->shared_at = rows_int (rows, 1);
        share->fields = fields.list;
        share->n_fields = fields.count;
        share->erased_at = rows_int (rows, 3);
    }
}

/* --- reading --- */

#define REFERRAL_COLUMNS "id, client, consent, state, reason, made_at, answer_by, changed_at, pseudonym"

static void fill_referral (txn_t *txn, rows_t *row, Bridging__Referral *referral)
{
    referral->referral = rows_uint (row, 0);
    referral->client = rows_uint (row, 1);
    referral->consent = rows_uint (row, 2);
    referral->state = (Bridging__ReferralState) rows_int (row, 3);
    referral->reason = txn_text (txn, rows_text (row, 4));
    referral->made_at = rows_int (row, 5);
    referral->answer_by = rows_int (row, 6);
    referral->changed_at = rows_int (row, 7);
}

static void fill_whole (txn_t *txn, rows_t *row, Bridging__GetReferralReply *reply)
{
    reply->referral = (Bridging__Referral *) txn_message (txn, &bridging__referral__descriptor);
    fill_referral (txn, row, reply->referral);
    reply->pseudonym = rows_uint (row, 8);
}

status_t bridging_get_referral (txn_t *txn, const Bridging__GetReferralRequest *request,
                                Bridging__GetReferralReply *reply, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT " REFERRAL_COLUMNS " FROM referral WHERE id = $1", request->referral);
    if (!row)
        return unknown_referral (request->referral, reterr);
    fill_whole (txn, row, reply);
    rows_close (row);
    return STATUS_OK;
}

#define REFERRALS "SELECT " REFERRAL_COLUMNS " FROM referral WHERE id < $1"
#define NEWEST " ORDER BY id DESC LIMIT $2"

static rows_t *query_referrals (txn_t *txn, const Bridging__ListReferralsRequest *request)
{
    uint64_t before = request->before ? request->before : INT64_MAX;
    uint32_t limit = request->limit ? request->limit : PAGE_DEFAULT;
    int state = (int) request->state;
    if (request->client)
        return txn_query (txn, REFERRALS " AND client = $3 AND ($4 = 0 OR state = $4)" NEWEST, before, limit,
                          request->client, state);
    if (state)
        return txn_query (txn, REFERRALS " AND state = $3" NEWEST, before, limit, state);
    return txn_query (txn, REFERRALS NEWEST, before, limit);
}

status_t bridging_list_referrals (txn_t *txn, const Bridging__ListReferralsRequest *request,
                                  Bridging__ListReferralsReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = query_referrals (txn, request);
    while (rows_next (rows))
        fill_referral (txn, rows, txn_add (txn, reply->referrals, reply->n_referrals, bridging__referral));
    return STATUS_OK;
}

void referrals_of_client (txn_t *txn, uint64_t client, Bridging__ExportClientReply *reply)
{
    rows_t *rows = txn_query (txn, "SELECT " REFERRAL_COLUMNS " FROM referral WHERE client = $1 ORDER BY id LIMIT $2",
                              client, CONSENTS_MAX * REFERRALS_MAX);
    while (rows_next (rows))
        fill_whole (txn, rows, txn_add (txn, reply->referrals, reply->n_referrals, bridging__get_referral_reply));
}
