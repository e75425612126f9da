/*
 * P5: several small jobs. A citizen may hold several positions, up to the minutes a week that they can manage and
 * never two at the same time. This is harder than exact, so the answer is a plan, a bound that no plan can pass, and
 * the gap between the two.
 *
 * What is best: first the most people with at least one job, then the highest total score over all jobs. The number of
 * people is the exact one of matching.h: a job more for one never costs another the only one.
 *
 * A set of positions is lawful for a citizen when the citizen is eligible in each, and either it is a single one
 * (eligibility has looked at its hours), or there are at most `jobs_most`, their minutes together are at most what the
 * citizen can manage, and no two share a slot of the week. A position in which nobody stated times has no slots and is
 * never in the way.
 *
 * The proof is that of matching.h, with sets in place of pairs and prices in parts of a point:
 *
 *     price of the citizen + prices of the openings >= SEVERAL_PERSON + SEVERAL_PART * scores     for every lawful set,
 *
 * and no price is below 0. Any plan is worth at most the sum of all prices, an opening counted once for each. As a
 * person is worth more than all scores together, that sum says both how many people and, for that many, which score at
 * most. The prices of openings come from the exact match and are improved step by step; those of citizens follow.
 *
 * Everything is done in integers and in the order of the numbers, so the same instance gives the same answer, unless
 * `stop` ends it early.
 */
#ifndef FYR_PLACEMENT_MATCH_SEVERAL_H
#define FYR_PLACEMENT_MATCH_SEVERAL_H

#include "placement/match/matching.h"

enum { SEVERAL_JOBS_MAX = 8, SEVERAL_WORDS_MAX = 16, SEVERAL_MINUTES_MAX = 7 * 24 * 60, SEVERAL_PART = 64 };

#define SEVERAL_PERSON                                                                                                 \
    ((int64_t) SEVERAL_PART * ((int64_t) PAIR_SCORE_MOST * MATCH_CITIZENS_MAX * (SEVERAL_JOBS_MAX + 1)))

/* Borrowed by several_new for as long as the answer lives. */
typedef struct {
    uint32_t jobs_most;           /* of one citizen, 1 to SEVERAL_JOBS_MAX */
    const uint32_t *minutes_most; /* of every citizen, a week; 0: nobody knows, and one job is all */
    const uint32_t *minutes;      /* of every position, a week; 1 to SEVERAL_MINUTES_MAX */
    uint32_t words;               /* `slots` has so many for every position; 0: no times at all */
    const uint64_t *slots;        /* a bit for each slot of the week in which the position has work */
} hours_t;

typedef struct several several_t;

/* `exact` is solved, and borrowed too. The plan is its plan. Whoever watches it (matching_watch) is asked here as well.
 * NULL: no memory. */
several_t *several_new (const matching_t *exact, const hours_t *hours);
void several_destroy (several_t **self);

/* The plan becomes that of another matching of the same instance, which places as many people: one with a floor. Whom
 * it places keeps a job. */
void several_take_plan (several_t *self, const matching_t *matching);

/* Where the work ends: after looking at so many pairs, which is the same everywhere, or when `stop` (may be NULL) says
 * so, which is not. */
typedef struct {
    uint64_t looks_most;
    bool (*stop) (void *context);
    void *context;
} limit_t;

/* May be called again, with a further limit. False: no memory; the answer is the one before. */
bool several_solve (several_t *self, const limit_t *limit);

uint64_t several_usual_looks (const instance_t *instance); /* some seconds at 20,000 people, less for few */

typedef struct {
    uint32_t people, jobs;
    uint64_t score, bound; /* no plan for so many people has a score above `bound` */
    bool stopped;          /* by `stop` or the watch */
} several_totals_t;

several_totals_t several_totals (const several_t *self);

/* The positions of a citizen, ascending, and how many. */
uint32_t several_jobs (const several_t *self, uint32_t citizen, const uint32_t **ret_positions);

int64_t several_citizen_price (const several_t *self, uint32_t citizen);
int64_t several_opening_price (const several_t *self, uint32_t position);
const instance_t *several_instance (const several_t *self);

#endif
