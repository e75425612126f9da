#include "bus/server_parts.h"

#include <poll.h>

/* As many of a letter's as there is room for, each like `input`. */
static void add_inputs (round_t *self, letter_t *letter, input_t input, size_t most)
{
    while (self->n_inputs < most && letter_take (letter, &input.header, &input.body))
        self->inputs[self->n_inputs++] = input;
}

/* Who sent it is what the key table says now about the key of its connection; every frame but the prefix carries that
 * key. */
static const party_t *sender_of (const server_t *self, letter_t *letter)
{
    const char *key = zmq_msg_gets (&letter->first, "User-Id");
    return key ? registry_by_key (self->registry, key) : NULL;
}

/* The connection that was asked last in this round: most requests come one after the other on the same. */
typedef struct {
    int file;
    bool reads;
} asked_t;

/* Whether the connection it came on takes bytes now. libzmq would keep the answers to who reads none, up to the
 * high-water mark, and answers may be long. The connection may be gone and its number another's by now: then a request
 * is dropped that will be sent again, or the answer is. */
static bool reads_answers (letter_t *letter, asked_t *last)
{
    int file = zmq_msg_get (&letter->first, ZMQ_SRCFD);
    if (file >= 0 && file != last->file) {
        struct pollfd connection = { .fd = file, .events = POLLOUT };
        *last = (asked_t){ .file = file, .reads = poll (&connection, 1, 0) == 1 };
    }
    return file < 0 || last->reads;
}

static bool is_welcome (server_t *self, letter_t *letter, const party_t *sender, asked_t *last)
{
    const char *peer = sender ? sender->name : "unknown";
    if (letter->left == 0)
        complain (self, MALFORMED, peer, 1);
    else if (!sender)
        complain (self, REVOKED, peer, 1);
    else if (!reads_answers (letter, last))
        complain (self, NOT_READING, peer, 1);
    else
        return true;
    return false;
}

/* False when it is not to be answered. */
static bool take_from_letter (server_t *self, letter_t *letter, const party_t *sender, size_t most, asked_t *last)
{
    if (!is_welcome (self, letter, sender, last))
        return false;
    input_t request = { .kind = INPUT_REQUEST, .peer = sender->name, .caller = sender->caller };
    request.route = route_of (self, letter);
    add_inputs (self->round, letter, request, most);
    return true;
}

static bool take_request (server_t *self, size_t most, asked_t *last)
{
    letter_t *letter = &self->round->letters[self->round->n_letters];
    bool there = letter_receive (zsock_resolve (door_socket (self->requests)), true, letter);
    const party_t *sender = there ? sender_of (self, letter) : NULL;
    if (sender)
        door_heard (self->requests, &letter->first, sender);
    if (there && take_from_letter (self, letter, sender, most, last))
        self->round->n_letters++;
    else
        letter_close (letter);
    return there;
}

/* The rest of a bundle comes first: nobody's requests are more than a round's. */
static void take_rest (server_t *self, size_t most, asked_t *last)
{
    letter_t *letter = &self->round->letters[0];
    self->round->rest = false;
    if (!take_from_letter (self, letter, sender_of (self, letter), most, last))
        letter->left = 0;
}

/* In all, not each time: a round may take several times. */
static void take_requests (server_t *self)
{
    round_t *round = self->round;
    asked_t last = { .file = -1 };
    size_t before = round->n_inputs, room = NODE_INPUTS_MAX - before;
    size_t budget = (size_t) self->requests_per_round;
    budget = budget > round->requests ? budget - round->requests : 0;
    size_t most = before + (budget < room ? budget : room);
    if (round->rest)
        take_rest (self, most, &last);
    bool any = self->requests && waiter_ready (&self->waiter, PLACE_REQUESTS);
    for (size_t i = 0; any && i < budget && round->n_inputs < most; i++)
        any = take_request (self, most, &last);
    round->requests += round->n_inputs - before;
}

/* They concern libzmq alone; here they tell whose connection it is. */
void take_subscriptions (server_t *self)
{
    for (int i = 0; self->feed && i < SERVER_SUBSCRIPTIONS_PER_ROUND; i++) {
        zmq_msg_t frame;
        zmq_msg_init (&frame);
        bool there = zmq_msg_recv (&frame, zsock_resolve (door_socket (self->feed)), ZMQ_DONTWAIT) >= 0;
        const char *key = there ? zmq_msg_gets (&frame, "User-Id") : NULL;
        const party_t *follower = key ? registry_by_key (self->registry, key) : NULL;
        if (follower)
            door_heard (self->feed, &frame, follower);
        zmq_msg_close (&frame);
        if (!there)
            return;
    }
}

static bool take_from_peer (server_t *self, peer_t *peer, zsock_t *from, input_kind_t kind)
{
    letter_t *letter = &self->round->letters[self->round->n_letters];
    bool there = letter_receive (zsock_resolve (from), kind == INPUT_FEED, letter);
    if (there && letter->left > 0) {
        add_inputs (self->round, letter, (input_t){ .kind = kind, .peer = peer_name (peer) }, NODE_INPUTS_MAX);
        self->round->n_letters++;
        return true;
    }
    letter_close (letter);
    complain (self, MALFORMED, peer_name (peer), there);
    return there;
}

static void take_all_from_peer (server_t *self, peer_t *peer, zsock_t *from, input_kind_t kind)
{
    size_t most = NODE_INPUTS_MAX - SERVER_REQUESTS_PER_ROUND;
    bool any = from != NULL;
    for (int i = 0; any && i < SERVER_PER_PEER_AND_ROUND && self->round->n_inputs < most; i++)
        any = take_from_peer (self, peer, from, kind);
}

/* Who was read first comes last in the next round: the budget may not reach for all. */
static void take_from_peers (server_t *self)
{
    for (size_t i = 0; i < self->n_peers; i++) {
        size_t n = (self->turn + i) % self->n_peers;
        peer_t *peer = self->peers[n];
        if (waiter_ready (&self->waiter, place_of_answers (n)))
            take_all_from_peer (self, peer, peer_requests (peer), INPUT_ANSWER);
        if (waiter_ready (&self->waiter, place_of_feed (n)))
            take_all_from_peer (self, peer, peer_feed (peer), INPUT_FEED);
    }
    self->turn++;
}

static void take_results (server_t *self)
{
    while (self->round->n_inputs < NODE_INPUTS_MAX &&
           worker_take (self->worker, &self->round->results[self->round->n_results])) {
        job_result_t *result = &self->round->results[self->round->n_results++];
        self->round->inputs[self->round->n_inputs++] = (input_t){
            .kind = INPUT_JOB,
            .peer = "worker",
            .route = result->id,
            .status = result->status,
            .body = buffer_bytes (&result->output),
        };
    }
}

void take_inputs (server_t *self)
{
    if (has_rest (self->round) && !self->round->rest)
        return; /* it is full */
    if (waiter_file_ready (&self->waiter, FILE_WORKER))
        take_results (self);
    take_from_peers (self);
    take_requests (self);
}

/* Only of one letter can anything be left, for no request is taken after it: the last, or the first when that was a
 * rest already. `n_letters` when of none. */
static size_t place_of_rest (const round_t *self)
{
    if (self->n_letters == 0 || self->letters[0].left > 0)
        return 0;
    size_t last = self->n_letters - 1;
    return self->letters[last].left > 0 ? last : self->n_letters;
}

bool has_rest (const round_t *self)
{
    return place_of_rest (self) < self->n_letters;
}

void let_go (round_t *self)
{
    size_t rest = place_of_rest (self);
    self->rest = rest < self->n_letters;
    for (size_t i = 0; i < self->n_letters; i++)
        if (i != rest)
            letter_close (&self->letters[i]);
    for (size_t i = 0; i < self->n_results; i++)
        buffer_clear (&self->results[i].output);
    if (self->rest && rest > 0)
        letter_move (&self->letters[rest], self->letters);
    self->n_letters = self->rest;
    self->n_inputs = self->n_results = self->requests = 0;
}
