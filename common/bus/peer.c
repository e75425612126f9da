#include "bus/peer.h"

#include "base/ensure.h"
#include "bus/letter.h"

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
    party_t seen;                     /* as the key table had it when the connection was made */
    char server_key[PUBLIC_KEY_SIZE]; /* of the two it may have, the one we believe that it has */
    link_t requests, feed;
    int64_t retry_at, retry_ms;
    bundle_t waiting; /* to be sent */
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
    self->waiting = bundle_new ();
    snprintf (self->name, sizeof self->name, "%s", name);
    return self;
}

static void cut (link_t *link)
{
    curve_unwatch (link->socket, &link->monitor);
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
    bundle_destroy (&(*self)->waiting);
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
static void join (link_t *link, zsock_t *socket, const char *endpoint)
{
    link->socket = socket;
    link->monitor = curve_watch (socket, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                                             ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    (void) zsock_connect (socket, "%s", endpoint);
}

static void connect_to (peer_t *self, const party_t *party)
{
    disconnect (self);
    self->seen = *party;
    if (!party_has_key (party, self->server_key))
        memcpy (self->server_key, party->public_key, sizeof self->server_key);
    if (party->revoked || party->requests[0] == '\0')
        return;
    join (&self->requests, curve_client (ZMQ_DEALER, self->lane, self->server_key, self->own, NULL), party->requests);
    if (self->topic && party->feed[0])
        join (&self->feed, curve_client (ZMQ_SUB, self->lane, self->server_key, self->own, self->topic), party->feed);
}

typedef struct {
    bool refused; /* our key is */
    bool broken;  /* as when the server's key is not the one we believe */
} handshake_t;

static void look_at_handshakes (peer_t *self, link_t *link, handshake_t *seen)
{
    curve_event_t event;
    for (int i = 0; link->monitor && i < MONITOR_BUDGET && curve_next_event (link->monitor, &event); i++) {
        if (event.kind == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
            seen->refused = true;
        else if (event.kind == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
            self->retry_ms = PEER_RETRY_FIRST_MS;
        else
            seen->broken = true;
    }
}

static void try_later (peer_t *self, int64_t monotonic_ms)
{
    disconnect (self);
    self->retry_at = monotonic_ms + self->retry_ms;
    self->retry_ms = self->retry_ms * 2 < PEER_RETRY_LAST_MS ? self->retry_ms * 2 : PEER_RETRY_LAST_MS;
}

static void believe_other_key (peer_t *self, const party_t *party)
{
    bool new_one = strcmp (self->server_key, party->public_key) == 0;
    memcpy (self->server_key, new_one ? party->old_key : party->public_key, sizeof self->server_key);
}

static bool moved (const peer_t *self, const party_t *party)
{
    return party->revoked != self->seen.revoked || !party_has_key (party, self->server_key) ||
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
    handshake_t seen = { 0 };
    look_at_handshakes (self, &self->requests, &seen);
    look_at_handshakes (self, &self->feed, &seen);
    if (seen.refused) {
        try_later (self, monotonic_ms);
        return true;
    }
    if (seen.broken && party->old_key[0]) {
        believe_other_key (self, party);
        try_later (self, monotonic_ms);
        return false;
    }
    bool due = !self->requests.socket && !party->revoked && monotonic_ms >= self->retry_at;
    if ((due || moved (self, party)) && curve_has_room ())
        connect_to (self, party);
    return false;
}

bool peer_has_mail (const peer_t *self)
{
    return self->waiting.letters > 0;
}

bool peer_flush (peer_t *self)
{
    bool sent = self->requests.socket && bundle_send (&self->waiting, zsock_resolve (self->requests.socket));
    bundle_empty (&self->waiting);
    return sent;
}

void peer_send (peer_t *self, bytes_t header, bytes_t body)
{
    if (bundle_add (&self->waiting, header, body))
        return;
    (void) peer_flush (self);
    (void) bundle_add (&self->waiting, header, body);
}
