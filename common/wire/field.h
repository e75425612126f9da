/*
 * The fields of a message as they stand on the wire, without unpacking it: for bytes that are already packed and would
 * only be unpacked to be packed again (an event inside its Event, a journal row's record inside a feed page), that are
 * only passed on (a letter of a bundle), or of which unpacking loses something (the length of a text).
 */
#ifndef FYR_WIRE_FIELD_H
#define FYR_WIRE_FIELD_H

#include "base/bytes.h"

#include <stdint.h>

/* Appends a field with a length. */
void field_append (buffer_t *out, uint32_t number, bytes_t content);

/* The next field of `in`, which is moved behind it. `ret_content`, borrowed from `in`, is what a field with a length
 * holds; it has no data for others. False when what stands there is no field: groups are none. */
bool field_take (bytes_t *in, uint32_t *ret_number, bytes_t *ret_content);

#endif
