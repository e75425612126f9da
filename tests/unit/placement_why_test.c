/* P3, P4: every change that is said to give a place gives it when it is made, and none smaller of its kind does. */
#include "harness/chance.h"
#include "placement/match_why.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { WORLDS = 250, PEOPLE = 14, JOBS = 7 };

static const char *const DIMENSIONS[] = { "lifting", "pace", "numbers" };
static const char *const CONDITIONS[] = { "quiet", "step-free" };

typedef struct {
    world_t world;
    match_candidate_t candidates[PEOPLE];
    match_position_t positions[JOBS];
    bool left_out[PEOPLE * JOBS];
} scene_t;

static int below (uint64_t *seed, int n)
{
    return (int) (draw (seed) % (uint64_t) n);
}

static void draw_scene (scene_t *s, uint64_t *seed)
{
    *s = (scene_t){ .world = { .n_candidates = (size_t) below (seed, PEOPLE) + 1,
                               .n_positions = (size_t) below (seed, JOBS) + 1,
                               .weights = { .ability = 400, .hours = 300, .district = 200, .waiting = 100 } } };
    for (int from = 1; from <= DISTRICT_COUNT; from++)
        for (int to = 1; to <= DISTRICT_COUNT; to++)
            s->world.weights.travel.minutes[from][to] = from == to ? 10 : 30 + 10 * below (seed, 3);
    s->world.candidates = s->candidates;
    s->world.positions = s->positions;
    s->world.left_out = s->left_out;
    for (size_t c = 0; c < s->world.n_candidates; c++) {
        match_candidate_t *candidate = &s->candidates[c];
        *candidate = (match_candidate_t){ .citizen = c + 1,
                                          .minutes_free = 60 * below (seed, 12),
                                          .district = 1 + below (seed, 3),
                                          .travel_most = below (seed, 3) ? MATCH_NOT_STATED : 20 * below (seed, 3),
                                          .days_waited = (int) (PEOPLE - c) };
        for (int day = 1; day <= 2 && below (seed, 2); day++)
            cr_assert (week_add (&candidate->times, (week_span_t){ day, 9, 11 + below (seed, 4) }));
        for (size_t d = 0; d < 3; d++)
            candidate->abilities[candidate->n_abilities++] = (match_level_t){ DIMENSIONS[d], below (seed, 5) };
        for (size_t d = 0; d < 2; d++)
            if (below (seed, 3) == 0)
                candidate->needs[candidate->n_needs++] = CONDITIONS[d];
    }
    for (size_t p = 0; p < s->world.n_positions; p++) {
        match_position_t *position = &s->positions[p];
        *position = (match_position_t){ .position = p + 1,
                                        .weekly_minutes = 60 * (1 + below (seed, 9)),
                                        .district = 1 + below (seed, 3),
                                        .openings = 1 + below (seed, 2) };
        if (below (seed, 2))
            cr_assert (week_add (&position->times, (week_span_t){ 1 + below (seed, 2), 9, 11 + below (seed, 4) }));
        for (size_t d = 0; d < 3; d++)
            if (below (seed, 2))
                position->demands[position->n_demands++] = (match_level_t){ DIMENSIONS[d], below (seed, 5) };
        for (size_t d = 0; d < 2; d++)
            if (below (seed, 2))
                position->offers[position->n_offers++] = CONDITIONS[d];
    }
    for (size_t k = 0; k < s->world.n_candidates * s->world.n_positions; k++)
        s->left_out[k] = below (seed, 20) == 0;
}

/* From nothing. */
static matching_t *cold (const world_t *world)
{
    instance_pair_t pairs[PEOPLE * JOBS];
    uint32_t openings[JOBS], row[JOBS], n_pairs = 0;
    for (size_t p = 0; p < world->n_positions; p++)
        openings[p] = (uint32_t) world->positions[p].openings;
    for (uint32_t c = 0; c < world->n_candidates; c++) {
        uint32_t count = world_pairs_of_candidate (world, c, &world->candidates[c], row);
        for (uint32_t k = 0; k < count; k++)
            pairs[n_pairs++] = (instance_pair_t){ c, pair_other (row[k]), (uint32_t) pair_score (row[k]) };
    }
    instance_t *instance = NULL;
    cr_assert_eq (instance_build ((uint32_t) world->n_candidates, (uint32_t) world->n_positions, openings, pairs,
                                  n_pairs, &instance, NULL),
                  STATUS_OK);
    matching_t *matching = matching_new (&instance);
    cr_assert (matching && matching_solve (matching) && matching_settle (matching, NULL, NULL));
    return matching;
}

static bool places (const scene_t *scene, size_t candidate, const change_t *change)
{
    scene_t other = *scene;
    other.world.candidates = other.candidates;
    other.world.positions = other.positions;
    other.world.left_out = other.left_out;
    change_candidate (change, &other.candidates[candidate]);
    if (change->kind == CHANGE_CONDITION || change->kind == CHANGE_OPENING)
        change_position (change, &other.positions[change->position]);
    matching_t *matching = cold (&other.world);
    bool placed = matching_place (matching, (uint32_t) candidate) != MATCH_NOWHERE;
    matching_destroy (&matching);
    return placed;
}

/* Every condition, opening and number of minutes that there is, up to a size. */
static void expect_none_smaller (const scene_t *s, size_t candidate, const change_t *known)
{
    int free = s->candidates[candidate].minutes_free;
    int most = known[CHANGE_HOURS].to ? known[CHANGE_HOURS].to : 600;
    for (int minutes = free + 1; minutes < most; minutes++)
        if (minutes % 20 == 0)
            cr_assert (!places (s, candidate, &(change_t){ CHANGE_HOURS, 0, "", free, minutes, { { 0 } } }));
    for (size_t p = 0; p < s->world.n_positions; p++) {
        int openings = s->positions[p].openings;
        bool opens = places (s, candidate, &(change_t){ CHANGE_OPENING, p, "", openings, openings + 1, { { 0 } } });
        cr_assert (!opens || known[CHANGE_OPENING].to > 0);
    }
}

Test (placement_why, every_change_that_is_said_to_give_a_place_gives_it_and_none_smaller_does)
{
    uint64_t seed = 41;
    int told[CHANGES_MAX] = { 0 }, unplaced = 0;
    for (int n = 0; n < WORLDS; n++) {
        static scene_t s;
        draw_scene (&s, &seed);
        matching_t *matching = cold (&s.world), *before = cold (&s.world);
        for (size_t c = 0; c < s.world.n_candidates; c++) {
            change_t changes[CHANGES_MAX], known[CHANGES_MAX] = { 0 };
            size_t count = 0;
            if (matching_place (matching, (uint32_t) c) != MATCH_NOWHERE)
                continue;
            cr_assert (why_changes (&s.world, matching, c, changes, &count));
            for (size_t k = 0; k < count; k++) {
                cr_assert (places (&s, c, &changes[k]), "world %d, candidate %zu, kind %d", n, c,
                           (int) changes[k].kind);
                known[changes[k].kind] = changes[k];
                told[changes[k].kind]++;
            }
            if (n % 5 == 0)
                expect_none_smaller (&s, c, known);
            unplaced++;
        }
        for (size_t c = 0; c < s.world.n_candidates; c++)
            cr_assert_eq (matching_place (matching, (uint32_t) c), matching_place (before, (uint32_t) c));
        matching_destroy (&matching);
        matching_destroy (&before);
    }
    for (int kind = 0; kind < CHANGES_MAX; kind++)
        cr_assert (told[kind] > 20, "of kind %d there were %d", kind, told[kind]);
    cr_assert (unplaced > 300);
}

Test (placement_why, what_the_plan_would_lose_is_what_it_loses)
{
    uint64_t seed = 42, compared = 0;
    for (int n = 0; n < WORLDS; n++) {
        static scene_t s;
        draw_scene (&s, &seed);
        matching_t *matching = cold (&s.world);
        totals_t best = matching_totals (matching);
        for (size_t c = 0; c < s.world.n_candidates; c++) {
            nearest_t nearest[NEAREST_MAX];
            size_t count = 0;
            if (matching_place (matching, (uint32_t) c) != MATCH_NOWHERE)
                continue;
            cr_assert (why_nearest (&s.world, matching, c, nearest, &count));
            for (size_t k = 0; k < count; k++) { /* nothing else left for the candidate, and the opening kept free */
                scene_t other = s;
                other.world.candidates = other.candidates;
                other.world.positions = other.positions;
                other.world.left_out = other.left_out;
                other.positions[nearest[k].position].openings--;
                for (size_t p = 0; p < s.world.n_positions; p++)
                    other.left_out[c * s.world.n_positions + p] = true;
                matching_t *without = cold (&other.world);
                totals_t totals = matching_totals (without);
                cr_assert_eq (nearest[k].people, best.placed - totals.placed - 1);
                cr_assert_eq (nearest[k].points,
                              (int64_t) best.score - (int64_t) totals.score - (int64_t) nearest[k].score);
                matching_destroy (&without);
                compared++;
            }
        }
        matching_destroy (&matching);
    }
    cr_assert (compared > 200);
}
