/*
 * P3, P4 for a city: who could go where at which score, without asking every pair. The rules are those of
 * match_rules.h, written a second time for many at once; a test holds the two to each other, pair by pair.
 *
 * A position is one bit. For everything that can exclude there is a set of positions: those that offer a condition,
 * those with work at an hour of the week, those with at most so many minutes, those in a district, those that ask for
 * more than an ability allows. Where a citizen can go is what a handful of these sets leave, so 64 positions are asked
 * at a time, and only those that pass are looked at one by one, for their score.
 *
 * Whoever fits more positions than `most` keeps that many: half of them by the highest score, of equal score the ones
 * that come next in a circle; the other half one in so many of the rest. Where circle and count begin is given by the
 * citizen's number, so that not everybody is left with the same few, who then could not all be placed. How many pairs
 * fit is told; whole.h looks at those that were cut. Nothing depends on the order in which citizens are asked.
 */
#ifndef FYR_PLACEMENT_MATCH_ELIGIBLE_H
#define FYR_PLACEMENT_MATCH_ELIGIBLE_H

#include "placement/match/instance.h"
#include "placement/match/profiles.h"

typedef struct eligible eligible_t;

/* Positions by their number in the instance; one without openings is nobody's. Their words are borrowed.
 * STATUS_RESOURCE_EXHAUSTED: no memory, or more than WORDS_MAX words. */
status_t eligible_new (const match_position_t *positions, size_t n_positions, const match_weights_t *weights,
                       eligible_t **ret_eligible, fault_t *reterr);
void eligible_destroy (eligible_t **self);

/* No profiles yet, of the words that these positions have. */
profiles_t eligible_profiles (const eligible_t *self);

typedef struct {
    const uint32_t *pairs; /* packed, ascending; the row of the instance. Borrowed until the next one */
    uint32_t count;
    uint32_t fits; /* positions, also those that were cut */
} eligible_row_t;

/* `most` is at least 1. */
eligible_row_t eligible_row (eligible_t *self, const profiles_t *profiles, size_t citizen, uint32_t most);

#endif
