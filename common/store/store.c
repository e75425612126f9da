#include "store/store.h"

#include "base/ensure.h"
#include "base/own.h"
#include "store/gather.h"
#include "store/internal.h"
#include "store/sqlite_fault.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHECKPOINT_IDLE_PAGES = 256, /* moved from the WAL into the database when nobody waits */
    CHECKPOINT_PAGES_MAX = 4096, /* or when it must be: rarely enough to stay out of the slowest hundredth */
    WHOLE_CHECK_PAGES = 4096,    /* 16 MiB: what is larger is not read through at every start */
    PROBE_BYTES = 64 * 1024      /* as much as the largest request */
};

void store_note_failure (store_t *self, int code)
{
    if (self->failed)
        return;
    self->failed = true;
    (void) fault_of_sqlite (self->db, code, &self->failure);
}

const fault_t *store_failure (const store_t *self)
{
    return self->failed ? &self->failure : NULL;
}

void store_fail (store_t *self, status_t status, const char *reason, const char *message)
{
    if (self->failed)
        return;
    self->failed = true;
    (void) fault (&self->failure, status, reason, "%s", message);
}

static int execute (store_t *self, const char *sql)
{
    return sqlite3_exec (self->db, sql, NULL, NULL, NULL);
}

static int execute_kept (store_t *self, sqlite3_stmt **kept, const char *sql)
{
    int code = *kept ? SQLITE_OK : sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL);
    if (code != SQLITE_OK)
        return code;
    (void) sqlite3_step (*kept);
    return sqlite3_reset (*kept);
}

/* The first value that `sql` gives, as text. */
static int ask (store_t *self, const char *sql, char *out, size_t size)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step (statement);
    if (code == SQLITE_ROW)
        (void) snprintf (out, size, "%s", (const char *) sqlite3_column_text (statement, 0));
    sqlite3_finalize (statement);
    return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int check_integrity (store_t *self)
{
    char verdict[8] = "";
    int code = ask (self, "PRAGMA quick_check (1)", verdict, sizeof verdict);
    (void) sqlite3_db_release_memory (self->db); /* the pages it went through are not those that will be wanted */
    return code == SQLITE_OK && strcmp (verdict, "ok") != 0 ? SQLITE_CORRUPT : code;
}

/* Reading through a history of years would be most of a start. A damaged page of a large one is found when it is read.
 */
static int check_if_small (store_t *self)
{
    char pages[24] = "";
    int code = ask (self, "PRAGMA page_count", pages, sizeof pages);
    bool small = strtoll (pages, NULL, 10) <= WHOLE_CHECK_PAGES;
    return code == SQLITE_OK && small ? check_integrity (self) : code;
}

status_t store_check (store_t *self, fault_t *reterr)
{
    int code = check_integrity (self);
    return code == SQLITE_OK ? STATUS_OK : fault_of_sqlite (self->db, code, reterr);
}

static int note_wal (void *context, sqlite3 *db, const char *name, int pages)
{
    (void) db;
    (void) name;
    ((store_t *) context)->wal_pages = pages;
    return SQLITE_OK;
}

/* When it fails, all is still in the WAL: the next one tries again, and a disk that is full is noticed by a commit. */
static void checkpoint_over (store_t *self, int pages)
{
    if (self->wal_pages > pages &&
        sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_OK)
        self->wal_pages = 0;
}

void store_rest (store_t *self)
{
    checkpoint_over (self, CHECKPOINT_IDLE_PAGES);
}

/* What a process wrote that then died is read by the next one, whether the disk has it or not: so it is made sure of
 * before anybody hears of it. */
static int keep_what_is_there (store_t *self)
{
    self->log = gather_of (self->db);
    return gather_keep (self->log);
}

store_t *store_open (const char *path, fault_t *reterr)
{
    owned (store) self = calloc (1, sizeof *self);
    ensure (self);
    (void) sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0); /* nobody asks, and counting locks at every allocation */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2 (path, &self->db, flags, gather_vfs ());
    if (code == SQLITE_OK && sqlite3_db_readonly (self->db, "main"))
        code = SQLITE_READONLY; /* opened all the same, and fails later for what looks like another reason */
    if (code == SQLITE_OK)
        code = store_add_functions (self->db);
    if (code == SQLITE_OK)
        code = execute (self, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                              "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;"
                              "PRAGMA cache_size = -2048" /* KiB: a small one measured faster than a large one */);
    if (code == SQLITE_OK)
        (void) sqlite3_wal_hook (self->db, note_wal, self);
    /* An empty write takes the exclusive lock now: a second process fails at its start, not at its first command. */
    if (code == SQLITE_OK)
        code = execute (self, "BEGIN IMMEDIATE; COMMIT");
    if (code == SQLITE_OK)
        code = keep_what_is_there (self);
    if (code == SQLITE_OK)
        code = check_if_small (self);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v3 (self->db, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT, &self->rollback, NULL);
    if (code != SQLITE_OK) {
        (void) fault_of_sqlite (self->db, code, reterr);
        return NULL;
    }
    return give (self);
}

void store_destroy (store_t **self)
{
    if (!*self)
        return;
    store_close_rows (*self);
    sqlite3_finalize ((*self)->begin);
    sqlite3_finalize ((*self)->commit);
    sqlite3_finalize ((*self)->rollback);
    for (size_t i = 0; i < STATEMENT_SLOTS; i++)
        if ((*self)->slots[i]) {
            sqlite3_finalize ((*self)->slots[i]->statement);
            free ((*self)->slots[i]);
        }
    sqlite3_close ((*self)->db);
    free (*self);
    *self = NULL;
}

/* --- transactions --- */

static void begin (store_t *self, bool hopeful)
{
    ensure (sqlite3_get_autocommit (self->db));
    self->failed = self->again = false;
    self->hopeful = hopeful;
    self->untaken = self->noted = 0;
    int code = execute_kept (self, &self->begin, "BEGIN");
    if (code != SQLITE_OK)
        store_note_failure (self, code);
}

void store_begin (store_t *self)
{
    begin (self, false);
}

void store_begin_hopeful (store_t *self)
{
    begin (self, true);
}

bool store_wants_again (const store_t *self)
{
    return self->again;
}

void store_rollback (store_t *self)
{
    store_close_rows (self);
    if (!sqlite3_get_autocommit (self->db)) { /* some failures have rolled back already */
        (void) sqlite3_step (self->rollback);
        (void) sqlite3_reset (self->rollback);
    }
    self->failed = self->again = false;
}

/* Only the sync of the commit itself is put off: a checkpoint may not copy what is not on disk. */
static int run_commit (store_t *self, bool unsynced)
{
    gather_put_off (self->log, unsynced);
    int code = execute_kept (self, &self->commit, "COMMIT");
    gather_put_off (self->log, false);
    self->owes_sync = gather_owes (self->log);
    return code;
}

/* Linux tells a failed sync once. Were it the checkpoint's, which may fail, the one that is owed would say that all is
 * well. */
static void checkpoint_at_commit (store_t *self)
{
    if (self->owes_sync && self->wal_pages > CHECKPOINT_PAGES_MAX) {
        self->lost = !store_sync (self);
        self->owes_sync = self->lost;
    }
    if (!self->lost)
        checkpoint_over (self, CHECKPOINT_PAGES_MAX);
}

static status_t commit (store_t *self, bool unsynced, fault_t *reterr)
{
    store_close_rows (self);
    self->owes_sync = false;
    if (!self->failed) {
        int code = run_commit (self, unsynced);
        if (code != SQLITE_OK)
            store_note_failure (self, code);
    }
    if (!self->failed) {
        checkpoint_at_commit (self);
        return STATUS_OK;
    }
    fault_t failure = self->failure;
    store_rollback (self);
    if (reterr)
        *reterr = failure;
    return failure.status;
}

status_t store_commit (store_t *self, fault_t *reterr)
{
    return commit (self, false, reterr);
}

status_t store_commit_unsynced (store_t *self, fault_t *reterr)
{
    return commit (self, true, reterr);
}

bool store_owes_sync (const store_t *self)
{
    return self->owes_sync;
}

bool store_sync (store_t *self)
{
    return !self->lost && gather_sync (self->log) == SQLITE_OK;
}

/* A savepoint makes SQLite keep the old content of every page that is written after it. Most inputs succeed, so a
 * hopeful transaction only notes how much was written: when one must be undone that wrote nothing, that is all. */
static void note_savepoint (store_t *self)
{
    ensure (self->noted < SAVEPOINTS_MAX);
    self->written[self->noted++] = sqlite3_total_changes64 (self->db);
}

static void undo_noted (store_t *self)
{
    ensure (self->noted > 0);
    bool untouched = sqlite3_total_changes64 (self->db) == self->written[--self->noted];
    if (untouched && !self->failed)
        return;
    self->again = true;
    store_fail (self, STATUS_UNAVAILABLE, "STORE_RUN_AGAIN", "the transaction must be run again, carefully");
}

void store_savepoint (store_t *self)
{
    if (self->hopeful) {
        note_savepoint (self);
        return;
    }
    int code = self->failed ? SQLITE_ABORT : execute (self, "SAVEPOINT input");
    if (code == SQLITE_OK)
        return;
    self->untaken++;
    store_note_failure (self, code);
}

void store_release (store_t *self)
{
    store_close_rows (self);
    if (self->hopeful) {
        ensure (self->noted > 0);
        self->noted--;
        return;
    }
    if (self->failed) {
        self->untaken -= self->untaken > 0;
        return;
    }
    int code = execute (self, "RELEASE input");
    if (code != SQLITE_OK)
        store_note_failure (self, code);
}

void store_undo (store_t *self)
{
    store_close_rows (self);
    if (self->hopeful) {
        undo_noted (self);
        return;
    }
    if (self->untaken > 0) {
        self->untaken--;
        return; /* what failed lies before it: the failure stays */
    }
    if (sqlite3_get_autocommit (self->db))
        return; /* the whole transaction is gone: the failure stays until rollback */
    int code = execute (self, "ROLLBACK TO input; RELEASE input");
    self->failed = false;
    if (code != SQLITE_OK)
        store_note_failure (self, code);
}

/* --- the whole database --- */

status_t store_execute (store_t *self, const char *sql, fault_t *reterr)
{
    int code = execute (self, sql);
    return code == SQLITE_OK ? STATUS_OK : fault_of_sqlite (self->db, code, reterr);
}

status_t store_probe (store_t *self, fault_t *reterr)
{
    store_begin (self);
    (void) store_run (self,
                      "INSERT INTO schema_step (room, number, name, sql) VALUES ('', 0, 'probe', hex (zeroblob ($1)))",
                      PROBE_BYTES / 2);
    (void) store_run (self, "DELETE FROM schema_step WHERE room = ''");
    return store_commit (self, reterr);
}

void store_plans (store_t *self, void (*see) (void *context, const char *sql, const char *step), void *context)
{
    for (size_t i = 0; i < STATEMENT_SLOTS; i++) {
        sqlite3_stmt *plan = NULL;
        char *sql = self->slots[i] ? sqlite3_mprintf ("EXPLAIN QUERY PLAN %s", self->slots[i]->sql) : NULL;
        if (sql && sqlite3_prepare_v2 (self->db, sql, -1, &plan, NULL) == SQLITE_OK)
            while (sqlite3_step (plan) == SQLITE_ROW)
                see (context, self->slots[i]->sql, (const char *) sqlite3_column_text (plan, 3));
        (void) sqlite3_finalize (plan);
        sqlite3_free (sql);
    }
}

status_t store_backup (store_t *self, const char *path, fault_t *reterr)
{
    sqlite3 *copy = NULL;
    int code = sqlite3_open_v2 (path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    sqlite3_backup *backup = code == SQLITE_OK ? sqlite3_backup_init (copy, "main", self->db, "main") : NULL;
    if (backup) {
        (void) sqlite3_backup_step (backup, -1);
        code = sqlite3_backup_finish (backup);
    } else if (code == SQLITE_OK) {
        code = sqlite3_errcode (copy);
    }
    status_t status = code == SQLITE_OK ? STATUS_OK : fault_of_sqlite (copy, code, reterr);
    sqlite3_close (copy);
    return status;
}
