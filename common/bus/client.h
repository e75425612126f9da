/*
 * A client of the bus for programs that ask and wait: the console, the portal, tests.
 *
 * A request that is not answered is sent again with the same request id until its time is over, so that a command
 * happens once however often the network loses it.
 */
#ifndef FYR_BUS_CLIENT_H
#define FYR_BUS_CLIENT_H

#include "base/bytes.h"
#include "bus/registry.h"

enum {
    CLIENT_RESEND_MS = 1000,
    CLIENT_REGISTRY_MS = 1000, /* how often the key table is looked at */
    CLIENT_TIMEOUT_MS = 10000
};

typedef struct client client_t;

typedef struct {
    const char *service; /* "lease" */
    const method_t *method;
    bytes_t body;
    const char *actor, *reason;
    const uint8_t *request_id; /* 16 bytes, to repeat an earlier request; NULL makes a new one */
    int timeout_ms;            /* 0: CLIENT_TIMEOUT_MS */
} client_request_t;

/* `secret` is the path of the caller's own secret. Faults: those of the key table and of secrets; KEY_UNKNOWN when the
 * key table does not have this key. */
client_t *client_new (const char *registry_path, const char *secret, fault_t *reterr);
void client_destroy (client_t **self);

/* Who we are, by our key, as it was when the client was made. */
const party_t *client_party (const client_t *self);
const registry_t *client_registry (const client_t *self);

/* STATUS_OK with the reply's bytes in `ret_body` (appended), else what the service answered, or from here:
 * UNAVAILABLE / SERVICE_AWAY (nothing came), UNAUTHENTICATED / KEY_REFUSED, NOT_FOUND / SERVICE_UNKNOWN. */
status_t client_call (client_t *self, const client_request_t *request, buffer_t *ret_body, fault_t *reterr);

#endif
