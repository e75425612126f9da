/* P5: several small jobs: the plan is lawful and the most people have one, no plan passes the bound, and the prices
 * prove it. */
#include "match_kit.h"

#include "base/own.h"
#include "placement/match/several_files.h"

enum { TINY_CASES = 12000, MIDDLE_CASES = 60, LOOKS = 200000, LARGE_CHOICES = 40 };

/* A case with hours. */
typedef struct {
    case_t c;
    hours_t hours;
    uint32_t minutes_most[CASE_CITIZENS], minutes[CASE_POSITIONS];
    uint64_t slots[2 * CASE_POSITIONS];
} week_t;

static void draw_week (week_t *w, shape_t shape, uint32_t citizens, uint32_t positions, uint64_t *seed)
{
    draw_case (&w->c, shape, citizens, positions, seed);
    w->hours = (hours_t){ .jobs_most = 1 + draw_below (seed, 4),
                          .minutes_most = w->minutes_most,
                          .minutes = w->minutes,
                          .words = draw_below (seed, 3),
                          .slots = w->slots };
    for (uint32_t i = 0; i < citizens; i++)
        w->minutes_most[i] = draw_below (seed, 8) == 0 ? 0 : 60 * draw_below (seed, 50);
    for (uint32_t p = 0; p < positions; p++)
        w->minutes[p] = 60 * (1 + draw_below (seed, 12));
    for (uint32_t k = 0; k < w->hours.words * positions; k++)
        w->slots[k] = draw_below (seed, 3) == 0
                          ? 0
                          : UINT64_C (1) << draw_below (seed, 64) | UINT64_C (1) << draw_below (seed, 5);
}

static bool lawful (const week_t *w, uint32_t citizen, const uint32_t *positions, uint32_t count)
{
    uint32_t minutes = 0;
    for (uint32_t a = 0; a < count; a++) {
        minutes += w->minutes[positions[a]];
        for (uint32_t b = 0; b < a; b++)
            for (uint32_t k = 0; k < w->hours.words; k++)
                if (w->slots[w->hours.words * positions[a] + k] & w->slots[w->hours.words * positions[b] + k])
                    return false;
    }
    return count < 2 || (count <= w->hours.jobs_most && minutes <= w->minutes_most[citizen]);
}

/* --- trying everything: who has what, one pair after the other --- */

typedef struct {
    const week_t *w;
    uint32_t left[TINY], held[TINY][TINY], count[TINY], people;
    uint32_t best_people;
    uint64_t score, best_score;
} week_trial_t;

static void try_pair (week_trial_t *t, uint32_t k)
{
    const case_t *c = &t->w->c;
    if (k == c->n_pairs) {
        if (t->people > t->best_people || (t->people == t->best_people && t->score > t->best_score)) {
            t->best_people = t->people;
            t->best_score = t->score;
        }
        return;
    }
    const instance_pair_t *pair = &c->pairs[k];
    uint32_t *count = &t->count[pair->citizen];
    try_pair (t, k + 1);
    t->held[pair->citizen][*count] = pair->position;
    if (t->left[pair->position] == 0 || !lawful (t->w, pair->citizen, t->held[pair->citizen], *count + 1))
        return;
    t->left[pair->position]--;
    t->people += ++*count == 1;
    t->score += pair->score;
    try_pair (t, k + 1);
    t->score -= pair->score;
    t->people -= (*count)-- == 1;
    t->left[pair->position]++;
}

/* --- what every answer keeps --- */

static void check_plan (const week_t *w, const several_t *s)
{
    uint32_t held[CASE_POSITIONS] = { 0 };
    several_totals_t totals = several_totals (s), counted = { 0 };
    for (uint32_t i = 0; i < w->c.citizens; i++) {
        const uint32_t *positions;
        uint32_t count = several_jobs (s, i, &positions);
        cr_assert (lawful (w, i, positions, count), "citizen %u", i);
        counted.people += count > 0;
        counted.jobs += count;
        for (uint32_t k = 0; k < count; k++) {
            const uint32_t *x = list_first (&several_instance (s)->of_citizen, i),
                           *end = list_end (&several_instance (s)->of_citizen, i);
            while (x < end && pair_other (*x) != positions[k])
                x++;
            cr_assert (x < end && (k == 0 || positions[k - 1] < positions[k]), "citizen %u, position %u", i,
                       positions[k]);
            counted.score += (uint64_t) pair_score (*x);
            held[positions[k]]++;
        }
    }
    for (uint32_t p = 0; p < w->c.positions; p++)
        cr_assert (held[p] <= w->c.openings[p], "position %u", p);
    cr_assert (counted.people == totals.people && counted.jobs == totals.jobs && counted.score == totals.score);
    cr_assert (totals.bound >= totals.score);
}

/* No lawful set of the citizen's is worth more than its prices; tried one pair after the other from `k` on. */
static void check_sets (const week_t *w, const several_t *s, uint32_t citizen, uint32_t k, uint32_t *held,
                        uint32_t count, int64_t profit)
{
    cr_assert (count == 0 || SEVERAL_PERSON + profit <= several_citizen_price (s, citizen), "citizen %u, %u jobs",
               citizen, count);
    const uint32_t *pairs = list_first (&several_instance (s)->of_citizen, citizen);
    for (; k < list_count (&several_instance (s)->of_citizen, citizen); k++) {
        held[count] = pair_other (pairs[k]);
        if (lawful (w, citizen, held, count + 1))
            check_sets (w, s, citizen, k + 1, held, count + 1,
                        profit + SEVERAL_PART * (int64_t) pair_score (pairs[k]) -
                            several_opening_price (s, held[count]));
    }
}

static void check_bound (const week_t *w, const several_t *s)
{
    several_totals_t totals = several_totals (s);
    uint32_t held[SEVERAL_JOBS_MAX + 1];
    int64_t sum = 0;
    for (uint32_t i = 0; i < w->c.citizens; i++) {
        cr_assert (several_citizen_price (s, i) >= 0);
        sum += several_citizen_price (s, i);
        check_sets (w, s, i, 0, held, 0, 0);
    }
    for (uint32_t p = 0; p < w->c.positions; p++) {
        cr_assert (several_opening_price (s, p) >= 0);
        sum += several_opening_price (s, p) * w->c.openings[p];
    }
    cr_assert_eq (sum / SEVERAL_PERSON, totals.people, "the prices prove the number of people");
    cr_assert_eq ((uint64_t) (sum - SEVERAL_PERSON * totals.people) / SEVERAL_PART, totals.bound);
}

static several_t *answer (const week_t *w, const matching_t *exact, uint64_t looks_most)
{
    several_t *s = several_new (exact, &w->hours);
    cr_assert (s && several_solve (s, &(limit_t){ .looks_most = looks_most }));
    return s;
}

static matching_t *exact_match (const week_t *w)
{
    matching_t *m = new_matching (&w->c);
    cr_assert (matching_solve (m) && matching_settle (m, NULL, NULL));
    return m;
}

/* --- */

Test (match_several, the_best_there_is_lies_between_the_plan_and_the_bound, .timeout = 120)
{
    uint64_t seed = 41;
    int closed = 0, best = 0, more_jobs = 0;
    for (int n = 0; n < TINY_CASES; n++) {
        static week_t w;
        do
            draw_week (&w, (shape_t) (n % SHAPES), 1 + draw_below (&seed, 4), 2 + draw_below (&seed, 5), &seed);
        while (w.c.n_pairs > 20 || w.c.n_pairs < 4);
        week_trial_t t = { .w = &w };
        memcpy (t.left, w.c.openings, sizeof t.left);
        try_pair (&t, 0);
        matching_t *exact = exact_match (&w);
        several_t *s = answer (&w, exact, LOOKS);
        several_totals_t totals = several_totals (s);
        check_plan (&w, s);
        check_bound (&w, s);
        cr_assert_eq (totals.people, t.best_people, "case %d", n);
        cr_assert (totals.score <= t.best_score && t.best_score <= totals.bound, "case %d: %lu, %lu, %lu", n,
                   totals.score, t.best_score, totals.bound);
        closed += totals.score == totals.bound;
        best += totals.score == t.best_score;
        more_jobs += totals.jobs > totals.people;
        several_destroy (&s);
        matching_destroy (&exact);
    }
    cr_assert (more_jobs > TINY_CASES / 8);
    cr_assert (best > TINY_CASES * 99 / 100 && closed > TINY_CASES * 9 / 10, "%d are the best, %d are proved so", best,
               closed);
}

Test (match_several, larger_plans_are_lawful_and_their_prices_prove_the_bound)
{
    uint64_t seed = 42;
    for (int n = 0; n < MIDDLE_CASES; n++) {
        static week_t w;
        draw_week (&w, (shape_t) (n % SHAPES), 20 + draw_below (&seed, 200), 5 + draw_below (&seed, 25), &seed);
        matching_t *exact = exact_match (&w);
        several_t *s = answer (&w, exact, LOOKS);
        cr_assert_eq (several_totals (s).people, matching_totals (exact).placed);
        cr_assert (several_totals (s).score >= matching_totals (exact).score);
        check_plan (&w, s);
        check_bound (&w, s);
        several_destroy (&s);
        matching_destroy (&exact);
    }
}

static void append_answer (const week_t *w, uint64_t looks_most, buffer_t *out)
{
    matching_t *exact = exact_match (w);
    several_t *s = answer (w, exact, looks_most);
    several_plan_write (s, out);
    several_bound_write (s, out);
    several_destroy (&s);
    matching_destroy (&exact);
}

static void shuffle_pairs (case_t *c, uint64_t *seed)
{
    for (uint32_t k = c->n_pairs; k > 1; k--) {
        uint32_t other = draw_below (seed, k);
        instance_pair_t pair = c->pairs[k - 1];
        c->pairs[k - 1] = c->pairs[other];
        c->pairs[other] = pair;
    }
}

Test (match_several, the_order_in_which_pairs_come_is_no_part_of_the_answer)
{
    uint64_t seed = 43;
    for (int n = 0; n < MIDDLE_CASES; n++) {
        static week_t w;
        owned_buffer once = BUFFER (1 << 20), again = BUFFER (1 << 20);
        draw_week (&w, (shape_t) (n % SHAPES), 10 + draw_below (&seed, 60), 5 + draw_below (&seed, 25), &seed);
        append_answer (&w, LOOKS / 4, &once);
        shuffle_pairs (&w.c, &seed);
        append_answer (&w, LOOKS / 4, &again);
        cr_assert (once.size == again.size && memcmp (once.data, again.data, once.size) == 0, "case %d", n);
    }
}

static bool at_once (void *asked)
{
    ++*(int *) asked;
    return true;
}

Test (match_several, stopped_at_once_it_is_the_exact_match_and_more_work_only_makes_it_better)
{
    uint64_t seed = 44;
    for (int n = 0; n < MIDDLE_CASES; n++) {
        static week_t w;
        int asked = 0;
        draw_week (&w, SHAPE_ANY, 60, 20, &seed);
        matching_t *exact = exact_match (&w);
        several_t *s = several_new (exact, &w.hours);
        cr_assert (s && several_solve (s, &(limit_t){ UINT64_MAX, at_once, &asked }));
        several_totals_t before = several_totals (s);
        cr_assert (asked == 1 && before.stopped && before.score == matching_totals (exact).score);
        check_bound (&w, s);
        for (uint64_t looks = 1000; looks < LOOKS; looks *= 4) {
            cr_assert (several_solve (s, &(limit_t){ .looks_most = looks }));
            several_totals_t now = several_totals (s);
            cr_assert (!now.stopped && now.score >= before.score && now.bound <= before.bound);
            check_plan (&w, s);
            before = now;
        }
        several_destroy (&s);
        matching_destroy (&exact);
    }
}

/* One citizen and far more sets than can be tried: the best is found by minutes, job by job. */
static uint64_t best_week (const week_t *w)
{
    static uint64_t most[SEVERAL_JOBS_MAX + 1][SEVERAL_MINUTES_MAX + 1];
    memset (most, 0, sizeof most);
    for (uint32_t k = 0; k < w->c.n_pairs; k++)
        for (uint32_t jobs = w->hours.jobs_most; jobs > 0; jobs--)
            for (uint32_t minutes = w->minutes_most[0]; minutes >= w->minutes[k]; minutes--) {
                uint64_t with = most[jobs - 1][minutes - w->minutes[k]] + w->c.pairs[k].score;
                most[jobs][minutes] = with > most[jobs][minutes] ? with : most[jobs][minutes];
            }
    return most[w->hours.jobs_most][w->minutes_most[0]];
}

Test (match_several, more_sets_than_can_be_tried_are_bounded_all_the_same, .timeout = 120)
{
    uint64_t seed = 45;
    int open = 0;
    for (int n = 0; n < LARGE_CHOICES; n++) {
        static week_t w;
        w.c = (case_t){ .citizens = 1, .positions = 100, .n_pairs = 100 };
        w.hours = (hours_t){ .jobs_most = SEVERAL_JOBS_MAX, .minutes_most = w.minutes_most, .minutes = w.minutes };
        w.minutes_most[0] = 1500 + draw_below (&seed, 700);
        for (uint32_t p = 0; p < 100; p++) {
            w.c.openings[p] = 1;
            w.minutes[p] = 60 + draw_below (&seed, 600);
            w.c.pairs[p] = (instance_pair_t){ 0, p, 200 + w.minutes[p] + draw_below (&seed, 20) };
        }
        matching_t *exact = exact_match (&w);
        several_t *s = answer (&w, exact, LOOKS);
        several_totals_t totals = several_totals (s);
        uint64_t best = best_week (&w);
        check_plan (&w, s);
        cr_assert (totals.score <= best && best <= totals.bound, "%lu, %lu, %lu", totals.score, best, totals.bound);
        cr_assert (5 * totals.score >= 4 * best, "%lu of %lu", totals.score, best);
        open += totals.score < totals.bound;
        several_destroy (&s);
        matching_destroy (&exact);
    }
    cr_assert (open > LARGE_CHOICES / 2, "only %d were too many to try", open);
}

/* --- the file of hours --- */

typedef struct {
    const buffer_t *bytes;
    size_t at, until;
} tape_t;

static size_t from_tape (void *context, void *to, size_t size)
{
    tape_t *tape = context;
    size_t got = size < tape->until - tape->at ? size : tape->until - tape->at;
    memcpy (to, tape->bytes->data + tape->at, got);
    tape->at += got;
    return got;
}

static status_t read_back (const buffer_t *bytes, size_t until, const instance_t *instance, arena_t *arena,
                           hours_t *ret, fault_t *reterr)
{
    tape_t tape = { bytes, 0, until };
    return hours_read (from_tape, &tape, instance, arena, ret, reterr);
}

Test (match_several, hours_are_read_as_they_were_written_and_nothing_else_is_taken)
{
    uint64_t seed = 46;
    static week_t w;
    fault_t reason;
    hours_t read;
    do
        draw_week (&w, SHAPE_ANY, 5, 4, &seed);
    while (w.hours.words == 0);
    owned (instance) instance = build (&w.c);
    owned (arena) arena = arena_new (1 << 20);
    owned_buffer bytes = BUFFER (4096), again = BUFFER (4096);
    hours_write (&w.hours, instance, &bytes);
    cr_assert_eq (read_back (&bytes, bytes.size, instance, arena, &read, &reason), STATUS_OK, "%s", reason.message);
    hours_write (&read, instance, &again);
    cr_assert (bytes.size == again.size && memcmp (bytes.data, again.data, bytes.size) == 0);
    for (size_t until = 0; until < bytes.size; until++)
        cr_assert_eq (read_back (&bytes, until, instance, arena, &read, &reason), STATUS_INVALID_ARGUMENT);
    const struct {
        size_t byte;
        uint32_t value;
        const char *says;
    } wrong[] = { { 0, 0, "byte 0:" },
                  { 8, 6, "byte 8:" },
                  { 12, 3, "byte 8:" },
                  { 16, 0, "byte 16:" },
                  { 16, SEVERAL_JOBS_MAX + 1, "byte 16:" },
                  { 20, SEVERAL_WORDS_MAX + 1, "byte 20:" },
                  { 24 + 8, SEVERAL_MINUTES_MAX + 1, "byte 32:" },
                  { 24 + 20 + 4, 0, "byte 48:" },
                  { 24 + 20 + 12, SEVERAL_MINUTES_MAX + 1, "byte 56:" } };
    for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
        uint32_t kept;
        memcpy (&kept, bytes.data + wrong[k].byte, 4);
        memcpy (bytes.data + wrong[k].byte, &wrong[k].value, 4);
        cr_assert_eq (read_back (&bytes, bytes.size, instance, arena, &read, &reason), STATUS_INVALID_ARGUMENT);
        cr_assert_eq (strncmp (reason.message, wrong[k].says, strlen (wrong[k].says)), 0, "%s", reason.message);
        memcpy (bytes.data + wrong[k].byte, &kept, 4);
    }
    buffer_append (&bytes, "x", 1);
    cr_assert_eq (read_back (&bytes, bytes.size, instance, arena, &read, &reason), STATUS_INVALID_ARGUMENT);
}
