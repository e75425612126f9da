#include "memory/failing.h"

#include "base/arena.h"

#include <malloc.h>
#include <stdlib.h>

static size_t calls, live, live_before, peak;
static size_t fail_at; /* counted down; 0: none fails */
static bool fail_later, failed;

static bool fails (void)
{
    calls++;
    if (fail_at == 0 || --fail_at > 0)
        return false;
    fail_at = fail_later;
    failed = true;
    return true;
}

static void *count_in (void *memory)
{
    live += malloc_usable_size (memory);
    if (live > peak)
        peak = live;
    return memory;
}

/* The linker's names. */
void *__real_malloc (size_t size);
void *__real_calloc (size_t count, size_t size);
void *__real_realloc (void *memory, size_t size);
void __real_free (void *memory);
void *__real_arena_alloc (arena_t *self, size_t size);
void *__wrap_malloc (size_t size);
void *__wrap_calloc (size_t count, size_t size);
void *__wrap_realloc (void *memory, size_t size);
void __wrap_free (void *memory);
void *__wrap_arena_alloc (arena_t *self, size_t size);

void *__wrap_malloc (size_t size)
{
    return fails () ? NULL : count_in (__real_malloc (size));
}

void *__wrap_calloc (size_t count, size_t size)
{
    return fails () ? NULL : count_in (__real_calloc (count, size));
}

void *__wrap_realloc (void *memory, size_t size)
{
    if (fails ())
        return NULL;
    live -= malloc_usable_size (memory);
    return count_in (__real_realloc (memory, size));
}

void __wrap_free (void *memory)
{
    live -= malloc_usable_size (memory);
    __real_free (memory);
}

void *__wrap_arena_alloc (arena_t *self, size_t size)
{
    return fails () ? NULL : __real_arena_alloc (self, size);
}

void memory_watch (void)
{
    calls = 0;
    live_before = peak = live;
}

size_t memory_calls (void)
{
    return calls;
}

size_t memory_live (void)
{
    return live;
}

size_t memory_peak (void)
{
    return peak - live_before;
}

void memory_fail (size_t nth, bool and_later)
{
    fail_at = nth;
    fail_later = and_later;
    failed = false;
}

bool memory_heal (void)
{
    fail_at = 0;
    return failed;
}
