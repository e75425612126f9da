#include "store/gather.h"

#include "base/ensure.h"

#include <stdint.h>
#include <string.h>

/* What SQLite holds while a log is open; the default VFS's own file follows it in memory. */
struct gather {
    sqlite3_file base;
    sqlite3_file *real;
    sqlite3_int64 start; /* where in the file `pieces` belong */
    size_t size;
    uint8_t *pieces;
    bool put_off, owes;
    bool begins; /* its beginning was written since the last sync */
};

static sqlite3_vfs *real_vfs;

static int put_down (gather_t *self)
{
    size_t size = self->size;
    self->size = 0; /* when this fails, so does the transaction: what was gathered of it is void */
    return size ? self->real->pMethods->xWrite (self->real, self->pieces, (int) size, self->start) : SQLITE_OK;
}

static int log_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    gather_t *self = (gather_t *) file;
    bool follows = offset == self->start + (sqlite3_int64) self->size;
    bool fits = self->size + (size_t) size <= GATHER_BYTES;
    int code = follows && fits ? SQLITE_OK : put_down (self);
    if (code != SQLITE_OK)
        return code;
    if (size > GATHER_BYTES)
        return self->real->pMethods->xWrite (self->real, data, size, offset);
    self->begins = self->begins || offset == 0;
    if (self->size == 0)
        self->start = offset;
    memcpy (self->pieces + self->size, data, (size_t) size);
    self->size += (size_t) size;
    return SQLITE_OK;
}

static int log_sync (sqlite3_file *file, int flags)
{
    gather_t *self = (gather_t *) file;
    int code = put_down (self);
    if (code == SQLITE_OK && self->put_off && !self->begins) {
        self->owes = true;
        return SQLITE_OK;
    }
    self->begins = false;
    return code == SQLITE_OK ? self->real->pMethods->xSync (self->real, flags) : code;
}

/* What is gathered may be of a transaction that was undone: whoever reads beside it does not write it down. */
static int log_read (sqlite3_file *file, void *out, int size, sqlite3_int64 offset)
{
    gather_t *self = (gather_t *) file;
    bool beside = offset + size <= self->start || offset >= self->start + (sqlite3_int64) self->size;
    int code = beside ? SQLITE_OK : put_down (self);
    return code == SQLITE_OK ? self->real->pMethods->xRead (self->real, out, size, offset) : code;
}

static int log_truncate (sqlite3_file *file, sqlite3_int64 size)
{
    gather_t *self = (gather_t *) file;
    int code = put_down (self);
    return code == SQLITE_OK ? self->real->pMethods->xTruncate (self->real, size) : code;
}

static int log_size (sqlite3_file *file, sqlite3_int64 *out)
{
    gather_t *self = (gather_t *) file;
    int code = put_down (self);
    return code == SQLITE_OK ? self->real->pMethods->xFileSize (self->real, out) : code;
}

static int log_close (sqlite3_file *file)
{
    gather_t *self = (gather_t *) file;
    (void) put_down (self); /* never synced, so never promised */
    sqlite3_free (self->pieces);
    return self->real->pMethods->xClose (self->real);
}

static int log_control (sqlite3_file *file, int what, void *argument)
{
    sqlite3_file *real = ((gather_t *) file)->real;
    return real->pMethods->xFileControl (real, what, argument);
}

static int log_sector_size (sqlite3_file *file)
{
    sqlite3_file *real = ((gather_t *) file)->real;
    return real->pMethods->xSectorSize (real);
}

static int log_characteristics (sqlite3_file *file)
{
    sqlite3_file *real = ((gather_t *) file)->real;
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
    gather_t *self = (gather_t *) file;
    *self = (gather_t){ .real = (sqlite3_file *) (self + 1) };
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
        own.szOsFile += (int) sizeof (gather_t);
        own.zName = "gathers-its-log";
        own.pNext = NULL;
        own.xOpen = open_file;
        ensure (sqlite3_vfs_register (&own, 0) == SQLITE_OK);
    }
    return own.zName;
}

gather_t *gather_of (sqlite3 *db)
{
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control (db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    return code == SQLITE_OK && file && file->pMethods == &METHODS ? (gather_t *) file : NULL;
}

void gather_put_off (gather_t *self, bool put_off)
{
    if (self)
        self->put_off = put_off;
}

bool gather_owes (gather_t *self)
{
    bool owes = self && self->owes;
    if (owes)
        self->owes = false;
    return owes;
}

int gather_sync (gather_t *self)
{
    return self ? self->real->pMethods->xSync (self->real, SQLITE_SYNC_NORMAL) : SQLITE_OK;
}

static int write_again (gather_t *self)
{
    const sqlite3_io_methods *file = self->real->pMethods;
    sqlite3_int64 size = 0;
    int code = log_size (&self->base, &size);
    for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size; at += GATHER_BYTES) {
        int piece = size - at < GATHER_BYTES ? (int) (size - at) : GATHER_BYTES;
        code = file->xRead (self->real, self->pieces, piece, at);
        if (code == SQLITE_OK)
            code = file->xWrite (self->real, self->pieces, piece, at);
    }
    return code;
}

/* In place, the same bytes: that needs no room, and however much of it a crash leaves undone, nothing has changed. */
int gather_keep (gather_t *self)
{
    int code = self ? write_again (self) : SQLITE_OK;
    return code == SQLITE_OK ? gather_sync (self) : code;
}
