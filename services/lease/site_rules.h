/*
 * How good a place for the house is: points for each criterion, and the order that the weights make of them. Pure.
 */
#ifndef FYR_LEASE_SITE_RULES_H
#define FYR_LEASE_SITE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Same numbers as SiteCriterion in sites.proto. */
enum {
    SITE_DISTRICT = 1,
    SITE_PRICE,
    SITE_DESKS,
    SITE_AREA,
    SITE_ROOMS,
    SITE_STEP_FREE,
    SITE_AVAILABLE,
    SITE_CRITERIA /* one more than the last */
};

enum { SITE_POINTS_MOST = 1000, SITES_MAX = 50, SITE_WEIGHT_MOST = 100 };

typedef struct {
    uint64_t id;
    bool district_in_note;
    int64_t area_m2, desks, rooms, yearly_rent_ore;
    bool step_free;
    int32_t available_from;
} site_t;

/* What is looked for. All positive, but for `rooms`, which may be 0. */
typedef struct {
    int64_t desks_least, desks_most, rooms, area_per_desk, yearly_rent_ore;
    int32_t wanted_from;
} site_search_t;

typedef struct {
    uint32_t of[SITE_CRITERIA]; /* by criterion, 0 to SITE_WEIGHT_MOST; [0] is unused */
} site_weights_t;

/* Desks of the site that are looked for, and the yearly rent for each of them, which the price goes by. */
int64_t site_useful_desks (const site_t *site, const site_search_t *search);
int64_t site_rent_per_desk (const site_t *site, const site_search_t *search);
int64_t site_rent_per_desk_in_budget (const site_search_t *search);

/*
 * 0 to SITE_POINTS_MOST:
 *   district, step-free   all or nothing
 *   price                 all for nothing, half at the budget's rent per desk, none at twice that
 *   desks, rooms, area    all for what is looked for, less in proportion
 *   available             all in time, none a year late, a straight line between
 */
uint32_t site_points (const site_t *site, const site_search_t *search, int criterion);

/* The mean of the points by weight, rounded down; 0 when all weights are 0. */
uint32_t site_score (const site_t *site, const site_search_t *search, const site_weights_t *weights);

/* Best first: by score, then the lower rent, then the lower id. `order` gets the indices; count <= SITES_MAX. */
void site_rank (const site_t *sites, size_t count, const site_search_t *search, const site_weights_t *weights,
                size_t *order);

/* The weight of the criterion nearest to what it is, below or above, that makes another site the first. False when
 * none does. */
bool site_turning_point (const site_t *sites, size_t count, const site_search_t *search, const site_weights_t *weights,
                         int criterion, bool above, uint32_t *ret_weight, size_t *ret_first);

#endif
