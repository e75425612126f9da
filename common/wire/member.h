/*
 * Reaching into a message by its descriptor, and saying where in it one is. For this room only: validation and JSON
 * walk messages the same way.
 *
 * A member has items: as many as the list is long, one or none in a oneof, and always one otherwise.
 */
#ifndef FYR_WIRE_MEMBER_H
#define FYR_WIRE_MEMBER_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool member_is_list (const ProtobufCFieldDescriptor *field);
bool member_is_choice (const ProtobufCFieldDescriptor *field); /* in a oneof */

size_t member_count (const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* The item in place, of the C type that protoc-c gives it: int32_t, char *, ProtobufCBinaryData ... */
const void *member_item (const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t index);
size_t member_item_size (ProtobufCType type);

/* The same places, to be filled: the member (of a list: the pointer to its items), and what says how many or which. */
void *member_place (ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
void *member_quantifier (ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* 0, false, UNSPECIFIED, "", no bytes, no message. */
bool member_item_is_empty (ProtobufCType type, const void *item);

/* False for what is no whole number, and for the upper half of uint64. */
bool member_item_number (ProtobufCType type, const void *item, int64_t *ret_number);

/* Where one is: a list on the stack from the field outwards, and text only when something has to be said. */
typedef struct path {
    const struct path *outer; /* NULL for a field of the message itself */
    const char *name;
    size_t index; /* PATH_NO_INDEX unless in a list */
} path_t;

enum { PATH_TEXT_SIZE = 160 };
#define PATH_NO_INDEX SIZE_MAX

/* "records[3].at", "message" for NULL; cut at the end when it is longer. Returns `out`. */
const char *path_text (const path_t *path, char out[PATH_TEXT_SIZE]);

#endif
