/* Schema steps: each applied once, in order, and never with another text afterwards. */
#include "store/internal.h"

#include "base/ensure.h"

#include <string.h>

static status_t apply_step (store_t *self, const char *room, const migration_t *step, fault_t *reterr)
{
    rows_t *applied =
        store_row (self, "SELECT sql FROM schema_step WHERE room = $1 AND number = $2", room, step->number);
    if (applied) {
        bool same = strcmp (rows_text (applied, 0), step->sql) == 0;
        rows_close (applied);
        return same ? STATUS_OK
                    : fault (reterr, STATUS_FAILED_PRECONDITION, "STORE_SCHEMA_CHANGED",
                             "%s/%s was applied with another text", room, step->name);
    }
    status_t status = store_execute (self, step->sql, reterr);
    if (status != STATUS_OK)
        return status;
    (void) store_run (self, "INSERT INTO schema_step (room, number, name, sql) VALUES ($1, $2, $3, $4)", room,
                      step->number, step->name, step->sql);
    const fault_t *failure = store_failure (self);
    if (failure && reterr)
        *reterr = *failure;
    return failure ? failure->status : STATUS_OK;
}

static status_t apply_steps (store_t *self, const char *room, const migration_t *steps, fault_t *reterr)
{
    int newest = 0;
    for (const migration_t *step = steps; step->number; step++) {
        ensure (step->number == newest + 1);
        newest = step->number;
        status_t status = apply_step (self, room, step, reterr);
        if (status != STATUS_OK)
            return status;
    }
    rows_t *known = store_row (self, "SELECT max (number) FROM schema_step WHERE room = $1", room);
    int64_t applied = known ? rows_int (known, 0) : 0;
    if (applied > newest)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "STORE_SCHEMA_NEWER",
                      "%s is at schema step %lld; this program knows %d", room, (long long) applied, newest);
    return STATUS_OK;
}

status_t store_migrate (store_t *self, const char *room, const migration_t *steps, fault_t *reterr)
{
    status_t status =
        store_execute (self,
                       "CREATE TABLE IF NOT EXISTS schema_step ("
                       " room TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, sql TEXT NOT NULL,"
                       " PRIMARY KEY (room, number)) STRICT",
                       reterr);
    if (status != STATUS_OK)
        return status;
    store_begin (self);
    status = apply_steps (self, room, steps, reterr);
    if (status != STATUS_OK) {
        store_rollback (self);
        return status;
    }
    return store_commit (self, reterr);
}
