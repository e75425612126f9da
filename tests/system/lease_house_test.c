/* The house from its search to its accounts, as its manager types it: every capability of lease through real processes
 * and the bus. What each of them decides is tested in tests/unit; here it is that it can be reached, in Danish. */
#include "says.h"

#include <stdio.h>

TestSuite (house, .timeout = 120);

#define LEASE(suite, what, ...) SAYS (suite, 0, what, "lease", __VA_ARGS__)
#define REFUSED(suite, what, ...) SAYS (suite, 1, what, "lease", __VA_ARGS__)

static void set_clock (suite_t *suite, const char *instant)
{
    cr_assert_eq (SUITE_FYR (suite, NULL, NULL, "clock", "set", instant), 0);
    suite_rest (suite);
}

static suite_t *open_house (void)
{
    suite_t *suite = suite_start ("2026-03-02T08:00:00Z");
    json_decref (suite_call (suite, "CreatePremises",
                             "{'name': 'Fyrtårnet', 'address': 'Tagensvej 200', 'district': 8,"
                             " 'monthly_rent_ore': 150000, 'notice_months': 1}"));
    json_t *house = suite_call (suite, "GetHouse", "{}");
    json_t *premises = json_array_get (json_object_get (house, "premises"), 0);
    long long id = (long long) json_integer_value (json_object_get (premises, "premises"));
    json_decref (suite_call (suite, "AddDesks", "{'premises': %lld, 'count': 2, 'name_prefix': 'A'}", id));
    json_decref (suite_call (suite, "CreateRoom", "{'premises': %lld, 'name': 'Lygten', 'seats': 4}", id));
    json_decref (house);
    LEASE (suite, "lejer", "register", "41329289", "Rummelige Vaskeri");
    LEASE (suite, "lejer", "register", "39637049", "Husum Kaffe");
    return suite;
}

Test (house, is_found_by_weights_and_the_decision_says_who_and_why, .description = "L1")
{
    suite_t *suite = suite_start ("2026-01-05T08:00:00Z");
    LEASE (suite, "sted", "add-site", "Tagensvej 200", "8", "45", "412", "480.000,00", "2026-01-05");
    LEASE (suite, "sted", "add-site", "Vennemindevej 39", "2", "46", "430", "365.000,00", "2026-01-01");
    LEASE (suite, "1      ", "sites");
    LEASE (suite, "Vennemindevej 39", "sites", "pris", "100");
    REFUSED (suite, "Der er et sted, der hedder Tagensvej 200", "add-site", "Tagensvej 200", "8", "45", "412",
             "480.000,00", "2026-01-05");
    LEASE (suite, "beslutning", "decide-site", "Tagensvej 200", "Notatets bydel");
    LEASE (suite, "Notatets bydel", "decisions");
    suite_stop (&suite);
}

Test (house, lets_its_desks_and_takes_its_rent_and_says_no_with_the_day, .description = "L2, L3, L4, L5, L8")
{
    suite_t *suite = open_house ();
    LEASE (suite, "lejemål", "offer", "Rummelige Vaskeri", "Fyrtårnet", "2", "2026-04-01");
    LEASE (suite, "Tilbud om lejemål i Fyrtårnet", "letter", "lejetilbud", "Rummelige Vaskeri");
    LEASE (suite, "", "sign", "Rummelige Vaskeri");
    REFUSED (suite, "Der er ikke ledige pladser nok de dage: der skal bruges 1", "offer", "Husum Kaffe", "Fyrtårnet",
             "1", "2026-04-01");
    LEASE (suite, "3.000,00 kr.", "charge", "2026-04");
    LEASE (suite, "0,00 kr.", "charge", "2026-04");
    REFUSED (suite, "påkrav kan sendes fra 2026-04-", "demand", "Rummelige Vaskeri");
    LEASE (suite, "3.000,00 kr.", "pay", "Rummelige Vaskeri", "3.000,00", "bank-1");
    REFUSED (suite, "Betalingen er allerede bogført som nr.", "pay", "Rummelige Vaskeri", "3.000,00", "bank-1");
    set_clock (suite, "2026-06-01T08:00:00Z");
    REFUSED (suite, "den dag er ikke kommet", "notice", "Rummelige Vaskeri", "2026-06-02");
    LEASE (suite, "2026-06-30", "notice", "Rummelige Vaskeri", "2026-06-01");
    LEASE (suite, "bevis", "evidence", "Husum Kaffe", "vedtægter", "Formålet er småjob");
    LEASE (suite, "", "head-lease", "Fyrtårnet", "2026-01", "2.000,00");
    LEASE (suite, "Det kræver 2 af 2 pladser udlejet", "economy", "Fyrtårnet");
    LEASE (suite, "", "set-hours", "Fyrtårnet", "mandag|tirsdag", "08:00", "16:00");
    REFUSED (suite, "Huset har åbent 08:00-16:00 på mandage", "book", "Lygten", "2026-06-08 17:00", "2026-06-08 18:00",
             "x");
    REFUSED (suite, "Huset har lukket på onsdage", "book", "Lygten", "2026-06-10 09:00", "2026-06-10 10:00", "x");
    suite_stop (&suite);
}

Test (house, gives_free_desks_by_the_line_and_goes_through_it_again, .description = "L6")
{
    suite_t *suite = open_house ();
    LEASE (suite, "position                1", "join", "Husum Kaffe", "2");
    REFUSED (suite, "Lejeren står allerede på ventelisten", "join", "Husum Kaffe", "2");
    LEASE (suite, "Står først", "position", "Husum Kaffe");
    json_decref (suite_call (suite, "OfferFreeDesks", "{'expires_at': '2026-03-09T11:00:00Z'}"));
    LEASE (suite, "Husum Kaffe", "waitlist-offers");
    LEASE (suite, "I ønsker 2 kontorpladser", "letter", "ventelistesvar", "Husum Kaffe");
    LEASE (suite, "lejemål", "accept", "Husum Kaffe", "--from_day", "2026-04-01");
    LEASE (suite, "stemmer                 ja", "replay-waitlist");
    suite_stop (&suite);
}

Test (house, keeps_its_tasks_partners_things_and_promises, .description = "L9, L10, L11, L12")
{
    suite_t *suite = open_house ();
    LEASE (suite, "opgave", "task", "fejl", "Radiator drypper", "jens.krogh", "2026-03-20", "--room", "Lygten");
    LEASE (suite, "jens.krogh", "tasks");
    LEASE (suite, "udført", "done", "Radiator", "Ny pakning");
    LEASE (suite, "partner", "add-partner", "boligorganisation", "Lundevænget");
    REFUSED (suite, "Der er en partner, der hedder Lundevænget", "add-partner", "boligorganisation", "Lundevænget");
    LEASE (suite, "møde", "met", "Lunde", "Cykler", "De giver 20", "2026-04-14");
    LEASE (suite, "initiativ", "start", "Cykelværksted", "Småjob", "8", "Lundevænget");
    LEASE (suite, "", "conclude", "Cykelværksted", "nået", "24 cykler");
    LEASE (suite, "ting", "add-item", "cykel", "Cykel 1");
    LEASE (suite, "udlån", "lend", "Cykel 1", "Husum Kaffe", "2026-03-09");
    REFUSED (suite, "Tingen er lånt ud til Husum Kaffe, til 2026-03-09", "lend", "Cykel 1", "Rummelige Vaskeri",
             "2026-03-10");
    LEASE (suite, "", "return", "Cykel 1", "slidt", "Ny lygte");
    LEASE (suite, "", "promise", "Husum Kaffe", "2", "2400", "2026-03");
    LEASE (suite, "Husum Kaffe", "returns", "2026-03");
    suite_stop (&suite);
}

/* The text of a room's calendar; yours. */
static char *calendar_of (suite_t *suite)
{
    char *out = NULL;
    cr_assert_eq (SUITE_FYR (suite, &out, NULL, "lease", "calendar", "Lygten"), 0);
    return out;
}

/* The rest of the line that begins so; yours. */
static char *line_of (const char *calendar, const char *begins)
{
    const char *at = strstr (calendar, begins);
    cr_assert (at, "%s is not in\n%s", begins, calendar);
    return strndup (at, strcspn (at, "\r\n"));
}

Test (house, shows_a_booking_that_was_moved_and_given_back_under_one_uid, .description = "L7, L13")
{
    suite_t *suite = open_house ();
    char booking[24];
    LEASE (suite, "booking", "book", "Lygten", "2026-05-18 10:00", "2026-05-18 11:00", "Husmøde");
    json_t *list = suite_call (suite, "ListBookings", "{}");
    json_t *made = json_array_get (json_object_get (list, "bookings"), 0);
    snprintf (booking, sizeof booking, "%lld", (long long) json_integer_value (json_object_get (made, "booking")));
    json_decref (list);
    char *before = calendar_of (suite), *uid = line_of (before, "UID:");
    cr_expect (strstr (before, "SEQUENCE:0") && strstr (before, "DTSTART;TZID=Europe/Copenhagen:20260518T100000"), "%s",
               before);
    LEASE (suite, "", "move", booking, "2026-05-18 12:00");
    char *moved = calendar_of (suite);
    cr_expect (strstr (moved, uid) && strstr (moved, "SEQUENCE:1") && strstr (moved, ":20260518T120000"), "%s", moved);
    LEASE (suite, "", "release", booking);
    char *after = calendar_of (suite);
    cr_expect (strstr (after, uid) && strstr (after, "SEQUENCE:2") && strstr (after, "STATUS:CANCELLED"), "%s", after);
    free (before);
    free (uid);
    free (moved);
    free (after);
    suite_stop (&suite);
}
