/* fyr-match solve INSTANCE --several HOURS: see main.c. */
#include "base/own.h"
#include "placement/match/several_files.h"
#include "placement/match/solve/solve.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct {
    const instance_t *instance;
    arena_t *arena;
    hours_t hours;
} beside_t;

static status_t read_hours (instance_source_t source, void *file, void *context, fault_t *reterr)
{
    beside_t *beside = context;
    return hours_read (source, file, beside->instance, beside->arena, &beside->hours, reterr);
}

static bool is_late (void *until)
{
    return seconds_by_the_clock () >= *(double *) until;
}

static limit_t limit_of (const arguments_t *arguments, const instance_t *instance, double *until)
{
    limit_t limit = { .looks_most = several_usual_looks (instance) };
    if (arguments->seconds == 0)
        return limit;
    *until = seconds_by_the_clock () + arguments->seconds;
    return (limit_t){ .looks_most = UINT64_MAX, .stop = is_late, .context = until };
}

static bool put_answer (const several_t *several, const arguments_t *arguments)
{
    owned_buffer plan = BUFFER (SIZE_MAX / 4), bound = BUFFER (SIZE_MAX / 4);
    several_plan_write (several, &plan);
    several_bound_write (several, &bound);
    return (!arguments->plan || put (&plan, arguments->plan)) &&
           (!arguments->certificate || put (&bound, arguments->certificate));
}

int solve_several (const arguments_t *arguments, const matching_t *matching)
{
    owned (arena) arena = arena_new (SIZE_MAX / 2);
    beside_t beside = { .instance = matching_instance (matching), .arena = arena };
    double until;
    int ended = read_file (arguments->several, read_hours, &beside);
    if (ended != 0)
        return ended;
    double begun = seconds ();
    limit_t limit = limit_of (arguments, beside.instance, &until);
    owned (several) several = several_new (matching, &beside.hours);
    if (!several || !several_solve (several, &limit)) {
        fprintf (stderr, "%s: not enough memory\n", arguments->instance);
        return 1;
    }
    double solving = seconds () - begun;
    if (!put_answer (several, arguments))
        return 1;
    several_totals_t totals = several_totals (several);
    uint64_t gap = totals.bound ? (totals.bound - totals.score) * 100000 / totals.bound : 0;
    printf ("placed %" PRIu32 " jobs %" PRIu32 " score %" PRIu64 " bound %" PRIu64 " gap_percent %" PRIu64 ".%03" PRIu64
            " solve_s %.6f peak_mb %.2f\n",
            totals.people, totals.jobs, totals.score, totals.bound, gap / 1000, gap % 1000, solving, peak_mb ());
    return fflush (stdout) == 0 ? 0 : 1;
}
