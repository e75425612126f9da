/* X5: the house manager's day at the command line: names, suggestions, a calendar in a file, and the import of what was
 * there before. */
#include "says.h"

#include <stdio.h>

TestSuite (house_manager, .timeout = 120);

static char *file_with (suite_t *suite, const char *name, const char *text)
{
    static char path[512];
    snprintf (path, sizeof path, "%s/%s", suite_directory (suite), name);
    FILE *file = fopen (path, "w");
    cr_assert (file && fputs (text, file) >= 0);
    fclose (file);
    return path;
}

static void open_house (suite_t *suite)
{
    json_t *made = suite_call (suite, "CreatePremises",
                               "{'name': 'Fyrtårnet', 'district': 8, 'monthly_rent_ore': 150000, 'notice_months': 3}");
    long long premises = (long long) json_integer_value (json_object_get (made, "premises"));
    json_decref (made);
    json_decref (suite_call (suite, "CreateRoom", "{'premises': %lld, 'name': 'Lygten', 'seats': 4}", premises));
    json_decref (suite_call (suite, "CreateRoom", "{'premises': %lld, 'name': 'Lyset', 'seats': 24}", premises));
}

Test (house_manager, a_name_stands_for_a_number_where_it_is_unique_and_is_suggested_where_not, .description = "X5")
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    open_house (suite);
    SAYS (suite, 0, "booking", "lease", "book", "lygten", "2027-05-18 10:00", "2027-05-18 11:00", "Møde");
    SAYS (suite, 2, "Ly kan være Lygten", "lease", "book", "Ly", "2027-05-18 10:00", "2027-05-18 11:00", "Møde");
    SAYS (suite, 2, "mente du Lygten?", "lease", "book", "Lykten", "2027-05-18 10:00", "2027-05-18 11:00", "x");
    SAYS (suite, 1, "fyr: Lokalet er optaget: Møde (booking ", "lease", "book", "Lygt", "2027-05-18 10:30",
          "2027-05-18 11:00", "x");
    SAYS (suite, 1, ", TMF) står der 2027-05-18 10:00 til 2027-05-18 11:00 [LEASE_ROOM_TAKEN]", "lease", "book", "Lygt",
          "2027-05-18 10:30", "2027-05-18 11:00", "x");
    SAYS (suite, 1, "\"message\":\"booking ", "--json", "lease", "book", "Lygten", "2027-05-18 10:30",
          "2027-05-18 11:00", "x");
    SAYS (suite, 0, "Lokalet er optaget: Møde (booking ", "lease", "book-series", "Lygten", "2027-05-11 10:00",
          "2027-05-11 11:00", "FREQ=WEEKLY;COUNT=2", "Hold", "--skip_taken", "yes");
    SAYS (suite, 2, "begynder (starts_at): skal være et tidspunkt som", "lease", "book", "Lygten", "i morgen",
          "2027-05-18 11:00", "x");
    SAYS (suite, 2, "dage (days): skal være en af mandag, tirsdag", "lease", "set-hours", "Fyrtårnet", "mnadag",
          "08:00", "16:00");
    SAYS (suite, 0, "Fyrtårnet  Lygten", "lease", "rooms");
    SAYS (suite, 0, "TMF", "lease", "bookings", "2027-05-01", "2027-06-01");
    SAYS (suite, 2, "mente du bookings?", "lease", "bokings");
    SAYS (suite, 0, "for eksempel", "lease", "book", "--help");
    SAYS (suite, 0, "BEGIN:VCALENDAR", "lease", "calendar", "Lygten");
    SAYS (suite, 0, "SUMMARY:Møde", "lease", "calendar", "Lygten", "2027-01-01");
    suite_stop (&suite);
}

Test (house_manager, an_import_reports_each_bad_row_takes_the_good_ones_and_repeated_changes_nothing,
      .description = "X5, L3, L4")
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    open_house (suite);
    char *tenants = strdup (file_with (suite, "tenants.csv",
                                       "cvr;name\n41329289;Rummelige Vaskeri\n12345678;Uden kontrolciffer\n"
                                       "39637049;Husum Kaffe\n39637049\n39637049;Et andet navn\n"));
    SAYS (suite, 1, "lejere: 5 rækker; 2 ville være nye, 0 inde i forvejen, 3 dårlige", "lease", "import", tenants,
          "--dry-run");
    SAYS (suite, 0, "\"tenants\": []", "--json", "lease", "tenants");
    SAYS (suite, 1, "tenants.csv:3: kolonne 1:", "lease", "import", tenants);
    SAYS (suite, 1, "0 nye, 2 inde i forvejen, 3 dårlige", "lease", "import", tenants);
    char *desks = strdup (file_with (suite, "desks.csv",
                                     "premises;desk;from_day\nFyrtårnet;A1;2025-01-01\nFyrtårnet;A2;2025-01-01\n"
                                     "Fyrtårnet;A3;2025-01-01\nTårnet;A4;2025-01-01\nFyrtårnet;A;\n"));
    SAYS (suite, 1, "pladser: 5 rækker; 3 nye, 0 inde i forvejen, 2 dårlige", "lease", "import", desks);
    SAYS (suite, 1, "0 nye, 3 inde i forvejen, 2 dårlige", "lease", "import", desks);
    char *leases = strdup (file_with (suite, "leases.csv",
                                      "cvr;desks;from_day;monthly_rent_ore\n41329289;A1|A2;01-09-2025;1.400,00\n"
                                      "39637049;A2;2025-10-01;1.400,00\n39637049;A9;2025-10-01;1.400,00\n"
                                      "39637049;A3;2025-10-01;hundrede\n39637049;A3;2025-10-01;1.400,00\n"));
    SAYS (suite, 1, "leases.csv:3: kolonne 2: linje 2 tager en af pladserne på de samme dage", "lease", "import",
          leases, "--dry-run");
    SAYS (suite, 0, "\"leases\": []", "--json", "lease", "leases");
    SAYS (suite, 1, "lejemål: 5 rækker; 2 nye, 0 inde i forvejen, 3 dårlige", "lease", "import", leases);
    SAYS (suite, 1, "0 nye, 2 inde i forvejen, 3 dårlige", "lease", "import", leases);
    SAYS (suite, 0, "\"bad\": [", "--json", "lease", "import",
          file_with (suite, "good.csv", "cvr;name\n41329289;Rummelige Vaskeri\n"));
    SAYS (suite, 1, "har ingen kolonne colour", "lease", "import", file_with (suite, "odd.csv", "cvr;name;colour\n"));
    json_t *list = suite_call (suite, "ListLeases", "{}");
    cr_expect_eq (json_array_size (json_object_get (list, "leases")), 2);
    json_decref (list);
    char *broken = strdup (file_with (suite, "broken.csv", "cvr;name\n41329289;\"Uden slut\n39637049;\"x\" y\n"));
    SAYS (suite, 1, "broken.csv:2: kolonne 2: et anførselstegn åbnes og lukkes ikke", "lease", "import", broken);
    SAYS (suite, 1, "broken.csv:3: kolonne 2: der står tekst efter", "lease", "import", broken);
    free (broken);
    SAYS (suite, 0, "Lejekontrakt", "lease", "letter", "lejekontrakt", "Rummelige Vaskeri");
    SAYS (suite, 0, "er 2 kontorpladser i Fyrtårnet", "lease", "letter", "lejekontrakt", "Rummelige Vaskeri");
    free (tenants);
    free (desks);
    free (leases);
    suite_stop (&suite);
}
