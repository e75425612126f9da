/* Bridging and the real placement: whatever is down meanwhile, nothing stays that no consent covers. */
#include "bridging_desk.h"

#include "placement/placement.h"

/* Placement's job reports its progress to the worker thread of the bus; here nobody looks. */
bool job_progress (job_t *self, unsigned permille);
__attribute__ ((weak)) bool job_progress (job_t *self, unsigned permille)
{
    (void) self;
    (void) permille;
    return true;
}

static rig_t *begin_pair (void)
{
    static const service_t *const SERVICES[] = { &bridging_service, &placement_service, NULL };
    return rig_new (SERVICES, "2026-03-02T09:00:00Z");
}

/* Whether placement knows the pseudonym, and whether a person there still has to decide. */
static bool candidate_is (rig_t *rig, uint64_t pseudonym, bool waiting)
{
    store_t *store = rig_store (rig, "placement");
    store_begin (store);
    rows_t *row = store_row (store,
                             "SELECT state FROM candidate LEFT JOIN referral ON referral.citizen = candidate.citizen"
                             " WHERE pseudonym = $1",
                             pseudonym);
    bool is = row && (!waiting || rows_int (row, 0) == PLACEMENT__REFERRAL_STATE__WAITING);
    if (row)
        rows_close (row);
    store_rollback (store);
    return is;
}

static bool placement_holds (rig_t *rig, uint64_t pseudonym)
{
    return candidate_is (rig, pseudonym, false);
}

static void decide (rig_t *rig, uint64_t pseudonym, bool accept)
{
    if (accept)
        (void) rig_ok (rig, CALLER_BIF_DESK, "placement", "Candidates/AcceptReferral", "{'candidate': '%llu'}",
                       (unsigned long long) pseudonym);
    else
        (void) rig_ok (rig, CALLER_BIF_DESK, "placement", "Candidates/RejectReferral",
                       "{'candidate': '%llu', 'reason': 'Ingen plads'}", (unsigned long long) pseudonym);
}

/* B3 */
Test (bridge, what_placement_decides_is_what_the_referrer_learns)
{
    rig_t *rig = begin_pair ();
    uint64_t person = client (rig), under = consent (rig, person);
    uint64_t first = refer (rig, person, under);
    decide (rig, pseudonym_of (rig, first), false);
    cr_assert_str_eq (state_of (rig, first), "REFERRAL_REJECTED");
    cr_assert_str_eq (rig_text (json_object_get (referral (rig, first), "referral"), "reason"), "Ingen plads");
    uint64_t second = refer (rig, person, under);
    rig_down (rig, "bridging");
    rig_up (rig, "bridging");
    decide (rig, pseudonym_of (rig, second), true);
    cr_assert_str_eq (state_of (rig, second), "REFERRAL_ACCEPTED");
    rig_destroy (&rig);
}

/* B1, B4 */
Test (bridge, placement_has_nothing_on_disk_that_tells_who_it_is)
{
    rig_t *rig = begin_pair ();
    uint64_t person = client (rig), under = consent_to (rig, person, "'CONDITIONS'");
    uint64_t pseudonym = pseudonym_of (rig, refer (rig, person, under));
    cr_assert (placement_holds (rig, pseudonym));
    cr_assert (on_disk (rig, "placement", "flexible-start"));
    cr_assert (!on_disk (rig, "placement", "lifting"), "abilities were not consented to");
    cr_assert (!on_disk (rig, "placement", NAME));
    cr_assert (!on_disk (rig, "placement", CPR));
    cr_assert (!on_disk (rig, "placement", BARRIERS));
    rig_destroy (&rig);
}

/* B2 */
Test (bridge, a_withdrawal_while_placement_is_down_is_acknowledged_when_it_is_back)
{
    rig_t *rig = begin_pair ();
    uint64_t person = client (rig), under = consent (rig, person);
    uint64_t sent = refer (rig, person, under), pseudonym = pseudonym_of (rig, sent);
    decide (rig, pseudonym, true);
    rig_down (rig, "placement");
    withdraw (rig, under);
    rig_restart (rig, "bridging");
    rig_advance (rig, 30000);
    cr_assert (!complete (rig, under) && placement_holds (rig, pseudonym));
    rig_up (rig, "placement");
    rig_advance (rig, 60000);
    cr_assert (complete (rig, under) && !placement_holds (rig, pseudonym));
    rig_destroy (&rig);
}

/* B2: the referral is delivered only after the withdrawal, and what arrives is gone again before anybody has seen it.
 */
Test (bridge, a_withdrawal_while_the_referral_is_on_its_way_leaves_nothing)
{
    rig_t *rig = begin_pair ();
    uint64_t person = client (rig), under = consent (rig, person);
    rig_down (rig, "placement");
    uint64_t sent = refer (rig, person, under), pseudonym = pseudonym_of (rig, sent);
    withdraw (rig, under);
    rig_up (rig, "placement");
    rig_advance (rig, 60000);
    cr_assert (complete (rig, under) && !placement_holds (rig, pseudonym));
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_REVOKED");
    rig_refused (rig, CALLER_BRIDGING, "placement", "Referrals/ReceiveReferral", "PLACEMENT_REFERRAL_ERASED",
                 "{'pseudonym': '%llu', 'consent_until_day': '2026-06-30', 'answer_by': '2026-03-16T12:00:00Z'}",
                 (unsigned long long) pseudonym);
    rig_destroy (&rig);
}

/* --- any sequence --- */

enum { PEOPLE = 6, TRACKED_MAX = 200, OPERATIONS = 220, SEEDS = 6 };

typedef struct {
    uint64_t id, under, pseudonym;
    bool called_back; /* revoked, rejected, or its consent has ended */
} tracked_t;

typedef struct {
    uint64_t id, person;
    int until; /* day of the sequence on which it ends, counted from 0 */
    bool ended;
} promise_t;

typedef struct {
    rig_t *rig;
    uint64_t random;
    int day;
    bool placement_down;
    uint64_t people[PEOPLE];
    promise_t consents[TRACKED_MAX];
    size_t n_consents;
    tracked_t referrals[TRACKED_MAX];
    size_t n_referrals;
} world_t;

static size_t draw (world_t *self, size_t below)
{
    self->random ^= self->random << 13;
    self->random ^= self->random >> 7;
    self->random ^= self->random << 17;
    return (size_t) (self->random % below);
}

static void end_in_model (world_t *self, promise_t *promise)
{
    promise->ended = true;
    for (size_t i = 0; i < self->n_referrals; i++)
        if (self->referrals[i].under == promise->id)
            self->referrals[i].called_back = true;
}

static void let_expire_in_model (world_t *self)
{
    for (size_t i = 0; i < self->n_consents; i++)
        if (!self->consents[i].ended && self->consents[i].until < self->day)
            end_in_model (self, &self->consents[i]);
}

static promise_t *standing_of (world_t *self, uint64_t person)
{
    for (size_t i = 0; i < self->n_consents; i++)
        if (self->consents[i].person == person && !self->consents[i].ended)
            return &self->consents[i];
    return NULL;
}

static bool has_open (world_t *self, uint64_t person)
{
    rig_t *rig = self->rig;
    json_t *list = SOF ("Referrals/ListReferrals", "{'client': %llu}", (unsigned long long) person);
    for (size_t i = 0; i < rig_count (list, "referrals"); i++) {
        const char *state = rig_text (rig_item (list, "referrals", i), "state");
        if (strcmp (state, "REFERRAL_REJECTED") != 0 && strcmp (state, "REFERRAL_REVOKED") != 0)
            return true;
    }
    return false;
}

/* Until the second day of the sequence, or until long after its end. */
static void promise_something (world_t *self, uint64_t person)
{
    rig_t *rig = self->rig;
    bool brief = draw (self, 2) == 0;
    if (standing_of (self, person))
        return;
    uint64_t given =
        id_of (SOF ("Consents/GiveConsent",
                    "{'client': %llu, 'recipient': 'placement', 'purpose': 'Match', 'from_day': '2026-03-01',"
                    " 'fields': ['ABILITIES', 'HOURS'], 'until_day': '%s'}",
                    (unsigned long long) person, brief ? "2026-03-03" : "2026-06-30"),
               "consent");
    self->consents[self->n_consents++] = (promise_t){ .id = given, .person = person, .until = brief ? 1 : 1000 };
    let_expire_in_model (self);
}

static void refer_somebody (world_t *self, uint64_t person)
{
    rig_t *rig = self->rig;
    promise_t *under = standing_of (self, person);
    if (!under || has_open (self, person))
        return;
    uint64_t sent =
        id_of (SOF ("Referrals/ReferClient", "{'client': %llu, 'consent': %llu, 'answer_by': '2026-12-01T12:00:00Z'}",
                    (unsigned long long) person, (unsigned long long) under->id),
               "referral");
    self->referrals[self->n_referrals++] =
        (tracked_t){ .id = sent, .under = under->id, .pseudonym = pseudonym_of (rig, sent) };
}

static void withdraw_something (world_t *self, uint64_t person)
{
    promise_t *one = standing_of (self, person);
    if (!one)
        return;
    withdraw (self->rig, one->id);
    end_in_model (self, one);
}

static void register_somebody (world_t *self, size_t who)
{
    char cpr[11];
    (void) snprintf (cpr, sizeof cpr, "010170%04zu", 1000 + who);
    self->people[who] = client_named (self->rig, NAME, cpr);
}

static void erase_somebody (world_t *self, size_t who)
{
    rig_t *rig = self->rig;
    (void) SOF ("Rights/EraseClient", "{'client': %llu}", (unsigned long long) self->people[who]);
    for (size_t i = 0; i < self->n_consents; i++)
        if (self->consents[i].person == self->people[who] && !self->consents[i].ended)
            end_in_model (self, &self->consents[i]);
    register_somebody (self, who);
}

static void decide_something (world_t *self)
{
    tracked_t *one = self->n_referrals ? &self->referrals[draw (self, self->n_referrals)] : NULL;
    if (!one || self->placement_down || !candidate_is (self->rig, one->pseudonym, true))
        return;
    bool accept = draw (self, 2) == 0;
    decide (self->rig, one->pseudonym, accept);
    one->called_back = one->called_back || !accept;
}

static void revoke_something (world_t *self)
{
    rig_t *rig = self->rig;
    tracked_t *one = self->n_referrals ? &self->referrals[draw (self, self->n_referrals)] : NULL;
    if (!one || one->called_back)
        return;
    (void) SOF ("Referrals/RevokeReferral", "{'referral': %llu}", (unsigned long long) one->id);
    one->called_back = true;
}

static void let_time_pass (world_t *self)
{
    if (self->day < 3 && draw (self, 4) == 0) {
        self->day++;
        rig_advance (self->rig, MS_PER_DAY);
        let_expire_in_model (self);
    } else {
        rig_advance (self->rig, (int64_t) draw (self, 3000));
    }
}

static void switch_placement (world_t *self, bool down)
{
    self->placement_down = down;
    if (down)
        rig_down (self->rig, "placement");
    else
        rig_up (self->rig, "placement");
}

static void operate (world_t *self)
{
    size_t who = draw (self, PEOPLE);
    switch (draw (self, 13)) {
    case 0:
    case 1:
        promise_something (self, self->people[who]);
        break;
    case 2:
    case 3:
    case 4:
        refer_somebody (self, self->people[who]);
        break;
    case 5:
        withdraw_something (self, self->people[who]);
        break;
    case 6:
    case 7:
        decide_something (self);
        break;
    case 8:
        revoke_something (self);
        break;
    case 9:
        switch_placement (self, draw (self, 2) == 0);
        break;
    case 10:
        rig_restart (self->rig, draw (self, 2) ? "bridging" : "placement");
        break;
    case 11:
        if (draw (self, 4) == 0)
            erase_somebody (self, who);
        break;
    default:
        let_time_pass (self);
        break;
    }
}

static void check_at_rest (world_t *self, unsigned seed)
{
    rig_t *rig = self->rig;
    for (size_t i = 0; i < self->n_consents; i++)
        cr_assert_eq (complete (rig, self->consents[i].id), self->consents[i].ended, "seed %u: consent %zu", seed, i);
    for (size_t i = 0; i < self->n_referrals; i++)
        cr_assert_eq (placement_holds (rig, self->referrals[i].pseudonym), !self->referrals[i].called_back,
                      "seed %u: referral %zu", seed, i);
    cr_assert_eq (count_in (rig, "bridging", "SELECT count (*) FROM call"), 0);
    cr_assert_eq (count_in (rig, "bridging",
                            "SELECT count (*) FROM referral WHERE erased_at IS NULL AND consent IN"
                            " (SELECT id FROM consent WHERE state <> 1)"),
                  0);
    cr_assert (!on_disk (rig, "bridging", NAME) && !on_disk (rig, "bridging", "0101701000"));
    cr_assert (!on_disk (rig, "placement", NAME) && !on_disk (rig, "placement", "0101701000"));
}

/* B2, B3, B4, B8 */
Test (bridge, at_rest_placement_holds_exactly_what_a_standing_consent_covers, .timeout = 240)
{
    size_t referrals = 0, ended = 0;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        world_t world = { .rig = begin_pair (), .random = seed * UINT64_C (0x9E3779B97F4A7C15) };
        for (size_t who = 0; who < PEOPLE; who++)
            register_somebody (&world, who);
        for (int i = 0; i < OPERATIONS; i++)
            operate (&world);
        switch_placement (&world, false);
        rig_advance (world.rig, 60000);
        check_at_rest (&world, seed);
        referrals += world.n_referrals;
        for (size_t i = 0; i < world.n_consents; i++)
            ended += world.consents[i].ended;
        rig_destroy (&world.rig);
    }
    cr_assert (referrals > 10 * SEEDS && ended > 5 * SEEDS, "%zu referrals, %zu ended consents", referrals, ended);
}
