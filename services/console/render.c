#include "console/render.h"

#include "base/ensure.h"
#include "base/time.h"
#include "console/say.h"
#include "danish/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { CELL_SIZE = 256, COLUMNS_MAX = 24, CELL_WIDTH_MAX = 48, CELL_WIDTH_LEAST = 8, GAP = 2 };

/* Characters, not bytes: æ, ø and å are one wide. */
static size_t width_of (const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += ((unsigned char) *text & 0xC0) != 0x80;
    return width;
}

static void print_cell (const char *text, size_t width, bool last)
{
    size_t length = width_of (text);
    if (length > width) {
        size_t shown = 0;
        for (; *text && shown < width - 1; text++) {
            fputc (*text, stdout);
            shown += ((unsigned char) text[1] & 0xC0) != 0x80;
        }
        fputs ("…", stdout);
        length = width;
    } else {
        fputs (text, stdout);
    }
    if (!last)
        printf ("%*s", (int) (width - length + GAP), "");
}

static void print_row (const char *const *cells, const size_t *widths, size_t columns)
{
    size_t last = columns;
    while (last > 0 && widths[last - 1] == 0)
        last--;
    for (size_t i = 0; i < last; i++)
        if (widths[i])
            print_cell (cells[i], widths[i], i + 1 == last);
    fputc ('\n', stdout);
}

/* Characters in a line of the terminal, or as COLUMNS says; 0: no limit, as for a file or a program. */
static size_t terminal_width (void)
{
    const char *columns = getenv ("COLUMNS");
    struct winsize size;
    if (!isatty (STDOUT_FILENO))
        return 0;
    if (columns && strtol (columns, NULL, 10) > 0)
        return (size_t) strtol (columns, NULL, 10);
    return ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static size_t total (const size_t *widths, size_t columns)
{
    size_t sum = 0;
    for (size_t c = 0; c < columns; c++)
        sum += widths[c] ? widths[c] + GAP : 0;
    return sum ? sum - GAP : 0;
}

static bool is_empty_column (const char *const *cells, size_t columns, size_t rows, size_t column)
{
    for (size_t r = 0; r < rows; r++)
        if (cells[r * columns + column][0])
            return false;
    return rows > 0;
}

/* First goes what says nothing, then the widest columns are cut. Width 0 is a column that is not shown. */
static void fit (size_t *widths, const char *const *cells, size_t columns, size_t rows, size_t room)
{
    for (size_t c = 0; c < columns && total (widths, columns) > room; c++)
        if (is_empty_column (cells, columns, rows, c))
            widths[c] = 0;
    while (total (widths, columns) > room) {
        size_t widest = 0;
        for (size_t c = 1; c < columns; c++)
            widest = widths[c] > widths[widest] ? c : widest;
        if (widths[widest] <= CELL_WIDTH_LEAST)
            return;
        widths[widest]--;
    }
}

void render_table (const char *const *head, const char *const *cells, size_t columns, size_t rows)
{
    size_t widths[COLUMNS_MAX], room = terminal_width ();
    ensure (columns <= COLUMNS_MAX);
    for (size_t c = 0; c < columns; c++) {
        widths[c] = width_of (head[c]);
        for (size_t r = 0; r < rows; r++) {
            size_t width = width_of (cells[r * columns + c]);
            width = width < CELL_WIDTH_MAX ? width : CELL_WIDTH_MAX;
            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
    if (room)
        fit (widths, cells, columns, rows, room);
    print_row (head, widths, columns);
    for (size_t r = 0; r < rows; r++)
        print_row (cells + r * columns, widths, columns);
}

/* --- cells of a reply --- */

static const char *local_time (const char *iso, char out[CELL_SIZE])
{
    int64_t instant;
    char day[ISO_DAY_SIZE];
    if (!instant_parse (iso, &instant))
        return iso;
    int minute = copenhagen_minute (instant);
    snprintf (out, CELL_SIZE, "%s %02d:%02d", day_text (copenhagen_day (instant), day), minute / 60, minute % 60);
    return out;
}

static const char *cell_text (const field_rule_t *rule, json_t *value, char out[CELL_SIZE]);

/* "ABILITIES, HOURS" for words; how many there are for anything larger. */
static const char *list_text (const field_rule_t *rule, json_t *list, char out[CELL_SIZE])
{
    size_t length = 0, i;
    json_t *item;
    char text[CELL_SIZE];
    snprintf (out, CELL_SIZE, "%s", "");
    json_array_foreach (list, i, item)
    {
        if (json_is_object (item)) {
            snprintf (out, CELL_SIZE, "%zu", json_array_size (list));
            return out;
        }
        if (length < CELL_SIZE)
            length += (size_t) snprintf (out + length, CELL_SIZE - length, "%s%s", i ? ", " : "",
                                         cell_text (rule, item, text));
    }
    return out;
}

/* What is not stated shows as nothing. */
static const char *word_text (const char *word)
{
    static const char UNSPECIFIED[] = "UNSPECIFIED";
    size_t length = strlen (word), tail = sizeof UNSPECIFIED - 1;
    return length >= tail && strcmp (word + length - tail, UNSPECIFIED) == 0 ? "" : word;
}

static const char *cell_text (const field_rule_t *rule, json_t *value, char out[CELL_SIZE])
{
    char money[MONEY_TEXT_SIZE];
    if (json_is_string (value))
        return rule->format == FORMAT_INSTANT ? local_time (json_string_value (value), out)
                                              : word_text (json_string_value (value));
    if (json_is_integer (value) && rule->format == FORMAT_ORE)
        snprintf (out, CELL_SIZE, "%s", money_text (json_integer_value (value), money));
    else if (json_is_integer (value))
        snprintf (out, CELL_SIZE, "%lld", (long long) json_integer_value (value));
    else if (json_is_boolean (value))
        return json_is_true (value) ? "yes" : "no";
    else if (json_is_array (value))
        return list_text (rule, value, out);
    else
        return json_is_object (value) ? "…" : "";
    return out;
}

/* Money is shown in kroner, so its heading does not say øre. */
static const char *heading (const ProtobufCFieldDescriptor *field, const field_rule_t *rule, char out[CELL_SIZE])
{
    size_t length = strlen (field->name);
    snprintf (out, CELL_SIZE, "%s", field->name);
    if (rule->format == FORMAT_ORE && length > 4 && strcmp (field->name + length - 4, "_ore") == 0)
        out[length - 4] = '\0';
    return out;
}

static char *copy (const char *text)
{
    char *same = strdup (text);
    ensure (same);
    return same;
}

static void print_list (const message_rule_t *rule, json_t *list)
{
    size_t columns = rule->descriptor->n_fields < COLUMNS_MAX ? rule->descriptor->n_fields : COLUMNS_MAX;
    size_t rows = json_array_size (list);
    const char *head[COLUMNS_MAX] = { NULL };
    char headings[COLUMNS_MAX][CELL_SIZE];
    char **cells = calloc (rows * columns + 1, sizeof *cells);
    ensure (cells);
    for (size_t c = 0; c < columns; c++) {
        const char *name = rule->descriptor->fields[c].name;
        head[c] = heading (&rule->descriptor->fields[c], &rule->fields[c], headings[c]);
        for (size_t r = 0; r < rows; r++) {
            char text[CELL_SIZE];
            cells[r * columns + c] =
                copy (cell_text (&rule->fields[c], json_object_get (json_array_get (list, r), name), text));
        }
    }
    render_table (head, (const char *const *) cells, columns, rows);
    for (size_t i = 0; i < rows * columns; i++)
        free (cells[i]);
    free (cells);
}

static void print_field (const message_rule_t *rule, size_t index, json_t *reply)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    json_t *value = json_object_get (reply, field->name);
    char text[CELL_SIZE];
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && field->label == PROTOBUF_C_LABEL_REPEATED) {
        if (json_array_size (value) == 0)
            return;
        printf ("\n%s\n", field->name);
        print_list (rule->submessages[index], value);
    } else if (field->type == PROTOBUF_C_TYPE_MESSAGE && json_is_object (value)) {
        printf ("\n%s\n", field->name);
        for (unsigned i = 0; i < rule->submessages[index]->descriptor->n_fields; i++)
            print_field (rule->submessages[index], i, value);
    } else if (json_is_array (value)) {
        for (size_t i = 0; i < json_array_size (value); i++)
            printf ("%-24s %s\n", i ? "" : field->name,
                    cell_text (&rule->fields[index], json_array_get (value, i), text));
    } else {
        printf ("%-24s %s\n", field->name, cell_text (&rule->fields[index], value, text));
    }
}

/* A letter, a calendar: for a file or a reader, and not a field of anything. */
static bool is_text_alone (const ProtobufCMessageDescriptor *type)
{
    return type->n_fields == 1 && type->fields[0].type == PROTOBUF_C_TYPE_STRING &&
           type->fields[0].label != PROTOBUF_C_LABEL_REPEATED;
}

void render_reply (const message_rule_t *rule, json_t *reply, bool as_json)
{
    const ProtobufCMessageDescriptor *type = rule->descriptor;
    if (as_json) {
        say_json (json_incref (reply));
    } else if (type->n_fields == 0) {
        puts ("done");
    } else if (is_text_alone (type)) {
        fputs (json_string_value (json_object_get (reply, type->fields[0].name)), stdout);
    } else if (type->n_fields == 1 && type->fields[0].type == PROTOBUF_C_TYPE_MESSAGE &&
               type->fields[0].label == PROTOBUF_C_LABEL_REPEATED) {
        print_list (rule->submessages[0], json_object_get (reply, type->fields[0].name));
    } else {
        for (unsigned i = 0; i < type->n_fields; i++)
            print_field (rule, i, reply);
    }
}
