/* B1: clients. A record is read by opening it; no column of it stands open. */
#include "base/week.h"
#include "bridging/bridging.h"
#include "bridging/vault.h"
#include "contract/bridging.handlers.h"
#include "danish/cpr.h"

#include <string.h>

enum { WORD_MAX = 32 }; /* bytes of a condition, as of a dimension */

/* --- between a record and its sealed bytes --- */

static bytes_t pack_record (txn_t *txn, const Bridging__ClientRecord *record)
{
    size_t size = protobuf_c_message_get_packed_size (&record->base);
    uint8_t *packed = txn_alloc (txn, size + 1);
    (void) protobuf_c_message_pack (&record->base, packed);
    return bytes_of (packed, size);
}

static void *take_memory (void *txn, size_t size)
{
    return txn_alloc (txn, size);
}

static void leave_memory (void *txn, void *memory)
{
    (void) txn;
    (void) memory;
}

static status_t open_record (txn_t *txn, uint64_t client, bytes_t sealed, Bridging__ClientRecord **ret_record,
                             fault_t *reterr)
{
    bytes_t plain;
    status_t status = vault_open (txn, client, sealed, &plain, reterr);
    if (status != STATUS_OK)
        return status;
    ProtobufCAllocator step = { .alloc = take_memory, .free = leave_memory, .allocator_data = txn };
    ProtobufCMessage *record =
        protobuf_c_message_unpack (&bridging__client_record__descriptor, &step, plain.size, plain.data);
    if (!record)
        return fault (reterr, STATUS_DATA_LOSS, "BRIDGING_RECORD_DAMAGED", "the record of client %llu cannot be read",
                      (unsigned long long) client);
    *ret_record = (Bridging__ClientRecord *) record;
    return STATUS_OK;
}

/* --- for the other rooms --- */

static status_t unknown_client (uint64_t client, fault_t *reterr)
{
    return fault (reterr, STATUS_NOT_FOUND, "BRIDGING_CLIENT_UNKNOWN", "there is no client %llu",
                  (unsigned long long) client);
}

static status_t erased_client (uint64_t client, fault_t *reterr)
{
    return fault (reterr, STATUS_FAILED_PRECONDITION, "BRIDGING_CLIENT_ERASED",
                  "everything about client %llu was erased", (unsigned long long) client);
}

status_t client_require (txn_t *txn, uint64_t client, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT erased_at IS NULL FROM client WHERE id = $1", client);
    if (!row)
        return unknown_client (client, reterr);
    bool held = rows_int (row, 0) != 0;
    rows_close (row);
    return held ? STATUS_OK : erased_client (client, reterr);
}

status_t client_read (txn_t *txn, uint64_t client, Bridging__ClientRecord **ret_record, int64_t *ret_registered_at,
                      fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT sealed, registered_at FROM client WHERE id = $1", client);
    if (!row)
        return unknown_client (client, reterr);
    status_t status = rows_is_null (row, 0) ? erased_client (client, reterr)
                                            : open_record (txn, client, rows_blob (row, 0), ret_record, reterr);
    if (status == STATUS_OK)
        *ret_registered_at = rows_int (row, 1);
    rows_close (row);
    return status;
}

void client_erase (txn_t *txn, uint64_t client)
{
    vault_destroy_key (txn, client);
    (void) txn_run (txn, "UPDATE client SET sealed = NULL, cpr_lookup = NULL, erased_at = $2 WHERE id = $1", client,
                    txn_now (txn));
}

/* --- commands --- */

static uint64_t find_by_cpr (txn_t *txn, const char *cpr)
{
    rows_t *row = txn_row (txn, "SELECT id FROM client WHERE cpr_lookup = $1", vault_lookup (txn, cpr));
    uint64_t client = row ? rows_uint (row, 0) : 0;
    if (row)
        rows_close (row);
    return client;
}

/* Placement would refuse it later, when nobody sits before the form. The refusal repeats no word: it may say what
 * somebody needs. */
static status_t check_words (const Bridging__ClientRecord *record, fault_t *reterr)
{
    bool fit = true;
    for (size_t i = 0; i < record->n_abilities; i++)
        for (size_t j = 0; j < i; j++)
            fit = fit && strcmp (record->abilities[i]->dimension, record->abilities[j]->dimension) != 0;
    for (size_t i = 0; i < record->n_conditions; i++) {
        fit = fit && strlen (record->conditions[i]) <= WORD_MAX;
        for (size_t j = 0; j < i; j++)
            fit = fit && strcmp (record->conditions[i], record->conditions[j]) != 0;
    }
    return fit ? STATUS_OK
               : fault (reterr, STATUS_INVALID_ARGUMENT, "BRIDGING_BAD_WORDS",
                        "an ability or a condition stands there twice, or has more than %d letters", WORD_MAX);
}

static status_t check_record (const Bridging__ClientRecord *record, fault_t *reterr)
{
    week_t week = { { 0 } };
    for (size_t i = 0; i < record->n_times; i++)
        if (!week_add (&week, (week_span_t){ (int) record->times[i]->day, (int) record->times[i]->from_hour,
                                             (int) record->times[i]->until_hour }))
            return fault (reterr, STATUS_INVALID_ARGUMENT, "BRIDGING_BAD_TIMES",
                          "an hour stands there twice, or an end is not after its beginning");
    return check_words (record, reterr);
}

static status_t known_client (uint64_t client, fault_t *reterr)
{
    return fault (reterr, STATUS_ALREADY_EXISTS, "BRIDGING_CLIENT_KNOWN",
                  "client {client=%llu} has this number already", (unsigned long long) client);
}

status_t bridging_register_client (txn_t *txn, const Bridging__RegisterClientRequest *request,
                                   Bridging__RegisterClientReply *reply, fault_t *reterr)
{
    const Bridging__ClientRecord *record = request->record;
    status_t status = check_record (record, reterr);
    if (status != STATUS_OK)
        return status;
    uint64_t known = find_by_cpr (txn, record->cpr);
    if (known)
        return known_client (known, reterr);
    uint64_t client = txn_new_id (txn);
    vault_make_key (txn, client);
    bytes_t sealed;
    status = vault_seal (txn, client, pack_record (txn, record), &sealed, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn, "INSERT INTO client (id, cpr_lookup, sealed, registered_at) VALUES ($1, $2, $3, $4)", client,
                    vault_lookup (txn, record->cpr), sealed, txn_now (txn));
    Bridging__ClientRegistered registered = BRIDGING__CLIENT_REGISTERED__INIT;
    registered.client = client;
    txn_emit (txn, &registered.base);
    reply->client = client;
    reply->cpr_check_failed = !cpr_check_digit (record->cpr);
    return STATUS_OK;
}

status_t bridging_update_client (txn_t *txn, const Bridging__UpdateClientRequest *request,
                                 Bridging__UpdateClientReply *reply, fault_t *reterr)
{
    const Bridging__ClientRecord *record = request->record;
    status_t status = client_require (txn, request->client, reterr);
    if (status == STATUS_OK)
        status = check_record (record, reterr);
    if (status != STATUS_OK)
        return status;
    uint64_t known = find_by_cpr (txn, record->cpr);
    if (known && known != request->client)
        return known_client (known, reterr);
    bytes_t sealed;
    status = vault_seal (txn, request->client, pack_record (txn, record), &sealed, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn, "UPDATE client SET cpr_lookup = $2, sealed = $3 WHERE id = $1", request->client,
                    vault_lookup (txn, record->cpr), sealed);
    reply->cpr_check_failed = !cpr_check_digit (record->cpr);
    return STATUS_OK;
}

/* --- queries --- */

status_t bridging_get_client (txn_t *txn, const Bridging__GetClientRequest *request, Bridging__GetClientReply *reply,
                              fault_t *reterr)
{
    status_t status = client_read (txn, request->client, &reply->record, &reply->registered_at, reterr);
    if (status != STATUS_OK)
        return status;
    reply->client = request->client;
    reply->cpr_check_failed = !cpr_check_digit (reply->record->cpr);
    return STATUS_OK;
}

status_t bridging_find_client (txn_t *txn, const Bridging__FindClientRequest *request, Bridging__FindClientReply *reply,
                               fault_t *reterr)
{
    reply->client = find_by_cpr (txn, request->cpr);
    if (!reply->client)
        return fault (reterr, STATUS_NOT_FOUND, "BRIDGING_CLIENT_UNKNOWN", "nobody here has this number");
    return STATUS_OK;
}

status_t bridging_list_clients (txn_t *txn, const Bridging__ListClientsRequest *request,
                                Bridging__ListClientsReply *reply, fault_t *reterr)
{
    rows_t *rows = txn_query (txn,
                              "SELECT id, sealed, registered_at FROM client WHERE id > $1 AND erased_at IS NULL"
                              " ORDER BY id LIMIT $2",
                              request->after, request->limit ? request->limit : PAGE_DEFAULT);
    while (rows_next (rows)) {
        Bridging__ClientRecord *record;
        status_t status = open_record (txn, rows_uint (rows, 0), rows_blob (rows, 1), &record, reterr);
        if (status != STATUS_OK) {
            rows_close (rows);
            return status;
        }
        Bridging__ClientLine *line = txn_add (txn, reply->clients, reply->n_clients, bridging__client_line);
        line->client = rows_uint (rows, 0);
        line->name = record->name;
        line->district = record->district;
        line->registered_at = rows_int (rows, 2);
    }
    return STATUS_OK;
}
