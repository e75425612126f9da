#include "placement/match/change.h"

#include "base/ensure.h"
#include "placement/match/engine.h"

enum { ASKED_AHEAD = 8 };

/* --- pairs, on both sides --- */

static bool make_room_for_pair (matching_t *m, uint32_t citizen, uint32_t position, uint32_t more_openings)
{
    instance_t *instance = m->instance;
    uint32_t pairs = list_count (&instance->of_position, position) + 1;
    uint32_t openings = instance->openings[position] + more_openings;
    return lists_reserve (&instance->of_citizen, citizen, list_count (&instance->of_citizen, citizen) + 1) &&
           lists_reserve (&instance->of_position, position, pairs) &&
           lists_reserve (&m->held, position, openings < pairs ? openings : pairs);
}

static void add_pair (matching_t *m, uint32_t citizen, uint32_t position, int32_t score)
{
    list_insert (&m->instance->of_citizen, citizen, pair_pack (position, (uint32_t) score));
    list_insert (&m->instance->of_position, position, pair_pack (citizen, (uint32_t) score));
    m->instance->pairs++;
}

/* False when there is none. */
static bool find_pair (const matching_t *m, uint32_t citizen, uint32_t position, uint32_t *ret_pair)
{
    const uint32_t *end = list_end (&m->instance->of_citizen, citizen);
    for (const uint32_t *x = list_first (&m->instance->of_citizen, citizen); x < end; x++)
        if (pair_other (*x) == position) {
            *ret_pair = *x;
            return true;
        }
    return false;
}

static void drop_pair (matching_t *m, uint32_t citizen, uint32_t position, int32_t score)
{
    list_remove (&m->instance->of_citizen, citizen, pair_pack (position, (uint32_t) score));
    list_remove (&m->instance->of_position, position, pair_pack (citizen, (uint32_t) score));
    m->instance->pairs--;
}

static void drop_pairs_of_citizen (matching_t *m, uint32_t citizen)
{
    while (list_count (&m->instance->of_citizen, citizen) > 0) {
        uint32_t pair = list_end (&m->instance->of_citizen, citizen)[-1];
        drop_pair (m, citizen, pair_other (pair), pair_score (pair));
    }
}

/* The citizens of a position's pairs are many and anywhere. */
ALWAYS_INLINE void ask_for_citizens (const matching_t *m, const uint32_t *pairs, uint32_t k, uint32_t n_pairs)
{
    if (k + 2 * ASKED_AHEAD < n_pairs)
        list_ask_where (&m->instance->of_citizen, pair_other (pairs[k + 2 * ASKED_AHEAD]));
    if (k + ASKED_AHEAD < n_pairs)
        list_ask_for (&m->instance->of_citizen, pair_other (pairs[k + ASKED_AHEAD]));
}

static void drop_pairs_of_position (matching_t *m, uint32_t position)
{
    instance_t *instance = m->instance;
    const uint32_t *pairs = list_first (&instance->of_position, position);
    uint32_t n_pairs = list_count (&instance->of_position, position);
    for (uint32_t k = 0; k < n_pairs; k++) {
        ask_for_citizens (m, pairs, k, n_pairs);
        list_remove (&instance->of_citizen, pair_other (pairs[k]),
                     pair_pack (position, (uint32_t) pair_score (pairs[k])));
    }
    instance->of_position.list[position].count = 0;
    instance->pairs -= n_pairs;
}

/* --- changes --- */

bool matching_set_citizen (matching_t *self, uint32_t citizen, const uint32_t *pairs, uint32_t n_pairs)
{
    uint32_t old = self->place[citizen];
    if (!lists_reserve (&self->instance->of_citizen, citizen, n_pairs))
        return false;
    for (uint32_t k = 0; k < n_pairs; k++)
        if (!make_room_for_pair (self, citizen, pair_other (pairs[k]), 0))
            return false;
    if (old != MATCH_NOWHERE)
        leave (self, citizen);
    drop_pairs_of_citizen (self, citizen);
    for (uint32_t k = 0; k < n_pairs; k++)
        add_pair (self, citizen, pair_other (pairs[k]), pair_score (pairs[k]));
    self->citizen_price[citizen] = least_citizen_price (self, citizen);
    if (old != MATCH_NOWHERE)
        mend_position (self, old);
    mend_citizens (self, &citizen, 1);
    return true;
}

bool matching_set_openings (matching_t *self, uint32_t position, uint32_t openings)
{
    uint32_t pairs = list_count (&self->instance->of_position, position);
    ensure (openings <= MATCH_OPENINGS_MAX);
    if (!lists_reserve (&self->held, position, openings < pairs ? openings : pairs))
        return false;
    self->instance->openings[position] = openings;
    /* Who must go is at the end of the list; only then does each look for another place, or push on somebody else. */
    uint32_t held = list_count (&self->held, position);
    for (uint32_t k = openings; k < held; k++)
        self->place[list_first (&self->held, position)[k]] = MATCH_NOWHERE;
    if (held > openings)
        self->held.list[position].count = openings;
    mend_citizens (self, list_end (&self->held, position), held - list_count (&self->held, position));
    mend_position (self, position);
    return true;
}

/* Everybody who works there finds another place first; then it opens anew. */
bool matching_set_position (matching_t *self, uint32_t position, uint32_t openings, const uint32_t *pairs,
                            uint32_t n_pairs)
{
    if (!lists_reserve (&self->instance->of_position, position, n_pairs) ||
        !lists_reserve (&self->held, position, openings < n_pairs ? openings : n_pairs))
        return false;
    for (uint32_t k = 0; k < n_pairs; k++)
        if (!make_room_for_pair (self, pair_other (pairs[k]), position, 0))
            return false;
    ensure (matching_set_openings (self, position, 0));
    drop_pairs_of_position (self, position);
    for (uint32_t k = 0; k < n_pairs; k++) {
        ask_for_citizens (self, pairs, k, n_pairs);
        add_pair (self, pair_other (pairs[k]), position, pair_score (pairs[k]));
    }
    self->opening_price[position] = least_opening_price (self, position);
    return matching_set_openings (self, position, openings);
}

bool matching_forbid (matching_t *self, uint32_t citizen, uint32_t position)
{
    uint32_t pair;
    if (!find_pair (self, citizen, position, &pair))
        return true;
    bool held = self->place[citizen] == position;
    if (held)
        leave (self, citizen);
    drop_pair (self, citizen, position, pair_score (pair));
    if (held) {
        mend_position (self, position);
        mend_citizens (self, &citizen, 1);
    }
    return true;
}

/* A pair that is worth more than the prices allow makes the citizen dearer, and then the old place does not fit any
 * more. */
bool matching_allow (matching_t *self, uint32_t citizen, uint32_t position, uint32_t score)
{
    uint32_t old = self->place[citizen], pair;
    if (!make_room_for_pair (self, citizen, position, 0))
        return false;
    if (old != MATCH_NOWHERE)
        leave (self, citizen);
    if (find_pair (self, citizen, position, &pair))
        drop_pair (self, citizen, position, pair_score (pair));
    add_pair (self, citizen, position, (int32_t) score);
    self->citizen_price[citizen] = least_citizen_price (self, citizen);
    if (old != MATCH_NOWHERE)
        mend_position (self, old);
    mend_citizens (self, &citizen, 1);
    return true;
}

bool matching_lock (matching_t *self, uint32_t citizen, uint32_t position)
{
    ensure (self->instance->openings[position] > 0);
    return matching_set_citizen (self, citizen, NULL, 0) &&
           matching_set_openings (self, position, self->instance->openings[position] - 1);
}
