/*
 * P5: the run itself, on the worker thread: a snapshot becomes an instance of the match, and that the best plan with
 * its proof. No store, no transaction, no clock.
 *
 * Citizens are numbered as the tie rule wants it, the longest wait first and then who came first, and positions from
 * the oldest. So the instance that is stored is all that is needed to repeat the run to the byte: fyr-match gives the
 * plan again, fyr-match-check proves it.
 */
#include "placement/match_run.h"
#include "base/arena.h"
#include "base/own.h"
#include "contract/placement.contract.h"
#include "placement/match/files.h"
#include "placement/match_record.h"
#include "wire/message.h"

#include <stdlib.h>

enum {
    SOLVING_PERMILLE = 800, /* the pairs are known */
    BESIDE_PERMILLE = 900,  /* so is the best plan */
    PAIRS_HELD = 120000     /* of all citizens together, to begin with */
};

static week_t week_of (const uint32_t *hours, size_t n_hours)
{
    week_t week = { { 0 } };
    for (size_t day = 0; day < WEEK_DAYS && n_hours == WEEK_DAYS; day++)
        week.hours[day] = hours[day] & ((UINT32_C (1) << DAY_HOURS) - 1);
    return week;
}

static void travel_of (const Placement__Snapshot *snapshot, match_travel_t *ret_travel)
{
    ret_travel->certain = snapshot->travel_certain;
    for (size_t i = 0; i < snapshot->n_travel; i++)
        ret_travel->minutes[1 + i / DISTRICT_COUNT][1 + i % DISTRICT_COUNT] = (int) snapshot->travel[i];
}

static match_candidate_t candidate_of (const Placement__SnapshotCandidate *entry)
{
    match_candidate_t candidate = {
        .citizen = entry->citizen,
        .n_abilities = entry->n_abilities,
        .n_needs = entry->n_conditions,
        .minutes_free = entry->minutes_free,
        .times = week_of (entry->times, entry->n_times),
        .at_work = week_of (entry->at_work, entry->n_at_work),
        .district = entry->district ? entry->district : MATCH_NOT_STATED,
        .travel_most = entry->travel_most,
        .days_waited = (int) entry->days_waited,
    };
    for (size_t i = 0; i < entry->n_abilities; i++)
        candidate.abilities[i] = (match_level_t){ entry->abilities[i]->dimension, (int) entry->abilities[i]->level };
    for (size_t i = 0; i < entry->n_conditions; i++)
        candidate.needs[i] = entry->conditions[i];
    return candidate;
}

static match_position_t position_of (const Placement__SnapshotPosition *entry)
{
    match_position_t position = {
        .position = entry->position,
        .n_demands = entry->n_demands,
        .n_offers = entry->n_conditions,
        .weekly_minutes = (int) entry->weekly_minutes,
        .times = week_of (entry->times, entry->n_times),
        .district = entry->district,
        .openings = (int) entry->openings,
    };
    for (size_t i = 0; i < entry->n_demands; i++)
        position.demands[i] = (match_level_t){ entry->demands[i]->dimension, (int) entry->demands[i]->level };
    for (size_t i = 0; i < entry->n_conditions; i++)
        position.offers[i] = entry->conditions[i];
    return position;
}

/* The longest wait first, then who came first. */
static int by_wait (const void *left, const void *right)
{
    const Placement__SnapshotCandidate *a = *(Placement__SnapshotCandidate *const *) left,
                                       *b = *(Placement__SnapshotCandidate *const *) right;
    if (a->days_waited != b->days_waited)
        return a->days_waited > b->days_waited ? -1 : 1;
    return (a->citizen > b->citizen) - (a->citizen < b->citizen);
}

static int by_age (const void *left, const void *right)
{
    const Placement__SnapshotPosition *a = *(Placement__SnapshotPosition *const *) left,
                                      *b = *(Placement__SnapshotPosition *const *) right;
    return (a->position > b->position) - (a->position < b->position);
}

static status_t no_memory (fault_t *reterr)
{
    return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "PLACEMENT_RUN_MEMORY", "the run does not fit in memory");
}

/* Somebody has stopped the run, or there is no memory. */
static status_t broken_off (job_t *job, unsigned permille, fault_t *reterr)
{
    if (job && !job_progress (job, permille))
        return fault (reterr, STATUS_CANCELLED, "PLACEMENT_RUN_STOPPED", "the run was stopped");
    return no_memory (reterr);
}

static int by_number (const void *number, const void *position)
{
    uint64_t a = *(const uint64_t *) number, b = ((const match_position_t *) position)->position;
    return (a > b) - (a < b);
}

/* The lists of the snapshot by number, without what is not open any more. */
static bool list_left_out (const Placement__Snapshot *snapshot, arena_t *arena, world_t *world)
{
    for (size_t c = 0; c < world->n_candidates; c++) {
        const Placement__SnapshotCandidate *entry = snapshot->candidates[c];
        left_out_list_t *list = &world->left_out_lists[c];
        *list =
            (left_out_list_t){ .positions = arena_alloc (arena, (entry->n_left_out + 1) * sizeof *list->positions) };
        if (!list->positions)
            return false;
        for (size_t i = 0; i < entry->n_left_out; i++) {
            const match_position_t *found = bsearch (&entry->left_out[i], world->positions, world->n_positions,
                                                     sizeof *world->positions, by_number);
            if (found)
                list->positions[list->count++] = (uint32_t) (found - world->positions);
        }
    }
    return true;
}

static void leave_out (const Placement__Snapshot *snapshot, world_t *world)
{
    for (size_t c = 0; c < world->n_candidates; c++)
        for (size_t p = 0; p < world->n_positions; p++) {
            const Placement__SnapshotCandidate *entry = snapshot->candidates[c];
            left_out_t *out = &world->left_out[c * world->n_positions + p];
            *out = NOT_LEFT_OUT;
            for (size_t i = 0; i < entry->n_left_out; i++) /* those forbidden come first */
                if (entry->left_out[i] == world->positions[p].position)
                    *out = i < entry->n_forbidden ? FORBIDDEN : PROPOSED_BEFORE;
        }
}

/* The lock of a candidate takes an opening, if there is one and nothing excludes the two. */
static size_t take_lock (world_t *world, const match_candidate_t *candidate, uint64_t locked)
{
    match_assessment_t assessment;
    for (size_t p = 0; p < world->n_positions; p++) {
        if (world->positions[p].position != locked || world->positions[p].openings == 0)
            continue;
        match_assess (candidate, &world->positions[p], &world->weights, &assessment);
        if (assessment.excluded)
            continue;
        world->positions[p].openings--;
        return p;
    }
    return LOCK_WAITS;
}

status_t world_of_snapshot (Placement__Snapshot *snapshot, arena_t *arena, world_t *ret_world, fault_t *reterr)
{
    world_t world = {
        .candidates = arena_alloc (arena, (snapshot->n_candidates + 1) * sizeof *world.candidates),
        .positions = arena_alloc (arena, (snapshot->n_positions + 1) * sizeof *world.positions),
        .left_out_lists = arena_alloc (arena, (snapshot->n_candidates + 1) * sizeof *world.left_out_lists),
        .lock = arena_alloc (arena, (snapshot->n_candidates + 1) * sizeof *world.lock),
        .n_candidates = snapshot->n_candidates,
        .n_positions = snapshot->n_positions,
        .weights = weights_of (snapshot->weights),
        .group_percent = snapshot->weights->group_percent,
        .floor_percent = snapshot->weights->floor_percent,
        .jobs_most = snapshot->weights->jobs_most,
    };
    travel_of (snapshot, &world.weights.travel);
    if (!world.candidates || !world.positions || !world.left_out_lists || !world.lock)
        return no_memory (reterr);
    if (world.n_candidates > 0)
        qsort (snapshot->candidates, world.n_candidates, sizeof *snapshot->candidates, by_wait);
    if (world.n_positions > 0)
        qsort (snapshot->positions, world.n_positions, sizeof *snapshot->positions, by_age);
    for (size_t i = 0; i < world.n_candidates; i++)
        world.candidates[i] = candidate_of (snapshot->candidates[i]);
    for (size_t i = 0; i < world.n_positions; i++)
        world.positions[i] = position_of (snapshot->positions[i]);
    if (!list_left_out (snapshot, arena, &world))
        return no_memory (reterr);
    for (size_t i = 0; i < world.n_candidates; i++) {
        uint64_t locked = snapshot->candidates[i]->locked;
        world.lock[i] = locked ? take_lock (&world, &world.candidates[i], locked) : NO_LOCK;
    }
    *ret_world = world;
    return STATUS_OK;
}

/* For whoever asks of single pairs; a run does not, and has too many. */
status_t world_with_pairs (Placement__Snapshot *snapshot, arena_t *arena, world_t *ret_world, fault_t *reterr)
{
    status_t status = world_of_snapshot (snapshot, arena, ret_world, reterr);
    size_t pairs = status == STATUS_OK ? ret_world->n_candidates * ret_world->n_positions : 0;
    if (status != STATUS_OK)
        return status;
    ret_world->left_out = arena_alloc (arena, (pairs + 1) * sizeof *ret_world->left_out);
    if (!ret_world->left_out)
        return no_memory (reterr);
    leave_out (snapshot, ret_world);
    return STATUS_OK;
}

/* Who is locked is nowhere in the match. */
static bool profile_all (const world_t *world, profiles_t *profiles)
{
    for (size_t c = 0; c < world->n_candidates; c++) {
        const left_out_list_t *out = &world->left_out_lists[c];
        if (!profiles_add (profiles, &world->candidates[c], out->positions, out->count))
            return false;
        profiles->list[c].nowhere |= world->lock[c] != NO_LOCK;
    }
    return true;
}

static bool looked (void *job, uint64_t asked, uint64_t of)
{
    return job_progress (job, (unsigned) (of ? SOLVING_PERMILLE * asked / of : 0));
}

static bool goes_on (void *job)
{
    return job_progress (job, SOLVING_PERMILLE);
}

/* As many pairs of each as fit into PAIRS_HELD; all of them where few wait, and then the tie rule sees them all. */
static uint32_t pairs_of_each (size_t candidates)
{
    size_t most = PAIRS_HELD / (candidates + 1);
    return most > WHOLE_PAIRS_MOST ? (uint32_t) most : WHOLE_PAIRS_MOST;
}

static status_t match_all (const world_t *world, eligible_t *eligible, profiles_t *profiles, job_t *job, arena_t *arena,
                           matching_t **ret_matching, whole_t *ret_whole, fault_t *reterr)
{
    uint32_t *openings = arena_alloc (arena, (world->n_positions + 1) * sizeof *openings);
    if (!openings || !profile_all (world, profiles))
        return no_memory (reterr);
    for (size_t p = 0; p < world->n_positions; p++)
        openings[p] = (uint32_t) world->positions[p].openings;
    status_t status =
        whole_match (eligible, profiles, openings, (uint32_t) world->n_positions, pairs_of_each (world->n_candidates),
                     job ? looked : NULL, job, ret_matching, ret_whole, reterr);
    return status == STATUS_OK ? status : broken_off (job, SOLVING_PERMILLE, reterr);
}

/* The same instance, unsolved: whoever repeats the run from its record has no more, and comes to the same prices. */
static bool from_nothing (matching_t **matching)
{
    owned_buffer bytes = BUFFER (RUN_OUTPUT_MAX);
    instance_t *instance = NULL;
    instance_write (matching_instance (*matching), &bytes);
    if (bytes.overflowed || record_instance (buffer_bytes (&bytes), &instance, NULL) != STATUS_OK)
        return false;
    matching_destroy (matching);
    *matching = matching_new (&instance);
    return *matching;
}

status_t world_match (const world_t *world, job_t *job, arena_t *arena, matching_t **ret_matching, whole_t *ret_whole,
                      fault_t *reterr)
{
    owned (eligible) eligible = NULL;
    owned (matching) matching = NULL;
    if (eligible_new (world->positions, world->n_positions, &world->weights, &eligible, NULL) != STATUS_OK)
        return no_memory (reterr);
    profiles_t profiles = eligible_profiles (eligible);
    status_t status = match_all (world, eligible, &profiles, job, arena, &matching, ret_whole, reterr);
    profiles_clear (&profiles);
    if (status != STATUS_OK)
        return status;
    if (ret_whole->rounds > 0 && !from_nothing (&matching))
        return no_memory (reterr);
    if (job)
        matching_watch (matching, goes_on, job);
    if ((ret_whole->rounds > 0 && !matching_solve (matching)) || !matching_settle (matching, NULL, NULL))
        return broken_off (job, SOLVING_PERMILLE, reterr);
    *ret_matching = give (matching);
    return STATUS_OK;
}

size_t world_place (const world_t *world, const matching_t *matching, size_t candidate)
{
    if (world->lock[candidate] != NO_LOCK)
        return world->lock[candidate];
    uint32_t place = matching_place (matching, (uint32_t) candidate);
    return place == MATCH_NOWHERE ? NO_LOCK : place;
}

static record_pair_t *locks_kept (const world_t *world, arena_t *arena, uint32_t *ret_count)
{
    record_pair_t *locks = arena_alloc (arena, (world->n_candidates + 1) * sizeof *locks);
    *ret_count = 0;
    for (size_t c = 0; locks && c < world->n_candidates; c++)
        if (world->lock[c] < world->n_positions)
            locks[(*ret_count)++] = (record_pair_t){ (uint32_t) c, (uint32_t) world->lock[c] };
    return locks;
}

/* --- what the run says --- */

static void add_figures (Placement__PlanKind kind, const figures_t *figures, Placement__PlanFigures *entry,
                         Placement__Plan *plan)
{
    placement__plan_figures__init (entry);
    entry->kind = kind;
    entry->placed = figures->totals.placed;
    entry->score = figures->totals.score;
    entry->group_placed = figures->group_placed;
    entry->blocking_pairs = figures->blocking;
    plan->plans[plan->n_plans++] = entry;
}

/* Which row is who: it is kept beside the record, and goes with an erasure. */
static bool add_rows (const world_t *world, arena_t *arena, Placement__Plan *plan)
{
    plan->citizens = arena_alloc (arena, (world->n_candidates + 1) * sizeof *plan->citizens);
    plan->positions = arena_alloc (arena, (world->n_positions + 1) * sizeof *plan->positions);
    if (!plan->citizens || !plan->positions)
        return false;
    for (; plan->n_citizens < world->n_candidates; plan->n_citizens++)
        plan->citizens[plan->n_citizens] = world->candidates[plan->n_citizens].citizen;
    for (; plan->n_positions < world->n_positions; plan->n_positions++)
        plan->positions[plan->n_positions] = world->positions[plan->n_positions].position;
    return true;
}

static ProtobufCBinaryData as_field (const buffer_t *buffer)
{
    return (ProtobufCBinaryData){ .data = buffer->data, .len = buffer->size };
}

static Placement__SeveralJobs *add_jobs (const world_t *world, const record_t *record, Placement__SeveralJobs *several)
{
    placement__several_jobs__init (several);
    several->jobs_most = world->jobs_most;
    several->placed = record->several.people;
    several->jobs = record->several.jobs;
    several->score = record->several.score;
    several->bound = record->several.bound;
    return several;
}

static bool pack (const world_t *world, const whole_t *whole, const record_t *record, uint32_t n_locks, arena_t *arena,
                  buffer_t *output)
{
    Placement__PlanFigures figures[3], *figures_list[3];
    Placement__SeveralJobs several;
    Placement__Plan message = PLACEMENT__PLAN__INIT;
    message.plans = figures_list;
    add_figures (PLACEMENT__PLAN_KIND__BEST, &record->beside.best, &figures[0], &message);
    add_figures (PLACEMENT__PLAN_KIND__STABLE, &record->beside.stable, &figures[1], &message);
    if (world->floor_percent > 0)
        add_figures (PLACEMENT__PLAN_KIND__WITH_FLOOR, &record->with_floor, &figures[2], &message);
    message.pairs_fitting = whole->fits;
    message.pairs_held = whole->held;
    message.best_of_all = whole->proved;
    message.group = record->beside.group;
    message.locked = n_locks;
    message.placed = record->beside.best.totals.placed;
    message.score = record->beside.best.totals.score;
    message.instance = as_field (&record->files[RECORD_INSTANCE]);
    message.plan = as_field (&record->files[RECORD_PLAN]);
    message.certificate = as_field (&record->files[RECORD_CERTIFICATE]);
    message.locks = as_field (&record->files[RECORD_LOCKS]);
    message.chosen = as_field (&record->files[RECORD_CHOSEN]);
    message.floor_plan = as_field (&record->files[RECORD_FLOOR_PLAN]);
    message.floor_certificate = as_field (&record->files[RECORD_FLOOR_CERTIFICATE]);
    message.hours = as_field (&record->files[RECORD_HOURS]);
    message.jobs = as_field (&record->files[RECORD_JOBS]);
    message.bound = as_field (&record->files[RECORD_BOUND]);
    if (world->jobs_most > 1)
        message.several = add_jobs (world, record, &several);
    if (!add_rows (world, arena, &message))
        return false;
    message_pack (&message.base, output);
    return true;
}

static status_t conclude (const world_t *world, const whole_t *whole, matching_t *matching, job_t *job, arena_t *arena,
                          buffer_t *output, fault_t *reterr)
{
    uint32_t n_locks;
    hours_t hours;
    const record_pair_t *locks = locks_kept (world, arena, &n_locks);
    record_t record;
    record_init (&record);
    bool done = (!job || job_progress (job, BESIDE_PERMILLE)) && locks && world_hours (world, arena, &hours) &&
                record_make (matching, locks, n_locks, world->group_percent, world->floor_percent,
                             world->jobs_most > 1 ? &hours : NULL, arena, &record) &&
                pack (world, whole, &record, n_locks, arena, output);
    record_clear (&record);
    return done ? STATUS_OK : broken_off (job, BESIDE_PERMILLE, reterr);
}

status_t match_run (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr)
{
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    ProtobufCMessage *message = NULL;
    world_t world;
    whole_t whole;
    status_t status = message_decode (&placement_snapshot_rule, input, RUN_INPUT_MAX, arena, &message, reterr);
    if (status != STATUS_OK)
        return status;
    Placement__Snapshot *snapshot = (Placement__Snapshot *) message;
    owned (matching) matching = NULL;
    status = world_of_snapshot (snapshot, arena, &world, reterr);
    if (status == STATUS_OK)
        status = world_match (&world, job, arena, &matching, &whole, reterr);
    return status == STATUS_OK ? conclude (&world, &whole, matching, job, arena, output, reterr) : status;
}
