/* G4, L7, through the bus: TMF moves and takes the room of a session, and BIF's guide sees it and books another. */
#include "suite.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite (guidance_rooms, .timeout = 120);

static long long number (json_t *reply, const char *field)
{
    long long value = json_integer_value (json_object_get (reply, field));
    json_decref (reply);
    cr_assert (value, "no %s", field);
    return value;
}

static json_t *session_now (suite_t *suite, long long session)
{
    suite_rest (suite);
    json_t *reply = suite_call (suite, "GetSession", "{'session': %lld}", session);
    json_t *entry = json_incref (json_object_get (reply, "session"));
    json_decref (reply);
    return entry;
}

static void expect (suite_t *suite, long long session, const char *state, const char *room_state, long long room)
{
    json_t *entry = session_now (suite, session);
    cr_expect_str_eq (json_string_value (json_object_get (entry, "state")), state);
    cr_expect_str_eq (json_string_value (json_object_get (entry, "room_state")), room_state);
    cr_expect_eq (json_integer_value (json_object_get (entry, "room")), room);
    json_decref (entry);
}

static long long booking_now (suite_t *suite)
{
    json_t *list = suite_call (suite, "ListBookings", "{}"), *bookings = json_object_get (list, "bookings");
    cr_assert_eq (json_array_size (bookings), 1);
    json_t *booking = json_incref (json_array_get (bookings, 0));
    json_decref (list);
    return number (booking, "booking");
}

static void says (suite_t *suite, const char *what, const char *word, const char *first, const char *second)
{
    char *out = NULL, *err = NULL;
    int ended = SUITE_FYR (suite, &out, &err, "guidance", word, first, second);
    cr_expect (ended == 0 && strstr (out, what), "fyr guidance %s: %d, not \"%s\":\n%s%s", word, ended, what, out, err);
    free (out);
    free (err);
}

Test (guidance_rooms, a_room_that_tmf_approves_moves_and_takes_is_known_to_the_guide_and_another_one_booked,
      .description = "G4 L7 X5")
{
    suite_t *suite = suite_start ("2027-05-17T06:00:00Z");
    long long premises = number (suite_call (suite, "CreatePremises",
                                             "{'name': 'Fyrtårnet', 'district': 8, 'monthly_rent_ore': 150000,"
                                             " 'notice_months': 3}"),
                                 "premises"),
              lygten = number (
                  suite_call (suite, "CreateRoom", "{'premises': %lld, 'name': 'Lygten', 'seats': 4}", premises),
                  "room"),
              broen =
                  number (suite_call (suite, "CreateRoom", "{'premises': %lld, 'name': 'Broen', 'seats': 4}", premises),
                          "room"),
              guide = number (suite_call (suite, "RegisterGuide",
                                          "{'name': 'Bodil', 'competences': ['WORKSHOP'],"
                                          " 'plan': [{'weekday': 2, 'from_minute': 480, 'to_minute': 960}]}"),
                              "guide"),
              offer = number (suite_call (suite, "CreateOffer",
                                          "{'kind': 'WORKSHOP', 'title': 'Regnskab', 'duration_minutes': 60,"
                                          " 'needs_room': true, 'seats': 8}"),
                              "offer");
    json_decref (suite_call (suite, "SetRoomRules", "{'room': %lld, 'needs_approval': true}", lygten));
    long long session = number (suite_call (suite, "BookSession",
                                            "{'offer': %lld, 'guide': %lld, 'room': %lld,"
                                            " 'starts_at': '2027-05-18T10:00:00+02:00'}",
                                            offer, guide, lygten),
                                "session");
    expect (suite, session, "REQUESTED", "ROOM_WAITS", lygten);
    json_decref (suite_call (suite, "ApproveBooking", "{'booking': %lld}", booking_now (suite)));
    expect (suite, session, "BOOKED", "ROOM_STATE_UNSPECIFIED", lygten);
    json_decref (suite_call (suite, "ChangeBooking", "{'booking': %lld, 'room': %lld}", booking_now (suite), broen));
    expect (suite, session, "BOOKED", "ROOM_MOVED", broen);
    json_decref (suite_call (suite, "ReleaseRoom", "{'booking': %lld}", booking_now (suite)));
    expect (suite, session, "BOOKED", "ROOM_LOST", 0);
    char id[24];
    snprintf (id, sizeof id, "%lld", session);
    says (suite, "TMF har taget lokalet tilbage", "room-trouble", NULL, NULL);
    says (suite, "udført", "another-room", id, "Broen");
    expect (suite, session, "BOOKED", "ROOM_STATE_UNSPECIFIED", broen);
    says (suite, "Broen", "sessions", "2027-05-18", "2027-05-18");
    suite_stop (&suite);
}
