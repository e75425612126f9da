/*
 * One fault, one shortest path. Distance is how much prices on the way would have to change to make it tight, so the
 * nearest end of a path is the cheapest way to repair the plan; moving everybody on it one place along, and the prices
 * of all that lies nearer by the difference, keeps the cover and the tightness and leaves one fault less. Nothing
 * nearer than the end is ever in doubt, so what is further away is never looked at.
 *
 * Faults of one kind that are ended together keep what lies near (near.h).
 */
#include "placement/match/engine.h"

/* Where a path ends: `citizen` comes to `position`; with one of them missing, an opening is left empty or a citizen
 * out. */
typedef struct {
    int32_t distance;
    uint32_t position, citizen;
} end_t;

#define NOBODY UINT32_MAX

typedef enum { FOR_CITIZEN, FOR_OPENING } wanted_t;

enum {
    PICKED_AT_ONCE = 64,
    FIRST_LOOK = 16, /* so far at first: most ends lie nearer, and most pairs do not */
    AGAIN_AT_ONCE = 4,
};

/* --- the search --- */

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

/* --- from a position on --- */

/* Whom a position could take: who is unplaced ends the path, who holds a place elsewhere leads on there. */
static void try_citizen (matching_t *m, uint32_t citizen, uint32_t position, int32_t distance, end_t *end)
{
    if (distance >= end->distance)
        return;
    if (m->place[citizen] == MATCH_NOWHERE)
        *end = (end_t){ distance, position, citizen };
    else
        search_reach (m, m->place[citizen], distance, citizen, position);
}

/* Where a citizen could go: an empty opening ends the path, a full position leads on to those who hold it. */
static void try_opening (matching_t *m, uint32_t citizen, uint32_t position, int32_t distance, end_t *end)
{
    if (distance >= end->distance || distance >= m->search.distance[position])
        return;
    if (list_count (&m->held, position) < m->instance->openings[position])
        *end = (end_t){ distance, position, citizen };
    else
        search_reach (m, position, distance, citizen, MATCH_NOWHERE);
}

ALWAYS_INLINE void try_pair (matching_t *m, wanted_t wanted, uint32_t citizen, uint32_t position, int32_t distance,
                             end_t *end)
{
    if (wanted == FOR_CITIZEN)
        try_citizen (m, citizen, position, distance, end);
    else
        try_opening (m, citizen, position, distance, end);
}

/* Those of the pairs that lie nearer than `most`: few of many, so without a branch to guess. */
ALWAYS_INLINE uint32_t pick (const uint32_t *pairs, uint32_t n_pairs, int32_t base, const int32_t *price, int32_t most,
                             uint32_t *ret)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < n_pairs; k++) {
        ret[n] = pairs[k];
        n += base + price[pair_other (pairs[k])] - pair_score (pairs[k]) < most;
    }
    return n;
}

/* Over the pairs that are no further than `far`, of a citizen when it is an opening that is wanted, else of a position.
 */
ALWAYS_INLINE void look_through (matching_t *m, wanted_t wanted, uint32_t who, int32_t at, int32_t far, end_t *end)
{
    const lists_t *lists = wanted == FOR_CITIZEN ? &m->instance->of_position : &m->instance->of_citizen;
    const int32_t *price = wanted == FOR_CITIZEN ? m->citizen_price : m->opening_price;
    int32_t base = (wanted == FOR_CITIZEN ? m->opening_price[who] : m->citizen_price[who]) - MATCH_PERSON;
    uint32_t picked[PICKED_AT_ONCE], left = list_count (lists, who), n;
    m->search.looked_at += left;
    for (const uint32_t *x = list_first (lists, who); left > 0; x += n, left -= n) {
        int32_t most = end->distance - at < far ? end->distance - at : far;
        most = most > m->near.most ? most : m->near.most;
        n = left < PICKED_AT_ONCE ? left : PICKED_AT_ONCE;
        uint32_t n_picked = pick (x, n, base, price, most, picked);
        for (uint32_t k = 0; k < n_picked; k++) {
            uint32_t other = pair_other (picked[k]), score = (uint32_t) pair_score (picked[k]);
            uint32_t citizen = wanted == FOR_CITIZEN ? other : who, position = wanted == FOR_CITIZEN ? who : other;
            int32_t distance = base + price[other] - (int32_t) score;
            if (distance < m->near.most && m->place[citizen] != position)
                near_keep (&m->near, citizen, pair_pack (position, score));
            try_pair (m, wanted, citizen, position, at + distance, end);
        }
    }
}

static void look_everywhere (matching_t *m, wanted_t wanted, uint32_t position, int32_t far, end_t *end)
{
    int32_t at = m->search.distance[position];
    near_begin (&m->near, position, m->opening_price[position]);
    if (wanted == FOR_CITIZEN)
        look_through (m, FOR_CITIZEN, position, at, far, end);
    else
        for (uint32_t *i = list_first (&m->held, position), *last = list_end (&m->held, position); i < last; i++)
            look_through (m, FOR_OPENING, *i, at, far, end);
    near_end (&m->near, position);
}

static void look_near (matching_t *m, wanted_t wanted, uint32_t position, end_t *end)
{
    int32_t at = m->search.distance[position];
    const near_pair_t *last = near_last (&m->near, position);
    for (const near_pair_t *x = near_first (&m->near, position); x < last; x++) {
        uint32_t other = pair_other (x->pair);
        int32_t distance = m->citizen_price[x->citizen] + m->opening_price[other] - MATCH_PERSON - pair_score (x->pair);
        try_pair (m, wanted, x->citizen, other, at + distance, end);
    }
}

/* An opening could stay empty, or somebody who holds one be left out instead. */
static void stop_here (const matching_t *m, wanted_t wanted, uint32_t position, end_t *end)
{
    int32_t at = m->search.distance[position];
    if (wanted == FOR_CITIZEN) {
        if (at + m->opening_price[position] < end->distance)
            *end = (end_t){ at + m->opening_price[position], position, NOBODY };
        return;
    }
    for (uint32_t *i = list_first (&m->held, position), *last = list_end (&m->held, position); i < last; i++)
        if (at + m->citizen_price[*i] < end->distance)
            *end = (end_t){ at + m->citizen_price[*i], MATCH_NOWHERE, *i };
}

/* Gives how far all that leads on from the position has been looked at. */
static int32_t look_from (matching_t *m, wanted_t wanted, uint32_t position, end_t *end)
{
    int32_t known = near_known (&m->near, position, m->opening_price[position]);
    stop_here (m, wanted, position, end);
    if (known == 0) {
        look_everywhere (m, wanted, position, FIRST_LOOK, end);
        return m->search.distance[position] + FIRST_LOOK;
    }
    look_near (m, wanted, position, end);
    return m->search.distance[position] + known;
}

/* --- the search as a whole --- */

ALWAYS_INLINE void ask_for_holders (const matching_t *m, uint32_t position)
{
    const uint32_t *first = list_first (&m->held, position), *end = list_end (&m->held, position);
    for (const uint32_t *i = first; i < end; i++)
        list_ask_where (&m->instance->of_citizen, *i);
    for (const uint32_t *i = first; i < end; i++)
        list_ask_for (&m->instance->of_citizen, *i);
}

/* The nth of those that are looked at next, when it is known already. */
ALWAYS_INLINE bool comes_next (const search_t *s, uint32_t n, uint32_t *ret_position)
{
    bool known = s->n_looked + n < s->n_visited;
    *ret_position = known ? s->visited[s->n_looked + n] : 0;
    return known;
}

ALWAYS_INLINE void ask_ahead (const matching_t *m, wanted_t wanted)
{
    const search_t *s = &m->search;
    uint32_t position;
    if (comes_next (s, 2, &position)) {
        __builtin_prefetch (&m->near.list[position]);
        __builtin_prefetch (list_first (wanted == FOR_CITIZEN ? &m->instance->of_position : &m->held, position));
    }
    if (!comes_next (s, 0, &position))
        return;
    if (near_known (&m->near, position, m->opening_price[position]) > 0)
        near_ask_for (&m->near, position);
    else if (wanted == FOR_OPENING)
        ask_for_holders (m, position);
    else
        list_ask_for (&m->instance->of_position, position);
}

/* The search has come to `from`, where what is kept does not suffice for all any more. Gives where that is next. */
static int32_t look_again (matching_t *m, wanted_t wanted, int32_t from, end_t *end)
{
    search_t *s = &m->search;
    int32_t next = FAR_AWAY;
    for (uint32_t k = 0; k < s->n_looked; k++) {
        int32_t *looked_to = &s->looked_to[s->visited[k]];
        if (*looked_to < from + AGAIN_AT_ONCE) {
            *looked_to = FAR_AWAY;
            look_everywhere (m, wanted, s->visited[k], FAR_AWAY, end);
        } else if (*looked_to < next) {
            next = *looked_to;
        }
    }
    return next;
}

static void look_on (matching_t *m, wanted_t wanted, end_t *end)
{
    search_t *s = &m->search;
    for (int32_t until = FAR_AWAY;;) {
        for (uint32_t position; search_next (m, until < end->distance ? until : end->distance, &position);) {
            ask_ahead (m, wanted);
            int32_t to = s->looked_to[position] = look_from (m, wanted, position, end);
            until = to < until ? to : until;
        }
        if (until >= end->distance)
            return;
        until = look_again (m, wanted, until, end);
    }
}

static void move_to (matching_t *m, uint32_t position, uint32_t citizen)
{
    enter (m, position, citizen);
    near_drop (&m->near, position);
}

static void move_away (matching_t *m, uint32_t citizen)
{
    near_drop (&m->near, m->place[citizen]);
    leave (m, citizen);
}

/* --- one fault --- */

/* A position with an empty opening and a price above 0. */
static void end_empty_opening (matching_t *m, uint32_t position)
{
    search_t *s = &m->search;
    search_begin (m);
    end_t end = { m->opening_price[position], position, NOBODY };
    search_reach (m, position, 0, NOBODY, MATCH_NOWHERE);
    look_on (m, FOR_CITIZEN, &end);
    for (uint32_t k = 0; k < s->n_visited; k++)
        if (s->distance[s->visited[k]] < end.distance)
            lower_opening_price (m, s->visited[k], end.distance - s->distance[s->visited[k]]);
    uint32_t to = end.position, comer = end.citizen;
    for (;;) { /* from the end back: each position gives up the one who moves on, and takes its own comer */
        uint32_t mover = to == position ? NOBODY : s->by[to];
        if (mover != NOBODY)
            move_away (m, mover);
        if (comer != NOBODY)
            move_to (m, to, comer);
        if (to == position)
            return;
        to = s->from[to];
        comer = mover;
    }
}

/* Somebody unplaced with a price above 0. */
static void end_unplaced (matching_t *m, uint32_t citizen)
{
    search_t *s = &m->search;
    search_begin (m);
    end_t end = { m->citizen_price[citizen], MATCH_NOWHERE, citizen }; /* so far: stay unplaced */
    look_through (m, FOR_OPENING, citizen, 0, FAR_AWAY, &end);
    look_on (m, FOR_OPENING, &end);
    for (uint32_t k = 0; k < s->n_visited; k++)
        if (s->distance[s->visited[k]] < end.distance)
            lower_opening_price (m, s->visited[k], s->distance[s->visited[k]] - end.distance);
    m->citizen_price[citizen] -= end.distance;
    uint32_t to = end.position, mover = end.citizen;
    for (;;) { /* from the end back: each leaves for the next place, and the one who wanted it comes */
        uint32_t old = m->place[mover];
        if (old != MATCH_NOWHERE)
            move_away (m, mover);
        if (to != MATCH_NOWHERE)
            move_to (m, to, mover);
        if (mover == citizen)
            return;
        to = old;
        mover = s->by[old];
    }
}

/* --- several --- */

static bool has_fault (const matching_t *m, uint32_t position)
{
    return m->opening_price[position] > 0 && list_count (&m->held, position) < m->instance->openings[position];
}

void mend_position (matching_t *m, uint32_t position)
{
    near_start (&m->near, empty_seats (m, position));
    while (has_fault (m, position))
        end_empty_opening (m, position);
}

void mend_citizens (matching_t *m, const uint32_t *citizens, uint32_t n_citizens)
{
    near_start (&m->near, n_citizens);
    for (uint32_t k = 0; k < n_citizens; k++)
        if (m->citizen_price[citizens[k]] > 0 && m->place[citizens[k]] == MATCH_NOWHERE)
            end_unplaced (m, citizens[k]);
}

bool mend_all (matching_t *m, uint64_t looks_most)
{
    uint64_t until = looks_most < UINT64_MAX - m->search.looked_at ? m->search.looked_at + looks_most : UINT64_MAX;
    near_start (&m->near, 0);
    for (uint32_t p = 0; p < m->instance->positions; p++)
        while (has_fault (m, p)) {
            if (m->search.looked_at > until || !may_go_on (m))
                return false;
            end_empty_opening (m, p);
        }
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        if (m->citizen_price[i] > 0 && m->place[i] == MATCH_NOWHERE) {
            if (m->search.looked_at > until || !may_go_on (m))
                return false;
            end_unplaced (m, i);
        }
    return true;
}
