/*
 * Random messages that keep their rules, of any contract: filled by descriptor and rule, so a new kind of field is
 * tested by adding it to a contract.
 *
 * Left to chance alone an id or a day never meets anything. A test that knows a service says what is near, and most
 * ids, days and instants are then drawn from there.
 */
#ifndef FYR_TESTS_MESSAGES_H
#define FYR_TESTS_MESSAGES_H

#include "base/arena.h"
#include "wire/contract.h"

typedef struct drawer drawer_t;

struct drawer {
    uint64_t seed;   /* goes on with every draw (chance.h) */
    arena_t *arena;  /* messages live here; it must not run full */
    int64_t near;    /* instant that days and instants lie around; 0: anywhere */
    int64_t after;   /* the one drawn last: half of the next lie soon after it. 0: none yet */
    uint64_t newest; /* journal row that ids are minted up to; 0: ids are any number */
    /* Every item is asked for here first; when it says true, what it filled in is taken. NULL: all are drawn. */
    bool (*recall) (drawer_t *self, const ProtobufCFieldDescriptor *field, void *item);
};

ProtobufCMessage *draw_message (drawer_t *self, const message_rule_t *rule);

/* One field of it anew, whatever stood there. */
void draw_field (drawer_t *self, const message_rule_t *rule, unsigned index, ProtobufCMessage *message);

/* From `least` to `most`, both included. */
int64_t draw_between (drawer_t *self, int64_t least, int64_t most);

#endif
