#include "placement/match_why.h"

#include "base/ensure.h"
#include "placement/match/change.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const world_t *world;
    matching_t *matching;
    size_t candidate;
    uint32_t *pairs; /* room for one row of either side */
    bool no_memory;
} why_t;

static bool start (why_t *why, const world_t *world, matching_t *matching, size_t candidate)
{
    size_t more = world->n_candidates > world->n_positions ? world->n_candidates : world->n_positions;
    *why = (why_t){ .world = world, .matching = matching, .candidate = candidate };
    why->pairs = malloc ((more + 1) * sizeof *why->pairs);
    return why->pairs;
}

static bool end (why_t *why)
{
    free (why->pairs);
    return !why->no_memory;
}

/* --- asking --- */

static void be_like (why_t *why, const match_candidate_t *candidate)
{
    uint32_t count = world_pairs_of_candidate (why->world, why->candidate, candidate, why->pairs);
    why->no_memory |= !matching_set_citizen (why->matching, (uint32_t) why->candidate, why->pairs, count);
}

static void have_position (why_t *why, size_t p, const match_position_t *position)
{
    uint32_t count = world_pairs_of_position (why->world, p, position, why->pairs);
    why->no_memory |=
        !matching_set_position (why->matching, (uint32_t) p, (uint32_t) position->openings, why->pairs, count);
}

static uint32_t place_now (why_t *why)
{
    why->no_memory |= !matching_settle (why->matching, NULL, NULL);
    return matching_place (why->matching, (uint32_t) why->candidate);
}

/* Would the change give the candidate a place? Everything is as it was afterwards. */
static bool would_place (why_t *why, change_t *change)
{
    uint32_t place;
    if (change->kind == CHANGE_OPENING) {
        why->no_memory |= !matching_set_openings (why->matching, (uint32_t) change->position, (uint32_t) change->to);
        place = place_now (why);
        why->no_memory |= !matching_set_openings (why->matching, (uint32_t) change->position, (uint32_t) change->from);
    } else if (change->kind == CHANGE_CONDITION) {
        match_position_t position = why->world->positions[change->position];
        change_position (change, &position);
        have_position (why, change->position, &position);
        place = place_now (why);
        have_position (why, change->position, &why->world->positions[change->position]);
    } else {
        match_candidate_t candidate = why->world->candidates[why->candidate];
        change_candidate (change, &candidate);
        be_like (why, &candidate);
        place = place_now (why);
        be_like (why, &why->world->candidates[why->candidate]);
        change->position = place;
    }
    return place != MATCH_NOWHERE && !why->no_memory;
}

/* --- changes --- */

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
    else if (change->kind == CHANGE_CONDITION && position->n_offers < MATCH_CONDITIONS_MAX)
        position->offers[position->n_offers++] = change->word;
}

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
        break;
    case MATCH_ABILITY:
        change.kind = CHANGE_ABILITY;
        change.from = line->has;
        change.to = line->asked - MATCH_GAP_MOST;
        break;
    case MATCH_CONDITION:
        change.kind = CHANGE_CONDITION;
        break;
    case MATCH_DISTRICT:
    case MATCH_WAITING:
        ensure (line->topic == MATCH_HOURS); /* these exclude nobody */
    }
    return change;
}

static int size_of (const change_t *change)
{
    return change->to - change->from;
}

/* The smallest of each kind so far. */
static void keep (why_t *why, change_t change, change_t *best, bool *known)
{
    bool smaller = !known[change.kind] || size_of (&change) < size_of (&best[change.kind]);
    if (smaller && would_place (why, &change)) {
        best[change.kind] = change;
        known[change.kind] = true;
    }
}

bool why_changes (const world_t *world, matching_t *matching, size_t candidate, change_t ret[CHANGES_MAX],
                  size_t *ret_count)
{
    why_t why;
    change_t best[CHANGES_MAX];
    bool known[CHANGES_MAX] = { false };
    if (!start (&why, world, matching, candidate))
        return false;
    for (size_t p = 0; p < world->n_positions; p++) {
        match_assessment_t assessment;
        match_assess (&world->candidates[candidate], &world->positions[p], &world->weights, &assessment);
        if (world->left_out[candidate * world->n_positions + p])
            continue;
        int openings = world->positions[p].openings;
        if (!assessment.excluded)
            keep (&why, (change_t){ CHANGE_OPENING, p, "", openings, openings + 1, { { 0 } } }, best, known);
        else if (assessment.n_lines == 1)
            keep (&why, change_for (&assessment.lines[0], p), best, known);
    }
    *ret_count = 0;
    for (size_t kind = 0; kind < CHANGES_MAX; kind++)
        if (known[kind])
            ret[(*ret_count)++] = best[kind];
    why.no_memory |= !matching_settle (matching, NULL, NULL);
    return end (&why);
}

/* --- the nearest --- */

static int by_loss (const void *left, const void *right)
{
    const nearest_t *a = left, *b = right;
    if (a->people != b->people)
        return a->people < b->people ? -1 : 1;
    if (a->points != b->points)
        return a->points < b->points ? -1 : 1;
    return (a->position > b->position) - (a->position < b->position);
}

/* What the plan loses when people decide that the candidate gets this position. */
static nearest_t loss_of (why_t *why, uint32_t pair, totals_t best)
{
    uint32_t candidate = (uint32_t) why->candidate, position = pair_other (pair);
    uint32_t openings = (uint32_t) why->world->positions[position].openings;
    why->no_memory |= !matching_lock (why->matching, candidate, position);
    totals_t with = matching_totals (why->matching);
    why->no_memory |= !matching_set_openings (why->matching, position, openings);
    be_like (why, &why->world->candidates[candidate]);
    uint32_t placed = with.placed + 1;
    uint64_t score = with.score + (uint64_t) pair_score (pair);
    return (nearest_t){ .position = position,
                        .score = pair_score (pair),
                        .people = best.placed - placed,
                        .points = (int64_t) (best.score - score) };
}

bool why_nearest (const world_t *world, matching_t *matching, size_t candidate, nearest_t ret[NEAREST_MAX],
                  size_t *ret_count)
{
    why_t why;
    if (!start (&why, world, matching, candidate))
        return false;
    nearest_t *all = malloc ((world->n_positions + 1) * sizeof *all);
    uint32_t *pairs = malloc ((world->n_positions + 1) * sizeof *pairs);
    totals_t best = matching_totals (matching);
    size_t count = 0;
    why.no_memory |= !all || !pairs;
    uint32_t n = why.no_memory ? 0 : world_pairs_of_candidate (world, candidate, &world->candidates[candidate], pairs);
    for (uint32_t k = 0; k < n && !why.no_memory; k++)
        if (world->positions[pair_other (pairs[k])].openings > 0)
            all[count++] = loss_of (&why, pairs[k], best);
    if (count > 0)
        qsort (all, count, sizeof *all, by_loss);
    *ret_count = count < NEAREST_MAX ? count : NEAREST_MAX;
    for (size_t k = 0; k < *ret_count; k++)
        ret[k] = all[k];
    free (all);
    free (pairs);
    why.no_memory |= !matching_settle (matching, NULL, NULL);
    return end (&why);
}
