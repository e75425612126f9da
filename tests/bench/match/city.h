/*
 * Citizens and positions of a city as they could be: what people need, when they can, how far they can go and what they
 * can do hang together with each other as little as here, but their shares are of a likely size. The same seed gives
 * the same city, and each of them can be had alone.
 */
#ifndef FYR_BENCH_CITY_H
#define FYR_BENCH_CITY_H

#include "placement/match_rules.h"

void city_weights (match_weights_t *ret_weights);
void city_position (uint64_t seed, size_t number, match_position_t *ret_position);
void city_candidate (uint64_t seed, size_t number, match_candidate_t *ret_candidate);

#endif
