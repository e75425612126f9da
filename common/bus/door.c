#include "bus/door.h"

#include "base/ensure.h"
#include "base/own.h"
#include "bus/tcp.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

typedef struct {
    uint64_t since;           /* which connection it was; 0 when there is none */
    unsigned heard;           /* messages */
    bool cut;                 /* and not yet ended */
    unsigned heard_before;    /* at the last look */
    uint64_t received_before; /* bytes, when a message was last heard, as of the look after it */
    uint64_t unheard;         /* bytes since */
    char party[PARTY_NAME_SIZE];
} connection_t;

struct door {
    zsock_t *socket, *monitor;
    bool publishes;
    in_port_t port;                           /* as the network has it */
    connection_t connections[DOOR_FILES_MAX]; /* by file */
    uint64_t taken;
    unsigned strangers, strangers_max, cuts;
};

void door_prepare (void)
{
    struct rlimit files;
    ensure (getrlimit (RLIMIT_NOFILE, &files) == 0);
    files.rlim_cur = files.rlim_max < DOOR_FILES_MAX ? files.rlim_max : DOOR_FILES_MAX;
    ensure (setrlimit (RLIMIT_NOFILE, &files) == 0);
}

static unsigned strangers_max (void)
{
    struct rlimit files;
    ensure (getrlimit (RLIMIT_NOFILE, &files) == 0);
    return files.rlim_cur / 4 < DOOR_STRANGERS_MAX ? (unsigned) files.rlim_cur / 4 : DOOR_STRANGERS_MAX;
}

static in_port_t port_of (zsock_t *socket)
{
    char *endpoint = zsock_last_endpoint (socket);
    const char *port = endpoint ? strrchr (endpoint, ':') : NULL;
    in_port_t number = htons (port ? (in_port_t) strtoul (port + 1, NULL, 10) : 0);
    zstr_free (&endpoint);
    return number;
}

door_t *door_new (int type, const char *endpoint, const keypair_t *own, fault_t *reterr)
{
    owned (door) self = calloc (1, sizeof *self);
    ensure (self);
    if (!curve_has_room ()) {
        (void) fault (reterr, STATUS_UNAVAILABLE, "BUS_BIND", "there is no file left for %s", endpoint);
        return NULL;
    }
    self->socket = curve_bind (type, endpoint, own, reterr);
    if (!self->socket)
        return NULL;
    self->monitor = curve_watch (self->socket, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED);
    self->publishes = type == ZMQ_XPUB;
    self->port = port_of (self->socket);
    self->strangers_max = strangers_max ();
    return give (self);
}

void door_destroy (door_t **self)
{
    if (!*self)
        return;
    curve_unwatch ((*self)->socket, &(*self)->monitor);
    zsock_destroy (&(*self)->socket);
    free (*self);
    *self = NULL;
}

zsock_t *door_socket (door_t *self)
{
    return self->socket;
}

zsock_t *door_bell (door_t *self)
{
    return self->monitor;
}

/* --- cutting --- */

/* What the monitor told may be over by now and the file another's. */
static bool leads_here (const door_t *self, int file)
{
    struct sockaddr_storage here;
    socklen_t size = sizeof here;
    if (getsockname (file, (struct sockaddr *) &here, &size) != 0)
        return false;
    if (here.ss_family == AF_INET)
        return ((struct sockaddr_in *) &here)->sin_port == self->port;
    return here.ss_family == AF_INET6 && ((struct sockaddr_in6 *) &here)->sin6_port == self->port;
}

static bool is_stranger (const connection_t *connection)
{
    return connection->since != 0 && connection->party[0] == '\0' && !connection->cut;
}

static void cut (door_t *self, int file)
{
    connection_t *connection = &self->connections[file];
    self->strangers -= is_stranger (connection);
    connection->cut = true;
    self->cuts++;
    if (leads_here (self, file))
        (void) shutdown (file, SHUT_RDWR);
}

static void cut_oldest_stranger (door_t *self)
{
    int oldest = -1;
    for (int i = 0; i < DOOR_FILES_MAX; i++)
        if (is_stranger (&self->connections[i]) &&
            (oldest < 0 || self->connections[i].since < self->connections[oldest].since))
            oldest = i;
    if (oldest >= 0)
        cut (self, oldest);
}

/* --- counting --- */

static void ended (door_t *self, int file)
{
    self->strangers -= is_stranger (&self->connections[file]);
    self->connections[file] = (connection_t){ 0 };
}

static void taken (door_t *self, int file)
{
    ended (self, file);
    self->connections[file].since = ++self->taken;
    self->strangers++;
    if (self->strangers > self->strangers_max)
        cut_oldest_stranger (self);
}

static void read_monitor (door_t *self)
{
    curve_event_t event;
    for (int i = 0; i < BUS_EVENTS_HWM && curve_next_event (self->monitor, &event); i++) {
        if (event.value < 0 || event.value >= DOOR_FILES_MAX)
            continue;
        if (event.kind == ZMQ_EVENT_ACCEPTED)
            taken (self, event.value);
        else
            ended (self, event.value);
    }
}

/* --- what comes in without making a message --- */

static void measure (connection_t *connection, int file)
{
    uint64_t received = tcp_received (file);
    if (connection->heard != connection->heard_before || received < connection->received_before) {
        connection->heard_before = connection->heard;
        connection->received_before = received;
    }
    connection->unheard = received - connection->received_before;
}

static void look_at_all (door_t *self)
{
    uint64_t unheard = 0;
    int most = 0;
    for (int i = 0; i < DOOR_FILES_MAX; i++) {
        connection_t *connection = &self->connections[i];
        if (connection->since == 0 || connection->cut)
            continue;
        measure (connection, i);
        unheard += connection->unheard;
        if (connection->unheard > self->connections[most].unheard)
            most = i;
    }
    if (unheard > DOOR_UNHEARD_MAX)
        cut (self, most);
}

unsigned door_tend (door_t *self, bool look)
{
    read_monitor (self);
    if (look)
        look_at_all (self);
    unsigned cuts = self->cuts;
    self->cuts = 0;
    return cuts;
}

static unsigned connections_of (const door_t *self, const char *party)
{
    unsigned count = 0;
    for (int i = 0; i < DOOR_FILES_MAX; i++)
        count += !self->connections[i].cut && strcmp (self->connections[i].party, party) == 0;
    return count;
}

static void introduce (door_t *self, connection_t *connection, int file, const char *party)
{
    self->strangers--;
    memcpy (connection->party, party, sizeof connection->party);
    if (connections_of (self, party) > DOOR_PER_PARTY_MAX)
        cut (self, file);
}

void door_heard (door_t *self, zmq_msg_t *frame, const party_t *party)
{
    int file = zmq_msg_get (frame, ZMQ_SRCFD);
    if (file < 0 || file >= DOOR_FILES_MAX)
        return;
    connection_t *connection = &self->connections[file];
    if (connection->since == 0)
        read_monitor (self); /* it was told before the message came */
    if (is_stranger (connection))
        introduce (self, connection, file, party->name);
    connection->heard++;
    if (self->publishes && connection->heard > DOOR_TOPICS_MAX && !connection->cut)
        cut (self, file);
}
