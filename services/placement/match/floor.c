/*
 * One more of the group at a time, by the cheapest exchange there is: a shortest path from all of the group who are
 * unplaced to somebody outside it, who steps back. Each exchange costs at least as much as the one before, so the plan
 * is the best there is for its number, and `worth`, what the last one cost, proves it.
 */
#include "placement/match/floor.h"

#include "base/own.h"
#include "placement/match/engine.h"

#include <stdlib.h>
#include <string.h>

#define NOBODY UINT32_MAX

/* The shortest way from here to somebody outside the group who can step back. */
static void look_from (matching_t *m, uint32_t citizen, int32_t at, int32_t end)
{
    int32_t base = at + m->citizen_price[citizen] - MATCH_PERSON;
    const uint32_t *last = list_end (&m->instance->of_citizen, citizen);
    for (const uint32_t *x = list_first (&m->instance->of_citizen, citizen); x < last; x++) {
        uint32_t position = pair_other (*x);
        int32_t distance = base + m->opening_price[position] - pair_score (*x);
        if (distance < end)
            search_reach (m, position, distance, citizen, MATCH_NOWHERE);
    }
}

/* NOBODY: there is none at that distance or nearer. Gives the distance. */
static uint32_t find_who_steps_back (matching_t *m, const bool *in_group, int32_t most, int32_t *ret_distance)
{
    uint32_t who = NOBODY, position;
    *ret_distance = most + 1;
    search_begin (m);
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        if (in_group[i] && m->place[i] == MATCH_NOWHERE)
            look_from (m, i, 0, *ret_distance);
    while (search_next (m, *ret_distance, &position)) {
        int32_t at = m->search.distance[position];
        for (uint32_t *i = list_first (&m->held, position), *last = list_end (&m->held, position); i < last; i++) {
            if (!in_group[*i] && at + m->citizen_price[*i] < *ret_distance) {
                *ret_distance = at + m->citizen_price[*i];
                who = *i;
            }
            look_from (m, *i, at, *ret_distance);
        }
    }
    return who;
}

/* Prices of all that lies nearer than the end, and of the group that waits; then everybody on the way moves along. */
static void exchange (matching_t *m, const bool *in_group, uint32_t who, int32_t distance)
{
    search_t *s = &m->search;
    for (uint32_t k = 0; k < s->n_visited; k++)
        if (s->distance[s->visited[k]] < distance)
            lower_opening_price (m, s->visited[k], s->distance[s->visited[k]] - distance);
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        if (in_group[i] && m->place[i] == MATCH_NOWHERE)
            m->citizen_price[i] -= distance;
    m->worth += distance;
    for (uint32_t mover = who, to = MATCH_NOWHERE, old = m->place[who];; old = m->place[mover]) {
        if (old != MATCH_NOWHERE)
            leave (m, mover);
        if (to != MATCH_NOWHERE)
            enter (m, to, mover);
        if (old == MATCH_NOWHERE)
            return;
        to = old;
        mover = s->by[old];
    }
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
    floor_t result = { .before = matching_totals (self), .placed_before = group_placed (self, in_group) };
    for (uint32_t i = 0; i < instance->citizens; i++)
        result.group += in_group[i] && list_count (&instance->of_citizen, i) > 0;
    result.placed = result.placed_before;
    if (result.placed < least) {
        self->in_group = engine_alloc (self->memory, instance->citizens, sizeof *self->in_group);
        if (!self->in_group)
            return false;
        memcpy (self->in_group, in_group, instance->citizens * sizeof *in_group);
    }
    for (; result.placed < least; result.placed++) {
        int32_t distance;
        if (!may_go_on (self))
            return false;
        uint32_t who = find_who_steps_back (self, in_group, FLOOR_WORTH_MOST - self->worth, &distance);
        if (who == NOBODY)
            break;
        exchange (self, in_group, who, distance);
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
