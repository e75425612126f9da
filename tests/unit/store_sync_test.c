/* When the log is synced, and what must have been before. That nothing gets lost is the simulator's to show; it has no
 * log that is large enough to be moved at a commit. */
#include "store/store.h"

#include "base/own.h"
#include "harness/held_disk.h"
#include "unit/engine_kit.h"

#include <pthread.h>
#include <sys/wait.h>

enum { PAGE = 4096, FEW_PAGES = 10, PAGES_AT_REST = 300, PAGES_AT_A_COMMIT = 4200 };

static void begin (void)
{
    scratch_make ();
    held_disk_make ();
}

TestSuite (store_sync, .init = begin, .fini = scratch_remove, .timeout = 120);

static const migration_t SCHEMA[] = {
    { 1, "001_thing", "CREATE TABLE thing (id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT" },
    { 0 },
};

static store_t *open_things (void)
{
    fault_t why = { 0 };
    owned (store) store = store_open (scratch_path ("a.db"), &why);
    cr_assert (store, "%s", why.message);
    cr_assert_eq (store_migrate (store, "things", SCHEMA, &why), STATUS_OK, "%s", why.message);
    held_disk_forget ();
    return give (store);
}

static void put_thing (store_t *store, int pages)
{
    store_begin (store);
    (void) store_run (store, "INSERT INTO thing (content) VALUES (randomblob ($1))", pages * PAGE);
}

static void keep_thing (store_t *store, int pages)
{
    put_thing (store, pages);
    cr_assert_eq (store_commit (store, NULL), STATUS_OK);
}

static void leave_thing (store_t *store, int pages)
{
    put_thing (store, pages);
    cr_assert_eq (store_commit_unsynced (store, NULL), STATUS_OK);
}

static int64_t count_things (store_t *store)
{
    store_begin (store);
    rows_t *row = store_row (store, "SELECT count (*) FROM thing");
    int64_t count = row ? rows_int (row, 0) : -1;
    store_rollback (store);
    return count;
}

/* --- a commit that is not synced --- */

Test (store_sync, a_commit_that_is_not_synced_is_written_and_read_and_owes_a_sync)
{
    owned (store) store = open_things ();
    leave_thing (store, FEW_PAGES);
    cr_expect_str_eq (held_disk_said (), "w");
    cr_expect (store_owes_sync (store));
    cr_expect_eq (count_things (store), 1);
    cr_expect_str_eq (held_disk_said (), "w");
    cr_expect (store_sync (store));
    cr_expect_str_eq (held_disk_said (), "ws");
}

Test (store_sync, a_commit_that_is_synced_owes_nothing)
{
    owned (store) store = open_things ();
    leave_thing (store, FEW_PAGES);
    cr_expect (store_sync (store));
    keep_thing (store, FEW_PAGES);
    cr_expect_not (store_owes_sync (store));
    cr_expect_str_eq (held_disk_said (), "wsws");
}

Test (store_sync, what_wrote_nothing_owes_nothing)
{
    owned (store) store = open_things ();
    store_begin (store);
    cr_expect_eq (store_commit_unsynced (store, NULL), STATUS_OK);
    cr_expect_not (store_owes_sync (store));
    cr_expect_str_eq (held_disk_said (), "");
}

Test (store_sync, what_was_undone_owes_nothing)
{
    owned (store) store = open_things ();
    leave_thing (store, FEW_PAGES);
    cr_expect (store_sync (store));
    put_thing (store, FEW_PAGES);
    store_fail (store, STATUS_UNAVAILABLE, "STORE_IO", "as asked");
    cr_expect_eq (store_commit_unsynced (store, NULL), STATUS_UNAVAILABLE);
    cr_expect_not (store_owes_sync (store));
}

Test (store_sync, what_is_in_memory_alone_owes_nothing)
{
    owned (store) store = store_open (":memory:", NULL);
    cr_assert (store && store_migrate (store, "things", SCHEMA, NULL) == STATUS_OK);
    leave_thing (store, FEW_PAGES);
    cr_expect_not (store_owes_sync (store));
    cr_expect (store_sync (store));
}

Test (store_sync, a_sync_that_fails_is_told)
{
    owned (store) store = open_things ();
    leave_thing (store, FEW_PAGES);
    held_disk_fail_sync ();
    cr_expect_not (store_sync (store));
    cr_expect_str_eq (held_disk_said (), "wf");
}

static void *sync_beside (void *store)
{
    return store_sync (store) ? store : NULL;
}

Test (store_sync, a_store_is_used_while_another_thread_syncs_it)
{
    owned (store) store = open_things ();
    pthread_t thread;
    void *synced = NULL;
    leave_thing (store, FEW_PAGES);
    held_disk_hold ();
    cr_assert_eq (pthread_create (&thread, NULL, sync_beside, store), 0);
    cr_assert (held_disk_waits ());
    put_thing (store, PAGES_AT_A_COMMIT); /* more than the cache has room for: most of it is written now */
    cr_expect_str_eq (held_disk_said (), "w");
    held_disk_let_go ();
    cr_assert_eq (pthread_join (thread, &synced), 0);
    cr_expect (synced);
    cr_expect_eq (store_commit (store, NULL), STATUS_OK);
    cr_expect_eq (count_things (store), 2);
}

/* --- the beginning of a log --- */

/* It overwrites the beginning of an older log: what follows may only be believed when it is there. */
Test (store_sync, the_beginning_of_a_log_is_synced_before_anything_of_what_follows)
{
    owned (store) store = store_open (scratch_path ("a.db"), NULL);
    cr_assert (store);
    held_disk_forget ();
    store_begin (store);
    (void) store_run (store, "CREATE TABLE thing (id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT");
    cr_expect_eq (store_commit_unsynced (store, NULL), STATUS_OK);
    cr_expect_str_eq (held_disk_said (), "wsw");
    cr_expect (store_owes_sync (store) && store_sync (store));
    leave_thing (store, FEW_PAGES);
    cr_expect_str_eq (held_disk_said (), "wswsw");
}

Test (store_sync, a_log_that_begins_anew_is_synced_at_its_beginning_again)
{
    owned (store) store = open_things ();
    keep_thing (store, PAGES_AT_REST);
    store_rest (store);
    cr_expect_str_eq (held_disk_said (), "wsWS");
    held_disk_forget ();
    leave_thing (store, FEW_PAGES);
    cr_expect_str_eq (held_disk_said (), "wsw");
    cr_expect (store_owes_sync (store));
}

/* --- what is moved into the database --- */

Test (store_sync, what_was_not_synced_is_synced_before_any_of_it_is_moved)
{
    owned (store) store = open_things ();
    leave_thing (store, PAGES_AT_A_COMMIT);
    cr_expect_str_eq (held_disk_said (), "wsWS");
    cr_expect_not (store_owes_sync (store));
    cr_expect_eq (count_things (store), 1);
}

/* Linux tells a failed sync once: the next one says that all is well, and the pages may be gone. */
Test (store_sync, a_sync_that_failed_before_a_move_is_told_by_the_one_that_was_owed)
{
    owned (store) store = open_things ();
    held_disk_fail_sync ();
    leave_thing (store, PAGES_AT_A_COMMIT);
    cr_expect_str_eq (held_disk_said (), "wf");
    cr_expect (store_owes_sync (store));
    cr_expect_not (store_sync (store));
}

/* --- what a process left that died --- */

/* One thing that was never synced. */
static void leave_and_die (void)
{
    pid_t child = fork ();
    cr_assert (child >= 0);
    if (child == 0) {
        store_t *store = store_open (scratch_path ("a.db"), NULL);
        if (!store || store_migrate (store, "things", SCHEMA, NULL) != STATUS_OK)
            _exit (1);
        put_thing (store, PAGES_AT_REST);
        _exit (store_commit_unsynced (store, NULL) == STATUS_OK && store_owes_sync (store) ? 0 : 1);
    }
    int ended = -1;
    cr_assert (waitpid (child, &ended, 0) == child && ended == 0);
    held_disk_forget ();
}

static char *read_log (size_t *ret_size)
{
    enum { LOG_MAX = 4 * 1024 * 1024 };
    FILE *file = fopen (scratch_path ("a.db-wal"), "r");
    char *bytes = malloc (LOG_MAX);
    cr_assert (file && bytes);
    *ret_size = fread (bytes, 1, LOG_MAX, file);
    cr_assert (*ret_size > PAGES_AT_REST * PAGE && *ret_size < LOG_MAX);
    (void) fclose (file);
    return bytes;
}

Test (store_sync, what_a_process_that_died_left_is_written_again_and_synced_before_anything_else)
{
    leave_and_die ();
    size_t size, size_now;
    char *left = read_log (&size);
    owned (store) store = store_open (scratch_path ("a.db"), NULL);
    cr_assert (store);
    cr_expect_str_eq (held_disk_said (), "ws");
    cr_expect_eq (held_disk_written (), size);
    char *now = read_log (&size_now);
    cr_expect (size_now == size && memcmp (now, left, size) == 0);
    cr_expect_eq (count_things (store), 1);
    free (left);
    free (now);
}

Test (store_sync, a_store_is_not_opened_when_what_is_left_cannot_be_made_sure_of)
{
    fault_t why = { 0 };
    leave_and_die ();
    held_disk_fail_sync ();
    owned (store) store = store_open (scratch_path ("a.db"), &why);
    cr_assert_null (store);
    cr_expect_str_eq (why.reason, "STORE_IO");
    store = store_open (scratch_path ("a.db"), NULL);
    cr_assert (store);
    cr_expect_eq (count_things (store), 1);
}
