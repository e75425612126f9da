/*
 * What is to be matched: citizens with one place each, positions with openings, and the eligible pairs with a score
 * from 0 to 1000. Pure data: no bus, no store, no clock.
 *
 * Citizens are numbered in the order in which they have waited, the longest first, and positions in the order in which
 * they were opened. Those two orders settle ties and nothing else.
 *
 * A pair stands twice, in the list of its citizen and in that of its position, each time packed into 32 bits as the
 * other one's number and the score. Invariant: the two sides hold the same pairs, no pair stands there twice, and every
 * number and score is within the limits below.
 *
 * File, little endian: 8 bytes "PMINST1\0"; u32 citizens, positions, pairs, 0; u32 row[citizens + 1], where citizen i
 * has the pairs from row[i] to before row[i + 1]; u32 position[pairs], ascending within a row; u16 score[pairs];
 * u16 openings[positions].
 */
#ifndef FYR_PLACEMENT_MATCH_INSTANCE_H
#define FYR_PLACEMENT_MATCH_INSTANCE_H

#include "base/status.h"
#include "placement/match/lists.h"

/* One person more outweighs any score: PERSON is above SCORE_MOST times CITIZENS_MAX, and twice a price fits in 31
 * bits. */
enum {
    MATCH_CITIZENS_MAX = 1 << 20,
    MATCH_POSITIONS_MAX = 1 << 20,
    MATCH_PAIRS_MAX = 1 << 26,
    MATCH_OPENINGS_MAX = UINT16_MAX,
    PAIR_SCORE_BITS = 10,
    PAIR_SCORE_MOST = 1000
};

static inline uint32_t pair_pack (uint32_t other, uint32_t score)
{
    return other << PAIR_SCORE_BITS | score;
}

static inline uint32_t pair_other (uint32_t pair)
{
    return pair >> PAIR_SCORE_BITS;
}

static inline int32_t pair_score (uint32_t pair)
{
    return (int32_t) (pair & ((1u << PAIR_SCORE_BITS) - 1));
}

typedef struct {
    uint32_t citizens, positions, pairs;
    lists_t of_citizen;  /* packed position and score */
    lists_t of_position; /* packed citizen and score */
    uint32_t *openings;
} instance_t;

void instance_destroy (instance_t **self);

/* Gives up to `size` bytes into `to`; fewer only at the end. */
typedef size_t (*instance_source_t) (void *context, void *to, size_t size);

/* STATUS_INVALID_ARGUMENT names the byte (from 0); STATUS_RESOURCE_EXHAUSTED: no memory. */
status_t instance_read (instance_source_t source, void *context, instance_t **ret_instance, fault_t *reterr);

/* One pair of a list given to instance_build. */
typedef struct {
    uint32_t citizen, position, score;
} instance_pair_t;

/* The same from memory, pairs in any order: they are put in order, so that the order in which they came is no part of
 * the answer. STATUS_INVALID_ARGUMENT names the pair or position (from 0). */
status_t instance_build (uint32_t citizens, uint32_t positions, const uint32_t *openings, const instance_pair_t *pairs,
                         uint32_t n_pairs, instance_t **ret_instance, fault_t *reterr);

/* The row of one citizen after the other, from the first: packed pairs, the positions ascending, borrowed until the
 * next. NULL: no more, it is broken off. */
typedef const uint32_t *(*instance_rows_t) (void *context, uint32_t citizen, uint32_t *ret_count);

/* The same, row by row: no pair stands anywhere else meanwhile. STATUS_CANCELLED: broken off. */
status_t instance_from_rows (uint32_t citizens, uint32_t positions, const uint32_t *openings, instance_rows_t rows,
                             void *context, instance_t **ret_instance, fault_t *reterr);

/* Numbers for those expected: citizens without pairs and positions without openings, behind those who are there. False:
 * no memory, or over a limit; the instance is as it was. */
bool instance_add_room (instance_t *self, uint32_t citizens, uint32_t positions);

#endif
