#include "bridging/vault.h"

#include <sodium.h>
#include <string.h>

enum {
    KEY_SIZE = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    LOOKUP_SIZE = crypto_generichash_BYTES
};

_Static_assert((int) TXN_MASTER_KEY_SIZE == (int) crypto_kdf_KEYBYTES, "the master key is a key to derive from");

/* One use each, so that no key does two things. */
enum { WRAPPING_KEY = 1, LOOKUP_KEY = 2 };

static void derive (const txn_t *txn, uint64_t use, uint8_t out[KEY_SIZE])
{
    (void) crypto_kdf_derive_from_key (out, KEY_SIZE, use, "bridging", txn_master_key (txn));
}

/* What a sealed text is bound to; the same bytes on every machine. */
typedef struct {
    uint8_t id[8];
} binding_t;

static binding_t binding_of (uint64_t client)
{
    binding_t binding;
    for (size_t i = 0; i < sizeof binding.id; i++)
        binding.id[i] = (uint8_t) (client >> (56 - 8 * i));
    return binding;
}

/* Stored as nonce, text, tag. The nonce is random: with 192 bits it does not come twice. */
static bytes_t seal (txn_t *txn, const uint8_t key[KEY_SIZE], uint64_t client, bytes_t plain)
{
    size_t size = NONCE_SIZE + plain.size + TAG_SIZE;
    uint8_t *sealed = txn_alloc (txn, size);
    binding_t binding = binding_of (client);
    txn_random (txn, sealed, NONCE_SIZE);
    (void) crypto_aead_xchacha20poly1305_ietf_encrypt (sealed + NONCE_SIZE, NULL, plain.data, plain.size, binding.id,
                                                       sizeof binding.id, NULL, sealed, key);
    return bytes_of (sealed, size);
}

static bool unseal (const uint8_t key[KEY_SIZE], uint64_t client, bytes_t sealed, uint8_t *out)
{
    binding_t binding = binding_of (client);
    return crypto_aead_xchacha20poly1305_ietf_decrypt (out, NULL, NULL, sealed.data + NONCE_SIZE,
                                                       sealed.size - NONCE_SIZE, binding.id, sizeof binding.id,
                                                       sealed.data, key) == 0;
}

void vault_make_key (txn_t *txn, uint64_t client)
{
    uint8_t wrapping[KEY_SIZE], key[KEY_SIZE];
    derive (txn, WRAPPING_KEY, wrapping);
    txn_random (txn, key, sizeof key);
    (void) txn_run (txn, "INSERT INTO client_key (client, wrapped) VALUES ($1, $2)", client,
                    seal (txn, wrapping, client, bytes_of (key, sizeof key)));
    sodium_memzero (wrapping, sizeof wrapping);
    sodium_memzero (key, sizeof key);
}

void vault_destroy_key (txn_t *txn, uint64_t client)
{
    (void) txn_run (txn, "DELETE FROM client_key WHERE client = $1", client);
}

static status_t unwrap (txn_t *txn, uint64_t client, uint8_t out[KEY_SIZE], fault_t *reterr)
{
    bool known = false;
    rows_t *row = txn_row (txn, "SELECT wrapped FROM client_key WHERE client = $1", client);
    if (row) {
        bytes_t wrapped = rows_blob (row, 0);
        uint8_t wrapping[KEY_SIZE];
        derive (txn, WRAPPING_KEY, wrapping);
        known = wrapped.size == NONCE_SIZE + KEY_SIZE + TAG_SIZE && unseal (wrapping, client, wrapped, out);
        sodium_memzero (wrapping, sizeof wrapping);
        rows_close (row);
    }
    return known ? STATUS_OK
                 : fault (reterr, STATUS_DATA_LOSS, "BRIDGING_KEY_DAMAGED", "the key of client %llu cannot be opened",
                          (unsigned long long) client);
}

status_t vault_seal (txn_t *txn, uint64_t client, bytes_t plain, bytes_t *ret_sealed, fault_t *reterr)
{
    uint8_t key[KEY_SIZE];
    status_t status = unwrap (txn, client, key, reterr);
    if (status != STATUS_OK)
        return status;
    *ret_sealed = seal (txn, key, client, plain);
    sodium_memzero (key, sizeof key);
    return STATUS_OK;
}

status_t vault_open (txn_t *txn, uint64_t client, bytes_t sealed, bytes_t *ret_plain, fault_t *reterr)
{
    uint8_t key[KEY_SIZE];
    status_t status = unwrap (txn, client, key, reterr);
    if (status != STATUS_OK)
        return status;
    bool whole = sealed.size >= NONCE_SIZE + TAG_SIZE;
    size_t size = whole ? sealed.size - NONCE_SIZE - TAG_SIZE : 0;
    uint8_t *plain = txn_alloc (txn, size + 1);
    whole = whole && unseal (key, client, sealed, plain);
    sodium_memzero (key, sizeof key);
    if (!whole)
        return fault (reterr, STATUS_DATA_LOSS, "BRIDGING_RECORD_DAMAGED",
                      "the record of client %llu is not as it was sealed", (unsigned long long) client);
    *ret_plain = bytes_of (plain, size);
    return STATUS_OK;
}

bytes_t vault_lookup (txn_t *txn, const char *cpr)
{
    uint8_t key[KEY_SIZE];
    uint8_t *hash = txn_alloc (txn, LOOKUP_SIZE);
    derive (txn, LOOKUP_KEY, key);
    (void) crypto_generichash (hash, LOOKUP_SIZE, (const uint8_t *) cpr, strlen (cpr), key, sizeof key);
    sodium_memzero (key, sizeof key);
    return bytes_of (hash, LOOKUP_SIZE);
}
