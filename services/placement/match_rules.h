/*
 * P3, P4: does this citizen fit this position, how well, and why. Integers alone; no store, no clock, no words.
 *
 * First the exclusions, which no score can outweigh:
 *   - a condition the citizen needs and the workplace does not offer, unless it is published as one that excludes
 * nobody
 *   - more minutes a week than the citizen has free
 *   - an hour of the week in which the work lies and the citizen cannot
 *   - an hour of the week in which the work lies and the citizen has other work already
 *   - a longer way to the position's district than the citizen can have
 *   - a demand more than `gap_most` above the ability
 * Then, only where nothing excludes, the score: the sum of the terms, from 0 to MATCH_SCORE_MOST.
 *
 * An ability that nobody stated counts as `level_unstated`, which is never so low that it excludes: consent may cover
 * less than all that somebody can do. Hours and district that nobody stated exclude nothing and give half of their
 * points. Nor do times exclude where either side states none, nor the way where it has no limit or no beginning.
 */
#ifndef FYR_PLACEMENT_MATCH_RULES_H
#define FYR_PLACEMENT_MATCH_RULES_H

#include "base/week.h"
#include "danish/district.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MATCH_SCORE_MOST = 1000,
    MATCH_LEVEL_MOST = 4,
    MATCH_GAP_USUAL = 2, /* as the program comes; what holds is published */
    MATCH_UNSTATED_USUAL = 2,
    MATCH_WAIT_USUAL = 180,
    MATCH_WAIT_MAX = 3650,
    MATCH_TRAVEL_MAX = 240, /* minutes */
    MATCH_LEVELS_MAX = 32,
    MATCH_CONDITIONS_MAX = 16,
    MATCH_LINES_MAX = MATCH_CONDITIONS_MAX + MATCH_LEVELS_MAX + 4,
    MATCH_NOT_STATED = -1
};

typedef struct {
    const char *dimension;
    int level; /* 0 to 4 */
} match_level_t;

/* Text is borrowed; no dimension or condition stands there twice. */
typedef struct {
    uint64_t citizen;
    match_level_t abilities[MATCH_LEVELS_MAX];
    size_t n_abilities;
    const char *needs[MATCH_CONDITIONS_MAX];
    size_t n_needs;
    int minutes_free; /* a week; MATCH_NOT_STATED */
    week_t times;     /* in which they can work; empty: not stated */
    week_t at_work;   /* in which other work of theirs lies */
    int district;     /* MATCH_NOT_STATED */
    int travel_most;  /* minutes; MATCH_NOT_STATED */
    int days_waited;
} match_candidate_t;

typedef struct {
    uint64_t position;
    match_level_t demands[MATCH_LEVELS_MAX];
    size_t n_demands;
    const char *offers[MATCH_CONDITIONS_MAX];
    size_t n_offers;
    int weekly_minutes;
    week_t times; /* in which somebody has to be there; empty: whenever it suits */
    int district;
    int openings;
} match_position_t;

/* The published table: minutes between districts, 1 to DISTRICT_COUNT, and within each. */
typedef struct {
    int minutes[DISTRICT_COUNT + 1][DISTRICT_COUNT + 1];
    bool certain; /* measured or sourced, every one of them */
} match_travel_t;

/* What is published: points at most, which sum to MATCH_SCORE_MOST, what excludes, and the way between districts. */
typedef struct {
    int ability, hours, district, waiting;
    int gap_most;                           /* a demand may lie so far above the ability; points fall with the gap */
    int level_unstated;                     /* what an ability counts as that nobody stated */
    int wait_days;                          /* from here on waiting gives all of its points */
    const char *soft[MATCH_CONDITIONS_MAX]; /* conditions whose lack excludes nobody; borrowed */
    size_t n_soft;
    match_travel_t travel;
} match_weights_t;

bool match_weights_valid (const match_weights_t *weights);

typedef enum {
    MATCH_CONDITION,
    MATCH_HOURS,
    MATCH_TIMES,
    MATCH_AT_WORK,
    MATCH_TRAVEL,
    MATCH_ABILITY,
    MATCH_DISTRICT,
    MATCH_WAITING
} match_topic_t;

typedef struct {
    match_topic_t topic;
    const char *word; /* the condition or dimension, borrowed; "" where the topic has none */
    int asked;        /* level, minutes or district of the position; minutes of the way to it */
    int has;          /* level, minutes, district or days of the citizen; MATCH_NOT_STATED */
    int counted;      /* MATCH_ABILITY: the level that was counted with */
    int enough;       /* MATCH_ABILITY: the highest demand that it is enough for */
    week_t missing;   /* MATCH_TIMES, MATCH_AT_WORK: hours of the work in which the citizen cannot */
    bool certain;     /* MATCH_TRAVEL: the minutes of the way are */
    int points, most; /* both 0 for an exclusion */
} match_line_t;

/* All exclusions, or all terms: never some of both. */
typedef struct {
    bool excluded;
    int score; /* 0 when excluded, else the sum of the points */
    match_line_t lines[MATCH_LINES_MAX];
    size_t n_lines;
} match_assessment_t;

void match_assess (const match_candidate_t *candidate, const match_position_t *position, const match_weights_t *weights,
                   match_assessment_t *ret_assessment);

#endif
