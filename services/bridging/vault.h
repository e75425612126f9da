/*
 * Sealed records (B1): one random key per client, wrapped by a key that only this service has.
 *
 *     master key ──kdf──► wrapping key ──seals──► client's key ──seals──► client's record
 *                └─kdf──► lookup key ──hashes──► CPR number
 *
 * Invariant: what these functions give to be stored tells nothing without the master key; and once a client's key is
 * destroyed, nothing sealed under it can be read, in whichever copy it lies. Every sealed text is bound to its client's
 * id, so that one client's cannot be laid in another's place.
 */
#ifndef FYR_BRIDGING_VAULT_H
#define FYR_BRIDGING_VAULT_H

#include "node/txn.h"

void vault_make_key (txn_t *txn, uint64_t client);
void vault_destroy_key (txn_t *txn, uint64_t client);

/* Memory of the step. DATA_LOSS: BRIDGING_KEY_DAMAGED when there is no key or the master key is another one,
 * BRIDGING_RECORD_DAMAGED when the sealed bytes are not what was sealed. */
status_t vault_seal (txn_t *txn, uint64_t client, bytes_t plain, bytes_t *ret_sealed, fault_t *reterr);
status_t vault_open (txn_t *txn, uint64_t client, bytes_t sealed, bytes_t *ret_plain, fault_t *reterr);

/* The same number gives the same hash, and without the master key nobody can try numbers until one fits. */
bytes_t vault_lookup (txn_t *txn, const char *cpr);

#endif
