/*
 * R3: what is counted, each as one statement over the tables that followers.c keeps.
 *
 * A figure of the whole programme is shown as it is. What is shared out over people's districts, outcomes or causes is
 * protected where it is put together (report.c). Hours are an amount: with few people behind it, it says how much each
 * of them worked, so it is protected here.
 */
#include "reporting/reporting.h"

#include "contract/reporting.handlers.h"
#include "danish/money.h"
#include "reporting/suppression_rules.h"

#include <string.h>

enum { POINTS_MAX = 48, FORECAST_DAYS_LEAST = 30, MINUTES_PER_HOUR = 60 };

/* Numbers in the statements are those of the owner's events: OfferKind of guidance, HoursSource of placement. */
#define LET_ON " FROM lease WHERE active_from <= $1 AND (last_day IS NULL OR last_day >= $1)"
#define GUIDED "SELECT count (DISTINCT participant) FROM attendance WHERE enterprise = 1 AND day BETWEEN $1 AND $2"
#define CASES(table) "SELECT count (*) FROM " table " BETWEEN $1 AND $2"

/* The same hour may stand in the register and in the enterprise's own report. It counts once: what the registers say
 * (eIndkomst, and frikort, which is not in eIndkomst: SF-16), or the enterprise's report where that says more. */
#define PAID_MINUTES                                                                                                   \
    "SELECT coalesce (sum (CASE WHEN registered >= told THEN registered ELSE told END), 0) FROM"                       \
    " (SELECT sum (CASE WHEN source <> 3 THEN paid_minutes ELSE 0 END) AS registered,"                                 \
    " sum (CASE WHEN source = 3 THEN paid_minutes ELSE 0 END) AS told"                                                 \
    " FROM paid WHERE month BETWEEN $1 AND $2 GROUP BY placement, month) AS line"

const indicator_t INDICATORS[INDICATOR_COUNT] = {
    [DESKS] = { "desks", "Kontorpladser i huset", "Desks in the house", "lease", STANDING,
                "SELECT count (*) FROM desk WHERE from_day <= $1" },
    [DESKS_LET] = { "desks-let", "Udlejede kontorpladser", "Desks let", "lease", STANDING,
                    "SELECT coalesce (sum (desks), 0)" LET_ON },
    [WAITING_LIST] = { "waiting-list", "Virksomheder på venteliste", "Enterprises on the waiting list", "lease",
                       STANDING,
                       "SELECT count (*) FROM waitlist_entry"
                       " WHERE joined_day <= $1 AND (left_day IS NULL OR left_day > $1)" },
    [TENANTS] = { "tenants", "Lejere i huset", "Tenants in the house", "lease", STANDING,
                  "SELECT count (DISTINCT tenant)" LET_ON },
    [ENTERPRISES_GUIDED] = { "enterprises-guided", "Virksomheder vejledt", "Enterprises guided", "guidance", COUNTED,
                             GUIDED },
    [GUIDED_PRE_ENTREPRENEURSHIP] = { "guided-pre-entrepreneurship", "før-iværksætteri", "pre-entrepreneurship",
                                      "guidance", COUNTED, GUIDED " AND kind = 1" },
    [GUIDED_ENTREPRENEURSHIP] = { "guided-entrepreneurship", "iværksætteri", "entrepreneurship", "guidance", COUNTED,
                                  GUIDED " AND kind = 2" },
    [GUIDED_HIRING] = { "guided-hiring", "ansættelse", "hiring", "guidance", COUNTED, GUIDED " AND kind = 3" },
    [GUIDED_WORKSHOP] = { "guided-workshop", "workshop", "workshop", "guidance", COUNTED, GUIDED " AND kind = 4" },
    [GUIDED_INSPIRATION] = { "guided-inspiration", "inspirationsoplæg", "inspiration talk", "guidance", COUNTED,
                             GUIDED " AND kind = 5" },
    [GUIDED_NETWORK] = { "guided-network", "netværksmøde", "network meeting", "guidance", COUNTED,
                         GUIDED " AND kind = 6" },
    [SESSIONS_HELD] = { "sessions-held", "Møder og forløb afholdt", "Sessions held", "guidance", COUNTED,
                        "SELECT count (DISTINCT session) FROM attendance WHERE day BETWEEN $1 AND $2" },
    [REFERRALS_MADE] = { "referrals-made", "Henvisninger fra SOF", "Referrals from SOF", "bridging", COUNTED,
                         CASES ("referral WHERE made_day") },
    [MATCHES_PROPOSED] = { "matches-proposed", "Match foreslået", "Matches proposed", "placement", COUNTED,
                           CASES ("proposal WHERE proposed_day") },
    [MATCHES_DECLINED] = { "matches-declined", "Match takket nej til", "Matches declined", "placement", COUNTED,
                           CASES ("proposal WHERE declined_day") },
    [CITIZENS_WITH_PAID_HOURS] = { "citizens-with-paid-hours", "Borgere med ordinære løntimer",
                                   "Citizens with ordinary paid hours", "placement", COUNTED_MONTHS,
                                   "SELECT count (DISTINCT citizen) FROM paid"
                                   " WHERE month BETWEEN $1 AND $2 AND paid_minutes > 0" },
    [PAID_HOURS] = { "paid-hours", "Ordinære løntimer", "Ordinary paid hours", "placement", COUNTED_MONTHS,
                     PAID_MINUTES },
    [PLACEMENTS_STARTED] = { "placements-started", "Ansættelser begyndt", "Placements started", "placement", COUNTED,
                             CASES ("placement WHERE started_day") },
    [PLACEMENTS_ENDED] = { "placements-ended", "Ansættelser afsluttet", "Placements ended", "placement", COUNTED,
                           CASES ("placement WHERE ended_day") },
    [PLACEMENTS_ACTIVE] = { "placements-active", "Ansættelser i gang", "Placements under way", "placement", STANDING,
                            "SELECT count (*) FROM placement"
                            " WHERE started_day <= $1 AND (ended_day IS NULL OR ended_day >= $1)" },
};

int indicator_find (const char *slug)
{
    int found = 0;
    while (found < INDICATOR_COUNT && strcmp (INDICATORS[found].slug, slug) != 0)
        found++;
    return found;
}

Reporting__Figure *figure_new (txn_t *txn, int64_t value, Reporting__Visibility visibility)
{
    Reporting__Figure *figure = (Reporting__Figure *) txn_message (txn, &reporting__figure__descriptor);
    figure->value = visibility == REPORTING__VISIBILITY__SHOWN ? value : 0;
    figure->visibility = visibility;
    return figure;
}

static int64_t indicator_count (txn_t *txn, int number, period_t period)
{
    const indicator_t *indicator = &INDICATORS[number];
    rows_t *row;
    if (indicator->kind == STANDING)
        row = txn_row (txn, indicator->statement, period.to_day);
    else if (indicator->kind == COUNTED)
        row = txn_row (txn, indicator->statement, period.from_day, period.to_day);
    else
        row = txn_row (txn, indicator->statement, month_of_day (period.from_day), month_of_day (period.to_day));
    int64_t count = row ? rows_int (row, 0) : 0;
    if (row)
        rows_close (row);
    return number == PAID_HOURS ? (count + MINUTES_PER_HOUR / 2) / MINUTES_PER_HOUR : count;
}

Reporting__Figure *indicator_figure (txn_t *txn, int number, period_t period)
{
    int64_t latest_at;
    if (!owner_heard (txn, INDICATORS[number].owner, &latest_at))
        return figure_new (txn, 0, REPORTING__VISIBILITY__MISSING);
    bool hidden = number == PAID_HOURS && count_is_small (indicator_count (txn, CITIZENS_WITH_PAID_HOURS, period));
    return figure_new (txn, indicator_count (txn, number, period),
                       hidden ? REPORTING__VISIBILITY__SUPPRESSED : REPORTING__VISIBILITY__SHOWN);
}

/* --- beside the targets --- */

/* What is counted goes on at its pace so far; a pace of less than a month says nothing. */
static Reporting__Figure *forecast (txn_t *txn, int indicator, const Reporting__Target *target, int32_t to_day,
                                    const Reporting__Figure *to_date)
{
    int64_t value = to_date->value;
    int32_t elapsed = to_day - target->from_day + 1;
    int32_t whole = target->to_day - target->from_day + 1;
    if (to_date->visibility != REPORTING__VISIBILITY__SHOWN)
        return figure_new (txn, 0, to_date->visibility);
    bool moving = INDICATORS[indicator].kind != STANDING && elapsed < whole;
    if (moving && (elapsed < FORECAST_DAYS_LEAST || !money_share (value, whole, elapsed, &value)))
        return figure_new (txn, 0, REPORTING__VISIBILITY__MISSING);
    return figure_new (txn, value, REPORTING__VISIBILITY__SHOWN);
}

static Reporting__Outlook outlook (const Reporting__TargetStatus *status)
{
    if (status->to_date->visibility != REPORTING__VISIBILITY__SHOWN)
        return REPORTING__OUTLOOK__OUTLOOK_UNKNOWN;
    if (status->to_date->value >= status->target->low)
        return REPORTING__OUTLOOK__REACHED;
    if (status->forecast->visibility != REPORTING__VISIBILITY__SHOWN)
        return REPORTING__OUTLOOK__OUTLOOK_UNKNOWN;
    return status->forecast->value >= status->target->low ? REPORTING__OUTLOOK__ON_COURSE
                                                          : REPORTING__OUTLOOK__OFF_COURSE;
}

Reporting__TargetStatus *target_status (txn_t *txn, int indicator, int32_t to_day)
{
    Reporting__Target *target = programme_target (txn, INDICATORS[indicator].slug);
    if (!target)
        return NULL;
    Reporting__TargetStatus *status =
        (Reporting__TargetStatus *) txn_message (txn, &reporting__target_status__descriptor);
    int32_t until = to_day < target->to_day ? to_day : target->to_day;
    status->target = target;
    status->to_date = until < target->from_day
                          ? figure_new (txn, 0, REPORTING__VISIBILITY__MISSING)
                          : indicator_figure (txn, indicator, (period_t){ target->from_day, until });
    status->forecast = forecast (txn, indicator, target, until, status->to_date);
    status->outlook = outlook (status);
    return status;
}

/* --- month by month, quarter by quarter --- */

period_t calendar_period (int32_t day, Reporting__Grain grain)
{
    int32_t month = month_of_day (day);
    if (grain != REPORTING__GRAIN__BY_QUARTER)
        return (period_t){ month_first_day (month), month_last_day (month) };
    int32_t first = month - month % 3;
    return (period_t){ month_first_day (first), month_last_day (first + 2) };
}

static status_t cut_into_periods (period_t whole, Reporting__Grain grain, period_t out[POINTS_MAX], size_t *ret_count,
                                  fault_t *reterr)
{
    size_t count = 0;
    for (int32_t day = whole.from_day; day <= whole.to_day; day = out[count++].to_day + 1) {
        if (count == POINTS_MAX)
            return fault (reterr, STATUS_INVALID_ARGUMENT, "REPORTING_PERIOD_TOO_LONG", "more than %d periods",
                          (int) POINTS_MAX);
        period_t calendar = calendar_period (day, grain);
        out[count] = (period_t){ day, calendar.to_day < whole.to_day ? calendar.to_day : whole.to_day };
    }
    *ret_count = count;
    return STATUS_OK;
}

/* Their sum may be known, so a lone hidden amount would not stay hidden. */
static void protect_hours (txn_t *txn, const period_t *periods, Reporting__Series *series)
{
    int64_t people[POINTS_MAX];
    bool hidden[POINTS_MAX];
    for (size_t i = 0; i < series->n_points; i++)
        people[i] = indicator_count (txn, CITIZENS_WITH_PAID_HOURS, periods[i]);
    suppress_amounts (people, series->n_points, hidden);
    for (size_t i = 0; i < series->n_points; i++)
        if (hidden[i] && series->points[i]->figure->visibility == REPORTING__VISIBILITY__SHOWN)
            series->points[i]->figure = figure_new (txn, 0, REPORTING__VISIBILITY__SUPPRESSED);
}

static void fill_series (txn_t *txn, int indicator, const period_t *periods, size_t count, Reporting__Series *series)
{
    int32_t to_day = periods[count - 1].to_day;
    int32_t first_day = programme_first_day (txn, periods[0].from_day);
    series->indicator = txn_text (txn, INDICATORS[indicator].slug);
    series->title = txn_text (txn, INDICATORS[indicator].title);
    series->title_en = txn_text (txn, INDICATORS[indicator].title_en);
    series->standing = INDICATORS[indicator].kind == STANDING;
    series->to_date = indicator_figure (txn, indicator, (period_t){ first_day < to_day ? first_day : to_day, to_day });
    series->target = target_status (txn, indicator, to_day);
    for (size_t i = 0; i < count; i++) {
        Reporting__Point *point = txn_add (txn, series->points, series->n_points, reporting__point);
        point->from_day = periods[i].from_day;
        point->to_day = periods[i].to_day;
        point->figure = indicator_figure (txn, indicator, periods[i]);
    }
    if (indicator == PAID_HOURS)
        protect_hours (txn, periods, series);
}

status_t reporting_get_indicators (txn_t *txn, const Reporting__GetIndicatorsRequest *request,
                                   Reporting__GetIndicatorsReply *reply, fault_t *reterr)
{
    period_t whole, periods[POINTS_MAX];
    size_t count = 0;
    status_t status = period_asked (txn, request->from_day, request->to_day, &whole, reterr);
    if (status == STATUS_OK)
        status = cut_into_periods (whole, request->grain, periods, &count, reterr);
    if (status != STATUS_OK)
        return status;
    reply->from_day = whole.from_day;
    reply->to_day = whole.to_day;
    for (int i = 0; i < INDICATOR_COUNT; i++)
        fill_series (txn, i, periods, count, txn_add (txn, reply->series, reply->n_series, reporting__series));
    return STATUS_OK;
}
