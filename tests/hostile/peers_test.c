/* One peer that means no good, or a thousand connections of it, harms nobody else: while it goes on, an honest client
 * is answered, and the service stays within its memory and its files. */
#include "guest.h"
#include "intruder.h"

#include "base/own.h"
#include "bus/curve.h"
#include "fyrtaarn/lease/v1/premises.pb-c.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

TestSuite (peers, .timeout = 300);

/* Generous: what is asked is that nobody starves, not how fast a machine under test is. */
enum { HONEST_DEADLINE_MS = 5000, QUESTIONS = 200, SETTLE_MS = 700, MEMORY_MORE_MAX_MB = 400 };

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

static long files_of (pid_t process)
{
    char path[64];
    long count = 0;
    snprintf (path, sizeof path, "/proc/%d/fd", (int) process);
    DIR *directory = opendir (path);
    while (directory && readdir (directory))
        count++;
    if (directory)
        closedir (directory);
    return count;
}

typedef struct {
    suite_t *suite;
    pid_t intruder;
    client_t *honest;
    latency_t alone;
    long memory_kb, files; /* of lease, before */
} siege_t;

/* `files_max` of lease, or 0 for as many as the system allows. */
static void begin (siege_t *siege, intrusion_t *intrusion, const char *key, rlim_t files_max)
{
    *siege = (siege_t){ .suite = suite_start (SUITE_REAL_TIME) };
    target_t target = { .service = suite_party (siege->suite, "lease"), .own = suite_secret (siege->suite, key) };
    siege->intruder = intruder_prepare (intrusion, &target);
    if (files_max) {
        suite_end (siege->suite, "lease");
        setrlimit (RLIMIT_NOFILE, &(struct rlimit){ files_max, files_max });
        suite_revive (siege->suite, "lease");
    }
    fill_log (siege->suite);
    siege->honest = guest_new (siege->suite, "operator");
    siege->alone = ask_often (siege->honest);
    siege->memory_kb = status_of (suite_process (siege->suite, "lease"), "VmRSS:");
    siege->files = files_of (suite_process (siege->suite, "lease"));
    intruder_let_loose (siege->intruder);
    (void) poll (NULL, 0, SETTLE_MS);
}

static void look_at (siege_t *siege, const char *what)
{
    latency_t disturbed = ask_often (siege->honest);
    owned (client) newcomer = guest_new (siege->suite, "steering-desk");
    int64_t begun = zclock_mono ();
    cr_expect_str_eq (guest_greet (newcomer, "lease"), "", "who comes while it goes on is let in");
    int64_t entered_ms = zclock_mono () - begun;
    pid_t lease = suite_process (siege->suite, "lease");
    long more_mb = (status_of (lease, "VmHWM:") - siege->memory_kb) / 1024;
    figure ("peers: %-36s median %4lld -> %6lld us (x %5.1f), worst %5lld -> %7lld us, newcomer %4lld ms, +%ld MB, "
            "+%ld files",
            what, (long long) siege->alone.median_us, (long long) disturbed.median_us,
            (double) disturbed.median_us / (double) siege->alone.median_us, (long long) siege->alone.worst_us,
            (long long) disturbed.worst_us, (long long) entered_ms, more_mb, files_of (lease) - siege->files);
    cr_expect (more_mb <= MEMORY_MORE_MAX_MB, "%ld MB more", more_mb);
}

static void end (siege_t *siege)
{
    intruder_stop (siege->intruder);
    cr_expect_str_eq (guest_greet (siege->honest, "lease"), "");
    client_destroy (&siege->honest);
    suite_stop (&siege->suite);
}

static void expect_harmless (intrusion_t *intrusion, const char *what, const char *key)
{
    siege_t siege;
    begin (&siege, intrusion, key, 0);
    look_at (&siege, what);
    end (&siege);
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

Test (peers, a_client_whose_message_does_not_end)
{
    siege_t siege;
    begin (&siege, intrude_endlessly, "tmf-desk", 0);
    suite_await (siege.suite, "lease", "connection_over_limit");
    look_at (&siege, "a message without an end");
    end (&siege);
}

Test (peers, one_key_with_hundreds_of_connections)
{
    expect_harmless (intrude_many_times, "300 connections with one key", "tmf-desk");
}

/* It had no file left for its key table, so no key could be taken away, and nobody new was let in. */
Test (peers, a_thousand_connections_to_a_service_that_may_have_few_files)
{
    siege_t siege;
    begin (&siege, intrude_in_silence, "tmf-desk", 300);
    look_at (&siege, "1000 that say nothing, 300 files");
    cr_assert_eq (SUITE_FYR (siege.suite, NULL, NULL, "keys", "revoke", "sof-desk"), 0);
    suite_await (siege.suite, "lease", "connections_cut");
    suite_await (siege.suite, "lease", "connection_over_limit");
    end (&siege);
}
