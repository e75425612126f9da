#include "bus/gate.h"

#include "base/ensure.h"
#include "base/own.h"

#include <string.h>

enum { CURVE_KEY_BYTES = 32, ZAP_FRAMES = 7 };

struct gate {
    const registry_t *registry;
    zsock_t *socket;
};

gate_t *gate_new (const registry_t *registry, fault_t *reterr)
{
    owned (gate) self = calloc (1, sizeof *self);
    ensure (self);
    self->registry = registry;
    self->socket = zsock_new (ZMQ_REP);
    ensure (self->socket);
    zsock_set_linger (self->socket, 0);
    zsock_set_rcvtimeo (self->socket, 0);
    zsock_set_sndtimeo (self->socket, 0);
    if (zsock_bind (self->socket, "inproc://zeromq.zap.01") == -1) {
        (void) fault (reterr, STATUS_ALREADY_EXISTS, "BUS_GATE", "this process has a gate already");
        return NULL;
    }
    return give (self);
}

void gate_destroy (gate_t **self)
{
    if (!*self)
        return;
    zsock_destroy (&(*self)->socket);
    free (*self);
    *self = NULL;
}

zsock_t *gate_socket (gate_t *self)
{
    return self->socket;
}

/* Frames of a request: version, request id, domain, address, identity, mechanism, client key. True when that key
 * counts; it is then in `ret_key`. */
static bool may_connect (const gate_t *self, zmsg_t *request, char ret_key[PUBLIC_KEY_SIZE])
{
    zframe_t *frames[ZAP_FRAMES];
    size_t count = 0;
    for (zframe_t *frame = zmsg_first (request); frame && count < ZAP_FRAMES; frame = zmsg_next (request))
        frames[count++] = frame;
    if (count != ZAP_FRAMES || zmsg_size (request) != ZAP_FRAMES || !zframe_streq (frames[0], "1.0") ||
        !zframe_streq (frames[5], "CURVE") || zframe_size (frames[6]) != CURVE_KEY_BYTES)
        return false;
    ensure (zmq_z85_encode (ret_key, zframe_data (frames[6]), CURVE_KEY_BYTES));
    return registry_by_key (self->registry, ret_key) != NULL;
}

static bool answer (const gate_t *self, zmsg_t *request)
{
    char key[PUBLIC_KEY_SIZE];
    bool lets_in = may_connect (self, request, key);
    zmsg_first (request);
    zframe_t *id = zmsg_next (request);
    owned (zmsg) reply = zmsg_new ();
    zmsg_addstr (reply, "1.0");
    zmsg_addmem (reply, id ? zframe_data (id) : NULL, id ? zframe_size (id) : 0);
    zmsg_addstr (reply, lets_in ? "200" : "400");
    zmsg_addstr (reply, lets_in ? "OK" : "this key may not connect");
    zmsg_addstr (reply, lets_in ? key : "");
    zmsg_addmem (reply, NULL, 0);
    (void) zmsg_send (&reply, self->socket);
    return lets_in;
}

unsigned gate_answer (gate_t *self)
{
    unsigned refused = 0;
    for (int i = 0; i < GATE_BUDGET; i++) {
        owned (zmsg) request = zmsg_recv (self->socket);
        if (!request)
            break;
        refused += !answer (self, request);
    }
    return refused;
}
