/*
 * A crowd: people at the desks of all administrations, each with a client of the bus, all wanting the same few things
 * at once: the last desks, one of three rooms in the same hours, the guides' time, and a say over citizens whose
 * consent may be withdrawn at any moment. Every command is repeated with its request id until it is answered
 * (witness.h).
 */
#ifndef FYR_TESTS_CROWD_H
#define FYR_TESTS_CROWD_H

#include "suite.h"
#include "witness.h"

#include <stdbool.h>

typedef struct crowd crowd_t;

/* Furnishes the house first, then lets them all begin. */
crowd_t *crowd_new (const suite_t *suite, uint64_t seed);

/* Nobody begins anything new; returns when each has the answer to what they asked. */
void crowd_rest (crowd_t *self);

void crowd_destroy (crowd_t **self);

/* Answers so far, also while they are at it. */
size_t crowd_answered (const crowd_t *self);

/* While they rest. */
size_t crowd_size (const crowd_t *self);
witness_t *crowd_witness (crowd_t *self, size_t index);

/* Says some old commands once more; the number of those that get another answer than the first time. */
size_t crowd_contradictions (crowd_t *self, size_t every);

#endif
