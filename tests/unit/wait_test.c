#include "bus/wait.h"

#include "harness/chance.h"

#include <criterion/criterion.h>
#include <unistd.h>

enum { PAIRS = 3, TURNS = 50, LONG_MS = 2000, ARRIVED_US = 3000 };

typedef struct {
    zsock_t *ours, *theirs;
    int sent; /* by them, and not read by us */
} pair_t;

static void open_pairs (pair_t *pairs)
{
    for (int i = 0; i < PAIRS; i++) {
        pairs[i].ours = zsock_new (ZMQ_DEALER);
        pairs[i].theirs = zsock_new (ZMQ_DEALER);
        int port = zsock_bind (pairs[i].theirs, "tcp://127.0.0.1:*");
        cr_assert (port > 0);
        cr_assert_eq (zsock_connect (pairs[i].ours, "tcp://127.0.0.1:%d", port), 0);
        zsock_set_linger (pairs[i].ours, 0);
        zsock_set_linger (pairs[i].theirs, 0);
        pairs[i].sent = 0;
    }
}

static void close_pairs (pair_t *pairs)
{
    for (int i = 0; i < PAIRS; i++) {
        zsock_destroy (&pairs[i].ours);
        zsock_destroy (&pairs[i].theirs);
    }
}

static int read_some (pair_t *pair, int most)
{
    char byte;
    int count = 0;
    while (count < most && zmq_recv (zsock_resolve (pair->ours), &byte, 1, ZMQ_DONTWAIT) >= 0)
        count++;
    pair->sent -= count;
    return count;
}

static void wait_and_read (waiter_t *waiter, pair_t *pairs, int timeout_ms, int most)
{
    for (size_t i = 0; i < PAIRS; i++)
        waiter_put (waiter, i, pairs[i].ours);
    waiter_wait (waiter, timeout_ms);
    for (size_t i = 0; i < PAIRS; i++)
        if (waiter_ready (waiter, i))
            (void) read_some (&pairs[i], most);
}

static int sum (const pair_t *pairs)
{
    return pairs[0].sent + pairs[1].sent + pairs[2].sent;
}

/* A descriptor speaks once of what came; a socket that is sent on hears of it too, and then nobody else does. */
Test (wait, whoever_has_something_to_read_is_ready_however_its_socket_was_used)
{
    pair_t pairs[PAIRS];
    waiter_t waiter = { 0 };
    uint64_t chance = 11;
    open_pairs (pairs);
    for (int turn = 0; turn < TURNS; turn++) {
        for (size_t i = 0; i < PAIRS; i++)
            for (uint64_t n = draw (&chance) % 4; n > 0; n--)
                pairs[i].sent += zmq_send (zsock_resolve (pairs[i].theirs), "x", 1, 0) == 1;
        if (draw (&chance) % 2)
            wait_and_read (&waiter, pairs, 0, 1 + (int) (draw (&chance) % 3));
        usleep (ARRIVED_US);
        for (size_t i = 0; i < PAIRS; i++) {
            (void) zmq_send (zsock_resolve (pairs[i].ours), "y", 1, ZMQ_DONTWAIT);
            waiter_used (&waiter, i);
        }
        for (int waiting = sum (pairs); waiting > 0; waiting = sum (pairs)) {
            wait_and_read (&waiter, pairs, LONG_MS, 1);
            cr_assert_lt (sum (pairs), waiting, "%d messages wait and nobody is ready", waiting);
        }
    }
    close_pairs (pairs);
}

Test (wait, a_file_is_ready_while_it_can_be_read_and_an_empty_place_never)
{
    int pipes[2];
    waiter_t waiter = { 0 };
    cr_assert_eq (pipe (pipes), 0);
    waiter_put (&waiter, 0, NULL);
    waiter_put_file (&waiter, 0, pipes[0]);
    waiter_wait (&waiter, 0);
    cr_assert (!waiter_file_ready (&waiter, 0) && !waiter_ready (&waiter, 0));
    cr_assert_eq (write (pipes[1], "x", 1), 1);
    for (int i = 0; i < 2; i++) {
        waiter_wait (&waiter, LONG_MS);
        cr_assert (waiter_file_ready (&waiter, 0));
    }
    close (pipes[0]);
    close (pipes[1]);
}
