/*
 * The demo year through real processes: what the README shows, held to what the budget note says. One suite per test;
 * the year is played once and everything that a year can show is asked of it.
 */
#include "suite.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite (year, .timeout = 600);

enum { PATH_SIZE = 512 };

static const char *const YEAR[] = { "play", "deploy/programme", "deploy/demo", NULL };

static suite_t *played_suite (void)
{
    suite_t *suite = suite_start ("2026-01-02T07:00:00Z");
    char *out = NULL, *err = NULL;
    int ended = suite_fyr (suite, &out, &err, YEAR);
    cr_assert (ended == 0, "the year stopped: %s", err);
    free (out);
    free (err);
    return suite;
}

static json_t *report_of (suite_t *suite)
{
    return suite_call (suite, "reporting.Reports/GetStatusReport",
                       "{'to_day': '2026-12-31', 'without_completeness': true}");
}

static const char *text_of (json_t *report)
{
    return json_string_value (json_object_get (report, "text"));
}

static long long indicator (json_t *report, const char *name)
{
    json_t *list = json_object_get (report, "indicators"), *row;
    size_t i;
    json_array_foreach (
        list, i, row) if (strcmp (json_string_value (json_object_get (row, "indicator")), name) ==
                          0) return json_integer_value (json_object_get (json_object_get (row, "to_date"), "value"));
    cr_assert_fail ("the report has no %s", name);
    return 0;
}

static long long head_of (suite_t *suite, const char *service)
{
    char *out = NULL;
    cr_assert (SUITE_FYR (suite, &out, NULL, "call", "Node/GetHealth", "--service", service) == 0);
    json_t *health = json_loads (out, 0, NULL);
    long long head = json_integer_value (json_object_get (health, "head"));
    json_decref (health);
    free (out);
    return head;
}

/* R1 R2 R3 R4: the figures follow from the events, and meet the targets of the note. */
static void the_report_meets_the_note (suite_t *suite)
{
    json_t *report = report_of (suite);
    cr_expect (indicator (report, "desks") == 45);
    long long guided = indicator (report, "enterprises-guided"),
              citizens = indicator (report, "citizens-with-paid-hours");
    cr_expect (guided >= 60 && guided <= 70, "%lld enterprises guided", guided);
    cr_expect (citizens >= 50 && citizens <= 60, "%lld citizens with paid hours", citizens);
    cr_expect (strstr (text_of (report), "7.479"), "the budget of the note is in the report:\n%s", text_of (report));
    cr_expect (strstr (text_of (report), "2.165") && strstr (text_of (report), "2.657"));
    json_decref (report);
}

/* G9: two services that count apart come to the same number. */
static void guidance_counts_the_same (suite_t *suite)
{
    json_t *report = report_of (suite);
    json_t *count = suite_call (suite, "CountGuided", "{'from_day': '2026-01-01', 'to_day': '2026-12-31'}");
    cr_expect (json_integer_value (json_object_get (count, "enterprises")) == indicator (report, "enterprises-guided"));
    json_decref (count);
    json_decref (report);
}

/* L4 L7: no desk and no room twice, as the owner itself tells it. */
static void the_house_is_let_once (suite_t *suite)
{
    json_t *desks = suite_call (suite, "ListDesks", "{'day': '2026-08-15', 'limit': 200}"), *desk;
    size_t i, let = 0;
    json_array_foreach (json_object_get (desks, "desks"), i, desk) let +=
        strcmp (json_string_value (json_object_get (desk, "state")), "LET") == 0;
    cr_expect (let == 45, "%zu desks let in August", let);
    json_decref (desks);
}

/* B2: the withdrawn consents have a receipt with the deletion in it. */
static void withdrawn_consents_are_acknowledged (suite_t *suite)
{
    json_t *list = suite_call (suite, "ListConsents", "{'limit': 200}"), *consent;
    size_t i, withdrawn = 0;
    json_array_foreach (json_object_get (list, "consents"), i,
                        consent) if (strcmp (json_string_value (json_object_get (consent, "state")), "WITHDRAWN") == 0)
    {
        withdrawn++;
        cr_expect (json_is_string (json_object_get (consent, "acknowledged_at")),
                   "a withdrawal without acknowledgement");
    }
    cr_expect (withdrawn == 2);
    json_decref (list);
}

/* P5, P8: the last run of the year may give several small jobs, and gives one citizen two at different hours; both are
 * agreed on. */
static void somebody_has_two_small_jobs (suite_t *suite)
{
    json_t *list = suite_call (suite, "ListMatches", "{'limit': 100}"), *matches = json_object_get (list, "matches");
    json_t *last = json_array_get (matches, json_array_size (matches) - 1), *match;
    json_int_t run = json_integer_value (json_object_get (last, "run"));
    json_t *found = suite_call (suite, "GetRun", "{'run': %lld}", (long long) run);
    json_t *several = json_object_get (found, "several");
    cr_expect (json_integer_value (json_object_get (several, "jobs")) ==
               json_integer_value (json_object_get (several, "placed")) + 1);
    size_t i, agreed = 0;
    json_array_foreach (matches, i, match) agreed +=
        json_integer_value (json_object_get (match, "run")) == run &&
        strcmp (json_string_value (json_object_get (match, "state")), "AGREED") == 0;
    cr_expect (agreed == 2, "%zu are agreed on", agreed);
    json_decref (list);
    json_decref (found);
}

/* X3: no name, no CPR number in any log, any feed, and none of a person in the report. */
static void nothing_personal_leaks (suite_t *suite)
{
    static const char *const SERVICES[] = { "lease", "guidance", "placement", "bridging", "reporting" };
    for (size_t i = 0; i < 5; i++) {
        char *log = suite_log (suite, SERVICES[i]), *events = NULL;
        bool tells = strcmp (SERVICES[i], "reporting") != 0;
        cr_assert (SUITE_FYR (suite, &events, NULL, "events", SERVICES[i]) == 0);
        cr_expect ((strlen (events) > 100) == tells, "%s has %zu bytes of events", SERVICES[i], strlen (events));
        cr_expect (!strstr (log, "Eksempel") && !strstr (log, "Opdigtet"), "a name in the log of %s", SERVICES[i]);
        cr_expect (!strstr (events, "Eksempel") && !strstr (events, "Opdigtet"), "a name in the feed of %s",
                   SERVICES[i]);
        free (log);
        free (events);
    }
}

/* A folder of the suite's own with some of the year's sheets: those whose name begins like this. */
static const char *sheets (suite_t *suite, const char *name, const char *pattern, char out[PATH_SIZE])
{
    char here[PATH_SIZE];
    glob_t found = { 0 };
    snprintf (out, PATH_SIZE, "%s/%s", suite_directory (suite), name);
    cr_assert (getcwd (here, sizeof here) && mkdir (out, 0700) == 0 && glob (pattern, 0, NULL, &found) == 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char target[2 * PATH_SIZE], link[2 * PATH_SIZE];
        snprintf (target, sizeof target, "%s/%s", here, found.gl_pathv[i]);
        snprintf (link, sizeof link, "%s/%s", out, strrchr (found.gl_pathv[i], '/') + 1);
        cr_assert (symlink (target, link) == 0);
    }
    globfree (&found);
    return out;
}

/* X4: commands said again, under the request ids they had, change nothing. */
static void the_same_again_changes_nothing (suite_t *suite)
{
    json_t *before = report_of (suite);
    long long lease = head_of (suite, "lease"), guidance = head_of (suite, "guidance");
    char house[PATH_SIZE], courses[PATH_SIZE], *err = NULL;
    int ended = SUITE_FYR (suite, NULL, &err, "play", sheets (suite, "house", "deploy/demo/1*.csv", house),
                           sheets (suite, "courses", "deploy/demo/2*.csv", courses));
    cr_assert (ended == 0, "%s", err);
    json_t *after = report_of (suite);
    cr_expect (head_of (suite, "lease") == lease && head_of (suite, "guidance") == guidance);
    cr_expect_str_eq (text_of (after), text_of (before));
    json_decref (before);
    json_decref (after);
    free (err);
}

/* R6, X1: what was said to reporting itself is said again; what it learned it must learn from the feeds. Then a
 * report derived again from the event logs is the same bytes. */
static void a_report_derived_again_is_the_same (suite_t *suite)
{
    char money[PATH_SIZE];
    json_t *live = report_of (suite);
    suite_end (suite, "reporting");
    suite_lose_store (suite, "reporting");
    suite_revive (suite, "reporting");
    suite_rest (suite);
    cr_assert (SUITE_FYR (suite, NULL, NULL, "play", "deploy/programme",
                          sheets (suite, "money", "deploy/demo/5*.csv", money)) == 0);
    json_t *derived = report_of (suite);
    cr_expect_str_eq (text_of (derived), text_of (live));
    cr_expect (json_equal (derived, live));
    json_decref (live);
    json_decref (derived);
}

Test (year, a_year_of_the_house_holds_what_the_note_promises)
{
    suite_t *suite = played_suite ();
    the_report_meets_the_note (suite);
    guidance_counts_the_same (suite);
    the_house_is_let_once (suite);
    withdrawn_consents_are_acknowledged (suite);
    somebody_has_two_small_jobs (suite);
    nothing_personal_leaks (suite);
    the_same_again_changes_nothing (suite);
    a_report_derived_again_is_the_same (suite);
    suite_stop (&suite);
}
