/*
 * Danish public holidays, computed from Easter, and the days on which most close although no law says so.
 *
 * A working day is Monday to Friday and not a public holiday: that is what deadlines count by (LEA-03, LEA-04).
 * A customary closing day (1 May, the day after Ascension, Constitution Day, 24 and 31 December) is a working day in
 * that sense; whether the house is open on it is for its calendar to say. The two may fall together, as on 5 June 2028.
 * Store bededag was a public holiday up to and including 2023 (CAL-01).
 *
 * Days are those of base/time.h.
 */
#ifndef FYR_DANISH_HOLIDAYS_H
#define FYR_DANISH_HOLIDAYS_H

#include <stdbool.h>
#include <stdint.h>

/* The Danish name, or NULL on any other day. */
const char *holiday_name (int32_t day);
const char *closing_day_name (int32_t day); /* customary closing days only */

bool day_is_public_holiday (int32_t day);
bool day_is_working_day (int32_t day);

int32_t easter_sunday (int year);

int32_t working_day_on_or_after (int32_t day);

/* The working day that comes `count` working days after `day` (before, when negative); `day` itself for 0. */
int32_t add_working_days (int32_t day, int count);

#endif
