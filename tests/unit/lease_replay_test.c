/* L6: a long waiting list gone through again, over many pieces of the line and under one rule after the other. */
#include "unit/lease_kit.h"

enum { JOINING = 330, RULES = 4 };

static json_t *replay_to_the_end (rig_t *rig)
{
    json_t *replay = ok (rig, "Waitlist/ReplayWaitlist", "{}");
    for (int i = 0; i < 100 && !json_is_true (json_object_get (replay, "done")); i++) {
        rig_advance (rig, 10);
        replay = ok (rig, "Waitlist/GetReplay", "{}");
    }
    cr_assert (json_is_true (json_object_get (replay, "done")), "the replay never ends");
    return replay;
}

static void set_rule (rig_t *rig, unsigned n)
{
    static const char *const CRITERIA[RULES] = { "'SOCIAL_RETURN'", "'LARGEST_FIT', 'JOINED_DAY'",
                                                 "'JOINED_DAY', 'SMALLEST_FIT'", "'SMALLEST_FIT', 'SOCIAL_RETURN'" };
    ok (rig, "Waitlist/SetWaitlistRule", "{'criteria': [%s], 'offer_days': 2, 'reason': 'x'}", CRITERIA[n % RULES]);
}

/* Some refuse, and the others let it expire: then they go to the end. */
static void answer_offers (rig_t *rig, uint64_t *seed)
{
    ok (rig, "Waitlist/OfferFreeDesks", "{}");
    json_t *line = ok (rig, "Waitlist/ListWaitlist", "{'limit': 200}");
    for (size_t i = 0; i < rig_count (line, "entries"); i++) {
        json_t *entry = rig_item (line, "entries", i);
        if (json_object_get (entry, "offer_expires_at") && draw (seed, 2))
            ok (rig, "Waitlist/RefuseWaitlistOffer", "{'entry': %llu, 'reason': 'x'}", id_of (entry, "entry"));
    }
    rig_advance (rig, 3 * 86400000LL);
}

static size_t wait_in_line (rig_t *rig, number_t *entries)
{
    uint64_t seed = 5;
    size_t count = 0;
    (void) premises_with (rig, 3);
    for (int i = 0; i < JOINING; i++) {
        unsigned day = 1 + draw (&seed, 28), hours = draw (&seed, 30), desks = 1 + draw (&seed, 9);
        entries[count++] =
            id_of (ok (rig, "Waitlist/JoinWaitlist",
                       "{'tenant': %llu, 'desks': %u, 'hours_per_week': %u, 'joined_day': '2026-02-%02u'}",
                       tenant (rig, i), desks, hours, day),
                   "entry");
        if (draw (&seed, 12) == 0) {
            size_t who = draw (&seed, (unsigned) count);
            ok (rig, "Waitlist/LeaveWaitlist", "{'entry': %llu}", entries[who]);
            entries[who] = entries[--count];
        }
        if (i % 80 == 79)
            set_rule (rig, (unsigned) i / 80);
    }
    return count;
}

static int64_t in_pieces (rig_t *rig)
{
    store_t *store = rig_store (rig, "lease");
    store_begin (store);
    rows_t *row = store_row (store, "SELECT count (*) FROM replay_piece WHERE entries > $1", 0);
    int64_t pieces = rows_int (row, 0);
    rows_close (row);
    store_rollback (store);
    return pieces;
}

Test (waitlist_replay, a_long_line_under_many_rules_comes_out_as_it_stands, .description = "L6", .timeout = 120)
{
    static number_t entries[JOINING];
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    uint64_t seed = 9;
    (void) wait_in_line (rig, entries);
    for (unsigned i = 0; i < 6; i++) {
        answer_offers (rig, &seed);
        set_rule (rig, i);
    }
    json_t *replay = replay_to_the_end (rig);
    cr_assert (json_is_true (json_object_get (replay, "agrees")), "%s", rig_text (replay, "finding"));
    cr_assert_eq (rig_number (replay, "joined"), JOINING);
    cr_assert_gt (rig_number (replay, "offers"), 10);
    cr_assert_eq (rig_number (replay, "rules"), JOINING / 80 + 6);
    cr_assert_gt (in_pieces (rig), 3, "the line was too short to mean anything");
    rig_destroy (&rig);
}

Test (waitlist_replay, an_entry_that_stands_elsewhere_than_the_rule_says_is_found, .description = "L6")
{
    static number_t entries[JOINING];
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    size_t count = wait_in_line (rig, entries);
    store_t *store = rig_store (rig, "lease");
    store_begin (store);
    cr_assert_eq (store_run (store, "UPDATE waitlist_entry SET key1 = -1000 WHERE id = $1", entries[count / 2]), 1);
    cr_assert_eq (store_commit (store, NULL), STATUS_OK);
    json_t *replay = replay_to_the_end (rig);
    char finding[80];
    snprintf (finding, sizeof finding, "Opskrivning %llu står nr. 1; efter reglen nr. ", entries[count / 2]);
    cr_assert (json_is_false (json_object_get (replay, "agrees")));
    cr_assert_eq (strncmp (rig_text (replay, "finding"), finding, strlen (finding)), 0, "%s",
                  rig_text (replay, "finding"));
    rig_destroy (&rig);
}
