/*
 * What the library truths share.
 *
 * A truth is how a library behaves, where the project works around it or builds upon it. Each case asserts the
 * behaviour as it is, so a case that fails after an upgrade is news and not always bad: its message names what can go,
 * or what no longer holds.
 *
 * On waiting: what shall happen is awaited for PATIENCE_MS and seen at once; what shall not happen is watched for
 * QUIET_MS. So a slow machine can make a case see less, but cannot make it fail.
 *
 * On dying: what kills the process runs in a child, and the case looks at how the child ended.
 */
#ifndef FYR_TESTS_PLATFORM_TRUTHS_H
#define FYR_TESTS_PLATFORM_TRUTHS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum { PATIENCE_MS = 15000, QUIET_MS = 600 };

typedef struct {
    char text[PATH_MAX];
} path_t;

/* A name in this process's own temporary directory, which is made on first use and removed at exit. */
path_t scratch (const char *name);
void scratch_write (const char *name, const char *text);

/* A file that make has laid beside this program: an inner program or a descriptor set. */
path_t part (const char *name);

/* --- how a process ended --- */

typedef struct {
    int exit_code; /* -1 when a signal ended it */
    int signal;    /* 0 when it exited */
} ending_t;

/* Runs `body` in a fork that exits with 0 when it returns. It has no core file, the default signal actions, no standard
 * error and two minutes to live. Not for use once czmq has started its threads. */
ending_t ending_of (void (*body) (void *argument), void *argument);

typedef struct {
    ending_t ending;
    char output[32768]; /* standard output and error; cut to size, NUL-terminated */
} run_t;

/* Runs a program in the scratch directory and waits for its end. `setting` is one "NAME=value" more in its environment,
 * or NULL. `arguments` ends with NULL; the caller frees the result. */
run_t *run (const char *setting, const char *const arguments[]);
void run_destroy (run_t **self);

#define RUN(setting, ...) run ((setting), (const char *const[]){ __VA_ARGS__, NULL })

#endif
