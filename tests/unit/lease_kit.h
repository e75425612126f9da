/*
 * Words that the tests of the lease service share: a house with desks, tenants, leases, entries, and a look at them.
 */
#ifndef FYR_TESTS_LEASE_KIT_H
#define FYR_TESTS_LEASE_KIT_H

#include "danish/cvr.h"
#include "harness/rig.h"
#include "lease/lease.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define DESK CALLER_TMF_DESK
#define ok(rig, method, ...) rig_ok (rig, DESK, "lease", method, __VA_ARGS__)
#define refused(rig, method, reason, ...) rig_refused (rig, DESK, "lease", method, reason, __VA_ARGS__)

typedef unsigned long long number_t; /* as a format wants it */

static inline rig_t *rig_at (const char *now)
{
    static const service_t *const services[] = { &lease_service, NULL };
    return rig_new (services, now);
}

static inline number_t id_of (json_t *reply, const char *field)
{
    return (number_t) rig_number (reply, field);
}

static inline number_t premises_with (rig_t *rig, int desks)
{
    static int made; /* names differ within a test */
    number_t premises =
        id_of (ok (rig, "House/CreatePremises",
                   "{'name': 'Huset %d', 'district': 8, 'monthly_rent_ore': 150000, 'notice_months': 3}", ++made),
               "premises");
    if (desks)
        ok (rig, "House/AddDesks", "{'premises': %llu, 'count': %d, 'name_prefix': 'A', 'from_day': '2020-01-01'}",
            premises, desks);
    return premises;
}

static inline number_t room (rig_t *rig)
{
    return id_of (ok (rig, "House/CreateRoom", "{'premises': %llu, 'name': 'Fyret', 'seats': 8, 'step_free': true}",
                      premises_with (rig, 0)),
                  "room");
}

/* The nth number that passes the check digit. */
static inline const char *cvr_number (int n, char out[9])
{
    int found = 0;
    for (int candidate = 10000000; found <= n; candidate++) {
        char text[16];
        snprintf (text, sizeof text, "%d", candidate);
        memcpy (out, text, 9);
        found += cvr_valid (out);
    }
    return out;
}

static inline number_t tenant (rig_t *rig, int n)
{
    char cvr[9];
    return id_of (ok (rig, "Tenants/RegisterTenant", "{'cvr': '%s', 'name': 'Virksomhed %d'}", cvr_number (n, cvr), n),
                  "tenant");
}

static inline number_t offer (rig_t *rig, number_t who, number_t premises, int desks, const char *from_day)
{
    return id_of (ok (rig, "Leases/OfferLease",
                      "{'tenant': %llu, 'premises': %llu, 'desk_count': %d, 'from_day': '%s'}", who, premises, desks,
                      from_day),
                  "lease");
}

static inline void sign (rig_t *rig, number_t lease)
{
    ok (rig, "Leases/SignLease", "{'lease': %llu}", lease);
}

static inline number_t join (rig_t *rig, number_t who, int desks)
{
    return id_of (ok (rig, "Waitlist/JoinWaitlist", "{'tenant': %llu, 'desks': %d}", who, desks), "entry");
}

static inline json_t *lease_now (rig_t *rig, number_t lease)
{
    return rig_item (ok (rig, "Leases/ListLeases", "{'after': %llu, 'limit': 1}", lease - 1), "leases", 0);
}

static inline const char *lease_state (rig_t *rig, number_t lease)
{
    return rig_text (lease_now (rig, lease), "state");
}

static inline json_t *entry_now (rig_t *rig, number_t entry)
{
    json_t *list = ok (rig, "Waitlist/ListWaitlist", "{}");
    for (size_t i = 0; i < rig_count (list, "entries"); i++)
        if (id_of (rig_item (list, "entries", i), "entry") == entry)
            return rig_item (list, "entries", i);
    return NULL;
}

static inline bool has_offer (rig_t *rig, number_t entry)
{
    json_t *found = entry_now (rig, entry);
    return found && json_object_get (found, "offer_expires_at");
}

static inline void set_day (rig_t *rig, int32_t day)
{
    char text[ISO_DAY_SIZE], now[ISO_INSTANT_SIZE];
    snprintf (now, sizeof now, "%sT09:00:00Z", day_text (day, text));
    rig_set_time (rig, now);
}

/* The events of the log in order, by their number in events.proto: "3 4 5". */
static inline const char *events (rig_t *rig, char *out, size_t size)
{
    json_t *body = json_object_get (rig_ok (rig, CALLER_REPORTING, "lease", "Node/ReadFeed", "{}"), "body");
    out[0] = '\0';
    for (size_t i = 0; i < rig_count (body, "records"); i++) {
        json_t *record = rig_item (body, "records", i);
        for (size_t n = 0; n < rig_count (record, "events"); n++) {
            unsigned tag = 0;
            cr_assert_eq (sscanf (json_string_value (rig_item (record, "events", n)), "%2x", &tag), 1);
            size_t used = strlen (out);
            snprintf (out + used, size - used, "%s%u", used ? " " : "", tag >> 3);
        }
    }
    return out;
}

/* A random number below `n`, the same for the same seed on every machine. */
static inline unsigned draw (uint64_t *seed, unsigned n)
{
    *seed = *seed * UINT64_C (6364136223846793005) + UINT64_C (1442695040888963407);
    return (unsigned) (*seed >> 33) % n;
}

#endif
