#include "base/time.h"

enum { MS_PER_MINUTE = 60000, MINUTES_PER_DAY = 1440, SUNDAY = 7, WINTER_OFFSET = 60, SUMMER_OFFSET = 120 };
enum { YEAR_FIRST = 1900, YEAR_LAST = 2999 };

/* Rounds down, also below zero: the instants before 1970 are negative. */
static int64_t floor_div (int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static bool is_leap_year (int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month (int year, int month)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return month == 2 && is_leap_year (year) ? 29 : DAYS[month - 1];
}

/* Years are counted from March, so that the leap day is the last day of its year, in eras of 400 years that all have
 * 146097 days (Hinnant, "chrono-compatible low-level date algorithms"). 719468 days lie between 0000-03-01 and 1970. */
int32_t day_from_civil (civil_t civil)
{
    int64_t year = civil.month <= 2 ? civil.year - 1 : civil.year;
    int64_t era = floor_div (year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t month_from_march = (civil.month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + civil.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int32_t) (era * 146097 + day_of_era - 719468);
}

civil_t day_to_civil (int32_t day)
{
    int64_t shifted = (int64_t) day + 719468;
    int64_t era = floor_div (shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int) (month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    return (civil_t){
        .year = (int) (year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int) (day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

int day_weekday (int32_t day)
{
    int64_t since_monday = (int64_t) day + 3; /* 1970-01-01 was a Thursday */
    return (int) (since_monday - floor_div (since_monday, 7) * 7) + 1;
}

int32_t day_add_months (int32_t day, int months)
{
    civil_t civil = day_to_civil (day);
    int32_t month = month_of_day (day) + months;
    int32_t last = month_last_day (month);
    int32_t same = month_first_day (month) + civil.day - 1;
    return same < last ? same : last;
}

int32_t month_of_day (int32_t day)
{
    civil_t civil = day_to_civil (day);
    return 12 * civil.year + civil.month - 1;
}

int32_t month_first_day (int32_t month)
{
    int year = (int) floor_div (month, 12);
    return day_from_civil ((civil_t){ year, month - 12 * year + 1, 1 });
}

int32_t month_last_day (int32_t month)
{
    return month_first_day (month + 1) - 1;
}

bool day_in_range (int32_t day)
{
    int year = day_to_civil (day).year;
    return year >= YEAR_FIRST && year <= YEAR_LAST;
}

bool month_in_range (int32_t month)
{
    return month >= 12 * YEAR_FIRST && month < 12 * (YEAR_LAST + 1);
}

bool instant_in_range (int64_t instant)
{
    int64_t day = floor_div (instant, MS_PER_DAY);
    return day >= INT32_MIN && day <= INT32_MAX && day_in_range ((int32_t) day);
}

/* The clocks change at 01:00 UTC on the last Sunday of a month with 31 days. */
static int64_t clock_change (int year, int month)
{
    int32_t last = day_from_civil ((civil_t){ year, month, 31 });
    int32_t sunday = last - day_weekday (last) % SUNDAY;
    return (int64_t) sunday * MS_PER_DAY + 60 * MS_PER_MINUTE;
}

int copenhagen_offset_minutes (int64_t instant)
{
    int year = day_to_civil ((int32_t) floor_div (instant, MS_PER_DAY)).year;
    bool summer = instant >= clock_change (year, 3) && instant < clock_change (year, 10);
    return summer ? SUMMER_OFFSET : WINTER_OFFSET;
}

static int64_t copenhagen_local (int64_t instant)
{
    return instant + (int64_t) copenhagen_offset_minutes (instant) * MS_PER_MINUTE;
}

int32_t copenhagen_day (int64_t instant)
{
    return (int32_t) floor_div (copenhagen_local (instant), MS_PER_DAY);
}

int copenhagen_minute (int64_t instant)
{
    int64_t minutes = floor_div (copenhagen_local (instant), MS_PER_MINUTE);
    return (int) (minutes - floor_div (minutes, MINUTES_PER_DAY) * MINUTES_PER_DAY);
}

/* Read as summer time first: in autumn that is the first of the two hours. An hour that spring leaves out is neither,
 * and read as winter time it falls one hour later on the clock. */
int64_t copenhagen_instant (int32_t day, int minute_of_day)
{
    int64_t local = (int64_t) day * MS_PER_DAY + (int64_t) minute_of_day * MS_PER_MINUTE;
    int64_t as_summer = local - SUMMER_OFFSET * MS_PER_MINUTE;
    if (copenhagen_offset_minutes (as_summer) == SUMMER_OFFSET)
        return as_summer;
    return local - WINTER_OFFSET * MS_PER_MINUTE;
}

static char *put_number (char *at, int width, int value)
{
    for (int i = width - 1; i >= 0; i--, value /= 10)
        at[i] = (char) ('0' + value % 10);
    return at + width;
}

static char *put_day (char *at, int64_t day)
{
    int64_t first = day_from_civil ((civil_t){ 1, 1, 1 });
    int64_t last = day_from_civil ((civil_t){ 9999, 12, 31 });
    civil_t civil = day_to_civil ((int32_t) (day < first ? first : day > last ? last : day));
    at = put_number (at, 4, civil.year);
    *at++ = '-';
    at = put_number (at, 2, civil.month);
    *at++ = '-';
    return put_number (at, 2, civil.day);
}

const char *day_text (int32_t day, char out[ISO_DAY_SIZE])
{
    *put_day (out, day) = '\0';
    return out;
}

const char *month_text (int32_t month, char out[ISO_MONTH_SIZE])
{
    int32_t first = 12 * 1;
    int32_t last = 12 * 9999 + 11;
    int32_t clamped = month < first ? first : month > last ? last : month;
    char *at = put_number (out, 4, clamped / 12);
    *at++ = '-';
    *put_number (at, 2, clamped % 12 + 1) = '\0';
    return out;
}

const char *instant_text (int64_t instant, char out[ISO_INSTANT_SIZE])
{
    int64_t day = floor_div (instant, MS_PER_DAY);
    int ms_of_day = (int) ((instant % MS_PER_DAY + MS_PER_DAY) % MS_PER_DAY);
    int minute_of_day = ms_of_day / MS_PER_MINUTE;
    char *at = put_day (out, day);
    *at++ = 'T';
    at = put_number (at, 2, minute_of_day / 60);
    *at++ = ':';
    at = put_number (at, 2, minute_of_day % 60);
    *at++ = ':';
    at = put_number (at, 2, ms_of_day % MS_PER_MINUTE / 1000);
    if (ms_of_day % 1000 != 0) {
        *at++ = '.';
        at = put_number (at, 3, ms_of_day % 1000);
    }
    *at++ = 'Z';
    *at = '\0';
    return out;
}

/* Reading: each step moves `at` and says whether the text went on as expected. */
static bool take_number (const char **at, int width, int least, int most, int *ret_value)
{
    int value = 0;
    for (int i = 0; i < width; i++) {
        char digit = (*at)[i];
        if (digit < '0' || digit > '9')
            return false;
        value = 10 * value + (digit - '0');
    }
    if (value < least || value > most)
        return false;
    *at += width;
    *ret_value = value;
    return true;
}

static bool take (const char **at, char expected)
{
    if (**at != expected)
        return false;
    (*at)++;
    return true;
}

static bool take_month (const char **at, int *ret_year, int *ret_month)
{
    return take_number (at, 4, YEAR_FIRST, YEAR_LAST, ret_year) && take (at, '-') &&
           take_number (at, 2, 1, 12, ret_month);
}

static bool take_day (const char **at, int32_t *ret_day)
{
    civil_t civil;
    if (!take_month (at, &civil.year, &civil.month) || !take (at, '-') ||
        !take_number (at, 2, 1, days_in_month (civil.year, civil.month), &civil.day))
        return false;
    *ret_day = day_from_civil (civil);
    return true;
}

/* ":30", ":30.5", ":30.250" or nothing. */
static bool take_seconds (const char **at, int *ret_ms)
{
    int seconds = 0;
    *ret_ms = 0;
    if (!take (at, ':'))
        return true;
    if (!take_number (at, 2, 0, 59, &seconds))
        return false;
    *ret_ms = 1000 * seconds;
    if (!take (at, '.'))
        return true;
    int digits = 0;
    for (int unit = 100; unit > 0; unit /= 10, digits++) {
        int digit = 0;
        if (!take_number (at, 1, 0, 9, &digit))
            break;
        *ret_ms += digit * unit;
    }
    return digits > 0;
}

static bool take_offset (const char **at, int *ret_minutes)
{
    int hours, minutes;
    *ret_minutes = 0;
    if (take (at, 'Z'))
        return true;
    int sign = take (at, '-') ? -1 : 1;
    if (sign > 0 && !take (at, '+'))
        return false;
    if (!take_number (at, 2, 0, 14, &hours) || !take (at, ':') || !take_number (at, 2, 0, 59, &minutes))
        return false;
    *ret_minutes = sign * (60 * hours + minutes);
    return true;
}

bool day_parse (const char *text, int32_t *ret_day)
{
    int32_t day;
    if (!take_day (&text, &day) || *text != '\0')
        return false;
    *ret_day = day;
    return true;
}

bool month_parse (const char *text, int32_t *ret_month)
{
    int year, month;
    if (!take_month (&text, &year, &month) || *text != '\0')
        return false;
    *ret_month = 12 * year + month - 1;
    return true;
}

bool instant_parse (const char *text, int64_t *ret_instant)
{
    int32_t day;
    int hours, minutes, ms, offset;
    if (!take_day (&text, &day) || !take (&text, 'T') || !take_number (&text, 2, 0, 23, &hours) || !take (&text, ':') ||
        !take_number (&text, 2, 0, 59, &minutes) || !take_seconds (&text, &ms) || !take_offset (&text, &offset) ||
        *text != '\0')
        return false;
    int64_t instant =
        (int64_t) day * MS_PER_DAY + ((int64_t) 60 * hours + minutes - offset) * (int64_t) MS_PER_MINUTE + ms;
    if (!instant_in_range (instant))
        return false;
    *ret_instant = instant;
    return true;
}
