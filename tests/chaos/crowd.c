#include "crowd.h"

#include "actor.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PAUSE_MOST_MS = 20 };

struct crowd {
    house_t house;
    actor_t *actors;
    pthread_t *threads;
    size_t size;
    atomic_bool resting;
};

/* Who is there, and how many of each. */
static const struct {
    const role_t *role;
    size_t count;
} CAST[] = {
    { &LETTING, 3 }, { &GUIDING, 2 }, { &PLACING, 2 }, { &BRIDGING, 2 }, { &STEERING, 1 }, { &BOOKKEEPING, 1 }
};

static void *live (void *context)
{
    actor_t *self = context;
    while (!atomic_load (self->resting)) {
        actor_act (self);
        (void) nanosleep (&(struct timespec){ .tv_nsec = (long) actor_chance (self, PAUSE_MOST_MS) * 1000000 }, NULL);
    }
    return NULL;
}

crowd_t *crowd_new (const suite_t *suite, uint64_t seed)
{
    crowd_t *self = calloc (1, sizeof *self);
    cr_assert (self);
    for (size_t i = 0; i < sizeof CAST / sizeof CAST[0]; i++)
        self->size += CAST[i].count;
    self->actors = calloc (self->size, sizeof *self->actors);
    self->threads = calloc (self->size, sizeof *self->threads);
    cr_assert (self->actors && self->threads);
    char keys[SUITE_PATH_SIZE];
    snprintf (keys, sizeof keys, "%s/keys", suite_directory (suite));
    size_t n = 0;
    for (size_t i = 0; i < sizeof CAST / sizeof CAST[0]; i++)
        for (size_t j = 0; j < CAST[i].count; j++, n++) {
            fault_t why = { 0 };
            self->actors[n] = (actor_t){ .role = CAST[i].role,
                                         .number = n,
                                         .seed = seed * 1000 + n,
                                         .house = &self->house,
                                         .resting = &self->resting };
            self->actors[n].witness = witness_new (keys, CAST[i].role->party, seed * 2000 + n, &why);
            cr_assert (self->actors[n].witness, "%s: %s", why.reason, why.message);
        }
    for (n = 0; n < self->size; n++)
        cr_assert (!self->actors[n].role->furnish || self->actors[n].role->furnish (&self->actors[n], &self->house),
                   "%s could not furnish the house", self->actors[n].role->party);
    for (n = 0; n < self->size; n++)
        cr_assert (pthread_create (&self->threads[n], NULL, live, &self->actors[n]) == 0);
    return self;
}

void crowd_rest (crowd_t *self)
{
    if (atomic_exchange (&self->resting, true))
        return;
    for (size_t i = 0; i < self->size; i++)
        pthread_join (self->threads[i], NULL);
}

void crowd_destroy (crowd_t **self)
{
    if (!*self)
        return;
    crowd_rest (*self);
    for (size_t i = 0; i < (*self)->size; i++)
        witness_destroy (&(*self)->actors[i].witness);
    free ((*self)->actors);
    free ((*self)->threads);
    free (*self);
    *self = NULL;
}

size_t crowd_answered (const crowd_t *self)
{
    size_t count = 0;
    for (size_t i = 0; i < self->size; i++)
        count += witness_count (self->actors[i].witness);
    return count;
}

size_t crowd_size (const crowd_t *self)
{
    return self->size;
}

witness_t *crowd_witness (crowd_t *self, size_t index)
{
    return self->actors[index].witness;
}

size_t crowd_contradictions (crowd_t *self, size_t every)
{
    size_t contradictions = 0;
    for (size_t i = 0; i < self->size; i++)
        for (size_t j = 0; j < witness_count (self->actors[i].witness); j += every)
            contradictions += !witness_stands_by (self->actors[i].witness, witness_at (self->actors[i].witness, j));
    return contradictions;
}
