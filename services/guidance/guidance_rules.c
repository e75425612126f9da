#include "guidance/guidance_rules.h"

#include "base/time.h"

bool hours_well_formed (const hours_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].from_minute < 0 || list[i].from_minute >= list[i].to_minute || list[i].to_minute > MINUTES_OF_DAY)
            return false;
        for (size_t j = 0; j < i; j++)
            if (list[i].from_minute <= list[j].to_minute && list[j].from_minute <= list[i].to_minute)
                return false;
    }
    return true;
}

span_t span_of_hours (int32_t day, hours_t hours)
{
    return (span_t){
        .starts_at = copenhagen_instant (day, hours.from_minute),
        .ends_at = copenhagen_instant (day + hours.to_minute / MINUTES_OF_DAY, hours.to_minute % MINUTES_OF_DAY),
    };
}

static bool spans_overlap (span_t a, span_t b)
{
    return a.starts_at < b.ends_at && b.starts_at < a.ends_at;
}

bool span_within (span_t inner, const span_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].starts_at <= inner.starts_at && inner.ends_at <= list[i].ends_at)
            return true;
    return false;
}

size_t free_slots (const span_t *work, size_t n_work, const span_t *busy, size_t n_busy, int64_t length, int64_t *out,
                   size_t max)
{
    size_t count = 0, next = 0;
    for (size_t i = 0; i < n_work; i++) {
        int64_t at = work[i].starts_at;
        while (at + length <= work[i].ends_at && count < max) {
            while (next < n_busy && busy[next].ends_at <= at)
                next++;
            if (next < n_busy && spans_overlap ((span_t){ at, at + length }, busy[next])) {
                at = busy[next].ends_at;
            } else {
                out[count++] = at;
                at += length;
            }
        }
    }
    return count;
}

bool session_may_become (session_state_t from, session_state_t to)
{
    switch (from) {
    case SESSION_REQUESTED:
        return to == SESSION_BOOKED || to == SESSION_REFUSED || to == SESSION_CANCELLED;
    case SESSION_BOOKED:
        return to == SESSION_CANCELLED || to == SESSION_HELD;
    case SESSION_REFUSED:
    case SESSION_CANCELLED:
    case SESSION_HELD:
        return false;
    }
    return false;
}
