#include "danish/dates.h"

#include "base/time.h"

#include <stdio.h>

static const char *const MONTHS[] = { "januar", "februar", "marts",     "april",   "maj",      "juni",
                                      "juli",   "august",  "september", "oktober", "november", "december" };

const char *danish_day (int32_t day, char out[DANISH_DAY_SIZE])
{
    civil_t civil = day_to_civil (day);
    snprintf (out, DANISH_DAY_SIZE, "%d. %s %d", civil.day, MONTHS[civil.month - 1], civil.year);
    return out;
}

const char *danish_month (int32_t month, char out[DANISH_MONTH_SIZE])
{
    civil_t civil = day_to_civil (month_first_day (month));
    snprintf (out, DANISH_MONTH_SIZE, "%s %d", MONTHS[civil.month - 1], civil.year);
    return out;
}

const char *danish_instant (int64_t instant, char out[DANISH_TIME_SIZE])
{
    char day[DANISH_DAY_SIZE];
    int minute = copenhagen_minute (instant);
    snprintf (out, DANISH_TIME_SIZE, "%s kl. %d.%02d", danish_day (copenhagen_day (instant), day), minute / 60,
              minute % 60);
    return out;
}
