/* L5: a charge run under kill -9. */
#include "suite.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite (charge_run, .timeout = 300);

enum { LEASES = 250, MONTHS = 8 };

/* A house that is let, as a play: a file per method. */
static void furnish (suite_t *suite)
{
    char folder[300], path[400];
    snprintf (folder, sizeof folder, "%s/house", suite_directory (suite));
    static const char *const SHEETS[] = {
        "1-lease.House.CreatePremises",   "actor;as;name;district;monthly_rent_ore;notice_months\nx;h;Huset;8;1500;3\n",
        "2-lease.Tenants.RegisterTenant", "actor;as;cvr;name\nx;t;12345674;Bycyklen\n",
        "3-lease.House.AddDesks",         NULL,
        "4-lease.Leases.OfferLease",      NULL,
        "5-lease.Leases.SignLease",       NULL,
    };
    cr_assert_eq (mkdir (folder, 0700), 0);
    for (size_t i = 0; i < 5; i++) {
        snprintf (path, sizeof path, "%s/%s.csv", folder, SHEETS[2 * i]);
        FILE *sheet = fopen (path, "w");
        cr_assert (sheet);
        if (SHEETS[2 * i + 1])
            fputs (SHEETS[2 * i + 1], sheet);
        else if (i == 2)
            fputs ("actor;premises;count;name_prefix;from_day\n", sheet);
        else
            fputs (i == 3 ? "actor;as;tenant;premises;desk_count;from_day\n" : "actor;lease\n", sheet);
        for (int n = 0; i >= 2 && n < (i == 2 ? LEASES / 50 : LEASES); n++)
            fprintf (sheet,
                     i == 2   ? "x;@h;50;P%d-;2019-01-01\n"
                     : i == 3 ? "x;l%d;@t;@h;1;2020-01-01\n"
                              : "x;@l%d\n",
                     n);
        fclose (sheet);
    }
    char *err = NULL;
    cr_assert_eq (SUITE_FYR (suite, NULL, &err, "play", folder), 0, "%s", err);
    free (err);
}

/* `fyr lease charge`, beside us. */
static pid_t charge (suite_t *suite, int month)
{
    char text[20];
    snprintf (text, sizeof text, "2020-%02d", month);
    pid_t child = fork ();
    cr_assert (child >= 0);
    if (child == 0)
        _exit (SUITE_FYR (suite, NULL, NULL, "lease", "charge", text) == 0 ? 0 : 1);
    return child;
}

static void wait_for (pid_t child)
{
    int status;
    cr_assert_eq (waitpid (child, &status, 0), child);
}

static long long number (json_t *object, const char *field)
{
    json_t *value = json_object_get (object, field);
    return json_is_string (value) ? strtoll (json_string_value (value), NULL, 10)
                                  : (long long) json_integer_value (value);
}

/* Starts it again until it says that nothing is left. */
static void finish (suite_t *suite, int month)
{
    for (int tries = 0; tries < 200; tries++) {
        json_t *reply = suite_call (suite, "RunCharges", "{'month': '2020-%02d'}", month);
        long long run = number (reply, "run");
        json_decref (reply);
        if (run == 0)
            return;
        (void) poll (NULL, 0, 10);
    }
    cr_assert_fail ("the run does not come to an end");
}

/* Each lease once, and all of them. */
static void check_month (suite_t *suite, int month)
{
    long long after = 0, seen = 0, last_lease = 0, sum = 0;
    for (size_t listed = 1; listed > 0;) {
        json_t *reply =
            suite_call (suite, "ListCharges", "{'month': '2020-%02d', 'after': %lld, 'limit': 200}", month, after);
        json_t *charges = json_object_get (reply, "charges"), *charge;
        size_t i;
        listed = json_array_size (charges);
        json_array_foreach (charges, i, charge)
        {
            cr_assert_gt (number (charge, "lease"), last_lease, "a lease is charged twice for 2020-%02d", month);
            last_lease = number (charge, "lease");
            after = number (charge, "charge");
            sum += number (charge, "amount_ore");
            seen++;
        }
        json_decref (reply);
    }
    cr_assert_eq (seen, LEASES, "%lld of %d leases are charged for 2020-%02d", seen, LEASES, month);
    cr_assert_eq (sum, LEASES * 150000LL);
}

Test (charge_run, killed_at_any_moment_and_started_twice_it_charges_each_lease_once, .description = "L5, X4")
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    furnish (suite);
    for (int month = 1; month <= MONTHS; month++) {
        pid_t child = charge (suite, month);
        (void) poll (NULL, 0, 3 * month);
        suite_kill (suite, "lease");
        suite_revive (suite, "lease");
        wait_for (child);
        pid_t one = charge (suite, month), other = charge (suite, month);
        wait_for (one);
        wait_for (other);
        finish (suite, month);
        check_month (suite, month);
    }
    suite_stop (&suite);
}
