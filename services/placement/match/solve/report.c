#include "placement/match/solve/report.h"

#include "placement/match/floor.h"
#include "placement/match/stable.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAIRS_SHOWN = 10 };

/* In points, what each would gain over what it has. */
static void show_blocking (const blocking_t *pair)
{
    printf ("  citizen %" PRIu32 " and position %" PRIu32 ", score %" PRIu32 ": ", pair->citizen, pair->position,
            pair->score);
    if (pair->place == MATCH_NOWHERE)
        printf ("the citizen has no place, ");
    else
        printf ("the citizen gains %" PRIu32 " over position %" PRIu32 ", ", pair->score - pair->place_score,
                pair->place);
    if (pair->holder == MATCH_NOWHERE)
        printf ("the position has an empty opening\n");
    else
        printf ("the position gains %" PRIu32 " over citizen %" PRIu32 "\n", pair->score - pair->holder_score,
                pair->holder);
}

bool report_stable (const matching_t *matching)
{
    const instance_t *instance = matching_instance (matching);
    uint32_t *place = calloc ((size_t) instance->citizens + 1, sizeof *place);
    uint64_t blocking = 0;
    blocking_t pairs[PAIRS_SHOWN];
    totals_t best = matching_totals (matching), stable = { 0 };
    bool done = place != NULL;
    for (uint32_t i = 0; done && i < instance->citizens; i++)
        place[i] = matching_place (matching, i);
    done = done && blocking_pairs (instance, NULL, place, pairs, PAIRS_SHOWN, &blocking) &&
           stable_plan (instance, NULL, place);
    if (done)
        stable = plan_totals (instance, place);
    free (place);
    printf ("best plan: placed %" PRIu32 " score %" PRIu64 ", %" PRIu64 " pairs would rather have each other\n",
            best.placed, best.score, blocking);
    for (uint64_t k = 0; k < blocking && k < PAIRS_SHOWN; k++)
        show_blocking (&pairs[k]);
    printf ("stable plan: placed %" PRIu32 " score %" PRIu64 ", no such pair; it gives up %" PRIu32
            " people and %" PRId64 " points\n",
            stable.placed, stable.score, best.placed - stable.placed, (int64_t) (best.score - stable.score));
    return done;
}

bool report_group (matching_t *matching, int floor_percent, arena_t *memory, group_t *ret_group)
{
    const instance_t *instance = matching_instance (matching);
    uint32_t tenth = share_of (eligible_somewhere (instance), 10);
    group_t group = { .in_group = arena_alloc (memory, (size_t) instance->citizens + 1) };
    floor_t floor;
    if (!group.in_group || !hardest_to_place (instance, tenth, group.in_group))
        return false;
    printf ("hardest to place (fewest pairs): placed %" PRIu32 " of %" PRIu32 "\n",
            group_placed (matching, group.in_group), tenth);
    if (floor_percent >= 0) {
        group.least = share_of (tenth, (uint32_t) floor_percent);
        if (!matching_floor (matching, group.in_group, group.least, &floor) || !matching_settle (matching, NULL, NULL))
            return false;
        printf ("with a floor of %" PRIu32 ": placed %" PRIu32 " of %" PRIu32 "%s, at a cost of %" PRIu32
                " people and %" PRIu64 " points\n",
                group.least, floor.placed, floor.group, floor.placed < group.least ? " (more cannot be)" : "",
                floor.before.placed - floor.with.placed, floor.before.score - floor.with.score);
    }
    *ret_group = group;
    return true;
}
