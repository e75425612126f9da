/*
 * What the stages of the match share: the plan as it stands, the prices, and the moves that change both.
 *
 * Invariants between any two calls of a stage:
 *   cover   citizen_price + opening_price >= MATCH_PERSON + score for every pair, and no price is below 0
 *   tight   equal for every pair in the plan
 *   rest    who is unplaced may have a price above 0, and so may a position with an empty opening: those are the faults
 *           that matching_mend ends one by one. Without faults the plan is the best.
 * Only inside `most` and `auction` do prices mean something else; `price_persons` brings the three back.
 */
#ifndef FYR_PLACEMENT_MATCH_ENGINE_H
#define FYR_PLACEMENT_MATCH_ENGINE_H

#include "base/arena.h"
#include "placement/match/heap.h"
#include "placement/match/matching.h"
#include "placement/match/near.h"

/* Scratch of one search: of positions. */
typedef struct {
    int32_t *distance; /* least so far by which the prices on the way miss being tight; FAR_AWAY: not reached */
    uint32_t *by;      /* the citizen of the pair by which it was reached */
    uint32_t *from;    /* the position that was left for it */
    uint32_t *visited; /* those whose distance is final, in that order; from n_looked on nobody has looked there yet */
    uint32_t n_visited, n_looked;
    int32_t *looked_to; /* of those visited: all that leads on from there and is nearer has been looked at */
    heap_t heap;        /* those reached and not yet visited */
    uint64_t looked_at; /* pairs, over all searches: the measure of work */
} search_t;

#define FAR_AWAY INT32_MAX

struct matching {
    instance_t *instance;
    lists_t held;    /* of every position: the citizens placed there */
    uint32_t *place; /* of every citizen */
    int32_t *citizen_price, *opening_price;
    bool *in_group; /* with a floor (floor.h): whose prices may be below 0, down to -worth; or NULL */
    int32_t worth;
    search_t search;
    near_t near;
    arena_t *memory;                 /* all arrays above */
    bool (*goes_on) (void *context); /* NULL: nobody wants to break off */
    void *watcher;
};

/* Zeroed; NULL when there is no memory. */
void *engine_alloc (arena_t *memory, size_t count, size_t size);

int engine_by_size (const void *a, const void *b); /* for qsort, of uint64_t */

/* The price of who is unplaced. */
static inline int32_t price_at_rest (const matching_t *m, uint32_t citizen)
{
    return m->in_group && m->in_group[citizen] ? -m->worth : 0;
}

/* The openings that could ever matter: one more than it has pairs stays empty for certain. */
static inline uint32_t seats (const matching_t *m, uint32_t position)
{
    uint32_t pairs = list_count (&m->instance->of_position, position), openings = m->instance->openings[position];
    return openings <= pairs ? openings : pairs + 1;
}

static inline uint32_t empty_seats (const matching_t *m, uint32_t position)
{
    return seats (m, position) - list_count (&m->held, position);
}

static inline void enter (matching_t *m, uint32_t position, uint32_t citizen)
{
    list_add (&m->held, position, citizen);
    m->place[citizen] = position;
}

static inline void leave (matching_t *m, uint32_t citizen)
{
    list_drop (&m->held, m->place[citizen], citizen);
    m->place[citizen] = MATCH_NOWHERE;
}

/* A fall of the opening's price is a rise of the same for those who hold one: their pairs stay tight. */
static inline void lower_opening_price (matching_t *m, uint32_t position, int32_t by)
{
    m->opening_price[position] -= by;
    for (uint32_t *i = list_first (&m->held, position), *end = list_end (&m->held, position); i < end; i++)
        m->citizen_price[*i] += by;
}

/* Asked by every stage before each of its bids, pushes and searches. */
static inline bool may_go_on (const matching_t *m)
{
    return !m->goes_on || m->goes_on (m->watcher);
}

void engine_forget_plan (matching_t *m); /* nobody is placed; prices stay */

/* The lowest price that covers, as the prices of the other side stand. */
int32_t least_citizen_price (const matching_t *m, uint32_t citizen);
int32_t least_opening_price (const matching_t *m, uint32_t position);

/* The stages, in the order in which matching_solve calls them. False: no memory, or broken off. */

/* Exact bids of the scarce side, as far as they come cheaply. */
bool bids_of_positions (matching_t *m, uint64_t looks_most);
bool bids_of_citizens (matching_t *m, uint64_t looks_most);

/* A plan with the most people, whatever the scores; prices are lost. */
bool most_placed (matching_t *m, uint32_t *ret_placed);

/* A plan of that many people and nearly the highest score, at prices that only mean something beside each other. */
typedef struct {
    int32_t unplaced; /* price that being left out has come to */
    int32_t empty;    /* price that leaving an opening empty has come to */
} levels_t;

bool auction (matching_t *m, uint32_t placed, levels_t *ret_levels);

/* From those to prices that cover; pairs that cannot be made tight are let go. */
bool price_persons (matching_t *m, levels_t levels);

/* The search that mending and others are made of: positions are reached at a distance, by a citizen and from another
 * position, and visited from the nearest on, those that lie before a limit. */
void search_begin (matching_t *m);
bool search_next (matching_t *m, int32_t before, uint32_t *ret_position);

static inline void search_reach (matching_t *m, uint32_t position, int32_t distance, uint32_t by, uint32_t from)
{
    search_t *s = &m->search;
    if (distance >= s->distance[position])
        return;
    s->distance[position] = distance;
    s->by[position] = by;
    s->from[position] = from;
    heap_nearer (&s->heap, distance, position);
}

/* Each ends its faults by a shortest path. mend_all: false: gave up after looking at that many pairs, or broken off;
 * all invariants hold. */
bool mend_all (matching_t *m, uint64_t looks_most);
void mend_position (matching_t *m, uint32_t position);                             /* every empty opening */
void mend_citizens (matching_t *m, const uint32_t *citizens, uint32_t n_citizens); /* those who are unplaced */

#endif
