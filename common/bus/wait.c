#include "bus/wait.h"

#include "base/ensure.h"

#include <poll.h>

void waiter_put (waiter_t *self, size_t place, zsock_t *socket)
{
    ensure (place < WAIT_PLACES);
    void *resolved = socket ? zsock_resolve (socket) : NULL;
    if (place >= self->n_places)
        self->n_places = place + 1;
    if (self->places[place].socket != resolved)
        self->places[place] = (place_t){ .socket = resolved, .used = true };
}

void waiter_put_file (waiter_t *self, size_t place, int file)
{
    ensure (place < WAIT_FILES);
    if (place >= self->n_files)
        self->n_files = place + 1;
    self->files[place] = file;
}

void waiter_used (waiter_t *self, size_t place)
{
    self->places[place].used = true;
}

static bool ask (place_t *place)
{
    int events = 0;
    size_t size = sizeof events;
    if (zmq_getsockopt (place->socket, ZMQ_EVENTS, &events, &size) != 0)
        return false;
    place->ready = place->used = events & ZMQ_POLLIN;
    return place->ready;
}

static bool ask_used (waiter_t *self)
{
    bool any = false;
    for (size_t i = 0; i < self->n_places; i++) {
        place_t *place = &self->places[i];
        place->ready = false;
        if (place->socket && place->used && ask (place))
            any = true;
    }
    return any;
}

static struct pollfd descriptor_of (const place_t *place)
{
    int file = -1; /* poll passes over it */
    size_t size = sizeof file;
    if (place->socket)
        (void) zmq_getsockopt (place->socket, ZMQ_FD, &file, &size);
    return (struct pollfd){ .fd = file, .events = POLLIN };
}

void waiter_wait (waiter_t *self, int timeout_ms)
{
    struct pollfd items[WAIT_PLACES + WAIT_FILES];
    size_t count = self->n_places + self->n_files;
    bool any = ask_used (self);
    for (size_t i = 0; i < self->n_places; i++)
        items[i] = descriptor_of (&self->places[i]);
    for (size_t i = 0; i < self->n_files; i++)
        items[self->n_places + i] = (struct pollfd){ .fd = self->files[i], .events = POLLIN };
    if (poll (items, count, any ? 0 : timeout_ms) < 0)
        for (size_t i = 0; i < count; i++)
            items[i].revents = 0; /* a signal: nothing is known, and the next wait asks again */
    for (size_t i = 0; i < self->n_places; i++)
        if (!self->places[i].ready && items[i].revents)
            (void) ask (&self->places[i]);
    for (size_t i = 0; i < self->n_files; i++)
        self->file_ready[i] = items[self->n_places + i].revents != 0;
}

bool waiter_ready (const waiter_t *self, size_t place)
{
    return place < self->n_places && self->places[place].ready;
}

bool waiter_file_ready (const waiter_t *self, size_t place)
{
    return place < self->n_files && self->file_ready[place];
}
