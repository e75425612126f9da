/* P5: several small jobs as programs: the plan is lawful, the bound is proved, and no damage to either goes unseen. */
#include "chance.h"
#include "damage.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite (match_several_check, .timeout = 120);

enum { CITIZENS = 12, POSITIONS = 9, JOBS = 3 };
enum { HEAD = 16, PLAN_JOBS = HEAD + 4 * (CITIZENS + 1), BOUND_PRICES = HEAD + 16 };
enum { INSTANCE, HOURS, PLAN, BOUND };

typedef struct {
    bench_t bench;
    int eligible[CITIZENS][POSITIONS];
    long score, bound;
} case_t;

static long number_after (const char *line, const char *word)
{
    const char *at = strstr (line, word);
    cr_assert (at, "no '%s' in %s", word, line);
    return strtol (at + strlen (word), NULL, 10);
}

/* Position 0 and 1 are at one time; everybody can manage two of the longest jobs. */
static void make_case (case_t *self, uint64_t seed)
{
    file_t *instance = &self->bench.files[INSTANCE], *hours = &self->bench.files[HOURS];
    instance->size = hours->size = 0;
    uint32_t position[CITIZENS * POSITIONS], row[CITIZENS + 1] = { 0 }, minutes[CITIZENS + POSITIONS], n = 0;
    uint16_t score[CITIZENS * POSITIONS], openings[POSITIONS];
    uint64_t slots[POSITIONS] = { 2, 3 };
    for (uint32_t i = 0; i < CITIZENS; i++) {
        for (uint32_t p = 0; p < POSITIONS; p++) {
            self->eligible[i][p] = draw (&seed) % 5 < 4;
            position[n] = p;
            score[n] = (uint16_t) (100 + draw (&seed) % 900);
            n += (uint32_t) self->eligible[i][p];
        }
        row[i + 1] = n;
        minutes[i] = 1200;
    }
    for (uint32_t p = 0; p < POSITIONS; p++) {
        openings[p] = (uint16_t) (2 + draw (&seed) % 2);
        minutes[CITIZENS + p] = 300 + 60 * (uint32_t) (draw (&seed) % 6);
    }
    append (instance, "PMINST1", 8);
    append (instance, (uint32_t[]){ CITIZENS, POSITIONS, n, 0 }, 16);
    append (instance, row, sizeof row);
    append (instance, position, n * sizeof position[0]);
    append (instance, score, n * sizeof score[0]);
    append (instance, openings, sizeof openings);
    append (hours, "FYRHOUR1", 8);
    append (hours, (uint32_t[]){ CITIZENS, POSITIONS, JOBS, 1 }, 16);
    append (hours, minutes, sizeof minutes);
    append (hours, slots, sizeof slots);
}

/* A case whose plan is proved to be the best: then nothing above it and nothing below its bound can be true. */
static case_t *set_up (void)
{
    char line[PATH_SIZE];
    case_t *self = calloc (1, sizeof *self);
    cr_assert (self);
    bench_t *bench = &self->bench;
    *bench = (bench_t){ .check = "fyr-match-check-several instance hours plan bound",
                        .names = { "instance", "hours", "plan", "bound" } };
    bench_begin (bench);
    for (uint64_t seed = 1; seed < 100; seed++) {
        make_case (self, seed);
        save (bench, INSTANCE, &bench->files[INSTANCE]);
        save (bench, HOURS, &bench->files[HOURS]);
        cr_assert_eq (run (bench, "fyr-match solve instance --several hours --plan plan --certificate bound", line), 0,
                      "%s", line);
        self->score = number_after (line, " score ");
        self->bound = number_after (line, " bound ");
        if (self->score == self->bound && number_after (line, " jobs ") > CITIZENS)
            break;
    }
    cr_assert (self->score == self->bound, "no case without a gap: %s", line);
    load (bench, PLAN);
    load (bench, BOUND);
    return self;
}

static void tear_down (case_t *self)
{
    bench_end (&self->bench);
    free (self);
}

static void damage_frame (bench_t *bench, int which)
{
    damage_lengths (bench, which, HEAD);
    with_u32 (bench, which, 8, CITIZENS + 1, BAD_FILE, bench->names[which]);
    with_u32 (bench, which, 12, POSITIONS - 1, BAD_FILE, bench->names[which]);
}

/* Jobs that are not there, twice there, or where the citizen is not eligible; a citizen without the only job. */
static void damage_plan (case_t *self)
{
    bench_t *bench = &self->bench;
    const file_t *plan = &bench->files[PLAN];
    for (uint32_t i = 0; i < CITIZENS; i++)
        for (uint32_t k = get_u32 (plan, HEAD + 4 * i); k < get_u32 (plan, HEAD + 4 * (i + 1)); k++) {
            for (uint32_t p = 0; p < POSITIONS; p++)
                if (!self->eligible[i][p])
                    with_u32 (bench, PLAN, PLAN_JOBS + 4 * k, p, NOT_PROVED, "no: citizen");
            with_u32 (bench, PLAN, PLAN_JOBS + 4 * k, POSITIONS, NOT_PROVED, "no: citizen");
            with_u32 (bench, PLAN, PLAN_JOBS + 4 * k, UINT32_MAX, NOT_PROVED, "no: citizen");
            if (k > get_u32 (plan, HEAD + 4 * i))
                with_u32 (bench, PLAN, PLAN_JOBS + 4 * k, get_u32 (plan, PLAN_JOBS + 4 * (k - 1)), NOT_PROVED,
                          "no: citizen");
        }
    file_t nobody = *plan; /* the last citizen's jobs are not given */
    uint32_t before = get_u32 (plan, HEAD + 4 * (CITIZENS - 1));
    put_u32 (&nobody, HEAD + 4 * CITIZENS, before);
    nobody.size = PLAN_JOBS + 4 * before;
    expect (bench, PLAN, &nobody, NOT_PROVED, "no: 11 people have a job, and the prices say 12 at most");
}

/* As the plan is the best, less time or fewer openings make it unlawful somewhere. */
static void damage_conditions (bench_t *bench)
{
    const file_t *plan = &bench->files[PLAN];
    for (uint32_t i = 0; i < CITIZENS; i++) {
        uint32_t count = get_u32 (plan, HEAD + 4 * (i + 1)) - get_u32 (plan, HEAD + 4 * i);
        if (count < 2)
            continue;
        with_u32 (bench, HOURS, 24 + 4 * i, 599, NOT_PROVED, "no: citizen");
        with_u32 (bench, HOURS, HEAD, count - 1, NOT_PROVED, "no: citizen");
        file_t crowded = bench->files[HOURS]; /* all at one time */
        for (uint32_t p = 0; p < POSITIONS; p++)
            crowded.bytes[24 + 4 * (CITIZENS + POSITIONS) + 8 * p] |= 1;
        expect (bench, HOURS, &crowded, NOT_PROVED, "no: citizen");
    }
    file_t closed = bench->files[INSTANCE];
    for (uint32_t p = 0; p < POSITIONS; p++)
        closed.bytes[closed.size - 2 * POSITIONS + 2 * p] = 0;
    expect (bench, INSTANCE, &closed, NOT_PROVED, "no: position");
}

/* A bound one point lower would be below a plan that is there, so it must not be proved by any single price. */
static void damage_prices (bench_t *bench)
{
    const file_t *bound = &bench->files[BOUND];
    for (size_t at = BOUND_PRICES; at < bound->size; at += 8) {
        int64_t price, others[4];
        memcpy (&price, bound->bytes + at, 8);
        others[0] = price - 64;
        others[1] = -1;
        others[2] = INT64_MIN;
        others[3] = INT64_MAX;
        for (size_t k = 0; k < 4; k++) {
            file_t damaged = *bound;
            memcpy (damaged.bytes + at, &others[k], 8);
            expect (bench, BOUND, &damaged, NOT_PROVED, "no: ");
        }
    }
    for (size_t at = HEAD; at < HEAD + 16; at += 8)
        for (int64_t worth = -1; worth <= 0; worth++) {
            file_t damaged = *bound;
            memcpy (damaged.bytes + at, &worth, 8);
            expect (bench, BOUND, &damaged, NOT_PROVED, "no: ");
        }
}

Test (match_several_check, no_damage_to_a_plan_or_its_bound_goes_unseen, .description = "P5")
{
    char line[PATH_SIZE];
    case_t *self = set_up ();
    bench_t *bench = &self->bench;
    cr_assert_eq (run (bench, bench->check, line), PROVED, "%s", line);
    cr_assert (strncmp (line, "yes: placed 12 ", 15) == 0, "%s", line);
    cr_assert (number_after (line, " score ") == self->score && number_after (line, " bound ") == self->bound);
    damage_frame (bench, HOURS);
    damage_frame (bench, PLAN);
    damage_frame (bench, BOUND);
    damage_plan (self);
    damage_conditions (bench);
    damage_prices (bench);
    cr_assert (bench->damages > 150, "%d", bench->damages);
    cr_assert_eq (run (bench, bench->check, line), PROVED, "%s", line);
    tear_down (self);
}

Test (match_several_check, the_same_work_gives_the_same_bytes_and_bad_input_is_named, .description = "P5")
{
    char line[PATH_SIZE];
    case_t *self = set_up ();
    bench_t *bench = &self->bench;
    cr_assert_eq (run (bench, "fyr-match solve instance --several hours --plan again --certificate more", line), 0);
    cr_expect_eq (run (bench, "fyr-match-check 2>/dev/null; cmp plan again && cmp bound more && rm again more", line),
                  0, "%s", line);
    cr_expect_eq (run (bench, "fyr-match solve instance --several hours --seconds 5", line), 0, "%s", line);
    cr_expect_eq (number_after (line, " score "), self->score);
    cr_expect_eq (run (bench, "fyr-match solve instance --several plan", line), 2);
    cr_expect (strstr (line, "plan: byte 0: "), "%s", line);
    cr_expect_eq (run (bench, "fyr-match solve instance --several nothing", line), 1);
    cr_expect_eq (run (bench, "fyr-match solve instance --several hours --seconds 0", line), 2);
    cr_expect_eq (run (bench, "fyr-match solve instance --several hours --report", line), 2);
    cr_expect_eq (run (bench, "fyr-match solve instance --seconds 3", line), 2);
    tear_down (self);
}
