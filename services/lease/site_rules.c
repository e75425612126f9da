#include "lease/site_rules.h"

enum { DAYS_LATE_MOST = 365 };

static int64_t smaller (int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static uint32_t share (int64_t have, int64_t want)
{
    return want <= 0 ? SITE_POINTS_MOST : (uint32_t) (SITE_POINTS_MOST * smaller (have, want) / want);
}

int64_t site_useful_desks (const site_t *site, const site_search_t *search)
{
    return smaller (site->desks, search->desks_most);
}

int64_t site_rent_per_desk (const site_t *site, const site_search_t *search)
{
    return site->yearly_rent_ore / site_useful_desks (site, search);
}

int64_t site_rent_per_desk_in_budget (const site_search_t *search)
{
    return search->yearly_rent_ore / search->desks_least;
}

static uint32_t price_points (const site_t *site, const site_search_t *search)
{
    int64_t twice = 2 * site_rent_per_desk_in_budget (search), rent = site_rent_per_desk (site, search);
    return twice <= 0 || rent >= twice ? 0 : (uint32_t) (SITE_POINTS_MOST * (twice - rent) / twice);
}

static uint32_t available_points (const site_t *site, const site_search_t *search)
{
    int64_t late = site->available_from - search->wanted_from;
    late = late < 0 ? 0 : smaller (late, DAYS_LATE_MOST);
    return (uint32_t) (SITE_POINTS_MOST * (DAYS_LATE_MOST - late) / DAYS_LATE_MOST);
}

uint32_t site_points (const site_t *site, const site_search_t *search, int criterion)
{
    switch (criterion) {
    case SITE_DISTRICT:
        return site->district_in_note ? SITE_POINTS_MOST : 0;
    case SITE_PRICE:
        return price_points (site, search);
    case SITE_DESKS:
        return share (site->desks, search->desks_least);
    case SITE_AREA:
        return share (site->area_m2, search->area_per_desk * site_useful_desks (site, search));
    case SITE_ROOMS:
        return share (site->rooms, search->rooms);
    case SITE_STEP_FREE:
        return site->step_free ? SITE_POINTS_MOST : 0;
    case SITE_AVAILABLE:
        return available_points (site, search);
    default:
        return 0;
    }
}

uint32_t site_score (const site_t *site, const site_search_t *search, const site_weights_t *weights)
{
    uint64_t sum = 0, weight = 0;
    for (int criterion = 1; criterion < SITE_CRITERIA; criterion++) {
        sum += (uint64_t) weights->of[criterion] * site_points (site, search, criterion);
        weight += weights->of[criterion];
    }
    return weight ? (uint32_t) (sum / weight) : 0;
}

static bool is_better (const site_t *a, uint32_t score_a, const site_t *b, uint32_t score_b)
{
    if (score_a != score_b)
        return score_a > score_b;
    if (a->yearly_rent_ore != b->yearly_rent_ore)
        return a->yearly_rent_ore < b->yearly_rent_ore;
    return a->id < b->id;
}

void site_rank (const site_t *sites, size_t count, const site_search_t *search, const site_weights_t *weights,
                size_t *order)
{
    uint32_t scores[SITES_MAX];
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        scores[i] = site_score (&sites[i], search, weights);
        for (; at > 0 && is_better (&sites[i], scores[i], &sites[order[at - 1]], scores[order[at - 1]]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

static size_t first_of (const site_t *sites, size_t count, const site_search_t *search, const site_weights_t *weights)
{
    size_t first = 0;
    uint32_t best = site_score (&sites[0], search, weights);
    for (size_t i = 1; i < count; i++) {
        uint32_t score = site_score (&sites[i], search, weights);
        if (is_better (&sites[i], score, &sites[first], best)) {
            first = i;
            best = score;
        }
    }
    return first;
}

bool site_turning_point (const site_t *sites, size_t count, const site_search_t *search, const site_weights_t *weights,
                         int criterion, bool above, uint32_t *ret_weight, size_t *ret_first)
{
    if (count == 0)
        return false;
    size_t now = first_of (sites, count, search, weights);
    site_weights_t tried = *weights;
    for (uint32_t weight = weights->of[criterion]; above ? weight < SITE_WEIGHT_MOST : weight > 0;) {
        tried.of[criterion] = above ? ++weight : --weight;
        size_t first = first_of (sites, count, search, &tried);
        if (first == now)
            continue;
        *ret_weight = weight;
        *ret_first = first;
        return true;
    }
    return false;
}
