/*
 * Citizens ask in the order of their wishes; a position keeps the best that ask, as many as it has openings, and sends
 * the rest on. Nobody asks a position twice, so it ends, and in the same plan in whatever order they ask.
 */
#include "placement/match/stable.h"

#include "base/own.h"
#include "placement/match/engine.h"

#include <stdlib.h>

typedef struct {
    const instance_t *instance;
    uint64_t *wish;   /* of every pair, those of a citizen in order: the best first */
    uint32_t *next;   /* of every citizen: how many wishes have been refused */
    lists_t held;     /* packed citizen and score, the least wanted at the top of a heap */
    uint32_t *asking; /* stack of citizens */
    uint32_t n_asking;
} asking_t;

static uint64_t wish_of (const asking_t *a, const uint16_t *liking, uint32_t pair_at)
{
    uint32_t pair = a->instance->of_citizen.pool[pair_at];
    uint64_t score = (uint64_t) pair_score (pair), liked = liking ? liking[pair_at] : score;
    return (UINT16_MAX - liked) << 48 | (1023 - score) << 32 | pair_other (pair);
}

static uint32_t wish_position (uint64_t wish)
{
    return (uint32_t) wish;
}

static uint32_t wish_score (uint64_t wish)
{
    return 1023 - (uint32_t) (wish >> 32 & 1023);
}

/* How much a position wants somebody: score, then the longer wait; above 0. */
static uint32_t wanted (uint32_t score, uint32_t citizen)
{
    return (score << 20 | (MATCH_CITIZENS_MAX - 1 - citizen)) + 1;
}

static uint32_t wanted_citizen (uint32_t want)
{
    return MATCH_CITIZENS_MAX - 1 - ((want - 1) & (MATCH_CITIZENS_MAX - 1));
}

static uint32_t wanted_score (uint32_t want)
{
    return (want - 1) >> 20;
}

static bool start (asking_t *a, arena_t *memory, const instance_t *instance, const uint16_t *liking)
{
    a->instance = instance;
    a->wish = engine_alloc (memory, instance->pairs, sizeof *a->wish);
    a->next = engine_alloc (memory, instance->citizens, sizeof *a->next);
    a->asking = engine_alloc (memory, instance->citizens, sizeof *a->asking);
    uint32_t *room = engine_alloc (memory, instance->positions, sizeof *room);
    if (!a->wish || !a->next || !a->asking || !room)
        return false;
    for (uint32_t p = 0; p < instance->positions; p++) {
        uint32_t pairs = list_count (&instance->of_position, p);
        room[p] = pairs < instance->openings[p] ? pairs : instance->openings[p];
    }
    for (uint32_t i = 0; i < instance->citizens; i++) {
        const list_t *list = &instance->of_citizen.list[i];
        for (uint32_t k = 0; k < list->count; k++)
            a->wish[list->start + k] = wish_of (a, liking, list->start + k);
        qsort (a->wish + list->start, list->count, sizeof *a->wish, engine_by_size);
    }
    return lists_init (&a->held, instance->positions, room);
}

/* --- a heap with the least wanted on top --- */

static void sink (uint32_t *heap, uint32_t count, uint32_t at)
{
    uint32_t want = heap[at];
    for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && heap[child + 1] < heap[child])
            child++;
        if (heap[child] >= want)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = want;
}

static void rise (uint32_t *heap, uint32_t at)
{
    uint32_t want = heap[at];
    for (; at > 0 && heap[(at - 1) / 2] > want; at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = want;
}

/* The one who is not kept, or MATCH_NOWHERE: there was room. */
static uint32_t keep_the_best (asking_t *a, uint32_t position, uint32_t want)
{
    uint32_t *heap = list_first (&a->held, position), count = list_count (&a->held, position);
    if (count < a->held.list[position].room) {
        list_add (&a->held, position, want);
        rise (heap, count);
        return MATCH_NOWHERE;
    }
    if (count == 0 || want < heap[0])
        return wanted_citizen (want);
    uint32_t least = heap[0];
    heap[0] = want;
    sink (heap, count, 0);
    return wanted_citizen (least);
}

static void ask (asking_t *a, uint32_t citizen)
{
    const list_t *list = &a->instance->of_citizen.list[citizen];
    while (a->next[citizen] < list->count) {
        uint64_t wish = a->wish[list->start + a->next[citizen]];
        uint32_t refused = keep_the_best (a, wish_position (wish), wanted (wish_score (wish), citizen));
        if (refused != MATCH_NOWHERE)
            a->next[refused]++;
        if (refused != citizen) {
            if (refused != MATCH_NOWHERE)
                a->asking[a->n_asking++] = refused;
            return;
        }
    }
}

bool stable_plan (const instance_t *instance, const uint16_t *liking, uint32_t *ret_place)
{
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    asking_t a = { 0 };
    if (!start (&a, memory, instance, liking))
        return false;
    for (uint32_t i = 0; i < instance->citizens; i++)
        a.asking[a.n_asking++] = i;
    while (a.n_asking > 0)
        ask (&a, a.asking[--a.n_asking]);
    for (uint32_t i = 0; i < instance->citizens; i++)
        ret_place[i] = MATCH_NOWHERE;
    for (uint32_t p = 0; p < instance->positions; p++)
        for (uint32_t *x = list_first (&a.held, p), *end = list_end (&a.held, p); x < end; x++)
            ret_place[wanted_citizen (*x)] = p;
    lists_clear (&a.held);
    return true;
}

/* --- blocking pairs --- */

/* Of every position the least wanted whom it holds; 0 while it has an empty opening, and then anybody is wanted more.
 */
static bool least_held (const instance_t *instance, const uint32_t *place, uint32_t *least)
{
    uint32_t *left = malloc (((size_t) instance->positions + 1) * sizeof *left);
    if (!left)
        return false;
    for (uint32_t p = 0; p < instance->positions; p++) {
        left[p] = instance->openings[p];
        least[p] = UINT32_MAX;
    }
    for (uint32_t i = 0; i < instance->citizens; i++)
        for (const uint32_t *x = list_first (&instance->of_citizen, i), *end = list_end (&instance->of_citizen, i);
             x < end; x++)
            if (pair_other (*x) == place[i]) {
                uint32_t want = wanted ((uint32_t) pair_score (*x), i);
                left[place[i]]--;
                least[place[i]] = want < least[place[i]] ? want : least[place[i]];
            }
    for (uint32_t p = 0; p < instance->positions; p++)
        if (left[p] > 0)
            least[p] = 0;
    free (left);
    return true;
}

static blocking_t blocking_pair (uint32_t citizen, uint32_t pair, uint32_t place, uint64_t has, uint32_t least)
{
    bool full = least > 0, placed = place != MATCH_NOWHERE;
    return (blocking_t){ .citizen = citizen,
                         .position = pair_other (pair),
                         .score = (uint32_t) pair_score (pair),
                         .place = place,
                         .place_score = placed ? wish_score (has) : 0,
                         .holder = full ? wanted_citizen (least) : MATCH_NOWHERE,
                         .holder_score = full ? wanted_score (least) : 0 };
}

bool blocking_pairs (const instance_t *instance, const uint16_t *liking, const uint32_t *place, blocking_t *ret_pairs,
                     uint32_t most, uint64_t *ret_count)
{
    asking_t a = { .instance = instance };
    uint32_t *least = malloc (((size_t) instance->positions + 1) * sizeof *least);
    if (!least || !least_held (instance, place, least)) {
        free (least);
        return false;
    }
    *ret_count = 0;
    for (uint32_t i = 0; i < instance->citizens; i++) {
        const list_t *list = &instance->of_citizen.list[i];
        uint64_t has = UINT64_MAX;
        for (uint32_t k = list->start; k < list->start + list->count; k++)
            if (pair_other (instance->of_citizen.pool[k]) == place[i])
                has = wish_of (&a, liking, k);
        for (uint32_t k = list->start; k < list->start + list->count; k++) {
            uint32_t pair = instance->of_citizen.pool[k], position = pair_other (pair);
            bool wishes = wish_of (&a, liking, k) < has && instance->openings[position] > 0;
            if (!wishes || wanted ((uint32_t) pair_score (pair), i) <= least[position])
                continue;
            if (*ret_count < most)
                ret_pairs[*ret_count] = blocking_pair (i, pair, place[i], has, least[position]);
            ++*ret_count;
        }
    }
    free (least);
    return true;
}

totals_t plan_totals (const instance_t *instance, const uint32_t *place)
{
    totals_t totals = { 0 };
    for (uint32_t i = 0; i < instance->citizens; i++)
        for (const uint32_t *x = list_first (&instance->of_citizen, i), *end = list_end (&instance->of_citizen, i);
             x < end; x++)
            if (pair_other (*x) == place[i]) {
                totals.placed++;
                totals.score += (uint64_t) pair_score (*x);
            }
    return totals;
}
