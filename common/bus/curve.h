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
    BUS_BACKLOG = 1024,     /* connections that wait to be taken */
    BUS_REQUESTS_HWM = 256, /* messages that wait to be read, per connection to a ROUTER: 17 MB at most */
    BUS_REPLIES_HWM = 1000, /* that wait to be sent; who does not read is not answered, see server.c */
    BUS_DEALER_HWM = 1000,
    BUS_FEED_HWM = 1000,
    BUS_MESSAGE_MAX = 4 * 1024 * 1024 + 4096, /* the largest page of a feed */
    BUS_EVENTS_HWM = 20000,                   /* of a monitor: libzmq's thread waits when it is not read */
    BUS_REQUEST_MAX = 64 * 1024 + 4096,       /* what a ROUTER takes */
    BUS_TOPIC_MAX = 1024,                     /* what an XPUB takes: subscriptions, and the frames of a handshake */
    BUS_HANDSHAKE_MS = 5000,

    /* A peer that is gone without a word, or reads nothing, is given up by TCP after this. Not by heartbeats of ZMTP:
     * libzmq aborts the process when one falls due on a connection that ended while its messages waited to be read
     * (tests/platform), so whoever is let in could end a service. */
    BUS_GONE_MS = 6000,
    BUS_KEEPALIVE_IDLE_S = 3,
    BUS_KEEPALIVE_EVERY_S = 1,
    BUS_KEEPALIVE_TIMES = 3,

    BUS_RECONNECT_FIRST_MS = 100,
    BUS_RECONNECT_LAST_MS = 4000,

    /* libzmq looks a host name up in the I/O thread of its socket and waits there for the answer, 10 s and more when
     * the name server is away. So what is bound has the first thread, and each peer a lane, a thread of its own: one
     * that cannot be found delays nobody else. */
    BUS_LANES = 8,
    BUS_IO_THREADS = 1 + BUS_LANES
};

/* Before the first socket, from one thread: the one context of the process, and no signal handlers of czmq's. Again:
 * nothing. */
void curve_prepare (void);

/* `type` is ZMQ_ROUTER or ZMQ_XPUB, which hears who subscribes. UNAVAILABLE / BUS_BIND when the endpoint cannot be had.
 */
zsock_t *curve_bind (int type, const char *endpoint, const keypair_t *own, fault_t *reterr);

/* `type` is ZMQ_DEALER or ZMQ_SUB (which then takes `topic`). Not connected yet, so that a monitor can be set first. */
zsock_t *curve_client (int type, unsigned lane, const char *server_key, const keypair_t *own, const char *topic);

/* Whether there are files left for a socket and its monitor now: czmq ends the process when it makes one and there are
 * not. */
bool curve_has_room (void);

/* What libzmq tells about the connections of a socket. */
typedef struct {
    uint16_t kind; /* ZMQ_EVENT_... */
    int32_t value; /* the file, or why a handshake failed */
} curve_event_t;

/* Before the socket is connected, or it misses what comes first. */
zsock_t *curve_watch (zsock_t *socket, int events);
bool curve_next_event (zsock_t *monitor, curve_event_t *ret_event); /* false when there is none */
void curve_unwatch (zsock_t *socket, zsock_t **monitor);            /* before the socket goes */

#endif
