/* BIF's guides: sessions that are booked together with a room of TMF, by a saga, or not at all. */
#include "actor.h"

#include "base/time.h"
#include "contract/guidance.contract.h"

#include <stdio.h>

enum { FIRST_HOUR = 8, HOURS = 8, WHOLE_DAY = 1440 };

static char TITLE[] = "Ansæt rummeligt";

/* Their days are exceptions to any plan, so that weekends and holidays make no difference. */
static bool hire_guide (actor_t *self, house_t *house, size_t i)
{
    char name[16];
    snprintf (name, sizeof name, "Vejleder %zu", i + 1);
    Guidance__OfferKind kind = GUIDANCE__OFFER_KIND__HIRING;
    Guidance__RegisterGuideRequest request = GUIDANCE__REGISTER_GUIDE_REQUEST__INIT;
    request.name = name;
    request.competences = &kind;
    request.n_competences = 1;
    const Guidance__RegisterGuideReply *reply = actor_do (self, "guidance", GUIDANCE_REGISTER_GUIDE, &request.base);
    house->guides[i] = reply ? reply->guide : 0;
    for (int32_t day = 0; day < DAYS; day++) {
        Guidance__Hours hours = GUIDANCE__HOURS__INIT, *list[] = { &hours };
        Guidance__SetExceptionRequest exception = GUIDANCE__SET_EXCEPTION_REQUEST__INIT;
        hours.to_minute = WHOLE_DAY;
        exception.guide = house->guides[i];
        exception.day = house->first_day + day;
        exception.hours = list;
        exception.n_hours = 1;
        if (!actor_do (self, "guidance", GUIDANCE_SET_EXCEPTION, &exception.base))
            return false;
    }
    return true;
}

static bool register_participant (actor_t *self, house_t *house, size_t i)
{
    char name[16];
    snprintf (name, sizeof name, "Stifter %zu", i + 1);
    Guidance__RegisterParticipantRequest request = GUIDANCE__REGISTER_PARTICIPANT_REQUEST__INIT;
    request.kind = GUIDANCE__PARTICIPANT_KIND__FOUNDER;
    request.name = name;
    request.stage = GUIDANCE__STAGE__IDEA;
    const Guidance__RegisterParticipantReply *reply =
        actor_do (self, "guidance", GUIDANCE_REGISTER_PARTICIPANT, &request.base);
    house->participants[i] = reply ? reply->participant : 0;
    return reply != NULL;
}

/* At an hour of the first or second day; 0: it was refused. */
static uint64_t book_at (actor_t *self, const house_t *house, int32_t day, int hour)
{
    Guidance__BookSessionRequest request = GUIDANCE__BOOK_SESSION_REQUEST__INIT;
    request.offer = house->offer;
    request.guide = house->guides[actor_chance (self, GUIDES)];
    request.participant = house->participants[actor_chance (self, PARTICIPANTS)];
    request.room = house->rooms[actor_chance (self, ROOMS)];
    request.starts_at = copenhagen_instant (house->first_day + day, 60 * hour);
    const Guidance__BookSessionReply *reply = actor_do (self, "guidance", GUIDANCE_BOOK_SESSION, &request.base);
    return reply ? reply->session : 0;
}

static bool furnish_guidance (actor_t *self, house_t *house)
{
    if (house->offer)
        return true;
    Guidance__CreateOfferRequest request = GUIDANCE__CREATE_OFFER_REQUEST__INIT;
    request.kind = GUIDANCE__OFFER_KIND__HIRING;
    request.title = TITLE;
    request.duration_minutes = 60;
    request.needs_room = true;
    request.seats = 1;
    const Guidance__CreateOfferReply *reply = actor_do (self, "guidance", GUIDANCE_CREATE_OFFER, &request.base);
    house->offer = reply ? reply->offer : 0;
    bool done = reply != NULL;
    for (size_t i = 0; i < GUIDES; i++)
        done = done && hire_guide (self, house, i);
    for (size_t i = 0; i < PARTICIPANTS; i++)
        done = done && register_participant (self, house, i);
    return done && book_at (self, house, 0, FIRST_HOUR - 1) != 0; /* one that nobody is after */
}

static void book_session (actor_t *self)
{
    int32_t day = (int32_t) actor_chance (self, DAYS);
    uint64_t session = book_at (self, self->house, day, FIRST_HOUR + (int) actor_chance (self, HOURS));
    if (session)
        pool_add (&self->pools[OF_SESSIONS], session);
}

static void cancel_session (actor_t *self)
{
    Guidance__CancelSessionRequest request = GUIDANCE__CANCEL_SESSION_REQUEST__INIT;
    request.session = pool_take (&self->pools[OF_SESSIONS], actor_chance (self, POOL));
    if (request.session)
        (void) actor_do (self, "guidance", GUIDANCE_CANCEL_SESSION, &request.base);
}

static void hold_session (actor_t *self)
{
    Guidance__RecordAttendanceRequest request = GUIDANCE__RECORD_ATTENDANCE_REQUEST__INIT;
    request.session = pool_pick (&self->pools[OF_SESSIONS], actor_chance (self, POOL));
    if (request.session)
        (void) actor_do (self, "guidance", GUIDANCE_RECORD_ATTENDANCE, &request.base);
}

static const habit_t HABITS[] = { { 500, book_session }, { 460, cancel_session }, { 1, hold_session }, { 0, NULL } };
const role_t GUIDING = { "bif-desk", furnish_guidance, HABITS };
