/*
 * What the parts of a server share: server.c (making it, tending it, the loop), server_in.c (what comes in),
 * server_out.c (what goes out). Nobody else includes this.
 */
#ifndef FYR_BUS_SERVER_PARTS_H
#define FYR_BUS_SERVER_PARTS_H

#include "base/log.h" /* before czmq, whose headers use some of its names for something else */
#include "bus/door.h"
#include "bus/gate.h"
#include "bus/letter.h"
#include "bus/peer.h"
#include "bus/server.h"
#include "bus/wait.h"
#include "bus/worker.h"

enum { PEERS_MAX = 8 };

/* Who is waited for, by place. */
enum { FILE_SIGNALS, FILE_WORKER };
enum { PLACE_GATE, PLACE_REQUESTS, PLACE_REQUESTS_BELL, PLACE_FEED, PLACE_FEED_BELL, PLACE_PEERS };
_Static_assert(PLACE_PEERS + 2 * PEERS_MAX <= WAIT_PLACES, "a place for every socket that is read");

static inline size_t place_of_answers (size_t peer)
{
    return PLACE_PEERS + 2 * peer;
}

static inline size_t place_of_feed (size_t peer)
{
    return PLACE_PEERS + 2 * peer + 1;
}

/* What peers do that is not as it should be. */
typedef enum { MALFORMED, REVOKED, NOT_READING, KEY_REFUSED, OVER_LIMIT, COMPLAINTS } complaint_t;

struct server {
    node_t *node;
    registry_t *registry;
    const keypair_t *own;
    const bus_clock_t *clock;
    gate_t *gate;
    char requests_at[ENDPOINT_SIZE], feed_at[ENDPOINT_SIZE];
    door_t *requests, *feed; /* NULL while they are bound anew */
    unsigned withdrawals;    /* of keys, as of when they were bound */
    peer_t *peers[PEERS_MAX];
    size_t n_peers, turn; /* turn: the peer that is read first in this round */
    worker_t *worker;
    int signals;
    bool stopping;
    int requests_per_round;
    int64_t registry_at, report_at, peers_at, doors_at; /* when to look at them again */
    waiter_t waiter;

    struct {
        unsigned count;
        char peer[PARTY_NAME_SIZE]; /* the last */
    } complaints[COMPLAINTS];       /* since they were last reported */

    input_t inputs[NODE_INPUTS_MAX];       /* of this round, and what they are borrowed from */
    letter_t letters[NODE_INPUTS_MAX + 1]; /* each gives at least one input, but a rest that is not welcome any more */
    job_result_t results[NODE_INPUTS_MAX];
    size_t n_inputs, n_letters, n_results;
    bool rest; /* letters[0] is a bundle of which the round before has not taken all */

    bundle_t replies; /* that wait for more to the same letter */
    uint64_t replies_to;
};

/* One line of log for each kind and second, however many somebody gives cause for. */
void complain (server_t *self, complaint_t what, const char *peer, unsigned count);

/* --- server_in.c --- */
void take_subscriptions (server_t *self);
void take_inputs (server_t *self);
void let_go (server_t *self); /* of what the inputs are borrowed from */

/* --- server_out.c --- */
void send_all (server_t *self, outputs_t out);

#endif
