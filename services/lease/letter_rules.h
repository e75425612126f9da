/*
 * Text from a template. Pure.
 *
 *     {lejer}         the value of a field
 *     {lejer:20}      the same, filled up with spaces to 20 characters, for lists
 *     {skyldig:>14}   ... with the spaces before it
 *     {hver} {slut}   what stands between them comes once for each row, with the fields of the row as well;
 *                     a line that holds nothing but one of them leaves no empty line
 *     {{              a brace
 *
 * A template that names what is not there, or is not closed, is refused with line and column: a letter never goes out
 * with a hole in it.
 */
#ifndef FYR_LEASE_LETTER_RULES_H
#define FYR_LEASE_LETTER_RULES_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

enum { LETTER_FIELDS_MAX = 24, LETTER_ABOUT_SIZE = 240 };

typedef struct {
    const char *name; /* NULL ends a list */
    const char *text; /* UTF-8 */
} letter_field_t;

typedef struct {
    letter_field_t fields[LETTER_FIELDS_MAX + 1];
} letter_fields_t;

typedef struct {
    letter_fields_t own;
    letter_fields_t *rows;
    size_t n_rows;
    const char *const *row_names; /* what a row may hold; NULL: such a letter has no rows */
} letter_t;

typedef struct {
    size_t line, column; /* from 1; columns are characters */
    const char *flaw;    /* in English; followed by what it is about, "" when it says all */
    char about[LETTER_ABOUT_SIZE];
} letter_problem_t;

/* False, with `ret_problem` filled, when the template is wrong; what was appended until then is of no use. */
bool letter_write (const char *template_text, const letter_t *letter, buffer_t *out, letter_problem_t *ret_problem);

#endif
