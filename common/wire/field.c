#include "wire/field.h"

enum { LENGTH_DELIMITED = 2, VARINT_MAX = 10 };

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
    append_varint (out, (uint64_t) number << 3 | LENGTH_DELIMITED);
    append_varint (out, content.size);
    buffer_append (out, content.data, content.size);
}
