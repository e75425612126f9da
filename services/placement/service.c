/* What placement is, as tables. */
#include "contract/bridging.contract.h"
#include "contract/placement.contract.h"
#include "contract/placement.handlers.h"
#include "placement/placement.h"

#include <string.h>

extern const migration_t placement_migrations[];

static const timer_handler_t TIMERS[] = {
    { "consent_over", bridge_consent_over },
    { "more_to_take", run_more_to_take },
    { "more_to_propose", run_more_to_propose },
    { 0 },
};

static const answer_handler_t ANSWERS[] = {
    { "referral_answered", BRIDGING_ANSWER_REFERRAL, bridge_answered },
    { 0 },
};

static const job_handler_t JOBS[] = {
    { "match", match_run, match_done, match_failed },
    { "repeat", repeat_run, repeat_done, repeat_failed },
    { 0 },
};

const service_t placement_service = {
    .name = "placement",
    .identity = CALLER_PLACEMENT,
    .contract = &placement_contract,
    .handlers = placement_handlers,
    .schema = placement_migrations,
    .timers = TIMERS,
    .answers = ANSWERS,
    .jobs = JOBS,
};

status_t times_check (Placement__WorkTime *const *times, size_t n_times, week_t *ret_week, fault_t *reterr)
{
    week_t week = { { 0 } };
    for (size_t i = 0; i < n_times; i++)
        if (!week_add (&week,
                       (week_span_t){ (int) times[i]->day, (int) times[i]->from_hour, (int) times[i]->until_hour }))
            return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_BAD_TIMES",
                          "an hour stands there twice, or an end is not after its beginning");
    *ret_week = week;
    return STATUS_OK;
}

void times_fill (txn_t *txn, const week_t *week, Placement__WorkTime ***list, size_t *n_list)
{
    week_span_t span = { 0 };
    while (week_next (week, &span)) {
        Placement__WorkTime *entry = txn_add (txn, *list, *n_list, placement__work_time);
        entry->day = (Placement__Weekday) span.day;
        entry->from_hour = (uint32_t) span.from_hour;
        entry->until_hour = (uint32_t) span.until_hour;
    }
}

week_t times_read (rows_t *rows)
{
    week_t week = { { 0 } };
    while (rows_next (rows))
        (void) week_add (&week,
                         (week_span_t){ (int) rows_int (rows, 0), (int) rows_int (rows, 1), (int) rows_int (rows, 2) });
    rows_close (rows);
    return week;
}

int64_t only_int (rows_t *row)
{
    int64_t value = row ? rows_int (row, 0) : 0;
    if (row)
        rows_close (row);
    return value;
}

static status_t bad_words (const char *why, fault_t *reterr)
{
    return fault (reterr, STATUS_INVALID_ARGUMENT, "PLACEMENT_BAD_WORDS", "%s", why);
}

/* The refusal does not repeat the word: it may say what somebody needs. */
status_t words_check (Placement__Ability *const *levels, size_t n_levels, char *const *conditions, size_t n_conditions,
                      fault_t *reterr)
{
    for (size_t i = 0; i < n_levels; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp (levels[i]->dimension, levels[j]->dimension) == 0)
                return bad_words ("a dimension stands there twice", reterr);
    for (size_t i = 0; i < n_conditions; i++) {
        if (strlen (conditions[i]) > WORD_MAX)
            return bad_words ("a condition has more than 32 letters", reterr);
        for (size_t j = 0; j < i; j++)
            if (strcmp (conditions[i], conditions[j]) == 0)
                return bad_words ("a condition stands there twice", reterr);
    }
    return STATUS_OK;
}
