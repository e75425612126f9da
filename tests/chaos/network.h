/*
 * A network that can be made bad: a namespace for each service, wired to one bridge where the test itself stands.
 *
 * Namespaces, links and mounts belong to this process and its children alone: they have no names in the system, and all
 * of it is gone with the last of them, however the test ends. Needs root, iproute2 and nftables.
 */
#ifndef FYR_TESTS_NETWORK_H
#define FYR_TESTS_NETWORK_H

#include "suite.h"

typedef struct network network_t;

enum { NETWORK_US = SUITE_SERVICES, NETWORK_PLACES }; /* the services in the order of SUITE_NAMES, and this process */

/* From now on this thread, and what it starts, lives there; services are reached under their names. NULL when it is not
 * allowed here: *ret_why says what. Before the first socket. */
network_t *network_new (const char **ret_why);
void network_destroy (network_t **self);
const int *network_places (const network_t *self); /* for suite_start_at */

/* Each takes effect at once and stays until network_heal. */
void network_lose (network_t *self, size_t place, unsigned percent); /* of what comes in; a service's place */
void network_cut (network_t *self, size_t from, size_t to);          /* one way; `to` is a service's place */
void network_slow (network_t *self, size_t place);                   /* what goes out is late; a service's place */
void network_heal (network_t *self);

/* "netem: 60 ms and 40 more or less", or what stands in for it where the kernel has no netem. */
const char *network_slowness (const network_t *self);

#endif
