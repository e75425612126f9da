/* A caller on the bus of a suite: one of its parties, or whoever has a secret and a key table. */
#ifndef FYR_TESTS_GUEST_H
#define FYR_TESTS_GUEST_H

#include "bus/client.h"
#include "suite.h"

enum { GUEST_DEADLINE_MS = 10000 };

/* With the secret and the key table that the suite made for `party`. */
client_t *guest_new (const suite_t *suite, const char *party);

/* An empty request, with a person and a reason: the reason of the refusal, "" when it is carried out. Borrowed until
 * the next. */
const char *guest_ask (client_t *guest, const char *service, const method_t *method);

/* Node/GetHealth: what every key of the table may ask. */
const char *guest_greet (client_t *guest, const char *service);

/* A line for the reader of the results: into the file that FYR_FIGURES names, or on stderr. */
void figure (const char *format, ...) __attribute__ ((format (printf, 1, 2)));

#endif
