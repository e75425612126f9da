#include "bench/match/city.h"

#include "harness/chance.h"

#include <string.h>

enum { PERCENT = 100, N_CONDITIONS = 13, N_DIMENSIONS = 15, POPULATION = 664 /* thousand */ };

/* Of a hundred: who needs it, who offers it. */
static const struct {
    const char *word;
    int needed, offered;
} CONDITIONS[N_CONDITIONS] = {
    { "quiet", 18, 45 },       { "no-customers", 14, 55 },  { "flexible-start", 20, 50 }, { "sober-house", 8, 60 },
    { "step-free", 7, 55 },    { "support-person", 8, 40 }, { "short-days", 22, 55 },     { "breaks", 15, 65 },
    { "fixed-tasks", 18, 60 }, { "one-contact", 22, 65 },   { "small-team", 16, 60 },     { "day-hours", 12, 75 },
    { "seated", 7, 25 },
};

static const char *const DIMENSIONS[N_DIMENSIONS] = {
    "lifting",      "standing", "fine-motor",       "pace",          "concentration",  "planning",
    "independence", "teamwork", "customer-contact", "danish-spoken", "danish-written", "english-spoken",
    "numbers",      "computer", "driving",
};

static const int PEOPLE_OF_DISTRICT[DISTRICT_COUNT] = { 58, 76, 80, 85, 66, 41, 45, 56, 64, 93 };

static int below (uint64_t *seed, int n)
{
    return (int) (draw (seed) % (uint64_t) n);
}

static bool chance (uint64_t *seed, int percent)
{
    return below (seed, PERCENT) < percent;
}

static int a_district (uint64_t *seed)
{
    int at = below (seed, POPULATION), district = 1;
    while (district < DISTRICT_COUNT && at >= PEOPLE_OF_DISTRICT[district - 1])
        at -= PEOPLE_OF_DISTRICT[district++ - 1];
    return district;
}

/* Two dice: the middle is most likely. */
static int a_level (uint64_t *seed, int most)
{
    return (below (seed, most + 1) + below (seed, most + 1) + 1) / 2;
}

static size_t some_levels (uint64_t *seed, int at_least, int at_most, int level_most, match_level_t *ret)
{
    int count = at_least + below (seed, at_most - at_least + 1), first = below (seed, N_DIMENSIONS);
    for (int i = 0; i < count; i++) /* 15 has no divisor in common with 4: no dimension comes twice */
        ret[i] = (match_level_t){ DIMENSIONS[(first + 4 * i) % N_DIMENSIONS], a_level (seed, level_most) };
    return (size_t) count;
}

static void add (week_t *week, int first_day, int last_day, int from_hour, int until_hour)
{
    for (int day = first_day; day <= last_day; day++)
        (void) week_add (week, (week_span_t){ day, from_hour, until_hour });
}

/* Of those who state it most can on weekdays in the daytime, some on a few days, some in the evening or at weekends. */
static week_t when_they_can (uint64_t *seed)
{
    week_t week = { { 0 } };
    int kind = below (seed, 10), from = 8 + below (seed, 3);
    if (kind < 5)
        add (&week, 1, 5, from, from + 4 + below (seed, 5));
    else if (kind < 8)
        for (int day = 1; day <= 5; day++)
            add (&week, day, chance (seed, 60) ? day : 0, from, 15 + below (seed, 3));
    else
        add (&week, kind == 8 ? 1 : 6, kind == 8 ? 5 : 7, kind == 8 ? 14 : 9, 20);
    return week;
}

void city_weights (match_weights_t *ret_weights)
{
    *ret_weights = (match_weights_t){ .ability = 500,
                                      .hours = 250,
                                      .district = 150,
                                      .waiting = 100,
                                      .gap_most = MATCH_GAP_USUAL,
                                      .level_unstated = MATCH_UNSTATED_USUAL,
                                      .wait_days = MATCH_WAIT_USUAL };
    for (int from = 1; from <= DISTRICT_COUNT; from++)
        for (int to = 1; to <= DISTRICT_COUNT; to++)
            ret_weights->travel.minutes[from][to] = from == to ? 20 : (from - to) * (from - to) <= 4 ? 35 : 60;
}

void city_position (uint64_t seed, size_t number, match_position_t *ret_position)
{
    uint64_t own = seed ^ (2 * (uint64_t) number + 1) * UINT64_C (0xD1B54A32D192ED03);
    int days = 1 + below (&own, 4), hours = 2 + below (&own, 3), first_day = 1 + below (&own, 6 - days);
    int from = 8 + below (&own, chance (&own, 80) ? 5 : 10);
    *ret_position = (match_position_t){ .position = number + 1,
                                        .weekly_minutes = 60 * days * hours - 30 * below (&own, 2),
                                        .district = a_district (&own),
                                        .openings = 1 + below (&own, 5) };
    if (chance (&own, 60))
        add (&ret_position->times, first_day, first_day + days - 1, from, from + hours);
    for (int i = 0; i < N_CONDITIONS; i++)
        if (chance (&own, CONDITIONS[i].offered))
            ret_position->offers[ret_position->n_offers++] = CONDITIONS[i].word;
    ret_position->n_demands = some_levels (&own, 0, 4, 4, ret_position->demands);
}

void city_candidate (uint64_t seed, size_t number, match_candidate_t *ret_candidate)
{
    static const int LIMITS[] = { 20, 35, 35, 45, 60 };
    uint64_t own = seed ^ (2 * (uint64_t) number + 2) * UINT64_C (0xD1B54A32D192ED03);
    *ret_candidate = (match_candidate_t){ .citizen = number + 1,
                                          .minutes_free = 60 * (2 + below (&own, 10) + below (&own, 8)),
                                          .district = a_district (&own),
                                          .travel_most = MATCH_NOT_STATED,
                                          .days_waited = below (&own, 400) };
    if (chance (&own, 70))
        ret_candidate->travel_most = LIMITS[below (&own, 5)];
    if (chance (&own, 70))
        ret_candidate->times = when_they_can (&own);
    for (int i = 0; i < N_CONDITIONS; i++)
        if (chance (&own, CONDITIONS[i].needed))
            ret_candidate->needs[ret_candidate->n_needs++] = CONDITIONS[i].word;
    ret_candidate->n_abilities = some_levels (&own, 2, 9, 4, ret_candidate->abilities);
}
