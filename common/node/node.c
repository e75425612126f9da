#include "node/node.h"

#include "base/ensure.h"
#include "base/own.h"
#include "contract/bus.contract.h"
#include "node/internal.h"
#include "wire/message.h"

#include <stdlib.h>
#include <string.h>

extern const migration_t store_migrations[];

node_t *node_new (const service_t *service, store_t *store, const node_ports_t *ports, int64_t now, fault_t *reterr)
{
    owned (node) self = calloc (1, sizeof *self);
    ensure (self);
    self->service = service;
    self->store = store;
    self->ports = *ports;
    self->now = self->started_at = now;
    self->arena = arena_new (STEP_MEMORY_MAX);
    self->before.arena = arena_new (STEP_MEMORY_MAX);
    self->step_records = BUFFER (STEP_MEMORY_MAX);
    self->scratch = BUFFER (REPLY_MAX);
    status_t status = store_migrate (store, "journal", store_migrations, reterr);
    if (status == STATUS_OK)
        status = journal_open (self, reterr); /* says whose store it is, before our tables go into it */
    if (status == STATUS_OK)
        status = store_migrate (store, service->name, service->schema, reterr);
    if (status == STATUS_OK)
        status = calls_open (self, reterr);
    if (status == STATUS_OK)
        status = feeds_open (self, reterr);
    if (status != STATUS_OK)
        return NULL;
    self->step_seq = self->head;
    return give (self);
}

void node_destroy (node_t **self)
{
    if (!*self)
        return;
    node_t *node = *self;
    store_destroy (&node->store);
    arena_destroy (&node->arena);
    buffer_clear (&node->step_records);
    buffer_clear (&node->scratch);
    free (node->outputs);
    arena_destroy (&node->before.arena);
    free (node->before.outputs);
    free (node->calls);
    free (node->following);
    free (node->seen);
    free (node);
    *self = NULL;
}

const service_t *node_service (const node_t *self)
{
    return self->service;
}

store_t *node_store (node_t *self)
{
    return self->store;
}

uint64_t node_head (const node_t *self)
{
    return self->head;
}

/* --- the step --- */

static void run_answer (node_t *self, const input_t *input)
{
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    if (message_decode (&bus_reply_header_rule, input->header, WIRE_MESSAGE_MAX, self->arena, &message, &why) !=
        STATUS_OK) {
        quarantine_add (self, input->peer, &why, input->header);
        return;
    }
    const Bus__ReplyHeader *header = (const Bus__ReplyHeader *) message;
    if (!feeds_answer (self, input, header))
        calls_answer (self, input, header);
}

static void run_input (node_t *self, const input_t *input)
{
    switch (input->kind) {
    case INPUT_REQUEST:
        request_run (self, input);
        break;
    case INPUT_ANSWER:
        run_answer (self, input);
        break;
    case INPUT_FEED:
        feeds_receive (self, input);
        break;
    case INPUT_JOB:
        jobs_done (self, input);
        break;
    }
}

static void forget_outputs (node_t *self)
{
    self->n_outputs = 0;
    self->n_step_records = 0;
    buffer_rewind (&self->step_records);
    arena_reset (self->arena);
}

static void step_begin (node_t *self, int64_t now)
{
    self->now = now;
    self->step_seq = self->head;
    self->calls_before_step = self->n_calls;
    self->n_step_inputs = 0;
    forget_outputs (self);
}

/* What is put in front of a step that has used up its memory waits: half of it is for the input under way. Who gets no
 * answer asks again; results of jobs are made again. */
static bool has_room (const node_t *self)
{
    return arena_used (self->arena) <= STEP_MEMORY_MAX / 2;
}

static void put_off (node_t *self, const input_t *inputs, size_t count)
{
    fault_t why;
    (void) fault (&why, STATUS_RESOURCE_EXHAUSTED, "STEP_FULL", "%zu inputs were too much at once", count);
    node_note (self, "step_full", "", self->service->name, &why);
    for (size_t i = 0; i < count; i++)
        if (inputs[i].kind == INPUT_JOB)
            self->jobs_start_at = self->now;
}

static void run_inputs (node_t *self, size_t from)
{
    const input_t *inputs = self->step_inputs;
    size_t count = self->n_step_inputs;
    for (size_t i = from; i < count && !store_failure (self->store); i++) {
        if (!has_room (self)) {
            put_off (self, &inputs[i], count - i);
            return;
        }
        run_input (self, &inputs[i]);
    }
}

static void settle (node_t *self, bool committed)
{
    calls_settle (self, committed);
    feeds_settle (self, committed);
    if (!committed)
        self->step_seq = self->head;
}

static void answer_without_store (node_t *self, const input_t *input, const fault_t *why)
{
    size_t before = self->n_outputs;
    if (!store_failure (self->store) && request_is_query (self, input))
        request_run (self, input);
    if (self->n_outputs == before) /* not a query, or the store cannot even read */
        request_refuse (self, input, why);
}

static void be_in_trouble (node_t *self, const fault_t *why)
{
    memcpy (self->trouble, why->reason, sizeof self->trouble);
    self->probe_at = self->now + NODE_HEARTBEAT_MS;
}

/* A step that only reads commits on the fullest disk, so it takes a real write to say that all is well again. */
static void look_for_room (node_t *self, int64_t now)
{
    fault_t why = { 0 };
    bool clock_fell_back = self->probe_at > now + NODE_HEARTBEAT_MS;
    if (self->trouble[0] == '\0' || (now < self->probe_at && !clock_fell_back))
        return;
    self->now = now;
    if (store_probe (self->store, &why) == STATUS_OK)
        self->trouble[0] = '\0';
    else
        be_in_trouble (self, &why);
}

/* Nothing of the step was kept: whoever waits is told so. What asks without changing anything is still answered, and a
 * job whose result was lost with the step is started again. */
static void refuse_step (node_t *self, const fault_t *why)
{
    const input_t *inputs = self->step_inputs;
    settle (self, false);
    forget_outputs (self);
    be_in_trouble (self, why);
    node_note (self, "store_failed", "", self->service->name, why);
    store_begin (self->store);
    for (size_t i = 0; i < self->n_step_inputs && has_room (self); i++) {
        if (inputs[i].kind == INPUT_REQUEST)
            answer_without_store (self, &inputs[i], why);
        else if (inputs[i].kind == INPUT_JOB)
            self->jobs_start_at = self->now;
    }
    store_rollback (self->store);
    if (self->step_starts_jobs)
        self->jobs_start_at = self->now;
}

static int64_t wake_at (node_t *self)
{
    int64_t wakes[] = { feeds_wake_at (self), calls_wake_at (self), timers_wake_at (self), self->jobs_start_at };
    int64_t earliest = wakes[0];
    for (size_t i = 1; i < sizeof wakes / sizeof wakes[0]; i++)
        if (wakes[i] < earliest)
            earliest = wakes[i];
    return earliest;
}

/* --- the step, from outside --- */

static void change_memory (node_t *self)
{
    step_memory_t next = self->before;
    self->before = (step_memory_t){ self->arena, self->outputs, self->outputs_capacity };
    self->arena = next.arena;
    self->outputs = next.outputs;
    self->outputs_capacity = next.capacity;
}

/* Without savepoints at first: see node_end. */
void node_begin (node_t *self, int64_t now)
{
    look_for_room (self, now);
    change_memory (self);
    step_begin (self, now);
    self->step_starts_jobs = now >= self->jobs_start_at;
    if (self->step_starts_jobs)
        self->jobs_start_at = INT64_MAX;
    store_begin_hopeful (self->store);
    if (self->step_starts_jobs)
        jobs_restart (self);
}

void node_take (node_t *self, const input_t *inputs, size_t count)
{
    size_t taken = self->n_step_inputs;
    ensure (count >= taken && count <= NODE_INPUTS_MAX);
    self->step_inputs = inputs;
    self->n_step_inputs = count;
    run_inputs (self, taken);
}

static void run_what_is_due (node_t *self)
{
    if (!store_failure (self->store))
        timers_run (self);
    if (!store_failure (self->store))
        calls_give_up (self);
}

/* When an input must be undone that has written already, everything is run again with savepoints: what was done is gone
 * with the transaction, what was to be sent has not been. */
static void run_again (node_t *self)
{
    store_rollback (self->store);
    settle (self, false);
    forget_outputs (self);
    store_begin (self->store);
    if (self->step_starts_jobs)
        jobs_restart (self);
    run_inputs (self, 0);
    run_what_is_due (self);
}

/* While the store is in trouble no sync is put off: a system tells once that one has failed, and the next step's look
 * for room would hear it in place of who is owed it. */
static status_t commit (node_t *self, bool unsynced, fault_t *reterr)
{
    bool put_off = unsynced && self->trouble[0] == '\0';
    return put_off ? store_commit_unsynced (self->store, reterr) : store_commit (self->store, reterr);
}

outputs_t node_end (node_t *self, bool unsynced)
{
    run_what_is_due (self);
    if (store_wants_again (self->store))
        run_again (self);
    int64_t wake = self->now + NODE_HEARTBEAT_MS;
    fault_t why = { 0 };
    if (commit (self, unsynced, &why) != STATUS_OK) {
        refuse_step (self, &why);
    } else {
        settle (self, true);
        feeds_publish (self);
        feeds_fetch (self);
        calls_send (self);
        wake = wake_at (self);
        if (self->n_step_inputs == 0)
            store_rest (self->store);
    }
    return (outputs_t){ .list = self->outputs, .count = self->n_outputs, .wake_at = wake };
}

outputs_t node_step (node_t *self, int64_t now, const input_t *inputs, size_t count)
{
    node_begin (self, now);
    node_take (self, inputs, count);
    return node_end (self, false);
}
