/* Who gets through the gate, and what a client makes of a closed door. Sockets are real, on loopback ports that the
 * system chooses. */
#include "bus/client.h"
#include "bus/gate.h"
#include "bus/peer.h"
#include "unit/bus_kit.h"

#include "base/own.h"
#include "contract/node.contract.h"

#include <poll.h>

TestSuite (gate, .init = bus_begin, .fini = bus_end, .timeout = 120);
TestSuite (client, .init = bus_begin, .fini = bus_end, .timeout = 60);

/* --- the gate --- */

typedef struct {
    keypair_t server, desk;
    char endpoint[ENDPOINT_SIZE];
    registry_t *registry;
    gate_t *gate;
    zsock_t *router;
    unsigned refused;
    char sender[PUBLIC_KEY_SIZE]; /* key of the last message */
} house_t;

/* `state` of the desk: "active", "revoked", or NULL when its key is not there. */
static void write_table (house_t *house, const char *state)
{
    char text[1024];
    int size = snprintf (text, sizeof text, "lease lease active %s %s -\n", house->server.public_key, house->endpoint);
    if (state)
        snprintf (text + size, sizeof text - (size_t) size, "desk tmf_desk %s %s - -\n", state, house->desk.public_key);
    write_file ("registry", text);
    if (house->registry)
        (void) registry_refresh (house->registry, NULL);
}

static void house_open (house_t *house, const char *desk_state, bool with_gate)
{
    fault_t why = { 0 };
    *house = (house_t){ .endpoint = "-" };
    zmq_curve_keypair (house->server.public_key, house->server.secret_key);
    zmq_curve_keypair (house->desk.public_key, house->desk.secret_key);
    write_table (house, desk_state);
    house->registry = registry_load (scratch_path ("registry"), &why);
    cr_assert (house->registry, "%s", why.message);
    house->gate = with_gate ? gate_new (house->registry, &why) : NULL;
    cr_assert (house->gate || !with_gate, "%s", why.message);
    house->router = curve_bind (ZMQ_ROUTER, "tcp://127.0.0.1:*", &house->server, &why);
    cr_assert (house->router, "%s", why.message);
    char *endpoint = zsock_last_endpoint (house->router);
    snprintf (house->endpoint, sizeof house->endpoint, "%s", endpoint);
    zstr_free (&endpoint);
    write_table (house, desk_state);
}

static void house_close (house_t *house)
{
    zsock_destroy (&house->router);
    gate_destroy (&house->gate);
    registry_destroy (&house->registry);
}

/* One look at gate and door: true when a message has come. */
static bool look (house_t *house)
{
    if (house->gate)
        house->refused += gate_answer (house->gate);
    zmsg_t *message = zmsg_recv (house->router);
    if (!message) {
        (void) poll (NULL, 0, 5);
        return false;
    }
    const char *key = zframe_meta (zmsg_last (message), "User-Id");
    snprintf (house->sender, sizeof house->sender, "%s", key ? key : "");
    zmsg_destroy (&message);
    return true;
}

static bool gets_through (house_t *house, zsock_t *dealer, int wait_ms)
{
    bool sent = false;
    for (int64_t until = zclock_mono () + wait_ms; zclock_mono () < until;) {
        sent = sent || zmq_send (zsock_resolve (dealer), "body", 4, ZMQ_DONTWAIT) >= 0;
        if (look (house))
            return true;
    }
    return false;
}

static zsock_t *knock (const house_t *house, const char *server_key, const keypair_t *own)
{
    zsock_t *dealer = curve_client (ZMQ_DEALER, 0, server_key, own, NULL);
    cr_assert_eq (zsock_connect (dealer, "%s", house->endpoint), 0);
    return dealer;
}

enum { LONG_ENOUGH_MS = 20000, A_WHILE_MS = 700 };

Test (gate, a_key_of_the_table_gets_through_and_every_message_carries_it)
{
    house_t house;
    house_open (&house, "active", true);
    owned (zsock) dealer = knock (&house, house.server.public_key, &house.desk);
    cr_assert (gets_through (&house, dealer, LONG_ENOUGH_MS));
    cr_assert_str_eq (house.sender, house.desk.public_key);
    cr_assert_eq (house.refused, 0);
    house_close (&house);
}

/* `state` as write_table has it. */
static void expect_refusal (const char *state)
{
    house_t house;
    house_open (&house, state, true);
    owned (zsock) dealer = knock (&house, house.server.public_key, &house.desk);
    for (int64_t until = zclock_mono () + LONG_ENOUGH_MS; house.refused == 0 && zclock_mono () < until;)
        cr_assert_not (gets_through (&house, dealer, 50));
    cr_assert (house.refused > 0, "the gate says that it refused");
    cr_assert_not (gets_through (&house, dealer, A_WHILE_MS));
    house_close (&house);
}

/* One test each: the second gate of a process may find the first one's address still taken. */
Test (gate, an_unknown_key_does_not_get_through)
{
    expect_refusal (NULL);
}

Test (gate, a_revoked_key_does_not_get_through)
{
    expect_refusal ("revoked");
}

Test (gate, who_has_no_key_or_the_wrong_key_of_the_server_does_not_get_through)
{
    house_t house;
    house_open (&house, "active", true);
    owned (zsock) plain = zsock_new (ZMQ_DEALER);
    zsock_set_linger (plain, 0);
    cr_assert_eq (zsock_connect (plain, "%s", house.endpoint), 0);
    cr_assert_not (gets_through (&house, plain, A_WHILE_MS));
    owned (zsock) misled = knock (&house, house.desk.public_key, &house.desk);
    cr_assert_not (gets_through (&house, misled, A_WHILE_MS));
    owned (zsock) honest = knock (&house, house.server.public_key, &house.desk);
    cr_assert (gets_through (&house, honest, LONG_ENOUGH_MS), "and the door still opens");
    house_close (&house);
}

Test (gate, without_a_gate_nobody_gets_through)
{
    house_t house;
    house_open (&house, "active", false);
    owned (zsock) dealer = knock (&house, house.server.public_key, &house.desk);
    cr_assert_not (gets_through (&house, dealer, A_WHILE_MS));
    house_close (&house);
}

Test (gate, a_key_revoked_between_two_messages_is_told_by_the_table)
{
    house_t house;
    house_open (&house, "active", true);
    owned (zsock) dealer = knock (&house, house.server.public_key, &house.desk);
    cr_assert (gets_through (&house, dealer, LONG_ENOUGH_MS));
    cr_assert (registry_by_key (house.registry, house.sender));
    write_table (&house, "revoked");
    cr_assert (gets_through (&house, dealer, LONG_ENOUGH_MS), "the connection itself is not cut");
    cr_assert_null (registry_by_key (house.registry, house.sender));
    house_close (&house);
}

static bool say_something (peer_t *peer)
{
    peer_send (peer, bytes_of ("h", 1), bytes_of ("b", 1));
    return peer_flush (peer);
}

Test (gate, a_refused_peer_comes_back_after_its_key_is_registered)
{
    house_t house;
    house_open (&house, NULL, true);
    owned (peer) peer = peer_new ("lease", NULL, house.registry, &house.desk, 0);
    bool refused = false, through = false;
    for (int64_t until = zclock_mono () + LONG_ENOUGH_MS; !refused && zclock_mono () < until;) {
        refused = peer_tend (peer, zclock_mono ());
        (void) look (&house);
    }
    cr_assert (refused, "the peer sees that its key was refused");
    cr_assert_null (peer_requests (peer));
    cr_assert_not (say_something (peer));
    write_table (&house, "active");
    for (int64_t until = zclock_mono () + LONG_ENOUGH_MS; !through && zclock_mono () < until;) {
        (void) peer_tend (peer, zclock_mono ());
        (void) say_something (peer);
        through = look (&house);
    }
    cr_assert (through);
    house_close (&house);
}

/* A key registered between two handshakes: the requests were let in and the feed stayed dead. */
Test (gate, a_feed_that_was_refused_is_seen_though_the_requests_were_not)
{
    house_t house;
    fault_t why = { 0 };
    char text[512];
    house_open (&house, NULL, true);
    owned (zsock) feed = curve_bind (ZMQ_XPUB, "tcp://127.0.0.1:*", &house.server, &why);
    cr_assert (feed, "%s", why.message);
    char *endpoint = zsock_last_endpoint (feed);
    snprintf (text, sizeof text, "lease lease active %s tcp://127.0.0.1:1 %s\n", house.server.public_key, endpoint);
    zstr_free (&endpoint);
    write_file ("registry", text);
    (void) registry_refresh (house.registry, NULL);
    owned (peer) peer = peer_new ("lease", "lease", house.registry, &house.desk, 0);
    bool refused = false;
    for (int64_t until = zclock_mono () + LONG_ENOUGH_MS; !refused && zclock_mono () < until;) {
        refused = peer_tend (peer, zclock_mono ());
        (void) look (&house);
    }
    cr_assert (refused, "nobody listens to requests: only the feed can have been refused");
    house_close (&house);
}

Test (gate, a_process_has_one_gate_and_a_port_one_owner)
{
    house_t house;
    fault_t why = { 0 };
    house_open (&house, "active", true);
    cr_assert_null (gate_new (house.registry, &why));
    cr_assert_str_eq (why.reason, "BUS_GATE");
    cr_assert_null (curve_bind (ZMQ_ROUTER, house.endpoint, &house.server, &why));
    cr_assert_str_eq (why.reason, "BUS_BIND");
    house_close (&house);
}

/* --- the client --- */

Test (client, a_call_to_nobody_ends_in_time_and_says_so)
{
    fault_t why = { 0 };
    make_keys ("127.0.0.1", 1); /* ports that nobody listens on */
    owned (client) client = client_new (scratch_path ("registry"), scratch_path ("operator.secret"), &why);
    cr_assert (client, "%s", why.message);
    client_request_t wish = {
        .service = "lease",
        .method = contract_method (&node_contract, "fyrtaarn.node.v1.Node/GetHealth"),
        .timeout_ms = 300,
    };
    owned_buffer body = BUFFER (1000);
    int64_t begun = zclock_mono ();
    cr_assert_eq (client_call (client, &wish, &body, &why), STATUS_UNAVAILABLE);
    int64_t took = zclock_mono () - begun;
    cr_assert_str_eq (why.reason, "SERVICE_AWAY");
    cr_assert (took >= 300 && took < 3000, "%lld ms", (long long) took);
    wish.service = "nobody";
    cr_assert_eq (client_call (client, &wish, &body, &why), STATUS_NOT_FOUND);
    cr_assert_str_eq (why.reason, "SERVICE_UNKNOWN");
}

Test (client, a_key_that_the_table_does_not_have_is_no_party)
{
    fault_t why = { 0 };
    make_keys ("127.0.0.1", 1);
    cr_assert_eq (secret_create (scratch_path ("stranger.secret"), NULL, &why), STATUS_OK);
    cr_assert_null (client_new (scratch_path ("registry"), scratch_path ("stranger.secret"), &why));
    cr_assert_str_eq (why.reason, "KEY_UNKNOWN");
    cr_assert_eq (keys_revoke (scratch_path ("registry"), "operator", &why), STATUS_OK);
    cr_assert_null (client_new (scratch_path ("registry"), scratch_path ("operator.secret"), &why));
    cr_assert_str_eq (why.reason, "KEY_UNKNOWN");
}
