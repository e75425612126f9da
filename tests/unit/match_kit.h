/* Small cases of the match, their proof pair by pair, and what trying everything says about them. */
#ifndef FYR_TESTS_MATCH_KIT_H
#define FYR_TESTS_MATCH_KIT_H

#include "harness/match_case.h"
#include "placement/match/engine.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

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
    const bool *in_group; /* with a floor of `least` under those placed of a group; NULL: without */
    uint32_t least;
    uint32_t best_placed, best_of_group; /* of the group as many as count: not above the floor */
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
        uint32_t of_group = 0;
        for (uint32_t i = 0; i < t->c->citizens; i++)
            of_group += t->in_group && t->in_group[i] && t->now[i] != MATCH_NOWHERE && of_group < t->least;
        bool more = placed != t->best_placed       ? placed > t->best_placed
                    : of_group != t->best_of_group ? of_group > t->best_of_group
                                                   : score > t->best_score;
        bool same = placed == t->best_placed && of_group == t->best_of_group && score == t->best_score;
        if (!t->any || more || (same && now_comes_first (t))) {
            memcpy (t->best, t->now, sizeof t->best);
            t->best_placed = placed;
            t->best_of_group = of_group;
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

static inline void try_everything_with_floor (trial_t *t, const case_t *c, const bool *in_group, uint32_t least)
{
    *t = (trial_t){ .c = c, .in_group = in_group, .least = least };
    memcpy (t->left, c->openings, sizeof t->left);
    try_from (t, 0, 0, 0);
}

static inline void try_everything (trial_t *t, const case_t *c)
{
    try_everything_with_floor (t, c, NULL, 0);
}

#endif
