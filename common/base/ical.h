/*
 * iCalendar (RFC 5545) into a buffer: content lines folded at 75 octets, text escaped, times in Europe/Copenhagen with
 * the VTIMEZONE that explains them. Writing only, and pure: the same calls give the same bytes.
 *
 * An instant in the hour that the clock shows twice in October is written in UTC: programs do not agree on which of the
 * two a local time means. Instants are written to the second.
 */
#ifndef FYR_BASE_ICAL_H
#define FYR_BASE_ICAL_H

#include "base/bytes.h"

#include <stdint.h>

void ical_begin (buffer_t *out, const char *name); /* VCALENDAR and its VTIMEZONE; `name` is shown by programs */
void ical_end (buffer_t *out);

void ical_line (buffer_t *out, const char *property, const char *value); /* value as it is: a number, a rule, a word */
void ical_text (buffer_t *out, const char *property, const char *text);  /* escaped */
void ical_utc (buffer_t *out, const char *property, int64_t instant);
void ical_local (buffer_t *out, const char *property, int64_t instant); /* adds ";TZID=Europe/Copenhagen" */

#endif
