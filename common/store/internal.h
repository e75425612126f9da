/* What the files of this room share. Nobody else includes this, but a test that looks into databases by itself. */
#ifndef FYR_STORE_INTERNAL_H
#define FYR_STORE_INTERNAL_H

#include "store/store.h"

/* Statements that are run once, several in one text. Faults: those of store_open. */
status_t store_execute (store_t *self, const char *sql, fault_t *reterr);

/* Gives a new connection name_key and name_key_back; a code of SQLite's. */
struct sqlite3;
int store_add_functions (struct sqlite3 *db);

#endif
