/*
 * The words that the rooms of this service share.
 *
 *     premises ◄── desks ◄── leases ◄── waitlist        an arrow points at the room that is asked
 *                              └─► tenants ◄─┘
 *     premises ◄── rooms
 *
 * The one arrow back: whenever desks fall free, leases say so to the waiting list.
 */
#ifndef FYR_LEASE_LEASE_H
#define FYR_LEASE_LEASE_H

#include "node/node.h"

extern const service_t lease_service;

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
void desks_hold_until (txn_t *txn, uint64_t lease, int32_t last_day);
void desks_let_go_of_lease (txn_t *txn, uint64_t lease);
void desks_let_go_of_offer (txn_t *txn, uint64_t offer);

/* --- leases.c --- */

typedef struct {
    uint64_t tenant;
    size_t desks;
    period_t period;
    int64_t monthly_rent_ore; /* for one desk */
    uint32_t notice_months;
    int64_t deposit_ore;
    bool vat;
    int64_t answer_by; /* instant; 0: none */
} terms_t;

/* Writes down the offer and says so; which desks it holds is the caller's to say. */
uint64_t lease_draw_up (txn_t *txn, const terms_t *terms);

status_t lease_on_first_day (txn_t *txn, uint64_t lease, fault_t *reterr);
status_t lease_on_last_day_over (txn_t *txn, uint64_t lease, fault_t *reterr);
status_t lease_on_answer_overdue (txn_t *txn, uint64_t lease, fault_t *reterr);

/* --- waitlist.c --- */

/* Offers what is free now to those in line; 0 for `expires_at` is as the rule says. Gives the number of offers made. */
uint32_t waitlist_offer_free_desks (txn_t *txn, int64_t expires_at);

status_t waitlist_on_offer_expired (txn_t *txn, uint64_t offer, fault_t *reterr);
status_t waitlist_on_more_to_offer (txn_t *txn, uint64_t last_offer, fault_t *reterr);

/* --- timers (service.c) --- */

#define TIMER_FIRST_DAY "lease.first_day"
#define TIMER_LAST_DAY_OVER "lease.last_day_over"
#define TIMER_ANSWER_OVERDUE "lease.answer_overdue"
#define TIMER_OFFER_EXPIRES "waitlist.offer_expires"
#define TIMER_MORE_TO_OFFER "waitlist.more_to_offer"

/* --- small words --- */

enum { LIST_MAX = 200 };

/* 0 stands for "as many as there may be". */
static inline uint32_t list_limit (uint32_t asked)
{
    return asked ? asked : LIST_MAX;
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
