#include "lease/rent_rules.h"

#include "base/ensure.h"
#include "base/time.h"
#include "danish/holidays.h"
#include "danish/money.h"

/* `part` of `whole` of the amount. Rents and costs are bounded by their contracts, far below what money_share takes. */
static int64_t share (int64_t amount_ore, int64_t part, int64_t whole)
{
    int64_t ore = 0;
    ensure (money_share (amount_ore, part, whole, &ore));
    return ore;
}

int64_t rent_of_days (int64_t monthly_ore, int32_t from_day, int32_t last_day)
{
    int32_t month = month_of_day (from_day);
    ensure (from_day <= last_day && last_day <= month_last_day (month));
    int32_t before_first = month_first_day (month) - 1;
    int32_t days = month_last_day (month) - before_first;
    return share (monthly_ore, last_day - before_first, days) - share (monthly_ore, from_day - 1 - before_first, days);
}

int64_t vat_of (int64_t amount_ore, int64_t hundredths)
{
    return share (amount_ore, hundredths, 100 * 100);
}

due_t rent_due (int32_t day, const law_t *law)
{
    due_t due = { .due_day = law->due_moves ? working_day_on_or_after (day) : day };
    due.timely_until = add_working_days (due.due_day, law->timely_days);
    return due;
}

int64_t cost_share (int64_t cost_ore, int64_t before, int64_t part, int64_t whole)
{
    return share (cost_ore, before + part, whole) - share (cost_ore, before, whole);
}
