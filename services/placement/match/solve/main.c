/*
 * fyr-match solve INSTANCE [--plan FILE] [--certificate FILE] [--report] [--floor PERCENT]
 *
 * The best plan of an instance, settled by the tie rule. --report says who is unplaced and why, how many are placed of
 * the tenth that is hardest to place (P6), and what the stable plan would give and give up (P7); --floor what it would
 * cost to place at least so many of that tenth. The last line is placed N score M solve_s S peak_mb P where S is the
 * solver alone, in seconds of the processor: without reading, without the tie rule. Exit 0; 1 when a file cannot be
 * read or written; 2 for bad input, with the byte.
 */
#include "base/own.h"
#include "placement/match/files.h"
#include "placement/match/floor.h"
#include "placement/match/leftover.h"
#include "placement/match/stable.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    const char *instance, *plan, *certificate;
    bool report;
    int floor_percent; /* -1: none */
} arguments_t;

static bool parse_percent (const char *text, int *ret)
{
    char *end;
    long percent = strtol (text, &end, 10);
    *ret = (int) percent;
    return end != text && *end == '\0' && percent >= 0 && percent <= 100;
}

static bool parse (int argc, char **argv, arguments_t *ret)
{
    *ret = (arguments_t){ .floor_percent = -1 };
    if (argc < 3 || strcmp (argv[1], "solve") != 0)
        return false;
    for (int i = 2; i < argc; i++) {
        const char **file = strcmp (argv[i], "--plan") == 0          ? &ret->plan
                            : strcmp (argv[i], "--certificate") == 0 ? &ret->certificate
                                                                     : NULL;
        if (file && !*file && i + 1 < argc)
            *file = argv[++i];
        else if (!file && strcmp (argv[i], "--report") == 0)
            ret->report = true;
        else if (!file && strcmp (argv[i], "--floor") == 0 && i + 1 < argc &&
                 parse_percent (argv[i + 1], &ret->floor_percent))
            i++;
        else if (!file && !ret->instance && argv[i][0] != '-')
            ret->instance = argv[i];
        else
            return false;
    }
    return ret->instance;
}

static double seconds (void)
{
    struct timespec now;
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* Most memory at once, in MB; 0 where the system does not say. (getrusage would count the program that started this.)
 */
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

static size_t from_file (void *file, void *to, size_t size)
{
    return fread (to, 1, size, file);
}

static instance_t *load (const char *path, int *ret_exit)
{
    FILE *file = fopen (path, "rb");
    if (!file) {
        perror (path);
        *ret_exit = 1;
        return NULL;
    }
    fault_t fault;
    instance_t *instance = NULL;
    status_t status = instance_read (from_file, file, &instance, &fault);
    bool broken = ferror (file);
    fclose (file);
    if (status != STATUS_OK) {
        fprintf (stderr, "%s: %s\n", path, broken ? "cannot be read" : fault.message);
        *ret_exit = status == STATUS_INVALID_ARGUMENT && !broken ? 2 : 1;
    }
    return instance;
}

/* Writes what `write` makes; to the standard output when there is no path. */
static bool put (const matching_t *matching, void (*write) (const matching_t *, buffer_t *), const char *path)
{
    owned_buffer bytes = BUFFER (SIZE_MAX / 4);
    write (matching, &bytes);
    FILE *file = path ? fopen (path, "wb") : stdout;
    bool written = file && !bytes.overflowed && fwrite (bytes.data, 1, bytes.size, file) == bytes.size;
    if (path && file)
        written = fclose (file) == 0 && written;
    if (!written)
        perror (path ? path : "report");
    return written;
}

/* --- beside the best plan --- */

static bool show_stable (const matching_t *matching)
{
    const instance_t *instance = matching_instance (matching);
    uint32_t *place = calloc ((size_t) instance->citizens + 1, sizeof *place);
    uint64_t blocking = 0;
    totals_t best = matching_totals (matching), stable = { 0 };
    bool done = place != NULL;
    for (uint32_t i = 0; done && i < instance->citizens; i++)
        place[i] = matching_place (matching, i);
    done = done && blocking_pairs (instance, NULL, place, NULL, 0, &blocking) && stable_plan (instance, NULL, place);
    if (done)
        stable = plan_totals (instance, place);
    free (place);
    printf ("best plan: placed %" PRIu32 " score %" PRIu64 ", %" PRIu64 " pairs would rather have each other\n",
            best.placed, best.score, blocking);
    printf ("stable plan: placed %" PRIu32 " score %" PRIu64 ", no such pair; it gives up %" PRIu32
            " people and %" PRId64 " points\n",
            stable.placed, stable.score, best.placed - stable.placed, (int64_t) (best.score - stable.score));
    return done;
}

/* Changes the matching: last of all. */
static bool show_group (matching_t *matching, int floor_percent)
{
    const instance_t *instance = matching_instance (matching);
    bool *group = calloc ((size_t) instance->citizens + 1, sizeof *group);
    uint32_t tenth = share_of (eligible_somewhere (instance), 10);
    floor_t floor;
    bool done = group && hardest_to_place (instance, tenth, group);
    if (done)
        printf ("hardest to place (fewest pairs): placed %" PRIu32 " of %" PRIu32 "\n", group_placed (matching, group),
                tenth);
    if (done && floor_percent >= 0) {
        uint32_t least = share_of (tenth, (uint32_t) floor_percent);
        done = matching_floor (matching, group, least, &floor);
        printf ("with a floor of %" PRIu32 ": placed %" PRIu32 " of %" PRIu32 "%s, at a cost of %" PRIu32
                " people and %" PRIu64 " points\n",
                least, floor.placed, floor.group, floor.placed < least ? " (more cannot be)" : "",
                floor.before.placed - floor.with.placed, floor.before.score - floor.with.score);
    }
    free (group);
    return done;
}

static int solve (const arguments_t *arguments)
{
    int ended = 0;
    owned (instance) instance = load (arguments->instance, &ended);
    if (!instance)
        return ended;
    owned (matching) matching = matching_new (&instance);
    double begun = seconds ();
    bool solved = matching && matching_solve (matching);
    double solving = seconds () - begun;
    if (!solved || !matching_settle (matching, NULL, NULL)) {
        fprintf (stderr, "%s: not enough memory\n", arguments->instance);
        return 1;
    }
    double peak = peak_mb ();
    if (arguments->report) {
        printf ("settled %" PRIu64 " tight pairs in %.6f s\n", matching_tight_pairs (matching),
                seconds () - begun - solving);
        if (!put (matching, leftover_write, NULL))
            return 1;
    }
    if ((arguments->plan && !put (matching, plan_write, arguments->plan)) ||
        (arguments->certificate && !put (matching, certificate_write, arguments->certificate)))
        return 1;
    totals_t totals = matching_totals (matching);
    if ((arguments->report && !show_stable (matching)) ||
        ((arguments->report || arguments->floor_percent >= 0) && !show_group (matching, arguments->floor_percent))) {
        fprintf (stderr, "%s: not enough memory\n", arguments->instance);
        return 1;
    }
    printf ("placed %" PRIu32 " score %" PRIu64 " solve_s %.6f peak_mb %.1f\n", totals.placed, totals.score, solving,
            peak);
    return fflush (stdout) == 0 ? 0 : 1;
}

int main (int argc, char **argv)
{
    arguments_t arguments;
    if (parse (argc, argv, &arguments))
        return solve (&arguments);
    fprintf (stderr, "fyr-match solve INSTANCE [--plan FILE] [--certificate FILE] [--report] [--floor PERCENT]\n");
    return 2;
}
