#include "intruder.h"

#include "base/own.h"
#include "bus/curve.h"
#include "guest.h"
#include "harness/chance.h"
#include "raw.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GREETING_SIZE = 64, SLEEP_MS = 20, DEALERS_MAX = 300 };

/* --- plain TCP --- */

static bool is_cut (int file)
{
    char byte;
    ssize_t size = recv (file, &byte, sizeof byte, MSG_DONTWAIT);
    return size == 0 || (size < 0 && errno != EAGAIN);
}

/* Half of them at each door. */
static void crowd (const target_t *target, const void *words, size_t size)
{
    int files[CROWD];
    memset (files, -1, sizeof files);
    for (;;) {
        for (int i = 0; i < CROWD; i++) {
            if (files[i] >= 0 && is_cut (files[i])) {
                close (files[i]);
                files[i] = -1;
            }
            if (files[i] < 0 && (files[i] = raw_dial (i % 2 ? target->service.feed : target->service.requests)) >= 0)
                (void) send (files[i], words, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        }
        (void) poll (NULL, 0, SLEEP_MS);
    }
}

/* Signature, version 3.1, mechanism, not as a server, filler. */
static const unsigned char *greeting (void)
{
    static unsigned char bytes[GREETING_SIZE] = { 0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1, 'C', 'U', 'R', 'V', 'E' };
    return bytes;
}

void intrude_in_silence (const target_t *target)
{
    crowd (target, "", 0);
}

void intrude_half_greeted (const target_t *target)
{
    crowd (target, greeting (), 11);
}

/* The HELLO of CURVE is a command of 200 bytes. */
void intrude_half_introduced (const target_t *target)
{
    unsigned char words[GREETING_SIZE + 100] = { 0 };
    memcpy (words, greeting (), GREETING_SIZE);
    memcpy (words + GREETING_SIZE, "\x04\xC8\x05HELLO\x01\x00", 10);
    crowd (target, words, sizeof words);
}

void intrude_with_garbage (const target_t *target)
{
    uint64_t seed = 7;
    for (;;) {
        unsigned char words[600];
        size_t whole = draw (&seed) % 2 ? GREETING_SIZE : 0; /* half of it comes after a good greeting */
        size_t size = whole + draw (&seed) % (sizeof words - whole);
        for (size_t i = whole; i < size; i++)
            words[i] = (unsigned char) draw (&seed);
        memcpy (words, greeting (), whole);
        int file = raw_dial (draw (&seed) % 2 ? target->service.feed : target->service.requests);
        if (file < 0)
            continue;
        (void) send (file, words, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        close (file);
    }
}

/* --- misusing libzmq --- */

static zsock_t *connection (const target_t *target, int type, const keypair_t *own)
{
    bool follows = type == ZMQ_SUB;
    zsock_t *socket = curve_client (type, 0, target->service.public_key, own, "");
    zsock_set_rcvhwm (socket, 1);
    if (!follows)
        zsock_set_sndhwm (socket, BUS_DEALER_HWM);
    zsock_set_linger (socket, 0);
    (void) zsock_connect (socket, "%s", follows ? target->service.feed : target->service.requests);
    return socket;
}

void intrude_with_any_key (const target_t *target)
{
    enum { AT_ONCE = 20 };
    for (;;) {
        zsock_t *sockets[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) {
            keypair_t any;
            zmq_curve_keypair (any.public_key, any.secret_key);
            sockets[i] = connection (target, i % 2 ? ZMQ_SUB : ZMQ_DEALER, &any);
        }
        (void) poll (NULL, 0, SLEEP_MS);
        for (int i = 0; i < AT_ONCE; i++)
            zsock_destroy (&sockets[i]);
    }
}

static void breathe (zsock_t *socket)
{
    zmq_pollitem_t item = { .socket = zsock_resolve (socket), .events = ZMQ_POLLOUT };
    (void) zmq_poll (&item, 1, SLEEP_MS);
}

void intrude_deaf (const target_t *target)
{
    owned (zsock) dealer = connection (target, ZMQ_DEALER, &target->own);
    for (;;)
        if (!knock_say (dealer, "fyrtaarn.node.v1.Node/ReadFeed"))
            breathe (dealer);
}

void intrude_deaf_follower (const target_t *target)
{
    owned (zsock) feed = connection (target, ZMQ_SUB, &target->own);
    (void) feed; /* connected, and that is all */
    for (;;)
        (void) poll (NULL, 0, SLEEP_MS);
}

/* BookRoom with nothing in it is refused; ListLeases is carried out. */
void intrude_flooding (const target_t *target)
{
    owned (zsock) dealer = connection (target, ZMQ_DEALER, &target->own);
    char reason[64];
    for (bool turn = false;; turn = !turn) {
        if (!knock_say (dealer, turn ? "fyrtaarn.lease.v1.Rooms/BookRoom" : "fyrtaarn.lease.v1.Leases/ListLeases"))
            breathe (dealer);
        while (knock_hear (dealer, 0, reason))
            continue;
    }
}

void intrude_in_parts (const target_t *target)
{
    owned (zsock) dealer = connection (target, ZMQ_DEALER, &target->own);
    void *socket = zsock_resolve (dealer);
    for (unsigned parts = 1;; parts = parts % 40 + 1) {
        if (parts == 2)
            continue;
        bool sent = true;
        for (unsigned i = 0; sent && i < parts; i++)
            sent = zmq_send (socket, "part", 4, ZMQ_DONTWAIT | (i + 1 < parts ? ZMQ_SNDMORE : 0)) >= 0;
        if (!sent)
            breathe (dealer);
    }
}

/* In frames, so that each is within its limit. */
void intrude_endlessly (const target_t *target)
{
    static const uint8_t PART[60000];
    for (;;) {
        raw_t peer;
        bool goes_on = raw_open (&peer, target);
        while (goes_on)
            goes_on = raw_send (&peer, PART, sizeof PART, true);
        close (peer.file);
        (void) poll (NULL, 0, SLEEP_MS);
    }
}

void intrude_many_times (const target_t *target)
{
    zsock_t *dealers[DEALERS_MAX];
    char reason[64];
    for (int i = 0; i < DEALERS_MAX; i++)
        dealers[i] = connection (target, ZMQ_DEALER, &target->own);
    for (;;) {
        bool idle = true;
        for (int i = 0; i < DEALERS_MAX; i++) {
            idle = !knock_say (dealers[i], GET_HEALTH) && idle;
            (void) knock_hear (dealers[i], 0, reason);
        }
        if (idle)
            (void) poll (NULL, 0, SLEEP_MS);
    }
}

/* --- as a process --- */

pid_t intruder_prepare (intrusion_t *intrusion, const target_t *target)
{
    int status = 0;
    pid_t parent = getpid (), child = fork ();
    cr_assert (child >= 0);
    if (child > 0) {
        cr_assert (waitpid (child, &status, WUNTRACED) == child && WIFSTOPPED (status));
        return child;
    }
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    if (getppid () != parent)
        _exit (1);
    raise (SIGSTOP);
    struct rlimit files;
    getrlimit (RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit (RLIMIT_NOFILE, &files);
    curve_prepare ();
    intrusion (target);
    _exit (0);
}

void intruder_let_loose (pid_t intruder)
{
    kill (intruder, SIGCONT);
}

void intruder_stop (pid_t intruder)
{
    int status = 0;
    kill (intruder, SIGKILL);
    cr_assert_eq (waitpid (intruder, &status, 0), intruder);
    cr_expect (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL, "the intruder gave up by itself: %x",
               (unsigned) status);
}
