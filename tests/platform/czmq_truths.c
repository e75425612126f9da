/* czmq 4.2.1: its pollers, signals and actors, and how it reads what others sent. */
#include "base/own.h"
#include "door.h"
#include "truths.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/signalfd.h>

/* --- signals and pollers --- */

typedef struct {
    pthread_t whom;
    atomic_bool enough;
} nudge_t;

static void do_nothing (int number)
{
    (void) number;
}

/* Again and again, as a single signal could come before the poll. */
static void *keep_nudging (void *argument)
{
    nudge_t *self = argument;
    while (!atomic_load (&self->enough)) {
        (void) pthread_kill (self->whom, SIGUSR1);
        zclock_sleep (5);
    }
    return NULL;
}

Test (zpoller, any_harmless_signal_looks_like_the_end)
{
    const struct sigaction harmless = { .sa_handler = do_nothing };
    cr_assert_eq (sigaction (SIGUSR1, &harmless, NULL), 0, "sigaction");
    owned (zsock) idle = zsock_new_pull ("@inproc://idle");
    zpoller_t *poller = zpoller_new (idle, NULL);
    nudge_t nudge = { .whom = pthread_self () };
    pthread_t nudger;
    cr_assert_eq (pthread_create (&nudger, NULL, keep_nudging, &nudge), 0, "pthread_create");

    void *ready = zpoller_wait (poller, PATIENCE_MS);
    bool terminated = zpoller_terminated (poller);
    atomic_store (&nudge.enough, true);
    (void) pthread_join (nudger, NULL);
    zpoller_destroy (&poller);
    cr_expect (!ready && terminated && !zsys_interrupted,
               "a harmless signal does not end a zpoller: signals need not be blocked for its sake");
}

Test (zpoller, the_first_of_two_busy_readers_always_wins)
{
    enum { ROUNDS = 100 };
    owned (zsock) first = zsock_new_pull ("@inproc://first");
    owned (zsock) second = zsock_new_pull ("@inproc://second");
    owned (zsock) to_first = zsock_new_push (">inproc://first");
    owned (zsock) to_second = zsock_new_push (">inproc://second");
    zpoller_t *poller = zpoller_new (first, second, NULL);
    (void) zstr_send (to_second, "waiting");
    int wins = 0;
    for (int i = 0; i < ROUNDS; i++) {
        (void) zstr_send (to_first, "next");
        zsock_t *ready = zpoller_wait (poller, PATIENCE_MS);
        zmsg_t *taken = ready ? zmsg_recv (ready) : NULL;
        zmsg_destroy (&taken);
        wins += ready == first;
    }
    zpoller_destroy (&poller);
    cr_assert_eq (wins, ROUNDS, "zpoller is fair (%d of %d): draining with a budget can go", wins, ROUNDS);
}

static bool handles_sigterm (void)
{
    struct sigaction action;
    cr_assert_eq (sigaction (SIGTERM, NULL, &action), 0, "sigaction");
    return action.sa_handler != SIG_DFL;
}

Test (zsys, czmq_takes_sigterm_unless_told_not_to)
{
    (void) zsys_init ();
    bool after_init = handles_sigterm ();
    zsys_handler_set (NULL);
    bool after_reset = handles_sigterm ();
    cr_expect (after_init, "czmq leaves SIGTERM alone: zsys_handler_set (NULL) can go");
    cr_expect (!after_reset, "zsys_handler_set (NULL) does not give SIGTERM back");
}

/* The way round both: blocked before any thread, a signal waits in the descriptor even when it comes before the poll.
 */
Test (zsys, a_blocked_signal_is_read_from_a_signalfd_in_the_poll_set)
{
    sigset_t terminate;
    (void) sigemptyset (&terminate);
    (void) sigaddset (&terminate, SIGTERM);
    cr_assert_eq (pthread_sigmask (SIG_BLOCK, &terminate, NULL), 0, "pthread_sigmask");
    int signals = signalfd (-1, &terminate, SFD_CLOEXEC | SFD_NONBLOCK);
    zsys_handler_set (NULL);
    owned (zsock) idle = zsock_new_pull ("@inproc://idle");

    cr_assert_eq (kill (getpid (), SIGTERM), 0, "kill");
    zmq_pollitem_t items[] = { { .socket = zsock_resolve (idle), .events = ZMQ_POLLIN },
                               { .fd = signals, .events = ZMQ_POLLIN } };
    int ready = zmq_poll (items, 2, PATIENCE_MS);
    (void) close (signals);
    cr_assert (ready == 1 && (items[1].revents & ZMQ_POLLIN), "the signal is not in the poll set");
    cr_assert_eq (zsys_interrupted, 0, "czmq saw a signal that was blocked");
}

/* --- actors --- */

typedef struct {
    atomic_bool may_go;
    atomic_bool gone;
} stubborn_t;

static void be_busy (zsock_t *pipe, void *argument)
{
    stubborn_t *self = argument;
    (void) zsock_signal (pipe, 0);
    while (!atomic_load (&self->may_go))
        zclock_sleep (1);
    atomic_store (&self->gone, true);
}

static bool becomes_true (atomic_bool *condition)
{
    int64_t deadline = zclock_mono () + PATIENCE_MS;
    while (!atomic_load (condition) && zclock_mono () < deadline)
        zclock_sleep (1);
    return atomic_load (condition);
}

Test (zactor, destroy_with_a_full_pipe_leaves_the_thread_running)
{
    static stubborn_t state; /* outlives the test function, as the thread may */
    zactor_t *actor = zactor_new (be_busy, &state);
    zsock_set_sndtimeo (zactor_sock (actor), 0);
    while (zstr_send (actor, "work") == 0)
        continue;
    zactor_destroy (&actor);
    bool gone_at_return = atomic_load (&state.gone);
    atomic_store (&state.may_go, true);
    cr_expect (!gone_at_return, "zactor_destroy waits for the thread: the explicit join can go");
    cr_expect (becomes_true (&state.gone), "the thread never ends");
}

/* --- reading what others sent --- */

static void decode_hostile_bytes (void *unused)
{
    (void) unused;
    /* a frame that says it is 4 GiB long */
    const byte hostile[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 'x' };
    zframe_t *frame = zframe_new (hostile, sizeof hostile);
    zmsg_t *message = zmsg_decode (frame);
    zmsg_destroy (&message);
    zframe_destroy (&frame);
}

Test (zmsg, decode_dies_of_six_hostile_bytes)
{
    ending_t ending = ending_of (decode_hostile_bytes, NULL);
    cr_assert_eq (ending.signal, SIGSEGV, "zmsg_decode survives hostile bytes: it need no longer be banned for this");
}

Test (zsock, a_picture_reports_success_on_a_message_that_is_too_short)
{
    owned (zsock) reader = zsock_new_pair ("@inproc://picture");
    owned (zsock) writer = zsock_new_pair (">inproc://picture");
    (void) zstr_send (writer, "only this");
    zsock_set_rcvtimeo (reader, PATIENCE_MS);
    char *text = NULL;
    uint64_t number = 7;
    int rc = zsock_recv (reader, "s8", &text, &number);
    zstr_free (&text);
    cr_assert_eq (rc, 0, "zsock_recv refuses a short message: pictures need no longer be banned for this");
}

Test (zstr, recv_cuts_at_the_first_nul)
{
    owned (zsock) reader = zsock_new_pair ("@inproc://text");
    owned (zsock) writer = zsock_new_pair (">inproc://text");
    zframe_t *frame = zframe_new ("a\0b", 3);
    (void) zframe_send (&frame, writer, 0);
    zsock_set_rcvtimeo (reader, PATIENCE_MS);
    char *text = zstr_recv (reader);
    cr_expect (text && streq (text, "a"), "zstr_recv gives more than the text before a NUL");
    zstr_free (&text);
}

Test (zmsg, a_message_that_could_not_be_sent_still_belongs_to_the_sender)
{
    owned (zsock) router = zsock_new (ZMQ_ROUTER);
    zsock_set_router_mandatory (router, 1);
    zmsg_t *message = zmsg_new ();
    (void) zmsg_addstr (message, "nobody");
    (void) zmsg_addstr (message, "hello");
    int rc = zmsg_send (&message, router);
    bool kept = message != NULL;
    zmsg_destroy (&message);
    cr_expect_eq (rc, -1, "a ROUTER that must know its peers sends to nobody");
    cr_expect (kept, "a message that could not be sent is gone: the sender must not destroy it");
}
