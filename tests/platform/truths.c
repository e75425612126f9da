#include "truths.h"

#include "base/ensure.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_LIFETIME_S = 120, REMOVE_MAX_OPEN = 8 };

/* --- files --- */

static char scratch_directory[PATH_MAX];

static int remove_entry (const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void) status, (void) kind, (void) walk;
    return remove (path);
}

static void remove_scratch (void)
{
    (void) nftw (scratch_directory, remove_entry, REMOVE_MAX_OPEN, FTW_DEPTH | FTW_PHYS);
}

static void make_scratch (void)
{
    const char *parent = getenv ("TMPDIR");
    int length = snprintf (scratch_directory, sizeof scratch_directory, "%s/truth-XXXXXX", parent ? parent : "/tmp");
    ensure (length > 0 && (size_t) length < sizeof scratch_directory);
    ensure (mkdtemp (scratch_directory));
    ensure (atexit (remove_scratch) == 0);
}

static path_t joined (const char *directory, const char *name)
{
    path_t path;
    int length = snprintf (path.text, sizeof path.text, "%s/%s", directory, name);
    ensure (length > 0 && (size_t) length < sizeof path.text);
    return path;
}

path_t scratch (const char *name)
{
    if (!*scratch_directory)
        make_scratch ();
    return joined (scratch_directory, name);
}

void scratch_write (const char *name, const char *text)
{
    FILE *file = fopen (scratch (name).text, "w");
    ensure (file);
    ensure (fputs (text, file) >= 0);
    ensure (fclose (file) == 0);
}

path_t part (const char *name)
{
    char self[PATH_MAX - sizeof ".parts"];
    ssize_t length = readlink ("/proc/self/exe", self, sizeof self);
    ensure (length > 0 && (size_t) length < sizeof self);
    self[length] = '\0';

    char parts[PATH_MAX];
    (void) snprintf (parts, sizeof parts, "%s.parts", self);
    return joined (parts, name);
}

/* --- processes --- */

/* Criterion, a sanitizer or the one who started us may have left other actions; a fault has to end the child as one. */
static void restore_signals (void)
{
    static const int deadly[] = { SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGSEGV };
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        (void) signal (deadly[i], SIG_DFL);
}

static void become_a_child (int output, int errors)
{
    const struct rlimit no_core = { 0, 0 };
    (void) setrlimit (RLIMIT_CORE, &no_core);
    restore_signals ();
    (void) alarm (CHILD_LIFETIME_S);
    if (dup2 (output, STDOUT_FILENO) < 0 || dup2 (errors, STDERR_FILENO) < 0)
        _exit (EXIT_FAILURE);
}

static ending_t wait_for_end (pid_t child)
{
    int status;
    ensure (waitpid (child, &status, 0) == child);
    return (ending_t){ .exit_code = WIFEXITED (status) ? WEXITSTATUS (status) : -1,
                       .signal = WIFSIGNALED (status) ? WTERMSIG (status) : 0 };
}

ending_t ending_of (void (*body) (void *), void *argument)
{
    int nowhere = open ("/dev/null", O_WRONLY | O_CLOEXEC);
    ensure (nowhere >= 0);
    pid_t child = fork ();
    ensure (child >= 0);
    if (child == 0) {
        become_a_child (STDOUT_FILENO, nowhere);
        body (argument);
        _exit (EXIT_SUCCESS);
    }
    (void) close (nowhere);
    return wait_for_end (child);
}

static _Noreturn void execute (int output, const char *directory, const char *setting, const char *const arguments[])
{
    char own_setting[PATH_MAX];
    become_a_child (output, output);
    (void) unsetenv ("BXFI_MAP"); /* or a Criterion program takes itself for a worker of ours */
    if (setting) {
        (void) snprintf (own_setting, sizeof own_setting, "%s", setting);
        (void) putenv (own_setting);
    }
    if (chdir (directory) == 0)
        (void) execvp (arguments[0], (char *const *) (void *) arguments);
    _exit (EXIT_FAILURE);
}

/* Reads to the end, also past what fits, so that the writer never blocks. */
static void collect (int input, char *output, size_t size)
{
    size_t used = 0;
    char chunk[4096];
    ssize_t got;
    while ((got = read (input, chunk, sizeof chunk)) > 0) {
        size_t room = size - 1 - used;
        size_t taken = (size_t) got < room ? (size_t) got : room;
        memcpy (output + used, chunk, taken);
        used += taken;
    }
    output[used] = '\0';
}

run_t *run (const char *setting, const char *const arguments[])
{
    run_t *self = calloc (1, sizeof *self);
    ensure (self);
    path_t directory = scratch ("");
    int ends[2];
    ensure (pipe2 (ends, O_CLOEXEC) == 0);
    pid_t child = fork ();
    ensure (child >= 0);
    if (child == 0)
        execute (ends[1], directory.text, setting, arguments);
    (void) close (ends[1]);
    collect (ends[0], self->output, sizeof self->output);
    (void) close (ends[0]);
    self->ending = wait_for_end (child);
    return self;
}

void run_destroy (run_t **self)
{
    free (*self);
    *self = NULL;
}
