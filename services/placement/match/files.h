/*
 * An instance, its plan and the proof as files, little endian.
 *
 *     plan         8 bytes "FYRPLAN1"; u32 citizens, positions; u32 place[citizens], 0xffffffff for who is unplaced
 *     certificate  8 bytes "FYRCERT1"; u32 citizens, positions; u64 person; u32 price[citizens], u32 price[positions]
 *
 * The same plan gives the same bytes. What the prices prove is said in matching.h; `person` is MATCH_PERSON.
 */
#ifndef FYR_PLACEMENT_MATCH_FILES_H
#define FYR_PLACEMENT_MATCH_FILES_H

#include "base/bytes.h"
#include "placement/match/matching.h"

/* All append; the buffer's maximum is the caller's. The format of an instance is in instance.h. */
void instance_write (const instance_t *instance, buffer_t *out);
void plan_write (const matching_t *matching, buffer_t *out);
void certificate_write (const matching_t *matching, buffer_t *out);

#endif
