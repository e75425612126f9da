#include "bus/server_parts.h"

#include "base/ensure.h"
#include "base/own.h"

#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
    POLL_MS = DOOR_LOOK_MS,
    POLL_SOON_MS = 10, /* a clock from a file may jump at any moment; a port is free again in a moment */
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
    finish_rounds (self);
    if (self->round->rest) /* who sent it is cut off */
        self->round->letters[0].left = 0;
    let_go (self->round);
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
    self->round = self->rounds;
    self->signals = open_signals ();
    if (bind_sockets (self, reterr) != STATUS_OK)
        return NULL;
    make_peers (self);
    self->replies = bundle_new ();
    self->requests_per_round = SERVER_REQUESTS_PER_ROUND;
    self->worker = worker_new (node_service (node)->jobs);
    self->syncer = syncer_new (node_store (node));
    waiter_put_file (&self->waiter, FILE_SIGNALS, self->signals);
    waiter_put_file (&self->waiter, FILE_WORKER, worker_event (self->worker));
    waiter_put_file (&self->waiter, FILE_SYNCER, syncer_event (self->syncer));
    return give (self);
}

void server_destroy (server_t **self)
{
    if (!*self)
        return;
    server_t *server = *self;
    close_doors (server);
    worker_destroy (&server->worker);
    syncer_destroy (&server->syncer);
    for (size_t i = 0; i < server->n_peers; i++)
        peer_destroy (&server->peers[i]);
    gate_destroy (&server->gate);
    close (server->signals);
    bundle_destroy (&server->replies);
    free (server);
    *self = NULL;
}

/* --- complaints --- */

void complain (server_t *self, complaint_t what, const char *peer, unsigned count)
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

/* --- the loop --- */

static void put_door (server_t *self, size_t place, door_t *door)
{
    waiter_put (&self->waiter, place, door ? door_socket (door) : NULL);
    waiter_put (&self->waiter, place + 1, door ? door_bell (door) : NULL);
}

static void wait_for_something (server_t *self)
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
    int64_t timeout = self->wake_at - bus_clock_now (self->clock);
    timeout = timeout < 0 || self->round->rest ? 0 : timeout > longest ? longest : timeout;
    if (self->waiting)
        timeout = longest; /* the disk wakes us */
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
    if (monotonic >= self->registry_at && !self->step_open) /* what it has taken names its senders by the table */
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

void server_run (server_t *self)
{
    while (!self->stopping) {
        wait_for_something (self);
        tend (self);
        run_round (self);
    }
    finish_rounds (self);
}
