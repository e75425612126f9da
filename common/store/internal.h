/* What the files of this room share. Nobody else includes this, but a test that looks into databases by itself. */
#ifndef FYR_STORE_INTERNAL_H
#define FYR_STORE_INTERNAL_H

#include "store/gather.h"
#include "store/store.h"

enum {
    STATEMENT_SLOTS = 1024, /* prepared statements kept; a power of two */
    SAVEPOINTS_MAX = 8,
    VALUES_MAX = 17 /* store.h, SQL_EACH: a statement and 17 values */
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
    gather_t *log;        /* NULL in memory */
    bool owes_sync, lost; /* lost: a sync that was owed has failed, and no other can make up for it */
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

void store_note_failure (store_t *self, int code); /* SQLite's; the first one counts */
void store_close_rows (store_t *self);             /* all that are being read */

/* Statements that are run once, several in one text. Faults: those of store_open. */
status_t store_execute (store_t *self, const char *sql, fault_t *reterr);

/* Gives a new connection name_key and name_key_back; a code of SQLite's. */
int store_add_functions (sqlite3 *db);

#endif
