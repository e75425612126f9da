/*
 * A client with a key that speaks ZMTP 3.1 with CURVE (RFC 37 and 26) by itself, and so can say what libzmq would not.
 * It waits for nothing but the handshake.
 */
#ifndef FYR_TESTS_RAW_H
#define FYR_TESTS_RAW_H

#include "intruder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    int file;
    uint64_t nonce;
    uint8_t shared[32]; /* of the two keys made for this connection */
} raw_t;

int raw_dial (const char *endpoint); /* plain TCP on loopback; -1 when nobody takes it */

/* Connects to the requests of the service and shakes hands. False when it is not let in. */
bool raw_open (raw_t *self, const target_t *target);

/* One frame of a message; waits until the other side has taken it. False when the connection has ended. */
bool raw_send (raw_t *self, const void *bytes, size_t size, bool more);

#endif
