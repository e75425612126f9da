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
    bool looked;
    uint64_t writes; /* of the store when it was looked at */
    uint64_t tables[WORLD_TABLES_MAX];
} world_t;

/* Brings it up to date, between steps; costs little when nothing was written since. One store for one world; all stores
 * have the same schema. */
void world_look (world_t *self, store_t *store);

/* The table of this name is as it was; without a name, all are. */
bool world_same (const world_t *before, const world_t *after, const char *table);

/* The journal's rows are 1, 2, 3 ... up to `head`. */
bool world_journal_whole (store_t *store, uint64_t head);

#endif
