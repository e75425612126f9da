/*
 * The bound. At any prices every citizen's best set is found for itself, and what it is worth, with the prices of all
 * openings, is more than any plan can come to. Where more want a position than it has openings its price rises, where
 * fewer do it falls, and the bound comes down, though not at every step: the lowest is kept. The step is a part of the
 * gap between the plan and the bound (Polyak), spread over the positions by how far they are from even; steps that
 * succeed get longer, and others shorter.
 */
#include "placement/match/several_engine.h"

#include <string.h>

enum {
    PACE_WHOLE = 256,
    PACE_FIRST = 32,
    PATIENCE_MOST = 3, /* steps without a lower bound; then half the pace */
    STEP_BITS = 12     /* of the step behind the point */
};

/* Dear enough for nobody to take the opening. */
#define PRICE_MOST (SEVERAL_PERSON + SEVERAL_PART * PAIR_SCORE_MOST)

/* Above it a sum would not go into a step; it only ever shortens one. */
#define GAP_MOST (INT64_C (1) << 50)

static void worth_of (several_t *s, uint32_t citizen)
{
    choice_t choice;
    s->worth[citizen] = 0;
    if (list_count (&s->instance->of_citizen, citizen) == 0)
        return;
    choose (s, citizen, s->price, &choice);
    if (SEVERAL_PERSON + choice.profit <= 0)
        return;
    s->worth[citizen] = SEVERAL_PERSON + choice.profit;
    for (uint32_t k = 0; k < choice.count; k++)
        s->demand[choice.position[k]]++;
}

/* Keeps the prices if their sum is the lowest so far; false: it is not. */
static bool keep_if_lowest (several_t *s)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < s->instance->citizens; i++)
        sum += s->worth[i];
    for (uint32_t p = 0; p < s->instance->positions; p++)
        sum += s->instance->openings[p] > 0 ? s->instance->openings[p] * s->price[p] : 0;
    s->sum_now = sum;
    if (sum >= s->most)
        return false;
    s->most = sum;
    memcpy (s->proved, s->price, s->instance->positions * sizeof *s->price);
    memcpy (s->citizen_price, s->worth, s->instance->citizens * sizeof *s->worth);
    return true;
}

void bound_begin (several_t *s)
{
    for (uint32_t i = 0; i < s->instance->citizens; i++)
        worth_of (s, i);
    (void) keep_if_lowest (s);
    s->pace = PACE_FIRST;
}

/* How far a position is from even; no price falls below 0. */
static int64_t uneven (const several_t *s, uint32_t p)
{
    int64_t more = (int64_t) s->demand[p] - s->instance->openings[p];
    return s->scarce[p] || s->instance->openings[p] == 0 || (more < 0 && s->price[p] == 0) ? 0 : more;
}

static void look (several_t *s)
{
    memset (s->demand, 0, s->instance->positions * sizeof *s->demand);
    for (uint32_t k = 0; k < s->n_movable; k++)
        worth_of (s, s->movable[k]);
}

static void start_from_proved (several_t *s)
{
    memcpy (s->price, s->proved, s->instance->positions * sizeof *s->price);
    look (s);
    (void) keep_if_lowest (s);
}

bool bound_step (several_t *s)
{
    int64_t norm = 0, plan = SEVERAL_PERSON * s->people + SEVERAL_PART * (int64_t) s->best.score;
    for (uint32_t p = 0; p < s->instance->positions; p++)
        norm += uneven (s, p) * uneven (s, p);
    if (norm == 0 || s->pace == 0) { /* at rest; the next attempt sets out from the best prices again */
        s->pace = PACE_FIRST;
        start_from_proved (s);
        return false;
    }
    int64_t gap = s->sum_now - plan < GAP_MOST ? s->sum_now - plan : GAP_MOST;
    int64_t step = s->pace * gap * ((1 << STEP_BITS) / PACE_WHOLE) / norm;
    for (uint32_t p = 0; p < s->instance->positions; p++) {
        int64_t more = uneven (s, p), price = s->price[p] + step * more / (1 << STEP_BITS);
        if (more != 0)
            s->price[p] = price <= 0 ? 0 : price < PRICE_MOST ? price : PRICE_MOST;
    }
    look (s);
    if (keep_if_lowest (s)) {
        s->pace = s->pace * 3 / 2 + 1 < PACE_WHOLE ? s->pace * 3 / 2 + 1 : PACE_WHOLE;
        s->failed = 0;
    } else if (++s->failed >= PATIENCE_MOST) {
        s->pace /= 2;
        s->failed = 1;
    }
    return true;
}
