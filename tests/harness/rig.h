/*
 * A rig: services in one process, in memory, with the time and the network in the test's hand.
 *
 * The handlers, schemas and the engine are the real ones; only the sockets are missing. Messages between services are
 * delivered in order by rig_settle. Calls read as they would on the command line:
 *
 *     rig_t *rig = rig_new (NULL_ENDED_SERVICES, "2026-03-02T09:00:00Z");
 *     json_t *room = rig_ok (rig, CALLER_TMF_DESK, "lease", "Rooms/BookRoom", "{'room': %llu, 'title': 'Møde'}", id);
 *     rig_refused (rig, CALLER_BIF_DESK, "lease", "Rooms/BookRoom", "LEASE_ROOM_TAKEN", "{...}");
 *
 * JSON is written with ' for ". Replies belong to the rig. A call that goes otherwise than said fails the test.
 */
#ifndef FYR_TESTS_RIG_H
#define FYR_TESTS_RIG_H

#include "node/node.h"

#include <jansson.h>

typedef struct rig rig_t;

rig_t *rig_new (const service_t *const *services, const char *now); /* services end with NULL */
void rig_destroy (rig_t **self);

json_t *rig_ok (rig_t *self, caller_t caller, const char *service, const char *method, const char *format, ...);
void rig_refused (rig_t *self, caller_t caller, const char *service, const char *method, const char *reason,
                  const char *format, ...);
/* For long random walks: the reply, or NULL when the service refused. */
json_t *rig_try (rig_t *self, caller_t caller, const char *service, const char *method, const char *format, ...);

/* How the last call ended. The next call comes under the number of the last one: a repetition, if it says the same. */
const fault_t *rig_answer (const rig_t *self);
void rig_repeat (rig_t *self);

/* Delivers what is under way between services until nothing is. */
void rig_settle (rig_t *self);

/* Lets time pass in steps of at most a second of real engine steps (timers, retries, heartbeats), then settles. */
void rig_advance (rig_t *self, int64_t milliseconds);
void rig_set_time (rig_t *self, const char *now); /* jumps there, then settles */

/* While a service is down nothing reaches it and it does nothing; its store stays. */
void rig_down (rig_t *self, const char *service);
void rig_up (rig_t *self, const char *service);

/* While the worker is busy, results of jobs wait; afterwards all of them come. */
void rig_worker_busy (rig_t *self, bool busy);

/* Opens the service's node anew on the same store, as after a crash. */
void rig_restart (rig_t *self, const char *service);

/* The person and the reason that the next calls carry; at first "tester" and "test". */
void rig_actor (rig_t *self, const char *actor, const char *reason);

/* To look inside: between steps, with its own store_begin. How the service reads is held to plans.h until then, and to
 * the end in a test that never does. */
store_t *rig_store (rig_t *self, const char *service);

int64_t rig_number (json_t *reply, const char *field); /* also reads numbers written as text */
const char *rig_text (json_t *reply, const char *field);
json_t *rig_item (json_t *reply, const char *field, size_t index);
size_t rig_count (json_t *reply, const char *field);

#endif
