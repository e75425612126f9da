/*
 * The key table: who is who on the bus, where they are, and whose key no longer counts.
 *
 * One text file that everybody has, without a secret in it. A line per party:
 *
 *     # name    may act as  state   public key (Z85)                          requests              feed
 *     lease     lease       active  rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7  tcp://127.0.0.1:5601 tcp://127.0.0.1:5602
 *     tmf-desk  tmf_desk    active  NEW,OLD                                   -                     -
 *
 * While a party changes its key it has two, and both count: the new one, and the old one until it is retired.
 *
 * It is the only thing that decides who may connect (gate.h) and who a message came from (per message, by its key), so
 * a revoked key is out at its next message. The file is read again when its content changes, however little its time
 * stamp says; a file that does not parse changes nothing and is reported.
 */
#ifndef FYR_BUS_REGISTRY_H
#define FYR_BUS_REGISTRY_H

#include "base/status.h"
#include "wire/contract.h"

enum {
    PARTY_NAME_SIZE = 33,
    PUBLIC_KEY_SIZE = 41,
    KEYS_TEXT_SIZE = 2 * PUBLIC_KEY_SIZE, /* as the column has them */
    ENDPOINT_SIZE = 128,
    PARTIES_MAX = 256
};

typedef struct {
    char name[PARTY_NAME_SIZE];
    caller_t caller;
    bool revoked;
    char public_key[PUBLIC_KEY_SIZE]; /* Z85 */
    char old_key[PUBLIC_KEY_SIZE];    /* counts beside it; "" when there is none */
    char requests[ENDPOINT_SIZE];     /* "" for one that only calls */
    char feed[ENDPOINT_SIZE];
} party_t;

typedef struct registry registry_t;

/* Faults: REGISTRY_UNREADABLE, REGISTRY_MALFORMED (with the line), REGISTRY_DUPLICATE (a name, or a key that two
 * parties share). */
registry_t *registry_load (const char *path, fault_t *reterr);
void registry_destroy (registry_t **self);

/* Reads the file again. True when something changed. On a fault the old table stays. */
bool registry_refresh (registry_t *self, fault_t *reterr);

/* How often a refresh has found that a key that counted does not any more. */
unsigned registry_withdrawals (const registry_t *self);

bool party_has_key (const party_t *party, const char *public_key);
const char *party_keys (const party_t *party, char out[KEYS_TEXT_SIZE]); /* as in the table: "KEY" or "NEW,OLD" */

const party_t *registry_by_key (const registry_t *self, const char *public_key); /* NULL when unknown or revoked */
const party_t *registry_by_name (const registry_t *self, const char *name); /* also revoked ones; NULL when unknown */
size_t registry_count (const registry_t *self);
const party_t *registry_at (const registry_t *self, size_t index);

#endif
