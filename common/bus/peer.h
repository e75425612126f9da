/*
 * The connection to one other service: requests out and answers in, and its feed where we follow it.
 *
 * A socket whose key was refused stays dead for good though the key is registered later, and sending on it goes on
 * "succeeding". So both sockets are watched by monitors, and made anew after a while that doubles. They are
 * also made anew when the key table gives the other side another key or place. While the other side has two keys, a
 * handshake that fails is tried again with the other one.
 */
#ifndef FYR_BUS_PEER_H
#define FYR_BUS_PEER_H

#include "base/bytes.h"
#include "bus/curve.h"
#include "bus/registry.h"

enum { PEER_RETRY_FIRST_MS = 500, PEER_RETRY_LAST_MS = 15000 };

typedef struct peer peer_t;

/* `topic` NULL: its feed is not followed. */
peer_t *peer_new (const char *name, const char *topic, const registry_t *registry, const keypair_t *own, unsigned lane);
void peer_destroy (peer_t **self);

const char *peer_name (const peer_t *self);
zsock_t *peer_requests (peer_t *self); /* NULL while there is no connection */
zsock_t *peer_feed (peer_t *self);     /* likewise, or when not followed */

/* Looks at the monitor and the key table; `monotonic_ms` is the machine's, for waiting. True when the key was refused
 * just now. */
bool peer_tend (peer_t *self, int64_t monotonic_ms);

/* What is to be sent, until peer_flush: then it goes in as few messages as it fits into. What cannot be sent is gone:
 * the one who sends durable calls sends them again. */
void peer_send (peer_t *self, bytes_t header, bytes_t body);
bool peer_has_mail (const peer_t *self);
bool peer_flush (peer_t *self); /* false when what waited could not be sent */

#endif
