/*
 * What the programs of the bus bench share: time, latencies, and a caller's socket with nothing between it and libzmq.
 *
 * Every program prints its result as one line of `name=value` on stdout; what goes wrong ends it with a sentence on
 * stderr and exit 1, because a figure of a run in which something was refused means nothing.
 */
#ifndef FYR_BENCH_KIT_H
#define FYR_BENCH_KIT_H

#include "bus/registry.h"
#include "bus/secret.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void die (const char *format, ...) __attribute__ ((format (printf, 1, 2), noreturn));

int64_t now_ns (void); /* monotonic, the same for all processes of the machine */

/* --- latencies --- */

typedef struct {
    int64_t *list; /* ns */
    size_t count, capacity;
} samples_t;

void samples_add (samples_t *self, int64_t ns);
void samples_clear (samples_t *self);
double samples_us (samples_t *self, double quantile); /* sorts; 0 when there are none */

/* --- a party of the bus --- */

typedef struct {
    registry_t *registry;
    keypair_t own;
} party_keys_t;

/* Of the keys directory that `fyr keys init` made. */
party_keys_t bench_keys (const char *directory, const char *party);

/* ZMQ_DEALER to the requests of a service, or ZMQ_SUB to its feed. A zmq socket; it waits for nothing. */
void *bench_connect (void *context, int type, const party_keys_t *keys, const char *service);

enum { REQUEST_ID_SIZE = 16 };

/* A packed RequestHeader whose request id can be written over in place. */
typedef struct {
    uint8_t bytes[256];
    size_t size, id_at;
} request_header_t;

request_header_t request_header (const char *method, const char *actor);

/* Milliseconds, `run`, `number`: ids that sort by time and differ from each other and from those of other runs. */
void request_id_write (request_header_t *self, uint32_t run, uint32_t number);

/* The request's number, when the reply's header says that it was carried out; else dies with what it says. */
uint32_t reply_number (const void *header, size_t size);

#endif
