/* The same in a bad network: loss, delay and partitions between namespaces, kills, and the end of everybody's patience.
 * WEATHER (how many changes of it) and SEED come from the environment. */
#include "base/time.h"
#include "chance.h"
#include "network.h"
#include "storm.h"
#include "verdict.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>

TestSuite (network, .timeout = 3600);

enum { CHANGES = 40, LASTS_MS = 4000, LOSS_MOST = 30, PATIENCE_MS = 61000 /* a session waits a minute for its room */ };

typedef struct {
    unsigned lossy, one_way, isolated, slow, kills, leaps, calm;
} weather_t;

static void isolate (network_t *network, size_t place)
{
    for (size_t other = 0; other < NETWORK_PLACES; other++) {
        if (other == place)
            continue;
        network_cut (network, other, place);
        if (other != NETWORK_US)
            network_cut (network, place, other);
    }
}

/* The clock of all, so much later than the machine's as it has leapt already. */
static void set_clock (suite_t *suite, unsigned leaps)
{
    char text[ISO_INSTANT_SIZE];
    (void) instant_text ((int64_t) time (NULL) * 1000 + (int64_t) leaps * PATIENCE_MS, text);
    cr_assert (SUITE_FYR (suite, NULL, NULL, "clock", "set", text) == 0);
}

/* It comes on top of what there is; calm ends all of it. */
static void change (network_t *network, suite_t *suite, uint64_t *seed, weather_t *count)
{
    size_t place = draw (seed) % SUITE_SERVICES, other = draw (seed) % NETWORK_PLACES;
    switch (draw (seed) % 7) {
    case 0:
        network_lose (network, place, 1 + (unsigned) (draw (seed) % LOSS_MOST));
        count->lossy++;
        break;
    case 1:
        network_cut (network, other == place ? NETWORK_US : other, place);
        count->one_way++;
        break;
    case 2:
        isolate (network, place);
        count->isolated++;
        break;
    case 3:
        network_slow (network, place);
        count->slow++;
        break;
    case 4:
        count->kills += storm_strike (suite, seed);
        break;
    case 5:
        set_clock (suite, ++count->leaps);
        break;
    default:
        network_heal (network);
        count->calm++;
    }
}

static network_t *network_or_skip (void)
{
    const char *why = "";
    network_t *network = network_new (&why);
    if (!network) {
        printf ("skipped: no networks of our own: %s\n0 passed, 0 failed, 1 skipped\n", why);
        fflush (stdout);
        cr_skip_test ("%s", why);
    }
    return network;
}

/* X1 X4 */
Test (network, nothing_acknowledged_is_lost_and_nothing_happens_twice_whatever_the_network_does)
{
    uint64_t seed = storm_setting ("SEED", 1), changes = storm_setting ("WEATHER", CHANGES);
    weather_t count = { 0 };
    network_t *network = network_or_skip ();
    printf ("%llu changes of the weather, SEED=%llu; slow links by %s\n", (unsigned long long) changes,
            (unsigned long long) seed, network_slowness (network));
    char now[ISO_INSTANT_SIZE];
    (void) instant_text ((int64_t) time (NULL) * 1000, now);
    suite_t *suite = suite_start_at (&(suite_place_t){ .clock = now, .networks = network_places (network) });
    crowd_t *crowd = crowd_new (suite, seed);
    for (uint64_t i = 1; i <= changes; i++) {
        change (network, suite, &seed, &count);
        storm_pass (&seed, LASTS_MS);
        printf ("%llu changes, %zu commands answered\n", (unsigned long long) i, crowd_answered (crowd));
        fflush (stdout);
    }
    network_heal (network);
    crowd_rest (crowd);
    printf ("loss %u, one-way partitions %u, isolations %u, slow links %u, kills %u, leaps of the clock %u, calm %u\n",
            count.lossy, count.one_way, count.isolated, count.slow, count.kills, count.leaps, count.calm);
    verdict (suite, crowd);
    crowd_destroy (&crowd);
    suite_stop (&suite);
    network_destroy (&network);
}
