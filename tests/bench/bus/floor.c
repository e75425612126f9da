/*
 * What nothing on this machine can be faster than.
 *
 *     floor ping SECONDS        one request outstanding: libzmq, CURVE, DEALER to ROUTER and back, two processes
 *     floor disk FILE SECONDS   4 KiB written over in place, then fdatasync
 */
#include "kit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

enum { PAGE = 4096, PAGES = 2048, REQUEST_SIZE = 150, REPLY_SIZE = 40 };

static void print (samples_t *samples, double seconds)
{
    printf ("rate=%.0f p50_us=%.1f p99_us=%.1f\n", (double) samples->count / seconds, samples_us (samples, 0.5),
            samples_us (samples, 0.99));
}

/* --- ping --- */

static void answer_pings (const char *secret, int endpoint_to)
{
    void *context = zmq_ctx_new (), *socket = zmq_socket (context, ZMQ_ROUTER);
    int server = 1;
    char endpoint[128], reply[REPLY_SIZE] = { 0 };
    size_t size = sizeof endpoint;
    zmq_setsockopt (socket, ZMQ_CURVE_SERVER, &server, sizeof server);
    zmq_setsockopt (socket, ZMQ_CURVE_SECRETKEY, secret, strlen (secret) + 1);
    if (zmq_bind (socket, "tcp://127.0.0.1:*") != 0 ||
        zmq_getsockopt (socket, ZMQ_LAST_ENDPOINT, endpoint, &size) != 0 || write (endpoint_to, endpoint, size) < 0)
        die ("ping: cannot bind");
    zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };
    while (zmq_poll (&item, 1, 10000) > 0) {
        zmq_msg_t identity, header, body;
        zmq_msg_init (&identity);
        zmq_msg_init (&header);
        zmq_msg_init (&body);
        if (zmq_msg_recv (&identity, socket, 0) < 0 || zmq_msg_recv (&header, socket, 0) < 0 ||
            zmq_msg_recv (&body, socket, 0) < 0 || zmq_msg_send (&identity, socket, ZMQ_SNDMORE) < 0 ||
            zmq_msg_send (&header, socket, ZMQ_SNDMORE) < 0 || zmq_send (socket, reply, sizeof reply, 0) < 0)
            die ("ping: half a message");
        zmq_msg_close (&body);
    }
    exit (0);
}

static void ping (void *socket, int64_t seconds)
{
    char header[80] = { 0 }, body[REQUEST_SIZE - sizeof header] = { 0 };
    samples_t samples = { 0 };
    int64_t begin = now_ns () + 200000000, end = begin + seconds * 1000000000;
    for (int64_t sent = now_ns (); sent < end; sent = now_ns ()) {
        zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };
        if (zmq_send (socket, header, sizeof header, ZMQ_SNDMORE) < 0 || zmq_send (socket, body, sizeof body, 0) < 0 ||
            zmq_poll (&item, 1, 10000) < 1)
            die ("ping: nothing comes back");
        for (int more = 1; more;) {
            zmq_msg_t part;
            zmq_msg_init (&part);
            if (zmq_msg_recv (&part, socket, 0) < 0)
                die ("ping: half a message");
            more = zmq_msg_more (&part);
            zmq_msg_close (&part);
        }
        if (sent >= begin)
            samples_add (&samples, now_ns () - sent);
    }
    print (&samples, (double) seconds);
}

static void run_ping (int64_t seconds)
{
    char server_public[41], server_secret[41], own_public[41], own_secret[41], endpoint[128] = "";
    int pipes[2];
    if (zmq_curve_keypair (server_public, server_secret) != 0 || zmq_curve_keypair (own_public, own_secret) != 0 ||
        pipe (pipes) != 0)
        die ("ping: no keys");
    pid_t server = fork ();
    if (server == 0)
        answer_pings (server_secret, pipes[1]);
    if (read (pipes[0], endpoint, sizeof endpoint - 1) <= 0)
        die ("ping: no server");
    void *context = zmq_ctx_new (), *socket = zmq_socket (context, ZMQ_DEALER);
    zmq_setsockopt (socket, ZMQ_CURVE_SERVERKEY, server_public, sizeof server_public);
    zmq_setsockopt (socket, ZMQ_CURVE_PUBLICKEY, own_public, sizeof own_public);
    zmq_setsockopt (socket, ZMQ_CURVE_SECRETKEY, own_secret, sizeof own_secret);
    if (zmq_connect (socket, endpoint) != 0)
        die ("ping: cannot connect");
    ping (socket, seconds);
    kill (server, SIGKILL);
    (void) waitpid (server, NULL, 0);
}

/* --- disk --- */

static void run_disk (const char *path, int64_t seconds)
{
    static char page[PAGE];
    samples_t samples = { 0 };
    int file = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (int i = 0; i < PAGES; i++)
        if (file < 0 || write (file, page, PAGE) != PAGE)
            die ("disk: cannot write %s", path);
    fsync (file);
    int64_t end = now_ns () + seconds * 1000000000;
    for (off_t i = 0; now_ns () < end; i++) {
        int64_t begun = now_ns ();
        page[0] = (char) i;
        if (pwrite (file, page, PAGE, i % PAGES * PAGE) != PAGE || fdatasync (file) != 0)
            die ("disk: cannot write %s", path);
        samples_add (&samples, now_ns () - begun);
    }
    print (&samples, (double) seconds);
    close (file);
    unlink (path);
}

int main (int argc, char **argv)
{
    if (argc == 3 && strcmp (argv[1], "ping") == 0)
        run_ping (strtol (argv[2], NULL, 10));
    else if (argc == 4 && strcmp (argv[1], "disk") == 0)
        run_disk (argv[2], strtol (argv[3], NULL, 10));
    else
        die ("floor ping SECONDS | disk FILE SECONDS");
    return 0;
}
