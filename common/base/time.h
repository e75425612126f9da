/*
 * Days, months and instants as plain numbers, and their ISO 8601 text.
 *
 *   day      int32, days since 1970-01-01, a civil day as people in Copenhagen name it
 *   month    int32, 12 * year + (month - 1)
 *   instant  int64, milliseconds since 1970-01-01T00:00:00Z
 *
 * Pure functions: nothing here reads a clock. Europe/Copenhagen is UTC+1, and UTC+2 from the last Sunday of March
 * 01:00 UTC to the last Sunday of October 01:00 UTC (CAL-02).
 */
#ifndef FYR_BASE_TIME_H
#define FYR_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    int year;  /* 1 to 9999 */
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
} civil_t;

enum { ISO_DAY_SIZE = 11, ISO_MONTH_SIZE = 8, ISO_INSTANT_SIZE = 25, MS_PER_DAY = 86400000 };

int32_t day_from_civil (civil_t civil);
civil_t day_to_civil (int32_t day);
int day_weekday (int32_t day);                    /* 1 Monday ... 7 Sunday */
int32_t day_add_months (int32_t day, int months); /* the same day of the month, or its last day */

int32_t month_of_day (int32_t day);
int32_t month_first_day (int32_t month);
int32_t month_last_day (int32_t month);

int32_t copenhagen_day (int64_t instant);        /* the civil day there at that instant */
int copenhagen_minute (int64_t instant);         /* minutes since local midnight by the clock, 0 to 1439 */
int copenhagen_offset_minutes (int64_t instant); /* 60 or 120 */
/* An hour that does not exist moves forward; of an hour that exists twice it is the first. */
int64_t copenhagen_instant (int32_t day, int minute_of_day);

/* 1900 to 2999, the years that a contract may name. */
bool day_in_range (int32_t day);
bool month_in_range (int32_t month);
bool instant_in_range (int64_t instant);

/* Text in the sizes named above, NUL included; returns `out`. What lies outside the years 1 to 9999 is written as the
 * nearest day that does not. */
const char *day_text (int32_t day, char out[ISO_DAY_SIZE]);
const char *month_text (int32_t month, char out[ISO_MONTH_SIZE]);
/* "2026-03-02T09:00:00Z", with ".250" only when needed. */
const char *instant_text (int64_t instant, char out[ISO_INSTANT_SIZE]);

/* Strict ISO 8601; years 1900 to 2999. False, and nothing written, when it is not. */
bool day_parse (const char *text, int32_t *ret_day);
bool month_parse (const char *text, int32_t *ret_month);
bool instant_parse (const char *text, int64_t *ret_instant); /* seconds optional; Z or an offset such as +01:00 */

#endif
