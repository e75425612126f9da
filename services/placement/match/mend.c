/*
 * One fault, one shortest path. Distance is how much prices on the way would have to change to make it tight, so the
 * nearest end of a path is the cheapest way to repair the plan; moving everybody on it one place along, and the prices
 * of all that lies nearer by the difference, keeps the cover and the tightness and leaves one fault less. Nothing
 * nearer than the end is ever in doubt, so what is further away is never looked at.
 */
#include "placement/match/engine.h"

/* Where a path ends: `citizen` comes to `position`; with one of them missing, an opening is left empty or a citizen
 * out. */
typedef struct {
    int32_t distance;
    uint32_t position, citizen;
} end_t;

#define NOBODY UINT32_MAX

/* Nothing is reached any more. */
void search_begin (matching_t *m)
{
    search_t *s = &m->search;
    for (uint32_t k = 0; k < s->n_visited; k++)
        s->distance[s->visited[k]] = FAR_AWAY;
    for (uint32_t at = 1; at <= s->heap.count; at++)
        s->distance[(uint32_t) s->heap.entry[at]] = FAR_AWAY;
    s->n_visited = s->n_looked = 0;
    heap_empty (&s->heap);
}

/* All of the nearest distance are taken out at once: then it is known which comes after this one. */
bool search_next (matching_t *m, int32_t before, uint32_t *ret_position)
{
    search_t *s = &m->search;
    if (s->n_looked == s->n_visited && s->heap.count > 0)
        for (int32_t nearest = heap_distance (s->heap.entry[1]);
             nearest < before && s->heap.count > 0 && heap_distance (s->heap.entry[1]) == nearest;)
            s->visited[s->n_visited++] = (uint32_t) heap_take (&s->heap);
    if (s->n_looked == s->n_visited || s->distance[s->visited[s->n_looked]] >= before)
        return false;
    *ret_position = s->visited[s->n_looked++];
    return true;
}

/* --- a position with an empty opening looks for a citizen --- */

/* The citizens whom `position` could take: who is unplaced ends the path, who holds a place elsewhere leads on there.
 */
static void look_for_citizen (matching_t *m, uint32_t position, end_t *end)
{
    search_t *s = &m->search;
    const int32_t *price = m->citizen_price;
    int32_t at = s->distance[position] + m->opening_price[position];
    if (at < end->distance) /* the opening could stay empty */
        *end = (end_t){ at, position, NOBODY };
    int32_t base = at - MATCH_PERSON;
    const uint32_t *x = list_first (&m->instance->of_position, position);
    const uint32_t *last = list_end (&m->instance->of_position, position);
    s->looked_at += (uint64_t) (last - x);
    for (; x < last; x++) {
        uint32_t citizen = pair_other (*x);
        int32_t distance = base + price[citizen] - pair_score (*x);
        if (distance >= end->distance)
            continue;
        if (m->place[citizen] == MATCH_NOWHERE)
            *end = (end_t){ distance, position, citizen };
        else
            search_reach (m, m->place[citizen], distance, citizen, position);
    }
}

void mend_position (matching_t *m, uint32_t position)
{
    search_t *s = &m->search;
    search_begin (m);
    end_t end = { INT32_MAX, position, NOBODY };
    search_reach (m, position, 0, NOBODY, MATCH_NOWHERE);
    for (uint32_t next; search_next (m, end.distance, &next);)
        look_for_citizen (m, next, &end);
    for (uint32_t k = 0; k < s->n_visited; k++)
        if (s->distance[s->visited[k]] < end.distance)
            lower_opening_price (m, s->visited[k], end.distance - s->distance[s->visited[k]]);
    uint32_t to = end.position, comer = end.citizen;
    for (;;) { /* from the end back: each position gives up the one who moves on, and takes its own comer */
        uint32_t mover = to == position ? NOBODY : s->by[to];
        if (mover != NOBODY)
            leave (m, mover);
        if (comer != NOBODY)
            enter (m, to, comer);
        if (to == position)
            return;
        to = s->from[to];
        comer = mover;
    }
}

/* --- an unplaced citizen looks for an opening --- */

/* The positions where `citizen` could go: an empty opening ends the path, a full one leads on to those who hold it. */
static void look_for_opening (matching_t *m, uint32_t citizen, int32_t at, end_t *end)
{
    search_t *s = &m->search;
    const int32_t *price = m->opening_price;
    int32_t base = at + m->citizen_price[citizen] - MATCH_PERSON;
    const uint32_t *x = list_first (&m->instance->of_citizen, citizen);
    const uint32_t *last = list_end (&m->instance->of_citizen, citizen);
    s->looked_at += (uint64_t) (last - x);
    for (; x < last; x++) {
        uint32_t position = pair_other (*x);
        int32_t distance = base + price[position] - pair_score (*x);
        if (distance >= end->distance || distance >= s->distance[position])
            continue;
        if (list_count (&m->held, position) < m->instance->openings[position])
            *end = (end_t){ distance, position, citizen };
        else
            search_reach (m, position, distance, citizen, MATCH_NOWHERE);
    }
}

ALWAYS_INLINE void ask_for_holders (const matching_t *m, uint32_t position)
{
    const uint32_t *first = list_first (&m->held, position), *end = list_end (&m->held, position);
    for (const uint32_t *i = first; i < end; i++)
        list_ask_where (&m->instance->of_citizen, *i);
    for (const uint32_t *i = first; i < end; i++)
        list_ask_for (&m->instance->of_citizen, *i);
}

void mend_citizen (matching_t *m, uint32_t citizen)
{
    search_t *s = &m->search;
    search_begin (m);
    end_t end = { m->citizen_price[citizen], MATCH_NOWHERE, citizen }; /* so far: stay unplaced */
    look_for_opening (m, citizen, 0, &end);
    for (uint32_t next; search_next (m, end.distance, &next);) {
        int32_t at = s->distance[next];
        if (s->n_looked < s->n_visited)
            ask_for_holders (m, s->visited[s->n_looked]);
        for (uint32_t *i = list_first (&m->held, next), *last = list_end (&m->held, next); i < last; i++) {
            if (at + m->citizen_price[*i] < end.distance) /* the one who sits there could be left out instead */
                end = (end_t){ at + m->citizen_price[*i], MATCH_NOWHERE, *i };
            look_for_opening (m, *i, at, &end);
        }
    }
    for (uint32_t k = 0; k < s->n_visited; k++)
        if (s->distance[s->visited[k]] < end.distance)
            lower_opening_price (m, s->visited[k], s->distance[s->visited[k]] - end.distance);
    m->citizen_price[citizen] -= end.distance;
    uint32_t to = end.position, mover = end.citizen;
    for (;;) { /* from the end back: each leaves for the next place, and the one who wanted it comes */
        uint32_t old = m->place[mover];
        if (old != MATCH_NOWHERE)
            leave (m, mover);
        if (to != MATCH_NOWHERE)
            enter (m, to, mover);
        if (mover == citizen)
            return;
        to = old;
        mover = s->by[old];
    }
}

bool mend_all (matching_t *m, uint64_t looks_most)
{
    uint64_t until = looks_most < UINT64_MAX - m->search.looked_at ? m->search.looked_at + looks_most : UINT64_MAX;
    for (uint32_t p = 0; p < m->instance->positions; p++)
        while (m->opening_price[p] > 0 && list_count (&m->held, p) < m->instance->openings[p]) {
            if (m->search.looked_at > until || !may_go_on (m))
                return false;
            mend_position (m, p);
        }
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        if (m->citizen_price[i] > 0 && m->place[i] == MATCH_NOWHERE) {
            if (m->search.looked_at > until || !may_go_on (m))
                return false;
            mend_citizen (m, i);
        }
    return true;
}
