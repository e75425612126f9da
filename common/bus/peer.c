#include "bus/peer.h"

#include "base/ensure.h"

#include <string.h>

enum { MONITOR_BUDGET = 16 };

typedef struct {
    zsock_t *socket, *monitor; /* NULL while there is no connection */
} link_t;

struct peer {
    const registry_t *registry;
    const keypair_t *own;
    char name[PARTY_NAME_SIZE];
    const char *topic;
    unsigned lane;
    party_t seen; /* as the key table had it when the connection was made */
    link_t requests, feed;
    int64_t retry_at, retry_ms;
};

peer_t *peer_new (const char *name, const char *topic, const registry_t *registry, const keypair_t *own, unsigned lane)
{
    peer_t *self = calloc (1, sizeof *self);
    ensure (self);
    self->registry = registry;
    self->own = own;
    self->topic = topic;
    self->lane = lane;
    self->retry_ms = PEER_RETRY_FIRST_MS;
    snprintf (self->name, sizeof self->name, "%s", name);
    return self;
}

static void cut (link_t *link)
{
    if (link->socket)
        (void) zmq_socket_monitor (zsock_resolve (link->socket), NULL, 0);
    zsock_destroy (&link->monitor);
    zsock_destroy (&link->socket);
}

static void disconnect (peer_t *self)
{
    cut (&self->requests);
    cut (&self->feed);
}

void peer_destroy (peer_t **self)
{
    if (!*self)
        return;
    disconnect (*self);
    free (*self);
    *self = NULL;
}

const char *peer_name (const peer_t *self)
{
    return self->name;
}

zsock_t *peer_requests (peer_t *self)
{
    return self->requests.socket;
}

zsock_t *peer_feed (peer_t *self)
{
    return self->feed.socket;
}

/* The monitor must listen before the first byte goes out: the socket is made, watched, and only then does it meet the
 * other side. */
static void watch (link_t *link)
{
    char endpoint[64];
    snprintf (endpoint, sizeof endpoint, "inproc://monitor-%p", (void *) link->socket);
    int events = ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    if (zmq_socket_monitor (zsock_resolve (link->socket), endpoint, events) != 0)
        return;
    link->monitor = zsock_new (ZMQ_PAIR);
    ensure (link->monitor);
    zsock_set_linger (link->monitor, 0);
    zsock_set_rcvtimeo (link->monitor, 0);
    (void) zsock_connect (link->monitor, "%s", endpoint);
}

static void join (link_t *link, zsock_t *socket, const char *endpoint)
{
    link->socket = socket;
    watch (link);
    (void) zsock_connect (socket, "%s", endpoint);
}

static void connect_to (peer_t *self, const party_t *party)
{
    disconnect (self);
    self->seen = *party;
    if (party->revoked || party->requests[0] == '\0')
        return;
    join (&self->requests, curve_client (ZMQ_DEALER, self->lane, party->public_key, self->own, NULL), party->requests);
    if (self->topic && party->feed[0])
        join (&self->feed, curve_client (ZMQ_SUB, self->lane, party->public_key, self->own, self->topic), party->feed);
}

/* Event frames: 2 bytes of number and 4 of value, then the endpoint. */
static bool key_refused (peer_t *self, link_t *link)
{
    bool refused = false;
    for (int i = 0; link->monitor && i < MONITOR_BUDGET; i++) {
        zmsg_t *event = zmsg_recv (link->monitor);
        if (!event)
            break;
        uint16_t number = 0;
        zframe_t *frame = zmsg_first (event);
        if (frame && zframe_size (frame) >= sizeof number)
            memcpy (&number, zframe_data (frame), sizeof number);
        refused = refused || number == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
        if (number == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
            self->retry_ms = PEER_RETRY_FIRST_MS;
        zmsg_destroy (&event);
    }
    return refused;
}

static bool moved (const peer_t *self, const party_t *party)
{
    return party->revoked != self->seen.revoked || strcmp (party->public_key, self->seen.public_key) != 0 ||
           strcmp (party->requests, self->seen.requests) != 0 || strcmp (party->feed, self->seen.feed) != 0;
}

bool peer_tend (peer_t *self, int64_t monotonic_ms)
{
    const party_t *party = registry_by_name (self->registry, self->name);
    if (!party) {
        disconnect (self);
        memset (&self->seen, 0, sizeof self->seen);
        return false;
    }
    bool requests_refused = key_refused (self, &self->requests);
    if (key_refused (self, &self->feed) || requests_refused) {
        disconnect (self);
        self->retry_at = monotonic_ms + self->retry_ms;
        self->retry_ms = self->retry_ms * 2 < PEER_RETRY_LAST_MS ? self->retry_ms * 2 : PEER_RETRY_LAST_MS;
        return true;
    }
    bool due = !self->requests.socket && !party->revoked && monotonic_ms >= self->retry_at;
    if (due || moved (self, party))
        connect_to (self, party);
    return false;
}

bool peer_send (peer_t *self, const void *header, size_t header_size, const void *body, size_t body_size)
{
    if (!self->requests.socket)
        return false;
    void *socket = zsock_resolve (self->requests.socket);
    return zmq_send (socket, header, header_size, ZMQ_DONTWAIT | ZMQ_SNDMORE) >= 0 &&
           zmq_send (socket, body, body_size, ZMQ_DONTWAIT) >= 0;
}
