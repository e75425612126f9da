/*
 * Everybody who waits and everything that is open, as one run sees them, and who could go where. Arithmetic alone.
 *
 * Candidates stand in the order of the tie rule, the longest wait first and then who came first; positions from the
 * oldest. Those orders are the numbers of the match.
 */
#ifndef FYR_PLACEMENT_MATCH_WORLD_H
#define FYR_PLACEMENT_MATCH_WORLD_H

#include "base/arena.h"
#include "placement/match/several.h"
#include "placement/match_rules.h"

/* Why no run proposes the two although they may fit. */
typedef enum { NOT_LEFT_OUT, PROPOSED_BEFORE, FORBIDDEN } left_out_t;

typedef struct {
    uint32_t *positions;
    size_t count;
} left_out_list_t;

typedef struct {
    match_candidate_t *candidates;
    size_t n_candidates;
    match_position_t *positions;
    size_t n_positions;
    match_weights_t weights;
    uint32_t group_percent, floor_percent; /* who is hardest to place, and the floor for them; 0: none */
    uint32_t jobs_most;                    /* positions for one citizen at most */
    left_out_list_t *left_out_lists;       /* of each candidate */
    left_out_t *left_out;                  /* [candidate * n_positions + position]; NULL in a run */
    /* Of each candidate: the position that a lock gives, LOCK_WAITS for one that has no opening or does not fit now, or
     * NO_LOCK. Who is locked takes no part in the match, and the opening does not either. */
    size_t *lock;
} world_t;

#define NO_LOCK SIZE_MAX
#define LOCK_WAITS (SIZE_MAX - 1)

/* Packed pairs of one candidate, or of one position, as they are or as they would be if they were like `as`; none where
 * the candidate is locked or no opening is left. Room for all of the other side is the caller's. */
uint32_t world_pairs_of_candidate (const world_t *world, size_t candidate, const match_candidate_t *as, uint32_t *ret);
uint32_t world_pairs_of_position (const world_t *world, size_t position, const match_position_t *as, uint32_t *ret);

/* P5. Hours that nobody stated give one job at most: nobody knows what more the citizen can manage. Times that nobody
 * stated are never in the way. It lives in the arena. False: no memory. */
bool world_hours (const world_t *world, arena_t *arena, hours_t *ret_hours);

#endif
