#include "wire/field.h"

#include <protobuf-c/protobuf-c.h>

enum { FIELD_NUMBER_MAX = (1 << 29) - 1, VARINT_MAX = 10 };

static void append_varint (buffer_t *out, uint64_t value)
{
    uint8_t bytes[VARINT_MAX];
    size_t size = 0;
    while (value >= 0x80) {
        bytes[size++] = (uint8_t) (value | 0x80);
        value >>= 7;
    }
    bytes[size++] = (uint8_t) value;
    buffer_append (out, bytes, size);
}

void field_append (buffer_t *out, uint32_t number, bytes_t content)
{
    append_varint (out, (uint64_t) number << 3 | PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
    append_varint (out, content.size);
    buffer_append (out, content.data, content.size);
}

/* --- reading --- */

static bool take_varint (bytes_t *in, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && in->size > 0; shift += 7) {
        uint8_t byte = *in->data++;
        in->size--;
        value |= (uint64_t) (byte & 0x7F) << shift;
        if (!(byte & 0x80)) {
            *ret_value = value;
            return true;
        }
    }
    return false;
}

static bool take_bytes (bytes_t *in, uint64_t size, bytes_t *ret_bytes)
{
    if (size > in->size)
        return false;
    *ret_bytes = bytes_of (in->data, (size_t) size);
    in->data += size;
    in->size -= (size_t) size;
    return true;
}

bool field_take (bytes_t *in, uint32_t *ret_number, bytes_t *ret_content)
{
    uint64_t key, value;
    bytes_t skipped;
    *ret_content = (bytes_t){ 0 };
    if (!take_varint (in, &key) || key >> 3 == 0 || key >> 3 > FIELD_NUMBER_MAX)
        return false;
    *ret_number = (uint32_t) (key >> 3);
    switch (key & 7) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return take_varint (in, &value);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return take_bytes (in, 8, &skipped);
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return take_varint (in, &value) && take_bytes (in, value, ret_content);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return take_bytes (in, 4, &skipped);
    default: /* groups */
        return false;
    }
}
