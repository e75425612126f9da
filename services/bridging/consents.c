/* B2: consents. One that has ended is not over before whoever received data under it has said that it is gone. */
#include "bridging/bridging.h"
#include "contract/bridging.handlers.h"

#include "fyrtaarn/bridging/v1/events.pb-c.h"

#include <stdio.h>
#include <string.h>

static const char EXPIRES[] = "consent_expires";
static const char PLACEMENT[] = "placement";

enum { RECEIPT_TEXT_MAX = 12288, INSTANT_TEXT_SIZE = 32 };

field_list_t field_list (txn_t *txn, unsigned fields)
{
    field_list_t result = { 0 };
    for (int field = BRIDGING__CONSENT_FIELD__ABILITIES; field <= BRIDGING__CONSENT_FIELD__TRAVEL; field++) {
        if (!(fields & FIELD_BIT (field)))
            continue;
        result.list = txn_grow (txn, result.list, result.count, sizeof *result.list);
        result.list[result.count++] = (Bridging__ConsentField) field;
    }
    return result;
}

static status_t unknown_consent (uint64_t consent, fault_t *reterr)
{
    return fault (reterr, STATUS_NOT_FOUND, "BRIDGING_CONSENT_UNKNOWN", "there is no consent %llu",
                  (unsigned long long) consent);
}

static status_t ended_consent (uint64_t consent, fault_t *reterr)
{
    return fault (reterr, STATUS_FAILED_PRECONDITION, "BRIDGING_CONSENT_ENDED", "consent %llu has ended",
                  (unsigned long long) consent);
}

status_t consent_terms (txn_t *txn, uint64_t consent, uint64_t client, consent_terms_t *ret_terms, fault_t *reterr)
{
    rows_t *row = txn_row (txn,
                           "SELECT fields, from_day, until_day, state FROM consent"
                           " WHERE id = $1 AND client = $2 AND recipient = $3",
                           consent, client, PLACEMENT);
    if (!row)
        return unknown_consent (consent, reterr);
    consent_terms_t terms = { .fields = (unsigned) rows_int (row, 0), .until_day = (int32_t) rows_int (row, 2) };
    int32_t from_day = (int32_t) rows_int (row, 1);
    bool standing = rows_int (row, 3) == BRIDGING__CONSENT_STATE__STANDING;
    rows_close (row);
    if (!standing || terms.until_day < txn_today (txn))
        return ended_consent (consent, reterr);
    if (from_day > txn_today (txn))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "BRIDGING_CONSENT_NOT_BEGUN", "consent %llu has not begun",
                      (unsigned long long) consent);
    *ret_terms = terms;
    return STATUS_OK;
}

/* --- giving --- */

static unsigned field_set (const Bridging__GiveConsentRequest *request)
{
    unsigned fields = 0;
    for (size_t i = 0; i < request->n_fields; i++)
        if (request->fields[i] != BRIDGING__CONSENT_FIELD__CONSENT_FIELD_UNSPECIFIED)
            fields |= FIELD_BIT (request->fields[i]);
    return fields;
}

static status_t room_for_consent (txn_t *txn, uint64_t client, fault_t *reterr)
{
    rows_t *row = txn_row (
        txn, "SELECT count (*), count (CASE WHEN state = 1 THEN 1 END) FROM consent WHERE client = $1", client);
    bool room = row && rows_int (row, 0) < CONSENTS_MAX && rows_int (row, 1) < CONSENTS_STANDING_MAX;
    if (row)
        rows_close (row);
    return room ? STATUS_OK
                : fault (reterr, STATUS_FAILED_PRECONDITION, "BRIDGING_CONSENTS_MANY",
                         "client %llu has as many consents as can be kept: %d that stand, %d in all",
                         (unsigned long long) client, CONSENTS_STANDING_MAX, CONSENTS_MAX);
}

status_t bridging_give_consent (txn_t *txn, const Bridging__GiveConsentRequest *request,
                                Bridging__GiveConsentReply *reply, fault_t *reterr)
{
    unsigned fields = field_set (request);
    if (strcmp (request->recipient, PLACEMENT) != 0)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "BRIDGING_RECIPIENT_UNKNOWN",
                      "nothing is passed on to {recipient=%s}", request->recipient);
    if (!fields)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "BRIDGING_FIELDS_EMPTY", "say what may be passed on");
    if (request->until_day < request->from_day)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "BRIDGING_PERIOD_EMPTY", "the period ends before it begins");
    status_t status = client_require (txn, request->client, reterr);
    if (status == STATUS_OK)
        status = room_for_consent (txn, request->client, reterr);
    if (status != STATUS_OK)
        return status;
    reply->consent = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO consent (id, client, recipient, purpose, fields, from_day, until_day, state, given_at)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    reply->consent, request->client, request->recipient, request->purpose, fields, request->from_day,
                    request->until_day, BRIDGING__CONSENT_STATE__STANDING, txn_now (txn));
    txn_at (txn, copenhagen_instant (request->until_day + 1, 0), EXPIRES, reply->consent);
    return STATUS_OK;
}

/* --- ending --- */

void consent_settle (txn_t *txn, uint64_t consent)
{
    referral_count_t referrals = referrals_count (txn, consent);
    if (referrals.still_out > 0)
        return;
    int64_t settled = txn_run (txn,
                               "UPDATE consent SET acknowledged_at = $2"
                               " WHERE id = $1 AND ended_at IS NOT NULL AND acknowledged_at IS NULL",
                               consent, txn_now (txn));
    if (settled == 0 || referrals.made == 0)
        return;
    Bridging__DeletionAcknowledged acknowledged = BRIDGING__DELETION_ACKNOWLEDGED__INIT;
    acknowledged.consent = consent;
    acknowledged.service = txn_text (txn, PLACEMENT);
    txn_emit (txn, &acknowledged.base);
}

/* However it ends, the same follows. */
static void end_consent (txn_t *txn, uint64_t consent, Bridging__ConsentState state)
{
    (void) txn_run (txn, "UPDATE consent SET state = $2, ended_at = $3 WHERE id = $1", consent, state, txn_now (txn));
    txn_cancel (txn, EXPIRES, consent);
    Bridging__ConsentWithdrawn withdrawn = BRIDGING__CONSENT_WITHDRAWN__INIT;
    withdrawn.consent = consent;
    txn_emit (txn, &withdrawn.base);
    referrals_recall (txn, consent);
    consent_settle (txn, consent);
}

static bool read_state (txn_t *txn, uint64_t consent, Bridging__ConsentState *ret_state)
{
    rows_t *row = txn_row (txn, "SELECT state FROM consent WHERE id = $1", consent);
    if (!row)
        return false;
    *ret_state = (Bridging__ConsentState) rows_int (row, 0);
    rows_close (row);
    return true;
}

status_t bridging_withdraw_consent (txn_t *txn, const Bridging__WithdrawConsentRequest *request,
                                    Bridging__WithdrawConsentReply *reply, fault_t *reterr)
{
    (void) reply;
    Bridging__ConsentState state;
    if (!read_state (txn, request->consent, &state))
        return unknown_consent (request->consent, reterr);
    if (state != BRIDGING__CONSENT_STATE__STANDING)
        return ended_consent (request->consent, reterr);
    end_consent (txn, request->consent, BRIDGING__CONSENT_STATE__WITHDRAWN);
    return STATUS_OK;
}

status_t consent_expires (txn_t *txn, uint64_t consent, fault_t *reterr)
{
    (void) reterr;
    Bridging__ConsentState state;
    if (read_state (txn, consent, &state) && state == BRIDGING__CONSENT_STATE__STANDING)
        end_consent (txn, consent, BRIDGING__CONSENT_STATE__EXPIRED);
    return STATUS_OK;
}

void consents_end_all (txn_t *txn, uint64_t client, Bridging__ConsentState state)
{
    uint64_t standing[CONSENTS_STANDING_MAX];
    size_t count = 0;
    rows_t *rows = txn_query (txn, "SELECT id FROM consent WHERE client = $1 AND state = 1 ORDER BY id LIMIT $2",
                              client, CONSENTS_STANDING_MAX);
    while (rows_next (rows))
        standing[count++] = rows_uint (rows, 0);
    for (size_t i = 0; i < count; i++)
        end_consent (txn, standing[i], state);
}

/* --- reading --- */

#define CONSENT_COLUMNS                                                                                                \
    "id, client, recipient, purpose, fields, from_day, until_day, state, given_at, ended_at, acknowledged_at"

static void fill_consent (txn_t *txn, rows_t *row, Bridging__Consent *consent)
{
    field_list_t fields = field_list (txn, (unsigned) rows_int (row, 4));
    consent->consent = rows_uint (row, 0);
    consent->client = rows_uint (row, 1);
    consent->recipient = txn_text (txn, rows_text (row, 2));
    consent->purpose = txn_text (txn, rows_text (row, 3));
    consent->fields = fields.list;
    consent->n_fields = fields.count;
    consent->from_day = (int32_t) rows_int (row, 5);
    consent->until_day = (int32_t) rows_int (row, 6);
    consent->state = (Bridging__ConsentState) rows_int (row, 7);
    consent->given_at = rows_int (row, 8);
    consent->ended_at = rows_int (row, 9);
    consent->acknowledged_at = rows_int (row, 10);
}

#define CONSENTS "SELECT " CONSENT_COLUMNS " FROM consent WHERE id < $1"
#define NEWEST " ORDER BY id DESC LIMIT $2"

status_t bridging_list_consents (txn_t *txn, const Bridging__ListConsentsRequest *request,
                                 Bridging__ListConsentsReply *reply, fault_t *reterr)
{
    (void) reterr;
    uint64_t before = request->before ? request->before : INT64_MAX;
    uint32_t limit = request->limit ? request->limit : PAGE_DEFAULT;
    rows_t *rows = request->client ? txn_query (txn, CONSENTS " AND client = $3" NEWEST, before, limit, request->client)
                                   : txn_query (txn, CONSENTS NEWEST, before, limit);
    while (rows_next (rows))
        fill_consent (txn, rows, txn_add (txn, reply->consents, reply->n_consents, bridging__consent));
    return STATUS_OK;
}

void consents_of_client (txn_t *txn, uint64_t client, Bridging__ExportClientReply *reply)
{
    rows_t *rows = txn_query (txn, "SELECT " CONSENT_COLUMNS " FROM consent WHERE client = $1 ORDER BY id LIMIT $2",
                              client, CONSENTS_MAX);
    while (rows_next (rows))
        fill_consent (txn, rows, txn_add (txn, reply->consents, reply->n_consents, bridging__consent));
}

/* --- the receipt --- */

static const char *danish_day (int32_t day, char out[INSTANT_TEXT_SIZE])
{
    civil_t civil = day_to_civil (day);
    (void) snprintf (out, INSTANT_TEXT_SIZE, "%d.%d.%d", civil.day, civil.month, civil.year);
    return out;
}

static const char *danish_instant (int64_t instant, char out[INSTANT_TEXT_SIZE])
{
    civil_t civil = day_to_civil (copenhagen_day (instant));
    int minute = copenhagen_minute (instant);
    (void) snprintf (out, INSTANT_TEXT_SIZE, "%d.%d.%d kl. %02d.%02d", civil.day, civil.month, civil.year, minute / 60,
                     minute % 60);
    return out;
}

static void write_fields (buffer_t *text, const Bridging__ConsentField *fields, size_t count)
{
    static const char *const NAMES[] = { "",
                                         "det du kan",
                                         "de arbejdsforhold du har brug for",
                                         "hvor mange timer du kan arbejde",
                                         "din bydel",
                                         "hvornår på ugen du kan arbejde",
                                         "hvor langt du kan have til arbejde" };
    for (size_t i = 0; i < count; i++)
        buffer_printf (text, "%s%s", i == 0 ? "" : i + 1 == count ? " og " : ", ", NAMES[fields[i]]);
}

static void write_ending (buffer_t *text, const Bridging__Consent *consent)
{
    static const char *const HOW[] = {
        [BRIDGING__CONSENT_STATE__WITHDRAWN] = "Du trak samtykket tilbage den",
        [BRIDGING__CONSENT_STATE__EXPIRED] = "Samtykket udløb den",
        [BRIDGING__CONSENT_STATE__CLIENT_ERASED] = "Alt om dig blev slettet hos os den",
    };
    char when[INSTANT_TEXT_SIZE];
    if (consent->state == BRIDGING__CONSENT_STATE__STANDING)
        buffer_append_text (text, "Samtykket gælder stadig. Du kan altid trække det tilbage.\n");
    else
        buffer_printf (text, "%s %s.\n", HOW[consent->state], danish_instant (consent->ended_at, when));
}

static void write_shares (buffer_t *text, const Bridging__GetReceiptReply *reply)
{
    char when[INSTANT_TEXT_SIZE];
    if (reply->n_shares == 0)
        buffer_append_text (text, "Intet er givet videre.\n");
    for (size_t i = 0; i < reply->n_shares; i++) {
        const Bridging__Share *share = reply->shares[i];
        buffer_printf (text, "Givet videre den %s: ", danish_instant (share->shared_at, when));
        if (share->n_fields == 0)
            buffer_append_text (text, "kun at der er en henvisning");
        write_fields (text, share->fields, share->n_fields);
        if (share->erased_at)
            buffer_printf (text, ". Modtageren har bekræftet, at det blev slettet den %s.\n",
                           danish_instant (share->erased_at, when));
        else
            buffer_append_text (text, ".\n");
    }
    if (reply->consent->ended_at && !reply->complete)
        buffer_append_text (text, "Vi venter på, at modtageren bekræfter, at alt er slettet.\n");
}

static char *receipt_text (txn_t *txn, const Bridging__GetReceiptReply *reply)
{
    const Bridging__Consent *consent = reply->consent;
    char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE];
    owned_buffer text = BUFFER (RECEIPT_TEXT_MAX);
    buffer_printf (&text, "Kvittering for samtykke %llu\nFormål: %s\n", (unsigned long long) consent->consent,
                   consent->purpose);
    buffer_append_text (&text, "Modtager: jobmatch i Beskæftigelses- og Integrationsforvaltningen\nDu gav lov til: ");
    write_fields (&text, consent->fields, consent->n_fields);
    buffer_printf (&text, "\nPeriode: %s til %s\n", danish_day (consent->from_day, from),
                   danish_day (consent->until_day, until));
    write_ending (&text, consent);
    write_shares (&text, reply);
    buffer_append_text (&text, "Dit navn og dit CPR-nummer er ikke givet videre.\n");
    return txn_text (txn, buffer_text (&text));
}

status_t bridging_get_receipt (txn_t *txn, const Bridging__GetReceiptRequest *request, Bridging__GetReceiptReply *reply,
                               fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT " CONSENT_COLUMNS " FROM consent WHERE id = $1", request->consent);
    if (!row)
        return unknown_consent (request->consent, reterr);
    reply->consent = (Bridging__Consent *) txn_message (txn, &bridging__consent__descriptor);
    fill_consent (txn, row, reply->consent);
    rows_close (row);
    referral_shares (txn, request->consent, reply);
    reply->complete = reply->consent->acknowledged_at != 0;
    reply->text = receipt_text (txn, reply);
    return STATUS_OK;
}
