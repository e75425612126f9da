/*
 * The words that the rooms of reporting share.
 *
 *     followers ─► small tables ─► indicators ─┐
 *     programme (targets, phases, districts) ──┼─► report (fields) ─► report_text (Danish, English)
 *     money (budget, actual, forecast) ────────┘
 *                    suppression_rules: what stays hidden on the way
 */
#ifndef FYR_REPORTING_REPORTING_H
#define FYR_REPORTING_REPORTING_H

#include "node/node.h"

#include "fyrtaarn/reporting/v1/indicators.pb-c.h"
#include "fyrtaarn/reporting/v1/money.pb-c.h"
#include "fyrtaarn/reporting/v1/programme.pb-c.h"
#include "fyrtaarn/reporting/v1/report.pb-c.h"

extern const service_t reporting_service;

/* Both days included. */
typedef struct {
    int32_t from_day;
    int32_t to_day;
} period_t;

/* REPORTING_PERIOD when it ends before it begins. */
status_t period_check (int32_t from_day, int32_t to_day, fault_t *reterr);

/* What a question means: today for a last day that is not given, the first day of its year for a first one. */
status_t period_asked (txn_t *txn, int32_t from_day, int32_t to_day, period_t *ret_period, fault_t *reterr);

/* --- programme.c --- */

enum { TARGETS_MAX = 40, PHASES_MAX = 20, NOTES_MAX = 40 };

/* The first day of the first phase; `otherwise` while no phase is loaded. */
int32_t programme_first_day (txn_t *txn, int32_t otherwise);
Reporting__Phase *programme_phase_on (txn_t *txn, int32_t day);          /* NULL between phases */
Reporting__Target *programme_target (txn_t *txn, const char *indicator); /* NULL when it has none */
bool programme_has_district (txn_t *txn, int32_t district);              /* the note ticks it */

/* Sources that are not certain, one text each: "source (confidence)". Gives the number of them. */
size_t programme_uncertain (txn_t *txn, char *out[], size_t max);

/* --- money.c --- */

void money_status (txn_t *txn, int32_t to_day, Reporting__GetMoneyReply *reply);

/* --- indicators.c --- */

typedef enum {
    STANDING,       /* how it stands at the end of a day */
    COUNTED,        /* what happened on the days of a period */
    COUNTED_MONTHS, /* what is known of the months that a period touches */
} indicator_kind_t;

enum {
    DESKS,
    DESKS_LET,
    WAITING_LIST,
    TENANTS,
    ENTERPRISES_GUIDED,
    GUIDED_PRE_ENTREPRENEURSHIP,
    GUIDED_ENTREPRENEURSHIP,
    GUIDED_HIRING,
    GUIDED_WORKSHOP,
    GUIDED_INSPIRATION,
    GUIDED_NETWORK,
    SESSIONS_HELD,
    REFERRALS_MADE,
    MATCHES_PROPOSED,
    MATCHES_DECLINED,
    CITIZENS_WITH_PAID_HOURS,
    PAID_HOURS,
    PLACEMENTS_STARTED,
    PLACEMENTS_ENDED,
    PLACEMENTS_ACTIVE,
    INDICATOR_COUNT
};

typedef struct {
    const char *slug;
    const char *title;
    const char *title_en;
    const char *owner; /* whose feed it rests on */
    indicator_kind_t kind;
    const char *statement; /* one number, from $1 to $2 or at $1 */
} indicator_t;

extern const indicator_t INDICATORS[INDICATOR_COUNT];

int indicator_find (const char *slug); /* INDICATOR_COUNT when there is none */

/* Missing while its owner has said nothing. Hours with few people behind them are suppressed. */
Reporting__Figure *indicator_figure (txn_t *txn, int indicator, period_t period);
Reporting__Figure *figure_new (txn_t *txn, int64_t value, Reporting__Visibility visibility);

Reporting__TargetStatus *target_status (txn_t *txn, int indicator, int32_t to_day); /* NULL when it has no target */

/* The calendar month or quarter around a day. */
period_t calendar_period (int32_t day, Reporting__Grain grain);

/* --- followers.c --- */

bool owner_heard (txn_t *txn, const char *owner, int64_t *ret_latest_at);

status_t reporting_follow_lease (txn_t *txn, const ProtobufCMessage *event, int64_t happened_at, fault_t *reterr);
status_t reporting_follow_guidance (txn_t *txn, const ProtobufCMessage *event, int64_t happened_at, fault_t *reterr);
status_t reporting_follow_placement (txn_t *txn, const ProtobufCMessage *event, int64_t happened_at, fault_t *reterr);
status_t reporting_follow_bridging (txn_t *txn, const ProtobufCMessage *event, int64_t happened_at, fault_t *reterr);

/* --- report_text.c --- */

enum { REPORT_TEXT_MAX = 65000, REPORT_QUARTERS = 4 };

/* The report as plain text, from its fields alone. */
void report_write (const Reporting__GetStatusReportReply *report, buffer_t *out);

/* What every report says about its figures. Gives the number of notes. */
size_t report_standing_notes (Reporting__Language language, const char *const **ret_notes);

#endif
