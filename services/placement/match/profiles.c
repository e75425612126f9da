#include "placement/match/profiles.h"

#include "base/ensure.h"

#include <stdlib.h>
#include <string.h>

/* --- words --- */

static int by_text (const void *left, const void *right)
{
    return strcmp (*(const char *const *) left, *(const char *const *) right);
}

words_t words_of (const char **list, size_t count)
{
    words_t words = { .list = list };
    if (count > 0)
        qsort (list, count, sizeof *list, by_text);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp (list[i], list[i - 1]) != 0)
            list[words.count++] = list[i];
    return words;
}

void words_clear (words_t *self)
{
    free (self->list);
    *self = (words_t){ 0 };
}

bool words_find (const words_t *self, const char *word, uint32_t *ret_number)
{
    const char **found = self->count ? bsearch (&word, self->list, self->count, sizeof *self->list, by_text) : NULL;
    if (found)
        *ret_number = (uint32_t) (found - self->list);
    return found;
}

/* --- profiles --- */

void profiles_clear (profiles_t *self)
{
    free (self->list);
    free (self->words);
    free (self->left_out);
    *self = (profiles_t){ 0 };
}

/* Room for `more` behind `count`; a list that holds nothing yet is there, too. */
static bool grow (void *list, size_t count, size_t more, size_t *room, size_t size)
{
    void **pointer = list;
    if (*pointer && count + more <= *room)
        return true;
    size_t wanted = count + more + *room / 2 + 1;
    void *grown = realloc (*pointer, wanted * size);
    if (!grown)
        return false;
    *pointer = grown;
    *room = wanted;
    return true;
}

static bool is_soft (const match_weights_t *weights, const char *condition)
{
    for (size_t i = 0; i < weights->n_soft; i++)
        if (strcmp (weights->soft[i], condition) == 0)
            return true;
    return false;
}

static void put_words (profiles_t *self, const match_candidate_t *candidate, profile_t *profile)
{
    uint16_t *words = self->words + self->n_words;
    uint32_t number;
    for (size_t i = 0; i < candidate->n_needs; i++)
        if (is_soft (self->weights, candidate->needs[i]))
            continue;
        else if (words_find (self->conditions, candidate->needs[i], &number))
            words[profile->n_needs++] = (uint16_t) number;
        else
            profile->nowhere = true;
    words += profile->n_needs;
    for (size_t i = 0; i < candidate->n_abilities; i++)
        if (words_find (self->dimensions, candidate->abilities[i].dimension, &number))
            words[profile->n_abilities++] = level_pack (number, candidate->abilities[i].level);
    self->n_words += (size_t) profile->n_needs + profile->n_abilities;
}

bool profiles_add (profiles_t *self, const match_candidate_t *candidate, const uint32_t *left_out, size_t n_left_out)
{
    ensure (n_left_out <= UINT16_MAX);
    if (!grow (&self->list, self->count, 1, &self->room, sizeof *self->list) ||
        !grow (&self->words, self->n_words, candidate->n_needs + candidate->n_abilities, &self->words_room,
               sizeof *self->words) ||
        !grow (&self->left_out, self->n_left_out, n_left_out, &self->left_out_room, sizeof *self->left_out))
        return false;
    profile_t *profile = &self->list[self->count++];
    *profile = (profile_t){
        .citizen = candidate->citizen,
        .times = candidate->times,
        .at_work = candidate->at_work,
        .minutes_free = (int16_t) candidate->minutes_free,
        .district = (int16_t) candidate->district,
        .travel_most = (int16_t) candidate->travel_most,
        .days_waited = candidate->days_waited,
        .n_left_out = (uint16_t) n_left_out,
        .words_at = (uint32_t) self->n_words,
        .left_out_at = (uint32_t) self->n_left_out,
    };
    put_words (self, candidate, profile);
    if (n_left_out > 0)
        memcpy (self->left_out + self->n_left_out, left_out, n_left_out * sizeof *left_out);
    self->n_left_out += n_left_out;
    return true;
}
