/*
 * Is this service up? Asked over the bus and answered by the service itself, with the one key that is at hand where it
 * runs: its own. For a container's health check or a supervisor.
 */
#ifndef FYR_BUS_CHECK_H
#define FYR_BUS_CHECK_H

#include "base/status.h"

enum { CHECK_TIMEOUT_MS = 3000 };

/* STATUS_OK when `service` answers and takes commands. Faults: those of client_new and client_call; SERVICE_TROUBLED
 * with its own word (e.g. STORE_FULL) when it only answers queries. */
status_t check_service (const char *service, const char *registry_path, const char *secret, fault_t *reterr);

#endif
