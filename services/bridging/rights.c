/* B8: what a citizen may ask for. */
#include "bridging/bridging.h"
#include "contract/bridging.handlers.h"

status_t bridging_export_client (txn_t *txn, const Bridging__ExportClientRequest *request,
                                 Bridging__ExportClientReply *reply, fault_t *reterr)
{
    status_t status = client_read (txn, request->client, &reply->record, &reply->registered_at, reterr);
    if (status != STATUS_OK)
        return status;
    reply->client = request->client;
    consents_of_client (txn, request->client, reply);
    referrals_of_client (txn, request->client, reply);
    return STATUS_OK;
}

/* What was passed on is called back first; the numbers of consents and referrals stay, so that the receipts do. */
status_t bridging_erase_client (txn_t *txn, const Bridging__EraseClientRequest *request,
                                Bridging__EraseClientReply *reply, fault_t *reterr)
{
    (void) reply;
    status_t status = client_require (txn, request->client, reterr);
    if (status != STATUS_OK)
        return status;
    consents_end_all (txn, request->client, BRIDGING__CONSENT_STATE__CLIENT_ERASED);
    client_erase (txn, request->client);
    return STATUS_OK;
}
