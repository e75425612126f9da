/*
 * What a service's tables hold, as one number for each table: to see whether anything changed.
 *
 * Journal, quarantine and the log's own facts are left out: they may grow where nothing else does.
 */
#ifndef FYR_TESTS_FUZZ_WORLD_H
#define FYR_TESTS_FUZZ_WORLD_H

#include "store/store.h"

enum { WORLD_TABLES_MAX = 64 };

typedef struct {
    uint64_t tables[WORLD_TABLES_MAX];
} world_t;

/* Between steps. Every store that is looked at has the same schema. */
world_t world_look (store_t *store);

/* The table of this name is as it was; without a name, all are. */
bool world_same (const world_t *before, const world_t *after, const char *table);

/* The journal's rows are 1, 2, 3 ... up to `head`. */
bool world_journal_whole (store_t *store, uint64_t head);

#endif
