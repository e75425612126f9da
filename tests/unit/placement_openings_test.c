/* P9, P10: random lives of matches and placements against a model that knows the rules and nothing of tables. */
#include "unit/placement_house.h"

enum { PEOPLE = 5, JOBS = 3, STEPS = 500, PLACEMENTS_MAX = 200, MINUTES = 300, MOST = 700, DAYS = 120 };
enum { NOTHING, PROPOSED, APPROVED, CITIZEN_ACCEPTED, AGREED, STARTED, DECLINED };

typedef struct {
    uint64_t id;
    int person, job;
    int start, end; /* days since 2026-02-10; end DAYS: it lasts */
} model_placement_t;

static struct {
    uint64_t people[PEOPLE], jobs[JOBS];
    int openings[JOBS];
    int match[PEOPLE][JOBS];
    model_placement_t placements[PLACEMENTS_MAX];
    int n_placements;
    int today; /* days since 2026-02-10 */
} model;

static uint32_t state;

static int draw (int below)
{
    state = state * 1664525u + 1013904223u;
    return (int) ((state >> 8) % (uint32_t) below);
}

static const char *day (int number)
{
    static char text[ISO_DAY_SIZE];
    int32_t first = 0;
    cr_assert (day_parse ("2026-02-10", &first));
    return day_text (first + number, text);
}

/* How many are at work on `from` or later; -1 is anybody or anywhere. */
static int lasting (int person, int job, int from)
{
    int count = 0;
    for (int i = 0; i < model.n_placements; i++) {
        const model_placement_t *placement = &model.placements[i];
        count +=
            (person < 0 || placement->person == person) && (job < 0 || placement->job == job) && placement->end >= from;
    }
    return count;
}

static int held (int job)
{
    int count = lasting (-1, job, model.today);
    for (int person = 0; person < PEOPLE; person++)
        count += model.match[person][job] == AGREED;
    return count;
}

/* Calls, and asserts that it goes as the model says; `why` "" is a yes. Gives the reply of a yes. */
#define expect(rig, why, method, ...)                                                                                  \
    ((why)[0] ? (rig_refused (rig, CALLER_BIF_DESK, "placement", method, why, __VA_ARGS__), (json_t *) NULL)           \
              : ask (rig, method, __VA_ARGS__))

static const char *propose (rig_t *rig, int person, int job)
{
    int *match = &model.match[person][job];
    const char *why = "";
    if (*match >= PROPOSED && *match <= AGREED)
        why = "PLACEMENT_MATCH_EXISTS";
    else if (lasting (person, job, model.today))
        why = "PLACEMENT_ALREADY_PLACED";
    else if ((lasting (person, -1, model.today) + 1) * MINUTES > MOST)
        why = "PLACEMENT_EXCLUDED";
    expect (rig, why, "Matches/ProposeMatch", PAIR "}", model.people[person], model.jobs[job]);
    if (!why[0])
        *match = PROPOSED;
    return why;
}

static const char *decide (rig_t *rig, int person, int job, int party, bool yes)
{
    static const char *const PARTIES[] = { "", "CONSULTANT", "CITIZEN", "ENTERPRISE" };
    int *match = &model.match[person][job];
    const char *why = "";
    if (*match == NOTHING)
        why = "PLACEMENT_MATCH_UNKNOWN";
    else if (*match > AGREED)
        why = "PLACEMENT_MATCH_OVER";
    else if (yes && *match != party)
        why = "PLACEMENT_NOT_THEIR_TURN";
    else if (yes && party == 3 && held (job) >= model.openings[job])
        why = "PLACEMENT_POSITION_FULL";
    expect (rig, why, "Matches/DecideMatch", PAIR ", 'by': '%s', 'accept': %s, 'reason': 'derfor'}",
            model.people[person], model.jobs[job], PARTIES[party], yes ? "true" : "false");
    if (!why[0])
        *match = yes ? *match + 1 : DECLINED;
    return why;
}

static const char *start (rig_t *rig, int person, int job, int from)
{
    int *match = &model.match[person][job];
    const char *why = "";
    if (*match == NOTHING)
        why = "PLACEMENT_MATCH_UNKNOWN";
    else if (*match != AGREED)
        why = "PLACEMENT_NOT_AGREED";
    else if (lasting (-1, job, from) >= model.openings[job])
        why = "PLACEMENT_POSITION_FULL";
    else if ((lasting (person, -1, from) + 1) * MINUTES > MOST)
        why = "PLACEMENT_TOO_MANY_MINUTES";
    json_t *reply = expect (rig, why, "Placements/StartPlacement", PAIR ", 'start_day': '%s', 'weekly_minutes': %d}",
                            model.people[person], model.jobs[job], day (from), MINUTES);
    if (reply) {
        cr_assert (model.n_placements < PLACEMENTS_MAX);
        uint64_t id = (uint64_t) rig_number (reply, "placement");
        model.placements[model.n_placements++] = (model_placement_t){ id, person, job, from, DAYS };
        *match = STARTED;
    }
    return why;
}

static const char *end (rig_t *rig, int after)
{
    if (model.n_placements == 0)
        return "";
    model_placement_t *placement = &model.placements[draw (model.n_placements)];
    const char *why = placement->end < DAYS ? "PLACEMENT_ALREADY_ENDED" : "";
    int last = placement->start + after;
    expect (rig, why, "Placements/EndPlacement", "{'placement': " ID ", 'day': '%s', 'cause': 'CONTRACT_ENDED'}",
            placement->id, day (last));
    if (!why[0])
        placement->end = last;
    return why;
}

static const char *take_step (rig_t *rig)
{
    int person = draw (PEOPLE), job = draw (JOBS), now = model.match[person][job];
    int choice = draw (20);
    if (now >= PROPOSED && now < AGREED && choice < 9)
        return decide (rig, person, job, now, true);
    if (now == AGREED && choice < 9)
        return start (rig, person, job, model.today - 10 + draw (14));
    if (choice < 13)
        return propose (rig, person, job);
    if (choice < 15)
        return decide (rig, person, job, 1 + draw (3), draw (4) != 0);
    if (choice < 16)
        return start (rig, person, job, model.today + draw (5));
    return end (rig, draw (20));
}

/* Ten steps a day. */
static void pass_time (rig_t *rig, int step)
{
    char noon[40];
    model.today = 20 + step / 10;
    snprintf (noon, sizeof noon, "%sT12:00:00Z", day (model.today));
    rig_set_time (rig, noon);
}

/* From what the service itself says, day by day. */
static void check_every_day (rig_t *rig)
{
    for (int job = 0; job < JOBS; job++) {
        int at_work[DAYS + 1] = { 0 };
        json_t *list =
            ask (rig, "Placements/ListPlacements", "{'position': " ID ", 'with_ended': true}", model.jobs[job]);
        for (size_t i = 0; i < rig_count (list, "placements"); i++) {
            json_t *placement = rig_item (list, "placements", i);
            int32_t zero = 0, from = 0, to = 0;
            json_t *ended = json_object_get (placement, "end_day");
            cr_assert (day_parse ("2026-02-10", &zero) && day_parse (rig_text (placement, "start_day"), &from));
            bool has_ended = json_is_string (ended) && day_parse (json_string_value (ended), &to);
            for (int d = from - zero; d <= (has_ended ? to - zero : DAYS); d++)
                cr_assert (++at_work[d] <= model.openings[job], "job %d on day %d", job, d);
        }
    }
}

static void live (uint32_t seed)
{
    size_t full = 0, started = 0;
    owned (rig) rig = open_rig ();
    state = seed;
    memset (&model, 0, sizeof model);
    for (int i = 0; i < PEOPLE; i++)
        model.people[i] = register_candidate (rig, MOST, "");
    for (int i = 0; i < JOBS; i++) {
        model.openings[i] = 1 + draw (2);
        model.jobs[i] = open_position (rig, model.openings[i], MINUTES, "");
    }
    for (int i = 0; i < STEPS; i++) {
        pass_time (rig, i);
        full += strcmp (take_step (rig), "PLACEMENT_POSITION_FULL") == 0;
        if (i % 50 == 49)
            check_every_day (rig);
    }
    started = (size_t) model.n_placements;
    cr_assert (full >= 10 && started >= 10, "seed %u is too quiet: %zu full, %zu started", seed, full, started);
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_PLACEMENT_STARTED), started);
}

Test (placements, openings_are_never_exceeded_on_any_day_whatever_people_decide_and_in_whatever_order,
      .description = "P10, P9")
{
    for (uint32_t seed = 1; seed <= 3; seed++) {
        n_events = 0;
        live (seed);
    }
}
