/*
 * R4: the status report, put together from the rooms beside it; R5: what of it stays hidden; R9: which feeds it rests
 * on.
 *
 * Everything but R9 follows from the feeds, the programme and the days asked for, so that anybody can derive it again.
 */
#include "reporting/reporting.h"

#include "contract/reporting.handlers.h"
#include "danish/district.h"
#include "reporting/suppression_rules.h"

#include "fyrtaarn/bridging/v1/events.pb-c.h"
#include "fyrtaarn/placement/v1/events.pb-c.h"

#include <string.h>

enum { PARTS_MAX = 16, FEEDS_MAX = 16, SILENT_AFTER_MS = 60000 };

/* --- days --- */

static status_t report_period (txn_t *txn, const Reporting__GetStatusReportRequest *request, period_t *ret_period,
                               fault_t *reterr)
{
    if (request->month == 0)
        return period_asked (txn, request->from_day, request->to_day, ret_period, reterr);
    if (request->from_day || request->to_day)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "REPORTING_PERIOD", "either a month or days");
    *ret_period = (period_t){ month_first_day (request->month), month_last_day (request->month) };
    return STATUS_OK;
}

static period_t since_start (txn_t *txn, period_t period)
{
    int32_t first = programme_first_day (txn, period.from_day);
    return (period_t){ first < period.to_day ? first : period.to_day, period.to_day };
}

/* --- targets, indicators, quarters --- */

static void add_targets (txn_t *txn, period_t period, Reporting__GetStatusReportReply *reply)
{
    for (int i = 0; i < INDICATOR_COUNT; i++) {
        Reporting__TargetStatus *status = target_status (txn, i, period.to_day);
        if (!status)
            continue;
        reply->targets = txn_grow (txn, reply->targets, reply->n_targets, sizeof (*reply->targets));
        reply->targets[reply->n_targets++] = status;
    }
}

static void add_indicators (txn_t *txn, period_t period, Reporting__GetStatusReportReply *reply)
{
    period_t all = since_start (txn, period);
    for (int i = 0; i < INDICATOR_COUNT; i++) {
        Reporting__IndicatorStatus *status =
            txn_add (txn, reply->indicators, reply->n_indicators, reporting__indicator_status);
        status->indicator = txn_text (txn, INDICATORS[i].slug);
        status->standing = INDICATORS[i].kind == STANDING;
        status->period = indicator_figure (txn, i, period);
        status->to_date = indicator_figure (txn, i, all);
    }
}

/* Hours are left out: a quarter's would have to be protected against the period's. */
static void add_quarters (txn_t *txn, period_t period, Reporting__GetStatusReportReply *reply)
{
    static const int SHOWN[] = { DESKS_LET, ENTERPRISES_GUIDED, SESSIONS_HELD, CITIZENS_WITH_PAID_HOURS,
                                 PLACEMENTS_ACTIVE };
    int32_t programme_begins = since_start (txn, period).from_day;
    period_t current = calendar_period (period.to_day, REPORTING__GRAIN__BY_QUARTER);
    for (size_t i = 0; i < sizeof SHOWN / sizeof SHOWN[0]; i++) {
        Reporting__QuarterRow *row = txn_add (txn, reply->quarters, reply->n_quarters, reporting__quarter_row);
        row->indicator = txn_text (txn, INDICATORS[SHOWN[i]].slug);
        for (int back = REPORT_QUARTERS - 1; back >= 0; back--) {
            period_t quarter =
                calendar_period (day_add_months (current.from_day, -3 * back), REPORTING__GRAIN__BY_QUARTER);
            if (quarter.to_day < programme_begins)
                continue;
            if (quarter.to_day > period.to_day)
                quarter.to_day = period.to_day;
            Reporting__Point *point = txn_add (txn, row->points, row->n_points, reporting__point);
            point->from_day = quarter.from_day;
            point->to_day = quarter.to_day;
            point->figure = indicator_figure (txn, SHOWN[i], quarter);
        }
    }
}

/* --- people shared out (R5) --- */

typedef struct {
    int64_t code; /* as in the owner's events */
    const char *key;
} part_t;

/* The statement gives (code, people) from $1 to $2, and its people together are those of the indicator `total`. */
typedef struct {
    const char *key;
    int total;
    const char *statement;
    const part_t *parts; /* the last takes every code that has no part of its own */
    size_t n_parts;
} breakdown_t;

static const part_t DISTRICTS[] = {
    { 1, "district-1" }, { 2, "district-2" },   { 3, "district-3" }, { 4, "district-4" },
    { 5, "district-5" }, { 6, "district-6" },   { 7, "district-7" }, { 8, "district-8" },
    { 9, "district-9" }, { 10, "district-10" }, { 0, "not-stated" },
};

static const part_t OUTCOMES[] = {
    { BRIDGING__REFERRAL_OUTCOME__ACCEPTED, "accepted" },     { BRIDGING__REFERRAL_OUTCOME__DONE, "done" },
    { BRIDGING__REFERRAL_OUTCOME__REJECTED, "rejected" },     { BRIDGING__REFERRAL_OUTCOME__REVOKED, "revoked" },
    { BRIDGING__REFERRAL_OUTCOME__UNANSWERED, "unanswered" }, { 0, "waiting" },
};

static const part_t PARTIES[] = {
    { PLACEMENT__PARTY__CITIZEN, "citizen" },
    { PLACEMENT__PARTY__ENTERPRISE, "enterprise" },
    { PLACEMENT__PARTY__CONSULTANT, "consultant" },
    { 0, "not-stated" },
};

static const part_t CAUSES[] = {
    { PLACEMENT__END_CAUSE__NEW_JOB, "new-job" },
    { PLACEMENT__END_CAUSE__EDUCATION, "education" },
    { PLACEMENT__END_CAUSE__CONTRACT_ENDED, "contract-ended" },
    { PLACEMENT__END_CAUSE__CITIZEN_WISHED, "citizen-wished" },
    { PLACEMENT__END_CAUSE__ENTERPRISE_WISHED, "enterprise-wished" },
    { PLACEMENT__END_CAUSE__OTHER_CAUSE, "other-cause" },
};

#define PARTS(list) (list), sizeof (list) / sizeof ((list)[0])

enum { CITIZENS_BY_DISTRICT, BREAKDOWN_COUNT = 4 };

static const breakdown_t BREAKDOWNS[BREAKDOWN_COUNT] = {
    [CITIZENS_BY_DISTRICT] = { "citizens-by-district", CITIZENS_WITH_PAID_HOURS,
                               "SELECT coalesce (c.district, 0), count (DISTINCT p.citizen) FROM paid p"
                               " LEFT JOIN citizen c ON c.citizen = p.citizen"
                               " WHERE p.month BETWEEN $1 AND $2 AND p.paid_minutes > 0"
                               " GROUP BY coalesce (c.district, 0) ORDER BY 1",
                               PARTS (DISTRICTS) },
    { "referrals-by-outcome", REFERRALS_MADE,
      "SELECT coalesce (a.outcome, 0), count (*) FROM referral r LEFT JOIN referral_answer a ON a.referral = r.referral"
      " AND a.number = (SELECT max (l.number) FROM referral_answer l WHERE l.referral = r.referral AND l.day <= $2)"
      " WHERE r.made_day BETWEEN $1 AND $2 GROUP BY coalesce (a.outcome, 0) ORDER BY 1",
      PARTS (OUTCOMES) },
    { "declines-by-party", MATCHES_DECLINED,
      "SELECT declined_by, count (*) FROM proposal WHERE declined_day BETWEEN $1 AND $2 GROUP BY declined_by ORDER BY "
      "1",
      PARTS (PARTIES) },
    { "endings-by-cause", PLACEMENTS_ENDED,
      "SELECT cause, count (*) FROM placement WHERE ended_day BETWEEN $1 AND $2 GROUP BY cause ORDER BY 1",
      PARTS (CAUSES) },
};

static void count_parts (txn_t *txn, const breakdown_t *breakdown, period_t period, int64_t counts[PARTS_MAX])
{
    bool months = INDICATORS[breakdown->total].kind == COUNTED_MONTHS;
    rows_t *rows = txn_query (txn, breakdown->statement, months ? month_of_day (period.from_day) : period.from_day,
                              months ? month_of_day (period.to_day) : period.to_day);
    while (rows_next (rows)) {
        size_t at = 0;
        while (at + 1 < breakdown->n_parts && breakdown->parts[at].code != rows_int (rows, 0))
            at++;
        counts[at] += rows_int (rows, 1);
    }
}

static Reporting__Figure *part_figure (txn_t *txn, const Reporting__Figure *total, int64_t count, bool hidden)
{
    if (total->visibility != REPORTING__VISIBILITY__SHOWN)
        return figure_new (txn, 0, total->visibility);
    return figure_new (txn, count, hidden ? REPORTING__VISIBILITY__SUPPRESSED : REPORTING__VISIBILITY__SHOWN);
}

static void add_breakdowns (txn_t *txn, period_t period, Reporting__GetStatusReportReply *reply)
{
    period_t all = since_start (txn, period);
    for (size_t b = 0; b < BREAKDOWN_COUNT; b++) {
        const breakdown_t *known = &BREAKDOWNS[b];
        int64_t counts[PARTS_MAX] = { 0 };
        bool hidden[PARTS_MAX] = { false };
        count_parts (txn, known, all, counts);
        suppress_parts (counts, known->n_parts, hidden);
        Reporting__Breakdown *breakdown = txn_add (txn, reply->breakdowns, reply->n_breakdowns, reporting__breakdown);
        breakdown->breakdown = txn_text (txn, known->key);
        breakdown->total = indicator_figure (txn, known->total, all);
        for (size_t i = 0; i < known->n_parts; i++) {
            Reporting__Part *part = txn_add (txn, breakdown->parts, breakdown->n_parts, reporting__part);
            part->key = txn_text (txn, known->parts[i].key);
            part->figure = part_figure (txn, breakdown->total, counts[i], hidden[i]);
        }
    }
}

/* --- by district --- */

static Reporting__Figure *desks_in (txn_t *txn, int64_t district, int32_t day)
{
    int64_t latest_at;
    if (!owner_heard (txn, "lease", &latest_at))
        return figure_new (txn, 0, REPORTING__VISIBILITY__MISSING);
    rows_t *row = txn_row (txn, "SELECT count (*) FROM desk WHERE district = $1 AND from_day <= $2", district, day);
    int64_t desks = row ? rows_int (row, 0) : 0;
    if (row)
        rows_close (row);
    return figure_new (txn, desks, REPORTING__VISIBILITY__SHOWN);
}

static void add_districts (txn_t *txn, period_t period, Reporting__GetStatusReportReply *reply)
{
    const Reporting__Breakdown *citizens = reply->breakdowns[CITIZENS_BY_DISTRICT];
    for (size_t i = 0; i < citizens->n_parts; i++) {
        const district_t *known = district_by_number ((int) DISTRICTS[i].code);
        Reporting__DistrictRow *row = txn_add (txn, reply->districts, reply->n_districts, reporting__district_row);
        row->district = (int32_t) DISTRICTS[i].code;
        row->name = txn_text (txn, known ? known->name : "");
        row->in_note = programme_has_district (txn, row->district);
        row->desks = desks_in (txn, DISTRICTS[i].code, period.to_day);
        row->citizens = citizens->parts[i]->figure;
    }
}

/* --- notes and completeness --- */

static void add_notes (txn_t *txn, Reporting__GetStatusReportReply *reply)
{
    const char *const *standing;
    char *uncertain[NOTES_MAX];
    size_t n_standing = report_standing_notes (reply->language, &standing);
    size_t n_uncertain = programme_uncertain (txn, uncertain, NOTES_MAX - n_standing);
    for (size_t i = 0; i < n_standing; i++)
        txn_add_text (txn, reply->notes, reply->n_notes, standing[i]);
    for (size_t i = 0; i < n_uncertain; i++)
        txn_add_text (txn, reply->notes, reply->n_notes, uncertain[i]);
}

static Reporting__FeedState feed_state (const feed_state_t *feed, int64_t now)
{
    if (feed->stopped[0])
        return REPORTING__FEED_STATE__FEED_STOPPED;
    if (feed->heard_at == 0)
        return REPORTING__FEED_STATE__FEED_NOT_HEARD;
    if (feed->head > feed->position)
        return REPORTING__FEED_STATE__FEED_BEHIND;
    return now - feed->heard_at > SILENT_AFTER_MS ? REPORTING__FEED_STATE__FEED_SILENT
                                                  : REPORTING__FEED_STATE__FEED_UP_TO_DATE;
}

static void add_feeds (txn_t *txn, Reporting__GetStatusReportReply *reply)
{
    feed_state_t feeds[FEEDS_MAX];
    size_t count = txn_feeds (txn, feeds, FEEDS_MAX);
    for (size_t i = 0; i < count; i++) {
        Reporting__FollowedFeed *feed = txn_add (txn, reply->feeds, reply->n_feeds, reporting__followed_feed);
        feed->owner = txn_text (txn, feeds[i].owner);
        feed->state = feed_state (&feeds[i], txn_now (txn));
        feed->position = feeds[i].position;
        feed->head = feeds[i].head;
        feed->behind = feeds[i].head > feeds[i].position ? feeds[i].head - feeds[i].position : 0;
        feed->heard_at = feeds[i].heard_at;
        feed->stopped = txn_text (txn, feeds[i].stopped);
        (void) owner_heard (txn, feeds[i].owner, &feed->latest_event_at);
    }
}

status_t reporting_get_status_report (txn_t *txn, const Reporting__GetStatusReportRequest *request,
                                      Reporting__GetStatusReportReply *reply, fault_t *reterr)
{
    period_t period;
    status_t status = report_period (txn, request, &period, reterr);
    if (status != STATUS_OK)
        return status;
    reply->from_day = period.from_day;
    reply->to_day = period.to_day;
    reply->language = request->language == REPORTING__LANGUAGE__EN ? REPORTING__LANGUAGE__EN : REPORTING__LANGUAGE__DA;
    reply->phase = programme_phase_on (txn, period.to_day);
    reply->money = (Reporting__GetMoneyReply *) txn_message (txn, &reporting__get_money_reply__descriptor);
    money_status (txn, period.to_day, reply->money);
    add_targets (txn, period, reply);
    add_indicators (txn, period, reply);
    add_quarters (txn, period, reply);
    add_breakdowns (txn, period, reply);
    add_districts (txn, period, reply);
    add_notes (txn, reply);
    if (!request->without_completeness)
        add_feeds (txn, reply);
    owned_buffer text = BUFFER (REPORT_TEXT_MAX);
    report_write (reply, &text);
    if (text.overflowed)
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "REPORTING_TEXT_TOO_LONG", "the text is over %d bytes",
                      (int) REPORT_TEXT_MAX);
    reply->text = txn_text (txn, buffer_text (&text));
    return STATUS_OK;
}
