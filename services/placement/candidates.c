/*
 * P2: candidates under a pseudonym.
 *
 * A candidate's id is a random number: bridging makes it for a referred one, we for our own. Who it stands for is in
 * the case system of the administration that sent the citizen. Invariant: after candidate_erase no table of placement
 * holds the pseudonym or anything the citizen can do, needs or said.
 */
#include "base/ensure.h"
#include "contract/placement.handlers.h"
#include "placement/placement.h"

/* --- coming --- */

uint64_t candidate_add (txn_t *txn, const new_candidate_t *candidate)
{
    uint64_t citizen = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO candidate (citizen, pseudonym, source, weekly_minutes_most, district, waiting_since,"
                    " travel_minutes_most) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    citizen, candidate->pseudonym, (int) candidate->source, candidate->weekly_minutes_most,
                    candidate->district, txn_now (txn), candidate->travel_minutes_most);
    for (size_t i = 0; i < candidate->n_abilities; i++)
        (void) txn_run (txn, "INSERT INTO candidate_ability (citizen, dimension, level) VALUES ($1, $2, $3)", citizen,
                        candidate->abilities[i]->dimension, candidate->abilities[i]->level);
    for (size_t i = 0; i < candidate->n_conditions; i++)
        (void) txn_run (txn, "INSERT INTO candidate_condition (citizen, condition) VALUES ($1, $2)", citizen,
                        candidate->conditions[i]);
    week_span_t span = { 0 };
    while (week_next (&candidate->times, &span))
        (void) txn_run (txn, "INSERT INTO candidate_time (citizen, day, from_hour, until_hour) VALUES ($1, $2, $3, $4)",
                        citizen, span.day, span.from_hour, span.until_hour);
    Placement__CandidateRegistered event = PLACEMENT__CANDIDATE_REGISTERED__INIT;
    event.citizen = citizen;
    event.source = candidate->source;
    event.district = candidate->district;
    txn_emit (txn, &event.base);
    return citizen;
}

/* 63 bits: what the store keeps as an integer. That two of them meet is less likely than a broken disk. */
static uint64_t new_pseudonym (txn_t *txn)
{
    uint64_t pseudonym = 0;
    txn_random (txn, &pseudonym, sizeof pseudonym);
    pseudonym &= INT64_MAX;
    ensure (pseudonym != 0);
    return pseudonym;
}

status_t placement_register_candidate (txn_t *txn, const Placement__RegisterCandidateRequest *request,
                                       Placement__RegisterCandidateReply *reply, fault_t *reterr)
{
    week_t times;
    status_t status =
        words_check (request->abilities, request->n_abilities, request->conditions, request->n_conditions, reterr);
    if (status == STATUS_OK)
        status = times_check (request->times, request->n_times, &times, reterr);
    if (status != STATUS_OK)
        return status;
    reply->candidate = new_pseudonym (txn);
    (void) candidate_add (txn, &(new_candidate_t){
                                   .pseudonym = reply->candidate,
                                   .source = PLACEMENT__SOURCE__OWN,
                                   .abilities = request->abilities,
                                   .n_abilities = request->n_abilities,
                                   .conditions = request->conditions,
                                   .n_conditions = request->n_conditions,
                                   .weekly_minutes_most = request->weekly_minutes_most,
                                   .times = times,
                                   .district = request->district,
                                   .travel_minutes_most = request->travel_minutes_most,
                               });
    return STATUS_OK;
}

/* --- going --- */

void candidate_erase (txn_t *txn, uint64_t citizen)
{
    txn_cancel (txn, "consent_over", citizen);
    pair_erase (txn, citizen);
    (void) txn_run (txn, "DELETE FROM run_candidate WHERE citizen = $1", citizen);
    proposal_erase (txn, citizen);
    (void) txn_run (txn, "DELETE FROM referral WHERE citizen = $1", citizen);
    (void) txn_run (txn, "DELETE FROM candidate_ability WHERE citizen = $1", citizen);
    (void) txn_run (txn, "DELETE FROM candidate_condition WHERE citizen = $1", citizen);
    (void) txn_run (txn, "DELETE FROM candidate_time WHERE citizen = $1", citizen);
    (void) txn_run (txn, "DELETE FROM candidate WHERE citizen = $1", citizen);
    Placement__CandidateErased event = PLACEMENT__CANDIDATE_ERASED__INIT;
    event.citizen = citizen;
    txn_emit (txn, &event.base);
}

status_t placement_erase_candidate (txn_t *txn, const Placement__EraseCandidateRequest *request,
                                    Placement__EraseCandidateReply *reply, fault_t *reterr)
{
    (void) reply;
    uint64_t citizen = 0;
    status_t status = candidate_find (txn, request->candidate, &citizen, reterr);
    if (status != STATUS_OK)
        return status;
    if (only_int (txn_row (txn, "SELECT 1 FROM referral WHERE citizen = $1", citizen)))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_CANDIDATE_REFERRED",
                      "a referred candidate is erased by bridging, or by rejecting the referral");
    candidate_erase (txn, citizen);
    txn_forget_reply (txn, citizen);
    return STATUS_OK;
}

/* --- what other rooms read --- */

status_t candidate_find (txn_t *txn, uint64_t pseudonym, uint64_t *ret_citizen, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT citizen FROM candidate WHERE pseudonym = $1", pseudonym);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_CANDIDATE_UNKNOWN", "there is no such candidate");
    *ret_citizen = rows_uint (row, 0);
    rows_close (row);
    return STATUS_OK;
}

uint64_t candidate_pseudonym (txn_t *txn, uint64_t citizen)
{
    return (uint64_t) only_int (txn_row (txn, "SELECT pseudonym FROM candidate WHERE citizen = $1", citizen));
}

static void read_words (txn_t *txn, match_candidate_t *candidate)
{
    rows_t *rows =
        txn_query (txn, "SELECT dimension, level FROM candidate_ability WHERE citizen = $1 ORDER BY dimension LIMIT $2",
                   candidate->citizen, MATCH_LEVELS_MAX);
    while (rows_next (rows))
        candidate->abilities[candidate->n_abilities++] =
            (match_level_t){ txn_text (txn, rows_text (rows, 0)), (int) rows_int (rows, 1) };
    rows = txn_query (txn, "SELECT condition FROM candidate_condition WHERE citizen = $1 ORDER BY condition LIMIT $2",
                      candidate->citizen, MATCH_CONDITIONS_MAX);
    while (rows_next (rows))
        candidate->needs[candidate->n_needs++] = txn_text (txn, rows_text (rows, 0));
    candidate->times = times_read (txn_query (
        txn, "SELECT day, from_hour, until_hour FROM candidate_time WHERE citizen = $1", candidate->citizen));
}

static int minutes_free (txn_t *txn, uint64_t citizen, int minutes_most)
{
    if (minutes_most == 0)
        return MATCH_NOT_STATED;
    int minutes = minutes_most - placement_minutes (txn, citizen, txn_today (txn));
    return minutes > 0 ? minutes : 0;
}

bool candidate_read (txn_t *txn, uint64_t citizen, match_candidate_t *ret_candidate)
{
    rows_t *row = txn_row (txn,
                           "SELECT weekly_minutes_most, district, waiting_since, travel_minutes_most FROM candidate"
                           " WHERE citizen = $1",
                           citizen);
    if (!row)
        return false;
    int minutes_most = (int) rows_int (row, 0), district = (int) rows_int (row, 1);
    int travel_most = (int) rows_int (row, 3);
    int days_waited = txn_today (txn) - copenhagen_day (rows_int (row, 2));
    rows_close (row);
    *ret_candidate = (match_candidate_t){
        .citizen = citizen,
        .minutes_free = minutes_free (txn, citizen, minutes_most),
        .at_work = placement_times (txn, citizen, txn_today (txn)),
        .district = district ? district : MATCH_NOT_STATED,
        .travel_most = travel_most ? travel_most : MATCH_NOT_STATED,
        .days_waited = days_waited > 0 ? days_waited : 0,
    };
    read_words (txn, ret_candidate);
    return true;
}

/* --- the list --- */

static void show (txn_t *txn, rows_t *rows, Placement__Candidate *entry)
{
    match_candidate_t facts = { .citizen = rows_uint (rows, 1) };
    read_words (txn, &facts);
    entry->candidate = rows_uint (rows, 0);
    entry->citizen = facts.citizen;
    entry->source = (Placement__Source) rows_int (rows, 2);
    for (size_t i = 0; i < facts.n_abilities; i++) {
        Placement__Ability *ability = txn_add (txn, entry->abilities, entry->n_abilities, placement__ability);
        ability->dimension = txn_text (txn, facts.abilities[i].dimension);
        ability->level = (uint32_t) facts.abilities[i].level;
    }
    for (size_t i = 0; i < facts.n_needs; i++)
        txn_add_text (txn, entry->conditions, entry->n_conditions, facts.needs[i]);
    times_fill (txn, &facts.times, &entry->times, &entry->n_times);
    entry->weekly_minutes_most = (uint32_t) rows_uint (rows, 3);
    entry->weekly_minutes_placed = (uint32_t) placement_minutes (txn, facts.citizen, txn_today (txn));
    entry->district = (int32_t) rows_int (rows, 4);
    entry->waiting_since = rows_int (rows, 5);
    entry->referral = (Placement__ReferralState) rows_int (rows, 6);
    entry->consent_until_day = (int32_t) rows_int (rows, 7);
    entry->answer_by = rows_int (rows, 8);
    entry->answer_refused = txn_text (txn, rows_text (rows, 9));
    entry->travel_minutes_most = (uint32_t) rows_uint (rows, 10);
}

/* Citizens are numbered as they come, so the lowest number has waited longest. */
status_t placement_list_candidates (txn_t *txn, const Placement__ListCandidatesRequest *request,
                                    Placement__ListCandidatesReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              "SELECT pseudonym, candidate.citizen, source, weekly_minutes_most, district,"
                              " waiting_since, state, consent_until_day, answer_by, answer_refused,"
                              " travel_minutes_most"
                              " FROM candidate LEFT JOIN referral ON referral.citizen = candidate.citizen"
                              " WHERE candidate.citizen > $1 ORDER BY candidate.citizen LIMIT $2",
                              request->after, request->limit ? request->limit : LIST_PAGE);
    while (rows_next (rows))
        show (txn, rows, txn_add (txn, reply->candidates, reply->n_candidates, placement__candidate));
    return STATUS_OK;
}
