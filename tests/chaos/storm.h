/* What the two storms share: how long, from which seed, and kills. */
#ifndef FYR_TESTS_STORM_H
#define FYR_TESTS_STORM_H

#include "crowd.h"

#include <stdint.h>

uint64_t storm_setting (const char *name, uint64_t otherwise); /* from the environment */
void storm_pass (uint64_t *seed, unsigned most_ms);            /* some time, by chance */

/* Kills one or two services at once and starts them again; often again while they start, when the log is being read
 * back. Gives the number of kills. */
unsigned storm_strike (suite_t *suite, uint64_t *seed);

#endif
