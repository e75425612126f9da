#include "verdict.h"

#include "base/arena.h"
#include "base/ensure.h"
#include "promises.h"
#include "store/internal.h"
#include "wire/message.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { QUERY_SIZE = 4096, REPEATED_MOST = 400 };

/* --- the databases side by side --- */

static void run (sqlite3 *db, const char *sql)
{
    char *error = NULL;
    cr_assert (sqlite3_exec (db, sql, NULL, NULL, &error) == SQLITE_OK, "%s: %s", sql, error);
}

static void attach (sqlite3 *db, const char *path, const char *name)
{
    char sql[SUITE_PATH_SIZE + 64];
    snprintf (sql, sizeof sql, "ATTACH '%s' AS %s", path, name);
    run (db, sql);
}

static long long count (sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    cr_assert (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg (db));
    cr_assert (sqlite3_step (statement) == SQLITE_ROW, "%s: %s", sql, sqlite3_errmsg (db));
    long long result = sqlite3_column_int64 (statement, 0);
    sqlite3_finalize (statement);
    return result;
}

/* --- what the crowd was told --- */

/* The first field, when it is a number: what a request is about, and what a reply says was made. */
static uint64_t first_number (const message_rule_t *rule, bytes_t bytes, arena_t *arena)
{
    ProtobufCMessage *message = NULL;
    const ProtobufCFieldDescriptor *field = rule->descriptor->n_fields ? &rule->descriptor->fields[0] : NULL;
    arena_reset (arena);
    if (!field || field->label == PROTOBUF_C_LABEL_REPEATED ||
        (field->type != PROTOBUF_C_TYPE_UINT64 && field->type != PROTOBUF_C_TYPE_INT64) ||
        message_decode (rule, bytes, WIRE_PAGE_MAX, arena, &message, NULL) != STATUS_OK)
        return 0;
    uint64_t number;
    memcpy (&number, (const uint8_t *) message + field->offset, sizeof number);
    return number;
}

static void write_down (sqlite3_stmt *insert, const char *caller, const testimony_t *told, arena_t *arena)
{
    uint64_t about = first_number (told->method->request, told->request, arena);
    uint64_t made = told->status == STATUS_OK ? first_number (told->method->reply, told->reply, arena) : 0;
    sqlite3_bind_text (insert, 1, told->service, -1, SQLITE_STATIC);
    sqlite3_bind_text (insert, 2, caller, -1, SQLITE_STATIC);
    sqlite3_bind_blob (insert, 3, told->request_id, WITNESS_ID_SIZE, SQLITE_STATIC);
    sqlite3_bind_text (insert, 4, told->method->name, -1, SQLITE_STATIC);
    sqlite3_bind_text (insert, 5, strrchr (told->method->name, '/') + 1, -1, SQLITE_STATIC);
    sqlite3_bind_int (insert, 6, (int) told->status);
    sqlite3_bind_text (insert, 7, told->reason, -1, SQLITE_STATIC);
    sqlite3_bind_blob (insert, 8, told->reply.data, (int) told->reply.size, SQLITE_STATIC);
    sqlite3_bind_int64 (insert, 9, (sqlite3_int64) about);
    sqlite3_bind_int64 (insert, 10, (sqlite3_int64) made);
    sqlite3_bind_int (insert, 11, (int) told->asked);
    cr_assert (sqlite3_step (insert) == SQLITE_DONE);
    sqlite3_reset (insert);
}

static void write_down_all (sqlite3 *db, crowd_t *crowd)
{
    run (db, "CREATE TABLE told (service TEXT, caller TEXT, id BLOB, method TEXT, name TEXT, status INTEGER,"
             " reason TEXT, reply BLOB, about INTEGER, made INTEGER, asked INTEGER)");
    sqlite3_stmt *insert = NULL;
    cr_assert (sqlite3_prepare_v2 (db, "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", -1, &insert,
                                   NULL) == SQLITE_OK);
    arena_t *arena = arena_new (WIRE_PAGE_MAX * 8);
    run (db, "BEGIN");
    for (size_t i = 0; i < crowd_size (crowd); i++) {
        const witness_t *witness = crowd_witness (crowd, i);
        for (size_t j = 0; j < witness_count (witness); j++)
            write_down (insert, witness_party (witness), witness_at (witness, j), arena);
    }
    run (db, "COMMIT; CREATE INDEX told_id ON told (service, caller, id); CREATE INDEX told_made ON told (made, name);"
             "CREATE INDEX told_about ON told (about, name)");
    arena_destroy (&arena);
    sqlite3_finalize (insert);
}

/* --- the promises --- */

/* How often a promise is broken, said once per kind where it is meant to hold. */
static long long look (sqlite3 *db, bool expected, const char *promise, const char *where, const char *query)
{
    char sql[QUERY_SIZE];
    cr_assert ((size_t) snprintf (sql, sizeof sql, "SELECT count (*) FROM (%s)", query) < sizeof sql);
    long long broken = count (db, sql);
    cr_expect (broken == 0 || !expected, "%s%s%s: broken %lld times", where, where[0] ? ": " : "", promise, broken);
    return broken;
}

/* $ stands for the service's name. */
static void of_service (const char *query, const char *service, char out[QUERY_SIZE])
{
    size_t length = 0;
    for (; *query; query++) {
        int added = *query == '$' ? snprintf (out + length, QUERY_SIZE - length, "%s", service)
                                  : snprintf (out + length, QUERY_SIZE - length, "%c", *query);
        length += (size_t) added;
        cr_assert (length < QUERY_SIZE);
    }
}

static long long look_at_all (sqlite3 *db, bool expected)
{
    char sql[QUERY_SIZE];
    long long broken = 0;
    for (const promise_t *promise = PROMISES_OF_EACH; promise->sentence; promise++)
        for (size_t i = 0; SUITE_NAMES[i]; i++) {
            of_service (promise->broken, SUITE_NAMES[i], sql);
            broken += look (db, expected, promise->sentence, SUITE_NAMES[i], sql);
        }
    for (const promise_t *promise = PROMISES; promise->sentence; promise++)
        broken += look (db, expected, promise->sentence, "", promise->broken);
    for (const char *const *table = DERIVED_TABLES; *table; table++) {
        snprintf (sql, sizeof sql,
                  "SELECT * FROM (SELECT * FROM reporting.%s EXCEPT SELECT * FROM derived.%s) UNION ALL"
                  " SELECT * FROM (SELECT * FROM derived.%s EXCEPT SELECT * FROM reporting.%s)",
                  *table, *table, *table, *table);
        broken += look (db, expected, "what reporting kept while it was disturbed is what the logs say", *table, sql);
    }
    return broken;
}

/* One line: what there is, and of each kind how many. */
static void tell (sqlite3 *db, const char *what, const char *query)
{
    sqlite3_stmt *statement = NULL;
    cr_assert (sqlite3_prepare_v2 (db, query, -1, &statement, NULL) == SQLITE_OK, "%s: %s", query, sqlite3_errmsg (db));
    printf ("%s:", what);
    while (sqlite3_step (statement) == SQLITE_ROW)
        printf (" %s %lld", (const char *) sqlite3_column_text (statement, 0), sqlite3_column_int64 (statement, 1));
    printf ("\n");
    sqlite3_finalize (statement);
}

static void tell_figures (sqlite3 *db)
{
    tell (db, "commands",
          "SELECT 'answered', count (*) FROM told UNION ALL SELECT 'carried out', count (*) FROM told WHERE status = 0"
          " UNION ALL SELECT 'asked more than once', count (*) FROM told WHERE asked > 1"
          " UNION ALL SELECT 'repeats', sum (asked - 1) FROM told");
    tell (db, "refused", "SELECT reason, count (*) FROM told WHERE status <> 0 GROUP BY reason ORDER BY 2 DESC");
    tell (db, "sessions",
          "SELECT CASE state WHEN 1 THEN 'requested' WHEN 2 THEN 'booked' WHEN 3 THEN reason WHEN 4 THEN 'cancelled'"
          " ELSE 'held' END, count (*) FROM guidance.session GROUP BY 1 ORDER BY 2 DESC");
    tell (db, "referrals",
          "SELECT CASE state WHEN 2 THEN 'received' WHEN 3 THEN 'accepted' WHEN 4 THEN 'rejected' WHEN 6 THEN 'revoked'"
          " ELSE state END, count (*) FROM bridging.referral GROUP BY 1 ORDER BY 2 DESC");
    tell (db, "records in the logs",
          "SELECT 'lease', count (record) FROM lease.journal UNION ALL SELECT 'guidance',"
          " count (record) FROM guidance.journal UNION ALL SELECT 'placement', count (record)"
          " FROM placement.journal UNION ALL SELECT 'bridging', count (record) FROM"
          " bridging.journal");
}

/* --- the end --- */

/* What reporting has lived through goes aside, and a fresh one reads the logs from their beginning. */
static void derive_again (suite_t *suite, char lived[SUITE_PATH_SIZE + 8])
{
    char path[SUITE_PATH_SIZE], wal[SUITE_PATH_SIZE + 8];
    suite_end (suite, "reporting"); /* it leaves one file: its last connection puts the log into the database */
    suite_store (suite, "reporting", path);
    snprintf (lived, SUITE_PATH_SIZE + 8, "%s.lived", path);
    snprintf (wal, sizeof wal, "%s-wal", path);
    cr_assert (remove (wal) != 0, "reporting left its log behind");
    cr_assert (rename (path, lived) == 0);
    suite_revive (suite, "reporting");
    suite_rest (suite);
}

static sqlite3 *lay_side_by_side (suite_t *suite, crowd_t *crowd)
{
    char lived[SUITE_PATH_SIZE + 8], path[SUITE_PATH_SIZE];
    sqlite3 *db = NULL;
    suite_rest (suite);
    derive_again (suite, lived);
    cr_assert (sqlite3_open (":memory:", &db) == SQLITE_OK && store_add_functions (db) == SQLITE_OK);
    for (size_t i = 0; SUITE_NAMES[i]; i++) {
        suite_end (suite, SUITE_NAMES[i]);
        bool reporting = strcmp (SUITE_NAMES[i], "reporting") == 0;
        attach (db, suite_store (suite, SUITE_NAMES[i], path), reporting ? "derived" : SUITE_NAMES[i]);
    }
    attach (db, lived, "reporting");
    write_down_all (db, crowd);
    return db;
}

void verdict (suite_t *suite, crowd_t *crowd)
{
    suite_rest (suite);
    size_t contradictions = crowd_contradictions (crowd, crowd_answered (crowd) / REPEATED_MOST + 1);
    cr_expect (contradictions == 0, "%zu commands said again got another answer", contradictions);
    sqlite3 *db = lay_side_by_side (suite, crowd);
    tell_figures (db);
    (void) look_at_all (db, true);
    sqlite3_close (db);
}

void verdict_on_forgeries (suite_t *suite, crowd_t *crowd)
{
    sqlite3 *db = lay_side_by_side (suite, crowd);
    cr_assert (look_at_all (db, true) == 0, "it is broken before anything is forged");
    for (const promise_t *forgery = FORGERIES; forgery->sentence; forgery++) {
        run (db, "BEGIN");
        run (db, forgery->broken);
        cr_expect (sqlite3_changes (db) == 1, "nothing could be forged: %s", forgery->sentence);
        cr_expect (look_at_all (db, false) > 0, "not found: %s", forgery->sentence);
        run (db, "ROLLBACK");
    }
    sqlite3_close (db);
}
