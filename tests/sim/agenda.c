/* What happens next: a heap by (time, number). */
#include "sim.h"

#include "base/ensure.h"

#include <stdlib.h>

static bool earlier (const event_t *a, const event_t *b)
{
    return a->at != b->at ? a->at < b->at : a->number < b->number;
}

static void swap (event_t *a, event_t *b)
{
    event_t kept = *a;
    *a = *b;
    *b = kept;
}

void agenda_add (agenda_t *self, int64_t at, event_kind_t kind, int who, uint64_t what, letter_t *letter)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? self->capacity * 2 : 256;
        self->list = realloc (self->list, self->capacity * sizeof *self->list);
        ensure (self->list);
    }
    size_t place = self->count++;
    self->list[place] = (event_t){ at, self->numbers++, kind, who, what, letter };
    while (place && earlier (&self->list[place], &self->list[(place - 1) / 2])) {
        swap (&self->list[place], &self->list[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
}

bool agenda_next (agenda_t *self, event_t *ret_event)
{
    if (self->count == 0)
        return false;
    *ret_event = self->list[0];
    self->list[0] = self->list[--self->count];
    for (size_t place = 0;;) {
        size_t least = place, left = 2 * place + 1;
        for (size_t child = left; child < left + 2 && child < self->count; child++)
            if (earlier (&self->list[child], &self->list[least]))
                least = child;
        if (least == place)
            return true;
        swap (&self->list[place], &self->list[least]);
        place = least;
    }
}

void agenda_clear (agenda_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        letter_destroy (&self->list[i].letter);
    free (self->list);
    *self = (agenda_t){ 0 };
}
