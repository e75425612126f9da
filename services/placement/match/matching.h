/*
 * The best plan: first the most people placed, then the highest total score; exact, in integers alone, and the same
 * plan whatever the order in which things came. Pure: no bus, no store, no clock, no threads.
 *
 * Every citizen and every opening has a price, and the prices are the proof:
 *
 *     price of the citizen + price of the opening >= MATCH_PERSON + score      for every eligible pair,
 *     equal                                                                    for a pair in the plan ("tight"),
 *     price 0                                                                  for who is unplaced and what is empty.
 *
 * Any plan at all is worth at most the sum of the prices, by the first line. This plan is worth exactly that sum, by
 * the other two. MATCH_PERSON, what one person more is worth, is above every score that all citizens together can have,
 * so the count comes first and the score second.
 *
 * matching_solve starts from nothing. The changes below it start from the prices that stand, and leave the plan optimal
 * and the prices its proof, as if it had been solved anew. Between equally good plans matching_settle chooses by the
 * published rule, see there; call it before a plan is shown.
 *
 * Functions that give bool: false means there was no memory, and the plan is as it was before.
 */
#ifndef FYR_PLACEMENT_MATCH_MATCHING_H
#define FYR_PLACEMENT_MATCH_MATCHING_H

#include "placement/match/instance.h"

typedef struct matching matching_t;

enum { MATCH_PERSON = PAIR_SCORE_MOST * MATCH_CITIZENS_MAX + 1 };

#define MATCH_NOWHERE UINT32_MAX /* the place of who is unplaced */

/* Takes the instance. NULL: no memory, and then the instance is gone too. Nobody is placed yet. */
matching_t *matching_new (instance_t **instance);
void matching_destroy (matching_t **self);

bool matching_solve (matching_t *self);

/* Whoever may want to break off: solving, settling and a floor ask from time to time whether to go on. After a no they
 * give false, and the matching is good for nothing but its end. */
void matching_watch (matching_t *self, bool (*goes_on) (void *context), void *context);

typedef struct {
    uint32_t placed;
    uint64_t score;
} totals_t;

totals_t matching_totals (const matching_t *self);
uint32_t matching_place (const matching_t *self, uint32_t citizen); /* a position, or MATCH_NOWHERE */
int32_t matching_citizen_price (const matching_t *self, uint32_t citizen);
int32_t matching_opening_price (const matching_t *self, uint32_t position);
uint32_t matching_held (const matching_t *self, uint32_t position); /* openings that are taken */
uint64_t matching_tight_pairs (const matching_t *self);             /* how much room ties leave */

/* The plan and the prices as they stand, to come back to from a floor, say, as long as the instance stays as it is.
 * NULL: no memory. */
typedef struct matching_mark matching_mark_t;
matching_mark_t *matching_mark (const matching_t *self);
void matching_back (matching_t *self, matching_mark_t **mark); /* the mark is gone with it */

/* What is being matched, as the changes have made it. Borrowed until the next change. */
const instance_t *matching_instance (const matching_t *self);

/*
 * Of all best plans the one that the tie rule says. A place goes first to who has waited longest: of two who could have
 * it, the one with the lower number. Then, in the same order, each gets the position of the highest score, and of equal
 * ones the lowest number. The totals do not change.
 *
 * For citizens and positions that are not numbered in that order, `citizen_rank` and `position_rank` give it, every
 * rank once; NULL: the numbers.
 */
bool matching_settle (matching_t *self, const uint32_t *citizen_rank, const uint32_t *position_rank);

#endif
