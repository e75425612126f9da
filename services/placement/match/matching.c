#include "placement/match/engine.h"

#include "base/own.h"

#include <stdlib.h>
#include <string.h>

enum { NEARLY_EVEN = 32 }; /* the two sides differ by less than one in so many */

void *engine_alloc (arena_t *memory, size_t count, size_t size)
{
    void *at = arena_alloc (memory, (count + 1) * size);
    if (at)
        memset (at, 0, (count + 1) * size);
    return at;
}

int engine_by_size (const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;
    return (x > y) - (x < y);
}

static bool make_room (matching_t *m)
{
    uint32_t citizens = m->instance->citizens, positions = m->instance->positions;
    search_t *s = &m->search;
    m->place = engine_alloc (m->memory, citizens, sizeof *m->place);
    m->citizen_price = engine_alloc (m->memory, citizens, sizeof *m->citizen_price);
    m->opening_price = engine_alloc (m->memory, positions, sizeof *m->opening_price);
    s->distance = engine_alloc (m->memory, positions, sizeof *s->distance);
    s->by = engine_alloc (m->memory, positions, sizeof *s->by);
    s->from = engine_alloc (m->memory, positions, sizeof *s->from);
    s->visited = engine_alloc (m->memory, positions, sizeof *s->visited);
    s->heap.entry = engine_alloc (m->memory, positions, sizeof *s->heap.entry);
    s->heap.slot = engine_alloc (m->memory, positions, sizeof *s->heap.slot);
    s->looked_to = engine_alloc (m->memory, positions, sizeof *s->looked_to);
    m->near.list = engine_alloc (m->memory, positions, sizeof *m->near.list);
    m->near.size = NEAR_ROOM * positions;
    m->near.pool = arena_alloc (m->memory, m->near.size * sizeof *m->near.pool + 1); /* untouched until it is needed */
    uint32_t *room = engine_alloc (m->memory, positions, sizeof *room);
    if (!m->place || !m->citizen_price || !m->opening_price || !s->distance || !s->by || !s->from || !s->visited ||
        !s->heap.entry || !s->heap.slot || !s->looked_to || !m->near.list || !m->near.pool || !room)
        return false;
    for (uint32_t p = 0; p < positions; p++) {
        room[p] = seats (m, p);
        s->distance[p] = FAR_AWAY;
    }
    return lists_init (&m->held, positions, room);
}

matching_t *matching_new (instance_t **instance)
{
    owned (matching) self = calloc (1, sizeof *self);
    if (!self) {
        instance_destroy (instance);
        return NULL;
    }
    self->instance = give (*instance);
    self->memory = arena_new (SIZE_MAX / 2);
    if (!make_room (self))
        return NULL;
    engine_forget_plan (self);
    return give (self);
}

void matching_destroy (matching_t **self)
{
    if (!*self)
        return;
    instance_destroy (&(*self)->instance);
    lists_clear (&(*self)->held);
    arena_destroy (&(*self)->memory);
    free (*self);
    *self = NULL;
}

void engine_forget_plan (matching_t *m)
{
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        m->place[i] = MATCH_NOWHERE;
    for (uint32_t p = 0; p < m->instance->positions; p++)
        m->held.list[p].count = 0;
}

void matching_watch (matching_t *self, bool (*goes_on) (void *context), void *context)
{
    self->goes_on = goes_on;
    self->watcher = context;
}

static int32_t most_left (const lists_t *lists, uint32_t i, const int32_t *price)
{
    int32_t most = 0;
    for (const uint32_t *x = list_first (lists, i), *end = list_end (lists, i); x < end; x++) {
        int32_t left = MATCH_PERSON + pair_score (*x) - price[pair_other (*x)];
        most = left > most ? left : most;
    }
    return most;
}

int32_t least_citizen_price (const matching_t *m, uint32_t citizen)
{
    return most_left (&m->instance->of_citizen, citizen, m->opening_price);
}

int32_t least_opening_price (const matching_t *m, uint32_t position)
{
    return most_left (&m->instance->of_position, position, m->citizen_price);
}

/*
 * Where one side is scarce, bids of that side and a few paths are all it takes. Where there are about as many openings
 * as people, bids would go on for long: so a budget, in pairs looked at, and past it, or when it is plain beforehand,
 * the way over the largest number that can be placed.
 */
bool matching_solve (matching_t *m)
{
    const instance_t *instance = m->instance;
    uint64_t openings = 0, seekers = 0, pairs = instance->pairs;
    for (uint32_t p = 0; p < instance->positions; p++)
        openings += seats (m, p);
    for (uint32_t i = 0; i < instance->citizens; i++)
        seekers += list_count (&instance->of_citizen, i) > 0;
    engine_forget_plan (m);
    uint64_t difference = openings > seekers ? openings - seekers : seekers - openings;
    if (difference >= seekers / NEARLY_EVEN) {
        bool bid =
            openings <= seekers ? bids_of_positions (m, 4 * pairs + 10000) : bids_of_citizens (m, 4 * pairs + 10000);
        if (!bid || mend_all (m, pairs + 30000))
            return bid;
    }
    uint32_t placed = 0;
    levels_t levels;
    return most_placed (m, &placed) && auction (m, placed, &levels) && price_persons (m, levels) &&
           mend_all (m, UINT64_MAX);
}

totals_t matching_totals (const matching_t *self)
{
    totals_t totals = { 0 };
    for (uint32_t i = 0; i < self->instance->citizens; i++) {
        if (self->place[i] == MATCH_NOWHERE)
            continue;
        const uint32_t *x = list_first (&self->instance->of_citizen, i);
        while (pair_other (*x) != self->place[i])
            x++;
        totals.placed++;
        totals.score += (uint64_t) pair_score (*x);
    }
    return totals;
}

uint32_t matching_place (const matching_t *self, uint32_t citizen)
{
    return self->place[citizen];
}

int32_t matching_citizen_price (const matching_t *self, uint32_t citizen)
{
    return self->citizen_price[citizen];
}

int32_t matching_opening_price (const matching_t *self, uint32_t position)
{
    return self->opening_price[position];
}

uint32_t matching_held (const matching_t *self, uint32_t position)
{
    return list_count (&self->held, position);
}

uint64_t matching_tight_pairs (const matching_t *self)
{
    uint64_t tight = 0;
    for (uint32_t i = 0; i < self->instance->citizens; i++)
        for (const uint32_t *x = list_first (&self->instance->of_citizen, i),
                            *end = list_end (&self->instance->of_citizen, i);
             x < end; x++)
            tight += self->citizen_price[i] + self->opening_price[pair_other (*x)] == MATCH_PERSON + pair_score (*x);
    return tight;
}

struct matching_mark {
    uint32_t *place;
    int32_t *citizen_price, *opening_price;
    bool *in_group;
    int32_t worth;
    uint8_t room[];
};

matching_mark_t *matching_mark (const matching_t *self)
{
    size_t of_citizens = self->instance->citizens * sizeof *self->place,
           of_positions = self->instance->positions * sizeof *self->opening_price;
    matching_mark_t *mark = malloc (sizeof *mark + 2 * of_citizens + of_positions);
    if (!mark)
        return NULL;
    mark->place = (uint32_t *) (void *) mark->room;
    mark->citizen_price = (int32_t *) (void *) (mark->room + of_citizens);
    mark->opening_price = (int32_t *) (void *) (mark->room + 2 * of_citizens);
    mark->in_group = self->in_group;
    mark->worth = self->worth;
    memcpy (mark->place, self->place, of_citizens);
    memcpy (mark->citizen_price, self->citizen_price, of_citizens);
    memcpy (mark->opening_price, self->opening_price, of_positions);
    return mark;
}

void matching_back (matching_t *self, matching_mark_t **mark)
{
    const instance_t *instance = self->instance;
    engine_forget_plan (self);
    for (uint32_t i = 0; i < instance->citizens; i++)
        if ((*mark)->place[i] != MATCH_NOWHERE)
            enter (self, (*mark)->place[i], i);
    memcpy (self->citizen_price, (*mark)->citizen_price, instance->citizens * sizeof *self->citizen_price);
    memcpy (self->opening_price, (*mark)->opening_price, instance->positions * sizeof *self->opening_price);
    self->in_group = (*mark)->in_group;
    self->worth = (*mark)->worth;
    free (*mark);
    *mark = NULL;
}

const instance_t *matching_instance (const matching_t *self)
{
    return self->instance;
}
