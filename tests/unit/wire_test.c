/*
 * The edge: what message_decode lets in, and what neither it nor JSON may do whatever the bytes are. The rules one by
 * one, JSON and the tables are in wire_rules_test.c.
 *
 * Most cases are properties over random messages (harness/messages.h) of tests/unit/proto, so a new kind of field is
 * tested by adding it to specimen.proto.
 */
#include "base/own.h"
#include "harness/chance.h"
#include "harness/messages.h"
#include "unit/wire_kit.h"
#include "wire/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 400 };

static ProtobufCMessage *draw_specimen (uint64_t seed, arena_t *arena)
{
    drawer_t drawer = { .seed = seed, .arena = arena };
    return draw_message (&drawer, &specimen_specimen_rule);
}

/* --- properties --- */

static void expect_same_bytes (const ProtobufCMessage *message, bytes_t expected, uint64_t seed)
{
    owned_buffer packed = BUFFER (WIRE_MESSAGE_MAX);
    message_pack (message, &packed);
    cr_assert (bytes_equal (buffer_bytes (&packed), expected), "seed %" PRIu64, seed);
}

Test (wire, a_random_message_survives_the_wire)
{
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        owned (arena) arena = arena_new (PLENTY);
        owned_buffer packed = BUFFER (WIRE_MESSAGE_MAX);
        ProtobufCMessage *decoded = NULL;
        fault_t fault;
        message_pack (draw_specimen (seed, arena), &packed);
        status_t status = decode (&specimen_specimen_rule, buffer_bytes (&packed), arena, &decoded, &fault);
        cr_assert_eq (status, STATUS_OK, "seed %" PRIu64 ": %s", seed, fault.message);
        expect_same_bytes (decoded, buffer_bytes (&packed), seed);
    }
}

Test (wire, a_random_message_survives_json)
{
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        owned (arena) arena = arena_new (PLENTY);
        owned_buffer packed = BUFFER (WIRE_MESSAGE_MAX);
        ProtobufCMessage *message = draw_specimen (seed, arena), *read = NULL;
        fault_t fault = { 0 };
        message_pack (message, &packed);
        json_t *json = json_from_message (&specimen_specimen_rule, message, true);
        cr_assert (json);
        char *text = json_dumps (json, 0);
        status_t status = json_parse_message (&specimen_specimen_rule, text, strlen (text), arena, &read, &fault);
        cr_assert_eq (status, STATUS_OK, "seed %" PRIu64 ": %s in %s", seed, fault.message, text);
        cr_assert_eq (message_validate (&specimen_specimen_rule, read, &fault), STATUS_OK, "%s", fault.message);
        expect_same_bytes (read, buffer_bytes (&packed), seed);
        free (text);
        json_decref (json);
    }
}

/* Whatever is let in keeps its rules: it can be written as JSON and read again. */
static void expect_sound (bytes_t bytes, arena_t *arena)
{
    ProtobufCMessage *message = NULL, *read = NULL;
    fault_t fault;
    arena_reset (arena);
    status_t status = decode (&specimen_specimen_rule, bytes, arena, &message, &fault);
    if (status != STATUS_OK) {
        cr_assert_eq (status, STATUS_INVALID_ARGUMENT, "%s", fault.message);
        cr_assert (fault.reason[0] && fault.message[0]);
        return;
    }
    json_t *json = json_from_message (&specimen_specimen_rule, message, true);
    cr_assert (json);
    cr_assert_eq (json_to_message (&specimen_specimen_rule, json, arena, &read, &fault), STATUS_OK, "%s",
                  fault.message);
    cr_assert_eq (message_validate (&specimen_specimen_rule, read, &fault), STATUS_OK, "%s", fault.message);
    json_decref (json);
}

Test (wire, every_truncation_is_answered)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        owned (arena) arena = arena_new (PLENTY);
        owned (arena) source = arena_new (PLENTY);
        owned_buffer packed = BUFFER (WIRE_MESSAGE_MAX);
        message_pack (draw_specimen (seed, source), &packed);
        for (size_t size = 0; size < packed.size; size++) {
            uint8_t *exact = malloc (size + !size); /* a read past the end is seen by the sanitizer */
            memcpy (exact, packed.data, size);
            expect_sound (bytes_of (exact, size), arena);
            free (exact);
        }
    }
}

Test (wire, every_flipped_bit_is_answered)
{
    for (uint64_t seed = 0; seed < 6; seed++) {
        owned (arena) arena = arena_new (PLENTY);
        owned (arena) source = arena_new (PLENTY);
        owned_buffer packed = BUFFER (WIRE_MESSAGE_MAX);
        message_pack (draw_specimen (seed, source), &packed);
        for (size_t bit = 0; bit < 8 * packed.size; bit++) {
            packed.data[bit / 8] ^= (uint8_t) (1u << bit % 8);
            expect_sound (buffer_bytes (&packed), arena);
            packed.data[bit / 8] ^= (uint8_t) (1u << bit % 8);
        }
    }
}

Test (wire, random_bytes_are_answered)
{
    owned (arena) arena = arena_new (PLENTY);
    uint64_t seed = 42;
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[48];
        size_t size = draw (&seed) % (sizeof bytes + 1);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t) draw (&seed) & (round % 2 ? 0xFF : 0x2F);
        expect_sound (bytes_of (bytes, size), arena);
    }
}

/* An arena of 16, 32, 48 ... bytes fails at the first, second, third allocation, and at every other one in turn. */
static int count_failures (uint64_t seed)
{
    owned (arena) source = arena_new (PLENTY);
    owned (arena) arena = arena_new (0);
    owned_buffer packed = BUFFER (WIRE_MESSAGE_MAX);
    ProtobufCMessage *message = draw_specimen (seed, source), *decoded = NULL;
    message_pack (message, &packed);
    json_t *json = json_from_message (&specimen_specimen_rule, message, true);
    status_t from_bytes = STATUS_UNKNOWN, from_json = STATUS_UNKNOWN;
    int failures = 0;
    for (size_t limit = 0; from_bytes != STATUS_OK || from_json != STATUS_OK; limit += 16) {
        fault_t fault = { 0 };
        cr_assert_lt (limit, (size_t) PLENTY);
        arena_reset (arena);
        arena_set_limit (arena, limit);
        from_bytes = decode (&specimen_specimen_rule, buffer_bytes (&packed), arena, &decoded, &fault);
        if (from_bytes != STATUS_OK)
            cr_assert_str_eq (fault.reason, "WIRE_NO_MEMORY", "%s", fault.message);
        arena_reset (arena);
        from_json = json_to_message (&specimen_specimen_rule, json, arena, &decoded, &fault);
        if (from_json != STATUS_OK)
            cr_assert_eq (from_json, STATUS_RESOURCE_EXHAUSTED, "%s", fault.message);
        failures += from_bytes != STATUS_OK;
    }
    json_decref (json);
    return failures;
}

Test (wire, memory_that_ends_anywhere_is_a_fault_and_not_a_refusal)
{
    int failures = 0;
    for (uint64_t seed = 0; seed < 80; seed++)
        failures += count_failures (seed);
    cr_assert_gt (failures, 1000);
}

/* --- what costs more than it says --- */

static void expect_too_large (const message_rule_t *rule, const uint8_t pair[2], size_t size, size_t max_size)
{
    owned (arena) arena = arena_new (256 * 1024 * 1024);
    ProtobufCMessage *message = NULL;
    fault_t fault = { 0 };
    uint8_t *bomb = malloc (size);
    for (size_t i = 0; i < size; i++)
        bomb[i] = pair[i % 2];
    status_t status = message_decode (rule, bytes_of (bomb, size), max_size, arena, &message, &fault);
    cr_assert_eq (status, STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.reason, "WIRE_TOO_LARGE", "%s", fault.message);
    cr_assert_leq (arena_used (arena), 2 * (WIRE_COST_PER_BYTE * size + WIRE_COST_FREE));
    free (bomb);
}

Test (wire, a_bomb_is_refused_before_it_goes_off)
{
    static const uint8_t UNKNOWN_VARINT[2] = { 0x78, 0x01 }, EMPTY_SLOT[2] = { 0x0a, 0x00 };
    for (size_t size = 1024; size <= 1024 * 1024; size *= 4) {
        expect_too_large (&specimen_specimen_rule, UNKNOWN_VARINT, size, WIRE_PAGE_MAX);
        expect_too_large (&specimen_calendar_rule, EMPTY_SLOT, size, WIRE_PAGE_MAX);
    }
    expect_too_large (&specimen_specimen_rule, UNKNOWN_VARINT, WIRE_MESSAGE_MAX + 1, WIRE_MESSAGE_MAX);
}

Test (wire, an_honest_list_of_the_smallest_items_fits)
{
    enum { SLOTS = 3000 };
    static Specimen__Slot slots[SLOTS];
    static Specimen__Slot *list[SLOTS];
    Specimen__Calendar calendar = SPECIMEN__CALENDAR__INIT;
    owned (arena) arena = arena_new (PLENTY);
    owned_buffer packed = BUFFER (WIRE_MESSAGE_MAX);
    ProtobufCMessage *message = NULL;
    fault_t fault;
    for (int i = 0; i < SLOTS; i++) {
        specimen__slot__init (&slots[i]);
        slots[i].day = 20000 + i;
        slots[i].hours = i % 8;
        list[i] = &slots[i];
    }
    calendar.n_slots = SLOTS;
    calendar.slots = list;
    message_pack (&calendar.base, &packed);
    cr_assert_eq (decode (&specimen_calendar_rule, buffer_bytes (&packed), arena, &message, &fault), STATUS_OK, "%s",
                  fault.message);
}

/* --- what the library does not check --- */

Test (wire, text_has_no_nul_and_is_utf8)
{
    static const char SAID[] = "note is not UTF-8 text without NUL";
    REFUSED (specimen_specimen_rule,
             "\x4a\x03"
             "a\0b",
             "WIRE_BAD_FIELD", SAID);
    REFUSED (specimen_specimen_rule, "\x4a\x01\0", "WIRE_BAD_FIELD", SAID);
    REFUSED (specimen_specimen_rule, "\x4a\x02\xff\xfe", "WIRE_BAD_FIELD", SAID);
    REFUSED (specimen_specimen_rule, "\x4a\x02\xc0\x80", "WIRE_BAD_FIELD", SAID);
    REFUSED (specimen_lists_rule, "\x32\x01x\x32\x03\xed\xa0\x80", "WIRE_BAD_FIELD",
             "texts is not UTF-8 text without NUL");
    REFUSED (specimen_specimen_rule, "\x12\x04\x32\x02\0x", "WIRE_BAD_FIELD",
             "lists.texts is not UTF-8 text without NUL");
}

Test (wire, a_letter_is_judged_alike_wherever_in_a_text_it_stands)
{
    enum { AROUND = 20 };
    for (unsigned bytes = 0; bytes < 0x10000; bytes++)
        for (size_t at = 0; at < AROUND; at++) {
            char text[AROUND + 2];
            memset (text, at % 2 ? 'x' : 0x7F, sizeof text);
            text[at] = (char) (bytes >> 8);
            text[at + 1] = (char) (bytes & 0xFF);
            cr_assert_eq (utf8_valid (text, sizeof text), utf8_valid (text + at, 2), "%04x at %zu", bytes, at);
        }
}

Test (wire, a_later_duplicate_hides_nothing)
{
    REFUSED (specimen_specimen_rule, "\x4a\x01\0\x4a\x01x", "WIRE_BAD_FIELD", "note is not UTF-8 text without NUL");
}

Test (wire, an_unknown_enum_value_is_refused)
{
    REFUSED (specimen_numbers_rule, "\x70\x02", "WIRE_BAD_FIELD", "a_shade is an unknown value");
    REFUSED (specimen_lists_rule, "\x2a\x02\x01\x2a", "WIRE_BAD_FIELD", "shades[1] is an unknown value");
}

Test (wire, what_is_not_this_message_is_malformed)
{
    static const char SAID[] = "not a fyrtaarn.specimen.v1.Numbers";
    REFUSED (specimen_numbers_rule, "\x08", "WIRE_MALFORMED", SAID);
    REFUSED (specimen_numbers_rule, "\x0a\x01x", "WIRE_MALFORMED", SAID);        /* text where a number belongs */
    REFUSED (specimen_numbers_rule, "\x7b\x08\x01\x7c", "WIRE_MALFORMED", SAID); /* a group */
    REFUSED (specimen_numbers_rule, "\x00\x01", "WIRE_MALFORMED", SAID);         /* field number 0 */
    REFUSED (specimen_numbers_rule, "\x7a\xff\xff\xff\xff\x0f", "WIRE_MALFORMED", SAID); /* a length of 4 GiB */
    REFUSED (specimen_numbers_rule, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "WIRE_MALFORMED", SAID);
}

Test (wire, a_field_of_a_newer_contract_is_let_through)
{
    owned (arena) arena = arena_new (PLENTY);
    ProtobufCMessage *message = NULL;
    fault_t fault;
    static const char NEWER[] = "\x08\x05\xfa\x06\x03\0x\xff"; /* field 111 */
    cr_assert_eq (decode (&specimen_numbers_rule, bytes_of (NEWER, sizeof NEWER - 1), arena, &message, &fault),
                  STATUS_OK, "%s", fault.message);
    cr_assert_eq (((Specimen__Numbers *) message)->a_int32, 5);
}

Test (wire, no_bytes_are_an_empty_message_which_its_rules_judge)
{
    owned (arena) arena = arena_new (PLENTY);
    ProtobufCMessage *message = NULL;
    fault_t fault;
    cr_assert_eq (decode (&specimen_specimen_rule, bytes_of (NULL, 0), arena, &message, &fault), STATUS_OK);
    expect_refused (&specimen_required_rule, NULL, 0, "WIRE_BAD_FIELD", "text is missing");
}

Test (wire, a_message_made_by_hand_may_have_null_for_empty_text)
{
    Specimen__Specimen specimen = SPECIMEN__SPECIMEN__INIT;
    owned_buffer packed = BUFFER (WIRE_MESSAGE_MAX);
    fault_t fault;
    specimen.note = NULL;
    cr_assert_eq (message_validate (&specimen_specimen_rule, &specimen.base, &fault), STATUS_OK);
    json_t *json = json_from_message (&specimen_specimen_rule, &specimen.base, true);
    cr_assert_str_eq (json_string_value (json_object_get (json, "note")), "");
    json_decref (json);
    message_pack (&specimen.base, &packed);
    cr_assert_eq (packed.size, 0);
}

Test (wire, packing_over_the_maximum_of_a_buffer_shows_in_the_buffer)
{
    Specimen__Specimen specimen = SPECIMEN__SPECIMEN__INIT;
    owned_buffer packed = BUFFER (3);
    specimen.note = (char *) "four";
    message_pack (&specimen.base, &packed);
    cr_assert (packed.overflowed);
}
