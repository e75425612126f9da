/* Guidance (G1-G5, G9): its rules alone, and the service by itself. */
#include "base/time.h"
#include "guidance/guidance.h"
#include "unit/guidance_house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- rules --- */

enum { A_DAY = 20514 /* 2026-03-02, a Monday */ };

Test (guidance_rules, a_session_ends_refused_cancelled_or_held_and_never_comes_back)
{
    const bool may[6][6] = {
        [SESSION_REQUESTED] = { [SESSION_BOOKED] = true, [SESSION_REFUSED] = true, [SESSION_CANCELLED] = true },
        [SESSION_BOOKED] = { [SESSION_CANCELLED] = true, [SESSION_HELD] = true },
    };
    for (int from = SESSION_REQUESTED; from <= SESSION_HELD; from++)
        for (int to = SESSION_REQUESTED; to <= SESSION_HELD; to++)
            cr_assert_eq (session_may_become ((session_state_t) from, (session_state_t) to), may[from][to], "%d to %d",
                          from, to);
}

Test (guidance_rules, hours_of_a_day_neither_overlap_nor_touch)
{
    cr_assert (hours_well_formed (NULL, 0));
    cr_assert (hours_well_formed ((hours_t[]){ { 780, 960 }, { 540, 720 } }, 2));
    cr_assert (hours_well_formed ((hours_t[]){ { 0, 1440 } }, 1));
    cr_assert_not (hours_well_formed ((hours_t[]){ { 540, 720 }, { 719, 960 } }, 2));
    cr_assert_not (hours_well_formed ((hours_t[]){ { 540, 720 }, { 720, 960 } }, 2));
    cr_assert_not (hours_well_formed ((hours_t[]){ { 540, 540 } }, 1));
    cr_assert_not (hours_well_formed ((hours_t[]){ { 540, 1441 } }, 1));
}

Test (guidance_rules, hours_are_as_long_as_the_night_really_is)
{
    int32_t spring = day_from_civil ((civil_t){ 2026, 3, 29 }), autumn = day_from_civil ((civil_t){ 2026, 10, 25 });
    hours_t whole_day = { 0, 1440 };
    span_t spans[] = { span_of_hours (A_DAY, whole_day), span_of_hours (spring, whole_day),
                       span_of_hours (autumn, whole_day) };
    const int hours[] = { 24, 23, 25 };
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq (spans[i].ends_at - spans[i].starts_at, (int64_t) hours[i] * 60 * MINUTE_MS);
}

/* The model: a minute is free when the guide works and nothing is booked; a slot fits where all its minutes are free.
 */
static size_t model_slots (const bool *free_minutes, int length, int64_t *out, const span_t *work, size_t n_work)
{
    size_t count = 0;
    for (size_t i = 0; i < n_work; i++)
        for (int64_t at = work[i].starts_at; at + length <= work[i].ends_at;) {
            int64_t minute = at;
            while (minute < at + length && free_minutes[minute])
                minute++;
            if (minute == at + length)
                out[count++] = at;
            at = minute == at + length ? minute : minute + 1;
        }
    return count;
}

/* Few and short stretches that rise and do not overlap. */
static size_t random_spans (dice_t *dice, span_t *out, size_t max, uint32_t gap, uint32_t longest)
{
    size_t count = 0;
    for (int64_t at = roll (dice, gap); count < max && at < 200; at = out[count - 1].ends_at + roll (dice, gap)) {
        out[count] = (span_t){ at, at + 1 + roll (dice, longest) };
        count++;
    }
    return count;
}

Test (guidance_rules, free_slots_are_all_that_the_plan_has_when_sessions_are_taken_away)
{
    dice_t dice = { 4 };
    for (int round = 0; round < 5000; round++) {
        span_t work[4], busy[12];
        size_t n_work = random_spans (&dice, work, 4, 30, 80), n_busy = random_spans (&dice, busy, 12, 20, 15);
        bool free_minutes[512] = { false };
        for (size_t i = 0; i < n_work; i++)
            for (int64_t m = work[i].starts_at; m < work[i].ends_at; m++)
                free_minutes[m] = true;
        for (size_t i = 0; i < n_busy; i++)
            for (int64_t m = busy[i].starts_at; m < busy[i].ends_at; m++)
                free_minutes[m] = false;
        int length = 1 + (int) roll (&dice, 20);
        int64_t expected[512], got[512];
        size_t n_expected = model_slots (free_minutes, length, expected, work, n_work);
        size_t n_got = free_slots (work, n_work, busy, n_busy, length, got, 512);
        cr_assert_eq (n_got, n_expected, "round %d", round);
        cr_assert_arr_eq (got, expected, n_got * sizeof *got, "round %d", round);
        cr_assert_leq (free_slots (work, n_work, busy, n_busy, length, got, 2), 2u);
    }
}

/* --- a house of guidance --- */

typedef struct {
    rig_t *rig;
    ident_t offer, workshop, guide, participant;
} house_t;

static house_t house_without_rooms (void)
{
    static const service_t *const SERVICES[] = { &guidance_service, NULL };
    house_t house = { .rig = rig_new (SERVICES, "2026-03-02T07:00:00Z") };
    house.offer =
        new_offer (house.rig, "{'kind': 'ENTREPRENEURSHIP', 'title': 'Fra idé til drift', 'duration_minutes': 60}");
    house.workshop =
        new_offer (house.rig, "{'kind': 'WORKSHOP', 'title': 'Budget', 'duration_minutes': 120, 'seats': 2}");
    house.guide = new_guide (house.rig, "{'name': 'Bodil', 'competences': ['ENTREPRENEURSHIP', 'WORKSHOP'],"
                                        " 'languages': ['da', 'en'], 'plan': ["
                                        "{'weekday': 1, 'from_minute': 540, 'to_minute': 720},"
                                        "{'weekday': 1, 'from_minute': 780, 'to_minute': 960}]}");
    house.participant =
        new_participant (house.rig, "{'kind': 'ENTERPRISE', 'cvr': '64942212', 'name': 'Cykelværkstedet',"
                                    " 'stage': 'STARTING'}");
    return house;
}

#define BOOK "{'offer': %llu, 'guide': %llu, 'participant': %llu, 'starts_at': '%s'}"

static ident_t book (house_t *house, const char *starts_at)
{
    json_t *reply = rig_ok (house->rig, BIF, "guidance", "Sessions/BookSession", BOOK, house->offer, house->guide,
                            house->participant, starts_at);
    return (ident_t) rig_number (reply, "session");
}

static void refuse_book (house_t *house, const char *reason, const char *starts_at)
{
    rig_refused (house->rig, BIF, "guidance", "Sessions/BookSession", reason, BOOK, house->offer, house->guide,
                 house->participant, starts_at);
}

/* --- G1 --- */

Test (participants, an_enterprise_is_known_by_its_cvr_number_and_once, .description = "G1")
{
    house_t house = house_without_rooms ();
    rig_refused (house.rig, BIF, "guidance", "Participants/RegisterParticipant", "GUIDANCE_CVR_KNOWN",
                 "{'kind': 'ENTERPRISE', 'cvr': '64942212', 'name': 'Andre', 'stage': 'IDEA'}");
    rig_refused (house.rig, BIF, "guidance", "Participants/RegisterParticipant", "GUIDANCE_CVR_REQUIRED",
                 "{'kind': 'ENTERPRISE', 'name': 'Andre', 'stage': 'IDEA'}");
    rig_refused (house.rig, BIF, "guidance", "Participants/RegisterParticipant", "GUIDANCE_CVR_NOT_EXPECTED",
                 "{'kind': 'VISITOR', 'cvr': '13585628', 'name': 'Andre', 'stage': 'IDEA'}");
    rig_destroy (&house.rig);
}

Test (participants, a_founder_goes_on_as_the_same_participant_when_the_enterprise_is_founded, .description = "G1")
{
    house_t house = house_without_rooms ();
    ident_t founder = new_participant (house.rig, "{'kind': 'FOUNDER', 'name': 'Samira', 'stage': 'IDEA'}");
    rig_refused (house.rig, BIF, "guidance", "Participants/RecordFounding", "GUIDANCE_CVR_KNOWN",
                 "{'participant': %llu, 'cvr': '64942212'}", founder);
    rig_ok (house.rig, BIF, "guidance", "Participants/RecordFounding", "{'participant': %llu, 'cvr': '13585628'}",
            founder);
    rig_ok (house.rig, BIF, "guidance", "Participants/SetStage", "{'participant': %llu, 'stage': 'EMPLOYING'}",
            founder);
    rig_refused (house.rig, BIF, "guidance", "Participants/RecordFounding", "GUIDANCE_NOT_A_FOUNDER",
                 "{'participant': %llu, 'cvr': '24256790'}", founder);
    rig_refused (house.rig, BIF, "guidance", "Participants/SetStage", "GUIDANCE_PARTICIPANT_UNKNOWN",
                 "{'participant': 9, 'stage': 'IDEA'}");
    json_t *list =
        rig_ok (house.rig, BIF, "guidance", "Participants/ListParticipants", "{'after': %llu}", house.participant);
    cr_assert_eq (rig_count (list, "participants"), 1u);
    json_t *entry = rig_item (list, "participants", 0);
    cr_assert_eq ((ident_t) rig_number (entry, "participant"), founder);
    cr_assert_str_eq (rig_text (entry, "kind"), "ENTERPRISE");
    cr_assert_str_eq (rig_text (entry, "cvr"), "13585628");
    cr_assert_str_eq (rig_text (entry, "stage"), "EMPLOYING");
    cr_assert (json_is_true (json_object_get (entry, "enterprise")));
    cr_assert (json_is_false (json_object_get (entry, "tenant")));
    rig_destroy (&house.rig);
}

Test (participants, their_names_are_read_with_a_reason_or_not_at_all, .description = "G1 X3")
{
    house_t house = house_without_rooms ();
    rig_actor (house.rig, "bodil", "");
    rig_refused (house.rig, BIF, "guidance", "Participants/ListParticipants", "REASON_REQUIRED", "{}");
    rig_refused (house.rig, CALLER_TMF_DESK, "guidance", "Participants/ListParticipants", "CALLER_NOT_ALLOWED", "{}");
    rig_destroy (&house.rig);
}

/* --- G2 --- */

Test (offers, an_offer_is_listed_to_anyone_and_made_once, .description = "G2")
{
    house_t house = house_without_rooms ();
    rig_refused (house.rig, BIF, "guidance", "Offers/CreateOffer", "GUIDANCE_OFFER_KNOWN",
                 "{'kind': 'WORKSHOP', 'title': 'Budget', 'duration_minutes': 60}");
    json_t *list = rig_ok (house.rig, CALLER_SOF_DESK, "guidance", "Offers/ListOffers", "{'limit': 1, 'after': %llu}",
                           house.offer);
    cr_assert_eq (rig_count (list, "offers"), 1u);
    json_t *entry = rig_item (list, "offers", 0);
    cr_assert_eq ((ident_t) rig_number (entry, "offer"), house.workshop);
    cr_assert_eq (rig_number (entry, "seats"), 2);
    cr_assert_eq (rig_number (entry, "duration_minutes"), 120);
    rig_destroy (&house.rig);
}

/* --- G3 --- */

Test (guides, a_plan_reads_back_as_it_was_written_and_is_found_by_kind_and_language, .description = "G3")
{
    house_t house = house_without_rooms ();
    new_guide (house.rig, "{'name': 'Ali', 'competences': ['HIRING'], 'languages': ['ar']}");
    json_t *list = rig_ok (house.rig, BIF, "guidance", "Guides/ListGuides", "{'kind': 'WORKSHOP', 'language': 'en'}");
    cr_assert_eq (rig_count (list, "guides"), 1u);
    json_t *guide = rig_item (list, "guides", 0);
    cr_assert_eq ((ident_t) rig_number (guide, "guide"), house.guide);
    cr_assert_eq (rig_count (guide, "plan"), 2u);
    cr_assert_eq (rig_number (rig_item (guide, "plan", 1), "from_minute"), 780);
    cr_assert_eq (rig_count (guide, "competences"), 2u);
    cr_assert_eq (rig_count (guide, "languages"), 2u);
    rig_refused (house.rig, BIF, "guidance", "Guides/SetWorkingPlan", "GUIDANCE_HOURS",
                 "{'guide': %llu, 'plan': [{'weekday': 2, 'from_minute': 540, 'to_minute': 720},"
                 "{'weekday': 2, 'from_minute': 700, 'to_minute': 800}]}",
                 house.guide);
    rig_refused (house.rig, BIF, "guidance", "Guides/RegisterGuide", "GUIDANCE_KIND",
                 "{'name': 'Ali', 'competences': ['OFFER_KIND_UNSPECIFIED']}");
    cr_assert_eq (rig_count (rig_ok (house.rig, BIF, "guidance", "Guides/ListGuides", "{}"), "guides"), 2u);
    rig_destroy (&house.rig);
}

Test (guides, an_exception_stands_above_the_plan_and_a_holiday_below_it, .description = "G3")
{
    house_t house = house_without_rooms ();
    rig_ok (house.rig, BIF, "guidance", "Guides/SetException", "{'guide': %llu, 'day': '2026-03-09'}", house.guide);
    refuse_book (&house, "GUIDANCE_GUIDE_AWAY", "2026-03-09T09:00:00+01:00");
    rig_ok (house.rig, BIF, "guidance", "Guides/DropException", "{'guide': %llu, 'day': '2026-03-09'}", house.guide);
    book (&house, "2026-03-09T09:00:00+01:00");
    const char *easter_monday = "2026-04-06T09:00:00+02:00";
    refuse_book (&house, "GUIDANCE_GUIDE_AWAY", easter_monday);
    rig_ok (house.rig, BIF, "guidance", "Guides/SetException",
            "{'guide': %llu, 'day': '2026-04-06', 'hours': [{'from_minute': 540, 'to_minute': 600}]}", house.guide);
    book (&house, easter_monday);
    rig_destroy (&house.rig);
}

/* --- G4 without rooms --- */

Test (sessions, a_guide_is_booked_within_the_plan_and_the_clock_of_copenhagen, .description = "G4")
{
    house_t house = house_without_rooms ();
    ident_t morning = book (&house, "2026-03-02T09:00:00+01:00");
    cr_assert_str_eq (state_of (house.rig, morning), "BOOKED");
    book (&house, "2026-07-06T09:00:00+02:00");
    refuse_book (&house, "GUIDANCE_GUIDE_AWAY", "2026-07-06T08:30:00+02:00");
    refuse_book (&house, "GUIDANCE_GUIDE_AWAY", "2026-03-02T11:30:00+01:00");
    refuse_book (&house, "GUIDANCE_GUIDE_AWAY", "2026-03-03T09:00:00+01:00");
    refuse_book (&house, "GUIDANCE_GUIDE_BUSY", "2026-03-02T09:59:00+01:00");
    refuse_book (&house, "GUIDANCE_NOT_ON_THE_MINUTE", "2026-03-02T10:00:01+01:00");
    book (&house, "2026-03-02T10:00:00+01:00");
    rig_destroy (&house.rig);
}

Test (sessions, a_cancelled_session_gives_the_guide_the_time_back, .description = "G4")
{
    house_t house = house_without_rooms ();
    ident_t first = book (&house, "2026-03-02T09:00:00+01:00");
    rig_ok (house.rig, BIF, "guidance", "Sessions/CancelSession", "{'session': %llu}", first);
    rig_refused (house.rig, BIF, "guidance", "Sessions/CancelSession", "GUIDANCE_SESSION_OVER", "{'session': %llu}",
                 first);
    rig_refused (house.rig, BIF, "guidance", "Sessions/CancelSession", "GUIDANCE_SESSION_UNKNOWN", "{'session': 7}");
    book (&house, "2026-03-02T09:00:00+01:00");
    cr_assert_str_eq (state_of (house.rig, first), "CANCELLED");
    rig_destroy (&house.rig);
}

Test (sessions, what_cannot_be_is_refused_with_its_own_reason, .description = "G4")
{
    house_t house = house_without_rooms ();
    ident_t hiring = new_offer (house.rig, "{'kind': 'HIRING', 'title': 'De rette opgaver', 'duration_minutes': 60}");
    ident_t in_room = new_offer (house.rig, "{'kind': 'ENTREPRENEURSHIP', 'title': 'Møde', 'duration_minutes': 60,"
                                            " 'needs_room': true}");
    const struct {
        const char *reason;
        ident_t offer, guide, participant, room;
    } cases[] = {
        { "GUIDANCE_OFFER_UNKNOWN", 1, house.guide, house.participant, 0 },
        { "GUIDANCE_GUIDE_UNKNOWN", house.offer, 1, house.participant, 0 },
        { "GUIDANCE_PARTICIPANT_UNKNOWN", house.offer, house.guide, 1, 0 },
        { "GUIDANCE_PARTICIPANT_REQUIRED", house.offer, house.guide, 0, 0 },
        { "GUIDANCE_GUIDE_COMPETENCE", hiring, house.guide, house.participant, 0 },
        { "GUIDANCE_ROOM_REQUIRED", in_room, house.guide, house.participant, 0 },
        { "GUIDANCE_ROOM_NOT_NEEDED", house.offer, house.guide, house.participant, 5 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        rig_refused (house.rig, BIF, "guidance", "Sessions/BookSession", cases[i].reason,
                     "{'offer': %llu, 'guide': %llu, 'participant': %llu, 'room': %llu,"
                     " 'starts_at': '2026-03-02T09:00:00+01:00'}",
                     cases[i].offer, cases[i].guide, cases[i].participant, cases[i].room);
    rig_destroy (&house.rig);
}

Test (sessions, every_free_slot_can_be_booked_and_then_none_is_left, .description = "G4")
{
    house_t house = house_without_rooms ();
    book (&house, "2026-03-02T10:15:00+01:00");
    json_t *slots = rig_ok (house.rig, BIF, "guidance", "Sessions/ListFreeSlots",
                            "{'guide': %llu, 'offer': %llu, 'day': '2026-03-02'}", house.guide, house.offer);
    cr_assert_eq (rig_count (slots, "starts_at"), 4u); /* 9; 13, 14, 15: not 11:15, which would end after 12 */
    for (size_t i = 0; i < rig_count (slots, "starts_at"); i++)
        book (&house, json_string_value (rig_item (slots, "starts_at", i)));
    slots = rig_ok (house.rig, BIF, "guidance", "Sessions/ListFreeSlots",
                    "{'guide': %llu, 'offer': %llu, 'day': '2026-03-02'}", house.guide, house.offer);
    cr_assert_eq (rig_count (slots, "starts_at"), 0u);
    rig_destroy (&house.rig);
}

Test (sessions, a_list_read_in_pages_is_the_list, .description = "G4")
{
    house_t house = house_without_rooms ();
    const char *starts[] = { "2026-03-09T09:00:00+01:00", "2026-03-02T13:00:00+01:00", "2026-03-02T09:00:00+01:00",
                             "2026-03-16T09:00:00+01:00" };
    ident_t ids[4];
    for (size_t i = 0; i < 4; i++)
        ids[i] = book (&house, starts[i]);
    const ident_t in_order[] = { ids[2], ids[1], ids[0] };
    ident_t after = 0;
    for (size_t i = 0; i < 3; i++) {
        json_t *page =
            rig_ok (house.rig, BIF, "guidance", "Sessions/ListSessions",
                    "{'from_day': '2026-03-02', 'to_day': '2026-03-09', 'guide': %llu, 'after': %llu, 'limit': 1}",
                    house.guide, after);
        cr_assert_eq (rig_count (page, "sessions"), 1u);
        after = (ident_t) rig_number (rig_item (page, "sessions", 0), "session");
        cr_assert_eq (after, in_order[i]);
    }
    rig_destroy (&house.rig);
}

/* --- G5, G9 --- */

static void add (house_t *house, ident_t session_id, ident_t participant)
{
    rig_ok (house->rig, BIF, "guidance", "Attendance/AddParticipant", "{'session': %llu, 'participant': %llu}",
            session_id, participant);
}

static ident_t book_workshop (house_t *house, const char *starts_at)
{
    json_t *reply =
        rig_ok (house->rig, BIF, "guidance", "Sessions/BookSession",
                "{'offer': %llu, 'guide': %llu, 'starts_at': '%s'}", house->workshop, house->guide, starts_at);
    return (ident_t) rig_number (reply, "session");
}

Test (attendance, a_workshop_takes_as_many_as_it_has_seats, .description = "G5")
{
    house_t house = house_without_rooms ();
    ident_t workshop = book_workshop (&house, "2026-03-02T09:00:00+01:00");
    ident_t founder = new_participant (house.rig, "{'kind': 'FOUNDER', 'name': 'Samira', 'stage': 'IDEA'}");
    ident_t visitor = new_participant (house.rig, "{'kind': 'VISITOR', 'name': 'Kim', 'stage': 'IDEA'}");
    add (&house, workshop, founder);
    rig_refused (house.rig, BIF, "guidance", "Attendance/AddParticipant", "GUIDANCE_SEAT_KNOWN",
                 "{'session': %llu, 'participant': %llu}", workshop, founder);
    add (&house, workshop, visitor);
    rig_refused (house.rig, BIF, "guidance", "Attendance/AddParticipant", "GUIDANCE_SESSION_FULL",
                 "{'session': %llu, 'participant': %llu}", workshop, house.participant);
    rig_set_time (house.rig, "2026-03-02T08:00:00Z");
    rig_refused (house.rig, BIF, "guidance", "Attendance/RecordAttendance", "GUIDANCE_SEAT_UNKNOWN",
                 "{'session': %llu, 'came': [%llu]}", workshop, house.participant);
    rig_destroy (&house.rig);
}

Test (attendance, is_recorded_once_and_only_of_a_session_that_has_begun, .description = "G5")
{
    house_t house = house_without_rooms ();
    ident_t id = book (&house, "2026-03-02T09:00:00+01:00");
    rig_refused (house.rig, BIF, "guidance", "Attendance/RecordAttendance", "GUIDANCE_SESSION_NOT_BEGUN",
                 "{'session': %llu, 'came': [%llu]}", id, house.participant);
    rig_set_time (house.rig, "2026-03-02T08:00:00Z");
    rig_ok (house.rig, BIF, "guidance", "Attendance/RecordAttendance", "{'session': %llu, 'came': [%llu]}", id,
            house.participant);
    cr_assert_str_eq (state_of (house.rig, id), "HELD");
    rig_refused (house.rig, BIF, "guidance", "Attendance/RecordAttendance", "GUIDANCE_SESSION_NOT_BOOKED",
                 "{'session': %llu}", id);
    rig_refused (house.rig, BIF, "guidance", "Sessions/CancelSession", "GUIDANCE_SESSION_OVER", "{'session': %llu}",
                 id);
    refuse_book (&house, "GUIDANCE_GUIDE_BUSY", "2026-03-02T09:30:00+01:00");
    rig_destroy (&house.rig);
}

static void hold (house_t *house, const char *starts_at, const ident_t *takes_part, const ident_t *came)
{
    ident_t workshop = book_workshop (house, starts_at);
    for (size_t i = 0; takes_part[i]; i++)
        add (house, workshop, takes_part[i]);
    char list[128] = "";
    for (size_t i = 0; came[i]; i++)
        snprintf (list + strlen (list), sizeof list - strlen (list), "%s%llu", i ? ", " : "", came[i]);
    rig_ok (house->rig, BIF, "guidance", "Attendance/RecordAttendance", "{'session': %llu, 'came': [%s]}", workshop,
            list);
}

static int64_t guided (house_t *house, const char *from, const char *to)
{
    return rig_number (rig_ok (house->rig, CALLER_REPORTING, "guidance", "Attendance/CountGuided",
                               "{'from_day': '%s', 'to_day': '%s'}", from, to),
                       "enterprises");
}

Test (attendance, an_enterprise_counts_once_however_often_it_came_and_a_visitor_never, .description = "G9")
{
    house_t house = house_without_rooms ();
    ident_t enterprise = house.participant;
    ident_t founder = new_participant (house.rig, "{'kind': 'FOUNDER', 'name': 'Samira', 'stage': 'IDEA'}");
    ident_t visitor = new_participant (house.rig, "{'kind': 'VISITOR', 'name': 'Kim', 'stage': 'IDEA'}");
    ident_t talk = book (&house, "2026-03-09T13:00:00+01:00");
    rig_set_time (house.rig, "2026-04-01T08:00:00Z");
    hold (&house, "2026-03-02T09:00:00+01:00", (ident_t[]){ enterprise, visitor, 0 },
          (ident_t[]){ enterprise, visitor, 0 });
    hold (&house, "2026-03-09T09:00:00+01:00", (ident_t[]){ enterprise, founder, 0 },
          (ident_t[]){ enterprise, enterprise, 0 });
    hold (&house, "2026-03-16T09:00:00+01:00", (ident_t[]){ founder, 0 }, (ident_t[]){ founder, 0 });
    rig_ok (house.rig, BIF, "guidance", "Attendance/RecordAttendance", "{'session': %llu, 'came': [%llu]}", talk,
            enterprise);
    cr_assert_eq (guided (&house, "2026-03-01", "2026-03-31"), 2);
    cr_assert_eq (guided (&house, "2026-03-01", "2026-03-15"), 1);
    cr_assert_eq (guided (&house, "2026-03-16", "2026-03-16"), 1);
    cr_assert_eq (guided (&house, "2026-03-17", "2026-03-31"), 0);
    json_t *count = rig_ok (house.rig, CALLER_STEERING_DESK, "guidance", "Attendance/CountGuided",
                            "{'from_day': '2026-03-01', 'to_day': '2026-03-31'}");
    cr_assert_eq (rig_count (count, "kinds"), 2u);
    cr_assert_str_eq (rig_text (rig_item (count, "kinds", 0), "kind"), "ENTREPRENEURSHIP");
    cr_assert_eq (rig_number (rig_item (count, "kinds", 0), "enterprises"), 1);
    cr_assert_eq (rig_number (rig_item (count, "kinds", 1), "enterprises"), 2);
    rig_destroy (&house.rig);
}
