/*
 * The edge: what message_decode lets in, what JSON says of it, and what neither may do whatever the bytes are.
 *
 * Most cases are properties over random messages of tests/unit/proto: a generator fills any message by its
 * descriptor and rules, so a new kind of field is tested by adding it to specimen.proto.
 */
#include "base/own.h"
#include "base/time.h"
#include "danish/cpr.h"
#include "danish/cvr.h"
#include "specimen/specimen.contract.h"
#include "wire/json.h"
#include "wire/member.h"
#include "wire/message.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 400, PLENTY = 8 * 1024 * 1024 };

/* --- random messages that keep their rules --- */

typedef struct {
    uint64_t state;
    arena_t *arena;
} generator_t;

static uint64_t draw (generator_t *generator) /* xorshift64*, Vigna */
{
    uint64_t x = generator->state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    generator->state = x;
    return x * UINT64_C (2685821657736338717);
}

static int64_t between (generator_t *generator, int64_t least, int64_t most)
{
    return least + (int64_t) (draw (generator) % ((uint64_t) (most - least) + 1));
}

static void *take (generator_t *generator, size_t size)
{
    void *memory = arena_alloc (generator->arena, size);
    cr_assert (memory);
    return memory;
}

static char *draw_digits (generator_t *generator, size_t count, bool (*accepts) (const char *text))
{
    char *text = take (generator, count + 1);
    do {
        for (size_t i = 0; i < count; i++)
            text[i] = (char) between (generator, '0', '9');
        text[count] = '\0';
    } while (!accepts (text));
    return text;
}

static char *draw_text (generator_t *generator, format_t format, size_t max)
{
    static const char *const LETTERS[] = { "a", "Z", "7", " ", "\"", "\\", "\n", "\x7f", "ø", "Å", "€", "𝄞" };
    if (format == FORMAT_CPR)
        return draw_digits (generator, 10, cpr_wellformed);
    if (format == FORMAT_CVR)
        return draw_digits (generator, 8, cvr_valid);
    char *text = take (generator, max + 5);
    size_t used = 0, wanted = (size_t) between (generator, format == FORMAT_SLUG, (int64_t) (max < 24 ? max : 24));
    while (used < wanted) {
        const char *letter = LETTERS[draw (generator) % (sizeof LETTERS / sizeof LETTERS[0])];
        if (format == FORMAT_SLUG)
            letter = used == 0 ? "k" : "-";
        if (used + strlen (letter) > max)
            break;
        memcpy (text + used, letter, strlen (letter));
        used += strlen (letter);
    }
    text[used] = '\0';
    return text;
}

static int64_t draw_number (generator_t *generator, const field_rule_t *rule, int64_t least, int64_t most)
{
    static const int64_t EDGES[] = { 0,         1,         -1,
                                     INT32_MAX, INT32_MIN, UINT32_MAX,
                                     INT64_MAX, INT64_MIN, (INT64_C (1) << 53) + 1 };
    if (rule->format == FORMAT_DAY)
        return between (generator, day_from_civil ((civil_t){ 1900, 1, 1 }),
                        day_from_civil ((civil_t){ 2999, 12, 31 }));
    if (rule->format == FORMAT_MONTH)
        return between (generator, 12 * 1900, 12 * 2999 + 11);
    if (rule->format == FORMAT_INSTANT)
        return between (generator, INT64_C (-2208988800000), INT64_C (32503679999999));
    if (rule->format == FORMAT_DISTRICT)
        return between (generator, 1, 10);
    if (rule->least != 0 || rule->most != 0)
        return between (generator, rule->least, rule->most);
    int64_t edge = EDGES[draw (generator) % (sizeof EDGES / sizeof EDGES[0])];
    if (edge >= least && edge <= most)
        return edge;
    return between (generator, 0, 1000);
}

static void fill (generator_t *generator, const message_rule_t *rule, ProtobufCMessage *message);

static void fill_whole (generator_t *generator, const field_rule_t *rule, ProtobufCType type, void *item)
{
    size_t size = member_item_size (type);
    bool is_unsigned = type == PROTOBUF_C_TYPE_UINT32 || type == PROTOBUF_C_TYPE_FIXED32 ||
                       type == PROTOBUF_C_TYPE_UINT64 || type == PROTOBUF_C_TYPE_FIXED64;
    if (size == sizeof (int64_t))
        *(int64_t *) item = draw_number (generator, rule, is_unsigned ? 0 : INT64_MIN, INT64_MAX);
    else if (is_unsigned)
        *(uint32_t *) item = (uint32_t) draw_number (generator, rule, 0, UINT32_MAX);
    else
        *(int32_t *) item = (int32_t) draw_number (generator, rule, INT32_MIN, INT32_MAX);
}

static void fill_bytes (generator_t *generator, size_t max, ProtobufCBinaryData *bytes)
{
    bytes->len = (size_t) between (generator, 0, (int64_t) (max < 24 ? max : 24));
    bytes->data = take (generator, bytes->len + 1);
    for (size_t i = 0; i < bytes->len; i++)
        bytes->data[i] = (uint8_t) draw (generator);
}

static void fill_item (generator_t *generator, const message_rule_t *rule, unsigned index, void *item)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    const field_rule_t *field_rule = &rule->fields[index];
    const ProtobufCEnumDescriptor *values = field->descriptor;
    ProtobufCMessage *submessage;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        *(char **) item = draw_text (generator, field_rule->format, member_is_list (field) ? 24 : field_rule->max);
        return;
    case PROTOBUF_C_TYPE_BYTES:
        fill_bytes (generator, member_is_list (field) ? 24 : field_rule->max, item);
        return;
    case PROTOBUF_C_TYPE_ENUM:
        *(int *) item = values->values[draw (generator) % values->n_values].value;
        return;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *) item = draw (generator) % 2;
        return;
    case PROTOBUF_C_TYPE_FLOAT:
        *(float *) item = (float) between (generator, -1000, 1000) / 7;
        return;
    case PROTOBUF_C_TYPE_DOUBLE:
        *(double *) item = (double) between (generator, -1000, 1000) / 1000;
        return;
    case PROTOBUF_C_TYPE_MESSAGE:
        submessage = message_new (rule->submessages[index], generator->arena);
        cr_assert (submessage);
        fill (generator, rule->submessages[index], submessage);
        *(ProtobufCMessage **) item = submessage;
        return;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        fill_whole (generator, field_rule, field->type, item);
        return;
    }
}

static void fill_list (generator_t *generator, const message_rule_t *rule, unsigned index, ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    size_t size = member_item_size (field->type);
    size_t count = draw (generator) % (rule->fields[index].max + 1);
    char *items = take (generator, count * size + 1);
    for (size_t i = 0; i < count; i++)
        fill_item (generator, rule, index, items + i * size);
    *(void **) member_place (message, field) = items;
    *(size_t *) member_quantifier (message, field) = count;
}

static void fill (generator_t *generator, const message_rule_t *rule, ProtobufCMessage *message)
{
    for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        bool bounded = rule->fields[i].least > 0;
        if (draw (generator) % 4 == 0 && !bounded)
            continue;
        if (member_is_list (field)) {
            fill_list (generator, rule, i, message);
            continue;
        }
        if (member_is_choice (field)) {
            uint32_t *chosen = member_quantifier (message, field);
            if (*chosen != 0)
                continue;
            *chosen = field->id;
        }
        fill_item (generator, rule, i, member_place (message, field));
    }
}

static ProtobufCMessage *draw_specimen (uint64_t seed, arena_t *arena)
{
    generator_t generator = { .state = seed * 7919 + 1, .arena = arena };
    ProtobufCMessage *message = message_new (&specimen_specimen_rule, arena);
    cr_assert (message);
    fill (&generator, &specimen_specimen_rule, message);
    return message;
}

/* --- shared by the cases --- */

static status_t decode (const message_rule_t *rule, bytes_t bytes, arena_t *arena, ProtobufCMessage **ret_message,
                        fault_t *fault)
{
    *fault = (fault_t){ 0 };
    return message_decode (rule, bytes, WIRE_MESSAGE_MAX, arena, ret_message, fault);
}

static void expect_same_bytes (const ProtobufCMessage *message, bytes_t expected, uint64_t seed)
{
    owned_buffer packed = BUFFER (WIRE_MESSAGE_MAX);
    message_pack (message, &packed);
    cr_assert (bytes_equal (buffer_bytes (&packed), expected), "seed %" PRIu64, seed);
}

/* Refused for the reason, at the place, and the fault does not repeat what stood there. */
static void expect_refused (const message_rule_t *rule, const void *data, size_t size, const char *reason,
                            const char *said)
{
    owned (arena) arena = arena_new (PLENTY);
    ProtobufCMessage *message = NULL;
    fault_t fault;
    status_t status = decode (rule, bytes_of (data, size), arena, &message, &fault);
    cr_assert_eq (status, STATUS_INVALID_ARGUMENT, "%s", said);
    cr_assert_str_eq (fault.reason, reason, "%s", said);
    cr_assert_str_eq (fault.message, said);
    cr_assert_null (message);
}

static json_t *json_of (const char *text)
{
    json_error_t error;
    json_t *json = json_loads (text, 0, &error);
    cr_assert (json, "%s in %s", error.text, text);
    return json;
}

/* Reads as JSON and validates; `said` is NULL when nothing is wrong, and `secret` what no fault may repeat. */
static void expect_json (const message_rule_t *rule, const char *text, const char *reason, const char *said,
                         const char *secret)
{
    owned (arena) arena = arena_new (PLENTY);
    ProtobufCMessage *message = NULL;
    fault_t fault = { 0 };
    status_t status = json_parse_message (rule, text, strlen (text), arena, &message, &fault);
    if (status == STATUS_OK)
        status = message_validate (rule, message, &fault);
    cr_assert_eq (status, said ? STATUS_INVALID_ARGUMENT : STATUS_OK, "%s: %s", text, fault.message);
    if (!said)
        return;
    cr_assert_str_eq (fault.reason, reason, "%s: %s", text, fault.message);
    cr_assert_str_eq (fault.message, said, "%s", text);
    cr_assert (!secret || !strstr (fault.message, secret));
}

/* --- properties --- */

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
    generator_t generator = { .state = 42, .arena = arena };
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[48];
        size_t size = (size_t) between (&generator, 0, sizeof bytes);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t) draw (&generator) & (round % 2 ? 0xFF : 0x2F);
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
    for (uint64_t seed = 0; seed < 20; seed++)
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

#define REFUSED(rule, bytes, reason, said) expect_refused (&(rule), bytes, sizeof bytes - 1, reason, said)

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

/* --- the rules, one by one --- */

typedef struct {
    const char *json;
    const char *said; /* NULL: allowed */
    const char *secret;
} rule_case_t;

static void expect_rules (const message_rule_t *rule, const rule_case_t *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_json (rule, cases[i].json, "WIRE_BAD_FIELD", cases[i].said, cases[i].secret);
}

#define EXPECT_RULES(rule, ...)                                                                                        \
    do {                                                                                                               \
        static const rule_case_t CASES[] = { __VA_ARGS__ };                                                            \
        expect_rules (&(rule), CASES, sizeof CASES / sizeof CASES[0]);                                                 \
    } while (0)

Test (rules, formats)
{
    EXPECT_RULES (
        specimen_formats_rule, { "{}", NULL, NULL }, { "{\"cpr\": \"0107575234\"}", NULL, NULL },
        { "{\"cpr\": \"6107575234\"}", NULL, NULL },
        { "{\"cpr\": \"3202575234\"}", "cpr is not a CPR number", "3202575234" },
        { "{\"cpr\": \"010757523\"}", "cpr is not a CPR number", "010757523" },
        { "{\"cpr\": \"010757-5234\"}", "cpr is too long", "5234" },
        { "{\"cvr\": \"12345678\"}", "cvr is not a CVR number", "12345678" }, { "{\"cvr\": \"64942212\"}", NULL, NULL },
        { "{\"day\": \"1900-01-01\", \"month\": \"2999-12\"}", NULL, NULL },
        { "{\"tenant_id\": 9223372036854775807}", NULL, NULL },
        { "{\"tenant_id\": \"9223372036854775808\"}", "tenant_id is outside its bounds", "775808" },
        { "{\"rent_ore\": -5}", NULL, NULL }, { "{\"district\": 10}", NULL, NULL },
        { "{\"district\": 11}", "district is not a district from 1 to 10", NULL },
        { "{\"district\": -1}", "district is not a district from 1 to 10", NULL },
        { "{\"slug\": \"wheel-chair-2\"}", NULL, NULL },
        { "{\"slug\": \"2wheel\"}", "slug is not a name of a-z, 0-9 and '-' that begins with a letter", "2wheel" },
        { "{\"slug\": \"Wheel\"}", "slug is not a name of a-z, 0-9 and '-' that begins with a letter", "Wheel" },
        { "{\"slug\": \"a-name-of-21-letters-\"}", "slug is too long", NULL });
}

Test (rules, a_day_an_instant_and_a_month_lie_between_1900_and_2999)
{
    Specimen__Formats formats = SPECIMEN__FORMATS__INIT;
    fault_t fault = { 0 };
    formats.day = day_from_civil ((civil_t){ 3000, 1, 1 });
    cr_assert_eq (message_validate (&specimen_formats_rule, &formats.base, &fault), STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.message, "day is not a day of the years 1900 to 2999");
    formats.day = 0;
    formats.instant = INT64_MIN;
    cr_assert_eq (message_validate (&specimen_formats_rule, &formats.base, &fault), STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.message, "instant is not an instant of the years 1900 to 2999");
    formats.instant = 0;
    formats.month = 7;
    cr_assert_eq (message_validate (&specimen_formats_rule, &formats.base, &fault), STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.message, "month is not a month of the years 1900 to 2999");
    formats.month = 0;
    cr_assert_eq (message_validate (&specimen_formats_rule, &formats.base, &fault), STATUS_OK);
}

Test (rules, bounds_are_included_and_count_for_zero_too)
{
    EXPECT_RULES (specimen_bounded_rule, { "{\"hours\": 1, \"total\": 100, \"share\": -1}", NULL, NULL },
                  { "{\"hours\": 37, \"share\": 1.0}", NULL, NULL },
                  { "{\"hours\": 38}", "hours is outside its bounds", "38" },
                  { "{}", "hours is outside its bounds", NULL },
                  { "{\"hours\": 1, \"total\": 101}", "total is outside its bounds", NULL },
                  { "{\"hours\": 1, \"total\": \"18446744073709551615\"}", "total is outside its bounds", NULL },
                  { "{\"hours\": 1, \"share\": 1.001}", "share is outside its bounds", NULL });
}

Test (rules, a_real_number_is_finite)
{
    Specimen__Numbers numbers = SPECIMEN__NUMBERS__INIT;
    fault_t fault = { 0 };
    numbers.a_double = 1.0 / 0.0;
    cr_assert_eq (message_validate (&specimen_numbers_rule, &numbers.base, &fault), STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.message, "a_double is not a finite number");
}

#define PRESENT(field)                                                                                                 \
    "{\"text\": \"a\", \"number\": 1, \"shade\": \"DARK\", \"bounded\": {\"hours\": 1}, "                              \
    "\"numbers\": [0], \"blob\": \"00\", \"day\": \"2026-03-02\"" field "}"

Test (rules, what_is_required_is_there)
{
    EXPECT_RULES (
        specimen_required_rule, { PRESENT (""), NULL, NULL }, { "{\"number\": 1}", "text is missing", NULL },
        { "{\"text\": \"a\"}", "number is missing", NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"SHADE_UNSPECIFIED\"}", "shade is missing", NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"BELOW\"}", "bounded is missing", NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"DARK\", \"bounded\": {}}",
          "bounded.hours is outside its bounds", NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"DARK\", \"bounded\": {\"hours\": 1}}", "numbers is missing",
          NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"DARK\", \"bounded\": {\"hours\": 1}, \"numbers\": [0]}",
          "blob is missing", NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"DARK\", \"bounded\": {\"hours\": 1}, \"numbers\": [0], "
          "\"blob\": \"00\"}",
          "day is missing", NULL });
}

Test (rules, text_bytes_and_lists_end_at_their_maximum)
{
    EXPECT_RULES (specimen_specimen_rule,
                  { "{\"note\": \"12345678901234567890123456789012\", \"data\": \"01020304\"}", NULL, NULL },
                  { "{\"note\": \"123456789012345678901234567890123\"}", "note is too long", "1234" },
                  { "{\"note\": \"1234567890123456789012345678901ø\"}", "note is too long", NULL },
                  { "{\"data\": \"0102030405\"}", "data is too long", NULL },
                  { "{\"word\": \"12345678901234567\"}", "word is too long", NULL },
                  { "{\"lists\": {\"slugs\": [\"a\", \"\"]}}",
                    "lists.slugs[1] is not a name of a-z, 0-9 and '-' that begins with a letter", NULL },
                  { "{\"lists\": {\"formats\": [{}, {\"district\": 99}]}}",
                    "lists.formats[1].district is not a district from 1 to 10", NULL });
    REFUSED (specimen_lists_rule, "\x0a\x06\x01\x01\x01\x01\x01\x01", "WIRE_BAD_FIELD", "int32s has too many items");
    char text[LIST_TEXT_MAX + 2];
    char *texts[] = { text };
    Specimen__Lists lists = SPECIMEN__LISTS__INIT;
    fault_t fault = { 0 };
    memset (text, 'x', sizeof text);
    text[LIST_TEXT_MAX] = '\0';
    lists.n_texts = 1;
    lists.texts = texts;
    cr_assert_eq (message_validate (&specimen_lists_rule, &lists.base, &fault), STATUS_OK);
    text[LIST_TEXT_MAX] = 'x';
    text[LIST_TEXT_MAX + 1] = '\0';
    cr_assert_eq (message_validate (&specimen_lists_rule, &lists.base, &fault), STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.message, "texts[0] is too long");
}

/* --- JSON --- */

static void expect_bad_json (const message_rule_t *rule, const char *text, const char *said)
{
    expect_json (rule, text, "JSON_BAD_FIELD", said, NULL);
}

Test (json, says_where_it_is_not_what_the_contract_wants)
{
    expect_bad_json (&specimen_specimen_rule, "[]", "message has to be an object");
    expect_bad_json (&specimen_specimen_rule, "{\"colour\": 1}", "colour is no field of this message");
    expect_bad_json (&specimen_specimen_rule, "{\"numbers\": 5}", "numbers has to be an object");
    expect_bad_json (&specimen_specimen_rule, "{\"numbers\": {\"a_bool\": 1}}",
                     "numbers.a_bool has to be true or false");
    expect_bad_json (&specimen_specimen_rule, "{\"lists\": {\"int32s\": {}}}", "lists.int32s has to be a list");
    expect_bad_json (&specimen_specimen_rule, "{\"lists\": {\"int32s\": [1, null]}}",
                     "lists.int32s[1] has to be a number in the range of its type");
    expect_bad_json (&specimen_specimen_rule, "{\"lists\": {\"int32s\": [1, 2, 3, 4, 5, 6]}}",
                     "lists.int32s has too many items");
    expect_bad_json (&specimen_specimen_rule, "{\"note\": 5}", "note has to be text without NUL");
    expect_bad_json (&specimen_specimen_rule, "{\"word\": \"a\", \"day\": \"2026-03-02\"}",
                     "day is one choice too many");
    expect_bad_json (&specimen_specimen_rule, "{\"data\": \"0\"}", "data has to be bytes in lower-case hexadecimal");
    expect_bad_json (&specimen_specimen_rule, "{\"data\": \"0G\"}", "data has to be bytes in lower-case hexadecimal");
    expect_bad_json (&specimen_formats_rule, "{\"day\": \"2026-02-30\"}", "day has to be a day such as \"2026-03-02\"");
    expect_bad_json (&specimen_formats_rule, "{\"day\": 5}", "day has to be a day such as \"2026-03-02\"");
    expect_bad_json (&specimen_formats_rule, "{\"month\": \"2026-13\"}", "month has to be a month such as \"2026-03\"");
    expect_bad_json (&specimen_formats_rule, "{\"instant\": \"2026-03-02\"}",
                     "instant has to be an instant such as \"2026-03-02T09:00:00Z\"");
    expect_bad_json (&specimen_formats_rule, "{\"tenantId\": 1, \"tenant_id\": 2}", "tenant_id is there twice");
}

Test (json, a_number_stays_in_the_range_of_its_type)
{
    static const char *const BAD[] = { "\"a_int32\": 2147483648",
                                       "\"a_int32\": 1.0",
                                       "\"a_int32\": \"1\"",
                                       "\"a_uint32\": -1",
                                       "\"a_uint32\": 4294967296",
                                       "\"a_uint64\": -1",
                                       "\"a_uint64\": \"-1\"",
                                       "\"a_int64\": \"\"",
                                       "\"a_int64\": \" 1\"",
                                       "\"a_int64\": \"1x\"",
                                       "\"a_int64\": \"--1\"",
                                       "\"a_int64\": true",
                                       "\"a_double\": \"1\"",
                                       "\"a_uint64\": \"18446744073709551616\"",
                                       "\"a_int64\": \"9223372036854775808\"" };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        char text[96], said[96];
        snprintf (text, sizeof text, "{%s}", BAD[i]);
        snprintf (said, sizeof said, "%.*s has to be a number in the range of its type",
                  (int) (strchr (BAD[i] + 1, '"') - BAD[i] - 1), BAD[i] + 1);
        expect_bad_json (&specimen_numbers_rule, text, said);
    }
    expect_bad_json (&specimen_numbers_rule, "{\"a_shade\": \"MAUVE\"}",
                     "a_shade has to be one of the names of its enum");
    expect_bad_json (&specimen_numbers_rule, "{\"a_shade\": 1}", "a_shade has to be one of the names of its enum");
}

Test (json, malformed_text_is_located_and_not_repeated)
{
    expect_json (&specimen_specimen_rule, "{\"note\":\n \"0107575234\" oops}", "JSON_MALFORMED",
                 "not JSON: line 2, column 18", "0107575234");
    expect_json (&specimen_specimen_rule, "", "JSON_MALFORMED", "not JSON: line 1, column 0", NULL);
}

Test (json, reads_what_it_writes_and_what_a_person_may_write)
{
    owned (arena) arena = arena_new (PLENTY);
    ProtobufCMessage *message = NULL;
    fault_t fault = { 0 };
    json_t *json = json_of ("{\"instant\": \"2026-03-02T10:00+01:00\", \"rentOre\": \"123456789012345678\", "
                            "\"tenantId\": 9007199254740993, \"cpr\": null, \"month\": \"1970-01\"}");
    cr_assert_eq (json_to_message (&specimen_formats_rule, json, arena, &message, &fault), STATUS_OK, "%s",
                  fault.message);
    json_decref (json);
    json = json_from_message (&specimen_formats_rule, message, true);
    char *text = json_dumps (json, JSON_COMPACT);
    cr_assert_str_eq (text, "{\"instant\":\"2026-03-02T09:00:00Z\",\"month\":\"1970-01\",\"cpr\":\"\",\"cvr\":\"\","
                            "\"rent_ore\":\"123456789012345678\",\"tenant_id\":\"9007199254740993\",\"district\":0,"
                            "\"slug\":\"\"}");
    free (text);
    json_decref (json);
}

Test (json, the_chosen_one_of_a_choice_is_written_even_when_empty)
{
    Specimen__Specimen specimen = SPECIMEN__SPECIMEN__INIT;
    specimen.choice_case = SPECIMEN__SPECIMEN__CHOICE_DAY;
    json_t *json = json_from_message (&specimen_specimen_rule, &specimen.base, true);
    char *text = json_dumps (json, JSON_COMPACT);
    cr_assert_str_eq (text, "{\"day\":\"1970-01-01\",\"note\":\"\",\"data\":\"\"}");
    free (text);
    json_decref (json);
}

Test (json, hides_every_personal_field)
{
    Specimen__Formats formats = SPECIMEN__FORMATS__INIT;
    Specimen__Specimen specimen = SPECIMEN__SPECIMEN__INIT;
    formats.cpr = (char *) "0107575234";
    formats.district = 3;
    specimen.formats = &formats;
    specimen.note = (char *) "secret";
    json_t *json = json_from_message (&specimen_specimen_rule, &specimen.base, false);
    char *text = json_dumps (json, JSON_COMPACT);
    cr_assert_str_eq (text, "{\"formats\":{\"cpr\":null,\"cvr\":\"\",\"rent_ore\":0,\"tenant_id\":0,\"district\":3,"
                            "\"slug\":\"\"},\"note\":null,\"data\":\"\"}");
    free (text);
    json_decref (json);
}

/* --- the tables --- */

static void expect_table (const message_rule_t *rule)
{
    for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        const message_rule_t *submessage = rule->submessages[i];
        cr_assert_eq (submessage != NULL, field->type == PROTOBUF_C_TYPE_MESSAGE);
        if (!submessage)
            continue;
        cr_assert_eq ((const void *) submessage->descriptor, field->descriptor);
        cr_assert (rule->personal || !submessage->personal);
        expect_table (submessage);
    }
}

Test (contract, the_rules_stand_in_the_order_of_the_descriptor)
{
    expect_table (&specimen_specimen_rule);
    cr_assert_eq (specimen_formats_rule.fields[0].format, FORMAT_DAY);
    cr_assert_eq (specimen_formats_rule.fields[3].format, FORMAT_CPR);
    cr_assert (specimen_formats_rule.fields[3].personal);
    cr_assert (specimen_lists_rule.personal);
    cr_assert_not (specimen_calendar_rule.personal);
}

Test (contract, every_caller_has_a_name_that_leads_back_to_it)
{
    for (caller_t caller = CALLER_NONE + 1; caller < CALLER_COUNT; caller++)
        cr_assert_eq (caller_by_name (caller_name (caller)), caller);
    cr_assert_null (caller_name (CALLER_NONE));
    cr_assert_null (caller_name (CALLER_COUNT));
    cr_assert_eq (caller_by_name (""), CALLER_NONE);
    cr_assert_eq (caller_by_name ("mayor"), CALLER_NONE);
}

Test (contract, a_method_is_found_by_its_whole_name_and_allows_only_its_callers)
{
    static const method_t METHODS[] = {
        { .name = "x.A/One", .callers = 1u << CALLER_LEASE | 1u << CALLER_OPERATOR },
        { .name = "x.A/Any", .callers = 1u << CALLER_ANYONE },
    };
    static const contract_t CONTRACT = { .package = "x", .methods = METHODS, .n_methods = 2 };
    const method_t *one = contract_method (&CONTRACT, "x.A/One");
    const method_t *any = contract_method (&CONTRACT, "x.A/Any");
    cr_assert (one == &METHODS[0] && any == &METHODS[1]);
    cr_assert_null (contract_method (&CONTRACT, "x.A/On"));
    for (caller_t caller = CALLER_NONE; caller <= CALLER_COUNT; caller++) {
        cr_assert_eq (method_allows (one, caller), caller == CALLER_LEASE || caller == CALLER_OPERATOR);
        cr_assert_eq (method_allows (any, caller), caller != CALLER_NONE && caller != CALLER_COUNT);
    }
}
