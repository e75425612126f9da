/* L6: what happened on the waiting list, written down; the line, and a position and its reason, looked at. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"
#include "danish/dates.h"

#include <inttypes.h>

void waitlist_record (txn_t *txn, const waitlist_fact_t *fact)
{
    (void) txn_run (txn,
                    "INSERT INTO waitlist_record (id, at, what, entry, offer, rule, since_day, free)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    txn_new_id (txn), txn_now (txn), (int) fact->what, number_or_null ((int64_t) fact->entry),
                    number_or_null ((int64_t) fact->offer), fact->rule ? sql_unsigned (fact->rule) : SQL_NOTHING,
                    fact->since_day, fact->free);
}

/* --- the line as it is --- */

static wish_t take_wish (rows_t *rows, int column)
{
    return (wish_t){
        .entry = rows_uint (rows, column),
        .desks = (uint32_t) rows_uint (rows, column + 1),
        .hours = (uint32_t) rows_uint (rows, column + 2),
        .lapses = (uint32_t) rows_uint (rows, column + 3),
        .since_day = (int32_t) rows_int (rows, column + 4),
        .turn = rows_uint (rows, column + 5),
    };
}

#define WISH "entry.id, entry.desks, entry.hours, entry.lapses, entry.since_day, entry.turn"

static char *explain (txn_t *txn, const waitlist_rule_t *rule, const wish_t *ahead, const char *name,
                      const wish_t *behind)
{
    owned_buffer text = BUFFER (WHY_MAX);
    waitlist_explain (rule, ahead, name, behind, &text);
    return txn_text (txn, buffer_text (&text));
}

static bool find_wish (txn_t *txn, uint64_t entry, wish_t *ret_wish, char **ret_name)
{
    rows_t *row = txn_row (txn,
                           "SELECT " WISH ", tenant.name FROM waitlist_entry AS entry"
                           " JOIN tenant ON tenant.id = entry.tenant WHERE entry.id = $1",
                           entry);
    if (!row)
        return false;
    *ret_wish = take_wish (row, 0);
    *ret_name = txn_text (txn, rows_text (row, 6));
    rows_close (row);
    return true;
}

static status_t list_behind (txn_t *txn, const Lease__ListWaitlistRequest *request, Lease__ListWaitlistReply *reply,
                             const waitlist_rule_t *rule, fault_t *reterr)
{
    int64_t keys[LINE_KEYS] = { INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN };
    wish_t ahead = { 0 };
    char *before = NULL; /* the name of who stands there */
    uint32_t position = 0;
    if (request->after) {
        if (!line_place (txn, request->after, keys) || !find_wish (txn, request->after, &ahead, &before))
            return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_NOT_WAITING",
                          "entry {entry=%" PRIu64 "} is not in line", request->after);
        position = line_position (txn, request->after);
    }
    rows_t *rows = txn_query (txn,
                              "SELECT " WISH ", tenant.id, tenant.name, offer.expires_at"
                              " FROM waitlist_entry AS entry JOIN tenant ON tenant.id = entry.tenant"
                              " LEFT JOIN waitlist_offer AS offer ON offer.entry = entry.id AND offer.state = 1"
                              " WHERE entry.has_left = 0 AND (key1, key2, key3, turn) > ($1, $2, $3, $4)"
                              " ORDER BY key1, key2, key3, turn LIMIT $5",
                              keys[0], keys[1], keys[2], keys[3], list_limit (request->limit));
    while (rows_next (rows)) {
        wish_t wish = take_wish (rows, 0);
        Lease__WaitlistEntry *entry = txn_add (txn, reply->entries, reply->n_entries, lease__waitlist_entry);
        entry->position = ++position;
        entry->entry = wish.entry;
        entry->tenant = rows_uint (rows, 6);
        entry->tenant_name = txn_text (txn, rows_text (rows, 7));
        entry->desks = wish.desks;
        entry->since_day = wish.since_day;
        entry->hours_per_week = wish.hours;
        entry->offer_expires_at = rows_int (rows, 8);
        entry->why = before ? explain (txn, rule, &ahead, before, &wish) : txn_text (txn, "Står først.");
        ahead = wish;
        before = entry->tenant_name;
    }
    return STATUS_OK;
}

status_t lease_list_waitlist (txn_t *txn, const Lease__ListWaitlistRequest *request, Lease__ListWaitlistReply *reply,
                              fault_t *reterr)
{
    waitlist_rule_t rule;
    waitlist_rule (txn, &rule);
    reply->rule = waitlist_rule_text (txn, &rule);
    return list_behind (txn, request, reply, &rule, reterr);
}

status_t lease_list_waitlist_offers (txn_t *txn, const Lease__ListWaitlistOffersRequest *request,
                                     Lease__ListWaitlistOffersReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *rows =
        txn_query (txn,
                   "SELECT id, entry, desks, made_at, expires_at, state, reason, lease,"
                   " (SELECT tenant.name FROM waitlist_entry JOIN tenant ON tenant.id = waitlist_entry.tenant"
                   " WHERE waitlist_entry.id = waitlist_offer.entry) FROM waitlist_offer"
                   " WHERE id > $1 ORDER BY id LIMIT $2",
                   request->after, list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__Offer *offer = txn_add (txn, reply->offers, reply->n_offers, lease__offer);
        offer->offer = rows_uint (rows, 0);
        offer->entry = rows_uint (rows, 1);
        offer->desks = (uint32_t) rows_uint (rows, 2);
        offer->made_at = rows_int (rows, 3);
        offer->expires_at = rows_int (rows, 4);
        offer->state = (Lease__OfferState) rows_int (rows, 5);
        offer->reason = txn_text (txn, rows_text (rows, 6));
        offer->lease = rows_uint (rows, 7);
        offer->tenant_name = txn_text (txn, rows_text (rows, 8));
    }
    return STATUS_OK;
}

/* --- one entry --- */

/* The one just before it in line, if there is one. */
static bool find_ahead (txn_t *txn, uint64_t entry, wish_t *ret_ahead, char **ret_name)
{
    return find_wish (txn, line_ahead (txn, entry), ret_ahead, ret_name);
}

static char *say_place (txn_t *txn, const wish_t *wish, uint32_t free)
{
    waitlist_rule_t rule;
    wish_t ahead;
    char *name = NULL;
    waitlist_rule (txn, &rule);
    const char *place =
        find_ahead (txn, wish->entry, &ahead, &name) ? explain (txn, &rule, &ahead, name, wish) : "Står først.";
    if (free >= wish->desks)
        return txn_text (txn, place);
    return txn_format (txn, "%s Ønsker %" PRIu32 " %s samlet; %" PRIu32 " er %s.", place, wish->desks,
                       wish->desks == 1 ? "plads" : "pladser", free, free == 1 ? "ledig" : "ledige");
}

static char *say_offered (txn_t *txn, const wish_t *wish, int64_t expires_at)
{
    char until[DANISH_TIME_SIZE];
    return txn_format (txn, "Har fået tilbudt %" PRIu32 " %s til og med %s.", wish->desks,
                       wish->desks == 1 ? "plads" : "pladser", danish_instant (expires_at, until));
}

status_t lease_get_position (txn_t *txn, const Lease__GetPositionRequest *request, Lease__GetPositionReply *reply,
                             fault_t *reterr)
{
    uint64_t premises = 0;
    rows_t *row = txn_row (txn,
                           "SELECT " WISH ", has_left, offer.expires_at FROM waitlist_entry AS entry"
                           " LEFT JOIN waitlist_offer AS offer ON offer.entry = entry.id AND offer.state = 1"
                           " WHERE entry.id = $1",
                           request->entry);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_ENTRY_UNKNOWN",
                      "there is no entry {entry=%" PRIu64 "} on the waiting list", request->entry);
    wish_t wish = take_wish (row, 0);
    bool has_left = rows_int (row, 6) != 0;
    int64_t expires_at = rows_int (row, 7);
    rows_close (row);
    reply->in_line = line_length (txn);
    reply->desks = wish.desks;
    reply->free = (uint32_t) desks_most_free (txn, txn_today (txn), &premises);
    reply->position = has_left ? 0 : line_position (txn, wish.entry);
    reply->why = has_left     ? txn_text (txn, "Står ikke længere på listen.")
                 : expires_at ? say_offered (txn, &wish, expires_at)
                              : say_place (txn, &wish, reply->free);
    return STATUS_OK;
}
