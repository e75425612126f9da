#include "console/names.h"

#include "console/near.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 200, PAGES_MAX = 50, FOUND_LISTED = 4, PART_MAX = 256 };

/* A field, and the list in which what it names has a name. */
typedef struct {
    const char *service, *field;
    const char *method, *list, *id;
    const char *name; /* the field that names it */
    bool pages;       /* the list is read a page at a time, with `after` */
} kind_t;

static const kind_t KINDS[] = {
    { "lease", "tenant", "lease.Tenants/ListTenants", "tenants", "tenant", "name", true },
    { "lease", "premises", "lease.House/GetHouse", "premises", "premises", "name", false },
    { "lease", "room", "lease.Rooms/ListRooms", "rooms", "room", "name", false },
    { "lease", "desks", "lease.House/ListDesks", "desks", "desk", "name", true },
    { "lease", "lease", "lease.Leases/ListLeases", "leases", "lease", "tenant_name", true },
    { "lease", "entry", "lease.Waitlist/ListWaitlist", "entries", "entry", "tenant_name", false },
    { "lease", "site", "lease.Sites/RankSites", "sites", "site", "name", false },
    { "lease", "task", "lease.Operations/ListTasks", "tasks", "task", "title", false },
    { "lease", "partner", "lease.Partners/ListPartners", "partners", "partner", "name", false },
    { "lease", "initiative", "lease.Partners/ListInitiatives", "initiatives", "initiative", "title", false },
    { "lease", "item", "lease.Equipment/ListItems", "items", "item", "name", true },
    { "guidance", "room", "lease.Rooms/ListRooms", "rooms", "room", "name", false },
    { "guidance", "offer", "guidance.Offers/ListOffers", "offers", "offer", "title", false },
    { "guidance", "guide", "guidance.Guides/ListGuides", "guides", "guide", "name", false },
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

/* --- looking through the list --- */

/* What was found so far. Those named exactly so count before those that only begin so. */
typedef struct {
    const kind_t *kind;
    const char *text;
    char id[NAME_ID_SIZE];
    size_t exact, beginning;
    char seen[FOUND_LISTED][PART_MAX]; /* the first that may be meant, for the refusal */
    size_t n_seen;
    char nearest[PART_MAX];
    size_t distance;
} search_t;

static long long id_number (json_t *item, const char *field)
{
    json_t *id = json_object_get (item, field);
    return json_is_string (id) ? strtoll (json_string_value (id), NULL, 10) : (long long) json_integer_value (id);
}

/* A lease that is over is not what somebody means who names its tenant. */
static bool is_over (json_t *item)
{
    static const char *const OVER[] = { "ENDED", "WITHDRAWN", "EXPIRED" };
    const char *state = json_string_value (json_object_get (item, "state"));
    for (size_t i = 0; state && i < sizeof OVER / sizeof OVER[0]; i++)
        if (strcmp (state, OVER[i]) == 0)
            return true;
    return false;
}

static void consider (search_t *self, json_t *item, const char *name)
{
    long long id = id_number (item, self->kind->id);
    bool exact = near_same (name, self->text);
    if (!exact && !near_begins (name, self->text)) {
        size_t distance = near_distance (self->text, name);
        if (distance < self->distance && near_enough (self->text, name)) {
            self->distance = distance;
            snprintf (self->nearest, sizeof self->nearest, "%s", name);
        }
        return;
    }
    if (exact || self->exact == 0)
        snprintf (self->id, sizeof self->id, "%lld", id);
    self->exact += exact;
    self->beginning += !exact;
    if (self->n_seen < FOUND_LISTED)
        snprintf (self->seen[self->n_seen++], PART_MAX, "%s (%lld)", name, id);
}

static void consider_all (search_t *self, json_t *items)
{
    size_t i;
    json_t *item;
    json_array_foreach (items, i, item)
    {
        const char *name = json_string_value (json_object_get (item, self->kind->name));
        if (name && !is_over (item))
            consider (self, item, name);
    }
}

static status_t look_through (session_t *session, search_t *self, fault_t *reterr)
{
    long long after = 0;
    for (int page = 0; page < PAGES_MAX; page++) {
        json_t *reply = NULL, *request = self->kind->pages
                                             ? json_pack ("{sI, si}", "after", (json_int_t) after, "limit", PAGE)
                                             : json_object ();
        status_t status = session_ask (session, self->kind->method, NULL, request, &reply, reterr);
        json_decref (request);
        if (status != STATUS_OK)
            return status;
        json_t *items = json_object_get (reply, self->kind->list);
        size_t count = json_array_size (items);
        consider_all (self, items);
        if (count)
            after = id_number (json_array_get (items, count - 1), self->kind->id);
        json_decref (reply);
        if (!self->kind->pages || count < PAGE)
            break;
    }
    return STATUS_OK;
}

static status_t judge (const search_t *self, fault_t *reterr)
{
    if (self->exact == 1 || (self->exact == 0 && self->beginning == 1))
        return STATUS_OK;
    if (self->n_seen == 0 && self->nearest[0])
        return fault (reterr, STATUS_NOT_FOUND, "NAME_UNKNOWN", "no %s is called %s; did you mean %s?",
                      self->kind->field, self->text, self->nearest);
    if (self->n_seen == 0)
        return fault (reterr, STATUS_NOT_FOUND, "NAME_UNKNOWN", "no %s is called %s", self->kind->field, self->text);
    char list[MESSAGE_MAX] = "";
    for (size_t i = 0; i < self->n_seen; i++)
        snprintf (list + strlen (list), sizeof list - strlen (list), "%s%s", i ? ", " : "", self->seen[i]);
    return fault (reterr, STATUS_INVALID_ARGUMENT, "NAME_AMBIGUOUS", "%s may be %s%s; name the number", self->text,
                  list, self->exact + self->beginning > self->n_seen ? " and others" : "");
}

static status_t resolve_one (session_t *session, const kind_t *kind, const char *text, char out[NAME_ID_SIZE],
                             fault_t *reterr)
{
    if (text[strspn (text, "0123456789")] == '\0') {
        snprintf (out, NAME_ID_SIZE, "%.20s", text);
        return STATUS_OK;
    }
    search_t search = { .kind = kind, .text = text, .distance = (size_t) -1 };
    status_t status = look_through (session, &search, reterr);
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
