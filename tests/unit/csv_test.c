#include "base/csv.h"
#include "base/own.h"
#include "harness/chance.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 2000, FIELD_SIZE = 24, ROW_FIELDS = 5 };

static size_t draw_below (uint64_t *seed, size_t bound)
{
    return (size_t) (draw (seed) % bound);
}

/* Pieces that mean something to a reader turn up far more often than chance would have it. */
static void draw_text (uint64_t *seed, char *out)
{
    static const char *const PIECES[] = { ";", ",", "\"", "\r", "\n", "\r\n", "å", "\xEF\xBB\xBF", "=", " ", "a", "7" };
    *out = '\0';
    for (size_t left = draw_below (seed, 7); left > 0; left--) {
        size_t used = strlen (out);
        snprintf (out + used, FIELD_SIZE - used, "%s", PIECES[draw_below (seed, sizeof PIECES / sizeof PIECES[0])]);
    }
}

static csv_t *open_text (const char *text, char separator)
{
    return csv_new (bytes_of (text, strlen (text)), separator);
}

static void expect_row (csv_t *csv, const char *first, const char *second)
{
    csv_problem_t problem = { .reason = "" };
    cr_assert_eq (csv_next_row (csv, &problem), CSV_ROW, "line %zu: %s", problem.line, problem.reason);
    cr_assert_eq (csv_count (csv), 2);
    cr_assert_str_eq (csv_field (csv, 0), first);
    cr_assert_str_eq (csv_field (csv, 1), second);
}

static void expect_problem (csv_t *csv, size_t line, size_t column, const char *reason)
{
    csv_problem_t problem = { .reason = "" };
    cr_assert_eq (csv_next_row (csv, &problem), CSV_BAD_ROW);
    cr_assert_eq (problem.line, line, "line %zu, not %zu: %s", problem.line, line, problem.reason);
    cr_assert_eq (problem.column, column, "column %zu, not %zu: %s", problem.column, column, problem.reason);
    cr_assert (strstr (problem.reason, reason), "%s", problem.reason);
    cr_assert_eq (csv_count (csv), 0);
}

static void expect_end (csv_t *csv)
{
    csv_problem_t problem;
    cr_assert_eq (csv_next_row (csv, &problem), CSV_END);
    cr_assert_eq (csv_next_row (csv, &problem), CSV_END);
}

Test (csv, what_is_written_reads_back_the_same)
{
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = round;
        char fields[ROW_FIELDS][FIELD_SIZE];
        owned_buffer out = BUFFER (4096);
        csv_writer_t writer = csv_writer (&out, draw_below (&seed, 2) == 0);
        size_t count = 1 + draw_below (&seed, ROW_FIELDS);
        for (size_t i = 0; i < count; i++) {
            draw_text (&seed, fields[i]);
            csv_write (&writer, fields[i]);
        }
        csv_end_row (&writer);

        csv_problem_t problem;
        owned (csv) csv = csv_new (buffer_bytes (&out), ';');
        cr_assert_eq (csv_next_row (csv, &problem), CSV_ROW, "seed %zu", (size_t) round);
        cr_assert_eq (csv_count (csv), count, "seed %zu", (size_t) round);
        for (size_t i = 0; i < count; i++)
            cr_assert_str_eq (csv_field (csv, i), fields[i], "seed %zu", (size_t) round);
        expect_end (csv);
    }
}

/* Every byte is behind the end of its own allocation, so that a sanitizer sees a read past it. */
static void read_all (const uint8_t *data, size_t size, char separator)
{
    owned_buffer exact = BUFFER (size + 1);
    buffer_append (&exact, data, size);
    owned (csv) csv = csv_new (buffer_bytes (&exact), separator);
    csv_problem_t problem;
    if (draw_below (&(uint64_t){ size }, 2) == 0)
        csv_read_header (csv, &problem);
    csv_result_t result;
    size_t rows = 0;
    while ((result = csv_next_row (csv, &problem)) != CSV_END) {
        cr_assert_leq (++rows, size);
        for (size_t i = 0; result == CSV_ROW && i < csv_count (csv); i++) {
            cr_assert_leq (strlen (csv_field (csv, i)), CSV_FIELD_MAX);
            cr_assert (utf8_valid (csv_field (csv, i), strlen (csv_field (csv, i))));
        }
        if (result == CSV_BAD_ROW)
            cr_assert (problem.line >= 1 && problem.column >= 1 && problem.reason[0] != '\0');
    }
}

Test (csv, random_bytes_give_rows_and_problems_and_nothing_worse)
{
    static const uint8_t TELLING[] = { ';', ',', '"', '"', '\r', '\n', '\n', 'a', 0, 0xC3, 0xA5, 0xEF, 0xBB, 0xBF };
    uint8_t data[300];
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = round;
        bool telling = draw_below (&seed, 2) == 0;
        size_t size = draw_below (&seed, sizeof data);
        for (size_t i = 0; i < size; i++)
            data[i] = telling ? TELLING[draw_below (&seed, sizeof TELLING)] : (uint8_t) draw (&seed);
        read_all (data, size, ";,\t"[draw_below (&seed, 3)]);
    }
}

Test (csv, a_bad_row_does_not_cost_the_good_rows_around_it)
{
    static const char *const BAD_ROWS[] = { "a\"b;c", "\"a\"b;c", "a\rb;c", "a", "a;b;c", "\xE5;b", "\"a;b", "a;\"b" };
    for (size_t i = 0; i < sizeof BAD_ROWS / sizeof BAD_ROWS[0]; i++) {
        char text[64];
        snprintf (text, sizeof text, "x;y\n1;2\n%s\n3;4\n", BAD_ROWS[i]);
        csv_problem_t problem;
        owned (csv) csv = open_text (text, ';');
        cr_assert (csv_read_header (csv, &problem));
        expect_row (csv, "1", "2");
        cr_assert_eq (csv_next_row (csv, &problem), CSV_BAD_ROW, "%s", BAD_ROWS[i]);
        cr_assert_eq (problem.line, 3, "%s", BAD_ROWS[i]);
        expect_row (csv, "3", "4");
        expect_end (csv);
    }
}

Test (csv, whatever_stands_on_one_line_the_lines_around_it_are_read)
{
    static const char *const PIECES[] = { ";", "\"", "\"\"", "\";\"", "\r", "\xE5", "=", " ", "a" };
    enum { LINES = 6 };
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = round;
        size_t garbage_at = draw_below (&seed, LINES);
        owned_buffer text = BUFFER (1024);
        for (size_t i = 0; i < LINES; i++) {
            for (size_t left = i == garbage_at ? 1 + draw_below (&seed, 8) : 0; left > 0; left--)
                buffer_append_text (&text, PIECES[draw_below (&seed, sizeof PIECES / sizeof PIECES[0])]);
            buffer_append_text (&text, i == garbage_at ? "\n" : "good;\"quoted\"\n");
        }
        csv_problem_t problem;
        csv_result_t result;
        size_t good = 0;
        owned (csv) csv = csv_new (buffer_bytes (&text), ';');
        while ((result = csv_next_row (csv, &problem)) != CSV_END) {
            if (result == CSV_BAD_ROW)
                cr_assert_eq (problem.line, garbage_at + 1, "seed %zu", (size_t) round);
            else if (strcmp (csv_field (csv, 0), "good") == 0)
                good++;
        }
        cr_assert_eq (good, LINES - 1, "seed %zu: %s", (size_t) round, buffer_text (&text));
    }
}

Test (csv, a_quoted_field_may_hold_separators_quotes_and_line_breaks)
{
    owned (csv) csv = open_text ("\"a;b\";\"say \"\"hej\"\"\"\r\n\"two\r\nlines\";\"\"\r\n", ';');
    expect_row (csv, "a;b", "say \"hej\"");
    expect_row (csv, "two\r\nlines", "");
    cr_assert_eq (csv_line (csv), 2);
    expect_end (csv);
}

Test (csv, lines_are_counted_through_quoted_line_breaks_and_blank_lines)
{
    owned (csv) csv = open_text ("a;\"b\n\nc\"\n\n\r\nd;e\nf;g\"h", ';');
    expect_row (csv, "a", "b\n\nc");
    expect_row (csv, "d", "e");
    cr_assert_eq (csv_line (csv), 6);
    expect_problem (csv, 7, 2, "not quoted");
    expect_end (csv);
}

Test (csv, a_byte_order_mark_is_not_part_of_the_first_name)
{
    csv_problem_t problem;
    size_t column = 99;
    owned (csv) csv = open_text ("\xEF\xBB\xBFnavn;beløb\r\nÅse;12,50", ';');
    cr_assert (csv_read_header (csv, &problem));
    cr_assert (csv_column (csv, "navn", &column));
    cr_assert_eq (column, 0);
    cr_assert (csv_column (csv, "beløb", &column));
    cr_assert_eq (column, 1);
    cr_assert_not (csv_column (csv, "Navn", &column));
    expect_row (csv, "Åse", "12,50");
    expect_end (csv);
}

Test (csv, the_separator_that_was_not_chosen_is_ordinary_text)
{
    owned (csv) comma = open_text ("a;b,c", ',');
    expect_row (comma, "a;b", "c");
    owned (csv) semicolon = open_text ("a;b,c", ';');
    expect_row (semicolon, "a", "b,c");
}

Test (csv, a_header_without_a_name_or_with_one_twice_is_refused)
{
    csv_problem_t problem;
    owned (csv) empty = open_text ("\r\n\r\n", ';');
    cr_assert_not (csv_read_header (empty, &problem));
    owned (csv) nameless = open_text ("a;;c\n", ';');
    cr_assert_not (csv_read_header (nameless, &problem));
    cr_assert_eq (problem.column, 2);
    owned (csv) twice = open_text ("a;b;a\n", ';');
    cr_assert_not (csv_read_header (twice, &problem));
    cr_assert_eq (problem.column, 3);
}

Test (csv, a_problem_names_the_first_field_that_is_wrong)
{
    csv_problem_t problem;
    owned (csv) csv = open_text ("x;y\n1\n1;2;3\nok;\"never\n1;2\na\"b;c\"d\n", ';');
    cr_assert (csv_read_header (csv, &problem));
    expect_problem (csv, 2, 2, "1 fields where the header has 2");
    expect_problem (csv, 3, 3, "3 fields where the header has 2");
    expect_problem (csv, 4, 2, "not closed");
    expect_row (csv, "1", "2");
    cr_assert_eq (csv_line (csv), 5);
    expect_problem (csv, 6, 1, "not quoted");
    expect_end (csv);
}

static void append_many (buffer_t *out, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        buffer_append_text (out, text);
}

Test (csv, a_field_has_a_greatest_length)
{
    owned_buffer text = BUFFER (4 * CSV_FIELD_MAX);
    append_many (&text, CSV_FIELD_MAX, "x");
    buffer_append_text (&text, ";1\n2;\"");
    append_many (&text, CSV_FIELD_MAX + 1, "y");
    buffer_append_text (&text, "\nnot;a row\"\n");
    append_many (&text, CSV_FIELD_MAX + 1, "z");
    buffer_append_text (&text, ";2\n3;4\n");
    owned (csv) csv = csv_new (buffer_bytes (&text), ';');
    csv_problem_t problem;
    cr_assert_eq (csv_next_row (csv, &problem), CSV_ROW);
    cr_assert_eq (strlen (csv_field (csv, 0)), CSV_FIELD_MAX);
    expect_problem (csv, 2, 2, "too long");
    expect_problem (csv, 4, 1, "too long");
    expect_row (csv, "3", "4");
    expect_end (csv);
}

Test (csv, a_row_has_a_greatest_number_of_columns)
{
    owned_buffer text = BUFFER (4096);
    append_many (&text, CSV_COLUMNS_MAX - 1, ";");
    buffer_append_text (&text, "\n");
    append_many (&text, 10 * CSV_COLUMNS_MAX, ";");
    buffer_append_text (&text, "\n1;2");
    owned (csv) csv = csv_new (buffer_bytes (&text), ';');
    csv_problem_t problem;
    cr_assert_eq (csv_next_row (csv, &problem), CSV_ROW);
    cr_assert_eq (csv_count (csv), CSV_COLUMNS_MAX);
    expect_problem (csv, 2, CSV_COLUMNS_MAX + 1, "more columns");
    expect_row (csv, "1", "2");
    expect_end (csv);
}

Test (csv, a_formula_that_somebody_typed_is_written_as_text)
{
    owned_buffer out = BUFFER (256);
    csv_writer_t writer = csv_writer (&out, true);
    csv_write_foreign (&writer, "=HYPERLINK(\"x\")");
    csv_write_foreign (&writer, "Åse; Bo");
    csv_write (&writer, "-12,50");
    csv_end_row (&writer);
    cr_assert_str_eq (buffer_text (&out), "\xEF\xBB\xBF\"'=HYPERLINK(\"\"x\"\")\";\"Åse; Bo\";\"-12,50\"\r\n");
}

Test (csv, a_complaint_is_cut_between_characters)
{
    csv_problem_t problem;
    owned (csv) csv = open_text ("a;b\n", ';');
    expect_row (csv, "a", "b");
    owned_buffer name = BUFFER (2 * CSV_REASON_SIZE);
    append_many (&name, CSV_REASON_SIZE - 1, "ø");
    csv_complain (csv, 1, &problem, "%s", buffer_text (&name));
    cr_assert_eq (problem.line, 1);
    cr_assert_eq (problem.column, 2);
    cr_assert_eq (strlen (problem.reason), CSV_REASON_SIZE - 2);
    cr_assert (utf8_valid (problem.reason, strlen (problem.reason)));
}
