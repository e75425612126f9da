#include "placement/match/leftover.h"

#include "placement/match/engine.h"

#include <inttypes.h>

unplaced_t leftover_citizen (const matching_t *matching, uint32_t citizen)
{
    const instance_t *instance = matching->instance;
    if (list_count (&instance->of_citizen, citizen) == 0)
        return UNPLACED_NOT_ELIGIBLE;
    const uint32_t *end = list_end (&instance->of_citizen, citizen);
    for (const uint32_t *x = list_first (&instance->of_citizen, citizen); x < end; x++)
        if (instance->openings[pair_other (*x)] > 0)
            return UNPLACED_ALL_HELD;
    return UNPLACED_NONE_OPEN;
}

empty_t leftover_opening (const matching_t *matching, uint32_t position)
{
    return list_count (&matching->instance->of_position, position) > 0 ? EMPTY_ALL_PLACED : EMPTY_NOBODY_ELIGIBLE;
}

static void write_citizen (const matching_t *m, uint32_t citizen, buffer_t *out)
{
    static const char *const reasons[] = {
        [UNPLACED_NOT_ELIGIBLE] = "eligible nowhere",
        [UNPLACED_NONE_OPEN] = "nothing is open where eligible",
        [UNPLACED_ALL_HELD] = "every opening where eligible is held by others",
    };
    buffer_printf (out, "citizen %" PRIu32 " unplaced: %s (%" PRIu32 " pairs)\n", citizen,
                   reasons[leftover_citizen (m, citizen)], list_count (&m->instance->of_citizen, citizen));
}

static void write_position (const matching_t *m, uint32_t position, buffer_t *out)
{
    static const char *const reasons[] = {
        [EMPTY_NOBODY_ELIGIBLE] = "nobody is eligible",
        [EMPTY_ALL_PLACED] = "everybody who is eligible has a place",
    };
    buffer_printf (out, "position %" PRIu32 " has %" PRIu32 " of %" PRIu32 " openings empty: %s\n", position,
                   m->instance->openings[position] - list_count (&m->held, position), m->instance->openings[position],
                   reasons[leftover_opening (m, position)]);
}

void leftover_write (const matching_t *matching, buffer_t *out)
{
    const instance_t *instance = matching->instance;
    for (uint32_t i = 0; i < instance->citizens; i++)
        if (matching->place[i] == MATCH_NOWHERE)
            write_citizen (matching, i, out);
    for (uint32_t p = 0; p < instance->positions; p++)
        if (list_count (&matching->held, p) < instance->openings[p])
            write_position (matching, p, out);
}
