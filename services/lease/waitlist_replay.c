/* L6: the whole order of allocation, gone through again from the record, by the rule alone and with other code than the
 * one that made the offers (waitlist_rules.c compares two entries; the line itself is sorted by keys).
 *
 * It goes on in steps by a timer. Between two steps the line that the record makes stands in the database. */
#include "lease/waitlist_replay.h"

#include "contract/lease.handlers.h"
#include "danish/dates.h"

#include <inttypes.h>

enum {
    FACTS_PER_STEP = 250,
    SWEPT_PER_STEP = 500 /* rows of older replays */
};

typedef struct {
    txn_t *txn;
    uint64_t id, at_record;
    int64_t reached_at;
    uint32_t joined, offers, rules;
    waitlist_rule_t rule; /* that holds there */
    const char *finding;  /* "": all agrees so far */
    bool done;
    replay_line_t *line;
} replay_t;

static void find_fault (replay_t *self, const char *finding)
{
    if (self->finding[0] == '\0')
        self->finding = finding;
}

/* --- from step to step --- */

#define REPLAY                                                                                                         \
    "SELECT id, at_record, reached_at, joined, offers, rules, first, second, third, finding, done_at FROM replay "

static bool take_replay (txn_t *txn, rows_t *row, replay_t *ret_replay)
{
    *ret_replay = (replay_t){ .txn = txn, .finding = "" };
    if (!row)
        return false;
    ret_replay->id = rows_uint (row, 0);
    ret_replay->at_record = rows_uint (row, 1);
    ret_replay->reached_at = rows_int (row, 2);
    ret_replay->joined = (uint32_t) rows_uint (row, 3);
    ret_replay->offers = (uint32_t) rows_uint (row, 4);
    ret_replay->rules = (uint32_t) rows_uint (row, 5);
    for (int i = 0; i < CRITERIA_MAX; i++)
        ret_replay->rule.criteria[i] = (criterion_t) rows_int (row, 6 + i);
    ret_replay->finding = txn_text (txn, rows_text (row, 9));
    ret_replay->done = !rows_is_null (row, 10);
    rows_close (row);
    return true;
}

/* By the rule that the list began with. */
static void begin (replay_t *self)
{
    self->id = txn_new_id (self->txn);
    (void) txn_run (self->txn,
                    "INSERT INTO replay (id, started_at, at_record, reached_at, joined, offers, rules, first, second,"
                    " third, finding) SELECT $1, $2, 0, 0, 0, 0, 0, first, second, third, '' FROM waitlist_rule"
                    " ORDER BY waitlist_rule.id LIMIT 1",
                    self->id, txn_now (self->txn));
    (void) take_replay (self->txn, txn_row (self->txn, REPLAY "WHERE id = $1", self->id), self);
}

static void keep (const replay_t *self)
{
    const criterion_t *criteria = self->rule.criteria;
    (void) txn_run (self->txn,
                    "UPDATE replay SET at_record = $2, reached_at = $3, joined = $4, offers = $5, rules = $6,"
                    " first = $7, second = $8, third = $9, finding = $10, done_at = $11 WHERE id = $1",
                    self->id, self->at_record, self->reached_at, self->joined, self->offers, self->rules,
                    (int) criteria[0], (int) criteria[1], (int) criteria[2], self->finding,
                    self->done ? sql_integer (txn_now (self->txn)) : SQL_NOTHING);
}

static void sweep_older (const replay_t *self)
{
    (void) txn_run (self->txn,
                    "DELETE FROM replay_offer WHERE (replay, offer) IN (SELECT replay, offer FROM replay_offer"
                    " WHERE replay < $1 ORDER BY replay, offer LIMIT $2)",
                    self->id, SWEPT_PER_STEP);
    (void) txn_run (self->txn,
                    "DELETE FROM replay_entry WHERE (replay, entry) IN (SELECT replay, entry FROM replay_entry"
                    " WHERE replay < $1 ORDER BY replay, entry LIMIT $2)",
                    self->id, SWEPT_PER_STEP);
    (void) txn_run (self->txn, "DELETE FROM replay_piece WHERE replay < $1", self->id);
}

/* --- what happened to it --- */

static bool find_waiting (replay_t *self, uint64_t entry, replay_place_t *ret_place)
{
    if (replay_line_find (self->line, entry, ret_place))
        return true;
    find_fault (self, txn_format (self->txn, "Opskrivning %" PRIu64 " stod ikke på listen.", entry));
    return false;
}

static void join (replay_t *self, const wish_t *wish)
{
    replay_place_t place;
    if (replay_line_find (self->line, wish->entry, &place))
        replay_line_leave (self->line, place);
    replay_line_enter (self->line, wish);
    self->joined++;
}

static void leave (replay_t *self, uint64_t entry)
{
    replay_place_t place;
    if (find_waiting (self, entry, &place))
        replay_line_leave (self->line, place);
}

static void go_last (replay_t *self, uint64_t entry, int32_t since_day, uint64_t turn)
{
    replay_place_t place;
    if (!find_waiting (self, entry, &place))
        return;
    wish_t wish = *replay_line_wish (self->line, place);
    wish.since_day = since_day;
    wish.turn = turn;
    wish.lapses++;
    replay_line_leave (self->line, place);
    replay_line_enter (self->line, &wish);
}

static void offer (replay_t *self, uint64_t offer, uint64_t entry, int64_t at, uint32_t free)
{
    replay_place_t place, first;
    uint64_t next = 0;
    self->offers++;
    if (!find_waiting (self, entry, &place))
        return;
    if (replay_line_first (self->line, free, &first))
        next = replay_line_wish (self->line, first)->entry;
    if (next != entry)
        find_fault (self, txn_format (self->txn,
                                      "Tilbud %" PRIu64 " gik til opskrivning %" PRIu64 "; reglen siger %" PRIu64 ".",
                                      offer, entry, next));
    (void) txn_run (self->txn,
                    "INSERT INTO replay_offer (replay, offer, at, entry, free, position, agrees)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (replay, offer) DO NOTHING",
                    self->id, offer, at, entry, free, replay_line_position (self->line, place), next == entry);
    replay_line_give_offer (self->line, place);
}

static void take_rule (replay_t *self, rows_t *rows, int column)
{
    for (int i = 0; i < CRITERIA_MAX; i++)
        self->rule.criteria[i] = (criterion_t) rows_int (rows, column + i);
    replay_line_sort (self->line, &self->rule);
    self->rules++;
}

static void replay_fact (replay_t *self, rows_t *rows)
{
    uint64_t id = rows_uint (rows, 0), entry = rows_uint (rows, 4);
    int32_t since_day = (int32_t) rows_int (rows, 5);
    switch ((fact_kind_t) rows_int (rows, 2)) {
    case FACT_JOINED:
        join (self, &(wish_t){ .entry = entry,
                               .desks = (uint32_t) rows_uint (rows, 7),
                               .hours = (uint32_t) rows_uint (rows, 8),
                               .since_day = since_day,
                               .turn = id });
        break;
    case FACT_OFFERED:
        offer (self, rows_uint (rows, 3), entry, rows_int (rows, 1), (uint32_t) rows_uint (rows, 6));
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
        take_rule (self, rows, 9);
        break;
    }
    self->at_record = id;
    self->reached_at = rows_int (rows, 1);
}

/* --- the line that stands, beside the one that the record makes --- */

static void compare_place (replay_t *self, uint64_t entry, uint32_t position)
{
    replay_place_t place;
    if (replay_line_at (self->line, position, &place) && replay_line_wish (self->line, place)->entry == entry)
        return;
    if (find_waiting (self, entry, &place))
        find_fault (self, txn_format (self->txn,
                                      "Opskrivning %" PRIu64 " står nr. %" PRIu32 "; efter reglen nr. %" PRIu32 ".",
                                      entry, position, replay_line_position (self->line, place)));
}

static void compare_line (replay_t *self)
{
    uint32_t position = 0, length = replay_line_length (self->line);
    rows_t *rows = txn_query (self->txn, "SELECT id FROM waitlist_entry WHERE has_left = 0"
                                         " ORDER BY key1, key2, key3, turn");
    while (rows_next (rows))
        compare_place (self, rows_uint (rows, 0), ++position);
    if (position != length)
        find_fault (self, txn_format (self->txn, "%" PRIu32 " står på listen; efter protokollen %" PRIu32 ".", position,
                                      length));
}

static void replay_step (replay_t *self)
{
    int facts = 0;
    self->line = replay_line_read (self->txn, self->id, &self->rule);
    rows_t *rows = txn_query (self->txn,
                              "SELECT record.id, record.at, record.what, record.offer, record.entry, record.since_day,"
                              " record.free, entry.desks, entry.hours, rule.first, rule.second, rule.third"
                              " FROM waitlist_record AS record"
                              " LEFT JOIN waitlist_entry AS entry ON entry.id = record.entry"
                              " LEFT JOIN waitlist_rule AS rule ON rule.id = record.rule"
                              " WHERE record.id > $1 ORDER BY record.id LIMIT $2",
                              self->at_record, FACTS_PER_STEP);
    for (; rows_next (rows); facts++)
        replay_fact (self, rows);
    self->done = facts < FACTS_PER_STEP;
    if (self->done)
        compare_line (self);
    replay_line_keep (self->line);
    sweep_older (self);
    keep (self);
    if (!self->done)
        txn_at (self->txn, txn_now (self->txn) + 1, TIMER_MORE_TO_REPLAY, self->id);
}

status_t waitlist_on_more_to_replay (txn_t *txn, uint64_t id, fault_t *reterr)
{
    (void) reterr;
    replay_t self;
    if (take_replay (txn, txn_row (txn, REPLAY "WHERE id = $1", id), &self) && !self.done)
        replay_step (&self);
    return STATUS_OK;
}

/* --- ReplayWaitlist, GetReplay --- */

static void list_allocations (const replay_t *self, const Lease__ReplayWaitlistRequest *request,
                              Lease__ReplayWaitlistReply *reply)
{
    rows_t *rows =
        txn_query (self->txn,
                   "SELECT replayed.at, replayed.offer, tenant.name, offer.desks, replayed.free, replayed.position,"
                   " offer.state, replayed.agrees FROM replay_offer AS replayed"
                   " JOIN waitlist_offer AS offer ON offer.id = replayed.offer"
                   " JOIN waitlist_entry AS entry ON entry.id = replayed.entry"
                   " JOIN tenant ON tenant.id = entry.tenant WHERE replayed.replay = $1 AND replayed.offer > $2"
                   " ORDER BY replayed.offer LIMIT $3",
                   self->id, request->after, list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__Allocation *one = txn_add (self->txn, reply->allocations, reply->n_allocations, lease__allocation);
        one->at = rows_int (rows, 0);
        one->offer = rows_uint (rows, 1);
        one->tenant_name = txn_text (self->txn, rows_text (rows, 2));
        one->desks = (uint32_t) rows_uint (rows, 3);
        one->free = (uint32_t) rows_uint (rows, 4);
        one->position = (uint32_t) rows_uint (rows, 5);
        one->passed_over = one->position - 1;
        one->became = (Lease__OfferState) rows_int (rows, 6);
        one->agrees = rows_int (rows, 7) != 0;
    }
}

static void say (const replay_t *self, const Lease__ReplayWaitlistRequest *request, Lease__ReplayWaitlistReply *reply)
{
    char until[DANISH_TIME_SIZE];
    reply->replay = self->id;
    reply->done = self->done;
    reply->agrees = self->finding[0] == '\0';
    reply->joined = self->joined;
    reply->offers = self->offers;
    reply->rules = self->rules;
    reply->reached_at = self->reached_at;
    reply->finding = !reply->agrees ? txn_text (self->txn, self->finding)
                     : self->done   ? txn_format (self->txn,
                                                  "Hvert af %" PRIu32 " tilbud gik til den, som reglen siger, og listen "
                                                    "står, som den skal.",
                                                  self->offers)
                                    : txn_format (self->txn, "Gennemgangen er nået til %s; indtil da stemmer alt.",
                                                  danish_instant (self->reached_at, until));
    list_allocations (self, request, reply);
}

status_t lease_replay_waitlist (txn_t *txn, const Lease__ReplayWaitlistRequest *request,
                                Lease__ReplayWaitlistReply *reply, fault_t *reterr)
{
    (void) reterr;
    replay_t self;
    if (!take_replay (txn, txn_row (txn, REPLAY "WHERE done_at IS NULL"), &self)) {
        begin (&self);
        replay_step (&self);
    }
    say (&self, request, reply);
    return STATUS_OK;
}

status_t lease_get_replay (txn_t *txn, const Lease__ReplayWaitlistRequest *request, Lease__ReplayWaitlistReply *reply,
                           fault_t *reterr)
{
    replay_t self;
    if (!take_replay (txn, txn_row (txn, REPLAY "WHERE id = (SELECT max (id) FROM replay)"), &self))
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_NO_REPLAY", "the waiting list was never gone through again");
    say (&self, request, reply);
    return STATUS_OK;
}
