#include "bus/worker.h"

#include "base/ensure.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { OUTPUT_MAX = 32 * 1024 * 1024 };

typedef struct task {
    struct task *next;
    const job_handler_t *handler;
    job_result_t result;
    size_t input_size;
    uint8_t input[];
} task_t;

typedef struct {
    task_t *first, **last;
    size_t count;
} queue_t;

struct job {
    atomic_uint permille;
    atomic_bool stopped;
};

struct worker {
    const job_handler_t *handlers;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards everything below but the job */
    pthread_cond_t wake;
    queue_t waiting, done;
    bool stopping;
    uint64_t running;
    job_t job;
    int event;
};

bool job_progress (job_t *self, unsigned permille)
{
    atomic_store (&self->permille, permille);
    return !atomic_load (&self->stopped);
}

static void put (queue_t *queue, task_t *task)
{
    task->next = NULL;
    *queue->last = task;
    queue->last = &task->next;
    queue->count++;
}

static task_t *take (queue_t *queue)
{
    task_t *task = queue->first;
    if (!task)
        return NULL;
    queue->first = task->next;
    if (!queue->first)
        queue->last = &queue->first;
    queue->count--;
    return task;
}

static void run (worker_t *self, task_t *task)
{
    bytes_t input = bytes_of (task->input, task->input_size);
    task->result.output = BUFFER (OUTPUT_MAX);
    task->result.status = task->handler->run (&self->job, input, &task->result.output, NULL);
    if (task->result.output.overflowed)
        task->result.status = STATUS_RESOURCE_EXHAUSTED;
    if (atomic_load (&self->job.stopped))
        task->result.status = STATUS_CANCELLED;
}

static void *work (void *argument)
{
    worker_t *self = argument;
    pthread_mutex_lock (&self->mutex);
    while (!self->stopping) {
        task_t *task = take (&self->waiting);
        if (!task) {
            pthread_cond_wait (&self->wake, &self->mutex);
            continue;
        }
        self->running = task->result.id;
        atomic_store (&self->job.permille, 0);
        atomic_store (&self->job.stopped, false);
        pthread_mutex_unlock (&self->mutex);
        run (self, task);
        pthread_mutex_lock (&self->mutex);
        self->running = 0;
        put (&self->done, task);
        uint64_t one = 1;
        ensure (write (self->event, &one, sizeof one) == sizeof one);
    }
    pthread_mutex_unlock (&self->mutex);
    return NULL;
}

worker_t *worker_new (const job_handler_t *handlers)
{
    worker_t *self = calloc (1, sizeof *self);
    ensure (self);
    self->handlers = handlers;
    self->waiting.last = &self->waiting.first;
    self->done.last = &self->done.first;
    self->event = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
    ensure (self->event >= 0);
    ensure (pthread_mutex_init (&self->mutex, NULL) == 0);
    ensure (pthread_cond_init (&self->wake, NULL) == 0);
    ensure (pthread_create (&self->thread, NULL, work, self) == 0);
    return self;
}

static void clear (queue_t *queue)
{
    for (task_t *task = take (queue); task; task = take (queue)) {
        buffer_clear (&task->result.output);
        free (task);
    }
}

void worker_destroy (worker_t **self)
{
    if (!*self)
        return;
    worker_t *worker = *self;
    pthread_mutex_lock (&worker->mutex);
    worker->stopping = true;
    atomic_store (&worker->job.stopped, true);
    pthread_cond_signal (&worker->wake);
    pthread_mutex_unlock (&worker->mutex);
    pthread_join (worker->thread, NULL);
    clear (&worker->waiting);
    clear (&worker->done);
    pthread_cond_destroy (&worker->wake);
    pthread_mutex_destroy (&worker->mutex);
    close (worker->event);
    free (worker);
    *self = NULL;
}

static void drop (queue_t *queue, uint64_t id)
{
    for (size_t left = queue->count; left > 0; left--) {
        task_t *task = take (queue);
        if (task->result.id == id)
            free (task);
        else
            put (queue, task);
    }
}

static const job_handler_t *find_handler (const worker_t *self, const char *name)
{
    const job_handler_t *handler = self->handlers;
    while (handler && handler->name && strcmp (handler->name, name) != 0)
        handler++;
    return handler && handler->name ? handler : NULL;
}

void worker_start (worker_t *self, uint64_t id, const char *name, bytes_t input)
{
    const job_handler_t *handler = find_handler (self, name);
    if (!handler)
        return;
    task_t *task = calloc (1, sizeof *task + input.size);
    ensure (task);
    task->handler = handler;
    task->result.id = id;
    task->input_size = input.size;
    if (input.size)
        memcpy (task->input, input.data, input.size);
    pthread_mutex_lock (&self->mutex);
    bool room = self->waiting.count < WORKER_QUEUE_MAX;
    if (room)
        put (&self->waiting, task);
    pthread_cond_signal (&self->wake);
    pthread_mutex_unlock (&self->mutex);
    if (!room)
        free (task);
}

void worker_stop (worker_t *self, uint64_t id)
{
    pthread_mutex_lock (&self->mutex);
    drop (&self->waiting, id);
    if (self->running == id)
        atomic_store (&self->job.stopped, true);
    pthread_mutex_unlock (&self->mutex);
}

bool worker_take (worker_t *self, job_result_t *ret_result)
{
    uint64_t count;
    pthread_mutex_lock (&self->mutex);
    task_t *task = take (&self->done);
    if (!self->done.first)
        (void) !read (self->event, &count, sizeof count);
    pthread_mutex_unlock (&self->mutex);
    if (!task)
        return false;
    *ret_result = task->result;
    free (task);
    return true;
}

int worker_event (const worker_t *self)
{
    return self->event;
}

uint64_t worker_progress (worker_t *self, unsigned *ret_permille)
{
    pthread_mutex_lock (&self->mutex);
    uint64_t running = self->running;
    pthread_mutex_unlock (&self->mutex);
    *ret_permille = atomic_load (&self->job.permille);
    return running;
}
