/*
 * A disk that is full, and one that cannot be written: lease's database lies on a small disk of its own, guidance asks
 * it for rooms, reporting follows it. The disk is a mount of this process alone, gone with it. X1, X4.
 */
#include "suite.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite (disk, .timeout = 300);

enum { PATH_SIZE = SUITE_PATH_SIZE + 64, TRIES = 400, BLOCK = 4096 };

/* --- disks --- */

static bool runs (const char *const *words)
{
    int status = 0;
    pid_t process = fork ();
    if (process == 0) {
        execvp (words[0], (char *const *) (uintptr_t) words);
        _exit (127);
    }
    cr_assert (process > 0 && waitpid (process, &status, 0) == process);
    return status == 0;
}
#define RUNS(...) runs ((const char *const[]){ __VA_ARGS__, NULL })
#define RUN(...) cr_assert (RUNS (__VA_ARGS__), "that failed: %s ...", #__VA_ARGS__)

static void skip (const char *why)
{
    printf ("skipped: no disk of our own: %s\n0 passed, 0 failed, 1 skipped\n", why);
    fflush (stdout);
    cr_skip_test ("%s", why);
}

static void own_mounts_or_skip (void)
{
    if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        skip (strerror (errno));
}

static void place_of (const suite_t *suite, char out[PATH_SIZE])
{
    snprintf (out, PATH_SIZE, "%s/lease", suite_directory (suite));
}

/* A suite whose lease keeps its data at place_of, on a file system that `disk` puts there. */
static suite_t *suite_on (void (*disk) (suite_t *suite, const char *place))
{
    char place[PATH_SIZE], store[SUITE_PATH_SIZE], aside[PATH_SIZE];
    own_mounts_or_skip ();
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    suite_end (suite, "lease");
    place_of (suite, place);
    snprintf (aside, sizeof aside, "%s/aside.db", suite_directory (suite));
    cr_assert (rename (suite_store (suite, "lease", store), aside) == 0);
    disk (suite, place);
    RUN ("cp", aside, store);
    RUN ("sync", "--file-system", store);
    suite_revive (suite, "lease");
    return suite;
}

static void leave (suite_t **suite)
{
    char place[PATH_SIZE];
    place_of (*suite, place);
    suite_end (*suite, "lease");
    cr_expect (umount (place) == 0);
    suite_stop (suite);
}

static void image_of (const suite_t *suite, char out[PATH_SIZE])
{
    snprintf (out, PATH_SIZE, "%s/disk", suite_directory (suite));
}

static void small_disk (suite_t *suite, const char *place)
{
    (void) suite;
    if (mount ("tmpfs", place, "tmpfs", 0, "size=4m") != 0)
        skip (strerror (errno));
}

static void mount_image (const suite_t *suite, const char *place)
{
    char image[PATH_SIZE];
    image_of (suite, image);
    if (!RUNS ("mount", "-o", "loop,errors=remount-ro", image, place))
        skip ("a file cannot be mounted here");
}

static void ext4_disk (suite_t *suite, const char *place)
{
    char image[PATH_SIZE];
    image_of (suite, image);
    int file = open (image, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    cr_assert (file >= 0 && ftruncate (file, 32 << 20) == 0);
    close (file);
    RUN ("mkfs.ext4", "-q", image);
    mount_image (suite, place);
}

/* Until not a block more fits. */
static void fill (const char *place, char out[PATH_SIZE])
{
    static const char BYTES[BLOCK];
    snprintf (out, PATH_SIZE, "%s/ballast", place);
    int file = open (out, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert (file >= 0);
    while (write (file, BYTES, BLOCK) > 0) {
    }
    cr_assert (errno == ENOSPC);
    close (file);
}

/* Nobody can write the database or its log, root neither; what is open stays open. */
static void set_immutable (const suite_t *suite, bool immutable)
{
    static const char *const SUFFIXES[] = { "", "-wal" };
    for (size_t i = 0; i < 2; i++) {
        char path[PATH_SIZE], store[SUITE_PATH_SIZE];
        snprintf (path, sizeof path, "%s%s", suite_store (suite, "lease", store), SUFFIXES[i]);
        RUN ("chattr", immutable ? "+i" : "-i", path);
    }
}

/* --- the house --- */

typedef struct {
    long long room, offer, guide, participant;
    size_t rooms; /* acknowledged so far */
    long long premises;
} house_t;

static long long id_of (json_t *reply, const char *field)
{
    json_t *value = json_object_get (reply, field);
    long long id = json_is_string (value) ? strtoll (json_string_value (value), NULL, 10) : json_integer_value (value);
    json_decref (reply);
    cr_assert (id > 0, "no id %s", field);
    return id;
}

static house_t furnish (suite_t *suite)
{
    house_t house = { 0 };
    house.premises = id_of (suite_call (suite, "CreatePremises",
                                        "{'name': 'Fyrtårnet', 'district': 8, 'monthly_rent_ore': 150000,"
                                        " 'notice_months': 3}"),
                            "premises");
    house.room = id_of (
        suite_call (suite, "CreateRoom", "{'premises': %lld, 'name': 'Broen', 'seats': 8}", house.premises), "room");
    house.rooms = 1;
    house.offer = id_of (suite_call (suite, "CreateOffer",
                                     "{'kind': 'HIRING', 'title': 'Ansæt rummeligt', 'duration_minutes': 60,"
                                     " 'needs_room': true, 'seats': 1}"),
                         "offer");
    house.guide = id_of (suite_call (suite, "RegisterGuide", "{'name': 'Sofie', 'competences': ['HIRING']}"), "guide");
    json_decref (suite_call (suite, "SetException",
                             "{'guide': %lld, 'day': '2030-05-06', 'hours': [{'from_minute': 0, 'to_minute': 1440}]}",
                             house.guide));
    house.participant =
        id_of (suite_call (suite, "RegisterParticipant", "{'kind': 'FOUNDER', 'name': 'Aya', 'stage': 'IDEA'}"),
               "participant");
    return house;
}

/* Another room, as a command: "" when it is made, else the reason. */
static void create_room (suite_t *suite, house_t *house, char reason[64])
{
    char request[256], *err = NULL;
    snprintf (request, sizeof request, "{\"premises\": %lld, \"name\": \"Rum %zu\", \"seats\": 8}", house->premises,
              house->rooms);
    reason[0] = '\0';
    if (SUITE_FYR (suite, NULL, &err, "call", "CreateRoom", request) == 0) {
        house->rooms++;
    } else {
        json_t *why = json_loads (err, 0, NULL);
        snprintf (reason, 64, "%s", json_string_value (json_object_get (why, "reason")));
        json_decref (why);
    }
    free (err);
}

/* What already lies in the log file is written without new room: so some commands may still be carried out. */
static void expect_refusals (suite_t *suite, house_t *house, const char *expected)
{
    char reason[64] = "";
    for (int i = 0; i < TRIES && reason[0] == '\0'; i++)
        create_room (suite, house, reason);
    cr_assert_str_eq (reason, expected, "refused with %s", reason);
    create_room (suite, house, reason);
    cr_expect_str_eq (reason, expected, "and then with %s", reason);
}

static size_t rooms_listed (suite_t *suite)
{
    json_t *reply = suite_call (suite, "ListRooms", "{}");
    size_t count = json_array_size (json_object_get (reply, "rooms"));
    json_decref (reply);
    return count;
}

static void expect_state (suite_t *suite, const char *expected)
{
    char *out = NULL;
    cr_assert (SUITE_FYR (suite, &out, NULL, "--json", "health") == 0, "not all are up");
    json_t *all = json_loads (out, 0, NULL);
    const char *state = json_string_value (json_object_get (json_object_get (all, "lease"), "state"));
    cr_expect_str_eq (state, expected, "health says %s", state);
    json_decref (all);
    free (out);
}

static char *session_state (suite_t *suite, long long session)
{
    json_t *reply = suite_call (suite, "GetSession", "{'session': %lld}", session);
    char *state = strdup (json_string_value (json_object_get (json_object_get (reply, "session"), "state")));
    json_decref (reply);
    return state;
}

static void expect_session (suite_t *suite, long long session, const char *expected)
{
    char *state = session_state (suite, session);
    cr_expect_str_eq (state, expected, "the session is %s", state);
    free (state);
}

static long long book (suite_t *suite, const house_t *house)
{
    return id_of (suite_call (suite, "BookSession",
                              "{'offer': %lld, 'guide': %lld, 'participant': %lld, 'room': %lld,"
                              " 'starts_at': '2030-05-06T09:00:00Z'}",
                              house->offer, house->guide, house->participant, house->room),
                  "session");
}

static void let_time_pass (int ms)
{
    (void) poll (NULL, 0, ms);
}

/* Commands are carried out again, nothing is missing, and those who wait or follow come to their end. */
static void expect_recovered (suite_t *suite, house_t *house)
{
    char reason[64];
    create_room (suite, house, reason);
    cr_expect_str_eq (reason, "", "still refused with %s", reason);
    let_time_pass (2500);
    expect_state (suite, "ok");
    cr_expect (rooms_listed (suite) == house->rooms, "%zu rooms of %zu", rooms_listed (suite), house->rooms);
    suite_rest (suite);
}

/* --- the tests --- */

Test (disk, a_full_disk_refuses_commands_answers_queries_and_goes_on_when_there_is_room)
{
    char place[PATH_SIZE], ballast[PATH_SIZE];
    suite_t *suite = suite_on (small_disk);
    house_t house = furnish (suite);
    place_of (suite, place);
    fill (place, ballast);
    expect_refusals (suite, &house, "STORE_FULL");
    let_time_pass (2500);
    expect_state (suite, "STORE_FULL");
    cr_expect (rooms_listed (suite) == house.rooms, "a refused command left something behind");
    long long session = book (suite, &house);
    let_time_pass (1500);
    expect_session (suite, session, "REQUESTED");
    cr_assert (remove (ballast) == 0);
    expect_recovered (suite, &house);
    expect_session (suite, session, "BOOKED");
    leave (&suite);
}

Test (disk, a_service_killed_on_a_full_disk_starts_there_and_has_all_it_acknowledged)
{
    char place[PATH_SIZE], ballast[PATH_SIZE];
    suite_t *suite = suite_on (small_disk);
    house_t house = furnish (suite);
    place_of (suite, place);
    fill (place, ballast);
    expect_refusals (suite, &house, "STORE_FULL");
    suite_kill (suite, "lease");
    suite_revive (suite, "lease");
    cr_expect (rooms_listed (suite) == house.rooms);
    expect_refusals (suite, &house, "STORE_FULL");
    cr_assert (remove (ballast) == 0);
    expect_recovered (suite, &house);
    leave (&suite);
}

Test (disk, a_database_that_cannot_be_written_refuses_commands_and_goes_on_when_it_can)
{
    suite_t *suite = suite_on (ext4_disk);
    house_t house = furnish (suite);
    set_immutable (suite, true);
    expect_refusals (suite, &house, "STORE_READONLY");
    let_time_pass (2500);
    expect_state (suite, "STORE_READONLY");
    cr_expect (rooms_listed (suite) == house.rooms);
    long long session = book (suite, &house);
    set_immutable (suite, false);
    expect_recovered (suite, &house);
    expect_session (suite, session, "BOOKED");
    leave (&suite);
}

/* An error that ext4 is told to have met: as it was mounted, nothing can be written from then on until it is mounted
 * anew.
 */
static void break_disk (const char *place)
{
    char path[PATH_SIZE];
    struct stat at;
    cr_assert (stat (place, &at) == 0);
    snprintf (path, sizeof path, "/sys/fs/ext4/loop%u/trigger_fs_error", minor (at.st_dev));
    int file = open (path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        skip ("this kernel breaks no disk when asked to");
    cr_assert (write (file, "chaos", 5) == 5);
    close (file);
}

Test (disk, a_disk_that_fails_loses_nothing_acknowledged_and_the_service_goes_on_from_it_once_mounted_again)
{
    char place[PATH_SIZE];
    suite_t *suite = suite_on (ext4_disk);
    house_t house = furnish (suite);
    place_of (suite, place);
    break_disk (place);
    expect_refusals (suite, &house, "STORE_READONLY");
    cr_expect (rooms_listed (suite) == house.rooms);
    suite_end (suite, "lease");
    cr_assert (umount (place) == 0);
    mount_image (suite, place);
    suite_revive (suite, "lease");
    expect_recovered (suite, &house);
    leave (&suite);
}

Test (disk, a_service_does_not_start_on_a_disk_that_is_mounted_read_only_and_says_why)
{
    char place[PATH_SIZE];
    suite_t *suite = suite_on (ext4_disk);
    house_t house = furnish (suite);
    place_of (suite, place);
    suite_kill (suite, "lease");
    RUN ("mount", "-o", "remount,ro", place);
    cr_expect (suite_fail (suite, "lease") == 1);
    char *log = suite_log (suite, "lease");
    cr_expect (strstr (log, "STORE_READONLY"), "%s", log);
    free (log);
    RUN ("mount", "-o", "remount,rw", place);
    suite_revive (suite, "lease");
    expect_recovered (suite, &house);
    leave (&suite);
}
