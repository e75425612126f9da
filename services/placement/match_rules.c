#include "placement/match_rules.h"

#include "base/ensure.h"

#include <string.h>

bool match_weights_valid (const match_weights_t *weights)
{
    const int parts[] = { weights->ability, weights->hours, weights->district, weights->waiting };
    int sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i] < 0 || parts[i] > MATCH_SCORE_MOST)
            return false;
        sum += parts[i];
    }
    return sum == MATCH_SCORE_MOST && 1 <= weights->gap_most && weights->gap_most <= MATCH_LEVEL_MOST &&
           0 <= weights->level_unstated && weights->level_unstated <= MATCH_LEVEL_MOST &&
           weights->level_unstated + weights->gap_most >= MATCH_LEVEL_MOST && 1 <= weights->wait_days &&
           weights->wait_days <= MATCH_WAIT_MAX && weights->n_soft <= MATCH_CONDITIONS_MAX;
}

static void add_line (match_assessment_t *assessment, match_line_t line)
{
    ensure (assessment->n_lines < MATCH_LINES_MAX && 0 <= line.points && line.points <= line.most);
    assessment->lines[assessment->n_lines++] = line;
    assessment->score += line.points;
}

static int ability_of (const match_candidate_t *candidate, const char *dimension)
{
    for (size_t i = 0; i < candidate->n_abilities; i++)
        if (strcmp (candidate->abilities[i].dimension, dimension) == 0)
            return candidate->abilities[i].level;
    return MATCH_NOT_STATED;
}

static match_line_t ability_line (const match_candidate_t *candidate, const match_level_t *demand,
                                  const match_weights_t *weights)
{
    int has = ability_of (candidate, demand->dimension),
        counted = has == MATCH_NOT_STATED ? weights->level_unstated : has;
    return (match_line_t){ .topic = MATCH_ABILITY,
                           .word = demand->dimension,
                           .asked = demand->level,
                           .has = has,
                           .counted = counted,
                           .enough = counted + weights->gap_most };
}

static bool is_soft (const match_weights_t *weights, const char *condition)
{
    for (size_t i = 0; i < weights->n_soft; i++)
        if (strcmp (weights->soft[i], condition) == 0)
            return true;
    return false;
}

static bool is_offered (const match_position_t *position, const char *condition)
{
    for (size_t i = 0; i < position->n_offers; i++)
        if (strcmp (position->offers[i], condition) == 0)
            return true;
    return false;
}

/* --- exclusions --- */

static void exclude_times (const match_candidate_t *candidate, const match_position_t *position,
                           match_assessment_t *assessment)
{
    week_t missing = week_without (&position->times, &candidate->times);
    if (!week_is_empty (&candidate->times) && !week_is_empty (&missing))
        add_line (assessment, (match_line_t){ .topic = MATCH_TIMES, .word = "", .missing = missing });
    week_t taken = week_common (&position->times, &candidate->at_work);
    if (!week_is_empty (&taken))
        add_line (assessment, (match_line_t){ .topic = MATCH_AT_WORK, .word = "", .missing = taken });
}

static void exclude_travel (const match_candidate_t *candidate, const match_position_t *position,
                            const match_travel_t *travel, match_assessment_t *assessment)
{
    if (candidate->travel_most == MATCH_NOT_STATED || candidate->district == MATCH_NOT_STATED)
        return;
    int minutes = travel->minutes[candidate->district][position->district];
    if (minutes > candidate->travel_most)
        add_line (assessment, (match_line_t){ .topic = MATCH_TRAVEL,
                                              .word = "",
                                              .asked = minutes,
                                              .has = candidate->travel_most,
                                              .certain = travel->certain });
}

static void exclude (const match_candidate_t *candidate, const match_position_t *position,
                     const match_weights_t *weights, match_assessment_t *assessment)
{
    for (size_t i = 0; i < candidate->n_needs; i++)
        if (!is_offered (position, candidate->needs[i]) && !is_soft (weights, candidate->needs[i]))
            add_line (assessment, (match_line_t){ .topic = MATCH_CONDITION, .word = candidate->needs[i] });
    if (candidate->minutes_free != MATCH_NOT_STATED && position->weekly_minutes > candidate->minutes_free)
        add_line (assessment, (match_line_t){ .topic = MATCH_HOURS,
                                              .word = "",
                                              .asked = position->weekly_minutes,
                                              .has = candidate->minutes_free });
    exclude_times (candidate, position, assessment);
    exclude_travel (candidate, position, &weights->travel, assessment);
    for (size_t i = 0; i < position->n_demands; i++) {
        match_line_t line = ability_line (candidate, &position->demands[i], weights);
        if (line.asked > line.enough)
            add_line (assessment, line);
    }
    assessment->excluded = assessment->n_lines > 0;
}

/* --- terms --- */

/* The weight is shared among the demands so that the shares sum to it exactly; each gap of one costs an equal part of a
 * share. */
static void add_ability (const match_candidate_t *candidate, const match_position_t *position,
                         const match_weights_t *weights, match_assessment_t *assessment)
{
    int count = (int) position->n_demands, weight = weights->ability;
    if (count == 0)
        add_line (assessment, (match_line_t){ .topic = MATCH_ABILITY, .word = "", .points = weight, .most = weight });
    for (int i = 0; i < count; i++) {
        match_line_t line = ability_line (candidate, &position->demands[i], weights);
        int missing = line.asked > line.counted ? line.asked - line.counted : 0;
        line.most = weight * (i + 1) / count - weight * i / count;
        line.points = line.most * (weights->gap_most - missing) / weights->gap_most;
        add_line (assessment, line);
    }
}

static void add_hours (const match_candidate_t *candidate, const match_position_t *position, int weight,
                       match_assessment_t *assessment)
{
    int free = candidate->minutes_free;
    add_line (assessment, (match_line_t){ .topic = MATCH_HOURS,
                                          .word = "",
                                          .asked = position->weekly_minutes,
                                          .has = free,
                                          .points = free > 0 ? weight * position->weekly_minutes / free : weight / 2,
                                          .most = weight });
}

static void add_district (const match_candidate_t *candidate, const match_position_t *position, int weight,
                          match_assessment_t *assessment)
{
    int elsewhere = candidate->district == MATCH_NOT_STATED ? weight / 2 : 0;
    add_line (assessment, (match_line_t){ .topic = MATCH_DISTRICT,
                                          .word = "",
                                          .asked = position->district,
                                          .has = candidate->district,
                                          .points = candidate->district == position->district ? weight : elsewhere,
                                          .most = weight });
}

static void add_waiting (const match_candidate_t *candidate, const match_weights_t *weights,
                         match_assessment_t *assessment)
{
    int weight = weights->waiting, most = weights->wait_days;
    int days = candidate->days_waited < most ? candidate->days_waited : most;
    add_line (assessment, (match_line_t){ .topic = MATCH_WAITING,
                                          .word = "",
                                          .has = candidate->days_waited,
                                          .points = weight * days / most,
                                          .most = weight });
}

void match_assess (const match_candidate_t *candidate, const match_position_t *position, const match_weights_t *weights,
                   match_assessment_t *ret_assessment)
{
    ret_assessment->score = 0;
    ret_assessment->n_lines = 0;
    exclude (candidate, position, weights, ret_assessment);
    if (ret_assessment->excluded)
        return;
    add_ability (candidate, position, weights, ret_assessment);
    add_hours (candidate, position, weights->hours, ret_assessment);
    add_district (candidate, position, weights->district, ret_assessment);
    add_waiting (candidate, weights, ret_assessment);
}
