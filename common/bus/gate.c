#include "bus/gate.h"

#include "base/ensure.h"
#include "base/own.h"

#include <string.h>

enum { CURVE_KEY_BYTES = 32 };

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

static bool frame_is (bytes_t frame, const char *text)
{
    return bytes_equal (frame, bytes_of (text, strlen (text)));
}

bool gate_decide (const registry_t *registry, const bytes_t *frames, size_t count, char ret_key[PUBLIC_KEY_SIZE])
{
    char key[PUBLIC_KEY_SIZE];
    if (count != GATE_FRAMES || !frame_is (frames[0], "1.0") || !frame_is (frames[5], "CURVE") ||
        frames[6].size != CURVE_KEY_BYTES)
        return false;
    ensure (zmq_z85_encode (key, frames[6].data, CURVE_KEY_BYTES));
    if (!registry_by_key (registry, key))
        return false;
    memcpy (ret_key, key, sizeof key);
    return true;
}

static bool answer (const gate_t *self, zmsg_t *request)
{
    char key[PUBLIC_KEY_SIZE];
    bytes_t frames[GATE_FRAMES] = { { 0 } };
    size_t count = 0;
    for (zframe_t *frame = zmsg_first (request); frame && count < GATE_FRAMES; frame = zmsg_next (request))
        frames[count++] = bytes_of (zframe_data (frame), zframe_size (frame));
    bool lets_in = gate_decide (self->registry, frames, zmsg_size (request), key);
    owned (zmsg) reply = zmsg_new ();
    zmsg_addstr (reply, "1.0");
    zmsg_addmem (reply, frames[1].data, frames[1].size);
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
