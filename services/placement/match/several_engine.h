/*
 * What the parts of the match with several jobs share: the plan as it stands, the best so far, and the prices.
 *
 * Invariants between any two calls:
 *   lawful  every citizen holds a lawful set, and no position more citizens than it has openings
 *   people  as many citizens hold something as the exact match places
 *   proof   `proved` are prices as several.h wants them of openings
 */
#ifndef FYR_PLACEMENT_MATCH_SEVERAL_ENGINE_H
#define FYR_PLACEMENT_MATCH_SEVERAL_ENGINE_H

#include "placement/match/engine.h"
#include "placement/match/several.h"

/* Who holds what. */
typedef struct {
    uint32_t *job;  /* of citizen i: from i * jobs_most on, ascending */
    uint8_t *count; /* of them */
    uint64_t score; /* of all */
} holding_t;

/* A pair that is worth having at the prices of the moment. */
typedef struct {
    int64_t profit;
    uint32_t position, minutes;
} offer_t;

struct several {
    const instance_t *instance;
    const hours_t *hours;
    arena_t *memory;
    uint32_t people;
    holding_t now, best;
    uint32_t *left;    /* openings of every position that nobody holds now */
    uint32_t *movable; /* citizens for whom there is anything to choose, see several_new */
    uint32_t n_movable;
    bool *scarce;           /* positions of which every opening is needed for somebody's only job */
    int64_t *price;         /* of every opening, now */
    int64_t *proved;        /* those with the lowest bound so far */
    int64_t *worth;         /* of every citizen: what the best set comes to at `price` */
    int64_t *citizen_price; /* that at `proved` */
    uint32_t *demand;       /* of every position: how many would choose it */
    int64_t most;           /* sum of all prices at `proved` */
    int64_t sum_now;        /* at `price` */
    uint32_t failed;        /* steps since the sum fell or the pace did */
    uint32_t pace;          /* of the prices: the step is so many parts of PACE_WHOLE of the gap */
    const limit_t *limit;   /* of the call under way */
    const matching_t *exact;
    uint64_t looked_at;
    bool stopped;
    /* scratch of one choice */
    offer_t *offer;
    int64_t *sum; /* of the profits of the offers before */
};

typedef struct {
    uint32_t position[SEVERAL_JOBS_MAX], count;
    int64_t profit; /* above that of every lawful set, or equal; of this one, unless `cut` */
    bool cut;       /* trying all would have taken too long */
} choice_t;

static inline uint32_t *jobs_of (const several_t *s, const holding_t *holding, uint32_t citizen)
{
    return holding->job + (size_t) citizen * s->hours->jobs_most;
}

/* Can the citizen hold the position beside these? */
bool fits_beside (const several_t *s, uint32_t citizen, const uint32_t *jobs, uint32_t count, uint32_t position);

/* The lawful set that is worth most to a citizen at `price`; at least one position, of which there must be one. */
void choose (several_t *s, uint32_t citizen, const int64_t *price, choice_t *ret);

void take_job (several_t *s, uint32_t citizen, uint32_t position, uint32_t score);
void drop_job (several_t *s, uint32_t citizen, uint32_t position, uint32_t score);
int32_t score_at (const several_t *s, uint32_t citizen, uint32_t position); /* of an eligible pair */
void keep_if_best (several_t *s);

/* The plan: all of it is lawful at any time. `plan_aim` goes where the prices point, at a loss if need be;
 * `plan_polish` lets go of one job of everybody and gives the best again, exactly, until that helps no more. */
void plan_aim (several_t *s, uint32_t first);
bool plan_polish (several_t *s);  /* false: no memory */
void plan_restore (several_t *s); /* the plan of now is the best again */

uint64_t several_gap (const several_t *self);
bool several_is_over (several_t *self);

/* One step of the prices. False: they have come to rest. */
bool bound_step (several_t *s);
void bound_begin (several_t *s); /* the prices that stand prove something already */

#endif
