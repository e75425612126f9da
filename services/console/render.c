#include "console/render.h"

#include "base/ensure.h"
#include "base/time.h"
#include "console/danish.h"
#include "console/say.h"
#include "danish/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { CELL_SIZE = 256, COLUMNS_MAX = 24, CELL_WIDTH_LEAST = 12, HEAD_LEAST = 8, GAP = 2, LABEL_WIDTH = 24 };

/* --- cells --- */

/* Characters, not bytes: æ, ø and å are one wide. */
static size_t width_of (const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += ((unsigned char) *text & 0xC0) != 0x80;
    return width;
}

/* What would move the cursor is a space: a name that came from elsewhere does nothing to the terminal. */
static void print_byte (FILE *out, char byte)
{
    fputc ((unsigned char) byte < 0x20 || byte == 0x7F ? ' ' : byte, out);
}

static void print_cell (FILE *out, const char *text, size_t width, bool last)
{
    size_t length = width_of (text), shown = length > width ? width - 1 : width;
    for (size_t begun = 0; *text; text++) {
        begun += ((unsigned char) *text & 0xC0) != 0x80;
        if (begun > shown)
            break;
        print_byte (out, *text);
    }
    if (length > width)
        fputs ("…", out);
    if (!last)
        fprintf (out, "%*s", (int) ((length > width ? 0 : width - length) + GAP), "");
}

/* --- tables --- */

typedef struct {
    const char *const *head, *const *cells;
    size_t columns, rows;
    size_t widths[COLUMNS_MAX]; /* 0: not shown */
    size_t least[COLUMNS_MAX];  /* what cutting leaves of it */
} table_t;

static void print_row (FILE *out, const table_t *table, const char *const *cells)
{
    size_t last = table->columns;
    while (last > 0 && table->widths[last - 1] == 0)
        last--;
    for (size_t c = 0; c < last; c++)
        if (table->widths[c])
            print_cell (out, cells[c], table->widths[c], c + 1 == last);
    fputc ('\n', out);
}

static size_t total (const table_t *table)
{
    size_t sum = 0;
    for (size_t c = 0; c < table->columns; c++)
        sum += table->widths[c] ? table->widths[c] + GAP : 0;
    return sum ? sum - GAP : 0;
}

static bool is_empty_column (const table_t *table, size_t column)
{
    for (size_t r = 0; r < table->rows; r++)
        if (table->cells[r * table->columns + column][0])
            return false;
    return table->rows > 0;
}

/* Nothing, or none of it, in every row: "0", "0,00 kr.". */
static bool says_little (const table_t *table, size_t column)
{
    for (size_t r = 0; r < table->rows; r++) {
        const char *cell = table->cells[r * table->columns + column];
        if (cell[0] && strcmp (cell, "0") != 0 && strcmp (cell, "0,00 kr.") != 0)
            return false;
    }
    return table->rows > 0;
}

/* "1.500,00 kr.", "2026-05-18 10:00", "12345674": half of it would be another one. */
static bool is_number (const char *text)
{
    return text[strspn (text, "0123456789-:.,/% kr")] == '\0';
}

static void measure (table_t *table, size_t column)
{
    size_t head = width_of (table->head[column]), widest = 0;
    bool numbers = true;
    for (size_t r = 0; r < table->rows; r++) {
        const char *cell = table->cells[r * table->columns + column];
        size_t width = width_of (cell);
        numbers = numbers && is_number (cell);
        widest = width > widest ? width : widest;
    }
    table->widths[column] = head > widest ? head : widest;
    table->least[column] = !numbers || widest == 0 ? CELL_WIDTH_LEAST : widest > HEAD_LEAST ? widest : HEAD_LEAST;
}

/* Cuts the widest columns, down to what is the least for each; `alone`: to whatever fits. Whether they fit then. */
static bool cut (table_t *table, size_t room, bool alone)
{
    while (total (table) > room) {
        size_t widest = COLUMNS_MAX;
        for (size_t c = 0; c < table->columns; c++)
            if (table->widths[c] > (alone ? 1 : table->least[c]) &&
                (widest == COLUMNS_MAX || table->widths[c] > table->widths[widest]))
                widest = c;
        if (widest == COLUMNS_MAX)
            return false;
        table->widths[widest]--;
    }
    return true;
}

/* Columns that say little go first; then the widest are cut, but no numbers; then the last ones go. One is always
 * shown. */
static void fit (table_t *table, size_t room)
{
    size_t natural[COLUMNS_MAX], shown = table->columns;
    for (size_t c = 0; c < table->columns; c++)
        natural[c] = table->widths[c];
    if (total (table) > room)
        for (size_t c = 1; c < table->columns; c++)
            natural[c] = says_little (table, c) ? 0 : natural[c];
    do {
        for (size_t c = 0; c < table->columns; c++)
            table->widths[c] = c < shown ? natural[c] : 0;
    } while (!cut (table, room, shown == 1) && --shown > 0);
}

/* What was left out for want of room, so that nobody takes it for all there is. */
static void print_left_out (FILE *out, const table_t *table, size_t room)
{
    char text[CELL_SIZE * 2] = "";
    for (size_t c = 0; c < table->columns; c++)
        if (table->widths[c] == 0 && !is_empty_column (table, c) && strlen (text) < sizeof text / 2)
            snprintf (text + strlen (text), sizeof text - strlen (text), "%s%s", text[0] ? ", " : "… ", table->head[c]);
    if (!text[0])
        return;
    print_cell (out, text, room, true);
    fputc ('\n', out);
}

void render_table_in (FILE *out, size_t room, const char *const *head, const char *const *cells, size_t columns,
                      size_t rows)
{
    table_t table = { .head = head, .cells = cells, .columns = columns, .rows = rows };
    ensure (columns <= COLUMNS_MAX);
    for (size_t c = 0; c < columns; c++)
        measure (&table, c);
    if (room)
        fit (&table, room);
    print_row (out, &table, head);
    for (size_t r = 0; r < rows; r++)
        print_row (out, &table, cells + r * columns);
    if (room)
        print_left_out (out, &table, room);
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

void render_table (const char *const *head, const char *const *cells, size_t columns, size_t rows)
{
    render_table_in (stdout, terminal_width (), head, cells, columns, rows);
}

/* --- cells of a reply --- */

/* A field of a message, and what its contract says of it. */
typedef struct {
    const ProtobufCFieldDescriptor *field;
    const field_rule_t *rule;
} column_t;

static column_t column_of (const message_rule_t *rule, size_t index)
{
    return (column_t){ &rule->descriptor->fields[index], &rule->fields[index] };
}

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

/* Words of enums in Danish; what is not stated shows as nothing. */
static const char *word_text (const char *word)
{
    static const char UNSPECIFIED[] = "UNSPECIFIED";
    size_t length = strlen (word), tail = sizeof UNSPECIFIED - 1;
    if (length >= tail && strcmp (word + length - tail, UNSPECIFIED) == 0)
        return "";
    return danish_word (word) ? danish_word (word) : word;
}

/* A refusal that is told in a reply: "LEASE_ROOM_TAKEN", or that and a message behind a colon. */
static bool reason_text (const char *text, char out[CELL_SIZE])
{
    char reason[REASON_MAX], sentence[DANISH_SENTENCE_SIZE];
    size_t length = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    if (length == 0 || length >= sizeof reason || (text[length] != '\0' && strncmp (text + length, ": ", 2) != 0))
        return false;
    snprintf (reason, sizeof reason, "%.*s", (int) length, text);
    const char *danish = danish_refusal (reason, "", sentence);
    if (danish)
        snprintf (out, CELL_SIZE, "%.*s", CELL_SIZE - 1, danish);
    return danish != NULL;
}

static const char *scalar_text (column_t column, json_t *value, char out[CELL_SIZE])
{
    char money[MONEY_TEXT_SIZE];
    const char *text = json_string_value (value);
    if (text && column.rule->format == FORMAT_INSTANT)
        return local_time (text, out);
    if (text && strcmp (column.field->name, "booked_by") == 0)
        return danish_caller (text);
    if (text && reason_text (text, out))
        return out;
    if (text)
        return column.field->type == PROTOBUF_C_TYPE_ENUM ? word_text (text) : text;
    if (json_is_boolean (value))
        return json_is_true (value) ? "ja" : "nej";
    if (!json_is_integer (value))
        return "";
    if (column.rule->format == FORMAT_ORE)
        snprintf (out, CELL_SIZE, "%s", money_text (json_integer_value (value), money));
    else if (column.rule->format == FORMAT_ID && json_integer_value (value) == 0)
        return ""; /* none */
    else
        snprintf (out, CELL_SIZE, "%lld", (long long) json_integer_value (value));
    return out;
}

/* "evner, timer" for words; how many there are for anything larger. */
static const char *list_text (column_t column, json_t *list, char out[CELL_SIZE])
{
    size_t length = 0, i;
    json_t *item;
    char text[CELL_SIZE];
    out[0] = '\0';
    if (json_is_object (json_array_get (list, 0)))
        snprintf (out, CELL_SIZE, "%zu", json_array_size (list));
    else
        json_array_foreach (list, i, item) if (length < CELL_SIZE) length += (size_t) snprintf (
            out + length, CELL_SIZE - length, "%s%s", i ? ", " : "", scalar_text (column, item, text));
    return out;
}

static const char *cell_text (column_t column, json_t *value, char out[CELL_SIZE])
{
    if (json_is_array (value))
        return list_text (column, value, out);
    return json_is_object (value) ? "…" : scalar_text (column, value, out);
}

/* Money is shown in kroner, so a heading that is not Danish does not say øre. */
static const char *heading (column_t column, char out[CELL_SIZE])
{
    const char *name = column.field->name, *danish = danish_field (name);
    size_t length = strlen (name);
    snprintf (out, CELL_SIZE, "%s", danish ? danish : name);
    if (!danish && column.rule->format == FORMAT_ORE && length > 4 && strcmp (name + length - 4, "_ore") == 0)
        out[length - 4] = '\0';
    return out;
}

/* --- lists --- */

static bool has_name_beside (json_t *item, const ProtobufCFieldDescriptor *field)
{
    char name[CELL_SIZE];
    snprintf (name, sizeof name, "%s_name", field->name);
    const char *text = json_string_value (json_object_get (item, name));
    return text && text[0];
}

/* The end of what begins on the same day is a time of that day. */
static bool ends_that_day (column_t column, json_t *item, char out[CELL_SIZE])
{
    const char *starts = json_string_value (json_object_get (item, "starts_at"));
    const char *ends = json_string_value (json_object_get (item, column.field->name));
    char begin[CELL_SIZE], end[CELL_SIZE];
    if (!starts || !ends || strcmp (column.field->name, "ends_at") != 0)
        return false;
    const char *from = local_time (starts, begin), *until = local_time (ends, end);
    if (strlen (until) <= ISO_DAY_SIZE || strncmp (from, until, ISO_DAY_SIZE - 1) != 0)
        return false;
    snprintf (out, CELL_SIZE, "%s", until + ISO_DAY_SIZE);
    return true;
}

/* A row that tells a refusal says it in one sentence, with the values in it, and not in its three fields. */
static bool tells_refusal (column_t column, json_t *item, char out[CELL_SIZE])
{
    char sentence[DANISH_SENTENCE_SIZE];
    const char *reason = json_string_value (json_object_get (item, "reason"));
    const char *values = json_string_value (json_object_get (item, "values"));
    const char *name = column.field->name;
    if (!reason || !values ||
        (strcmp (name, "reason") != 0 && strcmp (name, "message") != 0 && strcmp (name, "values") != 0))
        return false;
    const char *danish = strcmp (name, "message") == 0 ? danish_refusal (reason, values, sentence) : "";
    snprintf (out, CELL_SIZE, "%.*s", CELL_SIZE - 1,
              danish ? danish : json_string_value (json_object_get (item, name)));
    return true;
}

/* In a list a no is nothing, and a number is nothing where the name stands beside it. */
static const char *list_cell (const message_rule_t *rule, size_t index, json_t *item, char out[CELL_SIZE])
{
    column_t column = column_of (rule, index);
    json_t *value = json_object_get (item, column.field->name);
    if (json_is_false (value) ||
        (index > 0 && column.rule->format == FORMAT_ID && has_name_beside (item, column.field)))
        return "";
    return ends_that_day (column, item, out) || tells_refusal (column, item, out) ? out
                                                                                  : cell_text (column, value, out);
}

/* A table of a reply while it is put together; columns that say nothing in any row are left out. */
typedef struct {
    char **cells;
    char heads[COLUMNS_MAX][CELL_SIZE];
    const char *head[COLUMNS_MAX];
    size_t columns, rows;
} list_t;

static bool take_column (list_t *self, const message_rule_t *rule, size_t index, json_t *items)
{
    column_t column = column_of (rule, index);
    char text[CELL_SIZE];
    bool says = false;
    json_t *item;
    size_t r;
    json_array_foreach (items, r, item)
    {
        const char *cell = list_cell (rule, index, item, text);
        char *copy = strdup (cell);
        ensure (copy);
        self->cells[self->columns * self->rows + r] = copy;
        says = says || cell[0];
    }
    bool own_number = index == 0 && column.rule->format == FORMAT_ID;
    if (own_number)
        snprintf (self->heads[self->columns], CELL_SIZE, "nr.");
    else
        heading (column, self->heads[self->columns]);
    self->head[self->columns] = self->heads[self->columns];
    return says;
}

static void print_list (const message_rule_t *rule, json_t *items)
{
    list_t list = { .rows = json_array_size (items) };
    if (list.rows == 0) {
        puts ("ingen");
        return;
    }
    size_t all = rule->descriptor->n_fields < COLUMNS_MAX ? rule->descriptor->n_fields : COLUMNS_MAX;
    list.cells = calloc ((all + 1) * list.rows + 1, sizeof *list.cells);
    const char **turned = calloc (all * list.rows + 1, sizeof *turned);
    ensure (list.cells && turned);
    for (size_t i = 0; i < all; i++) {
        if (take_column (&list, rule, i, items)) {
            list.columns++;
            continue;
        }
        for (size_t r = 0; r < list.rows; r++)
            free (list.cells[list.columns * list.rows + r]);
    }
    for (size_t c = 0; c < list.columns; c++)
        for (size_t r = 0; r < list.rows; r++)
            turned[r * list.columns + c] = list.cells[c * list.rows + r];
    render_table (list.head, turned, list.columns, list.rows);
    for (size_t i = 0; i < list.columns * list.rows; i++)
        free (list.cells[i]);
    free (list.cells);
    free (turned);
}

/* --- replies --- */

/* What is not there is not mentioned. */
static bool print_label (const char *label, const char *text)
{
    if (!text[0])
        return false;
    print_cell (stdout, label, LABEL_WIDTH - GAP, false);
    puts (text);
    return true;
}

/* Whether there was anything to print. */
static bool print_field (const message_rule_t *rule, size_t index, json_t *reply)
{
    column_t column = column_of (rule, index);
    json_t *value = json_object_get (reply, column.field->name);
    const message_rule_t *inner = rule->submessages[index];
    char text[CELL_SIZE], label[CELL_SIZE];
    bool printed = false;
    heading (column, label);
    if (inner && json_is_array (value) && json_array_size (value) > 0) {
        printf ("\n%s\n", label);
        print_list (inner, value);
        printed = true;
    } else if (inner && json_is_object (value)) {
        printf ("\n%s\n", label);
        for (unsigned i = 0; i < inner->descriptor->n_fields; i++)
            (void) print_field (inner, i, value);
        printed = true;
    } else if (!inner && json_is_array (value)) {
        for (size_t i = 0; i < json_array_size (value); i++)
            printed |= print_label (printed ? "" : label, cell_text (column, json_array_get (value, i), text));
    } else if (!inner) {
        printed = print_label (label, cell_text (column, value, text));
    }
    return printed;
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
        puts ("udført");
    } else if (is_text_alone (type)) {
        fputs (json_string_value (json_object_get (reply, type->fields[0].name)), stdout);
    } else if (type->n_fields == 1 && type->fields[0].type == PROTOBUF_C_TYPE_MESSAGE &&
               type->fields[0].label == PROTOBUF_C_LABEL_REPEATED) {
        print_list (rule->submessages[0], json_object_get (reply, type->fields[0].name));
    } else {
        bool printed = false;
        for (unsigned i = 0; i < type->n_fields; i++)
            printed |= print_field (rule, i, reply);
        if (!printed)
            puts ("udført");
    }
}
