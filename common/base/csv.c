#include "base/csv.h"

#include "base/ensure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char BOM[] = "\xEF\xBB\xBF";

typedef struct {
    size_t count;
    size_t used;
    size_t starts[CSV_COLUMNS_MAX]; /* of each field in `bytes` */
    char bytes[CSV_COLUMNS_MAX * (CSV_FIELD_MAX + 1)];
} row_t;

struct csv {
    bytes_t text;
    char separator;
    size_t at;
    size_t line;           /* of the byte at `at` */
    size_t row_line;       /* where the current row begins */
    size_t field_line;     /* where the current field begins */
    size_t column;         /* of the current field, also past CSV_COLUMNS_MAX */
    bool is_bad;           /* then no more of the row is kept, but it is read to its end */
    csv_problem_t problem; /* the first of the row being read */
    bool has_header;
    row_t header;
    row_t row;
};

csv_t *csv_new (bytes_t text, char separator)
{
    ensure (separator == ';' || separator == ',' || separator == '\t');
    csv_t *self = calloc (1, sizeof *self);
    ensure (self);
    self->text = text;
    self->separator = separator;
    self->line = 1;
    if (text.size >= sizeof BOM - 1 && memcmp (text.data, BOM, sizeof BOM - 1) == 0)
        self->at = sizeof BOM - 1;
    return self;
}

void csv_destroy (csv_t **self)
{
    free (*self);
    *self = NULL;
}

static bool at_end (const csv_t *self)
{
    return self->at == self->text.size;
}

static bool at_byte (const csv_t *self, char byte)
{
    return !at_end (self) && self->text.data[self->at] == (uint8_t) byte;
}

static bool at_line_break (const csv_t *self)
{
    if (at_byte (self, '\n'))
        return true;
    return at_byte (self, '\r') && self->at + 1 < self->text.size && self->text.data[self->at + 1] == '\n';
}

static bool at_field_end (const csv_t *self)
{
    return at_end (self) || at_byte (self, self->separator) || at_line_break (self);
}

static char take (csv_t *self)
{
    char byte = (char) self->text.data[self->at++];
    if (byte == '\n')
        self->line++;
    return byte;
}

static bool take_if (csv_t *self, char byte)
{
    if (!at_byte (self, byte))
        return false;
    take (self);
    return true;
}

static void take_line_break (csv_t *self)
{
    take_if (self, '\r');
    take_if (self, '\n');
}

static const char *const REASONS[] = {
    [CSV_TOO_MANY_COLUMNS] = "more columns than can be read",
    [CSV_FIELD_TOO_LONG] = "the field is too long, or its quote is not closed",
    [CSV_NOT_UTF8] = "the text is not UTF-8",
    [CSV_QUOTE_OPEN] = "a quote is opened and not closed",
    [CSV_TEXT_BEHIND_QUOTE] = "text follows the closing quote",
    [CSV_QUOTE_INSIDE] = "a quote inside a field that is not quoted",
    [CSV_LONE_RETURN] = "a carriage return without a line feed",
    [CSV_NO_HEADER] = "there is no header: the file is empty",
    [CSV_NAME_EMPTY] = "the column has no name",
    [CSV_NAME_TWICE] = "the name of the column is used twice",
};

/* The first problem of a row is the one that a person can act on; later ones are mostly its consequence. */
static void report (csv_t *self, csv_fault_t what)
{
    if (self->is_bad)
        return;
    self->is_bad = true;
    self->problem.line = self->field_line;
    self->problem.column = self->column + 1;
    self->problem.fault = what;
    snprintf (self->problem.reason, sizeof self->problem.reason, "%s", REASONS[what]);
}

static void begin_field (csv_t *self, row_t *row)
{
    self->field_line = self->line;
    if (self->column == CSV_COLUMNS_MAX)
        report (self, CSV_TOO_MANY_COLUMNS);
    if (!self->is_bad)
        row->starts[row->count++] = row->used;
}

static void keep (csv_t *self, row_t *row, char byte)
{
    if (!self->is_bad && row->used - row->starts[row->count - 1] == CSV_FIELD_MAX)
        report (self, CSV_FIELD_TOO_LONG);
    if (!self->is_bad)
        row->bytes[row->used++] = byte;
}

static void end_field (csv_t *self, row_t *row)
{
    if (self->is_bad)
        return;
    size_t start = row->starts[row->count - 1];
    if (!utf8_valid (row->bytes + start, row->used - start))
        report (self, CSV_NOT_UTF8);
    row->bytes[row->used++] = '\0';
}

/* False when the text ends first. */
static bool read_quoted (csv_t *self, row_t *row)
{
    take (self);
    while (!at_end (self)) {
        char byte = take (self);
        if (byte == '"' && !take_if (self, '"'))
            return true;
        keep (self, row, byte);
    }
    return false;
}

/* A stray quote must not swallow the good rows after it: reading goes on with the line after the one it stands on. */
static void skip_line_of_quote (csv_t *self, size_t quote_at)
{
    report (self, CSV_QUOTE_OPEN);
    self->at = quote_at;
    self->line = self->field_line;
    while (!at_end (self) && !at_line_break (self))
        take (self);
}

static void read_field (csv_t *self, row_t *row)
{
    size_t start = self->at;
    bool quoted = at_byte (self, '"');
    if (quoted) {
        bool closed = read_quoted (self, row);
        bool closed_elsewhere = self->line != self->field_line && !at_field_end (self);
        if (!closed || closed_elsewhere)
            skip_line_of_quote (self, start);
    }
    while (!at_field_end (self)) {
        char byte = take (self);
        if (quoted)
            report (self, CSV_TEXT_BEHIND_QUOTE);
        if (byte == '"')
            report (self, CSV_QUOTE_INSIDE);
        if (byte == '\r')
            report (self, CSV_LONE_RETURN);
        keep (self, row, byte);
    }
}

static csv_result_t read_row (csv_t *self, row_t *row, csv_problem_t *reterr)
{
    while (at_line_break (self))
        take_line_break (self);
    row->count = 0;
    row->used = 0;
    self->row_line = self->line;
    if (at_end (self))
        return CSV_END;
    self->is_bad = false;
    self->column = 0;
    for (;;) {
        begin_field (self, row);
        read_field (self, row);
        end_field (self, row);
        if (!take_if (self, self->separator))
            break;
        self->column++;
    }
    take_line_break (self);
    if (!self->is_bad)
        return CSV_ROW;
    *reterr = self->problem;
    return CSV_BAD_ROW;
}

static const char *field_of (const row_t *row, size_t column)
{
    ensure (column < row->count);
    return row->bytes + row->starts[column];
}

void csv_complain (const csv_t *self, size_t column, csv_problem_t *ret, const char *format, ...)
{
    ret->line = self->row_line;
    ret->column = column + 1;
    ret->fault = CSV_COMPLAINT;
    va_list args;
    va_start (args, format);
    vsnprintf (ret->reason, sizeof ret->reason, format, args);
    va_end (args);
    /* A reason that was cut to size must not end in half a character. */
    size_t length = strlen (ret->reason);
    while (!utf8_valid (ret->reason, length))
        length--;
    ret->reason[length] = '\0';
}

static void complain_of (const csv_t *self, size_t column, csv_problem_t *ret, csv_fault_t what)
{
    csv_complain (self, column, ret, "%s", REASONS[what]);
    ret->fault = what;
}

static bool find_name (const row_t *header, const char *name, size_t count, size_t *ret_column)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp (field_of (header, i), name) == 0) {
            *ret_column = i;
            return true;
        }
    }
    return false;
}

bool csv_read_header (csv_t *self, csv_problem_t *reterr)
{
    ensure (!self->has_header);
    csv_result_t result = read_row (self, &self->header, reterr);
    if (result == CSV_END)
        complain_of (self, 0, reterr, CSV_NO_HEADER);
    if (result != CSV_ROW)
        return false;
    for (size_t i = 0; i < self->header.count; i++) {
        const char *name = field_of (&self->header, i);
        size_t before;
        if (*name == '\0') {
            complain_of (self, i, reterr, CSV_NAME_EMPTY);
            return false;
        }
        if (find_name (&self->header, name, i, &before)) {
            complain_of (self, i, reterr, CSV_NAME_TWICE);
            return false;
        }
    }
    self->has_header = true;
    return true;
}

bool csv_column (const csv_t *self, const char *name, size_t *ret_column)
{
    return self->has_header && find_name (&self->header, name, self->header.count, ret_column);
}

size_t csv_columns (const csv_t *self)
{
    return self->has_header ? self->header.count : 0;
}

const char *csv_name (const csv_t *self, size_t column)
{
    return field_of (&self->header, column);
}

csv_result_t csv_next_row (csv_t *self, csv_problem_t *reterr)
{
    csv_result_t result = read_row (self, &self->row, reterr);
    if (result == CSV_ROW && self->has_header && self->row.count != self->header.count) {
        size_t count = self->row.count;
        size_t wanted = self->header.count;
        csv_complain (self, count < wanted ? count : wanted, reterr, "%zu fields where the header has %zu", count,
                      wanted);
        reterr->fault = CSV_OTHER_COUNT;
        result = CSV_BAD_ROW;
    }
    if (result != CSV_ROW)
        self->row.count = 0;
    return result;
}

size_t csv_count (const csv_t *self)
{
    return self->row.count;
}

const char *csv_field (const csv_t *self, size_t column)
{
    return field_of (&self->row, column);
}

size_t csv_line (const csv_t *self)
{
    return self->row_line;
}

csv_writer_t csv_writer (buffer_t *out, bool with_bom)
{
    if (with_bom)
        buffer_append_text (out, BOM);
    return (csv_writer_t){ .out = out, .row_start = out->size };
}

/* A comma is quoted too, for the reader that takes it for the separator; a BOM, for ours would take it for its own. */
static bool needs_quotes (const char *text)
{
    return strpbrk (text, ";,\"\r\n") || strncmp (text, BOM, sizeof BOM - 1) == 0;
}

static void begin_written (csv_writer_t *self)
{
    if (self->fields++ > 0)
        buffer_append_text (self->out, ";");
}

static void append_quoted (buffer_t *out, const char *prefix, const char *text)
{
    buffer_append_text (out, "\"");
    buffer_append_text (out, prefix);
    for (const char *quote; (quote = strchr (text, '"')); text = quote + 1) {
        buffer_append (out, text, (size_t) (quote - text));
        buffer_append_text (out, "\"\"");
    }
    buffer_append_text (out, text);
    buffer_append_text (out, "\"");
}

void csv_write (csv_writer_t *self, const char *text)
{
    begin_written (self);
    if (needs_quotes (text))
        append_quoted (self->out, "", text);
    else
        buffer_append_text (self->out, text);
}

void csv_write_foreign (csv_writer_t *self, const char *text)
{
    /* A tab or carriage return is skipped by the spreadsheet before it looks for a formula. */
    if (*text == '\0' || !strchr ("=+-@\t\r", *text)) {
        csv_write (self, text);
        return;
    }
    begin_written (self);
    append_quoted (self->out, "'", text);
}

void csv_end_row (csv_writer_t *self)
{
    /* A row of one empty field would be an empty line, and those are skipped by readers. */
    if (self->fields == 1 && self->out->size == self->row_start)
        buffer_append_text (self->out, "\"\"");
    buffer_append_text (self->out, "\r\n");
    self->fields = 0;
    self->row_start = self->out->size;
}
