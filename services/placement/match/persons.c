/*
 * From the auction's prices, which only say who gets which of a fixed number of places, to prices that also say what
 * one person more is worth. Who could be left out instead of somebody unplaced is not scarce: level 0, and the openings
 * on the way are worth a person. Who could be placed in an empty opening is worth a person, and those openings nothing.
 * Between the two a person is shared half and half.
 *
 * The prices of the openings follow from the cover, and what is then not tight is made so or let go. So this stage is
 * right whatever the auction gave; a good auction leaves little to mend.
 */
#include "placement/match/engine.h"

#include "base/own.h"

typedef enum { LEVEL_NOTHING, LEVEL_HALF, LEVEL_PERSON } level_t;

typedef struct {
    uint8_t *citizen, *opening; /* level_t */
    uint32_t *queue;
    bool some_unplaced, some_empty;
} worth_t;

static bool start (matching_t *m, worth_t *worth, arena_t *memory)
{
    const instance_t *instance = m->instance;
    uint32_t more = instance->citizens > instance->positions ? instance->citizens : instance->positions;
    worth->citizen = engine_alloc (memory, instance->citizens, 1);
    worth->opening = engine_alloc (memory, instance->positions, 1);
    worth->queue = engine_alloc (memory, more, sizeof *worth->queue);
    if (!worth->citizen || !worth->opening || !worth->queue)
        return false;
    for (uint32_t i = 0; i < instance->citizens; i++)
        worth->some_unplaced |= m->place[i] == MATCH_NOWHERE && list_count (&instance->of_citizen, i) > 0;
    for (uint32_t p = 0; p < instance->positions; p++)
        worth->some_empty |= empty_seats (m, p) > 0;
    level_t citizen = !worth->some_unplaced ? LEVEL_PERSON : worth->some_empty ? LEVEL_HALF : LEVEL_NOTHING;
    for (uint32_t i = 0; i < instance->citizens; i++)
        worth->citizen[i] = (uint8_t) citizen;
    for (uint32_t p = 0; p < instance->positions; p++)
        worth->opening[p] = (uint8_t) (LEVEL_PERSON - citizen);
    return true;
}

static void spread_from_unplaced (matching_t *m, worth_t *worth)
{
    uint32_t known = 0;
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        if (m->place[i] == MATCH_NOWHERE) {
            worth->citizen[i] = LEVEL_NOTHING;
            worth->queue[known++] = i;
        }
    for (uint32_t next = 0; next < known; next++) {
        uint32_t citizen = worth->queue[next];
        const uint32_t *end = list_end (&m->instance->of_citizen, citizen);
        for (const uint32_t *x = list_first (&m->instance->of_citizen, citizen); x < end; x++) {
            uint32_t position = pair_other (*x);
            if (worth->opening[position] == LEVEL_PERSON)
                continue;
            worth->opening[position] = LEVEL_PERSON;
            for (uint32_t *i = list_first (&m->held, position), *last = list_end (&m->held, position); i < last; i++)
                if (worth->citizen[*i] != LEVEL_NOTHING) {
                    worth->citizen[*i] = LEVEL_NOTHING;
                    worth->queue[known++] = *i;
                }
        }
    }
}

static void spread_from_empty (matching_t *m, worth_t *worth)
{
    uint32_t known = 0;
    for (uint32_t p = 0; p < m->instance->positions; p++)
        if (empty_seats (m, p) > 0) {
            worth->opening[p] = LEVEL_NOTHING;
            worth->queue[known++] = p;
        }
    for (uint32_t next = 0; next < known; next++) {
        uint32_t position = worth->queue[next];
        const uint32_t *end = list_end (&m->instance->of_position, position);
        for (const uint32_t *x = list_first (&m->instance->of_position, position); x < end; x++) {
            uint32_t citizen = pair_other (*x), place = m->place[citizen];
            if (worth->citizen[citizen] == LEVEL_PERSON)
                continue;
            worth->citizen[citizen] = LEVEL_PERSON;
            if (place != MATCH_NOWHERE && worth->opening[place] != LEVEL_NOTHING) {
                worth->opening[place] = LEVEL_NOTHING;
                worth->queue[known++] = place;
            }
        }
    }
}

static void price_citizens (matching_t *m, const worth_t *worth, levels_t levels)
{
    int32_t least = INT32_MAX; /* with nobody unplaced, any common level will do */
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        if (m->citizen_price[i] < least)
            least = m->citizen_price[i];
    if (worth->some_unplaced)
        least = levels.unplaced;
    for (uint32_t i = 0; i < m->instance->citizens; i++) {
        int32_t level = worth->citizen[i], base = (least + levels.empty) / 2;
        if (level == LEVEL_NOTHING)
            base = least;
        else if (level == LEVEL_PERSON && worth->some_empty)
            base = levels.empty;
        int32_t price = m->citizen_price[i] - base;
        price += level == LEVEL_PERSON ? MATCH_PERSON : level == LEVEL_HALF ? MATCH_PERSON / 2 : 0;
        int32_t most = MATCH_PERSON + PAIR_SCORE_MOST;
        price = price < 0 ? 0 : price > most ? most : price;
        m->citizen_price[i] = m->place[i] == MATCH_NOWHERE ? 0 : price;
    }
}

/* Who pays more than any position needs gets the difference back; that is all it takes for most. */
static void tighten_or_let_go (matching_t *m)
{
    for (uint32_t i = 0; i < m->instance->citizens; i++) {
        uint32_t place = m->place[i];
        if (place == MATCH_NOWHERE)
            continue;
        const uint32_t *x = list_first (&m->instance->of_citizen, i);
        while (pair_other (*x) != place)
            x++;
        int32_t tight = MATCH_PERSON + pair_score (*x) - m->opening_price[place];
        if (m->citizen_price[i] == tight)
            continue;
        m->citizen_price[i] = least_citizen_price (m, i);
        if (m->citizen_price[i] != tight)
            leave (m, i);
    }
}

bool price_persons (matching_t *m, levels_t levels)
{
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    worth_t worth = { 0 };
    if (!start (m, &worth, memory))
        return false;
    if (worth.some_unplaced && worth.some_empty) {
        spread_from_unplaced (m, &worth);
        spread_from_empty (m, &worth);
    }
    price_citizens (m, &worth, levels);
    for (uint32_t p = 0; p < m->instance->positions; p++)
        m->opening_price[p] = least_opening_price (m, p);
    tighten_or_let_go (m);
    return true;
}
