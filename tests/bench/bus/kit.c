#include "kit.h"

#include "fyrtaarn/bus/v1/bus.pb-c.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

void die (const char *format, ...)
{
    va_list args;
    va_start (args, format);
    vfprintf (stderr, format, args);
    va_end (args);
    fputc ('\n', stderr);
    exit (1);
}

int64_t now_ns (void)
{
    struct timespec time;
    clock_gettime (CLOCK_MONOTONIC, &time);
    return (int64_t) time.tv_sec * 1000000000 + time.tv_nsec;
}

/* --- latencies --- */

void samples_add (samples_t *self, int64_t ns)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? self->capacity * 2 : 65536;
        self->list = realloc (self->list, self->capacity * sizeof *self->list);
        if (!self->list)
            die ("no memory for latencies");
    }
    self->list[self->count++] = ns;
}

void samples_clear (samples_t *self)
{
    free (self->list);
    *self = (samples_t){ 0 };
}

static int by_size (const void *a, const void *b)
{
    int64_t left = *(const int64_t *) a, right = *(const int64_t *) b;
    return (left > right) - (left < right);
}

double samples_us (samples_t *self, double quantile)
{
    if (self->count == 0)
        return 0;
    qsort (self->list, self->count, sizeof *self->list, by_size);
    size_t index = (size_t) (quantile * (double) self->count);
    return (double) self->list[index < self->count ? index : self->count - 1] / 1000.0;
}

/* --- a party of the bus --- */

party_keys_t bench_keys (const char *directory, const char *party)
{
    char path[512];
    fault_t why = { 0 };
    party_keys_t keys = { 0 };
    snprintf (path, sizeof path, "%s/registry", directory);
    keys.registry = registry_load (path, &why);
    snprintf (path, sizeof path, "%s/%s.secret", directory, party);
    if (!keys.registry || secret_load (path, &keys.own, &why) != STATUS_OK)
        die ("keys of %s in %s: %s", party, directory, why.message);
    return keys;
}

void *bench_connect (void *context, int type, const party_keys_t *keys, const char *service)
{
    const party_t *party = registry_by_name (keys->registry, service);
    if (!party)
        die ("the key table has no %s", service);
    void *socket = zmq_socket (context, type);
    int no_limit = 0, at_once = 1, soon = 1; /* ms: a start is looked for as often as others' */
    zmq_setsockopt (socket, ZMQ_SNDHWM, &no_limit, sizeof no_limit);
    zmq_setsockopt (socket, ZMQ_RCVHWM, &no_limit, sizeof no_limit);
    zmq_setsockopt (socket, ZMQ_LINGER, &no_limit, sizeof no_limit);
    zmq_setsockopt (socket, ZMQ_RECONNECT_IVL, &soon, sizeof soon);
    zmq_setsockopt (socket, ZMQ_CURVE_SERVERKEY, party->public_key, PUBLIC_KEY_SIZE);
    zmq_setsockopt (socket, ZMQ_CURVE_PUBLICKEY, keys->own.public_key, PUBLIC_KEY_SIZE);
    zmq_setsockopt (socket, ZMQ_CURVE_SECRETKEY, keys->own.secret_key, SECRET_KEY_SIZE);
    if (type == ZMQ_SUB)
        zmq_setsockopt (socket, ZMQ_SUBSCRIBE, service, strlen (service));
    else
        zmq_setsockopt (socket, ZMQ_IMMEDIATE, &at_once, sizeof at_once);
    if (zmq_connect (socket, type == ZMQ_SUB ? party->feed : party->requests) != 0)
        die ("cannot connect to %s", service);
    return socket;
}

request_header_t request_header (const char *method, const char *actor)
{
    request_header_t self = { 0 };
    uint8_t id[REQUEST_ID_SIZE];
    memset (id, 0xA5, sizeof id);
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) method;
    header.actor = (char *) (uintptr_t) actor;
    header.request_id = (ProtobufCBinaryData){ sizeof id, id };
    if (bus__request_header__get_packed_size (&header) > sizeof self.bytes)
        die ("%s is too long a name", method);
    self.size = bus__request_header__pack (&header, self.bytes);
    const uint8_t *place = memmem (self.bytes, self.size, id, sizeof id);
    self.id_at = (size_t) (place - self.bytes);
    return self;
}

void request_id_write (request_header_t *self, uint32_t run, uint32_t number)
{
    struct timespec time;
    clock_gettime (CLOCK_REALTIME, &time);
    uint64_t ms = (uint64_t) time.tv_sec * 1000 + (uint64_t) time.tv_nsec / 1000000;
    uint8_t *id = self->bytes + self->id_at;
    for (int i = 0; i < 6; i++)
        id[i] = (uint8_t) (ms >> (40 - 8 * i));
    for (int i = 0; i < 4; i++) {
        id[6 + i] = (uint8_t) (run >> (24 - 8 * i));
        id[12 + i] = (uint8_t) (number >> (24 - 8 * i));
    }
    id[10] = id[11] = 0;
}

uint32_t reply_number (const void *data, size_t size)
{
    Bus__ReplyHeader *header = bus__reply_header__unpack (NULL, size, data);
    if (!header || header->request_id.len != REQUEST_ID_SIZE)
        die ("a reply that cannot be read");
    if (header->status != 0)
        die ("refused: %s: %s", header->reason, header->message);
    const uint8_t *id = header->request_id.data + 12;
    uint32_t number = (uint32_t) id[0] << 24 | (uint32_t) id[1] << 16 | (uint32_t) id[2] << 8 | id[3];
    bus__reply_header__free_unpacked (header, NULL);
    return number;
}
