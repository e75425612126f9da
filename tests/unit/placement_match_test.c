/* P3, P4: the arithmetic of a match against its rules written down a second time. */
#include "placement/match_rules.h"
#include "placement/match_words.h"
#include "placement/placement.h"

#include <criterion/criterion.h>
#include <string.h>

enum { ROUNDS = 20000 };

static const char *const DIMENSIONS[] = { "lifting", "pace", "customer-contact", "danish-spoken", "juggling" };
static const char *const CONDITIONS[] = { "quiet", "step-free", "sober-house", "unheard-of" };

static uint32_t state;

/* 0 to below - 1; the same sequence in every run. */
static int draw (int below)
{
    state = state * 1664525u + 1013904223u;
    return (int) ((state >> 8) % (uint32_t) below);
}

static size_t draw_levels (match_level_t *out)
{
    size_t count = 0;
    for (size_t i = 0; i < 5; i++)
        if (draw (2))
            out[count++] = (match_level_t){ DIMENSIONS[i], draw (5) };
    return count;
}

static size_t draw_conditions (const char **out, int one_in)
{
    size_t count = 0;
    for (size_t i = 0; i < 4; i++)
        if (draw (one_in) == 0)
            out[count++] = CONDITIONS[i];
    return count;
}

/* Mostly a stretch of a day or two, sometimes nothing. */
static week_t draw_times (int hours)
{
    week_t week = { { 0 } };
    for (int day = 1; day <= WEEK_DAYS; day++)
        if (draw (3) == 0) {
            int from = 8 + draw (3);
            cr_assert (week_add (&week, (week_span_t){ day, from, from + 1 + draw (hours) }));
        }
    return week;
}

static match_candidate_t draw_candidate (void)
{
    match_candidate_t candidate = { .citizen = 1, .days_waited = draw (400) };
    candidate.n_abilities = draw_levels (candidate.abilities);
    candidate.n_needs = draw_conditions (candidate.needs, 4);
    candidate.minutes_free = draw (5) ? draw (1200) : MATCH_NOT_STATED;
    candidate.district = draw (4) ? 1 + draw (10) : MATCH_NOT_STATED;
    candidate.travel_most = draw (3) ? 10 + draw (60) : MATCH_NOT_STATED;
    candidate.times = draw (2) ? draw_times (8) : (week_t){ { 0 } };
    candidate.at_work = draw (3) ? (week_t){ { 0 } } : draw_times (3);
    return candidate;
}

static match_position_t draw_position (void)
{
    match_position_t position = { .position = 1, .weekly_minutes = 1 + draw (900), .district = 1 + draw (10) };
    position.n_demands = draw_levels (position.demands);
    position.n_offers = draw_conditions (position.offers, 2);
    position.times = draw (2) ? draw_times (2) : (week_t){ { 0 } };
    return position;
}

static match_weights_t draw_weights (void)
{
    int ability = draw (1001), hours = draw (1001 - ability), district = draw (1001 - ability - hours);
    match_weights_t weights = { .ability = ability, .hours = hours, .district = district };
    weights.waiting = 1000 - ability - hours - district;
    weights.gap_most = 1 + draw (4);
    weights.level_unstated = 4 - weights.gap_most + draw (weights.gap_most + 1);
    weights.wait_days = 1 + draw (400);
    for (size_t i = 0; i < 4; i++)
        if (draw (5) == 0)
            weights.soft[weights.n_soft++] = CONDITIONS[i];
    cr_assert (match_weights_valid (&weights));
    for (int from = 1; from <= DISTRICT_COUNT; from++)
        for (int to = 1; to <= DISTRICT_COUNT; to++)
            weights.travel.minutes[from][to] = 10 + draw (50);
    return weights;
}

static int level_of (const match_level_t *levels, size_t count, const char *dimension, int otherwise)
{
    int level = otherwise;
    for (size_t i = 0; i < count; i++)
        if (strcmp (levels[i].dimension, dimension) == 0)
            level = levels[i].level;
    return level;
}

/* How many things stand in the way, counted from the rules as they are told to people. */
static bool cannot_at_some_hour (const week_t *can, const week_t *work)
{
    uint32_t any = 0;
    for (int day = 0; day < WEEK_DAYS; day++)
        any |= can->hours[day];
    for (int hour = 0; any && hour < 7 * 24; hour++)
        if ((work->hours[hour / 24] >> hour % 24 & 1) && !(can->hours[hour / 24] >> hour % 24 & 1))
            return true;
    return false;
}

static bool at_work_at_some_hour (const week_t *at_work, const week_t *work)
{
    for (int hour = 0; hour < 7 * 24; hour++)
        if (work->hours[hour / 24] >> hour % 24 & at_work->hours[hour / 24] >> hour % 24 & 1)
            return true;
    return false;
}

static size_t obstacles (const match_candidate_t *candidate, const match_position_t *position,
                         const match_weights_t *weights)
{
    bool limited = candidate->travel_most >= 0 && candidate->district > 0;
    size_t too_far =
        limited && weights->travel.minutes[candidate->district][position->district] > candidate->travel_most;
    size_t count = too_far + cannot_at_some_hour (&candidate->times, &position->times);
    count += at_work_at_some_hour (&candidate->at_work, &position->times);
    count += candidate->minutes_free >= 0 && position->weekly_minutes > candidate->minutes_free;
    for (size_t i = 0; i < candidate->n_needs; i++) {
        bool offered = false, soft = false;
        for (size_t j = 0; j < position->n_offers; j++)
            offered = offered || strcmp (candidate->needs[i], position->offers[j]) == 0;
        for (size_t j = 0; j < weights->n_soft; j++)
            soft = soft || strcmp (candidate->needs[i], weights->soft[j]) == 0;
        count += !offered && !soft;
    }
    for (size_t i = 0; i < 5; i++) {
        int demand = level_of (position->demands, position->n_demands, DIMENSIONS[i], 0);
        int ability = level_of (candidate->abilities, candidate->n_abilities, DIMENSIONS[i], weights->level_unstated);
        count += demand - ability > weights->gap_most;
    }
    return count;
}

Test (match, no_score_outweighs_an_exclusion, .description = "P3")
{
    size_t excluded = 0;
    state = 1;
    for (int round = 0; round < ROUNDS; round++) {
        match_candidate_t candidate = draw_candidate ();
        match_position_t position = draw_position ();
        match_weights_t weights = draw_weights ();
        match_assessment_t assessment;
        match_assess (&candidate, &position, &weights, &assessment);
        size_t expected = obstacles (&candidate, &position, &weights);
        cr_assert_eq (assessment.excluded, expected > 0, "round %d", round);
        if (!expected)
            continue;
        excluded++;
        cr_assert_eq (assessment.n_lines, expected, "round %d: every obstacle is named once", round);
        cr_assert_eq (assessment.score, 0, "round %d", round);
    }
    cr_assert (excluded > ROUNDS / 10 && excluded < ROUNDS * 9 / 10, "both sides were seen: %zu", excluded);
}

Test (match, the_score_is_the_sum_of_its_terms_and_lies_within_0_and_1000, .description = "P4")
{
    state = 2;
    for (int round = 0; round < ROUNDS; round++) {
        match_candidate_t candidate = draw_candidate ();
        match_position_t position = draw_position ();
        match_weights_t weights = draw_weights ();
        match_assessment_t assessment;
        match_assess (&candidate, &position, &weights, &assessment);
        if (assessment.excluded)
            continue;
        int points = 0, most = 0;
        for (size_t i = 0; i < assessment.n_lines; i++) {
            cr_assert (0 <= assessment.lines[i].points && assessment.lines[i].points <= assessment.lines[i].most);
            points += assessment.lines[i].points;
            most += assessment.lines[i].most;
        }
        cr_assert_eq (assessment.score, points, "round %d", round);
        cr_assert_eq (most, MATCH_SCORE_MOST, "round %d: no point is lost in sharing out the weights", round);
    }
}

Test (match, whoever_fits_in_everything_has_all_points_whatever_the_weights, .description = "P4")
{
    state = 3;
    for (int round = 0; round < 1000; round++) {
        match_position_t position = draw_position ();
        match_weights_t weights = draw_weights ();
        match_candidate_t candidate = { .minutes_free = position.weekly_minutes,
                                        .times = position.times,
                                        .district = position.district,
                                        .travel_most = MATCH_TRAVEL_MAX,
                                        .days_waited = weights.wait_days,
                                        .n_abilities = position.n_demands };
        memcpy (candidate.abilities, position.demands, sizeof candidate.abilities);
        match_assessment_t assessment;
        match_assess (&candidate, &position, &weights, &assessment);
        cr_assert_eq (assessment.score, MATCH_SCORE_MOST, "round %d: %d", round, assessment.score);
    }
}

Test (match, being_able_to_do_more_never_lowers_a_score, .description = "P4")
{
    int raised = 0;
    state = 4;
    for (int round = 0; round < ROUNDS; round++) {
        match_candidate_t candidate = draw_candidate ();
        match_position_t position = draw_position ();
        match_weights_t weights = draw_weights ();
        match_assessment_t before, after;
        if (candidate.n_abilities == 0)
            continue;
        match_assess (&candidate, &position, &weights, &before);
        candidate.abilities[draw ((int) candidate.n_abilities)].level = 4;
        match_assess (&candidate, &position, &weights, &after);
        cr_assert (after.score >= before.score, "round %d: %d became %d", round, before.score, after.score);
        raised += after.score > before.score;
    }
    cr_assert (raised > 0);
}

Test (match, an_ability_that_nobody_stated_never_excludes, .description = "P3")
{
    match_candidate_t candidate = { .minutes_free = MATCH_NOT_STATED,
                                    .district = MATCH_NOT_STATED,
                                    .travel_most = MATCH_NOT_STATED };
    match_position_t position = {
        .weekly_minutes = 300, .district = 3, .demands = { { "lifting", 4 } }, .n_demands = 1
    };
    match_assessment_t assessment;
    state = 7;
    for (int round = 0; round < 1000; round++) {
        match_weights_t weights = draw_weights ();
        candidate.n_abilities = 0;
        match_assess (&candidate, &position, &weights, &assessment);
        cr_assert (!assessment.excluded);
        candidate.abilities[0] = (match_level_t){ "lifting", 3 - weights.gap_most };
        candidate.n_abilities = weights.gap_most < 4;
        match_assess (&candidate, &position, &weights, &assessment);
        cr_assert_eq (assessment.excluded, weights.gap_most < 4);
    }
}

Test (match, every_line_is_said_in_danish_and_in_english, .description = "P4")
{
    state = 5;
    for (int round = 0; round < 2000; round++) {
        match_candidate_t candidate = draw_candidate ();
        match_position_t position = draw_position ();
        match_weights_t weights = draw_weights ();
        match_assessment_t assessment;
        match_assess (&candidate, &position, &weights, &assessment);
        for (size_t i = 0; i < assessment.n_lines; i++) {
            owned_buffer danish = BUFFER (MATCH_TEXT_MAX), english = BUFFER (MATCH_TEXT_MAX),
                         name = BUFFER (MATCH_NAME_MAX);
            match_line_text (&assessment.lines[i], assessment.excluded, MATCH_DANISH, &danish);
            match_line_text (&assessment.lines[i], assessment.excluded, MATCH_ENGLISH, &english);
            match_line_name (&assessment.lines[i], &name);
            cr_assert (!danish.overflowed && !english.overflowed && !name.overflowed);
            cr_assert (danish.size > 0 && english.size > 0 && name.size > 0);
            cr_assert_str_neq (buffer_text (&danish), buffer_text (&english));
        }
    }
}

static const char *said (match_line_t line, bool excludes, match_language_t language, buffer_t *out)
{
    match_line_text (&line, excludes, language, out);
    return buffer_text (out);
}

Test (match, an_exclusion_says_what_would_have_to_change, .description = "P4")
{
    match_line_t lifting = { .topic = MATCH_ABILITY, .word = "lifting", .asked = 4, .has = 1, .enough = 3 };
    match_line_t hours = { .topic = MATCH_HOURS, .word = "", .asked = 750, .has = 480 };
    match_line_t quiet = { .topic = MATCH_CONDITION, .word = "quiet" };
    owned_buffer a = BUFFER (200), b = BUFFER (200), c = BUFFER (200), d = BUFFER (200);
    cr_assert_str_eq (said (lifting, true, MATCH_DANISH, &a),
                      "Muligt, hvis opgaverne kræver højst 3 i at løfte; de kræver 4");
    cr_assert_str_eq (said (hours, true, MATCH_DANISH, &b),
                      "Muligt, hvis jobbet er på højst 8 t. om ugen; det er på 12 t. 30 min.");
    cr_assert_str_eq (said (hours, true, MATCH_ENGLISH, &c),
                      "Possible if the job is at most 8 h a week; it is 12 h 30 min");
    cr_assert_str_eq (said (quiet, true, MATCH_ENGLISH, &d), "Possible if the workplace can offer quiet");
}

static bool valid (int ability, int hours, int district, int waiting)
{
    match_weights_t weights = { .ability = ability,
                                .hours = hours,
                                .district = district,
                                .waiting = waiting,
                                .gap_most = MATCH_GAP_USUAL,
                                .level_unstated = MATCH_UNSTATED_USUAL,
                                .wait_days = MATCH_WAIT_USUAL };
    return match_weights_valid (&weights);
}

Test (match, weights_sum_to_1000_and_none_is_negative, .description = "P4")
{
    cr_assert (valid (500, 250, 150, 100));
    cr_assert (valid (1000, 0, 0, 0));
    cr_assert (!valid (500, 250, 150, 101));
    cr_assert (!valid (1100, -100, 0, 0));
}

/* Found by the simulator: a store that failed gave no weights, and the days of a wait were divided by none. */
Test (match, weights_that_the_store_could_not_give_divide_nothing_by_zero, .description = "P4")
{
    Placement__Weights none = PLACEMENT__WEIGHTS__INIT;
    match_weights_t weights = weights_of (&none);
    match_assessment_t assessment;
    state = 8;
    for (int round = 0; round < 100; round++) {
        match_candidate_t candidate = draw_candidate ();
        match_position_t position = draw_position ();
        match_assess (&candidate, &position, &weights, &assessment);
        cr_assert_eq (assessment.score, 0);
    }
}

/* No line is about anything but the work, the week and the wait: never about what somebody is. */
Test (match, every_line_is_named_after_one_of_the_things_that_are_published, .description = "P4")
{
    static const char *const NAMES[] = { "ability",   "hours", "district", "waiting",
                                         "condition", "times", "travel",   "at-work" };
    enum { N_NAMES = sizeof NAMES / sizeof NAMES[0] };
    bool seen[N_NAMES] = { false };
    state = 9;
    for (int round = 0; round < 2000; round++) {
        match_candidate_t candidate = draw_candidate ();
        match_position_t position = draw_position ();
        match_weights_t weights = draw_weights ();
        match_assessment_t assessment;
        match_assess (&candidate, &position, &weights, &assessment);
        for (size_t i = 0; i < assessment.n_lines; i++) {
            owned_buffer name = BUFFER (MATCH_NAME_MAX);
            match_line_name (&assessment.lines[i], &name);
            size_t length = strcspn (buffer_text (&name), "/"), known = 0;
            while (known < N_NAMES && strncmp (NAMES[known], buffer_text (&name), length) != 0)
                known++;
            cr_assert (known < N_NAMES, "%s", buffer_text (&name));
            seen[known] = true;
        }
    }
    for (size_t i = 0; i < N_NAMES; i++)
        cr_assert (seen[i], "%s", NAMES[i]);
}
