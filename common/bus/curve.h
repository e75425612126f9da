/*
 * Sockets that are encrypted and bounded, and no others: one function binds, one makes what connects.
 *
 * A bound socket stays closed until the gate answers: a ZAP domain is set and enforced, because CURVE alone lets in
 * anyone who knows the server's public key.
 */
#ifndef FYR_BUS_CURVE_H
#define FYR_BUS_CURVE_H

#include "bus/secret.h"

#include <czmq.h>

enum {
    BUS_LINGER_MS = 500,
    BUS_ROUTER_HWM = 2000, /* messages waiting per peer */
    BUS_DEALER_HWM = 1000,
    BUS_FEED_HWM = 4000,
    BUS_MESSAGE_MAX = 4 * 1024 * 1024 + 4096, /* the largest page of a feed */
    BUS_REQUEST_MAX = 64 * 1024 + 4096,       /* what a ROUTER takes */
    BUS_HANDSHAKE_MS = 5000,
    BUS_HEARTBEAT_MS = 2000,
    BUS_HEARTBEAT_TIMEOUT_MS = 6000,
    BUS_RECONNECT_FIRST_MS = 100,
    BUS_RECONNECT_LAST_MS = 4000
};

/* `type` is ZMQ_ROUTER or ZMQ_PUB. UNAVAILABLE / BUS_BIND when the endpoint cannot be had. */
zsock_t *curve_bind (int type, const char *endpoint, const keypair_t *own, fault_t *reterr);

/* `type` is ZMQ_DEALER or ZMQ_SUB (which then takes `topic`). Not connected yet, so that a monitor can be set first. */
zsock_t *curve_client (int type, const char *server_key, const keypair_t *own, const char *topic);

#endif
