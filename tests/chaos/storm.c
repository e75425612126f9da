#include "storm.h"

#include "chance.h"

#include <poll.h>
#include <stdlib.h>

enum { DOWN_MOST_MS = 400, UP_MOST_MS = 80 };

uint64_t storm_setting (const char *name, uint64_t otherwise)
{
    const char *text = getenv (name);
    return text && text[0] ? strtoull (text, NULL, 10) : otherwise;
}

void storm_pass (uint64_t *seed, unsigned most_ms)
{
    (void) poll (NULL, 0, (int) (draw (seed) % most_ms));
}

unsigned storm_strike (suite_t *suite, uint64_t *seed)
{
    size_t first = draw (seed) % SUITE_SERVICES, second = draw (seed) % SUITE_SERVICES;
    const char *victims[] = { SUITE_NAMES[first], SUITE_NAMES[second] };
    size_t count = draw (seed) % 4 == 0 && first != second ? 2 : 1;
    unsigned kills = 0;
    for (bool again = true; again; again = draw (seed) % 4 == 0) {
        for (size_t i = 0; i < count; i++, kills++)
            suite_kill (suite, victims[i]);
        storm_pass (seed, DOWN_MOST_MS);
        for (size_t i = 0; i < count; i++)
            suite_launch (suite, victims[i]);
        storm_pass (seed, UP_MOST_MS);
    }
    return kills;
}
