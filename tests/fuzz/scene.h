/*
 * A scene: what one service is told, in order, as bytes that a fuzzer can change.
 *
 * An act is a kind, a number, and up to 64 KiB of its own: kind(1) number(1) size(2, lowest first) bytes(size).
 *
 *     REQUEST  number: the caller, 0 is the first who may      bytes: mark of the method (types.h), packed request
 *     EVENT    number: which feed that is followed             bytes: a packed event, which becomes the next record
 *     ANSWER   number: which of the calls under way            bytes: status(1), packed reply
 *     TIME     number: none                                    bytes: minutes to go on, signed(4)
 *     RAW      number: kind of input and peer                  bytes: size(1) header(size) body
 *
 * Bytes that end early are the acts before the end.
 */
#ifndef FYR_TESTS_FUZZ_SCENE_H
#define FYR_TESTS_FUZZ_SCENE_H

#include "base/bytes.h"

typedef enum { ACT_REQUEST, ACT_EVENT, ACT_ANSWER, ACT_TIME, ACT_RAW, ACT_KINDS } act_kind_t;

typedef struct {
    act_kind_t kind;
    uint8_t number;
    bytes_t bytes; /* borrowed from what was read */
} act_t;

enum { SCENE_ACTS_MAX = 100, ACT_BYTES_MAX = 0xFFFF };

typedef struct {
    act_t acts[SCENE_ACTS_MAX];
    size_t count;
} scene_t;

scene_t scene_read (bytes_t bytes);
void scene_write (const scene_t *self, buffer_t *out);

#endif
