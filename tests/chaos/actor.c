#include "actor.h"

#include "chance.h"

uint64_t actor_chance (actor_t *self, uint64_t below)
{
    return draw (&self->seed) % below;
}

void actor_act (actor_t *self)
{
    uint64_t all = 0;
    for (const habit_t *habit = self->role->habits; habit->weight; habit++)
        all += habit->weight;
    uint64_t at = actor_chance (self, all);
    const habit_t *habit = self->role->habits;
    for (; at >= habit->weight; habit++)
        at -= habit->weight;
    habit->act (self);
}

const void *actor_do (actor_t *self, const char *service, const method_t *method, const ProtobufCMessage *request)
{
    const ProtobufCMessage *reply = NULL;
    return witness_command (self->witness, service, method, request, &reply) == STATUS_OK ? reply : NULL;
}

void pool_add (pool_t *self, uint64_t id)
{
    self->ids[self->count++ % POOL] = id;
}

static size_t held (const pool_t *self)
{
    return self->count < POOL ? self->count : POOL;
}

uint64_t pool_pick (pool_t *self, uint64_t at)
{
    return held (self) ? self->ids[at % held (self)] : 0;
}

uint64_t pool_take (pool_t *self, uint64_t at)
{
    if (!held (self))
        return 0;
    self->count = held (self);
    size_t i = at % self->count;
    uint64_t id = self->ids[i];
    self->ids[i] = self->ids[--self->count];
    return id;
}
