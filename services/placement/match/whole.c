#include "placement/match/whole.h"

#include "base/own.h"
#include "placement/match/change.h"

#include <stdlib.h>
#include <string.h>

enum { ASK_EVERY = 256 /* citizens */, FEW_OF = 200 /* so small a part of the citizens is added one by one */ };

typedef struct {
    uint32_t citizen, pair;
} addition_t;

typedef struct {
    eligible_t *eligible;
    const profiles_t *profiles;
    uint32_t most, n_positions;
    whole_watch_t watch;
    void *context;
    uint64_t asked;
    matching_t *matching;
    addition_t *additions; /* by citizen, ascending */
    size_t n_additions, next;
    uint32_t *row;
    whole_t found;
} whole_run_t;

static bool goes_on (void *context)
{
    whole_run_t *run = context;
    uint64_t citizens = run->profiles->count;
    return !run->watch || run->watch (run->context, run->asked, citizens * (run->found.rounds + 1));
}

static bool asked_one_more (whole_run_t *run)
{
    return ++run->asked % ASK_EVERY != 0 || goes_on (run);
}

static status_t no_memory (fault_t *reterr)
{
    return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "MATCH_NO_MEMORY", "there is not enough memory for the match");
}

/* Solving says no for want of memory, or because it was broken off. */
static status_t stopped (whole_run_t *run, fault_t *reterr)
{
    return goes_on (run) ? no_memory (reterr)
                         : fault (reterr, STATUS_CANCELLED, "MATCH_BROKEN_OFF", "the match was broken off");
}

/* --- the pairs to begin with --- */

static const uint32_t *first_row (void *context, uint32_t citizen, uint32_t *ret_count)
{
    whole_run_t *run = context;
    eligible_row_t row = eligible_row (run->eligible, run->profiles, citizen, run->most);
    run->found.fits += row.fits;
    run->found.citizens += row.fits > row.count;
    *ret_count = row.count;
    return asked_one_more (run) ? row.pairs : NULL;
}

/* --- pairs outside that would make it better --- */

/* By how much the prices of the pair are too low; not above 0: it makes no difference. */
static int64_t lack (const whole_run_t *run, uint32_t citizen, uint32_t pair)
{
    return (int64_t) MATCH_PERSON + pair_score (pair) - matching_citizen_price (run->matching, citizen) -
           matching_opening_price (run->matching, pair_other (pair));
}

/* Keeps the ones that lack most; of those that lack the same, the first. */
static void add (whole_run_t *run, uint32_t citizen, const uint32_t *pairs, uint32_t count)
{
    int64_t lacks[WHOLE_ADDED_MAX];
    addition_t *own = run->additions + run->n_additions;
    size_t kept = 0;
    for (uint32_t k = 0; k < count; k++) {
        int64_t lacking = lack (run, citizen, pairs[k]);
        if (lacking <= 0 || (kept == WHOLE_ADDED_MAX && lacking <= lacks[kept - 1]))
            continue;
        size_t at = kept < WHOLE_ADDED_MAX ? kept++ : kept - 1;
        for (; at > 0 && lacks[at - 1] < lacking; at--) {
            lacks[at] = lacks[at - 1];
            own[at] = own[at - 1];
        }
        lacks[at] = lacking;
        own[at] = (addition_t){ citizen, pairs[k] };
    }
    run->n_additions += kept;
}

static bool look_outside (whole_run_t *run)
{
    run->n_additions = 0;
    run->found.rounds++;
    for (uint32_t c = 0; c < run->profiles->count; c++) {
        eligible_row_t row = eligible_row (run->eligible, run->profiles, c, UINT32_MAX);
        if (row.fits > run->most)
            add (run, c, row.pairs, row.count);
        if (!asked_one_more (run))
            return false;
    }
    return true;
}

/* --- and how they come in --- */

static int by_number (const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *) left, b = *(const uint32_t *) right;
    return (a > b) - (a < b);
}

static const uint32_t *fuller_row (void *context, uint32_t citizen, uint32_t *ret_count)
{
    whole_run_t *run = context;
    const lists_t *old = &matching_instance (run->matching)->of_citizen;
    uint32_t count = list_count (old, citizen);
    memcpy (run->row, list_first (old, citizen), count * sizeof *run->row);
    for (; run->next < run->n_additions && run->additions[run->next].citizen == citizen; run->next++)
        run->row[count++] = run->additions[run->next].pair;
    qsort (run->row, count, sizeof *run->row, by_number);
    *ret_count = count;
    return run->row;
}

static status_t solve_anew (whole_run_t *run, instance_t **instance, fault_t *reterr)
{
    matching_destroy (&run->matching);
    run->matching = matching_new (instance);
    if (!run->matching)
        return no_memory (reterr);
    matching_watch (run->matching, goes_on, run);
    return matching_solve (run->matching) ? STATUS_OK : stopped (run, reterr);
}

static status_t take_in (whole_run_t *run, const uint32_t *openings, fault_t *reterr)
{
    if (run->n_additions > run->profiles->count / FEW_OF) {
        instance_t *fuller = NULL;
        run->next = 0;
        status_t status = instance_from_rows ((uint32_t) run->profiles->count, run->n_positions, openings, fuller_row,
                                              run, &fuller, reterr);
        return status == STATUS_OK ? solve_anew (run, &fuller, reterr) : status;
    }
    for (size_t k = 0; k < run->n_additions; k++) {
        uint32_t pair = run->additions[k].pair;
        if (!matching_allow (run->matching, run->additions[k].citizen, pair_other (pair), (uint32_t) pair_score (pair)))
            return no_memory (reterr);
    }
    return STATUS_OK;
}

static status_t find_all (whole_run_t *run, const uint32_t *openings, fault_t *reterr)
{
    instance_t *instance = NULL;
    status_t status = instance_from_rows ((uint32_t) run->profiles->count, run->n_positions, openings, first_row, run,
                                          &instance, reterr);
    if (status == STATUS_OK)
        status = solve_anew (run, &instance, reterr);
    run->found.proved = run->found.citizens == 0; /* nobody has a pair outside */
    while (status == STATUS_OK && !run->found.proved && run->found.rounds < WHOLE_ROUNDS_MAX) {
        if (!look_outside (run))
            return stopped (run, reterr);
        run->found.proved = run->n_additions == 0;
        status = take_in (run, openings, reterr);
    }
    return status;
}

status_t whole_match (eligible_t *eligible, const profiles_t *profiles, const uint32_t *openings, uint32_t n_positions,
                      uint32_t most, whole_watch_t watch, void *context, matching_t **ret_matching, whole_t *ret_whole,
                      fault_t *reterr)
{
    whole_run_t run = { .eligible = eligible,
                        .profiles = profiles,
                        .n_positions = n_positions,
                        .most = most,
                        .watch = watch,
                        .context = context };
    run.row = malloc (((size_t) n_positions + 1) * sizeof *run.row);
    run.additions = malloc ((profiles->count * WHOLE_ADDED_MAX + 1) * sizeof *run.additions);
    status_t status = run.row && run.additions ? find_all (&run, openings, reterr) : no_memory (reterr);
    free (run.row);
    free (run.additions);
    if (status == STATUS_OK) {
        run.found.held = matching_instance (run.matching)->pairs;
        matching_watch (run.matching, NULL, NULL);
        *ret_whole = run.found;
        *ret_matching = give (run.matching);
    }
    matching_destroy (&run.matching);
    return status;
}
