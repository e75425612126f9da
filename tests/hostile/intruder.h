/*
 * Peers that mean no good, each a process of its own that goes on until it is stopped. What they know of the wire they
 * know from ZMTP 3.1 (RFC 37): a greeting of 64 bytes, then commands; those that have a key use libzmq and misuse it.
 */
#ifndef FYR_TESTS_INTRUDER_H
#define FYR_TESTS_INTRUDER_H

#include "bus/registry.h"
#include "bus/secret.h"

#include <sys/types.h>

enum { CROWD = 1000 }; /* connections that those without a key hold at once */

typedef struct {
    party_t service;
    keypair_t own; /* what the intruder has */
} target_t;

typedef void intrusion_t (const target_t *target);

/* Without a key. */
intrusion_t intrude_in_silence;      /* CROWD connections that never say a word; one that is cut is made again */
intrusion_t intrude_half_greeted;    /* the same with half a greeting */
intrusion_t intrude_half_introduced; /* the same with a whole greeting, and half of what should follow */
intrusion_t intrude_with_garbage;    /* any bytes, as many connections as it can make */
intrusion_t intrude_with_any_key;    /* whole handshakes with a new key each time */

/* With a key of the table. */
intrusion_t intrude_deaf;          /* asks for long answers as fast as it can and reads none */
intrusion_t intrude_deaf_follower; /* subscribes to the feed and reads nothing */
intrusion_t intrude_flooding;      /* commands and questions as fast as it can, and reads the answers */
intrusion_t intrude_in_parts;      /* messages of the wrong number of frames, as fast as it can */
intrusion_t intrude_endlessly;     /* one message that does not end */
intrusion_t intrude_many_times;    /* as many connections as a service takes, a request on each, again and again */

/* A fork of the caller, so before the caller makes its first socket. It does nothing until it is let loose. */
pid_t intruder_prepare (intrusion_t *intrusion, const target_t *target);
void intruder_let_loose (pid_t intruder);
void intruder_stop (pid_t intruder);

#endif
