/* P5: an instance is read as it was written, or refused with the byte. */
#include "match_kit.h"

#include "base/bytes.h"
#include "placement/match/files.h"

#include <stdio.h>

typedef struct {
    const uint8_t *data;
    size_t size, at;
} memory_t;

static size_t from_memory (void *context, void *to, size_t size)
{
    memory_t *memory = context;
    size_t n = size < memory->size - memory->at ? size : memory->size - memory->at;
    if (n > 0)
        memcpy (to, memory->data + memory->at, n);
    memory->at += n;
    return n;
}

static status_t read_bytes (const uint8_t *data, size_t size, instance_t **ret, fault_t *reterr)
{
    memory_t memory = { data, size, 0 };
    return instance_read (from_memory, &memory, ret, reterr);
}

static void draw_file (buffer_t *out, uint64_t *seed)
{
    static case_t c;
    draw_case (&c, SHAPE_ANY, 12, 9, seed);
    instance_t *instance = build (&c);
    instance_write (instance, out);
    instance_destroy (&instance);
}

Test (match_instance, what_was_written_is_read)
{
    uint64_t seed = 5;
    for (int n = 0; n < 200; n++) {
        fault_t reason;
        instance_t *instance = NULL;
        owned_buffer bytes = BUFFER (1 << 20), again = BUFFER (1 << 20);
        draw_file (&bytes, &seed);
        cr_assert_eq (read_bytes (bytes.data, bytes.size, &instance, &reason), STATUS_OK, "%s", reason.message);
        instance_write (instance, &again);
        cr_assert (bytes_equal (buffer_bytes (&bytes), buffer_bytes (&again)));
        instance_destroy (&instance);
    }
}

Test (match_instance, a_file_that_ends_too_early_or_too_late_is_refused_at_that_byte)
{
    uint64_t seed = 6;
    owned_buffer bytes = BUFFER (1 << 20);
    draw_file (&bytes, &seed);
    for (size_t size = 0; size < bytes.size; size++) {
        fault_t reason;
        char where[32];
        instance_t *instance = NULL;
        snprintf (where, sizeof where, "byte %zu:", size);
        cr_assert_eq (read_bytes (bytes.data, size, &instance, &reason), STATUS_INVALID_ARGUMENT);
        cr_assert (strncmp (reason.message, where, strlen (where)) == 0, "%s, not %s", reason.message, where);
    }
    fault_t reason;
    instance_t *instance = NULL;
    char where[32];
    snprintf (where, sizeof where, "byte %zu:", bytes.size);
    buffer_append (&bytes, "", 1);
    cr_assert_eq (read_bytes (bytes.data, bytes.size, &instance, &reason), STATUS_INVALID_ARGUMENT);
    cr_assert (strncmp (reason.message, where, strlen (where)) == 0, "%s", reason.message);
}

/* What is still an instance after a byte has changed is solved like any other. */
Test (match_instance, a_damaged_file_is_refused_with_a_byte_or_is_another_instance)
{
    uint64_t seed = 7;
    int refused = 0, taken = 0;
    owned_buffer bytes = BUFFER (1 << 20);
    draw_file (&bytes, &seed);
    for (int n = 0; n < 20000; n++) {
        size_t at = draw (&seed) % bytes.size;
        uint8_t old = bytes.data[at];
        bytes.data[at] = (uint8_t) (draw (&seed) % 4 == 0 ? draw (&seed) : old ^ 1u << draw (&seed) % 8);
        fault_t reason;
        instance_t *instance = NULL;
        if (read_bytes (bytes.data, bytes.size, &instance, &reason) == STATUS_OK) {
            taken++;
            matching_t *m = matching_new (&instance);
            cr_assert (matching_solve (m) && matching_settle (m, NULL, NULL));
            check_proof (m);
            matching_destroy (&m);
        } else {
            refused++;
            cr_assert (strncmp (reason.message, "byte ", 5) == 0, "%s", reason.message);
        }
        bytes.data[at] = old;
    }
    cr_assert (refused > 1000 && taken > 1000, "%d refused, %d taken", refused, taken);
}

static void expect_refused (const case_t *c, const char *message)
{
    fault_t reason;
    instance_t *instance = NULL;
    status_t status = instance_build (c->citizens, c->positions, c->openings, c->pairs, c->n_pairs, &instance, &reason);
    cr_assert_eq (status, STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (reason.message, message);
}

Test (match_instance, pairs_that_cannot_be_are_named)
{
    static case_t c = { .citizens = 2, .positions = 2, .openings = { 1, 1 }, .n_pairs = 2 };
    c.pairs[0] = (instance_pair_t){ 1, 1, 1000 };
    c.pairs[1] = (instance_pair_t){ 1, 1, 3 };
    expect_refused (&c, "citizen 1, position 1: given twice");
    c.pairs[1] = (instance_pair_t){ 2, 1, 3 };
    expect_refused (&c, "pair 1: citizen 2, position 1, score 3");
    c.pairs[1] = (instance_pair_t){ 0, 1, 1001 };
    expect_refused (&c, "pair 1: citizen 0, position 1, score 1001");
    c.n_pairs = 0;
    c.openings[1] = 65536;
    expect_refused (&c, "position 1: 65536 openings, at most 65535");
}

Test (match_instance, the_same_plan_gives_the_same_bytes)
{
    uint64_t seed = 8;
    static case_t c;
    draw_case (&c, SHAPE_TIES, 40, 20, &seed);
    owned_buffer first = BUFFER (1 << 20), second = BUFFER (1 << 20);
    for (int n = 0; n < 2; n++) {
        matching_t *m = new_matching (&c);
        cr_assert (matching_solve (m) && matching_settle (m, NULL, NULL));
        plan_write (m, n ? &second : &first);
        certificate_write (m, n ? &second : &first);
        matching_destroy (&m);
    }
    cr_assert (bytes_equal (buffer_bytes (&first), buffer_bytes (&second)));
}
