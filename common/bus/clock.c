#include "bus/clock.h"

#include "base/ensure.h"
#include "base/own.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* One number, so that readers never see half a change: what to add to the monotonic clock. 0: not set yet. */
typedef _Atomic int64_t shared_offset_t;

struct bus_clock {
    shared_offset_t *offset_ms; /* NULL: the system's time */
};

static int64_t read_ms (clockid_t which)
{
    struct timespec time;
    clock_gettime (which, &time);
    return (int64_t) time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

bus_clock_t *bus_clock_new (const char *path, fault_t *reterr)
{
    owned (bus_clock) self = calloc (1, sizeof *self);
    ensure (self);
    if (!path)
        return give (self);
    int file = open (path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
    void *map = MAP_FAILED;
    if (file >= 0 && ftruncate (file, sizeof (shared_offset_t)) == 0)
        map = mmap (NULL, sizeof (shared_offset_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file >= 0)
        close (file);
    if (map == MAP_FAILED) {
        (void) fault (reterr, STATUS_UNAVAILABLE, "CLOCK_UNREADABLE", "cannot use the clock file %s", path);
        return NULL;
    }
    self->offset_ms = map;
    if (atomic_load (self->offset_ms) == 0)
        bus_clock_set (self, read_ms (CLOCK_REALTIME));
    return give (self);
}

void bus_clock_destroy (bus_clock_t **self)
{
    if (!*self)
        return;
    if ((*self)->offset_ms)
        munmap ((void *) (uintptr_t) (*self)->offset_ms, sizeof (shared_offset_t));
    free (*self);
    *self = NULL;
}

int64_t bus_clock_now (const bus_clock_t *self)
{
    return self->offset_ms ? read_ms (CLOCK_MONOTONIC) + atomic_load (self->offset_ms) : read_ms (CLOCK_REALTIME);
}

bool bus_clock_is_virtual (const bus_clock_t *self)
{
    return self->offset_ms != NULL;
}

void bus_clock_set (bus_clock_t *self, int64_t instant)
{
    ensure (self->offset_ms);
    atomic_store (self->offset_ms, instant - read_ms (CLOCK_MONOTONIC));
}
