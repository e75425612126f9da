#include "store/sqlite_fault.h"

#include <errno.h>
#include <stddef.h>

/* What the system said last about the log or the database; 0 when nothing. */
static int system_error (sqlite3 *db)
{
    int of_log = 0, of_database = 0;
    sqlite3_file *log = NULL;
    if (sqlite3_file_control (db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log && log->pMethods)
        (void) log->pMethods->xFileControl (log, SQLITE_FCNTL_LAST_ERRNO, &of_log);
    (void) sqlite3_file_control (db, "main", SQLITE_FCNTL_LAST_ERRNO, &of_database);
    return of_log ? of_log : of_database ? of_database : sqlite3_system_errno (db);
}

/* SQLite calls a disk that takes no writes an I/O error. */
static int cause_of (sqlite3 *db, int code)
{
    int system = (code & 0xff) == SQLITE_IOERR && db ? system_error (db) : 0;
    if (system == ENOSPC || system == EDQUOT)
        return SQLITE_FULL;
    if (system == EROFS || system == EPERM || system == EACCES)
        return SQLITE_READONLY;
    return code & 0xff;
}

status_t fault_of_sqlite (sqlite3 *db, int code, fault_t *reterr)
{
    const char *detail = db ? sqlite3_errmsg (db) : sqlite3_errstr (code);
    switch (cause_of (db, code)) {
    case SQLITE_FULL:
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "STORE_FULL", "the disk is full: %s", detail);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fault (reterr, STATUS_UNAVAILABLE, "STORE_LOCKED", "another process has the database: %s", detail);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return fault (reterr, STATUS_UNAVAILABLE, "STORE_READONLY", "the database cannot be written: %s", detail);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return fault (reterr, STATUS_DATA_LOSS, "STORE_CORRUPT", "the database is damaged: %s", detail);
    case SQLITE_CONSTRAINT:
        return fault (reterr, STATUS_INTERNAL, "STORE_CONSTRAINT", "a rule of the schema was broken: %s", detail);
    default:
        return fault (reterr, STATUS_UNAVAILABLE, "STORE_IO", "the database failed: %s", detail);
    }
}
