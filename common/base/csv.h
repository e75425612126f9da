/*
 * CSV (RFC 4180) from bytes in memory, and into a buffer.
 *
 * Reading: a row at a time, its fields copied into one bounded row, so a hostile file costs no more memory than an
 * honest one. A byte order mark, CRLF or LF, quoted fields with separators, quotes and line breaks in them are
 * understood; lines with nothing on them are skipped. Strict where a guess could move a value into another column:
 * a row that is not as it should be is reported with line, column and reason, and reading goes on with the next.
 * A quote that is not closed as it should be costs the line where it opened, not the good rows below it.
 *
 * Invariant: a row that is returned has valid UTF-8 without NUL in every field and, once a header is read, exactly
 * as many fields as the header.
 *
 * Columns count from 0 in calls and from 1 in a problem, where a person reads them; lines count from 1.
 *
 *     owned (csv) csv = csv_new (bytes, ';');
 *     if (!csv_read_header (csv, &problem)) ...
 *     csv_result_t result;
 *     while ((result = csv_next_row (csv, &problem)) != CSV_END) ...
 */
#ifndef FYR_BASE_CSV_H
#define FYR_BASE_CSV_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

enum { CSV_COLUMNS_MAX = 64, CSV_FIELD_MAX = 4096 /* bytes */, CSV_REASON_SIZE = 224 };

typedef struct csv csv_t;

typedef enum {
    CSV_COMPLAINT, /* the caller's own, see csv_complain */
    CSV_TOO_MANY_COLUMNS,
    CSV_FIELD_TOO_LONG,
    CSV_NOT_UTF8,
    CSV_QUOTE_OPEN,
    CSV_TEXT_BEHIND_QUOTE,
    CSV_QUOTE_INSIDE,
    CSV_LONE_RETURN,
    CSV_NO_HEADER,
    CSV_NAME_EMPTY,
    CSV_NAME_TWICE,
    CSV_OTHER_COUNT /* fields than in the header */
} csv_fault_t;

typedef struct {
    size_t line;   /* where the field begins */
    size_t column; /* number of the field */
    csv_fault_t fault;
    char reason[CSV_REASON_SIZE]; /* the same in English */
} csv_problem_t;

typedef enum { CSV_END, CSV_ROW, CSV_BAD_ROW } csv_result_t;

csv_t *csv_new (bytes_t text, char separator); /* `text` is borrowed for as long as the reader lives */
void csv_destroy (csv_t **self);

/* Takes the first row as names. False, with `reterr` filled, when there is none or a name is empty or used twice. */
bool csv_read_header (csv_t *self, csv_problem_t *reterr);
bool csv_column (const csv_t *self, const char *name, size_t *ret_column); /* false when the header has no such name */
const char *csv_name (const csv_t *self, size_t column);                   /* of the header; column < its columns */
size_t csv_columns (const csv_t *self);                                    /* 0 without a header */

/* `reterr` is filled on CSV_BAD_ROW only, and then there is no current row. */
csv_result_t csv_next_row (csv_t *self, csv_problem_t *reterr);

/* The current row. A field is borrowed until the next row is read. */
size_t csv_count (const csv_t *self);
const char *csv_field (const csv_t *self, size_t column); /* column < csv_count */
size_t csv_line (const csv_t *self);                      /* where the row begins */

/* Fills `ret` with a complaint of the caller's own about a field of the current row. */
void csv_complain (const csv_t *self, size_t column, csv_problem_t *ret, const char *format, ...)
    __attribute__ ((format (printf, 4, 5)));

/*
 * Writing, as a Danish spreadsheet opens it: ';' between fields, CRLF after rows, a byte order mark if asked for.
 * What csv_write writes reads back the same. Decimal commas are the caller's (see danish/money.h). That the buffer
 * overflowed shows on the buffer.
 */
typedef struct {
    buffer_t *out; /* borrowed */
    size_t row_start;
    size_t fields;
} csv_writer_t;

csv_writer_t csv_writer (buffer_t *out, bool with_bom);
void csv_write (csv_writer_t *self, const char *text);
/* For text that somebody typed: a leading = + - @ gets an apostrophe before it, or a spreadsheet would run it. */
void csv_write_foreign (csv_writer_t *self, const char *text);
void csv_end_row (csv_writer_t *self);

#endif
