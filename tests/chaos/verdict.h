/*
 * What has to be true when everything is over, whoever was killed and whatever was lost on the way: the five databases
 * are laid side by side, with what the crowd was told, and each promise is a query that must find nothing.
 */
#ifndef FYR_TESTS_VERDICT_H
#define FYR_TESTS_VERDICT_H

#include "crowd.h"

/* All services are running and nobody disturbs them any more; the crowd rests. Waits until the suite is at rest, has
 * reporting derive everything again from the logs in a fresh database, ends the services and fails the test for every
 * promise that is broken. The suite is left for suite_stop. */
void verdict (suite_t *suite, crowd_t *crowd);

/* The same of an undisturbed suite, whose databases are then damaged in one place after the other: fails the test for
 * every damage that no promise finds. */
void verdict_on_forgeries (suite_t *suite, crowd_t *crowd);

#endif
