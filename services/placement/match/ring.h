/* First come, first served; who already waits does not queue again. */
#ifndef FYR_PLACEMENT_MATCH_RING_H
#define FYR_PLACEMENT_MATCH_RING_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t *entry;
    bool *waits; /* by number */
    uint32_t first, count, size;
} ring_t;

static inline void ring_put (ring_t *self, uint32_t number)
{
    if (self->waits[number])
        return;
    self->waits[number] = true;
    uint32_t at = self->first + self->count++;
    self->entry[at < self->size ? at : at - self->size] = number;
}

/* The ring must not be empty. */
static inline uint32_t ring_take (ring_t *self)
{
    uint32_t number = self->entry[self->first];
    self->first = self->first + 1 < self->size ? self->first + 1 : 0;
    self->count--;
    self->waits[number] = false;
    return number;
}

#endif
