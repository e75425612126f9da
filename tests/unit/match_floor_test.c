/* P6: a floor is kept as far as can be, costs no people and no more score than it must, and the prices prove that. */
#include "match_kit.h"

#include "placement/match/floor.h"

enum { TINY_CASES = 20000, MIDDLE_CASES = 90 };

static void draw_group (bool *in_group, uint32_t citizens, uint64_t *seed)
{
    for (uint32_t i = 0; i < citizens; i++)
        in_group[i] = draw_below (seed, 2) == 0;
}

/* Who is placed, and where: the one plan that the rules leave. */
Test (match_floor, the_plan_with_a_floor_is_the_one_that_trying_everything_finds)
{
    uint64_t seed = 31;
    int binding = 0, out_of_reach = 0, ties = 0;
    for (int n = 0; n < TINY_CASES; n++) {
        case_t c;
        bool in_group[TINY];
        floor_t floor;
        trial_t t;
        draw_case (&c, (shape_t) (n % SHAPES), draw_below (&seed, TINY), draw_below (&seed, TINY), &seed);
        draw_group (in_group, c.citizens, &seed);
        uint32_t least = 1 + draw_below (&seed, 3);
        matching_t *m = new_matching (&c);
        cr_assert (matching_solve (m) && matching_settle (m, NULL, NULL));
        cr_assert (matching_floor (m, in_group, least, &floor) && matching_settle (m, NULL, NULL));
        try_everything_with_floor (&t, &c, in_group, least);
        cr_assert_eq (floor.before.placed, floor.with.placed, "a floor costs no people");
        cr_assert_eq (floor.placed, group_placed (m, in_group));
        cr_assert_eq (floor.placed < least ? floor.placed : least, t.best_of_group, "case %d", n);
        cr_assert (floor.with.placed == t.best_placed && floor.with.score == t.best_score, "case %d", n);
        cr_assert_eq (matching_totals (m).score, t.best_score, "case %d", n);
        for (uint32_t i = 0; i < c.citizens; i++)
            cr_assert_eq (matching_place (m, i), t.best[i], "case %d, citizen %u", n, i);
        binding += floor.placed > floor.placed_before;
        ties += floor.placed > floor.placed_before && floor.worth == 0;
        out_of_reach += floor.placed < least;
        matching_destroy (&m);
    }
    cr_assert (binding > 500 && ties > 100 && out_of_reach > 100, "%d, %d, %d", binding, ties, out_of_reach);
}

/* The plan does not depend on the order in which things came, nor on the way there. */
Test (match_floor, the_same_plan_under_other_numbers)
{
    uint64_t seed = 33;
    for (int n = 0; n < MIDDLE_CASES; n++) {
        static case_t c, other;
        uint32_t number[CASE_CITIZENS], rank[CASE_CITIZENS];
        bool in_group[CASE_CITIZENS], in_other[CASE_CITIZENS];
        floor_t floor;
        draw_case (&c, (shape_t) (n % SHAPES), 20 + draw_below (&seed, 200), 5 + draw_below (&seed, 50), &seed);
        draw_group (in_group, c.citizens, &seed);
        for (uint32_t i = 0; i < c.citizens; i++)
            number[i] = i;
        for (uint32_t i = c.citizens; i-- > 1;) {
            uint32_t j = draw_below (&seed, i + 1), kept = number[i];
            number[i] = number[j];
            number[j] = kept;
        }
        other = c;
        for (uint32_t k = 0; k < c.n_pairs; k++)
            other.pairs[k].citizen = number[c.pairs[k].citizen];
        for (uint32_t i = 0; i < c.citizens; i++) {
            in_other[number[i]] = in_group[i];
            rank[number[i]] = i;
        }
        uint32_t least = draw_below (&seed, c.citizens);
        matching_t *a = new_matching (&c), *b = new_matching (&other);
        cr_assert (matching_solve (a) && matching_settle (a, NULL, NULL));
        cr_assert (matching_floor (a, in_group, least, &floor) && matching_settle (a, NULL, NULL));
        cr_assert (matching_solve (b) && matching_settle (b, rank, NULL));
        cr_assert (matching_floor (b, in_other, least, &floor) && matching_settle (b, rank, NULL));
        for (uint32_t i = 0; i < c.citizens; i++)
            cr_assert_eq (matching_place (a, i), matching_place (b, number[i]), "case %d, citizen %u", n, i);
        matching_destroy (&a);
        matching_destroy (&b);
    }
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
