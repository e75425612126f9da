/*
 * fyr-match solve INSTANCE [--plan FILE] [--certificate FILE] [--report] [--floor PERCENT]
 * fyr-match solve INSTANCE --several HOURS [--seconds N] [--plan FILE] [--certificate FILE]
 *
 * The best plan of an instance, settled by the tie rule; with --floor the best that places at least so many percent of
 * the tenth that is hardest to place. --report says who is unplaced and why, how many are placed of that tenth (P6),
 * which pairs would rather have each other than what the best plan gives them, and what the stable plan, that has none,
 * would give and give up (P7). The last line is placed N score M solve_s S peak_mb P where S is the solver alone, in
 * seconds of the processor: without reading, tie rule or floor. Exit 0; 1 when a file cannot be read or written; 2 for
 * bad input, with the byte.
 *
 * --several: citizens may hold several small jobs, as HOURS says (several_files.h). Without --seconds it does a usual
 * amount of work and gives the same answer everywhere. The last line is placed N jobs J score M bound B gap_percent G
 * solve_s S peak_mb P, without the seconds of the exact match it starts from.
 */
#include "placement/match/solve/report.h"
#include "placement/match/solve/solve.h"

#include "base/own.h"
#include "placement/match/floor.h"
#include "placement/match/leftover.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SECONDS_MOST = 7 * 24 * 3600 };

static bool parse_number (const char *text, long least, long most, int *ret)
{
    char *end;
    long number = strtol (text, &end, 10);
    *ret = (int) number;
    return end != text && *end == '\0' && number >= least && number <= most;
}

static bool parse (int argc, char **argv, arguments_t *ret)
{
    *ret = (arguments_t){ .floor_percent = -1 };
    if (argc < 3 || strcmp (argv[1], "solve") != 0)
        return false;
    for (int i = 2; i < argc; i++) {
        const char **file = strcmp (argv[i], "--plan") == 0          ? &ret->plan
                            : strcmp (argv[i], "--certificate") == 0 ? &ret->certificate
                            : strcmp (argv[i], "--several") == 0     ? &ret->several
                                                                     : NULL;
        if (file && !*file && i + 1 < argc)
            *file = argv[++i];
        else if (!file && strcmp (argv[i], "--report") == 0)
            ret->report = true;
        else if (!file && strcmp (argv[i], "--floor") == 0 && i + 1 < argc &&
                 parse_number (argv[i + 1], 0, 100, &ret->floor_percent))
            i++;
        else if (!file && strcmp (argv[i], "--seconds") == 0 && i + 1 < argc &&
                 parse_number (argv[i + 1], 1, SECONDS_MOST, &ret->seconds))
            i++;
        else if (!file && !ret->instance && argv[i][0] != '-')
            ret->instance = argv[i];
        else
            return false;
    }
    return ret->instance && (ret->several ? !ret->report && ret->floor_percent < 0 : ret->seconds == 0);
}

static double seconds_of (clockid_t clock)
{
    struct timespec now;
    clock_gettime (clock, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

double seconds (void)
{
    return seconds_of (CLOCK_PROCESS_CPUTIME_ID);
}

double seconds_by_the_clock (void)
{
    return seconds_of (CLOCK_MONOTONIC);
}

/* Most memory at once, in MB; 0 where the system does not say. (getrusage would count the program that started this.)
 */
double peak_mb (void)
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

int read_file (const char *path, file_reader_t read, void *context)
{
    FILE *file = fopen (path, "rb");
    if (!file) {
        perror (path);
        return 1;
    }
    fault_t fault;
    status_t status = read (from_file, file, context, &fault);
    bool broken = ferror (file);
    fclose (file);
    if (status == STATUS_OK)
        return 0;
    fprintf (stderr, "%s: %s\n", path, broken ? "cannot be read" : fault.message);
    return status == STATUS_INVALID_ARGUMENT && !broken ? 2 : 1;
}

static status_t read_instance (instance_source_t source, void *file, void *ret_instance, fault_t *reterr)
{
    return instance_read (source, file, ret_instance, reterr);
}

bool put (const buffer_t *bytes, const char *path)
{
    FILE *file = path ? fopen (path, "wb") : stdout;
    bool written =
        file && !bytes->overflowed && (bytes->size == 0 || fwrite (bytes->data, 1, bytes->size, file) == bytes->size);
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
    owned (instance) instance = NULL;
    int ended = read_file (arguments->instance, read_instance, &instance);
    if (ended != 0)
        return ended;
    owned (matching) matching = matching_new (&instance);
    double begun = seconds ();
    bool solved = matching && matching_solve (matching);
    double solving = seconds () - begun;
    if (!solved || !matching_settle (matching, NULL, NULL))
        return no_memory (arguments);
    if (arguments->several)
        return solve_several (arguments, matching);
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
    printf ("placed %" PRIu32 " score %" PRIu64 " solve_s %.6f peak_mb %.2f\n", totals.placed, totals.score, solving,
            peak);
    return fflush (stdout) == 0 ? 0 : 1;
}

int main (int argc, char **argv)
{
    arguments_t arguments;
    if (parse (argc, argv, &arguments))
        return solve (&arguments);
    fprintf (stderr, "fyr-match solve INSTANCE [--plan FILE] [--certificate FILE] [--report] [--floor PERCENT]\n"
                     "fyr-match solve INSTANCE --several HOURS [--seconds N] [--plan FILE] [--certificate FILE]\n");
    return 2;
}
