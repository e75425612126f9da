/* L7: meeting rooms, what stands in them and what they demand of whoever books. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

status_t room_find (txn_t *txn, uint64_t room, room_t *ret_room, fault_t *reterr)
{
    rows_t *row =
        txn_row (txn,
                 "SELECT premises, buffer_minutes, needs_approval, tenant_minutes, no_show_minutes, name,"
                 " EXISTS (SELECT 1 FROM opening WHERE opening.premises = room.premises) FROM room WHERE id = $1",
                 room);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_ROOM_UNKNOWN", "there is no room {room=%" PRIu64 "}", room);
    *ret_room = (room_t){
        .id = room,
        .premises = rows_uint (row, 0),
        .buffer_ms = rows_int (row, 1) * 60000,
        .needs_approval = rows_int (row, 2) != 0,
        .tenant_ms = rows_int (row, 3) * 60000,
        .no_show_ms = rows_int (row, 4) * 60000,
        .name = txn_text (txn, rows_text (row, 5)),
        .has_hours = rows_int (row, 6) != 0,
    };
    rows_close (row);
    return STATUS_OK;
}

status_t lease_set_room_rules (txn_t *txn, const Lease__SetRoomRulesRequest *request, Lease__SetRoomRulesReply *reply,
                               fault_t *reterr)
{
    (void) reply;
    room_t room;
    status_t status = room_find (txn, request->room, &room, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn,
                    "UPDATE room SET buffer_minutes = $2, needs_approval = $3, tenant_minutes = $4,"
                    " no_show_minutes = $5 WHERE id = $1",
                    room.id, request->buffer_minutes, request->needs_approval, request->tenant_minutes,
                    request->no_show_minutes);
    return STATUS_OK;
}

status_t lease_set_room_equipment (txn_t *txn, const Lease__SetRoomEquipmentRequest *request,
                                   Lease__SetRoomEquipmentReply *reply, fault_t *reterr)
{
    (void) reply;
    room_t room;
    status_t status = room_find (txn, request->room, &room, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn, "DELETE FROM room_equipment WHERE room = $1", room.id);
    for (size_t i = 0; i < request->n_equipment; i++)
        (void) txn_run (txn, "INSERT INTO room_equipment (room, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", room.id,
                        request->equipment[i]);
    return STATUS_OK;
}

/* --- queries --- */

enum { EQUIPMENT_LISTED = 20 };

static bool has_equipment (txn_t *txn, uint64_t room, const char *name)
{
    return txn_row (txn, "SELECT 1 FROM room_equipment WHERE room = $1 AND name = $2", room, name) != NULL;
}

static void read_room (txn_t *txn, rows_t *rows, Lease__Room *room)
{
    room->room = rows_uint (rows, 0);
    room->premises = rows_uint (rows, 1);
    room->name = txn_text (txn, rows_text (rows, 2));
    room->seats = (int32_t) rows_int (rows, 3);
    room->step_free = rows_int (rows, 4) != 0;
    room->buffer_minutes = (uint32_t) rows_uint (rows, 5);
    room->needs_approval = rows_int (rows, 6) != 0;
    room->tenant_minutes = (uint32_t) rows_uint (rows, 7);
    room->no_show_minutes = (uint32_t) rows_uint (rows, 8);
    rows_t *equipment = txn_query (txn, "SELECT name FROM room_equipment WHERE room = $1 ORDER BY name LIMIT $2",
                                   room->room, EQUIPMENT_LISTED);
    while (rows_next (equipment))
        txn_add_text (txn, room->equipment, room->n_equipment, rows_text (equipment, 0));
}

#define ROOM_COLUMNS                                                                                                   \
    "SELECT id, premises, name, seats, step_free, buffer_minutes, needs_approval, tenant_minutes, no_show_minutes"     \
    " FROM room"

status_t lease_list_rooms (txn_t *txn, const Lease__ListRoomsRequest *request, Lease__ListRoomsReply *reply,
                           fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn, ROOM_COLUMNS " WHERE id > $1 ORDER BY id LIMIT $2", request->after,
                              list_limit (request->limit));
    while (rows_next (rows))
        read_room (txn, rows, txn_add (txn, reply->rooms, reply->n_rooms, lease__room));
    return STATUS_OK;
}

static bool suits (txn_t *txn, uint64_t room, const Lease__FindRoomsRequest *request)
{
    for (size_t i = 0; i < request->n_equipment; i++)
        if (!has_equipment (txn, room, request->equipment[i]))
            return false;
    room_t found;
    booking_wish_t wish = { .room = room, .starts_at = request->starts_at, .ends_at = request->ends_at, .title = "" };
    return booking_possible (txn, &wish, &found, NULL) == STATUS_OK;
}

status_t lease_find_rooms (txn_t *txn, const Lease__FindRoomsRequest *request, Lease__FindRoomsReply *reply,
                           fault_t *reterr)
{
    status_t status = booking_check_times (request->starts_at, request->ends_at, reterr);
    if (status != STATUS_OK)
        return status;
    rows_t *rows = txn_query (txn, ROOM_COLUMNS " WHERE seats >= $1 AND ($2 = 0 OR step_free = 1) ORDER BY seats, id",
                              request->seats, request->step_free);
    while (reply->n_rooms < LIST_MAX && rows_next (rows))
        if (suits (txn, rows_uint (rows, 0), request))
            read_room (txn, rows, txn_add (txn, reply->rooms, reply->n_rooms, lease__room));
    return STATUS_OK;
}
