/*
 * What the bench of the lease service asks of it, and how.
 */
#ifndef FYR_BENCH_LEASE_WORKS_H
#define FYR_BENCH_LEASE_WORKS_H

#include "node/node.h"

enum { TODAY_YEAR = 2036, ROUNDS = 201, ROWS = 20 };

typedef struct {
    node_t *node;
    int64_t now;
    int64_t pairs; /* of desks */
    uint64_t requests;
    uint64_t last_id; /* field 1 of the last reply */
    int64_t took_ns;
    const char *expected; /* reason; "": it is carried out */
    char refused[REASON_MAX];
} house_t;

int64_t cpu_ns (void); /* of this thread */

/* One request in a step of its own; the program ends when it goes otherwise than expected. */
void ask (house_t *house, const char *method, const ProtobufCMessage *request);

#define ASK(house, method, TYPE, type, ...)                                                                            \
    do {                                                                                                               \
        Lease__##type request_ = { PROTOBUF_C_MESSAGE_INIT (&lease__##TYPE##__descriptor), __VA_ARGS__ };              \
        ask ((house), (method), &request_.base);                                                                       \
    } while (0)

/* Requests borrow their text and never change it. */
#define TEXT(literal) ((char *) (uintptr_t) (literal))

typedef struct {
    const char *name;
    void (*run) (house_t *house, int round);
    void (*before) (house_t *house, int round); /* not measured; NULL: nothing */
    void (*after) (house_t *house, int round);
    int rounds;
    const char *rows; /* how many it gives, where there is no limit to ask for */
} work_t;

/* Rent and leases; the house manager's days. End with a NULL name. */
extern const work_t LEASE_WORKS[];
extern const work_t DAY_WORKS[];

#endif
