/*
 * Who may connect: an own ZAP handler (RFC 27) over the key table.
 *
 * It is a socket in the service's poll set and not a thread: gate_answer answers what waits, within a budget. The
 * User-Id it gives a connection is the connection's public key, so that each later message is looked up anew.
 */
#ifndef FYR_BUS_GATE_H
#define FYR_BUS_GATE_H

#include "base/bytes.h"
#include "bus/registry.h"

#include <czmq.h>

enum { GATE_BUDGET = 32 }; /* handshakes answered between two looks at the other sockets */

typedef struct gate gate_t;

/* A handshake's question as RFC 27 has it: version, request id, domain, address, identity, mechanism, client key. */
enum { GATE_FRAMES = 7 };

/* Whether to open, and to which key (only written then). The frames are anybody's. */
bool gate_decide (const registry_t *registry, const bytes_t *frames, size_t count, char ret_key[PUBLIC_KEY_SIZE]);

/* One per process: it takes libzmq's own address, and libzmq gives that back some time after gate_destroy. Must stand
 * before the first socket is bound. NULL when there is one already (STATUS_ALREADY_EXISTS BUS_GATE). */
gate_t *gate_new (const registry_t *registry, fault_t *reterr);
void gate_destroy (gate_t **self);

zsock_t *gate_socket (gate_t *self);
unsigned gate_answer (gate_t *self); /* number of handshakes refused now */

#endif
