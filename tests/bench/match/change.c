/*
 * match-change FILE COUNT: what one change costs once an instance is solved, and what solving it cost.
 *
 * Of each kind COUNT changes at random, each undone at once; both count. One line a kind, seconds of the processor:
 *     change KIND n N median_s A p99_s B most_s C
 * then a line `cold_s S proved P`: whether after all of them every price still proves the plan.
 */
#include "placement/match/change.h"
#include "harness/chance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PAIRS_MOST = 100000 };

typedef struct {
    matching_t *m;
    uint64_t seed;
    uint32_t pairs[PAIRS_MOST];
} bench_t;

static double seconds (void)
{
    struct timespec now;
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static size_t from_file (void *file, void *to, size_t size)
{
    return fread (to, 1, size, file);
}

static uint32_t copy (bench_t *b, const lists_t *lists, uint32_t i)
{
    uint32_t count = list_count (lists, i) < PAIRS_MOST ? list_count (lists, i) : PAIRS_MOST;
    memcpy (b->pairs, list_first (lists, i), count * sizeof *b->pairs);
    return count;
}

/* Each kind gives the seconds of the change and of its undoing. */

static void citizen_leaves (bench_t *b, double ret[2])
{
    const instance_t *instance = matching_instance (b->m);
    uint32_t citizen;
    do
        citizen = (uint32_t) (draw (&b->seed) % instance->citizens);
    while (matching_place (b->m, citizen) == MATCH_NOWHERE);
    uint32_t count = copy (b, &instance->of_citizen, citizen);
    double begun = seconds ();
    matching_set_citizen (b->m, citizen, NULL, 0);
    ret[0] = seconds () - begun;
    matching_set_citizen (b->m, citizen, b->pairs, count);
    ret[1] = seconds () - begun - ret[0];
}

static void position_closes (bench_t *b, double ret[2])
{
    const instance_t *instance = matching_instance (b->m);
    uint32_t position = (uint32_t) (draw (&b->seed) % instance->positions), openings = instance->openings[position];
    double begun = seconds ();
    matching_set_openings (b->m, position, 0);
    ret[0] = seconds () - begun;
    matching_set_openings (b->m, position, openings);
    ret[1] = seconds () - begun - ret[0];
}

/* It goes with all its pairs, and comes with all of them. */
static void position_leaves (bench_t *b, double ret[2])
{
    const instance_t *instance = matching_instance (b->m);
    uint32_t position = (uint32_t) (draw (&b->seed) % instance->positions), openings = instance->openings[position];
    uint32_t count = copy (b, &instance->of_position, position);
    double begun = seconds ();
    matching_set_position (b->m, position, 0, NULL, 0);
    ret[0] = seconds () - begun;
    matching_set_position (b->m, position, openings, b->pairs, count);
    ret[1] = seconds () - begun - ret[0];
}

static void opening_closes (bench_t *b, double ret[2])
{
    const instance_t *instance = matching_instance (b->m);
    uint32_t position;
    do
        position = (uint32_t) (draw (&b->seed) % instance->positions);
    while (instance->openings[position] == 0);
    uint32_t openings = instance->openings[position];
    double begun = seconds ();
    matching_set_openings (b->m, position, openings - 1);
    ret[0] = seconds () - begun;
    matching_set_openings (b->m, position, openings);
    ret[1] = seconds () - begun - ret[0];
}

static void pair_is_forbidden (bench_t *b, double ret[2])
{
    const instance_t *instance = matching_instance (b->m);
    uint32_t citizen, place, score = 0;
    do
        citizen = (uint32_t) (draw (&b->seed) % instance->citizens);
    while ((place = matching_place (b->m, citizen)) == MATCH_NOWHERE);
    for (uint32_t *x = list_first (&instance->of_citizen, citizen); x < list_end (&instance->of_citizen, citizen); x++)
        if (pair_other (*x) == place)
            score = (uint32_t) pair_score (*x);
    double begun = seconds ();
    matching_forbid (b->m, citizen, place);
    ret[0] = seconds () - begun;
    matching_allow (b->m, citizen, place, score);
    ret[1] = seconds () - begun - ret[0];
}

static const struct {
    const char *name, *undone;
    void (*change) (bench_t *, double[2]);
} KINDS[] = { { "citizen-leaves", "citizen-arrives", citizen_leaves },
              { "position-closes", "position-reopens", position_closes },
              { "position-leaves", "position-arrives", position_leaves },
              { "opening-closes", "opening-opens", opening_closes },
              { "pair-forbidden", "pair-allowed", pair_is_forbidden } };

static int by_size (const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static void show (const char *name, double *times, size_t n)
{
    qsort (times, n, sizeof *times, by_size);
    printf ("change %s n %zu median_s %.9f p99_s %.9f most_s %.9f\n", name, n, times[n / 2], times[n * 99 / 100],
            times[n - 1]);
}

static bool proved (const matching_t *m)
{
    const instance_t *instance = matching_instance (m);
    for (uint32_t i = 0; i < instance->citizens; i++)
        for (uint32_t *x = list_first (&instance->of_citizen, i); x < list_end (&instance->of_citizen, i); x++) {
            int32_t over = matching_citizen_price (m, i) + matching_opening_price (m, pair_other (*x)) - MATCH_PERSON -
                           pair_score (*x);
            if (over < 0 || (matching_place (m, i) == pair_other (*x) && over > 0))
                return false;
        }
    for (uint32_t i = 0; i < instance->citizens; i++)
        if (matching_place (m, i) == MATCH_NOWHERE && matching_citizen_price (m, i) > 0)
            return false;
    for (uint32_t p = 0; p < instance->positions; p++)
        if (matching_held (m, p) < instance->openings[p] && matching_opening_price (m, p) > 0)
            return false;
    return true;
}

int main (int argc, char **argv)
{
    static bench_t b = { .seed = 7 };
    size_t count = argc == 3 ? strtoul (argv[2], NULL, 10) : 0;
    FILE *file = count > 0 ? fopen (argv[1], "rb") : NULL;
    instance_t *instance = NULL;
    fault_t fault;
    double *times[2] = { calloc (count + 1, sizeof (double)), calloc (count + 1, sizeof (double)) };
    if (!file || !times[0] || !times[1] || instance_read (from_file, file, &instance, &fault) != STATUS_OK)
        return 2;
    fclose (file);
    b.m = matching_new (&instance);
    double begun = seconds ();
    if (!b.m || !matching_solve (b.m))
        return 1;
    double cold = seconds () - begun;
    for (size_t kind = 0; kind < sizeof KINDS / sizeof KINDS[0]; kind++) {
        for (size_t k = 0; k < count; k++) {
            double took[2];
            KINDS[kind].change (&b, took);
            times[0][k] = took[0];
            times[1][k] = took[1];
        }
        show (KINDS[kind].name, times[0], count);
        show (KINDS[kind].undone, times[1], count);
    }
    printf ("cold_s %.6f proved %d\n", cold, proved (b.m));
    free (times[0]);
    free (times[1]);
    matching_destroy (&b.m);
    return 0;
}
