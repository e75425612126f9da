/* Statements, what is bound to them and what they read. */
#include "store/internal.h"

#include "base/ensure.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATEMENT_MAX = 768 }; /* more than this many different statements in one program is a bug */

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
        store_note_failure (rows->store, code);
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
        store_note_failure (rows->store, code);
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
        store_note_failure (rows->store, code);
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

void store_close_rows (store_t *self)
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
            store_note_failure (self->store, code);
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
