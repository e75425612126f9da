/* G2: what can be booked. */
#include "contract/guidance.handlers.h"
#include "guidance/guidance.h"

status_t offer_read (txn_t *txn, uint64_t offer, offer_t *ret_offer, fault_t *reterr)
{
    rows_t *row =
        txn_row (txn, "SELECT kind, title, duration_minutes, needs_room, seats FROM offer WHERE id = $1", offer);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "GUIDANCE_OFFER_UNKNOWN", "there is no offer {offer=%llu}",
                      (unsigned long long) offer);
    *ret_offer = (offer_t){
        .id = offer,
        .kind = (int) rows_int (row, 0),
        .title = txn_text (txn, rows_text (row, 1)),
        .length_ms = rows_int (row, 2) * MINUTE_MS,
        .needs_room = rows_int (row, 3) != 0,
        .seats = (uint32_t) rows_int (row, 4),
    };
    rows_close (row);
    return STATUS_OK;
}

status_t guidance_create_offer (txn_t *txn, const Guidance__CreateOfferRequest *request,
                                Guidance__CreateOfferReply *reply, fault_t *reterr)
{
    rows_t *known =
        txn_row (txn, "SELECT id FROM offer WHERE kind = $1 AND title = $2", (int) request->kind, request->title);
    if (known)
        return fault (reterr, STATUS_ALREADY_EXISTS, "GUIDANCE_OFFER_KNOWN",
                      "offer {offer=%llu} has that kind and title", (unsigned long long) rows_uint (known, 0));
    reply->offer = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO offer (id, kind, title, duration_minutes, needs_room, seats)"
                    " VALUES ($1, $2, $3, $4, $5, $6)",
                    reply->offer, (int) request->kind, request->title, request->duration_minutes,
                    request->needs_room != 0, request->seats ? request->seats : 1);
    return STATUS_OK;
}

status_t guidance_list_offers (txn_t *txn, const Guidance__ListOffersRequest *request, Guidance__ListOffersReply *reply,
                               fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              "SELECT id, kind, title, duration_minutes, needs_room, seats FROM offer"
                              " WHERE id > $1 ORDER BY id LIMIT $2",
                              request->after, page_limit (request->limit));
    while (rows_next (rows)) {
        Guidance__Offer *entry = txn_add (txn, reply->offers, reply->n_offers, guidance__offer);
        entry->offer = rows_uint (rows, 0);
        entry->kind = (Guidance__OfferKind) rows_int (rows, 1);
        entry->title = txn_text (txn, rows_text (rows, 2));
        entry->duration_minutes = (int32_t) rows_int (rows, 3);
        entry->needs_room = rows_int (rows, 4) != 0;
        entry->seats = (uint32_t) rows_int (rows, 5);
    }
    return STATUS_OK;
}
