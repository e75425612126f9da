#include "bus/syncer.h"

#include "base/ensure.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 1000 };

/* Descriptors and no mutex: each side sleeps in a read or a poll, and is woken by one write. */
struct syncer {
    store_t *store;
    pthread_t thread;
    _Atomic sync_state_t state;
    atomic_bool stopping;
    int wanted, ended;
};

static void ring (int event)
{
    uint64_t one = 1;
    ensure (write (event, &one, sizeof one) == sizeof one);
}

static void hear (int event)
{
    uint64_t count;
    ssize_t size;
    do
        size = read (event, &count, sizeof count);
    while (size < 0 && errno == EINTR);
    ensure (size == sizeof count);
}

static void *work (void *argument)
{
    syncer_t *self = argument;
    for (;;) {
        hear (self->wanted);
        if (self->stopping)
            return NULL;
        bool kept = store_sync (self->store);
        ring (self->ended); /* before the state says so: who sees that can hear it */
        self->state = kept ? SYNC_DONE : SYNC_FAILED;
    }
}

static int open_event (void)
{
    int event = eventfd (0, EFD_CLOEXEC);
    ensure (event >= 0);
    return event;
}

syncer_t *syncer_new (store_t *store)
{
    syncer_t *self = calloc (1, sizeof *self);
    ensure (self);
    self->store = store;
    self->wanted = open_event ();
    self->ended = open_event ();
    ensure (pthread_create (&self->thread, NULL, work, self) == 0);
    return self;
}

void syncer_destroy (syncer_t **self)
{
    if (!*self)
        return;
    syncer_t *syncer = *self;
    (void) syncer_wait (syncer);
    syncer->stopping = true;
    ring (syncer->wanted);
    pthread_join (syncer->thread, NULL);
    close (syncer->wanted);
    close (syncer->ended);
    free (syncer);
    *self = NULL;
}

void syncer_start (syncer_t *self)
{
    ensure (self->state == SYNC_NONE);
    self->state = SYNC_UNDER_WAY;
    ring (self->wanted);
}

sync_state_t syncer_look (syncer_t *self)
{
    sync_state_t state = self->state;
    if (state == SYNC_NONE || state == SYNC_UNDER_WAY)
        return state;
    hear (self->ended);
    self->state = SYNC_NONE;
    return state;
}

sync_state_t syncer_wait (syncer_t *self)
{
    while (self->state == SYNC_UNDER_WAY) {
        struct pollfd ended = { .fd = self->ended, .events = POLLIN };
        (void) poll (&ended, 1, LOOK_EVERY_MS);
    }
    return syncer_look (self);
}

int syncer_event (const syncer_t *self)
{
    return self->ended;
}
