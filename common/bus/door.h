/*
 * A bound socket, and a limit on how many connections to it anybody has.
 *
 * libzmq takes every connection until the process has no file left, for its database and its key table either; and it
 * shares a socket among connections, not among those who made them. So each connection is counted from when it is taken
 * until it has ended (a monitor tells), and is a stranger's until a message has come over it, which tells whose it is.
 * Where there are too many one is cut: of strangers the oldest, of a party's the one that was just heard.
 *
 * libzmq also keeps a message until its last frame has come, and a message may have frames without end. So what has
 * come in without making a message is measured too.
 *
 * A connection is cut by shutting its file down; libzmq then finds that it has ended. Files of anything else than
 * connections to this very socket are never touched.
 */
#ifndef FYR_BUS_DOOR_H
#define FYR_BUS_DOOR_H

#include "bus/curve.h"
#include "bus/registry.h"

enum {
    DOOR_FILES_MAX = 4096,     /* of the process */
    DOOR_STRANGERS_MAX = 1000, /* at most, and a quarter of the files that the process may have */
    DOOR_PER_PARTY_MAX = 128,
    DOOR_TOPICS_MAX = 16, /* subscriptions of one connection */

    /* Bytes that have come on all connections together and made no message from one look to the next; where there are
     * more, the connection with the most is cut. What comes within DOOR_LOOK_MS may be on top of it. */
    DOOR_UNHEARD_MAX = 128 * 1024 * 1024,
    DOOR_LOOK_MS = 100
};

typedef struct door door_t;

/* Lets the process have DOOR_FILES_MAX files, or as many as the system allows. */
void door_prepare (void);

/* `type` is ZMQ_ROUTER or ZMQ_XPUB. Faults: those of curve_bind. */
door_t *door_new (int type, const char *endpoint, const keypair_t *own, fault_t *reterr);
void door_destroy (door_t **self);

zsock_t *door_socket (door_t *self);
zsock_t *door_bell (door_t *self); /* to be read when there is something to tend */

/* The last frame of a message that came through, and whose key it came with. */
void door_heard (door_t *self, zmq_msg_t *frame, const party_t *party);

/* Takes note of what was connected and what has ended and, every DOOR_LOOK_MS, of what has come in. The number of
 * connections cut since the last time. */
unsigned door_tend (door_t *self, bool look);

#endif
