#include "disk.h"

#include "database.h"

#include "base/ensure.h"
#include "harness/chance.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DISKS_MAX = 24, FILES_MAX = 8, NAME_MAX_SIZE = 64, SECTOR = 512 };

/* A write or truncation that no sync has made durable yet. */
typedef struct {
    uint64_t offset;
    size_t size;
    uint8_t *data; /* NULL: the file is cut at offset */
} pending_t;

typedef struct {
    uint8_t *data;
    size_t size, capacity;
} image_t;

typedef struct {
    char name[NAME_MAX_SIZE];
    bool exists;
    image_t now, durable;
    pending_t *pending;
    size_t n_pending, pending_capacity;
} content_t;

struct disk {
    char name[NAME_MAX_SIZE];
    content_t files[FILES_MAX];
    size_t n_files;
    bool cut_armed, cut, fill_armed, readonly, sync_fails;
    uint64_t operations_left, writes_left;
    disk_counts_t counts;
};

/* What SQLite holds while a file is open. */
typedef struct {
    sqlite3_file base;
    disk_t *disk; /* NULL: a temporary file */
    content_t *content;
} handle_t;

static struct {
    disk_t *disks[DISKS_MAX];
    size_t n_disks;
    uint64_t chance; /* of power cuts */
    uint64_t randomness;
    bool installed;
} world;

/* --- images --- */

static void image_resize (image_t *image, size_t size)
{
    if (size > image->capacity) {
        image->capacity = size + size / 2 + 4096;
        image->data = realloc (image->data, image->capacity);
        ensure (image->data);
    }
    if (size > image->size)
        memset (image->data + image->size, 0, size - image->size);
    image->size = size;
}

static void image_write (image_t *image, uint64_t offset, const uint8_t *data, size_t size)
{
    if (offset + size > image->size)
        image_resize (image, offset + size);
    memcpy (image->data + offset, data, size);
}

static void image_copy (image_t *to, const image_t *from)
{
    image_resize (to, from->size);
    if (from->size)
        memcpy (to->data, from->data, from->size);
}

static void apply (image_t *image, const pending_t *write)
{
    if (write->data)
        image_write (image, write->offset, write->data, write->size);
    else if (write->offset < image->size)
        image_resize (image, write->offset);
}

static void forget_pending (content_t *content)
{
    for (size_t i = 0; i < content->n_pending; i++)
        free (content->pending[i].data);
    content->n_pending = 0;
}

static void remember (content_t *content, uint64_t offset, const void *data, size_t size)
{
    if (content->n_pending == content->pending_capacity) {
        content->pending_capacity = content->pending_capacity ? content->pending_capacity * 2 : 16;
        content->pending = realloc (content->pending, content->pending_capacity * sizeof *content->pending);
        ensure (content->pending);
    }
    pending_t *write = &content->pending[content->n_pending++];
    *write = (pending_t){ .offset = offset, .size = size };
    if (data) {
        write->data = malloc (size);
        ensure (write->data);
        memcpy (write->data, data, size);
    }
}

static void make_durable (content_t *content)
{
    for (size_t i = 0; i < content->n_pending; i++)
        apply (&content->durable, &content->pending[i]);
    forget_pending (content);
}

static void content_free (content_t *content)
{
    forget_pending (content);
    free (content->pending);
    free (content->now.data);
    free (content->durable.data);
    *content = (content_t){ 0 };
}

/* --- disks --- */

disk_t *disk_new (const char *name)
{
    ensure (world.n_disks < DISKS_MAX);
    disk_t *self = calloc (1, sizeof *self);
    ensure (self);
    snprintf (self->name, sizeof self->name, "%s", name);
    world.disks[world.n_disks++] = self;
    return self;
}

static disk_t *disk_of (const char *path)
{
    const char *slash = strchr (path, '/');
    for (size_t i = 0; slash && i < world.n_disks; i++)
        if (strncmp (world.disks[i]->name, path, (size_t) (slash - path)) == 0 &&
            world.disks[i]->name[slash - path] == '\0')
            return world.disks[i];
    return NULL;
}

static content_t *find (disk_t *self, const char *path)
{
    for (size_t i = 0; i < self->n_files; i++)
        if (strcmp (self->files[i].name, path) == 0)
            return &self->files[i];
    return NULL;
}

static content_t *find_or_make (disk_t *self, const char *path)
{
    content_t *content = find (self, path);
    if (!content) {
        ensure (self->n_files < FILES_MAX && strlen (path) < NAME_MAX_SIZE);
        content = &self->files[self->n_files++];
        snprintf (content->name, sizeof content->name, "%s", path);
    }
    return content;
}

void disk_cut_power (disk_t *self, uint64_t operations)
{
    self->cut_armed = true;
    self->operations_left = operations;
}

bool disk_power_is_cut (const disk_t *self)
{
    return self->cut;
}

static void crash_write (disk_t *self, content_t *content, const pending_t *write)
{
    switch (draw (&world.chance) % 3) {
    case 0:
        apply (&content->durable, write);
        break;
    case 1:
        self->counts.lost++;
        break;
    default:
        self->counts.torn++;
        for (size_t at = 0; write->data && at < write->size; at += SECTOR) {
            size_t size = write->size - at < SECTOR ? write->size - at : SECTOR;
            if (draw (&world.chance) % 2)
                image_write (&content->durable, write->offset + at, write->data + at, size);
        }
    }
}

void disk_crash (disk_t *self)
{
    for (size_t i = 0; i < self->n_files; i++) {
        content_t *content = &self->files[i];
        for (size_t j = 0; j < content->n_pending; j++)
            crash_write (self, content, &content->pending[j]);
        forget_pending (content);
        image_copy (&content->now, &content->durable);
    }
    self->cut = self->cut_armed = self->sync_fails = false;
}

void disk_go_on (disk_t *self)
{
    self->cut = self->cut_armed = false;
}

void disk_fill (disk_t *self, uint64_t writes)
{
    self->fill_armed = true;
    self->writes_left = writes;
}

void disk_make_room (disk_t *self)
{
    self->fill_armed = false;
}

void disk_set_readonly (disk_t *self, bool readonly)
{
    self->readonly = readonly;
}

void disk_fail_sync (disk_t *self)
{
    self->sync_fails = true;
}

void disk_mend_sync (disk_t *self)
{
    self->sync_fails = false;
}

bool disk_holds (const disk_t *self, bytes_t text)
{
    for (size_t i = 0; i < self->n_files; i++) {
        const content_t *content = &self->files[i];
        if (content->exists && content->now.size && memmem (content->now.data, content->now.size, text.data, text.size))
            return true;
    }
    return false;
}

void disk_copy (disk_t *to, const disk_t *from)
{
    for (size_t i = 0; i < to->n_files; i++)
        content_free (&to->files[i]);
    to->n_files = 0;
    for (size_t i = 0; i < from->n_files; i++) {
        const content_t *source = &from->files[i];
        if (!source->exists)
            continue;
        char path[2 * NAME_MAX_SIZE];
        snprintf (path, sizeof path, "%s%s", to->name, strchr (source->name, '/'));
        content_t *target = find_or_make (to, path);
        target->exists = true;
        image_copy (&target->durable, &source->durable);
        image_copy (&target->now, &source->durable);
    }
}

disk_counts_t disk_counts (const disk_t *self)
{
    return self->counts;
}

/* --- what may go wrong with an operation --- */

static int admit (disk_t *self, bool is_write, bool grows)
{
    if (!self)
        return SQLITE_OK;
    if (self->cut_armed && self->operations_left == 0)
        self->cut = true;
    if (self->cut)
        return is_write ? SQLITE_IOERR_WRITE : SQLITE_IOERR_FSYNC;
    self->operations_left -= self->cut_armed;
    if (self->readonly && is_write)
        return SQLITE_READONLY;
    if (is_write && self->fill_armed && self->writes_left > 0)
        self->writes_left--;
    if (grows && self->fill_armed && self->writes_left == 0) {
        self->counts.full++;
        return SQLITE_FULL;
    }
    return SQLITE_OK;
}

/* --- the methods of an open file --- */

static int file_close (sqlite3_file *file)
{
    handle_t *handle = (handle_t *) file;
    if (!handle->disk && handle->content) {
        content_free (handle->content);
        free (handle->content);
    }
    handle->content = NULL;
    return SQLITE_OK;
}

static int file_read (sqlite3_file *file, void *out, int size, sqlite3_int64 offset)
{
    const image_t *image = &((handle_t *) file)->content->now;
    size_t wanted = (size_t) size, at = (size_t) offset;
    size_t there = at >= image->size ? 0 : image->size - at < wanted ? image->size - at : wanted;
    if (there)
        memcpy (out, image->data + at, there);
    if (there == wanted)
        return SQLITE_OK;
    memset ((uint8_t *) out + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
}

static int file_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    handle_t *handle = (handle_t *) file;
    content_t *content = handle->content;
    int code = admit (handle->disk, true, (size_t) (offset + size) > content->now.size);
    if (code != SQLITE_OK)
        return code;
    image_write (&content->now, (uint64_t) offset, data, (size_t) size);
    if (handle->disk) {
        handle->disk->counts.writes++;
        remember (content, (uint64_t) offset, data, (size_t) size);
    }
    return SQLITE_OK;
}

static int file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
    handle_t *handle = (handle_t *) file;
    int code = admit (handle->disk, true, false);
    if (code != SQLITE_OK)
        return code;
    if ((size_t) size < handle->content->now.size)
        image_resize (&handle->content->now, (size_t) size);
    if (handle->disk)
        remember (handle->content, (uint64_t) size, NULL, 0);
    return SQLITE_OK;
}

static bool is_log (const content_t *content)
{
    size_t size = strlen (content->name);
    return size > 4 && strcmp (content->name + size - 4, "-wal") == 0;
}

static int file_sync (sqlite3_file *file, int flags)
{
    (void) flags;
    handle_t *handle = (handle_t *) file;
    disk_t *disk = handle->disk;
    int code = admit (disk, false, false);
    if (code != SQLITE_OK || !disk)
        return code;
    if (disk->sync_fails) {
        disk->sync_fails = false;
        disk->counts.failed_syncs++;
        if (is_log (handle->content) && draw (&world.chance) % 2)
            forget_pending (handle->content);
        return SQLITE_IOERR_FSYNC;
    }
    disk->counts.syncs++;
    make_durable (handle->content);
    return SQLITE_OK;
}

static int file_size (sqlite3_file *file, sqlite3_int64 *out)
{
    *out = (sqlite3_int64) ((handle_t *) file)->content->now.size;
    return SQLITE_OK;
}

static int file_lock (sqlite3_file *file, int level)
{
    (void) file;
    (void) level;
    return SQLITE_OK;
}

static int file_is_reserved (sqlite3_file *file, int *out)
{
    (void) file;
    *out = 0;
    return SQLITE_OK;
}

static int file_control (sqlite3_file *file, int what, void *argument)
{
    (void) file;
    (void) what;
    (void) argument;
    return SQLITE_NOTFOUND;
}

static int file_sector_size (sqlite3_file *file)
{
    (void) file;
    return SECTOR;
}

static int file_characteristics (sqlite3_file *file)
{
    (void) file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* Version 1 has no shared memory: the write-ahead log then wants the exclusive lock that the store takes anyway. */
static const sqlite3_io_methods METHODS = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
};

/* --- the methods of the VFS --- */

static int vfs_open (sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *ret_flags)
{
    (void) vfs;
    handle_t *handle = (handle_t *) file;
    *handle = (handle_t){ .base.pMethods = NULL };
    if (path) {
        handle->disk = disk_of (path);
        ensure (handle->disk);
        content_t *content = find (handle->disk, path);
        bool there = content && content->exists;
        if (!there && ((flags & SQLITE_OPEN_CREATE) == 0 || handle->disk->cut || handle->disk->readonly))
            return SQLITE_CANTOPEN;
        handle->content = find_or_make (handle->disk, path);
        handle->content->exists = true;
    } else {
        handle->content = calloc (1, sizeof *handle->content);
        ensure (handle->content);
    }
    handle->base.pMethods = &METHODS;
    if (ret_flags)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int vfs_delete (sqlite3_vfs *vfs, const char *path, int sync_directory)
{
    (void) vfs;
    (void) sync_directory;
    disk_t *disk = disk_of (path);
    content_t *content = disk ? find (disk, path) : NULL;
    if (!content || !content->exists)
        return SQLITE_IOERR_DELETE_NOENT;
    if (disk->cut || disk->readonly)
        return SQLITE_IOERR_DELETE;
    forget_pending (content);
    image_resize (&content->now, 0);
    image_resize (&content->durable, 0);
    content->exists = false;
    return SQLITE_OK;
}

static int vfs_access (sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    (void) vfs;
    (void) flags;
    disk_t *disk = disk_of (path);
    content_t *content = disk ? find (disk, path) : NULL;
    *out = content && content->exists;
    return SQLITE_OK;
}

static int vfs_full_path (sqlite3_vfs *vfs, const char *path, int size, char *out)
{
    (void) vfs;
    return snprintf (out, (size_t) size, "%s", path) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int vfs_randomness (sqlite3_vfs *vfs, int size, char *out)
{
    (void) vfs;
    for (int i = 0; i < size; i++)
        out[i] = (char) draw (&world.randomness);
    return size;
}

static int vfs_sleep (sqlite3_vfs *vfs, int microseconds)
{
    (void) vfs;
    return microseconds;
}

/* Statements take the time from their transaction: SQLite's own stands still. */
static int vfs_time (sqlite3_vfs *vfs, double *out)
{
    (void) vfs;
    *out = 2461000.5;
    return SQLITE_OK;
}

static int vfs_last_error (sqlite3_vfs *vfs, int size, char *out)
{
    (void) vfs;
    (void) size;
    (void) out;
    return 0;
}

void disks_begin (uint64_t seed)
{
    static sqlite3_vfs vfs = {
        .iVersion = 1,
        .szOsFile = sizeof (handle_t),
        .mxPathname = NAME_MAX_SIZE * 2,
        .zName = "disks-that-fail",
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_last_error,
    };
    disks_end ();
    world.chance = seed;
    world.randomness = ~seed;
    if (!world.installed) {
        database_install ();
        ensure (sqlite3_vfs_register (&vfs, 1) == SQLITE_OK);
        world.installed = true;
    }
    sqlite3_randomness (0, NULL); /* forgets what it drew before */
}

void disks_end (void)
{
    for (size_t i = 0; i < world.n_disks; i++) {
        for (size_t j = 0; j < world.disks[i]->n_files; j++)
            content_free (&world.disks[i]->files[j]);
        free (world.disks[i]);
    }
    world.n_disks = 0;
}
