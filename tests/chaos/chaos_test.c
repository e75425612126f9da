/* Real processes, killed at random moments. KILLS and SEED come from the environment. */
#include "storm.h"
#include "verdict.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>

TestSuite (chaos, .timeout = 3600);

enum { BETWEEN_KILLS_MS = 900, KILLS = 200, TOLD_EVERY = 10, ENOUGH_TO_FORGE = 4000, WAIT_STEP_MS = 50 };

/* A verdict that cannot find anything would always be good. */
Test (chaos, whatever_is_forged_in_the_databases_is_found)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    crowd_t *crowd = crowd_new (suite, 1);
    while (crowd_answered (crowd) < ENOUGH_TO_FORGE)
        (void) poll (NULL, 0, WAIT_STEP_MS);
    crowd_rest (crowd);
    verdict_on_forgeries (suite, crowd);
    crowd_destroy (&crowd);
    suite_stop (&suite);
}

/* X1 X4 */
Test (chaos, nothing_acknowledged_is_lost_and_nothing_happens_twice_whoever_is_killed)
{
    uint64_t seed = storm_setting ("SEED", 1), kills = storm_setting ("KILLS", KILLS), done = 0, told = 0;
    printf ("%llu kills, SEED=%llu\n", (unsigned long long) kills, (unsigned long long) seed);
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    crowd_t *crowd = crowd_new (suite, seed);
    while (done < kills) {
        storm_pass (&seed, BETWEEN_KILLS_MS);
        done += storm_strike (suite, &seed);
        if (done < told + TOLD_EVERY && done < kills)
            continue;
        told = done;
        printf ("%llu kills, %zu commands answered\n", (unsigned long long) done, crowd_answered (crowd));
        fflush (stdout);
    }
    crowd_rest (crowd);
    verdict (suite, crowd);
    crowd_destroy (&crowd);
    suite_stop (&suite);
}
