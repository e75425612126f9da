/*
 * Loads a service: so many requests outstanding on so many connections, for so many seconds.
 *
 *     load KEYS WORK [--connections N] [--desks N] [--outstanding N] [--seconds N] [--first SLOT] [--size BYTES]
 *          [--readers N] [--follow STORE]
 *
 * Commands are measured with a live reader of the service's feed, or N; with --follow one of them is a follower with a
 * store, and the lag of its commits behind our replies is measured too. A saga counts when the feed says that it is
 * booked. One party may have only so many connections: with --desks they are shared out over DESK, DESK-2, DESK-3 ...
 */
#include "follow.h"
#include "works.h"

#include "bus/letter.h"
#include "fyrtaarn/bus/v1/bus.pb-c.h"
#include "fyrtaarn/guidance/v1/events.pb-c.h"
#include "fyrtaarn/guidance/v1/sessions.pb-c.h"
#include "fyrtaarn/lease/v1/rooms.pb-c.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

enum {
    CONNECTIONS_MAX = 1000,
    READERS_MAX = 64,
    DESKS_MAX = 64,
    OUTSTANDING_MAX = 4096,
    POLL_MS = 1000,
    SILENCE_MAX_S = 20,
    WARM_UP_NS = 300000000,
    LAST_EVENTS_US = 300000
};

/* A request under way; sagas are under way until their event comes. */
typedef struct {
    int64_t sent_at;
    uint64_t session; /* of a saga: 0 until the reply names it */
    unsigned connection;
    bool busy;
} slot_t;

typedef struct {
    int64_t at;
    uint64_t seq;
} answered_t;

typedef struct {
    const char *keys, *store;
    const work_t *work;
    house_t house;
    unsigned connections, desks, outstanding, seconds, readers;
    uint64_t next; /* slot of the next request */

    void *context, *sockets[CONNECTIONS_MAX], *events; /* events: of sagas */
    bundle_t bundles[CONNECTIONS_MAX];                 /* requests that wait for others to the same connection */
    zmq_pollitem_t items[CONNECTIONS_MAX + 1];
    request_header_t header;
    slot_t slots[OUTSTANDING_MAX];
    unsigned under_way;
    uint64_t early[OUTSTANDING_MAX]; /* sessions whose event overtook the reply that names them */
    size_t n_early;
    int64_t begin, end;
    samples_t latencies;
    answered_t *answered; /* for the lag */
    size_t n_answered, answered_capacity;
    uint64_t done;
} load_t;

static bool is_saga (const load_t *self)
{
    return strcmp (self->work->name, "saga") == 0;
}

static void send_bundle (load_t *self, unsigned connection)
{
    if (!bundle_send (&self->bundles[connection], self->sockets[connection]))
        die ("cannot send: %s", zmq_strerror (errno));
}

/* It goes when all replies that are there have been taken, with what they let go besides it. */
static void send_one (load_t *self, unsigned number)
{
    static uint8_t body[BODY_MAX];
    slot_t *slot = &self->slots[number];
    size_t size = self->work->body (&self->house, self->next, body);
    request_id_write (&self->header, (uint32_t) self->next++, number);
    *slot = (slot_t){ .sent_at = now_ns (), .connection = slot->connection, .busy = true };
    self->under_way++;
    bundle_t *bundle = &self->bundles[slot->connection];
    bytes_t header = bytes_of (self->header.bytes, self->header.size);
    if (bundle_add (bundle, header, bytes_of (body, size)))
        return;
    send_bundle (self, slot->connection);
    if (!bundle_add (bundle, header, bytes_of (body, size)))
        die ("a request that is too large");
}

static void finish (load_t *self, unsigned number)
{
    slot_t *slot = &self->slots[number];
    int64_t now = now_ns ();
    if (slot->sent_at >= self->begin && now <= self->end) {
        samples_add (&self->latencies, now - slot->sent_at);
        self->done++;
    }
    slot->busy = false;
    self->under_way--;
    if (now < self->end)
        send_one (self, number);
}

/* The journal row of a command stands in the id that it minted. */
static void note_answered (load_t *self, const void *body, size_t size)
{
    Lease__BookRoomReply *reply = lease__book_room_reply__unpack (NULL, size, body);
    if (!reply)
        die ("a reply that cannot be read");
    if (self->n_answered == self->answered_capacity) {
        self->answered_capacity = self->answered_capacity ? self->answered_capacity * 2 : 65536;
        self->answered = realloc (self->answered, self->answered_capacity * sizeof *self->answered);
    }
    if (!self->answered)
        die ("no memory");
    self->answered[self->n_answered++] = (answered_t){ now_ns (), reply->booking >> 8 & ((UINT64_C (1) << 40) - 1) };
    lease__book_room_reply__free_unpacked (reply, NULL);
}

static void name_session (load_t *self, unsigned number, const void *body, size_t size)
{
    Guidance__BookSessionReply *reply = guidance__book_session_reply__unpack (NULL, size, body);
    if (!reply)
        die ("a reply that cannot be read");
    uint64_t session = self->slots[number].session = reply->session;
    guidance__book_session_reply__free_unpacked (reply, NULL);
    for (size_t i = 0; i < OUTSTANDING_MAX; i++)
        if (self->early[i] == session) {
            self->early[i] = 0;
            finish (self, number);
            return;
        }
}

static void take_reply (load_t *self, bytes_t header, bytes_t body)
{
    uint32_t number = reply_number (header.data, header.size);
    if (number >= self->outstanding || !self->slots[number].busy)
        die ("a reply to nothing");
    if (self->store)
        note_answered (self, body.data, body.size);
    if (is_saga (self))
        name_session (self, number, body.data, body.size);
    else
        finish (self, number);
}

static bool take_replies (load_t *self, void *socket)
{
    letter_t letter;
    bytes_t header, body;
    bool any = letter_receive (socket, false, &letter);
    if (any && letter.left == 0)
        die ("a reply that cannot be read");
    while (letter_take (&letter, &header, &body))
        take_reply (self, header, body);
    letter_close (&letter);
    return any;
}

/* --- sagas end with an event --- */

static void session_booked (load_t *self, uint64_t session)
{
    for (unsigned i = 0; i < self->outstanding; i++)
        if (self->slots[i].busy && self->slots[i].session == session) {
            finish (self, i);
            return;
        }
    self->early[self->n_early++ % OUTSTANDING_MAX] = session;
}

static void read_event (load_t *self, ProtobufCBinaryData packed)
{
    Guidance__Event *event = guidance__event__unpack (NULL, packed.len, packed.data);
    if (!event)
        die ("an event that cannot be read");
    if (event->event_case == GUIDANCE__EVENT__EVENT_SESSION_REFUSED)
        die ("a session was refused: %s", event->session_refused->reason);
    if (event->event_case == GUIDANCE__EVENT__EVENT_SESSION_BOOKED)
        session_booked (self, event->session_booked->session);
    guidance__event__free_unpacked (event, NULL);
}

static bool take_events (load_t *self)
{
    zmq_msg_t part;
    zmq_msg_init (&part);
    if (zmq_msg_recv (&part, self->events, ZMQ_DONTWAIT) < 0)
        return false;
    for (int i = 0; i < 2; i++)
        if (zmq_msg_recv (&part, self->events, 0) < 0)
            die ("half a frame of the feed");
    Bus__FeedBody *body = bus__feed_body__unpack (NULL, zmq_msg_size (&part), zmq_msg_data (&part));
    if (!body)
        die ("a frame of the feed that cannot be read");
    for (size_t i = 0; i < body->n_records; i++)
        for (size_t k = 0; k < body->records[i]->n_events; k++)
            read_event (self, body->records[i]->events[k]);
    bus__feed_body__free_unpacked (body, NULL);
    zmq_msg_close (&part);
    return true;
}

/* --- the run --- */

static bool take_all (load_t *self)
{
    bool any = false;
    for (unsigned i = 0; i < self->connections; i++)
        while (take_replies (self, self->sockets[i]))
            any = true;
    while (self->events && take_events (self))
        any = true;
    for (unsigned i = 0; i < self->connections; i++)
        send_bundle (self, i);
    return any;
}

static void run (load_t *self)
{
    self->begin = now_ns () + WARM_UP_NS;
    self->end = self->begin + (int64_t) self->seconds * 1000000000;
    for (unsigned i = 0; i < self->outstanding; i++) {
        self->slots[i].connection = i % self->connections;
        send_one (self, i);
    }
    for (unsigned i = 0; i <= self->connections; i++)
        self->items[i] =
            (zmq_pollitem_t){ .socket = i < self->connections ? self->sockets[i] : self->events, .events = ZMQ_POLLIN };
    while (self->under_way > 0) {
        if (take_all (self))
            continue;
        (void) zmq_poll (self->items, (int) self->connections + (self->events != NULL), POLL_MS);
        if (now_ns () > self->end + INT64_C (1000000000) * SILENCE_MAX_S)
            die ("%u requests have no answer", self->under_way);
    }
}

static party_keys_t keys_of_desk (const load_t *self, unsigned desk)
{
    char name[64];
    snprintf (name, sizeof name, desk == 0 ? "%s" : "%s-%u", self->work->party, desk + 1);
    return bench_keys (self->keys, name);
}

static void connect_all (load_t *self)
{
    self->context = zmq_ctx_new ();
    zmq_ctx_set (self->context, ZMQ_MAX_SOCKETS, 4 * CONNECTIONS_MAX);
    for (unsigned desk = 0; desk < self->desks; desk++) {
        party_keys_t keys = keys_of_desk (self, desk);
        for (unsigned i = desk; i < self->connections; i += self->desks) {
            self->bundles[i] = bundle_new ();
            self->sockets[i] = bench_connect (self->context, ZMQ_DEALER, &keys, self->work->service);
        }
        registry_destroy (&keys.registry);
    }
    if (is_saga (self)) {
        party_keys_t keys = keys_of_desk (self, 0);
        self->events = bench_connect (self->context, ZMQ_SUB, &keys, self->work->service);
        registry_destroy (&keys.registry);
        zmq_pollitem_t item = { .socket = self->events, .events = ZMQ_POLLIN };
        if (zmq_poll (&item, 1, 10000) < 1) /* the heartbeat: from here on we hear all */
            die ("nothing comes from the feed of %s", self->work->service);
    }
    /* A socket that is not connected yet keeps its first request waiting: that would be the connection's time. */
    for (unsigned i = 0; i < self->connections; i++) {
        zmq_pollitem_t item = { .socket = self->sockets[i], .events = ZMQ_POLLOUT };
        if (zmq_poll (&item, 1, 10000) < 1)
            die ("cannot connect to %s", self->work->service);
    }
}

static void print_lag (load_t *self, const feed_reader_t *reader)
{
    samples_t lags = { 0 };
    size_t never = 0;
    for (size_t i = 0; i < self->n_answered; i++) {
        int64_t at = feed_reader_committed_at (reader, self->answered[i].seq);
        if (at == 0)
            never++;
        else if (self->answered[i].at >= self->begin && self->answered[i].at <= self->end)
            samples_add (&lags, at - self->answered[i].at);
    }
    printf (" lag_p50_us=%.1f lag_p99_us=%.1f lag_never=%zu", samples_us (&lags, 0.5), samples_us (&lags, 0.99), never);
    printf (" caught_up_events=%llu caught_up_s=%.3f", (unsigned long long) feed_reader_caught_up_events (reader),
            (double) feed_reader_caught_up_ns (reader) / 1e9);
    samples_clear (&lags);
}

static unsigned number (const char *text, unsigned least, unsigned most)
{
    unsigned long value = strtoul (text, NULL, 10);
    if (value < least || value > most)
        die ("%s is not between %u and %u", text, least, most);
    return (unsigned) value;
}

static void read_options (load_t *self, int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "connections", required_argument, NULL, 'c' },
                                             { "desks", required_argument, NULL, 'd' },
                                             { "outstanding", required_argument, NULL, 'o' },
                                             { "seconds", required_argument, NULL, 's' },
                                             { "first", required_argument, NULL, 'f' },
                                             { "size", required_argument, NULL, 'b' },
                                             { "readers", required_argument, NULL, 'r' },
                                             { "follow", required_argument, NULL, 'F' },
                                             { 0 } };
    for (int option; (option = getopt_long (argc, argv, "", OPTIONS, NULL)) != -1;) {
        if (option == 'c')
            self->connections = number (optarg, 1, CONNECTIONS_MAX);
        else if (option == 'd')
            self->desks = number (optarg, 1, DESKS_MAX);
        else if (option == 'b')
            self->house.text = work_text (number (optarg, TEXT_LEAST, TEXT_MOST));
        else if (option == 'o')
            self->outstanding = number (optarg, 1, OUTSTANDING_MAX);
        else if (option == 's')
            self->seconds = number (optarg, 1, 3600);
        else if (option == 'f')
            self->next = strtoull (optarg, NULL, 10);
        else if (option == 'r')
            self->readers = number (optarg, 1, READERS_MAX);
        else if (option == 'F')
            self->store = optarg;
        else
            die ("load: an option that is none");
    }
    if (optind + 2 != argc || !(self->work = work_by_name (argv[optind + 1])))
        die ("load KEYS book|saga|query|template|template-read|rules [OPTIONS]");
    self->keys = argv[optind];
    if (self->outstanding < self->connections)
        die ("at least one outstanding on each connection");
}

int main (int argc, char **argv)
{
    static load_t self = { .connections = 1, .desks = 1, .outstanding = 64, .seconds = 3, .readers = 1 };
    self.house.text = work_text (TEXT_LEAST);
    read_options (&self, argc, argv);
    self.work->look (self.keys, &self.house);
    self.header = request_header (self.work->method, self.work->actor);
    connect_all (&self);
    bool watched = strcmp (self.work->name, "book") == 0;
    feed_reader_t *readers[READERS_MAX] = { NULL };
    for (unsigned i = 0; watched && i < self.readers; i++)
        readers[i] = feed_reader_start (self.keys, "reporting", self.work->service, i == 0 ? self.store : NULL);
    run (&self);
    usleep (LAST_EVENTS_US);
    for (unsigned i = 0; watched && i < self.readers; i++)
        feed_reader_stop (readers[i]);
    feed_reader_t *reader = readers[0];
    printf ("rate=%.0f count=%llu p50_us=%.1f p99_us=%.1f p999_us=%.1f", (double) self.done / self.seconds,
            (unsigned long long) self.done, samples_us (&self.latencies, 0.5), samples_us (&self.latencies, 0.99),
            samples_us (&self.latencies, 0.999));
    if (reader)
        printf (" feed_records=%llu feed_missed=%llu", (unsigned long long) feed_reader_records (reader),
                (unsigned long long) feed_reader_missed (reader));
    if (self.store)
        print_lag (&self, reader);
    putchar ('\n');
    for (unsigned i = 0; watched && i < self.readers; i++)
        feed_reader_destroy (&readers[i]);
    return 0;
}
