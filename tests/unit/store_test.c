/* The database port: what is given is what is kept, all of a transaction or nothing, and trouble that cannot be
 * overlooked. */
#include "store/store.h"

#include "base/own.h"
#include "unit/engine_kit.h"

#include <signal.h>
#include <sqlite3.h>

TestSuite (store, .init = scratch_make, .fini = scratch_remove);

static const migration_t SCHEMA[] = {
    { 1, "001_thing", "CREATE TABLE thing (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, c BLOB, UNIQUE (b)) STRICT;" },
    { 2, "002_part",
      "CREATE TABLE part (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL REFERENCES thing (id)"
      " DEFERRABLE INITIALLY DEFERRED) STRICT;" },
    { 0, NULL, NULL },
};

static store_t *open_at (const char *path)
{
    fault_t why = { 0 };
    store_t *store = store_open (path, &why);
    cr_assert (store, "%s %s", why.reason, why.message);
    return store;
}

static store_t *open_things (void)
{
    fault_t why = { 0 };
    store_t *store = open_at (scratch_path ("a.db"));
    cr_assert_eq (store_migrate (store, "things", SCHEMA, &why), STATUS_OK, "%s %s", why.reason, why.message);
    return store;
}

static void add (store_t *store, int64_t id)
{
    (void) store_run (store, "INSERT INTO thing (id, a) VALUES ($1, $2)", id, id * 10);
}

static void commit (store_t *store)
{
    fault_t why = { 0 };
    cr_assert_eq (store_commit (store, &why), STATUS_OK, "%s %s", why.reason, why.message);
}

static int64_t count_in (store_t *store)
{
    rows_t *row = store_row (store, "SELECT count (*) FROM thing");
    cr_assert (row);
    int64_t count = rows_int (row, 0);
    rows_close (row);
    return count;
}

static int64_t count_of (store_t *store)
{
    store_begin (store);
    int64_t count = count_in (store);
    store_rollback (store);
    return count;
}

/* Writes until the disk, as large as it is now plus a little, is full. */
static void fill_up (store_t *store)
{
    static const uint8_t LOAD[4000];
    for (int i = 0; i < 1000 && !store_failure (store); i++)
        (void) store_run (store, "INSERT INTO thing (c) VALUES ($1)", bytes_of (LOAD, sizeof LOAD));
}

/* --- values --- */

Test (store, values_given_out_of_order_of_appearance_reach_their_placeholders)
{
    owned (store) store = open_things ();
    store_begin (store);
    (void) store_run (store, "INSERT INTO thing (c, id, b, a) VALUES ($4, $1, $3, $2)", 7, 8, "nine",
                      bytes_of ("x", 1));
    rows_t *row = store_row (store, "SELECT a, b, c FROM thing WHERE b = $2 AND id = $1", 7, "nine");
    cr_assert (row);
    cr_assert_eq (rows_int (row, 0), 8);
    cr_assert_str_eq (rows_text (row, 1), "nine");
    cr_assert (bytes_equal (rows_blob (row, 2), bytes_of ("x", 1)));
    commit (store);
}

Test (store, one_value_reaches_every_place_that_names_it)
{
    owned (store) store = open_things ();
    store_begin (store);
    for (int i = 0; i < 2; i++)
        (void) store_run (store,
                          "INSERT INTO thing (id, a, b) VALUES ($3, $2, $1)"
                          " ON CONFLICT (id) DO UPDATE SET a = thing.a + $2, b = $1",
                          "name", 5, 1);
    rows_t *row = store_row (store, "SELECT a, b FROM thing WHERE id = $1", 1);
    cr_assert (row);
    cr_assert_eq (rows_int (row, 0), 10);
    cr_assert_str_eq (rows_text (row, 1), "name");
    commit (store);
}

Test (store, what_is_read_is_what_was_given)
{
    owned (store) store = open_things ();
    static const int64_t NUMBERS[] = { 0, 1, -1, INT64_MAX, INT64_MIN, 1000000007 };
    static const char *const TEXTS[] = { "", "x", "æøå", "it's \"quoted\"; DROP TABLE thing", NULL, "$1" };
    store_begin (store);
    for (int i = 0; i < 6; i++)
        (void) store_run (store, "INSERT INTO thing (id, a, b, c) VALUES ($1, $2, $3, $4)", i, NUMBERS[i], TEXTS[i],
                          bytes_of ("\0\1\2\3\4", (size_t) i % 6));
    commit (store);
    store_begin (store);
    rows_t *rows = store_query (store, "SELECT id, a, b, c FROM thing ORDER BY id");
    int seen = 0;
    for (; rows_next (rows); seen++) {
        cr_assert_eq (rows_int (rows, 1), NUMBERS[seen]);
        cr_assert_eq (rows_is_null (rows, 2), TEXTS[seen] == NULL);
        cr_assert_str_eq (rows_text (rows, 2), TEXTS[seen] ? TEXTS[seen] : "");
        cr_assert (bytes_equal (rows_blob (rows, 3), bytes_of ("\0\1\2\3\4", (size_t) seen)));
    }
    cr_assert_eq (seen, 6);
    store_rollback (store);
}

Test (store, a_run_tells_how_many_rows_it_changed)
{
    owned (store) store = open_things ();
    store_begin (store);
    for (int i = 1; i <= 5; i++)
        add (store, i);
    cr_assert_eq (store_run (store, "UPDATE thing SET a = 0 WHERE id > $1", 2), 3);
    cr_assert_eq (store_run (store, "DELETE FROM thing WHERE id > $1", 9), 0);
    commit (store);
}

Test (store, a_statement_can_be_run_while_it_is_being_read)
{
    owned (store) store = open_things ();
    store_begin (store);
    for (int i = 1; i <= 6; i++)
        add (store, i);
    int pairs = 0;
    static const char BELOW[] = "SELECT id FROM thing WHERE id < $1 ORDER BY id";
    rows_t *outer = store_query (store, BELOW, 6);
    while (rows_next (outer)) {
        rows_t *inner = store_query (store, BELOW, rows_int (outer, 0));
        while (rows_next (inner))
            pairs++;
    }
    cr_assert_eq (pairs, 4 + 3 + 2 + 1);
    commit (store);
}

Test (store, a_statement_that_does_not_parse_ends_the_process, .signal = SIGABRT)
{
    owned (store) store = open_things ();
    store_begin (store);
    (void) store_run (store, "INSERT INTO nowhere VALUES (1)");
}

Test (store, a_missing_value_ends_the_process, .signal = SIGABRT)
{
    owned (store) store = open_things ();
    store_begin (store);
    (void) store_run (store, "INSERT INTO thing (id, a) VALUES ($1, $2)", 1);
}

/* --- trouble --- */

Test (store, after_a_failure_nothing_is_read_or_written_until_the_end)
{
    owned (store) store = open_things ();
    fault_t why = { 0 };
    store_begin (store);
    add (store, 1);
    add (store, 1);
    cr_assert (store_failure (store));
    cr_assert_str_eq (store_failure (store)->reason, "STORE_CONSTRAINT");
    add (store, 2);
    cr_assert_eq (store_run (store, "DELETE FROM thing WHERE id < $1", 100), 0);
    cr_assert_null (store_row (store, "SELECT id FROM thing"));
    cr_assert_not (rows_next (store_query (store, "SELECT a FROM thing")));
    cr_assert_eq (store_commit (store, &why), STATUS_INTERNAL);
    cr_assert_str_eq (why.reason, "STORE_CONSTRAINT");
    cr_assert_eq (count_of (store), 0, "a transaction that failed left something");
    cr_assert_null (store_failure (store));
}

Test (store, the_first_failure_is_the_one_that_is_told)
{
    owned (store) store = open_things ();
    fault_t why = { 0 };
    store_begin (store);
    store_fail (store, STATUS_RESOURCE_EXHAUSTED, "FIRST", "first");
    store_fail (store, STATUS_INTERNAL, "SECOND", "second");
    add (store, 1);
    cr_assert_eq (store_commit (store, &why), STATUS_RESOURCE_EXHAUSTED);
    cr_assert_str_eq (why.reason, "FIRST");
}

Test (store, a_full_disk_undoes_the_transaction_and_room_lets_it_go_on)
{
    owned (store) store = open_things ();
    fault_t why = { 0 };
    store_begin (store);
    add (store, 1);
    commit (store);
    (void) store_run (store, "PRAGMA max_page_count = 20");
    store_begin (store);
    add (store, 2);
    fill_up (store);
    cr_assert_eq (store_commit (store, &why), STATUS_RESOURCE_EXHAUSTED);
    cr_assert_str_eq (why.reason, "STORE_FULL");
    cr_assert_eq (count_of (store), 1);
    (void) store_run (store, "PRAGMA max_page_count = 1000");
    store_begin (store);
    add (store, 2);
    commit (store);
    cr_assert_eq (count_of (store), 2);
}

Test (store, a_commit_that_fails_undoes_everything)
{
    owned (store) store = open_things ();
    fault_t why = { 0 };
    store_begin (store);
    add (store, 1);
    (void) store_run (store, "INSERT INTO part (thing) VALUES (99)");
    cr_assert_null (store_failure (store), "the rule is looked at when the transaction ends");
    cr_assert_eq (store_commit (store, &why), STATUS_INTERNAL);
    cr_assert_eq (count_of (store), 0);
    store_begin (store);
    add (store, 1);
    commit (store);
}

/* It ended the process; and a statement that was kept unprepared would have done nothing, without a word, ever after.
 */
Test (store, a_statement_that_memory_did_not_suffice_for_is_prepared_the_next_time)
{
    /* The store tells SQLite not to count its memory, unless it is running already; a limit needs the count. */
    cr_assert_eq (sqlite3_initialize (), SQLITE_OK);
    owned (store) store = open_things ();
    fault_t why = { 0 };
    for (int round = 0; round < 2; round++) {
        bool short_of_memory = round == 0;
        store_begin (store);
        (void) sqlite3_hard_heap_limit64 (short_of_memory ? 1 : 0);
        add (store, 1);
        (void) sqlite3_hard_heap_limit64 (0);
        cr_assert_eq (store_failure (store) != NULL, short_of_memory);
        cr_assert_eq (store_commit (store, &why) != STATUS_OK, short_of_memory);
        cr_assert_eq (count_of (store), short_of_memory ? 0 : 1);
    }
}

/* --- savepoints --- */

Test (store, undo_takes_back_what_came_after_the_savepoint_and_clears_its_failure)
{
    owned (store) store = open_things ();
    store_begin (store);
    add (store, 1);
    store_savepoint (store);
    add (store, 2);
    add (store, 2);
    cr_assert (store_failure (store));
    store_undo (store);
    cr_assert_null (store_failure (store));
    add (store, 3);
    commit (store);
    cr_assert_eq (count_of (store), 2);
}

Test (store, savepoints_nest)
{
    owned (store) store = open_things ();
    store_begin (store);
    store_savepoint (store);
    add (store, 1);
    store_savepoint (store);
    add (store, 2);
    store_release (store);
    store_savepoint (store);
    add (store, 3);
    store_undo (store);
    cr_assert_eq (count_in (store), 2);
    store_undo (store);
    cr_assert_eq (count_in (store), 0, "the outer savepoint covers what was released within it");
    commit (store);
}

/* The undo went to a savepoint that had never been taken: the true reason was lost. */
Test (store, a_savepoint_after_a_failure_does_not_hide_it)
{
    owned (store) store = open_things ();
    fault_t why = { 0 };
    store_begin (store);
    store_fail (store, STATUS_RESOURCE_EXHAUSTED, "STORE_FULL", "full");
    store_savepoint (store);
    store_undo (store);
    store_savepoint (store);
    store_release (store);
    cr_assert (store_failure (store));
    cr_assert_eq (store_commit (store, &why), STATUS_RESOURCE_EXHAUSTED);
    cr_assert_str_eq (why.reason, "STORE_FULL");
}

Test (store, a_failure_between_two_savepoints_survives_the_undo_of_the_inner_one)
{
    owned (store) store = open_things ();
    store_begin (store);
    add (store, 1);
    store_savepoint (store);
    add (store, 1);
    store_savepoint (store);
    store_undo (store);
    cr_assert (store_failure (store), "the failure came before the inner savepoint");
    store_undo (store);
    cr_assert_null (store_failure (store));
    cr_assert_eq (count_in (store), 1);
    commit (store);
}

/* --- hopeful transactions --- */

Test (store, a_hopeful_transaction_goes_on_when_what_is_undone_wrote_nothing)
{
    owned (store) store = open_things ();
    store_begin_hopeful (store);
    store_savepoint (store);
    add (store, 1);
    store_release (store);
    store_savepoint (store);
    cr_assert_eq (count_in (store), 1);
    store_undo (store);
    cr_assert (!store_wants_again (store) && !store_failure (store));
    add (store, 2);
    commit (store);
    cr_assert_eq (count_of (store), 2);
}

Test (store, a_hopeful_transaction_that_cannot_undo_keeps_nothing_and_says_so)
{
    owned (store) store = open_things ();
    for (int outer = 0; outer < 2; outer++) {
        store_begin_hopeful (store);
        store_savepoint (store);
        store_savepoint (store);
        add (store, 1);
        if (outer)
            store_release (store);
        store_undo (store);
        cr_assert (store_wants_again (store) && store_failure (store));
        add (store, 2);
        fault_t why = { 0 };
        cr_assert_neq (store_commit (store, &why), STATUS_OK);
        cr_assert_str_eq (why.reason, "STORE_RUN_AGAIN");
        cr_assert_eq (count_of (store), 0);
        cr_assert (!store_wants_again (store));
    }
}

/* A failure is undone only together with all that came before it: which of it was at fault is found out carefully. */
Test (store, a_hopeful_transaction_wants_again_after_a_failure_that_wrote_nothing)
{
    owned (store) store = open_things ();
    store_begin (store);
    add (store, 1);
    commit (store);
    store_begin_hopeful (store);
    store_savepoint (store);
    add (store, 1);
    cr_assert (store_failure (store));
    store_undo (store);
    cr_assert (store_wants_again (store));
    store_rollback (store);
    cr_assert (!store_wants_again (store) && !store_failure (store));
}

/* --- schema --- */

Test (store, a_schema_is_applied_once_and_stays)
{
    for (int round = 0; round < 2; round++) {
        owned (store) store = open_things ();
        cr_assert_eq (count_of (store), round);
        store_begin (store);
        add (store, round + 1);
        commit (store);
    }
}

Test (store, a_step_that_was_applied_with_another_text_is_refused)
{
    owned (store) store = open_things ();
    migration_t steps[3];
    memcpy (steps, SCHEMA, sizeof steps);
    steps[1].sql = "CREATE TABLE part (id INTEGER PRIMARY KEY) STRICT;";
    fault_t why = { 0 };
    cr_assert_eq (store_migrate (store, "things", steps, &why), STATUS_FAILED_PRECONDITION);
    cr_assert_str_eq (why.reason, "STORE_SCHEMA_CHANGED");
}

Test (store, a_database_with_steps_that_this_program_does_not_know_is_refused)
{
    owned (store) store = open_things ();
    migration_t steps[2] = { SCHEMA[0], { 0 } };
    fault_t why = { 0 };
    cr_assert_eq (store_migrate (store, "things", steps, &why), STATUS_FAILED_PRECONDITION);
    cr_assert_str_eq (why.reason, "STORE_SCHEMA_NEWER");
    cr_assert_eq (store_migrate (store, "others", steps + 1, &why), STATUS_OK, "rooms are counted apart");
}

Test (store, a_step_that_fails_leaves_no_step_behind)
{
    owned (store) store = open_at (scratch_path ("a.db"));
    static const migration_t BROKEN[] = {
        { 1, "001_thing", "CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT;" },
        { 2, "002_broken", "CREATE TABLE other (id INTEGER); CREATE TABLE thing (id INTEGER);" },
        { 0, NULL, NULL },
    };
    fault_t why = { 0 };
    cr_assert_neq (store_migrate (store, "things", BROKEN, &why), STATUS_OK);
    cr_assert_eq (store_migrate (store, "things", SCHEMA, &why), STATUS_OK, "%s", why.message);
}

Test (store, steps_that_are_not_numbered_from_one_up_end_the_process, .signal = SIGABRT)
{
    owned (store) store = open_at (scratch_path ("a.db"));
    migration_t steps[] = { SCHEMA[0], { 3, "003_gap", "SELECT 1;" }, { 0, NULL, NULL } };
    (void) store_migrate (store, "things", steps, NULL);
}

/* --- the file --- */

Test (store, a_second_store_on_the_same_file_is_refused_until_the_first_is_gone)
{
    owned (store) store = open_things ();
    fault_t why = { 0 };
    cr_assert_null (store_open (scratch_path ("a.db"), &why));
    cr_assert_str_eq (why.reason, "STORE_LOCKED");
    store_destroy (&store);
    store = open_things ();
}

Test (store, a_file_that_is_no_database_or_a_damaged_one_is_refused)
{
    fault_t why = { 0 };
    FILE *file = fopen (scratch_path ("b.db"), "w");
    for (int i = 0; i < 5000; i++)
        fputs ("not a database ", file);
    fclose (file);
    cr_assert_null (store_open (scratch_path ("b.db"), &why));
    cr_assert_str_eq (why.reason, "STORE_CORRUPT");

    owned (store) store = open_things ();
    store_begin (store);
    for (int i = 0; i < 2000; i++)
        add (store, i);
    commit (store);
    store_destroy (&store);
    file = fopen (scratch_path ("a.db"), "r+");
    for (long at = 4096 * 3; at < 4096 * 6; at += 7) {
        fseek (file, at, SEEK_SET);
        fputc (0xA5, file);
    }
    fclose (file);
    why = (fault_t){ 0 };
    cr_assert_null (store_open (scratch_path ("a.db"), &why));
    cr_assert_str_eq (why.reason, "STORE_CORRUPT");
}

Test (store, a_backup_is_the_whole_database_as_of_then)
{
    owned (store) store = open_things ();
    fault_t why = { 0 };
    store_begin (store);
    for (int i = 1; i <= 500; i++)
        add (store, i);
    commit (store);
    cr_assert_eq (store_backup (store, scratch_path ("copy.db"), &why), STATUS_OK, "%s", why.message);
    store_begin (store);
    (void) store_run (store, "DELETE FROM thing WHERE id > 0");
    commit (store);
    owned (store) copy = open_at (scratch_path ("copy.db"));
    cr_assert_eq (store_migrate (copy, "things", SCHEMA, &why), STATUS_OK);
    cr_assert_eq (count_of (copy), 500);
    cr_assert_eq (count_of (store), 0);
    cr_assert_eq (store_backup (store, scratch_path ("no/such/place.db"), &why), STATUS_UNAVAILABLE);
}

/* --- against a model --- */

enum { KEYS = 12, DEPTH = 4 };

typedef struct {
    int64_t value[KEYS]; /* 0: no row */
} model_t;

static void compare (store_t *store, const model_t *model, uint64_t seed, int round)
{
    model_t found = { { 0 } };
    rows_t *rows = store_query (store, "SELECT id, a FROM thing");
    while (rows_next (rows))
        found.value[rows_int (rows, 0)] = rows_int (rows, 1);
    cr_assert_null (store_failure (store));
    cr_assert_eq (memcmp (&found, model, sizeof found), 0, "seed %llu, round %d", (unsigned long long) seed, round);
}

static void change (store_t *store, model_t *model, uint64_t *state)
{
    int64_t key = chance_below (state, KEYS), value = 1 + chance_below (state, 1000);
    switch (chance_below (state, 3)) {
    case 0:
        (void) store_run (store,
                          "INSERT INTO thing (id, a) VALUES ($2, $1) ON CONFLICT (id) DO UPDATE SET a = excluded.a",
                          value, key);
        model->value[key] = value;
        break;
    case 1:
        (void) store_run (store, "DELETE FROM thing WHERE id = $1", key);
        model->value[key] = 0;
        break;
    default:
        (void) store_run (store, "UPDATE thing SET a = a + $2 WHERE id = $1", key, value);
        model->value[key] += model->value[key] ? value : 0;
    }
}

/* One transaction of random changes, savepoints and failures; `levels[0]` is what the model is if it commits. */
static bool transaction (store_t *store, model_t levels[DEPTH + 1], uint64_t *state)
{
    size_t depth = 0;
    for (unsigned left = chance_below (state, 30); left > 0; left--) {
        unsigned what = chance_below (state, 8);
        if (what < 5) {
            change (store, &levels[depth], state);
        } else if (what == 5 && depth < DEPTH) {
            store_savepoint (store);
            levels[depth + 1] = levels[depth];
            depth++;
        } else if (what == 6 && depth > 0) {
            store_release (store);
            levels[depth - 1] = levels[depth];
            depth--;
        } else if (what == 7 && depth > 0) {
            if (chance_below (state, 2))
                (void) store_run (store, "INSERT INTO part (thing) VALUES (NULL)");
            store_undo (store);
            depth--;
        }
    }
    for (; depth > 0; depth--, levels[depth] = levels[depth + 1])
        store_release (store);
    return chance_below (state, 4) != 0;
}

Test (store, any_sequence_of_transactions_savepoints_failures_and_restarts_leaves_what_was_committed)
{
    for (uint64_t seed = 1; seed <= 12; seed++) {
        uint64_t state = seed;
        model_t kept = { { 0 } };
        store_t *store = open_things ();
        for (int round = 0; round < 60; round++) {
            model_t levels[DEPTH + 1] = { kept };
            store_begin (store);
            bool keep = transaction (store, levels, &state);
            compare (store, &levels[0], seed, round);
            if (keep)
                commit (store);
            else
                store_rollback (store);
            if (keep)
                kept = levels[0];
            if (chance_below (&state, 10) == 0) {
                store_destroy (&store);
                store = open_things ();
            }
            store_begin (store);
            compare (store, &kept, seed, round);
            store_rollback (store);
        }
        store_begin (store);
        (void) store_run (store, "DELETE FROM thing WHERE id >= 0");
        commit (store);
        store_destroy (&store);
    }
}
