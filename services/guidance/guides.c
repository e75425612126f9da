/* G3: who guides, in what, in which languages, and when they work. */
#include "contract/guidance.handlers.h"
#include "danish/holidays.h"
#include "guidance/guidance.h"

#include <string.h>

status_t guide_check (txn_t *txn, uint64_t guide, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT 1 FROM guide WHERE id = $1", guide);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "GUIDANCE_GUIDE_UNKNOWN", "there is no guide {guide=%llu}",
                      (unsigned long long) guide);
    rows_close (row);
    return STATUS_OK;
}

bool guide_can (txn_t *txn, uint64_t guide, int kind)
{
    rows_t *row = txn_row (txn, "SELECT 1 FROM guide_competence WHERE guide = $1 AND kind = $2", guide, kind);
    if (row)
        rows_close (row);
    return row != NULL;
}

/* An exception stands above everything, a public holiday above the plan. */
static rows_t *query_hours (txn_t *txn, uint64_t guide, int32_t day)
{
    rows_t *exception = txn_row (txn, "SELECT 1 FROM guide_exception WHERE guide = $1 AND day = $2", guide, day);
    if (exception) {
        rows_close (exception);
        return txn_query (txn,
                          "SELECT from_minute, to_minute FROM guide_exception_hours WHERE guide = $1 AND day = $2"
                          " ORDER BY from_minute LIMIT $3",
                          guide, day, (int) HOURS_PER_DAY_MAX);
    }
    if (day_is_public_holiday (day))
        return NULL;
    return txn_query (txn,
                      "SELECT from_minute, to_minute FROM guide_hours WHERE guide = $1 AND weekday = $2"
                      " ORDER BY from_minute LIMIT $3",
                      guide, day_weekday (day), (int) HOURS_PER_DAY_MAX);
}

size_t guide_work (txn_t *txn, uint64_t guide, int32_t day, span_t out[HOURS_PER_DAY_MAX])
{
    size_t count = 0;
    rows_t *rows = query_hours (txn, guide, day);
    while (rows && rows_next (rows))
        out[count++] = span_of_hours (day, (hours_t){ (int) rows_int (rows, 0), (int) rows_int (rows, 1) });
    return count;
}

/* --- the plan --- */

static status_t check_hours (const hours_t *list, size_t count, fault_t *reterr)
{
    if (count > HOURS_PER_DAY_MAX)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "GUIDANCE_HOURS",
                      "a day has at most {most=%d} stretches of hours", HOURS_PER_DAY_MAX);
    if (!hours_well_formed (list, count))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "GUIDANCE_HOURS",
                      "hours end after they begin, and no two of a day overlap or touch");
    return STATUS_OK;
}

static status_t check_plan (txn_t *txn, Guidance__WeeklyHours *const *plan, size_t count, fault_t *reterr)
{
    hours_t *of_day = txn_alloc (txn, (count + 1) * sizeof *of_day);
    for (int weekday = 1; weekday <= 7; weekday++) {
        size_t n = 0;
        for (size_t i = 0; i < count; i++)
            if (plan[i]->weekday == weekday)
                of_day[n++] = (hours_t){ plan[i]->from_minute, plan[i]->to_minute };
        status_t status = check_hours (of_day, n, reterr);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static void write_plan (txn_t *txn, uint64_t guide, Guidance__WeeklyHours *const *plan, size_t count)
{
    (void) txn_run (txn, "DELETE FROM guide_hours WHERE guide = $1", guide);
    for (size_t i = 0; i < count; i++)
        (void) txn_run (txn, "INSERT INTO guide_hours (guide, weekday, from_minute, to_minute) VALUES ($1, $2, $3, $4)",
                        guide, plan[i]->weekday, plan[i]->from_minute, plan[i]->to_minute);
}

/* Said twice is the same as said once. */
static status_t write_competences (txn_t *txn, uint64_t guide, const Guidance__OfferKind *kinds, size_t count,
                                   fault_t *reterr)
{
    for (size_t i = 0; i < count; i++) {
        if (kinds[i] == GUIDANCE__OFFER_KIND__OFFER_KIND_UNSPECIFIED)
            return fault (reterr, STATUS_INVALID_ARGUMENT, "GUIDANCE_KIND", "say which kinds of guidance");
        (void) txn_run (txn, "INSERT INTO guide_competence (guide, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING", guide,
                        (int) kinds[i]);
    }
    return STATUS_OK;
}

status_t guidance_register_guide (txn_t *txn, const Guidance__RegisterGuideRequest *request,
                                  Guidance__RegisterGuideReply *reply, fault_t *reterr)
{
    status_t status = check_plan (txn, request->plan, request->n_plan, reterr);
    if (status != STATUS_OK)
        return status;
    uint64_t guide = reply->guide = txn_new_id (txn);
    (void) txn_run (txn, "INSERT INTO guide (id, name) VALUES ($1, $2)", guide, request->name);
    write_plan (txn, guide, request->plan, request->n_plan);
    for (size_t i = 0; i < request->n_languages; i++)
        (void) txn_run (txn, "INSERT INTO guide_language (guide, language) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                        guide, request->languages[i]);
    return write_competences (txn, guide, request->competences, request->n_competences, reterr);
}

status_t guidance_set_working_plan (txn_t *txn, const Guidance__SetWorkingPlanRequest *request,
                                    Guidance__SetWorkingPlanReply *reply, fault_t *reterr)
{
    (void) reply;
    status_t status = guide_check (txn, request->guide, reterr);
    if (status == STATUS_OK)
        status = check_plan (txn, request->plan, request->n_plan, reterr);
    if (status == STATUS_OK)
        write_plan (txn, request->guide, request->plan, request->n_plan);
    return status;
}

/* --- days that are not as the plan says --- */

static void drop_exception (txn_t *txn, uint64_t guide, int32_t day)
{
    (void) txn_run (txn, "DELETE FROM guide_exception_hours WHERE guide = $1 AND day = $2", guide, day);
    (void) txn_run (txn, "DELETE FROM guide_exception WHERE guide = $1 AND day = $2", guide, day);
}

status_t guidance_set_exception (txn_t *txn, const Guidance__SetExceptionRequest *request,
                                 Guidance__SetExceptionReply *reply, fault_t *reterr)
{
    (void) reply;
    hours_t *hours = txn_alloc (txn, (request->n_hours + 1) * sizeof *hours);
    for (size_t i = 0; i < request->n_hours; i++)
        hours[i] = (hours_t){ request->hours[i]->from_minute, request->hours[i]->to_minute };
    status_t status = guide_check (txn, request->guide, reterr);
    if (status == STATUS_OK)
        status = check_hours (hours, request->n_hours, reterr);
    if (status != STATUS_OK)
        return status;
    drop_exception (txn, request->guide, request->day);
    (void) txn_run (txn, "INSERT INTO guide_exception (guide, day) VALUES ($1, $2)", request->guide, request->day);
    for (size_t i = 0; i < request->n_hours; i++)
        (void) txn_run (
            txn, "INSERT INTO guide_exception_hours (guide, day, from_minute, to_minute) VALUES ($1, $2, $3, $4)",
            request->guide, request->day, hours[i].from_minute, hours[i].to_minute);
    return STATUS_OK;
}

status_t guidance_drop_exception (txn_t *txn, const Guidance__DropExceptionRequest *request,
                                  Guidance__DropExceptionReply *reply, fault_t *reterr)
{
    (void) reply;
    status_t status = guide_check (txn, request->guide, reterr);
    if (status == STATUS_OK)
        drop_exception (txn, request->guide, request->day);
    return status;
}

/* --- the list --- */

static void list_plan (txn_t *txn, Guidance__Guide *entry)
{
    rows_t *rows = txn_query (txn,
                              "SELECT weekday, from_minute, to_minute FROM guide_hours WHERE guide = $1"
                              " ORDER BY weekday, from_minute LIMIT 28",
                              entry->guide);
    while (rows_next (rows)) {
        Guidance__WeeklyHours *hours = txn_add (txn, entry->plan, entry->n_plan, guidance__weekly_hours);
        hours->weekday = (int32_t) rows_int (rows, 0);
        hours->from_minute = (int32_t) rows_int (rows, 1);
        hours->to_minute = (int32_t) rows_int (rows, 2);
    }
}

static void list_competences (txn_t *txn, Guidance__Guide *entry)
{
    rows_t *rows =
        txn_query (txn, "SELECT kind FROM guide_competence WHERE guide = $1 ORDER BY kind LIMIT 6", entry->guide);
    while (rows_next (rows)) {
        entry->competences = txn_grow (txn, entry->competences, entry->n_competences, sizeof *entry->competences);
        entry->competences[entry->n_competences++] = (Guidance__OfferKind) rows_int (rows, 0);
    }
}

static void list_languages (txn_t *txn, Guidance__Guide *entry)
{
    rows_t *rows = txn_query (txn, "SELECT language FROM guide_language WHERE guide = $1 ORDER BY language LIMIT 10",
                              entry->guide);
    while (rows_next (rows))
        txn_add_text (txn, entry->languages, entry->n_languages, rows_text (rows, 0));
}

status_t guidance_list_guides (txn_t *txn, const Guidance__ListGuidesRequest *request, Guidance__ListGuidesReply *reply,
                               fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (
        txn,
        "SELECT id, name FROM guide WHERE id > $1"
        " AND ($2 = 0 OR EXISTS (SELECT 1 FROM guide_competence c WHERE c.guide = guide.id AND c.kind = $2))"
        " AND ($3 = '' OR EXISTS (SELECT 1 FROM guide_language l WHERE l.guide = guide.id AND l.language = $3))"
        " ORDER BY id LIMIT $4",
        request->after, (int) request->kind, request->language, page_limit (request->limit));
    while (rows_next (rows)) {
        Guidance__Guide *entry = txn_add (txn, reply->guides, reply->n_guides, guidance__guide);
        entry->guide = rows_uint (rows, 0);
        entry->name = txn_text (txn, rows_text (rows, 1));
        list_plan (txn, entry);
        list_competences (txn, entry);
        list_languages (txn, entry);
    }
    return STATUS_OK;
}
