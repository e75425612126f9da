/*
 * Bridging (SOF): people, what they consented to, and what left the house under it.
 *
 * The words its rooms share. Each function belongs to the room named above it, and its statements stand there.
 */
#ifndef FYR_BRIDGING_BRIDGING_H
#define FYR_BRIDGING_BRIDGING_H

#include "node/node.h"

#include "fyrtaarn/bridging/v1/consents.pb-c.h"
#include "fyrtaarn/bridging/v1/rights.pb-c.h"

extern const service_t bridging_service;

/* What one transaction can carry when all of a client's consents end in it (at most 255 ids in one). */
enum {
    CONSENTS_STANDING_MAX = 4, /* of one client */
    CONSENTS_MAX = 64,         /* of one client, ended ones too: an export is whole */
    REFERRALS_MAX = 32,        /* under one consent: a receipt is whole */
    PAGE_DEFAULT = 100
};

/* Sets of ConsentField, and as the lists of the contract. */
#define FIELD_BIT(field) (1u << (field))
typedef struct {
    Bridging__ConsentField *list;
    size_t count;
} field_list_t;
field_list_t field_list (txn_t *txn, unsigned fields);

/* --- clients.c --- */

/* BRIDGING_CLIENT_UNKNOWN, BRIDGING_CLIENT_ERASED; BRIDGING_RECORD_DAMAGED is a fault. The record lives in the step. */
status_t client_read (txn_t *txn, uint64_t client, Bridging__ClientRecord **ret_record, int64_t *ret_registered_at,
                      fault_t *reterr);
status_t client_require (txn_t *txn, uint64_t client, fault_t *reterr);
void client_erase (txn_t *txn, uint64_t client);

/* --- consents.c --- */

typedef struct {
    unsigned fields;
    int32_t until_day;
} consent_terms_t;

/* What may leave today. BRIDGING_CONSENT_UNKNOWN (also when it is another client's), _NOT_BEGUN, _ENDED. */
status_t consent_terms (txn_t *txn, uint64_t consent, uint64_t client, consent_terms_t *ret_terms, fault_t *reterr);

void consents_end_all (txn_t *txn, uint64_t client, Bridging__ConsentState state);

/* Once it has ended and nobody holds anything under it: acknowledged, and said so. Otherwise nothing happens. */
void consent_settle (txn_t *txn, uint64_t consent);

void consents_of_client (txn_t *txn, uint64_t client, Bridging__ExportClientReply *reply);
status_t consent_expires (txn_t *txn, uint64_t consent, fault_t *reterr);

/* --- referrals.c --- */

/* Open referrals are revoked, and everything that placement still holds is to be erased. */
void referrals_recall (txn_t *txn, uint64_t consent);

/* How often data left under this consent, and how many of those times they are still out. */
typedef struct {
    uint64_t made;
    uint64_t still_out;
} referral_count_t;
referral_count_t referrals_count (txn_t *txn, uint64_t consent);

void referral_shares (txn_t *txn, uint64_t consent, Bridging__GetReceiptReply *reply);
void referrals_of_client (txn_t *txn, uint64_t client, Bridging__ExportClientReply *reply);
status_t referral_received (txn_t *txn, const answer_t *answer, fault_t *reterr);
status_t referral_erased (txn_t *txn, const answer_t *answer, fault_t *reterr);
status_t referral_deadline (txn_t *txn, uint64_t referral, fault_t *reterr);
status_t referral_erase_again (txn_t *txn, uint64_t referral, fault_t *reterr);

#endif
