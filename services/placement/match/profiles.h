/*
 * Citizens in compact form: what match_candidate_t says of each in some 110 bytes, words as numbers. Words are those of
 * the positions that are open: a condition that nobody offers excludes everywhere, an ability that nobody asks for
 * changes nothing, so neither needs a number of its own.
 */
#ifndef FYR_PLACEMENT_MATCH_PROFILES_H
#define FYR_PLACEMENT_MATCH_PROFILES_H

#include "placement/match_rules.h"

/* Distinct texts in alphabetical order; a text is its place in it. Texts are borrowed. */
typedef struct {
    const char **list;
    uint32_t count;
} words_t;

enum { WORDS_MAX = 4096 /* distinct conditions or dimensions of all positions that are open */ };

/* Takes the list, which may have a text more than once. */
words_t words_of (const char **list, size_t count);
void words_clear (words_t *self);
bool words_find (const words_t *self, const char *word, uint32_t *ret_number);

typedef struct {
    uint64_t citizen;
    week_t times, at_work;
    int16_t minutes_free, district, travel_most; /* MATCH_NOT_STATED */
    int32_t days_waited;
    bool nowhere; /* needs what nobody offers, or takes no part */
    uint8_t n_needs, n_abilities;
    uint16_t n_left_out;
    uint32_t words_at;    /* needs, then abilities as packed levels */
    uint32_t left_out_at; /* positions that are not for this citizen, whatever they fit */
} profile_t;

typedef struct {
    const words_t *conditions, *dimensions; /* borrowed */
    const match_weights_t *weights;         /* of them, the conditions whose lack excludes nobody; borrowed */
    profile_t *list;
    size_t count, room;
    uint16_t *words;
    size_t n_words, words_room;
    uint32_t *left_out;
    size_t n_left_out, left_out_room;
} profiles_t;

static inline uint16_t level_pack (uint32_t dimension, int level)
{
    return (uint16_t) (dimension << 3 | (unsigned) level);
}

void profiles_clear (profiles_t *self);

/* Appends one; `left_out` are numbers of positions, at most UINT16_MAX. False: no memory, and nothing has changed. */
bool profiles_add (profiles_t *self, const match_candidate_t *candidate, const uint32_t *left_out, size_t n_left_out);

#endif
