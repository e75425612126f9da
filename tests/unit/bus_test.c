/* The bus around a node: who is who, secrets, time, and the worker. */
#include "bus/clock.h"
#include "bus/registry.h"
#include "bus/worker.h"
#include "unit/bus_kit.h"

#include "base/own.h"

#include <poll.h>
#include <sys/stat.h>
#include <utime.h>

TestSuite (registry, .init = bus_begin, .fini = bus_end);
TestSuite (secret, .init = bus_begin, .fini = bus_end);
TestSuite (bus_clock, .init = bus_begin, .fini = bus_end);
TestSuite (worker, .init = bus_begin, .fini = bus_end, .timeout = 60);

/* --- the key table --- */

#define KEY_A "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define KEY_B "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define LEASE "lease lease active " KEY_A " tcp://127.0.0.1:5601 tcp://127.0.0.1:5602\n"
#define DESK "tmf-desk tmf_desk active " KEY_B " - -\n"

static const char *reason_of_table (const char *text)
{
    static fault_t why;
    why = (fault_t){ 0 };
    write_file ("registry", text);
    owned (registry) registry = registry_load (scratch_path ("registry"), &why);
    cr_assert_eq (registry == NULL, why.status != STATUS_OK);
    return why.reason;
}

Test (registry, a_table_says_who_is_who_and_where)
{
    write_file ("registry", "# a comment\n\n  \t\n" LEASE "tmf-desk\ttmf_desk   revoked  " KEY_B " - -\r\n");
    owned (registry) registry = registry_load (scratch_path ("registry"), NULL);
    cr_assert (registry && registry_count (registry) == 2);
    const party_t *lease = registry_by_key (registry, KEY_A);
    cr_assert (lease && lease == registry_by_name (registry, "lease") && lease->caller == CALLER_LEASE);
    cr_assert_str_eq (lease->requests, "tcp://127.0.0.1:5601");
    cr_assert_str_eq (lease->feed, "tcp://127.0.0.1:5602");
    cr_assert_null (registry_by_key (registry, KEY_B), "a revoked key is nobody's");
    cr_assert (registry_by_name (registry, "tmf-desk")->revoked);
    cr_assert_str_eq (registry_by_name (registry, "tmf-desk")->requests, "");
    cr_assert_null (registry_by_name (registry, "nobody"));
}

Test (registry, a_line_that_is_not_a_party_is_refused)
{
    static const char *const BAD[] = {
        "lease lease active " KEY_A " -\n",             /* a column too few */
        "lease lease active " KEY_A " - - -\n",         /* one too many */
        "lease nobody active " KEY_A " - -\n",          /* unknown right */
        "lease anyone active " KEY_A " - -\n",          /* no key is everybody */
        "lease lease maybe " KEY_A " - -\n",            /* unknown state */
        "lease lease active short - -\n",               /* not a key */
        "lease lease active " KEY_A "x - -\n",          /* longer than a key */
        "lease lease active " KEY_A " ipc://x -\n",     /* another transport */
        "lease lease active " KEY_A " - 127.0.0.1:1\n", /* none */
        "a-name-of-more-than-thirty-two-characters lease active " KEY_A " - -\n",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        char text[512];
        snprintf (text, sizeof text, DESK "%s", BAD[i]);
        cr_assert_str_eq (reason_of_table (text), "REGISTRY_MALFORMED", "%s", BAD[i]);
    }
    char long_line[1000];
    snprintf (long_line, sizeof long_line, "#%0600d\n", 0);
    cr_assert_str_eq (reason_of_table (long_line), "REGISTRY_MALFORMED");
    cr_assert_str_eq (reason_of_table (LEASE LEASE), "REGISTRY_DUPLICATE");
    cr_assert_str_eq (reason_of_table (LEASE "desk tmf_desk active " KEY_A " - -\n"), "REGISTRY_DUPLICATE");
    cr_assert_str_eq (reason_of_table (LEASE "lease lease active " KEY_B " - -\n"), "REGISTRY_DUPLICATE");
    cr_assert_str_eq (reason_of_table (LEASE DESK), "");
}

/* It was taken for a key because it was as long as one, and the first socket made with it ended the process. */
Test (registry, forty_characters_that_are_no_key_are_refused)
{
    cr_assert_str_eq (reason_of_table ("lease lease active ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ - -\n"),
                      "REGISTRY_MALFORMED");
    cr_assert_str_eq (reason_of_table ("lease lease active ######################################## - -\n"),
                      "REGISTRY_MALFORMED", "more than 32 bytes can hold");
}

/* What stood after the NUL was not read, and nobody was told. */
Test (registry, a_table_with_a_nul_in_it_is_refused)
{
    static const char TEXT[] = DESK "\0" LEASE;
    fault_t why = { 0 };
    write_bytes ("registry", TEXT, sizeof TEXT - 1);
    cr_assert_null (registry_load (scratch_path ("registry"), &why));
    cr_assert_str_eq (why.reason, "REGISTRY_MALFORMED");
}

Test (registry, more_parties_than_a_table_holds_or_no_table_are_refused)
{
    owned_buffer text = BUFFER (1024 * 1024);
    keypair_t pair;
    for (int i = 0; i <= PARTIES_MAX; i++) {
        zmq_curve_keypair (pair.public_key, pair.secret_key);
        buffer_printf (&text, "p%d operator active %s - -\n", i, pair.public_key);
        if (i == PARTIES_MAX - 1)
            cr_assert_str_eq (reason_of_table (buffer_text (&text)), "");
    }
    cr_assert_str_eq (reason_of_table (buffer_text (&text)), "REGISTRY_FULL");
    fault_t why = { 0 };
    cr_assert_null (registry_load (scratch_path ("nothing"), &why));
    cr_assert_str_eq (why.reason, "REGISTRY_UNREADABLE");
}

static void age (const char *name)
{
    cr_assert_eq (utime (scratch_path (name), &(struct utimbuf){ 1000, 1000 }), 0);
}

Test (registry, a_change_counts_whatever_the_time_stamp_says_and_a_broken_file_does_not)
{
    write_file ("registry", LEASE);
    age ("registry");
    owned (registry) registry = registry_load (scratch_path ("registry"), NULL);
    fault_t why = { 0 };
    cr_assert (!registry_refresh (registry, &why) && why.status == STATUS_OK);
    write_file ("registry", "lease lease active " KEY_B " tcp://127.0.0.1:5601 tcp://127.0.0.1:5602\n");
    age ("registry");
    cr_assert (registry_refresh (registry, &why));
    cr_assert (registry_by_key (registry, KEY_B));
    cr_assert_null (registry_by_key (registry, KEY_A));
    write_file ("registry", LEASE "half a li");
    cr_assert_not (registry_refresh (registry, &why));
    cr_assert_str_eq (why.reason, "REGISTRY_MALFORMED");
    unlink (scratch_path ("registry"));
    cr_assert_not (registry_refresh (registry, &why));
    cr_assert (registry_by_key (registry, KEY_B), "the old table stays");
}

#define KEY_C "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"

Test (registry, a_party_that_changes_its_key_has_two_and_both_count)
{
    write_file ("registry", "lease lease active " KEY_A "," KEY_C " - -\n" DESK);
    owned (registry) registry = registry_load (scratch_path ("registry"), NULL);
    cr_assert (registry);
    const party_t *lease = registry_by_name (registry, "lease");
    cr_assert (registry_by_key (registry, KEY_A) == lease && registry_by_key (registry, KEY_C) == lease);
    cr_assert_null (registry_by_key (registry, ""), "no key is nobody's");
    cr_assert_str_eq (reason_of_table ("lease lease revoked " KEY_A "," KEY_C " - -\n"), "");
    registry_t *revoked = registry_load (scratch_path ("registry"), NULL);
    cr_assert (!registry_by_key (revoked, KEY_A) && !registry_by_key (revoked, KEY_C), "both are revoked");
    registry_destroy (&revoked);
    static const char *const BAD[] = { KEY_A ",", "," KEY_A, KEY_A "," KEY_A, KEY_A ",short",
                                       KEY_A "," KEY_B "," KEY_C };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        char text[512];
        snprintf (text, sizeof text, "lease lease active %s - -\n", BAD[i]);
        cr_assert_str_eq (reason_of_table (text), "REGISTRY_MALFORMED", "%s", BAD[i]);
    }
    cr_assert_str_eq (reason_of_table (DESK "lease lease active " KEY_A "," KEY_B " - -\n"), "REGISTRY_DUPLICATE");
    cr_assert_str_eq (reason_of_table ("lease lease active " KEY_A "," KEY_B " - -\n" DESK), "REGISTRY_DUPLICATE");
}

Test (registry, it_tells_when_a_key_that_counted_was_taken_away)
{
    static const struct {
        const char *text;
        unsigned withdrawals;
    } STEPS[] = {
        { "lease lease active " KEY_A " - -\n" DESK, 0 },           /* as it was */
        { DESK "lease lease active " KEY_C "," KEY_A " - -\n", 0 }, /* one more */
        { DESK "lease lease active " KEY_C " - -\n", 1 },           /* the old one is retired */
        { "tmf-desk tmf_desk revoked " KEY_B " - -\nlease lease active " KEY_C " - -\n", 2 },
        { "lease lease active " KEY_C " - -\n", 2 }, /* a revoked key is gone: it did not count */
        { "lease lease active " KEY_C " - -\n" DESK, 2 },
        { "lease lease active " KEY_C "," KEY_B " - -\n", 2 }, /* it counts, though for another */
        { "lease lease active " KEY_A " - -\n", 3 },
        { "lease lease act", 3 },
    };
    write_file ("registry", STEPS[0].text);
    owned (registry) registry = registry_load (scratch_path ("registry"), NULL);
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
        write_file ("registry", STEPS[i].text);
        (void) registry_refresh (registry, NULL);
        cr_assert_eq (registry_withdrawals (registry), STEPS[i].withdrawals, "step %zu", i);
    }
}

/* --- secrets --- */

Test (secret, what_was_made_is_read_back_and_is_never_overwritten)
{
    keypair_t made, read;
    uint8_t master[MASTER_KEY_BYTES], again[MASTER_KEY_BYTES];
    fault_t why = { 0 };
    struct stat info;
    cr_assert_eq (secret_create (scratch_path ("a.secret"), &made, &why), STATUS_OK);
    cr_assert_eq (secret_load (scratch_path ("a.secret"), &read, &why), STATUS_OK, "%s", why.message);
    cr_assert (strcmp (read.public_key, made.public_key) == 0 && strcmp (read.secret_key, made.secret_key) == 0);
    cr_assert_eq (stat (scratch_path ("a.secret"), &info), 0);
    cr_assert_eq (info.st_mode & 0777, 0600);
    cr_assert_eq (secret_create (scratch_path ("a.secret"), NULL, &why), STATUS_ALREADY_EXISTS);
    cr_assert_eq (master_create (scratch_path ("a.master"), &why), STATUS_OK);
    cr_assert_eq (master_load (scratch_path ("a.master"), master, &why), STATUS_OK, "%s", why.message);
    cr_assert_eq (master_create (scratch_path ("a.master"), &why), STATUS_ALREADY_EXISTS);
    cr_assert_eq (master_load (scratch_path ("a.master"), again, &why), STATUS_OK);
    cr_assert_eq (memcmp (master, again, sizeof master), 0);
}

Test (secret, a_secret_that_others_may_read_is_refused)
{
    keypair_t pair;
    cr_assert_eq (secret_create (scratch_path ("a.secret"), NULL, NULL), STATUS_OK);
    for (mode_t mode = 0; mode < 01000; mode += 1) {
        if (!(mode & S_IRUSR))
            continue;
        fault_t why = { 0 };
        cr_assert_eq (chmod (scratch_path ("a.secret"), mode), 0);
        status_t status = secret_load (scratch_path ("a.secret"), &pair, &why);
        cr_assert_eq (status == STATUS_OK, (mode & S_IRWXO) == 0, "mode %o", (unsigned) mode);
        cr_assert (status == STATUS_OK || strcmp (why.reason, "SECRET_EXPOSED") == 0);
    }
}

static const char *reason_of_secret (const char *text, bool master)
{
    static fault_t why;
    keypair_t pair;
    uint8_t key[MASTER_KEY_BYTES];
    why = (fault_t){ 0 };
    write_file ("x", text);
    cr_assert_eq (chmod (scratch_path ("x"), 0600), 0);
    (void) (master ? master_load (scratch_path ("x"), key, &why) : secret_load (scratch_path ("x"), &pair, &why));
    return why.reason;
}

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* What stood after the key on its line was not looked at: a mangled file passed for a secret. */
Test (secret, a_file_that_holds_anything_but_one_secret_is_refused)
{
    static const char *const BAD[] = {
        "", "\n", "short\n", KEY_A "x\n", KEY_A "\n\n", KEY_A " x", "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        cr_assert_str_eq (reason_of_secret (BAD[i], false), "SECRET_MALFORMED", "%s", BAD[i]);
    cr_assert_str_eq (reason_of_secret (KEY_A, false), "");
    cr_assert_str_eq (reason_of_secret (HEX "\n", true), "");
    cr_assert_str_eq (reason_of_secret (HEX "0\n", true), "SECRET_MALFORMED");
    cr_assert_str_eq (reason_of_secret ("x" HEX, true), "SECRET_MALFORMED");
    fault_t why = { 0 };
    keypair_t pair;
    cr_assert_eq (secret_load (scratch_path ("nothing"), &pair, &why), STATUS_UNAVAILABLE);
}

Test (secret, keys_that_are_made_work_and_one_that_is_revoked_is_out)
{
    keys_plan_t plan = { .directory = scratch, .host = "127.0.0.1", .first_port = 5601 };
    fault_t why = { 0 };
    make_keys (plan.host, plan.first_port);
    owned (registry) registry = registry_load (scratch_path ("registry"), &why);
    cr_assert (registry, "%s", why.message);
    cr_assert_eq (registry_count (registry), 10);
    for (size_t i = 0; i < registry_count (registry); i++) {
        const party_t *party = registry_at (registry, i);
        char name[64];
        keypair_t pair;
        snprintf (name, sizeof name, "%s.secret", party->name);
        cr_assert_eq (secret_load (scratch_path (name), &pair, &why), STATUS_OK);
        cr_assert_str_eq (pair.public_key, party->public_key);
    }
    cr_assert_eq (keys_init (&plan, &why), STATUS_ALREADY_EXISTS);
    cr_assert_eq (keys_revoke (scratch_path ("registry"), "nobody", &why), STATUS_NOT_FOUND);
    char key[PUBLIC_KEY_SIZE];
    snprintf (key, sizeof key, "%s", registry_by_name (registry, "tmf-desk")->public_key);
    for (int round = 0; round < 2; round++) {
        cr_assert_eq (keys_revoke (scratch_path ("registry"), "tmf-desk", &why), STATUS_OK);
        cr_assert_eq (registry_refresh (registry, &why), round == 0);
        cr_assert_null (registry_by_key (registry, key));
        cr_assert_eq (registry_count (registry), 10);
        cr_assert_str_eq (registry_by_name (registry, "lease")->requests, "tcp://127.0.0.1:5601");
    }
}

static const char *add_party (const char *name, caller_t caller)
{
    static fault_t why;
    why = (fault_t){ 0 };
    (void) keys_add (scratch, scratch_path ("registry"), name, caller, &why);
    return why.reason;
}

/* As `fyr keys list` and a party's own secret have them. */
static void expect_keys (const char *name, bool two, const char *has, const char *has_not)
{
    char path[64];
    keypair_t own;
    owned (registry) registry = registry_load (scratch_path ("registry"), NULL);
    const party_t *party = registry_by_name (registry, name);
    snprintf (path, sizeof path, "%s.secret", name);
    cr_assert_eq (secret_load (scratch_path (path), &own, NULL), STATUS_OK);
    cr_assert (party && party_has_key (party, own.public_key), "the secret in its place counts");
    cr_assert_eq (party->old_key[0] != '\0', two);
    cr_assert (!has || registry_by_key (registry, has));
    cr_assert (!has_not || !registry_by_key (registry, has_not));
}

static const char *change (status_t (*change_key) (const char *, const char *, fault_t *), const char *name)
{
    static fault_t why;
    why = (fault_t){ 0 };
    (void) change_key (scratch_path ("registry"), name, &why);
    return why.reason;
}

static status_t rotate (const char *registry_path, const char *name, fault_t *reterr)
{
    return keys_rotate (scratch, registry_path, name, reterr);
}

Test (secret, a_key_is_changed_while_both_count_and_then_the_old_one_does_not)
{
    keypair_t old;
    make_keys ("127.0.0.1", 5601);
    cr_assert_eq (secret_load (scratch_path ("lease.secret"), &old, NULL), STATUS_OK);
    cr_assert_str_eq (change (keys_retire, "lease"), "KEYS_SETTLED");
    cr_assert_str_eq (change (rotate, "lease"), "");
    expect_keys ("lease", true, old.public_key, NULL);
    cr_assert_str_eq (change (rotate, "lease"), "KEYS_CHANGING");
    expect_keys ("lease", true, old.public_key, NULL);
    cr_assert_str_eq (change (keys_retire, "lease"), "");
    expect_keys ("lease", false, NULL, old.public_key);
    cr_assert_str_eq (change (rotate, "nobody"), "KEY_UNKNOWN");
    cr_assert_str_eq (change (keys_retire, "nobody"), "KEY_UNKNOWN");
    cr_assert_eq (secret_load (scratch_path ("lease.secret"), &old, NULL), STATUS_OK);
    cr_assert_str_eq (change (keys_revoke, "lease"), "");
    cr_assert_str_eq (change (rotate, "lease"), "");
    expect_keys ("lease", false, NULL, old.public_key);
}

Test (secret, one_more_desk_has_a_key_of_its_own_and_nobody_elses_changes)
{
    make_keys ("127.0.0.1", 5601);
    cr_assert_str_eq (add_party ("tmf-desk-2", CALLER_TMF_DESK), "");
    expect_keys ("tmf-desk-2", false, NULL, NULL);
    expect_keys ("tmf-desk", false, NULL, NULL);
    cr_assert_str_eq (add_party ("tmf-desk-2", CALLER_TMF_DESK), "KEYS_EXIST");
    cr_assert_str_eq (add_party ("second-lease", CALLER_LEASE), "KEYS_ROLE");
    cr_assert_str_eq (add_party ("nobody", CALLER_NONE), "KEYS_ROLE");
    cr_assert_str_eq (add_party ("everybody", CALLER_ANYONE), "KEYS_ROLE");
    static const char *const BAD[] = {
        "", "-", "../desk", "Desk", "a b", "a#", "skrivebord-på-kontoret", "a-name-of-thirty-three-characters"
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        cr_assert_str_eq (add_party (BAD[i], CALLER_OPERATOR), "KEYS_NAME", "%s", BAD[i]);
    keypair_t interrupted;
    cr_assert_eq (secret_create (scratch_path ("operator-2.secret"), &interrupted, NULL), STATUS_OK);
    cr_assert_str_eq (add_party ("operator-2", CALLER_OPERATOR), "");
    expect_keys ("operator-2", false, interrupted.public_key, NULL);
}

/* After each of its three steps the secret in its place counts, and running it again ends it. */
Test (secret, a_change_of_keys_that_was_interrupted_goes_on)
{
    keypair_t fresh, old;
    char line[64];
    make_keys ("127.0.0.1", 5601);
    cr_assert_eq (secret_load (scratch_path ("tmf-desk.secret"), &old, NULL), STATUS_OK);
    cr_assert_eq (secret_create (scratch_path ("tmf-desk.secret.new"), &fresh, NULL), STATUS_OK);
    expect_keys ("tmf-desk", false, old.public_key, fresh.public_key); /* interrupted before the table */
    cr_assert_str_eq (change (rotate, "tmf-desk"), "");
    expect_keys ("tmf-desk", true, fresh.public_key, NULL);
    snprintf (line, sizeof line, "%s\n", old.secret_key); /* interrupted after the table */
    cr_assert_eq (rename (scratch_path ("tmf-desk.secret"), scratch_path ("tmf-desk.secret.new")), 0);
    write_file ("tmf-desk.secret", line);
    cr_assert_eq (chmod (scratch_path ("tmf-desk.secret"), 0600), 0);
    expect_keys ("tmf-desk", true, fresh.public_key, NULL);
    cr_assert_str_eq (change (rotate, "tmf-desk"), "");
    expect_keys ("tmf-desk", true, old.public_key, NULL);
    keypair_t now;
    cr_assert_eq (secret_load (scratch_path ("tmf-desk.secret"), &now, NULL), STATUS_OK);
    cr_assert_str_eq (now.public_key, fresh.public_key);
}

/* --- time --- */

Test (bus_clock, a_clock_file_gives_all_who_share_it_one_time_that_flows_on)
{
    fault_t why = { 0 };
    owned (bus_clock) one = bus_clock_new (scratch_path ("clock"), &why);
    owned (bus_clock) two = bus_clock_new (scratch_path ("clock"), &why);
    owned (bus_clock) real = bus_clock_new (NULL, &why);
    cr_assert (one && two && real && bus_clock_is_virtual (one) && !bus_clock_is_virtual (real));
    int64_t skew = bus_clock_now (one) - bus_clock_now (real);
    cr_assert (skew > -1000 && skew < 1000, "a new file shows the system's time");
    bus_clock_set (one, 1000000000000);
    (void) poll (NULL, 0, 20);
    int64_t seen = bus_clock_now (two);
    cr_assert (seen >= 1000000000020 && seen < 1000000060000, "%lld", (long long) seen);
    bus_clock_destroy (&two);
    two = bus_clock_new (scratch_path ("clock"), &why);
    cr_assert (bus_clock_now (two) < 1000000060000, "it stays when it is opened again");
    cr_assert_null (bus_clock_new (scratch_path ("no/such/place"), &why));
    cr_assert_str_eq (why.reason, "CLOCK_UNREADABLE");
}

/* --- the worker --- */

static status_t run_twice (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr)
{
    (void) reterr;
    job_progress (job, 500);
    buffer_append (output, input.data, input.size);
    buffer_append (output, input.data, input.size);
    return STATUS_OK;
}

static status_t run_slow (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr)
{
    (void) input, (void) output, (void) reterr;
    job_progress (job, 250);
    (void) poll (NULL, 0, 300);
    return STATUS_ABORTED;
}

static status_t run_endless (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr)
{
    (void) input, (void) output, (void) reterr;
    while (job_progress (job, 500))
        (void) poll (NULL, 0, 1);
    return STATUS_OK;
}

static status_t run_huge (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr)
{
    (void) job, (void) input, (void) reterr;
    static const uint8_t BLOCK[65536];
    for (int i = 0; i < 600; i++)
        buffer_append (output, BLOCK, sizeof BLOCK);
    return STATUS_OK;
}

static const job_handler_t JOBS[] = {
    { "twice", run_twice, NULL, NULL },
    { "slow", run_slow, NULL, NULL },
    { "huge", run_huge, NULL, NULL },
    { "endless", run_endless, NULL, NULL },
    { 0 },
};

static job_result_t take_result (worker_t *worker)
{
    struct pollfd ready = { .fd = worker_event (worker), .events = POLLIN };
    job_result_t result = { 0 };
    cr_assert_eq (poll (&ready, 1, 20000), 1, "the worker says nothing");
    cr_assert (worker_take (worker, &result), "it says that something is there");
    return result;
}

Test (worker, jobs_run_one_after_another_and_their_results_come_in_order)
{
    owned (worker) worker = worker_new (JOBS);
    for (uint64_t id = 1; id <= 200; id++)
        worker_start (worker, id, "twice", bytes_of (&id, sizeof id));
    for (uint64_t id = 1; id <= 200; id++) {
        job_result_t result = take_result (worker);
        uint64_t twice[2] = { id, id };
        cr_assert (result.id == id && result.status == STATUS_OK);
        cr_assert (bytes_equal (buffer_bytes (&result.output), bytes_of (twice, sizeof twice)));
        buffer_clear (&result.output);
    }
    job_result_t none;
    struct pollfd ready = { .fd = worker_event (worker), .events = POLLIN };
    cr_assert_not (worker_take (worker, &none));
    cr_assert_eq (poll (&ready, 1, 0), 0, "nothing is left to wake up for");
}

/* A run that was cancelled computed to its end, and the next one waited for it. */
Test (worker, a_job_that_is_stopped_ends_and_the_next_one_has_its_turn)
{
    owned (worker) worker = worker_new (JOBS);
    unsigned permille = 0;
    for (uint64_t id = 1; id <= 3; id++)
        worker_start (worker, id, "endless", (bytes_t){ 0 });
    worker_start (worker, 4, "twice", bytes_of ("x", 1));
    while (worker_progress (worker, &permille) != 1)
        (void) poll (NULL, 0, 1);
    worker_stop (worker, 99);
    worker_stop (worker, 2);
    worker_stop (worker, 3);
    worker_stop (worker, 1);
    job_result_t stopped = take_result (worker), next = take_result (worker);
    cr_assert (stopped.id == 1 && stopped.status == STATUS_CANCELLED);
    cr_assert (next.id == 4 && next.status == STATUS_OK, "those that waited were gone");
    buffer_clear (&next.output);
}

/* A long run held up the end of the service. */
Test (worker, it_ends_although_a_job_would_go_on_for_ever, .timeout = 20)
{
    owned (worker) worker = worker_new (JOBS);
    unsigned permille = 0;
    worker_start (worker, 1, "endless", (bytes_t){ 0 });
    while (worker_progress (worker, &permille) != 1)
        (void) poll (NULL, 0, 1);
}

Test (worker, a_result_that_is_too_large_is_a_fault_and_an_unknown_job_nothing)
{
    owned (worker) worker = worker_new (JOBS);
    worker_start (worker, 1, "nonsense", (bytes_t){ 0 });
    worker_start (worker, 2, "huge", (bytes_t){ 0 });
    job_result_t result = take_result (worker);
    cr_assert (result.id == 2 && result.status == STATUS_RESOURCE_EXHAUSTED);
    buffer_clear (&result.output);
}

Test (worker, it_tells_how_far_it_is_and_stops_with_jobs_waiting)
{
    owned (worker) worker = worker_new (JOBS);
    unsigned permille = 0;
    uint64_t running = 0;
    for (uint64_t id = 1; id <= WORKER_QUEUE_MAX + 10; id++)
        worker_start (worker, id, "slow", bytes_of ("x", 1));
    for (int i = 0; i < 2000 && (running == 0 || permille == 0); i++) {
        running = worker_progress (worker, &permille);
        (void) poll (NULL, 0, 1);
    }
    cr_assert (running == 1 && permille == 250);
    int64_t begun = zclock_mono ();
    worker_destroy (&worker);
    cr_assert (zclock_mono () - begun < 5000, "it waits for one job and not for all");
}
