#include "base/arena.h"

#include "base/ensure.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum { BLOCK_SIZE = 16 * 1024 };

typedef struct block {
    struct block *next;
    size_t size;
    size_t used;
    alignas (max_align_t) unsigned char bytes[];
} block_t;

struct arena {
    block_t *blocks; /* the newest first */
    size_t used;
    size_t limit;
};

arena_t *arena_new (size_t limit)
{
    arena_t *self = calloc (1, sizeof *self);
    ensure (self);
    self->limit = limit;
    return self;
}

static void free_blocks (block_t *block)
{
    while (block) {
        block_t *next = block->next;
        free (block);
        block = next;
    }
}

void arena_destroy (arena_t **self)
{
    if (!*self)
        return;
    free_blocks ((*self)->blocks);
    free (*self);
    *self = NULL;
}

static block_t *add_block (arena_t *self, size_t size)
{
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    block_t *block = malloc (sizeof *block + room);
    if (!block)
        return NULL;
    *block = (block_t){ .next = self->blocks, .size = room };
    self->blocks = block;
    return block;
}

void *arena_alloc (arena_t *self, size_t size)
{
    size_t step = alignof (max_align_t);
    if (size > self->limit)
        return NULL;
    size_t rounded = (size + step - 1) / step * step;
    if (rounded > self->limit - (self->used < self->limit ? self->used : self->limit))
        return NULL;
    block_t *block = self->blocks;
    if (!block || block->size - block->used < rounded)
        block = add_block (self, rounded);
    if (!block)
        return NULL;
    void *at = block->bytes + block->used;
    block->used += rounded;
    self->used += rounded;
    return at;
}

void arena_reset (arena_t *self)
{
    self->used = 0;
    if (!self->blocks)
        return;
    free_blocks (self->blocks->next);
    self->blocks->next = NULL;
    self->blocks->used = 0;
    if (self->blocks->size > BLOCK_SIZE) {
        free (self->blocks);
        self->blocks = NULL;
    }
}

size_t arena_used (const arena_t *self)
{
    return self->used;
}

void arena_set_limit (arena_t *self, size_t limit)
{
    self->limit = limit;
}
