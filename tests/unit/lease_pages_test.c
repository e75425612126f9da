/* Lists that come a page at a time: the pages put together are the list, in its order and without a gap. */
#include "unit/lease_kit.h"

enum { BOOKINGS = 300, ROOMS = 7, DAYS = 12, ID_MAX = 24 };

/* What the list of `ids` shows when it is asked for in pages of `size`, as text. */
static void put_together (rig_t *rig, const char *method, const char *list, const char *id, const char *asked,
                          unsigned size, char *out, size_t out_size)
{
    number_t after = 0;
    size_t length = 0, count = size;
    out[0] = '\0';
    while (count == size) {
        json_t *page = ok (rig, method, "{%s'limit': %u, 'after': %llu}", asked, size, after);
        count = rig_count (page, list);
        for (size_t i = 0; i < count; i++) {
            after = id_of (rig_item (page, list, i), id);
            cr_assert_lt (length + ID_MAX, out_size);
            length += (size_t) snprintf (out + length, ID_MAX, "%llu ", after);
        }
    }
}

/* --- L7 --- */

typedef struct {
    number_t room, booking;
    int64_t starts_at, ends_at;
} held_t;

static int compare_held (const void *a, const void *b)
{
    const held_t *left = a, *right = b;
    if (left->starts_at != right->starts_at)
        return left->starts_at < right->starts_at ? -1 : 1;
    return left->booking < right->booking ? -1 : 1;
}

/* Any time of any length up to a day, as often over midnight as not; what does not fit is not booked. */
static size_t book_at_random (rig_t *rig, const number_t *rooms, uint64_t *seed, int64_t start, held_t *held)
{
    size_t count = 0;
    for (int i = 0; i < BOOKINGS; i++) {
        held_t one = { .room = rooms[draw (seed, ROOMS)] };
        one.starts_at = start + 900000 * (int64_t) draw (seed, 96 * DAYS);
        one.ends_at = one.starts_at + 900000 * (1 + (int64_t) draw (seed, draw (seed, 3) ? 8 : 96));
        char from[ISO_INSTANT_SIZE], until[ISO_INSTANT_SIZE];
        json_t *reply = rig_try (rig, DESK, "lease", "Rooms/BookRoom",
                                 "{'room': %llu, 'title': 'x', 'starts_at': '%s', 'ends_at': '%s'}", one.room,
                                 instant_text (one.starts_at, from), instant_text (one.ends_at, until));
        if (!reply)
            continue;
        one.booking = id_of (reply, "booking");
        held[count++] = one;
    }
    qsort (held, count, sizeof *held, compare_held);
    return count;
}

static void expect_bookings (const held_t *held, size_t count, number_t room, int32_t from_day, int32_t to_day,
                             char *out)
{
    int64_t from = copenhagen_instant (from_day, 0), until = copenhagen_instant (to_day + 1, 0);
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        if (held[i].starts_at < until && held[i].ends_at > from && (!room || held[i].room == room))
            length += (size_t) snprintf (out + length, ID_MAX, "%llu ", held[i].booking);
}

/* Through the days on which the clock changes, when midnight moves against UTC. */
static void compare_days (const char *first_day, uint64_t seed)
{
    static held_t held[BOOKINGS];
    static char expected[BOOKINGS * ID_MAX], listed[BOOKINGS * ID_MAX + ID_MAX];
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t rooms[ROOMS];
    int32_t begins;
    cr_assert (day_parse (first_day, &begins));
    for (int i = 0; i < ROOMS; i++)
        rooms[i] = room (rig);
    size_t count = book_at_random (rig, rooms, &seed, copenhagen_instant (begins, 0), held);
    cr_assert_gt (count, BOOKINGS / 4);
    for (int i = 0; i < 60; i++) {
        int32_t from = begins - 1 + (int32_t) draw (&seed, DAYS + 2), to = from + (int32_t) draw (&seed, 5);
        number_t where = draw (&seed, 2) ? rooms[draw (&seed, ROOMS)] : 0;
        char asked[120], a[ISO_DAY_SIZE], b[ISO_DAY_SIZE];
        snprintf (asked, sizeof asked, "'room': %llu, 'from_day': '%s', 'to_day': '%s', ", where, day_text (from, a),
                  day_text (to, b));
        expect_bookings (held, count, where, from, to, expected);
        put_together (rig, "Rooms/ListBookings", "bookings", "booking", asked, 1 + draw (&seed, 9), listed,
                      sizeof listed);
        cr_assert_str_eq (listed, expected, "%s", asked);
    }
    rig_destroy (&rig);
}

Test (pages, a_day_of_bookings_is_what_goes_on_in_it_in_order_however_it_is_cut, .description = "L7", .timeout = 120)
{
    compare_days ("2026-03-24", 1);
    compare_days ("2026-10-20", 2);
    compare_days ("2026-07-01", 3);
}

Test (pages, a_page_goes_on_behind_a_booking_that_was_released_meanwhile, .description = "L7")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t where = room (rig), booked[3];
    for (int i = 0; i < 3; i++)
        booked[i] = id_of (ok (rig, "Rooms/BookRoom",
                               "{'room': %llu, 'title': 'x', 'starts_at': '2026-03-0%dT10:00:00Z',"
                               " 'ends_at': '2026-03-0%dT11:00:00Z'}",
                               where, 3 + i, 3 + i),
                           "booking");
    ok (rig, "Rooms/ReleaseRoom", "{'booking': %llu}", booked[1]);
    json_t *page = ok (rig, "Rooms/ListBookings", "{'after': %llu}", booked[1]);
    cr_assert_eq (rig_count (page, "bookings"), 1);
    cr_assert_eq (id_of (rig_item (page, "bookings", 0), "booking"), booked[2]);
    refused (rig, "Rooms/ListBookings", "LEASE_BOOKING_GONE", "{'after': 99}");
    rig_destroy (&rig);
}

Test (pages, rooms_come_in_the_order_they_were_made_and_are_counted_for_their_house, .description = "L7, L2")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t house = premises_with (rig, 0);
    char expected[ROOMS * ID_MAX], listed[ROOMS * ID_MAX + ID_MAX];
    size_t length = 0;
    for (int i = 0; i < ROOMS; i++)
        length += (size_t) snprintf (
            expected + length, ID_MAX, "%llu ",
            id_of (ok (rig, "House/CreateRoom", "{'premises': %llu, 'name': 'Rum %d', 'seats': %d}", house, i, 9 - i),
                   "room"));
    refused (rig, "House/CreateRoom", "LEASE_ROOM_EXISTS", "{'premises': %llu, 'name': 'Rum 0', 'seats': 4}", house);
    for (unsigned size = 1; size <= ROOMS + 1; size++) {
        put_together (rig, "Rooms/ListRooms", "rooms", "room", "", size, listed, sizeof listed);
        cr_assert_str_eq (listed, expected);
    }
    cr_assert_eq (rig_number (rig_item (ok (rig, "House/GetHouse", "{}"), "premises", 0), "rooms"), ROOMS);
    rig_destroy (&rig);
}

/* --- L10 --- */

Test (pages, partners_come_by_name_with_the_meetings_that_were_held, .description = "L10")
{
    static const char *const NAMES[] = { "Åen", "3B", "Ældre Sagen", "Mimers Plads", "Bispebjerg" };
    static const int BY_NAME[] = { 1, 4, 3, 0, 2 }; /* as bytes compare */
    enum { PARTNERS = sizeof NAMES / sizeof NAMES[0] };
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t partners[PARTNERS];
    char expected[PARTNERS * ID_MAX], listed[PARTNERS * ID_MAX + ID_MAX];
    size_t length = 0;
    for (int i = 0; i < PARTNERS; i++) {
        partners[i] =
            id_of (ok (rig, "Partners/AddPartner", "{'kind': 'OTHER_PARTNER', 'name': '%s'}", NAMES[i]), "partner");
        for (int held = 0; held < i; held++)
            ok (rig, "Partners/RecordMeeting",
                "{'partner': %llu, 'about': 'x', 'day': '2026-0%d-01', 'next_day': '2026-0%d-20'}", partners[i],
                held + 1, held + 2);
    }
    for (int i = 0; i < PARTNERS; i++)
        length += (size_t) snprintf (expected + length, ID_MAX, "%llu ", partners[BY_NAME[i]]);
    for (unsigned size = 1; size <= PARTNERS; size++) {
        put_together (rig, "Partners/ListPartners", "partners", "partner", "", size, listed, sizeof listed);
        cr_assert_str_eq (listed, expected, "%s not %s", listed, expected);
    }
    json_t *page = ok (rig, "Partners/ListPartners", "{}");
    for (size_t i = 0; i < PARTNERS; i++) {
        json_t *one = rig_item (page, "partners", i);
        cr_assert_eq (rig_number (one, "meetings"), BY_NAME[i]);
        if (BY_NAME[i] < 2) /* only once, and that day is past */
            cr_assert_null (json_object_get (one, "next_day"));
        else
            cr_assert_str_eq (rig_text (one, "next_day"), "2026-03-20");
    }
    refused (rig, "Partners/ListPartners", "LEASE_PARTNER_UNKNOWN", "{'after': 99}");
    rig_destroy (&rig);
}

/* --- a house that stands --- */

extern const migration_t lease_migrations[];

static int64_t number_of (store_t *store, const char *sql)
{
    rows_t *row = store_row (store, sql, 0);
    int64_t number = row ? rows_int (row, 0) : -1;
    rows_close (row);
    return number;
}

Test (pages, a_house_that_stands_keeps_its_prices_and_is_counted, .description = "L2, L4, L10")
{
    migration_t until[64] = { 0 };
    fault_t why = { 0 };
    size_t steps = 0;
    while (!strstr (lease_migrations[steps].name, "read_together"))
        until[steps] = lease_migrations[steps], steps++;
    store_t *store = store_open (":memory:", &why);
    cr_assert_eq (store_migrate (store, "lease", until, &why), STATUS_OK, "%s", why.message);
    store_begin (store);
    static const char *const STANDS[] = {
        "INSERT INTO premises VALUES (1, 'Huset', '', 8, 1, 150000, 3)",
        "INSERT INTO room (id, premises, name, seats, step_free) VALUES (1, 1, 'a', 4, 1), (2, 1, 'b', 4, 1)",
        "INSERT INTO tenant (id, cvr, name) VALUES (1, '12345678', 'x')",
        ("INSERT INTO lease (id, tenant, premises, state, desks, from_day, notice_months, deposit_ore, vat,"
         " charged_until) VALUES (1, 1, 1, 3, 2, 20000, 3, 0, 0, 19999)"),
        "INSERT INTO lease_price VALUES (1, 20100, 160000, 5), (1, 20000, 150000, 0)",
        "INSERT INTO partner (id, kind, name) VALUES (1, 1, 'x'), (2, 1, 'y')",
        "INSERT INTO meeting (id, partner, day, about, agreed) VALUES (1, 2, 20000, 'x', ''), (2, 2, 20001, 'x', '')",
    };
    for (size_t i = 0; i < sizeof STANDS / sizeof STANDS[0]; i++)
        (void) store_run_values (store, (sql_value_t[]){ sql_text (STANDS[i]) }, 1);
    cr_assert_eq (store_commit (store, &why), STATUS_OK, "%s", why.message);
    cr_assert_eq (store_migrate (store, "lease", lease_migrations, &why), STATUS_OK, "%s", why.message);
    store_begin (store);
    cr_assert_eq (number_of (store, "SELECT rooms FROM premises WHERE $1 = 0"), 2);
    cr_assert_eq (number_of (store, "SELECT meetings FROM partner WHERE id = 1 + $1"), 0);
    cr_assert_eq (number_of (store, "SELECT meetings FROM partner WHERE id = 2 + $1"), 2);
    cr_assert_eq (number_of (store, "SELECT monthly_rent_ore FROM lease_price WHERE from_day = 20100 + $1"), 160000);
    cr_assert_eq (number_of (store, "SELECT sum (monthly_rent_ore + monthly_costs_ore) FROM lease_price WHERE $1 = 0"),
                  310005);
    cr_assert_eq (store_commit (store, &why), STATUS_OK);
    store_destroy (&store);
}
