/*
 * Waiting for many sockets at once, cheaply.
 *
 * libzmq's own poll asks every socket before it sleeps and again after, two system calls each time. Here the sockets'
 * descriptors are polled, one call for all. A descriptor tells of changes only: using a socket, also to send, can take
 * notice of a change that then nobody hears of again. So a socket that was used is asked before the next sleep.
 *
 * Invariant: a place whose socket has something to read is `ready` after waiter_wait, unless its socket came later.
 */
#ifndef FYR_BUS_WAIT_H
#define FYR_BUS_WAIT_H

#include <czmq.h>

enum { WAIT_PLACES = 24, WAIT_FILES = 4 };

typedef struct {
    void *socket; /* NULL: nobody is waited for here */
    bool used;    /* since it was asked */
    bool ready;   /* something can be read */
} place_t;

typedef struct {
    place_t places[WAIT_PLACES];
    int files[WAIT_FILES];
    bool file_ready[WAIT_FILES];
    size_t n_places, n_files;
} waiter_t;

/* Who stands at a place now; NULL while nobody does. A new one counts as used. */
void waiter_put (waiter_t *self, size_t place, zsock_t *socket);
void waiter_put_file (waiter_t *self, size_t place, int file);

/* Something was sent on the socket of this place. */
void waiter_used (waiter_t *self, size_t place);

/* Until something is ready, at most `timeout_ms`. Whoever is ready is expected to be read, and so counts as used. */
void waiter_wait (waiter_t *self, int timeout_ms);

bool waiter_ready (const waiter_t *self, size_t place);
bool waiter_file_ready (const waiter_t *self, size_t place);

#endif
