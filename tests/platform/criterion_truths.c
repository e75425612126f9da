/*
 * Criterion 2.4.1. What a green run is worth. Each case runs an inner program that make has built.
 *
 * Left out: that a test's own timeout can deadlock when the machine is busy. It cannot be shown on demand; because of
 * it no test of the project has a .timeout, and every test program runs under timeout(1).
 */
#include "base/own.h"
#include "truths.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static run_t *run_inner (const char *program, const char *filter)
{
    return RUN ("ASAN_OPTIONS=detect_leaks=1", part (program).text, "--jobs", "2", "--filter", filter);
}

static bool passes (const char *program, const char *filter)
{
    owned (run) inner = run_inner (program, filter);
    cr_assert (strstr (inner->output, "Tested: 1 "), "not one test in %s is %s: %s", program, filter, inner->output);
    return inner->ending.exit_code == 0;
}

/* --- assertions --- */

Test (assertions, the_classic_ones_tell_true_from_false)
{
    cr_expect (passes ("classic", "greater/five_is_greater_than_three"), "cr_assert_gt fails what is true");
    cr_expect (!passes ("classic", "greater/five_is_greater_than_five"), "cr_assert_gt passes what is false");
    cr_expect (!passes ("classic", "at_least/four_is_at_least_five"), "cr_assert_geq passes what is false");
}

Test (assertions, the_new_ones_pass_what_is_false)
{
    cr_expect (passes ("new_assert", "greater/five_is_greater_than_five"),
               "gt (int, 5, 5) fails as it should: criterion/new/assert.h may be used");
}

Test (assertions, an_expectation_that_fails_fails_the_test_though_it_goes_on)
{
    cr_assert (!passes ("classic", "expect/the_first_of_two_is_false"), "only the last expectation counts");
}

/* The failing assertion jumps to the stack of the test, which another thread is using: what comes next is anybody's
 * guess, and here the teardown, if it comes, comes in the wrong thread. */
Test (assertions, one_that_fails_in_a_thread_takes_the_test_with_it)
{
    owned (run) own = run_inner ("classic", "thread/fails_in_its_own");
    owned (run) other = run_inner ("classic", "thread/fails_in_another");
    cr_expect (strstr (own->output, "teardown in its thread"), "a failing test has no teardown: %s", own->output);
    cr_expect_neq (other->ending.exit_code, 0, "an assertion that fails in a thread is not seen");
    cr_expect (!strstr (other->output, "teardown in its thread"), "threads may assert");
}

/* --- what passes unseen --- */

Test (unseen, a_leak_does_not_fail_a_test)
{
    cr_assert (passes ("leak", "memory/leaks"), "a leak fails its test: looking for sanitizer logs can go");
}

Test (unseen, a_leak_leaves_a_log_when_asked)
{
    char setting[PATH_MAX + 64];
    (void) snprintf (setting, sizeof setting, "ASAN_OPTIONS=detect_leaks=1:log_path=%s", scratch ("log").text);
    owned (run) leaking = RUN (setting, part ("leak").text);
    owned (run) logs = RUN (NULL, "sh", "-c", "cat log.*");
    cr_expect_eq (leaking->ending.exit_code, 0, "a leak fails its test: looking for sanitizer logs can go");
    cr_expect (strstr (logs->output, "detected memory leaks"),
               "log_path does not tell of a leak (or the sanitizer cannot trace here): %s", logs->output);
}

Test (unseen, a_filter_that_matches_nothing_succeeds)
{
    owned (run) nothing = run_inner ("classic", "no_such/test");
    cr_expect (strstr (nothing->output, "Tested: 0 "), "the filter matches something: %s", nothing->output);
    cr_expect_eq (nothing->ending.exit_code, 0, "running nothing fails: the minimum count of tests can go");
}

/* --- processes --- */

Test (processes, each_test_has_its_own)
{
    owned (run) inner = run_inner ("classic", "process/*");
    cr_expect (strstr (inner->output, "Tested: 2 "), "not two tests: %s", inner->output);
    cr_expect_eq (inner->ending.exit_code, 0, "tests share memory: they may disturb each other");
}

Test (processes, tests_run_at_the_same_time)
{
    owned (run) inner = run_inner ("classic", "together/*");
    cr_expect (strstr (inner->output, "Tested: 2 "), "not two tests: %s", inner->output);
    cr_expect_eq (inner->ending.exit_code, 0, "tests run one after the other: they may share ports and directories");
}
