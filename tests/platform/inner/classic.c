/* What criterion_truths.c runs to see how Criterion behaves; most of these fail by intention. */
#include "base/ensure.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

Test (greater, five_is_greater_than_three)
{
    cr_assert_gt (5, 3);
}

Test (greater, five_is_greater_than_five)
{
    cr_assert_gt (5, 5);
}

Test (at_least, four_is_at_least_five)
{
    cr_assert_geq (4, 5);
}

Test (expect, the_first_of_two_is_false)
{
    cr_expect (0, "the first");
    cr_expect (1, "the second");
}

/* --- one process each --- */

static int touched;

Test (process, touches_once)
{
    cr_assert_eq (++touched, 1);
}

Test (process, touches_again)
{
    cr_assert_eq (++touched, 1);
}

/* --- at the same time: each leaves a file and waits for that of the other --- */

static void meet (const char *mine, const char *other)
{
    FILE *file = fopen (mine, "w");
    ensure (file && fclose (file) == 0);
    for (int waited_ms = 0; access (other, F_OK) != 0; waited_ms += 10) {
        cr_assert_lt (waited_ms, 15000, "the other does not come");
        (void) usleep (10 * 1000);
    }
}

Test (together, one)
{
    meet ("one", "two");
}

Test (together, two)
{
    meet ("two", "one");
}

/* --- an assertion that fails in a thread --- */

static void tell_thread (void)
{
    (void) fputs (syscall (SYS_gettid) == getpid () ? "teardown in its thread\n" : "teardown elsewhere\n", stderr);
}

TestSuite (thread, .fini = tell_thread);

static void *fail (void *unused)
{
    (void) unused;
    cr_assert_fail ("in a thread");
    return NULL;
}

Test (thread, fails_in_another)
{
    pthread_t other;
    ensure (pthread_create (&other, NULL, fail, NULL) == 0);
    (void) pthread_join (other, NULL);
}

Test (thread, fails_in_its_own)
{
    cr_assert_fail ("in its own thread");
}
