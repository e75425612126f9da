/* L2, L4: desks, and who has which on which days.
 *
 * Invariant: two holds of a desk that stand never share a day. Everybody who holds a desk comes through here, and asks
 * first in the same transaction. */
#include "lease/lease.h"

#include "base/ensure.h"
#include "contract/lease.handlers.h"

#include <inttypes.h>

static int32_t last_day_of (period_t period)
{
    return day_or (period.last_day, INT32_MAX);
}

/* --- asking --- */

/* The desk's premises, if it may be held. */
static status_t check_desk (txn_t *txn, uint64_t desk, period_t period, uint64_t *ret_premises, fault_t *reterr)
{
    char day[ISO_DAY_SIZE];
    rows_t *row = txn_row (txn, "SELECT premises, from_day, prefix || number FROM desk WHERE id = $1", desk);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_DESK_UNKNOWN", "there is no desk {desk=%" PRIu64 "}", desk);
    *ret_premises = rows_uint (row, 0);
    if (rows_int (row, 1) > period.from_day)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_DESK_NOT_YET",
                      "desk {desk=%s} can be let from {from=%s}", rows_text (row, 2),
                      day_text ((int32_t) rows_int (row, 1), day));
    rows_t *held = txn_row (txn,
                            "SELECT from_day, last_day FROM desk_hold WHERE desk = $1 AND stands = 1 AND from_day <= $2"
                            " ORDER BY from_day DESC LIMIT 1",
                            desk, last_day_of (period));
    /* Holds share no day: the one that begins last also ends last. */
    if (held && (rows_is_null (held, 1) || rows_int (held, 1) >= period.from_day)) {
        if (rows_is_null (held, 1))
            return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_DESK_TAKEN",
                          "desk {desk=%s} is taken from {from=%s}", rows_text (row, 2),
                          day_text ((int32_t) rows_int (held, 0), day));
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_DESK_TAKEN",
                      "desk {desk=%s} is taken until {until=%s}", rows_text (row, 2),
                      day_text ((int32_t) rows_int (held, 1), day));
    }
    rows_close (row);
    return STATUS_OK;
}

static bool holds_desk (const desk_set_t *set, uint64_t desk)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->desks[i] == desk)
            return true;
    return false;
}

status_t desks_named (txn_t *txn, const uint64_t *desks, size_t count, period_t period, desk_set_t *ret_set,
                      fault_t *reterr)
{
    ensure (count <= DESKS_MAX);
    desk_set_t set = { 0 };
    for (size_t i = 0; i < count; i++) {
        uint64_t premises = 0;
        status_t status = check_desk (txn, desks[i], period, &premises, reterr);
        if (status != STATUS_OK)
            return status;
        if (holds_desk (&set, desks[i]))
            return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DESK_REPEATED",
                          "desk {desk=%" PRIu64 "} is named twice", desks[i]);
        if (set.count > 0 && premises != set.premises)
            return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DESKS_APART",
                          "desks of one lease stand in one premises");
        set.premises = premises;
        set.desks[set.count++] = desks[i];
    }
    *ret_set = set;
    return STATUS_OK;
}

status_t desks_stay (txn_t *txn, uint64_t lease, period_t period, fault_t *reterr)
{
    uint64_t desks[DESKS_MAX];
    size_t count = 0;
    desk_set_t set;
    rows_t *rows = txn_query (txn, "SELECT desk FROM desk_hold WHERE lease = $1 LIMIT $2", lease, DESKS_MAX);
    while (rows_next (rows))
        desks[count++] = rows_uint (rows, 0);
    return desks_named (txn, desks, count, period, &set, reterr);
}

static void take_desks (rows_t *rows, size_t count, desk_set_t *set)
{
    while (set->count < count && rows_next (rows))
        if (!holds_desk (set, rows_uint (rows, 0)))
            set->desks[set->count++] = rows_uint (rows, 0);
    rows_close (rows);
}

/* Those that have been free longest, and only then, for a term that ends, gaps between what others have: the gap that
 * is over first. */
bool desks_free (txn_t *txn, uint64_t premises, size_t count, period_t period, desk_set_t *ret_set)
{
    ensure (count <= DESKS_MAX);
    desk_set_t set = { .premises = premises };
    take_desks (txn_query (txn,
                           "SELECT id FROM desk WHERE premises = $1 AND free_from <= $2"
                           " ORDER BY free_from, prefix, number LIMIT $3",
                           premises, period.from_day, count),
                count, &set);
    if (set.count < count && period.last_day)
        take_desks (txn_query (txn,
                               "SELECT desk FROM desk_gap WHERE premises = $1 AND last_day >= $2 AND from_day <= $3"
                               " ORDER BY last_day, from_day, desk LIMIT $4",
                               premises, period.last_day, period.from_day, count),
                    count, &set);
    if (set.count < count)
        return false;
    *ret_set = set;
    return true;
}

/* Nobody wishes for more than DESKS_MAX, so nobody counts further. */
size_t desks_most_free (txn_t *txn, int32_t from_day, uint64_t *ret_premises)
{
    rows_t *row = txn_row (txn,
                           "SELECT id, (SELECT count (*) FROM (SELECT 1 FROM desk WHERE desk.premises = premises.id"
                           "   AND free_from <= $1 LIMIT $2) AS free) AS most"
                           " FROM premises ORDER BY most DESC, id LIMIT 1",
                           from_day, DESKS_MAX);
    if (!row)
        return 0;
    size_t count = (size_t) rows_uint (row, 1);
    *ret_premises = rows_uint (row, 0);
    rows_close (row);
    return count;
}

/* --- holding --- */

static void note_free_from (txn_t *txn, uint64_t desk)
{
    (void) txn_run (
        txn,
        "UPDATE desk SET free_from = CASE"
        " WHEN EXISTS (SELECT 1 FROM desk_hold WHERE desk = $1 AND stands = 1 AND last_day IS NULL) THEN NULL"
        " ELSE (SELECT CASE WHEN latest >= from_day THEN latest + 1 ELSE from_day END FROM"
        "   (SELECT coalesce (max (last_day), 0) AS latest FROM desk_hold WHERE desk = $1 AND stands = 1)"
        "   AS held) END WHERE id = $1",
        desk);
}

static void note_gaps (txn_t *txn, uint64_t desk)
{
    (void) txn_run (txn, "DELETE FROM desk_gap WHERE desk = $1", desk);
    (void) txn_run (txn,
                    "INSERT INTO desk_gap (premises, last_day, from_day, desk) SELECT premises, until, since, id FROM"
                    " (SELECT desk.id, desk.premises, hold.from_day - 1 AS until,"
                    "   coalesce (lag (hold.last_day) OVER (ORDER BY hold.from_day) + 1, desk.from_day) AS since"
                    "   FROM desk_hold AS hold JOIN desk ON desk.id = hold.desk WHERE hold.desk = $1"
                    "   AND hold.stands = 1) AS gap WHERE until >= since",
                    desk);
}

static void note_all (txn_t *txn, const uint64_t *desks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        note_free_from (txn, desks[i]);
        note_gaps (txn, desks[i]);
    }
}

static void note_lease (txn_t *txn, uint64_t lease)
{
    desk_set_t set = { 0 };
    take_desks (txn_query (txn, "SELECT desk FROM desk_hold WHERE lease = $1", lease), DESKS_MAX, &set);
    note_all (txn, set.desks, set.count);
}

static void hold (txn_t *txn, const desk_set_t *set, sql_value_t lease, sql_value_t offer, period_t period)
{
    for (size_t i = 0; i < set->count; i++)
        (void) txn_run (
            txn,
            "INSERT INTO desk_hold (desk, lease, offer, from_day, last_day, stands) VALUES ($1, $2, $3, $4, $5, 1)",
            set->desks[i], lease, offer, period.from_day, number_or_null (period.last_day));
    note_all (txn, set->desks, set->count);
}

void desks_hold_for_lease (txn_t *txn, const desk_set_t *set, uint64_t lease, period_t period)
{
    hold (txn, set, sql_unsigned (lease), SQL_NOTHING, period);
}

void desks_hold_for_offer (txn_t *txn, const desk_set_t *set, uint64_t offer, period_t period)
{
    hold (txn, set, SQL_NOTHING, sql_unsigned (offer), period);
}

void desks_pass_to_lease (txn_t *txn, uint64_t offer, uint64_t lease, int32_t from_day)
{
    (void) txn_run (txn, "UPDATE desk_hold SET lease = $2, offer = NULL, from_day = $3 WHERE offer = $1", offer, lease,
                    from_day);
    note_lease (txn, lease);
}

void desks_hold_until (txn_t *txn, uint64_t lease, int32_t last_day)
{
    (void) txn_run (txn, "UPDATE desk_hold SET last_day = $2 WHERE lease = $1", lease, number_or_null (last_day));
    note_lease (txn, lease);
}

void desks_let_go_of_lease (txn_t *txn, uint64_t lease)
{
    (void) txn_run (txn, "UPDATE desk_hold SET stands = 0 WHERE lease = $1", lease);
    note_lease (txn, lease);
}

void desks_let_go_of_offer (txn_t *txn, uint64_t offer)
{
    desk_set_t set = { 0 };
    (void) txn_run (txn, "UPDATE desk_hold SET stands = 0 WHERE offer = $1", offer);
    take_desks (txn_query (txn, "SELECT desk FROM desk_hold WHERE offer = $1", offer), DESKS_MAX, &set);
    note_all (txn, set.desks, set.count);
}

/* --- commands and queries --- */

static uint32_t highest_number (txn_t *txn, uint64_t premises, const char *prefix)
{
    rows_t *row = txn_row (txn, "SELECT coalesce (max (number), 0) FROM desk WHERE premises = $1 AND prefix = $2",
                           premises, prefix);
    return row ? (uint32_t) rows_uint (row, 0) : 0;
}

static uint64_t add_desk (txn_t *txn, const premises_t *premises, const char *prefix, uint32_t number, int32_t from_day)
{
    uint64_t desk = txn_new_id (txn);
    (void) txn_run (
        txn, "INSERT INTO desk (id, premises, prefix, number, from_day, free_from) VALUES ($1, $2, $3, $4, $5, $5)",
        desk, premises->id, prefix, number, from_day);
    counts_desk (txn, premises->id, from_day);
    Lease__DeskAdded added = LEASE__DESK_ADDED__INIT;
    added.desk = desk;
    added.district = premises->district;
    added.from_day = from_day;
    txn_emit (txn, &added.base);
    return desk;
}

status_t lease_add_desks (txn_t *txn, const Lease__AddDesksRequest *request, Lease__AddDesksReply *reply,
                          fault_t *reterr)
{
    premises_t premises;
    status_t status = premises_find (txn, request->premises, &premises, reterr);
    if (status != STATUS_OK)
        return status;
    int32_t from_day = day_or (request->from_day, txn_today (txn));
    uint32_t number = highest_number (txn, premises.id, request->name_prefix);
    reply->desks = txn_alloc (txn, request->count * sizeof *reply->desks);
    for (reply->n_desks = 0; reply->n_desks < request->count; reply->n_desks++)
        reply->desks[reply->n_desks] = add_desk (txn, &premises, request->name_prefix, ++number, from_day);
    return STATUS_OK;
}

status_t lease_add_desk (txn_t *txn, const Lease__AddDeskRequest *request, Lease__AddDeskReply *reply, fault_t *reterr)
{
    premises_t premises;
    status_t status = premises_find (txn, request->premises, &premises, reterr);
    if (status != STATUS_OK)
        return status;
    if (txn_row (txn, "SELECT 1 FROM desk WHERE premises = $1 AND prefix = $2 AND number = $3", premises.id,
                 request->name_prefix, request->number))
        return fault (reterr, STATUS_ALREADY_EXISTS, "LEASE_DESK_EXISTS",
                      "the premises have a desk {desk=%s%" PRIu32 "}", request->name_prefix, request->number);
    reply->desk =
        add_desk (txn, &premises, request->name_prefix, request->number, day_or (request->from_day, txn_today (txn)));
    return STATUS_OK;
}

/* A desk is let once a lease is signed; before that, and under an offer from the waiting list, it is kept for somebody.
 */
static Lease__DeskState state_of (bool yet, bool held, int64_t lease_state)
{
    if (!held)
        return yet ? LEASE__DESK_STATE__FREE : LEASE__DESK_STATE__NOT_YET;
    return lease_state > LEASE__LEASE_STATE__OFFERED ? LEASE__DESK_STATE__LET : LEASE__DESK_STATE__RESERVED;
}

#define DESKS                                                                                                          \
    "SELECT desk.id, desk.premises, desk.prefix || desk.number, desk.from_day <= $1, hold.desk IS NOT NULL,"           \
    " lease.state, lease.id, tenant.id, tenant.name FROM desk"                                                         \
    " LEFT JOIN desk_hold AS hold ON hold.desk = desk.id AND hold.stands = 1"                                          \
    " AND hold.from_day <= $1 AND (hold.last_day IS NULL OR hold.last_day >= $1)"                                      \
    " LEFT JOIN lease ON lease.id = hold.lease LEFT JOIN tenant ON tenant.id = lease.tenant WHERE desk.id > $2"
#define IN_ORDER " ORDER BY desk.id LIMIT $3"

status_t lease_list_desks (txn_t *txn, const Lease__ListDesksRequest *request, Lease__ListDesksReply *reply,
                           fault_t *reterr)
{
    (void) reterr;
    int32_t day = day_or (request->day, txn_today (txn));
    uint32_t limit = list_limit (request->limit);
    rows_t *rows = request->premises ? txn_query (txn, DESKS " AND desk.premises = $4" IN_ORDER, day, request->after,
                                                  limit, request->premises)
                                     : txn_query (txn, DESKS IN_ORDER, day, request->after, limit);
    while (rows_next (rows)) {
        Lease__Desk *desk = txn_add (txn, reply->desks, reply->n_desks, lease__desk);
        desk->desk = rows_uint (rows, 0);
        desk->premises = rows_uint (rows, 1);
        desk->name = txn_text (txn, rows_text (rows, 2));
        desk->state = state_of (rows_int (rows, 3) != 0, rows_int (rows, 4) != 0, rows_int (rows, 5));
        desk->lease = rows_uint (rows, 6);
        desk->tenant = rows_uint (rows, 7);
        desk->tenant_name = txn_text (txn, rows_text (rows, 8));
    }
    return STATUS_OK;
}
