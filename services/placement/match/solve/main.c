/*
 * fyr-match solve INSTANCE [--plan FILE] [--certificate FILE] [--report] [--floor PERCENT]
 *
 * The best plan of an instance, settled by the tie rule; with --floor the best that places at least so many percent of
 * the tenth that is hardest to place. --report says who is unplaced and why, how many are placed of that tenth (P6),
 * which pairs would rather have each other than what the best plan gives them, and what the stable plan, that has none,
 * would give and give up (P7). The last line is placed N score M solve_s S peak_mb P where S is the solver alone, in
 * seconds of the processor: without reading, tie rule or floor. Exit 0; 1 when a file cannot be read or written; 2 for
 * bad input, with the byte.
 */
#include "placement/match/solve/report.h"

#include "base/own.h"
#include "placement/match/files.h"
#include "placement/match/floor.h"
#include "placement/match/leftover.h"

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

/* To the standard output when there is no path. */
static bool put (const buffer_t *bytes, const char *path)
{
    FILE *file = path ? fopen (path, "wb") : stdout;
    bool written = file && !bytes->overflowed && fwrite (bytes->data, 1, bytes->size, file) == bytes->size;
    if (path && file)
        written = fclose (file) == 0 && written;
    if (!written)
        perror (path ? path : "report");
    return written;
}

/* The plan as it stands now, in all that was asked for. */
static bool put_files (const matching_t *matching, const arguments_t *arguments, const group_t *group)
{
    owned_buffer leftover = BUFFER (SIZE_MAX / 4), plan = BUFFER (SIZE_MAX / 4), certificate = BUFFER (SIZE_MAX / 4);
    if (arguments->report)
        leftover_write (matching, &leftover);
    if (arguments->plan)
        plan_write (matching, &plan);
    if (arguments->certificate && arguments->floor_percent < 0)
        certificate_write (matching, &certificate);
    else if (arguments->certificate)
        certificate.overflowed |= !floor_certificate_write (matching, group->in_group, group->least, &certificate);
    return put (&leftover, NULL) && (!arguments->plan || put (&plan, arguments->plan)) &&
           (!arguments->certificate || put (&certificate, arguments->certificate));
}

static int no_memory (const arguments_t *arguments)
{
    fprintf (stderr, "%s: not enough memory\n", arguments->instance);
    return 1;
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
    if (!solved || !matching_settle (matching, NULL, NULL))
        return no_memory (arguments);
    double peak = peak_mb ();
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    group_t group = { 0 };
    if (arguments->report) {
        printf ("settled %" PRIu64 " tight pairs in %.6f s\n", matching_tight_pairs (matching),
                seconds () - begun - solving);
        if (!report_stable (matching))
            return no_memory (arguments);
    }
    if ((arguments->report || arguments->floor_percent >= 0) &&
        !report_group (matching, arguments->floor_percent, memory, &group))
        return no_memory (arguments);
    if (!put_files (matching, arguments, &group))
        return 1;
    totals_t totals = matching_totals (matching);
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
