/* Real processes that are killed, locked out and asked wrongly. */
#include "suite.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite (processes, .timeout = 300);

static long long id_of (json_t *reply, const char *field)
{
    json_t *value = json_object_get (reply, field);
    long long id = json_is_string (value) ? strtoll (json_string_value (value), NULL, 10) : json_integer_value (value);
    json_decref (reply);
    cr_assert (id > 0, "no id %s", field);
    return id;
}

typedef struct {
    long long room, offer, guide, participant;
} house_t;

static house_t furnish (suite_t *suite)
{
    house_t house;
    long long premises = id_of (suite_call (suite, "CreatePremises",
                                            "{'name': 'Fyrtårnet', 'district': 8, 'monthly_rent_ore': 150000,"
                                            " 'notice_months': 3}"),
                                "premises");
    house.room =
        id_of (suite_call (suite, "CreateRoom", "{'premises': %lld, 'name': 'Broen', 'seats': 8}", premises), "room");
    house.offer = id_of (suite_call (suite, "CreateOffer",
                                     "{'kind': 'HIRING', 'title': 'Ansæt rummeligt', 'duration_minutes': 60,"
                                     " 'needs_room': true, 'seats': 1}"),
                         "offer");
    house.guide = id_of (suite_call (suite, "RegisterGuide",
                                     "{'name': 'Sofie', 'plan': [{'weekday': 1, 'from_minute': 480, 'to_minute': 960}],"
                                     " 'competences': ['HIRING']}"),
                         "guide");
    house.participant =
        id_of (suite_call (suite, "RegisterParticipant", "{'kind': 'FOUNDER', 'name': 'Aya', 'stage': 'IDEA'}"),
               "participant");
    return house;
}

/* Mondays from 2 March 2026, 09:00 in Copenhagen. */
static long long book (suite_t *suite, const house_t *house, const char *starts_at)
{
    return id_of (suite_call (suite, "BookSession",
                              "{'offer': %lld, 'guide': %lld, 'participant': %lld, 'room': %lld, 'starts_at': '%s'}",
                              house->offer, house->guide, house->participant, house->room, starts_at),
                  "session");
}

static char *state_of (suite_t *suite, long long session)
{
    json_t *reply = suite_call (suite, "GetSession", "{'session': %lld}", session);
    char *state = strdup (json_string_value (json_object_get (json_object_get (reply, "session"), "state")));
    json_decref (reply);
    return state;
}

static size_t bookings (suite_t *suite)
{
    json_t *reply =
        suite_call (suite, "ListBookings", "{'from_day': '2026-01-01', 'to_day': '2026-12-31', 'limit': 500}");
    size_t count = json_array_size (json_object_get (reply, "bookings"));
    json_decref (reply);
    return count;
}

static void expect_state (suite_t *suite, long long session, const char *expected)
{
    char *state = state_of (suite, session);
    cr_expect_str_eq (state, expected, "the session is %s, expected %s", state, expected);
    free (state);
}

/* G4 X4: the saga goes on from the log, whoever is killed in the middle of it. */
Test (processes, a_service_killed_in_the_middle_of_a_saga_goes_on_from_its_log)
{
    suite_t *suite = suite_start ("2026-03-01T08:00:00Z");
    house_t house = furnish (suite);
    suite_kill (suite, "lease");
    long long first = book (suite, &house, "2026-03-02T08:00:00Z");
    expect_state (suite, first, "REQUESTED");
    suite_kill (suite, "guidance");
    suite_revive (suite, "lease");
    cr_expect (bookings (suite) == 0, "a dead guidance cannot have booked");
    suite_revive (suite, "guidance");
    suite_rest (suite);
    expect_state (suite, first, "BOOKED");
    cr_expect (bookings (suite) == 1);
    suite_stop (&suite);
}

/* X4: what was acknowledged before a kill is there after it, once. */
Test (processes, every_service_is_killed_and_keeps_what_it_acknowledged)
{
    static const char *const SERVICES[] = { "lease", "guidance", "placement", "bridging", "reporting" };
    suite_t *suite = suite_start ("2026-03-01T08:00:00Z");
    house_t house = furnish (suite);
    char starts_at[32];
    for (int i = 0; i < 5; i++) {
        snprintf (starts_at, sizeof starts_at, "2026-03-02T%02d:00:00Z", 8 + i);
        long long session = book (suite, &house, starts_at);
        suite_kill (suite, SERVICES[i]);
        suite_revive (suite, SERVICES[i]);
        suite_rest (suite);
        expect_state (suite, session, "BOOKED");
        cr_expect (bookings (suite) == (size_t) i + 1);
    }
    suite_stop (&suite);
}

/* G4: lease stays away until the end of patience: refused cleanly, and the room is held by nobody when it comes back.
 */
Test (processes, a_session_is_refused_when_lease_stays_away_and_holds_no_room_afterwards)
{
    suite_t *suite = suite_start ("2026-03-01T08:00:00Z");
    house_t house = furnish (suite);
    suite_end (suite, "lease");
    long long session = book (suite, &house, "2026-03-02T08:00:00Z");
    cr_assert (SUITE_FYR (suite, NULL, NULL, "clock", "set", "2026-03-01T09:00:00Z") == 0);
    char *state = NULL;
    for (int i = 0; i < 200; i++) {
        free (state);
        state = state_of (suite, session);
        if (strcmp (state, "REFUSED") == 0)
            break;
        (void) poll (NULL, 0, 50);
    }
    cr_expect_str_eq (state, "REFUSED");
    suite_revive (suite, "lease");
    suite_rest (suite);
    cr_expect (bookings (suite) == 0);
    expect_state (suite, session, "REFUSED");
    free (state);
    suite_stop (&suite);
}

/* X1: a service works while the others are down. */
Test (processes, lease_works_alone)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    static const char *const OTHERS[] = { "guidance", "placement", "bridging", "reporting" };
    for (size_t i = 0; i < 4; i++)
        suite_end (suite, OTHERS[i]);
    house_t house = { .room = id_of (suite_call (suite, "CreateRoom", "{'premises': %lld, 'name': 'Lyset', 'seats': 4}",
                                                 id_of (suite_call (suite, "CreatePremises",
                                                                    "{'name': 'Huset', 'district': 7,"
                                                                    " 'monthly_rent_ore': 100000, 'notice_months': 3}"),
                                                        "premises")),
                                     "room") };
    cr_expect (house.room > 0);
    char *out = NULL;
    cr_expect (SUITE_FYR (suite, &out, NULL, "health") == 3, "health tells that four are away");
    cr_expect (strstr (out, "SERVICE_AWAY"));
    free (out);
    suite_stop (&suite);
}

/* X3: a revoked key is out at its next message, within a second and a bit. */
Test (processes, a_revoked_key_is_cut_off)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    json_decref (suite_call (suite, "GetHouse", "{}"));
    cr_assert (SUITE_FYR (suite, NULL, NULL, "keys", "revoke", "tmf-desk") == 0);
    (void) poll (NULL, 0, 2500);
    char *err = NULL;
    int ended = SUITE_FYR (suite, NULL, &err, "--as", "tmf-desk", "--timeout", "2000", "call", "ListTenants", "{}");
    cr_expect (ended != 0, "a revoked key was served");
    free (err);
    cr_expect (SUITE_FYR (suite, NULL, NULL, "--as", "bif-desk", "call", "ListTenants", "{}") == 0, "the others go on");
    suite_stop (&suite);
}

/* X3: who may call what stands in the .proto files. */
Test (processes, a_desk_may_not_do_the_work_of_another)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    char *err = NULL;
    int ended = SUITE_FYR (suite, NULL, &err, "--as", "bif-desk", "call", "RegisterTenant",
                           "{\"cvr\": \"64942212\", \"name\": \"x\"}");
    cr_expect (ended == 1);
    cr_expect (strstr (err, "CALLER_NOT_ALLOWED"), "%s", err);
    free (err);
    suite_stop (&suite);
}

/* X5: exit status and JSON on stderr are a contract. */
Test (processes, the_console_tells_refused_from_wrong_usage_from_unavailable)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    char *err = NULL;
    cr_expect (SUITE_FYR (suite, NULL, NULL, "methods") == 0);
    cr_expect (SUITE_FYR (suite, NULL, NULL, "frobnicate") == 2);
    cr_expect (SUITE_FYR (suite, NULL, NULL, "call", "NoSuchMethod", "{}") == 2);
    cr_expect (SUITE_FYR (suite, NULL, NULL, "call", "GetHouse", "{not json") == 2);
    cr_expect (SUITE_FYR (suite, NULL, &err, "call", "SignLease", "{\"lease\": 4711}") == 1);
    json_t *why = json_loads (err, 0, NULL);
    cr_expect (json_is_string (json_object_get (why, "code")) && json_is_string (json_object_get (why, "reason")) &&
                   json_is_string (json_object_get (why, "message")),
               "%s", err);
    json_decref (why);
    free (err);
    suite_end (suite, "lease");
    cr_expect (SUITE_FYR (suite, NULL, NULL, "--timeout", "700", "call", "GetHouse", "{}") == 3);
    suite_stop (&suite);
}

static long long refer (suite_t *suite, long long *ret_consent)
{
    long long client = id_of (suite_call (suite, "RegisterClient",
                                          "{'record': {'name': 'Ida Eksempel', 'cpr': '6101701232', 'district': 8,"
                                          " 'conditions': ['quiet'], 'weekly_minutes_most': 300}}"),
                              "client");
    *ret_consent = id_of (suite_call (suite, "GiveConsent",
                                      "{'client': %lld, 'recipient': 'placement', 'purpose': 'Match',"
                                      " 'fields': ['CONDITIONS', 'HOURS'], 'from_day': '2026-03-01',"
                                      " 'until_day': '2026-12-31'}",
                                      client),
                          "consent");
    return id_of (suite_call (suite, "ReferClient",
                              "{'client': %lld, 'consent': %lld, 'answer_by': '2026-03-20T12:00:00Z'}", client,
                              *ret_consent),
                  "referral");
}

static bool receipt_complete (suite_t *suite, long long consent)
{
    json_t *receipt = suite_call (suite, "GetReceipt", "{'consent': %lld}", consent);
    bool complete = json_is_true (json_object_get (receipt, "complete"));
    json_decref (receipt);
    return complete;
}

static size_t candidates (suite_t *suite)
{
    json_t *list = suite_call (suite, "ListCandidates", "{}");
    size_t count = json_array_size (json_object_get (list, "candidates"));
    json_decref (list);
    return count;
}

static void kill_and_revive (suite_t *suite, const char *service)
{
    suite_kill (suite, service);
    suite_revive (suite, service);
}

/* B2 B3 X4: the referral arrives and the withdrawal is acknowledged, whoever dies on the way. */
Test (processes, a_referral_and_its_withdrawal_survive_the_death_of_either_side)
{
    suite_t *suite = suite_start ("2026-03-02T08:00:00Z");
    long long consent;
    suite_kill (suite, "placement");
    (void) refer (suite, &consent);
    kill_and_revive (suite, "bridging");
    suite_revive (suite, "placement");
    suite_rest (suite);
    cr_expect (candidates (suite) == 1, "the referral arrived once");
    suite_kill (suite, "placement");
    json_decref (suite_call (suite, "WithdrawConsent", "{'consent': %lld}", consent));
    cr_expect (!receipt_complete (suite, consent), "nobody has acknowledged yet");
    kill_and_revive (suite, "bridging");
    suite_revive (suite, "placement");
    kill_and_revive (suite, "reporting");
    suite_rest (suite);
    cr_expect (receipt_complete (suite, consent));
    cr_expect (candidates (suite) == 0, "nothing is left with placement");
    suite_stop (&suite);
}

/* --- restored from backups, as deploy/RUNBOOK.md says --- */

static bool anybody_ahead (suite_t *suite)
{
    char *out = NULL;
    (void) SUITE_FYR (suite, &out, NULL, "health");
    bool ahead = strstr (out, "FEED_AHEAD_OF_OWNER") != NULL;
    free (out);
    return ahead;
}

static void expect_somebody_ahead (suite_t *suite)
{
    bool ahead = false;
    for (int i = 0; i < 200 && !ahead; i++)
        ahead = anybody_ahead (suite);
    cr_assert (ahead, "nobody notices that lease has gone back");
}

static void end_all (suite_t *suite)
{
    for (size_t i = 0; i < SUITE_SERVICES; i++)
        suite_end (suite, SUITE_NAMES[i]);
}

/* What was booked after that night is in neither house, and the same hour can be booked again. */
Test (processes, when_all_go_back_to_one_night_nobody_is_ahead_and_the_houses_agree)
{
    suite_t *suite = suite_start ("2026-03-01T08:00:00Z");
    house_t house = furnish (suite);
    suite_rest (suite);
    end_all (suite);
    for (size_t i = 0; i < SUITE_SERVICES; i++) {
        suite_back_up (suite, SUITE_NAMES[i], "monday");
        suite_revive (suite, SUITE_NAMES[i]);
    }
    (void) book (suite, &house, "2026-03-02T08:00:00Z");
    suite_rest (suite);
    cr_assert (bookings (suite) == 1);
    suite_end (suite, "lease");
    suite_restore (suite, "lease", "monday");
    expect_somebody_ahead (suite);

    end_all (suite);
    for (size_t i = 0; i < SUITE_SERVICES; i++)
        suite_restore (suite, SUITE_NAMES[i], "monday");
    suite_rest (suite);
    cr_expect (!anybody_ahead (suite));
    cr_expect (bookings (suite) == 0);
    long long again = book (suite, &house, "2026-03-02T08:00:00Z");
    suite_rest (suite);
    expect_state (suite, again, "BOOKED");
    cr_expect (bookings (suite) == 1);
    suite_stop (&suite);
}

Test (processes, an_owner_that_gets_its_newer_backup_back_is_followed_again_after_a_restart_of_its_followers)
{
    suite_t *suite = suite_start ("2026-03-01T08:00:00Z");
    house_t house = furnish (suite);
    suite_rest (suite);
    suite_end (suite, "lease");
    suite_back_up (suite, "lease", "monday");
    suite_revive (suite, "lease");
    long long session = book (suite, &house, "2026-03-02T08:00:00Z");
    suite_rest (suite);
    suite_end (suite, "lease");
    suite_back_up (suite, "lease", "tuesday");
    suite_restore (suite, "lease", "monday");
    expect_somebody_ahead (suite);

    suite_end (suite, "lease");
    suite_restore (suite, "lease", "tuesday");
    for (size_t i = 1; i < SUITE_SERVICES; i++) {
        suite_end (suite, SUITE_NAMES[i]);
        suite_revive (suite, SUITE_NAMES[i]);
    }
    suite_rest (suite);
    cr_expect (!anybody_ahead (suite));
    expect_state (suite, session, "BOOKED");
    cr_expect (bookings (suite) == 1);
    suite_stop (&suite);
}
