#include "bus/server_parts.h"

#include "base/ensure.h"

#include <stdlib.h>
#include <time.h>

enum {
    BATCH_INPUTS = 8, /* so many are worth a sync on another thread; who asks alone would wait for it to wake up */
    PIECE_INPUTS = 2  /* are run before we look whether the disk has what others wait for */
};

/* Of this thread: what it waits for the disk, it does not wait for longer when there is more. */
static int64_t cpu_ms (void)
{
    struct timespec now;
    ensure (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now) == 0);
    return now.tv_sec * INT64_C (1000) + now.tv_nsec / 1000000;
}

static void pace (server_t *self, int64_t spent_ms)
{
    if (spent_ms > SERVER_ROUND_CPU_MS)
        self->requests_per_round /= 2;
    else if (spent_ms < SERVER_ROUND_CPU_MS / 2)
        self->requests_per_round *= 2;
    if (self->requests_per_round < SERVER_REQUESTS_LEAST)
        self->requests_per_round = SERVER_REQUESTS_LEAST;
    if (self->requests_per_round > SERVER_REQUESTS_PER_ROUND)
        self->requests_per_round = SERVER_REQUESTS_PER_ROUND;
}

/* Of a batch the lines of log wait for those of the next, as long as there is one. */
static void answer (server_t *self, round_t *round, outputs_t out)
{
    send_all (self, out);
    if (round->n_inputs < BATCH_INPUTS)
        log_flush ();
    let_go (round);
}

/* What was committed can neither be told nor taken back: whoever starts next goes by what the disk has. */
static _Noreturn void end_here (const server_t *self)
{
    log_event (LOG_WARN, bus_clock_now (self->clock), "store_failed", "reason", "STORE_IO", "message",
               "a sync failed after its step was committed; nothing of it was told", NULL);
    log_flush ();
    _Exit (EXIT_FAILURE);
}

static void answer_waiting (server_t *self, sync_state_t state)
{
    if (state == SYNC_FAILED)
        end_here (self);
    round_t *round = self->waiting;
    if (state != SYNC_DONE)
        return;
    self->waiting = NULL;
    answer (self, round, self->outputs);
}

static void begin_step (server_t *self)
{
    unsigned permille = 0;
    uint64_t job = worker_progress (self->worker, &permille);
    node_job_progress (self->node, job, permille);
    node_begin (self->node, bus_clock_now (self->clock));
    self->step_open = true;
    self->step_taken = 0;
}

/* In pieces, and in between those are answered who wait for the disk. */
static void take_step (server_t *self)
{
    const round_t *round = self->round;
    while (self->step_taken < round->n_inputs) {
        size_t left = round->n_inputs - self->step_taken;
        self->step_taken += left < PIECE_INPUTS ? left : PIECE_INPUTS;
        node_take (self->node, round->inputs, self->step_taken);
        if (self->waiting)
            answer_waiting (self, syncer_look (self->syncer));
    }
}

/* A batch is synced by another thread while the next one is taken. One of which a part is still to be taken is not: its
 * letter stays where it is. */
static void end_step (server_t *self)
{
    round_t *round = self->round;
    bool unsynced = round->n_inputs >= BATCH_INPUTS && !has_rest (round);
    outputs_t out = node_end (self->node, unsynced);
    self->step_open = false;
    self->wake_at = out.wake_at;
    if (!unsynced || !store_owes_sync (node_store (self->node))) {
        answer (self, round, out);
        return;
    }
    syncer_start (self->syncer);
    self->outputs = out;
    self->waiting = round;
    self->round = round == self->rounds ? &self->rounds[1] : self->rounds;
}

/* Whether it was only the disk that woke us. */
static bool nothing_to_do (const server_t *self, bool waited)
{
    bool idle = self->round->n_inputs == 0 && !self->step_open;
    return idle && (self->waiting || (waited && bus_clock_now (self->clock) < self->wake_at));
}

/* False when the step stays open and takes more, until the one before it is on disk. */
static bool work (server_t *self)
{
    bool waited = self->waiting;
    if (waited)
        answer_waiting (self, syncer_look (self->syncer));
    take_inputs (self);
    if (nothing_to_do (self, waited)) {
        log_flush ();
        return false;
    }
    if (!self->step_open)
        begin_step (self);
    take_step (self);
    if (self->waiting)
        return false;
    end_step (self);
    return true;
}

void run_round (server_t *self)
{
    int64_t begun_ms = cpu_ms ();
    bool ended = work (self);
    self->round_cpu_ms += cpu_ms () - begun_ms;
    if (!ended)
        return;
    pace (self, self->round_cpu_ms);
    self->round_cpu_ms = 0;
}

void finish_rounds (server_t *self)
{
    if (self->waiting)
        answer_waiting (self, syncer_wait (self->syncer));
    if (!self->step_open)
        return;
    answer (self, self->round, node_end (self->node, false));
    self->step_open = false;
}
