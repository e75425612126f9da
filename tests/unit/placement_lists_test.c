/* P3 to P10: every list is what the whole record holds of what was asked for, in its order, however it is cut. */
#include "harness/chance.h"
#include "unit/placement_house.h"

enum { PEOPLE = 6, JOBS = 5, TEXT_SIZE = 4096, ASKED_SIZE = 160 };

typedef struct {
    const char *method, *list, *id, *with_over;
    bool (*over) (json_t *entry);
} kind_t;

static bool match_over (json_t *entry)
{
    const char *state = rig_text (entry, "state");
    return strcmp (state, "STARTED") == 0 || strcmp (state, "DECLINED") == 0;
}

static bool pair_over (json_t *entry)
{
    return json_object_get (entry, "ended_at") != NULL;
}

static bool placement_over (json_t *entry)
{
    return json_object_get (entry, "end_day") != NULL;
}

static bool position_over (json_t *entry)
{
    return json_is_true (json_object_get (entry, "closed"));
}

static const kind_t KINDS[] = {
    { "Matches/ListMatches", "matches", "match", "with_over", match_over },
    { "Pairs/ListPairs", "pairs", "pair", "with_over", pair_over },
    { "Placements/ListPlacements", "placements", "placement", "with_ended", placement_over },
    { "Positions/ListPositions", "positions", "position", "with_closed", position_over },
};

static void add (char *text, uint64_t id)
{
    size_t length = strlen (text);
    cr_assert_lt (length + 24, TEXT_SIZE);
    (void) snprintf (text + length, 24, ID " ", id);
}

static void put_together (rig_t *rig, const kind_t *kind, const char *asked, size_t size, char *out)
{
    uint64_t after = 0;
    size_t count = size;
    out[0] = '\0';
    while (count == size) {
        json_t *page = ask (rig, kind->method, "{%s'limit': %zu, 'after': " ID "}", asked, size, after);
        count = rig_count (page, kind->list);
        for (size_t i = 0; i < count; i++)
            add (out, after = (uint64_t) rig_number (rig_item (page, kind->list, i), kind->id));
    }
}

/* Of the whole record, those of `candidate` and `position` (0: of all) that are not over, or all of them. */
static void pick (json_t *whole, const kind_t *kind, uint64_t candidate, uint64_t position, bool with_over, char *out)
{
    out[0] = '\0';
    for (size_t i = 0; i < rig_count (whole, kind->list); i++) {
        json_t *entry = rig_item (whole, kind->list, i);
        if ((with_over || !kind->over (entry)) &&
            (!candidate || (uint64_t) rig_number (entry, "candidate") == candidate) &&
            (!position || (uint64_t) rig_number (entry, "position") == position))
            add (out, (uint64_t) rig_number (entry, kind->id));
    }
}

static void compare (rig_t *rig, const kind_t *kind, uint64_t candidate, uint64_t position, uint64_t *seed)
{
    static char expected[TEXT_SIZE], listed[TEXT_SIZE];
    json_t *whole = ask (rig, kind->method, "{'%s': true, 'limit': 100}", kind->with_over);
    for (int over = 0; over < 2; over++) {
        char asked[ASKED_SIZE] = "";
        if (candidate)
            (void) snprintf (asked, sizeof asked, "'candidate': " ID ", ", candidate);
        if (position)
            (void) snprintf (asked + strlen (asked), sizeof asked - strlen (asked), "'position': " ID ", ", position);
        if (over)
            (void) snprintf (asked + strlen (asked), sizeof asked - strlen (asked), "'%s': true, ", kind->with_over);
        pick (whole, kind, candidate, position, over, expected);
        put_together (rig, kind, asked, 1 + draw (seed) % 4, listed);
        cr_assert_str_eq (listed, expected, "%s %s: %s, not %s", kind->method, asked, listed, expected);
    }
}

/* Whatever may become of two of them. */
static void happen (rig_t *rig, uint64_t candidate, uint64_t position, uint64_t what)
{
    if (what < 2) {
        ask (rig, "Pairs/ForbidPair", PAIR ", 'reason': 'x'}", candidate, position);
        if (what == 0)
            ask (rig, "Pairs/FreePair", PAIR ", 'reason': 'x'}", candidate, position);
    } else if (what < 4) {
        ask (rig, "Matches/ProposeMatch", PAIR "}", candidate, position);
        if (what == 3)
            say (rig, candidate, position, "CONSULTANT", false);
    } else if (what < 6) {
        uint64_t placement = place (rig, candidate, position);
        if (what == 4)
            ask (rig, "Placements/EndPlacement", "{'placement': " ID ", 'day': '2026-03-20', 'cause': 'NEW_JOB'}",
                 placement);
    }
}

Test (lists, what_is_under_way_and_what_is_over_is_listed_as_it_stands_in_the_record, .description = "P3, P8, P9, P10")
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        uint64_t chance = seed, people[PEOPLE], jobs[JOBS];
        owned (rig) rig = open_rig ();
        for (int p = 0; p < JOBS; p++)
            jobs[p] = open_position (rig, PEOPLE, 60, "");
        for (int c = 0; c < PEOPLE; c++)
            people[c] = register_candidate (rig, 2200, "");
        for (int c = 0; c < PEOPLE; c++)
            for (int p = 0; p < JOBS; p++)
                happen (rig, people[c], jobs[p], draw (&chance) % 7);
        ask (rig, "Positions/ClosePosition", "{'position': " ID "}", jobs[seed % JOBS]);
        for (size_t k = 0; k < sizeof KINDS / sizeof KINDS[0]; k++)
            compare (rig, &KINDS[k], 0, 0, &chance);
        for (int p = 0; p < JOBS; p++)
            for (size_t k = 0; k < 3; k++)
                compare (rig, &KINDS[k], 0, jobs[p], &chance);
        for (int c = 0; c < PEOPLE; c++)
            for (size_t k = 0; k < 2; k++) {
                compare (rig, &KINDS[k], people[c], 0, &chance);
                compare (rig, &KINDS[k], people[c], jobs[c % JOBS], &chance);
            }
        cr_assert_eq (rig_count (ask (rig, "Matches/ListMatches", "{'candidate': 99}"), "matches"), 0);
    }
}
