/*
 * Three proofs, each of one level of the objective. That no more can be placed, and where the floor is missed that no
 * more of the group can, is a count: everybody who could be reached, by moving people along from those who are
 * unplaced, is eligible in no other positions than those reached, and those are full. So the prices are 1 for these
 * openings and for everybody else. That the score is the highest stands in the prices of the plan, see floor.h.
 */
#include "placement/match/floor.h"

#include "base/own.h"
#include "placement/match/engine.h"

typedef struct {
    bool *citizen, *position;
    bool outsider; /* somebody who is not in the group holds one of these positions */
} reached_t;

/* From all who are unplaced; with a group, from those of it, and over its members alone. */
static bool reach (const matching_t *m, const bool *in_group, arena_t *memory, reached_t *ret)
{
    const instance_t *instance = m->instance;
    uint32_t *queue = engine_alloc (memory, instance->citizens, sizeof *queue), known = 0;
    *ret = (reached_t){ .citizen = engine_alloc (memory, instance->citizens, sizeof *ret->citizen),
                        .position = engine_alloc (memory, instance->positions, sizeof *ret->position) };
    if (!queue || !ret->citizen || !ret->position)
        return false;
    for (uint32_t i = 0; i < instance->citizens; i++)
        if (m->place[i] == MATCH_NOWHERE && (!in_group || in_group[i])) {
            ret->citizen[i] = true;
            queue[known++] = i;
        }
    for (uint32_t next = 0; next < known; next++) {
        const uint32_t *end = list_end (&instance->of_citizen, queue[next]);
        for (const uint32_t *x = list_first (&instance->of_citizen, queue[next]); x < end; x++) {
            uint32_t position = pair_other (*x);
            if (ret->position[position])
                continue;
            ret->position[position] = true;
            for (uint32_t *i = list_first (&m->held, position), *last = list_end (&m->held, position); i < last; i++) {
                ret->outsider |= in_group && !in_group[*i];
                if (in_group && !in_group[*i])
                    continue;
                ret->citizen[*i] = true;
                queue[known++] = *i;
            }
        }
    }
    return true;
}

static void put (buffer_t *out, uint32_t value)
{
    buffer_append (out, &value, sizeof value);
}

static void put_count (const matching_t *m, const bool *in_group, const reached_t *reached, buffer_t *out)
{
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        put (out, !reached->citizen[i] && (!in_group || in_group[i]));
    for (uint32_t p = 0; p < m->instance->positions; p++)
        put (out, reached->position[p]);
}

bool floor_certificate_write (const matching_t *m, const bool *in_group, uint32_t least, buffer_t *out)
{
    const instance_t *instance = m->instance;
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    reached_t any, of_group;
    uint32_t placed = group_placed (m, in_group);
    if (!reach (m, NULL, memory, &any) || !reach (m, in_group, memory, &of_group))
        return false;
    bool missed = placed < least && !of_group.outsider;
    buffer_append (out, "FYRCERT2", 8);
    put (out, instance->citizens);
    put (out, instance->positions);
    put (out, missed || placed > least ? least : placed);
    put (out, missed);
    put (out, MATCH_PERSON);
    put (out, (uint32_t) m->worth);
    put_count (m, NULL, &any, out);
    if (missed)
        put_count (m, in_group, &of_group, out);
    for (uint32_t i = 0; i < instance->citizens; i++)
        put (out, (uint32_t) (m->citizen_price[i] - price_at_rest (m, i)));
    buffer_append (out, m->opening_price, instance->positions * sizeof *m->opening_price);
    for (uint32_t i = 0; i < instance->citizens; i++)
        buffer_append (out, &(uint8_t){ in_group[i] }, 1);
    return true;
}
