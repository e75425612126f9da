/*
 * The hours that go with an instance, and the answer with its proof, as files, little endian.
 *
 *     hours   8 bytes "FYRHOUR1"; u32 citizens, positions, jobs_most, words; u32 minutes_most[citizens];
 *             u32 minutes[positions]; u64 slots[positions * words]
 *     plan    8 bytes "FYRJOBS1"; u32 citizens, positions; u32 row[citizens + 1], where citizen i has the jobs from
 *             row[i] to before row[i + 1]; u32 position[], ascending within a row
 *     bound   8 bytes "FYRBOUN1"; u32 citizens, positions; u64 person, part; u64 price[citizens], price[positions]
 *
 * What they mean is said in several.h; `person` is SEVERAL_PERSON and `part` SEVERAL_PART.
 */
#ifndef FYR_PLACEMENT_MATCH_SEVERAL_FILES_H
#define FYR_PLACEMENT_MATCH_SEVERAL_FILES_H

#include "base/arena.h"
#include "base/bytes.h"
#include "placement/match/several.h"

/* For an instance of that size; lives in the arena. STATUS_INVALID_ARGUMENT names the byte (from 0);
 * STATUS_RESOURCE_EXHAUSTED: no memory. */
status_t hours_read (instance_source_t source, void *context, const instance_t *instance, arena_t *arena,
                     hours_t *ret_hours, fault_t *reterr);

/* All append; the buffer's maximum is the caller's. */
void hours_write (const hours_t *hours, const instance_t *instance, buffer_t *out);
void several_plan_write (const several_t *several, buffer_t *out);
void several_bound_write (const several_t *several, buffer_t *out);

#endif
