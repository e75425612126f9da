#include "works.h"

#include "base/bytes.h"
#include "bus/client.h"
#include "contract/guidance.contract.h"
#include "contract/lease.contract.h"

#include "fyrtaarn/guidance/v1/guides.pb-c.h"
#include "fyrtaarn/guidance/v1/offers.pb-c.h"
#include "fyrtaarn/guidance/v1/sessions.pb-c.h"
#include "fyrtaarn/lease/v1/letters.pb-c.h"
#include "fyrtaarn/lease/v1/rent.pb-c.h"
#include "fyrtaarn/lease/v1/rooms.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2030-01-01: nothing that happens in a run depends on today. */
static const int64_t FIRST_INSTANT = INT64_C (1893456000000);
enum {
    FIRST_DAY = 21915,
    LAST_DAY = FIRST_DAY + 100 * 365,
    HOUR_MS = 3600000,
    QUARTER_MS = 900000,
    DAY_MS = 24 * HOUR_MS,
    WORK_BEGINS_MS = 8 * HOUR_MS,
    QUARTERS_OF_DAY = 40,
    DAYS_OF_YEAR = 40,
    FIRST_WORKING_DAY = 9
};

#define UNPACK(type, buffer) type##__unpack (NULL, (buffer).size, (buffer).data)

/* Asks once, with an empty request, and dies without an answer. */
static buffer_t ask (const char *keys, const char *party, const char *service, const contract_t *contract,
                     const char *method, bytes_t body)
{
    char registry[512], secret[512];
    fault_t why = { 0 };
    buffer_t reply = BUFFER (4 * 1024 * 1024);
    snprintf (registry, sizeof registry, "%s/registry", keys);
    snprintf (secret, sizeof secret, "%s/%s.secret", keys, party);
    client_t *client = client_new (registry, secret, &why);
    client_request_t request = {
        .service = service, .method = contract_method (contract, method), .body = body, .actor = "bench"
    };
    if (!client || client_call (client, &request, &reply, &why) != STATUS_OK)
        die ("%s: %s: %s", method, why.reason, why.message);
    client_destroy (&client);
    return reply;
}

static void look_rooms (const char *keys, house_t *house, const char *party)
{
    buffer_t reply = ask (keys, party, "lease", &lease_contract, "fyrtaarn.lease.v1.Rooms/ListRooms", (bytes_t){ 0 });
    Lease__ListRoomsReply *list = UNPACK (lease__list_rooms_reply, reply);
    for (size_t i = 0; list && i < list->n_rooms && i < LIST_MAX_IDS; i++)
        house->rooms[house->n_rooms++] = list->rooms[i]->room;
    if (house->n_rooms == 0)
        die ("the house has no rooms");
    lease__list_rooms_reply__free_unpacked (list, NULL);
    buffer_clear (&reply);
}

/* --- a room for a free hour --- */

static void look_book (const char *keys, house_t *house)
{
    look_rooms (keys, house, "tmf-desk");
}

static size_t body_book (const house_t *house, uint64_t slot, uint8_t out[BODY_MAX])
{
    Lease__BookRoomRequest request = LEASE__BOOK_ROOM_REQUEST__INIT;
    request.room = house->rooms[slot % house->n_rooms];
    request.starts_at = FIRST_INSTANT + (int64_t) (slot / house->n_rooms) * HOUR_MS;
    request.ends_at = request.starts_at + HOUR_MS;
    request.title = (char *) (uintptr_t) "Meeting of the house";
    return lease__book_room_request__pack (&request, out);
}

/* --- guide and room, both or neither --- */

static void look_saga (const char *keys, house_t *house)
{
    look_rooms (keys, house, "bif-desk");
    buffer_t reply = ask (keys, "bif-desk", "guidance", &guidance_contract, "fyrtaarn.guidance.v1.Guides/ListGuides",
                          (bytes_t){ 0 });
    Guidance__ListGuidesReply *guides = UNPACK (guidance__list_guides_reply, reply);
    for (size_t i = 0; guides && i < guides->n_guides && i < LIST_MAX_IDS; i++)
        house->guides[house->n_guides++] = guides->guides[i]->guide;
    guidance__list_guides_reply__free_unpacked (guides, NULL);
    buffer_clear (&reply);
    reply = ask (keys, "bif-desk", "guidance", &guidance_contract, "fyrtaarn.guidance.v1.Offers/ListOffers",
                 (bytes_t){ 0 });
    Guidance__ListOffersReply *offers = UNPACK (guidance__list_offers_reply, reply);
    if (house->n_guides == 0 || !offers || offers->n_offers == 0)
        die ("guidance has no guides or no offers");
    house->offer = offers->offers[0]->offer;
    guidance__list_offers_reply__free_unpacked (offers, NULL);
    buffer_clear (&reply);
}

/* By day, and in the weeks after New Year: guides are away at night and on public holidays. */
static int64_t working_quarter (int64_t n)
{
    int64_t day = n / QUARTERS_OF_DAY, year = day / DAYS_OF_YEAR;
    int64_t new_year = FIRST_INSTANT + (year * 146097 + 399) / 400 * DAY_MS;
    return new_year + (FIRST_WORKING_DAY + day % DAYS_OF_YEAR) * DAY_MS + WORK_BEGINS_MS +
           n % QUARTERS_OF_DAY * QUARTER_MS;
}

static size_t body_saga (const house_t *house, uint64_t slot, uint8_t out[BODY_MAX])
{
    Guidance__BookSessionRequest request = GUIDANCE__BOOK_SESSION_REQUEST__INIT;
    request.offer = house->offer;
    request.guide = house->guides[slot % house->n_guides];
    request.room = house->rooms[slot % house->n_guides % house->n_rooms];
    request.starts_at = working_quarter ((int64_t) (slot / house->n_guides));
    return guidance__book_session_request__pack (&request, out);
}

/* --- one session by its id --- */

static void look_query (const char *keys, house_t *house)
{
    Guidance__ListSessionsRequest request = GUIDANCE__LIST_SESSIONS_REQUEST__INIT;
    uint8_t packed[64];
    request.from_day = FIRST_DAY;
    request.to_day = LAST_DAY;
    request.limit = 1;
    buffer_t reply =
        ask (keys, "bif-desk", "guidance", &guidance_contract, "fyrtaarn.guidance.v1.Sessions/ListSessions",
             bytes_of (packed, guidance__list_sessions_request__pack (&request, packed)));
    Guidance__ListSessionsReply *list = UNPACK (guidance__list_sessions_reply, reply);
    if (!list || list->n_sessions == 0)
        die ("guidance has no session");
    house->session = list->sessions[0]->session;
    guidance__list_sessions_reply__free_unpacked (list, NULL);
    buffer_clear (&reply);
}

static size_t body_query (const house_t *house, uint64_t slot, uint8_t out[BODY_MAX])
{
    (void) slot;
    Guidance__GetSessionRequest request = GUIDANCE__GET_SESSION_REQUEST__INIT;
    request.session = house->session;
    return guidance__get_session_request__pack (&request, out);
}

/* --- a text of any size, there and back --- */

/* What rent cannot do without; the rest of a text is rules of nothing. */
static const char RULES[] = "series;rule_id;description;value;unit;valid_from;source;confidence\n"
                            "n;LEA-01;x;3;m;2020-01-01;;high\nd;LEA-03;x;1;;2020-01-01;;high\n"
                            "t;LEA-04;x;3;d;2020-01-01;;high\nw;LEA-05;x;3;d;2020-01-01;;high\n"
                            "v;LEA-14;x;25;%;2020-01-01;;high\n";

char *work_text (size_t size)
{
    buffer_t text = BUFFER (TEXT_MOST);
    if (size > sizeof RULES)
        buffer_append_text (&text, RULES);
    for (int row = 0; text.size + TEXT_LEAST <= size; row++)
        buffer_printf (&text, "s%d;NOT-%d;%-50s;3;m;2020-01-01;;high\n", row, row, "A rule that nobody follows");
    while (text.size < size)
        buffer_append_text (&text, "\n");
    return (char *) (uintptr_t) buffer_text (&text); /* kept until the end */
}

static void look_nothing (const char *keys, house_t *house)
{
    (void) keys;
    (void) house;
}

static size_t body_rules (const house_t *house, uint64_t slot, uint8_t out[BODY_MAX])
{
    (void) slot;
    Lease__LoadRulesRequest request = LEASE__LOAD_RULES_REQUEST__INIT;
    request.csv = house->text;
    return lease__load_rules_request__pack (&request, out);
}

static size_t body_template (const house_t *house, uint64_t slot, uint8_t out[BODY_MAX])
{
    (void) slot;
    Lease__SetTemplateRequest request = LEASE__SET_TEMPLATE_REQUEST__INIT;
    request.kind = LEASE__LETTER_KIND__DEMAND;
    request.text = house->text;
    return lease__set_template_request__pack (&request, out);
}

static size_t body_template_read (const house_t *house, uint64_t slot, uint8_t out[BODY_MAX])
{
    (void) house;
    (void) slot;
    Lease__GetTemplateRequest request = LEASE__GET_TEMPLATE_REQUEST__INIT;
    request.kind = LEASE__LETTER_KIND__DEMAND;
    return lease__get_template_request__pack (&request, out);
}

static const work_t WORKS[] = {
    { "book", "lease", "tmf-desk", "bench", "fyrtaarn.lease.v1.Rooms/BookRoom", look_book, body_book },
    { "saga", "guidance", "bif-desk", "bench", "fyrtaarn.guidance.v1.Sessions/BookSession", look_saga, body_saga },
    { "query", "guidance", "bif-desk", "", "fyrtaarn.guidance.v1.Sessions/GetSession", look_query, body_query },
    { "template", "lease", "tmf-desk", "bench", "fyrtaarn.lease.v1.Letters/SetTemplate", look_nothing, body_template },
    { "template-read", "lease", "tmf-desk", "", "fyrtaarn.lease.v1.Letters/GetTemplate", look_nothing,
      body_template_read },
    { "rules", "lease", "tmf-desk", "bench", "fyrtaarn.lease.v1.Rules/LoadRules", look_nothing, body_rules },
};

const work_t *work_by_name (const char *name)
{
    for (size_t i = 0; i < sizeof WORKS / sizeof *WORKS; i++)
        if (strcmp (WORKS[i].name, name) == 0)
            return &WORKS[i];
    return NULL;
}
