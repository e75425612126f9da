/* The network: letters that may be lost, come late, come twice or not get through in one direction. */
#include "sim.h"

#include "base/ensure.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

enum { USUAL_MS = 2 };

static uint8_t *duplicate (bytes_t bytes)
{
    uint8_t *copy = calloc (1, bytes.size + 1);
    ensure (copy);
    if (bytes.size)
        memcpy (copy, bytes.data, bytes.size);
    return copy;
}

letter_t *letter_new (input_kind_t kind, int from, int to, bytes_t header, bytes_t body)
{
    letter_t *self = calloc (1, sizeof *self);
    ensure (self);
    *self = (letter_t){
        .kind = kind,
        .to_client = to >= SEATS,
        .from = from,
        .to = to,
        .header = duplicate (header),
        .header_size = header.size,
        .body = duplicate (body),
        .body_size = body.size,
    };
    return self;
}

void letter_destroy (letter_t **self)
{
    if (!*self)
        return;
    free ((*self)->header);
    free ((*self)->body);
    free (*self);
    *self = NULL;
}

static int64_t travel_time (sim_t *self)
{
    int64_t delay = 1 + (int64_t) below (self, USUAL_MS);
    if (!self->calm && of_thousand (self, self->profile.late)) {
        self->counts.late++;
        delay += (int64_t) below (self, (uint64_t) self->profile.late_ms);
    }
    return delay;
}

void post_send (sim_t *self, letter_t *letter)
{
    if (letter->from < SEATS && letter->to_client)
        letter->life = self->seats[letter->from].restored;
    bool lost = self->blocked[letter->from][letter->to];
    if (!lost && !self->calm && of_thousand (self, self->profile.drop)) {
        self->counts.dropped++;
        lost = true;
    }
    if (lost) {
        letter_destroy (&letter);
        return;
    }
    if (!self->calm && of_thousand (self, self->profile.twice)) {
        self->counts.twice++;
        letter_t *second =
            letter_new (letter->kind, letter->from, letter->to, bytes_of (letter->header, letter->header_size),
                        bytes_of (letter->body, letter->body_size));
        second->life = letter->life;
        agenda_add (&self->agenda, self->now + travel_time (self), EVENT_ARRIVAL, letter->to, 0, second);
    }
    agenda_add (&self->agenda, self->now + travel_time (self), EVENT_ARRIVAL, letter->to, 0, letter);
}

void post_keep (sim_t *self, letter_t *letter, int64_t delay_ms)
{
    letter->life = self->seats[letter->to].life;
    agenda_add (&self->agenda, self->now + delay_ms, EVENT_ARRIVAL, letter->to, 0, letter);
}
