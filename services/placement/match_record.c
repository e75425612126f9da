#include "placement/match_record.h"

#include "base/own.h"
#include "placement/match/files.h"
#include "placement/match/floor.h"
#include "placement/match/several_files.h"

#include <string.h>

enum { FILE_MAX = 16 * 1024 * 1024, PLAN_HEAD = 16 };

void record_init (record_t *self)
{
    *self = (record_t){ 0 };
    for (int i = 0; i < RECORD_FILES; i++)
        self->files[i] = BUFFER (FILE_MAX);
}

void record_clear (record_t *self)
{
    for (int i = 0; i < RECORD_FILES; i++)
        buffer_clear (&self->files[i]);
}

static void write_pairs (const record_pair_t *pairs, uint32_t count, buffer_t *out)
{
    buffer_append (out, &count, sizeof count);
    buffer_append (out, pairs, count * sizeof *pairs);
}

static uint32_t places (const matching_t *matching, const several_t *several, uint32_t row, uint32_t *ret_positions)
{
    const uint32_t *jobs;
    uint32_t count = several ? several_jobs (several, row, &jobs) : matching_place (matching, row) != MATCH_NOWHERE;
    if (count && several)
        memcpy (ret_positions, jobs, count * sizeof *jobs);
    else
        ret_positions[0] = matching_place (matching, row);
    return count;
}

/* Whoever has waited longest is proposed first, with all their jobs. */
static bool choose (const matching_t *matching, const several_t *several, const record_pair_t *locks, uint32_t n_locks,
                    arena_t *arena, record_t *record)
{
    size_t citizens = matching_instance (matching)->citizens, most = several ? citizens * SEVERAL_JOBS_MAX : citizens;
    record_pair_t *chosen = arena_alloc (arena, (most + 1) * sizeof *chosen);
    for (uint32_t row = 0, lock = 0; chosen && row < citizens; row++) {
        bool locked = lock < n_locks && locks[lock].row == row;
        uint32_t positions[SEVERAL_JOBS_MAX] = { locked ? locks[lock++].position : MATCH_NOWHERE };
        uint32_t count = locked ? 1 : places (matching, several, row, positions);
        for (uint32_t k = 0; k < count; k++)
            chosen[record->n_chosen++] = (record_pair_t){ row, positions[k] };
    }
    record->chosen = chosen;
    return chosen;
}

/* From the plan of one place each as it stands now, with the usual work: the same run gives the same bytes. */
static bool make_jobs (several_t *several, const matching_t *matching, const hours_t *hours, record_t *record)
{
    several_take_plan (several, matching);
    if (!several_solve (several, &(limit_t){ .looks_most = several_usual_looks (several_instance (several)) }))
        return false;
    record->several = several_totals (several);
    hours_write (hours, several_instance (several), &record->files[RECORD_HOURS]);
    several_plan_write (several, &record->files[RECORD_JOBS]);
    several_bound_write (several, &record->files[RECORD_BOUND]);
    return !record->several.stopped;
}

static bool make_floor (matching_t *matching, uint32_t floor_percent, arena_t *arena, record_t *record)
{
    uint32_t least = share_of (record->beside.group, floor_percent);
    if (!beside_floor (matching, &record->beside, floor_percent, arena, &record->with_floor) ||
        !floor_certificate_write (matching, record->beside.in_group, least, &record->files[RECORD_FLOOR_CERTIFICATE]))
        return false;
    plan_write (matching, &record->files[RECORD_FLOOR_PLAN]);
    return true;
}

bool record_make (matching_t *matching, const record_pair_t *locks, uint32_t n_locks, uint32_t group_percent,
                  uint32_t floor_percent, const hours_t *hours, arena_t *arena, record_t *ret_record)
{
    owned (several) several = hours ? several_new (matching, hours) : NULL;
    buffer_t *files = ret_record->files;
    instance_write (matching_instance (matching), &files[RECORD_INSTANCE]);
    plan_write (matching, &files[RECORD_PLAN]);
    certificate_write (matching, &files[RECORD_CERTIFICATE]);
    write_pairs (locks, n_locks, &files[RECORD_LOCKS]);
    if ((hours && !several) || !beside_best (matching, group_percent, arena, &ret_record->beside) ||
        (floor_percent > 0 && !make_floor (matching, floor_percent, arena, ret_record)) ||
        (several && !make_jobs (several, matching, hours, ret_record)) ||
        !choose (matching, several, locks, n_locks, arena, ret_record))
        return false;
    write_pairs (ret_record->chosen, ret_record->n_chosen, &files[RECORD_CHOSEN]);
    for (int i = 0; i < RECORD_FILES; i++)
        if (files[i].overflowed)
            return false;
    return true;
}

/* --- again --- */

static size_t take (void *context, void *to, size_t size)
{
    bytes_t *left = context;
    size_t count = size < left->size ? size : left->size;
    if (count)
        memcpy (to, left->data, count);
    *left = bytes_of (left->data + count, left->size - count);
    return count;
}

static status_t unreadable (fault_t *reterr)
{
    return fault (reterr, STATUS_DATA_LOSS, "PLACEMENT_RECORD_UNREADABLE", "the record of the run cannot be read");
}

static status_t read_pairs (bytes_t bytes, const instance_t *instance, arena_t *arena, record_pair_t **ret_pairs,
                            uint32_t *ret_count, fault_t *reterr)
{
    uint32_t count = 0;
    if (bytes.size >= sizeof count)
        memcpy (&count, bytes.data, sizeof count);
    if (bytes.size != sizeof count + (size_t) count * sizeof (record_pair_t))
        return unreadable (reterr);
    record_pair_t *pairs = arena_alloc (arena, ((size_t) count + 1) * sizeof *pairs);
    if (!pairs)
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "PLACEMENT_RUN_MEMORY", "the run does not fit in memory");
    memcpy (pairs, bytes.data + sizeof count, count * sizeof *pairs);
    for (uint32_t k = 0; k < count; k++)
        if (pairs[k].row >= instance->citizens || pairs[k].position >= instance->positions ||
            (k > 0 && pairs[k].row <= pairs[k - 1].row))
            return unreadable (reterr);
    *ret_pairs = pairs;
    *ret_count = count;
    return STATUS_OK;
}

status_t record_instance (bytes_t kept, instance_t **ret_instance, fault_t *reterr)
{
    fault_t why;
    status_t status = instance_read (take, &kept, ret_instance, &why);
    if (status == STATUS_INVALID_ARGUMENT)
        return unreadable (reterr);
    return status == STATUS_OK ? status : fault (reterr, status, why.reason, "%s", why.message);
}

/* NULL in `ret_hours`: one place each. */
static status_t read_hours (bytes_t bytes, const instance_t *instance, arena_t *arena, hours_t *hours,
                            const hours_t **ret_hours, fault_t *reterr)
{
    fault_t why;
    *ret_hours = bytes.size ? hours : NULL;
    status_t status = bytes.size ? hours_read (take, &bytes, instance, arena, hours, &why) : STATUS_OK;
    if (status == STATUS_INVALID_ARGUMENT)
        return unreadable (reterr);
    return status == STATUS_OK ? status : fault (reterr, status, why.reason, "%s", why.message);
}

status_t record_repeat (const bytes_t kept[RECORD_FILES], uint32_t group_percent, uint32_t floor_percent,
                        bool (*goes_on) (void *context), void *context, arena_t *arena, record_t *ret_record,
                        fault_t *reterr)
{
    owned (instance) instance = NULL;
    record_pair_t *locks = NULL;
    uint32_t n_locks = 0;
    hours_t kept_hours;
    const hours_t *hours = NULL;
    status_t status = record_instance (kept[RECORD_INSTANCE], &instance, reterr);
    if (status == STATUS_OK)
        status = read_pairs (kept[RECORD_LOCKS], instance, arena, &locks, &n_locks, reterr);
    if (status == STATUS_OK)
        status = read_hours (kept[RECORD_HOURS], instance, arena, &kept_hours, &hours, reterr);
    if (status != STATUS_OK)
        return status;
    owned (matching) matching = matching_new (&instance);
    if (matching && goes_on)
        matching_watch (matching, goes_on, context);
    if (!matching || !matching_solve (matching) || !matching_settle (matching, NULL, NULL) ||
        !record_make (matching, locks, n_locks, group_percent, floor_percent, hours, arena, ret_record))
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "PLACEMENT_RUN_MEMORY", "the run does not fit in memory");
    return STATUS_OK;
}

record_file_t record_compare (const bytes_t kept[RECORD_FILES], const record_t *again, size_t *ret_at)
{
    for (record_file_t file = RECORD_INSTANCE; file < RECORD_FILES; file++) {
        bytes_t a = kept[file], b = buffer_bytes (&again->files[file]);
        size_t at = 0, shorter = a.size < b.size ? a.size : b.size;
        while (at < shorter && a.data[at] == b.data[at])
            at++;
        *ret_at = at;
        if (at < a.size || at < b.size)
            return file;
    }
    return RECORD_FILES;
}

bool record_places (bytes_t plan, uint32_t citizens, uint32_t *ret_place)
{
    if (plan.size != PLAN_HEAD + (size_t) citizens * sizeof *ret_place)
        return false;
    memcpy (ret_place, plan.data + PLAN_HEAD, plan.size - PLAN_HEAD);
    return true;
}
