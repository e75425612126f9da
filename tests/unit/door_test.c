/* How many connections to a door anybody has. Sockets are real, on loopback ports that the system chooses. */
#include "bus/door.h"
#include "bus/gate.h"
#include "unit/bus_kit.h"

#include "base/own.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

TestSuite (door, .init = bus_begin, .fini = bus_end, .timeout = 120);

enum { FILES = 400, STRANGERS = FILES / 4, CALLERS = STRANGERS + 30, PATIENCE_MS = 20000 };

typedef struct {
    keypair_t server, desk;
    registry_t *registry;
    gate_t *gate;
    door_t *door;
    char endpoint[ENDPOINT_SIZE];
    unsigned cuts;
} house_t;

static void house_open (house_t *house, int type, unsigned n_files)
{
    char text[512];
    fault_t why = { 0 };
    struct rlimit files;
    getrlimit (RLIMIT_NOFILE, &files);
    files.rlim_cur = n_files;
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &files), 0);
    *house = (house_t){ 0 };
    zmq_curve_keypair (house->server.public_key, house->server.secret_key);
    zmq_curve_keypair (house->desk.public_key, house->desk.secret_key);
    snprintf (text, sizeof text, "desk tmf_desk active %s - -\n", house->desk.public_key);
    write_file ("registry", text);
    house->registry = registry_load (scratch_path ("registry"), &why);
    house->gate = gate_new (house->registry, &why);
    house->door = door_new (type, "tcp://127.0.0.1:*", &house->server, &why);
    cr_assert (house->registry && house->gate && house->door, "%s", why.message);
    char *endpoint = zsock_last_endpoint (door_socket (house->door));
    snprintf (house->endpoint, sizeof house->endpoint, "%s", endpoint);
    zstr_free (&endpoint);
}

static void house_close (house_t *house)
{
    door_destroy (&house->door);
    gate_destroy (&house->gate);
    registry_destroy (&house->registry);
}

/* What a server does in a round: each message tells whose its connection is. The number of messages. */
static unsigned look (house_t *house)
{
    unsigned heard = 0;
    zmq_msg_t frame;
    (void) gate_answer (house->gate);
    house->cuts += door_tend (house->door, true);
    zmq_msg_init (&frame);
    while (zmq_msg_recv (&frame, zsock_resolve (door_socket (house->door)), ZMQ_DONTWAIT) >= 0) {
        if (zmq_msg_more (&frame))
            continue;
        door_heard (house->door, &frame, registry_by_name (house->registry, "desk"));
        heard++;
    }
    zmq_msg_close (&frame);
    (void) poll (NULL, 0, 5);
    return heard;
}

static int dial (const house_t *house)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    address.sin_port = htons ((uint16_t) strtoul (strrchr (house->endpoint, ':') + 1, NULL, 10));
    address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    int file = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert (file >= 0 && connect (file, (struct sockaddr *) &address, sizeof address) == 0, "%s", strerror (errno));
    return file;
}

static bool is_cut (int file)
{
    char bytes[256];
    ssize_t size;
    while ((size = recv (file, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        continue;
    return size == 0 || errno != EAGAIN;
}

Test (door, of_more_strangers_than_it_takes_the_oldest_are_cut_and_a_party_is_let_in)
{
    house_t house;
    int files[CALLERS];
    house_open (&house, ZMQ_ROUTER, FILES);
    for (int i = 0; i < CALLERS; i++)
        files[i] = dial (&house);
    for (int64_t until = zclock_mono () + PATIENCE_MS; house.cuts < CALLERS - STRANGERS && zclock_mono () < until;)
        (void) look (&house);
    cr_expect_eq (house.cuts, CALLERS - STRANGERS);
    unsigned heard = 0;
    owned (zsock) dealer = curve_client (ZMQ_DEALER, 0, house.server.public_key, &house.desk, NULL);
    zsock_connect (dealer, "%s", house.endpoint);
    for (int64_t until = zclock_mono () + PATIENCE_MS; heard == 0 && zclock_mono () < until;) {
        (void) zmq_send (zsock_resolve (dealer), "x", 1, ZMQ_DONTWAIT);
        heard = look (&house);
    }
    cr_expect (heard > 0);
    cr_expect_eq (house.cuts, CALLERS - STRANGERS + 1, "while it shook hands it was one stranger more");
    for (int i = 0; i < CALLERS; i++) {
        cr_expect_eq (is_cut (files[i]), i <= CALLERS - STRANGERS, "caller %d", i);
        close (files[i]);
    }
    house_close (&house);
}

Test (door, who_hung_up_is_not_counted)
{
    house_t house;
    house_open (&house, ZMQ_ROUTER, FILES);
    for (int round = 0; round < 4; round++) {
        int files[STRANGERS];
        for (int i = 0; i < STRANGERS; i++)
            files[i] = dial (&house);
        for (int i = 0; i < 20; i++)
            (void) look (&house);
        for (int i = 0; i < STRANGERS; i++)
            close (files[i]);
        for (int i = 0; i < 20; i++)
            (void) look (&house);
    }
    cr_expect_eq (house.cuts, 0);
    house_close (&house);
}

/* Each has a key of the table, and they are all one party's. */
Test (door, a_party_has_so_many_connections_and_no_more)
{
    enum { MORE = 5, ALL = DOOR_PER_PARTY_MAX + MORE };
    house_t house;
    zsock_t *dealers[ALL];
    unsigned heard = 0;
    house_open (&house, ZMQ_ROUTER, DOOR_FILES_MAX); /* here are both ends */
    for (int i = 0; i < ALL; i++) {
        dealers[i] = curve_client (ZMQ_DEALER, 0, house.server.public_key, &house.desk, NULL);
        zsock_set_linger (dealers[i], 0);
        zsock_connect (dealers[i], "%s", house.endpoint);
        zsock_set_sndtimeo (dealers[i], 0);
    }
    bool sent[ALL] = { false };
    for (int64_t until = zclock_mono () + PATIENCE_MS; heard < ALL && zclock_mono () < until;) {
        for (int i = 0; i < ALL; i++)
            sent[i] = sent[i] || zmq_send (zsock_resolve (dealers[i]), "x", 1, ZMQ_DONTWAIT) >= 0;
        heard += look (&house);
    }
    (void) look (&house);
    cr_expect_eq (heard, ALL);
    cr_expect_eq (house.cuts, MORE);
    for (int i = 0; i < ALL; i++)
        zsock_destroy (&dealers[i]);
    house_close (&house);
}

Test (door, a_follower_that_subscribes_without_end_is_cut)
{
    house_t house;
    house_open (&house, ZMQ_XPUB, FILES);
    owned (zsock) modest = curve_client (ZMQ_SUB, 0, house.server.public_key, &house.desk, "lease");
    owned (zsock) greedy = curve_client (ZMQ_SUB, 0, house.server.public_key, &house.desk, "lease");
    for (int i = 0; i < DOOR_TOPICS_MAX; i++) {
        char topic[16];
        snprintf (topic, sizeof topic, "topic-%d", i);
        zsock_set_subscribe (greedy, topic);
    }
    zsock_connect (modest, "%s", house.endpoint);
    unsigned heard = 0;
    for (int64_t until = zclock_mono () + PATIENCE_MS; heard == 0 && zclock_mono () < until;)
        heard += look (&house);
    cr_expect (heard == 1 && house.cuts == 0);
    zsock_connect (greedy, "%s", house.endpoint);
    for (int64_t until = zclock_mono () + PATIENCE_MS; house.cuts == 0 && zclock_mono () < until;)
        (void) look (&house);
    cr_expect (house.cuts > 0);
    house_close (&house);
}

/* libzmq 4.3.4 aborts at a heartbeat that falls due at the wrong moment: tests/platform. */
Test (door, no_socket_of_the_bus_has_heartbeats_and_each_gives_up_who_is_gone)
{
    house_t house;
    house_open (&house, ZMQ_ROUTER, FILES);
    owned (zsock) dealer = curve_client (ZMQ_DEALER, 0, house.server.public_key, &house.desk, NULL);
    owned (zsock) follower = curve_client (ZMQ_SUB, 0, house.server.public_key, &house.desk, "");
    zsock_t *all[] = { door_socket (house.door), dealer, follower };
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq (zsock_heartbeat_ivl (all[i]), 0);
        cr_expect_eq (zsock_tcp_keepalive (all[i]), 1);
        cr_expect_eq (zsock_tcp_maxrt (all[i]), BUS_GONE_MS);
        cr_expect (zsock_sndhwm (all[i]) > 0 && zsock_rcvhwm (all[i]) > 0 && zsock_maxmsgsize (all[i]) > 0);
    }
    house_close (&house);
}
