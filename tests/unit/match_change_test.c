/* P8: after each change the plan is the best again, and the same that a cold solve of the changed case gives. */
#include "match_kit.h"

#include "placement/match/change.h"

#include <stdio.h>

enum { CASES = 45, CHANGES = 60, WALK_CASES = 9, WALK_CHANGES = 700, WHOLE_CASES = 36, WHOLE_CHANGES = 60 };

static bool has_pair (const case_t *c, uint32_t citizen, uint32_t position, uint32_t *ret_at)
{
    for (*ret_at = 0; *ret_at < c->n_pairs; (*ret_at)++)
        if (c->pairs[*ret_at].citizen == citizen && c->pairs[*ret_at].position == position)
            return true;
    return false;
}

static void drop (case_t *c, uint32_t at)
{
    c->pairs[at] = c->pairs[--c->n_pairs];
}

static void put (case_t *c, uint32_t citizen, uint32_t position, uint32_t score)
{
    uint32_t at;
    if (!has_pair (c, citizen, position, &at)) {
        cr_assert (c->n_pairs < CASE_PAIRS);
        c->n_pairs++;
    }
    c->pairs[at] = (instance_pair_t){ citizen, position, score };
}

/* The pairs of one citizen, or of one position, as the engine takes them. */
static uint32_t packed (const case_t *c, bool of_citizen, uint32_t number, uint32_t *ret)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < c->n_pairs; k++)
        if ((of_citizen ? c->pairs[k].citizen : c->pairs[k].position) == number)
            ret[n++] = pair_pack (of_citizen ? c->pairs[k].position : c->pairs[k].citizen, c->pairs[k].score);
    return n;
}

/* --- one change to the case and to the engine --- */

static void change_citizen (case_t *c, matching_t *m, shape_t shape, uint64_t *seed)
{
    uint32_t citizen = draw_below (seed, c->citizens), pairs[CASE_POSITIONS], leaves = draw_below (seed, 2);
    for (uint32_t k = c->n_pairs; k-- > 0;)
        if (c->pairs[k].citizen == citizen)
            drop (c, k);
    for (uint32_t p = 0; p < c->positions && !leaves; p++)
        if (shape_has_pair (shape, citizen, p, seed) && c->n_pairs < CASE_PAIRS)
            put (c, citizen, p, shape_score (shape, p, seed));
    cr_assert (matching_set_citizen (m, citizen, pairs, packed (c, true, citizen, pairs)));
}

static void change_position (case_t *c, matching_t *m, shape_t shape, uint64_t *seed)
{
    uint32_t position = draw_below (seed, c->positions), pairs[CASE_CITIZENS];
    c->openings[position] = draw_below (seed, 4);
    for (uint32_t k = c->n_pairs; k-- > 0;)
        if (c->pairs[k].position == position)
            drop (c, k);
    for (uint32_t i = 0; i < c->citizens && draw_below (seed, 40) > 0; i++)
        if (shape_has_pair (shape, i, position, seed) && c->n_pairs < CASE_PAIRS)
            put (c, i, position, shape_score (shape, position, seed));
    cr_assert (matching_set_position (m, position, c->openings[position], pairs, packed (c, false, position, pairs)));
}

static void change_openings (case_t *c, matching_t *m, uint64_t *seed)
{
    uint32_t position = draw_below (seed, c->positions);
    c->openings[position] = draw_below (seed, 6);
    cr_assert (matching_set_openings (m, position, c->openings[position]));
}

static void change_pair (case_t *c, matching_t *m, shape_t shape, uint64_t *seed)
{
    uint32_t citizen = draw_below (seed, c->citizens), position = draw_below (seed, c->positions), at;
    if (matching_place (m, citizen) != MATCH_NOWHERE && draw_below (seed, 2))
        position = matching_place (m, citizen);
    if (draw_below (seed, 2) && has_pair (c, citizen, position, &at)) {
        drop (c, at);
        cr_assert (matching_forbid (m, citizen, position));
    } else if (c->n_pairs < CASE_PAIRS) {
        uint32_t score = draw_below (seed, 2) ? draw_below (seed, 1001) : shape_score (shape, position, seed);
        put (c, citizen, position, score);
        cr_assert (matching_allow (m, citizen, position, score));
    }
}

static void lock_somebody (case_t *c, matching_t *m, uint64_t *seed)
{
    uint32_t citizen = draw_below (seed, c->citizens), position = draw_below (seed, c->positions);
    if (c->openings[position] == 0)
        return;
    c->openings[position]--;
    for (uint32_t k = c->n_pairs; k-- > 0;)
        if (c->pairs[k].citizen == citizen)
            drop (c, k);
    cr_assert (matching_lock (m, citizen, position));
}

static void change_something (case_t *c, matching_t *m, shape_t shape, uint64_t *seed)
{
    switch (draw_below (seed, 9)) {
    case 0:
    case 1:
        change_citizen (c, m, shape, seed);
        break;
    case 2:
        change_position (c, m, shape, seed);
        break;
    case 3:
    case 4:
        change_openings (c, m, seed);
        break;
    case 5:
        lock_somebody (c, m, seed);
        break;
    default:
        change_pair (c, m, shape, seed);
    }
}

/* --- against a cold solve --- */

static matching_t *cold (const case_t *c)
{
    matching_t *m = new_matching (c);
    cr_assert (matching_solve (m) && matching_settle (m, NULL, NULL));
    return m;
}

static void expect_same_plan (const matching_t *m, const matching_t *other, const char *when)
{
    totals_t totals = matching_totals (m), others = matching_totals (other);
    cr_assert_eq (totals.placed, others.placed, "%s: %u placed, not %u", when, totals.placed, others.placed);
    cr_assert_eq (totals.score, others.score);
    for (uint32_t i = 0; i < matching_instance (m)->citizens; i++)
        cr_assert_eq (matching_place (m, i), matching_place (other, i), "%s: citizen %u", when, i);
}

Test (match_change, after_every_change_the_plan_is_that_of_a_cold_solve)
{
    uint64_t seed = 11;
    for (int n = 0; n < CASES; n++) {
        static case_t c;
        shape_t shape = (shape_t) (n % SHAPES);
        bool tiny = n % 2;
        draw_case (&c, shape, 1 + draw_below (&seed, tiny ? TINY : 80), 1 + draw_below (&seed, tiny ? TINY : 25),
                   &seed);
        matching_t *m = cold (&c);
        for (int k = 0; k < CHANGES; k++) {
            char when[64];
            snprintf (when, sizeof when, "case %d, change %d", n, k);
            change_something (&c, m, shape, &seed);
            check_proof (m);
            cr_assert_eq (matching_instance (m)->pairs, c.n_pairs);
            if (k % 3 == 0)
                cr_assert (matching_settle (m, NULL, NULL));
            matching_t *fresh = cold (&c);
            cr_assert_eq (matching_totals (m).placed, matching_totals (fresh).placed);
            cr_assert_eq (matching_totals (m).score, matching_totals (fresh).score);
            if (k % 3 == 0)
                expect_same_plan (m, fresh, when);
            matching_destroy (&fresh);
        }
        matching_destroy (&m);
    }
}

Test (match_change, hundreds_of_changes_leave_no_trace_in_the_plan)
{
    uint64_t seed = 12;
    for (int n = 0; n < WALK_CASES; n++) {
        static case_t c;
        draw_case (&c, (shape_t) n, 100 + draw_below (&seed, 200), 20 + draw_below (&seed, 60), &seed);
        matching_t *m = new_matching (&c);
        cr_assert (matching_solve (m));
        for (int k = 0; k < WALK_CHANGES; k++)
            change_something (&c, m, (shape_t) n, &seed);
        check_proof (m);
        cr_assert (matching_settle (m, NULL, NULL));
        matching_t *fresh = cold (&c);
        expect_same_plan (m, fresh, "in the end");
        matching_destroy (&fresh);
        matching_destroy (&m);
    }
}

/* Many faults at once, which keep what lies near (placement/match/near.h). */
Test (match_change, a_position_with_many_openings_closes_and_opens_again)
{
    uint64_t seed = 13;
    for (int n = 0; n < WHOLE_CASES; n++) {
        static case_t c;
        draw_case (&c, (shape_t) (n % SHAPES), 100 + draw_below (&seed, 200), 20 + draw_below (&seed, 20), &seed);
        matching_t *m = cold (&c);
        for (int k = 0; k < WHOLE_CHANGES; k++) {
            char when[64];
            snprintf (when, sizeof when, "case %d, change %d", n, k);
            uint32_t position = draw_below (&seed, c.positions);
            c.openings[position] = draw_below (&seed, 2) ? 0 : 3 + draw_below (&seed, 20);
            cr_assert (matching_set_openings (m, position, c.openings[position]));
            check_proof (m);
            cr_assert (matching_settle (m, NULL, NULL));
            matching_t *fresh = cold (&c);
            expect_same_plan (m, fresh, when);
            matching_destroy (&fresh);
        }
        matching_destroy (&m);
    }
}

Test (match_change, who_arrives_takes_a_number_that_was_kept_free)
{
    static case_t c = { .citizens = 1, .positions = 1, .openings = { 1 }, .n_pairs = 1 };
    c.pairs[0] = (instance_pair_t){ 0, 0, 5 };
    instance_t *instance = build (&c);
    cr_assert (instance_add_room (instance, 2, 1));
    matching_t *m = matching_new (&instance);
    cr_assert (matching_solve (m));
    cr_assert (matching_set_citizen (m, 1, (uint32_t[]){ pair_pack (0, 6) }, 1));
    cr_assert_eq (matching_place (m, 1), 0);
    cr_assert_eq (matching_place (m, 0), MATCH_NOWHERE);
    cr_assert (matching_set_position (m, 1, 1, (uint32_t[]){ pair_pack (1, 0), pair_pack (0, 0) }, 2));
    cr_assert_eq (matching_totals (m).placed, 2);
    cr_assert_eq (matching_totals (m).score, 6);
    check_proof (m);
    matching_destroy (&m);
}
