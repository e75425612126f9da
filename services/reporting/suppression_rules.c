#include "reporting/suppression_rules.h"

enum { LARGEST_SMALL = SMALL_BELOW - 1 };

bool count_is_small (int64_t people)
{
    return people >= 1 && people <= LARGEST_SMALL;
}

static void hide_below (const int64_t *counts, size_t count, int64_t least, int64_t below, bool *ret_hidden)
{
    for (size_t i = 0; i < count; i++)
        ret_hidden[i] = counts[i] >= least && counts[i] < below;
}

static size_t only_low (const int64_t *counts, size_t count)
{
    size_t at = 0;
    while (at < count && counts[at] >= SMALL_BELOW)
        at++;
    return at;
}

/*
 * The narrowest of four ways that leaves room for doubt. "Room" means that the sum of what is hidden, which anybody can
 * work out from the total, stays two away from the sums that only one table could have: then a unit can move between
 * two hidden parts, and the table where it did is published alike.
 */
void suppress_parts (const int64_t *counts, size_t count, bool *ret_hidden)
{
    int64_t small = 0, low = 0, sum = 0;
    for (size_t i = 0; i < count; i++) {
        small += count_is_small (counts[i]);
        low += counts[i] < SMALL_BELOW;
        sum += counts[i] < SMALL_BELOW ? counts[i] : 0;
    }
    bool room_in_small = small >= 2 && sum >= small + 2 && sum <= LARGEST_SMALL * small - 2;
    bool room_in_low = low >= 2 && sum <= LARGEST_SMALL * low - 2;
    if (small == 0 || count < 2)
        hide_below (counts, count, 0, 0, ret_hidden);
    else if (room_in_small)
        hide_below (counts, count, 1, SMALL_BELOW, ret_hidden);
    else if (room_in_low)
        hide_below (counts, count, 0, SMALL_BELOW, ret_hidden); /* zeros would tell too much */
    else if (low == 1) {
        /* Its neighbour, by place and not by size: the choice itself must not speak. */
        size_t at = only_low (counts, count);
        hide_below (counts, count, 0, SMALL_BELOW, ret_hidden);
        ret_hidden[(at + 1) % count] = true;
    } else
        hide_below (counts, count, 0, INT64_MAX, ret_hidden);
}

void suppress_amounts (const int64_t *people, size_t count, bool *ret_hidden)
{
    size_t hidden = 0, lone = 0;
    for (size_t i = 0; i < count; i++) {
        ret_hidden[i] = count_is_small (people[i]);
        if (ret_hidden[i]) {
            hidden++;
            lone = i;
        }
    }
    if (hidden != 1)
        return;
    for (size_t step = 1; step < count; step++) {
        size_t neighbour = (lone + step) % count;
        if (people[neighbour] == 0)
            continue;
        ret_hidden[neighbour] = true;
        return;
    }
}
