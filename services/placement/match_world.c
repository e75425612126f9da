#include "placement/match_world.h"

#include <string.h>

enum { DAYS_IN_WORD = 2, DAY_BITS = 32 };

/* False when something excludes it, or it is left out of runs. */
static bool fits (const world_t *world, size_t c, size_t p, const match_candidate_t *candidate,
                  const match_position_t *position, uint32_t *ret_score)
{
    match_assessment_t assessment;
    if (world->left_out[c * world->n_positions + p] != NOT_LEFT_OUT || world->lock[c] != NO_LOCK ||
        position->openings == 0)
        return false;
    match_assess (candidate, position, &world->weights, &assessment);
    *ret_score = (uint32_t) assessment.score;
    return !assessment.excluded;
}

uint32_t world_pairs_of_candidate (const world_t *world, size_t candidate, const match_candidate_t *as, uint32_t *ret)
{
    uint32_t count = 0, score;
    for (size_t p = 0; p < world->n_positions; p++)
        if (fits (world, candidate, p, as, &world->positions[p], &score))
            ret[count++] = pair_pack ((uint32_t) p, score);
    return count;
}

uint32_t world_pairs_of_position (const world_t *world, size_t position, const match_position_t *as, uint32_t *ret)
{
    uint32_t count = 0, score;
    for (size_t c = 0; c < world->n_candidates; c++)
        if (fits (world, c, position, &world->candidates[c], as, &score))
            ret[count++] = pair_pack ((uint32_t) c, score);
    return count;
}

/* A slot is an hour of the week. */
static void put_times (const week_t *times, uint64_t *slots)
{
    for (unsigned day = 0; day < WEEK_DAYS; day++)
        slots[day / DAYS_IN_WORD] |= (uint64_t) times->hours[day] << DAY_BITS * (day % DAYS_IN_WORD);
}

bool world_hours (const world_t *world, arena_t *arena, hours_t *ret_hours)
{
    uint32_t words = (WEEK_DAYS + DAYS_IN_WORD - 1) / DAYS_IN_WORD;
    uint32_t *minutes_most = arena_alloc (arena, (world->n_candidates + 1) * sizeof *minutes_most);
    uint32_t *minutes = arena_alloc (arena, (world->n_positions + 1) * sizeof *minutes);
    uint64_t *slots = arena_alloc (arena, (world->n_positions + 1) * words * sizeof *slots);
    if (!minutes_most || !minutes || !slots)
        return false;
    memset (slots, 0, (world->n_positions + 1) * words * sizeof *slots);
    for (size_t c = 0; c < world->n_candidates; c++) {
        int free = world->candidates[c].minutes_free;
        minutes_most[c] = free == MATCH_NOT_STATED ? 0 : (uint32_t) free;
    }
    for (size_t p = 0; p < world->n_positions; p++) {
        minutes[p] = (uint32_t) world->positions[p].weekly_minutes;
        put_times (&world->positions[p].times, slots + p * words);
    }
    *ret_hours = (hours_t){ world->jobs_most, minutes_most, minutes, words, slots };
    return true;
}
