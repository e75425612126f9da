#include "database.h"

#include "base/ensure.h"

#include <sqlite3.h>
#include <stddef.h>

static struct {
    uint64_t allocations_left;
    unsigned times_left;
    bool memory_ended;
    void (*on_rollback) (void *context);
    void *context;
} state = { .allocations_left = UINT64_MAX };

/* --- memory --- */

static sqlite3_mem_methods usual_memory;

static bool memory_is_there (void)
{
    if (state.allocations_left == UINT64_MAX)
        return true;
    if (state.allocations_left > 0) {
        state.allocations_left--;
        return true;
    }
    if (--state.times_left == 0)
        state.allocations_left = UINT64_MAX;
    state.memory_ended = true;
    return false;
}

static void *take_memory (int size)
{
    return memory_is_there () ? usual_memory.xMalloc (size) : NULL;
}

static void *take_more_memory (void *old, int size)
{
    return memory_is_there () ? usual_memory.xRealloc (old, size) : NULL;
}

static void install_memory (void)
{
    ensure (sqlite3_config (SQLITE_CONFIG_GETMALLOC, &usual_memory) == SQLITE_OK);
    sqlite3_mem_methods methods = usual_memory;
    methods.xMalloc = take_memory;
    methods.xRealloc = take_more_memory;
    ensure (sqlite3_config (SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK);
}

bool database_memory_ends (uint64_t allocations, unsigned times)
{
    bool ended = state.memory_ended;
    state.allocations_left = allocations;
    state.times_left = times;
    state.memory_ended = false;
    return ended;
}

/* --- rollbacks --- */

static void rolled_back (void *unused)
{
    (void) unused;
    if (state.on_rollback)
        state.on_rollback (state.context);
}

static int watch (sqlite3 *db, char **ret_message, const void *routines)
{
    (void) ret_message;
    (void) routines;
    (void) sqlite3_rollback_hook (db, rolled_back, NULL);
    return SQLITE_OK;
}

void database_on_rollback (void (*run) (void *context), void *context)
{
    state.on_rollback = run;
    state.context = context;
}

void database_install (void)
{
    install_memory ();
    ensure (sqlite3_auto_extension ((void (*) (void)) watch) == SQLITE_OK);
}
