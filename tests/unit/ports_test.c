/* Ports for programs that a test is about to start: tests that start theirs at the same time are given others. */
#include "harness/ports.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static bool overlap (ports_t one, ports_t other)
{
    return abs (one.first - other.first) < PORTS_IN_A_ROW;
}

Test (ports, who_asks_before_the_first_has_begun_to_listen_is_given_others)
{
    ports_t first = ports_claim (), second = ports_claim (), third = ports_claim ();
    cr_assert_not (overlap (first, second) || overlap (first, third) || overlap (second, third));
    ports_let_go (&first);
    ports_let_go (&second);
    ports_let_go (&third);
}

Test (ports, a_claim_counts_in_other_processes)
{
    int told[2], status = 0;
    ports_t theirs = { 0 };
    cr_assert_eq (pipe (told), 0);
    ports_t ours = ports_claim ();
    pid_t child = fork ();
    if (child == 0) {
        (void) close (ours.claim); /* what a fork has inherited is not its own claim */
        ports_t mine = ports_claim ();
        _exit (write (told[1], &mine, sizeof mine) == sizeof mine ? 0 : 1);
    }
    cr_assert (waitpid (child, &status, 0) == child && status == 0);
    cr_assert_eq (read (told[0], &theirs, sizeof theirs), (ssize_t) sizeof theirs);
    cr_assert_not (overlap (ours, theirs));
}
