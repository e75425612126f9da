/* Small cases of the match, of shapes that have been hard for somebody, and what trying everything says about them. */
#ifndef FYR_TESTS_MATCH_KIT_H
#define FYR_TESTS_MATCH_KIT_H

#include "harness/chance.h"
#include "placement/match/engine.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { CASE_CITIZENS = 400, CASE_POSITIONS = 120, CASE_PAIRS = 8000 };

typedef struct {
    uint32_t citizens, positions, n_pairs;
    uint32_t openings[CASE_POSITIONS];
    instance_pair_t pairs[CASE_PAIRS];
} case_t;

typedef enum {
    SHAPE_ANY,
    SHAPE_TIES,         /* two scores */
    SHAPE_ZEROS,        /* every score 0 */
    SHAPE_ONE_HUB,      /* everybody fits in one large position, few elsewhere */
    SHAPE_ONE_WISH,     /* everybody's best by far is one opening */
    SHAPE_NOTHING_OPEN, /* most positions have no opening */
    SHAPE_DISCONNECTED, /* three islands */
    SHAPE_FULL,         /* all pairs */
    SHAPE_CHAIN,        /* each fits in two neighbours: long ways */
    SHAPES
} shape_t;

static inline uint32_t draw_below (uint64_t *seed, uint32_t below)
{
    return (uint32_t) (draw (seed) % below);
}

static inline bool shape_has_pair (shape_t shape, uint32_t citizen, uint32_t position, uint64_t *seed)
{
    switch (shape) {
    case SHAPE_ONE_HUB:
        return position == 0 || draw_below (seed, 8) == 0;
    case SHAPE_DISCONNECTED:
        return citizen % 3 == position % 3 && draw_below (seed, 2) == 0;
    case SHAPE_FULL:
        return true;
    case SHAPE_CHAIN:
        return position == citizen || position == citizen + 1;
    case SHAPE_ANY:
    case SHAPE_TIES:
    case SHAPE_ZEROS:
    case SHAPE_ONE_WISH:
    case SHAPE_NOTHING_OPEN:
    case SHAPES:
        break;
    }
    return draw_below (seed, 5) < 2;
}

static inline uint32_t shape_score (shape_t shape, uint32_t position, uint64_t *seed)
{
    if (shape == SHAPE_ZEROS)
        return 0;
    if (shape == SHAPE_TIES)
        return 500 + 500 * draw_below (seed, 2);
    if (shape == SHAPE_ONE_WISH)
        return position == 0 ? 990 + draw_below (seed, 11) : draw_below (seed, 4);
    return draw_below (seed, 3) == 0 ? draw_below (seed, 1001) : draw_below (seed, 6);
}

static inline void draw_case (case_t *c, shape_t shape, uint32_t citizens, uint32_t positions, uint64_t *seed)
{
    *c = (case_t){ .citizens = citizens, .positions = positions };
    for (uint32_t p = 0; p < positions; p++)
        c->openings[p] = shape == SHAPE_NOTHING_OPEN ? draw_below (seed, 5) / 4 : draw_below (seed, 4);
    if (positions > 0 && shape == SHAPE_ONE_HUB)
        c->openings[0] = citizens / 2 + 1;
    for (uint32_t i = 0; i < citizens; i++)
        for (uint32_t p = 0; p < positions && c->n_pairs < CASE_PAIRS; p++)
            if (shape_has_pair (shape, i, p, seed))
                c->pairs[c->n_pairs++] = (instance_pair_t){ i, p, shape_score (shape, p, seed) };
}

static inline instance_t *build (const case_t *c)
{
    fault_t reason;
    instance_t *instance = NULL;
    status_t status = instance_build (c->citizens, c->positions, c->openings, c->pairs, c->n_pairs, &instance, &reason);
    cr_assert_eq (status, STATUS_OK, "%s", reason.message);
    return instance;
}

static inline matching_t *new_matching (const case_t *c)
{
    instance_t *instance = build (c);
    matching_t *matching = matching_new (&instance);
    cr_assert (matching);
    return matching;
}

/* The proof of matching.h, pair by pair. */
static inline void check_proof (const matching_t *m)
{
    const instance_t *instance = matching_instance (m);
    uint32_t held[CASE_POSITIONS] = { 0 };
    for (uint32_t i = 0; i < instance->citizens; i++) {
        uint32_t place = matching_place (m, i);
        int32_t price = matching_citizen_price (m, i);
        bool eligible = place == MATCH_NOWHERE;
        cr_assert (price >= 0 && (place != MATCH_NOWHERE || price == 0), "citizen %u has a price of %d", i, price);
        for (uint32_t *x = list_first (&instance->of_citizen, i); x < list_end (&instance->of_citizen, i); x++) {
            int32_t prices = price + matching_opening_price (m, pair_other (*x)),
                    worth = MATCH_PERSON + pair_score (*x);
            cr_assert (prices >= worth, "citizen %u, position %u: %d", i, pair_other (*x), prices - worth);
            cr_assert (pair_other (*x) != place || prices == worth);
            eligible |= pair_other (*x) == place;
        }
        cr_assert (eligible);
        if (place != MATCH_NOWHERE)
            held[place]++;
    }
    for (uint32_t p = 0; p < instance->positions; p++) {
        cr_assert (held[p] == matching_held (m, p) && held[p] <= instance->openings[p]);
        cr_assert (matching_opening_price (m, p) >= 0);
        cr_assert (held[p] == instance->openings[p] || matching_opening_price (m, p) == 0, "position %u", p);
    }
}

/* --- trying everything --- */

enum { TINY = 7 };

typedef struct {
    const case_t *c;
    const uint32_t *citizen_order, *position_rank; /* NULL: the numbers */
    uint32_t left[TINY];                           /* openings */
    uint32_t now[TINY], best[TINY];                /* place of every citizen */
    uint32_t best_placed;
    uint64_t best_score;
    bool any;
} trial_t;

static inline uint32_t score_of (const case_t *c, uint32_t citizen, uint32_t position)
{
    for (uint32_t k = 0; k < c->n_pairs; k++)
        if (c->pairs[k].citizen == citizen && c->pairs[k].position == position)
            return c->pairs[k].score;
    return 0;
}

/* The tie rule between two plans of the same totals: is `now` before `best`? */
static inline bool now_comes_first (const trial_t *t)
{
    for (int where = 0; where < 2; where++)
        for (uint32_t k = 0; k < t->c->citizens; k++) {
            uint32_t i = t->citizen_order ? t->citizen_order[k] : k, a = t->now[i], b = t->best[i];
            if (a == b)
                continue;
            if (!where && (a == MATCH_NOWHERE) != (b == MATCH_NOWHERE))
                return b == MATCH_NOWHERE;
            if (!where)
                continue;
            uint32_t x = score_of (t->c, i, a), y = score_of (t->c, i, b);
            if (x != y)
                return x > y;
            return t->position_rank ? t->position_rank[a] < t->position_rank[b] : a < b;
        }
    return false;
}

static inline void try_from (trial_t *t, uint32_t citizen, uint32_t placed, uint64_t score)
{
    if (citizen == t->c->citizens) {
        bool more = placed != t->best_placed ? placed > t->best_placed : score > t->best_score;
        bool same = placed == t->best_placed && score == t->best_score;
        if (!t->any || more || (same && now_comes_first (t))) {
            memcpy (t->best, t->now, sizeof t->best);
            t->best_placed = placed;
            t->best_score = score;
            t->any = true;
        }
        return;
    }
    t->now[citizen] = MATCH_NOWHERE;
    try_from (t, citizen + 1, placed, score);
    for (uint32_t k = 0; k < t->c->n_pairs; k++) {
        const instance_pair_t *pair = &t->c->pairs[k];
        if (pair->citizen != citizen || t->left[pair->position] == 0)
            continue;
        t->left[pair->position]--;
        t->now[citizen] = pair->position;
        try_from (t, citizen + 1, placed + 1, score + pair->score);
        t->left[pair->position]++;
    }
}

static inline void try_everything (trial_t *t, const case_t *c)
{
    *t = (trial_t){ .c = c };
    memcpy (t->left, c->openings, sizeof t->left);
    try_from (t, 0, 0, 0);
}

#endif
