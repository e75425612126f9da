#include "bus/curve.h"

#include "base/ensure.h"
#include "base/own.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93 /* libzmq counts it as a draft; it is in every release since 4.3 */
#endif

void curve_prepare (void)
{
    static bool done; /* the context is the process's, and its threads can be counted only before the first socket */
    if (done)
        return;
    done = true;
    zsys_init ();
    zsys_handler_set (NULL);
    zsys_set_io_threads (BUS_IO_THREADS);
}

static void limit (zsock_t *self, int type)
{
    bool answers = type == ZMQ_ROUTER, asks = type == ZMQ_DEALER, publishes = type == ZMQ_XPUB;
    zsock_set_sndhwm (self, answers ? BUS_REPLIES_HWM : asks ? BUS_DEALER_HWM : BUS_FEED_HWM);
    zsock_set_rcvhwm (self, answers ? BUS_REQUESTS_HWM : asks ? BUS_DEALER_HWM : BUS_FEED_HWM);
    zsock_set_maxmsgsize (self, answers ? BUS_REQUEST_MAX : publishes ? BUS_TOPIC_MAX : BUS_MESSAGE_MAX);
}

static zsock_t *new_socket (int type, unsigned thread, const keypair_t *own)
{
    zsock_t *self = zsock_new (type);
    uint64_t threads = UINT64_C (1) << thread;
    ensure (self && zmq_setsockopt (zsock_resolve (self), ZMQ_AFFINITY, &threads, sizeof threads) == 0);
    zsock_set_linger (self, BUS_LINGER_MS);
    zsock_set_sndtimeo (self, 0);
    zsock_set_rcvtimeo (self, 0);
    limit (self, type);
    zsock_set_handshake_ivl (self, BUS_HANDSHAKE_MS);
    zsock_set_tcp_keepalive (self, 1);
    zsock_set_tcp_keepalive_idle (self, BUS_KEEPALIVE_IDLE_S);
    zsock_set_tcp_keepalive_intvl (self, BUS_KEEPALIVE_EVERY_S);
    zsock_set_tcp_keepalive_cnt (self, BUS_KEEPALIVE_TIMES);
    zsock_set_tcp_maxrt (self, BUS_GONE_MS);
    zsock_set_ipv6 (self, 1);
    zsock_set_curve_publickey (self, own->public_key);
    zsock_set_curve_secretkey (self, own->secret_key);
    return self;
}

zsock_t *curve_bind (int type, const char *endpoint, const keypair_t *own, fault_t *reterr)
{
    ensure (type == ZMQ_ROUTER || type == ZMQ_XPUB);
    owned (zsock) self = new_socket (type, 0, own);
    int enforce = 1;
    zsock_set_backlog (self, BUS_BACKLOG);
    zsock_set_curve_server (self, 1);
    zsock_set_zap_domain (self, "fyrtaarn");
    ensure (zmq_setsockopt (zsock_resolve (self), ZMQ_ZAP_ENFORCE_DOMAIN, &enforce, sizeof enforce) == 0);
    if (type == ZMQ_ROUTER)
        zsock_set_router_mandatory (self, 1);
    else
        zsock_set_xpub_verbose (self, 1); /* also who subscribes to what another has */
    if (zsock_bind (self, "%s", endpoint) == -1) {
        (void) fault (reterr, STATUS_UNAVAILABLE, "BUS_BIND", "cannot bind %s: %s", endpoint,
                      zmq_strerror (zmq_errno ()));
        return NULL;
    }
    return give (self);
}

zsock_t *curve_client (int type, unsigned lane, const char *server_key, const keypair_t *own, const char *topic)
{
    ensure (type == ZMQ_DEALER || type == ZMQ_SUB);
    zsock_t *self = new_socket (type, 1 + lane % BUS_LANES, own);
    zsock_set_curve_serverkey (self, server_key);
    zsock_set_reconnect_ivl (self, BUS_RECONNECT_FIRST_MS);
    zsock_set_reconnect_ivl_max (self, BUS_RECONNECT_LAST_MS);
    if (type == ZMQ_DEALER)
        zsock_set_immediate (self, 1);
    else
        zsock_set_subscribe (self, topic);
    return self;
}

zsock_t *curve_watch (zsock_t *socket, int events)
{
    static atomic_uint monitors; /* a name is taken until libzmq has done with what had it */
    char endpoint[64];
    snprintf (endpoint, sizeof endpoint, "inproc://monitor-%u", atomic_fetch_add (&monitors, 1));
    ensure (zmq_socket_monitor (zsock_resolve (socket), endpoint, events) == 0);
    zsock_t *monitor = zsock_new (ZMQ_PAIR);
    ensure (monitor);
    zsock_set_linger (monitor, 0);
    zsock_set_rcvtimeo (monitor, 0);
    zsock_set_rcvhwm (monitor, BUS_EVENTS_HWM);
    (void) zsock_connect (monitor, "%s", endpoint);
    return monitor;
}

/* Two frames: 2 bytes of kind and 4 of value, then the endpoint. */
bool curve_next_event (zsock_t *monitor, curve_event_t *ret_event)
{
    owned (zmsg) message = zmsg_recv (monitor);
    zframe_t *frame = message ? zmsg_first (message) : NULL;
    if (!frame || zframe_size (frame) < 6)
        return false;
    memcpy (&ret_event->kind, zframe_data (frame), sizeof ret_event->kind);
    memcpy (&ret_event->value, zframe_data (frame) + 2, sizeof ret_event->value);
    return true;
}

/* libzmq's thread may be waiting for room: it is made before it is told to stop. */
void curve_unwatch (zsock_t *socket, zsock_t **monitor)
{
    curve_event_t event;
    if (!*monitor)
        return;
    while (curve_next_event (*monitor, &event))
        continue;
    (void) zmq_socket_monitor (zsock_resolve (socket), NULL, 0);
    zsock_destroy (monitor);
}

bool curve_has_room (void)
{
    enum { FILES = 8 };
    int files[FILES], count = 0;
    while (count < FILES && (files[count] = open ("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        count++;
    bool room = count == FILES;
    while (count > 0)
        (void) close (files[--count]);
    return room;
}
