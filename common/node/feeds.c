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
    header->epoch = self->epoch;
    header->epoch_start = self->epoch_start;
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
    uint64_t first = self->head + 1;
    self->head = self->step_seq;
    Bus__FeedHeader header = BUS__FEED_HEADER__INIT;
    feed_header_fill (self, &header, first, self->head);
    buffer_rewind (&self->scratch);
    message_pack (&header.base, &self->scratch);
    output_t *output = node_output (self, OUTPUT_FEED);
    output->header = node_copy (self, buffer_bytes (&self->scratch));
    output->body = node_copy (self, buffer_bytes (&self->step_records));
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
    txn_conclude (&txn, &why, "event");
    if (reterr)
        *reterr = why;
    return why.status;
}

/* All events of a record, or the feed stands still in front of it. */
static bool apply_record (node_t *self, following_t *following, const Bus__FeedRecord *record)
{
    for (size_t i = 0; i < record->n_events; i++) {
        bytes_t packed = bytes_of (record->events[i].data, record->events[i].len);
        fault_t why = { 0 };
        if (apply_event (self, following, record, packed, &why) == STATUS_OK)
            continue;
        if (!store_failure (self->store)) {
            quarantine_add (self, following->follower->owner, &why, packed);
            stop (self, following, "FEED_EVENT_REFUSED", why.message);
        }
        return false;
    }
    return true;
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

/* A restored owner counts on in a new life. What we have beyond its beginning, the owner has lost: going on would mix
 * two histories, so the feed stops and says so. */
static bool same_life (node_t *self, following_t *following, const Bus__FeedHeader *header)
{
    bool first_meeting = following->step_position == 0;
    bool older = header->epoch < following->step_epoch;
    bool joined = header->epoch == following->step_epoch ? following->step_position <= header->head
                                                         : following->step_position <= header->epoch_start;
    if (older || (!first_meeting && !joined)) {
        if (!following->stopped)
            stop (self, following, "FEED_AHEAD_OF_OWNER", "the owner has lost records that were applied here");
        return false;
    }
    if (header->epoch != following->step_epoch)
        following->step_epoch = header->epoch;
    return true;
}

static void take_stretch (node_t *self, following_t *following, const Bus__FeedHeader *header,
                          const Bus__FeedBody *body)
{
    following->heard_at = self->now;
    following->head = header->head;
    if (following->stopped || !same_life (self, following, header))
        return;
    if (header->first <= following->step_position + 1 && header->last > following->step_position)
        apply_stretch (self, following, header, body);
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
        status = message_decode (&bus_feed_body_rule, input->body, WIRE_PAGE_MAX, self->arena, &body, &why);
    if (status != STATUS_OK) {
        quarantine_add (self, input->peer, &why, status == STATUS_OK ? input->header : input->body);
        return; /* the heartbeat will show that something is missing */
    }
    take_stretch (self, following, (const Bus__FeedHeader *) header, (const Bus__FeedBody *) body);
}

/* --- missing pages --- */

static void send_fetch (node_t *self, following_t *following)
{
    request_id_make (self->now, ++self->fetches, KIND_FETCH, following->fetch_id);
    following->fetching = true;
    following->fetch_again_at = self->now + FETCH_RETRY_MS;
    Node__ReadFeedRequest request = NODE__READ_FEED_REQUEST__INIT;
    request.after = following->position;
    request.limit = NODE_FEED_PAGE;
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) contract_method (&node_contract, "fyrtaarn.node.v1.Node/ReadFeed")->name;
    header.request_id = (ProtobufCBinaryData){ REQUEST_ID_SIZE, following->fetch_id };
    output_t *output = node_output (self, OUTPUT_CALL);
    output->target = following->follower->owner;
    buffer_rewind (&self->scratch);
    message_pack (&header.base, &self->scratch);
    output->header = node_copy (self, buffer_bytes (&self->scratch));
    buffer_rewind (&self->scratch);
    message_pack (&request.base, &self->scratch);
    output->body = node_copy (self, buffer_bytes (&self->scratch));
}

void feeds_fetch (node_t *self)
{
    for (size_t i = 0; i < self->n_following; i++) {
        following_t *following = &self->following[i];
        bool behind = following->head > following->position && !following->stopped;
        bool waiting = following->fetching && self->now < following->fetch_again_at &&
                       following->fetch_again_at <= self->now + FETCH_RETRY_MS;
        if (behind && !waiting)
            send_fetch (self, following);
    }
}

static following_t *find_fetch (node_t *self, const char *owner, ProtobufCBinaryData request_id)
{
    following_t *following = find_following (self, owner);
    bool ours = following && following->fetching && request_id.len == REQUEST_ID_SIZE &&
                memcmp (request_id.data, following->fetch_id, REQUEST_ID_SIZE) == 0;
    return ours ? following : NULL;
}

bool feeds_answer (node_t *self, const input_t *input, const Bus__ReplyHeader *header)
{
    following_t *following = find_fetch (self, input->peer, header->request_id);
    if (!following)
        return false;
    following->fetching = false;
    if (header->status != STATUS_OK) {
        following->fetching = true; /* and again after the usual while */
        return true;
    }
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    if (message_decode (&node_read_feed_reply_rule, input->body, WIRE_PAGE_MAX, self->arena, &message, &why) !=
        STATUS_OK) {
        quarantine_add (self, input->peer, &why, input->body);
        stop (self, following, "FEED_UNREADABLE", why.message);
        return true;
    }
    const Node__ReadFeedReply *page = (const Node__ReadFeedReply *) message;
    if (page->header && page->body)
        take_stretch (self, following, page->header, page->body);
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
        if (committed) {
            following->epoch = following->step_epoch;
            following->position = following->step_position;
        } else {
            following->step_epoch = following->epoch;
            following->step_position = following->position;
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
