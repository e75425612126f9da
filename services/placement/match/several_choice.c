/*
 * The lawful set that is worth most to one citizen: all sets are tried, the dearest positions first, and a way is left
 * as soon as the best that could still come on it is no better than what was found. How many more jobs there is time
 * for is known from the shortest of them. Where even that takes too long the profit is what could have come at most:
 * still true as a bound.
 */
#include "placement/match/several_engine.h"

#include <stdlib.h>

enum { TRIES_MOST = 4000 };

typedef struct {
    const several_t *s;
    uint32_t n_offers, shortest, jobs, tries;
    uint32_t position[SEVERAL_JOBS_MAX];
    choice_t *best;
} trial_t;

static bool share_a_slot (const hours_t *hours, uint32_t a, uint32_t b)
{
    const uint64_t *x = hours->slots + (size_t) a * hours->words, *y = hours->slots + (size_t) b * hours->words;
    for (uint32_t w = 0; w < hours->words; w++)
        if (x[w] & y[w])
            return true;
    return false;
}

static bool clash (const hours_t *hours, const uint32_t *jobs, uint32_t count, uint32_t position)
{
    for (uint32_t k = 0; k < count; k++)
        if (share_a_slot (hours, jobs[k], position))
            return true;
    return false;
}

bool fits_beside (const several_t *s, uint32_t citizen, const uint32_t *jobs, uint32_t count, uint32_t position)
{
    const hours_t *hours = s->hours;
    uint64_t minutes = hours->minutes[position];
    for (uint32_t k = 0; k < count; k++)
        minutes += hours->minutes[jobs[k]];
    return count == 0 || (count < hours->jobs_most && minutes <= hours->minutes_most[citizen] &&
                          !clash (hours, jobs, count, position));
}

/* The dearest first; of equal ones the lower number. */
static int by_profit (const void *a, const void *b)
{
    const offer_t *x = a, *y = b;
    if (x->profit != y->profit)
        return x->profit > y->profit ? -1 : 1;
    return (x->position > y->position) - (x->position < y->position);
}

/* How many more there could be at most. */
static uint32_t more_at_most (const trial_t *t, uint32_t minutes_left)
{
    uint32_t jobs = t->s->hours->jobs_most - t->jobs, in_time = minutes_left / t->shortest;
    return jobs < in_time ? jobs : in_time;
}

static int64_t could_come (const trial_t *t, uint32_t from, uint32_t more)
{
    uint32_t to = more < t->n_offers - from ? from + more : t->n_offers;
    return t->s->sum[to] - t->s->sum[from];
}

static void try_from (trial_t *t, uint32_t from, uint32_t minutes_left, int64_t profit)
{
    const hours_t *hours = t->s->hours;
    uint32_t more = more_at_most (t, minutes_left);
    for (uint32_t k = from; more > 0 && k < t->n_offers; k++) {
        const offer_t *offer = &t->s->offer[k];
        if (profit + could_come (t, k, more) <= t->best->profit)
            return;
        if (++t->tries > TRIES_MOST) {
            t->best->cut = true;
            return;
        }
        if (t->jobs > 0 && (offer->minutes > minutes_left || clash (hours, t->position, t->jobs, offer->position)))
            continue;
        t->position[t->jobs++] = offer->position;
        if (profit + offer->profit > t->best->profit) {
            t->best->profit = profit + offer->profit;
            t->best->count = t->jobs;
            for (uint32_t j = 0; j < t->jobs; j++)
                t->best->position[j] = t->position[j];
        }
        try_from (t, k + 1, minutes_left > offer->minutes ? minutes_left - offer->minutes : 0, profit + offer->profit);
        t->jobs--;
    }
}

/* Those above 0, in order; the best single one is the answer so far, also below 0. */
static void collect (several_t *s, uint32_t citizen, const int64_t *price, trial_t *t)
{
    const instance_t *instance = s->instance;
    t->best->profit = INT64_MIN;
    t->shortest = SEVERAL_MINUTES_MAX;
    for (const uint32_t *x = list_first (&instance->of_citizen, citizen),
                        *end = list_end (&instance->of_citizen, citizen);
         x < end; x++) {
        uint32_t position = pair_other (*x), minutes = s->hours->minutes[position];
        int64_t profit = (int64_t) SEVERAL_PART * pair_score (*x) - price[position];
        if (profit > t->best->profit)
            *t->best = (choice_t){ .position = { position }, .count = 1, .profit = profit };
        if (profit <= 0)
            continue;
        s->offer[t->n_offers++] = (offer_t){ profit, position, minutes };
        t->shortest = minutes < t->shortest ? minutes : t->shortest;
    }
    s->looked_at += list_count (&instance->of_citizen, citizen);
}

void choose (several_t *s, uint32_t citizen, const int64_t *price, choice_t *ret)
{
    trial_t t = { .s = s, .best = ret };
    *ret = (choice_t){ .count = 0 };
    collect (s, citizen, price, &t);
    uint32_t minutes_most = s->hours->minutes_most[citizen];
    if (t.n_offers < 2 || s->hours->jobs_most < 2 || minutes_most < 2 * t.shortest)
        return;
    qsort (s->offer, t.n_offers, sizeof *s->offer, by_profit);
    for (uint32_t k = 0; k < t.n_offers; k++)
        s->sum[k + 1] = s->sum[k] + s->offer[k].profit;
    try_from (&t, 0, minutes_most, 0);
    s->looked_at += t.tries;
    if (ret->cut)
        ret->profit = could_come (&t, 0, more_at_most (&t, minutes_most));
}
