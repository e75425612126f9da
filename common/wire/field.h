/*
 * One length-delimited field by hand: for bytes that are already packed and would only be unpacked to be packed
 * again (an event inside its Event, a journal row's record inside a feed page).
 */
#ifndef FYR_WIRE_FIELD_H
#define FYR_WIRE_FIELD_H

#include "base/bytes.h"

#include <stdint.h>

void field_append (buffer_t *out, uint32_t number, bytes_t content);

#endif
