/* What the console reads from files that somebody wrote: nothing is guessed, nothing is lost, nothing is cut. */
#include "console/script.h"
#include "console/text_field.h"

#include "base/own.h"
#include "base/time.h"
#include "specimen/specimen.contract.h"
#include "unit/engine_kit.h"

TestSuite (script, .init = scratch_make, .fini = scratch_remove);

static script_t *load (const char *text, fault_t *ret_why)
{
    FILE *file = fopen (scratch_path ("1-lease.Waitlist.JoinWaitlist.csv"), "w");
    cr_assert (file && fputs (text, file) >= 0 && fclose (file) == 0);
    char *folder = scratch;
    *ret_why = (fault_t){ 0 };
    return script_load (&folder, 1, NULL, ret_why);
}

static void expect_refused (const char *text, const char *reason, const char *said)
{
    fault_t why;
    owned (script) script = load (text, &why);
    cr_assert_null (script, "%s", text);
    cr_assert_str_eq (why.reason, reason);
    cr_assert (strstr (why.message, said), "%s", why.message);
}

/* It was read as a file without columns, and every row of it became a request without fields. */
Test (script, a_header_that_cannot_be_read_is_refused_and_no_row_is_played)
{
    expect_refused ("at;ten\"ant;desks\n2026-03-02;1;2\n", "SCRIPT_BAD_ROW", ":1: column 2:");
    expect_refused ("", "SCRIPT_BAD_ROW", "empty");
}

Test (script, a_column_named_twice_is_refused)
{
    expect_refused ("tenant;tenant\n1;2\n", "SCRIPT_BAD_ROW", "used twice");
}

Test (script, a_row_that_is_too_short_is_refused)
{
    expect_refused ("tenant;desks\n1\n", "SCRIPT_BAD_ROW", "1 rows cannot be read");
}

Test (script, a_time_with_something_behind_it_is_no_time)
{
    static const char *const TIMES[] = { "2026-03-02x", "2026-03-02 09:00x", "2026-03-02 9", "2026-03-02 25:00" };
    for (size_t i = 0; i < sizeof TIMES / sizeof TIMES[0]; i++) {
        char text[64];
        snprintf (text, sizeof text, "at;tenant\n%s;1\n", TIMES[i]);
        expect_refused (text, "SCRIPT_BAD_ROW", "1 rows cannot be read");
    }
}

Test (script, rows_are_played_in_the_order_of_their_time)
{
    fault_t why;
    owned (script) script = load ("at;tenant\n2026-03-03;3\n;1\n2026-03-02 09:00;2\n", &why);
    cr_assert (script, "%s", why.message);
    for (size_t i = 0; i < 3; i++) {
        const char *tenant = json_string_value (json_object_get (script_act (script, i)->cells, "tenant"));
        cr_assert_eq (tenant[0], (char) ('1' + i));
    }
}

/* --- a cell --- */

static status_t set (const message_rule_t *rule, const char *name, const char *text, json_t **ret_object)
{
    fault_t why = { 0 };
    *ret_object = json_object ();
    return text_field_set (*ret_object, rule, name, text, &why);
}

static void expect_unreadable (const message_rule_t *rule, const char *name, const char *text)
{
    json_t *object;
    cr_assert_eq (set (rule, name, text, &object), STATUS_INVALID_ARGUMENT, "%s", text);
    cr_assert_eq (json_object_size (object), 0);
    json_decref (object);
}

/* It became the largest number there is. */
Test (text_field, a_number_too_large_is_refused_and_not_another_number)
{
    expect_unreadable (&specimen_numbers_rule, "a_int64", "9223372036854775808");
    expect_unreadable (&specimen_numbers_rule, "a_int64", "-99999999999999999999");
    expect_unreadable (&specimen_numbers_rule, "a_int32", "12x");
}

Test (text_field, what_is_more_than_an_item_has_fields_is_refused_and_not_dropped)
{
    json_t *object;
    cr_assert_eq (set (&specimen_calendar_rule, "slots", "2026-03-02:3|2026-03-03:4", &object), STATUS_OK);
    cr_assert_eq (json_array_size (json_object_get (object, "slots")), 2);
    json_decref (object);
    expect_unreadable (&specimen_calendar_rule, "slots", "2026-03-02:3:4");
}

/* Of a list's item only the first 2047 bytes were taken. */
Test (text_field, a_long_item_of_a_list_is_not_cut)
{
    char text[3001];
    json_t *object;
    memset (text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    cr_assert_eq (set (&specimen_lists_rule, "texts", text, &object), STATUS_OK);
    cr_assert_eq (json_string_length (json_array_get (json_object_get (object, "texts"), 0)), sizeof text - 1);
    json_decref (object);
}

static void expect_text (const char *name, const char *typed, const char *text)
{
    json_t *object;
    cr_assert_eq (set (&specimen_formats_rule, name, typed, &object), STATUS_OK, "%s", typed);
    cr_assert_str_eq (json_string_value (json_object_get (object, name)), text, "%s", typed);
    json_decref (object);
}

Test (text_field, a_day_as_danes_and_their_spreadsheets_write_it_is_that_day, .description = "X5, X10")
{
    static const char *const WAYS[] = { "%d.%d.%d", "%d/%d-%d", "%02d-%02d-%04d", "%02d/%02d/%04d", "%d-%d-%04d" };
    for (int32_t day = -25567; day < 376000; day += 37) { /* 1900 to 2999 */
        civil_t civil = day_to_civil (day);
        char iso[ISO_DAY_SIZE];
        for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++) {
            char typed[32];
            snprintf (typed, sizeof typed, WAYS[i], civil.day, civil.month, civil.year);
            expect_text ("day", typed, day_text (day, iso));
        }
        expect_text ("day", day_text (day, iso), iso);
    }
    expect_text ("instant", "18.5.2026 10:00", "2026-05-18T08:00:00Z");
    expect_text ("instant", "18/1-2026 10:00", "2026-01-18T09:00:00Z");
    expect_unreadable (&specimen_formats_rule, "instant", "31.2.2026 10:00");
    /* What is no day stays as it was typed, and the contract refuses it. */
    expect_text ("day", "13.13.2026", "13.13.2026");
    expect_text ("day", "2.3.26", "2.3.26");
    expect_text ("day", "2.3.2026x", "2.3.2026x");
}
