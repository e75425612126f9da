#include "fuzz/world.h"

#include "base/ensure.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 64, QUERY_MAX = 8192 };

static struct {
    char name[NAME_SIZE];
    char *query; /* kept: a statement is known by its address */
} tables[WORLD_TABLES_MAX];
static size_t count;

/* One text of all rows in an order of their own: "SELECT group_concat (quote (a) || ',' || quote (b)) FROM ..." */
static void learn_tables (store_t *store)
{
    rows_t *rows = store_query (store, "SELECT t.name, group_concat ('quote (' || c.name || ')', '||'','' || ')"
                                       " FROM sqlite_master AS t JOIN pragma_table_info (t.name) AS c"
                                       " WHERE t.type = 'table' AND t.name NOT IN"
                                       " ('journal', 'quarantine', 'node', 'schema_step', 'sqlite_sequence')"
                                       " GROUP BY t.name ORDER BY t.name");
    while (rows_next (rows)) {
        ensure (count < WORLD_TABLES_MAX && strlen (rows_text (rows, 0)) < NAME_SIZE);
        buffer_t query = BUFFER (QUERY_MAX);
        buffer_printf (&query, "SELECT group_concat (line, ';') FROM (SELECT %s AS line FROM \"%s\" ORDER BY 1)",
                       rows_text (rows, 1), rows_text (rows, 0));
        strncpy (tables[count].name, rows_text (rows, 0), NAME_SIZE - 1);
        tables[count++].query = strdup (buffer_text (&query));
        buffer_clear (&query);
    }
    ensure (count > 3);
}

static uint64_t digest (const char *text)
{
    uint64_t number;
    uint8_t hash[crypto_generichash_BYTES_MIN];
    (void) crypto_generichash (hash, sizeof hash, (const unsigned char *) text, strlen (text), NULL, 0);
    memcpy (&number, hash, sizeof number);
    return number;
}

/* Rows written so far, also those undone since: while it stands still nothing has changed. */
static uint64_t writes (store_t *store)
{
    rows_t *row = store_row (store, "SELECT total_changes ()");
    ensure (row);
    uint64_t count_of_rows = rows_uint (row, 0);
    rows_close (row);
    return count_of_rows;
}

static void look (store_t *store, world_t *world)
{
    if (count == 0)
        learn_tables (store);
    for (size_t i = 0; i < count; i++) {
        rows_t *row = store_row_values (store, &(sql_value_t){ .type = SQL_TEXT, .data = tables[i].query }, 1);
        ensure (row);
        world->tables[i] = digest (rows_text (row, 0));
        rows_close (row);
    }
}

void world_look (world_t *self, store_t *store)
{
    store_begin (store);
    uint64_t now = writes (store);
    if (!self->looked || now != self->writes)
        look (store, self);
    ensure (!store_failure (store));
    store_rollback (store);
    self->looked = true;
    self->writes = now;
}

bool world_same (const world_t *before, const world_t *after, const char *table)
{
    for (size_t i = 0; i < count; i++)
        if ((!table || strcmp (tables[i].name, table) == 0) && before->tables[i] != after->tables[i])
            return false;
    return true;
}

bool world_journal_whole (store_t *store, uint64_t head)
{
    store_begin (store);
    rows_t *row = store_row (store, "SELECT count (*), coalesce (max (seq), 0) FROM journal");
    bool whole = row && rows_uint (row, 0) == head && rows_uint (row, 1) == head;
    if (row)
        rows_close (row);
    store_rollback (store);
    return whole;
}
