/*
 * Loads Redis with the nearest it has to booking a room: one script that looks for the request and for a booking that
 * stands there, and writes booking, hour, request and stream entry.
 *
 *     redis PORT [--connections N] [--outstanding N] [--seconds N] [--first SLOT]
 *
 * Every connection keeps its share of the requests outstanding (pipelined), as load.c does.
 */
#include "kit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 256, OUTSTANDING_MAX = 1024, BUFFER_SIZE = 1 << 20, ROOMS = 8, HOUR_MS = 3600000 };
static const int64_t FIRST_INSTANT = INT64_C (1893456000000);

static const char SCRIPT[] =
    "if not redis.call('SET', KEYS[1], ARGV[1], 'NX') then return 0 end "
    "local from = tonumber(ARGV[1]) "
    "local near = redis.call('ZREVRANGEBYSCORE', KEYS[2], '(' .. ARGV[2], '-inf', 'LIMIT', 0, 1) "
    "if near[1] and tonumber(redis.call('HGET', near[1], 'ends_at')) > from then return redis.error_reply('TAKEN') end "
    "local id = redis.call('INCR', KEYS[3]) local booking = 'booking:' .. id "
    "redis.call('HSET', booking, 'room', KEYS[2], 'starts_at', ARGV[1], 'ends_at', ARGV[2], 'title', ARGV[3], "
    "'booked_by', 'tmf_desk') "
    "redis.call('ZADD', KEYS[2], ARGV[1], booking) "
    "redis.call('XADD', KEYS[4], '*', 'caller', 'tmf-desk', 'actor', 'bench', 'method', 'BookRoom', 'request', "
    "KEYS[1], "
    "'digest', ARGV[4], 'reply', id, 'record', booking) "
    "redis.call('PUBLISH', 'lease', booking) return id";

typedef struct {
    int file;
    char out[BUFFER_SIZE], in[BUFFER_SIZE];
    size_t out_size, in_size;
    int64_t sent_at[OUTSTANDING_MAX]; /* a ring: Redis answers in order */
    unsigned first, count;
} connection_t;

static connection_t *connections[CONNECTIONS_MAX];
static char script_id[64];

static void connect_to (connection_t *self, uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
    address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    int at_once = 1;
    self->file = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect (self->file, (struct sockaddr *) &address, sizeof address) != 0)
        die ("redis: cannot connect");
    setsockopt (self->file, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
}

/* "$40\r\n<sha>\r\n" */
static void load_script (connection_t *self)
{
    char text[2048], reply[256] = "";
    int size =
        snprintf (text, sizeof text, "*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n$%zu\r\n%s\r\n", sizeof SCRIPT - 1, SCRIPT);
    if (write (self->file, text, (size_t) size) != size || read (self->file, reply, sizeof reply - 1) < 45)
        die ("redis: the script was not taken: %s", reply);
    memcpy (script_id, reply + 5, 40);
}

static void put (connection_t *self, const char *text)
{
    self->out_size += (size_t) snprintf (self->out + self->out_size, BUFFER_SIZE - self->out_size, "$%zu\r\n%s\r\n",
                                         strlen (text), text);
}

static void add_request (connection_t *self, uint64_t slot)
{
    char request[48], room[16], from[24], to[24];
    int64_t starts_at = FIRST_INSTANT + (int64_t) (slot / ROOMS) * HOUR_MS;
    snprintf (request, sizeof request, "request:%016llx", (unsigned long long) slot);
    snprintf (room, sizeof room, "room:%u", (unsigned) (slot % ROOMS));
    snprintf (from, sizeof from, "%lld", (long long) starts_at);
    snprintf (to, sizeof to, "%lld", (long long) starts_at + HOUR_MS);
    self->out_size += (size_t) snprintf (self->out + self->out_size, BUFFER_SIZE - self->out_size, "*11\r\n");
    const char *words[] = {
        "EVALSHA", script_id, "4", request, room, "ids", "journal", from, to, "Meeting of the house", "0123456789abcdef"
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        put (self, words[i]);
    self->sent_at[(self->first + self->count++) % OUTSTANDING_MAX] = now_ns ();
}

static void flush (connection_t *self)
{
    size_t done = 0;
    while (done < self->out_size) {
        ssize_t size = write (self->file, self->out + done, self->out_size - done);
        if (size <= 0)
            die ("redis: cannot send");
        done += (size_t) size;
    }
    self->out_size = 0;
}

typedef struct {
    int64_t begin, end;
    samples_t latencies;
    uint64_t next, done;
    unsigned under_way;
} run_t;

static void take_answers (connection_t *self, run_t *run)
{
    ssize_t size = read (self->file, self->in + self->in_size, BUFFER_SIZE - self->in_size);
    if (size <= 0)
        die ("redis: the connection is gone");
    self->in_size += (size_t) size;
    char *at = self->in, *end = self->in + self->in_size;
    for (char *line; (line = memchr (at, '\n', (size_t) (end - at))); at = line + 1) {
        if (*at != ':' || at[1] == '0')
            die ("redis refused: %.*s", (int) (line - at), at);
        int64_t now = now_ns (), sent = self->sent_at[self->first];
        self->first = (self->first + 1) % OUTSTANDING_MAX;
        self->count--;
        run->under_way--;
        if (sent >= run->begin && now <= run->end) {
            samples_add (&run->latencies, now - sent);
            run->done++;
        }
        if (now < run->end) {
            add_request (self, run->next++);
            run->under_way++;
        }
    }
    self->in_size = (size_t) (end - at);
    memmove (self->in, at, self->in_size);
    flush (self);
}

static void run_all (run_t *run, unsigned count, unsigned outstanding)
{
    struct pollfd items[CONNECTIONS_MAX];
    for (unsigned i = 0; i < outstanding; i++, run->under_way++)
        add_request (connections[i % count], run->next++);
    for (unsigned i = 0; i < count; i++) {
        flush (connections[i]);
        items[i] = (struct pollfd){ .fd = connections[i]->file, .events = POLLIN };
    }
    while (run->under_way > 0) {
        if (poll (items, count, 10000) < 1)
            die ("redis does not answer");
        for (unsigned i = 0; i < count; i++)
            if (items[i].revents)
                take_answers (connections[i], run);
    }
}

int main (int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "connections", required_argument, NULL, 'c' },
                                             { "outstanding", required_argument, NULL, 'o' },
                                             { "seconds", required_argument, NULL, 's' },
                                             { "first", required_argument, NULL, 'f' },
                                             { 0 } };
    unsigned count = 1, outstanding = 64, seconds = 3;
    run_t run = { 0 };
    for (int option; (option = getopt_long (argc, argv, "", OPTIONS, NULL)) != -1;) {
        unsigned long value = optarg ? strtoul (optarg, NULL, 10) : 0;
        if (option == 'c')
            count = (unsigned) value;
        else if (option == 'o')
            outstanding = (unsigned) value;
        else if (option == 's')
            seconds = (unsigned) value;
        else if (option == 'f')
            run.next = value;
    }
    if (optind + 1 != argc || count < 1 || count > CONNECTIONS_MAX || outstanding < count ||
        outstanding > OUTSTANDING_MAX)
        die ("redis PORT [--connections N] [--outstanding N] [--seconds N] [--first SLOT]");
    for (unsigned i = 0; i < count; i++) {
        connections[i] = calloc (1, sizeof *connections[i]);
        if (!connections[i])
            die ("no memory");
        connect_to (connections[i], (uint16_t) strtoul (argv[optind], NULL, 10));
    }
    load_script (connections[0]);
    run.begin = now_ns () + 300000000;
    run.end = run.begin + (int64_t) seconds * 1000000000;
    run_all (&run, count, outstanding);
    printf ("rate=%.0f count=%llu p50_us=%.1f p99_us=%.1f\n", (double) run.done / seconds,
            (unsigned long long) run.done, samples_us (&run.latencies, 0.5), samples_us (&run.latencies, 0.99));
    return 0;
}
