/* The cheapest first: a heap of numbers by price. Prices only rise, so an entry may be out of date, and is put back
 * where it belongs when it comes. */
#ifndef FYR_PLACEMENT_MATCH_CHEAPEST_H
#define FYR_PLACEMENT_MATCH_CHEAPEST_H

#include "placement/match/shortlist.h"

#include <stdbool.h>

typedef struct {
    uint64_t *entry; /* 1-based; price << 32 | number */
    uint32_t count;
} cheapest_t;

static inline void cheapest_add (cheapest_t *self, int32_t price, uint32_t number)
{
    uint64_t entry = (uint64_t) flipped (price) << 32 | number;
    uint32_t at = ++self->count;
    for (; at > 1 && self->entry[at / 2] > entry; at /= 2)
        self->entry[at] = self->entry[at / 2];
    self->entry[at] = entry;
}

static inline void cheapest_drop (cheapest_t *self)
{
    uint64_t last = self->entry[self->count--];
    uint32_t at = 1;
    for (uint32_t child = 2; child <= self->count; child = 2 * at) {
        if (child < self->count && self->entry[child + 1] < self->entry[child])
            child++;
        if (self->entry[child] >= last)
            break;
        self->entry[at] = self->entry[child];
        at = child;
    }
    self->entry[at] = last;
}

/* Takes out the cheapest that is not above `most` at its price of today. */
static inline bool cheapest_take (cheapest_t *self, const int32_t *price, int32_t most, uint32_t *ret_number)
{
    while (self->count > 0 && unflipped ((uint32_t) (self->entry[1] >> 32)) <= most) {
        uint32_t number = (uint32_t) self->entry[1];
        bool current = price[number] == unflipped ((uint32_t) (self->entry[1] >> 32));
        cheapest_drop (self);
        if (current) {
            *ret_number = number;
            return true;
        }
        cheapest_add (self, price[number], number);
    }
    return false;
}

#endif
