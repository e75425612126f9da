#include "door.h"

#include "base/ensure.h"
#include "base/own.h"
#include "truths.h"

#include <stdatomic.h>

/* libzmq 4.3 takes the option and keeps its name among the drafts. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

struct door {
    atomic_int guard; /* guard_t */
    atomic_int asked;
    zcert_t *key;
    zactor_t *guarding;
    zsock_t *socket;
    zactor_t *monitor;
    int port;
};

/* --- the guard --- */

/* ZAP 1.0 (RFC 27): version, request id, domain, address, identity, mechanism and credentials come; version, request
 * id, status code and text, user id and metadata go. */
static void answer (door_t *self, zsock_t *requests)
{
    owned (zmsg) request = zmsg_recv (requests);
    if (!request)
        return;
    atomic_fetch_add (&self->asked, 1);
    bool admits = atomic_load (&self->guard) == GUARD_ADMITS;

    zframe_t *version = zmsg_pop (request);
    zframe_t *request_id = zmsg_pop (request);
    zmsg_t *reply = zmsg_new ();
    (void) zmsg_append (reply, &version);
    (void) zmsg_append (reply, &request_id);
    (void) zmsg_addstr (reply, admits ? "200" : "400");
    (void) zmsg_addstr (reply, admits ? "welcome" : "refused");
    (void) zmsg_addstr (reply, admits ? GUARD_USER_ID : "");
    (void) zmsg_addstr (reply, "");
    (void) zmsg_send (&reply, requests);
}

static void guard_the_door (zsock_t *pipe, void *argument)
{
    door_t *self = argument;
    zsock_t *requests = zsock_new (ZMQ_REP);
    ensure (zsock_bind (requests, "inproc://zeromq.zap.01") == 0);
    (void) zsock_signal (pipe, 0);

    zpoller_t *poller = zpoller_new (pipe, requests, NULL);
    while (zpoller_wait (poller, -1) == requests)
        answer (self, requests);
    zpoller_destroy (&poller);
    zsock_destroy (&requests);
}

/* --- the door --- */

static void apply (const rules_t *rules, const zcert_t *key, zsock_t *socket)
{
    zcert_apply ((zcert_t *) key, socket);
    zsock_set_curve_server (socket, 1);
    if (rules->domain)
        zsock_set_zap_domain (socket, "truths");
    int enforce = rules->enforce;
    ensure (zmq_setsockopt (zsock_resolve (socket), ZMQ_ZAP_ENFORCE_DOMAIN, &enforce, sizeof enforce) == 0);
}

door_t *door_new (rules_t rules)
{
    door_t *self = calloc (1, sizeof *self);
    ensure (self);
    atomic_init (&self->guard, (int) rules.guard);
    if (rules.guard != GUARD_ABSENT)
        self->guarding = zactor_new (guard_the_door, self);
    self->key = zcert_new ();
    self->socket = zsock_new (ZMQ_ROUTER);
    apply (&rules, self->key, self->socket);
    self->monitor = monitor_new (self->socket);
    self->port = zsock_bind (self->socket, "tcp://127.0.0.1:*");
    ensure (self->port > 0);
    return self;
}

void door_destroy (door_t **self)
{
    if (!*self)
        return;
    zactor_destroy (&(*self)->monitor);
    zsock_destroy (&(*self)->socket);
    zactor_destroy (&(*self)->guarding);
    zcert_destroy (&(*self)->key);
    free (*self);
    *self = NULL;
}

zsock_t *door_socket (door_t *self)
{
    return self->socket;
}

void door_tell_guard (door_t *self, guard_t guard)
{
    atomic_store (&self->guard, (int) guard);
}

int door_times_asked (door_t *self)
{
    return atomic_load (&self->asked);
}

zsock_t *door_visitor (const door_t *self)
{
    owned (zcert) key = zcert_new ();
    zsock_t *visitor = zsock_new (ZMQ_DEALER);
    zcert_apply (key, visitor);
    zsock_set_curve_serverkey (visitor, zcert_public_txt (self->key));
    zsock_set_reconnect_ivl (visitor, 10);
    zsock_set_sndtimeo (visitor, 0);
    return visitor;
}

void door_knock (const door_t *self, zsock_t *visitor)
{
    ensure (zsock_connect (visitor, "tcp://127.0.0.1:%d", self->port) == 0);
}

verdict_t door_verdict (door_t *self)
{
    char *event = monitor_await (self->monitor, "HANDSHAKE_", PATIENCE_MS);
    if (!event)
        return VERDICT_NONE;
    bool admitted = streq (event, "HANDSHAKE_SUCCEEDED");
    zstr_free (&event);
    return admitted ? VERDICT_ADMITTED : VERDICT_REFUSED;
}

bool door_hears (door_t *self, const char *message, int within_ms)
{
    owned (zmsg) heard = receive (self->socket, within_ms);
    return heard && zframe_streq (zmsg_last (heard), message);
}

/* --- any socket --- */

zactor_t *monitor_new (zsock_t *socket)
{
    zactor_t *monitor = zactor_new (zmonitor, socket);
    ensure (monitor);
    (void) zstr_sendx (monitor, "LISTEN", "ALL", NULL);
    (void) zstr_send (monitor, "START");
    (void) zsock_wait (monitor);
    return monitor;
}

char *monitor_await (zactor_t *monitor, const char *prefix, int within_ms)
{
    int64_t deadline = zclock_mono () + within_ms;
    int64_t left;
    while ((left = deadline - zclock_mono ()) > 0) {
        owned (zmsg) event = receive (zactor_sock (monitor), (int) left);
        char *name = event ? zmsg_popstr (event) : NULL;
        if (name && strncmp (name, prefix, strlen (prefix)) == 0)
            return name;
        zstr_free (&name);
    }
    return NULL;
}

zmsg_t *receive (zsock_t *socket, int within_ms)
{
    zsock_set_rcvtimeo (socket, within_ms);
    return zmsg_recv (socket);
}
