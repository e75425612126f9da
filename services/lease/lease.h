/*
 * The words that the rooms of this service share.
 *
 *     premises ◄── desks ◄── leases ◄── waitlist        an arrow points at the room that is asked
 *                             │ │ └─► tenants ◄─┘
 *            law ◄── rent ◄───┘ └─◄ settlement, economy, letters
 *                      └─► payments
 *     premises ◄── rooms ◄── bookings ◄── series        opening hours stand in the way of bookings alone
 *                               ▲──── calendar ────▲
 *
 * The one arrow back: whenever desks fall free, leases say so to the waiting list.
 */
#ifndef FYR_LEASE_LEASE_H
#define FYR_LEASE_LEASE_H

#include "base/text.h"
#include "lease/lease_rules.h"
#include "lease/rent_rules.h"
#include "lease/waitlist_rules.h"
#include "node/node.h"

extern const service_t lease_service;

/* Letters and rules of law that come with the program; what TMF loads goes before them. */
extern const embedded_text_t lease_texts[];

/* --- premises.c --- */

typedef struct {
    uint64_t id;
    int32_t district;
    int64_t monthly_rent_ore; /* for one desk */
    uint32_t notice_months;
} premises_t;

status_t premises_find (txn_t *txn, uint64_t premises, premises_t *ret_premises, fault_t *reterr);
/* LEASE_HOUSE_CLOSED when any of these days is a closing day. */
status_t premises_open (txn_t *txn, uint64_t premises, int32_t from_day, int32_t last_day, fault_t *reterr);

/* --- tenants.c --- */

status_t tenant_find (txn_t *txn, uint64_t tenant, fault_t *reterr);

/* --- desks.c --- */

enum { DESKS_MAX = 50 }; /* of one lease or one offer, and added at once */

/* Desks of one premises. */
typedef struct {
    uint64_t premises;
    size_t count;
    uint64_t desks[DESKS_MAX];
} desk_set_t;

typedef struct {
    int32_t from_day;
    int32_t last_day; /* 0: no end is known */
} period_t;

/* These desks, if nobody has any of them on any of those days. */
status_t desks_named (txn_t *txn, const uint64_t *desks, size_t count, period_t period, desk_set_t *ret_set,
                      fault_t *reterr);
/* So many of those that nobody has then; false when there are fewer. */
bool desks_free (txn_t *txn, uint64_t premises, size_t count, period_t period, desk_set_t *ret_set);
/* How many stand free from that day on in the premises that have most of them. */
size_t desks_most_free (txn_t *txn, int32_t from_day, uint64_t *ret_premises);

void desks_hold_for_lease (txn_t *txn, const desk_set_t *set, uint64_t lease, period_t period);
void desks_hold_for_offer (txn_t *txn, const desk_set_t *set, uint64_t offer, period_t period);
void desks_pass_to_lease (txn_t *txn, uint64_t offer, uint64_t lease, int32_t from_day);
void desks_hold_until (txn_t *txn, uint64_t lease, int32_t last_day); /* 0: no end is known any more */
/* The desks that a lease holds are free on those days too; else LEASE_DESK_TAKEN. */
status_t desks_stay (txn_t *txn, uint64_t lease, period_t period, fault_t *reterr);
void desks_let_go_of_lease (txn_t *txn, uint64_t lease);
void desks_let_go_of_offer (txn_t *txn, uint64_t offer);

/* --- leases.c --- */

typedef struct {
    uint64_t tenant;
    size_t desks;
    period_t period;
    int64_t monthly_rent_ore;  /* for one desk; 0: as the premises' terms say */
    int64_t monthly_costs_ore; /* for one desk, on account; 0: the lease lists no operating costs */
    uint32_t notice_months;    /* 0: as the premises' terms say */
    int64_t deposit_ore;
    bool vat;
    int64_t answer_by; /* instant; 0: none */
} terms_t;

/* Writes down the offer and says so; which desks it holds is the caller's to say. */
uint64_t lease_draw_up (txn_t *txn, const terms_t *terms, const premises_t *premises);

typedef struct {
    uint64_t id;
    uint64_t tenant;
    uint64_t premises;
    lease_state_t state;
    uint32_t desks;
    period_t period;
    uint32_t notice_months;
    int64_t deposit_ore;
    bool vat;
    int32_t charged_until;
} lease_t;

status_t lease_find (txn_t *txn, uint64_t id, lease_t *ret_lease, fault_t *reterr);

status_t lease_on_first_day (txn_t *txn, uint64_t lease, fault_t *reterr);
status_t lease_on_last_day_over (txn_t *txn, uint64_t lease, fault_t *reterr);
status_t lease_on_answer_overdue (txn_t *txn, uint64_t lease, fault_t *reterr);

/* --- counts.c: what a house comes to, kept by whoever changes it --- */

typedef enum { COUNTS_NOT, COUNTS_RESERVED, COUNTS_LET } lease_count_t;
lease_count_t lease_counts_as (lease_state_t state);

void counts_desk (txn_t *txn, uint64_t premises, int32_t from_day);
/* A lease as it stands: -1 before what it counts as changes, 1 afterwards. */
void counts_lease (txn_t *txn, uint64_t lease, int sign);
/* Desks kept for an offer from the waiting list; below 0 when it is answered. */
void counts_offer (txn_t *txn, uint64_t premises, int32_t made_day, int64_t desks);

typedef struct {
    int64_t desks, let, reserved;
} house_count_t;

house_count_t counts_on (txn_t *txn, uint64_t premises, int32_t day);

typedef struct {
    int32_t month;
    int64_t desks, let;          /* at its end */
    int64_t desk_days, let_days; /* in it */
    int64_t rent_ore;            /* as the leases say that are signed today */
    int64_t whole_ore;           /* of it, for leases that have all of the next month too */
} counted_month_t;

/* Months one after the other; all but `month` is 0 before. */
void counts_months (txn_t *txn, uint64_t premises, counted_month_t *months, size_t count);

/* --- law.c --- */

/* The rules as they are on a day. LEASE_RULES_INCOMPLETE when one had not begun. */
status_t law_at (txn_t *txn, int32_t day, law_t *ret_law, fault_t *reterr);
/* What is to be said where something rests on them; "" when they are certain. */
char *law_caution (txn_t *txn, const law_t *law);

/* One of them: "300000" is 30000000 hundredths. LEASE_RULES_INCOMPLETE as above. */
status_t law_number (txn_t *txn, const char *id, int32_t day, int64_t *ret_hundredths, bool *ret_certain,
                     fault_t *reterr);

/* --- rent.c: what is owed --- */

typedef struct {
    uint64_t lease;
    int kind; /* ChargeKind */
    int32_t month, from_day, last_day;
    int64_t amount_ore, costs_ore, vat_ore;
    due_t due;
} charge_t;

/* Writes it, and lets what the tenant has left pay it. */
void charge_write (txn_t *txn, const charge_t *charge);

/* When the lease is signed; nothing where no deposit was agreed. */
status_t rent_charge_deposit (txn_t *txn, const lease_t *lease, fault_t *reterr);
/* What was charged for days after the new last day is the tenant's again. */
status_t rent_give_back (txn_t *txn, const lease_t *lease, int32_t last_day, fault_t *reterr);

typedef struct {
    uint64_t run; /* 0: there was nothing to charge */
    uint32_t charges;
    int64_t rent_ore;
    bool done;
} rent_progress_t;

/* Begins to charge what is not charged up to the end of the month, or says how far that is. What it refuses it refuses
 * before it has written anything: LEASE_RULES_INCOMPLETE, LEASE_RUN_UNDER_WAY. */
status_t rent_charge_month (txn_t *txn, int32_t month, rent_progress_t *ret_progress, fault_t *reterr);

status_t rent_on_more_to_charge (txn_t *txn, uint64_t run, fault_t *reterr);

/* --- charge_day.c, demands.c --- */

status_t charge_day_on_day (txn_t *txn, uint64_t one, fault_t *reterr);
status_t demands_on_more (txn_t *txn, uint64_t run, fault_t *reterr);

/* --- payments.c: what was paid --- */

typedef struct {
    uint64_t lease;
    int kind; /* CreditKind */
    int32_t day;
    int64_t amount_ore;
    int64_t costs_ore;     /* of it, costs on account that are given back */
    const char *reference; /* NULL or "": none */
} credit_t;

/* Writes it and pays with it what has been due longest; 0, and nothing written, when there is no amount. */
uint64_t credit_write (txn_t *txn, const credit_t *credit);
void account_settle (txn_t *txn, uint64_t lease);

/* --- settlement.c --- */

status_t settlement_on_more (txn_t *txn, uint64_t settlement, fault_t *reterr);

/* --- waitlist.c --- */

enum { RULE_TEXT_MAX = 1000, WHY_MAX = 400 /* bytes of text, as in waitlist.proto */ };

void waitlist_rule (txn_t *txn, waitlist_rule_t *ret_rule); /* the one in force */
char *waitlist_rule_text (txn_t *txn, const waitlist_rule_t *rule);

/* Offers what is free now to those in line; 0 for `expires_at` is as the rule says. Gives the number of offers made. */
uint32_t waitlist_offer_free_desks (txn_t *txn, int64_t expires_at);

status_t waitlist_on_offer_expired (txn_t *txn, uint64_t offer, fault_t *reterr);
status_t waitlist_on_more_to_offer (txn_t *txn, uint64_t last_offer, fault_t *reterr);

/* --- waitlist_line.c: places in the line, counted without going through it --- */

void line_enter (txn_t *txn, uint64_t entry);        /* once its keys are set */
void line_leave (txn_t *txn, uint64_t entry);        /* before they are others, or it leaves */
void line_sort (txn_t *txn);                         /* all keys are others */
uint32_t line_position (txn_t *txn, uint64_t entry); /* 1 is next; of one that is in line */
uint64_t line_ahead (txn_t *txn, uint64_t entry);    /* who stands just before it; 0: nobody */
/* By what the line is sorted there: key1, key2, key3, turn. False when the entry is not in line. */
enum { LINE_KEYS = 4 };
bool line_place (txn_t *txn, uint64_t entry, int64_t ret_keys[LINE_KEYS]);
uint32_t line_length (txn_t *txn);
/* The first that has no offer and wishes for so many at most; false when there is none. */
bool line_next (txn_t *txn, size_t desks_most, uint64_t *ret_entry, size_t *ret_desks);

/* --- waitlist_record.c --- */

/* Same numbers as waitlist_record.what. */
typedef enum {
    FACT_JOINED = 1,
    FACT_OFFERED = 2,
    FACT_ACCEPTED = 3,
    FACT_REFUSED = 4,
    FACT_EXPIRED = 5,
    FACT_WITHDREW = 6,
    FACT_RULE = 7,
} fact_kind_t;

typedef struct {
    fact_kind_t what;
    uint64_t entry, offer, rule; /* 0 where it concerns none */
    int32_t since_day;           /* joined, expired */
    uint32_t free;               /* offered */
} waitlist_fact_t;

void waitlist_record (txn_t *txn, const waitlist_fact_t *fact);

/* --- waitlist_replay.c --- */

status_t waitlist_on_more_to_replay (txn_t *txn, uint64_t replay, fault_t *reterr);

/* --- rooms.c --- */

typedef struct {
    uint64_t id;
    uint64_t premises;
    int64_t buffer_ms;
    bool needs_approval;
    int64_t tenant_ms;  /* a month, for one tenant; 0: no limit */
    int64_t no_show_ms; /* 0: never released for it */
    const char *name;
    bool has_hours; /* its house keeps opening hours */
} room_t;

status_t room_find (txn_t *txn, uint64_t room, room_t *ret_room, fault_t *reterr);

/* --- opening.c --- */

/* Closures, opening hours and public holidays: LEASE_HOUSE_CLOSED, LEASE_HOUSE_NOT_OPEN. */
status_t room_open_between (txn_t *txn, const room_t *room, int64_t starts_at, int64_t ends_at, fault_t *reterr);

/* --- bookings.c --- */

/* What somebody wishes to have; 0 for what it has not. Text is borrowed. */
typedef struct {
    uint64_t room;
    int64_t starts_at, ends_at; /* instants */
    const char *title;
    bool is_private;
    uint64_t tenant, reference, series;
} booking_wish_t;

typedef struct {
    uint64_t id;
    bool stands, waits, came;
    const char *booked_by;
    booking_wish_t wish;
} booking_t;

bool booking_find (txn_t *txn, uint64_t id, booking_t *ret_booking);
status_t booking_check_times (int64_t starts_at, int64_t ends_at, fault_t *reterr);
/* All that BookRoom refuses, in the order in which people want to hear it. On OK *ret_room is the room. */
status_t booking_possible (txn_t *txn, const booking_wish_t *wish, room_t *ret_room, fault_t *reterr);
/* Of a wish that is possible in that room, in the same transaction. */
uint64_t booking_make (txn_t *txn, const booking_wish_t *wish, const room_t *room);
/* LEASE_BOOKING_OF_OTHERS unless the caller booked it or is TMF's desk. */
status_t booking_may_change (txn_t *txn, const char *booked_by, fault_t *reterr);
void booking_give_back (txn_t *txn, const booking_t *booking); /* nothing when it does not stand */

status_t booking_on_no_show (txn_t *txn, uint64_t booking, fault_t *reterr);
status_t booking_on_not_approved (txn_t *txn, uint64_t booking, fault_t *reterr);

/* --- series.c --- */

/* An occurrence changed, and so did the series (0: none) in calendars. */
void series_touch (txn_t *txn, uint64_t series);

/* --- followers.c --- */

status_t lease_follow_placement (txn_t *txn, const ProtobufCMessage *event, int64_t happened_at, fault_t *reterr);

/* --- timers (service.c) --- */

#define TIMER_FIRST_DAY "lease.first_day"
#define TIMER_LAST_DAY_OVER "lease.last_day_over"
#define TIMER_ANSWER_OVERDUE "lease.answer_overdue"
#define TIMER_MORE_TO_CHARGE "rent.more_to_charge"
#define TIMER_CHARGE_DAY "rent.charge_day"
#define TIMER_MORE_TO_DEMAND "rent.more_to_demand"
#define TIMER_MORE_TO_SETTLE "rent.more_to_settle"
#define TIMER_OFFER_EXPIRES "waitlist.offer_expires"
#define TIMER_MORE_TO_OFFER "waitlist.more_to_offer"
#define TIMER_MORE_TO_REPLAY "waitlist.more_to_replay"
#define TIMER_NO_SHOW "booking.no_show"
#define TIMER_NOT_APPROVED "booking.not_approved"

/* --- small words --- */

enum { LIST_MAX = 200 };

/* 0 stands for "as many as there may be". */
static inline uint32_t list_limit (uint32_t asked)
{
    return asked ? asked : LIST_MAX;
}

/* For lists that go back: 0 stands for "from the newest". */
static inline uint64_t before_id (uint64_t asked)
{
    return asked ? asked : INT64_MAX;
}

static inline int32_t day_or (int32_t day, int32_t otherwise)
{
    return day ? day : otherwise;
}

/* SQL NULL for a number that is not given. */
static inline sql_value_t number_or_null (int64_t number)
{
    return number ? sql_integer (number) : SQL_NOTHING;
}

#endif
