/*
 * What the fuzzing targets share. Each target is a program of libFuzzer's: it gets bytes and aborts when something does
 * not hold (ensure). The bytes come from a mutator that knows what they mean, so that most of them get past the first
 * refusal.
 */
#ifndef FYR_TESTS_FUZZ_FUZZ_H
#define FYR_TESTS_FUZZ_FUZZ_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/ensure.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* libFuzzer calls these ... */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver (const uint8_t *one, size_t one_size, const uint8_t *two, size_t two_size,
                                  uint8_t *out, size_t max_size, unsigned seed);
/* ... and offers this. */
size_t LLVMFuzzerMutate (uint8_t *data, size_t size, size_t max_size);

/* A refusal says why, in words that can be written anywhere. */
static inline void expect_clear (status_t status, const fault_t *why)
{
    ensure (status != STATUS_OK && why->status == status);
    ensure (why->reason[0] && strspn (why->reason, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen (why->reason));
    ensure (why->message[0] && utf8_valid (why->message, strlen (why->message)));
}

#endif
