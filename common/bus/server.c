#include "bus/server.h"

#include "base/ensure.h"
#include "base/log.h"
#include "base/own.h"
#include "bus/door.h"
#include "bus/gate.h"
#include "bus/peer.h"
#include "bus/worker.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
    PEERS_MAX = 8,
    POLL_MAX = 7 + 2 * PEERS_MAX,
    POLL_MS = 1000,
    POLL_SOON_MS = 10, /* a clock from a file may jump at any moment; a port is free again in a moment */
};

/* The frames of one message, kept until its step is over. */
typedef struct {
    zmq_msg_t identity, header, body;
} letter_t;

/* What peers do that is not as it should be. */
typedef enum { MALFORMED, REVOKED, NOT_READING, KEY_REFUSED, TOO_MANY, COMPLAINTS } complaint_t;

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
    size_t n_peers;
    worker_t *worker;
    int signals;
    bool stopping;
    int requests_per_round;
    int64_t registry_at;

    struct {
        unsigned count;
        char peer[PARTY_NAME_SIZE]; /* the last */
    } complaints[COMPLAINTS];       /* since they were last reported */

    input_t inputs[NODE_INPUTS_MAX];
    letter_t letters[NODE_INPUTS_MAX];
    job_result_t results[NODE_INPUTS_MAX];
    size_t n_inputs, n_letters, n_results;
};

/* --- making it --- */

/* On an address we bind there; a host name is how others reach us, so we bind its port. */
static void bind_endpoint (const char *endpoint, char out[ENDPOINT_SIZE])
{
    const char *host = endpoint + strlen ("tcp://");
    const char *port = strrchr (host, ':');
    bool address = host[0] == '[' || strspn (host, "0123456789.") == (size_t) (port ? port - host : 0);
    if (address || !port)
        snprintf (out, ENDPOINT_SIZE, "%s", endpoint);
    else
        snprintf (out, ENDPOINT_SIZE, "tcp://*%s", port);
}

static bool doors_open (const server_t *self)
{
    return self->requests && self->feed;
}

static bool open_doors (server_t *self, fault_t *reterr)
{
    if (!self->requests)
        self->requests = door_new (ZMQ_ROUTER, self->requests_at, self->own, reterr);
    if (self->requests && !self->feed)
        self->feed = door_new (ZMQ_XPUB, self->feed_at, self->own, reterr);
    return doors_open (self);
}

static void close_doors (server_t *self)
{
    door_destroy (&self->requests);
    door_destroy (&self->feed);
}

static status_t bind_sockets (server_t *self, fault_t *reterr)
{
    const char *name = node_service (self->node)->name;
    const party_t *own = registry_by_name (self->registry, name);
    if (!own || own->revoked || own->caller != node_service (self->node)->identity || own->requests[0] == '\0')
        return fault (reterr, STATUS_FAILED_PRECONDITION, "REGISTRY_WITHOUT_US", "the key table has no active %s",
                      name);
    if (!party_has_key (own, self->own->public_key))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "SECRET_NOT_OURS", "the key table has another key for %s",
                      name);
    bind_endpoint (own->requests, self->requests_at);
    bind_endpoint (own->feed, self->feed_at);
    self->gate = gate_new (self->registry, reterr);
    return self->gate && open_doors (self, reterr) ? STATUS_OK : STATUS_UNAVAILABLE;
}

static bool follows (const service_t *service, const char *owner)
{
    for (const follower_t *follower = service->followers; follower && follower->owner; follower++)
        if (strcmp (follower->owner, owner) == 0)
            return true;
    return false;
}

/* Every other party that answers requests: a service may call any of them. */
static void make_peers (server_t *self)
{
    const service_t *service = node_service (self->node);
    for (size_t i = 0; i < registry_count (self->registry) && self->n_peers < PEERS_MAX; i++) {
        const party_t *party = registry_at (self->registry, i);
        if (party->requests[0] == '\0' || strcmp (party->name, service->name) == 0)
            continue;
        const char *topic = follows (service, party->name) ? party->name : NULL;
        self->peers[self->n_peers] = peer_new (party->name, topic, self->registry, self->own, (unsigned) self->n_peers);
        self->n_peers++;
    }
}

static int open_signals (void)
{
    sigset_t set;
    sigemptyset (&set);
    sigaddset (&set, SIGTERM);
    sigaddset (&set, SIGINT);
    int file = signalfd (-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    ensure (file >= 0);
    return file;
}

server_t *server_new (node_t *node, registry_t *registry, const keypair_t *own, const bus_clock_t *clock,
                      fault_t *reterr)
{
    owned (server) self = calloc (1, sizeof *self);
    ensure (self);
    self->node = node;
    self->registry = registry;
    self->own = own;
    self->clock = clock;
    self->signals = open_signals ();
    if (bind_sockets (self, reterr) != STATUS_OK)
        return NULL;
    make_peers (self);
    self->requests_per_round = SERVER_REQUESTS_PER_ROUND;
    self->worker = worker_new (node_service (node)->jobs);
    return give (self);
}

void server_destroy (server_t **self)
{
    if (!*self)
        return;
    server_t *server = *self;
    worker_destroy (&server->worker);
    for (size_t i = 0; i < server->n_peers; i++)
        peer_destroy (&server->peers[i]);
    close_doors (server);
    gate_destroy (&server->gate);
    close (server->signals);
    free (server);
    *self = NULL;
}

/* --- what comes in --- */

/* All of it, however much it is: what is left would be taken for a message of its own. libzmq gives whole messages
 * only. */
static void drain (void *socket)
{
    for (int more = 1; more;) {
        size_t size = sizeof more;
        zmq_msg_t part;
        if (zmq_getsockopt (socket, ZMQ_RCVMORE, &more, &size) != 0 || !more)
            return;
        zmq_msg_init (&part);
        (void) zmq_msg_recv (&part, socket, ZMQ_DONTWAIT);
        zmq_msg_close (&part);
    }
}

/* One message of exactly header and body, after `prefix` (an identity or a topic). False when nothing waits;
 * *ret_whole tells whether it had the right number of parts. */
static bool receive (void *socket, bool has_prefix, letter_t *letter, bool *ret_whole)
{
    zmq_msg_t *frames[] = { &letter->identity, &letter->header, &letter->body };
    size_t first = has_prefix ? 0 : 1;
    for (size_t i = 0; i < 3; i++)
        zmq_msg_init (frames[i]);
    *ret_whole = true;
    for (size_t i = first; i < 3; i++) {
        if (zmq_msg_recv (frames[i], socket, ZMQ_DONTWAIT) < 0)
            return false;
        bool last = i == 2;
        if ((zmq_msg_more (frames[i]) != 0) == last)
            *ret_whole = false;
        if (!zmq_msg_more (frames[i]))
            break;
    }
    drain (socket);
    return true;
}

static void close_letter (letter_t *letter)
{
    zmq_msg_close (&letter->identity);
    zmq_msg_close (&letter->header);
    zmq_msg_close (&letter->body);
}

static bytes_t frame_bytes (zmq_msg_t *frame)
{
    return bytes_of (zmq_msg_data (frame), zmq_msg_size (frame));
}

static input_t *add_input (server_t *self, input_kind_t kind, letter_t *letter)
{
    input_t *input = &self->inputs[self->n_inputs++];
    *input = (input_t){ .kind = kind, .header = frame_bytes (&letter->header), .body = frame_bytes (&letter->body) };
    return input;
}

/* Who sent it is what the key table says now about the key of its connection; the payload frame carries that key. */
static const party_t *sender_of (const server_t *self, letter_t *letter)
{
    const char *key = zmq_msg_gets (&letter->body, "User-Id");
    return key ? registry_by_key (self->registry, key) : NULL;
}

/* One line of log for each kind and second, however many somebody gives cause for. */
static void complain (server_t *self, complaint_t what, const char *peer, unsigned count)
{
    self->complaints[what].count += count;
    if (count > 0)
        snprintf (self->complaints[what].peer, sizeof self->complaints[what].peer, "%s", peer);
}

static void report_complaints (server_t *self)
{
    static const char *const EVENTS[COMPLAINTS] = {
        [MALFORMED] = "malformed_message",   [REVOKED] = "key_revoked",           [NOT_READING] = "answers_not_read",
        [KEY_REFUSED] = "handshake_refused", [TOO_MANY] = "too_many_connections",
    };
    for (complaint_t what = 0; what < COMPLAINTS; what++) {
        char count[16];
        if (self->complaints[what].count == 0)
            continue;
        snprintf (count, sizeof count, "%u", self->complaints[what].count);
        log_event (LOG_WARN, bus_clock_now (self->clock), EVENTS[what], "peer", self->complaints[what].peer, "times",
                   count, NULL);
        self->complaints[what].count = 0;
    }
}

/* Whether the connection it came on takes bytes now. libzmq would keep the answers to who reads none, up to the
 * high-water mark, and answers may be long. The connection may be gone and its number another's by now: then a request
 * is dropped that will be sent again, or the answer is. */
static bool reads_answers (letter_t *letter)
{
    struct pollfd connection = { .fd = zmq_msg_get (&letter->body, ZMQ_SRCFD), .events = POLLOUT };
    return connection.fd < 0 || poll (&connection, 1, 0) == 1;
}

static bool is_welcome (server_t *self, letter_t *letter, bool whole, const party_t *sender)
{
    const char *peer = sender ? sender->name : "unknown";
    if (!whole)
        complain (self, MALFORMED, peer, 1);
    else if (!sender)
        complain (self, REVOKED, peer, 1);
    else if (!reads_answers (letter))
        complain (self, NOT_READING, peer, 1);
    else
        return true;
    return false;
}

static void take_requests (server_t *self)
{
    for (int i = 0; self->requests && i < self->requests_per_round && self->n_inputs < NODE_INPUTS_MAX; i++) {
        letter_t *letter = &self->letters[self->n_letters];
        bool whole;
        if (!receive (zsock_resolve (door_socket (self->requests)), true, letter, &whole)) {
            close_letter (letter);
            break;
        }
        const party_t *sender = sender_of (self, letter);
        if (sender)
            door_heard (self->requests, &letter->body, sender);
        if (!is_welcome (self, letter, whole, sender)) {
            close_letter (letter);
            continue;
        }
        input_t *input = add_input (self, INPUT_REQUEST, letter);
        input->peer = sender->name;
        input->caller = sender->caller;
        input->route = self->n_letters++;
    }
}

/* They concern libzmq alone; here they tell whose connection it is. */
static void take_subscriptions (server_t *self)
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

static void take_from_peer (server_t *self, peer_t *peer, zsock_t *from, input_kind_t kind)
{
    for (int i = 0; from && i < SERVER_PER_PEER_AND_ROUND && self->n_inputs < NODE_INPUTS_MAX; i++) {
        letter_t *letter = &self->letters[self->n_letters];
        bool whole;
        bool there = receive (zsock_resolve (from), kind == INPUT_FEED, letter, &whole);
        if (!there || !whole) {
            close_letter (letter);
            if (!there)
                return;
            complain (self, MALFORMED, peer_name (peer), 1);
            continue;
        }
        add_input (self, kind, letter)->peer = peer_name (peer);
        self->n_letters++;
    }
}

static void take_results (server_t *self)
{
    while (self->n_inputs < NODE_INPUTS_MAX && worker_take (self->worker, &self->results[self->n_results])) {
        job_result_t *result = &self->results[self->n_results++];
        self->inputs[self->n_inputs++] = (input_t){
            .kind = INPUT_JOB,
            .peer = "worker",
            .route = result->id,
            .status = result->status,
            .body = buffer_bytes (&result->output),
        };
    }
}

static void let_go (server_t *self)
{
    for (size_t i = 0; i < self->n_letters; i++)
        close_letter (&self->letters[i]);
    for (size_t i = 0; i < self->n_results; i++)
        buffer_clear (&self->results[i].output);
    self->n_inputs = self->n_letters = self->n_results = 0;
}

/* --- what goes out --- */

static void log_note (const server_t *self, const note_t *note)
{
    char trace[17];
    snprintf (trace, sizeof trace, "%016llx", (unsigned long long) note->trace);
    log_level_t level = note->status == STATUS_OK || !status_is_fault (note->status) ? LOG_INFO : LOG_WARN;
    log_event (level, bus_clock_now (self->clock), note->what, "method", note->method ? note->method : "", "peer",
               note->peer ? note->peer : "", "status", status_name ((int) note->status), "reason",
               note->reason ? note->reason : "", "request_id", note->request_id, "trace", trace, NULL);
}

/* A peer that is gone or reads too slowly loses its reply; it asks again with the same id and gets the kept one. */
static void send_reply (server_t *self, const output_t *output)
{
    void *socket = zsock_resolve (door_socket (self->requests));
    zmq_msg_t *identity = &self->letters[output->route].identity;
    if (zmq_msg_send (identity, socket, ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
        return;
    (void) zmq_send (socket, output->header.data, output->header.size, ZMQ_DONTWAIT | ZMQ_SNDMORE);
    (void) zmq_send (socket, output->body.data, output->body.size, ZMQ_DONTWAIT);
}

static void send_call (server_t *self, const output_t *output)
{
    for (size_t i = 0; i < self->n_peers; i++)
        if (strcmp (peer_name (self->peers[i]), output->target) == 0)
            (void) peer_send (self->peers[i], output->header.data, output->header.size, output->body.data,
                              output->body.size);
}

static void send_feed (server_t *self, const output_t *output)
{
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
        log_note (self, &output->note);
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
    case OUTPUT_NOTE:
        log_note (self, &output->note);
        break;
    }
}

/* --- the loop --- */

static size_t add_socket (zmq_pollitem_t *items, size_t count, zsock_t *socket)
{
    if (socket)
        items[count++] = (zmq_pollitem_t){ .socket = zsock_resolve (socket), .events = ZMQ_POLLIN };
    return count;
}

static size_t add_door (zmq_pollitem_t *items, size_t count, door_t *door)
{
    return door ? add_socket (items, add_socket (items, count, door_socket (door)), door_bell (door)) : count;
}

static size_t add_file (zmq_pollitem_t *items, size_t count, int file)
{
    items[count++] = (zmq_pollitem_t){ .fd = file, .events = ZMQ_POLLIN };
    return count;
}

static void wait_for_something (server_t *self, int64_t wake_at)
{
    zmq_pollitem_t items[POLL_MAX];
    size_t count = add_file (items, 0, self->signals);
    count = add_file (items, count, worker_event (self->worker));
    count = add_socket (items, count, gate_socket (self->gate));
    count = add_door (items, count, self->requests);
    count = add_door (items, count, self->feed);
    for (size_t i = 0; i < self->n_peers; i++) {
        count = add_socket (items, count, peer_requests (self->peers[i]));
        count = add_socket (items, count, peer_feed (self->peers[i]));
    }
    bool soon = bus_clock_is_virtual (self->clock) || !doors_open (self);
    int64_t longest = soon ? POLL_SOON_MS : POLL_MS;
    int64_t timeout = wake_at - bus_clock_now (self->clock);
    timeout = timeout < 0 ? 0 : timeout > longest ? longest : timeout;
    (void) zmq_poll (items, (int) count, timeout);
}

static void tend_registry (server_t *self)
{
    fault_t why = { 0 };
    if (registry_refresh (self->registry, &why))
        log_event (LOG_INFO, bus_clock_now (self->clock), "key_table_changed", NULL);
    else if (why.status != STATUS_OK)
        log_event (LOG_WARN, bus_clock_now (self->clock), "key_table_unusable", "reason", why.reason, "message",
                   why.message, NULL);
    if (registry_withdrawals (self->registry) != self->withdrawals) {
        self->withdrawals = registry_withdrawals (self->registry);
        close_doors (self);
        log_event (LOG_INFO, bus_clock_now (self->clock), "connections_cut", "because", "key_taken_away", NULL);
    }
}

static void tend_doors (server_t *self)
{
    complain (self, TOO_MANY, "unknown", door_tend (self->requests) + door_tend (self->feed));
    take_subscriptions (self);
}

static void tend (server_t *self)
{
    struct signalfd_siginfo signal;
    if (read (self->signals, &signal, sizeof signal) == sizeof signal)
        self->stopping = true;
    int64_t monotonic = zclock_mono ();
    if (monotonic >= self->registry_at) {
        self->registry_at = monotonic + SERVER_REGISTRY_MS;
        tend_registry (self);
        report_complaints (self);
    }
    if (open_doors (self, NULL))
        tend_doors (self);
    complain (self, KEY_REFUSED, "unknown", gate_answer (self->gate));
    for (size_t i = 0; i < self->n_peers; i++)
        if (peer_tend (self->peers[i], monotonic))
            log_event (LOG_WARN, bus_clock_now (self->clock), "our_key_refused", "peer", peer_name (self->peers[i]),
                       NULL);
}

/* Of this thread: what it waits for the disk, it does not wait for longer when there is more. */
static int64_t cpu_ms (void)
{
    struct timespec now;
    ensure (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now) == 0);
    return now.tv_sec * INT64_C (1000) + now.tv_nsec / 1000000;
}

static void pace (server_t *self, int64_t spent_ms)
{
    if (spent_ms > SERVER_ROUND_CPU_MS)
        self->requests_per_round /= 2;
    else if (spent_ms < SERVER_ROUND_CPU_MS / 2)
        self->requests_per_round *= 2;
    if (self->requests_per_round < SERVER_REQUESTS_LEAST)
        self->requests_per_round = SERVER_REQUESTS_LEAST;
    if (self->requests_per_round > SERVER_REQUESTS_PER_ROUND)
        self->requests_per_round = SERVER_REQUESTS_PER_ROUND;
}

static int64_t run_round (server_t *self)
{
    int64_t begun_ms = cpu_ms ();
    unsigned permille = 0;
    uint64_t job = worker_progress (self->worker, &permille);
    node_job_progress (self->node, job, permille);
    take_results (self);
    for (size_t i = 0; i < self->n_peers; i++) {
        take_from_peer (self, self->peers[i], peer_requests (self->peers[i]), INPUT_ANSWER);
        take_from_peer (self, self->peers[i], peer_feed (self->peers[i]), INPUT_FEED);
    }
    take_requests (self);
    outputs_t out = node_step (self->node, bus_clock_now (self->clock), self->inputs, self->n_inputs);
    for (size_t i = 0; i < out.count; i++)
        send_out (self, &out.list[i]);
    let_go (self);
    log_flush ();
    pace (self, cpu_ms () - begun_ms);
    return out.wake_at;
}

void server_run (server_t *self)
{
    int64_t wake_at = 0;
    while (!self->stopping) {
        wait_for_something (self, wake_at);
        tend (self);
        wake_at = run_round (self);
    }
}
