#include "bus/server.h"

#include "base/ensure.h"
#include "base/log.h"
#include "base/own.h"
#include "bus/door.h"
#include "bus/gate.h"
#include "bus/letter.h"
#include "bus/peer.h"
#include "bus/wait.h"
#include "bus/worker.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
    PEERS_MAX = 8,
    POLL_MS = DOOR_LOOK_MS,
    POLL_SOON_MS = 10, /* a clock from a file may jump at any moment; a port is free again in a moment */
};

/* Who is waited for, by place. */
enum { FILE_SIGNALS, FILE_WORKER };
enum { PLACE_GATE, PLACE_REQUESTS, PLACE_REQUESTS_BELL, PLACE_FEED, PLACE_FEED_BELL, PLACE_PEERS };
_Static_assert(PLACE_PEERS + 2 * PEERS_MAX <= WAIT_PLACES, "a place for every socket that is read");

static size_t place_of_answers (size_t peer)
{
    return PLACE_PEERS + 2 * peer;
}

static size_t place_of_feed (size_t peer)
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
    waiter_put_file (&self->waiter, FILE_SIGNALS, self->signals);
    waiter_put_file (&self->waiter, FILE_WORKER, worker_event (self->worker));
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
        [MALFORMED] = "malformed_message",      [REVOKED] = "key_revoked",
        [NOT_READING] = "answers_not_read",     [KEY_REFUSED] = "handshake_refused",
        [OVER_LIMIT] = "connection_over_limit",
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
    int file = zmq_msg_get (&letter->body, ZMQ_SRCFD);
    if (file >= 0 && file != last->file) {
        struct pollfd connection = { .fd = file, .events = POLLOUT };
        *last = (asked_t){ .file = file, .reads = poll (&connection, 1, 0) == 1 };
    }
    return file < 0 || last->reads;
}

static bool is_welcome (server_t *self, letter_t *letter, bool whole, const party_t *sender, asked_t *last)
{
    const char *peer = sender ? sender->name : "unknown";
    if (!whole)
        complain (self, MALFORMED, peer, 1);
    else if (!sender)
        complain (self, REVOKED, peer, 1);
    else if (!reads_answers (letter, last))
        complain (self, NOT_READING, peer, 1);
    else
        return true;
    return false;
}

static void take_requests (server_t *self)
{
    asked_t last = { .file = -1 };
    bool any = self->requests && waiter_ready (&self->waiter, PLACE_REQUESTS);
    for (int i = 0; any && i < self->requests_per_round && self->n_inputs < NODE_INPUTS_MAX; i++) {
        letter_t *letter = &self->letters[self->n_letters];
        bool whole;
        if (!letter_receive (zsock_resolve (door_socket (self->requests)), true, letter, &whole)) {
            letter_close (letter);
            break;
        }
        const party_t *sender = sender_of (self, letter);
        if (sender)
            door_heard (self->requests, &letter->body, sender);
        if (!is_welcome (self, letter, whole, sender, &last)) {
            letter_close (letter);
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
    size_t most = NODE_INPUTS_MAX - SERVER_REQUESTS_PER_ROUND;
    for (int i = 0; from && i < SERVER_PER_PEER_AND_ROUND && self->n_inputs < most; i++) {
        letter_t *letter = &self->letters[self->n_letters];
        bool whole;
        bool there = letter_receive (zsock_resolve (from), kind == INPUT_FEED, letter, &whole);
        if (!there || !whole) {
            letter_close (letter);
            if (!there)
                return;
            complain (self, MALFORMED, peer_name (peer), 1);
            continue;
        }
        add_input (self, kind, letter)->peer = peer_name (peer);
        self->n_letters++;
    }
}

/* Who was read first comes last in the next round: the budget may not reach for all. */
static void take_from_peers (server_t *self)
{
    for (size_t i = 0; i < self->n_peers; i++) {
        size_t n = (self->turn + i) % self->n_peers;
        peer_t *peer = self->peers[n];
        if (waiter_ready (&self->waiter, place_of_answers (n)))
            take_from_peer (self, peer, peer_requests (peer), INPUT_ANSWER);
        if (waiter_ready (&self->waiter, place_of_feed (n)))
            take_from_peer (self, peer, peer_feed (peer), INPUT_FEED);
    }
    self->turn++;
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
        letter_close (&self->letters[i]);
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
    waiter_used (&self->waiter, PLACE_REQUESTS);
    if (zmq_msg_send (identity, socket, ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
        return;
    (void) zmq_send (socket, output->header.data, output->header.size, ZMQ_DONTWAIT | ZMQ_SNDMORE);
    (void) zmq_send (socket, output->body.data, output->body.size, ZMQ_DONTWAIT);
}

static void send_call (server_t *self, const output_t *output)
{
    for (size_t i = 0; i < self->n_peers; i++) {
        if (strcmp (peer_name (self->peers[i]), output->target) != 0)
            continue;
        (void) peer_send (self->peers[i], output->header.data, output->header.size, output->body.data,
                          output->body.size);
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

/* All is sent before any of it is told: with work between two replies libzmq's thread falls asleep and must be woken
 * for each of them. */
static void send_all (server_t *self, outputs_t out)
{
    for (size_t i = 0; i < out.count; i++)
        send_out (self, &out.list[i]);
    for (size_t i = 0; i < out.count; i++)
        if (out.list[i].kind == OUTPUT_REPLY || out.list[i].kind == OUTPUT_NOTE)
            log_note (self, &out.list[i].note);
}

/* --- the loop --- */

static void put_door (server_t *self, size_t place, door_t *door)
{
    waiter_put (&self->waiter, place, door ? door_socket (door) : NULL);
    waiter_put (&self->waiter, place + 1, door ? door_bell (door) : NULL);
}

static void wait_for_something (server_t *self, int64_t wake_at)
{
    waiter_put (&self->waiter, PLACE_GATE, gate_socket (self->gate));
    put_door (self, PLACE_REQUESTS, self->requests);
    put_door (self, PLACE_FEED, self->feed);
    for (size_t i = 0; i < self->n_peers; i++) {
        waiter_put (&self->waiter, place_of_answers (i), peer_requests (self->peers[i]));
        waiter_put (&self->waiter, place_of_feed (i), peer_feed (self->peers[i]));
    }
    bool soon = bus_clock_is_virtual (self->clock) || !doors_open (self);
    int64_t longest = soon ? POLL_SOON_MS : POLL_MS;
    int64_t timeout = wake_at - bus_clock_now (self->clock);
    timeout = timeout < 0 ? 0 : timeout > longest ? longest : timeout;
    waiter_wait (&self->waiter, (int) timeout);
}

/* When there is no file left to read the table with, there may be one in a moment: soon again, and told once a second.
 */
static void tend_registry (server_t *self, int64_t monotonic_ms)
{
    fault_t why = { 0 };
    bool tell = monotonic_ms >= self->report_at;
    if (registry_refresh (self->registry, &why))
        log_event (LOG_INFO, bus_clock_now (self->clock), "key_table_changed", NULL);
    else if (why.status != STATUS_OK && tell)
        log_event (LOG_WARN, bus_clock_now (self->clock), "key_table_unusable", "reason", why.reason, "message",
                   why.message, NULL);
    self->registry_at = monotonic_ms + (why.status == STATUS_UNAVAILABLE ? POLL_SOON_MS : SERVER_REGISTRY_MS);
    if (registry_withdrawals (self->registry) != self->withdrawals) {
        self->withdrawals = registry_withdrawals (self->registry);
        close_doors (self);
        log_event (LOG_INFO, bus_clock_now (self->clock), "connections_cut", "because", "key_taken_away", NULL);
    }
}

/* A message may be the first that a door hears of its connection: then it has read its bell before we are told of it.
 */
static void tend_door (server_t *self, door_t *door, size_t bell, bool look)
{
    if (look || waiter_ready (&self->waiter, bell))
        complain (self, OVER_LIMIT, "unknown", door_tend (door, look));
}

static void tend_doors (server_t *self, int64_t monotonic_ms)
{
    bool look = monotonic_ms >= self->doors_at;
    if (look)
        self->doors_at = monotonic_ms + DOOR_LOOK_MS;
    tend_door (self, self->requests, PLACE_REQUESTS_BELL, look);
    tend_door (self, self->feed, PLACE_FEED_BELL, look);
    if (waiter_ready (&self->waiter, PLACE_FEED))
        take_subscriptions (self);
}

static void tend_peers (server_t *self, int64_t monotonic_ms)
{
    if (monotonic_ms < self->peers_at)
        return;
    self->peers_at = monotonic_ms + SERVER_PEERS_MS;
    for (size_t i = 0; i < self->n_peers; i++)
        if (peer_tend (self->peers[i], monotonic_ms))
            log_event (LOG_WARN, bus_clock_now (self->clock), "our_key_refused", "peer", peer_name (self->peers[i]),
                       NULL);
}

static void tend (server_t *self)
{
    struct signalfd_siginfo signal;
    if (waiter_file_ready (&self->waiter, FILE_SIGNALS) &&
        read (self->signals, &signal, sizeof signal) == sizeof signal)
        self->stopping = true;
    int64_t monotonic = zclock_mono ();
    if (monotonic >= self->registry_at)
        tend_registry (self, monotonic);
    if (monotonic >= self->report_at) {
        self->report_at = monotonic + SERVER_REGISTRY_MS;
        report_complaints (self);
    }
    if (open_doors (self, NULL))
        tend_doors (self, monotonic);
    if (waiter_ready (&self->waiter, PLACE_GATE))
        complain (self, KEY_REFUSED, "unknown", gate_answer (self->gate));
    tend_peers (self, monotonic);
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
    if (waiter_file_ready (&self->waiter, FILE_WORKER))
        take_results (self);
    take_from_peers (self);
    take_requests (self);
    outputs_t out = node_step (self->node, bus_clock_now (self->clock), self->inputs, self->n_inputs);
    send_all (self, out);
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
