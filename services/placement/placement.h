/*
 * The words that the rooms of placement share. What a function reads is copied: it lives as long as the step.
 *
 * Two numbers stand for a citizen. People and bridging say the candidate's pseudonym; inside, everything hangs on
 * `citizen`, which events carry and which outlives an erasure. Only candidates.c turns one into the other.
 */
#ifndef FYR_PLACEMENT_PLACEMENT_H
#define FYR_PLACEMENT_PLACEMENT_H

#include "base/text.h"
#include "node/node.h"
#include "placement/match_rules.h"

#include "fyrtaarn/placement/v1/candidates.pb-c.h"
#include "fyrtaarn/placement/v1/matches.pb-c.h"
#include "fyrtaarn/placement/v1/pairs.pb-c.h"

extern const service_t placement_service;
extern const embedded_text_t placement_texts[];

enum { LIST_PAGE = 100, WORD_MAX = 32 };

/* The first value of a row from txn_row, which it closes; 0 when there is no row. */
int64_t only_int (rows_t *row);

/* PLACEMENT_BAD_WORDS: one stands there twice or is too long. */
status_t words_check (Placement__Ability *const *levels, size_t n_levels, char *const *conditions, size_t n_conditions,
                      fault_t *reterr);

/* Fills the set; PLACEMENT_BAD_TIMES: an hour stands there twice, or an end is not after its beginning. */
status_t times_check (Placement__WorkTime *const *times, size_t n_times, week_t *ret_week, fault_t *reterr);
/* A set of hours as the contract writes it. */
void times_fill (txn_t *txn, const week_t *week, Placement__WorkTime ***list, size_t *n_list);
/* Rows of (day, from_hour, until_hour); closes them. */
week_t times_read (rows_t *rows);

/* --- positions.c --- */

typedef struct {
    bool closed;
    int held; /* openings that somebody works in, or that all three have agreed on */
    match_position_t facts;
} position_t;

/* PLACEMENT_POSITION_UNKNOWN */
status_t position_read (txn_t *txn, uint64_t position, position_t *ret_position, fault_t *reterr);
/* The same, and PLACEMENT_POSITION_CLOSED. */
status_t position_read_open (txn_t *txn, uint64_t position, position_t *ret_position, fault_t *reterr);

/* --- candidates.c --- */

/* What ReceiveReferral and RegisterCandidate have in common; lists are borrowed for the call. */
typedef struct {
    uint64_t pseudonym;
    Placement__Source source;
    Placement__Ability *const *abilities;
    size_t n_abilities;
    char *const *conditions;
    size_t n_conditions;
    uint32_t weekly_minutes_most;
    week_t times;
    int32_t district;
    uint32_t travel_minutes_most;
} new_candidate_t;

uint64_t candidate_add (txn_t *txn, const new_candidate_t *candidate); /* gives the citizen */

/* PLACEMENT_CANDIDATE_UNKNOWN */
status_t candidate_find (txn_t *txn, uint64_t pseudonym, uint64_t *ret_citizen, fault_t *reterr);
uint64_t candidate_pseudonym (txn_t *txn, uint64_t citizen); /* 0: erased, or never there */
bool candidate_read (txn_t *txn, uint64_t citizen, match_candidate_t *ret_candidate);

/* All that hangs on the citizen goes; placements and hours stay. */
void candidate_erase (txn_t *txn, uint64_t citizen);

/* --- referrals.c: what bridging hears; nothing happens for BIF's own candidates --- */

void bridge_taken_on (txn_t *txn, uint64_t citizen);
void bridge_work_begins (txn_t *txn, uint64_t citizen);
status_t bridge_answered (txn_t *txn, const answer_t *answer, fault_t *reterr);
status_t bridge_consent_over (txn_t *txn, uint64_t citizen, fault_t *reterr);

/* --- pairs.c: what people decided about a pair, as long as it stands --- */

/* PAIR_KIND_UNSPECIFIED: nothing. `ret_reason` may be NULL. */
Placement__PairKind pair_kind (txn_t *txn, uint64_t citizen, uint64_t position, const char **ret_reason);
uint64_t pair_locked_position (txn_t *txn, uint64_t citizen); /* 0: none */
/* Openings that locks of others still wait for. */
int pair_locks_of_others (txn_t *txn, uint64_t citizen, uint64_t position);
void pair_end_lock (txn_t *txn, uint64_t citizen, uint64_t position); /* nothing happens when there is none */
void pair_erase (txn_t *txn, uint64_t citizen);

/* --- travel.c --- */

/* Version 0: the table of the program. */
void travel_in_force (txn_t *txn, match_travel_t *ret_travel, uint64_t *ret_version);

/* --- weights.c --- */

/* As published; version 0: those in force. NULL: there are none of that version. */
Placement__Weights *weights_read (txn_t *txn, uint64_t version, uint64_t *ret_version);
/* Borrows the words; without the table of travel. What is 0 is as the program comes. */
match_weights_t weights_of (const Placement__Weights *weights);
/* With the table of travel. */
match_weights_t weights_in_force (txn_t *txn, uint64_t *ret_version);

/* --- proposals.c: matches as rows --- */

/* As in the indexes: those that nobody has declined and whose work has not begun. */
#define UNDER_WAY " AND state BETWEEN 1 AND 4"

typedef struct {
    uint64_t id;
    uint64_t citizen;
    uint64_t position;
    Placement__MatchState state;
    bool overridden; /* proposed although excluded */
} proposal_t;

/* The newest between the two. PLACEMENT_MATCH_UNKNOWN */
status_t proposal_read (txn_t *txn, uint64_t citizen, uint64_t position, proposal_t *ret_proposal, fault_t *reterr);
bool proposal_is_live (const proposal_t *proposal); /* neither declined nor started */
void proposal_become (txn_t *txn, proposal_t *proposal, Placement__MatchState state);

bool proposal_undecided (txn_t *txn, uint64_t citizen); /* there is one that nobody has ended: no part in runs */

/* PLACEMENT_MATCH_EXISTS, PLACEMENT_ALREADY_PLACED */
status_t proposal_check_new (txn_t *txn, uint64_t citizen, uint64_t position, fault_t *reterr);

typedef struct {
    uint64_t citizen;
    uint64_t position;
    uint64_t weights; /* version */
    uint64_t run;     /* 0: by hand */
    const char *override_reason;
    const match_assessment_t *assessment; /* stored with the words that explain it */
} new_proposal_t;

uint64_t proposal_add (txn_t *txn, const new_proposal_t *proposal);
void proposal_erase (txn_t *txn, uint64_t citizen); /* all of the citizen's, with every word about them */

/* One line of an explanation in words. */
void term_fill (txn_t *txn, const match_line_t *line, bool excludes, Placement__Term *term);

/* --- match_run.c --- */

enum {
    RUN_MEMORY_MAX = 128 * 1024 * 1024,
    RUN_INPUT_MAX = 32 * 1024 * 1024,
    RUN_OUTPUT_MAX = 32 * 1024 * 1024,
    PROPOSED_IN_A_STEP = 60 /* their events stay within one record of the feed */
};

status_t match_run (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr);

/* --- match_job.c --- */

/* Openings that nobody holds and nobody has been proposed for. */
int position_unclaimed (txn_t *txn, const position_t *position);

status_t run_more_to_propose (txn_t *txn, uint64_t run, fault_t *reterr);
status_t match_done (txn_t *txn, uint64_t run, bytes_t output, fault_t *reterr);
status_t match_failed (txn_t *txn, uint64_t run, status_t status, fault_t *reterr);

/* --- match_unplaced.c --- */

/* Of two who fit: where a run would propose the citizen, and who has the position instead. PLACEMENT_RUN_MEMORY */
status_t explain_instead (txn_t *txn, uint64_t citizen, uint64_t position, Placement__ExplainMatchReply *reply,
                          fault_t *reterr);

/* --- match_proof.c: the run repeated, and how it came out; NULL: never --- */

status_t repeat_run (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr);
status_t repeat_done (txn_t *txn, uint64_t run, bytes_t output, fault_t *reterr);
status_t repeat_failed (txn_t *txn, uint64_t run, status_t status, fault_t *reterr);
Placement__Repetition *repetition_read (txn_t *txn, uint64_t run);

/* --- match_take.c --- */

status_t run_more_to_take (txn_t *txn, uint64_t run, fault_t *reterr);

/* --- placements.c --- */

/* Of all that have not ended before `from_day`: those at work in the position; minutes a week and
 * hours of the week of the citizen. */
int placement_count (txn_t *txn, uint64_t position, int32_t from_day);
int placement_minutes (txn_t *txn, uint64_t citizen, int32_t from_day);
week_t placement_times (txn_t *txn, uint64_t citizen, int32_t from_day); /* where the positions state them */

#endif
