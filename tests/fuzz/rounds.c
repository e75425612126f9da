#include "fuzz/rounds.h"

#include "fuzz/fuzz.h"

#include "base/own.h"
#include "wire/json.h"
#include "wire/member.h"
#include "wire/message.h"

#include <stdlib.h>

enum { MEMORY = 64 * 1024 * 1024 };

static void expect_same (const ProtobufCMessage *one, const ProtobufCMessage *other)
{
    owned_buffer a = BUFFER (WIRE_PAGE_MAX), b = BUFFER (WIRE_PAGE_MAX);
    message_pack (one, &a);
    message_pack (other, &b);
    ensure (!a.overflowed && bytes_equal (buffer_bytes (&a), buffer_bytes (&b)));
}

void expect_survives_wire (const message_rule_t *rule, const ProtobufCMessage *message)
{
    owned (arena) arena = arena_new (MEMORY);
    owned_buffer packed = BUFFER (WIRE_PAGE_MAX);
    ProtobufCMessage *read = NULL;
    fault_t why = { 0 };
    message_pack (message, &packed);
    status_t status = message_decode (rule, buffer_bytes (&packed), WIRE_PAGE_MAX, arena, &read, &why);
    if (status == STATUS_INVALID_ARGUMENT && strcmp (why.reason, "WIRE_TOO_LARGE") == 0)
        return; /* a valid list of nothing but empty messages costs more than it may */
    ensure (status == STATUS_OK);
    expect_same (message, read);
}

/* Fields of a newer contract: they pass through the wire, and JSON does not know their names. */
static bool has_unknown_fields (const message_rule_t *rule, const ProtobufCMessage *message)
{
    if (message->n_unknown_fields > 0)
        return true;
    for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        for (size_t n = 0; rule->submessages[i] && n < member_count (message, field); n++) {
            const ProtobufCMessage *inner = *(ProtobufCMessage *const *) member_item (message, field, n);
            if (inner && has_unknown_fields (rule->submessages[i], inner))
                return true;
        }
    }
    return false;
}

void expect_survives_json (const message_rule_t *rule, const ProtobufCMessage *message)
{
    owned (arena) arena = arena_new (MEMORY);
    ProtobufCMessage *read = NULL;
    fault_t why = { 0 };
    json_t *json = json_from_message (rule, message, true);
    ensure (json);
    char *text = json_dumps (json, JSON_COMPACT);
    json_decref (json);
    ensure (text);
    status_t status = json_parse_message (rule, text, strlen (text), arena, &read, &why);
    free (text);
    if (status == STATUS_INVALID_ARGUMENT && strcmp (why.reason, "JSON_TOO_LARGE") == 0)
        return; /* JSON has all the empty fields too */
    ensure (status == STATUS_OK);
    ensure (message_validate (rule, read, &why) == STATUS_OK);
    if (!has_unknown_fields (rule, message))
        expect_same (message, read);
}
