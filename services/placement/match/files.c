#include "placement/match/files.h"

#include "placement/match/engine.h"

static void write_head (const matching_t *m, const char *magic, buffer_t *out)
{
    buffer_append (out, magic, 8);
    buffer_append (out, &m->instance->citizens, 4);
    buffer_append (out, &m->instance->positions, 4);
}

void plan_write (const matching_t *matching, buffer_t *out)
{
    write_head (matching, "FYRPLAN1", out);
    buffer_append (out, matching->place, matching->instance->citizens * sizeof *matching->place);
}

void certificate_write (const matching_t *matching, buffer_t *out)
{
    const uint64_t person = MATCH_PERSON;
    write_head (matching, "FYRCERT1", out);
    buffer_append (out, &person, sizeof person);
    buffer_append (out, matching->citizen_price, matching->instance->citizens * sizeof *matching->citizen_price);
    buffer_append (out, matching->opening_price, matching->instance->positions * sizeof *matching->opening_price);
}
