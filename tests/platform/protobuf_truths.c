/*
 * protobuf-c 1.4.1. What the one door for bytes from a peer has to do itself.
 */
#include "base/own.h"
#include "truths.h"

#include "google/protobuf/descriptor.pb-c.h"
#include "options.pb-c.h"
#include "shapes.pb-c.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef struct {
    uint8_t *data;
    size_t size;
} wire_t;

#define WIRE(...) ((wire_t){ .data = (uint8_t[]){ __VA_ARGS__ }, .size = sizeof (uint8_t[]){ __VA_ARGS__ } })

/* Tags of Flat: field number * 8 + wire type. 15 is a field that it does not know. */
enum {
    NAME = 1 << 3 | 2,
    COLOUR = 3 << 3,
    SMALL = 6 << 3 | 2,
    TEXT = 7 << 3 | 2,
    UNKNOWN = 15 << 3,
    SMALL_VALUE = 1 << 3,
};

/* --- memory --- */

/* An allocator that counts, and that refuses over its limit or at one chosen allocation. */
typedef struct {
    size_t limit;
    long refuse_at; /* the allocation that fails, from 0; -1 for none */
    size_t bytes;
    long allocations;
    long live;
} budget_t;

static void *spend (void *data, size_t size)
{
    budget_t *self = data;
    if (self->allocations++ == self->refuse_at || size > self->limit - self->bytes)
        return NULL;
    void *memory = malloc (size);
    if (memory) {
        self->bytes += size;
        self->live++;
    }
    return memory;
}

static void give_back (void *data, void *memory)
{
    budget_t *self = data;
    if (memory)
        self->live--;
    free (memory);
}

static ProtobufCAllocator allocator_of (budget_t *budget)
{
    return (ProtobufCAllocator){ .alloc = spend, .free = give_back, .allocator_data = budget };
}

static bool unpacks_within (budget_t *budget, wire_t wire)
{
    ProtobufCAllocator allocator = allocator_of (budget);
    Truths__Flat *flat = truths__flat__unpack (&allocator, wire.size, wire.data);
    if (!flat)
        return false;
    truths__flat__free_unpacked (flat, &allocator);
    return true;
}

static wire_t bomb_of_unknown_fields (size_t size)
{
    wire_t bomb = { .data = malloc (size), .size = size };
    cr_assert (bomb.data, "out of memory");
    for (size_t i = 0; i + 1 < size; i += 2) {
        bomb.data[i] = UNKNOWN;
        bomb.data[i + 1] = 1;
    }
    return bomb;
}

enum { MIB = 1 << 20 };

/* What the door allows: 8 times the size on the wire and 4 KiB. */
static size_t allowance (size_t wire_size)
{
    return 8 * wire_size + 4096;
}

Test (memory, one_mebibyte_on_the_wire_can_cost_forty_and_half_a_million_allocations)
{
    wire_t bomb = bomb_of_unknown_fields (MIB);
    budget_t unlimited = { .limit = SIZE_MAX, .refuse_at = -1 };
    bool accepted = unpacks_within (&unlimited, bomb);
    free (bomb.data);
    cr_assert (accepted, "the bomb is refused by the library: the budget can go");
    cr_expect_gt (unlimited.bytes, (size_t) 40 * MIB, "the bomb costs only %zu bytes: the budget can be larger",
                  unlimited.bytes);
    cr_expect_gt (unlimited.allocations, 500000, "the bomb costs only %ld allocations", unlimited.allocations);
}

Test (memory, a_budget_turns_the_bomb_into_null_and_nothing_is_left_behind)
{
    wire_t bomb = bomb_of_unknown_fields (MIB);
    budget_t budget = { .limit = allowance (MIB), .refuse_at = -1 };
    bool accepted = unpacks_within (&budget, bomb);
    free (bomb.data);
    cr_expect (!accepted, "the budget does not stop the bomb");
    cr_expect_eq (budget.live, 0, "a refused message leaves %ld allocations behind", budget.live);
}

/* A message with every kind of field, and two that are unknown, packed at `out`. */
static size_t pack_one_of_each (uint8_t out[256])
{
    Truths__Small small = TRUTHS__SMALL__INIT;
    small.value = 1;
    Truths__Small *smalls[] = { &small, &small };
    uint32_t numbers[] = { 1, 2, 3 };
    uint8_t blob[] = { 'x', 'y', 'z' };
    Truths__Flat flat = TRUTHS__FLAT__INIT;
    flat.name = (char[]){ "name" };
    flat.blob = (ProtobufCBinaryData){ .len = sizeof blob, .data = blob };
    flat.n_numbers = 3;
    flat.numbers = numbers;
    flat.n_smalls = 2;
    flat.smalls = smalls;
    flat.small = &small;
    flat.body_case = TRUTHS__FLAT__BODY_OTHER;
    flat.other = &small;
    size_t size = truths__flat__pack (&flat, out);
    const uint8_t unknown[] = { UNKNOWN, 5, UNKNOWN | 2, 2, 'a', 'b' };
    memcpy (out + size, unknown, sizeof unknown);
    return size + sizeof unknown;
}

Test (memory, an_honest_message_fits_the_budget)
{
    uint8_t bytes[256];
    wire_t wire = { .data = bytes, .size = pack_one_of_each (bytes) };
    budget_t budget = { .limit = allowance (wire.size), .refuse_at = -1 };
    cr_assert (unpacks_within (&budget, wire), "the budget is too small for an honest message");
    cr_assert_eq (budget.live, 0, "%ld allocations are not given back", budget.live);
}

Test (memory, whichever_allocation_fails_the_answer_is_null_and_nothing_leaks)
{
    uint8_t bytes[256];
    wire_t wire = { .data = bytes, .size = pack_one_of_each (bytes) };
    budget_t whole = { .limit = SIZE_MAX, .refuse_at = -1 };
    cr_assert (unpacks_within (&whole, wire), "the message does not unpack");
    cr_assert_gt (whole.allocations, 10, "the message is too simple for this case");
    for (long i = 0; i < whole.allocations; i++) {
        budget_t budget = { .limit = SIZE_MAX, .refuse_at = i };
        cr_expect (!unpacks_within (&budget, wire), "unpack does not notice that allocation %ld failed", i);
        cr_expect_eq (budget.live, 0, "%ld allocations leak when number %ld fails", budget.live, i);
    }
}

enum { NEST_MAX = 64 * 1024, NEST_STACK = 8 * MIB };

/* Written from the inside, so from the end: each layer is a tag, the length of what is inside, and the inside. */
static size_t nest (uint8_t *end, size_t max)
{
    size_t size = 0;
    while (size + 4 <= max) {
        uint8_t layer[4] = { 1 << 3 | 2 };
        size_t header = 1;
        size_t rest = size;
        for (; rest >= 0x80; rest >>= 7)
            layer[header++] = (uint8_t) (rest | 0x80);
        layer[header++] = (uint8_t) rest;
        size += header;
        memcpy (end - size, layer, header);
    }
    return size;
}

static void unpack_deep_nest (void *unused)
{
    (void) unused;
    static uint8_t bytes[NEST_MAX];
    const struct rlimit usual = { .rlim_cur = NEST_STACK, .rlim_max = NEST_STACK };
    (void) setrlimit (RLIMIT_STACK, &usual);
    size_t size = nest (bytes + sizeof bytes, sizeof bytes);
    (void) truths__nest__unpack (NULL, size, bytes + sizeof bytes - size);
}

Test (memory, a_small_message_that_nests_itself_overflows_the_stack)
{
    ending_t ending = ending_of (unpack_deep_nest, NULL);
    cr_assert_eq (ending.signal, SIGSEGV, "depth is limited: a contract may have messages that hold themselves");
}

/* --- what is not checked --- */

static Truths__Flat *unpacked (wire_t wire)
{
    Truths__Flat *flat = truths__flat__unpack (NULL, wire.size, wire.data);
    cr_assert (flat, "the library checks this itself now: the door's own check can go");
    return flat;
}

static void done_with (Truths__Flat *flat)
{
    truths__flat__free_unpacked (flat, NULL);
}

Test (unchecked, text_that_is_not_utf8_is_taken)
{
    Truths__Flat *flat = unpacked (WIRE (NAME, 2, 0xff, 0xfe));
    cr_expect_str_eq (flat->name, "\xff\xfe", "text is changed on the way in");
    done_with (flat);
}

/* So the length on the wire is not the length in memory, and what follows the NUL is lost. */
Test (unchecked, text_with_a_nul_inside_is_taken_and_looks_shorter)
{
    Truths__Flat *flat = unpacked (WIRE (NAME, 3, 'a', 0, 'b'));
    cr_expect_eq (strlen (flat->name), 1, "a NUL no longer cuts a text");
    done_with (flat);
}

Test (unchecked, an_enum_value_that_nobody_named_is_taken)
{
    Truths__Flat *flat = unpacked (WIRE (COLOUR, 42));
    cr_expect_eq ((int) flat->colour, 42, "an unknown enum value becomes another");
    done_with (flat);
}

Test (unchecked, no_bytes_at_all_are_a_message)
{
    uint8_t nothing[1];
    Truths__Flat *flat = unpacked ((wire_t){ .data = nothing, .size = 0 });
    cr_expect (*flat->name == '\0' && !flat->small, "an empty message is not empty");
    done_with (flat);
}

Test (unchecked, a_field_that_comes_twice_is_taken_and_the_last_wins)
{
    Truths__Flat *flat =
        unpacked (WIRE (NAME, 1, 'a', SMALL, 2, SMALL_VALUE, 1, NAME, 1, 'b', SMALL, 2, SMALL_VALUE, 9));
    cr_expect_str_eq (flat->name, "b", "the first text wins");
    cr_expect_eq (flat->small->value, 9, "the first submessage wins");
    done_with (flat);
}

/* --- packing again --- */

static bool survives_repacking (wire_t wire)
{
    Truths__Flat *flat = unpacked (wire);
    uint8_t again[64];
    cr_assert_leq (truths__flat__get_packed_size (flat), sizeof again, "the message is too large for this case");
    size_t size = truths__flat__pack (flat, again);
    done_with (flat);
    return size == wire.size && memcmp (again, wire.data, size) == 0;
}

Test (repacking, a_message_in_the_usual_order_comes_back_the_same)
{
    cr_assert (survives_repacking (WIRE (NAME, 1, 'a', COLOUR, 1)), "even a message in the usual order changes");
}

Test (repacking, other_valid_bytes_for_the_same_message_do_not_come_back)
{
    static const char *const what_can_go = "repacking is identity here: hashes need not be of the bytes as received";
    cr_expect (!survives_repacking (WIRE (COLOUR, 1, NAME, 1, 'a')), "order: %s", what_can_go);
    cr_expect (!survives_repacking (WIRE (UNKNOWN, 5, NAME, 1, 'a')), "unknown fields: %s", what_can_go);
    cr_expect (!survives_repacking (WIRE (COLOUR, 0)), "defaults: %s", what_can_go);
    cr_expect (!survives_repacking (WIRE (COLOUR, 0x81, 0)), "long numbers: %s", what_can_go);
    cr_expect (!survives_repacking (WIRE (TEXT, 1, 'a', TEXT, 1, 'b')), "duplicates: %s", what_can_go);
}

/* --- the compiler --- */

static run_t *compile (const char *schema)
{
    scratch_write ("schema.proto", schema);
    return RUN (NULL, "protoc-c", "--c_out=.", "schema.proto");
}

Test (compiler, a_plain_schema_compiles)
{
    owned (run) attempt = compile ("syntax = \"proto3\"; message M { int32 a = 1; }");
    cr_assert_eq (attempt->ending.exit_code, 0, "protoc-c does not work here: %s", attempt->output);
}

Test (compiler, proto3_optional_is_refused)
{
    owned (run) attempt = compile ("syntax = \"proto3\"; message M { optional int32 a = 1; }");
    cr_expect_neq (attempt->ending.exit_code, 0, "optional compiles: presence need not be a submessage or a oneof");
    cr_expect (strstr (attempt->output, "optional"), "refused for another reason: %s", attempt->output);
}

Test (compiler, oneof_field_names_of_ones_own_make_it_crash)
{
    owned (run) attempt =
        compile ("syntax = \"proto3\";\n"
                 "package a.v1;\n"
                 "import \"protobuf-c/protobuf-c.proto\";\n"
                 "option (pb_c_file).use_oneof_field_name = true;\n"
                 "message Small { uint32 value = 1; }\n"
                 "message M { oneof body { int32 a = 1; Small b = 2; } oneof other { int32 c = 3; } }\n");
    cr_assert_eq (attempt->ending.signal, SIGSEGV, "use_oneof_field_name may be used. It said: %s", attempt->output);
}

/* There is no map in C, only a list of pairs: nothing keeps a key from coming twice. */
Test (compiler, a_map_is_a_list_in_which_a_key_may_come_twice)
{
    owned (run) attempt = compile ("syntax = \"proto3\"; message M { map<string, int32> a = 1; }");
    owned (run) header = RUN (NULL, "grep", "AEntry \\*\\*a;", "schema.pb-c.h");
    cr_expect_eq (attempt->ending.exit_code, 0, "protoc-c refuses maps: %s", attempt->output);
    cr_expect_eq (header->ending.exit_code, 0, "a map is no longer a list of pairs: contracts may have maps");
}

Test (compiler, a_package_can_have_a_short_name_in_c)
{
    cr_expect_str_eq (options__person__descriptor.name, "truths.options.v1.Person", "the name on the wire changed");
    cr_expect_str_eq (options__person__descriptor.c_name, "Options__Person", "c_package no longer names the C types");
}

/* --- custom options --- */

Test (options, the_generated_c_does_not_keep_them)
{
    const ProtobufCFieldDescriptor *personal = &options__person__descriptor.fields[0];
    const ProtobufCFieldDescriptor *plain = &options__person__descriptor.fields[1];
    cr_expect_eq (personal->flags, plain->flags, "the C descriptor tells personal fields: the descriptor set can go");
    cr_expect (!personal->reserved_flags && !personal->reserved2 && !personal->reserved3,
               "the C descriptor has more to say: perhaps the descriptor set can go");
}

typedef struct {
    Google__Protobuf__FileDescriptorSet *set;
    const Google__Protobuf__FileDescriptorProto *file; /* options.proto; within `set` */
} schemas_t;

static size_t read_part (const char *name, uint8_t *bytes, size_t max)
{
    FILE *file = fopen (part (name).text, "rb");
    cr_assert (file, "make has not built %s", part (name).text);
    size_t size = fread (bytes, 1, max, file);
    cr_assert (fclose (file) == 0 && size < max, "%s is too large for this case", name);
    return size;
}

static schemas_t read_schemas (void)
{
    static uint8_t bytes[MIB];
    size_t size = read_part ("options.set", bytes, sizeof bytes);
    schemas_t schemas = { .set = google__protobuf__file_descriptor_set__unpack (NULL, size, bytes) };
    cr_assert (schemas.set, "a descriptor set cannot be read with the compiled descriptor.proto");
    for (size_t i = 0; i < schemas.set->n_file; i++) {
        if (strcmp (schemas.set->file[i]->name, "options.proto") == 0)
            schemas.file = schemas.set->file[i];
    }
    cr_assert (schemas.file, "options.proto is not in the descriptor set");
    return schemas;
}

static void forget (schemas_t *schemas)
{
    google__protobuf__file_descriptor_set__free_unpacked (schemas->set, NULL);
}

static const ProtobufCMessageUnknownField *only_unknown_field (const ProtobufCMessage *options)
{
    cr_assert_eq (options->n_unknown_fields, 1, "a custom option no longer arrives as an unknown field");
    return &options->unknown_fields[0];
}

Test (options, a_descriptor_set_keeps_a_flag_on_a_field)
{
    schemas_t schemas = read_schemas ();
    const Google__Protobuf__DescriptorProto *person = schemas.file->message_type[1];
    cr_assert_str_eq (person->name, "Person", "messages are not in the order of the file");
    const ProtobufCMessageUnknownField *personal = only_unknown_field (&person->field[0]->options->base);
    cr_expect_eq (personal->tag, 50002, "the tag of the option changed");
    cr_expect (personal->len == 1 && personal->data[0] == 1, "the flag is not kept");
    cr_expect_null (person->field[1]->options, "a field without options has some");
    forget (&schemas);
}

Test (options, a_descriptor_set_keeps_a_message_on_a_method)
{
    schemas_t schemas = read_schemas ();
    const Google__Protobuf__MethodDescriptorProto *find = schemas.file->service[0]->method[0];
    const ProtobufCMessageUnknownField *policy = only_unknown_field (&find->options->base);
    cr_assert_eq (policy->tag, 50001, "the tag of the option changed");
    /* the data of an unknown field that has a length begins with it, here in one byte */
    cr_assert (policy->len == 3 && policy->data[0] == 2, "an unknown field no longer begins with its length");
    Options__Policy *value = options__policy__unpack (NULL, policy->len - 1, policy->data + 1);
    cr_assert (value, "the option is not a Policy");
    cr_expect_eq (value->limit, 7, "the value is not kept");
    options__policy__free_unpacked (value, NULL);
    forget (&schemas);
}
