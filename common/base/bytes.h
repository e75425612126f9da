/*
 * Bytes: a borrowed view (bytes_t) and a buffer that grows up to a maximum it was made with (buffer_t).
 * A buffer cannot be made without its maximum. Growing past it, or past memory, makes it `overflowed`: later
 * appends do nothing, and the one who made it looks once at the end.
 */
#ifndef FYR_BASE_BYTES_H
#define FYR_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *data; /* borrowed; may be NULL when size is 0 */
    size_t size;
} bytes_t;

typedef struct {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t max;
    bool overflowed;
} buffer_t;

#define BUFFER(maximum) ((buffer_t){ .max = (maximum) })
#define owned_buffer __attribute__ ((cleanup (buffer_clear))) buffer_t

void buffer_clear (buffer_t *buffer);  /* frees; the buffer may be used again */
void buffer_rewind (buffer_t *buffer); /* empty, keeps its memory */

/* Room for `size` more bytes at the end, NULL when that is over the maximum. The caller then fills all of it. */
uint8_t *buffer_extend (buffer_t *buffer, size_t size);
void buffer_append (buffer_t *buffer, const void *data, size_t size);
void buffer_append_text (buffer_t *buffer, const char *text);
void buffer_printf (buffer_t *buffer, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

/* NUL-terminated view of what was appended (the NUL is not counted in size); "" when overflowed. Borrowed. */
const char *buffer_text (buffer_t *buffer);
bytes_t buffer_bytes (const buffer_t *buffer);

bytes_t bytes_of (const void *data, size_t size);
bool bytes_equal (bytes_t a, bytes_t b);

/* Lower-case hexadecimal; `out` holds 2 * size + 1 bytes. */
void hex_encode (bytes_t bytes, char *out);

/* Valid UTF-8 without NUL, overlong forms or surrogates. */
bool utf8_valid (const char *text, size_t size);

#endif
