#include "placement/match_beside.h"

#include "placement/match/floor.h"
#include "placement/match/stable.h"

static uint32_t placed_of_group (const instance_t *instance, const bool *in_group, const uint32_t *place)
{
    uint32_t placed = 0;
    for (uint32_t i = 0; i < instance->citizens; i++)
        placed += in_group[i] && place[i] != MATCH_NOWHERE;
    return placed;
}

static bool figures_of (const instance_t *instance, const bool *in_group, const uint32_t *place, figures_t *ret)
{
    ret->totals = plan_totals (instance, place);
    ret->group_placed = placed_of_group (instance, in_group, place);
    return blocking_pairs (instance, NULL, place, NULL, 0, &ret->blocking);
}

static uint32_t *places_of (const matching_t *matching, arena_t *arena)
{
    uint32_t citizens = matching_instance (matching)->citizens;
    uint32_t *place = arena_alloc (arena, ((size_t) citizens + 1) * sizeof *place);
    for (uint32_t i = 0; place && i < citizens; i++)
        place[i] = matching_place (matching, i);
    return place;
}

bool beside_best (const matching_t *matching, uint32_t group_percent, arena_t *arena, beside_t *ret_beside)
{
    const instance_t *instance = matching_instance (matching);
    uint32_t *place = places_of (matching, arena);
    beside_t beside = { .in_group = arena_alloc (arena, (size_t) instance->citizens + 1),
                        .group = share_of (eligible_somewhere (instance), group_percent) };
    if (!place || !beside.in_group || !hardest_to_place (instance, beside.group, beside.in_group) ||
        !figures_of (instance, beside.in_group, place, &beside.best) || !stable_plan (instance, NULL, place) ||
        !figures_of (instance, beside.in_group, place, &beside.stable))
        return false;
    *ret_beside = beside;
    return true;
}

bool beside_floor (matching_t *matching, const beside_t *beside, uint32_t floor_percent, arena_t *arena,
                   figures_t *ret_figures)
{
    floor_t floor;
    if (!matching_floor (matching, beside->in_group, share_of (beside->group, floor_percent), &floor) ||
        !matching_settle (matching, NULL, NULL))
        return false;
    uint32_t *place = places_of (matching, arena);
    return place && figures_of (matching_instance (matching), beside->in_group, place, ret_figures);
}
