/*
 * The edge. Input: two bytes that name a message type (types.h), then bytes of such a message.
 *
 * Whatever comes in is refused clearly within the budget, or it is a message that survives the wire and JSON unchanged.
 */
#include "fuzz/fuzz.h"
#include "fuzz/rounds.h"
#include "fuzz/types.h"

#include "base/own.h"
#include "harness/messages.h"
#include "wire/message.h"

enum { MEMORY = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size < TYPE_MARK_SIZE)
        return 0;
    const message_rule_t *rule = type_by_mark (data);
    bytes_t bytes = bytes_of (data + TYPE_MARK_SIZE, size - TYPE_MARK_SIZE);
    owned (arena) arena = arena_new (MEMORY);
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    status_t status = message_decode (rule, bytes, WIRE_MESSAGE_MAX, arena, &message, &why);
    ensure (arena_used (arena) <= 2 * (WIRE_COST_PER_BYTE * bytes.size + WIRE_COST_FREE));
    if (status == STATUS_OK) {
        expect_survives_wire (rule, message);
        expect_survives_json (rule, message);
    } else {
        expect_clear (status, &why);
        ensure (status == STATUS_INVALID_ARGUMENT && !message);
    }
    return 0;
}

size_t LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    if (size >= TYPE_MARK_SIZE && seed % 8 != 0)
        return TYPE_MARK_SIZE +
               LLVMFuzzerMutate (data + TYPE_MARK_SIZE, size - TYPE_MARK_SIZE, max_size - TYPE_MARK_SIZE);
    owned (arena) arena = arena_new (MEMORY);
    drawer_t drawer = { .seed = seed, .arena = arena };
    const message_rule_t *rule = type_at ((size_t) draw_between (&drawer, 0, (int64_t) types_count () - 1));
    owned_buffer out = BUFFER (max_size);
    type_mark (rule->descriptor->name, buffer_extend (&out, TYPE_MARK_SIZE));
    message_pack (draw_message (&drawer, rule), &out);
    if (out.overflowed)
        return size;
    memcpy (data, out.data, out.size);
    return out.size;
}
