#include "lease/waitlist_rules.h"

#include "danish/dates.h"

#include <inttypes.h>

/* Below 0: a is before b. Without the lapses, who promises most would be offered the same desks for ever. */
static int64_t compare (criterion_t criterion, const wish_t *a, const wish_t *b)
{
    if (criterion != CRITERION_NONE && criterion != CRITERION_JOINED_DAY && a->lapses != b->lapses)
        return (int64_t) a->lapses - b->lapses;
    switch (criterion) {
    case CRITERION_JOINED_DAY:
        return (int64_t) a->since_day - b->since_day;
    case CRITERION_SOCIAL_RETURN:
        return (int64_t) b->hours - a->hours;
    case CRITERION_LARGEST_FIT:
        return (int64_t) b->desks - a->desks;
    case CRITERION_SMALLEST_FIT:
        return (int64_t) a->desks - b->desks;
    case CRITERION_NONE:
        break;
    }
    return 0;
}

/* The criterion that puts `a` before `b` or behind it; CRITERION_NONE when only the order of joining does. */
static criterion_t decide (const waitlist_rule_t *rule, const wish_t *a, const wish_t *b, bool *ret_before)
{
    for (size_t i = 0; i < CRITERIA_MAX; i++) {
        int64_t order = compare (rule->criteria[i], a, b);
        if (order != 0) {
            *ret_before = order < 0;
            return rule->criteria[i];
        }
    }
    *ret_before = a->turn < b->turn;
    return CRITERION_NONE;
}

bool waitlist_before (const waitlist_rule_t *rule, const wish_t *a, const wish_t *b)
{
    bool before = false;
    (void) decide (rule, a, b, &before);
    return before;
}

/* --- in Danish --- */

static const char *criterion_text (criterion_t criterion)
{
    switch (criterion) {
    case CRITERION_JOINED_DAY:
        return "den dag, man skrev sig op";
    case CRITERION_SOCIAL_RETURN:
        return "flest ordinære løntimer om ugen, som virksomheden vil tilbyde udsatte borgere i huset";
    case CRITERION_LARGEST_FIT:
        return "det største ønske, der er plads til";
    case CRITERION_SMALLEST_FIT:
        return "det mindste ønske";
    case CRITERION_NONE:
        break;
    }
    return "";
}

void waitlist_publish (const waitlist_rule_t *rule, buffer_t *out)
{
    int count = 0;
    buffer_append_text (out, "Rækkefølgen på ventelisten bestemmes af ");
    for (size_t i = 0; i < CRITERIA_MAX; i++)
        if (rule->criteria[i] != CRITERION_NONE)
            buffer_printf (out, "%d) %s, ", ++count, criterion_text (rule->criteria[i]));
    buffer_printf (out, "%d) rækkefølgen af opskrivning. ", count + 1);
    buffer_printf (out,
                   "Når pladser bliver ledige, får den første, hvis ønskede antal er ledigt samlet, dem tilbudt i "
                   "%" PRIu32 " %s. Siger man nej, forlader man listen og kan skrive sig op igen. Svarer man ikke, går "
                   "tilbuddet til den næste, og man står bagest på listen.",
                   rule->offer_days, rule->offer_days == 1 ? "dag" : "dage");
}

void waitlist_explain (const waitlist_rule_t *rule, const wish_t *ahead, const char *name, const wish_t *behind,
                       buffer_t *out)
{
    bool before;
    char theirs[DANISH_DAY_SIZE], own[DANISH_DAY_SIZE];
    buffer_printf (out, "Står efter %s, som ", name);
    criterion_t criterion = decide (rule, ahead, behind, &before);
    bool lapsed = criterion != CRITERION_JOINED_DAY && criterion != CRITERION_NONE && ahead->lapses != behind->lapses;
    if (lapsed) {
        buffer_append_text (out, "har ladet færre tilbud udløbe.");
        return;
    }
    switch (criterion) {
    case CRITERION_JOINED_DAY:
        buffer_printf (out, "regnes fra %s mod %s", danish_day (ahead->since_day, theirs),
                       danish_day (behind->since_day, own));
        break;
    case CRITERION_SOCIAL_RETURN:
        buffer_printf (out, "vil tilbyde %" PRIu32 " løntimer om ugen mod %" PRIu32, ahead->hours, behind->hours);
        break;
    case CRITERION_LARGEST_FIT:
        buffer_printf (out, "ønsker flere pladser: %" PRIu32 " mod %" PRIu32, ahead->desks, behind->desks);
        break;
    case CRITERION_SMALLEST_FIT:
        buffer_printf (out, "ønsker færre pladser: %" PRIu32 " mod %" PRIu32, ahead->desks, behind->desks);
        break;
    case CRITERION_NONE:
        buffer_append_text (out, "skrev sig op før; i alt andet står de lige");
        break;
    }
    buffer_append_text (out, ".");
}
