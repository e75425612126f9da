/*
 * What follows from a house's rent and cost by month. Pure.
 */
#ifndef FYR_LEASE_ECONOMY_RULES_H
#define FYR_LEASE_ECONOMY_RULES_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    int32_t month;
    int64_t rent_ore, cost_ore;
    int64_t let_days;  /* desk-days that are let */
    int64_t desk_days; /* that could be */
} house_month_t;

/* The rent that one desk brings in such a month; 0 when none is let. */
int64_t rent_of_a_desk (const house_month_t *month);

/* How many desks must be let for rent to reach cost; 0 when nothing is let, and so nobody knows. */
int64_t break_even_desks (const house_month_t *month);

/* The balance when so many more desks stand empty; rent does not fall below nothing. */
int64_t balance_with_empty (const house_month_t *month, int64_t empty_desks);

/* The first of the months from which on none has a deficit; `count` when there is none. */
size_t self_supporting_from (const house_month_t *months, size_t count, int64_t empty_desks);

#endif
