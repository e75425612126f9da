/*
 * One thread for work that is too long for a step. It sees a job's input and nothing else; what it made comes back
 * through worker_take. worker_event becomes readable when something is there to take.
 */
#ifndef FYR_BUS_WORKER_H
#define FYR_BUS_WORKER_H

#include "node/node.h"

typedef struct worker worker_t;

typedef struct {
    uint64_t id;
    status_t status;
    buffer_t output; /* the taker's: buffer_clear */
} job_result_t;

enum { WORKER_QUEUE_MAX = 1024 }; /* a job more than these stays in the store until the service starts again */

worker_t *worker_new (const job_handler_t *handlers);
void worker_destroy (worker_t **self); /* stops the job under way and waits for it */

void worker_start (worker_t *self, uint64_t id, const char *name, bytes_t input);

/* One that waits is gone. One under way hears of it when it next says how far it is, and its result is
 * STATUS_CANCELLED whatever it made. Nothing happens when there is none. */
void worker_stop (worker_t *self, uint64_t id);

bool worker_take (worker_t *self, job_result_t *ret_result);
int worker_event (const worker_t *self); /* a file descriptor to poll */

/* Of the job under way: its id (0: none) and how far it is, in thousandths. */
uint64_t worker_progress (worker_t *self, unsigned *ret_permille);

#endif
