#include "lease/economy_rules.h"

#include "base/time.h"
#include "danish/money.h"

static int64_t days_in (int32_t month)
{
    return month_last_day (month) - month_first_day (month) + 1;
}

int64_t rent_of_a_desk (const house_month_t *month)
{
    int64_t ore = 0;
    if (month->let_days > 0)
        (void) money_share (month->rent_ore, days_in (month->month), month->let_days, &ore);
    return ore;
}

int64_t break_even_desks (const house_month_t *month)
{
    int64_t one_ore = rent_of_a_desk (month);
    return one_ore > 0 ? (month->cost_ore + one_ore - 1) / one_ore : 0;
}

int64_t balance_with_empty (const house_month_t *month, int64_t empty_desks)
{
    int64_t lost_ore = empty_desks * rent_of_a_desk (month);
    int64_t rent_ore = lost_ore < month->rent_ore ? month->rent_ore - lost_ore : 0;
    return rent_ore - month->cost_ore;
}

size_t self_supporting_from (const house_month_t *months, size_t count, int64_t empty_desks)
{
    size_t first = count;
    while (first > 0 && balance_with_empty (&months[first - 1], empty_desks) >= 0)
        first--;
    return first;
}
