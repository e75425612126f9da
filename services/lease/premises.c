/* L2: the house. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

status_t premises_find (txn_t *txn, uint64_t premises, premises_t *ret_premises, fault_t *reterr)
{
    rows_t *row =
        txn_row (txn, "SELECT district, monthly_rent_ore, notice_months FROM premises WHERE id = $1", premises);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_PREMISES_UNKNOWN",
                      "there are no premises {premises=%" PRIu64 "}", premises);
    *ret_premises = (premises_t){
        .id = premises,
        .district = (int32_t) rows_int (row, 0),
        .monthly_rent_ore = rows_int (row, 1),
        .notice_months = (uint32_t) rows_uint (row, 2),
    };
    rows_close (row);
    return STATUS_OK;
}

status_t premises_open (txn_t *txn, uint64_t premises, int32_t from_day, int32_t last_day, fault_t *reterr)
{
    rows_t *row =
        txn_row (txn,
                 "SELECT reason, last_day FROM closure WHERE premises = $1 AND last_day >= $2 AND from_day <= $3"
                 " ORDER BY last_day DESC LIMIT 1",
                 premises, from_day, last_day);
    if (!row)
        return STATUS_OK;
    char day[ISO_DAY_SIZE];
    return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_HOUSE_CLOSED",
                  "the house is closed until {until=%s}: {why=%s}", day_text ((int32_t) rows_int (row, 1), day),
                  rows_text (row, 0));
}

/* LEA-01, as it is today, where nothing else is said. */
static status_t notice_or_law (txn_t *txn, uint32_t asked, uint32_t *ret_months, fault_t *reterr)
{
    law_t law = { .notice_months = asked };
    status_t status = asked ? STATUS_OK : law_at (txn, txn_today (txn), &law, reterr);
    if (status == STATUS_OK)
        *ret_months = law.notice_months;
    return status;
}

status_t lease_create_premises (txn_t *txn, const Lease__CreatePremisesRequest *request,
                                Lease__CreatePremisesReply *reply, fault_t *reterr)
{
    if (txn_row (txn, "SELECT 1 FROM premises WHERE name = $1", request->name))
        return fault (reterr, STATUS_ALREADY_EXISTS, "LEASE_PREMISES_EXIST", "there are premises named {name=%s}",
                      request->name);
    uint32_t notice_months;
    status_t status = notice_or_law (txn, request->notice_months, &notice_months, reterr);
    if (status != STATUS_OK)
        return status;
    reply->premises = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO premises (id, name, address, district, step_free, monthly_rent_ore, notice_months)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    reply->premises, request->name, request->address, request->district, request->step_free,
                    request->monthly_rent_ore, notice_months);
    return STATUS_OK;
}

status_t lease_set_terms (txn_t *txn, const Lease__SetTermsRequest *request, Lease__SetTermsReply *reply,
                          fault_t *reterr)
{
    (void) reply;
    premises_t premises;
    uint32_t notice_months;
    status_t status = premises_find (txn, request->premises, &premises, reterr);
    if (status == STATUS_OK)
        status = notice_or_law (txn, request->notice_months, &notice_months, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn, "UPDATE premises SET monthly_rent_ore = $2, notice_months = $3 WHERE id = $1", premises.id,
                    request->monthly_rent_ore, notice_months);
    return STATUS_OK;
}

status_t lease_create_room (txn_t *txn, const Lease__CreateRoomRequest *request, Lease__CreateRoomReply *reply,
                            fault_t *reterr)
{
    premises_t premises;
    status_t status = premises_find (txn, request->premises, &premises, reterr);
    if (status != STATUS_OK)
        return status;
    if (txn_row (txn, "SELECT 1 FROM room WHERE premises = $1 AND name = $2", premises.id, request->name))
        return fault (reterr, STATUS_ALREADY_EXISTS, "LEASE_ROOM_EXISTS", "the premises have a room named {name=%s}",
                      request->name);
    reply->room = txn_new_id (txn);
    (void) txn_run (txn, "INSERT INTO room (id, premises, name, seats, step_free) VALUES ($1, $2, $3, $4, $5)",
                    reply->room, premises.id, request->name, request->seats, request->step_free);
    (void) txn_run (txn, "UPDATE premises SET rooms = rooms + 1 WHERE id = $1", premises.id);
    Lease__RoomAdded added = LEASE__ROOM_ADDED__INIT;
    added.room = reply->room;
    added.seats = (int32_t) request->seats;
    added.name = request->name;
    txn_emit (txn, &added.base);
    return STATUS_OK;
}

status_t lease_close_house (txn_t *txn, const Lease__CloseHouseRequest *request, Lease__CloseHouseReply *reply,
                            fault_t *reterr)
{
    (void) reply;
    premises_t premises;
    status_t status = premises_find (txn, request->premises, &premises, reterr);
    if (status != STATUS_OK)
        return status;
    int32_t last_day = day_or (request->last_day, request->from_day);
    if (last_day < request->from_day)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DAYS_REVERSED", "the last day is before the first");
    (void) txn_run (txn, "INSERT INTO closure (id, premises, from_day, last_day, reason) VALUES ($1, $2, $3, $4, $5)",
                    txn_new_id (txn), premises.id, request->from_day, last_day, request->reason);
    return STATUS_OK;
}

/* --- GetHouse --- */

enum { PREMISES_LISTED = 50 };

status_t lease_get_house (txn_t *txn, const Lease__GetHouseRequest *request, Lease__GetHouseReply *reply,
                          fault_t *reterr)
{
    (void) reterr;
    int32_t day = day_or (request->day, txn_today (txn));
    rows_t *rows = txn_query (txn,
                              "SELECT id, name, address, district, step_free, monthly_rent_ore, notice_months,"
                              " rooms FROM premises ORDER BY id LIMIT $1",
                              PREMISES_LISTED);
    while (rows_next (rows)) {
        Lease__Premises *premises = txn_add (txn, reply->premises, reply->n_premises, lease__premises);
        premises->premises = rows_uint (rows, 0);
        premises->name = txn_text (txn, rows_text (rows, 1));
        premises->address = txn_text (txn, rows_text (rows, 2));
        premises->district = (int32_t) rows_int (rows, 3);
        premises->step_free = rows_int (rows, 4) != 0;
        premises->monthly_rent_ore = rows_int (rows, 5);
        premises->notice_months = (uint32_t) rows_uint (rows, 6);
        premises->rooms = (uint32_t) rows_uint (rows, 7);
        premises->closed = premises_open (txn, premises->premises, day, day, NULL) != STATUS_OK;
        house_count_t count = counts_on (txn, premises->premises, day);
        premises->desks = (uint32_t) count.desks;
        premises->desks_let = (uint32_t) count.let;
        premises->desks_reserved = (uint32_t) count.reserved;
    }
    reply->waiting = line_length (txn);
    return STATUS_OK;
}
