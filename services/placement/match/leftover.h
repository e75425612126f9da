/*
 * Why nobody sits there and why somebody has no place: part of the answer of a solved match.
 *
 * In a best plan an unplaced citizen is eligible only where every opening is held, and an empty opening has only
 * eligible citizens who are placed elsewhere: otherwise one more could be placed.
 */
#ifndef FYR_PLACEMENT_MATCH_LEFTOVER_H
#define FYR_PLACEMENT_MATCH_LEFTOVER_H

#include "base/bytes.h"
#include "placement/match/matching.h"

typedef enum {
    UNPLACED_NOT_ELIGIBLE, /* nowhere at all */
    UNPLACED_NONE_OPEN,    /* where the citizen is eligible, nothing is open */
    UNPLACED_ALL_HELD      /* where something is open, others hold it */
} unplaced_t;

typedef enum {
    EMPTY_NOBODY_ELIGIBLE,
    EMPTY_ALL_PLACED /* everybody who is eligible has a place */
} empty_t;

unplaced_t leftover_citizen (const matching_t *matching, uint32_t citizen);
empty_t leftover_opening (const matching_t *matching, uint32_t position);

/* All of it as lines of text, citizens and positions by number. */
void leftover_write (const matching_t *matching, buffer_t *out);

#endif
