/*
 * An SQLite VFS that writes a write-ahead log in large pieces. SQLite writes a frame's header and its page one after
 * the other, some dozens of times for a batch; here they are put together and written when the log is synced, read or
 * closed, or when GATHER_BYTES are full. All other files are those of the default VFS, untouched.
 *
 * Invariant: what is gathered follows upon what is in the file, and is in the file before a sync or a read of it
 * begins. So a sync that said OK covers every write before it, and a write that fails then makes that sync fail.
 */
#ifndef FYR_STORE_GATHER_H
#define FYR_STORE_GATHER_H

enum { GATHER_BYTES = 64 * 1024 };

/* Its name, for sqlite3_open_v2. Stands on what is the default VFS at the first call. */
const char *gather_vfs (void);

#endif
