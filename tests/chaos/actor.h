/*
 * One of the crowd: what somebody at a desk does, one habit after another, by chance. An actor lives in a thread of its
 * own and asserts nothing; what it was told, its witness remembers.
 */
#ifndef FYR_TESTS_ACTOR_H
#define FYR_TESTS_ACTOR_H

#include "witness.h"

#include <stdatomic.h>
#include <stdbool.h>

enum { ROOMS = 3, DESKS = 8, TENANTS = 6, GUIDES = 3, PARTICIPANTS = 6, DAYS = 2, POOL = 32 };

/* What they all want. Each role furnishes its part before anybody begins. */
typedef struct {
    uint64_t premises, rooms[ROOMS], tenants[TENANTS];
    uint64_t offer, guides[GUIDES], participants[PARTICIPANTS];
    int32_t today, first_day; /* the days that rooms are booked for begin with first_day */
} house_t;

/* The newest of what somebody made, to go on with. */
typedef struct {
    uint64_t ids[POOL];
    size_t count;
} pool_t;

typedef enum { OF_BOOKINGS, OF_LEASES, OF_ENTRIES, OF_SESSIONS, OF_CANDIDATES, OF_POSITIONS, POOLS } pool_kind_t;

typedef struct {
    uint64_t client, consent, referral; /* 0: not yet, or no more */
} case_t;

typedef struct actor actor_t;

typedef struct {
    unsigned weight; /* 0 ends the list */
    void (*act) (actor_t *self);
} habit_t;

typedef struct {
    const char *party;
    bool (*furnish) (actor_t *self, house_t *house); /* NULL: brings nothing */
    const habit_t *habits;
} role_t;

struct actor {
    const role_t *role;
    size_t number;
    uint64_t seed;
    const house_t *house;
    witness_t *witness;
    atomic_bool *resting;
    pool_t pools[POOLS];
    case_t cases[POOL];
    size_t n_cases;
    int64_t posted; /* the bookkeeper's last amount */
};

extern const role_t LETTING, GUIDING, PLACING, BRIDGING, STEERING, BOOKKEEPING;

void actor_act (actor_t *self);
uint64_t actor_chance (actor_t *self, uint64_t below);

/* A command; the reply when it was carried out, NULL otherwise. Lives until the next one. */
const void *actor_do (actor_t *self, const char *service, const method_t *method, const ProtobufCMessage *request);

void pool_add (pool_t *self, uint64_t id);      /* in place of the oldest when it is full */
uint64_t pool_pick (pool_t *self, uint64_t at); /* stays; 0 when it is empty */
uint64_t pool_take (pool_t *self, uint64_t at); /* goes */

#endif
