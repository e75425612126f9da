/*
 * The nearest first: a binary heap of positions by distance, each at most once. A nearer distance moves it up.
 * Of equal distances the lower number comes first.
 */
#ifndef FYR_PLACEMENT_MATCH_HEAP_H
#define FYR_PLACEMENT_MATCH_HEAP_H

#include <stdint.h>

typedef struct {
    uint64_t *entry; /* 1-based; distance << 32 | number */
    uint32_t *slot;  /* of a number, or 0 when it is not in the heap */
    uint32_t count;
} heap_t;

static inline int32_t heap_distance (uint64_t entry)
{
    return (int32_t) (entry >> 32);
}

static inline void heap_put (heap_t *self, uint32_t at, uint64_t entry)
{
    self->entry[at] = entry;
    self->slot[(uint32_t) entry] = at;
}

/* Adds it, or brings it nearer. distance >= 0. */
static inline void heap_nearer (heap_t *self, int32_t distance, uint32_t number)
{
    uint64_t entry = (uint64_t) distance << 32 | number;
    uint32_t at = self->slot[number] ? self->slot[number] : ++self->count;
    for (; at > 1 && self->entry[at / 2] > entry; at /= 2)
        heap_put (self, at, self->entry[at / 2]);
    heap_put (self, at, entry);
}

/* The heap must not be empty. */
static inline uint64_t heap_take (heap_t *self)
{
    uint64_t first = self->entry[1], last = self->entry[self->count--];
    self->slot[(uint32_t) first] = 0;
    if (self->count == 0)
        return first;
    uint32_t at = 1;
    for (uint32_t child = 2; child <= self->count; child = 2 * at) {
        if (child < self->count && self->entry[child + 1] < self->entry[child])
            child++;
        if (self->entry[child] >= last)
            break;
        heap_put (self, at, self->entry[child]);
        at = child;
    }
    heap_put (self, at, last);
    return first;
}

static inline void heap_empty (heap_t *self)
{
    for (uint32_t at = 1; at <= self->count; at++)
        self->slot[(uint32_t) self->entry[at]] = 0;
    self->count = 0;
}

#endif
