/*
 * match-eligible CITIZENS POSITIONS [MOST [FILE]]: from the profiles of a city to its best plan, and what it costs.
 *
 * Seconds of the processor; making the profiles up does not count, taking them in does. Who fits more than MOST (50)
 * positions keeps that many; then the best plan of all that fit is found from them. One line:
 *     citizens C positions P fits F kept K eligible_s A eligible_mb B held H rounds R best_s D settle_s E proved 1 ...
 * eligible_s is from profiles to the instance with K of F pairs that fit, best_s from profiles to the best plan of all
 * F. That first instance goes to FILE, for fyr-match and for the peers.
 */
#include "base/own.h"
#include "bench/match/city.h"
#include "placement/match/files.h"
#include "placement/match/whole.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SEED = 11, CHUNK = 1000 };

static double seconds (void)
{
    struct timespec now;
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static double peak_mb (void)
{
    char line[128];
    double kb = 0;
    FILE *status = fopen ("/proc/self/status", "r");
    while (status && fgets (line, sizeof line, status))
        if (strncmp (line, "VmHWM:", 6) == 0)
            kb = strtod (line + 6, NULL);
    if (status)
        fclose (status);
    return kb / 1024;
}

typedef struct {
    eligible_t *eligible;
    profiles_t profiles;
    uint32_t *openings, n_positions, most;
    uint64_t fits;
    uint32_t pairs;
} asking_t;

static const uint32_t *next_row (void *context, uint32_t citizen, uint32_t *ret_count)
{
    asking_t *asking = context;
    eligible_row_t row = eligible_row (asking->eligible, &asking->profiles, citizen, asking->most);
    asking->fits += row.fits;
    *ret_count = row.count;
    return row.pairs;
}

static bool take_citizens (profiles_t *profiles, size_t citizens, double *ret_s)
{
    match_candidate_t *chunk = calloc (CHUNK, sizeof *chunk);
    bool taken = chunk;
    for (size_t done = 0; taken && done < citizens; done += CHUNK) {
        size_t count = citizens - done < CHUNK ? citizens - done : CHUNK;
        for (size_t i = 0; i < count; i++)
            city_candidate (SEED, done + i, &chunk[i]);
        double begun = seconds ();
        for (size_t i = 0; taken && i < count; i++)
            taken = profiles_add (profiles, &chunk[i], NULL, 0);
        *ret_s += seconds () - begun;
    }
    free (chunk);
    return taken;
}

static bool write_instance (const instance_t *instance, const char *path)
{
    owned_buffer bytes = BUFFER (SIZE_MAX / 4);
    instance_write (instance, &bytes);
    FILE *file = fopen (path, "wb");
    bool written = file && !bytes.overflowed && fwrite (bytes.data, 1, bytes.size, file) == bytes.size;
    return file && fclose (file) == 0 && written;
}

static status_t make_index (asking_t *asking, double *ret_s)
{
    match_position_t *positions = calloc ((size_t) asking->n_positions + 1, sizeof *positions);
    asking->openings = calloc ((size_t) asking->n_positions + 1, sizeof *asking->openings);
    match_weights_t weights;
    city_weights (&weights);
    for (size_t p = 0; positions && asking->openings && p < asking->n_positions; p++) {
        city_position (SEED, p, &positions[p]);
        asking->openings[p] = (uint32_t) positions[p].openings;
    }
    double begun = seconds ();
    status_t status = positions && asking->openings
                          ? eligible_new (positions, asking->n_positions, &weights, &asking->eligible, NULL)
                          : STATUS_RESOURCE_EXHAUSTED;
    *ret_s += seconds () - begun;
    free (positions);
    return status;
}

/* Scoring and eligibility alone: what the goal is about. */
static status_t make_instance (asking_t *asking, const char *path, double *ret_s)
{
    owned (instance) instance = NULL;
    double begun = seconds ();
    status_t status = instance_from_rows ((uint32_t) asking->profiles.count, asking->n_positions, asking->openings,
                                          next_row, asking, &instance, NULL);
    *ret_s += seconds () - begun;
    if (status != STATUS_OK)
        return status;
    asking->pairs = instance->pairs;
    return !path || write_instance (instance, path) ? STATUS_OK : STATUS_INTERNAL;
}

int main (int argc, char **argv)
{
    uint32_t citizens = argc > 2 ? (uint32_t) strtoul (argv[1], NULL, 10) : 0;
    asking_t asking = { .n_positions = argc > 2 ? (uint32_t) strtoul (argv[2], NULL, 10) : 0,
                        .most = argc > 3 ? (uint32_t) strtoul (argv[3], NULL, 10) : WHOLE_PAIRS_MOST };
    owned (matching) matching = NULL;
    double eligible_s = 0;
    whole_t whole;
    if (argc < 3 || argc > 5 || asking.most == 0) {
        fprintf (stderr, "usage: match-eligible CITIZENS POSITIONS [MOST [FILE]]\n");
        return 2;
    }
    if (make_index (&asking, &eligible_s) != STATUS_OK)
        return 1;
    asking.profiles = eligible_profiles (asking.eligible);
    if (!take_citizens (&asking.profiles, citizens, &eligible_s) ||
        make_instance (&asking, argc == 5 ? argv[4] : NULL, &eligible_s) != STATUS_OK)
        return 1;
    double eligible_mb = peak_mb (), begun = seconds ();
    if (whole_match (asking.eligible, &asking.profiles, asking.openings, asking.n_positions, asking.most, NULL, NULL,
                     &matching, &whole, NULL) != STATUS_OK)
        return 1;
    double best_s = seconds () - begun;
    begun = seconds ();
    if (!matching_settle (matching, NULL, NULL))
        return 1;
    totals_t totals = matching_totals (matching);
    printf ("citizens %" PRIu32 " positions %" PRIu32 " fits %" PRIu64 " kept %" PRIu32
            " eligible_s %.3f eligible_mb %.0f held %" PRIu64 " rounds %" PRIu32 " best_s %.3f settle_s %.3f proved %d"
            " placed %" PRIu32 " score %" PRIu64 " peak_mb %.0f\n",
            citizens, asking.n_positions, asking.fits, asking.pairs, eligible_s, eligible_mb, whole.held, whole.rounds,
            best_s, seconds () - begun, whole.proved, totals.placed, totals.score, peak_mb ());
    free (asking.openings);
    profiles_clear (&asking.profiles);
    eligible_destroy (&asking.eligible);
    return 0;
}
