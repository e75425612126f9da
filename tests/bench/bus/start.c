/*
 * Starts a program and tells how long it takes until it is of use, and its memory when it has been idle for a second.
 *
 *     start command KEYS PROGRAM [ARGUMENT ...]   fyr-lease, until it has carried out a command
 *     start http PORT PROGRAM [ARGUMENT ...]      one that serves HTTP, until it has answered
 */
#include "kit.h"

#include "fyrtaarn/lease/v1/premises.pb-c.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

enum { STARTED_MAX_S = 120, LOOK_AGAIN_US = 500 };

static pid_t spawn (char **program)
{
    pid_t process = fork ();
    if (process == 0) {
        execvp (program[0], program);
        die ("cannot start %s: %s", program[0], strerror (errno));
    }
    return process;
}

/* Proportional set size: shared pages count by how many share them. */
static long pss_kib (pid_t process)
{
    char path[64], line[256];
    long kib = -1;
    snprintf (path, sizeof path, "/proc/%d/smaps_rollup", (int) process);
    FILE *file = fopen (path, "r");
    while (file && kib < 0 && fgets (line, sizeof line, file))
        if (strncmp (line, "Pss:", 4) == 0)
            kib = strtol (line + 4, NULL, 10);
    if (!file || kib < 0)
        die ("no memory figures in %s", path);
    fclose (file);
    return kib;
}

static bool http_answers (uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
    address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    static const char GET[] = "GET / HTTP/1.0\r\n\r\n";
    char reply[64];
    int file = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered = connect (file, (struct sockaddr *) &address, sizeof address) == 0 &&
                    send (file, GET, sizeof GET - 1, MSG_NOSIGNAL) > 0 && recv (file, reply, sizeof reply, 0) > 0;
    close (file);
    return answered;
}

static void wait_for_http (const char *port)
{
    int64_t begun = now_ns ();
    while (!http_answers ((uint16_t) strtoul (port, NULL, 10))) {
        if (now_ns () - begun > INT64_C (1000000000) * STARTED_MAX_S)
            die ("nothing answers on port %s", port);
        usleep (LOOK_AGAIN_US);
    }
}

/* Premises of a new name: a command that needs to know nothing of the store. */
static void wait_for_command (const char *directory)
{
    char name[32];
    uint8_t body[256];
    Lease__CreatePremisesRequest request = LEASE__CREATE_PREMISES_REQUEST__INIT;
    snprintf (name, sizeof name, "start %lld", (long long) now_ns ());
    request.name = name;
    request.address = name;
    request.district = 3;
    request.monthly_rent_ore = 100000;
    request.notice_months = 3;
    size_t size = lease__create_premises_request__pack (&request, body);
    party_keys_t keys = bench_keys (directory, "tmf-desk");
    void *context = zmq_ctx_new (), *socket = bench_connect (context, ZMQ_DEALER, &keys, "lease");
    request_header_t header = request_header ("fyrtaarn.lease.v1.House/CreatePremises", "bench");
    request_id_write (&header, (uint32_t) now_ns (), 0);
    zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLOUT };
    if (zmq_poll (&item, 1, STARTED_MAX_S * 1000) < 1 ||
        zmq_send (socket, header.bytes, header.size, ZMQ_SNDMORE) < 0 || zmq_send (socket, body, size, 0) < 0)
        die ("cannot ask");
    zmq_msg_t reply;
    zmq_msg_init (&reply);
    item.events = ZMQ_POLLIN;
    if (zmq_poll (&item, 1, STARTED_MAX_S * 1000) < 1 || zmq_msg_recv (&reply, socket, 0) < 0)
        die ("no answer");
    (void) reply_number (zmq_msg_data (&reply), zmq_msg_size (&reply));
    zmq_msg_close (&reply);
    zmq_close (socket);
    zmq_ctx_term (context);
    registry_destroy (&keys.registry);
}

int main (int argc, char **argv)
{
    bool http = argc > 3 && strcmp (argv[1], "http") == 0;
    if (argc < 4 || (!http && strcmp (argv[1], "command") != 0))
        die ("start command KEYS PROGRAM ... | start http PORT PROGRAM ...");
    int64_t begun = now_ns ();
    pid_t process = spawn (argv + 3);
    if (http)
        wait_for_http (argv[2]);
    else
        wait_for_command (argv[2]);
    double ms = (double) (now_ns () - begun) / 1e6;
    sleep (1);
    printf ("start_ms=%.1f pss_kib=%ld\n", ms, pss_kib (process));
    kill (process, SIGTERM);
    (void) waitpid (process, NULL, 0);
    return 0;
}
