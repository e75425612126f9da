/* L7 and the part of L2 that bookings meet: what a room and its house demand of whoever books. */
#include "unit/lease_kit.h"

#define AT(day, from, until)                                                                                           \
    "{'room': %llu, 'starts_at': '" day "T" from ":00+02:00', 'ends_at': '" day "T" until ":00+02:00', 'title': "      \
    "'Møde'}"

static number_t book (rig_t *rig, const char *format, number_t where)
{
    return id_of (ok (rig, "Rooms/BookRoom", format, where), "booking");
}

static size_t standing (rig_t *rig)
{
    return rig_count (ok (rig, "Rooms/ListBookings", "{}"), "bookings");
}

static const char *refusal (rig_t *rig)
{
    static char text[MESSAGE_MAX];
    store_t *store = rig_store (rig, "lease");
    store_begin (store);
    rows_t *row = store_row (store, "SELECT message FROM journal ORDER BY seq DESC LIMIT 1");
    snprintf (text, sizeof text, "%s", rows_text (row, 0));
    store_rollback (store);
    return text;
}

/* --- L2: opening hours --- */

Test (opening, bookings_keep_to_the_opening_hours_and_public_holidays, .description = "L2, L7")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t house = premises_with (rig, 0);
    number_t where =
        id_of (ok (rig, "House/CreateRoom", "{'premises': %llu, 'name': 'Lygten', 'seats': 4}", house), "room");
    book (rig, AT ("2026-05-17", "02:00", "03:00"), where); /* hours were never said: open at all of them */
    ok (rig, "House/SetOpeningHours",
        "{'premises': %llu, 'days': ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'], 'opens': '08:00',"
        " 'closes': '22:00'}",
        house);
    book (rig, AT ("2026-05-18", "08:00", "22:00"), where);
    refused (rig, "Rooms/BookRoom", "LEASE_HOUSE_NOT_OPEN", AT ("2026-05-19", "07:59", "09:00"), where);
    cr_assert_str_eq (refusal (rig), "on Tuesdays the house is open 08:00-22:00");
    refused (rig, "Rooms/BookRoom", "LEASE_HOUSE_NOT_OPEN", AT ("2026-05-19", "21:00", "22:01"), where);
    refused (rig, "Rooms/BookRoom", "LEASE_HOUSE_NOT_OPEN", AT ("2026-05-24", "10:00", "11:00"), where);
    refused (rig, "Rooms/BookRoom", "LEASE_HOUSE_NOT_OPEN", AT ("2026-05-25", "10:00", "11:00"), where);
    cr_assert_str_eq (refusal (rig), "the house is closed on 2. pinsedag", "%s", refusal (rig));
    ok (rig, "House/SetOpeningHours", "{'premises': %llu, 'days': ['HOLIDAY'], 'opens': '10:00', 'closes': '24:00'}",
        house);
    book (rig, AT ("2026-05-25", "10:00", "11:00"), where);
    ok (rig, "House/SetOpeningHours", "{'premises': %llu, 'days': ['TUESDAY']}", house);
    refused (rig, "Rooms/BookRoom", "LEASE_HOUSE_NOT_OPEN", AT ("2026-05-19", "10:00", "11:00"), where);
    cr_assert_eq (rig_count (ok (rig, "House/ListOpeningHours", "{'premises': %llu}", house), "hours"), 5);
    refused (rig, "House/SetOpeningHours", "LEASE_HOURS_UNREADABLE",
             "{'premises': %llu, 'days': ['MONDAY'], 'opens': '09:00', 'closes': '08:00'}", house);
    refused (rig, "House/SetOpeningHours", "LEASE_HOURS_UNREADABLE",
             "{'premises': %llu, 'days': ['MONDAY'], 'opens': '9', 'closes': '24:30'}", house);
    rig_destroy (&rig);
}

Test (opening, a_booking_to_midnight_ends_on_its_own_day, .description = "L2")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t house = premises_with (rig, 0);
    number_t where =
        id_of (ok (rig, "House/CreateRoom", "{'premises': %llu, 'name': 'Lygten', 'seats': 4}", house), "room");
    ok (rig, "House/SetOpeningHours", "{'premises': %llu, 'days': ['MONDAY'], 'opens': '18:00', 'closes': '24:00'}",
        house);
    ok (rig, "Rooms/BookRoom",
        "{'room': %llu, 'starts_at': '2026-05-18T20:00:00+02:00', 'ends_at': '2026-05-19T00:00:00+02:00', 'title': "
        "'x'}",
        where);
    refused (rig, "Rooms/BookRoom", "LEASE_HOUSE_NOT_OPEN",
             "{'room': %llu, 'starts_at': '2026-05-11T20:00:00+02:00', 'ends_at': '2026-05-12T00:01:00+02:00',"
             " 'title': 'x'}",
             where);
    rig_destroy (&rig);
}

/* --- L7: what a room demands --- */

Test (rooms, a_room_rests_between_two_bookings, .description = "L7")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t where = room (rig);
    ok (rig, "Rooms/SetRoomRules", "{'room': %llu, 'buffer_minutes': 15}", where);
    book (rig, AT ("2026-05-18", "10:00", "11:00"), where);
    refused (rig, "Rooms/BookRoom", "LEASE_ROOM_TAKEN", AT ("2026-05-18", "11:14", "12:00"), where);
    refused (rig, "Rooms/BookRoom", "LEASE_ROOM_TAKEN", AT ("2026-05-18", "09:00", "09:46"), where);
    book (rig, AT ("2026-05-18", "11:15", "12:00"), where);
    book (rig, AT ("2026-05-18", "09:00", "09:45"), where);
    refused (rig, "Rooms/SetRoomRules", "LEASE_ROOM_UNKNOWN", "{'room': 99}");
    rig_destroy (&rig);
}

Test (rooms, the_loser_is_not_told_a_private_title_and_nobody_else_is_shown_it, .description = "L7")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t where = room (rig);
    rig_ok (rig, CALLER_GUIDANCE, "lease", "Rooms/BookRoom",
            "{'room': %llu, 'starts_at': '2026-05-18T10:00:00Z', 'ends_at': '2026-05-18T11:00:00Z',"
            " 'title': 'Svær samtale', 'private': true}",
            where);
    refused (rig, "Rooms/BookRoom", "LEASE_ROOM_TAKEN",
             "{'room': %llu, 'starts_at': '2026-05-18T10:00:00Z', 'ends_at': '2026-05-18T11:00:00Z', 'title': 'x'}",
             where);
    cr_assert (strstr (refusal (rig), "of guidance stands there") && !strstr (refusal (rig), "samtale"));
    json_t *seen = rig_item (ok (rig, "Rooms/ListBookings", "{}"), "bookings", 0);
    cr_assert_str_eq (rig_text (seen, "title"), "");
    seen = rig_item (rig_ok (rig, CALLER_GUIDANCE, "lease", "Rooms/ListBookings", "{}"), "bookings", 0);
    cr_assert_str_eq (rig_text (seen, "title"), "Svær samtale");
    rig_destroy (&rig);
}

#define FOR_TENANT(day, from, until)                                                                                   \
    "{'room': %llu, 'tenant': %llu, 'starts_at': '" day "T" from ":00+02:00', 'ends_at': '" day "T" until              \
    ":00+02:00', 'title': 'Møde'}"

Test (rooms, a_tenant_has_its_share_of_each_month_and_no_more, .description = "L7")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t where = room (rig), who = tenant (rig, 0), other = tenant (rig, 1);
    ok (rig, "Rooms/SetRoomRules", "{'room': %llu, 'tenant_minutes': 180}", where);
    number_t first =
        id_of (ok (rig, "Rooms/BookRoom", FOR_TENANT ("2026-05-18", "08:00", "10:00"), where, who), "booking");
    refused (rig, "Rooms/BookRoom", "LEASE_ROOM_QUOTA", FOR_TENANT ("2026-05-31", "22:00", "23:01"), where, who);
    cr_assert_str_eq (refusal (rig), "the tenant has 120 of its 180 minutes in 2026-05");
    ok (rig, "Rooms/BookRoom", FOR_TENANT ("2026-06-01", "00:00", "03:00"), where, who);
    ok (rig, "Rooms/BookRoom", FOR_TENANT ("2026-05-31", "20:00", "23:00"), where, other);
    ok (rig, "Rooms/ChangeBooking", "{'booking': %llu, 'ends_at': '2026-05-18T11:00:00+02:00'}", first);
    refused (rig, "Rooms/ChangeBooking", "LEASE_ROOM_QUOTA",
             "{'booking': %llu, 'ends_at': '2026-05-18T11:01:00+02:00'}", first);
    ok (rig, "Rooms/ReleaseRoom", "{'booking': %llu}", first);
    ok (rig, "Rooms/BookRoom", FOR_TENANT ("2026-05-30", "20:00", "23:00"), where, who);
    refused (rig, "Rooms/BookRoom", "LEASE_TENANT_UNKNOWN", FOR_TENANT ("2026-05-20", "20:00", "21:00"), where, 99ull);
    rig_destroy (&rig);
}

Test (rooms, what_waits_for_approval_holds_the_time_and_falls_at_its_start, .description = "L7")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t where = room (rig);
    ok (rig, "Rooms/SetRoomRules", "{'room': %llu, 'needs_approval': true}", where);
    json_t *asked =
        rig_ok (rig, CALLER_GUIDANCE, "lease", "Rooms/BookRoom", AT ("2026-05-18", "10:00", "11:00"), where);
    cr_assert (json_is_true (json_object_get (asked, "waits")));
    number_t approved = id_of (asked, "booking");
    refused (rig, "Rooms/BookRoom", "LEASE_ROOM_TAKEN", AT ("2026-05-18", "10:30", "11:30"), where);
    number_t forgotten = book (rig, AT ("2026-05-18", "12:00", "13:00"), where);
    ok (rig, "Rooms/ApproveBooking", "{'booking': %llu}", approved);
    ok (rig, "Rooms/ApproveBooking", "{'booking': %llu}", approved);
    rig_restart (rig, "lease");
    rig_set_time (rig, "2026-05-18T09:59:59Z");
    cr_assert_eq (standing (rig), 2);
    rig_set_time (rig, "2026-05-18T10:00:00Z");
    cr_assert_eq (standing (rig), 1);
    refused (rig, "Rooms/ApproveBooking", "LEASE_BOOKING_GONE", "{'booking': %llu}", forgotten);
    rig_destroy (&rig);
}

Test (rooms, a_changed_booking_waits_for_approval_again, .description = "L7")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t where = room (rig);
    ok (rig, "Rooms/SetRoomRules", "{'room': %llu, 'needs_approval': true}", where);
    number_t booking = book (rig, AT ("2026-05-18", "10:00", "11:00"), where);
    ok (rig, "Rooms/ApproveBooking", "{'booking': %llu}", booking);
    json_t *reply = ok (rig, "Rooms/ChangeBooking", "{'booking': %llu, 'title': 'Andet'}", booking);
    cr_assert_not (json_is_true (json_object_get (reply, "waits")));
    reply = ok (rig, "Rooms/ChangeBooking", "{'booking': %llu, 'starts_at': '2026-05-18T06:00:00Z'}", booking);
    cr_assert (json_is_true (json_object_get (reply, "waits")));
    rig_set_time (rig, "2026-05-18T06:00:00Z");
    cr_assert_eq (standing (rig), 0);
    rig_destroy (&rig);
}

Test (rooms, a_room_that_nobody_comes_to_is_given_back, .description = "L7")
{
    rig_t *rig = rig_at ("2026-05-18T06:00:00Z");
    number_t where = room (rig);
    char log[64];
    ok (rig, "Rooms/SetRoomRules", "{'room': %llu, 'no_show_minutes': 20}", where);
    book (rig, AT ("2026-05-18", "10:00", "12:00"), where);
    number_t kept = book (rig, AT ("2026-05-18", "12:00", "13:00"), where);
    rig_ok (rig, CALLER_GUIDANCE, "lease", "Rooms/BookRoom",
            "{'room': %llu, 'starts_at': '2026-05-18T11:00:00Z', 'ends_at': '2026-05-18T12:00:00Z', 'title': 'x',"
            " 'reference': 7}",
            where);
    refused (rig, "Rooms/CheckIn", "LEASE_BOOKING_EARLY", "{'booking': %llu}", kept);
    rig_restart (rig, "lease");
    rig_set_time (rig, "2026-05-18T08:19:59Z");
    cr_assert_eq (standing (rig), 3);
    rig_set_time (rig, "2026-05-18T08:20:00Z");
    cr_assert_eq (standing (rig), 2, "the room is free for somebody else");
    number_t again = book (rig, AT ("2026-05-18", "10:30", "11:00"), where);
    rig_refused (rig, CALLER_BRIDGING, "lease", "Rooms/CheckIn", "LEASE_BOOKING_OF_OTHERS", "{'booking': %llu}", again);
    ok (rig, "Rooms/CheckIn", "{'booking': %llu}", again);
    rig_set_time (rig, "2026-05-18T09:30:00Z");
    ok (rig, "Rooms/CheckIn", "{'booking': %llu}", kept);
    rig_set_time (rig, "2026-05-18T13:00:00Z");
    cr_assert_eq (standing (rig), 3, "they came, and the session's room is its service's to release");
    cr_assert_str_eq (events (rig, log, sizeof log), "2 11 11 11 12 11");
    rig_destroy (&rig);
}

Test (rooms, a_changed_booking_keeps_its_name_and_meets_the_same_refusals, .description = "L7")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t where = room (rig);
    number_t booking = book (rig, AT ("2026-05-18", "10:00", "11:00"), where);
    number_t other = book (rig, AT ("2026-05-18", "12:00", "13:00"), where);
    refused (rig, "Rooms/ChangeBooking", "LEASE_ROOM_TAKEN",
             "{'booking': %llu, 'starts_at': '2026-05-18T11:30:00+02:00'}", booking);
    ok (rig, "Rooms/ChangeBooking", "{'booking': %llu, 'starts_at': '2026-05-18T10:30:00+02:00'}", booking);
    json_t *now = rig_item (ok (rig, "Rooms/ListBookings", "{}"), "bookings", 0);
    cr_assert_eq (id_of (now, "booking"), booking);
    cr_assert_str_eq (rig_text (now, "ends_at"), "2026-05-18T09:30:00Z", "as long as it was");
    rig_refused (rig, CALLER_GUIDANCE, "lease", "Rooms/ChangeBooking", "LEASE_BOOKING_OF_OTHERS",
                 "{'booking': %llu, 'title': 'x'}", other);
    ok (rig, "Rooms/ReleaseRoom", "{'booking': %llu}", other);
    refused (rig, "Rooms/ChangeBooking", "LEASE_BOOKING_GONE", "{'booking': %llu, 'title': 'x'}", other);
    refused (rig, "Rooms/ChangeBooking", "LEASE_ROOM_UNKNOWN", "{'booking': %llu, 'room': 99}", booking);
    rig_destroy (&rig);
}

Test (rooms, the_smallest_free_room_with_all_that_is_needed_comes_first, .description = "L7")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t house = premises_with (rig, 0), rooms[3];
    for (int i = 0; i < 3; i++) {
        rooms[i] =
            id_of (ok (rig, "House/CreateRoom", "{'premises': %llu, 'name': 'Rum %d', 'seats': %d, 'step_free': %s}",
                       house, i, 24 - 8 * i, i == 2 ? "false" : "true"),
                   "room");
        ok (rig, "Rooms/SetRoomEquipment", "{'room': %llu, 'equipment': ['whiteboard'%s]}", rooms[i],
            i < 2 ? ", 'projektor'" : "");
    }
    static const char ASK[] =
        "{'starts_at': '2026-05-18T08:00:00Z', 'ends_at': '2026-05-18T09:00:00Z', 'seats': %d, 'equipment': [%s]}";
    json_t *found = ok (rig, "Rooms/FindRooms", ASK, 0, "");
    cr_assert_eq (rig_count (found, "rooms"), 3);
    cr_assert_eq (id_of (rig_item (found, "rooms", 0), "room"), rooms[2]);
    cr_assert_eq (
        id_of (rig_item (ok (rig, "Rooms/FindRooms", ASK, 9, "'projektor', 'whiteboard'"), "rooms", 0), "room"),
        rooms[1]);
    book (rig, AT ("2026-05-18", "10:30", "12:00"), rooms[1]);
    found = ok (rig, "Rooms/FindRooms", ASK, 9, "'projektor'");
    cr_assert_eq (rig_count (found, "rooms"), 1);
    cr_assert_eq (id_of (rig_item (found, "rooms", 0), "room"), rooms[0]);
    json_t *listed = rig_item (ok (rig, "Rooms/ListRooms", "{}"), "rooms", 0);
    cr_assert_eq (rig_count (listed, "equipment"), 2);
    rig_destroy (&rig);
}

/* --- against a reference model: a list of intervals, with buffers, changes and series --- */

enum { STEPS = 250, KEPT = 2000, SLOT_MS = 900000, SLOTS = 96 * 21 };

typedef struct {
    number_t booking;
    int from, until; /* slots */
} held_t;

typedef struct {
    rig_t *rig;
    number_t room;
    uint64_t seed;
    int64_t start;
    int buffer; /* slots */
    held_t held[KEPT];
    size_t count;
    int refusals;
} model_t;

static bool model_free (const model_t *self, int from, int until, number_t except)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->held[i].booking != except && self->held[i].from < until + self->buffer &&
            from - self->buffer < self->held[i].until)
            return false;
    return true;
}

static const char *times (const model_t *self, int from, int until, char out[120])
{
    char a[ISO_INSTANT_SIZE], b[ISO_INSTANT_SIZE];
    snprintf (out, 120, "'starts_at': '%s', 'ends_at': '%s'", instant_text (self->start + (int64_t) from * SLOT_MS, a),
              instant_text (self->start + (int64_t) until * SLOT_MS, b));
    return out;
}

static void model_book (model_t *self, int from, int until)
{
    char when[120];
    times (self, from, until, when);
    if (!model_free (self, from, until, 0)) {
        refused (self->rig, "Rooms/BookRoom", "LEASE_ROOM_TAKEN", "{'room': %llu, %s, 'title': 'x'}", self->room, when);
        self->refusals++;
        return;
    }
    number_t booking =
        id_of (ok (self->rig, "Rooms/BookRoom", "{'room': %llu, %s, 'title': 'x'}", self->room, when), "booking");
    self->held[self->count++] = (held_t){ booking, from, until };
}

/* Every day for some days: those that do not fit are left out, and nothing else is. */
static void model_series (model_t *self, int from, int until, int days)
{
    char when[120];
    int fit = 0, first = (int) self->count;
    for (int d = 0; d < days; d++)
        fit += model_free (self, from + 96 * d, until + 96 * d, 0);
    times (self, from, until, when);
    static const char ASK[] = "{'room': %llu, %s, 'title': 'x', 'rule': 'FREQ=DAILY;COUNT=%d', 'skip_taken': %s}";
    if (fit < days)
        refused (self->rig, "Series/BookSeries", "LEASE_ROOM_TAKEN", ASK, self->room, when, days, "false");
    if (fit == 0)
        return;
    json_t *reply = ok (self->rig, "Series/BookSeries", ASK, self->room, when, days, "true");
    for (int d = 0; d < days; d++)
        if (model_free (self, from + 96 * d, until + 96 * d, 0)) {
            json_t *id = rig_item (reply, "bookings", self->count - (size_t) first);
            number_t booking = (number_t) json_integer_value (id);
            self->held[self->count++] = (held_t){ booking, from + 96 * d, until + 96 * d };
        }
    cr_assert_eq (rig_count (reply, "bookings"), (size_t) fit);
    cr_assert_eq (rig_count (reply, "left_out"), (size_t) (days - fit));
}

static void model_move (model_t *self, int from, int until)
{
    char when[120];
    if (self->count == 0)
        return;
    held_t *held = &self->held[draw (&self->seed, (unsigned) self->count)];
    times (self, from, until, when);
    if (!model_free (self, from, until, held->booking)) {
        refused (self->rig, "Rooms/ChangeBooking", "LEASE_ROOM_TAKEN", "{'booking': %llu, %s}", held->booking, when);
        return;
    }
    ok (self->rig, "Rooms/ChangeBooking", "{'booking': %llu, %s}", held->booking, when);
    held->from = from;
    held->until = until;
}

static void model_release (model_t *self)
{
    if (self->count == 0)
        return;
    size_t i = draw (&self->seed, (unsigned) self->count);
    ok (self->rig, "Rooms/ReleaseRoom", "{'booking': %llu}", self->held[i].booking);
    self->held[i] = self->held[--self->count];
}

static void run_model (uint64_t seed)
{
    model_t self = { .rig = rig_at ("2026-05-01T09:00:00Z"), .seed = seed, .buffer = (int) (seed % 3) };
    self.room = room (self.rig);
    ok (self.rig, "Rooms/SetRoomRules", "{'room': %llu, 'buffer_minutes': %d}", self.room, 15 * self.buffer);
    cr_assert (instant_parse ("2026-06-01T00:00:00Z", &self.start));
    for (int step = 0; step < STEPS; step++) {
        int from = (int) draw (&self.seed, SLOTS), until = from + 1 + (int) draw (&self.seed, 12);
        unsigned what = draw (&self.seed, 10);
        if (what < 4)
            model_book (&self, from, until);
        else if (what < 6)
            model_series (&self, from, until, 1 + (int) draw (&self.seed, 10));
        else if (what < 8)
            model_move (&self, from, until);
        else
            model_release (&self);
    }
    cr_assert_gt (self.refusals, 10, "the walk met too little to mean anything");
    cr_assert_eq (standing (self.rig), self.count < 500 ? self.count : 500);
    rig_destroy (&self.rig);
}

Test (rooms, bookings_changes_and_series_never_share_a_moment_nor_the_buffer, .description = "L7", .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 6; seed++)
        run_model (seed);
}
