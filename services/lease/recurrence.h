/*
 * RFC 5545 recurrence rules, as far as rooms need them: which days, and the rule as calendars write it. Only this file
 * knows libical.
 *
 * What libical 3.0 reads but gets wrong, or never comes back from, is refused before it gets there (tests/unit/
 * lease_series_test.c names each): SECONDLY to HOURLY, BYSETPOS in a week, a month's day that does not exist.
 */
#ifndef FYR_LEASE_RECURRENCE_H
#define FYR_LEASE_RECURRENCE_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

enum { RECURRENCE_MOST = 60 /* occurrences */, RECURRENCE_DAYS_MOST = 731, RECURRENCE_RULE_SIZE = 256 };

typedef struct {
    int32_t days[RECURRENCE_MOST]; /* by the calendar in Copenhagen, rising; the first is the one asked for */
    size_t count;
    char rule[RECURRENCE_RULE_SIZE]; /* the same rule, with UNTIL in UTC as RFC 5545 wants it beside a TZID */
} recurrence_t;

/* `starts_at` is the instant of the first occurrence. INVALID_ARGUMENT: LEASE_RECURRENCE_UNREADABLE,
 * LEASE_RECURRENCE_UNSUPPORTED, LEASE_RECURRENCE_ENDLESS (no COUNT, no UNTIL), LEASE_RECURRENCE_OFF_START (the rule
 * does not give the day it starts on), LEASE_RECURRENCE_TOO_LONG. UNAVAILABLE: LEASE_RECURRENCE_NO_LIBRARY. */
status_t recurrence_expand (const char *rule, int64_t starts_at, recurrence_t *ret_recurrence, fault_t *reterr);

#endif
