/*
 * Which pairs of a position lie near, kept from one search to the next when several faults are ended one after the
 * other: the searches go the same ways, and of all pairs that they look at few lie near enough to matter.
 *
 * How far a pair lies is by how much its two prices miss being tight. In all that is kept since near_start the prices
 * of one side have only fallen, and those of the other side have only risen. So a pair that was not kept has come
 * nearer by no more than the price of its own position has moved, and whatever still lies further than that need not be
 * looked at. The list of a position that gives somebody up or takes somebody in is dropped.
 */
#ifndef FYR_PLACEMENT_MATCH_NEAR_H
#define FYR_PLACEMENT_MATCH_NEAR_H

#include "placement/match/lists.h"

#include <stdlib.h>

enum {
    NEAR_MOST = 16,  /* a pair is kept that lies nearer */
    NEAR_ROOM = 16,  /* pairs for each position, on average; past that nothing more is kept */
    NEAR_FAULTS = 3, /* fewer are ended before keeping pays */
};

typedef struct {
    uint32_t citizen, pair; /* the pair packed with its position */
} near_pair_t;

typedef struct {
    uint32_t start, count;
    uint32_t epoch; /* in which it was kept */
    int32_t price;  /* of an opening then */
} near_list_t;

typedef struct {
    near_pair_t *pool;
    near_list_t *list; /* of every position */
    uint32_t used, size, epoch;
    int32_t most; /* NEAR_MOST, or 0: nothing is kept */
} near_t;

/* Nothing is kept yet. From here on the prices of one side only fall, until so many faults are ended. */
static inline void near_start (near_t *self, uint32_t n_faults)
{
    self->epoch++;
    self->used = 0;
    self->most = n_faults >= NEAR_FAULTS ? NEAR_MOST : 0;
}

static inline void near_drop (near_t *self, uint32_t position)
{
    self->list[position].epoch = 0;
}

/* As far as all pairs are kept that lie nearer; 0: none are. */
static inline int32_t near_known (const near_t *self, uint32_t position, int32_t price)
{
    const near_list_t *list = &self->list[position];
    int32_t moved = abs (price - list->price);
    return list->epoch == self->epoch && moved < self->most ? self->most - moved : 0;
}

/* Between these two, near_keep for every pair that lies nearer than `most`. */
static inline void near_begin (near_t *self, uint32_t position, int32_t price)
{
    self->list[position] = (near_list_t){ .start = self->used, .price = price };
}

static inline void near_end (near_t *self, uint32_t position)
{
    self->list[position].count = self->used - self->list[position].start;
    self->list[position].epoch = self->used < self->size ? self->epoch : 0;
}

static inline void near_keep (near_t *self, uint32_t citizen, uint32_t pair)
{
    if (self->used < self->size)
        self->pool[self->used++] = (near_pair_t){ citizen, pair };
}

/* Of a list that is kept. */
static inline const near_pair_t *near_first (const near_t *self, uint32_t position)
{
    return self->pool + self->list[position].start;
}

static inline const near_pair_t *near_last (const near_t *self, uint32_t position)
{
    return near_first (self, position) + self->list[position].count;
}

ALWAYS_INLINE void near_ask_for (const near_t *self, uint32_t position)
{
    for (const near_pair_t *at = near_first (self, position), *end = near_last (self, position); at < end; at += 8)
        __builtin_prefetch (at);
}

#endif
