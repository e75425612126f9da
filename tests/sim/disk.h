/*
 * Disks that fail: an SQLite VFS in memory, one disk for each service.
 *
 * A disk keeps two images of each file: what a program reads back, and what a power cut would leave. A write is in the
 * first at once and in the second only after a sync. At a power cut every write since the last sync is kept, lost, or
 * torn within its sectors, each by chance.
 *
 * File names are "DISK/FILE"; the part before the slash says which disk. Temporary files have no disk: they never fail
 * and are gone with their handle.
 */
#ifndef FYR_SIM_DISK_H
#define FYR_SIM_DISK_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct disk disk_t;

/* Makes these disks the only ones that SQLite knows in this process, and its own chance one that follows from `seed`.
 * Once in a run, before any database is opened. All disks of an earlier run are gone. */
void disks_begin (uint64_t seed);
void disks_end (void);

disk_t *disk_new (const char *name); /* until disks_end */

/* After `operations` more writes and syncs nothing arrives any more, until disk_crash. */
void disk_cut_power (disk_t *self, uint64_t operations);
bool disk_power_is_cut (const disk_t *self);

/* The power goes and comes back: unsynced writes are kept, lost or torn. Nobody may have its files open. */
void disk_crash (disk_t *self);

/* Only the process died: all that was written is read, though no sync has made it durable. Nor may anybody have its
 * files open. */
void disk_go_on (disk_t *self);

/* After `writes` more writes the disk is full, for all that would make a file longer. */
void disk_fill (disk_t *self, uint64_t writes);
void disk_make_room (disk_t *self);

void disk_set_readonly (disk_t *self, bool readonly);

/* The next sync fails, once; what it was to make durable stays undecided. Of a write-ahead log it may also be that no
 * later sync makes it durable though it is read, as with a system that takes it for written: only writing it again
 * does.
 */
void disk_fail_sync (disk_t *self);
void disk_mend_sync (disk_t *self);

/* Whether `text` stands in any of its files. */
bool disk_holds (const disk_t *self, bytes_t text);

/* All files of `from` as they are durable become those of `to`, under the same names. Nobody may have `to` open. */
void disk_copy (disk_t *to, const disk_t *from);

typedef struct {
    uint64_t writes, syncs, lost, torn, full, failed_syncs;
} disk_counts_t;
disk_counts_t disk_counts (const disk_t *self);

#endif
