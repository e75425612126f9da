/*
 * The worker under the thread sanitizer: the only code of ours that shares memory between threads. A plain program,
 * because Criterion does not start under that sanitizer, and without sockets, because libzmq is not built for it.
 */
#include "bus/worker.h"

#include <poll.h>
#include <stdio.h>

enum { JOBS = 400, STOPS = 50 };

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

/* Ends when it is stopped and never by itself. */
static status_t run_endless (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr)
{
    (void) input, (void) output, (void) reterr;
    while (job_progress (job, 500)) {
    }
    return STATUS_OK;
}

static const job_handler_t HANDLERS[] = { { "sum", run_sum, NULL, NULL },
                                          { "endless", run_endless, NULL, NULL },
                                          { 0 } };

static job_result_t await (worker_t *worker)
{
    job_result_t result = { 0 };
    struct pollfd ready = { .fd = worker_event (worker), .events = POLLIN };
    while (!worker_take (worker, &result))
        (void) poll (&ready, 1, 1000);
    return result;
}

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

/* One that runs is stopped, one that waits is gone, and the one behind them has its turn. The number of rounds in which
 * that was so. */
static unsigned stop (worker_t *worker)
{
    unsigned right = 0, permille;
    for (uint64_t id = 1; id < 3 * STOPS; id += 3) {
        worker_start (worker, id, "endless", (bytes_t){ 0 });
        worker_start (worker, id + 1, "endless", (bytes_t){ 0 });
        worker_start (worker, id + 2, "sum", bytes_of ("next", 4));
        while (worker_progress (worker, &permille) != id) {
        }
        worker_stop (worker, id + 1);
        worker_stop (worker, id);
        job_result_t stopped = await (worker), next = await (worker);
        right +=
            stopped.id == id && stopped.status == STATUS_CANCELLED && next.id == id + 2 && next.status == STATUS_OK;
        buffer_clear (&next.output);
    }
    return right;
}

int main (void)
{
    worker_t *worker = worker_new (HANDLERS);
    unsigned right = exchange (worker), stopped = stop (worker), permille;
    worker_start (worker, 1, "endless", (bytes_t){ 0 }); /* it ends with one under way and others waiting */
    for (uint64_t id = 2; id <= 20; id++)
        worker_start (worker, id, "sum", bytes_of ("left behind", 11));
    while (worker_progress (worker, &permille) != 1) {
    }
    worker_destroy (&worker);
    unsigned passed = (unsigned) (right == JOBS) + (unsigned) (stopped == STOPS);
    printf ("%u passed, %u failed\n", passed, 2 - passed);
    return passed == 2 ? 0 : 1;
}
