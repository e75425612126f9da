#include "bus/server_parts.h"

#include <endian.h>
#include <string.h>

enum { BATCH_OUTPUTS = 4 };

static void log_note (int64_t now, const note_t *note)
{
    char trace[2 * sizeof note->trace + 1];
    uint64_t highest_first = htobe64 (note->trace);
    hex_encode (bytes_of (&highest_first, sizeof highest_first), trace);
    log_level_t level = note->status == STATUS_OK || !status_is_fault (note->status) ? LOG_INFO : LOG_WARN;
    log_event (level, now, note->what, "method", note->method ? note->method : "", "peer", note->peer ? note->peer : "",
               "status", status_name ((int) note->status), "reason", note->reason ? note->reason : "", "request_id",
               note->request_id, "trace", trace, NULL);
}

/* To the one who sent this letter. A peer that is gone or reads too slowly loses its replies; it asks again with the
 * same ids and gets the kept ones. */
static bool address (server_t *self, letter_t *letter)
{
    zmq_msg_t identity;
    zmq_msg_init (&identity);
    zmq_msg_copy (&identity, &letter->prefix);
    waiter_used (&self->waiter, PLACE_REQUESTS);
    bool there =
        zmq_msg_send (&identity, zsock_resolve (door_socket (self->requests)), ZMQ_DONTWAIT | ZMQ_SNDMORE) >= 0;
    zmq_msg_close (&identity);
    return there;
}

static void send_replies (server_t *self)
{
    if (self->replies.letters > 0 && address (self, self->replies_to))
        (void) bundle_send (&self->replies, zsock_resolve (door_socket (self->requests)));
    bundle_empty (&self->replies);
}

static void send_alone (server_t *self, letter_t *to, const output_t *reply)
{
    void *socket = zsock_resolve (door_socket (self->requests));
    if (!address (self, to))
        return;
    (void) zmq_send (socket, reply->header.data, reply->header.size, ZMQ_DONTWAIT | ZMQ_SNDMORE);
    (void) zmq_send (socket, reply->body.data, reply->body.size, ZMQ_DONTWAIT);
}

/* What came in a bundle is answered in bundles, as long as it fits. */
static void send_reply (server_t *self, const output_t *reply)
{
    letter_t *to = letter_of (self, reply->route);
    if (to->bundle && self->replies_to == to && bundle_add (&self->replies, reply->header, reply->body))
        return;
    send_replies (self);
    self->replies_to = to;
    if (!to->bundle || !bundle_add (&self->replies, reply->header, reply->body))
        send_alone (self, to, reply);
}

static void send_call (server_t *self, const output_t *call)
{
    for (size_t i = 0; i < self->n_peers; i++)
        if (strcmp (peer_name (self->peers[i]), call->target) == 0)
            peer_send (self->peers[i], call->header, call->body);
}

/* Calls that did not get through are sent again when their time has come. */
static void send_calls (server_t *self)
{
    for (size_t i = 0; i < self->n_peers; i++)
        if (peer_has_mail (self->peers[i])) {
            (void) peer_flush (self->peers[i]);
            waiter_used (&self->waiter, place_of_answers (i));
        }
}

static void send_feed (server_t *self, const output_t *output)
{
    waiter_used (&self->waiter, PLACE_FEED);
    if (!self->feed)
        return; /* the next heartbeat shows followers what they missed */
    void *socket = zsock_resolve (door_socket (self->feed));
    const char *topic = node_service (self->node)->name;
    (void) zmq_send (socket, topic, strlen (topic), ZMQ_DONTWAIT | ZMQ_SNDMORE);
    (void) zmq_send (socket, output->header.data, output->header.size, ZMQ_DONTWAIT | ZMQ_SNDMORE);
    (void) zmq_send (socket, output->body.data, output->body.size, ZMQ_DONTWAIT);
}

static void send_out (server_t *self, const output_t *output)
{
    switch (output->kind) {
    case OUTPUT_REPLY:
        send_reply (self, output);
        break;
    case OUTPUT_CALL:
        send_call (self, output);
        break;
    case OUTPUT_FEED:
        send_feed (self, output);
        break;
    case OUTPUT_JOB:
        worker_start (self->worker, output->route, output->target, output->body);
        break;
    case OUTPUT_STOP_JOB:
        worker_stop (self->worker, output->route);
        break;
    case OUTPUT_NOTE:
        break;
    }
}

static void send_kind (server_t *self, outputs_t out, bool feed)
{
    for (size_t i = 0; i < out.count; i++)
        if ((out.list[i].kind == OUTPUT_FEED) == feed)
            send_out (self, &out.list[i]);
}

/* All is sent before any of it is told: with work between two replies libzmq's thread falls asleep and must be woken
 * for each of them. Who asks alone waits for nobody's copy of the log; a batch of replies takes longer than the one
 * frame of its feed, and who follows would wait for all of them. */
void send_all (server_t *self, outputs_t out)
{
    bool batch = out.count > BATCH_OUTPUTS;
    if (batch)
        send_kind (self, out, true);
    send_kind (self, out, false);
    send_replies (self);
    send_calls (self);
    if (!batch)
        send_kind (self, out, true);
    int64_t now = bus_clock_now (self->clock);
    for (size_t i = 0; i < out.count; i++)
        if (out.list[i].kind == OUTPUT_REPLY || out.list[i].kind == OUTPUT_NOTE)
            log_note (now, &out.list[i].note);
}
