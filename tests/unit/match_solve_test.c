/* P5: the best plan, against trying everything, against itself on other ways, and whatever the numbering. */
#include "match_kit.h"

#include "placement/match/leftover.h"

#include <inttypes.h>

enum { TINY_CASES = 6000, MIDDLE_CASES = 60 };

static void expect_best (const matching_t *m, const trial_t *trial)
{
    totals_t totals = matching_totals (m);
    cr_assert_eq (totals.placed, trial->best_placed);
    cr_assert_eq (totals.score, trial->best_score);
    for (uint32_t i = 0; i < trial->c->citizens; i++)
        cr_assert_eq (matching_place (m, i), trial->best[i], "citizen %u: %u, not %u", i, matching_place (m, i),
                      trial->best[i]);
}

/* The way that matching_solve takes only where bids alone would take long. */
static void solve_over_the_largest_number (matching_t *m)
{
    uint32_t placed = 0;
    levels_t levels;
    cr_assert (most_placed (m, &placed));
    cr_assert_eq (placed, matching_totals (m).placed);
    cr_assert (auction (m, placed, &levels));
    cr_assert (price_persons (m, levels));
    cr_assert (mend_all (m, UINT64_MAX));
    cr_assert_eq (placed, matching_totals (m).placed);
}

static void solve_by_bids_of_positions (matching_t *m)
{
    cr_assert (bids_of_positions (m, UINT64_MAX));
    cr_assert (mend_all (m, UINT64_MAX));
}

static void solve_by_bids_of_citizens (matching_t *m)
{
    cr_assert (bids_of_citizens (m, UINT64_MAX));
    cr_assert (mend_all (m, UINT64_MAX));
}

static void solve_by_mending_alone (matching_t *m)
{
    cr_assert (bids_of_positions (m, 0));
    cr_assert (mend_all (m, UINT64_MAX));
}

static void solve_as_it_comes (matching_t *m)
{
    cr_assert (matching_solve (m));
}

static void (*const ways[]) (matching_t *) = { solve_as_it_comes, solve_over_the_largest_number,
                                               solve_by_bids_of_positions, solve_by_bids_of_citizens,
                                               solve_by_mending_alone };
enum { WAYS = sizeof ways / sizeof ways[0] };

Test (match_solve, every_way_finds_the_plan_that_trying_everything_finds)
{
    uint64_t seed = 1;
    for (int n = 0; n < TINY_CASES; n++) {
        case_t c;
        trial_t trial;
        draw_case (&c, (shape_t) (n % SHAPES), draw_below (&seed, TINY), draw_below (&seed, TINY), &seed);
        try_everything (&trial, &c);
        for (int way = 0; way < WAYS; way++) {
            matching_t *m = new_matching (&c);
            ways[way](m);
            check_proof (m);
            cr_assert (matching_settle (m, NULL, NULL));
            check_proof (m);
            expect_best (m, &trial);
            matching_destroy (&m);
        }
    }
}

Test (match_solve, the_way_it_was_found_is_not_seen_in_the_plan)
{
    uint64_t seed = 2;
    for (int n = 0; n < MIDDLE_CASES; n++) {
        case_t c;
        draw_case (&c, (shape_t) (n % SHAPES), 30 + draw_below (&seed, CASE_CITIZENS - 30),
                   5 + draw_below (&seed, CASE_POSITIONS - 5), &seed);
        matching_t *first = NULL;
        for (int way = 0; way < WAYS; way++) {
            matching_t *m = new_matching (&c);
            ways[way](m);
            check_proof (m);
            cr_assert (matching_settle (m, NULL, NULL));
            check_proof (m);
            for (uint32_t i = 0; first && i < c.citizens; i++)
                cr_assert_eq (matching_place (m, i), matching_place (first, i), "case %d, way %d, citizen %u", n, way,
                              i);
            if (first)
                matching_destroy (&m);
            else
                first = m;
        }
        matching_destroy (&first);
    }
}

/* A random order of 0 to n - 1. */
static void shuffle (uint32_t *order, uint32_t n, uint64_t *seed)
{
    for (uint32_t k = 0; k < n; k++) {
        uint32_t other = draw_below (seed, k + 1);
        order[k] = order[other];
        order[other] = k;
    }
}

/* The same case under other numbers: citizen i becomes citizen[i], position p becomes position[p], pairs in any order.
 */
static void renumber (const case_t *c, const uint32_t *citizen, const uint32_t *position, case_t *ret, uint64_t *seed)
{
    uint32_t order[CASE_PAIRS];
    *ret = *c;
    shuffle (order, c->n_pairs, seed);
    for (uint32_t p = 0; p < c->positions; p++)
        ret->openings[position[p]] = c->openings[p];
    for (uint32_t k = 0; k < c->n_pairs; k++)
        ret->pairs[order[k]] =
            (instance_pair_t){ citizen[c->pairs[k].citizen], position[c->pairs[k].position], c->pairs[k].score };
}

static void invert (const uint32_t *order, uint32_t n, uint32_t *ret)
{
    for (uint32_t k = 0; k < n; k++)
        ret[order[k]] = k;
}

Test (match_solve, other_numbers_and_another_order_of_pairs_give_the_same_plan)
{
    uint64_t seed = 3;
    for (int n = 0; n < 4 * MIDDLE_CASES; n++) {
        static case_t c, other;
        uint32_t citizen[CASE_CITIZENS], position[CASE_POSITIONS], rank[CASE_CITIZENS], position_rank[CASE_POSITIONS];
        bool tiny = n % 2;
        draw_case (&c, (shape_t) (n / 2 % SHAPES), tiny ? draw_below (&seed, TINY) : draw_below (&seed, 200),
                   tiny ? draw_below (&seed, TINY) : draw_below (&seed, 60), &seed);
        shuffle (citizen, c.citizens, &seed);
        shuffle (position, c.positions, &seed);
        renumber (&c, citizen, position, &other, &seed);
        invert (citizen, c.citizens, rank);
        invert (position, c.positions, position_rank);
        matching_t *a = new_matching (&c), *b = new_matching (&other);
        cr_assert (matching_solve (a) && matching_settle (a, NULL, NULL));
        cr_assert (matching_solve (b) && matching_settle (b, rank, position_rank));
        for (uint32_t i = 0; i < c.citizens; i++) {
            uint32_t place = matching_place (a, i);
            cr_assert_eq (matching_place (b, citizen[i]), place == MATCH_NOWHERE ? place : position[place]);
        }
        matching_destroy (&a);
        matching_destroy (&b);
    }
}

Test (match_solve, one_more_person_outweighs_every_score)
{
    case_t c = { .citizens = 2, .positions = 2, .openings = { 1, 1 }, .n_pairs = 3 };
    memcpy (c.pairs, (instance_pair_t[]){ { 0, 0, 1000 }, { 0, 1, 0 }, { 1, 0, 0 } }, 3 * sizeof c.pairs[0]);
    matching_t *m = new_matching (&c);
    cr_assert (matching_solve (m) && matching_settle (m, NULL, NULL));
    cr_assert_eq (matching_totals (m).placed, 2);
    cr_assert_eq (matching_totals (m).score, 0);
    matching_destroy (&m);
}

Test (match_solve, of_two_who_are_worth_the_same_the_one_who_has_waited_longer_is_placed)
{
    case_t c = { .citizens = 3, .positions = 1, .openings = { 2 }, .n_pairs = 3 };
    memcpy (c.pairs, (instance_pair_t[]){ { 0, 0, 7 }, { 1, 0, 7 }, { 2, 0, 7 } }, 3 * sizeof c.pairs[0]);
    matching_t *m = new_matching (&c);
    cr_assert (matching_solve (m) && matching_settle (m, NULL, NULL));
    cr_assert_eq (matching_place (m, 0), 0);
    cr_assert_eq (matching_place (m, 1), 0);
    cr_assert_eq (matching_place (m, 2), MATCH_NOWHERE);
    cr_assert (matching_settle (m, (uint32_t[]){ 2, 1, 0 }, NULL));
    cr_assert_eq (matching_place (m, 0), MATCH_NOWHERE);
    matching_destroy (&m);
}

Test (match_solve, who_is_unplaced_and_what_is_empty_has_its_reason)
{
    uint64_t seed = 4;
    for (int n = 0; n < TINY_CASES; n++) {
        case_t c;
        draw_case (&c, (shape_t) (n % SHAPES), draw_below (&seed, 12), draw_below (&seed, TINY), &seed);
        matching_t *m = new_matching (&c);
        cr_assert (matching_solve (m));
        for (uint32_t k = 0; k < c.n_pairs; k++) {
            const instance_pair_t *pair = &c.pairs[k];
            bool unplaced = matching_place (m, pair->citizen) == MATCH_NOWHERE;
            if (unplaced && c.openings[pair->position] > 0)
                cr_assert_eq (leftover_citizen (m, pair->citizen), UNPLACED_ALL_HELD);
            if (unplaced)
                cr_assert_neq (leftover_citizen (m, pair->citizen), UNPLACED_NOT_ELIGIBLE);
            if (matching_held (m, pair->position) == c.openings[pair->position])
                continue;
            cr_assert_eq (leftover_opening (m, pair->position), EMPTY_ALL_PLACED);
            cr_assert (!unplaced, "both could have been filled");
        }
        matching_destroy (&m);
    }
}

/* --- breaking off --- */

typedef struct {
    const matching_t *m;
    uint64_t asked, no_from, looked_at, most_looked_at; /* pairs, since the last question */
} watch_t;

static bool watched (void *context)
{
    watch_t *watch = context;
    uint64_t looks = watch->m->search.looked_at - watch->looked_at;
    watch->most_looked_at = looks > watch->most_looked_at ? looks : watch->most_looked_at;
    watch->looked_at = watch->m->search.looked_at;
    return ++watch->asked < watch->no_from;
}

static watch_t solve_watched (const case_t *c, uint64_t no_from, bool *ret_solved)
{
    matching_t *m = new_matching (c);
    watch_t watch = { .m = m, .no_from = no_from };
    matching_watch (m, watched, &watch);
    *ret_solved = matching_solve (m) && matching_settle (m, NULL, NULL);
    matching_destroy (&m);
    return watch;
}

Test (match_solve, whoever_wants_to_break_off_is_asked_at_every_step_and_a_no_ends_it)
{
    enum { ASKED_AFTER_NO = 4 }; /* a stage may ask once more as it ends */
    uint64_t seed = 31, broken_off = 0;
    for (int n = 0; n < MIDDLE_CASES; n++) {
        case_t c;
        bool solved = false;
        draw_case (&c, (shape_t) (n % SHAPES), 30 + draw_below (&seed, CASE_CITIZENS - 30),
                   5 + draw_below (&seed, CASE_POSITIONS - 5), &seed);
        watch_t all = solve_watched (&c, UINT64_MAX, &solved);
        cr_assert (solved && all.asked > 0);
        cr_assert (all.most_looked_at <= 2 * c.n_pairs, "%" PRIu64 " pairs between two questions", all.most_looked_at);
        for (uint64_t no_from = 1; no_from <= all.asked; no_from += 1 + draw_below (&seed, 9)) {
            watch_t watch = solve_watched (&c, no_from, &solved);
            cr_assert (!solved, "case %d: no to question %" PRIu64 " of %" PRIu64, n, no_from, all.asked);
            cr_assert (watch.asked < no_from + ASKED_AFTER_NO, "case %d: asked on after question %" PRIu64, n, no_from);
            broken_off++;
        }
    }
    cr_assert (broken_off > 100 * MIDDLE_CASES / 10);
}
