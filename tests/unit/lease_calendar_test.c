/* L13: what we write, an independent parser (libical) reads back. Our writer is our own code. */
#include "unit/lease_kit.h"

#include "base/ical.h"

#include <libical/ical.h>
#include <stdlib.h>

enum { SPANS_MAX = 2000, UIDS_MAX = 200 };

typedef struct {
    int64_t starts_at, ends_at;
} span_t;

typedef struct {
    icalcomponent *root;
    span_t spans[SPANS_MAX]; /* when the room is taken, by the calendar alone */
    size_t count;
} calendar_view_t;

static icalcomponent *parsed (rig_t *rig, caller_t caller, number_t where)
{
    const char *text =
        rig_text (rig_ok (rig, caller, "lease", "Calendars/GetRoomCalendar", "{'room': %llu}", where), "calendar");
    icalcomponent *root = icalparser_parse_string (text);
    cr_assert (root, "libical does not read it: %s", text);
    cr_assert_eq (icalcomponent_count_errors (root), 0, "%s", text);
    cr_assert (icalrestriction_check (root), "a property is missing or too many: %s", text);
    return root;
}

static const char *cancelled (icalcomponent *event)
{
    return icalcomponent_get_status (event) == ICAL_STATUS_CANCELLED ? "CANCELLED" : "";
}

static int64_t instant_of (struct icaltimetype time)
{
    return (int64_t) icaltime_as_timet_with_zone (time, time.zone) * 1000;
}

/* libical leaves the zone of a RECURRENCE-ID to its caller. */
static int64_t local_instant (icalcomponent *root, struct icaltimetype time)
{
    return icaltime_is_utc (time)
               ? instant_of (time)
               : (int64_t) icaltime_as_timet_with_zone (time, icalcomponent_get_timezone (root, "Europe/Copenhagen")) *
                     1000;
}

static void add_span (icalcomponent *event, struct icaltime_span *span, void *context)
{
    (void) event;
    calendar_view_t *self = context;
    self->spans[self->count++] = (span_t){ (int64_t) span->start * 1000, (int64_t) span->end * 1000 };
}

static void remove_span (calendar_view_t *self, int64_t starts_at)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->spans[i].starts_at == starts_at) {
            self->spans[i] = self->spans[--self->count];
            return;
        }
    cr_assert_fail ("a RECURRENCE-ID names no occurrence of its series");
}

static int by_start (const void *a, const void *b)
{
    const span_t *x = a, *y = b;
    return x->starts_at < y->starts_at ? -1 : x->starts_at > y->starts_at;
}

/* As a calendar program does it: occurrences of the rule without the EXDATEs, each RECURRENCE-ID replaced. */
static void view (calendar_view_t *self, icalcomponent *root)
{
    self->root = root;
    self->count = 0;
    struct icaltimetype from = icaltime_from_string ("20260101T000000Z"),
                        until = icaltime_from_string ("20290101T000000Z");
    for (icalcomponent *event = icalcomponent_get_first_component (root, ICAL_VEVENT_COMPONENT); event;
         event = icalcomponent_get_next_component (root, ICAL_VEVENT_COMPONENT)) {
        if (cancelled (event)[0])
            continue;
        struct icaltimetype replaced = icalcomponent_get_recurrenceid (event);
        if (!icaltime_is_null_time (replaced))
            remove_span (self, local_instant (root, replaced));
        icalcomponent_foreach_recurrence (event, from, until, add_span, self);
    }
    qsort (self->spans, self->count, sizeof self->spans[0], by_start);
}

static icalcomponent *event_called (icalcomponent *root, const char *uid)
{
    for (icalcomponent *event = icalcomponent_get_first_component (root, ICAL_VEVENT_COMPONENT); event;
         event = icalcomponent_get_next_component (root, ICAL_VEVENT_COMPONENT))
        if (strcmp (icalcomponent_get_uid (event), uid) == 0)
            return event;
    return NULL;
}

static number_t book (rig_t *rig, number_t where, const char *more)
{
    return id_of (ok (rig, "Rooms/BookRoom",
                      "{'room': %llu, 'starts_at': '2026-05-18T08:00:00Z', 'ends_at': '2026-05-18T09:00:00Z', %s}",
                      where, more),
                  "booking");
}

Test (calendar, a_booking_keeps_its_uid_and_its_sequence_rises_until_it_is_cancelled, .description = "L13")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t where = room (rig), booking = book (rig, where, "'title': 'Møde; om æbler, pærer\\nog øl'");
    char uid[64];
    snprintf (uid, sizeof uid, "booking-%llu@lease.fyrtaarn", booking);
    icalcomponent *root = parsed (rig, DESK, where), *event = event_called (root, uid);
    cr_assert_str_eq (icalcomponent_get_summary (event), "Møde; om æbler, pærer\nog øl");
    cr_assert_str_eq (icaltime_get_tzid (icalcomponent_get_dtstart (event)), "Europe/Copenhagen");
    cr_assert_str_eq (icaltime_as_ical_string (icalcomponent_get_dtstart (event)), "20260518T100000");
    cr_assert_eq (icalcomponent_get_sequence (event), 0);
    icalcomponent_free (root);
    rig_advance (rig, 1000);
    ok (rig, "Rooms/ChangeBooking", "{'booking': %llu, 'starts_at': '2026-05-18T10:00:00Z'}", booking);
    event = event_called (root = parsed (rig, DESK, where), uid);
    cr_assert_eq (icalcomponent_get_sequence (event), 1);
    cr_assert_str_eq (icaltime_as_ical_string (icalcomponent_get_dtstart (event)), "20260518T120000");
    cr_assert_eq (icalcomponent_get_status (event), ICAL_STATUS_CONFIRMED);
    icalcomponent_free (root);
    ok (rig, "Rooms/ReleaseRoom", "{'booking': %llu}", booking);
    event = event_called (root = parsed (rig, DESK, where), uid);
    cr_assert_eq (icalcomponent_get_sequence (event), 2);
    cr_assert_eq (icalcomponent_get_status (event), ICAL_STATUS_CANCELLED, "it stays as cancelled");
    icalcomponent_free (root);
    rig_destroy (&rig);
}

Test (calendar, a_private_title_stands_in_no_calendar, .description = "L13, L7")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t where = room (rig);
    book (rig, where, "'title': 'Hemmeligt', 'private': true");
    icalcomponent *root = parsed (rig, DESK, where);
    icalcomponent *event = icalcomponent_get_first_component (root, ICAL_VEVENT_COMPONENT);
    cr_assert_str_eq (icalcomponent_get_summary (event), "Optaget");
    icalcomponent_free (root);
    rig_refused (rig, DESK, "lease", "Calendars/GetRoomCalendar", "LEASE_ROOM_UNKNOWN", "{'room': 99}");
    rig_destroy (&rig);
}

Test (calendar, what_ended_long_ago_is_left_out, .description = "L13")
{
    rig_t *rig = rig_at ("2026-05-01T09:00:00Z");
    number_t where = room (rig);
    book (rig, where, "'title': 'x'");
    rig_set_time (rig, "2026-09-01T09:00:00Z");
    icalcomponent *root = parsed (rig, DESK, where);
    cr_assert_eq (icalcomponent_count_components (root, ICAL_VEVENT_COMPONENT), 0);
    icalcomponent_free (root);
    json_t *all = ok (rig, "Calendars/GetRoomCalendar", "{'room': %llu, 'from_day': '2026-05-01'}", where);
    cr_assert (strstr (rig_text (all, "calendar"), "BEGIN:VEVENT"));
    rig_destroy (&rig);
}

/* --- random histories --- */

typedef struct {
    rig_t *rig;
    number_t room;
    uint64_t seed;
    number_t series[50];
    size_t n_series;
    struct {
        char uid[64];
        int sequence;
    } known[UIDS_MAX];
    size_t n_known;
} history_t;

static void compare_with_list (history_t *self, calendar_view_t *seen)
{
    json_t *list = ok (self->rig, "Rooms/ListBookings", "{'room': %llu, 'limit': 500}", self->room);
    cr_assert_eq (seen->count, rig_count (list, "bookings"));
    for (size_t i = 0; i < seen->count; i++) {
        char from[ISO_INSTANT_SIZE], until[ISO_INSTANT_SIZE];
        json_t *booking = rig_item (list, "bookings", i);
        cr_assert_str_eq (instant_text (seen->spans[i].starts_at, from), rig_text (booking, "starts_at"));
        cr_assert_str_eq (instant_text (seen->spans[i].ends_at, until), rig_text (booking, "ends_at"));
    }
}

/* No UID that was seen disappears, and no SEQUENCE falls. */
static void compare_with_before (history_t *self, icalcomponent *root)
{
    for (size_t i = 0; i < self->n_known; i++)
        cr_assert (event_called (root, self->known[i].uid), "%s is gone", self->known[i].uid);
    for (icalcomponent *event = icalcomponent_get_first_component (root, ICAL_VEVENT_COMPONENT); event;
         event = icalcomponent_get_next_component (root, ICAL_VEVENT_COMPONENT)) {
        const char *uid = icalcomponent_get_uid (event);
        size_t i = 0;
        if (!icaltime_is_null_time (icalcomponent_get_recurrenceid (event)))
            continue;
        while (i < self->n_known && strcmp (self->known[i].uid, uid) != 0)
            i++;
        if (i == self->n_known)
            snprintf (self->known[self->n_known++].uid, sizeof self->known[i].uid, "%s", uid);
        else
            cr_assert_geq (icalcomponent_get_sequence (event), self->known[i].sequence);
        self->known[i].sequence = icalcomponent_get_sequence (event);
    }
}

/* Times that nobody else has: a minute of the hour for each step, on both sides of summer time. */
static void change_something (history_t *self, int step)
{
    char from[ISO_INSTANT_SIZE], until[ISO_INSTANT_SIZE];
    int64_t start;
    cr_assert (instant_parse ("2026-10-01T00:00:00Z", &start));
    start += (int64_t) draw (&self->seed, 40) * MS_PER_DAY + draw (&self->seed, 24) * 3600000LL + step * 60000LL;
    instant_text (start, from);
    instant_text (start + 60000, until);
    json_t *list = ok (self->rig, "Rooms/ListBookings", "{'room': %llu, 'limit': 500}", self->room);
    size_t count = rig_count (list, "bookings");
    number_t some = count ? id_of (rig_item (list, "bookings", draw (&self->seed, (unsigned) count)), "booking") : 0;
    static const char *const RULES[] = { "FREQ=DAILY;COUNT=9", "FREQ=WEEKLY;UNTIL=20261231",
                                         "FREQ=DAILY;INTERVAL=3;COUNT=7" };
    switch (draw (&self->seed, 6)) {
    case 0:
    case 1:
        ok (self->rig, "Rooms/BookRoom", "{'room': %llu, 'starts_at': '%s', 'ends_at': '%s', 'title': 'Møde'}",
            self->room, from, until);
        break;
    case 2:
        self->series[self->n_series++] = id_of (
            ok (self->rig, "Series/BookSeries",
                "{'room': %llu, 'starts_at': '%s', 'ends_at': '%s', 'title': 'Række', 'rule': '%s', 'except_days': "
                "['2026-10-20', '2026-10-25']}",
                self->room, from, until, RULES[draw (&self->seed, 3)]),
            "series");
        break;
    case 3:
        if (some)
            ok (self->rig, "Rooms/ReleaseRoom", "{'booking': %llu}", some);
        break;
    case 4:
        if (some)
            ok (self->rig, "Rooms/ChangeBooking", "{'booking': %llu, 'starts_at': '%s', 'ends_at': '%s'}", some, from,
                until);
        break;
    default:
        if (self->n_series && draw (&self->seed, 3) == 0)
            ok (self->rig, "Series/ReleaseSeries", "{'series': %llu}",
                self->series[draw (&self->seed, (unsigned) self->n_series)]);
    }
}

static void run_history (uint64_t seed)
{
    history_t self = { .rig = rig_at ("2026-09-01T09:00:00Z"), .seed = seed };
    calendar_view_t seen;
    self.room = room (self.rig);
    for (int step = 0; step < 60; step++) {
        change_something (&self, step);
        view (&seen, parsed (self.rig, DESK, self.room));
        compare_with_list (&self, &seen);
        compare_with_before (&self, seen.root);
        icalcomponent_free (seen.root);
    }
    cr_assert_gt (self.n_known, 5);
    rig_destroy (&self.rig);
}

Test (calendar, it_tells_another_program_exactly_when_the_room_is_taken, .description = "L13, CAL-02", .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 8; seed++)
        run_history (seed);
}

/* --- the writer --- */

Test (ical, a_long_line_is_folded_between_characters_and_read_back_whole, .description = "L13")
{
    static const char *const PARTS[] = { "æ", "ø", "a", ",", ";", "\\", "\n", "€", "𝄞", " " };
    uint64_t seed = 3;
    for (int round = 0; round < 200; round++) {
        char text[1000] = "x";
        for (unsigned i = draw (&seed, 200); i > 0; i--)
            strncat (text, PARTS[draw (&seed, 10)], sizeof text - strlen (text) - 1);
        strncat (text, ".", sizeof text - strlen (text) - 1); /* libical drops spaces at the end */
        owned_buffer out = BUFFER (65536);
        buffer_append_text (&out, "BEGIN:VEVENT\r\n");
        ical_text (&out, "SUMMARY", text);
        buffer_append_text (&out, "END:VEVENT\r\n");
        for (const char *line = buffer_text (&out), *end; (end = strstr (line, "\r\n")); line = end + 2)
            cr_assert_leq (end - line, 75);
        icalcomponent *event = icalparser_parse_string (buffer_text (&out));
        cr_assert_str_eq (icalcomponent_get_summary (event), text);
        icalcomponent_free (event);
    }
}

Test (ical, every_quarter_of_the_year_is_read_back_as_it_was, .description = "L13, CAL-02")
{
    int64_t start;
    cr_assert (instant_parse ("2026-03-25T00:00:00Z", &start));
    for (int quarter = 0; quarter < 4 * 24 * 365; quarter++) {
        int64_t instant = start + quarter * 900000LL;
        int day = quarter / 96;
        if (day > 10 && day < 205) /* the days around both changes, and some between */
            continue;
        if (day > 225)
            break;
        owned_buffer out = BUFFER (65536);
        ical_begin (&out, "Lygten");
        buffer_append_text (&out, "BEGIN:VEVENT\r\nUID:1\r\n");
        ical_local (&out, "DTSTART", instant);
        buffer_append_text (&out, "END:VEVENT\r\n");
        ical_end (&out);
        icalcomponent *root = icalparser_parse_string (buffer_text (&out));
        icalcomponent *event = icalcomponent_get_first_component (root, ICAL_VEVENT_COMPONENT);
        cr_assert_eq (instant_of (icalcomponent_get_dtstart (event)), instant, "%s", buffer_text (&out));
        icalcomponent_free (root);
    }
}
