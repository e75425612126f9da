/* P3, P4: who could go where, many at once, beside the rules asked pair by pair: always the same answer. */
#include "harness/chance.h"
#include "placement/match/whole.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { WORLDS = 3000, PEOPLE = 12, JOBS = 150, EVERYTHING = UINT16_MAX };

static const char *const DIMENSIONS[] = { "lifting", "pace", "numbers", "driving", "juggling", "planning" };
static const char *const CONDITIONS[] = { "quiet", "step-free", "seated", "breaks", "unheard-of" };

typedef struct {
    match_candidate_t candidates[PEOPLE];
    match_position_t positions[JOBS];
    match_weights_t weights;
    size_t n_candidates, n_positions;
    uint32_t left_out[PEOPLE][4];
    size_t n_left_out[PEOPLE];
} city_t;

static int below (uint64_t *seed, int n)
{
    return (int) (draw (seed) % (uint64_t) n);
}

static size_t draw_levels (uint64_t *seed, match_level_t *out, int one_in)
{
    size_t count = 0;
    int first = below (seed, 6); /* the order is no part of the meaning, but of the shares of the weight */
    for (int i = 0; i < 6; i++)
        if (below (seed, one_in) == 0)
            out[count++] = (match_level_t){ DIMENSIONS[(first + i) % 6], below (seed, 5) };
    return count;
}

static size_t draw_conditions (uint64_t *seed, const char **out, int one_in)
{
    size_t count = 0;
    for (int i = 0; i < 5; i++)
        if (below (seed, one_in) == 0)
            out[count++] = CONDITIONS[i];
    return count;
}

static week_t draw_times (uint64_t *seed, int days, int hours)
{
    week_t week = { { 0 } };
    for (int day = 1; day <= days; day++)
        if (below (seed, 2))
            cr_assert (week_add (&week, (week_span_t){ day, 8, 9 + below (seed, hours) }));
    return week;
}

static void draw_weights (uint64_t *seed, match_weights_t *weights)
{
    int left = MATCH_SCORE_MOST;
    weights->ability = below (seed, left + 1);
    left -= weights->ability;
    weights->hours = below (seed, left + 1);
    left -= weights->hours;
    weights->district = below (seed, left + 1);
    weights->waiting = left - weights->district;
    weights->gap_most = 1 + below (seed, MATCH_LEVEL_MOST);
    weights->level_unstated = MATCH_LEVEL_MOST - below (seed, weights->gap_most + 1);
    weights->wait_days = 1 + below (seed, 300);
    weights->n_soft = draw_conditions (seed, weights->soft, 6);
    for (int from = 1; from <= DISTRICT_COUNT; from++)
        for (int to = 1; to <= DISTRICT_COUNT; to++)
            weights->travel.minutes[from][to] = 10 + below (seed, 50);
}

static void draw_city (uint64_t *seed, city_t *city)
{
    memset (city, 0, sizeof *city);
    city->n_candidates = (size_t) below (seed, PEOPLE + 1);
    city->n_positions = (size_t) below (seed, below (seed, 4) ? 9 : JOBS + 1);
    draw_weights (seed, &city->weights);
    for (size_t c = 0; c < city->n_candidates; c++) {
        match_candidate_t *candidate = &city->candidates[c];
        candidate->citizen = c + 1;
        candidate->n_abilities = draw_levels (seed, candidate->abilities, 2);
        candidate->n_needs = draw_conditions (seed, candidate->needs, 5);
        candidate->minutes_free = below (seed, 4) ? below (seed, 1500) : MATCH_NOT_STATED;
        candidate->times = below (seed, 2) ? draw_times (seed, 3, 12) : (week_t){ { 0 } };
        candidate->at_work = below (seed, 4) ? (week_t){ { 0 } } : draw_times (seed, 2, 3);
        candidate->district = below (seed, 4) ? 1 + below (seed, 10) : MATCH_NOT_STATED;
        candidate->travel_most = below (seed, 2) ? 30 + below (seed, 40) : MATCH_NOT_STATED;
        candidate->days_waited = below (seed, 400);
        for (; city->n_positions > 0 && city->n_left_out[c] < 4 && below (seed, 3) == 0; city->n_left_out[c]++)
            city->left_out[c][city->n_left_out[c]] = (uint32_t) below (seed, (int) city->n_positions);
    }
    for (size_t p = 0; p < city->n_positions; p++) {
        match_position_t *position = &city->positions[p];
        position->n_demands = draw_levels (seed, position->demands, 3);
        position->n_offers = draw_conditions (seed, position->offers, 2);
        position->weekly_minutes = 1 + below (seed, 900);
        position->times = below (seed, 2) ? draw_times (seed, 3, 4) : (week_t){ { 0 } };
        position->district = 1 + below (seed, 10);
        position->openings = below (seed, 8);
    }
}

static bool is_left_out (const city_t *city, size_t c, size_t p)
{
    if (city->positions[p].openings == 0)
        return true;
    for (size_t i = 0; i < city->n_left_out[c]; i++)
        if (city->left_out[c][i] == p)
            return true;
    return false;
}

static eligible_t *index_of (const city_t *city, profiles_t *ret_profiles)
{
    eligible_t *eligible = NULL;
    cr_assert_eq (eligible_new (city->positions, city->n_positions, &city->weights, &eligible, NULL), STATUS_OK);
    *ret_profiles = eligible_profiles (eligible);
    for (size_t c = 0; c < city->n_candidates; c++)
        cr_assert (profiles_add (ret_profiles, &city->candidates[c], city->left_out[c], city->n_left_out[c]));
    return eligible;
}

Test (match_eligible, asks_nobody_and_answers_for_every_pair_as_the_rules_do)
{
    uint64_t seed = 61, fitting = 0, excluded = 0;
    for (int n = 0; n < WORLDS; n++) {
        static city_t city;
        profiles_t profiles;
        draw_city (&seed, &city);
        eligible_t *eligible = index_of (&city, &profiles);
        for (size_t c = 0; c < city.n_candidates; c++) {
            eligible_row_t row = eligible_row (eligible, &profiles, c, EVERYTHING);
            uint32_t k = 0;
            cr_assert_eq (row.count, row.fits);
            for (size_t p = 0; p < city.n_positions; p++) {
                match_assessment_t assessment;
                match_assess (&city.candidates[c], &city.positions[p], &city.weights, &assessment);
                bool there = k < row.count && pair_other (row.pairs[k]) == p;
                cr_assert_eq (there, !assessment.excluded && !is_left_out (&city, c, p), "world %d: %zu, %zu", n, c, p);
                if (there)
                    cr_assert_eq (pair_score (row.pairs[k++]), assessment.score, "world %d: %zu, %zu", n, c, p);
                excluded += assessment.excluded;
            }
            cr_assert_eq (k, row.count);
            fitting += k;
        }
        profiles_clear (&profiles);
        eligible_destroy (&eligible);
    }
    cr_assert (fitting > 20000 && excluded > 20000, "%llu and %llu", (unsigned long long) fitting,
               (unsigned long long) excluded);
}

static uint32_t at_least_as_good (const eligible_row_t *row, int32_t score)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < row->count; k++)
        count += pair_score (row->pairs[k]) >= score;
    return count;
}

Test (match_eligible, whoever_fits_more_than_so_many_keeps_that_many_half_of_them_the_best)
{
    uint64_t seed = 62, cut = 0;
    for (int n = 0; n < WORLDS / 5; n++) {
        static city_t city;
        profiles_t profiles;
        draw_city (&seed, &city);
        eligible_t *eligible = index_of (&city, &profiles);
        for (size_t c = 0; c < city.n_candidates; c++) {
            eligible_row_t all = eligible_row (eligible, &profiles, c, EVERYTHING);
            uint32_t pairs[JOBS], most = 1 + (uint32_t) below (&seed, 12), k = 0;
            memcpy (pairs, all.pairs, all.count * sizeof *pairs);
            eligible_row_t some = eligible_row (eligible, &profiles, c, most);
            cr_assert_eq (some.fits, all.count);
            cr_assert_eq (some.count, all.count < most ? all.count : most);
            for (uint32_t i = 0; i < all.count; i++) {
                if (k < some.count && some.pairs[k] == pairs[i])
                    k++;
                else
                    cr_assert (at_least_as_good (&some, pair_score (pairs[i])) >= most - most / 2);
            }
            cr_assert_eq (k, some.count, "those kept are some of all, in their order");
            cut += some.count < all.count;
        }
        profiles_clear (&profiles);
        eligible_destroy (&eligible);
    }
    cr_assert (cut > 500);
}

Test (match_eligible, who_fits_the_same_is_not_left_with_the_same_few)
{
    static city_t city;
    profiles_t profiles;
    uint32_t asked[JOBS] = { 0 };
    memset (&city, 0, sizeof city);
    city.n_positions = JOBS;
    city.n_candidates = 1;
    city.weights.ability = MATCH_SCORE_MOST;
    city.weights.gap_most = city.weights.wait_days = 1;
    city.candidates[0] = (match_candidate_t){ .minutes_free = MATCH_NOT_STATED, .district = 1, .travel_most = 10 };
    for (size_t p = 0; p < JOBS; p++)
        city.positions[p] = (match_position_t){ .weekly_minutes = 300, .district = 1, .openings = 1 };
    eligible_t *eligible = index_of (&city, &profiles);
    for (uint64_t citizen = 0; citizen < 3000; citizen++) {
        profiles.list[0].citizen = citizen;
        eligible_row_t row = eligible_row (eligible, &profiles, 0, 5);
        for (uint32_t k = 0; k < row.count; k++)
            asked[pair_other (row.pairs[k])]++;
    }
    for (size_t p = 0; p < JOBS; p++) /* a hundred each, were it even */
        cr_assert (asked[p] > 50 && asked[p] < 200, "%zu: %u", p, asked[p]);
    profiles_clear (&profiles);
    eligible_destroy (&eligible);
}

/* What people offer in any order, and asked in any order. */
Test (match_eligible, the_order_in_which_citizens_are_asked_and_words_stand_is_no_part_of_the_answer)
{
    uint64_t seed = 63;
    for (int n = 0; n < WORLDS / 10; n++) {
        static city_t city, turned;
        profiles_t profiles, other_profiles;
        draw_city (&seed, &city);
        turned = city;
        for (size_t p = 0; p < city.n_positions; p++)
            for (size_t i = 0; i < city.positions[p].n_offers; i++)
                turned.positions[p].offers[i] = city.positions[p].offers[city.positions[p].n_offers - 1 - i];
        for (size_t c = 0; c < city.n_candidates; c++) {
            turned.candidates[city.n_candidates - 1 - c] = city.candidates[c];
            turned.n_left_out[city.n_candidates - 1 - c] = city.n_left_out[c];
            memcpy (turned.left_out[city.n_candidates - 1 - c], city.left_out[c], sizeof city.left_out[c]);
        }
        eligible_t *eligible = index_of (&city, &profiles), *other = index_of (&turned, &other_profiles);
        for (size_t c = 0; c < city.n_candidates; c++) {
            eligible_row_t row = eligible_row (eligible, &profiles, c, 4);
            eligible_row_t same = eligible_row (other, &other_profiles, city.n_candidates - 1 - c, 4);
            cr_assert_eq (row.count, same.count);
            cr_assert (memcmp (row.pairs, same.pairs, row.count * sizeof *row.pairs) == 0);
        }
        profiles_clear (&profiles);
        profiles_clear (&other_profiles);
        eligible_destroy (&eligible);
        eligible_destroy (&other);
    }
}

static const uint32_t *every_row (void *context, uint32_t citizen, uint32_t *ret_count)
{
    struct {
        eligible_t *eligible;
        profiles_t *profiles;
    } *asked = context;
    eligible_row_t row = eligible_row (asked->eligible, asked->profiles, citizen, EVERYTHING);
    *ret_count = row.count;
    return row.pairs;
}

Test (match_eligible, a_plan_from_few_pairs_is_made_the_best_of_all_and_its_prices_prove_it)
{
    uint64_t seed = 64, rounds = 0;
    for (int n = 0; n < WORLDS / 4; n++) {
        static city_t city;
        profiles_t profiles;
        uint32_t openings[JOBS];
        matching_t *plan = NULL;
        instance_t *instance = NULL;
        whole_t whole;
        draw_city (&seed, &city);
        for (size_t p = 0; p < city.n_positions; p++)
            openings[p] = (uint32_t) city.positions[p].openings;
        eligible_t *eligible = index_of (&city, &profiles);
        cr_assert_eq (whole_match (eligible, &profiles, openings, (uint32_t) city.n_positions,
                                   1 + (uint32_t) below (&seed, 3), NULL, NULL, &plan, &whole, NULL),
                      STATUS_OK);
        struct {
            eligible_t *eligible;
            profiles_t *profiles;
        } asked = { eligible, &profiles };
        cr_assert_eq (instance_from_rows ((uint32_t) city.n_candidates, (uint32_t) city.n_positions, openings,
                                          every_row, &asked, &instance, NULL),
                      STATUS_OK);
        cr_assert_eq (whole.fits, instance->pairs);
        matching_t *best = matching_new (&instance);
        cr_assert (best && matching_solve (best));
        totals_t found = matching_totals (plan), expected = matching_totals (best);
        cr_assert (whole.proved);
        cr_assert_eq (found.placed, expected.placed, "world %d", n);
        cr_assert_eq (found.score, expected.score, "world %d", n);
        for (uint32_t c = 0; c < city.n_candidates; c++)
            for (const uint32_t *x = list_first (&matching_instance (best)->of_citizen, c);
                 x < list_end (&matching_instance (best)->of_citizen, c); x++)
                cr_assert ((int64_t) matching_citizen_price (plan, c) +
                               matching_opening_price (plan, pair_other (*x)) >=
                           (int64_t) MATCH_PERSON + pair_score (*x));
        rounds += whole.rounds;
        matching_destroy (&plan);
        matching_destroy (&best);
        profiles_clear (&profiles);
        eligible_destroy (&eligible);
    }
    cr_assert (rounds > WORLDS / 8);
}

static bool no_further_than (void *most, uint64_t asked, uint64_t of)
{
    (void) of;
    return asked < *(uint64_t *) most;
}

Test (match_eligible, whoever_watches_can_break_it_off)
{
    enum { MANY = 2000 };
    static city_t city;
    profiles_t profiles;
    uint64_t seed = 65, most = 600;
    uint32_t openings[JOBS] = { 0 };
    matching_t *plan = NULL;
    whole_t whole;
    do
        draw_city (&seed, &city);
    while (city.n_candidates == 0);
    eligible_t *eligible = index_of (&city, &profiles);
    while (profiles.count < MANY)
        cr_assert (profiles_add (&profiles, &city.candidates[0], NULL, 0));
    cr_assert_eq (whole_match (eligible, &profiles, openings, (uint32_t) city.n_positions, 2, no_further_than, &most,
                               &plan, &whole, NULL),
                  STATUS_CANCELLED);
    cr_assert_null (plan);
    profiles_clear (&profiles);
    eligible_destroy (&eligible);
}
