/*
 * The worker under the thread sanitizer: the only code of ours that shares memory between threads. A plain program,
 * because Criterion does not start under that sanitizer, and without sockets, because libzmq is not built for it.
 */
#include "bus/worker.h"

#include <poll.h>
#include <stdio.h>

enum { JOBS = 400 };

static status_t run_sum (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr)
{
    (void) reterr;
    uint8_t sum = 0;
    for (size_t i = 0; i < input.size; i++) {
        sum = (uint8_t) (sum + input.data[i]);
        job_progress (job, (unsigned) (1000 * (i + 1) / input.size));
    }
    buffer_append (output, &sum, 1);
    return STATUS_OK;
}

static const job_handler_t HANDLERS[] = { { "sum", run_sum, NULL, NULL }, { 0 } };

/* Starts jobs and takes results as they come, asking all the while how far the worker is. The number of right results.
 */
static unsigned exchange (worker_t *worker)
{
    uint8_t input[64];
    unsigned right = 0, taken = 0, permille;
    for (unsigned started = 0; taken < JOBS;) {
        if (started < JOBS) {
            for (size_t i = 0; i < sizeof input; i++)
                input[i] = (uint8_t) started;
            worker_start (worker, ++started, "sum", bytes_of (input, sizeof input));
        }
        (void) worker_progress (worker, &permille);
        struct pollfd ready = { .fd = worker_event (worker), .events = POLLIN };
        (void) poll (&ready, 1, started < JOBS ? 0 : 1000);
        for (job_result_t result; worker_take (worker, &result); taken++) {
            uint8_t expected = (uint8_t) (64 * (result.id - 1));
            right += result.status == STATUS_OK && result.output.size == 1 && result.output.data[0] == expected;
            buffer_clear (&result.output);
        }
    }
    return right;
}

int main (void)
{
    worker_t *worker = worker_new (HANDLERS);
    unsigned right = exchange (worker);
    for (uint64_t id = 1; id <= 20; id++) /* it ends with jobs still waiting */
        worker_start (worker, id, "sum", bytes_of ("left behind", 11));
    worker_destroy (&worker);
    printf ("%u passed, %u failed\n", right == JOBS, right != JOBS);
    return right == JOBS ? 0 : 1;
}
