/*
 * P8: one thing changes, and the plan is the best again, from the prices that stand.
 *
 * Each call leaves the plan optimal, and the prices its proof, for the instance as it then is (matching_instance).
 * Which of several best plans that is depends on the way; matching_settle makes it the same that a cold solve gives.
 *
 * Pairs are packed (pair_pack), in any order, each other one at most once, scores within the limit. False: no memory,
 * and nothing has changed.
 *
 * Who arrives takes a number that has no pairs yet, from instance_add_room; who has left is one without pairs.
 */
#ifndef FYR_PLACEMENT_MATCH_CHANGE_H
#define FYR_PLACEMENT_MATCH_CHANGE_H

#include "placement/match/matching.h"

/* A citizen arrives, changes, or leaves (no pairs): where the citizen is eligible from now on. */
bool matching_set_citizen (matching_t *self, uint32_t citizen, const uint32_t *pairs, uint32_t n_pairs);

/* A position arrives, changes, or closes (no openings): who is eligible there from now on. */
bool matching_set_position (matching_t *self, uint32_t position, uint32_t openings, const uint32_t *pairs,
                            uint32_t n_pairs);

bool matching_set_openings (matching_t *self, uint32_t position, uint32_t openings);

/* One pair is not eligible any more, or becomes so, or changes its score. */
bool matching_forbid (matching_t *self, uint32_t citizen, uint32_t position);
bool matching_allow (matching_t *self, uint32_t citizen, uint32_t position, uint32_t score);

/* People have decided that the citizen gets the position: both leave the match, the citizen with all pairs and the
 * position with one opening, of which there must be one. What is left is at its best again. Back with
 * matching_set_openings and matching_set_citizen. */
bool matching_lock (matching_t *self, uint32_t citizen, uint32_t position);

#endif
