/* What is to happen at an instant, and work that takes too long for a step. */
#include "node/internal.h"

#include "base/ensure.h"

#include <stdio.h>
#include <string.h>

static const timer_handler_t *timer_handler (const node_t *self, const char *name)
{
    const timer_handler_t *handler = self->service->timers;
    while (handler && handler->name && strcmp (handler->name, name) != 0)
        handler++;
    return handler && handler->name ? handler : NULL;
}

static const job_handler_t *job_handler (const node_t *self, const char *name)
{
    const job_handler_t *handler = self->service->jobs;
    while (handler && handler->name && strcmp (handler->name, name) != 0)
        handler++;
    return handler && handler->name ? handler : NULL;
}

static const char *method_name (node_t *self, const char *kind, const char *name)
{
    size_t size = strlen (kind) + strlen (name) + 2;
    char *text = arena_alloc (self->arena, size);
    ensure (text);
    (void) snprintf (text, size, "%s/%s", kind, name);
    return text;
}

static bool run_earliest (node_t *self)
{
    rows_t *row = store_row (
        self->store, "SELECT id, name, subject FROM timer WHERE due_at <= $1 ORDER BY due_at, id LIMIT 1", self->now);
    if (!row)
        return false;
    uint64_t id = rows_uint (row, 0), subject = rows_uint (row, 2);
    const char *name = node_copy_text (self, rows_text (row, 1));
    rows_close (row);
    const timer_handler_t *handler = timer_handler (self, name);
    txn_t txn;
    fault_t why = { 0 };
    txn_begin (&txn, self, method_name (self, "timer", name));
    txn.marked = true;
    if (handler)
        why.status = handler->run (&txn, subject, &why);
    else
        (void) fault (&why, STATUS_UNIMPLEMENTED, "TIMER_UNKNOWN", "this version has no handler for the timer");
    if (txn_conclude (&txn, &why, "timer"))
        (void) store_run (self->store, "DELETE FROM timer WHERE id = $1", id);
    else
        (void) store_run (self->store, "UPDATE timer SET due_at = $1 WHERE id = $2", self->now + TIMER_RETRY_MS, id);
    return store_failure (self->store) == NULL;
}

/* Most steps touch none, and are spared two looks into the store. */
void timers_run (node_t *self)
{
    if (self->timers_known && self->timer_due_at > self->now)
        return;
    self->timers_known = false;
    for (int i = 0; i < NODE_TIMERS_PER_STEP && run_earliest (self); i++) {
    }
}

int64_t timers_wake_at (node_t *self)
{
    if (self->timers_known)
        return self->timer_due_at;
    rows_t *row = store_row (self->store, "SELECT due_at FROM timer ORDER BY due_at, id LIMIT 1");
    self->timer_due_at = row ? rows_int (row, 0) : INT64_MAX;
    self->timers_known = store_failure (self->store) == NULL;
    rows_close (row);
    return self->timer_due_at;
}

/* --- jobs --- */

void node_job_progress (node_t *self, uint64_t job, unsigned permille)
{
    self->job_under_way = job;
    self->job_permille = permille;
}

/* Those that were under way when the process ended, or whose result could not be kept. One that still runs is run twice
 * then: its second result finds no row. */
void jobs_restart (node_t *self)
{
    rows_t *rows = store_query (self->store, "SELECT id, name, input FROM job ORDER BY id");
    while (rows_next (rows)) {
        output_t *start = node_output (self, OUTPUT_JOB);
        start->route = rows_uint (rows, 0);
        start->target = node_copy_text (self, rows_text (rows, 1));
        start->body = node_copy (self, rows_blob (rows, 2));
    }
}

/* What the service makes of a job's end; that it failed is an operator's business too. */
static void conclude_job (txn_t *txn, const job_handler_t *handler, uint64_t subject, const input_t *input,
                          fault_t *why)
{
    if (!handler) {
        (void) fault (why, STATUS_UNIMPLEMENTED, "JOB_UNKNOWN", "this version has no handler for the job");
    } else if (input->status == STATUS_OK) {
        why->status = handler->done (txn, subject, input->body, why);
    } else {
        fault_t ended;
        (void) fault (&ended, input->status, "JOB_FAILED", "it ended as %s", status_name ((int) input->status));
        node_note (txn->node, "job", txn->method, txn->caller_name, &ended);
        why->status = handler->failed (txn, subject, input->status, why);
    }
}

/* So that an operator sees that the worker is free again. */
static void note_stopped (node_t *self)
{
    fault_t why;
    (void) fault (&why, STATUS_CANCELLED, "JOB_STOPPED", "it was taken back, and the worker has stopped");
    node_note (self, "job", "", self->service->name, &why);
}

void jobs_done (node_t *self, const input_t *input)
{
    rows_t *row = store_row (self->store, "SELECT name, subject FROM job WHERE id = $1", input->route);
    if (!row) {
        if (input->status == STATUS_CANCELLED)
            note_stopped (self);
        return;
    }
    const char *name = node_copy_text (self, rows_text (row, 0));
    uint64_t subject = rows_uint (row, 1);
    rows_close (row);
    txn_t txn;
    fault_t why = { 0 };
    txn_begin (&txn, self, method_name (self, "job", name));
    txn.marked = true;
    conclude_job (&txn, job_handler (self, name), subject, input, &why);
    bool kept = txn_conclude (&txn, &why, "job");
    if (kept)
        (void) store_run (self->store, "DELETE FROM job WHERE id = $1", input->route);
    else
        self->jobs_start_at = self->now + JOB_RETRY_MS;
}
