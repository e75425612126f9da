/*
 * P4, P5: a run over everybody who waits and everything that is open.
 *
 *     ProposeMatches ──► snapshot, in steps ──► match_run: the best plan ──► match_done ──► proposals, in steps
 *                        match_take.c           on the worker thread                       each checked again
 *
 * The run sees its snapshot alone. What changed meanwhile is found when a pair is proposed: it is assessed as things
 * stand then, and left out when it is no longer possible; so the explanation that is stored is true when it is stored.
 * Who has a match that nobody has ended takes no part, nor does a pair that was proposed before: people are asked once.
 */
#include "base/arena.h"
#include "base/ensure.h"
#include "base/own.h"
#include "contract/placement.contract.h"
#include "contract/placement.handlers.h"
#include "placement/match_record.h"
#include "placement/match_run.h"
#include "wire/message.h"

#include <string.h>

/* As in snapshot.proto. */
enum { LEFT_OUT_MAX = 200 };

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

static void put_times (txn_t *txn, const week_t *times, uint32_t **list, size_t *n_list)
{
    for (size_t day = 0; day < WEEK_DAYS && !week_is_empty (times); day++) {
        *list = txn_grow (txn, *list, *n_list, sizeof **list);
        (*list)[(*n_list)++] = times->hours[day];
    }
}

static void put_travel (txn_t *txn, const match_travel_t *travel, Placement__Snapshot *snapshot)
{
    snapshot->travel = txn_alloc (txn, DISTRICT_COUNT * DISTRICT_COUNT * sizeof *snapshot->travel);
    for (int from = 1; from <= DISTRICT_COUNT; from++)
        for (int to = 1; to <= DISTRICT_COUNT; to++)
            snapshot->travel[snapshot->n_travel++] = (uint32_t) travel->minutes[from][to];
    snapshot->travel_certain = travel->certain;
}

static void put_left_out (txn_t *txn, Placement__SnapshotCandidate *entry)
{
    rows_t *rows = txn_query (txn,
                              "SELECT position, rank FROM (SELECT position, 1 AS rank, id FROM pair"
                              " WHERE citizen = $1 AND kind = $2 AND ended_at IS NULL"
                              " UNION ALL SELECT position, 2, id FROM proposal WHERE citizen = $1)"
                              " ORDER BY rank, id DESC LIMIT $3",
                              entry->citizen, (int) PLACEMENT__PAIR_KIND__FORBIDDEN, LEFT_OUT_MAX);
    while (rows_next (rows)) {
        entry->left_out = txn_grow (txn, entry->left_out, entry->n_left_out, sizeof *entry->left_out);
        entry->left_out[entry->n_left_out++] = rows_uint (rows, 0);
        entry->n_forbidden += rows_int (rows, 1) == 1;
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
    entry->travel_most = candidate->travel_most;
    put_times (txn, &candidate->times, &entry->times, &entry->n_times);
    put_times (txn, &candidate->at_work, &entry->at_work, &entry->n_at_work);
    entry->days_waited = (uint32_t) candidate->days_waited;
    entry->locked = pair_locked_position (txn, candidate->citizen);
    put_left_out (txn, entry);
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
    put_times (txn, &position->times, &entry->times, &entry->n_times);
    entry->district = position->district;
    entry->openings = (uint32_t) openings;
}

int position_unclaimed (txn_t *txn, const position_t *position)
{
    int64_t proposed =
        only_int (txn_row (txn, "SELECT count (*) FROM proposal WHERE position = $1" UNDER_WAY " AND state < $2",
                           position->facts.position, (int) PLACEMENT__MATCH_STATE__AGREED));
    return position->facts.openings - position->held - (int) proposed;
}

uint64_t snapshot_candidates (txn_t *txn, uint64_t after, size_t most, Placement__Snapshot *snapshot)
{
    match_candidate_t candidate;
    uint64_t last = 0;
    size_t seen = 0;
    rows_t *rows = txn_query (txn,
                              "SELECT citizen FROM candidate WHERE citizen > $3 AND NOT EXISTS (SELECT 1 FROM proposal"
                              " WHERE proposal.citizen = candidate.citizen AND state <= $1)"
                              " ORDER BY citizen LIMIT $2",
                              (int) PLACEMENT__MATCH_STATE__AGREED, most, after);
    for (; rows_next (rows); seen++) {
        last = rows_uint (rows, 0);
        if (candidate_read (txn, last, &candidate))
            put_candidate (txn, snapshot, &candidate);
    }
    return seen == most ? last : 0;
}

uint64_t snapshot_positions (txn_t *txn, uint64_t after, size_t most, bool with_full, Placement__Snapshot *snapshot)
{
    uint64_t last = 0;
    size_t seen = 0;
    rows_t *rows =
        txn_query (txn, "SELECT id FROM position WHERE closed = 0 AND id > $2 ORDER BY id LIMIT $1", most, after);
    for (; rows_next (rows); seen++) {
        position_t position;
        last = rows_uint (rows, 0);
        if (position_read (txn, last, &position, NULL) != STATUS_OK)
            continue;
        int openings = position_unclaimed (txn, &position);
        if (openings > 0 || with_full)
            put_position (txn, snapshot, &position.facts, openings > 0 ? openings : 0);
    }
    return seen == most ? last : 0;
}

void snapshot_begin (txn_t *txn, Placement__Snapshot *ret_snapshot)
{
    uint64_t travel_version = 0;
    match_travel_t travel;
    travel_in_force (txn, &travel, &travel_version);
    placement__snapshot__init (ret_snapshot);
    ret_snapshot->weights = weights_read (txn, 0, &ret_snapshot->weights_version);
    if (!ret_snapshot->weights) /* the store has failed: the engine notices */
        ret_snapshot->weights = (Placement__Weights *) txn_message (txn, &placement__weights__descriptor);
    ret_snapshot->travel_version = travel_version;
    put_travel (txn, &travel, ret_snapshot);
}

status_t placement_propose_matches (txn_t *txn, const Placement__ProposeMatchesRequest *request,
                                    Placement__ProposeMatchesReply *reply, fault_t *reterr)
{
    Placement__Snapshot snapshot;
    snapshot_begin (txn, &snapshot);
    if (request->floor_percent)
        snapshot.weights->floor_percent = request->floor_percent;
    if (request->jobs_most)
        snapshot.weights->jobs_most = request->jobs_most;
    reply->run = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO run (id, started_at, ended_at, candidates, positions, proposed, overtaken,"
                    " group_percent, floor_percent, travel, weights)"
                    " VALUES ($1, $2, 0, 0, 0, 0, 0, $3, $4, $5, $6)",
                    reply->run, txn_now (txn), snapshot.weights->group_percent, snapshot.weights->floor_percent,
                    snapshot.travel_version, snapshot.weights_version);
    return run_take_part (txn, reply->run, &snapshot, reterr);
}

/* --- its result --- */

typedef struct {
    uint64_t citizen, position;
} planned_t;

/* Whoever has an undecided match takes no part, but for those of the run itself. */
static bool takes_part (txn_t *txn, uint64_t citizen, uint64_t run)
{
    return only_int (txn_row (txn,
                              "SELECT count (*) FROM proposal"
                              " WHERE citizen = $1 AND state <= $2 AND (run IS NULL OR run <> $3)",
                              citizen, (int) PLACEMENT__MATCH_STATE__AGREED, run)) == 0;
}

/* P5: the hours of undecided matches are taken, whatever comes of them. */
static bool has_time (txn_t *txn, const match_candidate_t *candidate, const match_position_t *position)
{
    int64_t asked = only_int (txn_row (txn,
                                       "SELECT coalesce (sum (weekly_minutes), 0) FROM proposal"
                                       " JOIN position ON position.id = proposal.position"
                                       " WHERE citizen = $1 AND state <= $2",
                                       candidate->citizen, (int) PLACEMENT__MATCH_STATE__AGREED));
    return asked == 0 || asked + position->weekly_minutes <= candidate->minutes_free;
}

/* Nothing that people have decided meanwhile, about the two or about somebody else, stands against it. */
static bool people_leave_it (txn_t *txn, planned_t planned, const position_t *position)
{
    uint64_t locked = pair_locked_position (txn, planned.citizen);
    if (locked)
        return locked == planned.position && position_unclaimed (txn, position) > 0;
    return pair_kind (txn, planned.citizen, planned.position, NULL) != PLACEMENT__PAIR_KIND__FORBIDDEN &&
           position_unclaimed (txn, position) > pair_locks_of_others (txn, planned.citizen, planned.position);
}

/* False when it was overtaken: erased, closed, filled, proposed or changed by people since the snapshot. */
static bool propose (txn_t *txn, uint64_t run, planned_t planned, const match_weights_t *weights,
                     uint64_t weights_version)
{
    position_t position;
    match_candidate_t candidate;
    match_assessment_t assessment;
    new_proposal_t proposal = { .citizen = planned.citizen,
                                .position = planned.position,
                                .run = run,
                                .override_reason = "",
                                .assessment = &assessment };
    if (position_read_open (txn, planned.position, &position, NULL) != STATUS_OK ||
        !people_leave_it (txn, planned, &position))
        return false;
    if (!candidate_read (txn, planned.citizen, &candidate) || !takes_part (txn, planned.citizen, run) ||
        !has_time (txn, &candidate, &position.facts) ||
        proposal_check_new (txn, planned.citizen, planned.position, NULL) != STATUS_OK)
        return false;
    proposal.weights = weights_version;
    match_assess (&candidate, &position.facts, weights, &assessment);
    if (!assessment.excluded)
        (void) proposal_add (txn, &proposal);
    return !assessment.excluded;
}

/* What stands at `turn` in the list of the record; nobody, where the candidate was erased. */
static planned_t planned_at (txn_t *txn, uint64_t run, record_pair_t chosen)
{
    return (planned_t){
        (uint64_t) only_int (
            txn_row (txn, "SELECT citizen FROM run_candidate WHERE run = $1 AND row = $2", run, chosen.row)),
        (uint64_t) only_int (
            txn_row (txn, "SELECT position FROM run_position WHERE run = $1 AND row = $2", run, chosen.position)),
    };
}

/* The next of those chosen, as many as one step takes. */
static size_t next_chosen (txn_t *txn, uint64_t run, record_pair_t ret_chosen[PROPOSED_IN_A_STEP])
{
    rows_t *row = txn_row (txn,
                           "SELECT substr (chosen, 5 + $2 * (proposed + overtaken), $2 * $3) FROM run_proof"
                           " JOIN run ON run.id = run_proof.run WHERE run = $1",
                           run, (int) sizeof *ret_chosen, PROPOSED_IN_A_STEP);
    bytes_t part = row ? rows_blob (row, 0) : (bytes_t){ 0 };
    size_t count = part.size / sizeof *ret_chosen;
    if (count)
        memcpy (ret_chosen, part.data, count * sizeof *ret_chosen);
    if (row)
        rows_close (row);
    return count;
}

/* As many as one step takes: their events stay within one record of the feed. */
status_t run_more_to_propose (txn_t *txn, uint64_t run, fault_t *reterr)
{
    (void) reterr;
    uint64_t version = 0;
    record_pair_t chosen[PROPOSED_IN_A_STEP];
    match_weights_t weights = weights_in_force (txn, &version);
    size_t count = next_chosen (txn, run, chosen), proposed = 0;
    for (size_t i = 0; i < count; i++)
        proposed += propose (txn, run, planned_at (txn, run, chosen[i]), &weights, version);
    (void) txn_run (txn, "UPDATE run SET proposed = proposed + $2, overtaken = overtaken + $3 WHERE id = $1", run,
                    proposed, count - proposed);
    if (count == PROPOSED_IN_A_STEP)
        txn_at (txn, txn_now (txn) + 1, "more_to_propose", run); /* others get their turn in between */
    else
        (void) txn_run (txn, "UPDATE run SET ended_at = $2 WHERE id = $1", run, txn_now (txn));
    return STATUS_OK;
}

static void keep_figures (txn_t *txn, uint64_t run, const Placement__Plan *plan)
{
    (void) txn_run (txn,
                    "UPDATE run SET group_size = $2, locked = $3, pairs_fitting = $4, pairs_held = $5, best_of_all = $6"
                    " WHERE id = $1",
                    run, plan->group, plan->locked, plan->pairs_fitting, plan->pairs_held, plan->best_of_all ? 1 : 0);
    for (size_t i = 0; i < plan->n_plans; i++)
        (void) txn_run (
            txn,
            "INSERT INTO run_plan (run, kind, placed, score, group_placed, blocking)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (run, kind) DO UPDATE SET placed = excluded.placed,"
            " score = excluded.score, group_placed = excluded.group_placed, blocking = excluded.blocking",
            run, (int) plan->plans[i]->kind, plan->plans[i]->placed, plan->plans[i]->score,
            plan->plans[i]->group_placed, plan->plans[i]->blocking_pairs);
}

static void keep_jobs (txn_t *txn, uint64_t run, const Placement__SeveralJobs *several)
{
    if (several)
        (void) txn_run (
            txn,
            "INSERT INTO run_several (run, jobs_most, placed, jobs, score, bound)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (run) DO UPDATE SET jobs_most = excluded.jobs_most,"
            " placed = excluded.placed, jobs = excluded.jobs, score = excluded.score,"
            " bound = excluded.bound",
            run, several->jobs_most, several->placed, several->jobs, several->score, several->bound);
}

static bytes_t bytes_in (ProtobufCBinaryData field)
{
    return bytes_of (field.data, field.len);
}

static void keep_record (txn_t *txn, uint64_t run, const Placement__Plan *plan)
{
    (void) txn_run (txn,
                    "INSERT INTO run_proof (run, placed, score, instance, plan, certificate, locks, chosen,"
                    " floor_plan, floor_certificate, hours, jobs, bound)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (run) DO UPDATE"
                    " SET placed = excluded.placed, score = excluded.score, instance = excluded.instance,"
                    " plan = excluded.plan, certificate = excluded.certificate, locks = excluded.locks,"
                    " chosen = excluded.chosen, floor_plan = excluded.floor_plan,"
                    " floor_certificate = excluded.floor_certificate, hours = excluded.hours, jobs = excluded.jobs,"
                    " bound = excluded.bound",
                    run, plan->placed, plan->score, bytes_in (plan->instance), bytes_in (plan->plan),
                    bytes_in (plan->certificate), bytes_in (plan->locks), bytes_in (plan->chosen),
                    bytes_in (plan->floor_plan), bytes_in (plan->floor_certificate), bytes_in (plan->hours),
                    bytes_in (plan->jobs), bytes_in (plan->bound));
    for (size_t row = 0; row < plan->n_citizens; row++) /* not of those erased while it ran */
        (void) txn_run (txn,
                        "INSERT INTO run_candidate (run, row, citizen)"
                        " SELECT $1, $2, citizen FROM candidate WHERE citizen = $3"
                        " ON CONFLICT (run, row) DO UPDATE SET citizen = excluded.citizen",
                        run, row, plan->citizens[row]);
    for (size_t row = 0; row < plan->n_positions; row++)
        (void) txn_run (txn,
                        "INSERT INTO run_position (run, row, position) VALUES ($1, $2, $3)"
                        " ON CONFLICT (run, row) DO UPDATE SET position = excluded.position",
                        run, row, plan->positions[row]);
}

status_t match_done (txn_t *txn, uint64_t run, bytes_t output, fault_t *reterr)
{
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    ProtobufCMessage *message = NULL;
    status_t status = message_decode (&placement_plan_rule, output, RUN_OUTPUT_MAX, arena, &message, reterr);
    if (status != STATUS_OK)
        return status;
    const Placement__Plan *plan = (const Placement__Plan *) message;
    keep_record (txn, run, plan);
    keep_figures (txn, run, plan);
    keep_jobs (txn, run, plan->several);
    return run_more_to_propose (txn, run, reterr);
}

status_t match_failed (txn_t *txn, uint64_t run, status_t status, fault_t *reterr)
{
    (void) status;
    (void) reterr;
    (void) txn_run (txn, "UPDATE run SET ended_at = $2, failed = 1 WHERE id = $1", run, txn_now (txn));
    return STATUS_OK;
}

status_t placement_cancel_run (txn_t *txn, const Placement__CancelRunRequest *request, Placement__CancelRunReply *reply,
                               fault_t *reterr)
{
    (void) reply;
    rows_t *row = txn_row (txn, "SELECT ended_at FROM run WHERE id = $1", request->run);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_RUN_UNKNOWN", "there is no run %llu",
                      (unsigned long long) request->run);
    if (only_int (row) != 0)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_RUN_OVER", "run %llu has ended",
                      (unsigned long long) request->run);
    txn_unjob (txn, "match", request->run);
    txn_cancel (txn, "more_to_take", request->run);
    txn_cancel (txn, "more_to_propose", request->run);
    (void) txn_run (txn, "DELETE FROM run_part WHERE run = $1", request->run);
    (void) txn_run (txn, "UPDATE run SET ended_at = $2, cancel_reason = $3 WHERE id = $1", request->run, txn_now (txn),
                    request->reason);
    return STATUS_OK;
}

static void show_plans (txn_t *txn, Placement__GetRunReply *reply)
{
    rows_t *rows = txn_query (
        txn, "SELECT kind, placed, score, group_placed, blocking FROM run_plan WHERE run = $1 ORDER BY kind LIMIT 3",
        reply->run);
    while (rows_next (rows)) {
        Placement__PlanFigures *plan = txn_add (txn, reply->plans, reply->n_plans, placement__plan_figures);
        plan->kind = (Placement__PlanKind) rows_int (rows, 0);
        plan->placed = (uint32_t) rows_uint (rows, 1);
        plan->score = rows_uint (rows, 2);
        plan->group_placed = (uint32_t) rows_uint (rows, 3);
        plan->blocking_pairs = rows_uint (rows, 4);
        plan->group_placed_percent = reply->group ? 100 * plan->group_placed / reply->group : 0;
        plan->people_fewer = reply->placed - plan->placed;
        plan->points_lower = (int64_t) (reply->score - plan->score);
    }
}

static uint32_t hundredths (uint64_t gap, uint64_t bound)
{
    return bound ? (uint32_t) ((gap * 10000 + bound - 1) / bound) : 0;
}

static void show_jobs (txn_t *txn, Placement__GetRunReply *reply)
{
    rows_t *row =
        txn_row (txn, "SELECT jobs_most, placed, jobs, score, bound FROM run_several WHERE run = $1", reply->run);
    if (!row)
        return;
    Placement__SeveralJobs *several =
        (Placement__SeveralJobs *) txn_message (txn, &placement__several_jobs__descriptor);
    several->jobs_most = (uint32_t) rows_uint (row, 0);
    several->placed = (uint32_t) rows_uint (row, 1);
    several->jobs = (uint32_t) rows_uint (row, 2);
    several->score = rows_uint (row, 3);
    several->bound = rows_uint (row, 4);
    several->gap = several->bound - several->score;
    several->gap_hundredths = hundredths (several->gap, several->bound);
    reply->several = several;
    rows_close (row);
}

status_t placement_get_run (txn_t *txn, const Placement__GetRunRequest *request, Placement__GetRunReply *reply,
                            fault_t *reterr)
{
    rows_t *row =
        txn_row (txn,
                 "SELECT started_at, ended_at, candidates, positions, proposed, overtaken, failed, placed, score,"
                 " group_size, group_percent, floor_percent, locked, cancel_reason, travel, coalesce (weights, 0),"
                 " pairs_fitting, pairs_held, best_of_all,"
                 " CASE WHEN ended_at = 0 THEN coalesce (length (chosen) / 8 - proposed - overtaken, 0) ELSE 0 END"
                 " FROM run LEFT JOIN run_proof ON run_proof.run = run.id WHERE id = $1",
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
    reply->placed = (uint32_t) rows_uint (row, 7);
    reply->score = rows_uint (row, 8);
    reply->group = (uint32_t) rows_uint (row, 9);
    reply->group_percent = (uint32_t) rows_uint (row, 10);
    reply->floor_percent = (uint32_t) rows_uint (row, 11);
    reply->locked = (uint32_t) rows_uint (row, 12);
    reply->cancel_reason = txn_text (txn, rows_text (row, 13));
    reply->travel = rows_uint (row, 14);
    reply->weights = rows_uint (row, 15);
    reply->pairs_fitting = rows_uint (row, 16);
    reply->pairs_held = rows_uint (row, 17);
    reply->best_of_all = reply->pairs_held > 0 && rows_int (row, 18) != 0;
    reply->to_propose = (uint32_t) rows_uint (row, 19);
    reply->permille = reply->ended_at ? 0 : txn_job_permille (txn, "match", request->run);
    reply->cancelled = reply->cancel_reason[0] != '\0';
    rows_close (row);
    show_plans (txn, reply);
    show_jobs (txn, reply);
    reply->repeated = repetition_read (txn, request->run);
    return STATUS_OK;
}
