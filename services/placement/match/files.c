#include "placement/match/files.h"

#include "placement/match/engine.h"

static void write_head (const matching_t *m, const char *magic, buffer_t *out)
{
    buffer_append (out, magic, 8);
    buffer_append (out, &m->instance->citizens, 4);
    buffer_append (out, &m->instance->positions, 4);
}

void instance_write (const instance_t *instance, buffer_t *out)
{
    const uint32_t head[] = { instance->citizens, instance->positions, instance->pairs, 0 };
    uint32_t row = 0;
    buffer_append (out, "PMINST1", 8);
    buffer_append (out, head, sizeof head);
    buffer_append (out, &row, sizeof row);
    for (uint32_t i = 0; i < instance->citizens; i++) {
        row += list_count (&instance->of_citizen, i);
        buffer_append (out, &row, sizeof row);
    }
    for (int scores = 0; scores < 2; scores++) /* all positions, then all scores */
        for (uint32_t i = 0; i < instance->citizens; i++)
            for (const uint32_t *x = list_first (&instance->of_citizen, i), *end = list_end (&instance->of_citizen, i);
                 x < end; x++) {
                uint32_t position = pair_other (*x);
                uint16_t score = (uint16_t) pair_score (*x);
                buffer_append (out, scores ? (const void *) &score : &position,
                               scores ? sizeof score : sizeof position);
            }
    for (uint32_t p = 0; p < instance->positions; p++) {
        uint16_t openings = (uint16_t) instance->openings[p];
        buffer_append (out, &openings, sizeof openings);
    }
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
