/* What the engine promises: a log that only grows, followers that are a prefix of it, nothing said before it is kept.
 */
#include "commands.h"
#include "ledger.h"
#include "sim.h"

#include "base/arena.h"
#include "base/ensure.h"
#include "base/own.h"
#include "contract/bus.contract.h"
#include "wire/message.h"

#include "fyrtaarn/bus/v1/bus.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* --- the log, remembered ---
 *
 * A shadow is one life of a log: what each row says, and for each row a digest of all events up to it. A restored owner
 * begins another life; the earlier ones are kept, because followers may still stand in them. */

static void shadow_add (shadow_t *self, uint64_t row, uint64_t events)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? self->capacity * 2 : 1024;
        self->rows = realloc (self->rows, self->capacity * sizeof *self->rows);
        self->events = realloc (self->events, self->capacity * sizeof *self->events);
        ensure (self->rows && self->events);
    }
    self->rows[self->count] = row;
    self->events[self->count++] = events;
}

static uint64_t events_until (const shadow_t *self, uint64_t seq)
{
    return seq ? self->events[seq - 1] : 0;
}

static uint64_t add_events (sim_t *sim, int number, uint64_t before, bytes_t packed)
{
    if (packed.size == 0)
        return before;
    owned (arena) arena = arena_new (64 * 1024 * 1024);
    ProtobufCMessage *message = NULL;
    if (message_decode (&bus_feed_record_rule, packed, WIRE_PAGE_MAX, arena, &message, NULL) != STATUS_OK)
        sim_fail (sim, "%s's journal has a record that cannot be read", sim->seats[number].service.name);
    const Bus__FeedRecord *record = (const Bus__FeedRecord *) message;
    for (size_t i = 0; i < record->n_events; i++)
        before = digest_of (before, bytes_of (record->events[i].data, record->events[i].len));
    return before;
}

shadow_t *seat_shadow (seat_t *self)
{
    return &self->lives[self->restored];
}

static uint64_t epoch_of (const seat_t *seat)
{
    rows_t *row = store_row (node_store (seat->node), "SELECT max (epoch) FROM life");
    uint64_t epoch = row ? rows_uint (row, 0) : 0;
    rows_close (row);
    return epoch;
}

/* The newest life that calls itself so. */
static const shadow_t *life_called (const seat_t *seat, uint64_t epoch)
{
    for (unsigned life = seat->restored + 1; life-- > 0;)
        if (seat->lives[life].epoch == epoch)
            return &seat->lives[life];
    return NULL;
}

/* All but the reply, which an erasure may take away. */
static uint64_t digest_row (rows_t *row)
{
    uint64_t digest = digest_number (0, rows_uint (row, 0));
    digest = digest_number (digest, rows_uint (row, 1));
    for (int column = 2; column <= 5; column++) {
        const char *text = rows_text (row, column);
        digest = digest_of (digest, bytes_of (text, strlen (text)));
    }
    digest = digest_of (digest, rows_blob (row, 6));
    digest = digest_number (digest, rows_uint (row, 7));
    return digest_of (digest, rows_blob (row, 8));
}

#define ROW_COLUMNS "seq, at, caller, actor, method, refusal, request_id, status, record"

static void compare_log (sim_t *sim, int number, uint64_t after)
{
    seat_t *seat = &sim->seats[number];
    shadow_t *shadow = seat_shadow (seat);
    uint64_t expected = after;
    shadow->epoch = epoch_of (seat);
    rows_t *rows =
        store_query (node_store (seat->node), "SELECT " ROW_COLUMNS " FROM journal WHERE seq > $1 ORDER BY seq", after);
    while (rows_next (rows)) {
        uint64_t seq = rows_uint (rows, 0), digest = digest_row (rows);
        if (seq != ++expected)
            sim_fail (sim, "%s has row %llu of its journal after row %llu", seat->service.name,
                      (unsigned long long) seq, (unsigned long long) expected - 1);
        if (seq <= shadow->count && shadow->rows[seq - 1] != digest)
            sim_fail (sim, "row %llu of %s's journal is not what it was", (unsigned long long) seq, seat->service.name);
        if (seq > shadow->count)
            shadow_add (shadow, digest, add_events (sim, number, events_until (shadow, seq - 1), rows_blob (rows, 8)));
    }
    if (expected < shadow->count)
        sim_fail (sim, "%s's journal ends at %llu and was at %llu", seat->service.name, (unsigned long long) expected,
                  (unsigned long long) shadow->count);
}

/* --- the feeds --- */

/* What was applied in this step is exactly what the owner's log says between where the follower was and is. Events of a
 * record that could not be applied are taken back with it, and may be applied again in the same step: then only the
 * position is held to the log. */
static void compare_applied (sim_t *sim, int number, int feed, const shadow_t *life, place_t was, place_t is)
{
    seat_t *seat = &sim->seats[number];
    uint64_t applied = events_until (life, was.position);
    for (size_t i = 0; i < seat->n_seen; i++)
        if (seat->seen_feed[i] == feed)
            applied = digest_of (applied, bytes_of (seat->seen[i].data, seat->seen[i].size));
    if (applied != events_until (life, is.position) && !seat->seen_failed)
        sim_fail (sim, "%s went from %llu to %llu in the feed of %s and applied other events than stand there",
                  seat->service.name, (unsigned long long) was.position, (unsigned long long) is.position,
                  seat->followers[feed].owner);
}

static place_t read_place (sim_t *sim, int number, const char *owner)
{
    place_t place = { 0 };
    rows_t *row =
        store_row (node_store (sim->seats[number].node), "SELECT epoch, position FROM feed WHERE owner = $1", owner);
    if (row) {
        place = (place_t){ rows_uint (row, 0), rows_uint (row, 1) };
        rows_close (row);
    }
    return place;
}

/* A follower that goes on in another life may have applied nothing that this life does not have. */
static void compare_lives (sim_t *sim, int number, int feed, place_t was, place_t is)
{
    seat_t *seat = &sim->seats[number], *owner = &sim->seats[seat_named (sim, seat->followers[feed].owner)];
    const shadow_t *life = life_called (owner, is.epoch);
    if (!life || is.position > life->count)
        sim_fail (sim, "%s is at %llu in the feed of %s, which ends before that", seat->service.name,
                  (unsigned long long) is.position, owner->service.name);
    if (seat->applied[feed] != events_until (life, was.position))
        sim_fail (sim, "%s goes on in the feed of %s after %llu, and has applied what that log does not say",
                  seat->service.name, owner->service.name, (unsigned long long) was.position);
    seat->applied[feed] = events_until (life, is.position);
}

static void compare_feeds (sim_t *sim, int number, bool applied)
{
    seat_t *seat = &sim->seats[number];
    for (int feed = 0; feed < FEEDS_MAX && seat->followers[feed].owner; feed++) {
        place_t was = seat->places[feed], is = read_place (sim, number, seat->followers[feed].owner);
        seat->places[feed] = is;
        if (is.position < was.position)
            sim_fail (sim, "%s went back from %llu to %llu in the feed of %s", seat->service.name,
                      (unsigned long long) was.position, (unsigned long long) is.position, seat->followers[feed].owner);
        if (is.epoch)
            compare_lives (sim, number, feed, was, is);
        const shadow_t *life = life_called (&sim->seats[seat_named (sim, seat->followers[feed].owner)], is.epoch);
        if (applied && life)
            compare_applied (sim, number, feed, life, was, is);
    }
}

/* --- standing between the engine and the handlers --- */

static bool fails_now (unsigned thousandth)
{
    sim_t *sim = sim_under_way ();
    bool not_now = !sim->calm && of_thousand (sim, thousandth);
    sim->counts.not_now += not_now;
    return not_now;
}

static status_t observe (int feed, txn_t *txn, const ProtobufCMessage *event, int64_t happened_at, fault_t *reterr)
{
    seat_t *seat = seat_of_node (txn_node (txn));
    size_t size = protobuf_c_message_get_packed_size (event);
    uint8_t *packed = txn_alloc (txn, size + 1);
    (void) protobuf_c_message_pack (event, packed);
    status_t status = seat->real->followers[feed].run (txn, event, happened_at, reterr);
    if (status == STATUS_OK &&
        fails_now (sim_under_way ()->profile.events_fail)) /* after it was written: all of that must go again */
        status = fault (reterr, STATUS_UNAVAILABLE, "SIM_NOT_NOW", "simulated");
    if (status != STATUS_OK || store_failure (txn_store (txn))) {
        seat->seen_failed = true;
        return status;
    }
    ensure (seat->n_seen < SEEN_MAX);
    seat->seen_feed[seat->n_seen] = feed;
    seat->seen[seat->n_seen++] = bytes_of (packed, size); /* lives until the next step, as all that txn_alloc gives */
    return status;
}

/* A timer that could not do its work now must come again. */
static status_t try_timer (int which, txn_t *txn, uint64_t subject, fault_t *reterr)
{
    status_t status = seat_of_node (txn_node (txn))->real->timers[which].run (txn, subject, reterr);
    if (status == STATUS_OK && fails_now (sim_under_way ()->profile.timers_fail))
        status = fault (reterr, STATUS_UNAVAILABLE, "SIM_NOT_NOW", "simulated");
    return status;
}

/* A handler is told only its transaction, so each place in a service's tables has a function of its own. */
#define EVERY_FEED(each) each (0) each (1) each (2) each (3)
#define EVERY_TIMER(each)                                                                                              \
    each (0) each (1) each (2) each (3) each (4) each (5) each (6) each (7) each (8) each (9) each (10) each (11)      \
        each (12) each (13) each (14) each (15)

#define OBSERVER(feed)                                                                                                 \
    static status_t observe_##feed (txn_t *txn, const ProtobufCMessage *event, int64_t at, fault_t *reterr)            \
    {                                                                                                                  \
        return observe (feed, txn, event, at, reterr);                                                                 \
    }
#define TRIER(which)                                                                                                   \
    static status_t try_timer_##which (txn_t *txn, uint64_t subject, fault_t *reterr)                                  \
    {                                                                                                                  \
        return try_timer (which, txn, subject, reterr);                                                                \
    }
EVERY_FEED (OBSERVER)
EVERY_TIMER (TRIER)

#define OBSERVER_NAME(feed) observe_##feed,
#define TRIER_NAME(which) try_timer_##which,

void observe_handlers (sim_t *self, int number)
{
    static status_t (*const OBSERVERS[]) (txn_t *, const ProtobufCMessage *, int64_t,
                                          fault_t *) = { EVERY_FEED (OBSERVER_NAME) };
    static status_t (*const TRIERS[]) (txn_t *, uint64_t, fault_t *) = { EVERY_TIMER (TRIER_NAME) };
    seat_t *seat = &self->seats[number];
    const follower_t *follower = seat->real->followers;
    for (int i = 0; follower && follower[i].owner; i++) {
        ensure (i < FEEDS_MAX);
        seat->followers[i] = follower[i];
        seat->followers[i].run = OBSERVERS[i];
    }
    seat->service.followers = follower ? seat->followers : NULL;
    const timer_handler_t *timer = seat->real->timers;
    for (int i = 0; timer && timer[i].name; i++) {
        ensure (i < TIMERS_MAX);
        seat->timers[i] = timer[i];
        seat->timers[i].run = TRIERS[i];
    }
    seat->service.timers = timer ? seat->timers : NULL;
}

/* --- when to look --- */

void check_step (sim_t *self, int number)
{
    seat_t *seat = &self->seats[number];
    store_t *store = node_store (seat->node);
    store_begin (store);
    uint64_t head = seat_shadow (seat)->count;
    compare_log (self, number, head ? head - 1 : 0);
    compare_feeds (self, number, true);
    store_rollback (store);
    if (of_thousand (self, 60))
        check_house (self, number);
}

void check_reopened (sim_t *self, int number)
{
    store_t *store = node_store (self->seats[number].node);
    store_begin (store);
    compare_log (self, number, 0);
    compare_feeds (self, number, false);
    store_rollback (store);
    ledger_check (self, number);
}

/* A new life, which begins with what the backup has of the old one. What it followed, it follows from there again. */
void check_forgotten (sim_t *self, int number)
{
    seat_t *seat = &self->seats[number];
    const shadow_t *old = seat_shadow (seat);
    ensure (seat->restored + 1 < LIVES_MAX);
    shadow_t *shadow = &seat->lives[++seat->restored];
    for (uint64_t i = 0; i < node_head (seat->node); i++)
        shadow_add (shadow, old->rows[i], old->events[i]);
    store_t *store = node_store (seat->node);
    store_begin (store);
    for (int feed = 0; feed < FEEDS_MAX && seat->followers[feed].owner; feed++) {
        seat->places[feed] = read_place (self, number, seat->followers[feed].owner);
        const shadow_t *life =
            life_called (&self->seats[seat_named (self, seat->followers[feed].owner)], seat->places[feed].epoch);
        seat->applied[feed] = life ? events_until (life, seat->places[feed].position) : 0;
    }
    store_rollback (store);
    ledger_excuse (self, number);
}

/* --- what may leave --- */

/* Digits that are the middle of a longer number are no CPR number. */
static bool holds (bytes_t bytes, const char *secret)
{
    const uint8_t *end = bytes.data + bytes.size;
    for (const uint8_t *at = bytes.data; at && at < end; at++) {
        at = memmem (at, (size_t) (end - at), secret, strlen (secret));
        bool inside_a_number = at && at > bytes.data && at[0] >= '0' && at[0] <= '9' && at[-1] >= '0' && at[-1] <= '9';
        if (!at || !inside_a_number)
            return at != NULL;
    }
    return false;
}

static bool may_read (const sim_t *sim, const char *secret, int seat, int to)
{
    caller_t reader = to >= SEATS ? sim->clients[to - SEATS].caller : CALLER_NONE;
    bool from_bridging = seat == seat_named (sim, "bridging");
    if (strcmp (secret, SECRET_GUEST) == 0)
        return reader == CALLER_BIF_DESK && seat == seat_named (sim, "guidance");
    if (strcmp (secret, SECRET_NEED) == 0)
        return (from_bridging && (reader == CALLER_SOF_DESK || to == seat_named (sim, "placement"))) ||
               (reader == CALLER_BIF_DESK && seat == seat_named (sim, "placement"));
    return from_bridging && reader == CALLER_SOF_DESK;
}

void check_output (sim_t *self, int seat, const output_t *output, int to)
{
    static const char *const SECRETS[] = { SECRET_NAME, SECRET_CPR, SECRET_NOTE, SECRET_NEED, SECRET_GUEST };
    const char *message = output->note.message ? output->note.message : "";
    bytes_t places[] = { output->header, output->body, bytes_of (message, strlen (message)) };
    for (size_t i = 0; i < sizeof SECRETS / sizeof SECRETS[0]; i++)
        for (size_t j = 0; j < 3; j++)
            if (holds (places[j], SECRETS[i]) && (j == 2 || !may_read (self, SECRETS[i], seat, to)))
                sim_fail (self, "%s tells %s %s, which is personal", self->seats[seat].service.name,
                          to < 0 ? "everybody" : party_name (self, to), SECRETS[i]);
}

/* --- at rest --- */

static bool was_restored (const sim_t *sim)
{
    for (int i = 0; i < SEATS; i++)
        if (sim->seats[i].restored)
            return true;
    return false;
}

static const char *unrest (sim_t *sim, int number)
{
    seat_t *seat = &sim->seats[number];
    if (!seat->node)
        return "is down";
    if (seat->n_mail)
        return "has mail";
    if (seat->waits)
        return "waits for the disk";
    if (number_in (sim, number, "SELECT count (*) FROM call"))
        return "waits for answers";
    if (number_in (sim, number, "SELECT count (*) FROM job"))
        return "has jobs";
    for (int feed = 0; feed < FEEDS_MAX && seat->followers[feed].owner; feed++) {
        int owner = seat_named (sim, seat->followers[feed].owner);
        bool behind = seat->places[feed].position < seat_shadow (&sim->seats[owner])->count;
        if (behind && !was_restored (sim))
            return "is behind in a feed";
    }
    return NULL;
}

bool check_is_at_rest (sim_t *self)
{
    for (int i = 0; i < CLIENTS; i++)
        if (self->clients[i].waiting || self->clients[i].probe)
            return false;
    for (int i = 0; i < SEATS; i++)
        if (unrest (self, i))
            return false;
    return true;
}

void check_at_rest (sim_t *self)
{
    for (int i = 0; i < CLIENTS; i++)
        if (self->clients[i].waiting)
            sim_fail (self, "%s never got an answer to %s", self->clients[i].name,
                      self->clients[i].waiting->method->name);
    for (int i = 0; i < SEATS; i++) {
        const char *what = unrest (self, i);
        if (what)
            sim_fail (self, "%s never comes to rest: it %s", self->seats[i].service.name, what);
        check_reopened (self, i);
        check_house (self, i);
        check_deadlines (self, i);
        if (number_in (self, i,
                       "SELECT count (*) - count (DISTINCT caller || hex (substr (request_id, 7))) FROM journal"
                       " WHERE request_id IS NOT NULL AND caller NOT LIKE '%-%'"))
            sim_fail (self, "%s carried out one call of another service twice", self->seats[i].service.name);
    }
    if (!was_restored (self)) {
        check_between_houses (self);
        check_report_derived_again (self);
    }
    for (int i = 0; i < SEATS; i++)
        if (disk_holds (self->seats[i].disk, bytes_of (SECRET_NAME, strlen (SECRET_NAME))) ||
            disk_holds (self->seats[i].disk, bytes_of (SECRET_NOTE, strlen (SECRET_NOTE))))
            sim_fail (self, "a citizen's name stands in the open on the disk of %s", self->seats[i].service.name);
}
