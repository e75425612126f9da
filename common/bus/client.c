#include "bus/client.h"

#include "base/ensure.h"
#include "base/own.h"
#include "bus/curve.h"
#include "bus/letter.h"
#include "bus/peer.h"
#include "contract/bus.contract.h"
#include "wire/message.h"

#include <sodium.h>
#include <string.h>

enum { SERVICES_MAX = 16, REQUEST_ID_SIZE = 16, POLL_STEP_MS = 50 };

struct client {
    registry_t *registry;
    party_t party; /* as the key table had us at the beginning */
    keypair_t own;
    int64_t registry_at;
    peer_t *peers[SERVICES_MAX];
    size_t n_peers;
    arena_t *arena;
};

client_t *client_new (const char *registry_path, const char *secret, fault_t *reterr)
{
    owned (client) self = calloc (1, sizeof *self);
    ensure (self && sodium_init () >= 0);
    curve_prepare ();
    self->arena = arena_new (BUS_MESSAGE_MAX);
    self->registry = registry_load (registry_path, reterr);
    if (!self->registry || secret_load (secret, &self->own, reterr) != STATUS_OK)
        return NULL;
    const party_t *party = registry_by_key (self->registry, self->own.public_key);
    if (!party) {
        (void) fault (reterr, STATUS_UNAUTHENTICATED, "KEY_UNKNOWN",
                      "the key table does not have the key of {secret=%s}", secret);
        return NULL;
    }
    self->party = *party;
    return give (self);
}

void client_destroy (client_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < (*self)->n_peers; i++)
        peer_destroy (&(*self)->peers[i]);
    registry_destroy (&(*self)->registry);
    arena_destroy (&(*self)->arena);
    free (*self);
    *self = NULL;
}

const party_t *client_party (const client_t *self)
{
    return &self->party;
}

const registry_t *client_registry (const client_t *self)
{
    return self->registry;
}

/* Milliseconds, then chance: ids sort by time and never meet. */
static void make_request_id (uint8_t out[REQUEST_ID_SIZE])
{
    uint64_t ms = (uint64_t) zclock_time ();
    for (int i = 0; i < 6; i++)
        out[i] = (uint8_t) (ms >> (40 - 8 * i));
    randombytes_buf (out + 6, REQUEST_ID_SIZE - 6);
}

static peer_t *peer_for (client_t *self, const char *service)
{
    for (size_t i = 0; i < self->n_peers; i++)
        if (strcmp (peer_name (self->peers[i]), service) == 0)
            return self->peers[i];
    const party_t *party = registry_by_name (self->registry, service);
    if (!party || party->requests[0] == '\0' || self->n_peers == SERVICES_MAX)
        return NULL;
    peer_t *peer = peer_new (service, NULL, self->registry, &self->own, (unsigned) self->n_peers);
    self->peers[self->n_peers++] = peer;
    (void) peer_tend (peer, zclock_mono ());
    return peer;
}

/* A service may have a new key since. A table that cannot be read changes nothing. */
static void tend_registry (client_t *self, int64_t now)
{
    if (now < self->registry_at)
        return;
    self->registry_at = now + CLIENT_REGISTRY_MS;
    (void) registry_refresh (self->registry, NULL);
}

/* Whether it is the reply to this very request; a late one to an earlier request is passed over. */
static const Bus__ReplyHeader *read_header (client_t *self, bytes_t bytes, const uint8_t *request_id)
{
    ProtobufCMessage *decoded = NULL;
    arena_reset (self->arena);
    if (message_decode (&bus_reply_header_rule, bytes, WIRE_MESSAGE_MAX, self->arena, &decoded, NULL) != STATUS_OK)
        return NULL;
    const Bus__ReplyHeader *header = (const Bus__ReplyHeader *) decoded;
    bool ours =
        header->request_id.len == REQUEST_ID_SIZE && memcmp (header->request_id.data, request_id, REQUEST_ID_SIZE) == 0;
    return ours ? header : NULL;
}

/* True when there is something to read. A request that waits to be sent is sent as soon as there is a connection. */
static bool wait_readable (peer_t *peer, bool unsent)
{
    zmq_pollitem_t item = { .events = unsent ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN };
    item.socket = peer_requests (peer) ? zsock_resolve (peer_requests (peer)) : NULL;
    (void) zmq_poll (&item, item.socket ? 1 : 0, POLL_STEP_MS);
    return item.socket && (item.revents & ZMQ_POLLIN) != 0;
}

typedef struct {
    client_t *client;
    peer_t *peer;
    const uint8_t *request_id;
    buffer_t header;
    bytes_t body;
    int64_t deadline, send_at;
} exchange_t;

static bool take_reply (exchange_t *exchange, letter_t *letter, buffer_t *ret_body, fault_t *answer)
{
    bytes_t header_bytes, body;
    while (letter_take (letter, &header_bytes, &body)) {
        const Bus__ReplyHeader *header = read_header (exchange->client, header_bytes, exchange->request_id);
        if (!header)
            continue;
        buffer_append (ret_body, body.data, body.size);
        (void) fault (answer, (status_t) header->status, header->reason, "%s", header->message);
        snprintf (answer->values, sizeof answer->values, "%s", header->values);
        return true;
    }
    return false;
}

/* One look: true when the reply has come. */
static bool try_receive (exchange_t *exchange, buffer_t *ret_body, fault_t *answer)
{
    letter_t letter;
    if (!wait_readable (exchange->peer, exchange->send_at == 0))
        return false;
    bool there = letter_receive (zsock_resolve (peer_requests (exchange->peer)), false, &letter) &&
                 take_reply (exchange, &letter, ret_body, answer);
    letter_close (&letter);
    return there;
}

static bool send_request (exchange_t *exchange)
{
    peer_send (exchange->peer, buffer_bytes (&exchange->header), exchange->body);
    return peer_flush (exchange->peer);
}

static status_t run_exchange (exchange_t *exchange, buffer_t *ret_body, fault_t *reterr)
{
    while (zclock_mono () < exchange->deadline) {
        int64_t now = zclock_mono ();
        tend_registry (exchange->client, now);
        if (peer_tend (exchange->peer, now))
            return fault (reterr, STATUS_UNAUTHENTICATED, "KEY_REFUSED", "{service=%s} does not accept this key",
                          peer_name (exchange->peer));
        if (now >= exchange->send_at && send_request (exchange))
            exchange->send_at = now + CLIENT_RESEND_MS;
        fault_t answer = { 0 };
        if (!try_receive (exchange, ret_body, &answer))
            continue;
        if (answer.status != STATUS_OK && reterr)
            *reterr = answer;
        return answer.status;
    }
    return fault (reterr, STATUS_UNAVAILABLE, "SERVICE_AWAY", "{service=%s} does not answer",
                  peer_name (exchange->peer));
}

static void pack_header (const client_request_t *request, const uint8_t *request_id, int timeout_ms, buffer_t *out)
{
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) request->method->name;
    header.request_id = (ProtobufCBinaryData){ REQUEST_ID_SIZE, (uint8_t *) (uintptr_t) request_id };
    header.timeout_ms = timeout_ms;
    header.actor = (char *) (uintptr_t) (request->actor ? request->actor : "");
    header.reason = (char *) (uintptr_t) (request->reason ? request->reason : "");
    message_pack (&header.base, out);
}

status_t client_call (client_t *self, const client_request_t *request, buffer_t *ret_body, fault_t *reterr)
{
    peer_t *peer = peer_for (self, request->service);
    if (!peer)
        return fault (reterr, STATUS_NOT_FOUND, "SERVICE_UNKNOWN", "the key table has no service {service=%s}",
                      request->service);
    uint8_t fresh_id[REQUEST_ID_SIZE];
    const uint8_t *request_id = request->request_id;
    if (!request_id) {
        make_request_id (fresh_id);
        request_id = fresh_id;
    }
    int timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : CLIENT_TIMEOUT_MS;
    exchange_t exchange = {
        .client = self,
        .peer = peer,
        .request_id = request_id,
        .header = BUFFER (WIRE_MESSAGE_MAX),
        .body = request->body,
        .deadline = zclock_mono () + timeout_ms,
    };
    pack_header (request, request_id, timeout_ms, &exchange.header);
    status_t status = run_exchange (&exchange, ret_body, reterr);
    buffer_clear (&exchange.header);
    return status;
}
