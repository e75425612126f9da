/* L1: from candidates and weights to a shortlist that says why, and a decision that can be shown afterwards. */
#include "unit/lease_kit.h"

#include "lease/site_rules.h"

static number_t site (rig_t *rig, const char *name, int district, int desks, int rent_kroner, const char *more)
{
    return id_of (ok (rig, "Sites/AddSite",
                      "{'name': '%s', 'district': %d, 'area_m2': 400, 'desks': %d, 'rooms': 3, 'yearly_rent_ore': %d00,"
                      " %s}",
                      name, district, desks, rent_kroner, more),
                  "site");
}

#define IN_TIME "'step_free': true, 'available_from': '2026-01-01'"

/* Bispebjerg is ticked in the note, Østerbro is not. */
static void six_candidates (rig_t *rig)
{
    site (rig, "Tagensvej", 8, 45, 480000, IN_TIME);
    site (rig, "Frederikssundsvej", 7, 42, 410000, "'step_free': false, 'available_from': '2026-01-15'");
    site (rig, "Valby Langgade", 5, 48, 560000, IN_TIME);
    site (rig, "Mimersgade", 3, 30, 300000, IN_TIME);
    site (rig, "Østerbrogade", 2, 46, 350000, IN_TIME);
    site (rig, "Borgbjergsvej", 4, 50, 505000, "'step_free': true, 'available_from': '2026-08-01'");
}

static json_t *ranked (json_t *reply, size_t rank)
{
    return rig_item (reply, "sites", rank);
}

Test (sites, the_shortlist_gives_a_reason_for_each_criterion, .description = "L1")
{
    rig_t *rig = rig_at ("2025-11-03T09:00:00Z");
    six_candidates (rig);
    json_t *list = ok (rig, "Sites/RankSites", "{}");
    cr_assert_eq (rig_count (list, "sites"), 6);
    json_t *first = ranked (list, 0);
    cr_assert_str_eq (rig_text (first, "name"), "Tagensvej");
    cr_assert_eq (rig_number (first, "rank"), 1);
    cr_assert_eq (rig_count (first, "reasons"), 7);
    cr_assert_str_eq (rig_text (rig_item (first, "reasons", 0), "reason"), "ligger i Bispebjerg, som notatet peger på");
    cr_assert_str_eq (rig_text (rig_item (first, "reasons", 1), "reason"),
                      "10.667 kr. pr. plads om året; budgettet har 12.500 kr.");
    for (size_t i = 1; i < 6; i++)
        cr_assert_geq (rig_number (ranked (list, i - 1), "score"), rig_number (ranked (list, i), "score"));
    rig_destroy (&rig);
}

Test (sites, another_weight_shows_what_changes_before_it_is_set, .description = "L1")
{
    rig_t *rig = rig_at ("2025-11-03T09:00:00Z");
    six_candidates (rig);
    json_t *what_if = ok (rig, "Sites/RankSites", "{'criterion': 'DISTRICT_IN_NOTE', 'weight': 0}");
    cr_assert_str_eq (rig_text (ranked (what_if, 0), "name"), "Østerbrogade");
    cr_assert_gt (rig_number (ranked (what_if, 0), "rank_as_it_is"), 1);
    cr_assert_str_eq (rig_text (ranked (ok (rig, "Sites/RankSites", "{}"), 0), "name"), "Tagensvej", "nothing was set");
    json_t *list = ok (rig, "Sites/RankSites", "{}");
    json_t *point = rig_item (list, "turning_points", 0);
    cr_assert_str_eq (rig_text (point, "criterion"), "DISTRICT_IN_NOTE");
    cr_assert_str_eq (rig_text (point, "first_then"), "Østerbrogade");
    ok (rig, "Sites/SetWeight", "{'criterion': 'DISTRICT_IN_NOTE', 'weight': %lld}",
        (long long) rig_number (point, "weight_then"));
    cr_assert_str_eq (rig_text (ranked (ok (rig, "Sites/RankSites", "{}"), 0), "name"), "Østerbrogade");
    rig_destroy (&rig);
}

Test (sites, the_decision_names_who_when_why_and_on_which_shortlist, .description = "L1")
{
    rig_t *rig = rig_at ("2025-11-03T09:00:00Z");
    six_candidates (rig);
    json_t *second = ranked (ok (rig, "Sites/RankSites", "{}"), 1);
    rig_actor (rig, "", "");
    refused (rig, "Sites/DecideSite", "ACTOR_REQUIRED", "{'site': %llu, 'reason': 'x'}", id_of (second, "site"));
    rig_actor (rig, "mette.holm", "");
    ok (rig, "Sites/DecideSite", "{'site': %llu, 'reason': 'Boligforeningen ombygger for os'}", id_of (second, "site"));
    ok (rig, "Sites/SetWeight", "{'criterion': 'PRICE', 'weight': 100}");
    ok (rig, "Sites/WithdrawSite", "{'site': %llu, 'reason': 'Lejet ud'}", id_of (second, "site"));
    json_t *decision = rig_item (ok (rig, "Sites/ListSiteDecisions", "{}"), "decisions", 0);
    cr_assert_str_eq (rig_text (decision, "name"), rig_text (second, "name"));
    cr_assert_str_eq (rig_text (decision, "decided_by"), "mette.holm");
    cr_assert_str_eq (rig_text (decision, "decided_at"), "2025-11-03T09:00:00Z");
    cr_assert_eq (rig_number (decision, "rank"), 2);
    cr_assert_eq (rig_count (decision, "shortlist"), 6);
    cr_assert (strstr (rig_text (decision, "weights"), "pris 30"), "as they were then");
    refused (rig, "Sites/DecideSite", "LEASE_SITE_UNKNOWN", "{'site': %llu, 'reason': 'x'}", id_of (second, "site"));
    rig_destroy (&rig);
}

Test (sites, a_search_is_clear_and_a_name_is_used_once, .description = "L1")
{
    rig_t *rig = rig_at ("2025-11-03T09:00:00Z");
    six_candidates (rig);
    refused (rig, "Sites/AddSite", "LEASE_SITE_EXISTS",
             "{'name': 'Mimersgade', 'district': 3, 'area_m2': 1, 'desks': 1, 'yearly_rent_ore': 1,"
             " 'available_from': '2026-01-01'}");
    static const char SEARCH[] = "{'desks_least': %d, 'desks_most': 32, 'rooms': 2, 'area_per_desk': 10,"
                                 " 'yearly_rent_ore': 40000000, 'wanted_from': '2026-02-01'}";
    refused (rig, "Sites/SetSearch", "LEASE_SEARCH_UNCLEAR", SEARCH, 40);
    ok (rig, "Sites/SetSearch", SEARCH, 28);
    cr_assert_str_eq (rig_text (ranked (ok (rig, "Sites/RankSites", "{}"), 0), "name"), "Mimersgade");
    rig_destroy (&rig);
}

/* --- the rules --- */

static site_t random_site (uint64_t *seed, uint64_t id)
{
    return (site_t){
        .id = id,
        .district_in_note = draw (seed, 2),
        .area_m2 = 1 + draw (seed, 1000),
        .desks = 1 + draw (seed, 90),
        .rooms = draw (seed, 6),
        .yearly_rent_ore = 1 + draw (seed, 100000000),
        .step_free = draw (seed, 2),
        .available_from = 20000 + (int32_t) draw (seed, 1500),
    };
}

Test (site_rules, any_case_is_ranked_once_each_within_bounds_and_turns_where_it_is_said_to, .description = "L1")
{
    uint64_t seed = 5;
    for (int round = 0; round < 300; round++) {
        site_t sites[SITES_MAX];
        size_t order[SITES_MAX], count = 1 + draw (&seed, SITES_MAX), seen = 0;
        site_search_t search = {
            30, 30 + draw (&seed, 30), draw (&seed, 4), 1 + draw (&seed, 12), 1 + draw (&seed, 90000000), 20485
        };
        site_weights_t weights = { { 0 } };
        for (size_t i = 0; i < count; i++)
            sites[i] = random_site (&seed, i + 1);
        for (int c = 1; c < SITE_CRITERIA; c++)
            weights.of[c] = draw (&seed, SITE_WEIGHT_MOST + 1);
        site_rank (sites, count, &search, &weights, order);
        for (size_t i = 0; i < count; i++) {
            seen += order[i] + 1;
            for (int c = 1; c < SITE_CRITERIA; c++)
                cr_assert_leq (site_points (&sites[i], &search, c), SITE_POINTS_MOST);
            if (i)
                cr_assert_geq (site_score (&sites[order[i - 1]], &search, &weights),
                               site_score (&sites[order[i]], &search, &weights));
        }
        cr_assert_eq (seen, count * (count + 1) / 2);
        uint32_t weight;
        size_t first, then[SITES_MAX];
        int criterion = 1 + (int) draw (&seed, SITE_CRITERIA - 1);
        if (site_turning_point (sites, count, &search, &weights, criterion, draw (&seed, 2), &weight, &first)) {
            weights.of[criterion] = weight;
            site_rank (sites, count, &search, &weights, then);
            cr_assert_eq (then[0], first);
            cr_assert_neq (then[0], order[0]);
        }
    }
}
