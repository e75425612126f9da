#include "placement/match/several_engine.h"

#include "base/own.h"

#include <stdlib.h>
#include <string.h>

enum {
    STEPS = 10,      /* of the prices at a time */
    WORTHWHILE = 32, /* while those bring one in so many of the gap, they go on */
    IDLE_MOST = 20,  /* rounds that bring nothing */
    LOOKS_LEAST = 8000000,
    LOOKS_EACH = 400
};

static bool holding_init (holding_t *self, arena_t *memory, uint32_t citizens, uint32_t jobs_most)
{
    self->job = engine_alloc (memory, (size_t) citizens * jobs_most, sizeof *self->job);
    self->count = engine_alloc (memory, citizens, sizeof *self->count);
    return self->job && self->count;
}

static bool make_room (several_t *s)
{
    uint32_t citizens = s->instance->citizens, positions = s->instance->positions, most = 0;
    for (uint32_t i = 0; i < citizens; i++)
        most = list_count (&s->instance->of_citizen, i) > most ? list_count (&s->instance->of_citizen, i) : most;
    s->left = engine_alloc (s->memory, positions, sizeof *s->left);
    s->movable = engine_alloc (s->memory, citizens, sizeof *s->movable);
    s->scarce = engine_alloc (s->memory, positions, sizeof *s->scarce);
    s->price = engine_alloc (s->memory, positions, sizeof *s->price);
    s->proved = engine_alloc (s->memory, positions, sizeof *s->proved);
    s->demand = engine_alloc (s->memory, positions, sizeof *s->demand);
    s->worth = engine_alloc (s->memory, citizens, sizeof *s->worth);
    s->citizen_price = engine_alloc (s->memory, citizens, sizeof *s->citizen_price);
    s->offer = engine_alloc (s->memory, most, sizeof *s->offer);
    s->sum = engine_alloc (s->memory, most, sizeof *s->sum);
    return s->left && s->movable && s->scarce && s->price && s->proved && s->demand && s->worth && s->citizen_price &&
           s->offer && s->sum && holding_init (&s->now, s->memory, citizens, s->hours->jobs_most) &&
           holding_init (&s->best, s->memory, citizens, s->hours->jobs_most);
}

/*
 * Whoever is unplaced could take any opening of a position that fits, and whoever holds one there could go on to where
 * they fit: all that is reached so is scarce. Every opening of it is held, and by somebody who is reached; nobody
 * reached fits elsewhere. So it goes to as many people as it has openings, one job each, and there the exact plan is
 * the best already. For those who are not reached, there is something to choose.
 */
static bool find_movable (several_t *s, const matching_t *exact)
{
    const instance_t *instance = s->instance;
    bool *reached = engine_alloc (s->memory, instance->citizens, sizeof *reached);
    uint32_t *next = engine_alloc (s->memory, instance->citizens, sizeof *next), n_next = 0;
    if (!reached || !next)
        return false;
    for (uint32_t i = 0; i < instance->citizens; i++)
        if (matching_place (exact, i) == MATCH_NOWHERE) {
            reached[i] = true;
            next[n_next++] = i;
        }
    for (uint32_t k = 0; k < n_next; k++)
        for (const uint32_t *x = list_first (&instance->of_citizen, next[k]),
                            *end = list_end (&instance->of_citizen, next[k]);
             x < end; x++) {
            uint32_t position = pair_other (*x);
            if (s->scarce[position])
                continue;
            s->scarce[position] = true;
            for (const uint32_t *i = list_first (&exact->held, position), *last = list_end (&exact->held, position);
                 i < last; i++)
                if (!reached[*i]) {
                    reached[*i] = true;
                    next[n_next++] = *i;
                }
        }
    for (uint32_t i = 0; i < instance->citizens; i++)
        if (!reached[i])
            s->movable[s->n_movable++] = i;
    return true;
}

/* A person is worth more here than in the exact match. Where the openings are scarce it is they that are worth it, and
 * elsewhere the people: either way the prices cover as before, and prove as much. */
static void take_prices (several_t *s, const matching_t *exact)
{
    int64_t dearer = SEVERAL_PERSON - SEVERAL_PART * (int64_t) MATCH_PERSON;
    for (uint32_t p = 0; p < s->instance->positions; p++)
        s->price[p] = SEVERAL_PART * (int64_t) matching_opening_price (exact, p) + (s->scarce[p] ? dearer : 0);
    for (uint32_t p = 0; p < s->instance->positions; p++)
        if (s->instance->openings[p] == 0) /* dear enough for nobody to look at; nobody pays it */
            s->price[p] = SEVERAL_PERSON + SEVERAL_PART * PAIR_SCORE_MOST;
}

void several_take_plan (several_t *self, const matching_t *matching)
{
    memcpy (self->left, self->instance->openings, self->instance->positions * sizeof *self->left);
    memset (self->now.count, 0, self->instance->citizens);
    self->people = 0;
    self->now.score = self->best.score = 0;
    for (uint32_t i = 0; i < self->instance->citizens; i++) {
        uint32_t place = matching_place (matching, i);
        if (place == MATCH_NOWHERE)
            continue;
        take_job (self, i, place, (uint32_t) score_at (self, i, place));
        self->people++;
    }
    keep_if_best (self);
}

several_t *several_new (const matching_t *exact, const hours_t *hours)
{
    owned (several) self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->exact = exact;
    self->instance = matching_instance (exact);
    self->hours = hours;
    self->memory = arena_new (SIZE_MAX / 2);
    self->most = INT64_MAX;
    if (!make_room (self) || !find_movable (self, exact))
        return NULL;
    take_prices (self, exact);
    several_take_plan (self, exact);
    bound_begin (self);
    return give (self);
}

void several_destroy (several_t **self)
{
    if (!*self)
        return;
    arena_destroy (&(*self)->memory);
    free (*self);
    *self = NULL;
}

static uint64_t bound_of (const several_t *self)
{
    return (uint64_t) (self->most - SEVERAL_PERSON * (int64_t) self->people) / SEVERAL_PART;
}

uint64_t several_gap (const several_t *self)
{
    return bound_of (self) - self->best.score;
}

bool several_is_over (several_t *self)
{
    const matching_t *exact = self->exact;
    self->stopped = self->stopped || (self->limit->stop && self->limit->stop (self->limit->context)) ||
                    (exact->goes_on && !exact->goes_on (exact->watcher));
    return self->stopped || self->looked_at >= self->limit->looks_most || several_gap (self) == 0;
}

/* Prices until they bring little for the work, or have come to rest. */
static void lower_bound (several_t *self)
{
    for (uint64_t before = UINT64_MAX; before - bound_of (self) > several_gap (self) / WORTHWHILE;) {
        before = bound_of (self);
        for (int step = 0; step < STEPS; step++)
            if (several_is_over (self) || !bound_step (self))
                return;
    }
}

/* Bound and plan in turn: better prices lead to a better plan, and a better plan says how far the prices should go.
 * Who chooses first is another one each time. */
bool several_solve (several_t *self, const limit_t *limit)
{
    uint32_t first = 0;
    self->limit = limit;
    self->stopped = false;
    plan_restore (self);
    for (int idle = 0; idle < IDLE_MOST && !several_is_over (self);) {
        uint64_t gap = several_gap (self);
        lower_bound (self);
        plan_aim (self, first);
        if (!plan_polish (self))
            return false;
        first = self->n_movable ? (first + self->n_movable * 5 / 8 + 1) % self->n_movable : 0;
        idle = several_gap (self) < gap ? 0 : idle + 1;
    }
    return true;
}

uint64_t several_usual_looks (const instance_t *instance)
{
    return LOOKS_LEAST + LOOKS_EACH * (uint64_t) instance->pairs;
}

several_totals_t several_totals (const several_t *self)
{
    several_totals_t totals = { .people = self->people, .score = self->best.score, .stopped = self->stopped };
    for (uint32_t i = 0; i < self->instance->citizens; i++)
        totals.jobs += self->best.count[i];
    totals.bound = bound_of (self);
    return totals;
}

uint32_t several_jobs (const several_t *self, uint32_t citizen, const uint32_t **ret_positions)
{
    *ret_positions = jobs_of (self, &self->best, citizen);
    return self->best.count[citizen];
}

int64_t several_citizen_price (const several_t *self, uint32_t citizen)
{
    return self->citizen_price[citizen];
}

int64_t several_opening_price (const several_t *self, uint32_t position)
{
    return self->proved[position];
}

const instance_t *several_instance (const several_t *self)
{
    return self->instance;
}
