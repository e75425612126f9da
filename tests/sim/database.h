/*
 * What the simulator does to SQLite besides its disks: takes its memory away, and learns of its rollbacks.
 */
#ifndef FYR_SIM_DATABASE_H
#define FYR_SIM_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

void database_install (void); /* once in a process, before SQLite is used */

/* After `allocations` more, the database gets no memory `times` times; UINT64_MAX: never. Says whether that has
 * happened since the last call. */
bool database_memory_ends (uint64_t allocations, unsigned times);

/* Called whenever a whole transaction is taken back; not for savepoints. */
void database_on_rollback (void (*run) (void *context), void *context);

#endif
