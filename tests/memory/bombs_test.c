/*
 * Bombs: input that costs more than it says. Each kind is measured to cost no more memory than a named limit, and to be
 * answered with exactly one clear refusal.
 */
#include "memory/failing.h"

#include "base/csv.h"
#include "base/own.h"
#include "fuzz/types.h"
#include "harness/messages.h"
#include "specimen/specimen.contract.h"
#include "wire/json.h"
#include "wire/member.h"
#include "wire/message.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MEBIBYTE = 1024 * 1024,
    ARENA_MAX = 1024 * MEBIBYTE, /* more than any bomb may take, so that it is not the arena that stops it */
    DEPTH_MAX = 6,               /* of messages within messages, in every contract */
    CSV_MEMORY_MAX = 1024 * 1024 /* a reader: two rows of columns at their longest */
};

/* What decoding may take: the budget, each piece rounded up to 16, in blocks. */
static size_t wire_limit (size_t size)
{
    return 2 * (WIRE_COST_PER_BYTE * size + WIRE_COST_FREE) + 64 * 1024;
}

static uint8_t *repeated (const void *piece, size_t piece_size, size_t size)
{
    uint8_t *bytes = malloc (size);
    cr_assert (bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = ((const uint8_t *) piece)[i % piece_size];
    return bytes;
}

static status_t decode_measured (const message_rule_t *rule, bytes_t bytes, size_t max_size, fault_t *ret_why)
{
    owned (arena) arena = arena_new (ARENA_MAX);
    ProtobufCMessage *message = NULL;
    *ret_why = (fault_t){ 0 };
    memory_watch ();
    status_t status = message_decode (rule, bytes, max_size, arena, &message, ret_why);
    cr_assert_leq (memory_peak (), wire_limit (bytes.size), "%zu bytes took %zu", bytes.size, memory_peak ());
    cr_assert_eq (message == NULL, status != STATUS_OK);
    return status;
}

static void expect_refused (const message_rule_t *rule, bytes_t bytes, size_t max_size, const char *reason)
{
    fault_t why;
    status_t status = decode_measured (rule, bytes, max_size, &why);
    cr_assert_eq (status, STATUS_INVALID_ARGUMENT, "%s", rule->descriptor->name);
    cr_assert_str_eq (why.reason, reason, "%s: %s", rule->descriptor->name, why.message);
    cr_assert (why.message[0]);
}

/* --- on the wire --- */

/* A field of the shortest key that the message does not have; 0 when it has all of them. */
static uint8_t unknown_key (const ProtobufCMessageDescriptor *type)
{
    for (unsigned id = 15; id > 0; id--)
        if (!protobuf_c_message_descriptor_get_field (type, id))
            return (uint8_t) (id << 3);
    return 0;
}

Test (bombs, a_mebibyte_that_would_become_64_is_refused_within_the_budget)
{
    size_t types = 0;
    for (size_t i = 0; i < types_count (); i++) {
        uint8_t pair[2] = { unknown_key (type_at (i)->descriptor), 1 };
        if (!pair[0])
            continue;
        uint8_t *bomb = repeated (pair, sizeof pair, MEBIBYTE);
        expect_refused (type_at (i), bytes_of (bomb, MEBIBYTE), WIRE_PAGE_MAX, "WIRE_TOO_LARGE");
        expect_refused (type_at (i), bytes_of (bomb, WIRE_MESSAGE_MAX), WIRE_MESSAGE_MAX, "WIRE_TOO_LARGE");
        free (bomb);
        types++;
    }
    cr_assert_gt (types, types_count () / 2);
}

Test (bombs, an_oversized_message_is_refused_before_anything_is_allocated)
{
    fault_t why = { 0 };
    ProtobufCMessage *message = NULL;
    owned (arena) arena = arena_new (ARENA_MAX);
    uint8_t *bytes = repeated ("\x08\x01", 2, WIRE_MESSAGE_MAX + 1);
    for (size_t i = 0; i < types_count (); i++) {
        memory_watch ();
        status_t status = message_decode (type_at (i), bytes_of (bytes, WIRE_MESSAGE_MAX + 1), WIRE_MESSAGE_MAX, arena,
                                          &message, &why);
        cr_assert_eq (status, STATUS_INVALID_ARGUMENT);
        cr_assert_str_eq (why.reason, "WIRE_TOO_LARGE");
        cr_assert_eq (memory_calls (), 0);
    }
    free (bytes);
}

static unsigned depth_of (const message_rule_t *rule, unsigned most)
{
    unsigned deepest = 0;
    cr_assert_gt (most, 0, "%s is deeper than it may be, or contains itself", rule->descriptor->name);
    for (unsigned i = 0; i < rule->descriptor->n_fields; i++)
        if (rule->submessages[i]) {
            unsigned depth = depth_of (rule->submessages[i], most - 1);
            deepest = depth > deepest ? depth : deepest;
        }
    return 1 + deepest;
}

Test (bombs, no_message_of_any_contract_contains_itself_so_that_nesting_ends)
{
    for (size_t i = 0; i < types_count (); i++)
        (void) depth_of (type_at (i), DEPTH_MAX);
}

/* 58 kB of field 1 within field 1 within ... ended a process that had a message which contains itself. */
Test (bombs, deep_nesting_costs_no_more_than_its_bytes)
{
    enum { LEVELS = 14500 };
    uint8_t *nest = malloc (4 * LEVELS);
    for (size_t i = 0; i < LEVELS; i++) {
        size_t inside = 4 * (LEVELS - i - 1);
        nest[4 * i] = 0x0a;
        nest[4 * i + 1] = (uint8_t) (0x80 | (inside & 0x7f));
        nest[4 * i + 2] = (uint8_t) (0x80 | (inside >> 7 & 0x7f));
        nest[4 * i + 3] = (uint8_t) (inside >> 14);
    }
    for (size_t i = 0; i < types_count (); i++) {
        fault_t why;
        status_t status = decode_measured (type_at (i), bytes_of (nest, 4 * LEVELS), WIRE_MESSAGE_MAX, &why);
        cr_assert (status == STATUS_OK || (status == STATUS_INVALID_ARGUMENT && why.message[0]));
    }
    free (nest);
}

/* --- what the library lets pass: a valid message of every type with one field more --- */

static void append_varint (buffer_t *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        buffer_append (out, &(uint8_t){ (uint8_t) (value | 0x80) }, 1);
    buffer_append (out, &(uint8_t){ (uint8_t) value }, 1);
}

static void expect_field_refused (const message_rule_t *rule, unsigned index, const char *text, size_t size)
{
    owned (arena) arena = arena_new (64 * MEBIBYTE);
    owned_buffer bytes = BUFFER (WIRE_MESSAGE_MAX);
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    drawer_t drawer = { .seed = index, .arena = arena };
    fault_t why;
    message_pack (draw_message (&drawer, rule), &bytes);
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        append_varint (&bytes, (uint64_t) field->id << 3 | 2);
        append_varint (&bytes, size);
        buffer_append (&bytes, text, size);
    } else {
        append_varint (&bytes, (uint64_t) field->id << 3);
        append_varint (&bytes, 123456789);
    }
    status_t status = decode_measured (rule, buffer_bytes (&bytes), WIRE_MESSAGE_MAX, &why);
    cr_assert_eq (status, STATUS_INVALID_ARGUMENT, "%s.%s", rule->descriptor->name, field->name);
    cr_assert_str_eq (why.reason, "WIRE_BAD_FIELD");
    cr_assert (strncmp (why.message, field->name, strlen (field->name)) == 0, "%s", why.message);
}

static size_t refuse_everywhere (ProtobufCType type, const char *text, size_t size)
{
    size_t fields = 0;
    for (size_t i = 0; i < types_count (); i++)
        for (unsigned n = 0; n < type_at (i)->descriptor->n_fields; n++)
            if (type_at (i)->descriptor->fields[n].type == type) {
                expect_field_refused (type_at (i), n, text, size);
                fields++;
            }
    return fields;
}

Test (bombs, a_nul_within_any_text_of_any_contract_is_refused_by_name)
{
    cr_assert_gt (refuse_everywhere (PROTOBUF_C_TYPE_STRING, "a\0b", 3), 50);
}

Test (bombs, bad_utf8_in_any_text_of_any_contract_is_refused_by_name)
{
    cr_assert_gt (refuse_everywhere (PROTOBUF_C_TYPE_STRING, "\xc0\x80", 2), 50);
    cr_assert_gt (refuse_everywhere (PROTOBUF_C_TYPE_STRING, "\xed\xa0\x80", 3), 50);
}

Test (bombs, an_unknown_value_of_any_enum_of_any_contract_is_refused_by_name)
{
    cr_assert_gt (refuse_everywhere (PROTOBUF_C_TYPE_ENUM, "", 0), 10);
}

Test (bombs, a_text_repeated_ten_thousand_times_costs_no_more_than_its_bytes)
{
    for (size_t i = 0; i < types_count (); i++)
        for (unsigned n = 0; n < type_at (i)->descriptor->n_fields; n++) {
            const ProtobufCFieldDescriptor *field = &type_at (i)->descriptor->fields[n];
            if (field->type != PROTOBUF_C_TYPE_STRING)
                continue;
            fault_t why;
            owned_buffer bytes = BUFFER (WIRE_MESSAGE_MAX);
            for (int copies = 0; copies < 10000; copies++) {
                append_varint (&bytes, (uint64_t) field->id << 3 | 2);
                buffer_append (&bytes, "\1a", 2);
            }
            status_t status = decode_measured (type_at (i), buffer_bytes (&bytes), WIRE_MESSAGE_MAX, &why);
            cr_assert (status == STATUS_OK || (status == STATUS_INVALID_ARGUMENT && why.message[0]));
        }
}

Test (bombs, no_bytes_at_all_are_judged_by_the_rules_of_every_type)
{
    for (size_t i = 0; i < types_count (); i++) {
        fault_t why;
        bool requires = false;
        for (unsigned n = 0; n < type_at (i)->descriptor->n_fields; n++) {
            const field_rule_t *rule = &type_at (i)->fields[n];
            const ProtobufCFieldDescriptor *field = &type_at (i)->descriptor->fields[n];
            requires = requires || ((rule->required || rule->least > 0) && !member_is_choice (field));
        }
        status_t status = decode_measured (type_at (i), bytes_of (NULL, 0), WIRE_MESSAGE_MAX, &why);
        cr_assert_eq (status, requires ? STATUS_INVALID_ARGUMENT : STATUS_OK, "%s", type_at (i)->descriptor->name);
    }
}

/* --- JSON --- */

static void expect_json_refused (const char *text, size_t size, const char *reason)
{
    owned (arena) arena = arena_new (64 * MEBIBYTE);
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    memory_watch ();
    status_t status = json_parse_message (&specimen_specimen_rule, text, size, arena, &message, &why);
    cr_assert_leq (memory_peak (), (size_t) JSON_MEMORY_MAX, "%zu bytes took %zu", size, memory_peak ());
    cr_assert_eq (status, STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (why.reason, reason, "%s", why.message);
    cr_assert (why.message[0] && !message);
}

/* As many pieces as there may be values, or as there may be bytes. */
static void expect_pieces_refused (const char *head, const char *piece, const char *tail, const char *reason)
{
    size_t length = strlen (piece), count = JSON_TEXT_MAX / length - 64;
    if (count > JSON_VALUES_MAX / 2 - 64)
        count = JSON_VALUES_MAX / 2 - 64;
    owned_buffer text = BUFFER (JSON_TEXT_MAX);
    buffer_append_text (&text, head);
    for (size_t i = 0; i < count; i++)
        buffer_append_text (&text, piece);
    buffer_append_text (&text, tail);
    cr_assert_not (text.overflowed);
    expect_json_refused (buffer_text (&text), text.size, reason);
}

Test (bombs, json_of_every_shape_costs_no_more_than_its_limit)
{
    expect_pieces_refused ("{\"lists\": [", "{},", "{}]}", "JSON_BAD_FIELD");
    expect_pieces_refused ("{\"lists\": [", "[],", "[]]}", "JSON_BAD_FIELD");
    expect_pieces_refused ("{\"lists\": [", "0,", "0]}", "JSON_BAD_FIELD");
    expect_pieces_refused ("{\"lists\": [", "\"\",", "0]}", "JSON_BAD_FIELD");
    expect_pieces_refused ("{\"note\": \"", "aaaaaaaaaaaaaaaa", "\\u0000\"}", "JSON_MALFORMED");
    expect_pieces_refused ("{\"x\": \"", "\\u00e5\\u00e5", "\"}", "JSON_BAD_FIELD");
}

Test (bombs, json_nested_too_deeply_is_refused)
{
    expect_pieces_refused ("", "[", "", "JSON_MALFORMED");
    expect_pieces_refused ("", "{\"a\":", "", "JSON_MALFORMED");
}

Test (bombs, json_of_too_many_values_or_bytes_is_refused_before_it_is_parsed)
{
    char *many = (char *) repeated ("[,", 2, JSON_TEXT_MAX + 1);
    expect_json_refused (many, JSON_TEXT_MAX + 1, "JSON_TOO_LARGE");
    expect_json_refused (many, JSON_TEXT_MAX, "JSON_TOO_LARGE");
    cr_assert_eq (memory_calls (), 0);
    free (many);
}

Test (bombs, a_number_that_no_type_holds_is_refused)
{
    static const char *const NUMBERS[] = { "99999999999999999999", "1e999", "-1e999", "1e-99999",
                                           "9223372036854775808" };
    for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++) {
        char text[128];
        int size = snprintf (text, sizeof text, "{\"numbers\": {\"a_int64\": %s}}", NUMBERS[i]);
        owned (arena) arena = arena_new (MEBIBYTE);
        ProtobufCMessage *message = NULL;
        fault_t why = { 0 };
        cr_assert_eq (json_parse_message (&specimen_specimen_rule, text, (size_t) size, arena, &message, &why),
                      STATUS_INVALID_ARGUMENT, "%s", text);
        cr_assert (strcmp (why.reason, "JSON_MALFORMED") == 0 || strcmp (why.reason, "JSON_BAD_FIELD") == 0);
    }
}

/* --- CSV --- */

static void expect_one_bad_row (const char *piece, const char *reason)
{
    uint8_t *endless = repeated (piece, strlen (piece), 4 * MEBIBYTE);
    csv_problem_t problem = { 0 };
    memory_watch ();
    owned (csv) csv = csv_new (bytes_of (endless, 4 * MEBIBYTE), ';');
    cr_assert_eq (csv_next_row (csv, &problem), CSV_BAD_ROW);
    cr_assert (strstr (problem.reason, reason), "%s", problem.reason);
    cr_assert_eq (csv_next_row (csv, &problem), CSV_END);
    cr_assert_leq (memory_peak (), (size_t) CSV_MEMORY_MAX, "%zu", memory_peak ());
    free (endless);
}

Test (bombs, an_endless_field_an_endless_line_and_a_quote_never_closed_are_one_bad_row_each)
{
    expect_one_bad_row ("a", "too long");
    expect_one_bad_row ("a;", "more columns");
    expect_one_bad_row ("\"\"\"", "too long");
    expect_one_bad_row (";", "more columns");
}
