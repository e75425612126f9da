/* L7: libical is loaded by the first rule of a series. What happens where it cannot be, and then can. */
#include "suite.h"

#include <criterion/criterion.h>
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite (house_without_libical, .timeout = 120);

static long long number_of (json_t *reply, const char *field)
{
    long long number = (long long) json_integer_value (json_object_get (reply, field));
    json_decref (reply);
    return number;
}

/* A file of that name which is no library, where the loader looks first. Returns its path. */
static const char *spoil_libical (suite_t *suite)
{
    static char path[512];
    char directory[480];
    snprintf (directory, sizeof directory, "%s/lib", suite_directory (suite));
    snprintf (path, sizeof path, "%s/libical.so.%.*s", directory, (int) strcspn (ICAL_VERSION, "."), ICAL_VERSION);
    cr_assert_eq (mkdir (directory, 0700), 0);
    FILE *file = fopen (path, "w");
    cr_assert (file);
    fclose (file);
    cr_assert_eq (setenv ("LD_LIBRARY_PATH", directory, 1), 0);
    return path;
}

Test (house_without_libical, says_so_books_nothing_and_books_when_it_is_there, .description = "L7")
{
    static const char SERIES[] = "{'room': %lld, 'starts_at': '2027-03-02T09:00:00Z', 'title': 'Bestyrelse',"
                                 " 'ends_at': '2027-03-02T10:00:00Z', 'rule': 'FREQ=WEEKLY;COUNT=3'}";
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    long long premises =
        number_of (suite_call (suite, "CreatePremises",
                               "{'name': 'Huset', 'district': 8, 'monthly_rent_ore': 150000, 'notice_months': 3}"),
                   "premises");
    long long room =
        number_of (suite_call (suite, "CreateRoom", "{'premises': %lld, 'name': 'Sal', 'seats': 4}", premises), "room");
    suite_end (suite, "lease");
    const char *spoiled = spoil_libical (suite);
    suite_revive (suite, "lease");
    suite_refused (suite, "Series/BookSeries", "LEASE_RECURRENCE_NO_LIBRARY", SERIES, room);
    json_t *bookings = suite_call (suite, "Rooms/ListBookings", "{}");
    cr_expect_eq (json_array_size (json_object_get (bookings, "bookings")), 0);
    json_decref (bookings);
    cr_assert_eq (unlink (spoiled), 0);
    json_t *booked = suite_call (suite, "Series/BookSeries", SERIES, room);
    cr_expect_eq (json_array_size (json_object_get (booked, "bookings")), 3);
    json_decref (booked);
    suite_stop (&suite);
}
