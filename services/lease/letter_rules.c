#include "lease/letter_rules.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 40, WIDTH_MAX = 200 };

static const char EACH[] = "{hver}", END[] = "{slut}";

typedef struct {
    const char *start, *at;
    const letter_t *letter;
    const letter_fields_t *row; /* NULL outside {hver} */
    bool in_rows;
    buffer_t *out;
    letter_problem_t *problem;
} writer_t;

/* --- where we are --- */

static bool is_character_start (char byte)
{
    return ((unsigned char) byte & 0xC0) != 0x80;
}

static size_t count_characters (const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += is_character_start (text[i]);
    return count;
}

static bool complain (const writer_t *self, const char *at, const char *flaw, const char *about)
{
    const char *line_start = self->start;
    self->problem->line = 1;
    for (const char *byte = self->start; byte < at; byte++)
        if (*byte == '\n') {
            self->problem->line++;
            line_start = byte + 1;
        }
    self->problem->column = count_characters (line_start, (size_t) (at - line_start)) + 1;
    self->problem->flaw = flaw;
    snprintf (self->problem->about, sizeof self->problem->about, "%s", about);
    return false;
}

/* --- fields --- */

static const char *find_field (const letter_field_t *fields, const char *name)
{
    for (; fields->name; fields++)
        if (strcmp (fields->name, name) == 0)
            return fields->text;
    return NULL;
}

static bool is_row_name (const writer_t *self, const char *name)
{
    const char *const *names = self->letter->row_names;
    while (self->in_rows && names && *names && strcmp (*names, name) != 0)
        names++;
    return self->in_rows && names && *names;
}

static bool unknown_field (const writer_t *self, const char *at, const char *name)
{
    char known[LETTER_ABOUT_SIZE] = "";
    snprintf (known, sizeof known, "{%s}:", name);
    for (const letter_field_t *field = self->letter->own.fields; field->name; field++)
        snprintf (known + strlen (known), sizeof known - strlen (known), " {%s}", field->name);
    for (const char *const *row = self->letter->row_names; self->in_rows && row && *row; row++)
        snprintf (known + strlen (known), sizeof known - strlen (known), " {%s}", *row);
    return complain (self, at, "what stands first is none of the names ", known);
}

static void fill (const writer_t *self, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_append_text (self->out, " ");
}

static void append_in_width (const writer_t *self, const char *text, size_t width, bool to_the_right)
{
    size_t length = count_characters (text, strlen (text));
    size_t missing = length < width ? width - length : 0;
    if (to_the_right)
        fill (self, missing);
    buffer_append_text (self->out, text);
    if (!to_the_right)
        fill (self, missing);
}

/* "name", "name:20" or "name:>14", between the braces. */
static bool read_placeholder (const writer_t *self, const char *close, char name[NAME_SIZE], size_t *ret_width,
                              bool *ret_right)
{
    const char *inside = self->at + 1;
    size_t length = strcspn (inside, ":}");
    if (length == 0 || length >= NAME_SIZE)
        return complain (self, self->at, "a name is missing, or too long, after ", "{");
    memcpy (name, inside, length);
    name[length] = '\0';
    *ret_width = 0;
    *ret_right = false;
    if (inside + length == close)
        return true;
    const char *width = inside + length + 1;
    *ret_right = *width == '>';
    width += *ret_right;
    char *end = NULL;
    unsigned long number = isdigit ((unsigned char) *width) ? strtoul (width, &end, 10) : 0;
    if (end != close || number == 0 || number > WIDTH_MAX)
        return complain (self, width, "a width is a number from 1 to 200", "");
    *ret_width = number;
    return true;
}

static bool write_field (writer_t *self)
{
    char name[NAME_SIZE];
    size_t width = 0;
    bool to_the_right = false;
    const char *close = self->at + strcspn (self->at, "}\n");
    if (*close != '}')
        return complain (self, self->at, "a brace is not closed on its line; one that is meant itself is ", "{{");
    if (!read_placeholder (self, close, name, &width, &to_the_right))
        return false;
    const char *text = self->row ? find_field (self->row->fields, name) : NULL;
    if (!text)
        text = find_field (self->letter->own.fields, name);
    if (!text && is_row_name (self, name))
        text = "";
    if (!text)
        return unknown_field (self, self->at, name);
    append_in_width (self, text, width, to_the_right);
    self->at = close + 1;
    return true;
}

/* --- rows --- */

/* A line with nothing but this on it goes altogether. */
static const char *after_mark (const char *start, const char *mark, size_t size)
{
    const char *after = mark + size;
    bool alone = mark == start || mark[-1] == '\n';
    return alone && *after == '\n' ? after + 1 : after;
}

static bool write_text (writer_t *self, const char *until);

static bool write_rows (writer_t *self)
{
    const char *begin = self->at;
    if (self->in_rows)
        return complain (self, begin, "{hver} stands within another {hver}", "");
    if (!self->letter->row_names)
        return complain (self, begin, "this letter has no rows for {hver}", "");
    const char *end = strstr (begin, END);
    if (!end)
        return complain (self, begin, "{hver} without {slut}", "");
    const char *body = after_mark (self->start, begin, strlen (EACH));
    size_t before = self->out->size;
    size_t rounds = self->letter->n_rows ? self->letter->n_rows : 1; /* one to be checked, and taken away again */
    self->in_rows = true;
    for (size_t i = 0; i < rounds; i++) {
        self->row = self->letter->n_rows ? &self->letter->rows[i] : NULL;
        self->at = body;
        if (!write_text (self, end))
            return false;
    }
    self->in_rows = false;
    self->row = NULL;
    if (self->letter->n_rows == 0)
        self->out->size = before;
    self->at = after_mark (self->start, end, strlen (END));
    return true;
}

static bool starts_with (const char *text, const char *mark)
{
    return strncmp (text, mark, strlen (mark)) == 0;
}

static bool write_text (writer_t *self, const char *until)
{
    while (self->at < until) {
        size_t plain = strcspn (self->at, "{");
        if (plain > (size_t) (until - self->at))
            plain = (size_t) (until - self->at);
        buffer_append (self->out, self->at, plain);
        self->at += plain;
        if (self->at == until)
            break;
        if (starts_with (self->at, "{{")) {
            buffer_append_text (self->out, "{");
            self->at += 2;
        } else if (starts_with (self->at, END)) {
            return complain (self, self->at, "{slut} without {hver}", "");
        } else if (!(starts_with (self->at, EACH) ? write_rows (self) : write_field (self))) {
            return false;
        }
    }
    return true;
}

bool letter_write (const char *template_text, const letter_t *letter, buffer_t *out, letter_problem_t *ret_problem)
{
    writer_t writer = {
        .start = template_text, .at = template_text, .letter = letter, .out = out, .problem = ret_problem
    };
    return write_text (&writer, template_text + strlen (template_text));
}
