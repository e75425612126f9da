/*
 * An SQLite VFS that writes a write-ahead log in large pieces. SQLite writes a frame's header and its page one after
 * the other, some dozens of times for a batch; here they are put together and written when the log is synced, read or
 * closed, or when GATHER_BYTES are full. All other files are those of the default VFS, untouched.
 *
 * Invariant: what is gathered follows upon what is in the file, and is in the file before a sync or a read of it
 * begins. So a sync that said OK covers every write before it, and a write that fails then makes that sync fail.
 *
 * A sync may be put off: then it only puts down what is gathered, and gather_sync does the rest. SQLite may go on
 * meanwhile, for a log of which the end is lost is still a log; only the sync of a log's beginning is never put off,
 * since what follows it overwrites what an older beginning had.
 */
#ifndef FYR_STORE_GATHER_H
#define FYR_STORE_GATHER_H

#include <sqlite3.h>
#include <stdbool.h>

enum { GATHER_BYTES = 64 * 1024 };

typedef struct gather gather_t;

/* Its name, for sqlite3_open_v2. Stands on what is the default VFS at the first call. */
const char *gather_vfs (void);

/* The log of an open database, for as long as that is open. NULL when it has none, in memory: then nothing below does
 * anything, and all is well. */
gather_t *gather_of (sqlite3 *db);

/* Until it is called with false. */
void gather_put_off (gather_t *self, bool put_off);

/* Whether a sync was put off since this was last asked. */
bool gather_owes (gather_t *self);

/* Gives SQLite's code. On any thread, also while another uses the database. */
int gather_sync (gather_t *self);

/* All of the log is on disk afterwards, whatever became of earlier syncs: a system may think pages clean whose writing
 * failed. Gives SQLite's code. */
int gather_keep (gather_t *self);

#endif
