#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_clear (buffer_t *buffer)
{
    free (buffer->data);
    *buffer = BUFFER (buffer->max);
}

void buffer_rewind (buffer_t *buffer)
{
    buffer->size = 0;
    buffer->overflowed = false;
}

/* One byte more than asked is always kept, for the NUL of buffer_text. */
static bool reserve (buffer_t *buffer, size_t more)
{
    if (buffer->overflowed || more > buffer->max - buffer->size) {
        buffer->overflowed = true;
        return false;
    }
    size_t needed = buffer->size + more + 1;
    if (needed <= buffer->capacity)
        return true;
    size_t capacity = buffer->capacity ? buffer->capacity * 2 : 256;
    if (capacity < needed)
        capacity = needed;
    uint8_t *data = realloc (buffer->data, capacity);
    if (!data) {
        buffer->overflowed = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

uint8_t *buffer_extend (buffer_t *buffer, size_t size)
{
    if (!reserve (buffer, size))
        return NULL;
    uint8_t *at = buffer->data + buffer->size;
    buffer->size += size;
    return at;
}

void buffer_append (buffer_t *buffer, const void *data, size_t size)
{
    if (size == 0)
        return;
    uint8_t *at = buffer_extend (buffer, size);
    if (at)
        memcpy (at, data, size);
}

void buffer_append_text (buffer_t *buffer, const char *text)
{
    buffer_append (buffer, text, strlen (text));
}

void buffer_printf (buffer_t *buffer, const char *format, ...)
{
    va_list args;
    va_start (args, format);
    int wanted = vsnprintf (NULL, 0, format, args);
    va_end (args);
    if (wanted < 0 || !reserve (buffer, (size_t) wanted)) {
        buffer->overflowed = true;
        return;
    }
    va_start (args, format);
    vsnprintf ((char *) buffer->data + buffer->size, (size_t) wanted + 1, format, args);
    va_end (args);
    buffer->size += (size_t) wanted;
}

const char *buffer_text (buffer_t *buffer)
{
    if (buffer->overflowed || !reserve (buffer, 0))
        return "";
    buffer->data[buffer->size] = '\0';
    return (const char *) buffer->data;
}

bytes_t buffer_bytes (const buffer_t *buffer)
{
    return (bytes_t){ buffer->data, buffer->size };
}

bytes_t bytes_of (const void *data, size_t size)
{
    return (bytes_t){ data, size };
}

bool bytes_equal (bytes_t a, bytes_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp (a.data, b.data, a.size) == 0);
}

void hex_encode (bytes_t bytes, char *out)
{
    static const char DIGITS[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size; i++) {
        out[2 * i] = DIGITS[bytes.data[i] >> 4];
        out[2 * i + 1] = DIGITS[bytes.data[i] & 15];
    }
    out[2 * bytes.size] = '\0';
}

/* Length of the well-formed sequence at `s`, 0 when there is none (Unicode 15, table 3-7). */
static size_t sequence_length (const unsigned char *s, size_t left)
{
    if (s[0] == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    size_t length = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) || (s[0] == 0xF0 && s[1] < 0x90) ||
        (s[0] == 0xF4 && s[1] > 0x8F))
        return 0;
    return length;
}

/* Most text is ASCII and judged eight bytes at once: none above 0x7F, and none 0, which borrows when 1 is taken. */
static bool eight_ascii (const unsigned char *s)
{
    uint64_t eight;
    memcpy (&eight, s, sizeof eight);
    return ((eight | (eight - UINT64_C (0x0101010101010101))) & UINT64_C (0x8080808080808080)) == 0;
}

bool utf8_valid (const char *text, size_t size)
{
    const unsigned char *s = (const unsigned char *) text;
    while (size > 0) {
        size_t length = size >= 8 && eight_ascii (s) ? 8 : sequence_length (s, size);
        if (length == 0)
            return false;
        s += length;
        size -= length;
    }
    return true;
}
