/* Cases of the match of shapes that have been hard for somebody. The same seed gives the same case. */
#ifndef FYR_TESTS_MATCH_CASE_H
#define FYR_TESTS_MATCH_CASE_H

#include "harness/chance.h"
#include "placement/match/instance.h"

enum { CASE_CITIZENS = 400, CASE_POSITIONS = 120, CASE_PAIRS = 8000 };

typedef struct {
    uint32_t citizens, positions, n_pairs;
    uint32_t openings[CASE_POSITIONS];
    instance_pair_t pairs[CASE_PAIRS];
} case_t;

typedef enum {
    SHAPE_ANY,
    SHAPE_TIES,         /* two scores */
    SHAPE_ZEROS,        /* every score 0 */
    SHAPE_ONE_HUB,      /* everybody fits in one large position, few elsewhere */
    SHAPE_ONE_WISH,     /* everybody's best by far is one opening */
    SHAPE_NOTHING_OPEN, /* most positions have no opening */
    SHAPE_DISCONNECTED, /* three islands */
    SHAPE_FULL,         /* all pairs */
    SHAPE_CHAIN,        /* each fits in two neighbours: long ways */
    SHAPES
} shape_t;

static inline uint32_t draw_below (uint64_t *seed, uint32_t below)
{
    return (uint32_t) (draw (seed) % below);
}

static inline bool shape_has_pair (shape_t shape, uint32_t citizen, uint32_t position, uint64_t *seed)
{
    switch (shape) {
    case SHAPE_ONE_HUB:
        return position == 0 || draw_below (seed, 8) == 0;
    case SHAPE_DISCONNECTED:
        return citizen % 3 == position % 3 && draw_below (seed, 2) == 0;
    case SHAPE_FULL:
        return true;
    case SHAPE_CHAIN:
        return position == citizen || position == citizen + 1;
    case SHAPE_ANY:
    case SHAPE_TIES:
    case SHAPE_ZEROS:
    case SHAPE_ONE_WISH:
    case SHAPE_NOTHING_OPEN:
    case SHAPES:
        break;
    }
    return draw_below (seed, 5) < 2;
}

static inline uint32_t shape_score (shape_t shape, uint32_t position, uint64_t *seed)
{
    if (shape == SHAPE_ZEROS)
        return 0;
    if (shape == SHAPE_TIES)
        return 500 + 500 * draw_below (seed, 2);
    if (shape == SHAPE_ONE_WISH)
        return position == 0 ? 990 + draw_below (seed, 11) : draw_below (seed, 4);
    return draw_below (seed, 3) == 0 ? draw_below (seed, 1001) : draw_below (seed, 6);
}

static inline void draw_case (case_t *c, shape_t shape, uint32_t citizens, uint32_t positions, uint64_t *seed)
{
    *c = (case_t){ .citizens = citizens, .positions = positions };
    for (uint32_t p = 0; p < positions; p++)
        c->openings[p] = shape == SHAPE_NOTHING_OPEN ? draw_below (seed, 5) / 4 : draw_below (seed, 4);
    if (positions > 0 && shape == SHAPE_ONE_HUB)
        c->openings[0] = citizens / 2 + 1;
    for (uint32_t i = 0; i < citizens; i++)
        for (uint32_t p = 0; p < positions && c->n_pairs < CASE_PAIRS; p++)
            if (shape_has_pair (shape, i, p, seed))
                c->pairs[c->n_pairs++] = (instance_pair_t){ i, p, shape_score (shape, p, seed) };
}

#endif
