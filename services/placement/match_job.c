/*
 * P4: a run over everybody who waits and everything that is open, on the worker thread.
 *
 *     ProposeMatches ──► snapshot ──► match_run: best pair first ──► match_done: proposals, each checked again
 *
 * The run sees its snapshot alone. What changed meanwhile is found by match_done, which assesses every chosen pair as
 * things stand then and leaves out what is no longer possible; so the explanation that is stored is true when it is
 * stored. Who has a match that nobody has ended takes no part, nor does a pair that was proposed before: people are
 * asked once.
 */
#include "base/arena.h"
#include "base/ensure.h"
#include "base/own.h"
#include "contract/placement.contract.h"
#include "contract/placement.handlers.h"
#include "placement/placement.h"
#include "wire/message.h"

#include "fyrtaarn/placement/v1/snapshot.pb-c.h"

#include <stdlib.h>

/* As in snapshot.proto. PLAN_MAX keeps a run's events within one record of the feed. */
enum { CANDIDATES_MAX = 500, POSITIONS_MAX = 200, ASKED_MAX = 200, PLAN_MAX = 60, POSITIONS_SEEN_MAX = 1000 };

enum { RUN_MEMORY_MAX = 64 * 1024 * 1024 };

/* --- the snapshot --- */

static void put_levels (txn_t *txn, const match_level_t *levels, size_t count, Placement__Ability ***list,
                        size_t *n_list)
{
    for (size_t i = 0; i < count; i++) {
        Placement__Ability *ability = txn_add (txn, *list, *n_list, placement__ability);
        ability->dimension = txn_text (txn, levels[i].dimension);
        ability->level = (uint32_t) levels[i].level;
    }
}

static void put_asked (txn_t *txn, Placement__SnapshotCandidate *entry)
{
    rows_t *rows = txn_query (txn, "SELECT position FROM proposal WHERE citizen = $1 ORDER BY id DESC LIMIT $2",
                              entry->citizen, ASKED_MAX);
    while (rows_next (rows)) {
        entry->asked_before = txn_grow (txn, entry->asked_before, entry->n_asked_before, sizeof *entry->asked_before);
        entry->asked_before[entry->n_asked_before++] = rows_uint (rows, 0);
    }
}

static void put_candidate (txn_t *txn, Placement__Snapshot *snapshot, const match_candidate_t *candidate)
{
    Placement__SnapshotCandidate *entry =
        txn_add (txn, snapshot->candidates, snapshot->n_candidates, placement__snapshot_candidate);
    entry->citizen = candidate->citizen;
    put_levels (txn, candidate->abilities, candidate->n_abilities, &entry->abilities, &entry->n_abilities);
    for (size_t i = 0; i < candidate->n_needs; i++)
        txn_add_text (txn, entry->conditions, entry->n_conditions, candidate->needs[i]);
    entry->minutes_free = candidate->minutes_free;
    entry->district = candidate->district == MATCH_NOT_STATED ? 0 : candidate->district;
    entry->days_waited = (uint32_t) candidate->days_waited;
    put_asked (txn, entry);
}

static void put_position (txn_t *txn, Placement__Snapshot *snapshot, const match_position_t *position, int openings)
{
    Placement__SnapshotPosition *entry =
        txn_add (txn, snapshot->positions, snapshot->n_positions, placement__snapshot_position);
    entry->position = position->position;
    put_levels (txn, position->demands, position->n_demands, &entry->demands, &entry->n_demands);
    for (size_t i = 0; i < position->n_offers; i++)
        txn_add_text (txn, entry->conditions, entry->n_conditions, position->offers[i]);
    entry->weekly_minutes = (uint32_t) position->weekly_minutes;
    entry->district = position->district;
    entry->openings = (uint32_t) openings;
}

/* Openings that nobody holds and nobody has been proposed for. */
static int unclaimed (txn_t *txn, const position_t *position)
{
    int64_t proposed = only_int (txn_row (txn, "SELECT count (*) FROM proposal WHERE position = $1 AND state < $2",
                                          position->facts.position, (int) PLACEMENT__MATCH_STATE__AGREED));
    return position->facts.openings - position->held - (int) proposed;
}

static void take_candidates (txn_t *txn, Placement__Snapshot *snapshot)
{
    match_candidate_t candidate;
    rows_t *rows = txn_query (txn,
                              "SELECT citizen FROM candidate WHERE NOT EXISTS (SELECT 1 FROM proposal"
                              " WHERE proposal.citizen = candidate.citizen AND state <= $1)"
                              " ORDER BY citizen LIMIT $2",
                              (int) PLACEMENT__MATCH_STATE__AGREED, CANDIDATES_MAX);
    while (rows_next (rows))
        if (candidate_read (txn, rows_uint (rows, 0), &candidate))
            put_candidate (txn, snapshot, &candidate);
}

static void take_positions (txn_t *txn, Placement__Snapshot *snapshot)
{
    rows_t *rows = txn_query (txn, "SELECT id FROM position WHERE closed = 0 ORDER BY id LIMIT $1", POSITIONS_SEEN_MAX);
    while (snapshot->n_positions < POSITIONS_MAX && rows_next (rows)) {
        position_t position;
        if (position_read (txn, rows_uint (rows, 0), &position, NULL) != STATUS_OK)
            continue;
        int openings = unclaimed (txn, &position);
        if (openings > 0)
            put_position (txn, snapshot, &position.facts, openings);
    }
    rows_close (rows);
}

status_t placement_propose_matches (txn_t *txn, const Placement__ProposeMatchesRequest *request,
                                    Placement__ProposeMatchesReply *reply, fault_t *reterr)
{
    (void) request;
    (void) reterr;
    uint64_t version = 0;
    match_weights_t weights = weights_in_force (txn, &version);
    Placement__Weights points = PLACEMENT__WEIGHTS__INIT;
    points.ability = (uint32_t) weights.ability;
    points.hours = (uint32_t) weights.hours;
    points.district = (uint32_t) weights.district;
    points.waiting = (uint32_t) weights.waiting;
    Placement__Snapshot snapshot = PLACEMENT__SNAPSHOT__INIT;
    snapshot.weights = &points;
    take_candidates (txn, &snapshot);
    take_positions (txn, &snapshot);
    owned_buffer input = BUFFER (WIRE_PAGE_MAX);
    message_pack (&snapshot.base, &input);
    ensure (!input.overflowed); /* the limits in snapshot.proto keep it under */
    reply->run = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO run (id, started_at, ended_at, candidates, positions, proposed, overtaken)"
                    " VALUES ($1, $2, 0, $3, $4, 0, 0)",
                    reply->run, txn_now (txn), snapshot.n_candidates, snapshot.n_positions);
    txn_job (txn, "match", reply->run, buffer_bytes (&input));
    return STATUS_OK;
}

/* --- the run: no store, no transaction --- */

typedef struct {
    match_candidate_t *candidates;
    size_t n_candidates;
    match_position_t *positions;
    size_t n_positions;
    match_weights_t weights;
} world_t;

typedef struct {
    int score;
    int days_waited;
    uint64_t citizen, position;
    size_t candidate_at, position_at;
} pair_t;

static match_candidate_t candidate_of (const Placement__SnapshotCandidate *entry)
{
    match_candidate_t candidate = {
        .citizen = entry->citizen,
        .n_abilities = entry->n_abilities,
        .n_needs = entry->n_conditions,
        .minutes_free = entry->minutes_free,
        .district = entry->district ? entry->district : MATCH_NOT_STATED,
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
        .district = entry->district,
        .openings = (int) entry->openings,
    };
    for (size_t i = 0; i < entry->n_demands; i++)
        position.demands[i] = (match_level_t){ entry->demands[i]->dimension, (int) entry->demands[i]->level };
    for (size_t i = 0; i < entry->n_conditions; i++)
        position.offers[i] = entry->conditions[i];
    return position;
}

static bool read_world (const Placement__Snapshot *snapshot, arena_t *arena, world_t *ret_world)
{
    world_t world = {
        .candidates = arena_alloc (arena, (snapshot->n_candidates + 1) * sizeof *world.candidates),
        .positions = arena_alloc (arena, (snapshot->n_positions + 1) * sizeof *world.positions),
        .n_candidates = snapshot->n_candidates,
        .n_positions = snapshot->n_positions,
        .weights = { (int) snapshot->weights->ability, (int) snapshot->weights->hours,
                     (int) snapshot->weights->district, (int) snapshot->weights->waiting },
    };
    if (!world.candidates || !world.positions)
        return false;
    for (size_t i = 0; i < world.n_candidates; i++)
        world.candidates[i] = candidate_of (snapshot->candidates[i]);
    for (size_t i = 0; i < world.n_positions; i++)
        world.positions[i] = position_of (snapshot->positions[i]);
    *ret_world = world;
    return true;
}

static bool asked_before (const Placement__SnapshotCandidate *entry, uint64_t position)
{
    for (size_t i = 0; i < entry->n_asked_before; i++)
        if (entry->asked_before[i] == position)
            return true;
    return false;
}

/* Best first; equals by the longest wait, then by who came first, then by the older position: a total order, so that
 * the same snapshot always gives the same plan. */
static int by_rank (const void *left, const void *right)
{
    const pair_t *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    if (a->days_waited != b->days_waited)
        return a->days_waited > b->days_waited ? -1 : 1;
    if (a->citizen != b->citizen)
        return a->citizen < b->citizen ? -1 : 1;
    return (a->position > b->position) - (a->position < b->position);
}

static size_t assess_all (job_t *job, const world_t *world, const Placement__Snapshot *snapshot, pair_t *pairs)
{
    size_t count = 0;
    for (size_t c = 0; c < world->n_candidates; c++) {
        const match_candidate_t *candidate = &world->candidates[c];
        for (size_t p = 0; p < world->n_positions; p++) {
            const match_position_t *position = &world->positions[p];
            match_assessment_t assessment;
            match_assess (candidate, position, &world->weights, &assessment);
            if (!assessment.excluded && !asked_before (snapshot->candidates[c], position->position))
                pairs[count++] =
                    (pair_t){ assessment.score, candidate->days_waited, candidate->citizen, position->position, c, p };
        }
        if (job)
            job_progress (job, (unsigned) (1000 * (c + 1) / world->n_candidates));
    }
    return count;
}

/* Takes the best pair that is left while both are free: a citizen once, a position as often as it has openings. */
static size_t choose (const world_t *world, pair_t *pairs, size_t count)
{
    size_t chosen = 0;
    qsort (pairs, count, sizeof *pairs, by_rank);
    for (size_t i = 0; i < count && chosen < PLAN_MAX; i++) {
        uint64_t *citizen = &world->candidates[pairs[i].candidate_at].citizen;
        int *openings = &world->positions[pairs[i].position_at].openings;
        if (*citizen == 0 || *openings == 0)
            continue;
        *citizen = 0;
        (*openings)--;
        pairs[chosen++] = pairs[i];
    }
    return chosen;
}

static void pack_plan (const pair_t *pairs, size_t count, buffer_t *output)
{
    Placement__PlannedMatch matches[PLAN_MAX];
    Placement__PlannedMatch *list[PLAN_MAX];
    for (size_t i = 0; i < count; i++) {
        placement__planned_match__init (&matches[i]);
        matches[i].citizen = pairs[i].citizen;
        matches[i].position = pairs[i].position;
        list[i] = &matches[i];
    }
    Placement__Plan plan = PLACEMENT__PLAN__INIT;
    plan.matches = list;
    plan.n_matches = count;
    message_pack (&plan.base, output);
}

status_t match_run (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr)
{
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    ProtobufCMessage *message = NULL;
    world_t world;
    status_t status = message_decode (&placement_snapshot_rule, input, WIRE_PAGE_MAX, arena, &message, reterr);
    if (status != STATUS_OK)
        return status;
    const Placement__Snapshot *snapshot = (const Placement__Snapshot *) message;
    pair_t *pairs = arena_alloc (arena, (snapshot->n_candidates * snapshot->n_positions + 1) * sizeof *pairs);
    if (!pairs || !read_world (snapshot, arena, &world))
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "PLACEMENT_RUN_MEMORY", "the run does not fit in memory");
    size_t count = assess_all (job, &world, snapshot, pairs);
    pack_plan (pairs, choose (&world, pairs, count), output);
    return STATUS_OK;
}

/* --- its result --- */

static bool takes_part (txn_t *txn, uint64_t citizen)
{
    return only_int (txn_row (txn, "SELECT count (*) FROM proposal WHERE citizen = $1 AND state <= $2", citizen,
                              (int) PLACEMENT__MATCH_STATE__AGREED)) == 0;
}

/* False when it was overtaken: erased, closed, filled, proposed or changed by people since the snapshot. */
static bool propose (txn_t *txn, uint64_t run, const Placement__PlannedMatch *planned)
{
    position_t position;
    match_candidate_t candidate;
    match_assessment_t assessment;
    new_proposal_t proposal = { .citizen = planned->citizen,
                                .position = planned->position,
                                .run = run,
                                .override_reason = "",
                                .assessment = &assessment };
    if (position_read_open (txn, planned->position, &position, NULL) != STATUS_OK || unclaimed (txn, &position) <= 0)
        return false;
    if (!candidate_read (txn, planned->citizen, &candidate) || !takes_part (txn, planned->citizen) ||
        proposal_check_new (txn, planned->citizen, planned->position, NULL) != STATUS_OK)
        return false;
    match_weights_t weights = weights_in_force (txn, &proposal.weights);
    match_assess (&candidate, &position.facts, &weights, &assessment);
    if (!assessment.excluded)
        (void) proposal_add (txn, &proposal);
    return !assessment.excluded;
}

status_t match_done (txn_t *txn, uint64_t run, bytes_t output, fault_t *reterr)
{
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    ProtobufCMessage *message = NULL;
    status_t status = message_decode (&placement_plan_rule, output, WIRE_PAGE_MAX, arena, &message, reterr);
    if (status != STATUS_OK)
        return status;
    const Placement__Plan *plan = (const Placement__Plan *) message;
    size_t proposed = 0;
    for (size_t i = 0; i < plan->n_matches; i++)
        proposed += propose (txn, run, plan->matches[i]);
    (void) txn_run (txn, "UPDATE run SET ended_at = $2, proposed = $3, overtaken = $4 WHERE id = $1", run,
                    txn_now (txn), proposed, plan->n_matches - proposed);
    return STATUS_OK;
}

status_t match_failed (txn_t *txn, uint64_t run, status_t status, fault_t *reterr)
{
    (void) status;
    (void) reterr;
    (void) txn_run (txn, "UPDATE run SET ended_at = $2, failed = 1 WHERE id = $1", run, txn_now (txn));
    return STATUS_OK;
}

status_t placement_get_run (txn_t *txn, const Placement__GetRunRequest *request, Placement__GetRunReply *reply,
                            fault_t *reterr)
{
    rows_t *row = txn_row (
        txn, "SELECT started_at, ended_at, candidates, positions, proposed, overtaken, failed FROM run WHERE id = $1",
        request->run);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_RUN_UNKNOWN", "there is no run %llu",
                      (unsigned long long) request->run);
    reply->run = request->run;
    reply->started_at = rows_int (row, 0);
    reply->ended_at = rows_int (row, 1);
    reply->candidates = (uint32_t) rows_uint (row, 2);
    reply->positions = (uint32_t) rows_uint (row, 3);
    reply->proposed = (uint32_t) rows_uint (row, 4);
    reply->overtaken = (uint32_t) rows_uint (row, 5);
    reply->failed = rows_int (row, 6) != 0;
    return STATUS_OK;
}
