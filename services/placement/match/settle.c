/*
 * The tie rule. Whichever prices prove a plan, every other best plan is made of pairs that are tight at them, fills
 * every opening of a price above 0 and places everybody of a price above 0. So whether somebody could have a place in
 * some best plan is a question of moving people along tight pairs, and nothing else need be looked at.
 *
 *   who    in order, each who can be placed beside those before, if need be instead of one who comes later. Sets of
 *          people who can be placed form a matroid, so whoever comes first is never in the way of more.
 *
 *   where  in order, each takes the best position for which the others can still be moved, and then stands fixed.
 */
#include "placement/match/engine.h"

#include "base/own.h"

#include <stdlib.h>

#define NOBODY UINT32_MAX

typedef struct {
    matching_t *m;
    const uint32_t *citizen_rank, *position_rank;
    uint32_t *row, *pair; /* the tight pairs of citizen i: pair[row[i]] to before pair[row[i + 1]] */
    bool *fixed;          /* citizens whose position is decided */
    uint64_t *wishes;
    uint32_t absorbed_by; /* in this search the first position with an empty opening, or MATCH_NOWHERE */
    uint32_t instead_of;  /* in this search who steps back for one of those like them, or NOBODY */
} settle_t;

static uint32_t rank_of (const uint32_t *rank, uint32_t number)
{
    return rank ? rank[number] : number;
}

static bool is_tight (const matching_t *m, uint32_t citizen, uint32_t pair)
{
    return m->citizen_price[citizen] + m->opening_price[pair_other (pair)] == MATCH_PERSON + pair_score (pair);
}

static bool start (settle_t *s, arena_t *memory)
{
    const instance_t *instance = s->m->instance;
    uint32_t most = 0, n = 0;
    s->row = engine_alloc (memory, (size_t) instance->citizens + 1, sizeof *s->row);
    s->pair = engine_alloc (memory, matching_tight_pairs (s->m), sizeof *s->pair);
    s->fixed = engine_alloc (memory, instance->citizens, sizeof *s->fixed);
    if (!s->row || !s->pair || !s->fixed)
        return false;
    for (uint32_t i = 0; i < instance->citizens; i++) {
        const uint32_t *end = list_end (&instance->of_citizen, i);
        for (const uint32_t *x = list_first (&instance->of_citizen, i); x < end; x++)
            if (is_tight (s->m, i, *x))
                s->pair[n++] = *x;
        s->row[i + 1] = n;
        most = n - s->row[i] > most ? n - s->row[i] : most;
    }
    s->wishes = engine_alloc (memory, most, sizeof *s->wishes);
    return s->wishes;
}

/* The citizens in the order of the rule. */
static uint32_t *in_order (const settle_t *s, arena_t *memory)
{
    uint32_t citizens = s->m->instance->citizens, *order = engine_alloc (memory, citizens, sizeof *order);
    for (uint32_t i = 0; order && i < citizens; i++)
        order[rank_of (s->citizen_rank, i)] = i;
    return order;
}

/* --- a search along tight pairs: a position that gets one more must let one go --- */

static bool is_reached (const settle_t *s, uint32_t position)
{
    return s->m->search.distance[position] != FAR_AWAY;
}

static void reach (settle_t *s, uint32_t position, uint32_t by, uint32_t from)
{
    search_t *search = &s->m->search;
    if (is_reached (s, position))
        return;
    search->distance[position] = 0;
    search->by[position] = by;
    search->from[position] = from;
    search->visited[search->n_visited++] = position;
}

static void reach_from_citizen (settle_t *s, uint32_t citizen, uint32_t from)
{
    for (uint32_t k = s->row[citizen]; k < s->row[citizen + 1]; k++)
        reach (s, pair_other (s->pair[k]), citizen, from);
}

/* Whom the position could let go leads on. If it has an empty opening it need not, and then an opening of price 0 may
 * become empty anywhere. */
static void reach_from_position (settle_t *s, uint32_t position)
{
    matching_t *m = s->m;
    for (const uint32_t *i = list_first (&m->held, position), *end = list_end (&m->held, position); i < end; i++)
        if (!s->fixed[*i])
            reach_from_citizen (s, *i, position);
    if (s->absorbed_by != MATCH_NOWHERE || list_count (&m->held, position) >= m->instance->openings[position])
        return;
    s->absorbed_by = position;
    for (uint32_t p = 0; p < m->instance->positions; p++)
        if (m->opening_price[p] == 0)
            reach (s, p, NOBODY, MATCH_NOWHERE);
}

/* Everybody on the way to `to` moves one place along. Gives the first position of the way, which then has room for one.
 */
static uint32_t move_along (settle_t *s, uint32_t to)
{
    search_t *search = &s->m->search;
    for (uint32_t from; (from = search->from[to]) != to; to = from) {
        uint32_t mover = search->by[to];
        if (mover == NOBODY) {
            from = s->absorbed_by;
            continue;
        }
        leave (s->m, mover);
        enter (s->m, to, mover);
    }
    return to;
}

/* --- who --- */

/* Somebody with a place and a price at rest can be left out. Who comes before `comer` in the rule keeps the place. */
static bool can_step_back (const settle_t *s, uint32_t citizen, uint32_t comer)
{
    return s->m->citizen_price[citizen] == price_at_rest (s->m, citizen) &&
           rank_of (s->citizen_rank, citizen) > rank_of (s->citizen_rank, comer);
}

/* With a floor: are both in the group, or both outside? As many of the group as there are must stay. */
static bool alike (const settle_t *s, uint32_t a, uint32_t b)
{
    return !s->m->in_group || s->m->in_group[a] == s->m->in_group[b];
}

/* `citizen`, who is not like the comer, could step back if another one like that comes in, and somebody else goes. */
static void reach_from_those_like (settle_t *s, uint32_t citizen)
{
    s->instead_of = citizen;
    for (uint32_t i = 0; i < s->m->instance->citizens; i++)
        if (s->m->place[i] == MATCH_NOWHERE && alike (s, i, citizen))
            reach_from_citizen (s, i, MATCH_NOWHERE);
}

/* From the place of `goes` back, each moves one along, until `comer` comes in. */
static void step_back (settle_t *s, uint32_t goes, uint32_t comer)
{
    matching_t *m = s->m;
    uint32_t to = m->place[goes];
    leave (m, goes);
    while (m->place[comer] == MATCH_NOWHERE) {
        uint32_t mover = m->search.by[to], from = m->search.from[to];
        if (mover != comer && from == MATCH_NOWHERE) {
            from = m->place[s->instead_of];
            leave (m, s->instead_of);
        } else if (mover != comer) {
            leave (m, mover);
        }
        enter (m, to, mover);
        to = from;
    }
}

/* Positions from which nobody can step back stay reached: nobody who looks there later finds anybody either, because
 * fewer and fewer can. */
static void let_in (settle_t *s, uint32_t comer)
{
    matching_t *m = s->m;
    search_t *search = &m->search;
    s->instead_of = NOBODY;
    reach_from_citizen (s, comer, MATCH_NOWHERE);
    for (uint32_t next = 0; next < search->n_visited; next++) {
        uint32_t position = search->visited[next];
        for (const uint32_t *i = list_first (&m->held, position), *end = list_end (&m->held, position); i < end; i++) {
            bool can = can_step_back (s, *i, comer);
            if (can && alike (s, *i, comer)) {
                step_back (s, *i, comer);
                search_begin (m);
                return;
            }
            if (can && s->instead_of == NOBODY)
                reach_from_those_like (s, *i);
            reach_from_citizen (s, *i, position);
        }
    }
    if (s->instead_of != NOBODY)
        search_begin (m);
    search->n_visited = 0;
}

static void choose_who (settle_t *s, const uint32_t *order)
{
    matching_t *m = s->m;
    search_begin (m);
    for (uint32_t k = 0; k < m->instance->citizens && may_go_on (m); k++)
        if (m->place[order[k]] == MATCH_NOWHERE)
            let_in (s, order[k]);
    for (uint32_t p = 0; p < m->instance->positions; p++)
        m->search.distance[p] = FAR_AWAY;
}

/* --- where --- */

/* Can `citizen` have `position`, if all who are not fixed move as they must? Then it is done. */
static bool move_to (settle_t *s, uint32_t citizen, uint32_t position)
{
    matching_t *m = s->m;
    uint32_t old = m->place[citizen];
    search_begin (m);
    s->absorbed_by = MATCH_NOWHERE;
    reach (s, position, citizen, position);
    for (uint32_t next = 0; next < m->search.n_visited && !is_reached (s, old); next++)
        reach_from_position (s, m->search.visited[next]);
    if (!is_reached (s, old))
        return false;
    leave (m, citizen);
    enter (m, move_along (s, old), citizen);
    return true;
}

/* Every tight pair of the citizen, the best first: score falling, then rank of the position, each with its index. */
static uint32_t wishes_of (const settle_t *s, uint32_t citizen)
{
    uint32_t n = 0;
    for (uint32_t k = s->row[citizen]; k < s->row[citizen + 1]; k++) {
        uint64_t rank = rank_of (s->position_rank, pair_other (s->pair[k]));
        s->wishes[n++] =
            (uint64_t) (PAIR_SCORE_MOST - pair_score (s->pair[k])) << 52 | rank << 26 | (k - s->row[citizen]);
    }
    qsort (s->wishes, n, sizeof *s->wishes, engine_by_size);
    return n;
}

static void take_best (settle_t *s, uint32_t citizen)
{
    uint32_t n = wishes_of (s, citizen);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t position = pair_other (s->pair[s->row[citizen] + (s->wishes[k] & ((1u << 26) - 1))]);
        if (position == s->m->place[citizen] || move_to (s, citizen, position))
            break;
    }
    s->fixed[citizen] = true;
}

bool matching_settle (matching_t *self, const uint32_t *citizen_rank, const uint32_t *position_rank)
{
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    settle_t s = { .m = self, .citizen_rank = citizen_rank, .position_rank = position_rank };
    uint32_t *order = in_order (&s, memory);
    if (!order || !start (&s, memory))
        return false;
    choose_who (&s, order);
    for (uint32_t k = 0; k < self->instance->citizens && may_go_on (self); k++)
        if (self->place[order[k]] != MATCH_NOWHERE)
            take_best (&s, order[k]);
    return may_go_on (self);
}
