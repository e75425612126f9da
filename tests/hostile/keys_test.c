/* X3: who is let in, on the real bus: every kind of key at both doors, and what becomes of it when the table changes.
 */
#include "guest.h"

#include "base/own.h"
#include "bus/curve.h"
#include "bus/server.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#ifndef ZMQ_METADATA
#define ZMQ_METADATA 95 /* libzmq counts it as a draft; it is in every release since 4.3 */
#endif

enum { QUIET_MS = 3000, PATIENCE_MS = 20000, MARGIN = 3 };

TestSuite (keys, .init = curve_prepare, .timeout = 300);

/* --- the table --- */

static const char *table_path (const suite_t *suite)
{
    static char path[128];
    snprintf (path, sizeof path, "%s/keys/registry", suite_directory (suite));
    return path;
}

static void read_table (const suite_t *suite, char out[8192])
{
    FILE *file = fopen (table_path (suite), "r");
    cr_assert (file);
    size_t size = fread (out, 1, 8191, file);
    out[size] = '\0';
    fclose (file);
}

/* In place, and with the time stamp that it had. */
static void write_table (const suite_t *suite, const char *text)
{
    struct stat before;
    cr_assert_eq (stat (table_path (suite), &before), 0);
    FILE *file = fopen (table_path (suite), "r+");
    cr_assert (file && fputs (text, file) >= 0 && fflush (file) == 0);
    cr_assert_eq (ftruncate (fileno (file), (off_t) strlen (text)), 0);
    cr_assert_eq (fclose (file), 0);
    cr_assert_eq (utime (table_path (suite), &(struct utimbuf){ before.st_atime, before.st_mtime }), 0);
}

static void add_line (const suite_t *suite, const char *line)
{
    char text[8192];
    read_table (suite, text);
    strncat (text, line, sizeof text - strlen (text) - 1);
    write_table (suite, text);
}

static void replace_in_table (const suite_t *suite, const char *old, const char *new)
{
    char text[8192], changed[8192];
    read_table (suite, text);
    char *at = strstr (text, old);
    cr_assert (at);
    snprintf (changed, sizeof changed, "%.*s%s%s", (int) (at - text), text, new, at + strlen (old));
    write_table (suite, changed);
}

/* --- every kind of key, at both doors --- */

typedef enum { NO_KEY, PASSWORD, WRONG_SERVER_KEY, UNKNOWN_KEY, REVOKED_KEY, KEY_OF_ANOTHER, OWN_KEY, KINDS } kind_t;

static const struct {
    const char *name;
    bool let_in;
    const char *reason; /* of a method that is tmf_desk's */
} EXPECTED[KINDS] = {
    [NO_KEY] = { "no key", false, NULL },
    [PASSWORD] = { "a password", false, NULL },
    [WRONG_SERVER_KEY] = { "a wrong key of the server", false, NULL },
    [UNKNOWN_KEY] = { "an unknown key", false, NULL },
    [REVOKED_KEY] = { "a revoked key", false, NULL },
    [KEY_OF_ANOTHER] = { "a key of another administration", true, "CALLER_NOT_ALLOWED" },
    [OWN_KEY] = { "a key that may", true, "" },
};

static zsock_t *without_curve (int type, bool password)
{
    zsock_t *socket = zsock_new (type);
    zsock_set_linger (socket, 0);
    if (password) {
        zsock_set_plain_username (socket, "tmf-desk");
        zsock_set_plain_password (socket, "tmf-desk");
    }
    if (type == ZMQ_SUB)
        zsock_set_subscribe (socket, "");
    else
        zsock_set_immediate (socket, 1);
    return socket;
}

static zsock_t *visitor (const suite_t *suite, kind_t kind, int type)
{
    keypair_t stranger, own = suite_secret (suite, "tmf-desk");
    zmq_curve_keypair (stranger.public_key, stranger.secret_key);
    const party_t lease = suite_party (suite, "lease");
    const char *server = kind == WRONG_SERVER_KEY ? stranger.public_key : lease.public_key;
    if (kind == UNKNOWN_KEY)
        own = stranger;
    else if (kind == REVOKED_KEY)
        own = suite_secret (suite, "sof-desk");
    else if (kind == KEY_OF_ANOTHER)
        own = suite_secret (suite, "bif-desk");
    bool bare = kind == NO_KEY || kind == PASSWORD;
    zsock_t *socket = bare ? without_curve (type, kind == PASSWORD) : curve_client (type, 0, server, &own, "");
    cr_assert_eq (zsock_connect (socket, "%s", type == ZMQ_SUB ? lease.feed : lease.requests), 0);
    return socket;
}

#define LIST_LEASES "fyrtaarn.lease.v1.Leases/ListLeases"

typedef struct {
    zsock_t *requests, *feed;
    bool answered, fed;
    char reason[64];
} visit_t;

static void look_round (visit_t *visit)
{
    (void) knock_say (visit->requests, LIST_LEASES);
    visit->answered = knock_hear (visit->requests, 0, visit->reason) || visit->answered;
    zmsg_t *heard = zmsg_recv (visit->feed);
    visit->fed = visit->fed || heard;
    zmsg_destroy (&heard);
}

Test (keys, each_kind_of_key_is_let_in_or_kept_out_at_both_doors)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    visit_t visits[KINDS] = { 0 };
    unsigned in = 0, out = 0;
    cr_assert_eq (SUITE_FYR (suite, NULL, NULL, "keys", "revoke", "sof-desk"), 0);
    suite_await (suite, "lease", "connections_cut");
    for (kind_t kind = 0; kind < KINDS; kind++) {
        visits[kind].requests = visitor (suite, kind, ZMQ_DEALER);
        visits[kind].feed = visitor (suite, kind, ZMQ_SUB);
        zsock_set_rcvtimeo (visits[kind].feed, 0);
    }
    int64_t until = zclock_mono () + PATIENCE_MS, quiet_until = zclock_mono () + QUIET_MS;
    while (zclock_mono () < quiet_until ||
           (zclock_mono () < until && !(visits[OWN_KEY].answered && visits[OWN_KEY].fed &&
                                        visits[KEY_OF_ANOTHER].answered && visits[KEY_OF_ANOTHER].fed))) {
        for (kind_t kind = 0; kind < KINDS; kind++)
            look_round (&visits[kind]);
        (void) poll (NULL, 0, 20);
    }
    for (kind_t kind = 0; kind < KINDS; kind++) {
        cr_expect_eq (visits[kind].answered, EXPECTED[kind].let_in, "requests: %s", EXPECTED[kind].name);
        cr_expect_eq (visits[kind].fed, EXPECTED[kind].let_in, "feed: %s", EXPECTED[kind].name);
        if (EXPECTED[kind].let_in)
            cr_expect_str_eq (visits[kind].reason, EXPECTED[kind].reason, "%s", EXPECTED[kind].name);
        in += EXPECTED[kind].let_in ? 2 : 0;
        out += EXPECTED[kind].let_in ? 0 : 2;
        zsock_destroy (&visits[kind].requests);
        zsock_destroy (&visits[kind].feed);
    }
    figure ("keys: %u kinds of key x 2 doors, %u let in, %u kept out", (unsigned) KINDS, in, out);
    suite_stop (&suite);
}

/* Who sent a request is the key of its connection, however the requests of several come in one round. */
Test (keys, requests_of_two_desks_that_come_at_once_are_told_apart)
{
    enum { EACH = 100 };
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    owned (zsock) may = visitor (suite, OWN_KEY, ZMQ_DEALER);
    owned (zsock) may_not = visitor (suite, KEY_OF_ANOTHER, ZMQ_DEALER);
    zsock_set_sndtimeo (may, PATIENCE_MS);
    unsigned sent = 0, served = 0, refused = 0;
    char reason[64];
    for (int64_t until = zclock_mono () + PATIENCE_MS; sent < EACH && zclock_mono () < until;)
        if (zsock_events (may) & ZMQ_POLLOUT && zsock_events (may_not) & ZMQ_POLLOUT)
            sent += knock_say (may, LIST_LEASES) && knock_say (may_not, LIST_LEASES);
    for (unsigned i = 0; i < sent; i++) {
        served += knock_hear (may, PATIENCE_MS, reason) && strcmp (reason, "") == 0;
        refused += knock_hear (may_not, PATIENCE_MS, reason) && strcmp (reason, "CALLER_NOT_ALLOWED") == 0;
    }
    cr_expect (sent == EACH && served == EACH && refused == EACH, "%u sent, %u served, %u refused", sent, served,
               refused);
    suite_stop (&suite);
}

/* --- taken away while connected --- */

/* A revoked follower stayed connected and heard every event until the service was restarted. */
Test (keys, who_is_revoked_while_connected_is_cut_off_at_both_doors_and_nobody_else_is)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    owned (zsock) feed = visitor (suite, KEY_OF_ANOTHER, ZMQ_SUB);
    owned (zsock) requests = visitor (suite, KEY_OF_ANOTHER, ZMQ_DEALER);
    owned (client) honest = guest_new (suite, "tmf-desk");
    visit_t visit = { .requests = requests, .feed = feed };
    for (int64_t until = zclock_mono () + PATIENCE_MS; !(visit.answered && visit.fed) && zclock_mono () < until;) {
        look_round (&visit);
        (void) poll (NULL, 0, 10);
    }
    cr_assert (visit.answered && visit.fed, "it is let in at first");
    cr_assert_eq (SUITE_FYR (suite, NULL, NULL, "keys", "revoke", "bif-desk"), 0);
    int64_t revoked = zclock_mono (), last = revoked;
    while (zclock_mono () < last + QUIET_MS && last < revoked + PATIENCE_MS) {
        visit.answered = visit.fed = false;
        look_round (&visit);
        if (visit.answered || visit.fed)
            last = zclock_mono ();
        (void) poll (NULL, 0, 10);
    }
    figure ("keys: revoked while connected, heard nothing more after %lld ms (SERVER_CUT_OFF_MS %d)",
            (long long) (last - revoked), (int) SERVER_CUT_OFF_MS);
    cr_expect (last - revoked <= MARGIN * SERVER_CUT_OFF_MS, "%lld ms", (long long) (last - revoked));
    cr_expect_str_eq (guest_greet (honest, "lease"), "", "who still counts is served");
    suite_rest (suite);
    suite_stop (&suite);
}

/* --- unknown at first --- */

Test (keys, a_client_that_was_refused_comes_back_once_it_is_registered)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    char path[160], secret[160], line[256], text[8192];
    keypair_t pair;
    fault_t why = { 0 };
    snprintf (secret, sizeof secret, "%s/late.secret", suite_directory (suite));
    snprintf (path, sizeof path, "%s/table-of-late", suite_directory (suite));
    cr_assert_eq (secret_create (secret, &pair, &why), STATUS_OK);
    snprintf (line, sizeof line, "late tmf_desk active %s - -\n", pair.public_key);
    read_table (suite, text);
    FILE *file = fopen (path, "w");
    cr_assert (file && fprintf (file, "%s%s", text, line) > 0 && fclose (file) == 0);
    owned (client) late = client_new (path, secret, &why);
    cr_assert (late, "%s", why.message);
    cr_expect_str_eq (guest_greet (late, "lease"), "KEY_REFUSED");
    add_line (suite, line);
    const char *reason = "KEY_REFUSED";
    int64_t begun = zclock_mono ();
    while (strcmp (reason, "KEY_REFUSED") == 0 && zclock_mono () < begun + PATIENCE_MS)
        reason = guest_greet (late, "lease");
    cr_expect_str_eq (reason, "");
    figure ("keys: a refused client was served %lld ms after it was registered", (long long) (zclock_mono () - begun));
    suite_stop (&suite);
}

/* --- the table changes under a running service --- */

Test (keys, a_key_swapped_in_place_under_the_same_time_stamp_is_another_key)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    owned (client) before = guest_new (suite, "bif-desk");
    char secret[160];
    keypair_t fresh, old = suite_secret (suite, "bif-desk");
    cr_expect_str_eq (guest_greet (before, "lease"), "");
    snprintf (secret, sizeof secret, "%s/keys/fresh.secret", suite_directory (suite));
    cr_assert_eq (secret_create (secret, &fresh, NULL), STATUS_OK);
    replace_in_table (suite, old.public_key, fresh.public_key);
    suite_await (suite, "lease", "key_table_changed");
    owned (client) after = guest_new (suite, "fresh");
    cr_expect_str_eq (guest_greet (after, "lease"), "");
    cr_expect_str_eq (guest_greet (before, "lease"), "KEY_REFUSED");
    suite_stop (&suite);
}

Test (keys, a_table_with_one_key_twice_changes_nothing_and_is_reported)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    char text[8192], line[256];
    keypair_t operator_key = suite_secret (suite, "operator");
    owned (client) guest = guest_new (suite, "operator");
    read_table (suite, text);
    snprintf (line, sizeof line, "twin tmf_desk active %s - -\n", operator_key.public_key);
    add_line (suite, line);
    suite_await (suite, "lease", "REGISTRY_DUPLICATE");
    cr_expect_str_eq (guest_greet (guest, "lease"), "");
    char *log = suite_log (suite, "lease");
    cr_expect_null (strstr (log, "connections_cut"), "%s", log);
    free (log);
    write_table (suite, text);
    cr_expect_str_eq (guest_greet (guest, "lease"), "");
    suite_stop (&suite);
}

/* czmq's own guard set 512 bytes aside for what a client says about itself. */
Test (keys, a_client_that_says_much_about_itself_in_the_handshake_is_let_in_and_nobody_is_harmed)
{
    static const size_t SIZES[] = { 100, 511, 512, 513, 1200, 20000, 60000 };
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    owned (client) honest = guest_new (suite, "operator");
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        owned_buffer note = BUFFER (100000);
        char reason[64];
        keypair_t own = suite_secret (suite, "tmf-desk");
        const party_t lease = suite_party (suite, "lease");
        owned (zsock) talker = curve_client (ZMQ_DEALER, 0, lease.public_key, &own, NULL);
        buffer_append_text (&note, "X-note:");
        memset (buffer_extend (&note, SIZES[i]), 'x', SIZES[i]);
        cr_assert_eq (zmq_setsockopt (zsock_resolve (talker), ZMQ_METADATA, buffer_text (&note), note.size), 0);
        zsock_connect (talker, "%s", lease.requests);
        bool heard = false;
        for (int j = 0; j < 200 && !heard; j++) {
            (void) knock_say (talker, LIST_LEASES);
            heard = knock_hear (talker, 10, reason);
        }
        cr_expect (heard || SIZES[i] > 10000, "%zu bytes", SIZES[i]);
        cr_expect_str_eq (guest_greet (honest, "lease"), "", "after %zu bytes", SIZES[i]);
    }
    suite_stop (&suite);
}
