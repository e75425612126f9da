/*
 * Days and times as Danish letters write them. Days and instants are those of base/time.h; the clock is Copenhagen's.
 */
#ifndef FYR_DANISH_DATES_H
#define FYR_DANISH_DATES_H

#include <stdint.h>

enum { DANISH_DAY_SIZE = 24, DANISH_MONTH_SIZE = 20, DANISH_TIME_SIZE = 48 };

/* All return `out`. */
const char *danish_day (int32_t day, char out[DANISH_DAY_SIZE]);          /* "8. juni 2026" */
const char *danish_month (int32_t month, char out[DANISH_MONTH_SIZE]);    /* "juni 2026" */
const char *danish_instant (int64_t instant, char out[DANISH_TIME_SIZE]); /* "8. juni 2026 kl. 9.05" */

#endif
