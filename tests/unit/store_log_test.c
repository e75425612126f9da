/* How the write-ahead log reaches its file. That nothing of it is promised before it is there is the simulator's to
 * show (tests/sim/mutants/gathered_*). */
#include "store/store.h"

#include "base/own.h"
#include "unit/engine_kit.h"

#include <signal.h>
#include <sys/resource.h>

TestSuite (store_log, .init = scratch_make, .fini = scratch_remove);

static const migration_t SCHEMA[] = {
    { 1, "001_thing", "CREATE TABLE thing (id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT" },
    { 0 },
};

/* As the system counts this process's calls. */
static long writes_so_far (void)
{
    char text[512] = "";
    FILE *file = fopen ("/proc/self/io", "r");
    cr_assert (file && fread (text, 1, sizeof text - 1, file) > 0);
    (void) fclose (file);
    const char *line = strstr (text, "syscw: ");
    cr_assert (line);
    return strtol (line + strlen ("syscw: "), NULL, 10);
}

static void run_all (store_t *store, const char *each, int64_t count)
{
    for (int64_t i = 1; i <= count; i++)
        (void) store_run_values (store, (const sql_value_t[]){ sql_text (each), sql_integer (i) }, 2);
}

/* More pages than the cache holds: some are written, read again and written over before the commit. */
Test (store_log, a_transaction_larger_than_the_cache_is_read_right_before_and_after_its_commit)
{
    enum { ROWS = 2000, SIZE = 3000 };
    fault_t why = { 0 };
    owned (store) store = store_open (scratch_path ("a.db"), &why);
    cr_assert_eq (store_migrate (store, "things", SCHEMA, &why), STATUS_OK, "%s", why.message);
    store_begin (store);
    run_all (store, "INSERT INTO thing (id, content) VALUES ($1, zeroblob (3000))", ROWS);
    run_all (store, "UPDATE thing SET content = CAST (printf ('%3000d', $1) AS BLOB) WHERE id = $1", ROWS);
    for (int round = 0; round < 3; round++) {
        rows_t *row = store_row (store, "SELECT count (*), sum (length (content)), sum (content = CAST (printf"
                                        " ('%3000d', id) AS BLOB)) FROM thing");
        cr_assert (row);
        cr_assert_eq (rows_int (row, 0), ROWS);
        cr_assert_eq (rows_int (row, 1), ROWS * SIZE);
        cr_assert_eq (rows_int (row, 2), ROWS);
        rows_close (row);
        cr_assert_eq (store_commit (store, &why), STATUS_OK, "%s", why.message);
        if (round > 0) { /* from the log first, then from the database */
            store_destroy (&store);
            store = store_open (scratch_path ("a.db"), &why);
            cr_assert_eq (store_check (store, &why), STATUS_OK, "%s", why.message);
        }
        store_begin (store);
    }
}

Test (store_log, a_commit_of_many_pages_is_written_in_a_few_large_pieces)
{
    enum { PAGES = 60, PAGE = 4096, PIECES = PAGES * (PAGE + 24) / (64 * 1024) + 2 };
    fault_t why = { 0 };
    owned (store) store = store_open (scratch_path ("a.db"), &why);
    cr_assert (store, "%s", why.message);
    cr_assert_eq (store_migrate (store, "things", SCHEMA, &why), STATUS_OK, "%s", why.message);
    store_begin (store);
    (void) store_run (store, "INSERT INTO thing (id, content) VALUES (1, zeroblob ($1))", PAGES * PAGE);
    long before = writes_so_far ();
    cr_assert_eq (store_commit (store, &why), STATUS_OK, "%s", why.message);
    cr_assert_leq (writes_so_far () - before, PIECES);
}

/* The next read wrote it down, whatever it read, and failed on a disk that takes nothing: what was gathered may even be
 * of a transaction that had been undone. */
Test (store_log, what_is_gathered_fails_no_read_beside_it)
{
    enum { PAGES = 60, SPILLED_PAGES = 4000, PAGE = 4096 };
    fault_t why = { 0 };
    owned (store) store = store_open (scratch_path ("a.db"), &why);
    cr_assert (store, "%s", why.message);
    cr_assert_eq (store_migrate (store, "things", SCHEMA, &why), STATUS_OK, "%s", why.message);
    store_begin (store);
    (void) store_run (store, "INSERT INTO thing (id, content) VALUES (1, zeroblob ($1))", PAGES * PAGE);
    cr_assert_eq (store_commit (store, &why), STATUS_OK, "%s", why.message);

    store_begin (store);
    (void) store_run (store, "INSERT INTO thing (id, content) VALUES (2, randomblob ($1))", SPILLED_PAGES * PAGE);
    (void) signal (SIGXFSZ, SIG_IGN);
    const struct rlimit nothing = { .rlim_cur = 0, .rlim_max = RLIM_INFINITY };
    cr_assert_eq (setrlimit (RLIMIT_FSIZE, &nothing), 0);
    rows_t *row = store_row (store, "SELECT length (hex (content)) FROM thing WHERE id = 1");
    cr_assert (row);
    cr_expect_eq (rows_uint (row, 0), 2 * PAGES * PAGE);
    rows_close (row);
    store_rollback (store);
}
