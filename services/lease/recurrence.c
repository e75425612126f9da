#include "lease/recurrence.h"

#include "base/time.h"

#include <libical/ical.h>

#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* libical brings ICU with it: a quarter of an idle service's memory and a tenth of its start. So it is loaded when the
 * first rule is read, and not by services that have none. */
#define EACH_OF_LIBICAL(x)                                                                                             \
    x (icalrecurrencetype_from_string) x (icalrecurrencetype_as_string_r) x (icalmemory_free_buffer)                   \
        x (icalrecur_iterator_new) x (icalrecur_iterator_next) x (icalrecur_iterator_free) x (icaltime_null_time)      \
            x (icaltime_is_null_time) x (icaltime_is_utc) x (icaltime_as_timet) x (icaltime_from_timet_with_zone)      \
                x (icaltimezone_get_utc_timezone)

static struct {
#define MEMBER(name) __typeof__ (name) *name;
    EACH_OF_LIBICAL (MEMBER)
#undef MEMBER
} libical;

static bool find_function (void *library, const char *name, void *out)
{
    void *at = dlsym (library, name);
    memcpy (out, &at, sizeof at);
    return at != NULL;
}

/* Of the version that this was compiled with: the number before the first point is part of its file's name. */
static status_t load_libical (fault_t *reterr)
{
    static bool loaded;
    char file[32];
    snprintf (file, sizeof file, "libical.so.%.*s", (int) strcspn (ICAL_VERSION, "."), ICAL_VERSION);
    void *library = loaded ? NULL : dlopen (file, RTLD_NOW | RTLD_LOCAL);
    if (library)
        loaded = true
#define FOUND(name) &&find_function (library, #name, &libical.name)
            EACH_OF_LIBICAL (FOUND)
#undef FOUND
            ;
    return loaded
               ? STATUS_OK
               : fault (reterr, STATUS_UNAVAILABLE, "LEASE_RECURRENCE_NO_LIBRARY", "{file=%s} cannot be loaded", file);
}

static status_t refuse (const char *reason, const char *why, fault_t *reterr)
{
    return fault (reterr, STATUS_INVALID_ARGUMENT, reason, "%s", why);
}

static status_t unsupported (const char *why, fault_t *reterr)
{
    return refuse ("LEASE_RECURRENCE_UNSUPPORTED", why, reterr);
}

/* --- which rules --- */

/* libical forgives much; a part that is not one of these would be read as something else, or as nothing. */
static status_t check_parts (const char *rule, fault_t *reterr)
{
    static const char *const PARTS[] = { "FREQ",       "INTERVAL", "COUNT",    "UNTIL", "BYDAY",
                                         "BYMONTHDAY", "BYMONTH",  "BYSETPOS", "WKST" };
    for (const char *part = rule;; part++) {
        size_t length = strcspn (part, "=;"), known = 0;
        while (known < sizeof PARTS / sizeof PARTS[0] &&
               !(strlen (PARTS[known]) == length && strncmp (part, PARTS[known], length) == 0))
            known++;
        if (known == sizeof PARTS / sizeof PARTS[0] || part[length] != '=')
            return unsupported (
                "a rule has FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS and WKST", reterr);
        part += strcspn (part, ";");
        if (*part == '\0')
            return STATUS_OK;
    }
}

/* Numbers of at most four digits: libical lets larger ones run over. */
static bool has_long_number (const char *rule)
{
    size_t digits = 0;
    const char *until = strstr (rule, "UNTIL=");
    for (const char *at = rule; *at; at++) {
        if (at == until)
            at += strcspn (at, ";");
        digits = isdigit ((unsigned char) *at) ? digits + 1 : 0;
        if (digits > 4)
            return true;
        if (*at == '\0')
            break;
    }
    return false;
}

/* 30 February and the like: libical looks for it through the centuries. */
static bool some_day_exists (const struct icalrecurrencetype *rule)
{
    static const int LONGEST[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (rule->by_month[0] == ICAL_RECURRENCE_ARRAY_MAX || rule->by_month_day[0] == ICAL_RECURRENCE_ARRAY_MAX)
        return true;
    for (int m = 0; rule->by_month[m] != ICAL_RECURRENCE_ARRAY_MAX; m++)
        for (int d = 0; rule->by_month_day[d] != ICAL_RECURRENCE_ARRAY_MAX; d++) {
            int month = rule->by_month[m],
                day = rule->by_month_day[d] < 0 ? -rule->by_month_day[d] : rule->by_month_day[d];
            if (month >= 1 && month <= 12 && day <= LONGEST[month - 1])
                return true;
        }
    return false;
}

static status_t read_rule (const char *text, struct icalrecurrencetype *ret_rule, fault_t *reterr)
{
    status_t status = check_parts (text, reterr);
    if (status != STATUS_OK)
        return status;
    if (has_long_number (text))
        return refuse ("LEASE_RECURRENCE_UNREADABLE", "a number of the rule is too large", reterr);
    struct icalrecurrencetype rule = libical.icalrecurrencetype_from_string (text);
    if (rule.freq == ICAL_NO_RECURRENCE)
        return refuse ("LEASE_RECURRENCE_UNREADABLE", "a rule looks like FREQ=WEEKLY;BYDAY=TU;COUNT=10", reterr);
    if (rule.freq < ICAL_DAILY_RECURRENCE)
        return unsupported ("a room is booked daily, weekly, monthly or yearly", reterr);
    if (rule.by_set_pos[0] != ICAL_RECURRENCE_ARRAY_MAX && rule.freq < ICAL_MONTHLY_RECURRENCE)
        return unsupported ("BYSETPOS goes with MONTHLY and YEARLY", reterr);
    if (!some_day_exists (&rule))
        return refuse ("LEASE_RECURRENCE_OFF_START", "no month of the rule has that day", reterr);
    if (rule.count == 0 && libical.icaltime_is_null_time (rule.until))
        return refuse ("LEASE_RECURRENCE_ENDLESS", "say how long: COUNT or UNTIL", reterr);
    *ret_rule = rule;
    return STATUS_OK;
}

/* --- days --- */

static struct icaltimetype local_time (int32_t day, int minute)
{
    civil_t civil = day_to_civil (day);
    struct icaltimetype time = libical.icaltime_null_time ();
    time.year = civil.year;
    time.month = civil.month;
    time.day = civil.day;
    time.hour = minute / 60;
    time.minute = minute % 60;
    return time;
}

static struct icaltimetype utc_time (int64_t instant)
{
    return libical.icaltime_from_timet_with_zone ((time_t) (instant / 1000), 0,
                                                  libical.icaltimezone_get_utc_timezone ());
}

static int32_t day_of (struct icaltimetype time)
{
    return day_from_civil ((civil_t){ time.year, time.month, time.day });
}

/* The last day the rule may give. A time of day counts: UNTIL before the booking's hour leaves that day out. */
static int32_t last_day (struct icaltimetype until, int minute)
{
    int32_t day = day_of (until);
    int of_day = 60 * until.hour + until.minute;
    if (until.is_date)
        return day;
    if (libical.icaltime_is_utc (until)) {
        int64_t instant = (int64_t) libical.icaltime_as_timet (until) * 1000;
        day = copenhagen_day (instant);
        of_day = copenhagen_minute (instant);
    }
    return of_day < minute ? day - 1 : day;
}

static status_t collect (struct icalrecurrencetype rule, int32_t first, int minute, recurrence_t *out, fault_t *reterr)
{
    icalrecur_iterator *iterator = libical.icalrecur_iterator_new (rule, local_time (first, minute));
    status_t status = STATUS_OK;
    out->count = 0;
    while (iterator && status == STATUS_OK) {
        struct icaltimetype next = libical.icalrecur_iterator_next (iterator);
        if (libical.icaltime_is_null_time (next))
            break;
        if (out->count == RECURRENCE_MOST || day_of (next) > first + RECURRENCE_DAYS_MOST)
            status = refuse ("LEASE_RECURRENCE_TOO_LONG", "at most 60 occurrences within two years", reterr);
        else
            out->days[out->count++] = day_of (next);
    }
    if (iterator)
        libical.icalrecur_iterator_free (iterator);
    if (status == STATUS_OK && (out->count == 0 || out->days[0] != first))
        status = refuse ("LEASE_RECURRENCE_OFF_START", "the rule does not give the day it starts on", reterr);
    return status;
}

status_t recurrence_expand (const char *text, int64_t starts_at, recurrence_t *ret_recurrence, fault_t *reterr)
{
    struct icalrecurrencetype rule;
    int32_t first = copenhagen_day (starts_at);
    int minute = copenhagen_minute (starts_at);
    status_t status = load_libical (reterr);
    if (status == STATUS_OK)
        status = read_rule (text, &rule, reterr);
    if (status != STATUS_OK)
        return status;
    int32_t last = libical.icaltime_is_null_time (rule.until) ? 0 : last_day (rule.until, minute);
    if (last)
        rule.until = local_time (last, minute);
    status = collect (rule, first, minute, ret_recurrence, reterr);
    if (status != STATUS_OK)
        return status;
    if (last)
        rule.until = utc_time (copenhagen_instant (last, minute));
    char *written = libical.icalrecurrencetype_as_string_r (&rule);
    snprintf (ret_recurrence->rule, sizeof ret_recurrence->rule, "%s", written);
    libical.icalmemory_free_buffer (written);
    return STATUS_OK;
}
