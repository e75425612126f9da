/* SQLite's errors as faults of the store. For this room only. */
#ifndef FYR_STORE_SQLITE_FAULT_H
#define FYR_STORE_SQLITE_FAULT_H

#include "base/status.h"

#include <sqlite3.h>

/* Of what just failed on `db` (NULL: before there was one) with `code`; the faults are those of store_open. */
status_t fault_of_sqlite (sqlite3 *db, int code, fault_t *reterr);

#endif
