/*
 * The database, behind a small port. Only this room knows which one it is.
 *
 * One process, one connection, one file: a writing connection holds the file exclusively, so a second service on the
 * same data fails at start instead of racing (SQLite's WAL-reset race needs two connections). WAL with
 * synchronous=FULL: when store_commit returns OK, the transaction is on disk. So is all that store_open finds.
 *
 * Statements are written where they are used, with $1 placeholders and nothing that PostgreSQL would not take. They are
 * prepared once and kept.
 *
 * Beside the database's own functions there are name_key (text) and name_key_back (text), for indexes of names: what
 * base/near.h makes of it.
 *
 * Failures are sticky: when a statement fails for an operational reason (disk full, I/O), every later one in
 * the transaction does nothing and reads nothing, and store_failure tells what happened. So the code between
 * begin and commit asks once, at the end, and the engine does that for every handler. A statement that does not parse
 * is a bug.
 */
#ifndef FYR_STORE_STORE_H
#define FYR_STORE_STORE_H

#include "base/bytes.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct store store_t;
typedef struct rows rows_t;

/* A schema step: `number` rises from 1 within its set, `sql` never changes once released. Sets end with { 0 }. */
typedef struct {
    int number;
    const char *name;
    const char *sql;
} migration_t;

/* Opens or creates the database at `path` (":memory:" for tests) and checks its integrity when it is not large: a start
 * takes no longer with the years.
 * Faults: STORE_LOCKED (another process has it), STORE_CORRUPT, STORE_FULL, STORE_READONLY, STORE_IO. */
store_t *store_open (const char *path, fault_t *reterr);
void store_destroy (store_t **self);

/* Reads all of it and checks its integrity; takes time by its size. Faults: those of store_open. */
status_t store_check (store_t *self, fault_t *reterr);

/* To be called, outside a transaction, when nobody waits for an answer: moves what was committed to where it stays. */
void store_rest (store_t *self);

/* Brings the schema of one room up to date, all steps in one transaction.
 * Faults: STORE_SCHEMA_CHANGED when a step that was applied reads differently now, STORE_SCHEMA_NEWER when the database
 * has steps that this program does not know, and those of store_open. */
status_t store_migrate (store_t *self, const char *room, const migration_t *steps, fault_t *reterr);

/* --- values and statements --- */

typedef struct {
    enum { SQL_NULL, SQL_INTEGER, SQL_TEXT, SQL_BLOB } type;
    int64_t integer;
    const void *data; /* borrowed for the call */
    size_t size;
} sql_value_t;

sql_value_t sql_integer (int64_t value);
sql_value_t sql_unsigned (uint64_t value); /* at most INT64_MAX: anything larger is a bug */
sql_value_t sql_text (const char *value);  /* NULL gives SQL NULL */
sql_value_t sql_blob (bytes_t value);      /* data NULL gives SQL NULL */
sql_value_t sql_same (sql_value_t value);

#define SQL_NOTHING ((sql_value_t){ .type = SQL_NULL })

#define SQL_VALUE(x)                                                                                                   \
    _Generic ((x),                                                                                                     \
        char *: sql_text,                                                                                              \
        const char *: sql_text,                                                                                        \
        bytes_t: sql_blob,                                                                                             \
        sql_value_t: sql_same,                                                                                         \
        unsigned int: sql_unsigned,                                                                                    \
        unsigned long: sql_unsigned,                                                                                   \
        unsigned long long: sql_unsigned,                                                                              \
        default: sql_integer) (x)

#define SQL_EACH_1(x) SQL_VALUE (x)
#define SQL_EACH_2(x, ...) SQL_VALUE (x), SQL_EACH_1 (__VA_ARGS__)
#define SQL_EACH_3(x, ...) SQL_VALUE (x), SQL_EACH_2 (__VA_ARGS__)
#define SQL_EACH_4(x, ...) SQL_VALUE (x), SQL_EACH_3 (__VA_ARGS__)
#define SQL_EACH_5(x, ...) SQL_VALUE (x), SQL_EACH_4 (__VA_ARGS__)
#define SQL_EACH_6(x, ...) SQL_VALUE (x), SQL_EACH_5 (__VA_ARGS__)
#define SQL_EACH_7(x, ...) SQL_VALUE (x), SQL_EACH_6 (__VA_ARGS__)
#define SQL_EACH_8(x, ...) SQL_VALUE (x), SQL_EACH_7 (__VA_ARGS__)
#define SQL_EACH_9(x, ...) SQL_VALUE (x), SQL_EACH_8 (__VA_ARGS__)
#define SQL_EACH_10(x, ...) SQL_VALUE (x), SQL_EACH_9 (__VA_ARGS__)
#define SQL_EACH_11(x, ...) SQL_VALUE (x), SQL_EACH_10 (__VA_ARGS__)
#define SQL_EACH_12(x, ...) SQL_VALUE (x), SQL_EACH_11 (__VA_ARGS__)
#define SQL_EACH_13(x, ...) SQL_VALUE (x), SQL_EACH_12 (__VA_ARGS__)
#define SQL_EACH_14(x, ...) SQL_VALUE (x), SQL_EACH_13 (__VA_ARGS__)
#define SQL_EACH_15(x, ...) SQL_VALUE (x), SQL_EACH_14 (__VA_ARGS__)
#define SQL_EACH_16(x, ...) SQL_VALUE (x), SQL_EACH_15 (__VA_ARGS__)
#define SQL_EACH_17(x, ...) SQL_VALUE (x), SQL_EACH_16 (__VA_ARGS__)
#define SQL_EACH_18(x, ...) SQL_VALUE (x), SQL_EACH_17 (__VA_ARGS__)
#define SQL_PICK(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, name, ...) name
#define SQL_EACH(...)                                                                                                  \
    SQL_PICK (__VA_ARGS__, SQL_EACH_18, SQL_EACH_17, SQL_EACH_16, SQL_EACH_15, SQL_EACH_14, SQL_EACH_13, SQL_EACH_12,  \
              SQL_EACH_11, SQL_EACH_10, SQL_EACH_9, SQL_EACH_8, SQL_EACH_7, SQL_EACH_6, SQL_EACH_5, SQL_EACH_4,        \
              SQL_EACH_3, SQL_EACH_2, SQL_EACH_1, unused)                                                              \
    (__VA_ARGS__)

/* The statement's text followed by its values, as an array ended by what its size tells. */
#define SQL_ARGUMENTS(...)                                                                                             \
    (const sql_value_t[]){ SQL_EACH (__VA_ARGS__) },                                                                   \
        sizeof ((const sql_value_t[]){ SQL_EACH (__VA_ARGS__) }) / sizeof (sql_value_t)

/* store_query (store, "SELECT a FROM t WHERE b = $1 AND c = $2", b, c)
 * The statement's text must live as long as the store: a literal. Rows are read with rows_next until it says false, or
 * let go with rows_close; never NULL. */
#define store_query(self, ...) store_query_values (self, SQL_ARGUMENTS (__VA_ARGS__))
rows_t *store_query_values (store_t *self, const sql_value_t *values, size_t count);

/* The first row, or NULL when there is none. The row stays readable until the transaction's savepoint ends. */
#define store_row(self, ...) store_row_values (self, SQL_ARGUMENTS (__VA_ARGS__))
rows_t *store_row_values (store_t *self, const sql_value_t *values, size_t count);

/* Runs to the end and gives the number of rows changed. */
#define store_run(self, ...) store_run_values (self, SQL_ARGUMENTS (__VA_ARGS__))
int64_t store_run_values (store_t *self, const sql_value_t *values, size_t count);

bool rows_next (rows_t *self);
void rows_close (rows_t *self);                   /* NULL: nothing */
int64_t rows_int (rows_t *self, int column);      /* 0 for NULL */
uint64_t rows_uint (rows_t *self, int column);    /* 0 for NULL */
const char *rows_text (rows_t *self, int column); /* "" for NULL; valid until the next row */
bytes_t rows_blob (rows_t *self, int column);     /* valid until the next row */
bool rows_is_null (rows_t *self, int column);

/* --- transactions --- */

void store_begin (store_t *self);
status_t store_commit (store_t *self, fault_t *reterr); /* on failure everything since begin is undone */
void store_rollback (store_t *self);

/* As store_commit, but when store_owes_sync says so afterwards, it is on disk only once a store_sync that began then
 * has said true; until then nobody may be told. Transactions may go on meanwhile, and see it. When store_sync says
 * false, it cannot be taken back any more: the process must end without having said anything, and what the disk has of
 * it counts. */
status_t store_commit_unsynced (store_t *self, fault_t *reterr);
bool store_owes_sync (const store_t *self);
bool store_sync (store_t *self); /* on any thread, also while another uses the store otherwise */

/* As store_begin, for a batch whose parts nearly always succeed: savepoints cost nothing then. But a part that fails
 * after it has written, or for want of disk, cannot be undone alone: the transaction fails, and store_wants_again says
 * that it is to be rolled back and everything run again after store_begin. */
void store_begin_hopeful (store_t *self);
bool store_wants_again (const store_t *self);

/* Savepoints within the transaction; they nest. Release and undo close all rows that are being read. */
void store_savepoint (store_t *self);
void store_release (store_t *self);
void store_undo (store_t *self); /* back to the newest one, which is then gone; clears a failure that came after it */

/* NULL while all is well; else what failed first since begin (or since the savepoint that was undone). Borrowed. */
const fault_t *store_failure (const store_t *self);

/* Makes the transaction fail as if a statement had: for limits that its code may not get around. */
void store_fail (store_t *self, status_t status, const char *reason, const char *message);

/* Whether the database can be written: writes as much as a large request takes, and takes it back. Outside a
 * transaction, after store_migrate. */
status_t store_probe (store_t *self, fault_t *reterr);

/* How the database means to carry out each statement that has run so far, a step at a time: for tests of what it reads.
 */
void store_plans (store_t *self, void (*see) (void *context, const char *sql, const char *step), void *context);

/* A consistent copy of the whole database in a new file, made through this connection. */
status_t store_backup (store_t *self, const char *path, fault_t *reterr);

#endif
