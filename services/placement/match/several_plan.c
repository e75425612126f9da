/*
 * The plan. Everybody who has a job in the exact match keeps one throughout, so no step costs people.
 *
 *   aim     everybody lets go of what the prices say is not for them, and takes what is, as far as it is free
 *   polish  everybody lets go of one job, and what is free then is given out again, one to each: that is the exact
 *           match, so no other way of doing it would be better. Then another one of their jobs, until it helps no more.
 *
 * In a match of polish, who holds something besides has a way to take nothing more: a position of their own, of score
 * 0.
 */
#include "placement/match/several_engine.h"

#include "base/own.h"

#include <string.h>

enum {
    WORTHWHILE_ROUND = 16
}; /* while a round of polish brings more than one in so many of the gap, another follows */

int32_t score_at (const several_t *s, uint32_t citizen, uint32_t position)
{
    const uint32_t *x = list_first (&s->instance->of_citizen, citizen);
    while (pair_other (*x) != position)
        x++;
    return pair_score (*x);
}

void take_job (several_t *s, uint32_t citizen, uint32_t position, uint32_t score)
{
    uint32_t *jobs = jobs_of (s, &s->now, citizen), at = s->now.count[citizen]++;
    for (; at > 0 && jobs[at - 1] > position; at--)
        jobs[at] = jobs[at - 1];
    jobs[at] = position;
    s->left[position]--;
    s->now.score += score;
}

void drop_job (several_t *s, uint32_t citizen, uint32_t position, uint32_t score)
{
    uint32_t *jobs = jobs_of (s, &s->now, citizen), at = 0;
    while (jobs[at] != position)
        at++;
    for (s->now.count[citizen]--; at < s->now.count[citizen]; at++)
        jobs[at] = jobs[at + 1];
    s->left[position]++;
    s->now.score -= score;
}

void keep_if_best (several_t *s)
{
    if (s->now.score < s->best.score)
        return;
    s->best.score = s->now.score;
    memcpy (s->best.count, s->now.count, s->instance->citizens);
    memcpy (s->best.job, s->now.job, (size_t) s->instance->citizens * s->hours->jobs_most * sizeof *s->now.job);
}

void plan_restore (several_t *s)
{
    s->now.score = s->best.score;
    memcpy (s->now.count, s->best.count, s->instance->citizens);
    memcpy (s->now.job, s->best.job, (size_t) s->instance->citizens * s->hours->jobs_most * sizeof *s->now.job);
    memcpy (s->left, s->instance->openings, s->instance->positions * sizeof *s->left);
    for (uint32_t i = 0; i < s->instance->citizens; i++)
        for (uint32_t k = 0; k < s->now.count[i]; k++)
            s->left[jobs_of (s, &s->now, i)[k]]--;
}

/* --- aim --- */

static bool is_among (const uint32_t *positions, uint32_t count, uint32_t position)
{
    for (uint32_t k = 0; k < count; k++)
        if (positions[k] == position)
            return true;
    return false;
}

/* Drops what is not in the choice, but for `least` jobs. */
static void let_go (several_t *s, uint32_t citizen, const choice_t *choice, uint32_t least)
{
    for (uint32_t k = s->now.count[citizen]; k > 0 && s->now.count[citizen] > least; k--) {
        uint32_t position = jobs_of (s, &s->now, citizen)[k - 1];
        if (!is_among (choice->position, choice->count, position))
            drop_job (s, citizen, position, (uint32_t) score_at (s, citizen, position));
    }
}

static void take_chosen (several_t *s, uint32_t citizen, const choice_t *choice)
{
    for (uint32_t k = 0; k < choice->count; k++) {
        uint32_t position = choice->position[k], *jobs = jobs_of (s, &s->now, citizen),
                 *count = &(uint32_t){ s->now.count[citizen] };
        if (s->left[position] == 0 || is_among (jobs, *count, position))
            continue;
        bool lone_other = *count == 1 && !is_among (choice->position, choice->count, jobs[0]);
        if (lone_other)
            drop_job (s, citizen, jobs[0], (uint32_t) score_at (s, citizen, jobs[0]));
        take_job (s, citizen, position, (uint32_t) score_at (s, citizen, position));
    }
}

void plan_aim (several_t *s, uint32_t first)
{
    choice_t choice;
    for (uint32_t k = 0; k < s->n_movable; k++) {
        choose (s, s->movable[k], s->proved, &choice);
        let_go (s, s->movable[k], &choice, 1);
    }
    for (uint32_t k = 0; k < s->n_movable; k++) {
        uint32_t citizen = s->movable[(k + first) % s->n_movable];
        choose (s, citizen, s->proved, &choice);
        take_chosen (s, citizen, &choice);
    }
    keep_if_best (s);
}

/* --- polish --- */

typedef struct {
    instance_pair_t *pair;
    uint32_t n_pairs, n_positions, *openings;
} share_out_t;

/* Everybody's job number `which`, where they have so many; 0: nobody's. */
static void let_go_of_one (several_t *s, uint32_t which)
{
    for (uint32_t k = 0; k < s->n_movable; k++) {
        uint32_t citizen = s->movable[k];
        if (which == 0 || s->now.count[citizen] < which)
            continue;
        uint32_t position = jobs_of (s, &s->now, citizen)[which - 1];
        drop_job (s, citizen, position, (uint32_t) score_at (s, citizen, position));
    }
}

/* Citizens are numbered as in `movable`. */
static void offer_what_is_free (several_t *s, share_out_t *out)
{
    out->n_positions = s->instance->positions;
    memcpy (out->openings, s->left, s->instance->positions * sizeof *s->left);
    for (uint32_t k = 0; k < s->n_movable; k++) {
        uint32_t citizen = s->movable[k], *jobs = jobs_of (s, &s->now, citizen), count = s->now.count[citizen];
        const uint32_t *x = list_first (&s->instance->of_citizen, citizen),
                       *end = list_end (&s->instance->of_citizen, citizen);
        for (; x < end; x++)
            if (s->left[pair_other (*x)] > 0 && !s->scarce[pair_other (*x)] &&
                !is_among (jobs, count, pair_other (*x)) && fits_beside (s, citizen, jobs, count, pair_other (*x)))
                out->pair[out->n_pairs++] = (instance_pair_t){ k, pair_other (*x), (uint32_t) pair_score (*x) };
        if (count == 0)
            continue;
        out->openings[out->n_positions] = 1;
        out->pair[out->n_pairs++] = (instance_pair_t){ k, out->n_positions++, 0 };
        s->looked_at += list_count (&s->instance->of_citizen, citizen);
    }
}

static bool goes_on (void *several)
{
    return !several_is_over (several);
}

/* False: no memory, or broken off. */
static bool give_out (several_t *s)
{
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    share_out_t out = { .pair = engine_alloc (memory, (size_t) s->instance->pairs + s->n_movable, sizeof *out.pair),
                        .openings = engine_alloc (memory, (size_t) s->instance->positions + s->n_movable,
                                                  sizeof *out.openings) };
    owned (instance) instance = NULL;
    if (!out.pair || !out.openings)
        return false;
    offer_what_is_free (s, &out);
    if (instance_build (s->n_movable, out.n_positions, out.openings, out.pair, out.n_pairs, &instance, NULL) !=
        STATUS_OK)
        return false;
    owned (matching) matching = matching_new (&instance);
    if (!matching)
        return false;
    matching_watch (matching, goes_on, s);
    if (!matching_solve (matching))
        return false;
    s->looked_at += matching->search.looked_at;
    for (uint32_t k = 0; k < s->n_movable; k++) {
        uint32_t place = matching_place (matching, k);
        if (place < s->instance->positions)
            take_job (s, s->movable[k], place, (uint32_t) score_at (s, s->movable[k], place));
    }
    keep_if_best (s);
    return true;
}

bool plan_polish (several_t *s)
{
    if (s->instance->positions + s->n_movable > MATCH_POSITIONS_MAX ||
        s->instance->pairs + s->n_movable > MATCH_PAIRS_MAX)
        return true; /* more than one match can hold */
    for (uint64_t gained = UINT64_MAX; gained > several_gap (s) / WORTHWHILE_ROUND;) {
        uint64_t before = s->now.score;
        for (uint32_t which = 0; which <= s->hours->jobs_most; which++) {
            let_go_of_one (s, which);
            if (several_is_over (s) || !give_out (s))
                return s->stopped || several_is_over (s);
        }
        gained = s->now.score - before;
    }
    return true;
}
