/*
 * The promises as queries over the five databases (by their services' names), the table `told` of what the crowd was
 * told, and `derived`, a second database of reporting that read the logs at rest. Each finds where it is broken.
 *
 *     told: service, caller, id, method, name (without its package), status, reason, reply,
 *           about (the first number of the request), made (that of the reply), asked (how often)
 */
#ifndef FYR_TESTS_PROMISES_H
#define FYR_TESTS_PROMISES_H

typedef struct {
    const char *sentence; /* NULL ends a list */
    const char *broken;
} promise_t;

extern const promise_t PROMISES_OF_EACH[]; /* $ stands for a service */
extern const promise_t PROMISES[];
extern const promise_t FORGERIES[];        /* statements that break one: each damages a single row */
extern const char *const DERIVED_TABLES[]; /* of reporting, from the owners' logs */

#endif
