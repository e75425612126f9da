#include "suite.h"

#include "base/bytes.h"
#include "ports.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char *const SUITE_NAMES[] = { "lease", "guidance", "placement", "bridging", "reporting", NULL };
enum {
    PATH_SIZE = SUITE_PATH_SIZE,
    OUTPUT_MAX = 16 * 1024 * 1024,
    ARGUMENTS_MAX = 32,
    WAIT_STEP_MS = 25,
    WAIT_LIMIT_MS = 180000, /* for a suite to be what it shall be, and for a program to end */
    OWN_NETWORK = -1
};

struct suite {
    char directory[64];
    char clock[PATH_SIZE]; /* "" for real time */
    ports_t ports;
    int networks[SUITE_SERVICES];
    pid_t processes[SUITE_SERVICES];
};

static const char *program (const char *name, char out[PATH_SIZE])
{
    const char *bin = getenv ("FYR_BIN");
    snprintf (out, PATH_SIZE, "%s/%s", bin ? bin : "build/gcc/bin", name);
    return out;
}

static size_t index_of (const char *service)
{
    size_t i = 0;
    while (i < SUITE_SERVICES && strcmp (SUITE_NAMES[i], service) != 0)
        i++;
    cr_assert (i < SUITE_SERVICES, "no service %s", service);
    return i;
}

/* --- processes --- */

/* Between fork and exec: it goes with us, in the network it belongs to. */
static void become (const char *const *arguments, int network, int out, int err)
{
    bool ready = prctl (PR_SET_PDEATHSIG, SIGKILL) == 0 && dup2 (out, STDOUT_FILENO) >= 0 &&
                 dup2 (err, STDERR_FILENO) >= 0 && (network == OWN_NETWORK || setns (network, CLONE_NEWNET) == 0);
    if (ready)
        execv (arguments[0], (char *const *) (uintptr_t) arguments);
    _exit (127);
}

static pid_t spawn (const char *const *arguments, int network, int out, int err)
{
    cr_assert (access (arguments[0], X_OK) == 0, "there is no %s", arguments[0]);
    pid_t process = fork ();
    if (process == 0)
        become (arguments, network, out, err);
    cr_assert (process > 0, "cannot start %s", arguments[0]);
    return process;
}

/* How it ended. What does not end in time is killed and fails the test: no test waits for it without end. */
static int status_of_end (pid_t process, const char *name)
{
    int status = 0;
    struct pollfd ended = { .fd = pidfd_open (process, 0), .events = POLLIN };
    cr_assert (ended.fd >= 0);
    bool in_time = poll (&ended, 1, WAIT_LIMIT_MS) == 1;
    close (ended.fd);
    if (!in_time)
        kill (process, SIGKILL);
    cr_assert (waitpid (process, &status, 0) == process);
    cr_assert (in_time, "%s did not end in %d s", name, WAIT_LIMIT_MS / 1000);
    return status;
}

static int open_file (const suite_t *self, const char *name, const char *suffix)
{
    char path[PATH_SIZE];
    snprintf (path, sizeof path, "%s/%s%s", self->directory, name, suffix);
    int file = open (path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    cr_assert (file >= 0);
    return file;
}

/* `option` may be NULL. */
static void launch (suite_t *self, const char *service, const char *option)
{
    char binary[PATH_SIZE], name[64], paths[4][PATH_SIZE];
    snprintf (name, sizeof name, "fyr-%s", service);
    snprintf (paths[0], PATH_SIZE, "%s/keys/registry", self->directory);
    snprintf (paths[1], PATH_SIZE, "%s/keys/%s.secret", self->directory, service);
    snprintf (paths[2], PATH_SIZE, "%s/keys/%s.master", self->directory, service);
    const char *arguments[ARGUMENTS_MAX] = { program (name, binary),
                                             "--registry",
                                             paths[0],
                                             "--secret",
                                             paths[1],
                                             "--master",
                                             paths[2],
                                             "--store",
                                             suite_store (self, service, paths[3]) };
    size_t count = 9;
    if (option)
        arguments[count++] = option;
    if (self->clock[0]) {
        arguments[count++] = "--clock";
        arguments[count++] = self->clock;
    }
    int log = open_file (self, service, ".log");
    size_t i = index_of (service);
    self->processes[i] = spawn (arguments, self->networks[i], log, log);
    close (log);
}

void suite_launch (suite_t *self, const char *service)
{
    launch (self, service, NULL);
}

static void finish (suite_t *self, size_t i, int sig)
{
    if (self->processes[i] == 0)
        return;
    kill (self->processes[i], sig);
    int status = status_of_end (self->processes[i], SUITE_NAMES[i]);
    self->processes[i] = 0;
    bool as_told = sig == SIGTERM ? WIFEXITED (status) && WEXITSTATUS (status) == 0
                                  : WIFSIGNALED (status) && WTERMSIG (status) == sig;
    cr_assert (as_told, "%s ended with status %x", SUITE_NAMES[i], (unsigned) status);
}

void suite_kill (suite_t *self, const char *service)
{
    finish (self, index_of (service), SIGKILL);
}

void suite_end (suite_t *self, const char *service)
{
    finish (self, index_of (service), SIGTERM);
}

void suite_lose_store (suite_t *self, const char *service)
{
    static const char *const SUFFIXES[] = { "", "-wal", "-shm" };
    cr_assert (self->processes[index_of (service)] == 0);
    for (size_t i = 0; i < 3; i++) {
        char path[PATH_SIZE], file[PATH_SIZE + 8];
        snprintf (file, sizeof file, "%s%s", suite_store (self, service, path), SUFFIXES[i]);
        (void) remove (file);
    }
}

/* --- the command line --- */

static char *read_back (int file)
{
    buffer_t text = BUFFER (OUTPUT_MAX);
    char chunk[4096];
    ssize_t size;
    cr_assert (lseek (file, 0, SEEK_SET) == 0);
    while ((size = read (file, chunk, sizeof chunk)) > 0)
        buffer_append (&text, chunk, (size_t) size);
    char *copy = strdup (buffer_text (&text));
    buffer_clear (&text);
    return copy;
}

static int temporary_file (const suite_t *self)
{
    char path[PATH_SIZE];
    snprintf (path, sizeof path, "%s/out-XXXXXX", self->directory);
    int file = mkstemp (path);
    cr_assert (file >= 0);
    unlink (path);
    return file;
}

int suite_fyr (suite_t *self, char **ret_out, char **ret_err, const char *const *arguments)
{
    char binary[PATH_SIZE], keys[PATH_SIZE];
    const char *all[ARGUMENTS_MAX] = {
        program ("fyr", binary), "--keys", keys, "--actor", "tester", "--reason", "test"
    };
    size_t count = 7;
    snprintf (keys, sizeof keys, "%s/keys", self->directory);
    if (self->clock[0]) {
        all[count++] = "--clock";
        all[count++] = self->clock;
    }
    for (; *arguments; arguments++) {
        cr_assert (count + 1 < ARGUMENTS_MAX);
        all[count++] = *arguments;
    }
    int out = temporary_file (self), err = temporary_file (self);
    int status = status_of_end (spawn (all, OWN_NETWORK, out, err), "fyr");
    if (ret_out)
        *ret_out = read_back (out);
    if (ret_err)
        *ret_err = read_back (err);
    close (out);
    close (err);
    cr_assert (WIFEXITED (status), "fyr was killed");
    return WEXITSTATUS (status);
}

static int call (suite_t *self, const char *method, const char *format, va_list args, char **out, char **err)
{
    char text[8192];
    vsnprintf (text, sizeof text, format, args);
    for (char *c = text; *c; c++)
        if (*c == '\'')
            *c = '"';
    return SUITE_FYR (self, out, err, "call", method, text);
}

json_t *suite_call (suite_t *self, const char *method, const char *format, ...)
{
    char *out = NULL, *err = NULL;
    va_list args;
    va_start (args, format);
    int ended = call (self, method, format, args, &out, &err);
    va_end (args);
    cr_assert (ended == 0, "%s: %s", method, err);
    json_t *reply = json_loads (out, 0, NULL);
    cr_assert (reply, "%s answered %s", method, out);
    free (out);
    free (err);
    return reply;
}

void suite_refused (suite_t *self, const char *method, const char *reason, const char *format, ...)
{
    char *err = NULL;
    va_list args;
    va_start (args, format);
    int ended = call (self, method, format, args, NULL, &err);
    va_end (args);
    cr_assert (ended != 0, "%s was carried out; expected %s", method, reason);
    json_t *why = json_loads (err, 0, NULL);
    cr_assert_str_eq (json_string_value (json_object_get (why, "reason")), reason, "%s: %s", method, err);
    json_decref (why);
    free (err);
}

/* --- waiting --- */

static long long number (json_t *object, const char *field)
{
    return json_integer_value (json_object_get (object, field));
}

static bool at_rest (json_t *all)
{
    const char *name, *owner;
    json_t *health, *follower;
    size_t i;
    json_object_foreach (all, name, health)
    {
        if (number (health, "calls_waiting") || number (health, "jobs_running"))
            return false;
        json_array_foreach (json_object_get (health, "followers"), i, follower)
        {
            owner = json_string_value (json_object_get (follower, "owner"));
            if (number (follower, "position") != number (json_object_get (all, owner), "head"))
                return false;
        }
    }
    return true;
}

/* True when all answer; *ret_health is yours then. */
static bool health (suite_t *self, json_t **ret_health)
{
    char *out = NULL;
    bool all_up = SUITE_FYR (self, &out, NULL, "--json", "--timeout", "1500", "health") == 0;
    *ret_health = all_up ? json_loads (out, 0, NULL) : NULL;
    free (out);
    return all_up;
}

static int64_t now_ms (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Whoever waits for one that has ended, because its port was taken for instance, waits for nothing. */
static void expect_running (suite_t *self)
{
    for (size_t i = 0; i < SUITE_SERVICES; i++) {
        int status = 0;
        if (self->processes[i] == 0 || waitpid (self->processes[i], &status, WNOHANG) == 0)
            continue;
        self->processes[i] = 0;
        cr_assert_fail ("%s ended with status %x: %s", SUITE_NAMES[i], (unsigned) status,
                        suite_log (self, SUITE_NAMES[i]));
    }
}

static void wait_until (suite_t *self, bool (*good) (json_t *), const char *what)
{
    for (int64_t until = now_ms () + WAIT_LIMIT_MS; now_ms () < until;) {
        json_t *all = NULL;
        bool done = health (self, &all) && (!good || good (all));
        json_decref (all);
        if (done)
            return;
        expect_running (self);
        (void) poll (NULL, 0, WAIT_STEP_MS);
    }
    cr_assert_fail ("the suite is not %s", what);
}

void suite_rest (suite_t *self)
{
    wait_until (self, at_rest, "at rest");
}

static void await_answer (suite_t *self, const char *service)
{
    for (int64_t until = now_ms () + WAIT_LIMIT_MS; now_ms () < until;) {
        if (SUITE_FYR (self, NULL, NULL, "--timeout", "1500", "call", "Node/GetHealth", "--service", service) == 0)
            return;
        expect_running (self);
        (void) poll (NULL, 0, WAIT_STEP_MS);
    }
    cr_assert_fail ("%s does not come back", service);
}

void suite_revive (suite_t *self, const char *service)
{
    launch (self, service, NULL);
    await_answer (self, service);
}

int suite_fail (suite_t *self, const char *service)
{
    size_t which = index_of (service);
    suite_launch (self, service);
    int status = status_of_end (self->processes[which], service);
    self->processes[which] = 0;
    cr_assert (WIFEXITED (status), "%s ended with status %x", service, (unsigned) status);
    return WEXITSTATUS (status);
}

/* --- backups --- */

static void run (const char *const *arguments)
{
    int status = status_of_end (spawn (arguments, OWN_NETWORK, STDOUT_FILENO, STDERR_FILENO), arguments[0]);
    cr_assert (WIFEXITED (status) && WEXITSTATUS (status) == 0, "%s", arguments[0]);
}

static void remove_directory (const char *path)
{
    run ((const char *const[]){ "/bin/rm", "-rf", path, NULL });
}

static void backup_paths (const suite_t *self, const char *service, const char *night, char ret_store[PATH_SIZE],
                          char ret_backup[PATH_SIZE])
{
    cr_assert (self->processes[index_of (service)] == 0, "%s is running", service);
    snprintf (ret_store, PATH_SIZE, "%s/%s", self->directory, service);
    snprintf (ret_backup, PATH_SIZE, "%s/%s-of-%s", self->directory, service, night);
}

void suite_back_up (suite_t *self, const char *service, const char *night)
{
    char store[PATH_SIZE], backup[PATH_SIZE];
    backup_paths (self, service, night, store, backup);
    run ((const char *const[]){ "/bin/cp", "-rT", store, backup, NULL });
}

void suite_restore (suite_t *self, const char *service, const char *night)
{
    char store[PATH_SIZE], backup[PATH_SIZE];
    backup_paths (self, service, night, store, backup);
    remove_directory (store);
    run ((const char *const[]){ "/bin/cp", "-rT", backup, store, NULL });
    launch (self, service, "--restored");
    await_answer (self, service);
}

/* --- start and stop --- */

/* The keys, and a directory for each service's database. */
static void furnish (suite_t *self, bool under_own_names)
{
    char port[16];
    self->ports = ports_claim ();
    snprintf (port, sizeof port, "%d", self->ports.first);
    cr_assert (SUITE_FYR (self, NULL, NULL, "keys", "init", "--port", port, under_own_names ? "--containers" : NULL) ==
               0);
    for (size_t i = 0; i < SUITE_SERVICES; i++) {
        char path[PATH_SIZE];
        snprintf (path, sizeof path, "%s/%s", self->directory, SUITE_NAMES[i]);
        cr_assert (mkdir (path, S_IRWXU) == 0);
    }
}

suite_t *suite_start_at (const suite_place_t *place)
{
    suite_t *self = calloc (1, sizeof *self);
    cr_assert (self);
    snprintf (self->directory, sizeof self->directory, "/tmp/fyr-suite-XXXXXX");
    cr_assert (mkdtemp (self->directory));
    for (size_t i = 0; i < SUITE_SERVICES; i++)
        self->networks[i] = place->networks ? place->networks[i] : OWN_NETWORK;
    furnish (self, place->networks != NULL);
    if (place->clock) {
        snprintf (self->clock, sizeof self->clock, "%s/clock", self->directory);
        cr_assert (SUITE_FYR (self, NULL, NULL, "clock", "set", place->clock) == 0);
    }
    for (size_t i = 0; i < SUITE_SERVICES; i++)
        suite_launch (self, SUITE_NAMES[i]);
    wait_until (self, NULL, "up");
    return self;
}

suite_t *suite_start (const char *clock)
{
    return suite_start_at (&(suite_place_t){ .clock = clock });
}

void suite_stop (suite_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < SUITE_SERVICES; i++)
        finish (*self, i, SIGTERM);
    remove_directory ((*self)->directory);
    ports_let_go (&(*self)->ports);
    free (*self);
    *self = NULL;
}

pid_t suite_process (const suite_t *self, const char *service)
{
    return self->processes[index_of (service)];
}

const char *suite_directory (const suite_t *self)
{
    return self->directory;
}

const char *suite_store (const suite_t *self, const char *service, char out[SUITE_PATH_SIZE])
{
    int length = snprintf (out, SUITE_PATH_SIZE, "%s/%s/store.db", self->directory, service);
    cr_assert (length < SUITE_PATH_SIZE);
    return out;
}

char *suite_log (const suite_t *self, const char *service)
{
    int file = open_file (self, service, ".log");
    char *text = read_back (file);
    close (file);
    return text;
}
