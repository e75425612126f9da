/*
 * One more of the group at a time, by the cheapest exchange there is: a shortest path from all of the group who are
 * unplaced to somebody outside it, who steps back. Each exchange costs at least as much as the one before, so the plan
 * is the best there is for its number, and `worth`, what the last one cost, proves it.
 */
#include "placement/match/floor.h"

#include "base/own.h"
#include "placement/match/cheapest.h"
#include "placement/match/engine.h"

#include <stdlib.h>
#include <string.h>

#define NOBODY UINT32_MAX

/* Those of the group who are unplaced; all have the same price. What the nearest opening would cost each of them was
 * right when it was last looked at, and has only risen since. */
typedef struct {
    matching_t *m;
    const bool *in_group;
    uint32_t *waiting, n_waiting;
    int32_t *cost;
    cheapest_t by_cost;
    uint32_t *asked, n_asked; /* in this search */
} exchange_t;

static bool start (exchange_t *e, arena_t *memory)
{
    uint32_t citizens = e->m->instance->citizens;
    e->waiting = engine_alloc (memory, citizens, sizeof *e->waiting);
    e->asked = engine_alloc (memory, citizens, sizeof *e->asked);
    e->cost = engine_alloc (memory, citizens, sizeof *e->cost);
    e->by_cost.entry = engine_alloc (memory, citizens, sizeof *e->by_cost.entry);
    if (!e->waiting || !e->asked || !e->cost || !e->by_cost.entry)
        return false;
    for (uint32_t i = 0; i < citizens; i++)
        if (e->in_group[i] && e->m->place[i] == MATCH_NOWHERE) {
            e->waiting[e->n_waiting++] = i;
            e->cost[i] = INT32_MIN;
            cheapest_add (&e->by_cost, e->cost[i], i);
        }
    return true;
}

/* Reaches the positions that are nearer than `end` from here. Gives what the nearest costs, whatever the price of the
 * citizen. */
static int32_t look_from (matching_t *m, uint32_t citizen, int32_t at, int32_t end)
{
    int32_t base = at + m->citizen_price[citizen], least = INT32_MAX;
    const uint32_t *last = list_end (&m->instance->of_citizen, citizen);
    for (const uint32_t *x = list_first (&m->instance->of_citizen, citizen); x < last; x++) {
        uint32_t position = pair_other (*x);
        int32_t cost = m->opening_price[position] - MATCH_PERSON - pair_score (*x);
        least = cost < least ? cost : least;
        if (base + cost < end)
            search_reach (m, position, base + cost, citizen, MATCH_NOWHERE);
    }
    return least;
}

/* Everybody in the group who waits and could be as near as what is visited next. */
static void look_from_waiting (exchange_t *e, int32_t end)
{
    search_t *s = &e->m->search;
    while (s->n_looked == s->n_visited) {
        uint32_t citizen;
        int32_t next = s->heap.count > 0 ? heap_distance (s->heap.entry[1]) : end - 1;
        if (!cheapest_take (&e->by_cost, e->cost, next + e->m->worth, &citizen))
            return;
        e->cost[citizen] = look_from (e->m, citizen, 0, end);
        e->asked[e->n_asked++] = citizen;
    }
}

/* NOBODY: there is none at that distance or nearer. Gives the distance. */
static uint32_t find_who_steps_back (exchange_t *e, int32_t most, int32_t *ret_distance)
{
    matching_t *m = e->m;
    uint32_t who = NOBODY, position;
    *ret_distance = most + 1;
    e->n_asked = 0;
    search_begin (m);
    for (look_from_waiting (e, *ret_distance); search_next (m, *ret_distance, &position);
         look_from_waiting (e, *ret_distance)) {
        int32_t at = m->search.distance[position];
        for (uint32_t *i = list_first (&m->held, position), *last = list_end (&m->held, position); i < last; i++) {
            if (!e->in_group[*i] && at + m->citizen_price[*i] < *ret_distance) {
                *ret_distance = at + m->citizen_price[*i];
                who = *i;
            }
            look_from (m, *i, at, *ret_distance);
        }
    }
    return who;
}

/* Who was asked in this search can be asked again, but for `placed`. */
static void drop_from_waiting (exchange_t *e, uint32_t placed)
{
    for (uint32_t k = 0; k < e->n_asked; k++)
        if (e->asked[k] != placed)
            cheapest_add (&e->by_cost, e->cost[e->asked[k]], e->asked[k]);
    uint32_t k = 0;
    while (e->waiting[k] != placed)
        k++;
    e->waiting[k] = e->waiting[--e->n_waiting];
}

/* Prices of all that lies nearer than the end, and of the group that waits; then everybody on the way moves along. */
static void exchange (exchange_t *e, uint32_t who, int32_t distance)
{
    matching_t *m = e->m;
    search_t *s = &m->search;
    for (uint32_t k = 0; k < s->n_visited; k++)
        if (s->distance[s->visited[k]] < distance)
            lower_opening_price (m, s->visited[k], s->distance[s->visited[k]] - distance);
    for (uint32_t k = 0; k < e->n_waiting; k++)
        m->citizen_price[e->waiting[k]] -= distance;
    m->worth += distance;
    uint32_t mover = who, to = MATCH_NOWHERE;
    for (uint32_t old; (old = m->place[mover]) != MATCH_NOWHERE; to = old, mover = s->by[old]) {
        leave (m, mover);
        if (to != MATCH_NOWHERE)
            enter (m, to, mover);
    }
    enter (m, to, mover);
    drop_from_waiting (e, mover);
}

uint32_t group_placed (const matching_t *self, const bool *in_group)
{
    uint32_t placed = 0;
    for (uint32_t i = 0; i < self->instance->citizens; i++)
        placed += in_group[i] && self->place[i] != MATCH_NOWHERE;
    return placed;
}

bool matching_floor (matching_t *self, const bool *in_group, uint32_t least, floor_t *ret_floor)
{
    const instance_t *instance = self->instance;
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    exchange_t e = { .m = self, .in_group = in_group };
    floor_t result = { .before = matching_totals (self), .placed_before = group_placed (self, in_group) };
    for (uint32_t i = 0; i < instance->citizens; i++)
        result.group += in_group[i] && list_count (&instance->of_citizen, i) > 0;
    result.placed = result.placed_before;
    if (result.placed < least) {
        self->in_group = engine_alloc (self->memory, instance->citizens, sizeof *self->in_group);
        if (!self->in_group || !start (&e, memory))
            return false;
        memcpy (self->in_group, in_group, instance->citizens * sizeof *in_group);
    }
    for (; result.placed < least; result.placed++) {
        int32_t distance;
        if (!may_go_on (self))
            return false;
        uint32_t who = find_who_steps_back (&e, FLOOR_WORTH_MOST - self->worth, &distance);
        if (who == NOBODY)
            break;
        exchange (&e, who, distance);
    }
    result.with = matching_totals (self);
    result.worth = self->worth;
    *ret_floor = result;
    return true;
}

uint32_t eligible_somewhere (const instance_t *instance)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < instance->citizens; i++)
        count += list_count (&instance->of_citizen, i) > 0;
    return count;
}

bool hardest_to_place (const instance_t *instance, uint32_t count, bool *ret_in_group)
{
    uint64_t *order = malloc (((size_t) instance->citizens + 1) * sizeof *order);
    uint32_t n = 0;
    if (!order)
        return false;
    for (uint32_t i = 0; i < instance->citizens; i++) {
        ret_in_group[i] = false;
        if (list_count (&instance->of_citizen, i) > 0)
            order[n++] = (uint64_t) list_count (&instance->of_citizen, i) << 32 | i;
    }
    qsort (order, n, sizeof *order, engine_by_size);
    for (uint32_t k = 0; k < n && k < count; k++)
        ret_in_group[(uint32_t) order[k]] = true;
    free (order);
    return true;
}
