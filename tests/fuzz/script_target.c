/*
 * The console's plays: CSV that somebody else may have written, as requests. Input: two bytes that name a method
 * (types.h), then the text of its file.
 *
 * Every cell that is read becomes part of a request that JSON understands, or is refused clearly.
 */
#include "fuzz/fuzz.h"
#include "fuzz/scratch.h"
#include "fuzz/types.h"

#include "base/csv.h"
#include "base/own.h"
#include "console/script.h"
#include "console/text_field.h"
#include "harness/messages.h"
#include "wire/json.h"

#include <stdio.h>

enum { MEMORY = 64 * 1024 * 1024, NAME_SIZE = 200, CELL_MAX = 64 * 1024 };

static catalogue_entry_t entry_by_mark (const uint8_t mark[TYPE_MARK_SIZE])
{
    for (size_t i = 0; i < catalogue_count (); i++) {
        uint8_t own[TYPE_MARK_SIZE];
        type_mark (catalogue_at (i).method->name, own);
        if (memcmp (own, mark, sizeof own) == 0)
            return catalogue_at (i);
    }
    return catalogue_at (((size_t) mark[0] << 8 | mark[1]) % catalogue_count ());
}

static void read_act (const act_t *act, const message_rule_t *rule, arena_t *arena)
{
    json_t *request = json_object (), *value;
    const char *column;
    json_object_foreach (act->cells, column, value)
    {
        fault_t why = { 0 };
        ensure (json_is_string (value));
        if (text_field_set (request, rule, column, json_string_value (value), &why) != STATUS_OK)
            expect_clear (why.status, &why);
    }
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    if (json_to_message (rule, request, arena, &message, &why) != STATUS_OK)
        expect_clear (why.status, &why);
    json_decref (request);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size < TYPE_MARK_SIZE)
        return 0;
    char name[NAME_SIZE];
    catalogue_entry_t entry = entry_by_mark (data);
    const char *brief = method_short_name (entry.method), *slash = strchr (brief, '/');
    snprintf (name, sizeof name, "1-%s.%.*s.%s.csv", entry.service ? entry.service : "node", (int) (slash - brief),
              brief, slash + 1);
    scratch_write (name, bytes_of (data + TYPE_MARK_SIZE, size - TYPE_MARK_SIZE));
    fault_t why = { 0 };
    char folder[NAME_SIZE];
    snprintf (folder, sizeof folder, "%s", scratch_folder ());
    owned (script) script = script_load (&(char *){ folder }, 1, NULL, &why);
    scratch_forget (name);
    if (!script) {
        expect_clear (why.status, &why);
        return 0;
    }
    owned (arena) arena = arena_new (MEMORY);
    ensure (script_count (script) <= size);
    for (size_t i = 0; i < script_count (script); i++)
        read_act (script_act (script, i), entry.method->request, arena);
    return 0;
}

/* A cell of what JSON has for a field; lists and messages as their first text or number, divided by '|'. */
static void cell_of (const json_t *value, buffer_t *out)
{
    size_t index;
    const json_t *item;
    const char *key;
    if (json_is_string (value))
        buffer_append_text (out, json_string_value (value));
    else if (json_is_integer (value))
        buffer_printf (out, "%lld", (long long) json_integer_value (value));
    else if (json_is_boolean (value))
        buffer_append_text (out, json_is_true (value) ? "ja" : "nej");
    json_array_foreach (value, index, item)
    {
        buffer_append_text (out, index ? "|" : "");
        cell_of (item, out);
    }
    json_object_foreach ((json_t *) (uintptr_t) value, key, item)
    {
        cell_of (item, out);
        buffer_append_text (out, ":");
    }
}

static void write_sheet (const json_t *request, buffer_t *out)
{
    csv_writer_t writer = csv_writer (out, false);
    const char *column;
    const json_t *value;
    csv_write (&writer, "at");
    json_object_foreach ((json_t *) (uintptr_t) request, column, value) csv_write (&writer, column);
    csv_end_row (&writer);
    csv_write (&writer, "2026-03-02 09:00");
    json_object_foreach ((json_t *) (uintptr_t) request, column, value)
    {
        owned_buffer cell = BUFFER (CELL_MAX);
        cell_of (value, &cell);
        csv_write (&writer, buffer_text (&cell));
    }
    csv_end_row (&writer);
}

size_t LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    if (size >= TYPE_MARK_SIZE && seed % 8 != 0)
        return TYPE_MARK_SIZE +
               LLVMFuzzerMutate (data + TYPE_MARK_SIZE, size - TYPE_MARK_SIZE, max_size - TYPE_MARK_SIZE);
    owned (arena) arena = arena_new (MEMORY);
    drawer_t drawer = { .seed = seed, .arena = arena };
    const method_t *method = catalogue_at ((size_t) draw_between (&drawer, 0, (int64_t) catalogue_count () - 1)).method;
    json_t *request = json_from_message (method->request, draw_message (&drawer, method->request), true);
    owned_buffer out = BUFFER (max_size);
    uint8_t mark[TYPE_MARK_SIZE];
    type_mark (method->name, mark);
    buffer_append (&out, mark, sizeof mark);
    write_sheet (request, &out);
    json_decref (request);
    if (out.overflowed)
        return size;
    memcpy (data, out.data, out.size);
    return out.size;
}
