/*
 * The main function of every service: options, keys, store, node, loop. Exit 0 after SIGTERM, 1 when it cannot start, 2
 * for usage it does not understand.
 */
#ifndef FYR_BUS_SERVE_H
#define FYR_BUS_SERVE_H

#include "node/node.h"

int serve (const service_t *service, int argc, char **argv);

#endif
