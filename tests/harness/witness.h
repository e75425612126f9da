/*
 * A witness: a client of the bus that repeats a command with the same request id until it is answered, and remembers
 * what it was told. When all is over, the owners' journals are held against it.
 *
 * One thread, one witness. Nothing here asserts: an assertion in a thread would crash the test.
 */
#ifndef FYR_TESTS_WITNESS_H
#define FYR_TESTS_WITNESS_H

#include "bus/client.h"

typedef struct witness witness_t;

enum { WITNESS_ID_SIZE = 16, WITNESS_RESEND_MS = 700 };

typedef struct {
    const char *service;
    const method_t *method;
    uint8_t request_id[WITNESS_ID_SIZE];
    bytes_t request, reply; /* as they went over the wire */
    status_t status;        /* an answer of the domain; a fault (UNAVAILABLE ...) only when patience ended before one */
    char reason[REASON_MAX];
    unsigned asked; /* how often it was sent */
} testimony_t;

/* `directory` holds the keys: `registry` and PARTY.secret. Request ids come from `seed`. Faults as client_new. */
witness_t *witness_new (const char *directory, const char *party, uint64_t seed, fault_t *reterr);
void witness_destroy (witness_t **self);

/* Asks until there is an answer of the domain, `patience_ms` at most. *ret_reply (when OK) lives until the next call
 * and may be NULL where it does not matter. */
status_t witness_command (witness_t *self, const char *service, const method_t *method, const ProtobufCMessage *request,
                          const ProtobufCMessage **ret_reply);
void witness_patience (witness_t *self, int patience_ms); /* at first two minutes */

/* The same without being remembered. */
status_t witness_query (witness_t *self, const char *service, const method_t *method, const ProtobufCMessage *request,
                        const ProtobufCMessage **ret_reply);

/* Says an old command once more: true when it gets the very answer it got then. */
bool witness_stands_by (witness_t *self, const testimony_t *testimony);

size_t witness_count (const witness_t *self); /* also from another thread */
const testimony_t *witness_at (const witness_t *self, size_t index);
const char *witness_party (const witness_t *self);

#endif
