/*
 * libzmq 4.3.4 and czmq 4.2.1: who gets in where CURVE guards a socket, and czmq's own guard.
 *
 * Left out:
 *   - that HANDSHAKE_IVL does what it says: that takes longer than a test should;
 *   - that a refused client stays refused for ever: QUIET_MS stands for it, which is sixty times its reconnect
 * interval;
 *   - what send returns to a client that was refused: mostly 0, now and then -1 with EAGAIN. So it says nothing either
 * way.
 */
#include "base/own.h"
#include "door.h"
#include "truths.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <utime.h>

/* --- CURVE and ZAP: who gets in --- */

static verdict_t verdict_under (rules_t rules)
{
    owned (door) door = door_new (rules);
    owned (zsock) visitor = door_visitor (door);
    door_knock (door, visitor);
    return door_verdict (door);
}

Test (curve, a_server_without_a_guard_lets_anyone_in)
{
    rules_t bare = { .guard = GUARD_ABSENT };
    rules_t with_domain = { .guard = GUARD_ABSENT, .domain = true };
    cr_assert_eq (verdict_under (bare), VERDICT_ADMITTED, "CURVE no longer fails open without a ZAP handler");
    cr_assert_eq (verdict_under (with_domain), VERDICT_ADMITTED,
                  "a ZAP domain alone closes the door now: ENFORCE_DOMAIN can go from the binding function");
}

Test (curve, enforcing_a_domain_that_is_not_named_bypasses_the_guard)
{
    rules_t rules = { .guard = GUARD_REFUSES, .enforce = true };
    cr_assert_eq (verdict_under (rules), VERDICT_ADMITTED,
                  "the guard is asked without a domain now: the domain can go from the binding function");
}

/* The one combination that the project binds with; these must hold for ever. */
Test (curve, an_enforced_domain_stays_closed_without_a_guard)
{
    rules_t rules = { .guard = GUARD_ABSENT, .domain = true, .enforce = true };
    cr_assert_eq (verdict_under (rules), VERDICT_REFUSED, "domain and enforce let strangers in when the guard is gone");
}

Test (curve, an_enforced_domain_refuses_whom_the_guard_refuses)
{
    rules_t rules = { .guard = GUARD_REFUSES, .domain = true, .enforce = true };
    cr_assert_eq (verdict_under (rules), VERDICT_REFUSED, "whom the guard refuses gets in");
}

Test (curve, an_enforced_domain_admits_whom_the_guard_admits)
{
    rules_t rules = { .guard = GUARD_ADMITS, .domain = true, .enforce = true };
    cr_assert_eq (verdict_under (rules), VERDICT_ADMITTED, "whom the guard admits does not get in");
}

Test (curve, a_refused_client_hears_it_on_its_monitor_and_never_tries_again)
{
    owned (door) door = door_new ((rules_t){ .guard = GUARD_REFUSES, .domain = true, .enforce = true });
    owned (zsock) visitor = door_visitor (door);
    zactor_t *monitor = monitor_new (visitor);
    door_knock (door, visitor);
    char *refusal = monitor_await (monitor, "HANDSHAKE_FAILED_AUTH", PATIENCE_MS);
    cr_expect (refusal, "the refusal is no longer on the client's monitor: it needs another sign to make a new socket");
    zstr_free (&refusal);

    door_tell_guard (door, GUARD_ADMITS);
    (void) zstr_send (visitor, "again");
    bool heard = door_hears (door, "again", QUIET_MS);
    int asked = door_times_asked (door);
    zactor_destroy (&monitor);
    cr_expect (!heard, "a refused client comes back by itself: making a new socket after a refusal can go");
    cr_expect_eq (asked, 1, "a refused client tries again: making a new socket after a refusal can go");
}

Test (curve, a_new_socket_gets_in_once_the_guard_has_changed_its_mind)
{
    owned (door) door = door_new ((rules_t){ .guard = GUARD_REFUSES, .domain = true, .enforce = true });
    owned (zsock) first = door_visitor (door);
    door_knock (door, first);
    verdict_t before = door_verdict (door);
    door_tell_guard (door, GUARD_ADMITS);
    owned (zsock) second = door_visitor (door);
    door_knock (door, second);
    cr_expect_eq (before, VERDICT_REFUSED, "the guard's refusal is not heard");
    cr_expect_eq (door_verdict (door), VERDICT_ADMITTED, "a new socket does not help a client that was refused");
}

/* Looked at per message, because of this. */
Test (curve, revocation_does_not_cut_a_live_connection)
{
    owned (door) door = door_new ((rules_t){ .guard = GUARD_ADMITS, .domain = true, .enforce = true });
    owned (zsock) visitor = door_visitor (door);
    door_knock (door, visitor);
    (void) zstr_send (visitor, "before");
    bool before = door_hears (door, "before", PATIENCE_MS);
    door_tell_guard (door, GUARD_REFUSES);
    (void) zstr_send (visitor, "after");
    bool after = door_hears (door, "after", PATIENCE_MS);
    int asked = door_times_asked (door);
    cr_expect (before && after, "a live connection ends when the guard changes its mind: the check per message can go");
    cr_expect_eq (asked, 1, "the guard is asked after the handshake too: the check per message can go");
}

static bool poll_in (zsock_t *socket, int within_ms)
{
    zmq_pollitem_t item = { .socket = zsock_resolve (socket), .events = ZMQ_POLLIN };
    return zmq_poll (&item, 1, within_ms) == 1;
}

Test (curve, after_a_poll_only_the_payload_frame_says_who_sent_it)
{
    owned (door) door = door_new ((rules_t){ .guard = GUARD_ADMITS, .domain = true, .enforce = true });
    owned (zsock) visitor = door_visitor (door);
    door_knock (door, visitor);
    (void) zstr_send (visitor, "who am I");
    bool ready = poll_in (door_socket (door), PATIENCE_MS);
    owned (zmsg) message = receive (door_socket (door), PATIENCE_MS);
    cr_assert (ready && message, "no message");
    const char *on_payload = zframe_meta (zmsg_last (message), "User-Id");
    cr_expect_null (zframe_meta (zmsg_first (message), "User-Id"),
                    "the identity frame has the User-Id: it need not come from the payload frame");
    cr_expect (on_payload && streq (on_payload, GUARD_USER_ID), "the payload frame does not say who sent it");
}

/* --- czmq's own guard, zauth, and its store of keys --- */

static void save_public (zcert_t *key, const char *name)
{
    path_t path = scratch (name);
    (void) zcert_save_public (key, path.text);
}

static void load_one_key_from_two_files (void *unused)
{
    (void) unused;
    owned (zcert) key = zcert_new ();
    save_public (key, "one.cert");
    save_public (key, "other.cert");
    path_t directory = scratch ("");
    zcertstore_t *store = zcertstore_new (directory.text);
    zcertstore_destroy (&store);
}

Test (zauth, two_files_with_one_key_abort_the_process)
{
    (void) scratch (""); /* the directory belongs to this process, not to the child */
    ending_t ending = ending_of (load_one_key_from_two_files, NULL);
    cr_assert_eq (ending.signal, SIGABRT, "zcertstore takes a key twice: one reason less for an own ZAP handler");
}

/* The overflow itself need not crash, so an inner program with the address sanitizer looks for it. */
Test (zauth, more_than_512_bytes_about_a_key_overflow_the_heap)
{
    owned (run) attempt = RUN ("ASAN_OPTIONS=detect_leaks=0", part ("big_metadata").text);
    cr_assert (strstr (attempt->output, "heap-buffer-overflow"),
               "zauth survives long metadata: one reason less for an own ZAP handler. It said: %s", attempt->output);
}

static void set_old (const char *name)
{
    const struct utimbuf same = { .actime = 1700000000, .modtime = 1700000000 };
    cr_assert_eq (utime (scratch (name).text, &same), 0, "utime");
}

Test (zauth, a_key_replaced_within_the_clock_tick_leaves_the_old_one_valid)
{
    owned (zcert) old = zcert_new ();
    owned (zcert) new = zcert_new ();
    save_public (old, "desk.cert");
    set_old ("desk.cert");
    path_t directory = scratch ("");
    zcertstore_t *store = zcertstore_new (directory.text);
    bool known = zcertstore_lookup (store, zcert_public_txt (old)) != NULL;

    save_public (new, "desk.cert");
    set_old ("desk.cert");
    bool still_known = zcertstore_lookup (store, zcert_public_txt (old)) != NULL;
    bool new_known = zcertstore_lookup (store, zcert_public_txt (new)) != NULL;
    zcertstore_destroy (&store);
    cr_assert (known, "the store does not know the key it was given");
    cr_assert (still_known && !new_known, "zcertstore sees the swap: one reason less for an own ZAP handler");
}
