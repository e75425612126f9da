/*
 * The arithmetic of a lease: which state may follow which, and the last day after notice. Pure.
 */
#ifndef FYR_LEASE_LEASE_RULES_H
#define FYR_LEASE_LEASE_RULES_H

#include <stdbool.h>
#include <stdint.h>

/* Same numbers as LeaseState in leases.proto. */
typedef enum {
    LEASE_OFFERED = 1,
    LEASE_SIGNED = 2,
    LEASE_ACTIVE = 3,
    LEASE_NOTICE_GIVEN = 4,
    LEASE_ENDED = 5,
    LEASE_WITHDRAWN = 6,
    LEASE_EXPIRED = 7,
    LEASE_DRAFT = 8,
} lease_state_t;

/* Also says no to a number that is no state at all. */
bool lease_may_become (lease_state_t from, lease_state_t to);

const char *lease_state_text (lease_state_t state); /* "offered" ... */

/*
 * The last day of a lease when notice of whole months arrives on a day: the day before the first of a month that is at
 * least that long away, counted from date to date (LEA-01). Arriving on 1 March with three months, it is 31 May;
 * arriving on 2 March, it is 30 June.
 */
int32_t notice_last_day (int32_t given_day, uint32_t months);

#endif
