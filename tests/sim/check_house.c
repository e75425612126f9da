/* What the domain promises: no desk let twice, no room for two, nobody placed twice, and between the houses that no
 * room is held by nobody and no data outlives its consent. */
#include "sim.h"

#include "base/own.h"

#include <string.h>

enum { DEADLINE_SLACK_MS = 60 * 1000 };

/* In one service, between any two steps: each must count nothing. */
static const struct {
    const char *service, *promise, *broken;
} PROMISES[] = {
    { "lease", "no desk is let twice for a day",
      "SELECT count (*) FROM desk_hold a JOIN desk_hold b ON a.desk = b.desk AND a.rowid < b.rowid"
      " WHERE a.stands = 1 AND b.stands = 1 AND a.from_day <= coalesce (b.last_day, 9999999)"
      " AND b.from_day <= coalesce (a.last_day, 9999999)" },
    { "lease", "a lease holds as many desks as it says",
      "SELECT count (*) FROM lease WHERE desks <> (SELECT count (*) FROM desk_hold WHERE lease = lease.id)" },
    { "lease", "no room is booked twice at once",
      "SELECT count (*) FROM booking a JOIN booking b ON a.room = b.room AND a.id < b.id"
      " WHERE a.released_at IS NULL AND b.released_at IS NULL AND a.starts_at < b.ends_at AND b.starts_at < "
      "a.ends_at" },
    { "lease", "who has left the line has no open offer",
      "SELECT count (*) FROM waitlist_offer o JOIN waitlist_entry e ON e.id = o.entry WHERE o.state = 1 AND has_left" },
    { "lease", "no lease is charged twice for a day",
      "SELECT count (*) FROM charge a JOIN charge b ON a.lease = b.lease AND a.kind = 1 AND b.kind = 1 AND a.id < b.id"
      " WHERE a.from_day <= b.last_day AND b.from_day <= a.last_day" },
    { "lease", "what is open of a charge is what no credit has paid",
      "SELECT count (*) FROM charge WHERE amount_ore + costs_ore + vat_ore - open_ore"
      " <> (SELECT coalesce (sum (amount_ore), 0) FROM credit_part WHERE charge = charge.id)" },
    { "lease", "what is left of a credit is what no charge has taken",
      "SELECT count (*) FROM credit WHERE amount_ore - left_ore - paid_out_ore"
      " <> (SELECT coalesce (sum (amount_ore), 0) FROM credit_part WHERE credit = credit.id)" },
    { "guidance", "no guide is in two places",
      "SELECT count (*) FROM session a JOIN session b ON a.guide = b.guide AND a.id < b.id WHERE a.state IN (1, 2, 5)"
      " AND b.state IN (1, 2, 5) AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at" },
    { "guidance", "a booked session is where the room is that it has",
      "SELECT count (*) FROM session s WHERE s.state = 2 AND s.room <> 0 AND (SELECT count (*) FROM room_hold h"
      " WHERE h.session = s.id AND h.state = 3 AND h.room = s.room AND h.starts_at = s.starts_at"
      " AND h.ends_at = s.ends_at) <> 1" },
    { "guidance", "what is over or without a room holds none",
      "SELECT count (*) FROM room_hold h JOIN session s ON s.id = h.session WHERE h.state = 3 AND s.room = 0"
      " OR h.state <> 4 AND s.state IN (3, 4)" },
    { "guidance", "no seat is given twice",
      "SELECT count (*) FROM session s JOIN offer o ON o.id = s.offer"
      " WHERE (SELECT count (*) FROM seat WHERE session = s.id) > o.seats" },
    { "placement", "no more work in a position than it has openings",
      "SELECT count (*) FROM placement a JOIN position p ON p.id = a.position WHERE (SELECT count (*) FROM placement b"
      " WHERE b.position = a.position AND b.start_day <= a.start_day AND coalesce (b.end_day, 9999999) >= a.start_day)"
      " > p.openings" },
    { "bridging", "a client has at most one open referral",
      "SELECT count (*) FROM (SELECT client FROM referral WHERE state IN (1, 2, 3, 5) GROUP BY client"
      " HAVING count (*) > 1)" },
    { "bridging", "an erased client has no key",
      "SELECT count (*) FROM client c JOIN client_key k ON k.client = c.id WHERE c.erased_at IS NOT NULL" },
};

void check_house (sim_t *self, int seat)
{
    for (size_t i = 0; i < sizeof PROMISES / sizeof PROMISES[0]; i++)
        if (strcmp (PROMISES[i].service, self->seats[seat].service.name) == 0 &&
            number_in (self, seat, PROMISES[i].broken) != 0)
            sim_fail (self, "%s: not true that %s", PROMISES[i].service, PROMISES[i].promise);
}

/* What was to happen at an instant has happened, some time after it: $1 is that. */
static const struct {
    const char *service, *promise, *broken;
} DEADLINES[] = {
    { "lease", "an offer that nobody signs expires", "SELECT count (*) FROM lease WHERE state = 1 AND answer_by < $1" },
    { "lease", "an offer to the line expires",
      "SELECT count (*) FROM waitlist_offer WHERE state = 1 AND expires_at < $1" },
    { "lease", "a charge run ends", "SELECT count (*) FROM charge_run WHERE done_at IS NULL AND started_at < $1" },
    { "bridging", "the referrer learns when nobody answers",
      "SELECT count (*) FROM referral WHERE state IN (1, 2) AND answer_by < $1" },
};

void check_deadlines (sim_t *self, int seat)
{
    store_t *store = node_store (self->seats[seat].node);
    for (size_t i = 0; i < sizeof DEADLINES / sizeof DEADLINES[0]; i++) {
        if (strcmp (DEADLINES[i].service, self->seats[seat].service.name) != 0)
            continue;
        store_begin (store);
        rows_t *row = store_row (store, DEADLINES[i].broken, seat_time (self, seat) - DEADLINE_SLACK_MS);
        int64_t broken = row ? rows_int (row, 0) : 0;
        store_rollback (store);
        if (broken)
            sim_fail (self, "%s: not true that %s", DEADLINES[i].service, DEADLINES[i].promise);
    }
}

/* --- between two --- */

/* One that waits here waits there. */
static bool same_booking (sim_t *self, rows_t *hold)
{
    store_t *store = node_store (self->seats[seat_named (self, "lease")].node);
    store_begin (store);
    rows_t *row = store_row (store,
                             "SELECT room, starts_at, ends_at, waits FROM booking WHERE booked_by = 'guidance'"
                             " AND reference = $1 AND released_at IS NULL",
                             rows_uint (hold, 0));
    bool same = row && rows_uint (row, 0) == rows_uint (hold, 1) && rows_int (row, 1) == rows_int (hold, 2) &&
                rows_int (row, 2) == rows_int (hold, 3) && (rows_int (hold, 4) == 3 || rows_int (row, 3));
    store_rollback (store);
    return same;
}

/* Every room that a session has or waits for is booked in lease too, and lease holds no other for guidance. Only TMF's
 * yes may still be waited for. */
static void check_sessions (sim_t *self)
{
    int guidance = seat_named (self, "guidance"), lease = seat_named (self, "lease");
    if (number_in (self, guidance, "SELECT count (*) FROM room_hold WHERE state = 1"))
        sim_fail (self, "a session still waits for what lease says of its room");
    if (number_in (self, guidance,
                   "SELECT count (*) FROM session s WHERE state = 1 AND NOT EXISTS"
                   " (SELECT 1 FROM room_hold h WHERE h.session = s.id AND h.state = 2)"))
        sim_fail (self, "a session waits for nothing");
    store_t *store = node_store (self->seats[guidance].node);
    int64_t with_room = 0;
    store_begin (store);
    rows_t *rows = store_query (
        store,
        "SELECT reference, room, starts_at, ends_at, state FROM room_hold WHERE state IN (2, 3) ORDER BY reference");
    while (rows_next (rows)) {
        with_room++;
        if (!same_booking (self, rows))
            sim_fail (self, "guidance believes that %llu is booked", (unsigned long long) rows_uint (rows, 0));
    }
    store_rollback (store);
    int64_t held =
        number_in (self, lease, "SELECT count (*) FROM booking WHERE booked_by = 'guidance' AND released_at IS NULL");
    if (held != with_room)
        sim_fail (self, "lease holds %lld rooms for guidance, which knows of %lld", (long long) held,
                  (long long) with_room);
}

/* Whoever is a candidate because of a referral stands on a consent that still stands. */
static void check_consents (sim_t *self)
{
    int bridging = seat_named (self, "bridging"), placement = seat_named (self, "placement");
    if (number_in (self, bridging, "SELECT count (*) FROM consent WHERE state <> 1 AND acknowledged_at IS NULL"))
        sim_fail (self, "a consent has ended and nobody has acknowledged it");
    store_t *store = node_store (self->seats[placement].node), *owners = node_store (self->seats[bridging].node);
    store_begin (store);
    store_begin (owners);
    rows_t *rows = store_query (store, "SELECT pseudonym FROM candidate WHERE source = 2 ORDER BY pseudonym");
    while (rows_next (rows)) {
        rows_t *row = store_row (owners,
                                 "SELECT c.state FROM referral r JOIN consent c ON c.id = r.consent"
                                 " WHERE r.pseudonym = $1",
                                 rows_uint (rows, 0));
        if (!row || rows_int (row, 0) != 1)
            sim_fail (self, "placement holds a citizen whose consent has ended");
        rows_close (row);
    }
    store_rollback (owners);
    store_rollback (store);
}

static void check_sums (sim_t *self)
{
    int placement = seat_named (self, "placement"), reporting = seat_named (self, "reporting");
    int64_t owned_minutes = number_in (self, placement, "SELECT coalesce (sum (paid_minutes), 0) FROM hours");
    int64_t told_minutes = number_in (self, reporting, "SELECT coalesce (sum (paid_minutes), 0) FROM paid");
    if (owned_minutes != told_minutes)
        sim_fail (self, "placement has %lld paid minutes, reporting %lld", (long long) owned_minutes,
                  (long long) told_minutes);
    int64_t desks = number_in (self, seat_named (self, "lease"), "SELECT count (*) FROM desk");
    int64_t told = number_in (self, reporting, "SELECT count (*) FROM desk");
    if (desks != told)
        sim_fail (self, "lease has %lld desks, reporting %lld", (long long) desks, (long long) told);
}

void check_between_houses (sim_t *self)
{
    check_sessions (self);
    check_consents (self);
    check_sums (self);
}
