/*
 * JSON in both directions. Input: two bytes that name a message type (types.h), then text.
 */
#include "fuzz/fuzz.h"
#include "fuzz/rounds.h"
#include "fuzz/types.h"

#include "base/own.h"
#include "harness/messages.h"
#include "wire/json.h"
#include "wire/message.h"

#include <stdlib.h>

enum { MEMORY = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size < TYPE_MARK_SIZE)
        return 0;
    const message_rule_t *rule = type_by_mark (data);
    owned (arena) arena = arena_new (MEMORY);
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    status_t status =
        json_parse_message (rule, (const char *) data + TYPE_MARK_SIZE, size - TYPE_MARK_SIZE, arena, &message, &why);
    if (status != STATUS_OK) {
        expect_clear (status, &why);
        ensure (status == STATUS_INVALID_ARGUMENT && !message);
        return 0;
    }
    status = message_validate (rule, message, &why);
    if (status != STATUS_OK) {
        expect_clear (status, &why);
        return 0;
    }
    expect_survives_wire (rule, message);
    expect_survives_json (rule, message);
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
    json_t *json = json_from_message (rule, draw_message (&drawer, rule), true);
    char *text = json_dumps (json, JSON_COMPACT);
    json_decref (json);
    size_t length = strlen (text);
    if (TYPE_MARK_SIZE + length <= max_size) {
        type_mark (rule->descriptor->name, data);
        memcpy (data + TYPE_MARK_SIZE, text, length);
        size = TYPE_MARK_SIZE + length;
    }
    free (text);
    return size;
}
