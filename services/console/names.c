#include "console/names.h"

#include "base/near.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOUND_LISTED = 4, PART_MAX = 256 };

/* A field of ids, and the method that finds those by name. */
typedef struct {
    const char *service, *field;
    const char *method, *kind; /* the method's field `kind`; NULL when it has none */
    const char *noun;
} kind_t;

static const kind_t KINDS[] = {
    { "lease", "tenant", "lease.Names/FindNames", "NAMED_TENANT", "lejer" },
    { "lease", "premises", "lease.Names/FindNames", "NAMED_PREMISES", "hus" },
    { "lease", "room", "lease.Names/FindRoomNames", NULL, "lokale" },
    { "lease", "desks", "lease.Names/FindNames", "NAMED_DESK", "plads" },
    { "lease", "lease", "lease.Names/FindNames", "NAMED_LEASE", "lejemål" },
    { "lease", "entry", "lease.Names/FindNames", "NAMED_ENTRY", "plads på ventelisten" },
    { "lease", "site", "lease.Names/FindNames", "NAMED_SITE", "sted" },
    { "lease", "task", "lease.Names/FindNames", "NAMED_TASK", "opgave" },
    { "lease", "partner", "lease.Names/FindNames", "NAMED_PARTNER", "partner" },
    { "lease", "initiative", "lease.Names/FindNames", "NAMED_INITIATIVE", "initiativ" },
    { "lease", "item", "lease.Names/FindNames", "NAMED_ITEM", "ting" },
    { "guidance", "room", "lease.Names/FindRoomNames", NULL, "lokale" },
    { "guidance", "offer", "guidance.Names/FindNames", "NAMED_OFFER", "tilbud" },
    { "guidance", "guide", "guidance.Names/FindNames", "NAMED_GUIDE", "vejleder" },
    { "guidance", "participant", "guidance.Names/FindParticipantNames", NULL, "deltager" },
    { "guidance", "came", "guidance.Names/FindParticipantNames", NULL, "deltager" },
    { "placement", "position", "placement.Names/FindPositionNames", NULL, "stilling" },
};

static const kind_t *find_kind (const char *service, const char *field)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (strcmp (KINDS[i].service, service) == 0 && strcmp (KINDS[i].field, field) == 0)
            return &KINDS[i];
    return NULL;
}

bool names_know (const char *service, const char *field)
{
    return find_kind (service, field) != NULL;
}

/* --- what the service found --- */

/* Those named exactly so count before those that only begin so. */
typedef struct {
    const kind_t *kind;
    const char *text;
    char id[NAME_ID_SIZE];
    size_t exact, beginning;
    char seen[FOUND_LISTED][PART_MAX]; /* the first that may be meant, for the refusal */
    size_t n_seen;
    char nearest[PART_MAX]; /* where none is called or begins so */
} search_t;

static void consider (search_t *self, const char *name, json_int_t id)
{
    bool exact = near_same (name, self->text);
    if (!exact && !near_begins (name, self->text)) {
        if (!self->nearest[0])
            snprintf (self->nearest, sizeof self->nearest, "%s", name);
        return;
    }
    if (exact || self->exact == 0)
        snprintf (self->id, sizeof self->id, "%lld", (long long) id);
    self->exact += exact;
    self->beginning += !exact;
    if (self->n_seen < FOUND_LISTED)
        snprintf (self->seen[self->n_seen++], PART_MAX, "%s (%lld)", name, (long long) id);
}

/* Above 2^53 an id is written as text. */
static json_int_t id_number (json_t *id)
{
    return json_is_string (id) ? strtoll (json_string_value (id), NULL, 10) : json_integer_value (id);
}

static status_t ask (session_t *session, search_t *self, fault_t *reterr)
{
    json_t *request = json_pack ("{ss}", "name", self->text), *reply = NULL, *found;
    if (self->kind->kind)
        json_object_set_new (request, "kind", json_string (self->kind->kind));
    status_t status = session_ask (session, self->kind->method, NULL, request, &reply, reterr);
    size_t i;
    json_array_foreach (json_object_get (reply, "names"), i, found)
        consider (self, json_string_value (json_object_get (found, "name")), id_number (json_object_get (found, "id")));
    json_decref (request);
    json_decref (reply);
    return status;
}

static status_t judge (const search_t *self, fault_t *reterr)
{
    if (self->exact == 1 || (self->exact == 0 && self->beginning == 1))
        return STATUS_OK;
    if (self->n_seen == 0 && self->nearest[0])
        return fault (reterr, STATUS_NOT_FOUND, "NAME_UNKNOWN", "%s findes ikke som %s; mente du %s?", self->text,
                      self->kind->noun, self->nearest);
    if (self->n_seen == 0)
        return fault (reterr, STATUS_NOT_FOUND, "NAME_UNKNOWN", "%s findes ikke som %s", self->text, self->kind->noun);
    char list[MESSAGE_MAX] = "";
    for (size_t i = 0; i < self->n_seen; i++)
        snprintf (list + strlen (list), sizeof list - strlen (list), "%s%s", i ? ", " : "", self->seen[i]);
    return fault (reterr, STATUS_INVALID_ARGUMENT, "NAME_AMBIGUOUS", "%s kan være %s%s; skriv nummeret", self->text,
                  list, self->exact + self->beginning > self->n_seen ? " og flere" : "");
}

static status_t resolve_one (session_t *session, const kind_t *kind, const char *text, char out[NAME_ID_SIZE],
                             fault_t *reterr)
{
    if (text[strspn (text, "0123456789")] == '\0') {
        snprintf (out, NAME_ID_SIZE, "%.20s", text);
        return STATUS_OK;
    }
    search_t search = { .kind = kind, .text = text };
    status_t status = ask (session, &search, reterr);
    if (status == STATUS_OK)
        status = judge (&search, reterr);
    snprintf (out, NAME_ID_SIZE, "%s", search.id);
    return status;
}

status_t names_resolve (session_t *session, const char *service, const char *field, const char *text,
                        char out[NAMES_TEXT_SIZE], fault_t *reterr)
{
    const kind_t *kind = find_kind (service, field);
    size_t used = 0;
    out[0] = '\0';
    while (kind) {
        char part[PART_MAX], id[NAME_ID_SIZE];
        size_t length = strcspn (text, "|");
        snprintf (part, sizeof part, "%.*s", (int) length, text);
        status_t status = resolve_one (session, kind, part, id, reterr);
        if (status != STATUS_OK)
            return status;
        used += (size_t) snprintf (out + used, NAMES_TEXT_SIZE - used, "%s%s", used ? "|" : "", id);
        if (text[length] == '\0' || used >= NAMES_TEXT_SIZE)
            break;
        text += length + 1;
    }
    return STATUS_OK;
}

/* --- houses --- */

/* Whether anything speaks of a house that is not its own number. */
static bool speaks_of_house (json_t *value)
{
    json_t *inner;
    size_t i;
    const char *key;
    if (json_is_object (value) && id_number (json_object_get (value, "premises")) &&
        !json_object_get (value, "address"))
        return true;
    json_array_foreach (value, i, inner) if (speaks_of_house (inner)) return true;
    json_object_foreach (value, key, inner) if (speaks_of_house (inner)) return true;
    return false;
}

static void name_houses (json_t *value, json_t *houses)
{
    json_t *inner, *house;
    size_t i;
    const char *key;
    json_int_t id = json_is_object (value) ? id_number (json_object_get (value, "premises")) : 0;
    json_array_foreach (houses, i, house) if (id && id_number (json_object_get (house, "premises")) == id &&
                                              !json_object_get (value, "address"))
        json_object_set (value, "premises", json_object_get (house, "name"));
    json_array_foreach (value, i, inner) name_houses (inner, houses);
    json_object_foreach (value, key, inner) name_houses (inner, houses);
}

void names_of_houses (session_t *session, json_t *reply)
{
    fault_t ignored;
    json_t *request = json_object (), *house = NULL;
    if (speaks_of_house (reply) &&
        session_ask (session, "lease.House/GetHouse", NULL, request, &house, &ignored) == STATUS_OK)
        name_houses (reply, json_object_get (house, "premises"));
    json_decref (request);
    json_decref (house);
}
