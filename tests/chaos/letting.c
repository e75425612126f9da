/* TMF: the last desks, and the same rooms in the same hours. */
#include "actor.h"

#include "base/time.h"
#include "contract/lease.contract.h"
#include "danish/cvr.h"

#include <stdio.h>
#include <time.h>

enum { FIRST_HOUR = 8, HOURS = 8, HOUR_MS = 3600000, LEASE_DAYS = 40 };

static char NAME[] = "Fyrtårnet", LETTER[] = "A", TITLE[] = "Møde";

/* --- the house --- */

static bool create_rooms (actor_t *self, house_t *house)
{
    for (size_t i = 0; i < ROOMS; i++) {
        char name[16];
        snprintf (name, sizeof name, "Rum %zu", i + 1);
        Lease__CreateRoomRequest request = LEASE__CREATE_ROOM_REQUEST__INIT;
        request.premises = house->premises;
        request.name = name;
        request.seats = 8;
        const Lease__CreateRoomReply *reply = actor_do (self, "lease", LEASE_CREATE_ROOM, &request.base);
        house->rooms[i] = reply ? reply->room : 0;
    }
    return house->rooms[ROOMS - 1] != 0;
}

static bool register_tenants (actor_t *self, house_t *house)
{
    unsigned number = 20000000;
    for (size_t i = 0; i < TENANTS; i++) {
        char cvr[9], name[16];
        do
            snprintf (cvr, sizeof cvr, "%08u", number++);
        while (!cvr_valid (cvr));
        snprintf (name, sizeof name, "Lejer %zu", i + 1);
        Lease__RegisterTenantRequest request = LEASE__REGISTER_TENANT_REQUEST__INIT;
        request.cvr = cvr;
        request.name = name;
        const Lease__RegisterTenantReply *reply = actor_do (self, "lease", LEASE_REGISTER_TENANT, &request.base);
        house->tenants[i] = reply ? reply->tenant : 0;
    }
    return house->tenants[TENANTS - 1] != 0;
}

static bool furnish_house (actor_t *self, house_t *house)
{
    if (house->premises)
        return true;
    house->today = copenhagen_day ((int64_t) time (NULL) * 1000);
    house->first_day = house->today - 1;
    Lease__CreatePremisesRequest request = LEASE__CREATE_PREMISES_REQUEST__INIT;
    request.name = NAME;
    request.district = 8;
    request.monthly_rent_ore = 150000;
    request.notice_months = 3;
    const Lease__CreatePremisesReply *reply = actor_do (self, "lease", LEASE_CREATE_PREMISES, &request.base);
    house->premises = reply ? reply->premises : 0;
    Lease__AddDesksRequest desks = LEASE__ADD_DESKS_REQUEST__INIT;
    desks.premises = house->premises;
    desks.count = DESKS;
    desks.name_prefix = LETTER;
    return actor_do (self, "lease", LEASE_ADD_DESKS, &desks.base) && create_rooms (self, house) &&
           register_tenants (self, house);
}

/* --- rooms --- */

static void book_room (actor_t *self)
{
    Lease__BookRoomRequest request = LEASE__BOOK_ROOM_REQUEST__INIT;
    int32_t day = self->house->first_day + (int32_t) actor_chance (self, DAYS);
    int hour = FIRST_HOUR + (int) actor_chance (self, HOURS);
    request.room = self->house->rooms[actor_chance (self, ROOMS)];
    request.starts_at = copenhagen_instant (day, 60 * hour);
    request.ends_at = request.starts_at + HOUR_MS;
    request.title = TITLE;
    const Lease__BookRoomReply *reply = actor_do (self, "lease", LEASE_BOOK_ROOM, &request.base);
    if (reply)
        pool_add (&self->pools[OF_BOOKINGS], reply->booking);
}

static void release_room (actor_t *self)
{
    Lease__ReleaseRoomRequest request = LEASE__RELEASE_ROOM_REQUEST__INIT;
    request.booking = pool_take (&self->pools[OF_BOOKINGS], actor_chance (self, POOL));
    if (request.booking)
        (void) actor_do (self, "lease", LEASE_RELEASE_ROOM, &request.base);
}

/* --- leases --- */

static void offer_lease (actor_t *self)
{
    Lease__OfferLeaseRequest request = LEASE__OFFER_LEASE_REQUEST__INIT;
    request.tenant = self->house->tenants[actor_chance (self, TENANTS)];
    request.premises = self->house->premises;
    request.desk_count = 1 + (uint32_t) actor_chance (self, 2);
    request.from_day = self->house->today + (int32_t) actor_chance (self, LEASE_DAYS);
    if (actor_chance (self, 3))
        request.last_day = request.from_day + (int32_t) actor_chance (self, LEASE_DAYS);
    const Lease__OfferLeaseReply *reply = actor_do (self, "lease", LEASE_OFFER_LEASE, &request.base);
    if (reply)
        pool_add (&self->pools[OF_LEASES], reply->lease);
}

static void sign_lease (actor_t *self)
{
    Lease__SignLeaseRequest request = LEASE__SIGN_LEASE_REQUEST__INIT;
    request.lease = pool_pick (&self->pools[OF_LEASES], actor_chance (self, POOL));
    if (request.lease)
        (void) actor_do (self, "lease", LEASE_SIGN_LEASE, &request.base);
}

static void withdraw_lease (actor_t *self)
{
    Lease__WithdrawLeaseRequest request = LEASE__WITHDRAW_LEASE_REQUEST__INIT;
    request.lease = pool_take (&self->pools[OF_LEASES], actor_chance (self, POOL));
    if (request.lease)
        (void) actor_do (self, "lease", LEASE_WITHDRAW_LEASE, &request.base);
}

static void give_notice (actor_t *self)
{
    Lease__GiveNoticeRequest request = LEASE__GIVE_NOTICE_REQUEST__INIT;
    request.lease = pool_pick (&self->pools[OF_LEASES], actor_chance (self, POOL));
    if (request.lease)
        (void) actor_do (self, "lease", LEASE_GIVE_NOTICE, &request.base);
}

/* --- the waiting list --- */

static void join_waitlist (actor_t *self)
{
    Lease__JoinWaitlistRequest request = LEASE__JOIN_WAITLIST_REQUEST__INIT;
    request.tenant = self->house->tenants[actor_chance (self, TENANTS)];
    request.desks = 1 + (uint32_t) actor_chance (self, 3);
    const Lease__JoinWaitlistReply *reply = actor_do (self, "lease", LEASE_JOIN_WAITLIST, &request.base);
    if (reply)
        pool_add (&self->pools[OF_ENTRIES], reply->entry);
}

static void offer_free_desks (actor_t *self)
{
    Lease__OfferFreeDesksRequest request = LEASE__OFFER_FREE_DESKS_REQUEST__INIT;
    (void) actor_do (self, "lease", LEASE_OFFER_FREE_DESKS, &request.base);
}

static void accept_offer (actor_t *self)
{
    Lease__AcceptWaitlistOfferRequest request = LEASE__ACCEPT_WAITLIST_OFFER_REQUEST__INIT;
    request.entry = pool_pick (&self->pools[OF_ENTRIES], actor_chance (self, POOL));
    const Lease__AcceptWaitlistOfferReply *reply =
        request.entry ? actor_do (self, "lease", LEASE_ACCEPT_WAITLIST_OFFER, &request.base) : NULL;
    if (reply)
        pool_add (&self->pools[OF_LEASES], reply->lease);
}

static void leave_waitlist (actor_t *self)
{
    Lease__LeaveWaitlistRequest request = LEASE__LEAVE_WAITLIST_REQUEST__INIT;
    request.entry = pool_take (&self->pools[OF_ENTRIES], actor_chance (self, POOL));
    if (request.entry)
        (void) actor_do (self, "lease", LEASE_LEAVE_WAITLIST, &request.base);
}

static const habit_t LETTING_HABITS[] = {
    { 30, book_room },      { 25, release_room },  { 14, offer_lease },  { 8, sign_lease },
    { 14, withdraw_lease }, { 4, give_notice },    { 6, join_waitlist }, { 3, offer_free_desks },
    { 4, accept_offer },    { 3, leave_waitlist }, { 0, NULL },
};
const role_t LETTING = { "tmf-desk", furnish_house, LETTING_HABITS };
