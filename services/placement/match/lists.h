/*
 * Many short lists of numbers in one block of memory, each of which can grow: the pairs of every citizen, the pairs of
 * every position, the citizens whom every position holds.
 *
 * Invariant: list i is pool[start] to pool[start + count - 1], count <= room, and rooms do not overlap. A list that
 * outgrows its room moves to the end of the pool into twice the room, so what is left behind is never more than what is
 * in use.
 */
#ifndef FYR_PLACEMENT_MATCH_LISTS_H
#define FYR_PLACEMENT_MATCH_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t start, count, room;
} list_t;

typedef struct {
    list_t *list;
    uint32_t n_lists;
    uint32_t *pool;
    size_t used, size;
} lists_t;

/* `n_lists` empty lists, of which list i may grow to room[i] without moving; `room` NULL: none yet. False: no memory.
 */
bool lists_init (lists_t *self, uint32_t n_lists, const uint32_t *room);
void lists_clear (lists_t *self);

/* After it, list i takes `room` entries in all without fail. False: no memory, and nothing has changed. */
bool lists_reserve (lists_t *self, uint32_t i, uint32_t room);

static inline uint32_t list_count (const lists_t *self, uint32_t i)
{
    return self->list[i].count;
}

static inline uint32_t *list_first (const lists_t *self, uint32_t i)
{
    return self->pool + self->list[i].start;
}

static inline uint32_t *list_end (const lists_t *self, uint32_t i)
{
    return self->pool + self->list[i].start + self->list[i].count;
}

/* Lists lie far apart, and to wait for several at once takes no longer than for one: these ask ahead of use, for where
 * a list is and for what stands there. Inlined, because a function that does nothing else is taken for one that does
 * nothing. */
#define ALWAYS_INLINE __attribute__ ((always_inline)) static inline

ALWAYS_INLINE void list_ask_where (const lists_t *self, uint32_t i)
{
    __builtin_prefetch (&self->list[i]);
}

ALWAYS_INLINE void list_ask_for (const lists_t *self, uint32_t i)
{
    for (const uint32_t *at = list_first (self, i), *end = list_end (self, i); at < end; at += 16)
        __builtin_prefetch (at);
}

/* There must be room. */
static inline void list_add (lists_t *self, uint32_t i, uint32_t entry)
{
    self->pool[self->list[i].start + self->list[i].count++] = entry;
}

/* The last one takes its place. `entry` must stand there. */
static inline void list_drop (lists_t *self, uint32_t i, uint32_t entry)
{
    uint32_t *at = list_first (self, i);
    while (*at != entry)
        at++;
    *at = self->pool[self->list[i].start + --self->list[i].count];
}

/* For lists that ascend, and still do afterwards. To insert there must be room; to remove it must stand there. */
void list_insert (lists_t *self, uint32_t i, uint32_t entry);
void list_remove (lists_t *self, uint32_t i, uint32_t entry);

/* Further lists, empty. False: no memory, and nothing has changed. */
bool lists_append (lists_t *self, uint32_t more);

#endif
