/* L1: the search for the house. Candidates and what counts are data; the shortlist follows from them alone; who decided
 * for what, and on which shortlist, is written down with the decision. */
#include "danish/district.h"
#include "danish/money.h"
#include "lease/lease.h"
#include "lease/site_rules.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static status_t find_site (txn_t *txn, uint64_t site, fault_t *reterr)
{
    if (!txn_row (txn, "SELECT 1 FROM site WHERE id = $1 AND withdrawn IS NULL", site))
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_SITE_UNKNOWN", "there is no candidate {site=%" PRIu64 "}", site);
    return STATUS_OK;
}

status_t lease_add_site (txn_t *txn, const Lease__AddSiteRequest *request, Lease__AddSiteReply *reply, fault_t *reterr)
{
    rows_t *known = txn_row (txn, "SELECT id FROM site WHERE name = $1", request->name);
    if (known)
        return fault (reterr, STATUS_ALREADY_EXISTS, "LEASE_SITE_EXISTS",
                      "candidate {site=%" PRIu64 "} is called {name=%s}", rows_uint (known, 0), request->name);
    reply->site = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO site (id, name, address, district, area_m2, desks, rooms, yearly_rent_ore, step_free,"
                    " available_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    reply->site, request->name, request->address, request->district, request->area_m2, request->desks,
                    request->rooms, request->yearly_rent_ore, request->step_free, request->available_from);
    return STATUS_OK;
}

status_t lease_withdraw_site (txn_t *txn, const Lease__WithdrawSiteRequest *request, Lease__WithdrawSiteReply *reply,
                              fault_t *reterr)
{
    (void) reply;
    status_t status = find_site (txn, request->site, reterr);
    if (status == STATUS_OK)
        (void) txn_run (txn, "UPDATE site SET withdrawn = $2 WHERE id = $1", request->site, request->reason);
    return status;
}

status_t lease_set_search (txn_t *txn, const Lease__SetSearchRequest *request, Lease__SetSearchReply *reply,
                           fault_t *reterr)
{
    (void) reply;
    if (request->desks_most < request->desks_least)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_SEARCH_UNCLEAR",
                      "at most {most=%u} desks, and at least {least=%u}?", request->desks_most, request->desks_least);
    (void) txn_run (txn,
                    "UPDATE site_search SET desks_least = $1, desks_most = $2, rooms = $3, area_per_desk = $4,"
                    " yearly_rent_ore = $5, wanted_from = $6",
                    request->desks_least, request->desks_most, request->rooms, request->area_per_desk,
                    request->yearly_rent_ore, request->wanted_from);
    return STATUS_OK;
}

status_t lease_set_weight (txn_t *txn, const Lease__SetWeightRequest *request, Lease__SetWeightReply *reply,
                           fault_t *reterr)
{
    (void) reply;
    (void) reterr;
    (void) txn_run (txn, "UPDATE site_weight SET weight = $2 WHERE criterion = $1", (int) request->criterion,
                    request->weight);
    return STATUS_OK;
}

/* --- the shortlist --- */

typedef struct {
    site_t sites[SITES_MAX];
    Lease__RankedSite *shown[SITES_MAX]; /* the same, for people */
    size_t count;
    site_search_t search;
    site_weights_t weights;
    size_t order[SITES_MAX];
} shortlist_t;

static void read_site (txn_t *txn, rows_t *rows, site_t *site, Lease__RankedSite *shown)
{
    shown->site = site->id = rows_uint (rows, 0);
    shown->name = txn_text (txn, rows_text (rows, 1));
    shown->address = txn_text (txn, rows_text (rows, 2));
    shown->district = (int32_t) rows_int (rows, 3);
    shown->area_m2 = (uint32_t) (site->area_m2 = rows_int (rows, 4));
    shown->desks = (uint32_t) (site->desks = rows_int (rows, 5));
    shown->rooms = (uint32_t) (site->rooms = rows_int (rows, 6));
    shown->yearly_rent_ore = site->yearly_rent_ore = rows_int (rows, 7);
    shown->step_free = site->step_free = rows_int (rows, 8) != 0;
    shown->available_from = site->available_from = (int32_t) rows_int (rows, 9);
    const district_t *district = district_by_number (shown->district);
    site->district_in_note = district && district->in_note;
}

static shortlist_t *read_shortlist (txn_t *txn)
{
    shortlist_t *self = txn_alloc (txn, sizeof *self);
    rows_t *rows = txn_query (txn,
                              "SELECT id, name, address, district, area_m2, desks, rooms, yearly_rent_ore, step_free,"
                              " available_from FROM site WHERE withdrawn IS NULL ORDER BY id LIMIT $1",
                              SITES_MAX);
    for (; rows_next (rows); self->count++) {
        self->shown[self->count] = (Lease__RankedSite *) txn_message (txn, &lease__ranked_site__descriptor);
        read_site (txn, rows, &self->sites[self->count], self->shown[self->count]);
    }
    rows = txn_query (txn, "SELECT criterion, weight FROM site_weight");
    while (rows_next (rows))
        self->weights.of[rows_int (rows, 0)] = (uint32_t) rows_uint (rows, 1);
    rows_t *row = txn_row (txn, "SELECT desks_least, desks_most, rooms, area_per_desk, yearly_rent_ore, wanted_from"
                                " FROM site_search");
    if (row)
        self->search = (site_search_t){ rows_int (row, 0), rows_int (row, 1), rows_int (row, 2),
                                        rows_int (row, 3), rows_int (row, 4), (int32_t) rows_int (row, 5) };
    site_rank (self->sites, self->count, &self->search, &self->weights, self->order);
    for (size_t i = 0; i < self->count; i++)
        self->shown[self->order[i]]->rank_as_it_is = (uint32_t) i + 1;
    return self;
}

/* --- reasons, in the words of the house --- */

static char *available_reason (txn_t *txn, const site_t *site, const site_search_t *search)
{
    char day[ISO_DAY_SIZE];
    int32_t late = site->available_from - search->wanted_from;
    day_text (site->available_from, day);
    return late <= 0 ? txn_format (txn, "ledigt fra %s, i tide", day)
                     : txn_format (txn, "ledigt fra %s, %d dage for sent", day, late);
}

static char *reason_for (txn_t *txn, const site_t *site, const Lease__RankedSite *shown, const site_search_t *search,
                         int criterion)
{
    char rent[MONEY_TEXT_SIZE], budget[MONEY_TEXT_SIZE];
    const district_t *district = district_by_number (shown->district);
    int64_t per_desk = 10 * site->area_m2 / site_useful_desks (site, search);
    switch (criterion) {
    case SITE_DISTRICT:
        return txn_format (txn, "ligger i %s, som notatet %speger på", district ? district->name : "?",
                           site->district_in_note ? "" : "ikke ");
    case SITE_PRICE:
        return txn_format (txn, "%s pr. plads om året; budgettet har %s",
                           money_text_whole (site_rent_per_desk (site, search), rent),
                           money_text_whole (site_rent_per_desk_in_budget (search), budget));
    case SITE_DESKS:
        return txn_format (txn, "%" PRId64 " pladser; der søges %" PRId64 "-%" PRId64, site->desks, search->desks_least,
                           search->desks_most);
    case SITE_AREA:
        return txn_format (txn, "%" PRId64 ",%" PRId64 " m² pr. plads; der ønskes %" PRId64, per_desk / 10,
                           per_desk % 10, search->area_per_desk);
    case SITE_ROOMS:
        return txn_format (txn, "%" PRId64 " mødelokaler; der ønskes %" PRId64, site->rooms, search->rooms);
    case SITE_STEP_FREE:
        return txn_text (txn, site->step_free ? "adgang uden trin" : "der er trin på vejen ind");
    default:
        return available_reason (txn, site, search);
    }
}

static void explain (txn_t *txn, const shortlist_t *list, size_t index, const site_weights_t *weights)
{
    const site_t *site = &list->sites[index];
    Lease__RankedSite *shown = list->shown[index];
    shown->score = site_score (site, &list->search, weights);
    for (int criterion = 1; criterion < SITE_CRITERIA; criterion++) {
        Lease__SiteReason *reason = txn_add (txn, shown->reasons, shown->n_reasons, lease__site_reason);
        reason->criterion = (Lease__SiteCriterion) criterion;
        reason->weight = weights->of[criterion];
        reason->points = site_points (site, &list->search, criterion);
        reason->reason = reason_for (txn, site, shown, &list->search, criterion);
    }
}

static void find_turning_points (txn_t *txn, const shortlist_t *list, const site_weights_t *weights,
                                 Lease__RankSitesReply *reply)
{
    uint32_t weight;
    size_t first;
    for (int criterion = 1; criterion < SITE_CRITERIA; criterion++)
        for (int above = 0; above <= 1; above++)
            if (site_turning_point (list->sites, list->count, &list->search, weights, criterion, above, &weight,
                                    &first)) {
                Lease__TurningPoint *point =
                    txn_add (txn, reply->turning_points, reply->n_turning_points, lease__turning_point);
                point->criterion = (Lease__SiteCriterion) criterion;
                point->weight_now = weights->of[criterion];
                point->weight_then = weight;
                point->first_then = txn_text (txn, list->shown[first]->name);
            }
}

status_t lease_rank_sites (txn_t *txn, const Lease__RankSitesRequest *request, Lease__RankSitesReply *reply,
                           fault_t *reterr)
{
    (void) reterr;
    shortlist_t *list = read_shortlist (txn);
    site_weights_t weights = list->weights; /* of no criterion, the weight goes nowhere */
    weights.of[request->criterion] = request->weight;
    site_rank (list->sites, list->count, &list->search, &weights, list->order);
    reply->sites = txn_alloc (txn, (list->count + 1) * sizeof *reply->sites);
    for (; reply->n_sites < list->count; reply->n_sites++) {
        size_t index = list->order[reply->n_sites];
        explain (txn, list, index, &weights);
        list->shown[index]->rank = (uint32_t) reply->n_sites + 1;
        reply->sites[reply->n_sites] = list->shown[index];
    }
    find_turning_points (txn, list, &weights, reply);
    return STATUS_OK;
}

/* --- the decision --- */

static const char *weights_text (txn_t *txn, const site_weights_t *weights)
{
    static const char *const NAMES[] = {
        "", "bydel", "pris", "pladser", "areal", "mødelokaler", "adgang uden trin", "ledig i tide"
    };
    const char *text = "";
    for (int criterion = 1; criterion < SITE_CRITERIA; criterion++)
        text = txn_format (txn, "%s%s%s %u", text, criterion > 1 ? ", " : "", NAMES[criterion], weights->of[criterion]);
    return text;
}

status_t lease_decide_site (txn_t *txn, const Lease__DecideSiteRequest *request, Lease__DecideSiteReply *reply,
                            fault_t *reterr)
{
    status_t status = find_site (txn, request->site, reterr);
    if (status != STATUS_OK)
        return status;
    shortlist_t *list = read_shortlist (txn);
    size_t at = 0;
    while (list->sites[list->order[at]].id != request->site)
        at++;
    reply->decision = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO site_decision (id, site, rank, score, decided_by, decided_at, reason, weights)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    reply->decision, request->site, at + 1,
                    site_score (&list->sites[list->order[at]], &list->search, &list->weights), txn_actor (txn),
                    txn_now (txn), request->reason, weights_text (txn, &list->weights));
    for (size_t i = 0; i < list->count; i++) {
        const site_t *site = &list->sites[list->order[i]];
        (void) txn_run (txn, "INSERT INTO site_decision_rank (decision, rank, site, score) VALUES ($1, $2, $3, $4)",
                        reply->decision, i + 1, site->id, site_score (site, &list->search, &list->weights));
    }
    return STATUS_OK;
}

static void read_decision_ranks (txn_t *txn, Lease__SiteDecision *decision)
{
    rows_t *rows = txn_query (txn,
                              "SELECT ranked.rank, site.name, ranked.score FROM site_decision_rank AS ranked"
                              " JOIN site ON site.id = ranked.site WHERE ranked.decision = $1 ORDER BY ranked.rank",
                              decision->decision);
    while (rows_next (rows))
        txn_add_text (
            txn, decision->shortlist, decision->n_shortlist,
            txn_format (txn, "%d. %s (%d)", (int) rows_int (rows, 0), rows_text (rows, 1), (int) rows_int (rows, 2)));
}

status_t lease_list_site_decisions (txn_t *txn, const Lease__ListSiteDecisionsRequest *request,
                                    Lease__ListSiteDecisionsReply *reply, fault_t *reterr)
{
    (void) request;
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              "SELECT decision.id, site.id, site.name, decision.rank, decision.score,"
                              " decision.decided_by, decision.decided_at, decision.reason, decision.weights"
                              " FROM site_decision AS decision JOIN site ON site.id = decision.site"
                              " ORDER BY decision.id DESC LIMIT $1",
                              SITES_MAX);
    while (rows_next (rows)) {
        Lease__SiteDecision *decision = txn_add (txn, reply->decisions, reply->n_decisions, lease__site_decision);
        decision->decision = rows_uint (rows, 0);
        decision->site = rows_uint (rows, 1);
        decision->name = txn_text (txn, rows_text (rows, 2));
        decision->rank = (uint32_t) rows_uint (rows, 3);
        decision->score = (uint32_t) rows_uint (rows, 4);
        decision->decided_by = txn_text (txn, rows_text (rows, 5));
        decision->decided_at = rows_int (rows, 6);
        decision->reason = txn_text (txn, rows_text (rows, 7));
        decision->weights = txn_text (txn, rows_text (rows, 8));
        read_decision_ranks (txn, decision);
    }
    return STATUS_OK;
}
