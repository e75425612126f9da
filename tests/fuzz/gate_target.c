/*
 * The door: what a ZAP question (RFC 27) may look like. Input: frames, each a byte of size and the bytes.
 *
 * Only the one active key of the table, in a question that is exactly right, opens it.
 */
#include "fuzz/fuzz.h"
#include "fuzz/scratch.h"

#include "base/own.h"
#include "bus/gate.h"
#include "harness/chance.h"

#include <zmq.h>

enum { FRAMES_MAX = 12, KEY_BYTES = 32 };

static const uint8_t ACTIVE[KEY_BYTES] = "the key of a desk, in thirty-two",
                     REVOKED[KEY_BYTES] = "the key of one that went, years ";

static registry_t *open_table (void)
{
    char text[512], active[PUBLIC_KEY_SIZE], revoked[PUBLIC_KEY_SIZE];
    fault_t why = { 0 };
    int size = snprintf (text, sizeof text, "desk tmf_desk active %s - -\nold bif_desk revoked %s - -\n",
                         zmq_z85_encode (active, ACTIVE, KEY_BYTES), zmq_z85_encode (revoked, REVOKED, KEY_BYTES));
    scratch_write ("registry", bytes_of (text, (size_t) size));
    registry_t *registry = registry_load (scratch_file ("registry"), &why);
    scratch_forget ("registry");
    ensure (registry && registry_count (registry) == 2);
    return registry;
}

static bool is (bytes_t frame, const void *bytes, size_t size)
{
    return bytes_equal (frame, bytes_of (bytes, size));
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static registry_t *table; /* kept */
    if (!table)
        table = open_table ();
    bytes_t frames[FRAMES_MAX];
    size_t count = 0;
    while (size > 0 && count < FRAMES_MAX) {
        size_t length = data[0] < size ? data[0] : size - 1;
        frames[count++] = bytes_of (data + 1, length);
        data += 1 + length;
        size -= 1 + length;
    }
    char key[PUBLIC_KEY_SIZE];
    bool right = count == GATE_FRAMES && is (frames[0], "1.0", 3) && is (frames[5], "CURVE", 5) &&
                 is (frames[6], ACTIVE, KEY_BYTES);
    bool opens = gate_decide (table, frames, count, key);
    ensure (opens == right);
    ensure (!opens || registry_by_key (table, key)->caller == CALLER_TMF_DESK);
    return 0;
}

static size_t add_frame (uint8_t *out, const void *bytes, size_t size)
{
    out[0] = (uint8_t) size;
    memcpy (out + 1, bytes, size);
    return 1 + size;
}

/* A right question of an active, a revoked or an unknown key, then bytes of it changed. */
size_t LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    uint64_t chance = seed;
    uint8_t question[256], unknown[KEY_BYTES];
    if (draw (&chance) % 4 == 0) {
        for (size_t i = 0; i < KEY_BYTES; i++)
            unknown[i] = (uint8_t) draw (&chance);
        const uint8_t *const KEYS[] = { ACTIVE, REVOKED, unknown };
        size_t used = add_frame (question, "1.0", 3);
        used += add_frame (question + used, "1", 1);
        used += add_frame (question + used, "fyrtaarn", 8);
        used += add_frame (question + used, "127.0.0.1", 9);
        used += add_frame (question + used, "", 0);
        used += add_frame (question + used, "CURVE", 5);
        used += add_frame (question + used, KEYS[draw (&chance) % 3], KEY_BYTES);
        size = used < max_size ? used : max_size;
        memcpy (data, question, size);
        if (draw (&chance) % 2 == 0)
            return size;
    }
    return LLVMFuzzerMutate (data, size, max_size);
}
