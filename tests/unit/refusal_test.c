/* A refusal says in English what it speaks of by name, so that staff can be told the same in Danish. */
#include "base/status.h"
#include "console/danish.h"
#include "unit/lease_kit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 20000, TEXT_MAX = 60 };

static void draw_text (uint64_t *seed, char out[TEXT_MAX])
{
    static const char *const PIECES[] = { "a", "æ", "{", "}", "=", "\n", "%s", "{from=", " ", "9" };
    size_t count = draw (seed, 8);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        snprintf (out + strlen (out), TEXT_MAX - strlen (out), "%s", PIECES[draw (seed, 10)]);
}

/* The value as it should be found: a line break in it has become a space. */
static void expect_value (const fault_t *why, const char *name, const char *text)
{
    char line[TEXT_MAX];
    size_t length = 0;
    const char *value = fault_value (why->values, name, &length);
    snprintf (line, sizeof line, "%s", text);
    for (char *at = line; (at = strchr (at, '\n'));)
        *at = ' ';
    cr_assert (value && length == strlen (line) && strncmp (value, line, length) == 0, "%s of \"%s\": \"%s\"", name,
               why->values, line);
}

Test (refusal, every_value_is_found_by_its_name_whatever_stands_in_it)
{
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = round;
        char desk[TEXT_MAX], until[TEXT_MAX], plain[4 * TEXT_MAX];
        long count = (long) draw (&seed, 100000);
        fault_t why = { 0 };
        draw_text (&seed, desk);
        draw_text (&seed, until);
        cr_assert_eq (fault (&why, STATUS_NOT_FOUND, "X", "desk {desk=%s} of {count=%ld} is {until=%s}, %s 100%%", desk,
                             count, until, desk),
                      STATUS_NOT_FOUND);
        snprintf (plain, sizeof plain, "desk %s of %ld is %s, %s 100%%", desk, count, until, desk);
        cr_assert_str_eq (why.message, plain);
        char number[24];
        snprintf (number, sizeof number, "%ld", count);
        expect_value (&why, "desk", desk);
        expect_value (&why, "count", number);
        expect_value (&why, "until", until);
        size_t length;
        cr_assert_null (fault_value (why.values, "des", &length));
    }
}

Test (refusal, what_does_not_fit_is_left_out_and_the_rest_stays)
{
    char longer[600];
    fault_t why = { 0 };
    memset (longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    (void) fault (&why, STATUS_NOT_FOUND, "X", "desk {desk=%s} {until=%s}", "A1", longer);
    size_t length = 0;
    cr_expect (fault_value (why.values, "desk", &length) && length == 2);
    cr_expect_null (fault_value (why.values, "until", &length));
}

static const char *said (const char *reason, const char *values)
{
    static char out[DANISH_SENTENCE_SIZE];
    const char *sentence = danish_refusal (reason, values, out);
    return sentence ? sentence : "";
}

Test (refusal, the_danish_sentence_holds_the_values_and_without_them_is_the_general_one)
{
    cr_expect_str_eq (said ("LEASE_DESK_TAKEN", "desk=A12\nuntil=2026-06-30\n"),
                      "Plads A12 er taget til og med 2026-06-30");
    cr_expect_str_eq (said ("LEASE_DESK_TAKEN", "desk=A12\nfrom=2026-06-30\n"), "Plads A12 er taget fra 2026-06-30");
    cr_expect_str_eq (said ("LEASE_DESK_TAKEN", "desk=A12\n"), "Pladsen er taget de dage");
    cr_expect_str_eq (said ("LEASE_DESK_TAKEN", ""), "Pladsen er taget de dage");
    cr_expect_str_eq (said ("LEASE_HOUSE_NOT_OPEN", "weekday=Sundays\n"), "Huset har lukket på søndage");
    cr_expect_str_eq (said ("LEASE_HOUSE_NOT_OPEN", "weekday=juledag\n"), "Huset har lukket på juledag");
    cr_expect_str_eq (said ("WIRE_BAD_FIELD", "field=from_day\nflaw=is missing\n"), "fra (from_day) mangler");
    cr_expect_str_eq (said ("LEASE_AID_CEILING", "granted=1200\nceiling=2238000\n"),
                      "Støtten kommer over loftet for de minimis: 1.200,00 kr. er givet inden for tre år, og loftet er "
                      "2.238.000,00 kr.");
    cr_expect_str_eq (said ("NOT_IN_DANISH", "desk=A12\n"), "");
}

Test (refusal, a_refusal_given_again_names_the_booking_that_stands_there_as_the_first_time, .description = "L7, X4")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t where = room (rig);
    static const char BOOK[] = "{'room': %llu, 'starts_at': '2026-05-18T%s:00Z', 'ends_at': '2026-05-18T%s:00Z',"
                               " 'title': 'Husmøde'}";
    number_t first = id_of (ok (rig, "Rooms/BookRoom", BOOK, where, "08:00", "09:00"), "booking");
    char sentence[DANISH_SENTENCE_SIZE];
    refused (rig, "Rooms/BookRoom", "LEASE_ROOM_TAKEN", BOOK, where, "08:30", "09:30");
    snprintf (sentence, sizeof sentence,
              "Lokalet er optaget: Husmøde (booking %llu, TMF) står der 2026-05-18 10:00 til 2026-05-18 11:00", first);
    cr_expect_str_eq (said ("LEASE_ROOM_TAKEN", rig_answer (rig)->values), sentence);
    fault_t before = *rig_answer (rig);
    ok (rig, "Rooms/ReleaseRoom", "{'booking': %llu}", first);
    rig_repeat (rig);
    rig_repeat (rig);
    rig_restart (rig, "lease");
    refused (rig, "Rooms/BookRoom", "LEASE_ROOM_TAKEN", BOOK, where, "08:30", "09:30");
    cr_expect_str_eq (rig_answer (rig)->values, before.values);
    cr_expect_str_eq (rig_answer (rig)->message, before.message);
    rig_destroy (&rig);
}
