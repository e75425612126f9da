/* X3 X4: keys are changed under load, a desk's and a service's. While both keys count, and when the old one is retired,
 * no request is lost and none is carried out twice. */
#include "guest.h"

#include "base/own.h"
#include "bus/curve.h"
#include "fyrtaarn/lease/v1/premises.pb-c.h"
#include "fyrtaarn/lease/v1/rooms.pb-c.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite (rotation, .init = curve_prepare, .timeout = 300);

enum { ROOMS_BETWEEN = 15 }; /* ListRooms shows 200 */

typedef struct {
    suite_t *suite;
    client_t *desk;
    uint64_t premises;
    unsigned rooms;
    int64_t slowest_ms;
} house_t;

static const void *call (house_t *house, client_t *as, const char *method, const ProtobufCMessage *request)
{
    int64_t begun = zclock_mono ();
    const void *reply = guest_call (as, method, request);
    if (zclock_mono () - begun > house->slowest_ms)
        house->slowest_ms = zclock_mono () - begun;
    return reply;
}

static void open_house (house_t *house)
{
    *house = (house_t){ .suite = suite_start (SUITE_REAL_TIME) };
    house->desk = guest_new (house->suite, "tmf-desk");
    house->premises = guest_premises (house->desk);
}

static void add_rooms (house_t *house, client_t *as)
{
    for (int i = 0; i < ROOMS_BETWEEN; i++) {
        char name[16];
        Lease__CreateRoomRequest request = LEASE__CREATE_ROOM_REQUEST__INIT;
        snprintf (name, sizeof name, "%u", house->rooms++);
        request.premises = house->premises;
        request.name = name;
        request.seats = 4;
        (void) call (house, as, "fyrtaarn.lease.v1.House/CreateRoom", &request.base);
    }
}

/* Each is there once. */
static void expect_all_rooms (house_t *house, client_t *as)
{
    unsigned times[200] = { 0 };
    Lease__ListRoomsRequest request = LEASE__LIST_ROOMS_REQUEST__INIT;
    const Lease__ListRoomsReply *reply = call (house, as, "fyrtaarn.lease.v1.Rooms/ListRooms", &request.base);
    cr_expect_eq (reply->n_rooms, house->rooms);
    for (size_t i = 0; i < reply->n_rooms; i++)
        times[strtoul (reply->rooms[i]->name, NULL, 10) % 200]++;
    for (unsigned i = 0; i < house->rooms; i++)
        cr_expect_eq (times[i], 1, "room %u is there %u times", i, times[i]);
}

static void close_house (house_t *house, const char *who)
{
    figure ("rotation: %s: %u commands, 0 lost, 0 twice; slowest answer %lld ms", who, house->rooms,
            (long long) house->slowest_ms);
    client_destroy (&house->desk);
    suite_stop (&house->suite);
}

static void keys (house_t *house, const char *word, const char *name)
{
    char *err = NULL;
    cr_assert_eq (SUITE_FYR (house->suite, NULL, &err, "keys", word, name), 0, "%s", err);
    free (err);
}

Test (rotation, a_desk_changes_its_key_and_loses_no_request)
{
    house_t house;
    open_house (&house);
    add_rooms (&house, house.desk);
    keys (&house, "rotate", "tmf-desk");
    add_rooms (&house, house.desk); /* still with the old key */
    owned (client) renewed = guest_new (house.suite, "tmf-desk");
    suite_await (house.suite, "lease", "key_table_changed");
    add_rooms (&house, renewed);
    add_rooms (&house, house.desk);
    keys (&house, "retire", "tmf-desk");
    add_rooms (&house, renewed);
    suite_await (house.suite, "lease", "connections_cut");
    add_rooms (&house, renewed);
    cr_expect_str_eq (guest_greet (house.desk, "lease"), "KEY_REFUSED", "the old key is out");
    expect_all_rooms (&house, renewed);
    close_house (&house, "a desk's key");
}

/* Guidance and the others follow lease's feed and ask it: they must find the new key too. */
Test (rotation, a_service_changes_its_key_and_loses_no_request)
{
    house_t house;
    open_house (&house);
    add_rooms (&house, house.desk);
    keys (&house, "rotate", "lease");
    add_rooms (&house, house.desk); /* the service has the old key still */
    suite_end (house.suite, "lease");
    suite_launch (house.suite, "lease");
    add_rooms (&house, house.desk); /* the new one */
    suite_rest (house.suite);
    keys (&house, "retire", "lease");
    add_rooms (&house, house.desk);
    suite_await (house.suite, "guidance", "connections_cut");
    suite_rest (house.suite);
    add_rooms (&house, house.desk);
    expect_all_rooms (&house, house.desk);
    close_house (&house, "a service's key");
}

Test (rotation, a_service_that_was_revoked_is_let_in_again_with_another_key)
{
    house_t house;
    open_house (&house);
    keys (&house, "revoke", "guidance");
    suite_await (house.suite, "lease", "connections_cut");
    keys (&house, "rotate", "guidance");
    suite_end (house.suite, "guidance");
    suite_launch (house.suite, "guidance");
    add_rooms (&house, house.desk);
    suite_rest (house.suite);
    cr_expect_str_eq (guest_greet (house.desk, "guidance"), "");
    close_house (&house, "a revoked service's key");
}
