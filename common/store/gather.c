#include "store/gather.h"

#include "base/ensure.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What SQLite holds while a log is open; the default VFS's own file follows it in memory. */
typedef struct {
    sqlite3_file base;
    sqlite3_file *real;
    sqlite3_int64 start; /* where in the file `pieces` belong */
    size_t size;
    uint8_t *pieces;
} log_file_t;

static sqlite3_vfs *real_vfs;

static int put_down (log_file_t *self)
{
    size_t size = self->size;
    self->size = 0; /* when this fails, so does the transaction: what was gathered of it is void */
    return size ? self->real->pMethods->xWrite (self->real, self->pieces, (int) size, self->start) : SQLITE_OK;
}

static int log_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    log_file_t *self = (log_file_t *) file;
    bool follows = offset == self->start + (sqlite3_int64) self->size;
    bool fits = self->size + (size_t) size <= GATHER_BYTES;
    int code = follows && fits ? SQLITE_OK : put_down (self);
    if (code != SQLITE_OK)
        return code;
    if (size > GATHER_BYTES)
        return self->real->pMethods->xWrite (self->real, data, size, offset);
    if (self->size == 0)
        self->start = offset;
    memcpy (self->pieces + self->size, data, (size_t) size);
    self->size += (size_t) size;
    return SQLITE_OK;
}

static int log_sync (sqlite3_file *file, int flags)
{
    log_file_t *self = (log_file_t *) file;
    int code = put_down (self);
    return code == SQLITE_OK ? self->real->pMethods->xSync (self->real, flags) : code;
}

/* What is gathered may be of a transaction that was undone: whoever reads beside it does not write it down. */
static int log_read (sqlite3_file *file, void *out, int size, sqlite3_int64 offset)
{
    log_file_t *self = (log_file_t *) file;
    bool beside = offset + size <= self->start || offset >= self->start + (sqlite3_int64) self->size;
    int code = beside ? SQLITE_OK : put_down (self);
    return code == SQLITE_OK ? self->real->pMethods->xRead (self->real, out, size, offset) : code;
}

static int log_truncate (sqlite3_file *file, sqlite3_int64 size)
{
    log_file_t *self = (log_file_t *) file;
    int code = put_down (self);
    return code == SQLITE_OK ? self->real->pMethods->xTruncate (self->real, size) : code;
}

static int log_size (sqlite3_file *file, sqlite3_int64 *out)
{
    log_file_t *self = (log_file_t *) file;
    int code = put_down (self);
    return code == SQLITE_OK ? self->real->pMethods->xFileSize (self->real, out) : code;
}

static int log_close (sqlite3_file *file)
{
    log_file_t *self = (log_file_t *) file;
    (void) put_down (self); /* never synced, so never promised */
    sqlite3_free (self->pieces);
    return self->real->pMethods->xClose (self->real);
}

static int log_control (sqlite3_file *file, int what, void *argument)
{
    sqlite3_file *real = ((log_file_t *) file)->real;
    return real->pMethods->xFileControl (real, what, argument);
}

static int log_sector_size (sqlite3_file *file)
{
    sqlite3_file *real = ((log_file_t *) file)->real;
    return real->pMethods->xSectorSize (real);
}

static int log_characteristics (sqlite3_file *file)
{
    sqlite3_file *real = ((log_file_t *) file)->real;
    return real->pMethods->xDeviceCharacteristics (real);
}

/* Version 1, without locks: SQLite takes those, and shared memory, on the database. */
static const sqlite3_io_methods METHODS = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xFileControl = log_control,
    .xSectorSize = log_sector_size,
    .xDeviceCharacteristics = log_characteristics,
};

static int open_file (sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *ret_flags)
{
    (void) vfs;
    if ((flags & SQLITE_OPEN_WAL) == 0)
        return real_vfs->xOpen (real_vfs, path, file, flags, ret_flags);
    log_file_t *self = (log_file_t *) file;
    *self = (log_file_t){ .real = (sqlite3_file *) (self + 1) };
    int code = real_vfs->xOpen (real_vfs, path, self->real, flags, ret_flags);
    if (code != SQLITE_OK)
        return code;
    self->pieces = sqlite3_malloc (GATHER_BYTES);
    if (!self->pieces) {
        (void) self->real->pMethods->xClose (self->real);
        return SQLITE_NOMEM;
    }
    self->base.pMethods = &METHODS;
    return SQLITE_OK;
}

const char *gather_vfs (void)
{
    static sqlite3_vfs own;
    if (!real_vfs) {
        real_vfs = sqlite3_vfs_find (NULL);
        ensure (real_vfs);
        own = *real_vfs;
        own.szOsFile += (int) sizeof (log_file_t);
        own.zName = "gathers-its-log";
        own.pNext = NULL;
        own.xOpen = open_file;
        ensure (sqlite3_vfs_register (&own, 0) == SQLITE_OK);
    }
    return own.zName;
}
