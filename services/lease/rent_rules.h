/*
 * The arithmetic of rent: parts of a month, VAT, shares of a cost, and by when it is to be paid. Pure.
 *
 * Where a whole is divided, a part is the difference of two rounded running totals. So parts sum to the whole to the
 * øre, wherever it is cut and into how many.
 */
#ifndef FYR_LEASE_RENT_RULES_H
#define FYR_LEASE_RENT_RULES_H

#include <stdbool.h>
#include <stdint.h>

/* What law says on a day; loaded as data (law.c). */
typedef struct {
    uint32_t notice_months; /* LEA-01: unless agreed otherwise */
    bool due_moves;         /* LEA-03: due on a day that is no working day, it is due on the next one */
    int timely_days;        /* LEA-04: working days after the due day */
    int demand_days;        /* LEA-05: days that a demand gives */
    int64_t vat_hundredths; /* of a percent: 2500 is 25 % */
    bool certain;           /* false: one of these is to be checked before it is relied on */
} law_t;

typedef struct {
    int32_t due_day;
    int32_t timely_until; /* a demand may be made from the day after */
} due_t;

/* Rent of some days of one month; from the first to the last it is the whole. */
int64_t rent_of_days (int64_t monthly_ore, int32_t from_day, int32_t last_day);

int64_t vat_of (int64_t amount_ore, int64_t hundredths);

due_t rent_due (int32_t day, const law_t *law);

/* The part that `part` units have of `cost_ore`, when those before them have `before` of `whole`. */
int64_t cost_share (int64_t cost_ore, int64_t before, int64_t part, int64_t whole);

#endif
