/* L10: housing organisations, holistic plans and the local committee; what was agreed with them, what was tried and
 * what became of it. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

static status_t unknown_partner (uint64_t partner, fault_t *reterr)
{
    return fault (reterr, STATUS_NOT_FOUND, "LEASE_PARTNER_UNKNOWN", "there is no partner {partner=%" PRIu64 "}",
                  partner);
}

static status_t find_partner (txn_t *txn, uint64_t partner, fault_t *reterr)
{
    return txn_row (txn, "SELECT 1 FROM partner WHERE id = $1", partner) ? STATUS_OK
                                                                         : unknown_partner (partner, reterr);
}

static status_t reversed (fault_t *reterr)
{
    return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DAYS_REVERSED", "the later day is before the earlier one");
}

status_t lease_add_partner (txn_t *txn, const Lease__AddPartnerRequest *request, Lease__AddPartnerReply *reply,
                            fault_t *reterr)
{
    rows_t *known = txn_row (txn, "SELECT id FROM partner WHERE name = $1", request->name);
    if (known)
        return fault (reterr, STATUS_ALREADY_EXISTS, "LEASE_PARTNER_EXISTS",
                      "partner {partner=%" PRIu64 "} is called {name=%s}", rows_uint (known, 0), request->name);
    reply->partner = txn_new_id (txn);
    (void) txn_run (txn, "INSERT INTO partner (id, kind, name) VALUES ($1, $2, $3)", reply->partner,
                    (int) request->kind, request->name);
    return STATUS_OK;
}

status_t lease_record_meeting (txn_t *txn, const Lease__RecordMeetingRequest *request, Lease__RecordMeetingReply *reply,
                               fault_t *reterr)
{
    int32_t day = day_or (request->day, txn_today (txn));
    status_t status = find_partner (txn, request->partner, reterr);
    if (status != STATUS_OK)
        return status;
    if (request->next_day && request->next_day < day)
        return reversed (reterr);
    reply->meeting = txn_new_id (txn);
    (void) txn_run (
        txn, "INSERT INTO meeting (id, partner, day, about, agreed, next_day) VALUES ($1, $2, $3, $4, $5, $6)",
        reply->meeting, request->partner, day, request->about, request->agreed, number_or_null (request->next_day));
    (void) txn_run (txn, "UPDATE partner SET meetings = meetings + 1 WHERE id = $1", request->partner);
    return STATUS_OK;
}

status_t lease_start_initiative (txn_t *txn, const Lease__StartInitiativeRequest *request,
                                 Lease__StartInitiativeReply *reply, fault_t *reterr)
{
    status_t status = request->partner ? find_partner (txn, request->partner, reterr) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    Lease__InitiativeStarted started = LEASE__INITIATIVE_STARTED__INIT;
    started.initiative = reply->initiative = txn_new_id (txn);
    started.district = request->district;
    started.day = day_or (request->start_day, txn_today (txn));
    (void) txn_run (txn,
                    "INSERT INTO initiative (id, partner, title, purpose, district, start_day)"
                    " VALUES ($1, $2, $3, $4, $5, $6)",
                    reply->initiative, number_or_null ((int64_t) request->partner), request->title, request->purpose,
                    request->district, started.day);
    txn_emit (txn, &started.base);
    return STATUS_OK;
}

status_t lease_conclude_initiative (txn_t *txn, const Lease__ConcludeInitiativeRequest *request,
                                    Lease__ConcludeInitiativeReply *reply, fault_t *reterr)
{
    (void) reply;
    char text[ISO_DAY_SIZE];
    int32_t day = day_or (request->day, txn_today (txn));
    rows_t *row = txn_row (txn, "SELECT start_day, end_day FROM initiative WHERE id = $1", request->initiative);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_INITIATIVE_UNKNOWN",
                      "there is no initiative {initiative=%" PRIu64 "}", request->initiative);
    if (!rows_is_null (row, 1))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_INITIATIVE_CONCLUDED", "it was concluded on {day=%s}",
                      day_text ((int32_t) rows_int (row, 1), text));
    if (day < rows_int (row, 0))
        return reversed (reterr);
    rows_close (row);
    (void) txn_run (txn, "UPDATE initiative SET end_day = $2, outcome = $3, result = $4 WHERE id = $1",
                    request->initiative, day, (int) request->outcome, request->result);
    Lease__InitiativeConcluded concluded = LEASE__INITIATIVE_CONCLUDED__INIT;
    concluded.initiative = request->initiative;
    concluded.day = day;
    concluded.outcome = request->outcome;
    txn_emit (txn, &concluded.base);
    return STATUS_OK;
}

/* --- queries --- */

status_t lease_list_partners (txn_t *txn, const Lease__ListPartnersRequest *request, Lease__ListPartnersReply *reply,
                              fault_t *reterr)
{
    rows_t *after = txn_row (txn, "SELECT name FROM partner WHERE id = $1", request->after);
    if (request->after && !after)
        return unknown_partner (request->after, reterr);
    rows_t *rows = txn_query (txn,
                              "SELECT id, kind, name, meetings,"
                              " (SELECT max (day) FROM meeting WHERE partner = partner.id),"
                              " (SELECT min (next_day) FROM meeting WHERE partner = partner.id AND next_day >= $1),"
                              " (SELECT count (*) FROM initiative WHERE partner = partner.id AND end_day IS NULL)"
                              " FROM partner WHERE name > $2 ORDER BY name LIMIT $3",
                              txn_today (txn), after ? rows_text (after, 0) : "", list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__Partner *partner = txn_add (txn, reply->partners, reply->n_partners, lease__partner);
        partner->partner = rows_uint (rows, 0);
        partner->kind = (Lease__PartnerKind) rows_int (rows, 1);
        partner->name = txn_text (txn, rows_text (rows, 2));
        partner->meetings = (uint32_t) rows_uint (rows, 3);
        partner->last_met = (int32_t) rows_int (rows, 4);
        partner->next_day = (int32_t) rows_int (rows, 5);
        partner->running = (uint32_t) rows_uint (rows, 6);
    }
    return STATUS_OK;
}

#define MEETINGS                                                                                                       \
    "SELECT meeting.id, partner.name, day, about, agreed, next_day FROM meeting"                                       \
    " JOIN partner ON partner.id = meeting.partner"
#define NEWEST_FIRST " ORDER BY day DESC, meeting.id DESC LIMIT $1"

status_t lease_list_meetings (txn_t *txn, const Lease__ListMeetingsRequest *request, Lease__ListMeetingsReply *reply,
                              fault_t *reterr)
{
    (void) reterr;
    uint32_t limit = list_limit (request->limit);
    rows_t *rows = request->partner
                       ? txn_query (txn, MEETINGS " WHERE meeting.partner = $2" NEWEST_FIRST, limit, request->partner)
                       : txn_query (txn, MEETINGS NEWEST_FIRST, limit);
    while (rows_next (rows)) {
        Lease__Meeting *meeting = txn_add (txn, reply->meetings, reply->n_meetings, lease__meeting);
        meeting->meeting = rows_uint (rows, 0);
        meeting->partner_name = txn_text (txn, rows_text (rows, 1));
        meeting->day = (int32_t) rows_int (rows, 2);
        meeting->about = txn_text (txn, rows_text (rows, 3));
        meeting->agreed = txn_text (txn, rows_text (rows, 4));
        meeting->next_day = (int32_t) rows_int (rows, 5);
    }
    return STATUS_OK;
}

#define INITIATIVES                                                                                                    \
    "SELECT initiative.id, title, coalesce (partner.name, ''), district, start_day, end_day, outcome, purpose, result" \
    " FROM initiative LEFT JOIN partner ON partner.id = initiative.partner"
#define LATEST " ORDER BY initiative.id DESC LIMIT $1"

static void add_initiatives (txn_t *txn, rows_t *rows, Lease__ListInitiativesReply *reply)
{
    while (rows_next (rows)) {
        Lease__Initiative *initiative = txn_add (txn, reply->initiatives, reply->n_initiatives, lease__initiative);
        initiative->initiative = rows_uint (rows, 0);
        initiative->title = txn_text (txn, rows_text (rows, 1));
        initiative->partner_name = txn_text (txn, rows_text (rows, 2));
        initiative->district = (int32_t) rows_int (rows, 3);
        initiative->start_day = (int32_t) rows_int (rows, 4);
        initiative->end_day = (int32_t) rows_int (rows, 5);
        initiative->outcome = (Lease__InitiativeOutcome) rows_int (rows, 6);
        initiative->purpose = txn_text (txn, rows_text (rows, 7));
        initiative->result = txn_text (txn, rows_text (rows, 8));
    }
}

/* Those that run, and then those that are over. */
status_t lease_list_initiatives (txn_t *txn, const Lease__ListInitiativesRequest *request,
                                 Lease__ListInitiativesReply *reply, fault_t *reterr)
{
    (void) reterr;
    size_t limit = list_limit (request->limit);
    add_initiatives (txn, txn_query (txn, INITIATIVES " WHERE end_day IS NULL" LATEST, limit), reply);
    if (!request->running && reply->n_initiatives < limit)
        add_initiatives (
            txn, txn_query (txn, INITIATIVES " WHERE end_day IS NOT NULL" LATEST, limit - reply->n_initiatives), reply);
    return STATUS_OK;
}
