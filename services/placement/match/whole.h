/*
 * P5 for a city: the best plan over every pair that fits, although only few of them are held in memory.
 *
 * The match starts from at most `most` pairs of each citizen (see eligible.h). Its prices prove the plan best among
 * those. A pair outside makes no difference either as long as
 *
 *     price of the citizen + price of the opening >= MATCH_PERSON + score,
 *
 * so all of them are asked again; those for which it is not so come in, of each citizen the WHOLE_ADDED_MAX that lack
 * most, and the match is made the best again. Once no pair is outside that line, the prices prove the plan best of all.
 *
 * Memory is that of the instance, twice while it is made anew, and WHOLE_ADDED_MAX pairs for each citizen.
 */
#ifndef FYR_PLACEMENT_MATCH_WHOLE_H
#define FYR_PLACEMENT_MATCH_WHOLE_H

#include "placement/match/eligible.h"
#include "placement/match/matching.h"

enum {
    WHOLE_PAIRS_MOST = 50, /* of one citizen, to begin with */
    WHOLE_ADDED_MAX = 10,  /* of one citizen, in one round */
    WHOLE_ROUNDS_MAX = 30  /* then the plan is said to be best among the pairs held, and no more */
};

typedef struct {
    uint64_t fits;     /* pairs that nothing excludes */
    uint64_t held;     /* of them in the instance in the end */
    uint32_t citizens; /* who fit more positions than `most` */
    uint32_t rounds;   /* through all pairs that fit, after the first */
    bool proved;       /* no pair outside would make the plan better */
} whole_t;

/* Whoever may want to break off, or see how far it is: asked with the citizens asked so far, of `of`. May be NULL. */
typedef bool (*whole_watch_t) (void *context, uint64_t asked, uint64_t of);

/* Profiles are citizens by their number in the instance. The plan is not settled yet. STATUS_RESOURCE_EXHAUSTED: no
 * memory; STATUS_CANCELLED: broken off. */
status_t whole_match (eligible_t *eligible, const profiles_t *profiles, const uint32_t *openings, uint32_t n_positions,
                      uint32_t most, whole_watch_t watch, void *context, matching_t **ret_matching, whole_t *ret_whole,
                      fault_t *reterr);

#endif
