/* Chance for property tests: the same seed gives the same case on every machine (splitmix64). */
#ifndef FYR_TESTS_CHANCE_H
#define FYR_TESTS_CHANCE_H

#include <stdint.h>

static inline uint64_t draw (uint64_t *seed)
{
    uint64_t z = (*seed += UINT64_C (0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C (0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C (0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#endif
