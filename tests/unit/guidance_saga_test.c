/* Guidance and lease together: tenants (G1), and guide and room booked together or not at all (G4). */
#include "unit/guidance_rooms_kit.h"

Test (participants, who_rents_in_the_house_is_a_tenant_here_whichever_was_known_first, .description = "G1")
{
    shared_house_t house = house_with_rooms ();
    const char *tenants[] = { "64942212", "13585628" };
    for (size_t i = 0; i < 2; i++)
        rig_ok (house.rig, CALLER_TMF_DESK, "lease", "Tenants/RegisterTenant", "{'cvr': '%s', 'name': 'Lejer'}",
                tenants[i]);
    rig_settle (house.rig);
    new_participant (house.rig, "{'kind': 'ENTERPRISE', 'cvr': '13585628', 'name': 'Køkkenet', 'stage': 'IDEA'}");
    new_participant (house.rig, "{'kind': 'ENTERPRISE', 'cvr': '24256790', 'name': 'Andre', 'stage': 'IDEA'}");
    json_t *list = rig_ok (house.rig, BIF, "guidance", "Participants/ListParticipants", "{}");
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq (json_is_true (json_object_get (rig_item (list, "participants", i), "tenant")), i < 2);
    rig_destroy (&house.rig);
}

Test (saga, guide_and_room_are_booked_together, .description = "G4 X4")
{
    shared_house_t house = house_with_rooms ();
    ident_t id = ask (&house, 0, 0, 9);
    expect (&house, id, "BOOKED", "");
    json_t *list = bookings (&house);
    cr_assert_eq (rig_count (list, "bookings"), 1u);
    cr_assert_eq ((ident_t) rig_number (rig_item (list, "bookings", 0), "room"), house.rooms[0]);
    cr_assert_str_eq (rig_text (rig_item (list, "bookings", 0), "starts_at"), "2026-03-02T08:00:00Z");
    cr_assert_str_eq (rig_text (rig_item (list, "bookings", 0), "ends_at"), "2026-03-02T09:00:00Z");
    cancel (&house, id);
    cr_assert_eq (rig_count (bookings (&house), "bookings"), 0u);
    rig_destroy (&house.rig);
}

Test (saga, a_taken_room_is_refused_with_the_reason_of_lease_and_the_guide_is_free_again, .description = "G4")
{
    shared_house_t house = house_with_rooms ();
    ask (&house, 0, 0, 9);
    ident_t second = ask (&house, 1, 0, 9);
    expect (&house, second, "REFUSED", "LEASE_ROOM_TAKEN");
    expect (&house, ask (&house, 1, 1, 9), "BOOKED", "");
    cr_assert_eq (rig_count (bookings (&house), "bookings"), 2u);
    rig_destroy (&house.rig);
}

Test (saga, a_guide_who_waits_for_a_room_is_busy, .description = "G4 X1")
{
    shared_house_t house = house_with_rooms ();
    rig_down (house.rig, "lease");
    ident_t id = ask (&house, 0, 0, 9);
    rig_refused (
        house.rig, BIF, "guidance", "Sessions/BookSession", "GUIDANCE_GUIDE_BUSY",
        "{'offer': %llu, 'guide': %llu, 'participant': %llu, 'room': %llu, 'starts_at': '2026-03-02T09:30:00+01:00'}",
        house.offer, house.guides[0], house.participant, house.rooms[1]);
    rig_up (house.rig, "lease");
    rig_advance (house.rig, 30000);
    expect (&house, id, "BOOKED", "");
    rig_destroy (&house.rig);
}

Test (saga, when_lease_stays_away_nobody_holds_a_room_afterwards, .description = "G4 X4")
{
    shared_house_t house = house_with_rooms ();
    rig_down (house.rig, "lease");
    ident_t never_arrived = ask (&house, 0, 0, 9), answer_lost = ask (&house, 1, 1, 9);
    book_without_answer (&house, answer_lost, 1, 9);
    rig_advance (house.rig, 59000);
    expect (&house, never_arrived, "REQUESTED", "");
    rig_advance (house.rig, 2000);
    expect (&house, never_arrived, "REFUSED", "LEASE_AWAY");
    expect (&house, answer_lost, "REFUSED", "LEASE_AWAY");
    rig_up (house.rig, "lease");
    rig_advance (house.rig, 60000);
    cr_assert_eq (rig_count (bookings (&house), "bookings"), 0u);
    expect (&house, ask (&house, 0, 0, 9), "BOOKED", "");
    rig_destroy (&house.rig);
}

Test (saga, an_answer_that_was_lost_is_given_again_and_the_room_booked_once, .description = "G4 X4")
{
    shared_house_t house = house_with_rooms ();
    rig_down (house.rig, "lease");
    ident_t id = ask (&house, 0, 0, 9);
    book_without_answer (&house, id, 0, 9);
    rig_up (house.rig, "lease");
    rig_advance (house.rig, 30000);
    expect (&house, id, "BOOKED", "");
    cr_assert_eq (rig_count (bookings (&house), "bookings"), 1u);
    rig_destroy (&house.rig);
}

Test (saga, a_session_cancelled_while_it_waits_keeps_no_room_in_whichever_order_lease_hears_of_it, .description = "G4")
{
    for (int pause_ms = 0; pause_ms <= 20000; pause_ms += 5000) {
        shared_house_t house = house_with_rooms ();
        rig_down (house.rig, "lease");
        ident_t id = ask (&house, 0, 0, 9);
        rig_advance (house.rig, pause_ms);
        cancel (&house, id);
        rig_up (house.rig, "lease");
        rig_advance (house.rig, 90000);
        expect (&house, id, "CANCELLED", "");
        cr_assert_eq (rig_count (bookings (&house), "bookings"), 0u);
        rig_destroy (&house.rig);
    }
}

Test (saga, a_restart_in_the_middle_completes_it_once, .description = "G4 X4")
{
    shared_house_t house = house_with_rooms ();
    rig_down (house.rig, "lease");
    ident_t booked = ask (&house, 0, 0, 9), cancelled = ask (&house, 1, 1, 9);
    cancel (&house, cancelled);
    rig_restart (house.rig, "guidance");
    rig_up (house.rig, "lease");
    rig_advance (house.rig, 30000);
    expect (&house, booked, "BOOKED", "");
    expect (&house, cancelled, "CANCELLED", "");
    rig_restart (house.rig, "guidance");
    rig_restart (house.rig, "lease");
    rig_advance (house.rig, 90000);
    expect (&house, booked, "BOOKED", "");
    cr_assert_eq (rig_count (bookings (&house), "bookings"), 1u);
    rig_destroy (&house.rig);
}

/* --- whatever happens in whichever order --- */

enum { ASKED_MAX = 64, STEPS = 60, SEEDS = 12, FIRST_HOUR = 8, HOURS = 4 };

typedef struct {
    ident_t id;
    size_t guide, room;
    int hour;
} asked_t;

typedef struct {
    shared_house_t house;
    dice_t dice;
    bool lease_is_down;
    asked_t asked[ASKED_MAX];
    size_t n_asked;
} storm_t;

static bool takes_time (storm_t *storm, const asked_t *asked)
{
    const char *state = state_of (storm->house.rig, asked->id);
    return strcmp (state, "REQUESTED") == 0 || strcmp (state, "BOOKED") == 0;
}

static bool guide_is_busy (storm_t *storm, size_t guide, int hour)
{
    for (size_t i = 0; i < storm->n_asked; i++)
        if (storm->asked[i].guide == guide && storm->asked[i].hour == hour && takes_time (storm, &storm->asked[i]))
            return true;
    return false;
}

static void storm_ask (storm_t *storm)
{
    asked_t wish = { .guide = roll (&storm->dice, 2),
                     .room = roll (&storm->dice, 2),
                     .hour = FIRST_HOUR + (int) roll (&storm->dice, HOURS) };
    if (storm->n_asked == ASKED_MAX)
        return;
    if (guide_is_busy (storm, wish.guide, wish.hour)) {
        rig_refused (storm->house.rig, BIF, "guidance", "Sessions/BookSession", "GUIDANCE_GUIDE_BUSY", ASK,
                     storm->house.offer, storm->house.guides[wish.guide], storm->house.participant,
                     storm->house.rooms[wish.room], at_hour (wish.hour));
        return;
    }
    wish.id = ask (&storm->house, wish.guide, wish.room, wish.hour);
    storm->asked[storm->n_asked++] = wish;
}

static void storm_cancel (storm_t *storm)
{
    if (storm->n_asked == 0)
        return;
    const asked_t *asked = &storm->asked[roll (&storm->dice, (uint32_t) storm->n_asked)];
    if (takes_time (storm, asked))
        cancel (&storm->house, asked->id);
}

/* Bookings in lease that stand exactly where the session would. */
static size_t bookings_of (storm_t *storm, json_t *list, const asked_t *asked)
{
    char starts_at[32];
    snprintf (starts_at, sizeof starts_at, "2026-03-02T%02d:00:00Z", asked->hour - 1);
    size_t found = 0;
    for (size_t i = 0; i < rig_count (list, "bookings"); i++) {
        json_t *entry = rig_item (list, "bookings", i);
        found += (ident_t) rig_number (entry, "room") == storm->house.rooms[asked->room] &&
                 strcmp (rig_text (entry, "starts_at"), starts_at) == 0;
    }
    return found;
}

/* Lease hears of the newest session, and the answer is lost, if it would say yes. */
static void storm_lose_answer (storm_t *storm)
{
    rig_t *rig = storm->house.rig;
    const asked_t *asked = storm->n_asked ? &storm->asked[storm->n_asked - 1] : NULL;
    if (!asked || !storm->lease_is_down || strcmp (state_of (rig, asked->id), "REQUESTED") != 0)
        return;
    rig_down (rig, "guidance");
    rig_up (rig, "lease");
    bool taken = bookings_of (storm, bookings (&storm->house), asked) != 0;
    rig_down (rig, "lease");
    rig_up (rig, "guidance");
    if (!taken)
        book_without_answer (&storm->house, asked->id, asked->room, asked->hour);
}

static void storm_turn_lease (storm_t *storm)
{
    storm->lease_is_down = !storm->lease_is_down;
    (storm->lease_is_down ? rig_down : rig_up) (storm->house.rig, "lease");
}

static void storm_step (storm_t *storm)
{
    rig_t *rig = storm->house.rig;
    switch (roll (&storm->dice, 12)) {
    case 0:
    case 1:
    case 2:
    case 3:
        storm_ask (storm);
        break;
    case 4:
    case 5:
        storm_cancel (storm);
        break;
    case 6:
    case 7:
        storm_turn_lease (storm);
        break;
    case 8:
        storm_lose_answer (storm);
        break;
    case 9:
        rig_restart (rig, roll (&storm->dice, 2) ? "guidance" : "lease");
        break;
    case 10:
        rig_advance (rig, 200 + roll (&storm->dice, 9000));
        break;
    default:
        rig_advance (rig, roll (&storm->dice, 70000));
        break;
    }
}

static void come_to_rest (storm_t *storm)
{
    rig_up (storm->house.rig, "lease");
    rig_advance (storm->house.rig, 100000);
    json_t *health = rig_ok (storm->house.rig, BIF, "guidance", "Node/GetHealth", "{}");
    cr_assert_eq (rig_number (health, "calls_waiting"), 0);
    cr_assert_eq (rig_number (health, "quarantined"), 0);
}

/* How the sessions ended; their kinds are counted, so that a storm in which nothing happens is noticed. */
typedef struct {
    size_t booked, cancelled, taken, away;
} outcome_t;

static void check_at_rest (storm_t *storm, outcome_t *outcome)
{
    json_t *list = bookings (&storm->house);
    bool guide_has[2][24] = { { false } };
    size_t booked = 0;
    for (size_t i = 0; i < storm->n_asked; i++) {
        const asked_t *asked = &storm->asked[i];
        json_t *entry = session (storm->house.rig, asked->id);
        const char *state = rig_text (entry, "state"), *reason = rig_text (entry, "reason");
        cr_assert_str_neq (state, "REQUESTED");
        outcome->cancelled += strcmp (state, "CANCELLED") == 0;
        outcome->taken += strcmp (reason, "LEASE_ROOM_TAKEN") == 0;
        outcome->away += strcmp (reason, "LEASE_AWAY") == 0;
        if (strcmp (state, "BOOKED") != 0)
            continue;
        booked++;
        cr_assert_eq (bookings_of (storm, list, asked), 1u, "session %llu", asked->id);
        cr_assert_not (guide_has[asked->guide][asked->hour], "guide %zu twice at %d", asked->guide, asked->hour);
        guide_has[asked->guide][asked->hour] = true;
    }
    cr_assert_eq (rig_count (list, "bookings"), booked, "rooms are held by nobody");
    outcome->booked += booked;
}

Test (saga, at_rest_every_booked_session_has_its_room_and_no_other_session_has_one, .description = "G4 X1 X4",
      .timeout = 240)
{
    outcome_t outcome = { 0 };
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        storm_t storm = { .house = house_with_rooms (), .dice = { seed } };
        for (int i = 0; i < STEPS; i++)
            storm_step (&storm);
        come_to_rest (&storm);
        check_at_rest (&storm, &outcome);
        rig_destroy (&storm.house.rig);
    }
    cr_assert (outcome.booked && outcome.cancelled && outcome.taken && outcome.away,
               "%zu booked, %zu cancelled, %zu taken, %zu away", outcome.booked, outcome.cancelled, outcome.taken,
               outcome.away);
}
