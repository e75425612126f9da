/*
 * Memory that lives as long as one step and has a limit.
 *
 * Everything that a message needs while it is handled (the decoded request, the reply and what hangs on it)
 * comes from one arena, and all of it goes at once. Nothing is freed one by one. When the limit is
 * reached, arena_alloc gives NULL: that is what turns a decompression bomb into one clean refusal.
 */
#ifndef FYR_BASE_ARENA_H
#define FYR_BASE_ARENA_H

#include <stddef.h>

typedef struct arena arena_t;

arena_t *arena_new (size_t limit); /* bytes, all allocations of one round together */
void arena_destroy (arena_t **self);

void *arena_alloc (arena_t *self, size_t size); /* aligned for any type; NULL when over the limit or out of memory */
void arena_reset (arena_t *self); /* everything allocated so far is gone; keeps one block for the next round */
size_t arena_used (const arena_t *self);
void arena_set_limit (arena_t *self, size_t limit);

#endif
