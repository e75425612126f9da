/* What goes wrong, and when. Each run draws its own mixture, so that in some a single kind rules and in some all meet.
 */
#include "database.h"
#include "sim.h"

#include <string.h>

typedef enum {
    FAULT_PARTITION,
    FAULT_SLOW,
    FAULT_FULL,
    FAULT_SYNC,
    FAULT_READONLY,
    FAULT_CLOCK,
    FAULT_REVOKED,
    FAULT_BACKUP,
    FAULT_RESTORE,
    FAULT_UPGRADE,
    FAULT_CRASH,
    FAULT_KINDS
} fault_kind_t;

enum { WRITES_IN_A_STEP = 14, FAULT_LASTS_MS = 20000, FAULT_LASTS_LONG_MS = 120000, ALLOCATIONS_IN_A_STEP = 400 };

static unsigned some (sim_t *self, unsigned most)
{
    return of_thousand (self, 350) ? 0 : (unsigned) below (self, most + 1);
}

static bool maybe (sim_t *self)
{
    return of_thousand (self, 500);
}

profile_t profile_draw (sim_t *self)
{
    return (profile_t){
        .drop = some (self, 150),
        .twice = some (self, 150),
        .late = some (self, 300),
        .late_ms = 10 + (int64_t) below (self, 5000),
        .crash = some (self, 30),
        .garbage = some (self, 100),
        .memory = some (self, 60),
        .events_fail = some (self, 100),
        .timers_fail = some (self, 500),
        .fault_every_ms = 200 + (unsigned) below (self, 8000),
        .partitions = maybe (self),
        .slow = maybe (self),
        .full = maybe (self),
        .sync = maybe (self),
        .readonly = maybe (self),
        .clocks = maybe (self),
        .revoked = maybe (self),
        .restore = of_thousand (self, 250),
        .upgrade = maybe (self),
        .jobs = maybe (self),
    };
}

static bool in_profile (const profile_t *profile, fault_kind_t kind)
{
    switch (kind) {
    case FAULT_PARTITION:
        return profile->partitions;
    case FAULT_SLOW:
        return profile->slow;
    case FAULT_FULL:
        return profile->full;
    case FAULT_SYNC:
        return profile->sync;
    case FAULT_READONLY:
        return profile->readonly;
    case FAULT_CLOCK:
        return profile->clocks;
    case FAULT_REVOKED:
        return profile->revoked;
    case FAULT_BACKUP:
    case FAULT_RESTORE:
        return profile->restore;
    case FAULT_UPGRADE:
        return profile->upgrade;
    case FAULT_CRASH:
        return profile->crash > 0;
    case FAULT_KINDS:
        break;
    }
    return false;
}

/* Now and then longer than anybody's patience. */
static void mend_later (sim_t *self, int who, uint64_t what)
{
    uint64_t longest = of_thousand (self, 800) ? FAULT_LASTS_MS : FAULT_LASTS_LONG_MS;
    agenda_add (&self->agenda, self->now + 1 + (int64_t) below (self, longest), EVENT_MEND, who, what, NULL);
}

static void partition (sim_t *self)
{
    int from = (int) below (self, PARTIES), to = (int) below (self, PARTIES);
    self->blocked[from][to] = true;
    if (of_thousand (self, 300))
        self->blocked[to][from] = true;
    self->counts.partitions++;
    mend_later (self, from, (uint64_t) FAULT_PARTITION << 8 | (uint64_t) to);
}

/* Mostly forward and by little; now and then by days, in either direction. */
static void jump (sim_t *self, int seat)
{
    static const int64_t FAR[] = { 1000, 60 * 1000, 3600 * 1000, 3 * 86400000LL };
    int64_t most = FAR[below (self, 4)];
    int64_t by = (int64_t) below (self, (uint64_t) most);
    seat_t *at = &self->seats[seat];
    at->skew += of_thousand (self, 500) ? by : -by;
    at->furthest_skew = at->skew > at->furthest_skew ? at->skew : at->furthest_skew;
    self->counts.clock_jumps++;
}

static void begin (sim_t *self, fault_kind_t kind, int seat)
{
    disk_t *disk = self->seats[seat].disk;
    switch (kind) {
    case FAULT_PARTITION:
        partition (self);
        return;
    case FAULT_SLOW:
        self->seats[seat].slow_ms = 50 + (int64_t) below (self, 4000);
        self->counts.slow++;
        break;
    case FAULT_FULL:
        disk_fill (disk, below (self, WRITES_IN_A_STEP));
        break;
    case FAULT_SYNC:
        disk_fail_sync (disk);
        break;
    case FAULT_READONLY:
        disk_set_readonly (disk, true);
        self->counts.readonly++;
        break;
    case FAULT_CLOCK:
        jump (self, seat);
        break;
    case FAULT_REVOKED:
        seat = (int) below (self, PARTIES);
        self->revoked[seat] = true;
        self->counts.revoked++;
        break;
    case FAULT_BACKUP:
        seat_back_up (self, seat);
        break;
    case FAULT_RESTORE:
        seat_restore (self, seat);
        break;
    case FAULT_UPGRADE:
        seat_upgrade (self, seat);
        break;
    case FAULT_CRASH:
        seat_crash (self, seat);
        break;
    case FAULT_KINDS:
        break;
    }
    mend_later (self, seat, (uint64_t) kind << 8);
}

void fault_happens (sim_t *self)
{
    if (self->calm)
        return;
    fault_kind_t kind = (fault_kind_t) below (self, FAULT_KINDS);
    if (self->profile.restore && of_thousand (self, 300))
        kind = of_thousand (self, 500) ? FAULT_BACKUP : FAULT_RESTORE;
    if (in_profile (&self->profile, kind))
        begin (self, kind, (int) below (self, SEATS));
    agenda_add (&self->agenda, self->now + 1 + (int64_t) below (self, 2 * self->profile.fault_every_ms), EVENT_FAULT, 0,
                0, NULL);
}

void fault_mended (sim_t *self, int who, uint64_t what)
{
    switch ((fault_kind_t) (what >> 8)) {
    case FAULT_PARTITION:
        self->blocked[who][what & 0xff] = self->blocked[what & 0xff][who] = false;
        break;
    case FAULT_SLOW:
        self->seats[who].slow_ms = 0;
        break;
    case FAULT_FULL:
        disk_make_room (self->seats[who].disk);
        break;
    case FAULT_READONLY:
        disk_set_readonly (self->seats[who].disk, false);
        break;
    case FAULT_REVOKED:
        self->revoked[who] = false;
        break;
    case FAULT_SYNC:
    case FAULT_CLOCK:
    case FAULT_BACKUP:
    case FAULT_RESTORE:
    case FAULT_UPGRADE:
    case FAULT_CRASH:
    case FAULT_KINDS:
        break;
    }
}

/* Clocks that went back come to where they had been, and stay apart from each other: what waits for an instant must not
 * wait for ever, and services whose clocks differ must still come to rest. */
void faults_stop (sim_t *self)
{
    self->calm = true;
    memset (self->blocked, 0, sizeof self->blocked);
    memset (self->revoked, 0, sizeof self->revoked);
    for (int i = 0; i < SEATS; i++) {
        self->seats[i].slow_ms = 0;
        self->seats[i].skew = self->seats[i].furthest_skew;
        disk_make_room (self->seats[i].disk);
        disk_set_readonly (self->seats[i].disk, false);
        disk_mend_sync (self->seats[i].disk);
    }
}

void memory_planned (sim_t *self)
{
    if (!self->calm && of_thousand (self, self->profile.memory))
        (void) database_memory_ends (below (self, ALLOCATIONS_IN_A_STEP), 1 + (unsigned) below (self, 4));
}

bool crash_planned (sim_t *self, int seat)
{
    if (self->calm || !of_thousand (self, self->profile.crash))
        return false;
    disk_cut_power (self->seats[seat].disk, below (self, WRITES_IN_A_STEP));
    return true;
}
