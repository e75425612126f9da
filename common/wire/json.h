/*
 * Messages as JSON for people and their programs, both ways, from the descriptors and the rules.
 *
 * Field names are those of the .proto file (lowerCamelCase is understood too). 64-bit numbers are written as
 * numbers up to 2^53 and as text above; both are read. Formats: DAY "2026-03-02", INSTANT "2026-03-02T09:00:00Z"
 * (an instant with +01:00 or +02:00 is read too), MONTH "2026-03"; enum values by name; bytes as lower-case hex.
 * Written JSON has every field, also the empty ones, except an unset oneof, submessage, DAY, INSTANT or MONTH (0), so
 * that a reader knows what there is.
 */
#ifndef FYR_WIRE_JSON_H
#define FYR_WIRE_JSON_H

#include "base/arena.h"
#include "base/status.h"
#include "wire/contract.h"
#include "wire/message.h"

#include <jansson.h>

enum {
    JSON_TEXT_MAX =
        8 * WIRE_MESSAGE_MAX,           /* bytes of text: names and all, what a person writes for the largest message */
    JSON_VALUES_MAX = WIRE_MESSAGE_MAX, /* in it; on the wire each takes a byte at least */
    JSON_MEMORY_MAX = 24 * 1024 * 1024  /* what parsing may take at most, by the two above */
};

/* A new reference; NULL when memory ends or a text is not UTF-8. `show_personal` false writes personal fields as null:
 * for logs and lists. */
json_t *json_from_message (const message_rule_t *rule, const ProtobufCMessage *message, bool show_personal);

/* INVALID_ARGUMENT / JSON_BAD_FIELD names the field by path: unknown field, wrong type, unknown enum value, bad format.
 * A null is a field that is not there. The result has not been validated against the rules yet. RESOURCE_EXHAUSTED /
 * WIRE_NO_MEMORY as in message.h. */
status_t json_to_message (const message_rule_t *rule, json_t *json, arena_t *arena, ProtobufCMessage **ret_message,
                          fault_t *reterr);

/* The same from text. INVALID_ARGUMENT: JSON_TOO_LARGE over the maxima above; JSON_MALFORMED says line and column. When
 * there is no memory even for JSON_MEMORY_MAX, the process ends (ensure.h). */
status_t json_parse_message (const message_rule_t *rule, const char *text, size_t size, arena_t *arena,
                             ProtobufCMessage **ret_message, fault_t *reterr);

#endif
