/* P6: a floor is kept as far as can be, costs no people and no more score than it must, and the prices prove that. */
#include "match_kit.h"

#include "placement/match/floor.h"

enum { TINY_CASES = 6000, MIDDLE_CASES = 90 };

/* Of all plans of the most people and at least so many of the group the highest score; -1: there is none. */
typedef struct {
    const case_t *c;
    const bool *in_group;
    uint32_t people, least;
    int64_t best;
    uint32_t left[TINY];
} floor_trial_t;

static void try_floor (floor_trial_t *t, uint32_t citizen, uint32_t placed, uint32_t of_group, int64_t score)
{
    if (citizen == t->c->citizens) {
        if (placed == t->people && of_group >= t->least && score > t->best)
            t->best = score;
        return;
    }
    try_floor (t, citizen + 1, placed, of_group, score);
    for (uint32_t k = 0; k < t->c->n_pairs; k++) {
        const instance_pair_t *pair = &t->c->pairs[k];
        if (pair->citizen != citizen || t->left[pair->position] == 0)
            continue;
        t->left[pair->position]--;
        try_floor (t, citizen + 1, placed + 1, of_group + t->in_group[citizen], score + pair->score);
        t->left[pair->position]++;
    }
}

static int64_t best_with_floor (const case_t *c, const bool *in_group, uint32_t people, uint32_t least)
{
    floor_trial_t t = { .c = c, .in_group = in_group, .people = people, .least = least, .best = -1 };
    memcpy (t.left, c->openings, sizeof t.left);
    try_floor (&t, 0, 0, 0, 0);
    return t.best;
}

static void draw_group (bool *in_group, uint32_t citizens, uint64_t *seed)
{
    for (uint32_t i = 0; i < citizens; i++)
        in_group[i] = draw_below (seed, 3) == 0;
}

Test (match_floor, the_floor_is_kept_at_the_highest_score_that_trying_everything_finds)
{
    uint64_t seed = 31;
    int binding = 0, out_of_reach = 0;
    for (int n = 0; n < TINY_CASES; n++) {
        case_t c;
        bool in_group[TINY];
        floor_t floor;
        draw_case (&c, (shape_t) (n % SHAPES), draw_below (&seed, TINY), draw_below (&seed, TINY), &seed);
        draw_group (in_group, c.citizens, &seed);
        uint32_t least = draw_below (&seed, 4);
        matching_t *m = new_matching (&c);
        cr_assert (matching_solve (m) && matching_floor (m, in_group, least, &floor));
        cr_assert_eq (floor.before.placed, floor.with.placed, "a floor costs no people");
        cr_assert_eq (floor.placed, group_placed (m, in_group));
        uint32_t reached = floor.placed < least ? floor.placed : least;
        if (reached < least) {
            cr_assert_eq (best_with_floor (&c, in_group, floor.with.placed, reached + 1), -1, "case %d", n);
            out_of_reach++;
        }
        cr_assert_eq ((int64_t) floor.with.score, best_with_floor (&c, in_group, floor.with.placed, reached), "case %d",
                      n);
        binding += floor.placed > floor.placed_before;
        matching_destroy (&m);
    }
    cr_assert (binding > 100 && out_of_reach > 100, "%d binding, %d out of reach", binding, out_of_reach);
}

/* No plan with that many of the group is worth more than the prices, `worth` for each who may stay unplaced. */
Test (match_floor, the_prices_prove_that_no_plan_with_the_floor_is_worth_more)
{
    uint64_t seed = 32;
    for (int n = 0; n < MIDDLE_CASES; n++) {
        static case_t c;
        bool in_group[CASE_CITIZENS];
        floor_t floor;
        draw_case (&c, (shape_t) (n % SHAPES), 20 + draw_below (&seed, 200), 5 + draw_below (&seed, 50), &seed);
        matching_t *m = new_matching (&c);
        cr_assert (matching_solve (m));
        cr_assert (hardest_to_place (matching_instance (m), c.citizens / 3, in_group));
        cr_assert (matching_floor (m, in_group, draw_below (&seed, c.citizens), &floor));
        int64_t bound = 0, in_all = 0;
        for (uint32_t k = 0; k < c.n_pairs; k++)
            cr_assert (matching_citizen_price (m, c.pairs[k].citizen) +
                           matching_opening_price (m, c.pairs[k].position) >=
                       MATCH_PERSON + (int32_t) c.pairs[k].score);
        for (uint32_t i = 0; i < c.citizens; i++) {
            cr_assert (matching_citizen_price (m, i) >= (in_group[i] ? -floor.worth : 0));
            bound += matching_citizen_price (m, i);
            in_all += in_group[i];
        }
        for (uint32_t p = 0; p < c.positions; p++) {
            cr_assert (matching_opening_price (m, p) >= 0);
            bound += (int64_t) matching_opening_price (m, p) * c.openings[p];
        }
        bound += floor.worth * (in_all - (int64_t) floor.placed);
        cr_assert_eq (bound, MATCH_PERSON * (int64_t) floor.with.placed + (int64_t) floor.with.score, "case %d", n);
        matching_destroy (&m);
    }
}
