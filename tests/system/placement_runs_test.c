/* P5, P9: runs of the match as the processes carry them out. */
#include "suite.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite (placement_runs, .timeout = 300);

enum { CANDIDATES = 400, POSITIONS = 150, TRIES = 20, DEMANDS = 15 };

static const char *const DIMENSIONS[DEMANDS] = { "lifting",       "standing",       "fine-motor",
                                                 "pace",          "concentration",  "planning",
                                                 "independence",  "teamwork",       "customer-contact",
                                                 "danish-spoken", "danish-written", "english-spoken",
                                                 "numbers",       "computer",       "driving" };

static void write_levels (FILE *file, int seed)
{
    for (int d = 0; d < DEMANDS; d++)
        fprintf (file, "%s%s:%d", d ? "|" : "", DIMENSIONS[d], 1 + (seed * 7 + d * 5 + seed / 9) % 3);
}

static FILE *open_sheet (const char *folder, const char *name)
{
    char path[SUITE_PATH_SIZE];
    snprintf (path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen (path, "w");
    cr_assert (file);
    return file;
}

/* Enough to keep the worker busy for longer than a call takes. */
static void fill (suite_t *suite, int openings)
{
    const char *folder = suite_directory (suite);
    FILE *positions = open_sheet (folder, "1-placement.Positions.OpenPosition.csv"),
         *candidates = open_sheet (folder, "2-placement.Candidates.RegisterCandidate.csv");
    fprintf (positions, "at;actor;cvr;name;title;tasks;demands;weekly_minutes;hourly_wage_ore;openings;district\n");
    for (int i = 0; i < POSITIONS; i++) {
        fprintf (positions, ";jonas.berg;64942212;Cykelværkstedet;Cykelvask %d;Vaske cykler;", i);
        write_levels (positions, i);
        fprintf (positions, ";%d;140;%d;%d\n", 120 + 60 * (i % 5), openings, 1 + i % 10);
    }
    fprintf (candidates, "at;actor;abilities;weekly_minutes_most;district\n");
    for (int i = 0; i < CANDIDATES; i++) {
        fprintf (candidates, ";jonas.berg;");
        write_levels (candidates, i + 1);
        fprintf (candidates, ";%d;%d\n", 300 + i, 1 + i % 10);
    }
    cr_assert (fclose (positions) == 0 && fclose (candidates) == 0);
    char *err = NULL;
    int ended = SUITE_FYR (suite, NULL, &err, "play", folder);
    cr_assert (ended == 0, "%s", err);
    free (err);
}

static long long propose (suite_t *suite)
{
    json_t *reply = suite_call (suite, "ProposeMatches", "{}");
    long long run = json_integer_value (json_object_get (reply, "run"));
    json_decref (reply);
    cr_assert (run > 0);
    return run;
}

/* Proposes and takes it back, one call behind the other. False: the run was over before the no reached it. */
static bool propose_and_cancel (suite_t *suite, int number)
{
    char folder[SUITE_PATH_SIZE];
    snprintf (folder, sizeof folder, "%s/taken-back-XXXXXX", suite_directory (suite));
    cr_assert (mkdtemp (folder));
    FILE *propose = open_sheet (folder, "1-placement.Matches.ProposeMatches.csv"),
         *cancel = open_sheet (folder, "2-placement.Matches.CancelRun.csv");
    fprintf (propose, "at;actor;as;floor_percent\n;jonas.berg;run;%d\n", number);
    fprintf (cancel, "at;actor;run;reason\n;jonas.berg;@run;forkerte vægte %d\n", number);
    cr_assert (fclose (propose) == 0 && fclose (cancel) == 0);
    return SUITE_FYR (suite, NULL, NULL, "play", folder) == 0;
}

/* The run as it has ended; yours. */
static json_t *await (suite_t *suite, long long run)
{
    for (;;) {
        json_t *reply = suite_call (suite, "GetRun", "{'run': %lld}", run);
        if (json_object_get (reply, "ended_at"))
            return reply;
        json_decref (reply);
        (void) poll (NULL, 0, 20);
    }
}

static bool repeated_the_same (suite_t *suite, long long run)
{
    for (;;) {
        json_t *reply = await (suite, run), *repeated = json_object_get (reply, "repeated");
        bool over = json_object_get (repeated, "ended_at"), same = json_is_true (json_object_get (repeated, "same"));
        json_decref (reply);
        if (over)
            return same;
        (void) poll (NULL, 0, 20);
    }
}

static bool logged (suite_t *suite, const char *what)
{
    char *log = suite_log (suite, "placement");
    bool found = strstr (log, what) != NULL;
    free (log);
    return found;
}

/* A run that was cancelled computed to its end, and the next one waited for it. */
Test (placement_runs, a_big_run_that_is_cancelled_stops_and_the_next_one_has_its_turn, .description = "P9")
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    fill (suite, 2);
    int cancelled = 0;
    for (int i = 1; i <= TRIES && !logged (suite, "JOB_STOPPED"); i++) {
        bool in_time = propose_and_cancel (suite, i);
        cancelled += in_time;
        if (!in_time)
            fill (suite, 2); /* its run has given a place to all that were there */
    }
    json_t *next = await (suite, propose (suite));
    cr_expect (json_integer_value (json_object_get (next, "proposed")) > 0);
    json_decref (next);
    cr_expect (cancelled > 0);
    cr_expect (logged (suite, "JOB_STOPPED"), "of %d that were cancelled none stopped", cancelled);
    suite_stop (&suite);
}

Test (placement_runs, a_run_under_way_does_not_hold_up_the_end_of_the_service_and_is_carried_out_afterwards,
      .description = "P9, X4")
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    fill (suite, 2);
    long long first = propose (suite), second = propose (suite);
    suite_end (suite, "placement");
    suite_revive (suite, "placement");
    json_t *one = await (suite, first), *other = await (suite, second);
    cr_expect (json_integer_value (json_object_get (one, "placed")) > 60);
    cr_expect_not (json_is_true (json_object_get (one, "failed")));
    cr_expect_not (json_is_true (json_object_get (other, "failed")));
    json_decref (one);
    json_decref (other);
    suite_stop (&suite);
}

/* --- the proof of what was proposed --- */

static int nibble (char digit)
{
    return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

/* Written as the console gives it: hexadecimal, a part at a time. */
static void save_file (suite_t *suite, long long run, const char *file)
{
    char path[SUITE_PATH_SIZE];
    snprintf (path, sizeof path, "%s/%s", suite_directory (suite), file);
    FILE *out = fopen (path, "wb");
    cr_assert (out);
    for (long long from = 0, size = 1; from < size;) {
        json_t *part = suite_call (suite, "GetProof", "{'run': %lld, 'file': '%s', 'from': %lld}", run, file, from);
        const char *hex = json_string_value (json_object_get (part, "data"));
        cr_assert (hex && *hex);
        for (; hex[0] && hex[1]; hex += 2, from++)
            fputc (nibble (hex[0]) << 4 | nibble (hex[1]), out);
        size = json_integer_value (json_object_get (part, "size"));
        json_decref (part);
    }
    cr_assert (fclose (out) == 0);
}

static bool proved (suite_t *suite, const char *plan, const char *certificate)
{
    char command[4 * SUITE_PATH_SIZE];
    const char *bin = getenv ("FYR_BIN");
    snprintf (command, sizeof command, "bin=$(realpath %s) && cd %s && $bin/fyr-match-check INSTANCE %s %s 2>&1",
              bin ? bin : "build/gcc/bin", suite_directory (suite), plan, certificate);
    FILE *said = popen (command, "r");
    cr_assert (said);
    char line[300];
    while (fgets (line, sizeof line, said)) {
    }
    return pclose (said) == 0;
}

Test (placement_runs, a_program_that_shares_nothing_with_the_service_proves_the_plan_that_was_proposed_with_its_floor,
      .description = "P5, P6")
{
    static const char *const FILES[] = { "INSTANCE", "PLAN", "CERTIFICATE", "FLOOR_PLAN", "FLOOR_CERTIFICATE" };
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    fill (suite, 2);
    json_t *asked = suite_call (suite, "ProposeMatches", "{'floor_percent': 90}");
    long long run = json_integer_value (json_object_get (asked, "run"));
    json_decref (asked);
    json_decref (await (suite, run));
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++)
        save_file (suite, run, FILES[i]);
    cr_expect (proved (suite, "PLAN", "CERTIFICATE"));
    cr_expect (proved (suite, "FLOOR_PLAN", "FLOOR_CERTIFICATE"));
    cr_expect_not (proved (suite, "PLAN", "FLOOR_CERTIFICATE"));
    json_decref (suite_call (suite, "RepeatRun", "{'run': %lld}", run));
    cr_expect (repeated_the_same (suite, run));
    suite_stop (&suite);
}

/* Tables cut the sentences off where they said something. */
Test (placement_runs, why_and_explain_are_read_as_sentences_in_danish_and_in_english, .description = "P4, X5")
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    json_t *opened =
        suite_call (suite, "OpenPosition",
                    "{'cvr': '64942212', 'name': 'Cykelværkstedet', 'title': 'Cykelvask', 'tasks': 'Vaske',"
                    " 'weekly_minutes': 300, 'hourly_wage_ore': 14000, 'openings': 1, 'district': 4}");
    json_decref (suite_call (suite, "RegisterCandidate", "{'weekly_minutes_most': 300, 'district': 4}"));
    json_t *other = suite_call (suite, "RegisterCandidate", "{'weekly_minutes_most': 600}");
    char candidate[32], position[32], *out = NULL;
    snprintf (candidate, sizeof candidate, "%lld",
              strtoll (json_string_value (json_object_get (other, "candidate")), NULL, 10));
    snprintf (position, sizeof position, "%lld", json_integer_value (json_object_get (opened, "position")));
    cr_assert (SUITE_FYR (suite, &out, NULL, "placement", "why", candidate) == 0);
    cr_expect (strstr (out, "ville ikke blive foreslået til nogen stilling nu."), "%s", out);
    cr_expect (strstr (out, ": passer bedre her\n") && strstr (out, "en åbning mere i stillingen ville give en plads"));
    free (out);
    cr_assert (SUITE_FYR (suite, &out, NULL, "placement", "explain", candidate, position) == 0);
    cr_expect (strstr (out, "af  250  Jobbet er på 5 t. om ugen; borgeren kan 10 t.\n"), "%s", out);
    free (out);
    setenv ("FYR_LANG", "en", 1);
    cr_assert (SUITE_FYR (suite, &out, NULL, "placement", "why", candidate) == 0);
    unsetenv ("FYR_LANG");
    cr_expect (strstr (out, "one more opening in the position would give a place"), "%s", out);
    free (out);
    json_decref (opened);
    json_decref (other);
    suite_stop (&suite);
}

static void check_several (suite_t *suite, char line[SUITE_PATH_SIZE])
{
    char command[4 * SUITE_PATH_SIZE];
    const char *bin = getenv ("FYR_BIN");
    snprintf (
        command, sizeof command,
        "bin=$(realpath %s) && cd %s && $bin/fyr-match solve INSTANCE --several HOURS --plan again --certificate"
        " more && cmp JOBS again && cmp BOUND more && $bin/fyr-match-check-several INSTANCE HOURS JOBS BOUND 2>&1",
        bin ? bin : "build/gcc/bin", suite_directory (suite));
    FILE *said = popen (command, "r");
    cr_assert (said);
    while (fgets (line, SUITE_PATH_SIZE, said)) {
    }
    cr_assert_eq (pclose (said), 0, "%s", line);
}

Test (placement_runs, several_jobs_are_proved_by_a_program_that_shares_nothing_with_the_service_and_come_out_again,
      .description = "P5")
{
    static const char *const FILES[] = { "INSTANCE", "HOURS", "JOBS", "BOUND" };
    char line[SUITE_PATH_SIZE] = "", expected[SUITE_PATH_SIZE];
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    fill (suite, 5);
    json_t *asked = suite_call (suite, "ProposeMatches", "{'jobs_most': 3}");
    long long run = json_integer_value (json_object_get (asked, "run"));
    json_decref (asked);
    json_t *ended = await (suite, run), *several = json_object_get (ended, "several");
    cr_assert (several);
    long long people = json_integer_value (json_object_get (several, "placed")),
              jobs = json_integer_value (json_object_get (several, "jobs")),
              score = json_integer_value (json_object_get (several, "score")),
              bound = json_integer_value (json_object_get (several, "bound"));
    cr_expect (jobs > people && people == json_integer_value (json_object_get (ended, "placed")));
    cr_expect (100 * (bound - score) < 2 * bound, "%lld of %lld", score, bound);
    json_decref (ended);
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++)
        save_file (suite, run, FILES[i]);
    check_several (suite, line);
    snprintf (expected, sizeof expected, "yes: placed %lld jobs %lld score %lld bound %lld gap %lld\n", people, jobs,
              score, bound, bound - score);
    cr_expect_str_eq (line, expected);
    suite_stop (&suite);
}
