/* Tables fit the terminal whatever is in them, and JSON has everything. */
#include "console/render.h"

#include "console/catalogue.h"
#include "console/danish.h"
#include "harness/chance.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 3000, COLUMNS = 14, ROWS = 5, CELL = 96, GAP = 2 };

/* --- what a table is made of --- */

typedef struct {
    size_t columns, rows;
    char text[(ROWS + 1) * COLUMNS][CELL];
    const char *cells[(ROWS + 1) * COLUMNS]; /* the first row is the head */
} sheet_t;

static size_t below (uint64_t *seed, size_t bound)
{
    return (size_t) (draw (seed) % bound);
}

/* Letters of one, two and three bytes, all one wide; and what would move the cursor. */
static void draw_cell (uint64_t *seed, size_t letters, char out[CELL])
{
    static const char *const LETTERS[] = { "a", "b", "æ", "ø", "å", "Å", "…", " ", "\n", "\t", "\033" };
    out[0] = '\0';
    for (size_t i = 0; i < letters && strlen (out) + 4 < CELL; i++)
        snprintf (out + strlen (out), CELL - strlen (out), "%s", LETTERS[below (seed, 11)]);
}

static sheet_t *draw_sheet (uint64_t *seed)
{
    sheet_t *sheet = calloc (1, sizeof *sheet);
    cr_assert (sheet);
    sheet->columns = 1 + below (seed, COLUMNS);
    sheet->rows = below (seed, ROWS + 1);
    for (size_t i = 0; i < (sheet->rows + 1) * sheet->columns; i++) {
        bool empty = i >= sheet->columns && i % sheet->columns % 3 == 1 && below (seed, 4) > 0;
        draw_cell (seed, empty ? 0 : 1 + below (seed, 30), sheet->text[i]);
        sheet->cells[i] = sheet->text[i];
    }
    return sheet;
}

/* Characters, counted the way a terminal does. */
static size_t width (const char *line, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char) line[i] & 0xC0) != 0x80;
    return count;
}

static char *drawn (const sheet_t *sheet, size_t room)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream (&text, &size);
    cr_assert (out);
    render_table_in (out, room, sheet->cells, sheet->cells + sheet->columns, sheet->columns, sheet->rows);
    fclose (out);
    return text;
}

/* Gives the number of lines. */
static size_t check_lines (const char *text, size_t room)
{
    size_t lines = 0;
    for (const char *line = text; *line; lines++) {
        size_t size = strcspn (line, "\n");
        cr_assert_leq (width (line, size), room, "%zu wide, room for %zu:\n%s", width (line, size), room, text);
        for (size_t i = 0; i < size; i++)
            cr_assert ((unsigned char) line[i] >= 0x20, "byte %02x", (unsigned char) line[i]);
        cr_assert (line[size] == '\n');
        line += size + 1;
    }
    return lines;
}

Test (tables, no_line_is_wider_than_the_terminal_and_each_row_is_a_line, .description = "X5")
{
    uint64_t seed = 1;
    for (int round = 0; round < ROUNDS; round++) {
        sheet_t *sheet = draw_sheet (&seed);
        size_t room = 1 + below (&seed, 200);
        char *text = drawn (sheet, room);
        size_t lines = check_lines (text, room);
        cr_assert (lines == sheet->rows + 1 || lines == sheet->rows + 2, "%zu lines of %zu rows", lines, sheet->rows);
        free (text);
        free (sheet);
    }
}

Test (tables, with_room_enough_every_cell_is_there_whole_in_its_column, .description = "X5")
{
    uint64_t seed = 2;
    for (int round = 0; round < ROUNDS / 10; round++) {
        sheet_t *sheet = draw_sheet (&seed);
        char *text = drawn (sheet, 0), *line = text;
        for (size_t r = 0; r <= sheet->rows; r++) {
            size_t at = 0;
            for (size_t c = 0; c < sheet->columns; c++) {
                const char *cell = sheet->cells[r * sheet->columns + c];
                size_t widest = 0;
                for (size_t i = 0; i <= sheet->rows; i++) {
                    const char *other = sheet->cells[i * sheet->columns + c];
                    widest = width (other, strlen (other)) > widest ? width (other, strlen (other)) : widest;
                }
                for (size_t i = 0; i < strlen (cell); i++)
                    cr_assert (line[at + i] == ((unsigned char) cell[i] < 0x20 ? ' ' : cell[i]), "%s", text);
                at += strlen (cell) + (c + 1 < sheet->columns ? widest - width (cell, strlen (cell)) + GAP : 0);
            }
            cr_assert (line[at] == '\n', "%s", text);
            line += at + 1;
        }
        free (text);
        free (sheet);
    }
}

/* Half of an amount or a time would be another one. */
Test (tables, a_number_is_whole_or_not_there, .description = "X5")
{
    static const char *const HEAD[] = { "nr.", "begynder", "titel", "leje/md.", "frigives efter (min)", "lejer" };
    static const char *const CELLS[] = {
        "71169", "2026-06-01 09:00",         "Ansæt rummeligt: opgaver og rammer", "1.500,00 kr.",
        "20",    "Rummelige Vaskeri og Rens"
    };
    for (size_t room = 6; room < 140; room++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream (&text, &size);
        render_table_in (out, room, HEAD, CELLS, 6, 1);
        fclose (out);
        check_lines (text, room);
        char *row = strchr (text, '\n') + 1;
        for (char *cut = strstr (row, "…"); cut && cut < strchr (row, '\n'); cut = strstr (cut + 1, "…"))
            cr_assert (cut[-1] < '0' || cut[-1] > '9', "%zu:\n%s", room, text);
        free (text);
    }
}

Test (tables, what_is_left_out_for_want_of_room_is_named, .description = "X5")
{
    static const char *const HEAD[] = { "nr.", "lejer", "husleje" };
    static const char *const CELLS[] = { "1", "Husum Kaffe og Bageri", "1.500,00 kr." };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream (&text, &size);
    render_table_in (out, 24, HEAD, CELLS, 3, 1);
    fclose (out);
    cr_expect (strstr (text, "… husleje\n") && !strstr (text, "1.500"), "%s", text);
    free (text);
}

Test (tables, columns_of_nothing_but_noughts_make_room_for_words_and_are_named, .description = "X5")
{
    static const char *const HEAD[] = { "nr.", "lejer", "timer/uge", "depositum", "hvorfor" };
    static const char *const CELLS[] = { "1", "Husum Kaffe",  "0", "0,00 kr.", "Står først.",
                                         "2", "Husum Bageri", "0", "0,00 kr.", "Står efter Husum Kaffe, fra juni." };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream (&text, &size);
    render_table_in (out, 60, HEAD, CELLS, 5, 2);
    fclose (out);
    cr_expect (strstr (text, "Står efter Husum Kaffe, fra juni.") && strstr (text, "… timer/uge, depositum\n"), "%s",
               text);
    free (text);
}

/* --- replies --- */

Test (tables, json_has_every_field_of_the_reply_and_its_contracts_names, .description = "X5",
      .init = cr_redirect_stdout)
{
    catalogue_entry_t entry;
    cr_assert_eq (catalogue_find ("lease.House/ListDesks", &entry, NULL), STATUS_OK);
    json_t *reply = json_pack ("{s[{sI, sI, ss, ss, sI, sI, ss}]}", "desks", "desk", (json_int_t) 7, "premises",
                               (json_int_t) 3, "name", "Plads 1 æøå", "state", "LET", "lease", (json_int_t) 0, "tenant",
                               (json_int_t) 9, "tenant_name", "FREE");
    char text[4096];
    render_reply (entry.method->reply, reply, true);
    fflush (stdout);
    FILE *out = cr_get_redirected_stdout ();
    size_t size = fread (text, 1, sizeof text - 1, out);
    text[size] = '\0';
    json_t *back = json_loads (text, JSON_DISABLE_EOF_CHECK, NULL);
    cr_assert (json_equal (reply, back), "%s", text);
    json_decref (back);
    json_decref (reply);
}

/* Every field and every word that a table can show to a house manager or a guide. */
static void check_message (const message_rule_t *rule, int depth, size_t *seen)
{
    const ProtobufCMessageDescriptor *type = rule->descriptor;
    for (unsigned i = 0; i < type->n_fields && depth < 6; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        *seen += 1;
        cr_expect (danish_field (field->name), "%s.%s", type->name, field->name);
        if (field->type == PROTOBUF_C_TYPE_ENUM) {
            const ProtobufCEnumDescriptor *words = field->descriptor;
            for (unsigned v = 1; v < words->n_values; v++)
                cr_expect (danish_word (words->values[v].name), "%s.%s", words->name, words->values[v].name);
        }
        if (rule->submessages[i])
            check_message (rule->submessages[i], depth + 1, seen);
    }
}

Test (tables, a_reason_that_stands_in_a_reply_is_read_as_a_sentence, .description = "X5, G4",
      .init = cr_redirect_stdout)
{
    catalogue_entry_t entry;
    cr_assert_eq (catalogue_find ("guidance.Sessions/ListSessions", &entry, NULL), STATUS_OK);
    json_t *reply =
        json_pack ("{s[{sI, ss, ss, ss, sI, ss}]}", "sessions", "session", (json_int_t) 7, "state", "REFUSED", "reason",
                   "LEASE_ROOM_TAKEN", "room_reason", "TMF ringer", "room", (json_int_t) 9, "room_name", "Lygten");
    char text[4096];
    render_reply (entry.method->reply, reply, false);
    fflush (stdout);
    FILE *out = cr_get_redirected_stdout ();
    size_t size = fread (text, 1, sizeof text - 1, out);
    text[size] = '\0';
    cr_expect (strstr (text, "Lokalet er optaget") && !strstr (text, "LEASE_ROOM_TAKEN") &&
                   strstr (text, "TMF ringer") && strstr (text, "Lygten"),
               "%s", text);
    json_decref (reply);
}

Test (tables, all_that_staff_see_has_a_danish_heading, .description = "X5")
{
    size_t seen = 0;
    for (size_t i = 0; i < catalogue_count (); i++) {
        catalogue_entry_t entry = catalogue_at (i);
        const char *brief = method_short_name (entry.method);
        bool theirs =
            entry.service && (strcmp (entry.service, "lease") == 0 || strcmp (entry.service, "guidance") == 0);
        if (theirs && !entry.method->command && strncmp (brief, "Names/", 6) != 0)
            check_message (entry.method->reply, 0, &seen);
        if (theirs && strncmp (brief, "Names/", 6) != 0)
            check_message (entry.method->request, 0, &seen);
    }
    cr_expect_gt (seen, 200, "only %zu fields were looked at", seen);
}
