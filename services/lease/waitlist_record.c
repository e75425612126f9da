/* L6: what happened on the waiting list, looked at: the line, a position and its reason, and the whole order of
 * allocation gone through again. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"
#include "danish/dates.h"

#include <inttypes.h>
#include <string.h>

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

status_t lease_list_waitlist (txn_t *txn, const Lease__ListWaitlistRequest *request, Lease__ListWaitlistReply *reply,
                              fault_t *reterr)
{
    (void) reterr;
    waitlist_rule_t rule;
    waitlist_rule (txn, &rule);
    wish_t ahead = { 0 };
    rows_t *rows = txn_query (txn,
                              "SELECT " WISH ", tenant.id, tenant.name, offer.expires_at"
                              " FROM waitlist_entry AS entry JOIN tenant ON tenant.id = entry.tenant"
                              " LEFT JOIN waitlist_offer AS offer ON offer.entry = entry.id AND offer.state = 1"
                              " WHERE entry.has_left = 0 ORDER BY key1, key2, key3, turn LIMIT $1",
                              list_limit (request->limit));
    while (rows_next (rows)) {
        wish_t wish = take_wish (rows, 0);
        const char *before = reply->n_entries ? reply->entries[reply->n_entries - 1]->tenant_name : NULL;
        Lease__WaitlistEntry *entry = txn_add (txn, reply->entries, reply->n_entries, lease__waitlist_entry);
        entry->position = (uint32_t) reply->n_entries;
        entry->entry = wish.entry;
        entry->tenant = rows_uint (rows, 6);
        entry->tenant_name = txn_text (txn, rows_text (rows, 7));
        entry->desks = wish.desks;
        entry->since_day = wish.since_day;
        entry->hours_per_week = wish.hours;
        entry->offer_expires_at = rows_int (rows, 8);
        entry->why = before ? explain (txn, &rule, &ahead, before, &wish) : txn_text (txn, "Står først.");
        ahead = wish;
    }
    reply->rule = waitlist_rule_text (txn, &rule);
    return STATUS_OK;
}

status_t lease_list_waitlist_offers (txn_t *txn, const Lease__ListWaitlistOffersRequest *request,
                                     Lease__ListWaitlistOffersReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              "SELECT id, entry, desks, made_at, expires_at, state, reason, lease FROM waitlist_offer"
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
    }
    return STATUS_OK;
}

/* --- one entry --- */

/* The one just before it in line, if there is one. */
static bool find_ahead (txn_t *txn, uint64_t entry, wish_t *ret_ahead, char **ret_name)
{
    rows_t *row = txn_row (txn,
                           "SELECT " WISH ", tenant.name FROM waitlist_entry AS entry"
                           " JOIN tenant ON tenant.id = entry.tenant WHERE entry.id = $1",
                           line_ahead (txn, entry));
    if (!row)
        return false;
    *ret_ahead = take_wish (row, 0);
    *ret_name = txn_text (txn, rows_text (row, 6));
    rows_close (row);
    return true;
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
                      "there is no entry %" PRIu64 " on the waiting list", request->entry);
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

/* --- the replay --- */

typedef struct {
    wish_t wish;
    bool has_offer;
} waiting_t;

/* The line as the record makes it: those that wait, in no order but that of joining. */
typedef struct {
    txn_t *txn;
    waitlist_rule_t rule;
    waiting_t *line;
    size_t count, capacity;
    const Lease__ReplayWaitlistRequest *request;
    Lease__ReplayWaitlistReply *reply;
} replay_t;

static void find_fault (replay_t *self, char *finding)
{
    if (self->reply->agrees)
        self->reply->finding = finding;
    self->reply->agrees = false;
}

static waiting_t *find_waiting (replay_t *self, uint64_t entry)
{
    for (size_t i = self->count; i > 0; i--)
        if (self->line[i - 1].wish.entry == entry)
            return &self->line[i - 1];
    find_fault (self, txn_format (self->txn, "Opskrivning %" PRIu64 " stod ikke på listen.", entry));
    return NULL;
}

static void join (replay_t *self, const wish_t *wish)
{
    if (self->count == self->capacity) {
        size_t capacity = self->capacity ? 2 * self->capacity : 64;
        waiting_t *larger = txn_alloc (self->txn, capacity * sizeof *larger);
        if (self->count)
            memcpy (larger, self->line, self->count * sizeof *larger);
        self->line = larger;
        self->capacity = capacity;
    }
    self->line[self->count++] = (waiting_t){ .wish = *wish };
    self->reply->joined++;
}

static void leave (replay_t *self, uint64_t entry)
{
    waiting_t *one = find_waiting (self, entry);
    if (one)
        *one = self->line[--self->count];
}

static void go_last (replay_t *self, uint64_t entry, int32_t since_day, uint64_t turn)
{
    waiting_t *one = find_waiting (self, entry);
    if (!one)
        return;
    one->has_offer = false;
    one->wish.since_day = since_day;
    one->wish.turn = turn;
    one->wish.lapses++;
}

static const waiting_t *next_by_rule (const replay_t *self, uint32_t free)
{
    const waiting_t *next = NULL;
    for (size_t i = 0; i < self->count; i++) {
        const waiting_t *one = &self->line[i];
        if (!one->has_offer && one->wish.desks <= free &&
            (!next || waitlist_before (&self->rule, &one->wish, &next->wish)))
            next = one;
    }
    return next;
}

static uint32_t count_before (const replay_t *self, const wish_t *wish)
{
    uint32_t before = 0;
    for (size_t i = 0; i < self->count; i++)
        before += waitlist_before (&self->rule, &self->line[i].wish, wish);
    return before;
}

static void list_allocation (replay_t *self, rows_t *rows, const wish_t *wish, bool agrees)
{
    Lease__ReplayWaitlistReply *reply = self->reply;
    uint64_t offer = rows_uint (rows, 3);
    if (offer <= self->request->after || reply->n_allocations >= list_limit (self->request->limit))
        return;
    Lease__Allocation *one = txn_add (self->txn, reply->allocations, reply->n_allocations, lease__allocation);
    one->at = rows_int (rows, 1);
    one->offer = offer;
    one->tenant_name = txn_text (self->txn, rows_text (rows, 10));
    one->desks = wish->desks;
    one->free = (uint32_t) rows_uint (rows, 6);
    one->passed_over = count_before (self, wish);
    one->position = one->passed_over + 1;
    one->became = (Lease__OfferState) rows_int (rows, 11);
    one->agrees = agrees;
}

static void offer (replay_t *self, rows_t *rows)
{
    waiting_t *offered = find_waiting (self, rows_uint (rows, 4));
    const waiting_t *next = next_by_rule (self, (uint32_t) rows_uint (rows, 6));
    self->reply->offers++;
    if (!offered)
        return;
    if (next != offered)
        find_fault (self, txn_format (self->txn,
                                      "Tilbud %" PRIu64 " gik til opskrivning %" PRIu64 "; reglen siger %" PRIu64 ".",
                                      rows_uint (rows, 3), offered->wish.entry, next ? next->wish.entry : 0));
    list_allocation (self, rows, &offered->wish, next == offered);
    offered->has_offer = true;
}

static void take_rule (replay_t *self, rows_t *rows)
{
    for (int i = 0; i < CRITERIA_MAX; i++)
        self->rule.criteria[i] = (criterion_t) rows_int (rows, 12 + i);
    self->reply->rules++;
}

/* The one that the list began with. */
static void take_first_rule (replay_t *self)
{
    rows_t *row = txn_row (self->txn, "SELECT first, second, third FROM waitlist_rule ORDER BY id LIMIT 1");
    for (int i = 0; row && i < CRITERIA_MAX; i++)
        self->rule.criteria[i] = (criterion_t) rows_int (row, i);
    if (row)
        rows_close (row);
}

static void replay_fact (replay_t *self, rows_t *rows)
{
    uint64_t id = rows_uint (rows, 0), entry = rows_uint (rows, 4);
    int32_t since_day = (int32_t) rows_int (rows, 5);
    switch ((fact_kind_t) rows_int (rows, 2)) {
    case FACT_JOINED:
        join (self, &(wish_t){ .entry = entry,
                               .desks = (uint32_t) rows_uint (rows, 8),
                               .hours = (uint32_t) rows_uint (rows, 9),
                               .since_day = since_day,
                               .turn = id });
        break;
    case FACT_OFFERED:
        offer (self, rows);
        break;
    case FACT_ACCEPTED:
    case FACT_REFUSED:
    case FACT_WITHDREW:
        leave (self, entry);
        break;
    case FACT_EXPIRED:
        go_last (self, entry, since_day, id);
        break;
    case FACT_RULE:
        take_rule (self, rows);
        break;
    }
}

/* The line that stands now, entry by entry, beside the one that the record makes. */
static void compare_line (replay_t *self)
{
    size_t place = 0;
    rows_t *rows = txn_query (self->txn, "SELECT id FROM waitlist_entry WHERE has_left = 0"
                                         " ORDER BY key1, key2, key3, turn");
    while (rows_next (rows)) {
        uint64_t entry = rows_uint (rows, 0);
        waiting_t *one = find_waiting (self, entry);
        if (one && count_before (self, &one->wish) != place)
            find_fault (self,
                        txn_format (self->txn, "Opskrivning %" PRIu64 " står nr. %zu; efter reglen nr. %" PRIu32 ".",
                                    entry, place + 1, count_before (self, &one->wish) + 1));
        place++;
    }
    if (place != self->count)
        find_fault (self, txn_format (self->txn, "%zu står på listen; efter protokollen %zu.", place, self->count));
}

status_t lease_replay_waitlist (txn_t *txn, const Lease__ReplayWaitlistRequest *request,
                                Lease__ReplayWaitlistReply *reply, fault_t *reterr)
{
    (void) reterr;
    replay_t self = { .txn = txn, .request = request, .reply = reply };
    reply->agrees = true;
    take_first_rule (&self);
    rows_t *rows =
        txn_query (txn, "SELECT record.id, record.at, record.what, record.offer, record.entry, record.since_day,"
                        " record.free, record.rule, entry.desks, entry.hours, tenant.name, offer.state,"
                        " rule.first, rule.second, rule.third FROM waitlist_record AS record"
                        " LEFT JOIN waitlist_entry AS entry ON entry.id = record.entry"
                        " LEFT JOIN tenant ON tenant.id = entry.tenant"
                        " LEFT JOIN waitlist_offer AS offer ON offer.id = record.offer"
                        " LEFT JOIN waitlist_rule AS rule ON rule.id = record.rule ORDER BY record.id");
    while (rows_next (rows))
        replay_fact (&self, rows);
    compare_line (&self);
    if (reply->agrees)
        reply->finding = txn_format (txn,
                                     "Hvert af %" PRIu32 " tilbud gik til den, som reglen siger, og listen står, "
                                     "som den skal.",
                                     reply->offers);
    return STATUS_OK;
}
