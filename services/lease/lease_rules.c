#include "lease/lease_rules.h"

#include "base/time.h"

#include <stddef.h>

static const struct {
    const char *text;
    unsigned next; /* bit = 1u << state */
} states[] = {
    [LEASE_OFFERED] = { "offered", 1u << LEASE_SIGNED | 1u << LEASE_WITHDRAWN | 1u << LEASE_EXPIRED },
    [LEASE_SIGNED] = { "signed", 1u << LEASE_ACTIVE },
    [LEASE_ACTIVE] = { "active", 1u << LEASE_NOTICE_GIVEN | 1u << LEASE_ENDED },
    [LEASE_NOTICE_GIVEN] = { "under notice", 1u << LEASE_ENDED },
    [LEASE_ENDED] = { "ended", 0 },
    [LEASE_WITHDRAWN] = { "withdrawn", 0 },
    [LEASE_EXPIRED] = { "expired", 0 },
    [LEASE_DRAFT] = { "a draft", 1u << LEASE_OFFERED | 1u << LEASE_WITHDRAWN },
};

static bool is_state (lease_state_t state)
{
    size_t index = (size_t) state;
    return index < sizeof states / sizeof states[0] && states[index].text;
}

bool lease_may_become (lease_state_t from, lease_state_t to)
{
    return is_state (from) && is_state (to) && (states[from].next & 1u << to) != 0;
}

const char *lease_state_text (lease_state_t state)
{
    return is_state (state) ? states[state].text : "in no known state";
}

int32_t notice_last_day (int32_t given_day, uint32_t months)
{
    int32_t earliest = day_add_months (given_day, (int) months);
    int32_t month = month_of_day (earliest);
    int32_t first = earliest == month_first_day (month) ? earliest : month_first_day (month + 1);
    return first - 1;
}
