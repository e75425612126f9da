/*
 * The few best of many: entries are worth << 32 | ~number, the best first; of equal worth the lower number comes first.
 * `bar` is what an entry must be above to get in: 0 until the list is full.
 */
#ifndef FYR_PLACEMENT_MATCH_SHORTLIST_H
#define FYR_PLACEMENT_MATCH_SHORTLIST_H

#include <stdint.h>

/* For worth below 0: order of int32 as order of uint32. */
static inline uint32_t flipped (int32_t value)
{
    return (uint32_t) value ^ UINT32_C (0x80000000);
}

static inline int32_t unflipped (uint32_t value)
{
    return (int32_t) (value ^ UINT32_C (0x80000000));
}

enum { SHORTLIST_MOST = 64 };

typedef struct {
    uint64_t entry[SHORTLIST_MOST];
    uint64_t bar;
    uint32_t count, most;
} shortlist_t;

static inline void shortlist_start (shortlist_t *self, uint32_t most)
{
    self->bar = 0;
    self->count = 0;
    self->most = most;
}

static inline uint64_t shortlist_entry (uint32_t worth, uint32_t number)
{
    return (uint64_t) worth << 32 | (uint32_t) ~number;
}

/* Only for an entry above the bar. */
static inline void shortlist_add (shortlist_t *self, uint64_t entry)
{
    uint32_t at = self->count < self->most ? self->count++ : self->most - 1;
    for (; at > 0 && self->entry[at - 1] < entry; at--)
        self->entry[at] = self->entry[at - 1];
    self->entry[at] = entry;
    if (self->count == self->most)
        self->bar = self->entry[self->most - 1];
}

static inline uint32_t shortlist_worth (const shortlist_t *self, uint32_t i)
{
    return (uint32_t) (self->entry[i] >> 32);
}

static inline uint32_t shortlist_number (const shortlist_t *self, uint32_t i)
{
    return ~(uint32_t) self->entry[i];
}

#endif
