#include "placement/match_why.h"

#include "base/ensure.h"
#include "base/own.h"
#include "placement/match/change.h"
#include "placement/match/floor.h"

#include <stdlib.h>
#include <string.h>

/* --- the plan that a run proposes --- */

static uint32_t at_most (uint32_t count, uint32_t most)
{
    return count < most ? count : most;
}

static void copy_places (const matching_t *matching, uint32_t *place)
{
    for (uint32_t i = 0; i < matching_instance (matching)->citizens; i++)
        place[i] = matching_place (matching, i);
}

/* What it is worth with so many of the group, and where it puts whom if that is wanted; the matching is as before. */
static bool with_floor (matching_t *matching, const bool *in_group, uint32_t least, proposed_t *ret)
{
    floor_t floor;
    matching_mark_t *mark = matching_mark (matching);
    if (!mark)
        return false;
    bool done = least == 0 || (matching_floor (matching, in_group, least, &floor) &&
                               (!ret->place || matching_settle (matching, NULL, NULL)));
    totals_t totals = matching_totals (matching);
    ret->people = totals.placed;
    ret->score = totals.score;
    ret->group = at_most (group_placed (matching, in_group), least);
    if (ret->place)
        copy_places (matching, ret->place);
    matching_back (matching, &mark);
    return done;
}

static bool propose (const world_t *world, matching_t *matching, proposed_t *proposed)
{
    const instance_t *instance = matching_instance (matching);
    uint32_t size = share_of (eligible_somewhere (instance), world->group_percent);
    proposed->least = share_of (size, world->floor_percent);
    if (!matching_settle (matching, NULL, NULL) || !hardest_to_place (instance, size, proposed->in_group))
        return false;
    copy_places (matching, proposed->without);
    return with_floor (matching, proposed->in_group, proposed->least, proposed);
}

bool why_proposed (const world_t *world, matching_t *matching, arena_t *arena, proposed_t *ret_proposed)
{
    size_t room = world->n_candidates + 1;
    proposed_t p = { .place = arena_alloc (arena, room * sizeof *p.place),
                     .without = arena_alloc (arena, room * sizeof *p.without),
                     .in_group = arena_alloc (arena, room) };
    *ret_proposed = p;
    return p.place && p.without && p.in_group && propose (world, matching, ret_proposed);
}

size_t why_place (const world_t *world, const proposed_t *proposed, size_t candidate)
{
    if (world->lock[candidate] != NO_LOCK)
        return world->lock[candidate];
    return proposed->place[candidate] == MATCH_NOWHERE ? NO_LOCK : proposed->place[candidate];
}

/* --- what the plan would lose --- */

/* `pairs` are the candidate's. The match is optimal afterwards, and not settled. */
static bool lose (const world_t *world, matching_t *matching, const proposed_t *proposed, uint32_t candidate,
                  uint32_t pair, const uint32_t *pairs, uint32_t n_pairs, nearest_t *ret)
{
    uint32_t position = pair_other (pair), openings = (uint32_t) world->positions[position].openings;
    bool in_group = proposed->in_group[candidate];
    proposed_t rest = { 0 };
    proposed->in_group[candidate] = false;
    bool done = matching_lock (matching, candidate, position) &&
                with_floor (matching, proposed->in_group, proposed->least - (in_group && proposed->least > 0), &rest);
    proposed->in_group[candidate] = in_group;
    uint32_t group = at_most (rest.group + in_group, proposed->least);
    *ret = (nearest_t){
        .position = position,
        .score = pair_score (pair),
        .people = (int64_t) proposed->people - rest.people - 1,
        .group = (int64_t) proposed->group - group,
        .points = (int64_t) proposed->score - (int64_t) rest.score - pair_score (pair),
    };
    return done && matching_set_openings (matching, position, openings) &&
           matching_set_citizen (matching, candidate, pairs, n_pairs);
}

static uint32_t *pairs_of (const world_t *world, size_t candidate, uint32_t *ret_count)
{
    uint32_t *pairs = malloc ((world->n_positions + 1) * sizeof *pairs);
    *ret_count = pairs ? world_pairs_of_candidate (world, candidate, &world->candidates[candidate], pairs) : 0;
    return pairs;
}

bool why_not (const world_t *world, matching_t *matching, const proposed_t *proposed, size_t candidate, size_t position,
              nearest_t *ret)
{
    uint32_t count, k = 0, *pairs = pairs_of (world, candidate, &count);
    while (k < count && pair_other (pairs[k]) != position)
        k++;
    ensure (!pairs || k < count);
    bool done = pairs && lose (world, matching, proposed, (uint32_t) candidate, pairs[k], pairs, count, ret) &&
                matching_settle (matching, NULL, NULL);
    free (pairs);
    return done;
}

static bool is_nearer (const nearest_t *a, const nearest_t *b)
{
    if (a->full != b->full)
        return b->full;
    if (a->people != b->people)
        return a->people < b->people;
    if (a->group != b->group)
        return a->group < b->group;
    if (a->points != b->points)
        return a->points < b->points;
    return a->position < b->position;
}

/* The nearest first. */
static void keep_if_near (const nearest_t *one, nearest_t nearest[NEAREST_MAX], size_t *count)
{
    size_t at = *count;
    while (at > 0 && is_nearer (one, &nearest[at - 1]))
        at--;
    if (at == NEAREST_MAX)
        return;
    *count += *count < NEAREST_MAX;
    memmove (nearest + at + 1, nearest + at, (*count - at - 1) * sizeof *nearest);
    nearest[at] = *one;
}

/* Where they would fit if an opening were left. */
static void keep_full (const world_t *world, size_t candidate, nearest_t nearest[NEAREST_MAX], size_t *count)
{
    for (size_t p = 0; p < world->n_positions; p++) {
        match_assessment_t assessment;
        if (world->positions[p].openings > 0 || world->left_out[candidate * world->n_positions + p] != NOT_LEFT_OUT)
            continue;
        match_assess (&world->candidates[candidate], &world->positions[p], &world->weights, &assessment);
        nearest_t one = { .position = p, .score = assessment.score, .full = true, .points = -assessment.score };
        if (!assessment.excluded)
            keep_if_near (&one, nearest, count);
    }
}

/* The prices say what a plan with the pair loses at least, in points and MATCH_PERSON for each person: by how much
 * they are above what the pair is worth. */
typedef struct {
    int64_t loss;
    uint32_t pair;
} at_least_t;

static int by_least_loss (const void *left, const void *right)
{
    const at_least_t *a = left, *b = right;
    if (a->loss != b->loss)
        return a->loss < b->loss ? -1 : 1;
    return (a->pair > b->pair) - (a->pair < b->pair);
}

static at_least_t *least_losses (const matching_t *matching, uint32_t candidate, const uint32_t *pairs, uint32_t count)
{
    at_least_t *losses = malloc ((count + 1) * sizeof *losses);
    for (uint32_t k = 0; losses && k < count; k++) {
        int64_t prices = (int64_t) matching_citizen_price (matching, candidate) +
                         matching_opening_price (matching, pair_other (pairs[k]));
        losses[k] = (at_least_t){ prices - MATCH_PERSON - pair_score (pairs[k]), pairs[k] };
    }
    if (losses && count > 0)
        qsort (losses, count, sizeof *losses, by_least_loss);
    return losses;
}

/* With a floor the prices say nothing of the plan that is proposed. */
static bool cannot_be_nearer (const at_least_t *least, const proposed_t *proposed, const nearest_t *last)
{
    int64_t loss = MATCH_PERSON * last->people + last->points;
    return proposed->least == 0 &&
           (least->loss > loss || (least->loss == loss && pair_other (least->pair) > last->position));
}

bool why_nearest (const world_t *world, matching_t *matching, const proposed_t *proposed, size_t candidate,
                  nearest_t ret[NEAREST_MAX], size_t *ret_count)
{
    uint32_t n_pairs, *pairs = pairs_of (world, candidate, &n_pairs);
    at_least_t *losses = pairs ? least_losses (matching, (uint32_t) candidate, pairs, n_pairs) : NULL;
    bool done = losses;
    *ret_count = 0;
    for (uint32_t k = 0; done && k < n_pairs; k++) {
        nearest_t one;
        if (*ret_count == NEAREST_MAX && cannot_be_nearer (&losses[k], proposed, &ret[NEAREST_MAX - 1]))
            break;
        done = lose (world, matching, proposed, (uint32_t) candidate, losses[k].pair, pairs, n_pairs, &one);
        if (done)
            keep_if_near (&one, ret, ret_count);
    }
    if (done)
        keep_full (world, candidate, ret, ret_count);
    free (losses);
    free (pairs);
    return done && matching_settle (matching, NULL, NULL);
}

/* --- making a change --- */

void change_candidate (const change_t *change, match_candidate_t *candidate)
{
    if (change->kind == CHANGE_HOURS)
        candidate->minutes_free = change->to;
    if (change->kind == CHANGE_TIMES)
        candidate->times = week_with (&candidate->times, &change->times);
    if (change->kind == CHANGE_TRAVEL)
        candidate->travel_most = change->to;
    for (size_t i = 0; change->kind == CHANGE_ABILITY && i < candidate->n_abilities; i++)
        if (strcmp (candidate->abilities[i].dimension, change->word) == 0)
            candidate->abilities[i].level = change->to;
}

void change_position (const change_t *change, match_position_t *position)
{
    if (change->kind == CHANGE_OPENING)
        position->openings = change->to;
    else if (change->kind == CHANGE_LOCK)
        position->openings++;
    else if (change->kind == CHANGE_CONDITION && position->n_offers < MATCH_CONDITIONS_MAX)
        position->offers[position->n_offers++] = change->word;
}

void change_make (const change_t *change, size_t candidate, world_t *world)
{
    change_candidate (change, &world->candidates[candidate]);
    if (change->kind == CHANGE_BAN)
        world->left_out[candidate * world->n_positions + change->position] = NOT_LEFT_OUT;
    if (change->kind == CHANGE_LOCK)
        world->lock[change->other] = NO_LOCK;
    if (change->position < world->n_positions)
        change_position (change, &world->positions[change->position]);
}

/* --- asking --- */

typedef struct {
    world_t *world;
    matching_t *matching;
    size_t candidate;
    uint32_t *pairs; /* room for one row of either side */
    proposed_t then; /* as it was asked last */
    bool no_memory;
} why_t;

static void refresh_citizen (why_t *why, size_t citizen)
{
    uint32_t count = world_pairs_of_candidate (why->world, citizen, &why->world->candidates[citizen], why->pairs);
    why->no_memory |= !matching_set_citizen (why->matching, (uint32_t) citizen, why->pairs, count);
}

static void refresh_position (why_t *why, size_t p)
{
    const match_position_t *position = &why->world->positions[p];
    uint32_t count = world_pairs_of_position (why->world, p, position, why->pairs);
    why->no_memory |=
        !matching_set_position (why->matching, (uint32_t) p, (uint32_t) position->openings, why->pairs, count);
}

static bool changes_position (const change_t *change)
{
    return change->kind == CHANGE_CONDITION || change->kind == CHANGE_OPENING || change->kind == CHANGE_LOCK;
}

/* What the match knows of those whom the change is about is what the world says of them. */
static void refresh (why_t *why, const change_t *change)
{
    if (changes_position (change) && change->position < why->world->n_positions)
        refresh_position (why, change->position);
    if (change->kind == CHANGE_LOCK)
        refresh_citizen (why, change->other);
    else if (!changes_position (change))
        refresh_citizen (why, why->candidate);
}

static uint32_t place_then (why_t *why)
{
    why->no_memory |= !propose (why->world, why->matching, &why->then);
    return why->no_memory ? MATCH_NOWHERE : why->then.place[why->candidate];
}

/* Would the change give the candidate a place? Everything is as it was afterwards. */
static bool would_place (why_t *why, change_t *change)
{
    world_t *world = why->world;
    bool somewhere = change->position < world->n_positions;
    size_t pair = why->candidate * world->n_positions + (somewhere ? change->position : 0), p = change->position;
    match_candidate_t candidate = world->candidates[why->candidate];
    match_position_t position = somewhere ? world->positions[p] : (match_position_t){ 0 };
    left_out_t left_out = world->left_out[pair];
    size_t lock = world->lock[change->other];
    change_make (change, why->candidate, world);
    refresh (why, change);
    uint32_t place = place_then (why);
    world->candidates[why->candidate] = candidate;
    if (somewhere)
        world->positions[p] = position;
    world->left_out[pair] = left_out;
    world->lock[change->other] = lock;
    refresh (why, change);
    if (!changes_position (change) && change->kind != CHANGE_BAN)
        change->position = place;
    return place != MATCH_NOWHERE && !why->no_memory;
}

/* --- the smallest of each kind --- */

/* What would take away the one thing that excludes the pair. */
static change_t change_for (const match_line_t *line, size_t position)
{
    change_t change = { .position = position, .word = line->word };
    switch (line->topic) {
    case MATCH_HOURS:
        change.kind = CHANGE_HOURS;
        change.from = line->has;
        change.to = line->asked;
        break;
    case MATCH_TIMES:
        change.kind = CHANGE_TIMES;
        change.times = line->missing;
        change.to = week_hours (&line->missing);
        break;
    case MATCH_TRAVEL:
        change.kind = CHANGE_TRAVEL;
        change.from = line->has;
        change.to = line->asked;
        change.certain = line->certain;
        break;
    case MATCH_ABILITY:
        change.kind = CHANGE_ABILITY;
        change.from = line->has;
        change.to = line->counted + line->asked - line->enough;
        break;
    case MATCH_CONDITION:
        change.kind = CHANGE_CONDITION;
        break;
    case MATCH_AT_WORK:
    case MATCH_DISTRICT:
    case MATCH_WAITING:
        ensure (line->topic == MATCH_HOURS); /* ideas are of none of these */
    }
    return change;
}

/* What might help, before anything is asked: the smallest of a kind first, and of equal ones that where the candidate
 * fits best. */
typedef struct {
    change_t change;
    int score;
} idea_t;

static int by_size (const void *left, const void *right)
{
    const idea_t *a = left, *b = right;
    int size_a = a->change.to - a->change.from, size_b = b->change.to - b->change.from;
    if (a->change.kind != b->change.kind)
        return a->change.kind < b->change.kind ? -1 : 1;
    if (size_a != size_b)
        return size_a < size_b ? -1 : 1;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->change.position != b->change.position)
        return a->change.position < b->change.position ? -1 : 1;
    return (a->change.other > b->change.other) - (a->change.other < b->change.other);
}

/* False: nothing that people can change at this position alone. */
static bool idea_for_position (const world_t *world, size_t candidate, size_t p, idea_t *ret)
{
    left_out_t left_out = world->left_out[candidate * world->n_positions + p];
    int openings = world->positions[p].openings;
    match_assessment_t assessment;
    match_assess (&world->candidates[candidate], &world->positions[p], &world->weights, &assessment);
    *ret = (idea_t){ .score = assessment.score };
    if (left_out == FORBIDDEN && !assessment.excluded && openings > 0)
        ret->change = (change_t){ .kind = CHANGE_BAN, .position = p, .word = "" };
    else if (left_out == NOT_LEFT_OUT && !assessment.excluded)
        ret->change =
            (change_t){ .kind = CHANGE_OPENING, .position = p, .word = "", .from = openings, .to = openings + 1 };
    else if (left_out == NOT_LEFT_OUT && assessment.n_lines == 1 && openings > 0 &&
             assessment.lines[0].topic != MATCH_AT_WORK)
        ret->change = change_for (&assessment.lines[0], p);
    else
        return false;
    return true;
}

/* One's own lock, which waits, or one of somebody else who has the place by it. While one's own stands, nothing else
 * helps. */
static size_t have_ideas (const world_t *world, size_t candidate, idea_t *ideas)
{
    size_t count = 0;
    bool locked = world->lock[candidate] != NO_LOCK;
    for (size_t p = 0; p < world->n_positions && !locked; p++)
        count += idea_for_position (world, candidate, p, &ideas[count]);
    for (size_t other = 0; other < world->n_candidates; other++) {
        size_t position = world->lock[other];
        if (locked ? other == candidate : position < world->n_positions)
            ideas[count++] =
                (idea_t){ .change = { .kind = CHANGE_LOCK, .position = position, .word = "", .other = other } };
    }
    if (count > 0)
        qsort (ideas, count, sizeof *ideas, by_size);
    return count;
}

bool why_changes (world_t *world, matching_t *matching, arena_t *arena, size_t candidate, change_t ret[CHANGES_MAX],
                  size_t *ret_count)
{
    size_t more = world->n_candidates > world->n_positions ? world->n_candidates : world->n_positions;
    why_t why = { .world = world, .matching = matching, .candidate = candidate };
    why.pairs = arena_alloc (arena, (more + 1) * sizeof *why.pairs);
    idea_t *ideas = arena_alloc (arena, (world->n_positions + world->n_candidates + 1) * sizeof *ideas);
    if (!why.pairs || !ideas || !why_proposed (world, matching, arena, &why.then))
        return false;
    size_t count = have_ideas (world, candidate, ideas), tries = 0;
    bool known = false;
    *ret_count = 0;
    for (size_t k = 0; k < count; k++) {
        bool new_kind = k == 0 || ideas[k].change.kind != ideas[k - 1].change.kind;
        known = known && !new_kind;
        tries = new_kind ? 0 : tries + 1;
        if (known || tries >= CHANGE_TRIES_MAX || !would_place (&why, &ideas[k].change))
            continue;
        ret[(*ret_count)++] = ideas[k].change;
        known = true;
    }
    return !why.no_memory && matching_settle (matching, NULL, NULL);
}
