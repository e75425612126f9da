/* Runs the simulator over seeds, each in a process of its own, so that a crash is a finding like any other. */
#include "sim.h"

#include "base/ensure.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STEPS_USUAL = 300, JOBS_MAX = 16, SEED_TIMEOUT_S = 120, PROGRESS_S = 2 };

typedef struct {
    uint64_t seed, seeds, steps, seconds;
    unsigned jobs;
    bool talk, twice, until_found;
} settings_t;

/* Where children leave what they did: one place each, by slot. */
static run_t *results;

static void print_help (void)
{
    printf (
        "sim: five services, one process, and everything that can go wrong\n\n"
        "  --seed N       the first seed (1)\n"
        "  --seeds N      how many, counting up (1)\n"
        "  --seconds N    no new seed after so long (as many as --seeds says)\n"
        "  --steps N      how many things clients ask for in each run (%d)\n"
        "  --jobs N       runs at once (1)\n"
        "  --twice        each seed twice: the second run must be the same as the first\n"
        "  --until-found  stop at the first seed that fails\n"
        "  --talk         print what happens, step by step\n\n"
        "A seed that fails prints what was wrong and the command that shows it again. Ends with N passed, N failed.\n",
        STEPS_USUAL);
}

static uint64_t number_of (const char *text)
{
    char *end;
    unsigned long long number = strtoull (text, &end, 10);
    if (*text == '\0' || *end != '\0') {
        fprintf (stderr, "sim: '%s' is not a number\n", text);
        exit (2);
    }
    return number;
}

static settings_t read_options (int argc, char **argv)
{
    static const struct option OPTIONS[] = {
        { "seed", required_argument, NULL, 's' },    { "seeds", required_argument, NULL, 'n' },
        { "seconds", required_argument, NULL, 'S' }, { "steps", required_argument, NULL, 't' },
        { "jobs", required_argument, NULL, 'j' },    { "twice", no_argument, NULL, '2' },
        { "until-found", no_argument, NULL, 'u' },   { "talk", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },          { NULL, 0, NULL, 0 },
    };
    settings_t settings = { .seed = 1, .seeds = 1, .steps = STEPS_USUAL, .jobs = 1, .seconds = UINT64_MAX };
    for (int option; (option = getopt_long (argc, argv, "h", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 's':
            settings.seed = number_of (optarg);
            break;
        case 'n':
            settings.seeds = number_of (optarg);
            break;
        case 'S':
            settings.seconds = number_of (optarg);
            break;
        case 't':
            settings.steps = number_of (optarg);
            break;
        case 'j':
            settings.jobs = (unsigned) number_of (optarg);
            break;
        case '2':
            settings.twice = true;
            break;
        case 'u':
            settings.until_found = true;
            break;
        case 'v':
            settings.talk = true;
            break;
        case 'h':
            print_help ();
            exit (0);
        default:
            exit (2);
        }
    }
    if (settings.jobs < 1 || settings.jobs > JOBS_MAX) {
        fprintf (stderr, "sim: 1 to %d jobs\n", JOBS_MAX);
        exit (2);
    }
    return settings;
}

static void run_seed (const settings_t *settings, uint64_t seed, unsigned slot)
{
    alarm (SEED_TIMEOUT_S);
    run_t run = sim_run (seed, settings->steps, settings->talk);
    if (settings->twice && sim_run (seed, settings->steps, false).digest != run.digest) {
        fprintf (stderr, "seed %llu does not run the same way twice\n", (unsigned long long) seed);
        exit (1);
    }
    results[slot] = run;
    exit (0);
}

/* --- many of them --- */

typedef struct {
    uint64_t passed, failed;
    run_t sum;
    time_t began, said;
} tally_t;

static void add_up (run_t *sum, const run_t *run)
{
    const uint64_t *from = (const uint64_t *) &run->counts;
    uint64_t *to = (uint64_t *) &sum->counts;
    for (size_t i = 0; i < sizeof sum->counts / sizeof *from; i++)
        to[i] += from[i];
    sum->commands += run->commands;
    sum->steps += run->steps;
    sum->events += run->events;
    sum->digest = digest_number (sum->digest, run->digest);
}

static void take_result (tally_t *tally, const settings_t *settings, uint64_t seed, unsigned slot, int status)
{
    bool passed = WIFEXITED (status) && WEXITSTATUS (status) == 0;
    tally->passed += passed;
    tally->failed += !passed;
    if (passed) {
        add_up (&tally->sum, &results[slot]);
        return;
    }
    if (WIFSIGNALED (status))
        printf ("seed %llu ended with signal %d (%s)\n", (unsigned long long) seed, WTERMSIG (status),
                strsignal (WTERMSIG (status)));
    printf ("again: make sim SEED=%llu SEEDS=1 STEPS=%llu TALK=1\n", (unsigned long long) seed,
            (unsigned long long) settings->steps);
}

static void say_progress (tally_t *tally, uint64_t seeds)
{
    time_t now = time (NULL);
    if (now < tally->said + PROGRESS_S || !isatty (STDERR_FILENO))
        return;
    tally->said = now;
    fprintf (stderr, "\r%llu of %llu seeds, %llu failed ", (unsigned long long) (tally->passed + tally->failed),
             (unsigned long long) seeds, (unsigned long long) tally->failed);
}

static void print_counts (const tally_t *tally)
{
    const fault_counts_t *c = &tally->sum.counts;
    printf ("%llu commands, %llu steps, %llu journal rows, digest %016llx\n", (unsigned long long) tally->sum.commands,
            (unsigned long long) tally->sum.steps, (unsigned long long) tally->sum.events,
            (unsigned long long) tally->sum.digest);
    const struct {
        const char *name;
        uint64_t count;
    } KINDS[] = {
        { "letters dropped", c->dropped },
        { "letters twice", c->twice },
        { "letters late or overtaken", c->late },
        { "partitions", c->partitions },
        { "slow peers", c->slow },
        { "crashes before the commit was done", c->crashes_before_commit },
        { "crashes between commit and sync", c->crashes_before_sync },
        { "crashes between commit and send", c->crashes_after_commit },
        { "deaths that left the power on", c->process_deaths },
        { "unsynced writes lost", c->lost },
        { "unsynced writes torn", c->torn },
        { "writes refused by a full disk", c->full },
        { "syncs that failed", c->failed_syncs },
        { "read-only disks", c->readonly },
        { "clock jumps", c->clock_jumps },
        { "revoked keys", c->revoked },
        { "garbage messages", c->garbage },
        { "restores from an old backup", c->restored },
        { "upgrades", c->upgraded },
        { "jobs that failed", c->failed_jobs },
        { "allocations refused to the database", c->no_memory },
        { "events and timers that failed for now", c->not_now },
    };
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        printf ("  %-36s %10llu\n", KINDS[i].name, (unsigned long long) KINDS[i].count);
}

static void run_all (const settings_t *settings, tally_t *tally)
{
    pid_t children[JOBS_MAX] = { 0 };
    uint64_t seeds[JOBS_MAX] = { 0 }, next = 0;
    unsigned running = 0;
    for (;;) {
        bool stop =
            (settings->until_found && tally->failed) || (uint64_t) (time (NULL) - tally->began) >= settings->seconds;
        while (!stop && running < settings->jobs && next < settings->seeds) {
            unsigned slot = 0;
            while (children[slot])
                slot++;
            seeds[slot] = settings->seed + next++;
            fflush (stdout);
            children[slot] = fork ();
            ensure (children[slot] >= 0);
            if (children[slot] == 0)
                run_seed (settings, seeds[slot], slot);
            running++;
        }
        if (running == 0)
            return;
        int status;
        pid_t ended = wait (&status);
        for (unsigned slot = 0; slot < JOBS_MAX; slot++)
            if (children[slot] == ended) {
                children[slot] = 0;
                running--;
                take_result (tally, settings, seeds[slot], slot, status);
            }
        say_progress (tally, settings->seeds);
    }
}

int main (int argc, char **argv)
{
    settings_t settings = read_options (argc, argv);
    results = mmap (NULL, JOBS_MAX * sizeof *results, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ensure (results != MAP_FAILED);
    tally_t tally = { .began = time (NULL), .said = time (NULL) };
    run_all (&settings, &tally);
    if (isatty (STDERR_FILENO))
        fprintf (stderr, "\r\033[K");
    print_counts (&tally);
    printf ("%llu passed, %llu failed\n", (unsigned long long) tally.passed, (unsigned long long) tally.failed);
    return tally.failed > 0;
}
