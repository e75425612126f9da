/* What the tests of guidance share: chance that repeats, and the people of a house. */
#ifndef FYR_TESTS_UNIT_GUIDANCE_HOUSE_H
#define FYR_TESTS_UNIT_GUIDANCE_HOUSE_H

#include "harness/rig.h"

#define BIF CALLER_BIF_DESK

typedef unsigned long long ident_t;

typedef struct {
    uint64_t state;
} dice_t;

static inline uint32_t roll (dice_t *dice, uint32_t sides)
{
    dice->state = dice->state * UINT64_C (6364136223846793005) + UINT64_C (1442695040888963407);
    return (uint32_t) (dice->state >> 33) % sides;
}

static inline ident_t new_participant (rig_t *rig, const char *json)
{
    return (ident_t) rig_number (rig_ok (rig, BIF, "guidance", "Participants/RegisterParticipant", "%s", json),
                                 "participant");
}

static inline ident_t new_offer (rig_t *rig, const char *json)
{
    return (ident_t) rig_number (rig_ok (rig, BIF, "guidance", "Offers/CreateOffer", "%s", json), "offer");
}

static inline ident_t new_guide (rig_t *rig, const char *json)
{
    return (ident_t) rig_number (rig_ok (rig, BIF, "guidance", "Guides/RegisterGuide", "%s", json), "guide");
}

static inline json_t *session (rig_t *rig, ident_t id)
{
    return json_object_get (rig_ok (rig, BIF, "guidance", "Sessions/GetSession", "{'session': %llu}", id), "session");
}

static inline const char *state_of (rig_t *rig, ident_t id)
{
    return rig_text (session (rig, id), "state");
}

#endif
