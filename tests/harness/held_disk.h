/*
 * The disk under SQLite in a test's hand: it tells in which order log and database are written and synced, waits with
 * the syncs of the log, and fails them. Processes that are forked later share it, so what a child does is seen here.
 */
#ifndef FYR_TESTS_HELD_DISK_H
#define FYR_TESTS_HELD_DISK_H

#include <stdbool.h>
#include <stddef.h>

enum { HELD_DISK_MS = 30000 }; /* what waits for a test that has come to grief goes on after this */

/* Before the process opens its first store. */
void held_disk_make (void);

/* What was done since held_disk_forget, a letter each and one for many alike: the log was written (w), synced (s),
 * could not be synced (f); the database was written (W), synced (S). Borrowed until the next call. */
const char *held_disk_said (void);
size_t held_disk_written (void); /* bytes of the log since then */
void held_disk_forget (void);

/* Syncs of the log wait until they are let go. */
void held_disk_hold (void);
void held_disk_let_go (void);
bool held_disk_waits (void); /* when one does; false when none has come for long */

void held_disk_fail_sync (void); /* the next one of the log, and no other: so does Linux */

#endif
