/*
 * Rules of law and figures that change, as versioned data: caps, rates, disregards, notice periods, thresholds.
 *
 * The file (deploy/facts/rules.csv, or the operator's own) has one row per rule and period, with the columns
 *     series;rule_id;description;value;unit;valid_from;source;confidence
 * Rows that are one rule over time share a `series` (SF-01 to SF-05 are all frikort_yearly_cap), and the row in force
 * on a day is the newest of the series that has begun. A row with an empty series is a series of its own.
 * Each January an operator adds rows and loads the file again; a loaded set never changes, it is replaced.
 *
 * `valid_from` is a day (2025-01-01), or less exact: a month (2023-11), a year (2019), a span of years (2026-2028, of
 * which only the beginning is used), any of these with a remark ("2023 (exact day not sourced)"); empty for what has
 * always held; "date not sourced" or "check ..." where nobody knows. An inexact rule counts from the first day it may
 * have begun.
 *
 * Whoever shows a result must say when it rests on a rule that is not certain: see rule_is_certain.
 */
#ifndef FYR_DANISH_RULES_H
#define FYR_DANISH_RULES_H

#include "base/csv.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RULES_MAX = 1024, RULES_PROBLEMS_MAX = 64 };

typedef struct rules rules_t;

/* Text is UTF-8, owned by the set, and "" where the file says nothing. */
typedef struct {
    const char *series; /* the rule's id where the file names no series */
    const char *id;     /* "SF-04": the source id that comments and reports refer to */
    const char *description;
    const char *value; /* "" when it was not found: see rules_last_known */
    const char *unit;
    const char *valid_from; /* as written */
    const char *source;
    const char *confidence;
    int32_t from_day;    /* the first day it may be in force; INT32_MIN when that is not stated */
    int32_t latest_from; /* the last day on which it may have begun; INT32_MAX when nobody knows */
} rule_t;

/* NULL, with `reterr` filled, when the file as a whole cannot be used: RULES_HEADER when there is none or a column is
 * missing; RULES_NO_MEMORY, for a set that is not complete would be another set. */
rules_t *rules_new (bytes_t csv, fault_t *reterr);
void rules_destroy (rules_t **self);

size_t rules_count (const rules_t *self);
const rule_t *rules_nth (const rules_t *self, size_t n); /* in the order of the file; n < rules_count */

/* Rows that were left out, and why. At most RULES_PROBLEMS_MAX are kept; the count goes on. */
size_t rules_problem_count (const rules_t *self);
const csv_problem_t *rules_problem (const rules_t *self, size_t n); /* n < count and < RULES_PROBLEMS_MAX */

/*
 * The rule in force on a day, by its series or the id of any row in it: "SF-01" asked for in 2025 gives SF-04. NULL
 * when there is no such series or it had not begun. The value of what is found may be missing.
 */
const rule_t *rules_at (const rules_t *self, const char *series_or_id, int32_t day);

/* As rules_at, but the newest row that has a value: the last known figure while this year's is not loaded. */
const rule_t *rules_last_known (const rules_t *self, const char *series_or_id, int32_t day);

/* Exactly that row, whatever the day; NULL when there is none. */
const rule_t *rules_by_id (const rules_t *self, const char *id);

/* It has a value, its confidence is "high" and nothing else, and on that day it has begun beyond doubt. */
bool rule_is_certain (const rule_t *rule, int32_t day);

/* The value as a number. False, and nothing written, when it is missing or of another kind. */
bool rule_whole (const rule_t *rule, int64_t *ret);      /* "37" */
bool rule_hundredths (const rule_t *rule, int64_t *ret); /* "28.66" is 2866: øre, or basis points of "pct" */
bool rule_day (const rule_t *rule, int32_t *ret_day);    /* "2026-01-01" */
bool rule_range (const rule_t *rule, int64_t *ret_low, int64_t *ret_high); /* "40-50"; a single number is both ends */

#endif
