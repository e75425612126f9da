/*
 * SQLite 3.40.1. What the store builds upon.
 *
 * Left out: the WAL-reset race itself (3.7.0 to 3.51.2), which needs two connections that write or checkpoint in the
 * same moment and cannot be shown on demand. The version tells whether its workaround is needed.
 */
#include "truths.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

static sqlite3 *open_database (const char *path)
{
    sqlite3 *database = NULL;
    cr_assert_eq (sqlite3_open (path, &database), SQLITE_OK, "open %s", path);
    return database;
}

static sqlite3 *open_memory (void)
{
    return open_database (":memory:");
}

static int attempt (sqlite3 *database, const char *sql)
{
    return sqlite3_exec (database, sql, NULL, NULL, NULL);
}

static void execute (sqlite3 *database, const char *sql)
{
    cr_assert_eq (attempt (database, sql), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg (database));
}

static sqlite3_stmt *prepare (sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    cr_assert_eq (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL), SQLITE_OK, "%s: %s", sql,
                  sqlite3_errmsg (database));
    return statement;
}

enum { NO_ROW = -1, NULL_VALUE = -2 };

/* The first column of the first row. */
static int number_of (sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = prepare (database, sql);
    int number = NO_ROW;
    if (sqlite3_step (statement) == SQLITE_ROW)
        number = sqlite3_column_type (statement, 0) == SQLITE_NULL ? NULL_VALUE : sqlite3_column_int (statement, 0);
    (void) sqlite3_finalize (statement);
    return number;
}

static bool in_transaction (sqlite3 *database)
{
    return !sqlite3_get_autocommit (database);
}

static void close_database (sqlite3 *database)
{
    cr_assert_eq (sqlite3_close (database), SQLITE_OK, "a statement is still open");
}

/* --- one connection per file --- */

Test (connection, this_version_has_the_wal_reset_race)
{
    cr_assert_lt (sqlite3_libversion_number (), 3051003,
                  "SQLite %s has no WAL-reset race: the rule of one writing connection per file can go",
                  sqlite3_libversion ());
}

static sqlite3 *open_exclusive (const char *path)
{
    sqlite3 *database = open_database (path);
    execute (database, "PRAGMA locking_mode = EXCLUSIVE");
    execute (database, "PRAGMA journal_mode = WAL");
    execute (database, "CREATE TABLE desk (id INTEGER PRIMARY KEY) STRICT; INSERT INTO desk VALUES (1), (2)");
    return database;
}

Test (connection, an_exclusive_one_keeps_every_other_away)
{
    path_t path = scratch ("exclusive.db");
    sqlite3 *first = open_exclusive (path.text);
    sqlite3 *second = open_database (path.text);
    int reading = attempt (second, "SELECT * FROM desk");
    int writing = attempt (second, "BEGIN IMMEDIATE");
    close_database (second);
    close_database (first);
    cr_expect_eq (reading, SQLITE_BUSY, "another connection can read: %s", sqlite3_errstr (reading));
    cr_expect_eq (writing, SQLITE_BUSY, "another connection can write: %s", sqlite3_errstr (writing));
}

Test (connection, an_exclusive_one_can_make_the_backup)
{
    sqlite3 *source = open_exclusive (scratch ("source.db").text);
    sqlite3 *copy = open_database (scratch ("copy.db").text);
    sqlite3_backup *backup = sqlite3_backup_init (copy, "main", source, "main");
    cr_assert (backup, "no backup: %s", sqlite3_errmsg (copy));
    int result = sqlite3_backup_step (backup, -1);
    (void) sqlite3_backup_finish (backup);
    int copied = number_of (copy, "SELECT count (*) FROM desk");
    close_database (copy);
    close_database (source);
    cr_expect_eq (result, SQLITE_DONE, "the backup stops: %s", sqlite3_errstr (result));
    cr_expect_eq (copied, 2, "the copy has %d rows", copied);
}

/* --- statements --- */

Test (statements, only_a_strict_table_refuses_a_value_of_another_type)
{
    sqlite3 *database = open_memory ();
    execute (database, "CREATE TABLE loose (n INTEGER); CREATE TABLE strict (n INTEGER) STRICT");
    int loose = attempt (database, "INSERT INTO loose VALUES ('text')");
    int strict = attempt (database, "INSERT INTO strict VALUES ('text')");
    close_database (database);
    cr_expect_eq (loose, SQLITE_OK, "an ordinary table refuses too: STRICT can go");
    cr_expect_eq (strict, SQLITE_CONSTRAINT, "STRICT does not hold");
}

Test (statements, returning_gives_what_was_written)
{
    sqlite3 *database = open_memory ();
    execute (database, "CREATE TABLE desk (id INTEGER PRIMARY KEY, seats INTEGER NOT NULL) STRICT");
    int inserted = number_of (database, "INSERT INTO desk (seats) VALUES (4) RETURNING id");
    int updated = number_of (database, "UPDATE desk SET seats = seats + 1 WHERE id = 1 RETURNING seats");
    int missed = number_of (database, "UPDATE desk SET seats = 0 WHERE id = 2 RETURNING seats");
    close_database (database);
    cr_expect_eq (inserted, 1, "INSERT RETURNING");
    cr_expect_eq (updated, 5, "UPDATE RETURNING gives the value before");
    cr_expect_eq (missed, NO_ROW, "UPDATE RETURNING gives a row where none was");
}

Test (statements, on_conflict_updates_or_does_nothing)
{
    sqlite3 *database = open_memory ();
    execute (database, "CREATE TABLE head (feed TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;"
                       "INSERT INTO head VALUES ('lease', 3)");
    int raised = number_of (database, "INSERT INTO head VALUES ('lease', 5) ON CONFLICT (feed) DO UPDATE"
                                      " SET at = excluded.at WHERE excluded.at > head.at RETURNING at");
    int not_lowered = number_of (database, "INSERT INTO head VALUES ('lease', 4) ON CONFLICT (feed) DO UPDATE"
                                           " SET at = excluded.at WHERE excluded.at > head.at RETURNING at");
    int ignored = number_of (database, "INSERT INTO head VALUES ('lease', 9) ON CONFLICT DO NOTHING RETURNING at");
    int kept = number_of (database, "SELECT at FROM head");
    close_database (database);
    cr_expect_eq (raised, 5, "DO UPDATE does not update");
    cr_expect_eq (not_lowered, NO_ROW, "DO UPDATE does not heed its WHERE");
    cr_expect_eq (ignored, NO_ROW, "DO NOTHING returns a row");
    cr_expect_eq (kept, 5, "the row has %d", kept);
}

Test (statements, unixepoch_knows_no_fractions)
{
    sqlite3 *database = open_memory ();
    int now = number_of (database, "SELECT unixepoch ('now', 'subsec')");
    close_database (database);
    cr_assert_eq (now, NULL_VALUE, "unixepoch has fractions: SQL could tell the time (the transaction still should)");
}

/* The number in $1 is a name to SQLite, not a place: where PostgreSQL counts, SQLite takes the order of appearance. */
Test (statements, a_dollar_placeholder_is_a_name_with_its_place_by_first_appearance)
{
    sqlite3 *database = open_memory ();
    sqlite3_stmt *statement = prepare (database, "SELECT $2, $1, $2");
    int places = sqlite3_bind_parameter_count (statement);
    int first = sqlite3_bind_parameter_index (statement, "$1");
    int second = sqlite3_bind_parameter_index (statement, "$2");
    (void) sqlite3_finalize (statement);
    close_database (database);
    cr_expect_eq (places, 2, "a name that comes twice has two places");
    cr_expect (first == 2 && second == 1, "$1 is a number: arguments may be bound without looking up their names");
}

/* --- what is left when a statement fails --- */

static sqlite3 *open_with_desks (void)
{
    sqlite3 *database = open_memory ();
    execute (database, "CREATE TABLE desk (id INTEGER PRIMARY KEY) STRICT; INSERT INTO desk VALUES (1)");
    return database;
}

/* PostgreSQL would refuse everything up to the end of the transaction; what works on both is to roll back to a
 * savepoint. */
Test (failure, a_failed_statement_leaves_its_transaction_open_and_usable)
{
    sqlite3 *database = open_with_desks ();
    execute (database, "BEGIN; INSERT INTO desk VALUES (2)");
    int failed = attempt (database, "INSERT INTO desk VALUES (1)");
    bool open = in_transaction (database);
    int next = attempt (database, "INSERT INTO desk VALUES (3)");
    execute (database, "COMMIT");
    int desks = number_of (database, "SELECT count (*) FROM desk");
    close_database (database);
    cr_expect_eq (failed, SQLITE_CONSTRAINT, "the same key twice");
    cr_expect (open && next == SQLITE_OK, "a failed statement ends its transaction");
    cr_expect_eq (desks, 3, "the failed statement took others with it: %d rows", desks);
}

Test (failure, a_statement_that_fails_half_way_leaves_none_of_its_rows)
{
    sqlite3 *database = open_with_desks ();
    execute (database, "BEGIN");
    int failed = attempt (database, "INSERT INTO desk VALUES (2), (3), (1)");
    execute (database, "COMMIT");
    int desks = number_of (database, "SELECT count (*) FROM desk");
    close_database (database);
    cr_expect_eq (failed, SQLITE_CONSTRAINT, "the same key twice");
    cr_expect_eq (desks, 1, "half of a statement stays: %d rows", desks);
}

Test (failure, rolling_back_to_a_savepoint_undoes_what_came_after_it_and_no_more)
{
    sqlite3 *database = open_with_desks ();
    execute (database, "BEGIN; INSERT INTO desk VALUES (2); SAVEPOINT step; INSERT INTO desk VALUES (3)");
    int failed = attempt (database, "INSERT INTO desk VALUES (1)");
    execute (database, "ROLLBACK TO step");
    bool open = in_transaction (database);
    int released = attempt (database, "RELEASE step"); /* so it was still there */
    execute (database, "COMMIT");
    int desks = number_of (database, "SELECT count (*) FROM desk");
    close_database (database);
    cr_expect_eq (failed, SQLITE_CONSTRAINT, "the same key twice");
    cr_expect (open, "ROLLBACK TO ends the transaction");
    cr_expect_eq (released, SQLITE_OK, "ROLLBACK TO takes the savepoint with it: RELEASE after it can go");
    cr_expect_eq (desks, 2, "the savepoint kept %d rows", desks);
}

/* A savepoint outside a transaction starts one, and its release commits. */
Test (failure, releasing_the_outermost_savepoint_commits)
{
    sqlite3 *database = open_with_desks ();
    execute (database, "SAVEPOINT alone; INSERT INTO desk VALUES (2)");
    bool open = in_transaction (database);
    execute (database, "RELEASE alone");
    bool still_open = in_transaction (database);
    close_database (database);
    cr_expect (open, "a savepoint alone is no transaction");
    cr_expect (!still_open, "releasing the outermost savepoint does not commit");
}
