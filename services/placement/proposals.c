/*
 * P9: a match as rows: what was proposed and why, in words that were true then.
 *
 *     PROPOSED ─► APPROVED ─► CITIZEN_ACCEPTED ─► AGREED ─► STARTED
 *         └───────────┴───────────────┴─────────────┴─────► DECLINED
 */
#include "base/ensure.h"
#include "placement/match_words.h"
#include "placement/placement.h"

bool proposal_is_live (const proposal_t *proposal)
{
    return proposal->state < PLACEMENT__MATCH_STATE__STARTED;
}

status_t proposal_read (txn_t *txn, uint64_t citizen, uint64_t position, proposal_t *ret_proposal, fault_t *reterr)
{
    rows_t *row = txn_row (txn,
                           "SELECT id, state, override_reason <> '' FROM proposal"
                           " WHERE citizen = $1 AND position = $2 ORDER BY id DESC LIMIT 1",
                           citizen, position);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_MATCH_UNKNOWN", "nothing was proposed between these two");
    *ret_proposal = (proposal_t){
        .id = rows_uint (row, 0),
        .citizen = citizen,
        .position = position,
        .state = (Placement__MatchState) rows_int (row, 1),
        .overridden = rows_int (row, 2) != 0,
    };
    rows_close (row);
    return STATUS_OK;
}

/* Forward one by one, or to an end from anywhere that is not one. */
static bool may_become (Placement__MatchState from, Placement__MatchState to)
{
    if (from >= PLACEMENT__MATCH_STATE__STARTED)
        return false;
    return to == PLACEMENT__MATCH_STATE__DECLINED || (int) to == (int) from + 1;
}

void proposal_become (txn_t *txn, proposal_t *proposal, Placement__MatchState state)
{
    ensure (may_become (proposal->state, state));
    proposal->state = state;
    (void) txn_run (txn, "UPDATE proposal SET state = $2 WHERE id = $1", proposal->id, (int) state);
    if (!proposal_is_live (proposal))
        pair_end_lock (txn, proposal->citizen, proposal->position);
}

bool proposal_undecided (txn_t *txn, uint64_t citizen)
{
    return only_int (txn_row (txn, "SELECT count (*) FROM proposal WHERE citizen = $1 AND state <= $2", citizen,
                              (int) PLACEMENT__MATCH_STATE__AGREED)) > 0;
}

status_t proposal_check_new (txn_t *txn, uint64_t citizen, uint64_t position, fault_t *reterr)
{
    proposal_t proposal;
    if (proposal_read (txn, citizen, position, &proposal, NULL) == STATUS_OK && proposal_is_live (&proposal))
        return fault (reterr, STATUS_ALREADY_EXISTS, "PLACEMENT_MATCH_EXISTS", "the two are proposed to each other");
    if (only_int (txn_row (txn,
                           "SELECT count (*) FROM placement"
                           " WHERE citizen = $1 AND position = $2 AND (end_day IS NULL OR end_day >= $3)",
                           citizen, position, txn_today (txn))))
        return fault (reterr, STATUS_ALREADY_EXISTS, "PLACEMENT_ALREADY_PLACED", "the citizen works there");
    return STATUS_OK;
}

/* --- with its explanation --- */

static char *text_of (txn_t *txn, const match_line_t *line, bool excludes, match_language_t language)
{
    owned_buffer text = BUFFER (MATCH_TEXT_MAX);
    match_line_text (line, excludes, language, &text);
    return txn_text (txn, buffer_text (&text));
}

void term_fill (txn_t *txn, const match_line_t *line, bool excludes, Placement__Term *term)
{
    owned_buffer name = BUFFER (MATCH_NAME_MAX);
    match_line_name (line, &name);
    term->name = txn_text (txn, buffer_text (&name));
    term->points = (uint32_t) line->points;
    term->most = (uint32_t) line->most;
    term->danish = text_of (txn, line, excludes, MATCH_DANISH);
    term->english = text_of (txn, line, excludes, MATCH_ENGLISH);
}

static void add_term (txn_t *txn, uint64_t proposal, size_t line, const match_assessment_t *assessment)
{
    Placement__Term term = PLACEMENT__TERM__INIT;
    term_fill (txn, &assessment->lines[line], assessment->excluded, &term);
    (void) txn_run (txn,
                    "INSERT INTO proposal_term (proposal, line, excluding, name, points, most, danish, english)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    proposal, line, assessment->excluded ? 1 : 0, term.name, term.points, term.most, term.danish,
                    term.english);
}

uint64_t proposal_add (txn_t *txn, const new_proposal_t *proposal)
{
    const match_assessment_t *assessment = proposal->assessment;
    uint64_t id = txn_new_id (txn);
    (void) txn_run (
        txn,
        "INSERT INTO proposal (id, citizen, position, state, score, weights, override_reason, run, proposed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id, proposal->citizen, proposal->position, (int) PLACEMENT__MATCH_STATE__PROPOSED, assessment->score,
        proposal->weights, proposal->override_reason, proposal->run ? sql_unsigned (proposal->run) : SQL_NOTHING,
        txn_now (txn));
    for (size_t i = 0; i < assessment->n_lines; i++)
        add_term (txn, id, i, assessment);
    Placement__MatchProposed event = PLACEMENT__MATCH_PROPOSED__INIT;
    event.match = id;
    txn_emit (txn, &event.base);
    return id;
}

void proposal_erase (txn_t *txn, uint64_t citizen)
{
    (void) txn_run (txn, "DELETE FROM proposal_term WHERE proposal IN (SELECT id FROM proposal WHERE citizen = $1)",
                    citizen);
    (void) txn_run (txn, "DELETE FROM decision WHERE proposal IN (SELECT id FROM proposal WHERE citizen = $1)",
                    citizen);
    (void) txn_run (txn, "DELETE FROM proposal WHERE citizen = $1", citizen);
}
