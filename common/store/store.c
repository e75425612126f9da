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
    STATEMENT_SLOTS = 1024,      /* prepared statements kept; a power of two */
    STATEMENT_MAX = 768,         /* more than this many different statements in one program is a bug */
    CHECKPOINT_IDLE_PAGES = 256, /* moved from the WAL into the database when nobody waits */
    CHECKPOINT_PAGES_MAX = 4096, /* or when it must be: rarely enough to stay out of the slowest hundredth */
    WHOLE_CHECK_PAGES = 4096,    /* 16 MiB: what is larger is not read through at every start */
    SAVEPOINTS_MAX = 8,
    PROBE_BYTES = 64 * 1024, /* as much as the largest request */
    VALUES_MAX = 17          /* store.h, SQL_EACH: a statement and 17 values */
};

struct rows {
    store_t *store;
    sqlite3_stmt *statement; /* NULL while it could not be prepared */
    rows_t *next_open;       /* open rows form a list, so that a savepoint can close them all */
    const char *sql;
    bool open;
    bool spare;                          /* a second instance of a statement that was still being read */
    unsigned char place[VALUES_MAX + 1]; /* of $n: SQLite numbers by first appearance, PostgreSQL by n */
};

struct store {
    sqlite3 *db;
    rows_t *slots[STATEMENT_SLOTS];
    size_t statements;
    rows_t *open;
    unsigned untaken; /* savepoints asked for after the failure: there is nothing to go back to */
    bool failed;
    fault_t failure;
    int wal_pages;                   /* since the last checkpoint */
    sqlite3_stmt *begin, *commit;    /* run for every batch, so they are parsed once */
    sqlite3_stmt *rollback;          /* parsed when the store is opened: the way back must need no memory */
    bool hopeful, again;             /* savepoints are only noted; one could not be undone */
    int64_t written[SAVEPOINTS_MAX]; /* hopeful: rows changed so far when each savepoint was asked for */
    unsigned noted;
};

static void note_failure (store_t *self, int code)
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
        code = check_if_small (self);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v3 (self->db, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT, &self->rollback, NULL);
    if (code != SQLITE_OK) {
        (void) fault_of_sqlite (self->db, code, reterr);
        return NULL;
    }
    return give (self);
}

static void close_all (store_t *self);

void store_destroy (store_t **self)
{
    if (!*self)
        return;
    close_all (*self);
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

/* --- values and statements --- */

sql_value_t sql_integer (int64_t value)
{
    return (sql_value_t){ .type = SQL_INTEGER, .integer = value };
}

sql_value_t sql_unsigned (uint64_t value)
{
    ensure (value <= INT64_MAX);
    return sql_integer ((int64_t) value);
}

sql_value_t sql_text (const char *value)
{
    return value ? (sql_value_t){ .type = SQL_TEXT, .data = value, .size = strlen (value) } : SQL_NOTHING;
}

sql_value_t sql_blob (bytes_t value)
{
    return value.data ? (sql_value_t){ .type = SQL_BLOB, .data = value.data, .size = value.size } : SQL_NOTHING;
}

sql_value_t sql_same (sql_value_t value)
{
    return value;
}

static void find_places (rows_t *rows)
{
    int count = sqlite3_bind_parameter_count (rows->statement);
    ensure (count <= VALUES_MAX);
    for (int n = 1; n <= count; n++) {
        char name[8];
        (void) snprintf (name, sizeof name, "$%d", n);
        rows->place[n] = (unsigned char) sqlite3_bind_parameter_index (rows->statement, name);
        ensure (rows->place[n]);
    }
}

static rows_t *new_rows (store_t *self, const char *sql)
{
    rows_t *rows = calloc (1, sizeof *rows);
    ensure (rows);
    *rows = (rows_t){ .store = self, .sql = sql };
    return rows;
}

static void prepare (rows_t *rows)
{
    sqlite3 *db = rows->store->db;
    int code = sqlite3_prepare_v3 (db, rows->sql, -1, SQLITE_PREPARE_PERSISTENT, &rows->statement, NULL);
    if (code == SQLITE_ERROR)
        ensure_failed (sqlite3_errmsg (db), rows->sql, 0, __func__);
    if (code != SQLITE_OK)
        note_failure (rows->store, code);
    else
        find_places (rows);
}

/* By the address of the text: statements are literals, so the address is the statement. */
static rows_t *statement_for (store_t *self, const char *sql)
{
    size_t slot = (size_t) (((uintptr_t) sql * UINT64_C (0x9E3779B97F4A7C15)) >> 54) & (STATEMENT_SLOTS - 1);
    while (self->slots[slot] && self->slots[slot]->sql != sql)
        slot = (slot + 1) & (STATEMENT_SLOTS - 1);
    rows_t *rows = self->slots[slot];
    if (!rows) {
        ensure (self->statements < STATEMENT_MAX);
        rows = self->slots[slot] = new_rows (self, sql);
        self->statements++;
    }
    if (rows->open) {
        rows = new_rows (self, sql);
        rows->spare = true;
    }
    if (!rows->statement)
        prepare (rows); /* the first time, or again because there was no memory or disk for it then */
    return rows;
}

static void bind (rows_t *rows, int index, const sql_value_t *value)
{
    int code = SQLITE_OK;
    switch (value->type) {
    case SQL_NULL:
        code = sqlite3_bind_null (rows->statement, index);
        break;
    case SQL_INTEGER:
        code = sqlite3_bind_int64 (rows->statement, index, value->integer);
        break;
    case SQL_TEXT:
        code = sqlite3_bind_text64 (rows->statement, index, value->data, value->size, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case SQL_BLOB:
        code = sqlite3_bind_blob64 (rows->statement, index, value->data, value->size, SQLITE_STATIC);
        break;
    }
    ensure (code != SQLITE_RANGE);
    if (code != SQLITE_OK)
        note_failure (rows->store, code);
}

/* Bound text and blobs are borrowed, and reading goes on after the caller's array is gone: rows that are kept own
 * copies. */
static void bind_owned (rows_t *rows, int index, const sql_value_t *value)
{
    int code = SQLITE_OK;
    if (value->type == SQL_TEXT)
        code = sqlite3_bind_text64 (rows->statement, index, value->data, value->size, SQLITE_TRANSIENT, SQLITE_UTF8);
    else if (value->type == SQL_BLOB)
        code = sqlite3_bind_blob64 (rows->statement, index, value->data, value->size, SQLITE_TRANSIENT);
    else
        bind (rows, index, value);
    if (code != SQLITE_OK)
        note_failure (rows->store, code);
}

static rows_t *open_rows (store_t *self, const sql_value_t *values, size_t count, bool kept)
{
    ensure (count >= 1 && values[0].type == SQL_TEXT);
    rows_t *rows = statement_for (self, values[0].data);
    if (rows->statement) {
        ensure ((size_t) sqlite3_bind_parameter_count (rows->statement) == count - 1);
        for (size_t i = 1; i < count; i++)
            (kept ? bind_owned : bind) (rows, rows->place[i], &values[i]);
    }
    rows->open = true;
    rows->next_open = self->open;
    self->open = rows;
    return rows;
}

void rows_close (rows_t *self)
{
    if (!self || !self->open)
        return;
    rows_t **link = &self->store->open;
    while (*link != self)
        link = &(*link)->next_open;
    *link = self->next_open;
    self->open = false;
    if (self->statement)
        sqlite3_reset (self->statement); /* what is bound stays: all of it is bound anew before the next run */
    if (self->spare) {
        sqlite3_finalize (self->statement);
        free (self);
    }
}

static void close_all (store_t *self)
{
    while (self->open)
        rows_close (self->open);
}

bool rows_next (rows_t *self)
{
    if (self->open && self->statement && !self->store->failed) {
        int code = sqlite3_step (self->statement);
        if (code == SQLITE_ROW)
            return true;
        if (code != SQLITE_DONE)
            note_failure (self->store, code);
    }
    rows_close (self);
    return false;
}

rows_t *store_query_values (store_t *self, const sql_value_t *values, size_t count)
{
    return open_rows (self, values, count, true);
}

rows_t *store_row_values (store_t *self, const sql_value_t *values, size_t count)
{
    rows_t *rows = open_rows (self, values, count, true);
    return rows_next (rows) ? rows : NULL;
}

int64_t store_run_values (store_t *self, const sql_value_t *values, size_t count)
{
    rows_t *rows = open_rows (self, values, count, false);
    while (rows_next (rows)) {
    }
    return self->failed ? 0 : sqlite3_changes64 (self->db);
}

int64_t rows_int (rows_t *self, int column)
{
    return sqlite3_column_int64 (self->statement, column);
}

uint64_t rows_uint (rows_t *self, int column)
{
    int64_t value = rows_int (self, column);
    return value < 0 ? 0 : (uint64_t) value;
}

const char *rows_text (rows_t *self, int column)
{
    const char *text = (const char *) sqlite3_column_text (self->statement, column);
    return text ? text : "";
}

bytes_t rows_blob (rows_t *self, int column)
{
    const void *data = sqlite3_column_blob (self->statement, column);
    return bytes_of (data, (size_t) sqlite3_column_bytes (self->statement, column));
}

bool rows_is_null (rows_t *self, int column)
{
    return sqlite3_column_type (self->statement, column) == SQLITE_NULL;
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
        note_failure (self, code);
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
    close_all (self);
    if (!sqlite3_get_autocommit (self->db)) { /* some failures have rolled back already */
        (void) sqlite3_step (self->rollback);
        (void) sqlite3_reset (self->rollback);
    }
    self->failed = self->again = false;
}

status_t store_commit (store_t *self, fault_t *reterr)
{
    close_all (self);
    if (!self->failed) {
        int code = execute_kept (self, &self->commit, "COMMIT");
        if (code != SQLITE_OK)
            note_failure (self, code);
    }
    if (!self->failed) {
        checkpoint_over (self, CHECKPOINT_PAGES_MAX);
        return STATUS_OK;
    }
    fault_t failure = self->failure;
    store_rollback (self);
    if (reterr)
        *reterr = failure;
    return failure.status;
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
    note_failure (self, code);
}

void store_release (store_t *self)
{
    close_all (self);
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
        note_failure (self, code);
}

void store_undo (store_t *self)
{
    close_all (self);
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
        note_failure (self, code);
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
