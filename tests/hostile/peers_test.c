/* One peer that means no good, or a thousand connections of it, harms nobody else: while it goes on, an honest client
 * is answered, and the service stays within its memory and its files. */
#include "guest.h"
#include "intruder.h"

#include "base/own.h"
#include "bus/curve.h"
#include "fyrtaarn/lease/v1/premises.pb-c.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

TestSuite (peers, .timeout = 300);

/* Generous: what is asked is that nobody starves, not how fast a machine under test is. */
enum { HONEST_DEADLINE_MS = 5000, QUESTIONS = 200, SETTLE_MS = 700, MEMORY_MORE_MAX_MB = 300 };

typedef struct {
    int64_t median_us, worst_us;
} latency_t;

static int by_size (const void *a, const void *b)
{
    int64_t left = *(const int64_t *) a, right = *(const int64_t *) b;
    return (left > right) - (left < right);
}

static latency_t ask_often (client_t *honest)
{
    int64_t took[QUESTIONS];
    for (int i = 0; i < QUESTIONS; i++) {
        int64_t begun = zclock_usecs ();
        const char *reason = guest_greet (honest, "lease");
        took[i] = zclock_usecs () - begun;
        cr_assert_str_eq (reason, "", "question %d", i);
        cr_assert (took[i] <= HONEST_DEADLINE_MS * 1000, "question %d was answered after %lld us", i,
                   (long long) took[i]);
    }
    qsort (took, QUESTIONS, sizeof took[0], by_size);
    return (latency_t){ took[QUESTIONS / 2], took[QUESTIONS - 1] };
}

static long status_of (pid_t process, const char *what)
{
    char path[64], line[256];
    long value = -1;
    snprintf (path, sizeof path, "/proc/%d/status", (int) process);
    FILE *file = fopen (path, "r");
    cr_assert (file, "the service is gone");
    while (fgets (line, sizeof line, file))
        if (strncmp (line, what, strlen (what)) == 0)
            value = strtol (line + strlen (what) + 1, NULL, 10);
    fclose (file);
    return value;
}

/* A page of lease's log is then half a megabyte: the longest answer that there is. */
static void fill_log (const suite_t *suite)
{
    enum { RECORDS = 200, DESKS = 50 };
    owned (client) desk = guest_new (suite, "tmf-desk");
    Lease__AddDesksRequest request = LEASE__ADD_DESKS_REQUEST__INIT;
    request.premises = guest_premises (desk);
    request.count = DESKS;
    request.name_prefix = (char *) (uintptr_t) "abcdefghijklmnopqrst";
    for (int i = 0; i < RECORDS; i++)
        (void) guest_call (desk, "fyrtaarn.lease.v1.House/AddDesks", &request.base);
}

static void expect_harmless (intrusion_t *intrusion, const char *what, const char *key)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    target_t target = { .service = suite_party (suite, "lease"), .own = suite_secret (suite, key) };
    pid_t service = suite_process (suite, "lease"), intruder = intruder_prepare (intrusion, &target);
    fill_log (suite);
    owned (client) honest = guest_new (suite, "operator");
    latency_t alone = ask_often (honest);
    long before_kb = status_of (service, "VmRSS:");
    intruder_let_loose (intruder);
    (void) poll (NULL, 0, SETTLE_MS);
    latency_t disturbed = ask_often (honest);
    owned (client) newcomer = guest_new (suite, "tmf-desk");
    int64_t begun = zclock_mono ();
    cr_expect_str_eq (guest_greet (newcomer, "lease"), "", "who comes while it goes on is let in");
    int64_t entered_ms = zclock_mono () - begun;
    long more_mb = (status_of (service, "VmHWM:") - before_kb) / 1024;
    figure ("peers: %-42s median %5lld us -> %6lld us (x %5.1f), worst %5lld -> %7lld us, newcomer %5lld ms, +%ld MB",
            what, (long long) alone.median_us, (long long) disturbed.median_us,
            (double) disturbed.median_us / (double) alone.median_us, (long long) alone.worst_us,
            (long long) disturbed.worst_us, (long long) entered_ms, more_mb);
    cr_expect (more_mb <= MEMORY_MORE_MAX_MB, "%ld MB more", more_mb);
    intruder_stop (intruder);
    cr_expect_str_eq (guest_greet (honest, "lease"), "");
    suite_stop (&suite);
}

Test (peers, a_thousand_connections_that_say_nothing)
{
    expect_harmless (intrude_in_silence, "1000 that say nothing", "tmf-desk");
}

Test (peers, a_thousand_connections_with_half_a_greeting)
{
    expect_harmless (intrude_half_greeted, "1000 with half a greeting", "tmf-desk");
}

Test (peers, a_thousand_connections_with_half_a_handshake)
{
    expect_harmless (intrude_half_introduced, "1000 with half a handshake", "tmf-desk");
}

Test (peers, garbage_instead_of_a_greeting)
{
    expect_harmless (intrude_with_garbage, "garbage", "tmf-desk");
}

Test (peers, whole_handshakes_with_keys_that_nobody_knows)
{
    expect_harmless (intrude_with_any_key, "handshakes with unknown keys", "tmf-desk");
}

Test (peers, a_client_that_asks_and_never_reads)
{
    expect_harmless (intrude_deaf, "a client that never reads", "sof-desk");
}

Test (peers, a_follower_that_never_reads)
{
    expect_harmless (intrude_deaf_follower, "a follower that never reads", "sof-desk");
}

Test (peers, a_client_that_asks_without_end)
{
    expect_harmless (intrude_flooding, "a client that floods", "tmf-desk");
}

Test (peers, a_client_that_sends_messages_of_the_wrong_shape_without_end)
{
    expect_harmless (intrude_in_parts, "messages in the wrong number of parts", "tmf-desk");
}

Test (peers, one_key_with_hundreds_of_connections)
{
    expect_harmless (intrude_many_times, "300 connections with one key", "tmf-desk");
}
