/* Guidance and lease in one house: an offer that needs a room, two guides who give it on Mondays, two rooms. */
#ifndef FYR_TESTS_UNIT_GUIDANCE_ROOMS_KIT_H
#define FYR_TESTS_UNIT_GUIDANCE_ROOMS_KIT_H

#include "guidance/guidance.h"
#include "lease/lease.h"
#include "unit/guidance_house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    rig_t *rig;
    ident_t offer, guides[2], participant, rooms[2];
} shared_house_t;

static inline shared_house_t house_with_rooms (void)
{
    static const service_t *const SERVICES[] = { &lease_service, &guidance_service, NULL };
    rig_t *rig = rig_new (SERVICES, "2026-03-02T07:00:00Z");
    shared_house_t house = { .rig = rig };
    json_t *premises = rig_ok (rig, CALLER_TMF_DESK, "lease", "House/CreatePremises",
                               "{'name': 'Huset', 'district': 4, 'monthly_rent_ore': 150000, 'notice_months': 3}");
    for (size_t i = 0; i < 2; i++)
        house.rooms[i] = (ident_t) rig_number (rig_ok (rig, CALLER_TMF_DESK, "lease", "House/CreateRoom",
                                                       "{'premises': %llu, 'name': 'Lokale %zu', 'seats': 6}",
                                                       (ident_t) rig_number (premises, "premises"), i + 1),
                                               "room");
    house.offer =
        new_offer (rig, "{'kind': 'HIRING', 'title': 'De rette opgaver', 'duration_minutes': 60, 'needs_room': true}");
    for (size_t i = 0; i < 2; i++)
        house.guides[i] = new_guide (rig, "{'name': 'Bodil', 'competences': ['HIRING'], 'plan': ["
                                          "{'weekday': 1, 'from_minute': 480, 'to_minute': 960}]}");
    house.participant = new_participant (rig, "{'kind': 'ENTERPRISE', 'cvr': '64942212', 'name': 'Cykelværkstedet',"
                                              " 'stage': 'EMPLOYING'}");
    return house;
}

static inline const char *at_hour (int hour)
{
    static char text[32];
    snprintf (text, sizeof text, "2026-03-02T%02d:00:00+01:00", hour);
    return text;
}

#define ASK "{'offer': %llu, 'guide': %llu, 'participant': %llu, 'room': %llu, 'starts_at': '%s'}"

static inline ident_t ask (shared_house_t *house, size_t guide, size_t room, int hour)
{
    json_t *reply = rig_ok (house->rig, BIF, "guidance", "Sessions/BookSession", ASK, house->offer,
                            house->guides[guide], house->participant, house->rooms[room], at_hour (hour));
    cr_assert_str_eq (rig_text (reply, "state"), "REQUESTED");
    return (ident_t) rig_number (reply, "session");
}

static inline void cancel (shared_house_t *house, ident_t id)
{
    rig_ok (house->rig, BIF, "guidance", "Sessions/CancelSession", "{'session': %llu}", id);
}

static inline json_t *bookings (shared_house_t *house)
{
    return rig_ok (house->rig, CALLER_BIF_DESK, "lease", "Rooms/ListBookings",
                   "{'from_day': '2026-03-01', 'to_day': '2026-03-31', 'limit': 500}");
}

static inline void expect (shared_house_t *house, ident_t id, const char *state, const char *reason)
{
    json_t *entry = session (house->rig, id);
    cr_assert_str_eq (rig_text (entry, "state"), state);
    cr_assert_str_eq (rig_text (entry, "reason"), reason);
}

/* As when guidance's request reached lease and the answer was lost: lease has the booking, guidance does not know. */
static inline void book_without_answer (shared_house_t *house, ident_t id, size_t room, int hour)
{
    rig_down (house->rig, "guidance");
    rig_up (house->rig, "lease");
    rig_ok (house->rig, CALLER_GUIDANCE, "lease", "Rooms/BookRoom",
            "{'room': %llu, 'starts_at': '%s', 'ends_at': '2026-03-02T%02d:00:00+01:00', 'reference': %llu, 'title': "
            "'De rette opgaver'}",
            house->rooms[room], at_hour (hour), hour + 1, id);
    rig_down (house->rig, "lease");
    rig_up (house->rig, "guidance");
}

#endif
