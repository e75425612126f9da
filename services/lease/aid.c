/* L3: rent beside the market's, and the register of de minimis aid.
 *
 * LEA-08: the house lets on market terms. LEA-09: where it does not, the difference is aid, lawful only as de minimis
 * with a legal basis. LEA-10: at most so much to one undertaking within three years, whoever gave it. LEA-11: from 2026
 * on each grant stands in the central register. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

enum { AID_MONTHS = 36, AID_LISTED = 100 };

/* --- market rent --- */

status_t lease_set_market_rent (txn_t *txn, const Lease__SetMarketRentRequest *request,
                                Lease__SetMarketRentReply *reply, fault_t *reterr)
{
    (void) reply;
    premises_t premises;
    status_t status = premises_find (txn, request->premises, &premises, reterr);
    if (status == STATUS_OK)
        (void) txn_run (txn,
                        "INSERT INTO market_rent (premises, from_day, monthly_rent_ore, source) VALUES ($1, $2, $3, $4)"
                        " ON CONFLICT (premises, from_day) DO UPDATE SET monthly_rent_ore = $3, source = $4",
                        premises.id, request->from_day, request->monthly_rent_ore, request->source);
    return status;
}

static Lease__RentVerdict verdict_on (int64_t rent_ore, int64_t market_ore)
{
    if (market_ore == 0)
        return LEASE__RENT_VERDICT__MARKET_UNKNOWN;
    return rent_ore < market_ore ? LEASE__RENT_VERDICT__BELOW_MARKET : LEASE__RENT_VERDICT__AT_MARKET;
}

#define RENTS                                                                                                          \
    "SELECT lease.id, lease.tenant, tenant.name, lease.desks, price.monthly_rent_ore,"                                 \
    " (SELECT market.monthly_rent_ore FROM market_rent AS market WHERE market.from_day <= $1"                          \
    "   AND market.premises = lease.premises ORDER BY market.from_day DESC LIMIT 1)"                                   \
    " FROM lease JOIN tenant ON tenant.id = lease.tenant JOIN lease_price AS price ON price.lease = lease.id"          \
    " AND price.from_day = (SELECT max (from_day) FROM lease_price AS now WHERE now.lease = lease.id"                  \
    "   AND now.from_day <= $1) WHERE lease.from_day <= $1 AND lease.id > $2 AND "
#define STANDING "lease.state BETWEEN 2 AND 4 AND (lease.last_day IS NULL OR lease.last_day >= $1)"
#define ENDED "lease.id IN (SELECT id FROM lease AS over WHERE over.state = 5 AND over.last_day >= $1)"
#define PAGE " ORDER BY lease.id LIMIT $3"

static void add_rent (txn_t *txn, rows_t *rows, Lease__CheckRentsReply *reply)
{
    Lease__RentCheck *check = txn_add (txn, reply->rents, reply->n_rents, lease__rent_check);
    check->lease = rows_uint (rows, 0);
    check->tenant = rows_uint (rows, 1);
    check->tenant_name = txn_text (txn, rows_text (rows, 2));
    check->desks = (uint32_t) rows_uint (rows, 3);
    check->monthly_rent_ore = rows_int (rows, 4);
    check->market_rent_ore = rows_int (rows, 5);
    check->verdict = verdict_on (check->monthly_rent_ore, check->market_rent_ore);
    if (check->verdict == LEASE__RENT_VERDICT__BELOW_MARKET)
        check->yearly_aid_ore = 12 * check->desks * (check->market_rent_ore - check->monthly_rent_ore);
}

/* On a day that is over, also what has ended since: two lists in the same order become one. */
status_t lease_check_rents (txn_t *txn, const Lease__CheckRentsRequest *request, Lease__CheckRentsReply *reply,
                            fault_t *reterr)
{
    (void) reterr;
    int32_t day = day_or (request->day, txn_today (txn));
    uint32_t limit = list_limit (request->limit);
    rows_t *stand = txn_query (txn, RENTS STANDING PAGE, day, request->after, limit);
    rows_t *ended = txn_query (txn, RENTS ENDED PAGE, day, request->after, limit);
    bool more = rows_next (stand), more_ended = rows_next (ended);
    while (reply->n_rents < limit && (more || more_ended)) {
        bool next_stands = more && (!more_ended || rows_uint (stand, 0) < rows_uint (ended, 0));
        add_rent (txn, next_stands ? stand : ended, reply);
        if (next_stands)
            more = rows_next (stand);
        else
            more_ended = rows_next (ended);
    }
    rows_close (stand);
    rows_close (ended);
    return STATUS_OK;
}

/* --- the register --- */

/* LEA-10 in kroner, at the rate in the rules. */
static status_t ceiling_on (txn_t *txn, int32_t day, int64_t *ret_ore, bool *ret_certain, fault_t *reterr)
{
    int64_t euro_hundredths, rate_hundredths;
    bool certain_ceiling, certain_rate;
    status_t status = law_number (txn, "LEA-10", day, &euro_hundredths, &certain_ceiling, reterr);
    if (status == STATUS_OK)
        status = law_number (txn, "LEA-15", day, &rate_hundredths, &certain_rate, reterr);
    if (status != STATUS_OK)
        return status;
    *ret_ore = euro_hundredths * rate_hundredths / 100;
    *ret_certain = certain_ceiling && certain_rate;
    return STATUS_OK;
}

/* All that was granted within the three years that end on the day. */
static int64_t granted_until (txn_t *txn, uint64_t tenant, int32_t day)
{
    rows_t *row =
        txn_row (txn, "SELECT coalesce (sum (amount_ore), 0) FROM aid WHERE tenant = $1 AND day > $2 AND day <= $3",
                 tenant, day_add_months (day, -AID_MONTHS), day);
    int64_t sum = row ? rows_int (row, 0) : 0;
    rows_close (row);
    return sum;
}

/* A grant counts on its own day and in every three years that it falls in: none of those may pass the ceiling. */
static int64_t most_granted_around (txn_t *txn, uint64_t tenant, int32_t day)
{
    int64_t most = granted_until (txn, tenant, day);
    int32_t later[AID_LISTED];
    size_t count = 0;
    rows_t *rows = txn_query (txn, "SELECT DISTINCT day FROM aid WHERE tenant = $1 AND day > $2 AND day < $3 LIMIT $4",
                              tenant, day, day_add_months (day, AID_MONTHS), AID_LISTED);
    while (rows_next (rows))
        later[count++] = (int32_t) rows_int (rows, 0);
    for (size_t i = 0; i < count; i++) {
        int64_t sum = granted_until (txn, tenant, later[i]);
        most = sum > most ? sum : most;
    }
    return most;
}

static status_t check_lease_of (txn_t *txn, uint64_t lease, uint64_t tenant, fault_t *reterr)
{
    lease_t found;
    status_t status = lease ? lease_find (txn, lease, &found, reterr) : STATUS_OK;
    if (status == STATUS_OK && lease && found.tenant != tenant)
        status = fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_OF_OTHERS",
                        "lease {lease=%" PRIu64 "} is another tenant's", lease);
    return status;
}

status_t lease_record_aid (txn_t *txn, const Lease__RecordAidRequest *request, Lease__RecordAidReply *reply,
                           fault_t *reterr)
{
    int32_t day = day_or (request->day, txn_today (txn));
    int64_t ceiling = 0;
    bool certain;
    status_t status = tenant_find (txn, request->tenant, reterr);
    if (status == STATUS_OK)
        status = check_lease_of (txn, request->lease, request->tenant, reterr);
    if (status == STATUS_OK)
        status = ceiling_on (txn, day, &ceiling, &certain, reterr);
    if (status != STATUS_OK)
        return status;
    int64_t granted = most_granted_around (txn, request->tenant, day);
    /* What others gave is a fact, also beyond the ceiling; then there is nothing left for the house to give. */
    if (!request->by_others && granted + request->amount_ore > ceiling)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_AID_CEILING",
                      "{granted=%" PRId64 "} kr. of {ceiling=%" PRId64 "} kr. were granted within three years",
                      granted / 100, ceiling / 100);
    reply->aid = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO aid (id, tenant, lease, day, amount_ore, basis, by_others)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    reply->aid, request->tenant, number_or_null ((int64_t) request->lease), day, request->amount_ore,
                    request->basis, request->by_others);
    return STATUS_OK;
}

status_t lease_report_aid (txn_t *txn, const Lease__ReportAidRequest *request, Lease__ReportAidReply *reply,
                           fault_t *reterr)
{
    (void) reply;
    rows_t *row = txn_row (txn, "SELECT reference, by_others FROM aid WHERE id = $1", request->aid);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_AID_UNKNOWN", "there is no aid {aid=%" PRIu64 "}", request->aid);
    if (rows_int (row, 1))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_AID_OF_OTHERS", "whoever granted it reports it");
    if (!rows_is_null (row, 0))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_AID_REPORTED", "it is reported as {reference=%s}",
                      rows_text (row, 0));
    rows_close (row);
    (void) txn_run (txn, "UPDATE aid SET reference = $2, reported_day = $3 WHERE id = $1", request->aid,
                    request->reference, day_or (request->day, txn_today (txn)));
    return STATUS_OK;
}

static void list_grants (txn_t *txn, uint64_t tenant, int32_t day, Lease__ListAidReply *reply)
{
    rows_t *rows = txn_query (txn,
                              "SELECT id, lease, day, amount_ore, basis, by_others, reference, reported_day FROM aid"
                              " WHERE tenant = $1 AND day > $2 AND day <= $3 ORDER BY day, id LIMIT $4",
                              tenant, day_add_months (day, -AID_MONTHS), day, AID_LISTED);
    while (rows_next (rows)) {
        Lease__AidGrant *grant = txn_add (txn, reply->grants, reply->n_grants, lease__aid_grant);
        grant->aid = rows_uint (rows, 0);
        grant->lease = rows_uint (rows, 1);
        grant->day = (int32_t) rows_int (rows, 2);
        grant->amount_ore = rows_int (rows, 3);
        grant->basis = txn_text (txn, rows_text (rows, 4));
        grant->by_others = rows_int (rows, 5) != 0;
        grant->reference = txn_text (txn, rows_text (rows, 6));
        grant->reported_day = (int32_t) rows_int (rows, 7);
        reply->to_report += !grant->by_others && !grant->reported_day;
    }
}

status_t lease_list_aid (txn_t *txn, const Lease__ListAidRequest *request, Lease__ListAidReply *reply, fault_t *reterr)
{
    int32_t day = day_or (request->day, txn_today (txn));
    bool certain = false;
    status_t status = tenant_find (txn, request->tenant, reterr);
    if (status == STATUS_OK)
        status = ceiling_on (txn, day, &reply->ceiling_ore, &certain, reterr);
    if (status != STATUS_OK)
        return status;
    list_grants (txn, request->tenant, day, reply);
    reply->granted_ore = granted_until (txn, request->tenant, day);
    reply->left_ore = reply->granted_ore < reply->ceiling_ore ? reply->ceiling_ore - reply->granted_ore : 0;
    reply->certain = certain;
    return STATUS_OK;
}
