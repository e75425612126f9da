#include "danish/holidays.h"

#include "base/time.h"

#include <stddef.h>

enum { LAST_YEAR_OF_STORE_BEDEDAG = 2023 /* CAL-01 */, FRIDAY = 5 };

typedef struct {
    int month; /* 0 when the day is counted from Easter */
    int day;   /* of the month, or days after Easter Sunday */
    const char *name;
} feast_t;

static const feast_t PUBLIC_HOLIDAYS[] = {
    { 1, 1, "Nytårsdag" },    { 0, -3, "Skærtorsdag" },           { 0, -2, "Langfredag" }, { 0, 0, "Påskedag" },
    { 0, 1, "2. påskedag" },  { 0, 39, "Kristi himmelfartsdag" }, { 0, 49, "Pinsedag" },   { 0, 50, "2. pinsedag" },
    { 12, 25, "1. juledag" }, { 12, 26, "2. juledag" },
};

static const feast_t STORE_BEDEDAG = { 0, 26, "Store bededag" };

static const feast_t CLOSING_DAYS[] = {
    { 5, 1, "1. maj" },
    { 0, 40, "Fredag efter Kr. himmelfart" },
    { 6, 5, "Grundlovsdag" },
    { 12, 24, "Juleaftensdag" },
    { 12, 31, "Nytårsaftensdag" },
};

/* The anonymous Gregorian algorithm (Nature, 1876; Meeus, Astronomical Algorithms, chapter 8). */
int32_t easter_sunday (int year)
{
    int golden = year % 19;
    int century = year / 100;
    int of_century = year % 100;
    int lunar_correction = (8 * century + 13) / 25;
    int epact = (19 * golden + century - century / 4 - lunar_correction + 15) % 30;
    int weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    int late_moon = (golden + 11 * epact + 22 * weekday) / 451;
    int from_march = epact + weekday - 7 * late_moon + 114;
    return day_from_civil ((civil_t){ .year = year, .month = from_march / 31, .day = from_march % 31 + 1 });
}

static bool falls_on (const feast_t *feast, int32_t day, civil_t civil)
{
    if (feast->month > 0)
        return feast->month == civil.month && feast->day == civil.day;
    return day == easter_sunday (civil.year) + feast->day;
}

static const char *name_among (const feast_t *feasts, size_t count, int32_t day)
{
    civil_t civil = day_to_civil (day);
    for (size_t i = 0; i < count; i++)
        if (falls_on (&feasts[i], day, civil))
            return feasts[i].name;
    return NULL;
}

const char *holiday_name (int32_t day)
{
    const char *name = name_among (PUBLIC_HOLIDAYS, sizeof PUBLIC_HOLIDAYS / sizeof PUBLIC_HOLIDAYS[0], day);
    if (!name && day_to_civil (day).year <= LAST_YEAR_OF_STORE_BEDEDAG)
        name = name_among (&STORE_BEDEDAG, 1, day);
    return name;
}

const char *closing_day_name (int32_t day)
{
    return name_among (CLOSING_DAYS, sizeof CLOSING_DAYS / sizeof CLOSING_DAYS[0], day);
}

bool day_is_public_holiday (int32_t day)
{
    return holiday_name (day) != NULL;
}

bool day_is_working_day (int32_t day)
{
    return day_weekday (day) <= FRIDAY && !day_is_public_holiday (day);
}

int32_t working_day_on_or_after (int32_t day)
{
    while (!day_is_working_day (day))
        day++;
    return day;
}

int32_t add_working_days (int32_t day, int count)
{
    int step = count < 0 ? -1 : 1;
    while (count != 0) {
        day += step;
        if (day_is_working_day (day))
            count -= step;
    }
    return day;
}
