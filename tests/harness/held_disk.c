#include "harness/held_disk.h"

#include "base/ensure.h"

#include <poll.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/mman.h>

enum { EVENTS_MAX = 100000, LOOK_EVERY_MS = 2 };

/* Without locks: a process may die at any place. */
typedef struct {
    atomic_char events[EVENTS_MAX];
    atomic_size_t n_events, written;
    atomic_bool held, waits, fails;
} shared_t;

static shared_t *shared;
static sqlite3_vfs *real_vfs;
static const sqlite3_io_methods *real_log, *real_database;

static void note (char event)
{
    size_t place = atomic_fetch_add (&shared->n_events, 1);
    ensure (place < EVENTS_MAX);
    shared->events[place] = event;
}

static bool comes (atomic_bool *what, bool wanted)
{
    for (int left = HELD_DISK_MS / LOOK_EVERY_MS; *what != wanted && left > 0; left--)
        (void) poll (NULL, 0, LOOK_EVERY_MS);
    return *what == wanted;
}

/* --- files --- */

static int log_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    note ('w');
    shared->written += (size_t) size;
    return real_log->xWrite (file, data, size, offset);
}

static int log_sync (sqlite3_file *file, int flags)
{
    shared->waits = shared->held;
    (void) comes (&shared->held, false);
    shared->waits = false;
    bool fails = atomic_exchange (&shared->fails, false);
    int code = fails ? SQLITE_IOERR_FSYNC : real_log->xSync (file, flags);
    note (code == SQLITE_OK ? 's' : 'f');
    return code;
}

static int database_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    note ('W');
    return real_database->xWrite (file, data, size, offset);
}

static int database_sync (sqlite3_file *file, int flags)
{
    int code = real_database->xSync (file, flags);
    note ('S');
    return code;
}

/* The file stays what it is and has another table of methods: SQLite's is the same for all of a kind. */
static void watch (sqlite3_file *file, const sqlite3_io_methods **real, sqlite3_io_methods *own)
{
    ensure (!*real || *real == file->pMethods);
    *real = file->pMethods;
    bool is_log = real == &real_log;
    *own = **real;
    own->xWrite = is_log ? log_write : database_write;
    own->xSync = is_log ? log_sync : database_sync;
    file->pMethods = own;
}

static int open_file (sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *ret_flags)
{
    static sqlite3_io_methods log, database;
    (void) vfs;
    int code = real_vfs->xOpen (real_vfs, path, file, flags, ret_flags);
    if (code == SQLITE_OK && flags & SQLITE_OPEN_WAL)
        watch (file, &real_log, &log);
    if (code == SQLITE_OK && flags & SQLITE_OPEN_MAIN_DB)
        watch (file, &real_database, &database);
    return code;
}

void held_disk_make (void)
{
    static sqlite3_vfs own;
    shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    real_vfs = sqlite3_vfs_find (NULL);
    ensure (shared != MAP_FAILED && real_vfs);
    own = *real_vfs;
    own.zName = "held-disk";
    own.pNext = NULL;
    own.xOpen = open_file;
    ensure (sqlite3_vfs_register (&own, 1) == SQLITE_OK);
}

/* --- what a test asks and says --- */

const char *held_disk_said (void)
{
    static char said[EVENTS_MAX + 1];
    size_t size = 0, count = shared->n_events;
    for (size_t i = 0; i < count; i++)
        if (size == 0 || said[size - 1] != shared->events[i])
            said[size++] = shared->events[i];
    said[size] = '\0';
    return said;
}

size_t held_disk_written (void)
{
    return shared->written;
}

void held_disk_forget (void)
{
    shared->n_events = shared->written = 0;
}

void held_disk_hold (void)
{
    shared->held = true;
}

void held_disk_let_go (void)
{
    shared->held = false;
}

bool held_disk_waits (void)
{
    return comes (&shared->waits, true);
}

void held_disk_fail_sync (void)
{
    shared->fails = true;
}
