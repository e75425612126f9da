/*
 * P4: an assessment in plain Danish and English. Words about the task, the workplace and what the citizen can do; an
 * exclusion is said as what would have to change.
 */
#ifndef FYR_PLACEMENT_MATCH_WORDS_H
#define FYR_PLACEMENT_MATCH_WORDS_H

#include "base/bytes.h"
#include "placement/match_rules.h"

typedef enum { MATCH_DANISH, MATCH_ENGLISH } match_language_t;

enum { MATCH_NAME_MAX = 48, MATCH_TEXT_MAX = 200, TIMES_TOLD_MAX = 5 /* spans of hours in one text */ };

/* A dimension or condition; what is not in the list stands for itself. Borrowed. */
const char *match_word (const char *word, match_language_t language);

/* "mandag 9-12, tirsdag 13-15" */
void match_times_text (const week_t *times, match_language_t language, buffer_t *out);

/* "5 h", "5 t. 30 min." */
void match_minutes_text (int minutes, match_language_t language, buffer_t *out);

/* "ability/lifting", "hours" ... */
void match_line_name (const match_line_t *line, buffer_t *out);

/* What stands there, for a term; what would have to change, for an exclusion. */
void match_line_text (const match_line_t *line, bool excludes, match_language_t language, buffer_t *out);

#endif
