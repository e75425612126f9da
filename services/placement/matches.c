/*
 * P3, P4, P9: matches as people meet them. The program says what excludes, what counts and what might fit; a
 * consultant, a citizen and an enterprise decide, in this order, and the no of any of them ends it.
 */
#include "contract/placement.handlers.h"
#include "placement/placement.h"

/* --- why --- */

status_t placement_explain_match (txn_t *txn, const Placement__ExplainMatchRequest *request,
                                  Placement__ExplainMatchReply *reply, fault_t *reterr)
{
    uint64_t citizen = 0, version = 0;
    position_t position;
    match_candidate_t candidate;
    match_assessment_t assessment;
    status_t status = candidate_find (txn, request->candidate, &citizen, reterr);
    if (status == STATUS_OK)
        status = position_read (txn, request->position, &position, reterr);
    if (status != STATUS_OK || !candidate_read (txn, citizen, &candidate))
        return status;
    match_weights_t weights = weights_in_force (txn, &version);
    match_assess (&candidate, &position.facts, &weights, &assessment);
    const char *reason = "";
    reply->decided = pair_kind (txn, citizen, request->position, &reason);
    reply->decided_reason = txn_text (txn, reason);
    reply->score = (uint32_t) assessment.score;
    for (size_t i = 0; i < assessment.n_lines; i++) {
        Placement__Term *term = assessment.excluded
                                    ? txn_add (txn, reply->exclusions, reply->n_exclusions, placement__term)
                                    : txn_add (txn, reply->terms, reply->n_terms, placement__term);
        term_fill (txn, &assessment.lines[i], assessment.excluded, term);
    }
    return assessment.excluded ? STATUS_OK : explain_instead (txn, citizen, request->position, reply, reterr);
}

/* --- by hand --- */

/* An override that overrides nothing is not kept: it would say that something stood against the citizen. */
static status_t propose (txn_t *txn, uint64_t citizen, const position_t *position, const char *override_reason,
                         uint64_t *ret_match, fault_t *reterr)
{
    match_candidate_t candidate;
    match_assessment_t assessment;
    new_proposal_t proposal = {
        .citizen = citizen, .position = position->facts.position, .override_reason = "", .assessment = &assessment
    };
    if (!candidate_read (txn, citizen, &candidate))
        return STATUS_OK; /* the store has failed: the engine notices */
    match_weights_t weights = weights_in_force (txn, &proposal.weights);
    match_assess (&candidate, &position->facts, &weights, &assessment);
    if (assessment.excluded && override_reason[0] == '\0')
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_EXCLUDED",
                      "something excludes it: ExplainMatch says what, and a reason overrides it");
    if (assessment.excluded)
        proposal.override_reason = override_reason;
    *ret_match = proposal_add (txn, &proposal);
    return STATUS_OK;
}

status_t placement_propose_match (txn_t *txn, const Placement__ProposeMatchRequest *request,
                                  Placement__ProposeMatchReply *reply, fault_t *reterr)
{
    uint64_t citizen = 0;
    position_t position;
    status_t status = candidate_find (txn, request->candidate, &citizen, reterr);
    if (status == STATUS_OK)
        status = position_read_open (txn, request->position, &position, reterr);
    if (status == STATUS_OK)
        status = proposal_check_new (txn, citizen, request->position, reterr);
    if (status == STATUS_OK && pair_kind (txn, citizen, request->position, NULL) == PLACEMENT__PAIR_KIND__FORBIDDEN)
        status = fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_PAIR_FORBIDDEN",
                        "people have decided that the two are not proposed; FreePair takes it back");
    if (status == STATUS_OK)
        status = propose (txn, citizen, &position, request->override_reason, &reply->match, reterr);
    return status;
}

/* --- people decide --- */

static Placement__Party whose_turn (Placement__MatchState state)
{
    if (state == PLACEMENT__MATCH_STATE__PROPOSED)
        return PLACEMENT__PARTY__CONSULTANT;
    if (state == PLACEMENT__MATCH_STATE__APPROVED)
        return PLACEMENT__PARTY__CITIZEN;
    if (state == PLACEMENT__MATCH_STATE__CITIZEN_ACCEPTED)
        return PLACEMENT__PARTY__ENTERPRISE;
    return PLACEMENT__PARTY__PARTY_UNSPECIFIED;
}

static status_t accept (txn_t *txn, proposal_t *proposal, Placement__Party by, fault_t *reterr)
{
    position_t position;
    if (whose_turn (proposal->state) != by)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_NOT_THEIR_TURN",
                      "first the consultant, then the citizen, then the enterprise, each once");
    status_t status = position_read_open (txn, proposal->position, &position, reterr);
    if (status != STATUS_OK)
        return status;
    /* The enterprise's yes takes an opening. */
    if (by == PLACEMENT__PARTY__ENTERPRISE && position.held >= position.facts.openings)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_POSITION_FULL", "all openings are taken");
    if (by == PLACEMENT__PARTY__CONSULTANT)
        bridge_taken_on (txn, proposal->citizen);
    proposal_become (txn, proposal, (Placement__MatchState) (proposal->state + 1));
    return STATUS_OK;
}

static status_t decline (txn_t *txn, proposal_t *proposal, Placement__Party by, const char *reason, fault_t *reterr)
{
    if (reason[0] == '\0')
        return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_REASON_REQUIRED", "a no needs a reason");
    proposal_become (txn, proposal, PLACEMENT__MATCH_STATE__DECLINED);
    Placement__MatchDeclined event = PLACEMENT__MATCH_DECLINED__INIT;
    event.match = proposal->id;
    event.by = by;
    txn_emit (txn, &event.base);
    return STATUS_OK;
}

status_t placement_decide_match (txn_t *txn, const Placement__DecideMatchRequest *request,
                                 Placement__DecideMatchReply *reply, fault_t *reterr)
{
    uint64_t citizen = 0;
    proposal_t proposal;
    status_t status = candidate_find (txn, request->candidate, &citizen, reterr);
    if (status == STATUS_OK)
        status = proposal_read (txn, citizen, request->position, &proposal, reterr);
    if (status != STATUS_OK)
        return status;
    if (!proposal_is_live (&proposal))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_MATCH_OVER",
                      "the match was declined or has started");
    status = request->accept ? accept (txn, &proposal, request->by, reterr)
                             : decline (txn, &proposal, request->by, request->reason, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (
        txn, "INSERT INTO decision (proposal, party, accepted, reason, at, actor) VALUES ($1, $2, $3, $4, $5, $6)",
        proposal.id, (int) request->by, request->accept ? 1 : 0, request->reason, txn_now (txn), txn_actor (txn));
    reply->state = proposal.state;
    return STATUS_OK;
}

/* --- what was proposed --- */

#define MATCHES                                                                                                        \
    "SELECT id, pseudonym, position, state, score, override_reason, proposed_at, run, weights FROM proposal"           \
    " JOIN candidate ON candidate.citizen = proposal.citizen WHERE "

static void show (txn_t *txn, rows_t *rows, Placement__Match *match)
{
    match->match = rows_uint (rows, 0);
    match->candidate = rows_uint (rows, 1);
    match->position = rows_uint (rows, 2);
    match->state = (Placement__MatchState) rows_int (rows, 3);
    match->score = (uint32_t) rows_uint (rows, 4);
    match->override_reason = txn_text (txn, rows_text (rows, 5));
    match->proposed_at = rows_int (rows, 6);
    match->run = rows_uint (rows, 7);
    match->weights = rows_uint (rows, 8);
}

static void show_terms (txn_t *txn, Placement__GetMatchReply *reply)
{
    rows_t *rows = txn_query (txn,
                              "SELECT name, points, most, danish, english, excluding FROM proposal_term"
                              " WHERE proposal = $1 ORDER BY line LIMIT $2",
                              reply->match->match, MATCH_LINES_MAX);
    while (rows_next (rows)) {
        Placement__Term *term = rows_int (rows, 5)
                                    ? txn_add (txn, reply->exclusions, reply->n_exclusions, placement__term)
                                    : txn_add (txn, reply->terms, reply->n_terms, placement__term);
        term->name = txn_text (txn, rows_text (rows, 0));
        term->points = (uint32_t) rows_uint (rows, 1);
        term->most = (uint32_t) rows_uint (rows, 2);
        term->danish = txn_text (txn, rows_text (rows, 3));
        term->english = txn_text (txn, rows_text (rows, 4));
    }
}

static void show_decisions (txn_t *txn, Placement__GetMatchReply *reply)
{
    rows_t *rows = txn_query (txn,
                              "SELECT party, accepted, reason, at, actor FROM decision WHERE proposal = $1"
                              " ORDER BY at, accepted DESC, party LIMIT 10",
                              reply->match->match);
    while (rows_next (rows)) {
        Placement__Decision *decision = txn_add (txn, reply->decisions, reply->n_decisions, placement__decision);
        decision->by = (Placement__Party) rows_int (rows, 0);
        decision->accept = rows_int (rows, 1) != 0;
        decision->reason = txn_text (txn, rows_text (rows, 2));
        decision->at = rows_int (rows, 3);
        decision->actor = txn_text (txn, rows_text (rows, 4));
    }
}

status_t placement_get_match (txn_t *txn, const Placement__GetMatchRequest *request, Placement__GetMatchReply *reply,
                              fault_t *reterr)
{
    uint64_t citizen = 0;
    proposal_t proposal;
    status_t status = candidate_find (txn, request->candidate, &citizen, reterr);
    if (status == STATUS_OK)
        status = proposal_read (txn, citizen, request->position, &proposal, reterr);
    if (status != STATUS_OK)
        return status;
    rows_t *row = txn_row (txn, MATCHES "id = $1", proposal.id);
    reply->match = (Placement__Match *) txn_message (txn, &placement__match__descriptor);
    if (row)
        show (txn, row, reply->match);
    show_terms (txn, reply);
    show_decisions (txn, reply);
    return STATUS_OK;
}

#define PAGE MATCHES "id > $1"
#define IN_ORDER " ORDER BY id LIMIT $2"

static rows_t *query_matches_of (txn_t *txn, const Placement__ListMatchesRequest *request, uint32_t limit)
{
    uint64_t citizen = 0;
    (void) candidate_find (txn, request->candidate, &citizen, NULL);
#define OF_CITIZEN " AND proposal.citizen = $3 AND ($4 = 0 OR position = $4)"
    return request->with_over
               ? txn_query (txn, PAGE OF_CITIZEN IN_ORDER, request->after, limit, citizen, request->position)
               : txn_query (txn, PAGE OF_CITIZEN UNDER_WAY IN_ORDER, request->after, limit, citizen, request->position);
}

static rows_t *query_matches (txn_t *txn, const Placement__ListMatchesRequest *request)
{
    uint32_t limit = request->limit ? request->limit : LIST_PAGE;
    uint64_t after = request->after, position = request->position;
    if (request->candidate)
        return query_matches_of (txn, request, limit);
    if (position)
        return request->with_over
                   ? txn_query (txn, PAGE " AND position = $3" IN_ORDER, after, limit, position)
                   : txn_query (txn, PAGE " AND position = $3" UNDER_WAY IN_ORDER, after, limit, position);
    return request->with_over ? txn_query (txn, PAGE IN_ORDER, after, limit)
                              : txn_query (txn, PAGE UNDER_WAY IN_ORDER, after, limit);
}

status_t placement_list_matches (txn_t *txn, const Placement__ListMatchesRequest *request,
                                 Placement__ListMatchesReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = query_matches (txn, request);
    while (rows_next (rows))
        show (txn, rows, txn_add (txn, reply->matches, reply->n_matches, placement__match));
    return STATUS_OK;
}
