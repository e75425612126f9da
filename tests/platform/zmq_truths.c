/* libzmq 4.3.4: what a message bus must know of its transport. Who gets in stands in curve_truths.c. */
#include "base/own.h"
#include "door.h"
#include "truths.h"

#include <criterion/criterion.h>
#include <signal.h>

/* --- publish and subscribe --- */

static zsock_t *subscriber_of (int port, int high_water_mark)
{
    zsock_t *subscriber = zsock_new (ZMQ_SUB);
    zsock_set_rcvhwm (subscriber, high_water_mark);
    zsock_set_subscribe (subscriber, "");
    (void) zsock_connect (subscriber, "tcp://127.0.0.1:%d", port);
    return subscriber;
}

static int count_messages (zsock_t *socket)
{
    int count = 0;
    zmsg_t *message;
    while ((message = receive (socket, count == 0 ? PATIENCE_MS : QUIET_MS))) {
        zmsg_destroy (&message);
        count++;
    }
    return count;
}

/* 100 MB are more than two high-water marks and the kernel's buffers hold between a writer and a reader that does not
 * read. */
Test (publish, what_is_over_the_high_water_mark_is_lost_and_send_says_ok)
{
    enum { MESSAGES = 25000, SIZE = 4000, HIGH_WATER_MARK = 10 };
    owned (zsock) publisher =
        zsock_new (ZMQ_XPUB); /* a PUB that shows its subscriptions, so there is no need to guess */
    zsock_set_sndhwm (publisher, HIGH_WATER_MARK);
    int port = zsock_bind (publisher, "tcp://127.0.0.1:*");
    owned (zsock) subscriber = subscriber_of (port, HIGH_WATER_MARK);
    owned (zmsg) subscription = receive (publisher, PATIENCE_MS);
    cr_assert (subscription, "no subscription");

    static const char body[SIZE];
    int sent = 0;
    for (int i = 0; i < MESSAGES; i++)
        sent += zmq_send (zsock_resolve (publisher), body, sizeof body, ZMQ_DONTWAIT) == SIZE;
    int received = count_messages (subscriber);
    cr_expect_eq (sent, MESSAGES, "a publisher says when it drops (%d of %d): the feed may trust send", sent, MESSAGES);
    cr_expect (received > 0 && received < sent, "nothing is lost (%d of %d): gaps may need no fetch", received, sent);
}

/* Connecting, and connecting again, writes all subscriptions into a pipe that has a high-water mark too. */
Test (publish, subscriptions_over_the_high_water_mark_are_lost_at_connect)
{
    enum { TOPICS = 100, HIGH_WATER_MARK = 10 };
    owned (zsock) publisher = zsock_new (ZMQ_XPUB);
    int port = zsock_bind (publisher, "tcp://127.0.0.1:*");
    owned (zsock) subscriber = zsock_new (ZMQ_SUB);
    zsock_set_sndhwm (subscriber, HIGH_WATER_MARK);
    for (int i = 0; i < TOPICS; i++) {
        char topic[16];
        (void) snprintf (topic, sizeof topic, "topic-%d", i);
        zsock_set_subscribe (subscriber, topic);
    }
    (void) zsock_connect (subscriber, "tcp://127.0.0.1:%d", port);
    int arrived = count_messages (publisher);
    cr_assert (arrived > 0 && arrived < TOPICS, "%d of %d subscriptions arrive: a subscriber may have many topics",
               arrived, TOPICS);
}

/* --- routing --- */

static zsock_t *dealer_named (const char *routing_id, int port)
{
    zsock_t *dealer = zsock_new (ZMQ_DEALER);
    zsock_set_identity (dealer, routing_id);
    (void) zsock_connect (dealer, "tcp://127.0.0.1:%d", port);
    return dealer;
}

Test (router, a_second_peer_with_the_same_routing_id_sends_into_nothing)
{
    owned (zsock) router = zsock_new (ZMQ_ROUTER);
    int port = zsock_bind (router, "tcp://127.0.0.1:*");
    owned (zsock) first = dealer_named ("desk", port);
    (void) zstr_send (first, "first");
    owned (zmsg) from_first = receive (router, PATIENCE_MS);

    owned (zsock) second = zsock_new (ZMQ_DEALER);
    zsock_set_identity (second, "desk");
    zactor_t *monitor = monitor_new (second);
    (void) zsock_connect (second, "tcp://127.0.0.1:%d", port);
    char *connected = monitor_await (monitor, "HANDSHAKE_SUCCEEDED", PATIENCE_MS);
    int rc = zstr_send (second, "second");
    owned (zmsg) from_second = receive (router, QUIET_MS);
    bool without_error = connected && rc == 0;
    zstr_free (&connected);
    zactor_destroy (&monitor);
    cr_expect (from_first, "the first peer is not heard");
    cr_expect (without_error, "a duplicate routing id is an error now: routing ids may be set");
    cr_expect_null (from_second, "a duplicate routing id is heard: routing ids may be set");
}

Test (router, a_message_for_nobody_vanishes_unless_peers_are_mandatory)
{
    owned (zsock) router = zsock_new (ZMQ_ROUTER);
    int by_default = zstr_sendx (router, "nobody", "hello", NULL);
    zsock_set_router_mandatory (router, 1);
    int when_mandatory = zstr_sendx (router, "nobody", "hello", NULL);
    int reason = errno;
    cr_expect_eq (by_default, 0, "a ROUTER says that it has no such peer: ROUTER_MANDATORY can go");
    cr_expect (when_mandatory == -1 && reason == EHOSTUNREACH, "ROUTER_MANDATORY does not tell of an unknown peer");
}

/* Port 9 discards: if anybody is there at all, it does not speak ZMTP, so nothing is ever connected. */
static int send_before_connected (bool immediate)
{
    owned (zsock) dealer = zsock_new (ZMQ_DEALER);
    zsock_set_sndtimeo (dealer, 0);
    zsock_set_immediate (dealer, immediate);
    (void) zsock_connect (dealer, "tcp://127.0.0.1:9");
    return zstr_send (dealer, "hello");
}

Test (dealer, a_message_waits_for_a_peer_that_is_not_there_unless_immediate)
{
    cr_expect_eq (send_before_connected (false), 0, "a DEALER does not queue before it is connected: IMMEDIATE can go");
    cr_expect_eq (send_before_connected (true), -1, "IMMEDIATE does not keep a message from waiting for nobody");
}

/* --- heartbeats --- */

/* The pipe to the reader is full, so libzmq has stopped to read from the connection; then the connection ends. The next
 * heartbeat is written to what is no longer there. */
static void lose_a_peer_whose_messages_wait (void *heartbeat_ms)
{
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    zsock_set_rcvhwm (router, 1);
    zsock_set_heartbeat_ivl (router, *(int *) heartbeat_ms);
    zsock_set_heartbeat_timeout (router, 10000);
    int port = zsock_bind (router, "tcp://127.0.0.1:*");
    zsock_t *dealer = zsock_new (ZMQ_DEALER);
    zsock_set_linger (dealer, 0);
    (void) zsock_connect (dealer, "tcp://127.0.0.1:%d", port);
    for (int i = 0; i < 1000; i++)
        (void) zstr_send (dealer, "waiting");
    zclock_sleep (300);
    zsock_destroy (&dealer);
    zclock_sleep (1000);
}

Test (heartbeat, one_to_a_peer_that_is_gone_while_its_messages_wait_aborts_the_process)
{
    int often_ms = 100, never = 0;
    ending_t with = ending_of (lose_a_peer_whose_messages_wait, &often_ms);
    ending_t without = ending_of (lose_a_peer_whose_messages_wait, &never);
    cr_expect_eq (with.signal, SIGABRT, "heartbeats do no harm now: the bus may have them");
    cr_expect (without.signal == 0 && without.exit_code == EXIT_SUCCESS, "without heartbeats it aborts too");
}

/* --- limits and defaults --- */

Test (limits, a_message_over_maxmsgsize_costs_the_connection_and_the_sender_is_not_told)
{
    owned (zsock) router = zsock_new (ZMQ_ROUTER);
    zsock_set_maxmsgsize (router, 1000);
    zactor_t *monitor = monitor_new (router);
    int port = zsock_bind (router, "tcp://127.0.0.1:*");
    owned (zsock) dealer = dealer_named ("desk", port);
    static const char big[5000];
    int rc = zmq_send (zsock_resolve (dealer), big, sizeof big, 0);
    char *cut = monitor_await (monitor, "DISCONNECTED", PATIENCE_MS);
    owned (zmsg) received = receive (router, 0);
    bool disconnected = cut != NULL;
    zstr_free (&cut);
    zactor_destroy (&monitor);
    cr_expect_eq (rc, (int) sizeof big, "the sender is told");
    cr_expect (disconnected, "MAXMSGSIZE no longer ends the connection");
    cr_expect_null (received, "MAXMSGSIZE lets a larger message through");
}

typedef struct {
    const char *name;
    int option;
    int value;
} default_t;

static int option_of (zsock_t *socket, int option)
{
    int value = INT_MIN;
    size_t size = sizeof value;
    (void) zmq_getsockopt (zsock_resolve (socket), option, &value, &size);
    return value;
}

/* Why one function makes every socket of the project. */
Test (limits, the_defaults_wait_for_ever_and_watch_nothing)
{
    static const default_t defaults[] = {
        { "SNDTIMEO", ZMQ_SNDTIMEO, -1 },
        { "RCVTIMEO", ZMQ_RCVTIMEO, -1 },
        { "HANDSHAKE_IVL", ZMQ_HANDSHAKE_IVL, 30000 },
        { "HEARTBEAT_IVL", ZMQ_HEARTBEAT_IVL, 0 },
        { "RECONNECT_IVL_MAX", ZMQ_RECONNECT_IVL_MAX, 0 },
        { "IMMEDIATE", ZMQ_IMMEDIATE, 0 },
        { "TCP_KEEPALIVE", ZMQ_TCP_KEEPALIVE, -1 },
        { "IPV6", ZMQ_IPV6, 0 },
    };
    owned (zsock) socket = zsock_new (ZMQ_DEALER);
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        cr_expect_eq (option_of (socket, defaults[i].option), defaults[i].value,
                      "the default of %s changed: look again at the socket defaults", defaults[i].name);
    cr_expect_eq (zsock_maxmsgsize (socket), -1, "MAXMSGSIZE is limited by default");
}

/* In a child: the resolver may keep libzmq's thread for longer than a test should take to end. */
static void connect_to_no_such_host (void *unused)
{
    (void) unused;
    zsock_t *dealer = zsock_new (ZMQ_DEALER);
    _exit (zsock_connect (dealer, "tcp://no-such-host.invalid:5555") == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

Test (limits, connect_says_ok_to_a_host_that_does_not_exist)
{
    ending_t ending = ending_of (connect_to_no_such_host, NULL);
    cr_assert_eq (ending.exit_code, EXIT_SUCCESS, "connect tells of a host that does not resolve: it may be believed");
}

static int bind_in (void *context)
{
    void *socket = zmq_socket (context, ZMQ_PAIR);
    int rc = zmq_bind (socket, "inproc://zeromq.zap.01");
    (void) zmq_close (socket);
    (void) zmq_ctx_term (context);
    return rc;
}

/* So a guard in one context does not guard the doors of another, and a second context fails open. */
Test (limits, the_name_of_the_guard_is_known_in_its_own_context_only)
{
    zsock_t *guard = zsock_new_pair ("@inproc://zeromq.zap.01");
    owned (zsock) rival = zsock_new (ZMQ_PAIR);
    int here = zsock_bind (rival, "inproc://zeromq.zap.01");
    int elsewhere = bind_in (zmq_ctx_new ());
    zsock_destroy (&guard);
    cr_expect_eq (here, -1, "a second guard can take the name");
    cr_expect_eq (elsewhere, 0, "inproc names are shared by contexts: one context per process is no longer a must");
}
