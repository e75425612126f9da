/*
 * The time that a service steps with: the system's, or one from a file.
 *
 * A clock file lets the demonstration and the tests play a year in a minute: it says which instant it was at which
 * reading of the machine's monotonic clock, and time flows on from there. All programs that share the file share the
 * time.
 */
#ifndef FYR_BUS_CLOCK_H
#define FYR_BUS_CLOCK_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct bus_clock bus_clock_t;

/* NULL path: the system's time. A missing file is made, showing the system's time. */
bus_clock_t *bus_clock_new (const char *path, fault_t *reterr);
void bus_clock_destroy (bus_clock_t **self);

int64_t bus_clock_now (const bus_clock_t *self); /* instant */
bool bus_clock_is_virtual (const bus_clock_t *self);
void bus_clock_set (bus_clock_t *self, int64_t instant); /* only a virtual one */

#endif
