#include "placement/match/lists.h"

#include "base/ensure.h"

#include <stdlib.h>
#include <string.h>

bool lists_init (lists_t *self, uint32_t n_lists, const uint32_t *room)
{
    size_t size = 0;
    for (uint32_t i = 0; room && i < n_lists; i++)
        size += room[i];
    *self = (lists_t){ .n_lists = n_lists, .used = size, .size = size };
    self->list = calloc ((size_t) n_lists + 1, sizeof *self->list);
    self->pool = malloc ((size + 1) * sizeof *self->pool);
    if (!self->list || !self->pool || size > UINT32_MAX) {
        lists_clear (self);
        return false;
    }
    uint32_t start = 0;
    for (uint32_t i = 0; room && i < n_lists; i++) {
        self->list[i] = (list_t){ .start = start, .room = room[i] };
        start += room[i];
    }
    return true;
}

void lists_clear (lists_t *self)
{
    free (self->list);
    free (self->pool);
    *self = (lists_t){ 0 };
}

bool lists_reserve (lists_t *self, uint32_t i, uint32_t room)
{
    list_t *list = &self->list[i];
    if (room <= list->room)
        return true;
    uint32_t twice = list->room > room / 2 ? 2 * list->room : room;
    if (self->used + twice > self->size) {
        size_t size = self->used + twice + self->used / 4;
        uint32_t *pool = size <= UINT32_MAX ? realloc (self->pool, size * sizeof *pool) : NULL;
        if (!pool)
            return false;
        self->pool = pool;
        self->size = size;
    }
    if (list->count)
        memcpy (self->pool + self->used, self->pool + list->start, list->count * sizeof *self->pool);
    list->start = (uint32_t) self->used;
    list->room = twice;
    self->used += twice;
    return true;
}

/* Where `entry` stands, or would. */
static uint32_t *place_of (const lists_t *self, uint32_t i, uint32_t entry)
{
    uint32_t *low = list_first (self, i);
    for (uint32_t left = self->list[i].count; left > 0;) { /* without a branch to guess */
        uint32_t half = (left + 1) / 2;
        low += low[half - 1] < entry ? half : 0;
        left -= half;
    }
    return low;
}

void list_insert (lists_t *self, uint32_t i, uint32_t entry)
{
    uint32_t *at = place_of (self, i, entry);
    memmove (at + 1, at, (size_t) (list_end (self, i) - at) * sizeof *at);
    *at = entry;
    self->list[i].count++;
}

void list_remove (lists_t *self, uint32_t i, uint32_t entry)
{
    uint32_t *at = place_of (self, i, entry);
    ensure (at < list_end (self, i) && *at == entry);
    memmove (at, at + 1, (size_t) (list_end (self, i) - at - 1) * sizeof *at);
    self->list[i].count--;
}

bool lists_append (lists_t *self, uint32_t more)
{
    list_t *list = realloc (self->list, ((size_t) self->n_lists + more + 1) * sizeof *list);
    if (!list)
        return false;
    memset (list + self->n_lists, 0, more * sizeof *list);
    self->list = list;
    self->n_lists += more;
    return true;
}
