#include "placement/match_world.h"

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
