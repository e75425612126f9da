/* P3, P4: what a consultant is told about somebody who was not proposed is what a run then does. */
#include "harness/chance.h"
#include "unit/placement_house.h"

#define REASON PAIR ", 'reason': 'aftalt på mødet'}"
#define STRONG ", 'abilities': [{'dimension': 'lifting', 'level': 4}]"
#define WEAK ", 'abilities': [{'dimension': 'lifting', 'level': 1}]"
#define HEAVY ", 'demands': [{'dimension': 'lifting', 'level': 4}]"

/* --- a town that can be built again with one thing changed --- */

enum { PEOPLE = 8, JOBS = 4, TOWNS = 9, NOWHERE = -1 };

static const char *const DIMENSIONS[] = { "lifting", "pace" };
static const char *const CONDITIONS[] = { "quiet", "step-free" };

typedef struct {
    int minutes, openings, levels[2];
    bool conditions[2];
} profile_t;

typedef struct {
    profile_t people[PEOPLE], jobs[JOBS];
    int lock[PEOPLE]; /* a job, or NOWHERE */
    bool forbidden[PEOPLE][JOBS];
    int floor_percent;
} plan_t;

typedef struct {
    rig_t *rig;
    uint64_t people[PEOPLE], jobs[JOBS];
} town_t;

static int below (uint64_t *seed, int n)
{
    return (int) (draw (seed) % (uint64_t) n);
}

static void draw_profile (profile_t *profile, int one_in, uint64_t *seed)
{
    profile->minutes = 60 * (1 + below (seed, 9));
    profile->openings = 1 + below (seed, 2);
    for (int i = 0; i < 2; i++) {
        profile->levels[i] = below (seed, 5);
        profile->conditions[i] = below (seed, one_in) == 0;
    }
}

static plan_t draw_plan (uint64_t *seed)
{
    plan_t plan = { .floor_percent = below (seed, 2) ? 100 : 0 };
    for (int p = 0; p < JOBS; p++)
        draw_profile (&plan.jobs[p], 2, seed);
    for (int c = 0; c < PEOPLE; c++) {
        draw_profile (&plan.people[c], 4, seed);
        plan.lock[c] = below (seed, 4) == 0 ? below (seed, JOBS) : NOWHERE;
        for (int p = 0; p < JOBS; p++)
            plan.forbidden[c][p] = p != plan.lock[c] && below (seed, 6) == 0;
    }
    return plan;
}

static const char *words (const profile_t *profile, const char *levels, buffer_t *out)
{
    buffer_printf (out, ", '%s': [{'dimension': '%s', 'level': %d}, {'dimension': '%s', 'level': %d}]", levels,
                   DIMENSIONS[0], profile->levels[0], DIMENSIONS[1], profile->levels[1]);
    buffer_append_text (out, ", 'conditions': [");
    for (int i = 0, said = 0; i < 2; i++)
        if (profile->conditions[i])
            buffer_printf (out, "%s'%s'", said++ ? ", " : "", CONDITIONS[i]);
    buffer_append_text (out, "]");
    return buffer_text (out);
}

static bool fits (const town_t *town, int c, int p)
{
    json_t *pair = ask (town->rig, "Matches/ExplainMatch", PAIR "}", town->people[c], town->jobs[p]);
    return rig_count (pair, "exclusions") == 0;
}

/* Through the bus. A lock that would be refused is none. */
static town_t build (plan_t *plan)
{
    town_t town = { .rig = open_rig () };
    int left[JOBS];
    for (int p = 0; p < JOBS; p++) {
        owned_buffer said = BUFFER (500);
        left[p] = plan->jobs[p].openings;
        town.jobs[p] =
            open_position (town.rig, left[p], plan->jobs[p].minutes, words (&plan->jobs[p], "demands", &said));
    }
    for (int c = 0; c < PEOPLE; c++) {
        owned_buffer said = BUFFER (500);
        town.people[c] =
            register_candidate (town.rig, plan->people[c].minutes, words (&plan->people[c], "abilities", &said));
    }
    for (int c = 0; c < PEOPLE; c++) {
        int lock = plan->lock[c];
        if (lock != NOWHERE && (left[lock] == 0 || !fits (&town, c, lock)))
            plan->lock[c] = lock = NOWHERE;
        if (lock != NOWHERE) {
            left[lock]--;
            ask (town.rig, "Pairs/LockPair", REASON, town.people[c], town.jobs[lock]);
        }
        for (int p = 0; p < JOBS; p++)
            if (plan->forbidden[c][p])
                ask (town.rig, "Pairs/ForbidPair", REASON, town.people[c], town.jobs[p]);
    }
    ask (town.rig, "Matches/SetWeights",
         "{'weights': {'ability': 500, 'hours': 250, 'district': 150, 'waiting': 100, 'group_percent': 30,"
         " 'floor_percent': %d}, 'reason': 'prøve'}",
         plan->floor_percent);
    return town;
}

static int number_of (const uint64_t *ids, int count, json_t *entry, const char *field)
{
    uint64_t id = (uint64_t) rig_number (entry, field);
    int n = 0;
    while (n < count && ids[n] != id)
        n++;
    return n;
}

static int word_of (const char *const *words_known, const char *word)
{
    return strcmp (words_known[0], word) == 0 ? 0 : 1;
}

/* The change that was told, in the plan. */
static void make (json_t *change, const town_t *town, int c, plan_t *plan)
{
    const char *kind = rig_text (change, "kind"), *word = rig_text (change, "word");
    int job = number_of (town->jobs, JOBS, change, "position"), after = (int) rig_number (change, "after");
    if (strcmp (kind, "MORE_MINUTES") == 0)
        plan->people[c].minutes = after;
    else if (strcmp (kind, "HIGHER_ABILITY") == 0)
        plan->people[c].levels[word_of (DIMENSIONS, word)] = after;
    else if (strcmp (kind, "ONE_MORE_CONDITION") == 0)
        plan->jobs[job].conditions[word_of (CONDITIONS, word)] = true;
    else if (strcmp (kind, "ONE_MORE_OPENING") == 0)
        plan->jobs[job].openings++;
    else if (strcmp (kind, "BAN_TAKEN_BACK") == 0)
        plan->forbidden[c][job] = false;
    else if (strcmp (kind, "LOCK_TAKEN_BACK") == 0)
        plan->lock[number_of (town->people, PEOPLE, change, "candidate")] = NOWHERE;
    else
        cr_assert_fail ("%s", kind);
}

Test (explain, every_change_that_is_told_is_made_and_then_a_run_proposes_them, .description = "P4, P6, P8",
      .timeout = 120)
{
    static const char *const KINDS[] = { "MORE_MINUTES",     "HIGHER_ABILITY", "ONE_MORE_CONDITION",
                                         "ONE_MORE_OPENING", "BAN_TAKEN_BACK", "LOCK_TAKEN_BACK" };
    enum { N_KINDS = sizeof KINDS / sizeof KINDS[0] };
    uint64_t seed = 71;
    int told[N_KINDS] = { 0 }, under_a_floor = 0;
    for (int n = 0; n < TOWNS; n++) {
        plan_t plan = draw_plan (&seed);
        n_events = 0;
        town_t town = build (&plan);
        for (int c = 0; c < PEOPLE; c++) {
            json_t *why = ask (town.rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", town.people[c]);
            for (size_t k = 0; k < rig_count (why, "changes"); k++) {
                json_t *change = rig_item (why, "changes", k);
                plan_t other = plan;
                make (change, &town, c, &other);
                town_t changed = build (&other);
                ask (changed.rig, "Matches/ProposeMatches", "{}");
                json_t *matches = ask (changed.rig, "Matches/ListMatches", "{'candidate': " ID "}", changed.people[c]);
                cr_assert_eq (rig_count (matches, "matches"), 1, "town %d, candidate %d: %s", n, c,
                              rig_text (change, "kind"));
                rig_destroy (&changed.rig);
                under_a_floor += plan.floor_percent > 0;
                for (int kind = 0; kind < N_KINDS; kind++)
                    told[kind] += strcmp (KINDS[kind], rig_text (change, "kind")) == 0;
            }
        }
        rig_destroy (&town.rig);
    }
    for (int kind = 0; kind < N_KINDS; kind++)
        cr_assert (told[kind] > 0, "of %s there were %d", KINDS[kind], told[kind]);
    cr_assert (under_a_floor > 10);
}

/* --- who has the place, and by what right --- */

static json_t *why (rig_t *rig, uint64_t candidate, const char *rest)
{
    return ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "%s}", candidate, rest);
}

/* The right of the one who holds the nearest position, and that it is they. */
static const char *right_of (json_t *reply, uint64_t holder)
{
    json_t *first = rig_item (rig_item (reply, "nearest", 0), "holders", 0);
    cr_assert_eq ((uint64_t) rig_number (first, "candidate"), holder);
    cr_assert (rig_text (first, "danish")[0] && rig_text (first, "english")[0]);
    return rig_text (first, "right");
}

Test (explain, it_says_who_has_the_place_and_by_what_right, .description = "P4")
{
    owned (rig) rig = open_rig ();
    uint64_t job = open_position (rig, 1, 300, ""), better = register_candidate (rig, 300, ", 'district': 4"),
             other = register_candidate (rig, 600, ""), same = register_candidate (rig, 600, "");
    cr_assert_str_eq (right_of (why (rig, other, ""), better), "RIGHT_SCORE");
    ask (rig, "Pairs/ForbidPair", REASON, better, job);
    cr_assert_str_eq (right_of (why (rig, same, ""), other), "RIGHT_WAIT");
    ask (rig, "Pairs/LockPair", REASON, same, job);
    json_t *locked = why (rig, other, "");
    cr_assert_str_eq (right_of (locked, same), "RIGHT_LOCK");
    cr_assert (json_is_true (json_object_get (rig_item (locked, "nearest", 0), "full")));
    json_t *change = rig_item (locked, "changes", 1);
    cr_assert_str_eq (rig_text (change, "kind"), "LOCK_TAKEN_BACK");
    cr_assert_eq ((uint64_t) rig_number (change, "candidate"), same);
    ask (rig, "Matches/ProposeMatches", "{}");
    cr_assert_str_eq (right_of (why (rig, other, ""), same), "RIGHT_PROPOSED");
    say (rig, same, job, "CONSULTANT", true);
    say (rig, same, job, "CITIZEN", true);
    say (rig, same, job, "ENTERPRISE", true);
    ask (rig, "Placements/StartPlacement", START "}", same, job);
    json_t *at_work = why (rig, other, "");
    cr_assert_str_eq (right_of (at_work, same), "RIGHT_AT_WORK");
    cr_assert_str_eq (rig_text (rig_item (at_work, "changes", 0), "kind"), "ONE_MORE_OPENING");
}

/* ExplainUnplaced told of the plan without the floor, in which this one was placed. */
Test (explain, where_a_floor_is_set_it_is_the_plan_with_the_floor_that_is_explained, .description = "P4, P6")
{
    owned (rig) rig = open_rig ();
    uint64_t light = open_position (rig, 1, 300, ""), strong[2], hardest;
    open_position (rig, 1, 300, HEAVY);
    for (int i = 0; i < 2; i++)
        strong[i] = register_candidate (rig, 300, STRONG);
    hardest = register_candidate (rig, 2000, WEAK);
    json_t *nearest = rig_item (why (rig, hardest, ""), "nearest", 0);
    cr_assert_eq ((uint64_t) rig_number (nearest, "position"), light);
    for (int i = 0; i < 2; i++)
        cr_assert_neq (rig_number (why (rig, strong[i], ""), "placed"), 0);
    int left_out = rig_number (why (rig, strong[0], ", 'floor_percent': 100"), "placed") == 0 ? 0 : 1;
    json_t *reply = why (rig, strong[left_out], ", 'floor_percent': 100");
    cr_assert_eq (rig_number (reply, "placed"), 0);
    cr_assert_eq (rig_number (reply, "floor_percent"), 100);
    ask (rig, "Matches/SetWeights",
         "{'weights': {'ability': 500, 'hours': 250, 'district': 150, 'waiting': 100, 'floor_percent': 100},"
         " 'reason': 'de sværeste først'}");
    cr_assert_eq ((uint64_t) rig_number (why (rig, hardest, ""), "placed"), light);
    json_t *pair = ask (rig, "Matches/ExplainMatch", PAIR "}", strong[left_out], light),
           *instead = json_object_get (pair, "instead");
    cr_assert_eq (rig_number (pair, "placed"), 0);
    cr_assert_eq (rig_number (instead, "group_fewer"), 1);
    cr_assert_str_eq (rig_text (rig_item (instead, "holders", 0), "right"), "RIGHT_FLOOR");
    cr_assert_str_eq (rig_text (instead, "danish"), "gulvet for dem, der er sværest at placere, ville mangle 1");
}

Test (explain, a_pair_that_was_not_chosen_says_what_the_plan_would_lose_and_a_chosen_one_that_it_is,
      .description = "P4")
{
    owned (rig) rig = open_rig ();
    uint64_t job = open_position (rig, 1, 300, ""), better = register_candidate (rig, 300, ", 'district': 4"),
             other = register_candidate (rig, 600, "");
    json_t *chosen = ask (rig, "Matches/ExplainMatch", PAIR "}", better, job),
           *not_chosen = ask (rig, "Matches/ExplainMatch", PAIR "}", other, job);
    cr_assert_eq ((uint64_t) rig_number (chosen, "placed"), job);
    cr_assert_null (json_object_get (chosen, "instead"));
    json_t *instead = json_object_get (not_chosen, "instead");
    cr_assert_eq (rig_number (instead, "points_lower"),
                  rig_number (chosen, "score") - rig_number (not_chosen, "score"));
    cr_assert_eq ((uint64_t) rig_number (rig_item (instead, "holders", 0), "candidate"), better);
}

Test (explain, one_s_own_lock_that_waits_can_be_taken_back, .description = "P4, P8")
{
    owned (rig) rig = open_rig ();
    uint64_t closed = open_position (rig, 1, 300, ""), candidate = register_candidate (rig, 600, "");
    ask (rig, "Pairs/LockPair", REASON, candidate, closed);
    ask (rig, "Positions/ClosePosition", "{'position': " ID "}", closed);
    cr_assert_eq (rig_count (why (rig, candidate, ""), "changes"), 0, "nothing else is open");
    uint64_t open = open_position (rig, 1, 300, "");
    json_t *change = rig_item (why (rig, candidate, ""), "changes", 0);
    cr_assert_str_eq (rig_text (change, "kind"), "LOCK_TAKEN_BACK");
    cr_assert_eq ((uint64_t) rig_number (change, "candidate"), candidate);
    cr_assert_eq ((uint64_t) rig_number (change, "position"), closed);
    ask (rig, "Pairs/FreePair", REASON, candidate, closed);
    cr_assert_eq ((uint64_t) rig_number (why (rig, candidate, ""), "placed"), open);
}
