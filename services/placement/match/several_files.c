#include "placement/match/several_files.h"

#include <inttypes.h>
#include <string.h>

static const char BAD[] = "MATCH_HOURS_BAD";

typedef struct {
    instance_source_t source;
    void *context;
    arena_t *arena;
    uint64_t at; /* bytes read so far */
    fault_t *reterr;
} reader_t;

/* The next `count` values of `width` bytes. */
static status_t take (reader_t *reader, size_t count, size_t width, void *ret_values)
{
    void *values = arena_alloc (reader->arena, (count + 1) * width);
    if (!values)
        return fault (reader->reterr, STATUS_RESOURCE_EXHAUSTED, "MATCH_NO_MEMORY",
                      "there is not enough memory for the hours");
    size_t got = reader->source (reader->context, values, count * width);
    reader->at += got;
    if (got < count * width)
        return fault (reader->reterr, STATUS_INVALID_ARGUMENT, BAD, "byte %" PRIu64 ": the file ends here, too early",
                      reader->at);
    memcpy (ret_values, &values, sizeof values);
    return STATUS_OK;
}

static status_t check_head (const char *magic, const uint32_t *head, const instance_t *instance, fault_t *reterr)
{
    if (memcmp (magic, "FYRHOUR1", 8) != 0)
        return fault (reterr, STATUS_INVALID_ARGUMENT, BAD, "byte 0: not the hours of an instance (FYRHOUR1)");
    if (head[0] != instance->citizens || head[1] != instance->positions)
        return fault (reterr, STATUS_INVALID_ARGUMENT, BAD,
                      "byte 8: for %" PRIu32 " citizens and %" PRIu32 " positions, the instance has %" PRIu32
                      " and %" PRIu32,
                      head[0], head[1], instance->citizens, instance->positions);
    if (head[2] < 1 || head[2] > SEVERAL_JOBS_MAX)
        return fault (reterr, STATUS_INVALID_ARGUMENT, BAD, "byte 16: %" PRIu32 " jobs for one citizen, 1 to %d",
                      head[2], SEVERAL_JOBS_MAX);
    if (head[3] > SEVERAL_WORDS_MAX)
        return fault (reterr, STATUS_INVALID_ARGUMENT, BAD, "byte 20: %" PRIu32 " words of slots, at most %d", head[3],
                      SEVERAL_WORDS_MAX);
    return STATUS_OK;
}

/* Minutes a week, `least` to SEVERAL_MINUTES_MAX. */
static status_t take_minutes (reader_t *reader, uint32_t count, uint32_t least, const uint32_t **ret_minutes)
{
    uint64_t start = reader->at;
    status_t status = take (reader, count, sizeof **ret_minutes, ret_minutes);
    for (uint32_t k = 0; status == STATUS_OK && k < count; k++)
        if ((*ret_minutes)[k] < least || (*ret_minutes)[k] > SEVERAL_MINUTES_MAX)
            return fault (reader->reterr, STATUS_INVALID_ARGUMENT, BAD,
                          "byte %" PRIu64 ": %" PRIu32 " minutes a week, %" PRIu32 " to %d", start + 4 * (uint64_t) k,
                          (*ret_minutes)[k], least, SEVERAL_MINUTES_MAX);
    return status;
}

status_t hours_read (instance_source_t source, void *context, const instance_t *instance, arena_t *arena,
                     hours_t *ret_hours, fault_t *reterr)
{
    reader_t reader = { source, context, arena, 0, reterr };
    hours_t hours = { 0 };
    const char *magic;
    char more;
    const uint32_t *head;
    status_t status = take (&reader, 8, 1, &magic);
    if (status == STATUS_OK)
        status = take (&reader, 4, sizeof *head, &head);
    if (status == STATUS_OK)
        status = check_head (magic, head, instance, reterr);
    if (status == STATUS_OK)
        status = take_minutes (&reader, instance->citizens, 0, &hours.minutes_most);
    if (status == STATUS_OK)
        status = take_minutes (&reader, instance->positions, 1, &hours.minutes);
    if (status != STATUS_OK)
        return status;
    hours.jobs_most = head[2];
    hours.words = head[3];
    status = take (&reader, (size_t) instance->positions * hours.words, sizeof *hours.slots, &hours.slots);
    if (status == STATUS_OK && source (context, &more, 1) > 0)
        status = fault (reterr, STATUS_INVALID_ARGUMENT, BAD, "byte %" PRIu64 ": the file should end here", reader.at);
    if (status == STATUS_OK)
        *ret_hours = hours;
    return status;
}

/* --- writing --- */

static void write_head (const char *magic, const instance_t *instance, buffer_t *out)
{
    buffer_append (out, magic, 8);
    buffer_append (out, &instance->citizens, 4);
    buffer_append (out, &instance->positions, 4);
}

void hours_write (const hours_t *hours, const instance_t *instance, buffer_t *out)
{
    write_head ("FYRHOUR1", instance, out);
    buffer_append (out, &hours->jobs_most, 4);
    buffer_append (out, &hours->words, 4);
    buffer_append (out, hours->minutes_most, instance->citizens * sizeof *hours->minutes_most);
    buffer_append (out, hours->minutes, instance->positions * sizeof *hours->minutes);
    buffer_append (out, hours->slots, (size_t) instance->positions * hours->words * sizeof *hours->slots);
}

void several_plan_write (const several_t *several, buffer_t *out)
{
    const instance_t *instance = several_instance (several);
    const uint32_t *positions;
    uint32_t row = 0;
    write_head ("FYRJOBS1", instance, out);
    buffer_append (out, &row, sizeof row);
    for (uint32_t i = 0; i < instance->citizens; i++) {
        row += several_jobs (several, i, &positions);
        buffer_append (out, &row, sizeof row);
    }
    for (uint32_t i = 0; i < instance->citizens; i++) {
        uint32_t count = several_jobs (several, i, &positions);
        buffer_append (out, positions, count * sizeof *positions);
    }
}

static void write_u64 (int64_t value, buffer_t *out)
{
    buffer_append (out, &value, sizeof value);
}

void several_bound_write (const several_t *several, buffer_t *out)
{
    const instance_t *instance = several_instance (several);
    write_head ("FYRBOUN1", instance, out);
    write_u64 (SEVERAL_PERSON, out);
    write_u64 (SEVERAL_PART, out);
    for (uint32_t i = 0; i < instance->citizens; i++)
        write_u64 (several_citizen_price (several, i), out);
    for (uint32_t p = 0; p < instance->positions; p++)
        write_u64 (several_opening_price (several, p), out);
}
