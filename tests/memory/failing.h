/*
 * Memory that is counted, and fails when it is told to.
 *
 * The program is linked so that malloc, calloc, realloc and free of our own code, and arena_alloc, come through here
 * (ld --wrap); libraries that are linked at run time are not seen, except jansson, which allocates through wire/json.h.
 * One thread.
 */
#ifndef FYR_TESTS_MEMORY_FAILING_H
#define FYR_TESTS_MEMORY_FAILING_H

#include <stdbool.h>
#include <stddef.h>

/* Counts anew from here. */
void memory_watch (void);
size_t memory_calls (void); /* allocations since then */
size_t memory_live (void);  /* bytes that are allocated now, by the size of their blocks */
size_t memory_peak (void);  /* most bytes at once since then, beyond those that were there */

/* The nth allocation from here on fails; with `and_later` also all that follow. Ends with memory_heal. */
void memory_fail (size_t nth, bool and_later);
bool memory_heal (void); /* whether one has failed */

#endif
