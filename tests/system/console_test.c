/* X5: the console as people use it. */
#include "suite.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite (console, .timeout = 120);

static const char *const SERVICES[] = { "lease", "guidance", "placement", "bridging", "reporting" };

/* The page of one word begins with the fields that its words stand for, and lists the fields of the method: so the
 * table cannot drift away from the contract. */
static void check_word (suite_t *suite, const char *service, const char *line)
{
    char word[32], first[256], *page = NULL, *rest = NULL;
    cr_assert (sscanf (line, "  %31s", word) == 1);
    cr_assert (SUITE_FYR (suite, &page, NULL, service, word, "--help") == 0, "fyr %s %s", service, word);
    snprintf (first, sizeof first, "%.*s", (int) strcspn (page, "\n"), page);
    int skipped = 0; /* fyr, the service, the word */
    for (char *field = strtok_r (first, " ", &rest); field; field = strtok_r (NULL, " ", &rest)) {
        char option[96];
        if (skipped++ < 3)
            continue;
        field[strcspn (field, ".")] = '\0';
        snprintf (option, sizeof option, "--%s ", field);
        cr_expect (strstr (page, option), "fyr %s %s has no field %s", service, word, field);
    }
    free (page);
}

Test (console, every_word_of_the_day_stands_for_a_method_and_its_fields)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    for (size_t i = 0; i < 5; i++) {
        char *list = NULL, *rest = NULL;
        size_t words = 0;
        cr_assert (SUITE_FYR (suite, &list, NULL, SERVICES[i], "--help") == 0);
        for (char *line = strtok_r (list, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest))
            if (strncmp (line, "  ", 2) == 0 && ++words)
                check_word (suite, SERVICES[i], line);
        cr_expect (words >= 4, "%s has %zu words", SERVICES[i], words);
        free (list);
    }
    suite_stop (&suite);
}

/* Kroner, days and the clock on the wall go in; the same come out. */
Test (console, money_and_time_are_written_as_people_write_them)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    char *out = NULL;
    json_t *made = suite_call (suite, "CreatePremises",
                               "{'name': 'Fyrtårnet', 'district': 8, 'monthly_rent_ore': 150000,"
                               " 'notice_months': 3}");
    char premises[32], room[32];
    snprintf (premises, sizeof premises, "%lld", (long long) json_integer_value (json_object_get (made, "premises")));
    json_decref (made);
    cr_assert (SUITE_FYR (suite, &out, NULL, "lease", "house") == 0);
    cr_expect (strstr (out, "1.500,00 kr.") && strstr (out, "Fyrtårnet"), "%s", out);
    free (out);
    made = suite_call (suite, "CreateRoom", "{'premises': %s, 'name': 'Broen', 'seats': 8}", premises);
    snprintf (room, sizeof room, "%lld", (long long) json_integer_value (json_object_get (made, "room")));
    json_decref (made);
    cr_assert (SUITE_FYR (suite, NULL, NULL, "lease", "book", room, "2026-07-01 09:00", "2026-07-01 10:30", "Møde") ==
               0);
    json_t *bookings = suite_call (suite, "ListBookings", "{'from_day': '2026-07-01', 'to_day': '2026-07-01'}");
    json_t *booking = json_array_get (json_object_get (bookings, "bookings"), 0);
    cr_expect_str_eq (json_string_value (json_object_get (booking, "starts_at")), "2026-07-01T07:00:00Z");
    json_decref (bookings);
    cr_assert (SUITE_FYR (suite, &out, NULL, "lease", "bookings", "2026-07-01", "2026-07-01") == 0);
    cr_expect (strstr (out, "2026-07-01 09:00") && strstr (out, "Møde"), "%s", out);
    free (out);
    cr_expect (SUITE_FYR (suite, NULL, NULL, "lease", "book", room, "tomorrow", "2026-07-01 10:30", "x") == 2);
    suite_stop (&suite);
}

/* What a program reads: JSON on stdout for every command that asks. */
Test (console, json_is_json_everywhere)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    static const char *const COMMANDS[][4] = {
        { "health", NULL },           { "methods", NULL },
        { "methods", "lease", NULL }, { "keys", "list", NULL },
        { "lease", "house", NULL },   { "report", "status", NULL },
        { "lease", "rooms", NULL },   { "guidance", "offers", NULL },
    };
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        char *out = NULL;
        const char *const *words = COMMANDS[i];
        int ended = SUITE_FYR (suite, &out, NULL, "--json", words[0], words[1] ? words[1] : "--json");
        json_t *parsed = json_loads (out, 0, NULL);
        cr_expect (ended == 0 && parsed, "fyr --json %s %s: %s", words[0], words[1] ? words[1] : "", out);
        json_decref (parsed);
        free (out);
    }
    suite_stop (&suite);
}
