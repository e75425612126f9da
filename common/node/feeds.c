/* The log as others see it, and the logs of others as we follow them.
 *
 * The log is the truth; what is published is a hint. A stretch first..last is applied when it joins what we have
 * (first <= position + 1); a later one means something was missed, and the missing page is asked of the owner. */
#include "node/internal.h"

#include "base/ensure.h"
#include "contract/bus.contract.h"
#include "contract/node.contract.h"
#include "wire/message.h"

#include "fyrtaarn/node/v1/node.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIND_FETCH = 2 };

/* --- publishing --- */

void feed_header_fill (const node_t *self, Bus__FeedHeader *header, uint64_t first, uint64_t last)
{
    header->epoch = self->life.epoch;
    header->epoch_start = self->life.began_after;
    header->first = first;
    header->last = last;
    header->head = self->head;
    header->sent_at = self->now;
}

/* What this step committed, in one frame; a heartbeat when nothing was for a while. */
void feeds_publish (node_t *self)
{
    bool silent = self->step_seq == self->head;
    bool due = self->now - self->feed_sent_at >= NODE_HEARTBEAT_MS || self->now < self->feed_sent_at;
    if (silent && !due)
        return;
    bool fits = self->n_step_records <= FEED_FRAME_RECORDS && self->step_records.size <= WIRE_PAGE_MAX &&
                !self->step_records.overflowed;
    uint64_t first = fits ? self->head + 1 : self->step_seq + 1; /* more than a frame holds: they read the pages */
    self->head = self->step_seq;
    Bus__FeedHeader header = BUS__FEED_HEADER__INIT;
    feed_header_fill (self, &header, first, self->head);
    output_t *output = node_output (self, OUTPUT_FEED);
    output->header = node_pack (self, &header.base);
    output->body = node_copy (self, fits ? buffer_bytes (&self->step_records) : (bytes_t){ 0 });
    self->feed_sent_at = self->now;
}

/* --- following --- */

status_t feeds_open (node_t *self, fault_t *reterr)
{
    const follower_t *followers = self->service->followers;
    while (followers && followers[self->n_following].owner)
        self->n_following++;
    self->following = calloc (self->n_following + 1, sizeof *self->following);
    ensure (self->following);
    store_begin (self->store);
    for (size_t i = 0; i < self->n_following; i++) {
        following_t *following = &self->following[i];
        following->follower = &followers[i];
        rows_t *row = store_row (self->store, "SELECT epoch, position FROM feed WHERE owner = $1", followers[i].owner);
        if (!row)
            continue;
        following->epoch = following->step_epoch = rows_uint (row, 0);
        following->position = following->step_position = rows_uint (row, 1);
        rows_close (row);
    }
    return store_commit (self->store, reterr);
}

static following_t *find_following (node_t *self, const char *owner)
{
    for (size_t i = 0; i < self->n_following; i++)
        if (strcmp (self->following[i].follower->owner, owner) == 0)
            return &self->following[i];
    return NULL;
}

static void stop (node_t *self, following_t *following, const char *reason, const char *message)
{
    fault_t why;
    (void) fault (&why, STATUS_DATA_LOSS, reason, "%s", message);
    following->stopped = reason;
    node_note (self, "feed_stopped", "", following->follower->owner, &why);
}

static status_t apply_event (node_t *self, following_t *following, const Bus__FeedRecord *record, bytes_t packed,
                             fault_t *reterr)
{
    const follower_t *follower = following->follower;
    ProtobufCMessage *event = NULL;
    status_t status = message_decode (follower->contract->event, packed, WIRE_MESSAGE_MAX, self->arena, &event, reterr);
    if (status != STATUS_OK)
        return status;
    char *method = arena_alloc (self->arena, REASON_MAX);
    ensure (method);
    (void) snprintf (method, REASON_MAX, "feed/%s/%llu", follower->owner, (unsigned long long) record->seq);
    txn_t txn;
    fault_t why = { 0 };
    txn_begin (&txn, self, method);
    why.status = follower->run (&txn, event, record->at, &why);
    (void) txn_conclude (&txn, &why, "event");
    if (reterr)
        *reterr = why;
    return why.status;
}

/* Refused, the feed stops; when it could not be applied just now, the page is asked for again after a while. */
static void stand_still (node_t *self, following_t *following, bytes_t packed, const fault_t *why)
{
    if (why->status == STATUS_RESOURCE_EXHAUSTED || why->status == STATUS_UNAVAILABLE) {
        node_note (self, "event", "", following->follower->owner, why);
        following->fetching = true;
        following->step_fetched = false;
        following->fetch_again_at = self->now + FETCH_RETRY_MS;
        return;
    }
    quarantine_add (self, following->follower->owner, why, packed);
    stop (self, following, "FEED_EVENT_REFUSED", why->message);
}

/* All events of a record, or none of them and the feed stands still in front of it. */
static bool apply_record (node_t *self, following_t *following, const Bus__FeedRecord *record)
{
    mark_t mark = node_mark (self);
    store_savepoint (self->store);
    for (size_t i = 0; i < record->n_events; i++) {
        bytes_t packed = bytes_of (record->events[i].data, record->events[i].len);
        fault_t why = { 0 };
        if (apply_event (self, following, record, packed, &why) == STATUS_OK)
            continue;
        if (store_failure (self->store))
            return false;
        store_undo (self->store);
        node_back_to (self, &mark);
        stand_still (self, following, packed, &why);
        return false;
    }
    store_release (self->store);
    return store_failure (self->store) == NULL;
}

static void keep_position (node_t *self, following_t *following, uint64_t position)
{
    if (position == following->step_position && following->step_epoch == following->epoch)
        return;
    following->step_position = position;
    (void) store_run (self->store,
                      "INSERT INTO feed (owner, epoch, position) VALUES ($1, $2, $3)"
                      " ON CONFLICT (owner) DO UPDATE SET epoch = $2, position = $3",
                      following->follower->owner, following->step_epoch, position);
}

static void apply_stretch (node_t *self, following_t *following, const Bus__FeedHeader *header,
                           const Bus__FeedBody *body)
{
    uint64_t position = following->step_position;
    for (size_t i = 0; i < body->n_records; i++) {
        const Bus__FeedRecord *record = body->records[i];
        if (record->seq <= position)
            continue; /* a duplicate */
        if (record->seq > header->last || !apply_record (self, following, record)) {
            keep_position (self, following, position);
            return;
        }
        position = record->seq;
    }
    keep_position (self, following, header->last > position ? header->last : position);
}

static void stop_ahead (node_t *self, following_t *following, const Bus__FeedHeader *header)
{
    following->head = header->head;
    stop (self, following, "FEED_AHEAD_OF_OWNER", "the owner has lost records that were applied here");
}

/* A restored owner counts on in a new life. What we have beyond its beginning, the owner has lost: going on would mix
 * two histories, so the feed stops and says so. */
static bool enter_life (node_t *self, following_t *following, const Bus__FeedHeader *header)
{
    if (following->step_position > header->epoch_start) {
        stop_ahead (self, following, header);
        return false;
    }
    following->step_epoch = header->epoch;
    following->head = header->head;
    return true;
}

/* What looks as if the owner had lost records may only be late: frames of the feed and pages that we asked for travel
 * on connections of their own. So a frame that is behind us raises a doubt, and only a page that is behind where we
 * were when we asked for it settles it. */
static bool same_life (node_t *self, following_t *following, const Bus__FeedHeader *header, bool asked)
{
    if (header->epoch > following->step_epoch)
        return enter_life (self, following, header);
    if (header->epoch == following->step_epoch && header->head >= following->step_position)
        return true;
    if (!asked)
        following->doubted = true;
    else if (header->epoch < following->fetch_epoch ||
             (header->epoch == following->fetch_epoch && header->head < following->fetch_after))
        stop_ahead (self, following, header);
    return false;
}

static void take_stretch (node_t *self, following_t *following, const Bus__FeedHeader *header,
                          const Bus__FeedBody *body, bool asked)
{
    following->heard_at = self->now;
    if (following->stopped || !same_life (self, following, header, asked))
        return;
    if (header->head > following->head)
        following->head = header->head;
    if (header->first <= following->step_position + 1 && header->last > following->step_position)
        apply_stretch (self, following, header, body);
}

/* Numbers that a log can have: the rest of the engine counts on them. */
static status_t check_header (const Bus__FeedHeader *header, fault_t *reterr)
{
    bool plausible = header && header->epoch >= 1 && header->epoch <= INT64_MAX && header->first >= 1 &&
                     header->first - 1 <= header->last && header->last <= header->head && header->head <= INT64_MAX;
    return plausible ? STATUS_OK
                     : fault (reterr, STATUS_INVALID_ARGUMENT, "FEED_HEADER_WRONG", "not a stretch of a log");
}

void feeds_receive (node_t *self, const input_t *input)
{
    following_t *following = find_following (self, input->peer);
    if (!following)
        return;
    ProtobufCMessage *header = NULL, *body = NULL;
    fault_t why = { 0 };
    status_t status =
        message_decode (&bus_feed_header_rule, input->header, WIRE_MESSAGE_MAX, self->arena, &header, &why);
    if (status == STATUS_OK)
        status = check_header ((const Bus__FeedHeader *) header, &why);
    bool header_read = status == STATUS_OK;
    if (status == STATUS_OK)
        status = message_decode (&bus_feed_body_rule, input->body, WIRE_PAGE_MAX, self->arena, &body, &why);
    if (status != STATUS_OK) {
        quarantine_add (self, input->peer, &why, header_read ? input->body : input->header);
        return; /* the heartbeat will show that something is missing */
    }
    take_stretch (self, following, (const Bus__FeedHeader *) header, (const Bus__FeedBody *) body, false);
}

/* --- missing pages --- */

static void send_fetch (node_t *self, following_t *following)
{
    request_id_make (self->now, ++self->fetches, KIND_FETCH, following->fetch_id);
    following->fetching = true;
    following->fetch_again_at = self->now + FETCH_RETRY_MS;
    following->fetch_epoch = following->epoch;
    following->fetch_after = following->position;
    Node__ReadFeedRequest request = NODE__READ_FEED_REQUEST__INIT;
    request.after = following->position;
    request.limit = NODE_FEED_PAGE;
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) contract_method (&node_contract, "fyrtaarn.node.v1.Node/ReadFeed")->name;
    header.request_id = (ProtobufCBinaryData){ REQUEST_ID_SIZE, following->fetch_id };
    output_t *output = node_output (self, OUTPUT_CALL);
    output->target = following->follower->owner;
    output->header = node_pack (self, &header.base);
    output->body = node_pack (self, &request.base);
}

void feeds_fetch (node_t *self)
{
    for (size_t i = 0; i < self->n_following; i++) {
        following_t *following = &self->following[i];
        bool wanted = (following->head > following->position || following->doubted) && !following->stopped;
        bool waiting = following->fetching && self->now < following->fetch_again_at &&
                       following->fetch_again_at <= self->now + FETCH_RETRY_MS;
        if (!wanted)
            following->fetching = false; /* what we asked for came another way; nothing is left to wake up for */
        else if (!waiting)
            send_fetch (self, following);
    }
}

static following_t *find_fetch (node_t *self, const char *owner, ProtobufCBinaryData request_id)
{
    following_t *following = find_following (self, owner);
    bool ours = following && following->fetching && !following->step_fetched && request_id.len == REQUEST_ID_SIZE &&
                memcmp (request_id.data, following->fetch_id, REQUEST_ID_SIZE) == 0;
    return ours ? following : NULL;
}

bool feeds_answer (node_t *self, const input_t *input, const Bus__ReplyHeader *header)
{
    following_t *following = find_fetch (self, input->peer, header->request_id);
    if (!following)
        return false;
    if (header->status != STATUS_OK)
        return true; /* and again after the usual while */
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    status_t status =
        message_decode (&node_read_feed_reply_rule, input->body, WIRE_PAGE_MAX, self->arena, &message, &why);
    const Node__ReadFeedReply *page = (const Node__ReadFeedReply *) message;
    if (status == STATUS_OK)
        status = check_header (page->header, &why);
    if (status_is_fault (status))
        return true; /* no memory for it just now */
    if (status != STATUS_OK) {
        quarantine_add (self, input->peer, &why, input->body);
        stop (self, following, "FEED_UNREADABLE", why.message);
        return true;
    }
    static const Bus__FeedBody NOTHING = BUS__FEED_BODY__INIT;
    following->step_fetched = true;
    following->doubted = false;
    take_stretch (self, following, page->header, page->body ? page->body : &NOTHING, true);
    return true;
}

size_t txn_feeds (const txn_t *self, feed_state_t *out, size_t max)
{
    const node_t *node = self->node;
    size_t count = node->n_following < max ? node->n_following : max;
    for (size_t i = 0; i < count; i++) {
        const following_t *following = &node->following[i];
        out[i] = (feed_state_t){
            .owner = following->follower->owner,
            .position = following->step_position,
            .head = following->head,
            .heard_at = following->heard_at,
            .stopped = following->stopped ? following->stopped : "",
        };
    }
    return count;
}

void feeds_settle (node_t *self, bool committed)
{
    for (size_t i = 0; i < self->n_following; i++) {
        following_t *following = &self->following[i];
        if (committed && following->step_fetched)
            following->fetching = false;
        following->step_fetched = false;
        if (committed) {
            following->epoch = following->step_epoch;
            following->position = following->step_position;
            following->settled_stop = following->stopped;
        } else {
            following->step_epoch = following->epoch;
            following->step_position = following->position;
            following->stopped = following->settled_stop;
        }
    }
}

int64_t feeds_wake_at (const node_t *self)
{
    int64_t earliest = self->feed_sent_at + NODE_HEARTBEAT_MS;
    for (size_t i = 0; i < self->n_following; i++)
        if (self->following[i].fetching && self->following[i].fetch_again_at < earliest)
            earliest = self->following[i].fetch_again_at;
    return earliest;
}
