/* P3, P4: every change that is said to give a place gives it when it is made, and none smaller of its kind does. */
#include "base/own.h"
#include "harness/chance.h"
#include "placement/match/floor.h"
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
    left_out_t left_out[PEOPLE * JOBS];
    size_t lock[PEOPLE];
} scene_t;

static int below (uint64_t *seed, int n)
{
    return (int) (draw (seed) % (uint64_t) n);
}

/* By a lock; some wait. */
static size_t take_opening (scene_t *s, uint64_t *seed)
{
    size_t p = (size_t) below (seed, (int) s->world.n_positions);
    if (s->positions[p].openings == 0)
        return LOCK_WAITS;
    s->positions[p].openings--;
    return p;
}

static void draw_scene (scene_t *s, uint64_t *seed)
{
    *s = (scene_t){ .world = { .n_candidates = (size_t) below (seed, PEOPLE) + 1,
                               .n_positions = (size_t) below (seed, JOBS) + 1,
                               .weights = { .ability = 400,
                                            .hours = 300,
                                            .district = 200,
                                            .waiting = 100,
                                            .gap_most = MATCH_GAP_USUAL,
                                            .level_unstated = MATCH_UNSTATED_USUAL,
                                            .wait_days = MATCH_WAIT_USUAL },
                               .group_percent = (uint32_t) (10 + 20 * below (seed, 3)),
                               .floor_percent = below (seed, 2) ? 100 : 0 } };
    for (int from = 1; from <= DISTRICT_COUNT; from++)
        for (int to = 1; to <= DISTRICT_COUNT; to++)
            s->world.weights.travel.minutes[from][to] = from == to ? 10 : 30 + 10 * below (seed, 3);
    s->world.candidates = s->candidates;
    s->world.positions = s->positions;
    s->world.left_out = s->left_out;
    s->world.lock = s->lock;
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
        s->left_out[k] = below (seed, 12) == 0 ? FORBIDDEN : below (seed, 20) == 0 ? PROPOSED_BEFORE : NOT_LEFT_OUT;
    for (size_t c = 0; c < s->world.n_candidates; c++)
        s->lock[c] = below (seed, 6) == 0 ? take_opening (s, seed) : NO_LOCK;
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

static void copy_scene (const scene_t *from, scene_t *to)
{
    *to = *from;
    to->world.candidates = to->candidates;
    to->world.positions = to->positions;
    to->world.left_out = to->left_out;
    to->world.lock = to->lock;
}

/* As a run would propose it. */
static size_t place_from_nothing (const scene_t *scene, size_t candidate)
{
    owned (arena) arena = arena_new (1 << 20);
    owned (matching) matching = cold (&scene->world);
    proposed_t proposed;
    cr_assert (why_proposed (&scene->world, matching, arena, &proposed));
    return why_place (&scene->world, &proposed, candidate);
}

static bool places (const scene_t *scene, size_t candidate, const change_t *change)
{
    scene_t other;
    copy_scene (scene, &other);
    change_make (change, candidate, &other.world);
    return place_from_nothing (&other, candidate) < other.world.n_positions;
}

static bool one_more_opening_places (const scene_t *s, size_t candidate, size_t p)
{
    int openings = s->positions[p].openings;
    return places (s, candidate, &(change_t){ .kind = CHANGE_OPENING, .position = p, .word = "", .to = openings + 1 });
}

/* Every opening, ban, lock and number of minutes that there is, up to a size. */
static void expect_none_smaller (const scene_t *s, size_t candidate, const change_t *known, const bool *is_known)
{
    int free = s->candidates[candidate].minutes_free;
    int most = is_known[CHANGE_HOURS] ? known[CHANGE_HOURS].to : 600;
    for (int minutes = free + 1; minutes < most; minutes++)
        if (minutes % 20 == 0)
            cr_assert (!places (s, candidate, &(change_t){ .kind = CHANGE_HOURS, .word = "", .to = minutes }));
    for (size_t p = 0; p < s->world.n_positions; p++) {
        change_t ban = { .kind = CHANGE_BAN, .position = p, .word = "" };
        left_out_t left_out = s->left_out[candidate * s->world.n_positions + p];
        cr_assert (is_known[CHANGE_OPENING] || !one_more_opening_places (s, candidate, p));
        cr_assert (is_known[CHANGE_BAN] || left_out != FORBIDDEN || !places (s, candidate, &ban));
    }
    for (size_t other = 0; other < s->world.n_candidates; other++) {
        change_t lock = { .kind = CHANGE_LOCK, .position = s->lock[other], .word = "", .other = other };
        cr_assert (is_known[CHANGE_LOCK] || s->lock[other] >= s->world.n_positions || !places (s, candidate, &lock));
    }
}

/* Of one scene: how many changes of each kind were told. */
static int expect_true_changes (scene_t *s, bool search, int told[CHANGES_MAX])
{
    int unplaced = 0;
    owned (matching) matching = cold (&s->world);
    for (size_t c = 0; c < s->world.n_candidates; c++) {
        owned (arena) arena = arena_new (1 << 20);
        change_t changes[CHANGES_MAX], known[CHANGES_MAX] = { 0 };
        bool is_known[CHANGES_MAX] = { false };
        size_t count = 0;
        if (place_from_nothing (s, c) < s->world.n_positions)
            continue;
        cr_assert (why_changes (&s->world, matching, arena, c, changes, &count));
        for (size_t k = 0; k < count; k++) {
            cr_assert (places (s, c, &changes[k]), "candidate %zu, kind %d", c, (int) changes[k].kind);
            known[changes[k].kind] = changes[k];
            is_known[changes[k].kind] = true;
            told[changes[k].kind]++;
        }
        if (search && s->lock[c] == NO_LOCK)
            expect_none_smaller (s, c, known, is_known);
        unplaced++;
    }
    owned (matching) before = cold (&s->world);
    for (size_t c = 0; c < s->world.n_candidates; c++)
        cr_assert_eq (matching_place (matching, (uint32_t) c), matching_place (before, (uint32_t) c));
    return unplaced;
}

Test (placement_why, every_change_that_is_said_to_give_a_place_gives_it_and_none_smaller_does, .description = "P4")
{
    uint64_t seed = 41;
    int told[CHANGES_MAX] = { 0 }, unplaced = 0, under_a_floor = 0;
    for (int n = 0; n < WORLDS; n++) {
        static scene_t s;
        draw_scene (&s, &seed);
        scene_t before;
        copy_scene (&s, &before);
        int count = expect_true_changes (&s, n % 5 == 0 && s.world.floor_percent == 0, told);
        unplaced += count;
        under_a_floor += s.world.floor_percent ? count : 0;
        cr_assert (memcmp (s.lock, before.lock, sizeof s.lock) == 0 &&
                       memcmp (s.left_out, before.left_out, sizeof s.left_out) == 0,
                   "the world is as it was");
    }
    for (int kind = 0; kind < CHANGES_MAX; kind++)
        cr_assert (told[kind] > 20, "of kind %d there were %d", kind, told[kind]);
    cr_assert (unplaced > 300 && under_a_floor > 100, "%d, %d", unplaced, under_a_floor);
}

/* What a plan is worth in which `candidate` has the position: with everything else left to the match. */
static void expect_loss (const scene_t *s, const proposed_t *best, size_t candidate, const nearest_t *nearest)
{
    scene_t other;
    copy_scene (s, &other);
    other.positions[nearest->position].openings--;
    for (size_t p = 0; p < s->world.n_positions; p++)
        other.left_out[candidate * s->world.n_positions + p] = FORBIDDEN;
    bool in_group[PEOPLE];
    memcpy (in_group, best->in_group, sizeof in_group);
    uint32_t own = in_group[candidate], group, placed;
    in_group[candidate] = false;
    owned (matching) without = cold (&other.world);
    floor_t floor;
    if (best->least > 0)
        cr_assert (matching_floor (without, in_group, best->least - own, &floor));
    totals_t totals = matching_totals (without);
    placed = group_placed (without, in_group) + own;
    group = placed < best->least ? placed : best->least;
    cr_assert_eq (nearest->people, (int64_t) best->people - totals.placed - 1);
    cr_assert_eq (nearest->group, (int64_t) best->group - group);
    cr_assert_eq (nearest->points, (int64_t) best->score - (int64_t) totals.score - nearest->score);
    cr_assert (nearest->people >= 0);
    cr_assert (nearest->people > 0 || nearest->group >= 0);
    cr_assert (nearest->people > 0 || nearest->group > 0 || nearest->points >= 0);
}

Test (placement_why, what_the_plan_would_lose_is_what_it_loses, .description = "P4, P6")
{
    uint64_t seed = 42, compared = 0, by_floor = 0, full = 0;
    for (int n = 0; n < WORLDS; n++) {
        static scene_t s;
        draw_scene (&s, &seed);
        owned (arena) arena = arena_new (1 << 20);
        owned (matching) matching = cold (&s.world);
        proposed_t proposed;
        cr_assert (why_proposed (&s.world, matching, arena, &proposed));
        for (size_t c = 0; c < s.world.n_candidates; c++) {
            nearest_t nearest[NEAREST_MAX];
            size_t count = 0;
            if (s.lock[c] != NO_LOCK || why_place (&s.world, &proposed, c) < s.world.n_positions)
                continue;
            cr_assert (why_nearest (&s.world, matching, &proposed, c, nearest, &count));
            for (size_t k = 0; k < count; k++) {
                full += nearest[k].full;
                if (nearest[k].full)
                    continue;
                expect_loss (&s, &proposed, c, &nearest[k]);
                compared++;
                by_floor += nearest[k].people == 0 && nearest[k].group > 0;
            }
        }
    }
    cr_assert (compared > 100 && by_floor > 10 && full > 10, "%d, %d, %d", (int) compared, (int) by_floor, (int) full);
}

static bool is_listed (const nearest_t *list, size_t count, size_t position)
{
    for (size_t k = 0; k < count; k++)
        if (list[k].position == position)
            return true;
    return false;
}

/* People, then of the group, then points, then the older position. */
static bool is_further (const nearest_t *one, const nearest_t *other)
{
    int64_t of_one[] = { one->people, one->group, one->points, (int64_t) one->position };
    int64_t of_other[] = { other->people, other->group, other->points, (int64_t) other->position };
    int k = 0;
    while (k < 3 && of_one[k] == of_other[k])
        k++;
    return of_one[k] > of_other[k];
}

Test (placement_why, no_position_is_nearer_than_those_that_are_told, .description = "P4")
{
    uint64_t seed = 43, left_out = 0;
    for (int n = 0; n < 8 * WORLDS; n++) {
        static scene_t s;
        draw_scene (&s, &seed);
        for (size_t c = 0; c < s.world.n_candidates; c++) { /* more of them fit in more places */
            s.candidates[c].n_needs = 0;
            s.candidates[c].minutes_free = MATCH_NOT_STATED;
            s.candidates[c].times = (week_t){ { 0 } };
            s.candidates[c].travel_most = MATCH_NOT_STATED;
            for (size_t d = 0; d < s.candidates[c].n_abilities; d++)
                s.candidates[c].abilities[d].level = 2 + s.candidates[c].abilities[d].level / 2;
        }
        owned (arena) arena = arena_new (1 << 20);
        owned (matching) matching = cold (&s.world);
        proposed_t proposed;
        cr_assert (why_proposed (&s.world, matching, arena, &proposed));
        for (size_t c = 0; c < s.world.n_candidates; c++) {
            nearest_t nearest[NEAREST_MAX], other;
            uint32_t row[JOBS], fits = world_pairs_of_candidate (&s.world, c, &s.candidates[c], row);
            size_t count = 0;
            if (s.lock[c] != NO_LOCK || why_place (&s.world, &proposed, c) < s.world.n_positions)
                continue;
            cr_assert (why_nearest (&s.world, matching, &proposed, c, nearest, &count));
            for (size_t k = 1; k < count && !nearest[k].full; k++)
                cr_assert (is_further (&nearest[k], &nearest[k - 1]));
            for (uint32_t k = 0; k < fits; k++) {
                if (is_listed (nearest, count, pair_other (row[k])))
                    continue;
                cr_assert (why_not (&s.world, matching, &proposed, c, pair_other (row[k]), &other));
                cr_assert_eq (count, NEAREST_MAX);
                cr_assert (is_further (&other, &nearest[NEAREST_MAX - 1]), "world %d, candidate %d", n, (int) c);
                left_out++;
            }
        }
    }
    cr_assert (left_out > 30, "%d", (int) left_out);
}
