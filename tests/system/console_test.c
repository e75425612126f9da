/* X5: the console as people use it. */
#include "suite.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite (console, .timeout = 120);

static const char *const SERVICES[] = { "lease", "guidance", "placement", "bridging", "reporting" };

static void write_file (const char *path, const char *text)
{
    FILE *file = fopen (path, "w");
    cr_assert (file && fputs (text, file) >= 0);
    fclose (file);
}

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

/* --- --json: JSON and nothing else, whatever comes of it --- */

static bool is_json (const char *text)
{
    json_t *parsed = json_loads (text, 0, NULL);
    json_decref (parsed);
    return parsed != NULL;
}

/* What is done says so on stdout, and what is not says why in one line on stderr. */
static void check_json (suite_t *suite, int ended, const char *const *words)
{
    const char *all[8] = { "--json" };
    for (size_t i = 0; i < 6 && words[i]; i++)
        all[i + 1] = words[i];
    char *out = NULL, *err = NULL;
    int got = suite_fyr (suite, &out, &err, all);
    size_t lines = 0;
    for (const char *c = err; *c; c++)
        lines += *c == '\n';
    cr_expect (ended < 0 || got == ended, "fyr %s %s %s: %d", words[0], words[1], words[2], got);
    cr_expect (out[0] == '\0' || is_json (out), "fyr %s %s %s: %s", words[0], words[1], words[2], out);
    cr_expect (out[0] || err[0], "fyr %s %s %s says nothing", words[0], words[1], words[2]);
    cr_expect (err[0] == '\0' || (lines == 1 && is_json (err)), "fyr %s %s %s: %s", words[0], words[1], words[2], err);
    free (out);
    free (err);
}
#define JSON_OF(suite, ended, ...) check_json ((suite), (ended), (const char *const[8]){ __VA_ARGS__ })

/* Every word of the day: its help, without its fields, with too many, with an option that is none, and where it takes
 * nothing, as it stands. */
static void check_words_of (suite_t *suite, const char *service)
{
    char *list = NULL, *rest = NULL, word[32];
    cr_assert (SUITE_FYR (suite, &list, NULL, service, "--help") == 0);
    for (char *line = strtok_r (list, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest)) {
        if (strncmp (line, "  ", 2) != 0 || sscanf (line, "  %31s", word) != 1)
            continue;
        JSON_OF (suite, 0, service, word, "--help");
        JSON_OF (suite, -1, service, word);
        JSON_OF (suite, 2, service, word, "--no_such_field", "x");
    }
    free (list);
}

Test (console, json_is_json_everywhere_also_where_it_is_help_or_a_refusal, .description = "X5")
{
    suite_t *suite = suite_start ("2026-03-02T09:00:00Z");
    char header[512], rows[512], folder[512];
    snprintf (header, sizeof header, "%s/header.csv", suite_directory (suite));
    snprintf (rows, sizeof rows, "%s/rows.csv", suite_directory (suite));
    snprintf (folder, sizeof folder, "%s/play", suite_directory (suite));
    write_file (header, "cvr;name;colour\n41329289;Rummelige Vaskeri;blå\n");
    write_file (rows, "cvr;name\n41329289;Rummelige Vaskeri\n12345678;Uden kontrolciffer\n39637049\n");
    for (size_t i = 0; i < 5; i++)
        check_words_of (suite, SERVICES[i]);
    JSON_OF (suite, 1, "lease", "import", header, "--dry-run");
    JSON_OF (suite, 1, "lease", "import", rows, "--dry-run");
    JSON_OF (suite, 1, "lease", "import", rows);
    JSON_OF (suite, 2, "lease", "import", "no-such-file.csv");
    JSON_OF (suite, 2, "lease", "import");
    JSON_OF (suite, 0, "lease", "import", "--help");
    JSON_OF (suite, 2, "lease", "bokings");
    JSON_OF (suite, 0, "lease");
    JSON_OF (suite, 0, "health");
    JSON_OF (suite, 2, "health", "x");
    JSON_OF (suite, 0, "methods");
    JSON_OF (suite, 0, "methods", "lease");
    JSON_OF (suite, 2, "methods", "nobody");
    JSON_OF (suite, 0, "keys", "list");
    JSON_OF (suite, 0, "keys", "revoke", "steering-desk");
    JSON_OF (suite, 2, "keys", "frobnicate");
    JSON_OF (suite, 0, "report", "status");
    JSON_OF (suite, 2, "report", "weather");
    JSON_OF (suite, 0, "clock");
    JSON_OF (suite, 2, "clock", "set", "tomorrow");
    JSON_OF (suite, 2, "play");
    JSON_OF (suite, -1, "play", folder);
    JSON_OF (suite, 2, "call", "NoSuchMethod");
    JSON_OF (suite, 2, "call", "ListRooms", "{");
    JSON_OF (suite, 2, "events", "nobody");
    JSON_OF (suite, 2, "--no-such-option");
    JSON_OF (suite, 2, "no-such-command");
    JSON_OF (suite, 0, "--help");
    JSON_OF (suite, 0, "--version");
    static const char *const HELPED[] = { "health", "methods", "call", "keys", "report", "clock", "play", "events" };
    for (size_t i = 0; i < sizeof HELPED / sizeof HELPED[0]; i++)
        JSON_OF (suite, 0, HELPED[i], "--help");
    suite_kill (suite, "lease");
    JSON_OF (suite, 3, "--timeout", "1500", "lease", "rooms");
    JSON_OF (suite, 3, "--timeout", "1500", "lease", "import", rows);
    JSON_OF (suite, 3, "health");
    suite_revive (suite, "lease");
    suite_stop (&suite);
}

/* The reason why `fyr call ListRooms` refuses the text: as an argument, or on its standard input, which is ours. */
static void expect_call_refused (suite_t *suite, const char *text, const char *reason)
{
    char *err = NULL;
    cr_expect (SUITE_FYR (suite, NULL, &err, "--json", "call", "Rooms/ListRooms", text) == 2, "%.40s", text);
    cr_expect (strstr (err, reason), "%.40s: %s", text, err);
    free (err);
}

/* It was parsed without a limit, however much came on standard input. */
Test (console, the_json_of_a_call_is_read_within_the_limits_of_the_wire, .description = "X5")
{
    enum { LONG = 100 * 1000 };
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    char path[512], *out = NULL, *many = malloc (LONG + 1);
    memset (many, '[', LONG);
    many[LONG] = '\0';
    expect_call_refused (suite, many, "JSON_TOO_LARGE");
    expect_call_refused (suite, "{\"premises\": 1, \"premises\": 1}", "JSON_MALFORMED");
    expect_call_refused (suite, "{\"colour\": 1}", "JSON_BAD_FIELD");
    expect_call_refused (suite, "", "JSON_MALFORMED");

    cr_assert (freopen ("/dev/zero", "r", stdin));
    expect_call_refused (suite, "-", "JSON_TOO_LARGE");
    snprintf (path, sizeof path, "%s/request.json", suite_directory (suite));
    write_file (path, "{}");
    cr_assert (freopen (path, "r", stdin));
    cr_assert (SUITE_FYR (suite, &out, NULL, "call", "Rooms/ListRooms", "-") == 0);
    cr_expect (strstr (out, "\"rooms\": []"), "%s", out);
    free (out);
    free (many);
    suite_stop (&suite);
}
