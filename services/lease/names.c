/* X5: what people type instead of an id. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"
#include "node/names.h"

static const named_t TENANTS = NAMED_IN ("tenant", "name", "TRUE");
static const named_t PREMISES = NAMED_IN ("premises", "name", "TRUE");
static const named_t DESKS = NAMED_IN ("desk", "prefix || number", "TRUE");
static const named_t ROOMS = NAMED_IN ("room", "name", "TRUE");
static const named_t SITES = NAMED_IN ("site", "name", "withdrawn IS NULL");
static const named_t TASKS = NAMED_IN ("task", "title", "closed_day IS NULL");
static const named_t PARTNERS = NAMED_IN ("partner", "name", "TRUE");
static const named_t INITIATIVES = NAMED_IN ("initiative", "title", "end_day IS NULL");
static const named_t ITEMS = NAMED_IN ("item", "name", "TRUE");

static void give (txn_t *txn, uint64_t id, const char *name, Lease__FindNamesReply *reply)
{
    if (reply->n_names == NAMES_FOUND_MAX)
        return;
    Lease__FoundName *found = txn_add (txn, reply->names, reply->n_names, lease__found_name);
    found->id = id;
    found->name = txn_text (txn, name);
}

static void find (txn_t *txn, const named_t *named, const char *text, Lease__FindNamesReply *reply)
{
    found_name_t found[NAMES_FOUND_MAX];
    size_t count = names_find (txn, named, text, found);
    for (size_t i = 0; i < count; i++)
        give (txn, found[i].id, found[i].name, reply);
}

/* What a tenant has, by the tenant's name; the newest first. */
static void find_of_tenants (txn_t *txn, Lease__Named kind, const char *text, Lease__FindNamesReply *reply)
{
    found_name_t tenants[NAMES_FOUND_MAX];
    size_t count = names_find (txn, &TENANTS, text, tenants);
    for (size_t i = 0; i < count; i++) {
        rows_t *rows =
            kind == LEASE__NAMED__NAMED_LEASE
                ? txn_query (txn,
                             "SELECT id FROM lease WHERE tenant = $1 AND state BETWEEN 1 AND 4 ORDER BY id DESC"
                             " LIMIT $2",
                             tenants[i].id, (int) NAMES_FOUND_MAX)
                : txn_query (txn, "SELECT id FROM waitlist_entry WHERE tenant = $1 AND has_left = 0 LIMIT $2",
                             tenants[i].id, (int) NAMES_FOUND_MAX);
        while (rows_next (rows))
            give (txn, rows_uint (rows, 0), tenants[i].name, reply);
    }
}

static const named_t *named_of (Lease__Named kind)
{
    switch ((int) kind) {
    case LEASE__NAMED__NAMED_TENANT:
        return &TENANTS;
    case LEASE__NAMED__NAMED_PREMISES:
        return &PREMISES;
    case LEASE__NAMED__NAMED_DESK:
        return &DESKS;
    case LEASE__NAMED__NAMED_SITE:
        return &SITES;
    case LEASE__NAMED__NAMED_TASK:
        return &TASKS;
    case LEASE__NAMED__NAMED_PARTNER:
        return &PARTNERS;
    case LEASE__NAMED__NAMED_INITIATIVE:
        return &INITIATIVES;
    case LEASE__NAMED__NAMED_ITEM:
        return &ITEMS;
    default:
        return NULL; /* by its tenant */
    }
}

status_t lease_find_names (txn_t *txn, const Lease__FindNamesRequest *request, Lease__FindNamesReply *reply,
                           fault_t *reterr)
{
    (void) reterr;
    const named_t *named = named_of (request->kind);
    if (named)
        find (txn, named, request->name, reply);
    else
        find_of_tenants (txn, request->kind, request->name, reply);
    return STATUS_OK;
}

status_t lease_find_room_names (txn_t *txn, const Lease__FindRoomNamesRequest *request, Lease__FindNamesReply *reply,
                                fault_t *reterr)
{
    (void) reterr;
    find (txn, &ROOMS, request->name, reply);
    return STATUS_OK;
}
