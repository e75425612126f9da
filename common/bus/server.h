/*
 * ZeroMQ around a node: the loop of a service.
 *
 * Each round takes what waits on every socket (control first, then each within its budget, so that no peer starves
 * another), runs one step of the node, and sends what came out of it. There is one thread here, a worker for jobs, and
 * a syncer: while it waits for the disk to have one batch, the next step takes its inputs, and ends when the batch
 * before it has been answered.
 *
 *      signals, gate, monitors ──► handled at once
 *      ROUTER   requests ──┐
 *      DEALERs  answers  ──┼──► a step ──► sync ──► replies, calls, feed, jobs
 *      SUBs     feeds    ──┘
 *
 * How many connections anybody may have is the doors' matter (door.h).
 * libzmq asks who somebody is at the handshake only, and cannot cut one connection. A request is looked up by its key
 * each time, but a feed is sent to whoever is there. So when the key table takes a key away, both sockets are bound
 * anew: all connections end, and who still counts is back within a moment.
 */
#ifndef FYR_BUS_SERVER_H
#define FYR_BUS_SERVER_H

#include "bus/clock.h"
#include "bus/registry.h"
#include "bus/secret.h"
#include "node/node.h"

enum {
    SERVER_REQUESTS_PER_ROUND = 160, /* at most; half as many as before after a round that cost more than */
    SERVER_ROUND_CPU_MS = 20,        /* this: whoever asks for costly things delays others by a round or two of it */
    SERVER_REQUESTS_LEAST = 4,
    SERVER_SUBSCRIPTIONS_PER_ROUND = 64,
    SERVER_PER_PEER_AND_ROUND = 64, /* answers, and as many feed frames; all together what requests leave free */
    SERVER_PEERS_MS = 50,           /* how often the state of the connections to peers is looked at */
    SERVER_REGISTRY_MS = 1000,      /* how often the key table is looked at */
    SERVER_CUT_OFF_MS = 2000 /* a key that was taken away is out after so much, at both sockets, if the disk answers */
};

typedef struct server server_t;

/* Binds where the key table says `node`'s service is. Borrows all of them. Signals SIGTERM and SIGINT must be blocked
 * in every thread. */
server_t *server_new (node_t *node, registry_t *registry, const keypair_t *own, const bus_clock_t *clock,
                      fault_t *reterr);
void server_destroy (server_t **self);

/* Until SIGTERM or SIGINT: then the round under way is finished, everything said is sent, and it returns. */
void server_run (server_t *self);

#endif
