/* A caller on the bus of a suite: one of its parties, or whoever has a secret and a key table. */
#ifndef FYR_TESTS_GUEST_H
#define FYR_TESTS_GUEST_H

#include "bus/client.h"
#include "bus/secret.h"
#include "suite.h"

#include <czmq.h>

enum { GUEST_DEADLINE_MS = 10000 };

/* With the secret and the key table that the suite made for `party`. */
client_t *guest_new (const suite_t *suite, const char *party);

/* An empty request, with a person and a reason: the reason of the refusal, "" when it is carried out. Borrowed until
 * the next. */
const char *guest_ask (client_t *guest, const char *service, const method_t *method);

/* Node/GetHealth: what every key of the table may ask. */
const char *guest_greet (client_t *guest, const char *service);

/* A request to lease that has to be carried out; its reply is borrowed until the next call. */
const void *guest_call (client_t *guest, const char *method, const ProtobufCMessage *request);
uint64_t guest_premises (client_t *guest); /* new ones */

/* Waits until `service` has written `word` into its log. */
void suite_await (const suite_t *suite, const char *service, const char *word);

/* As the key table has it now. */
party_t suite_party (const suite_t *suite, const char *name);
keypair_t suite_secret (const suite_t *suite, const char *name);

/* A request and its reply on a socket of one's own, for those that no client library would let in. `method` is called
 * with an empty body, a person and a reason. */
bool knock_say (zsock_t *dealer, const char *method);
bool knock_hear (zsock_t *dealer, int within_ms, char ret_reason[64]); /* false when nothing came */

#define GET_HEALTH "fyrtaarn.node.v1.Node/GetHealth"

/* A line for the reader of the results: into the file that FYR_FIGURES names, or on stderr. */
void figure (const char *format, ...) __attribute__ ((format (printf, 1, 2)));

#endif
