/* How the write-ahead log reaches its file. That nothing of it is promised before it is there is the simulator's to
 * show (tests/sim/mutants/gathered_*). */
#include "store/store.h"

#include "base/own.h"
#include "unit/engine_kit.h"

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
