/* R1: what the budget note promises, and what of it is not certain. */
#include "reporting/reporting.h"

#include "contract/reporting.handlers.h"
#include "danish/district.h"

status_t period_check (int32_t from_day, int32_t to_day, fault_t *reterr)
{
    if (from_day <= to_day)
        return STATUS_OK;
    char from[ISO_DAY_SIZE], to[ISO_DAY_SIZE];
    return fault (reterr, STATUS_INVALID_ARGUMENT, "REPORTING_PERIOD", "{from=%s} is after {to=%s}",
                  day_text (from_day, from), day_text (to_day, to));
}

status_t period_asked (txn_t *txn, int32_t from_day, int32_t to_day, period_t *ret_period, fault_t *reterr)
{
    int32_t to = to_day ? to_day : txn_today (txn);
    int32_t from = from_day ? from_day : day_from_civil ((civil_t){ day_to_civil (to).year, 1, 1 });
    status_t status = period_check (from, to, reterr);
    if (status == STATUS_OK)
        *ret_period = (period_t){ from, to };
    return status;
}

/* --- targets --- */

status_t reporting_load_target (txn_t *txn, const Reporting__LoadTargetRequest *request,
                                Reporting__LoadTargetReply *reply, fault_t *reterr)
{
    (void) reply;
    if (indicator_find (request->indicator) == INDICATOR_COUNT)
        return fault (reterr, STATUS_NOT_FOUND, "REPORTING_INDICATOR_UNKNOWN", "there is no indicator %s",
                      request->indicator);
    if (request->low > request->high)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "REPORTING_TARGET_RANGE", "%lld is above %lld",
                      (long long) request->low, (long long) request->high);
    status_t status = period_check (request->from_day, request->to_day, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn,
                    "INSERT INTO target (indicator, low, high, from_day, to_day, source, confidence)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (indicator) DO UPDATE"
                    " SET low = $2, high = $3, from_day = $4, to_day = $5, source = $6, confidence = $7",
                    request->indicator, request->low, request->high, request->from_day, request->to_day,
                    request->source, request->confidence);
    return STATUS_OK;
}

Reporting__Target *programme_target (txn_t *txn, const char *indicator)
{
    rows_t *row = txn_row (
        txn, "SELECT low, high, from_day, to_day, source, confidence FROM target WHERE indicator = $1", indicator);
    if (!row)
        return NULL;
    Reporting__Target *target = (Reporting__Target *) txn_message (txn, &reporting__target__descriptor);
    target->indicator = txn_text (txn, indicator);
    target->low = rows_int (row, 0);
    target->high = rows_int (row, 1);
    target->from_day = (int32_t) rows_int (row, 2);
    target->to_day = (int32_t) rows_int (row, 3);
    target->source = txn_text (txn, rows_text (row, 4));
    target->confidence = txn_text (txn, rows_text (row, 5));
    rows_close (row);
    return target;
}

/* --- phases --- */

static status_t check_overlap (txn_t *txn, const Reporting__LoadPhaseRequest *request, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT phase FROM phase WHERE phase <> $1 AND from_day <= $3 AND to_day >= $2 LIMIT 1",
                           request->phase, request->from_day, request->to_day);
    if (!row)
        return STATUS_OK;
    return fault (reterr, STATUS_FAILED_PRECONDITION, "REPORTING_PHASES_OVERLAP",
                  "phase {phase=%s} has some of these days", rows_text (row, 0));
}

status_t reporting_load_phase (txn_t *txn, const Reporting__LoadPhaseRequest *request, Reporting__LoadPhaseReply *reply,
                               fault_t *reterr)
{
    (void) reply;
    status_t status = period_check (request->from_day, request->to_day, reterr);
    if (status == STATUS_OK)
        status = check_overlap (txn, request, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn,
                    "INSERT INTO phase (phase, from_day, to_day, title, title_en, source, confidence)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (phase) DO UPDATE"
                    " SET from_day = $2, to_day = $3, title = $4, title_en = $5, source = $6, confidence = $7",
                    request->phase, request->from_day, request->to_day, request->title, request->title_en,
                    request->source, request->confidence);
    return STATUS_OK;
}

int32_t programme_first_day (txn_t *txn, int32_t otherwise)
{
    rows_t *row = txn_row (txn, "SELECT from_day FROM phase ORDER BY from_day LIMIT 1");
    if (!row)
        return otherwise;
    int32_t day = (int32_t) rows_int (row, 0);
    rows_close (row);
    return day;
}

static void read_phase (txn_t *txn, rows_t *row, Reporting__Phase *phase)
{
    phase->phase = txn_text (txn, rows_text (row, 0));
    phase->from_day = (int32_t) rows_int (row, 1);
    phase->to_day = (int32_t) rows_int (row, 2);
    phase->title = txn_text (txn, rows_text (row, 3));
    phase->title_en = txn_text (txn, rows_text (row, 4));
}

Reporting__Phase *programme_phase_on (txn_t *txn, int32_t day)
{
    rows_t *row = txn_row (txn,
                           "SELECT phase, from_day, to_day, title, title_en FROM phase"
                           " WHERE from_day <= $1 AND to_day >= $1",
                           day);
    if (!row)
        return NULL;
    Reporting__Phase *phase = (Reporting__Phase *) txn_message (txn, &reporting__phase__descriptor);
    read_phase (txn, row, phase);
    rows_close (row);
    return phase;
}

/* --- districts --- */

status_t reporting_load_district (txn_t *txn, const Reporting__LoadDistrictRequest *request,
                                  Reporting__LoadDistrictReply *reply, fault_t *reterr)
{
    (void) reply;
    (void) reterr;
    (void) txn_run (txn,
                    "INSERT INTO district (district, in_note, area, source, confidence) VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT (district) DO UPDATE SET in_note = $2, area = $3, source = $4, confidence = $5",
                    request->district, request->in_note ? 1 : 0, request->area, request->source, request->confidence);
    return STATUS_OK;
}

bool programme_has_district (txn_t *txn, int32_t district)
{
    rows_t *row = txn_row (txn, "SELECT 1 FROM district WHERE district = $1 AND in_note = 1", district);
    if (row)
        rows_close (row);
    return row != NULL;
}

/* --- all of it --- */

size_t programme_uncertain (txn_t *txn, char *out[], size_t max)
{
    size_t count = 0;
    rows_t *rows = txn_query (txn,
                              "SELECT source, confidence FROM target WHERE confidence <> 'high'"
                              " UNION SELECT source, confidence FROM phase WHERE confidence <> 'high'"
                              " UNION SELECT source, confidence FROM district WHERE confidence <> 'high'"
                              " UNION SELECT source, confidence FROM budget_line WHERE confidence <> 'high'"
                              " ORDER BY 1, 2 LIMIT $1",
                              max);
    while (rows_next (rows))
        out[count++] = txn_format (txn, "%s (%s)", rows_text (rows, 0), rows_text (rows, 1));
    return count;
}

status_t reporting_get_programme (txn_t *txn, const Reporting__GetProgrammeRequest *request,
                                  Reporting__GetProgrammeReply *reply, fault_t *reterr)
{
    (void) request;
    (void) reterr;
    for (int i = 0; i < INDICATOR_COUNT; i++) {
        Reporting__Target *target = programme_target (txn, INDICATORS[i].slug);
        if (!target)
            continue;
        reply->targets = txn_grow (txn, reply->targets, reply->n_targets, sizeof (*reply->targets));
        reply->targets[reply->n_targets++] = target;
    }
    rows_t *rows = txn_query (
        txn, "SELECT phase, from_day, to_day, title, title_en FROM phase ORDER BY from_day LIMIT $1", (int) PHASES_MAX);
    while (rows_next (rows))
        read_phase (txn, rows, txn_add (txn, reply->phases, reply->n_phases, reporting__phase));
    rows = txn_query (txn, "SELECT district, in_note, area FROM district ORDER BY district LIMIT 10");
    while (rows_next (rows)) {
        const district_t *known = district_by_number ((int) rows_int (rows, 0));
        Reporting__District *district = txn_add (txn, reply->districts, reply->n_districts, reporting__district);
        district->district = known->number;
        district->name = txn_text (txn, known->name);
        district->in_note = rows_int (rows, 1) == 1;
        district->area = txn_text (txn, rows_text (rows, 2));
    }
    return STATUS_OK;
}
