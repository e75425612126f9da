/*
 * How a call went. The sixteen codes are those of gRPC and Connect, so that what a peer says on the wire,
 * what a handler returns and what an operator reads are one vocabulary.
 *
 * Two kinds of "no" travel as status + fault, and they are never mixed:
 *   - a refusal is an answer of the domain (NOT_FOUND, FAILED_PRECONDITION, PERMISSION_DENIED ...) with a
 *     stable reason such as LEASE_DESK_TAKEN;
 *   - a fault is operational (UNAVAILABLE, INTERNAL, RESOURCE_EXHAUSTED, DATA_LOSS ...): worth another try, or a
 * person. The third kind, a bug, is ensure().
 */
#ifndef FYR_BASE_STATUS_H
#define FYR_BASE_STATUS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    STATUS_OK = 0,
    STATUS_CANCELLED = 1,
    STATUS_UNKNOWN = 2,
    STATUS_INVALID_ARGUMENT = 3,
    STATUS_DEADLINE_EXCEEDED = 4,
    STATUS_NOT_FOUND = 5,
    STATUS_ALREADY_EXISTS = 6,
    STATUS_PERMISSION_DENIED = 7,
    STATUS_RESOURCE_EXHAUSTED = 8,
    STATUS_FAILED_PRECONDITION = 9,
    STATUS_ABORTED = 10,
    STATUS_OUT_OF_RANGE = 11,
    STATUS_UNIMPLEMENTED = 12,
    STATUS_INTERNAL = 13,
    STATUS_UNAVAILABLE = 14,
    STATUS_DATA_LOSS = 15,
    STATUS_UNAUTHENTICATED = 16
} status_t;

enum { REASON_MAX = 64, MESSAGE_MAX = 256, FAULT_TEXT_MAX = 256 }; /* bytes, with the terminating NUL */

/* Filled on failure only; text is cut to size, never in the middle of a UTF-8 sequence. */
typedef struct {
    status_t status;
    char reason[REASON_MAX];     /* stable, UPPER_SNAKE_CASE, part of the contract */
    char message[MESSAGE_MAX];   /* for a person, in English */
    char values[FAULT_TEXT_MAX]; /* what the message speaks of, a line `name=text` each: a sentence in another language
                                is made of these and of the reason. What does not fit is left out */
} fault_t;

/* Fills `reterr` (which may be NULL) and returns `status`, so that a function can say
 *     return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_DESK_TAKEN", "desk {desk=%s} is let until {until=%s}",
 *                   ...);
 * `{name=` and `}` do not stand in the message: they name what is between them (at most FAULT_VALUES_MAX). */
enum { FAULT_VALUES_MAX = 8 };
status_t fault (fault_t *reterr, status_t status, const char *reason, const char *format, ...)
    __attribute__ ((format (printf, 4, 5)));

/* The value called `name` in such lines, with its length; NULL when there is none. */
const char *fault_value (const char *values, const char *name, size_t *ret_length);

/* "failed_precondition" ...; "unknown" for a number outside the table. */
const char *status_name (int status);

/* An operational fault as opposed to an answer of the domain. */
bool status_is_fault (status_t status);

#endif
