/*
 * A suite of real processes: the programs as built, with keys of their own, on loopback ports nobody else uses, state
 * in a temporary directory. For tests that start it, feed it, break it and look inside.
 *
 *     suite_t *suite = suite_start (SUITE_REAL_TIME);
 *     json_t *reply = suite_call (suite, "lease.Rooms/ListRooms", "{}");
 *     suite_kill (suite, "guidance");
 *     suite_revive (suite, "guidance");
 *     suite_stop (&suite);              every process must end with exit 0
 *
 * The programs are in the directory that FYR_BIN names (build/gcc/bin otherwise). Anything unexpected fails the test.
 * No process outlives the test, however it ends.
 */
#ifndef FYR_TESTS_SUITE_H
#define FYR_TESTS_SUITE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct suite suite_t;

#define SUITE_REAL_TIME NULL

enum { SUITE_SERVICES = 5 };
extern const char *const SUITE_NAMES[SUITE_SERVICES + 1]; /* "lease" ... and NULL */

/* Where a suite stands; zero for loopback and real time. */
typedef struct {
    const char *clock;   /* an instant to begin at, or SUITE_REAL_TIME */
    const int *networks; /* SUITE_SERVICES network namespaces as open files: each service is started in its own and is
                            reached under its name, which the caller's /etc/hosts must know */
} suite_place_t;

suite_t *suite_start (const char *clock);
suite_t *suite_start_at (const suite_place_t *place);
void suite_stop (suite_t **self); /* SIGTERM; all must end with exit 0, then the directory goes */

void suite_kill (suite_t *self, const char *service);       /* SIGKILL; it must have been running */
void suite_end (suite_t *self, const char *service);        /* SIGTERM; must end with exit 0 */
void suite_launch (suite_t *self, const char *service);     /* starts it; does not wait */
void suite_revive (suite_t *self, const char *service);     /* starts it and waits until it answers */
int suite_fail (suite_t *self, const char *service);        /* starts it; it must end by itself: its exit status */
void suite_lose_store (suite_t *self, const char *service); /* deletes the database of one that does not run */

/* Of one that does not run: its database is kept under the name of a night, and later put back and started with
 * --restored. */
void suite_back_up (suite_t *self, const char *service, const char *night);
void suite_restore (suite_t *self, const char *service, const char *night);

/* Runs `fyr` with the arguments (NULL-ended) and gives its exit status; *ret_out and *ret_err (either may be NULL) are
 * yours. */
int suite_fyr (suite_t *self, char **ret_out, char **ret_err, const char *const *arguments);
#define SUITE_FYR(self, out, err, ...) suite_fyr ((self), (out), (err), (const char *const[]){ __VA_ARGS__, NULL })

/* `fyr call METHOD JSON` with ' for "; the reply is yours. Refusals fail the test. */
json_t *suite_call (suite_t *self, const char *method, const char *format, ...) __attribute__ ((format (printf, 3, 4)));

/* The reason of the refusal; fails the test when it is carried out. */
void suite_refused (suite_t *self, const char *method, const char *reason, const char *format, ...)
    __attribute__ ((format (printf, 4, 5)));

/* Waits until nobody waits for anybody and every follower is where its owner is, for some minutes at most; fails the
 * test at once when a service has ended by itself. */
void suite_rest (suite_t *self);

pid_t suite_process (const suite_t *self, const char *service);
const char *suite_directory (const suite_t *self);

enum { SUITE_PATH_SIZE = 512 };
/* Each service's database has a directory of its own, DIRECTORY/lease, so that another disk can be put there. Returns
 * `out`. */
const char *suite_store (const suite_t *self, const char *service, char out[SUITE_PATH_SIZE]);

char *suite_log (const suite_t *self, const char *service); /* what it wrote on stderr; yours */

#endif
