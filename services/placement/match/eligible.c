#include "placement/match/eligible.h"

#include "base/own.h"

#include <stdlib.h>
#include <string.h>

enum { LEVELS = MATCH_LEVEL_MOST + 1, WEEK_HOURS = WEEK_DAYS * DAY_HOURS, BLOCK = 64 };

typedef struct {
    uint16_t minutes; /* which of the numbers of weekly minutes */
    int16_t district;
    uint16_t n_demands;
    uint32_t demands_at;
} facts_t;

struct eligible {
    size_t n_positions, n_blocks; /* a set is n_blocks of 64 positions */
    match_weights_t weights;
    words_t conditions, dimensions;
    facts_t *facts;
    uint16_t *demands; /* packed levels, in the order in which they share the weight */
    int *minutes;      /* every number of weekly minutes that there is, ascending */
    size_t n_minutes;
    week_t work;    /* every hour in which there is some */
    uint64_t *sets; /* all of them, in one block of memory */
    uint64_t *everything, *offers, *up_to, *at_hour, *in_district, *above;
    uint16_t (*points)[MATCH_LEVELS_MAX][LEVELS]; /* [demands][which][missing] */
    /* of the citizen at hand */
    uint64_t *left;
    uint8_t *ability; /* by dimension */
    int *hours;       /* points, by minutes */
    uint32_t *found;
};

/* --- the sets --- */

static uint64_t *set_at (const eligible_t *self, uint64_t *sets, size_t i)
{
    return sets + i * self->n_blocks;
}

static void put (const eligible_t *self, uint64_t *sets, size_t i, size_t position)
{
    set_at (self, sets, i)[position / BLOCK] |= UINT64_C (1) << position % BLOCK;
}

static void keep_only (const eligible_t *self, const uint64_t *sets, size_t i)
{
    const uint64_t *set = sets + i * self->n_blocks;
    for (size_t b = 0; b < self->n_blocks; b++)
        self->left[b] &= set[b];
}

static void take_out (const eligible_t *self, const uint64_t *sets, size_t i)
{
    const uint64_t *set = sets + i * self->n_blocks;
    for (size_t b = 0; b < self->n_blocks; b++)
        self->left[b] &= ~set[b];
}

static size_t minutes_index (const eligible_t *self, int minutes)
{
    size_t low = 0;
    while (low < self->n_minutes && self->minutes[low] < minutes)
        low++;
    return low;
}

static bool has_hour (const week_t *week, size_t hour)
{
    return week->hours[hour / DAY_HOURS] >> hour % DAY_HOURS & 1;
}

static void put_position (eligible_t *self, const match_position_t *position, size_t p)
{
    uint32_t word;
    if (position->openings > 0)
        put (self, self->everything, 0, p);
    put (self, self->in_district, (size_t) position->district, p);
    for (size_t k = minutes_index (self, position->weekly_minutes); k < self->n_minutes; k++)
        put (self, self->up_to, k, p);
    for (size_t i = 0; i < position->n_offers; i++)
        if (words_find (&self->conditions, position->offers[i], &word))
            put (self, self->offers, word, p);
    for (size_t hour = 0; hour < WEEK_HOURS; hour++)
        if (has_hour (&position->times, hour))
            put (self, self->at_hour, hour, p);
    self->work = week_with (&self->work, &position->times);
    for (size_t i = 0; i < position->n_demands; i++)
        for (int level = 0; words_find (&self->dimensions, position->demands[i].dimension, &word) &&
                            level < position->demands[i].level;
             level++)
            put (self, self->above, word * LEVELS + (size_t) level, p);
}

static void put_facts (eligible_t *self, const match_position_t *position, size_t p, uint32_t *used)
{
    uint32_t word = 0;
    self->facts[p] = (facts_t){ .minutes = (uint16_t) minutes_index (self, position->weekly_minutes),
                                .district = (int16_t) position->district,
                                .n_demands = (uint16_t) position->n_demands,
                                .demands_at = *used };
    for (size_t i = 0; i < position->n_demands; i++) {
        (void) words_find (&self->dimensions, position->demands[i].dimension, &word);
        self->demands[(*used)++] = level_pack (word, position->demands[i].level);
    }
}

/* --- making it --- */

void eligible_destroy (eligible_t **self)
{
    if (!*self)
        return;
    words_clear (&(*self)->conditions);
    words_clear (&(*self)->dimensions);
    free ((*self)->facts);
    free ((*self)->demands);
    free ((*self)->minutes);
    free ((*self)->sets);
    free ((*self)->points);
    free ((*self)->left);
    free ((*self)->ability);
    free ((*self)->hours);
    free ((*self)->found);
    free (*self);
    *self = NULL;
}

/* As in match_rules: the weight is shared among the demands, and each gap of one costs an equal part of a share. */
static void share_weight (eligible_t *self)
{
    for (int count = 1; count <= MATCH_LEVELS_MAX; count++)
        for (int i = 0; i < count; i++) {
            int share = self->weights.ability * (i + 1) / count - self->weights.ability * i / count;
            for (int missing = 0; missing <= self->weights.gap_most; missing++)
                self->points[count][i][missing] =
                    (uint16_t) (share * (self->weights.gap_most - missing) / self->weights.gap_most);
        }
}

static int by_size (const void *left, const void *right)
{
    int a = *(const int *) left, b = *(const int *) right;
    return (a > b) - (a < b);
}

static bool know_words (eligible_t *self, const match_position_t *positions, size_t *ret_demands)
{
    size_t n_offers = 0, n_demands = 0;
    for (size_t p = 0; p < self->n_positions; p++) {
        n_offers += positions[p].n_offers;
        n_demands += positions[p].n_demands;
    }
    *ret_demands = n_demands;
    const char **offers = malloc ((n_offers + 1) * sizeof *offers);
    const char **demands = malloc ((n_demands + 1) * sizeof *demands);
    self->minutes = malloc ((self->n_positions + 1) * sizeof *self->minutes);
    n_offers = n_demands = 0;
    for (size_t p = 0; offers && demands && self->minutes && p < self->n_positions; p++) {
        for (size_t i = 0; i < positions[p].n_offers; i++)
            offers[n_offers++] = positions[p].offers[i];
        for (size_t i = 0; i < positions[p].n_demands; i++)
            demands[n_demands++] = positions[p].demands[i].dimension;
        self->minutes[p] = positions[p].weekly_minutes;
    }
    if (offers)
        self->conditions = words_of (offers, n_offers);
    if (demands)
        self->dimensions = words_of (demands, n_demands);
    return offers && demands && self->minutes;
}

static void know_minutes (eligible_t *self)
{
    if (self->n_positions > 0)
        qsort (self->minutes, self->n_positions, sizeof *self->minutes, by_size);
    for (size_t p = 0; p < self->n_positions; p++)
        if (p == 0 || self->minutes[p] != self->minutes[p - 1])
            self->minutes[self->n_minutes++] = self->minutes[p];
}

static bool make_room (eligible_t *self, size_t n_demands)
{
    size_t n_sets = 1 + self->conditions.count + self->n_minutes + WEEK_HOURS + DISTRICT_COUNT + 1 +
                    (size_t) self->dimensions.count * LEVELS;
    self->n_blocks = (self->n_positions + BLOCK - 1) / BLOCK;
    self->sets = calloc (n_sets * self->n_blocks + 1, sizeof *self->sets);
    self->facts = calloc (self->n_positions + 1, sizeof *self->facts);
    self->demands = calloc (n_demands + 1, sizeof *self->demands);
    self->points = calloc (MATCH_LEVELS_MAX + 1, sizeof *self->points);
    self->left = calloc (self->n_blocks + 1, sizeof *self->left);
    self->ability = malloc (self->dimensions.count + 1);
    self->hours = calloc (self->n_minutes + 1, sizeof *self->hours);
    self->found = calloc (self->n_positions + 1, sizeof *self->found);
    if (!self->sets || !self->facts || !self->demands || !self->points || !self->left || !self->ability ||
        !self->hours || !self->found)
        return false;
    self->everything = self->sets;
    self->offers = set_at (self, self->everything, 1);
    self->up_to = set_at (self, self->offers, self->conditions.count);
    self->at_hour = set_at (self, self->up_to, self->n_minutes);
    self->in_district = set_at (self, self->at_hour, WEEK_HOURS);
    self->above = set_at (self, self->in_district, DISTRICT_COUNT + 1);
    memset (self->ability, self->weights.level_unstated, self->dimensions.count + 1);
    return true;
}

static status_t no_memory (fault_t *reterr)
{
    return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "MATCH_NO_MEMORY", "there is not enough memory for the positions");
}

status_t eligible_new (const match_position_t *positions, size_t n_positions, const match_weights_t *weights,
                       eligible_t **ret_eligible, fault_t *reterr)
{
    owned (eligible) self = calloc (1, sizeof *self);
    size_t n_demands = 0;
    uint32_t used = 0;
    if (!self)
        return no_memory (reterr);
    self->n_positions = n_positions;
    self->weights = *weights;
    if (!know_words (self, positions, &n_demands))
        return no_memory (reterr);
    if (self->conditions.count > WORDS_MAX || self->dimensions.count > WORDS_MAX)
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "MATCH_TOO_MANY_WORDS",
                      "the positions have more than %d different conditions or dimensions", WORDS_MAX);
    know_minutes (self);
    if (!make_room (self, n_demands))
        return no_memory (reterr);
    share_weight (self);
    for (size_t p = 0; p < n_positions; p++) {
        put_position (self, &positions[p], p);
        put_facts (self, &positions[p], p, &used);
    }
    *ret_eligible = give (self);
    return STATUS_OK;
}

profiles_t eligible_profiles (const eligible_t *self)
{
    return (profiles_t){ .conditions = &self->conditions, .dimensions = &self->dimensions, .weights = &self->weights };
}

/* --- the exclusions --- */

static void exclude_times (const eligible_t *self, const profile_t *profile)
{
    week_t cannot = week_common (&self->work, &profile->at_work), missing = week_without (&self->work, &profile->times);
    if (!week_is_empty (&profile->times))
        cannot = week_with (&cannot, &missing);
    for (size_t hour = 0; hour < WEEK_HOURS; hour++)
        if (has_hour (&cannot, hour))
            take_out (self, self->at_hour, hour);
}

static void exclude_travel (const eligible_t *self, const profile_t *profile)
{
    if (profile->travel_most == MATCH_NOT_STATED || profile->district == MATCH_NOT_STATED)
        return;
    for (size_t d = 1; d <= DISTRICT_COUNT; d++)
        if (self->weights.travel.minutes[profile->district][d] > profile->travel_most)
            take_out (self, self->in_district, d);
}

/* What nothing excludes, in self->left. */
static void exclude (const eligible_t *self, const profiles_t *profiles, const profile_t *profile)
{
    const uint16_t *needs = profiles->words + profile->words_at, *abilities = needs + profile->n_needs;
    const uint32_t *left_out = profiles->left_out + profile->left_out_at;
    memcpy (self->left, self->everything, self->n_blocks * sizeof *self->left);
    if (profile->minutes_free != MATCH_NOT_STATED) {
        size_t more = minutes_index (self, profile->minutes_free + 1);
        if (more == 0)
            memset (self->left, 0, self->n_blocks * sizeof *self->left);
        else
            keep_only (self, self->up_to, more - 1);
    }
    for (size_t i = 0; i < profile->n_needs; i++)
        keep_only (self, self->offers, needs[i]);
    for (size_t i = 0; i < profile->n_abilities; i++)
        if ((abilities[i] & 7) + self->weights.gap_most < LEVELS)
            take_out (self, self->above,
                      (size_t) (abilities[i] >> 3) * LEVELS + (abilities[i] & 7) + (size_t) self->weights.gap_most);
    exclude_times (self, profile);
    exclude_travel (self, profile);
    for (size_t i = 0; i < profile->n_left_out; i++)
        self->left[left_out[i] / BLOCK] &= ~(UINT64_C (1) << left_out[i] % BLOCK);
}

/* --- the score --- */

/* What a citizen has of points before any demand is looked at. */
typedef struct {
    int district, here, elsewhere; /* with the points for waiting */
} terms_t;

static terms_t terms_of (const eligible_t *self, const profile_t *profile)
{
    const match_weights_t *weights = &self->weights;
    int days = profile->days_waited < self->weights.wait_days ? profile->days_waited : self->weights.wait_days;
    int waiting = weights->waiting * days / self->weights.wait_days;
    int nowhere_known = profile->district == MATCH_NOT_STATED ? weights->district / 2 : 0;
    return (terms_t){ profile->district, waiting + weights->district, waiting + nowhere_known };
}

static void set_hours (eligible_t *self, const profile_t *profile)
{
    int weight = self->weights.hours, free = profile->minutes_free;
    for (size_t k = 0; k < self->n_minutes && (free <= 0 || self->minutes[k] <= free); k++)
        self->hours[k] = free > 0 ? weight * self->minutes[k] / free : weight / 2;
}

static inline uint32_t score_of (const eligible_t *self, const terms_t *terms, const facts_t *facts)
{
    const uint16_t *demands = self->demands + facts->demands_at;
    uint16_t (*points)[LEVELS] = self->points[facts->n_demands];
    int score = self->hours[facts->minutes] + (facts->district == terms->district ? terms->here : terms->elsewhere);
    for (size_t i = 0; i < facts->n_demands; i++) {
        int missing = (demands[i] & 7) - self->ability[demands[i] >> 3];
        score += points[i][missing > 0 ? missing : 0];
    }
    return (uint32_t) (facts->n_demands ? score : score + self->weights.ability);
}

static void set_abilities (eligible_t *self, const profiles_t *profiles, const profile_t *profile, bool known)
{
    const uint16_t *abilities = profiles->words + profile->words_at + profile->n_needs;
    for (size_t i = 0; i < profile->n_abilities; i++)
        self->ability[abilities[i] >> 3] = (uint8_t) (known ? abilities[i] & 7 : self->weights.level_unstated);
}

static uint32_t score_all (eligible_t *self, const profile_t *profile)
{
    terms_t terms = terms_of (self, profile);
    uint32_t count = 0;
    for (size_t b = 0; b < self->n_blocks; b++)
        for (uint64_t rest = self->left[b]; rest; rest &= rest - 1) {
            uint32_t p = (uint32_t) (b * BLOCK) + (uint32_t) __builtin_ctzll (rest);
            self->found[count++] = pair_pack (p, score_of (self, &terms, &self->facts[p]));
        }
    return count;
}

/* --- no more than so many --- */

/* A number without pattern, the same for the same one (splitmix64). */
static uint64_t scatter (uint64_t number)
{
    number += UINT64_C (0x9E3779B97F4A7C15);
    number = (number ^ number >> 30) * UINT64_C (0xBF58476D1CE4E5B9);
    number = (number ^ number >> 27) * UINT64_C (0x94D049BB133111EB);
    return number ^ number >> 31;
}

static uint32_t cut (eligible_t *self, uint32_t count, uint64_t citizen, uint32_t most)
{
    uint32_t of_score[PAIR_SCORE_MOST + 1] = { 0 }, above = 0, kept = 0, best = most - most / 2;
    for (uint32_t k = 0; k < count; k++)
        of_score[pair_score (self->found[k])]++;
    int32_t edge = PAIR_SCORE_MOST;
    for (; above + of_score[edge] < best; edge--)
        above += of_score[edge];
    uint64_t lot = scatter (citizen);
    uint32_t at_edge = of_score[edge], first = (uint32_t) (lot % at_edge), turn_at_edge = 0;
    uint32_t others = count - best, turn = (uint32_t) (lot % others);
    for (uint32_t k = 0; k < count; k++) {
        int32_t score = pair_score (self->found[k]);
        bool stays = score > edge;
        if (score == edge)
            stays = (turn_at_edge++ + at_edge - first) % at_edge < best - above;
        if (!stays) { /* of every `others` that come by, most / 2 stay, evenly */
            turn += most / 2;
            stays = turn >= others;
            turn -= stays ? others : 0;
        }
        if (stays)
            self->found[kept++] = self->found[k];
    }
    return kept;
}

eligible_row_t eligible_row (eligible_t *self, const profiles_t *profiles, size_t citizen, uint32_t most)
{
    const profile_t *profile = &profiles->list[citizen];
    eligible_row_t row = { .pairs = self->found };
    if (profile->nowhere)
        return row;
    exclude (self, profiles, profile);
    set_hours (self, profile);
    set_abilities (self, profiles, profile, true);
    row.fits = score_all (self, profile);
    set_abilities (self, profiles, profile, false);
    row.count = row.fits > most ? cut (self, row.fits, profile->citizen, most) : row.fits;
    return row;
}
