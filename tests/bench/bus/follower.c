/*
 * A follower of lease that is stopped and goes on again.
 *
 *     follower KEYS STORE
 *
 * Prints `ready` when it has all there is. After that a line each time it has been stopped (SIGSTOP) and, woken again,
 * has all that its owner did meanwhile: how many records that was and how long it took. Ends with SIGTERM.
 */
#include "follow.h"

#include <stdio.h>
#include <unistd.h>

enum { LOOK_US = 2000, STOPPED_NS = 500000000, QUIET_NS = 2000000000 /* longer than a heartbeat's pause */ };

/* Until nothing more comes. */
static void catch_up (const feed_reader_t *reader, uint64_t from)
{
    int64_t woken = now_ns (), moved = woken;
    uint64_t position = from;
    while (now_ns () - moved < QUIET_NS) {
        usleep (LOOK_US);
        if (feed_reader_position (reader) > position)
            moved = now_ns ();
        position = feed_reader_position (reader);
    }
    printf ("caught_up_records=%llu caught_up_s=%.3f\n", (unsigned long long) (position - from),
            (double) (moved - woken) / 1e9);
    (void) fflush (stdout);
}

int main (int argc, char **argv)
{
    if (argc != 3)
        die ("follower KEYS STORE");
    feed_reader_t *reader = feed_reader_start (argv[1], "reporting", "lease", argv[2]);
    puts ("ready");
    (void) fflush (stdout);
    for (;;) {
        int64_t looked_at = now_ns ();
        uint64_t position = feed_reader_position (reader);
        usleep (LOOK_US);
        if (now_ns () - looked_at > STOPPED_NS)
            catch_up (reader, position);
    }
}
