/* What becomes of a session's room when TMF has a say: approval, moving, taking (G4, L7). */
#include "unit/guidance_rooms_kit.h"

#include <stdlib.h>

static void tmf (shared_house_t *house, const char *method, const char *format, ident_t id)
{
    rig_ok (house->rig, CALLER_TMF_DESK, "lease", method, format, id);
    rig_settle (house->rig);
}

static ident_t booking_of (shared_house_t *house, size_t index)
{
    return (ident_t) rig_number (rig_item (bookings (house), "bookings", index), "booking");
}

static void expect_room (shared_house_t *house, ident_t id, const char *room_state, ident_t room, const char *starts_at)
{
    json_t *entry = session (house->rig, id);
    cr_assert_str_eq (rig_text (entry, "room_state"), room_state);
    cr_assert_eq ((ident_t) rig_number (entry, "room"), room);
    cr_assert_str_eq (rig_text (entry, "starts_at"), starts_at);
}

static size_t troubles (shared_house_t *house)
{
    return rig_count (rig_ok (house->rig, BIF, "guidance", "Sessions/ListRoomTrouble", "{}"), "sessions");
}

static void another_room (shared_house_t *house, ident_t id, size_t room)
{
    rig_ok (house->rig, BIF, "guidance", "Sessions/BookAnotherRoom", "{'session': %llu, 'room': %llu}", id,
            house->rooms[room]);
    rig_settle (house->rig);
}

#define NINE "2026-03-02T08:00:00Z"
#define TEN "2026-03-02T09:00:00Z"
#define APPROVAL "{'room': %llu, 'needs_approval': true}"

Test (rooms_of_sessions, the_calendar_shows_the_name_on_the_door_and_the_number_where_the_log_never_said_it,
      .description = "G4")
{
    shared_house_t house = house_with_rooms ();
    ident_t id = ask (&house, 0, 0, 9);
    expect (&house, id, "BOOKED", "");
    cr_assert_str_eq (rig_text (session (house.rig, id), "room_name"), "Lokale 1");
    another_room (&house, id, 1);
    cr_assert_str_eq (rig_text (session (house.rig, id), "room_name"), "Lokale 2");
    store_t *store = rig_store (house.rig, "guidance");
    store_begin (store);
    (void) store_run (store, "DELETE FROM lease_room");
    cr_assert_eq (store_commit (store, NULL), STATUS_OK);
    cr_assert_str_eq (rig_text (session (house.rig, id), "room_name"), "");
    another_room (&house, id, 0); /* of a room from before the log said it, the answer does */
    cr_assert_str_eq (rig_text (session (house.rig, id), "room_name"), "Lokale 1");
    rig_destroy (&house.rig);
}

/* --- approval --- */

Test (rooms_of_sessions, a_room_that_needs_approval_is_waited_for_and_tmf_decides, .description = "G4 L7")
{
    for (int yes = 0; yes < 2; yes++) {
        shared_house_t house = house_with_rooms ();
        tmf (&house, "Rooms/SetRoomRules", APPROVAL, house.rooms[0]);
        ident_t id = ask (&house, 0, 0, 9);
        expect (&house, id, "REQUESTED", "");
        expect_room (&house, id, "ROOM_WAITS", house.rooms[0], NINE);
        rig_refused (house.rig, BIF, "guidance", "Sessions/BookSession", "GUIDANCE_GUIDE_BUSY", ASK, house.offer,
                     house.guides[0], house.participant, house.rooms[1], at_hour (9));
        rig_advance (house.rig, 300000);
        expect (&house, id, "REQUESTED", "");
        tmf (&house, yes ? "Rooms/ApproveBooking" : "Rooms/ReleaseRoom", "{'booking': %llu}", booking_of (&house, 0));
        expect (&house, id, yes ? "BOOKED" : "REFUSED", yes ? "" : "LEASE_ROOM_RELEASED");
        cr_assert_eq (rig_count (bookings (&house), "bookings"), (size_t) yes);
        cr_assert_eq (troubles (&house), 0u);
        rig_destroy (&house.rig);
    }
}

/* Lease books, TMF says yes, and only then does guidance hear of anything: from the log or from the late answer. */
Test (rooms_of_sessions, an_approval_that_comes_before_the_answer_counts, .description = "G4 X4")
{
    shared_house_t house = house_with_rooms ();
    tmf (&house, "Rooms/SetRoomRules", APPROVAL, house.rooms[0]);
    rig_down (house.rig, "lease");
    ident_t id = ask (&house, 0, 0, 9);
    book_without_answer (&house, id, 0, 9);
    rig_down (house.rig, "guidance");
    rig_up (house.rig, "lease");
    tmf (&house, "Rooms/ApproveBooking", "{'booking': %llu}", booking_of (&house, 0));
    rig_up (house.rig, "guidance");
    rig_advance (house.rig, 30000);
    expect (&house, id, "BOOKED", "");
    rig_destroy (&house.rig);
}

Test (rooms_of_sessions, whoever_waits_for_approval_learns_the_outcome_a_day_before_even_without_lease,
      .description = "G4 X1 X4")
{
    shared_house_t house = house_with_rooms ();
    tmf (&house, "Rooms/SetRoomRules", APPROVAL, house.rooms[0]);
    ident_t id =
        (ident_t) rig_number (rig_ok (house.rig, BIF, "guidance", "Sessions/BookSession", ASK, house.offer,
                                      house.guides[0], house.participant, house.rooms[0], "2026-03-09T09:00:00+01:00"),
                              "session");
    rig_settle (house.rig);
    rig_down (house.rig, "lease");
    rig_set_time (house.rig, "2026-03-08T07:59:00Z");
    expect (&house, id, "REQUESTED", "");
    rig_set_time (house.rig, "2026-03-08T08:00:00Z");
    expect (&house, id, "REFUSED", "LEASE_ROOM_NOT_APPROVED");
    rig_up (house.rig, "lease");
    rig_advance (house.rig, 90000);
    cr_assert_eq (rig_count (bookings (&house), "bookings"), 0u, "the room is free again");
    rig_destroy (&house.rig);
}

Test (rooms_of_sessions, one_that_waits_and_is_moved_to_a_room_without_approval_is_booked, .description = "G4 L7")
{
    shared_house_t house = house_with_rooms ();
    tmf (&house, "Rooms/SetRoomRules", APPROVAL, house.rooms[0]);
    ident_t id = ask (&house, 0, 0, 9);
    rig_ok (house.rig, CALLER_TMF_DESK, "lease", "Rooms/ChangeBooking", "{'booking': %llu, 'room': %llu}",
            booking_of (&house, 0), house.rooms[1]);
    rig_settle (house.rig);
    expect (&house, id, "BOOKED", "");
    expect_room (&house, id, "ROOM_MOVED", house.rooms[1], NINE);
    rig_destroy (&house.rig);
}

/* --- moved --- */

Test (rooms_of_sessions, a_session_goes_where_tmf_moves_its_booking_and_says_so_until_the_guide_has_seen_it,
      .description = "G4 L7")
{
    shared_house_t house = house_with_rooms ();
    ident_t id = ask (&house, 0, 0, 9);
    tmf (&house, "Rooms/ChangeBooking", "{'booking': %llu, 'title': 'Vejledning'}", booking_of (&house, 0));
    expect_room (&house, id, "ROOM_STATE_UNSPECIFIED", house.rooms[0], NINE);
    rig_ok (house.rig, CALLER_TMF_DESK, "lease", "Rooms/ChangeBooking",
            "{'booking': %llu, 'room': %llu, 'starts_at': '%s'}", booking_of (&house, 0), house.rooms[1], TEN);
    rig_settle (house.rig);
    expect (&house, id, "BOOKED", "");
    expect_room (&house, id, "ROOM_MOVED", house.rooms[1], TEN);
    cr_assert_eq (troubles (&house), 1u);
    rig_ok (house.rig, BIF, "guidance", "Sessions/AcknowledgeMove", "{'session': %llu}", id);
    expect_room (&house, id, "ROOM_STATE_UNSPECIFIED", house.rooms[1], TEN);
    cr_assert_eq (troubles (&house), 0u);
    expect (&house, ask (&house, 0, 0, 9), "BOOKED", "");
    rig_destroy (&house.rig);
}

Test (rooms_of_sessions, moved_to_a_time_that_the_guide_has_not_the_session_stays_and_gives_the_room_back,
      .description = "G4 L7")
{
    static const char *const TIMES[] = { TEN, "2026-03-02T19:00:00Z" }; /* another session then; not at work */
    for (size_t i = 0; i < 2; i++) {
        shared_house_t house = house_with_rooms ();
        ident_t id = ask (&house, 0, 0, 9), other = ask (&house, 0, 1, 10);
        rig_ok (house.rig, CALLER_TMF_DESK, "lease", "Rooms/ChangeBooking", "{'booking': %llu, 'starts_at': '%s'}",
                booking_of (&house, 0), TIMES[i]);
        rig_settle (house.rig);
        expect_room (&house, id, "ROOM_LOST", 0, NINE);
        cr_assert_str_eq (rig_text (session (house.rig, id), "room_reason"), "LEASE_ROOM_MOVED");
        expect_room (&house, other, "ROOM_STATE_UNSPECIFIED", house.rooms[1], TEN);
        cr_assert_eq (rig_count (bookings (&house), "bookings"), 1u);
        rig_destroy (&house.rig);
    }
}

/* --- taken --- */

Test (rooms_of_sessions, one_that_loses_its_room_stands_says_so_and_gets_another, .description = "G4 L7")
{
    shared_house_t house = house_with_rooms ();
    ident_t id = ask (&house, 0, 0, 9);
    tmf (&house, "Rooms/ReleaseRoom", "{'booking': %llu}", booking_of (&house, 0));
    expect (&house, id, "BOOKED", "");
    expect_room (&house, id, "ROOM_LOST", 0, NINE);
    cr_assert_str_eq (rig_text (session (house.rig, id), "room_reason"), "LEASE_ROOM_RELEASED");
    cr_assert_eq (troubles (&house), 1u);
    rig_refused (house.rig, BIF, "guidance", "Sessions/BookSession", "GUIDANCE_GUIDE_BUSY", ASK, house.offer,
                 house.guides[0], house.participant, house.rooms[1], at_hour (9));

    ident_t in_the_way = ask (&house, 1, 1, 9);
    another_room (&house, id, 1);
    expect_room (&house, id, "ROOM_LOST", 0, NINE);
    cr_assert_str_eq (rig_text (session (house.rig, id), "room_reason"), "LEASE_ROOM_TAKEN");
    cancel (&house, in_the_way);
    another_room (&house, id, 1);
    expect_room (&house, id, "ROOM_STATE_UNSPECIFIED", house.rooms[1], NINE);
    cr_assert_eq (troubles (&house), 0u);
    cr_assert_eq (rig_count (bookings (&house), "bookings"), 1u);
    another_room (&house, id, 0);
    expect_room (&house, id, "ROOM_STATE_UNSPECIFIED", house.rooms[0], NINE);
    cr_assert_eq (rig_count (bookings (&house), "bookings"), 1u, "the room before is given back");
    cancel (&house, id);
    cr_assert_eq (rig_count (bookings (&house), "bookings"), 0u);
    rig_destroy (&house.rig);
}

Test (rooms_of_sessions, another_room_is_asked_for_once_and_only_for_what_is_booked, .description = "G4")
{
    shared_house_t house = house_with_rooms ();
    ident_t id = ask (&house, 0, 0, 9);
    rig_down (house.rig, "lease");
    another_room (&house, id, 1);
    expect_room (&house, id, "ROOM_ASKED", house.rooms[0], NINE);
    rig_refused (house.rig, BIF, "guidance", "Sessions/BookAnotherRoom", "GUIDANCE_ROOM_ASKED",
                 "{'session': %llu, 'room': %llu}", id, house.rooms[1]);
    cancel (&house, id);
    rig_refused (house.rig, BIF, "guidance", "Sessions/BookAnotherRoom", "GUIDANCE_SESSION_NOT_BOOKED",
                 "{'session': %llu, 'room': %llu}", id, house.rooms[1]);
    rig_up (house.rig, "lease");
    rig_advance (house.rig, 90000);
    cr_assert_eq (rig_count (bookings (&house), "bookings"), 0u, "neither the first nor the second is left");
    rig_destroy (&house.rig);
}

/* --- whatever TMF and guidance do in whichever order --- */

enum { SESSIONS_MAX = 40, STEPS = 70, SEEDS = 16, FIRST_HOUR = 8, HOURS = 6 };

typedef struct {
    shared_house_t house;
    dice_t dice;
    bool lease_is_down;
    ident_t sessions[SESSIONS_MAX];
    size_t count;
} storm_t;

/* As a request that may be refused: what was refused changes nothing, and the rest is looked at in the end. */
static void attempt (storm_t *storm, caller_t caller, const char *service, const char *method, json_t *request)
{
    char *text = json_dumps (request, 0);
    json_t *reply = rig_try (storm->house.rig, caller, service, method, "%s", text);
    int64_t id = reply && json_object_get (reply, "session") ? rig_number (reply, "session") : 0;
    if (id && storm->count < SESSIONS_MAX)
        storm->sessions[storm->count++] = (ident_t) id;
    json_decref (request);
    free (text);
}

static json_int_t any_session (storm_t *storm)
{
    return storm->count ? (json_int_t) storm->sessions[roll (&storm->dice, (uint32_t) storm->count)] : 1;
}

static json_int_t any_room (storm_t *storm)
{
    return (json_int_t) storm->house.rooms[roll (&storm->dice, 2)];
}

static const char *any_hour (storm_t *storm)
{
    return at_hour (FIRST_HOUR + (int) roll (&storm->dice, HOURS));
}

static void storm_of_bif (storm_t *storm)
{
    json_int_t room = any_room (storm), of = any_session (storm);
    uint32_t what = roll (&storm->dice, 6);
    if (what < 3)
        attempt (storm, BIF, "guidance", "Sessions/BookSession",
                 json_pack ("{sI, sI, sI, sI, ss}", "offer", (json_int_t) storm->house.offer, "guide",
                            (json_int_t) storm->house.guides[roll (&storm->dice, 2)], "participant",
                            (json_int_t) storm->house.participant, "room", room, "starts_at", any_hour (storm)));
    else if (what == 3)
        attempt (storm, BIF, "guidance", "Sessions/CancelSession", json_pack ("{sI}", "session", of));
    else
        attempt (storm, BIF, "guidance", "Sessions/BookAnotherRoom",
                 json_pack ("{sI, sI}", "session", of, "room", room));
}

static void storm_of_tmf (storm_t *storm)
{
    if (storm->lease_is_down)
        return;
    json_t *list = bookings (&storm->house);
    size_t count = rig_count (list, "bookings");
    if (count == 0)
        return;
    json_int_t booking = rig_number (rig_item (list, "bookings", roll (&storm->dice, (uint32_t) count)), "booking");
    json_int_t room = any_room (storm);
    switch (roll (&storm->dice, 5)) {
    case 0:
        attempt (storm, CALLER_TMF_DESK, "lease", "Rooms/ReleaseRoom", json_pack ("{sI}", "booking", booking));
        break;
    case 1:
        attempt (storm, CALLER_TMF_DESK, "lease", "Rooms/ChangeBooking",
                 json_pack ("{sI, sI}", "booking", booking, "room", room));
        break;
    case 2:
        attempt (storm, CALLER_TMF_DESK, "lease", "Rooms/ChangeBooking",
                 json_pack ("{sI, ss}", "booking", booking, "starts_at", any_hour (storm)));
        break;
    default:
        attempt (storm, CALLER_TMF_DESK, "lease", "Rooms/ApproveBooking", json_pack ("{sI}", "booking", booking));
        break;
    }
}

static void storm_of_machines (storm_t *storm)
{
    rig_t *rig = storm->house.rig;
    switch (roll (&storm->dice, 4)) {
    case 0:
        storm->lease_is_down = !storm->lease_is_down;
        (storm->lease_is_down ? rig_down : rig_up) (rig, "lease");
        break;
    case 1:
        rig_restart (rig, roll (&storm->dice, 2) ? "guidance" : "lease");
        break;
    case 2:
        rig_settle (rig);
        break;
    default:
        rig_advance (rig, roll (&storm->dice, 70000));
        break;
    }
}

typedef struct {
    size_t booked, moved, lost, refused, not_approved;
} outcome_t;

static bool has_booking (json_t *list, json_t *entry)
{
    for (size_t i = 0; i < rig_count (list, "bookings"); i++) {
        json_t *booking = rig_item (list, "bookings", i);
        if (rig_number (booking, "room") == rig_number (entry, "room") &&
            strcmp (rig_text (booking, "starts_at"), rig_text (entry, "starts_at")) == 0 &&
            strcmp (rig_text (booking, "ends_at"), rig_text (entry, "ends_at")) == 0)
            return true;
    }
    return false;
}

/* Of what waits for approval there is none left: the day is over. */
static void check_at_rest (storm_t *storm, outcome_t *outcome)
{
    json_t *list = bookings (&storm->house);
    size_t with_room = 0;
    for (size_t i = 0; i < storm->count; i++) {
        json_t *entry = session (storm->house.rig, storm->sessions[i]);
        const char *state = rig_text (entry, "state"), *room_state = rig_text (entry, "room_state");
        cr_assert_str_neq (state, "REQUESTED", "session %llu", storm->sessions[i]);
        outcome->refused += strcmp (state, "REFUSED") == 0;
        outcome->not_approved += strcmp (rig_text (entry, "reason"), "LEASE_ROOM_NOT_APPROVED") == 0;
        if (strcmp (state, "BOOKED") != 0)
            continue;
        cr_assert_eq (strcmp (room_state, "ROOM_LOST") == 0, rig_number (entry, "room") == 0);
        outcome->booked++;
        outcome->moved += strcmp (room_state, "ROOM_MOVED") == 0;
        outcome->lost += rig_number (entry, "room") == 0;
        with_room += rig_number (entry, "room") != 0;
        cr_assert (rig_number (entry, "room") == 0 || has_booking (list, entry), "session %llu", storm->sessions[i]);
    }
    cr_assert_eq (rig_count (list, "bookings"), with_room, "rooms are held by nobody");
}

Test (rooms_of_sessions, whatever_tmf_does_a_session_has_its_room_or_says_that_it_has_none,
      .description = "G4 L7 X1 X4", .timeout = 240)
{
    outcome_t outcome = { 0 };
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        storm_t storm = { .house = house_with_rooms (), .dice = { seed } };
        tmf (&storm.house, "Rooms/SetRoomRules", APPROVAL, storm.house.rooms[1]);
        for (int i = 0; i < STEPS; i++) {
            uint32_t who = roll (&storm.dice, 10);
            (who < 5 ? storm_of_bif : who < 8 ? storm_of_tmf : storm_of_machines) (&storm);
        }
        rig_up (storm.house.rig, "lease");
        rig_set_time (storm.house.rig, "2026-03-02T21:00:00Z");
        rig_advance (storm.house.rig, 100000);
        check_at_rest (&storm, &outcome);
        rig_destroy (&storm.house.rig);
    }
    cr_assert (outcome.booked && outcome.moved && outcome.lost && outcome.refused && outcome.not_approved,
               "%zu booked, %zu moved, %zu lost, %zu refused, %zu not approved", outcome.booked, outcome.moved,
               outcome.lost, outcome.refused, outcome.not_approved);
}

/* --- an upgrade, and names --- */

extern const migration_t guidance_migrations[];

/* The steps before the one of this name. */
static size_t steps_before (const char *name, migration_t out[16])
{
    size_t count = 0;
    while (guidance_migrations[count].number && !strstr (guidance_migrations[count].name, name)) {
        out[count] = guidance_migrations[count];
        count++;
    }
    out[count] = (migration_t){ 0 };
    return count;
}

Test (rooms_of_sessions, those_booked_before_an_upgrade_keep_their_rooms_under_their_own_number, .description = "G4 X7")
{
    static const struct {
        int session, room, state, hold;
    } SESSIONS[] = { { 1, 7, 1, 1 }, { 2, 7, 2, 3 }, { 3, 7, 3, 4 }, { 4, 7, 4, 4 }, { 5, 7, 5, 3 }, { 6, 0, 2, 0 } };
    migration_t before[16];
    fault_t why = { 0 };
    store_t *store = store_open (":memory:", &why);
    cr_assert_gt (steps_before ("rooms", before), 3);
    cr_assert_eq (store_migrate (store, "guidance", before, &why), STATUS_OK, "%s", why.message);
    store_begin (store);
    (void) store_run (store, "INSERT INTO offer VALUES (1, 3, 'x', 60, 1, 1)");
    (void) store_run (store, "INSERT INTO guide VALUES (1, 'Bodil')");
    for (size_t i = 0; i < 6; i++)
        (void) store_run (store,
                          "INSERT INTO session (id, offer, guide, room, starts_at, ends_at, day, state, reason)"
                          " VALUES ($1, 1, 1, $2, $1 * 1000, $1 * 1000 + 500, 1, $3, $4)",
                          SESSIONS[i].session, SESSIONS[i].room, SESSIONS[i].state, SESSIONS[i].state == 3 ? "x" : "");
    cr_assert_eq (store_commit (store, &why), STATUS_OK, "%s", why.message);
    cr_assert_eq (store_migrate (store, "guidance", guidance_migrations, &why), STATUS_OK, "%s", why.message);
    store_begin (store);
    for (size_t i = 0; i < 6; i++) {
        rows_t *row = store_row (store, "SELECT state, room, starts_at, ends_at FROM room_hold WHERE reference = $1",
                                 SESSIONS[i].session);
        cr_assert_eq (row != NULL, SESSIONS[i].hold != 0);
        if (!row)
            continue;
        cr_expect_eq (rows_int (row, 0), SESSIONS[i].hold, "session %d", SESSIONS[i].session);
        cr_expect (rows_int (row, 1) == 7 && rows_int (row, 2) == SESSIONS[i].session * 1000 &&
                   rows_int (row, 3) == SESSIONS[i].session * 1000 + 500);
        rows_close (row);
    }
    store_rollback (store);
    store_destroy (&store);
}

Test (names, offers_and_guides_have_names_and_participants_for_whoever_says_why, .description = "X5 G1 G2 G3 X3")
{
    shared_house_t house = house_with_rooms ();
    json_t *reply =
        rig_ok (house.rig, BIF, "guidance", "Names/FindNames", "{'kind': 'NAMED_OFFER', 'name': 'de rette'}");
    cr_assert_eq ((ident_t) rig_number (rig_item (reply, "names", 0), "id"), house.offer);
    reply = rig_ok (house.rig, BIF, "guidance", "Names/FindNames", "{'kind': 'NAMED_GUIDE', 'name': 'bodil'}");
    cr_assert_eq (rig_count (reply, "names"), 2u, "two guides are called so");
    reply = rig_ok (house.rig, BIF, "guidance", "Names/FindParticipantNames", "{'name': 'Cykelverkstedet'}");
    cr_assert_eq ((ident_t) rig_number (rig_item (reply, "names", 0), "id"), house.participant);
    rig_actor (house.rig, "bodil", "");
    rig_refused (house.rig, BIF, "guidance", "Names/FindParticipantNames", "REASON_REQUIRED", "{'name': 'Cykel'}");
    rig_destroy (&house.rig);
}
