#include "wire/member.h"

#include "base/bytes.h"

#include <stdio.h>
#include <string.h>

bool member_is_list (const ProtobufCFieldDescriptor *field)
{
    return field->label == PROTOBUF_C_LABEL_REPEATED;
}

bool member_is_choice (const ProtobufCFieldDescriptor *field)
{
    return field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
}

static const void *at_offset (const void *message, size_t offset)
{
    return (const char *) message + offset;
}

size_t member_count (const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const void *quantifier = at_offset (message, field->quantifier_offset);
    if (member_is_list (field))
        return *(const size_t *) quantifier;
    if (member_is_choice (field))
        return *(const uint32_t *) quantifier == field->id;
    return 1;
}

const void *member_item (const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t index)
{
    const void *member = at_offset (message, field->offset);
    if (!member_is_list (field))
        return member;
    return at_offset (*(const void *const *) member, index * member_item_size (field->type));
}

void *member_place (ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (char *) message + field->offset;
}

void *member_quantifier (ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (char *) message + field->quantifier_offset;
}

size_t member_item_size (ProtobufCType type)
{
    static const size_t SIZES[] = {
        [PROTOBUF_C_TYPE_INT32] = sizeof (int32_t),
        [PROTOBUF_C_TYPE_SINT32] = sizeof (int32_t),
        [PROTOBUF_C_TYPE_SFIXED32] = sizeof (int32_t),
        [PROTOBUF_C_TYPE_INT64] = sizeof (int64_t),
        [PROTOBUF_C_TYPE_SINT64] = sizeof (int64_t),
        [PROTOBUF_C_TYPE_SFIXED64] = sizeof (int64_t),
        [PROTOBUF_C_TYPE_UINT32] = sizeof (uint32_t),
        [PROTOBUF_C_TYPE_FIXED32] = sizeof (uint32_t),
        [PROTOBUF_C_TYPE_UINT64] = sizeof (uint64_t),
        [PROTOBUF_C_TYPE_FIXED64] = sizeof (uint64_t),
        [PROTOBUF_C_TYPE_FLOAT] = sizeof (float),
        [PROTOBUF_C_TYPE_DOUBLE] = sizeof (double),
        [PROTOBUF_C_TYPE_BOOL] = sizeof (protobuf_c_boolean),
        [PROTOBUF_C_TYPE_ENUM] = sizeof (int),
        [PROTOBUF_C_TYPE_STRING] = sizeof (char *),
        [PROTOBUF_C_TYPE_BYTES] = sizeof (ProtobufCBinaryData),
        [PROTOBUF_C_TYPE_MESSAGE] = sizeof (ProtobufCMessage *),
    };
    return SIZES[type];
}

bool member_item_is_empty (ProtobufCType type, const void *item)
{
    int64_t number = 0;
    if (type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(char *const *) item;
        return !text || text[0] == '\0';
    }
    if (type == PROTOBUF_C_TYPE_BYTES)
        return ((const ProtobufCBinaryData *) item)->len == 0;
    if (type == PROTOBUF_C_TYPE_MESSAGE)
        return !*(ProtobufCMessage *const *) item;
    if (type == PROTOBUF_C_TYPE_DOUBLE)
        return *(const double *) item == 0;
    if (type == PROTOBUF_C_TYPE_FLOAT)
        return *(const float *) item == 0;
    return member_item_number (type, item, &number) && number == 0;
}

bool member_item_number (ProtobufCType type, const void *item, int64_t *ret_number)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_BOOL:
        *ret_number = *(const int32_t *) item;
        return true;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        *ret_number = *(const int64_t *) item;
        return true;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        *ret_number = *(const uint32_t *) item;
        return true;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        if (*(const uint64_t *) item > INT64_MAX)
            return false;
        *ret_number = *(const int64_t *) item;
        return true;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return false;
    }
    return false;
}

/* Outermost first; returns how much of `out` is used. */
static size_t write_path (const path_t *path, char out[PATH_TEXT_SIZE])
{
    size_t used = path->outer ? write_path (path->outer, out) : 0;
    const char *dot = path->outer ? "." : "";
    int length = path->index == PATH_NO_INDEX
                     ? snprintf (out + used, PATH_TEXT_SIZE - used, "%s%s", dot, path->name)
                     : snprintf (out + used, PATH_TEXT_SIZE - used, "%s%s[%zu]", dot, path->name, path->index);
    used += (size_t) length;
    return used < PATH_TEXT_SIZE ? used : PATH_TEXT_SIZE - 1;
}

const char *path_text (const path_t *path, char out[PATH_TEXT_SIZE])
{
    size_t length = write_path (path ? path : &(path_t){ .name = "message", .index = PATH_NO_INDEX }, out);
    while (!utf8_valid (out, length)) /* a name that somebody else chose may have been cut within a character */
        length--;
    out[length] = '\0';
    return out;
}
