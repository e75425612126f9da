/*
 * What the parts of a server share: server.c (making it, tending it, the loop), server_in.c (what comes in),
 * server_round.c (what is done with it), server_out.c (what goes out). Nobody else includes this.
 */
#ifndef FYR_BUS_SERVER_PARTS_H
#define FYR_BUS_SERVER_PARTS_H

#include "base/log.h" /* before czmq, whose headers use some of its names for something else */
#include "bus/door.h"
#include "bus/gate.h"
#include "bus/letter.h"
#include "bus/peer.h"
#include "bus/server.h"
#include "bus/syncer.h"
#include "bus/wait.h"
#include "bus/worker.h"

enum { PEERS_MAX = 8 };

/* Who is waited for, by place. */
enum { FILE_SIGNALS, FILE_WORKER, FILE_SYNCER };
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

/* Each gives at least one input, but a rest that is not welcome any more. */
enum { ROUND_LETTERS = NODE_INPUTS_MAX + 1 };

/* The inputs of one step, and what they are borrowed from. */
typedef struct {
    input_t inputs[NODE_INPUTS_MAX];
    letter_t letters[ROUND_LETTERS];
    job_result_t results[NODE_INPUTS_MAX];
    size_t n_inputs, n_letters, n_results, requests;
    bool rest; /* letters[0] is a bundle of which the round before has not taken all */
} round_t;

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

    round_t rounds[2];
    round_t *round;    /* takes inputs */
    bool step_open;    /* the node has begun the step of `round`, */
    size_t step_taken; /* and has so many of its inputs */
    round_t *waiting;  /* the other one, when its outputs wait for the disk; else NULL */
    outputs_t outputs; /* of the one that waits */
    int64_t wake_at, round_cpu_ms;
    syncer_t *syncer;

    bundle_t replies; /* that wait for more to the same letter */
    letter_t *replies_to;
};

/* One line of log for each kind and second, however many somebody gives cause for. */
void complain (server_t *self, complaint_t what, const char *peer, unsigned count);

/* A reply's route, and back. */
static inline uint64_t route_of (const server_t *self, const letter_t *letter)
{
    return (uint64_t) (self->round - self->rounds) * ROUND_LETTERS + (uint64_t) (letter - self->round->letters);
}

static inline letter_t *letter_of (server_t *self, uint64_t route)
{
    return &self->rounds[route / ROUND_LETTERS].letters[route % ROUND_LETTERS];
}

/* --- server_in.c --- */
void take_subscriptions (server_t *self);
void take_inputs (server_t *self);
bool has_rest (const round_t *self); /* a bundle of which not all is taken */
void let_go (round_t *self);         /* of what the inputs are borrowed from, but the rest of a bundle */

/* --- server_round.c --- */
void run_round (server_t *self);
void finish_rounds (server_t *self); /* all that was taken is carried out, kept and answered */

/* --- server_out.c --- */
void send_all (server_t *self, outputs_t out);

#endif
