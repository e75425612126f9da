/*
 * The one door for bytes from outside: bounded decoding, then validation; and packing on the way out.
 *
 * Invariant: a message that leaves message_decode holds only what its contract allows: known enum values, valid
 * UTF-8 without NUL, nothing longer or larger than its rule, formats checked, required fields present.
 * The library itself checks none of that.
 */
#ifndef FYR_WIRE_MESSAGE_H
#define FYR_WIRE_MESSAGE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/status.h"
#include "wire/contract.h"

enum {
    WIRE_MESSAGE_MAX = 64 * 1024, /* bytes of one message on the wire, feed pages excepted */
    WIRE_PAGE_MAX = 4 * 1024 * 1024,

    /* What unpacking may take for each byte on the wire, and for nothing. A bomb of unknown fields wants 54 bytes for
     * each of its bytes; an honest list of {day, hours} wants 14, of sparse records of twenty fields 32. */
    WIRE_COST_PER_BYTE = 32,
    WIRE_COST_FREE = 4096
};

/*
 * Decodes and validates into memory of `arena` (never freed by itself).
 *
 * INVALID_ARGUMENT, and the same bytes will never be a message:
 *   - WIRE_TOO_LARGE: over `max_size` bytes, or unpacking would take more than the costs above;
 *   - WIRE_MALFORMED: not a message of this type;
 *   - WIRE_BAD_FIELD: a field breaks its rule; the message names it by path and never repeats its value.
 * RESOURCE_EXHAUSTED: WIRE_NO_MEMORY, the arena is full; another time it may fit.
 */
status_t message_decode (const message_rule_t *rule, bytes_t bytes, size_t max_size, arena_t *arena,
                         ProtobufCMessage **ret_message, fault_t *reterr);

/* The validation alone, for messages that we made from JSON or by hand. */
status_t message_validate (const message_rule_t *rule, const ProtobufCMessage *message, fault_t *reterr);

/* Appends the packed message to `out` (which may overflow). */
void message_pack (const ProtobufCMessage *message, buffer_t *out);

/* An empty message of this type from the arena; NULL when the arena is full. */
ProtobufCMessage *message_new (const message_rule_t *rule, arena_t *arena);

#endif
