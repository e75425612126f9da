/*
 * A CURVE server with a guard at its door, for the truths about who gets in.
 *
 * The guard is a ZAP handler, which libzmq asks once per handshake. It admits or refuses as it was last told, whatever
 * the key, and counts how often it was asked. A visitor has a key of its own and knows the public key of the server.
 */
#ifndef FYR_TESTS_PLATFORM_DOOR_H
#define FYR_TESTS_PLATFORM_DOOR_H

#include <czmq.h>

typedef enum { GUARD_ABSENT, GUARD_REFUSES, GUARD_ADMITS } guard_t;
typedef enum { VERDICT_NONE, VERDICT_REFUSED, VERDICT_ADMITTED } verdict_t;

typedef struct {
    guard_t guard;
    bool domain;  /* the server names a ZAP domain */
    bool enforce; /* ZMQ_ZAP_ENFORCE_DOMAIN */
} rules_t;

#define GUARD_USER_ID "a visitor" /* what the guard calls whom it admits */

typedef struct door door_t;

door_t *door_new (rules_t rules);
void door_destroy (door_t **self);

zsock_t *door_socket (door_t *self); /* the bound ROUTER, borrowed */
void door_tell_guard (door_t *self, guard_t guard);
int door_times_asked (door_t *self);

zsock_t *door_visitor (const door_t *self); /* a DEALER that has not knocked; the caller destroys it */
void door_knock (const door_t *self, zsock_t *visitor);

/* Waits for the next handshake to end; VERDICT_NONE when none does. */
verdict_t door_verdict (door_t *self);

/* Does `message` of a visitor come through? */
bool door_hears (door_t *self, const char *message, int within_ms);

/* --- any socket --- */

/* A zmonitor on `socket`; start it before bind or connect, destroy it before the socket. */
zactor_t *monitor_new (zsock_t *socket);

/* The name of the next event that begins with `prefix`, NULL when none comes in time. The caller frees it. */
char *monitor_await (zactor_t *monitor, const char *prefix, int within_ms);

zmsg_t *receive (zsock_t *socket, int within_ms); /* NULL when nothing comes in time */

#endif
