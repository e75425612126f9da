/* L2, L4, L8: how many desks a house has, let and reserved, day by day, and the rent that signed leases say.
 *
 * Invariant: house_day and house_month are what one would count through all desks and leases. Whoever changes what a
 * lease counts as takes it out before (-1) and puts it in again after (1), in the same transaction. */
#include "lease/lease.h"

typedef struct {
    int64_t desks, let, reserved, left;
} change_t;

static change_t times (change_t change, int sign)
{
    return (change_t){ sign * change.desks, sign * change.let, sign * change.reserved, sign * change.left };
}

static void change_on (txn_t *txn, uint64_t premises, int32_t day, change_t change)
{
    int32_t month = month_of_day (day), days = month_last_day (month) - day + 1;
    (void) txn_run (txn,
                    "INSERT INTO house_day (premises, day, desks, desks_let, desks_reserved, desks_left)"
                    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (premises, day) DO UPDATE SET"
                    " desks = house_day.desks + $3, desks_let = house_day.desks_let + $4,"
                    " desks_reserved = house_day.desks_reserved + $5, desks_left = house_day.desks_left + $6",
                    premises, day, change.desks, change.let, change.reserved, change.left);
    (void) txn_run (txn,
                    "INSERT INTO house_month (premises, month, desks, desks_let, desks_reserved, desk_days, let_days,"
                    " rent_ore, part_ore) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0) ON CONFLICT (premises, month)"
                    " DO UPDATE SET desks = house_month.desks + $3, desks_let = house_month.desks_let + $4,"
                    " desks_reserved = house_month.desks_reserved + $5, desk_days = house_month.desk_days + $6,"
                    " let_days = house_month.let_days + $7",
                    premises, month, change.desks, change.let, change.reserved, change.desks * days, change.let * days);
}

static void rent_in (txn_t *txn, uint64_t premises, int32_t month, int64_t rent_ore, int64_t part_ore)
{
    (void) txn_run (txn,
                    "INSERT INTO house_month (premises, month, desks, desks_let, desks_reserved, desk_days, let_days,"
                    " rent_ore, part_ore) VALUES ($1, $2, 0, 0, 0, 0, 0, $3, $4) ON CONFLICT (premises, month)"
                    " DO UPDATE SET rent_ore = house_month.rent_ore + $3, part_ore = house_month.part_ore + $4",
                    premises, month, rent_ore, part_ore);
}

/* --- what is counted --- */

void counts_desk (txn_t *txn, uint64_t premises, int32_t from_day)
{
    change_on (txn, premises, from_day, (change_t){ .desks = 1 });
}

void counts_offer (txn_t *txn, uint64_t premises, int32_t made_day, int64_t desks)
{
    change_on (txn, premises, made_day, (change_t){ .reserved = desks });
}

/* At one price: part of the month it begins in, part of the one it ends in, and all of those between. */
static void count_rent (txn_t *txn, uint64_t premises, int64_t monthly_ore, period_t period)
{
    int32_t begins = month_of_day (period.from_day), ends = month_of_day (period.last_day);
    bool within = period.last_day && begins == ends;
    rent_in (txn, premises, begins, 0,
             rent_of_days (monthly_ore, period.from_day, within ? period.last_day : month_last_day (begins)));
    if (within)
        return;
    rent_in (txn, premises, begins + 1, monthly_ore, 0);
    if (period.last_day)
        rent_in (txn, premises, ends, -monthly_ore,
                 rent_of_days (monthly_ore, month_first_day (ends), period.last_day));
}

static void count_prices (txn_t *txn, const lease_t *lease, int sign)
{
    int32_t last_day = lease->period.last_day;
    rows_t *prices = txn_query (txn,
                                "SELECT from_day, monthly_rent_ore FROM lease_price WHERE lease = $1"
                                " ORDER BY from_day DESC",
                                lease->id);
    while (rows_next (prices)) {
        int32_t from_day = (int32_t) rows_int (prices, 0);
        if (last_day && from_day > last_day)
            continue;
        count_rent (txn, lease->premises, sign * rows_int (prices, 1) * lease->desks, (period_t){ from_day, last_day });
        last_day = from_day - 1;
    }
}

lease_count_t lease_counts_as (lease_state_t state)
{
    switch (state) {
    case LEASE_OFFERED:
        return COUNTS_RESERVED;
    case LEASE_SIGNED:
    case LEASE_ACTIVE:
    case LEASE_NOTICE_GIVEN:
    case LEASE_ENDED:
        return COUNTS_LET;
    case LEASE_WITHDRAWN:
    case LEASE_EXPIRED:
    case LEASE_DRAFT:
        break;
    }
    return COUNTS_NOT;
}

void counts_lease (txn_t *txn, uint64_t id, int sign)
{
    lease_t lease;
    if (lease_find (txn, id, &lease, NULL) != STATUS_OK)
        return;
    lease_count_t as = lease_counts_as (lease.state);
    change_t begins = { .let = as == COUNTS_LET ? lease.desks : 0,
                        .reserved = as == COUNTS_RESERVED ? lease.desks : 0 };
    change_t ends = { .let = -begins.let, .reserved = -begins.reserved, .left = begins.let };
    if (as == COUNTS_NOT)
        return;
    change_on (txn, lease.premises, lease.period.from_day, times (begins, sign));
    if (lease.period.last_day)
        change_on (txn, lease.premises, lease.period.last_day + 1, times (ends, sign));
    if (as == COUNTS_LET)
        count_prices (txn, &lease, sign);
}

/* --- what it comes to --- */

house_count_t counts_on (txn_t *txn, uint64_t premises, int32_t day)
{
    int32_t month = month_of_day (day);
    rows_t *row = txn_row (txn,
                           "SELECT coalesce (sum (desks), 0), coalesce (sum (desks_let), 0),"
                           " coalesce (sum (desks_reserved), 0) FROM (SELECT desks, desks_let, desks_reserved"
                           "   FROM house_month WHERE premises = $1 AND month < $2 UNION ALL"
                           "   SELECT desks, desks_let, desks_reserved FROM house_day WHERE premises = $1"
                           "   AND day >= $3 AND day <= $4) AS change",
                           premises, month, month_first_day (month), day);
    house_count_t count = { 0 };
    if (!row)
        return count;
    count = (house_count_t){ rows_int (row, 0), rows_int (row, 1), rows_int (row, 2) };
    rows_close (row);
    return count;
}

/* What the months before leave behind holds on every day of one; what changes in it adds its days. */
static void close_month (counted_month_t *month, const counted_month_t *before)
{
    int64_t days = month_last_day (month->month) - month_first_day (month->month) + 1;
    month->desk_days += before->desks * days;
    month->let_days += before->let * days;
    month->desks += before->desks;
    month->let += before->let;
    month->whole_ore += before->whole_ore;
}

void counts_months (txn_t *txn, uint64_t premises, counted_month_t *months, size_t count)
{
    counted_month_t before = { 0 };
    rows_t *rows = txn_query (txn,
                              "SELECT month, desks, desks_let, desk_days, let_days, rent_ore, part_ore FROM house_month"
                              " WHERE premises = $1 AND month <= $2 ORDER BY month",
                              premises, months[count - 1].month);
    while (rows_next (rows)) {
        int32_t month = (int32_t) rows_int (rows, 0);
        bool asked = month >= months[0].month;
        counted_month_t *one = asked ? &months[month - months[0].month] : &before;
        one->desks += rows_int (rows, 1);
        one->let += rows_int (rows, 2);
        one->whole_ore += rows_int (rows, 5);
        if (asked) {
            one->desk_days = rows_int (rows, 3);
            one->let_days = rows_int (rows, 4);
            one->rent_ore = rows_int (rows, 6);
        }
    }
    for (size_t i = 0; i < count; i++) {
        close_month (&months[i], i ? &months[i - 1] : &before);
        months[i].rent_ore += months[i].whole_ore;
    }
}
