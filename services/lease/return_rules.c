#include "lease/return_rules.h"

#include "base/time.h"

static bool held_on (const held_t *job, int32_t day)
{
    return job->first_day <= day && day <= job->last_day;
}

static bool alone (const held_t *job)
{
    return job->beside == BESIDE_FIRST || job->beside == BESIDE_AGAIN;
}

static size_t count_alone_on (const held_t *jobs, const size_t *which, size_t count, int32_t day)
{
    size_t people = 0;
    for (size_t i = 0; i < count; i++)
        people += alone (&jobs[which[i]]) && held_on (&jobs[which[i]], day);
    return people;
}

/* Two counts that are both never too high: first jobs over all the days, and jobs held alone on the fullest of them,
 * which is a day on which one of them begins. */
size_t people_at_least (const held_t *jobs, const size_t *which, size_t count, int32_t first_day, int32_t last_day)
{
    size_t first_jobs = 0, most = 0;
    for (size_t i = 0; i < count; i++) {
        const held_t *job = &jobs[which[i]];
        if (job->first_day > last_day || job->last_day < first_day)
            continue;
        first_jobs += job->beside == BESIDE_FIRST;
        int32_t day = job->first_day > first_day ? job->first_day : first_day;
        size_t people = count_alone_on (jobs, which, count, day);
        most = people > most ? people : most;
    }
    return first_jobs > most ? first_jobs : most;
}

/* --- months beside each other --- */

enum { MONTHS_EVER = 600 };

/* Part of `worked` that is of one month; its jobs stand in order. */
typedef struct {
    const worked_t *first;
    size_t count;
} month_t;

static size_t jobs_of (month_t month, size_t *out)
{
    for (size_t i = 0; i < month.count; i++)
        out[i] = month.first[i].job;
    return month.count;
}

/* Jobs that are in one of the two and not in the other. */
static size_t jobs_between (month_t a, month_t b, size_t *out)
{
    size_t i = 0, k = 0, count = 0;
    while (i < a.count || k < b.count) {
        if (k == b.count || (i < a.count && a.first[i].job < b.first[k].job))
            out[count++] = a.first[i++].job;
        else if (i == a.count || b.first[k].job < a.first[i].job)
            out[count++] = b.first[k++].job;
        else {
            i++;
            k++;
        }
    }
    return count;
}

/* What the two months tell when one is taken from the other. */
static bool may_stand_beside (const held_t *jobs, month_t month, month_t shown, size_t *room)
{
    size_t between = jobs_between (month, shown, room);
    return between == 0 || people_at_least (jobs, room, between, month_first_day (shown.first->month),
                                            month_last_day (month.first->month)) >= PEOPLE_LEAST;
}

static bool may_be_shown (const held_t *jobs, month_t month, const month_t *shown, size_t n_shown, size_t *room)
{
    size_t count = jobs_of (month, room);
    if (people_at_least (jobs, room, count, month_first_day (month.first->month), month_last_day (month.first->month)) <
        PEOPLE_LEAST)
        return false;
    for (size_t i = n_shown; i > 0; i--)
        if (!may_stand_beside (jobs, month, shown[i - 1], room))
            return false;
    return true;
}

void hide_months (const held_t *jobs, const worked_t *worked, size_t count, int32_t from_month, size_t months,
                  bool *ret_hidden, size_t *room)
{
    month_t shown[MONTHS_EVER];
    size_t n_shown = 0;
    for (size_t i = 0; i < months; i++)
        ret_hidden[i] = false;
    for (size_t i = 0; i < count;) {
        month_t month = { &worked[i], 0 };
        while (i < count && worked[i].month == month.first->month) {
            month.count++;
            i++;
        }
        if (n_shown < MONTHS_EVER && may_be_shown (jobs, month, shown, n_shown, room))
            shown[n_shown++] = month;
        else if (month.first->month >= from_month && month.first->month < from_month + (int32_t) months)
            ret_hidden[month.first->month - from_month] = true;
    }
}
