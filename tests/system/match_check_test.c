/* P5: fyr-match and fyr-match-check as programs: a plan is proved, and no damage to plan or proof goes unseen. */
#include "chance.h"
#include "damage.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite (match_check, .timeout = 120);

enum { CITIZENS = 14, POSITIONS = 6, HEAD = 16, PRICES = HEAD + 8 };
enum { INSTANCE, PLAN, CERTIFICATE };

/* --- a case whose best plan is the only one --- */

static void make_instance (file_t *file, uint64_t seed)
{
    uint32_t position[CITIZENS * POSITIONS], row[CITIZENS + 1] = { 0 }, n = 0;
    uint16_t score[CITIZENS * POSITIONS], openings[POSITIONS];
    for (uint32_t i = 0; i < CITIZENS; i++) {
        for (uint32_t p = 0; p < POSITIONS; p++)
            if (draw (&seed) % 5 < 3) {
                position[n] = p;
                score[n++] = (uint16_t) (draw (&seed) % 1001);
            }
        row[i + 1] = n;
    }
    for (uint32_t p = 0; p < POSITIONS; p++)
        openings[p] = (uint16_t) (1 + draw (&seed) % 2);
    file->size = 0;
    append (file, "PMINST1", 8);
    append (file, (uint32_t[]){ CITIZENS, POSITIONS, n, 0 }, 16);
    append (file, row, sizeof row);
    append (file, position, n * sizeof position[0]);
    append (file, score, n * sizeof score[0]);
    append (file, openings, sizeof openings);
}

static void solve (bench_t *bench, uint64_t seed, const char *arguments)
{
    char line[PATH_SIZE], command[PATH_SIZE];
    make_instance (&bench->files[INSTANCE], seed);
    save (bench, INSTANCE, &bench->files[INSTANCE]);
    snprintf (command, sizeof command, "fyr-match solve instance --plan plan --certificate certificate %s", arguments);
    cr_assert_eq (run (bench, command, line), 0, "%s", line);
    cr_assert (strncmp (line, "placed ", 7) == 0, "%s", line);
    load (bench, PLAN);
    load (bench, CERTIFICATE);
}

static bench_t *set_up (uint64_t seed)
{
    bench_t *bench = calloc (1, sizeof *bench);
    cr_assert (bench);
    *bench = (bench_t){ .check = "fyr-match-check instance plan certificate",
                        .names = { "instance", "plan", "certificate" } };
    bench_begin (bench);
    solve (bench, seed, "");
    return bench;
}

static void tear_down (bench_t *bench)
{
    bench_end (bench);
    free (bench);
}

/* --- damage --- */

/* A file of another length, another kind, for another number of people. */
static void damage_frame (bench_t *bench, int which)
{
    const file_t *whole = &bench->files[which];
    damage_lengths (bench, which, HEAD);
    for (size_t at = 8; at < HEAD; at += 4)
        for (uint32_t more = 1; more < 4; more++)
            with_u32 (bench, which, at, get_u32 (whole, at) + more, BAD_FILE, bench->names[which]);
}

/* Every citizen anywhere else. */
static void damage_plan (bench_t *bench)
{
    const file_t *plan = &bench->files[PLAN];
    for (size_t at = HEAD; at < plan->size; at += 4) {
        for (uint32_t place = 0; place < POSITIONS + 2; place++)
            if (place != get_u32 (plan, at))
                with_u32 (bench, PLAN, at, place, NOT_PROVED, "no: ");
        if (get_u32 (plan, at) != UINT32_MAX)
            with_u32 (bench, PLAN, at, UINT32_MAX, NOT_PROVED, "no: ");
        for (size_t other = HEAD; other < at; other += 4) {
            file_t damaged = *plan;
            put_u32 (&damaged, at, get_u32 (plan, other));
            put_u32 (&damaged, other, get_u32 (plan, at));
            if (get_u32 (plan, at) != get_u32 (plan, other))
                expect (bench, PLAN, &damaged, NOT_PROVED, "no: ");
        }
    }
}

/* Every price a little, or far, off. */
static void damage_prices (bench_t *bench, size_t first, size_t n)
{
    const file_t *certificate = &bench->files[CERTIFICATE];
    for (size_t at = first; at < first + 4 * n; at += 4) {
        uint32_t price = get_u32 (certificate, at);
        const uint32_t others[] = { price + 1, price - 1, price + 1000, 0, UINT32_MAX, ~price };
        for (size_t k = 0; k < sizeof others / sizeof others[0]; k++)
            if (others[k] != price)
                with_u32 (bench, CERTIFICATE, at, others[k], NOT_PROVED, "no: ");
    }
}

static void damage_person (bench_t *bench)
{
    const file_t *certificate = &bench->files[CERTIFICATE];
    with_u32 (bench, CERTIFICATE, HEAD, 0, NOT_PROVED, "no: ");
    with_u32 (bench, CERTIFICATE, HEAD, 1000 * CITIZENS, NOT_PROVED, "no: a person");
    with_u32 (bench, CERTIFICATE, HEAD, get_u32 (certificate, HEAD) + 1, NOT_PROVED, "no: ");
    with_u32 (bench, CERTIFICATE, HEAD, get_u32 (certificate, HEAD) - 1, NOT_PROVED, "no: ");
    with_u32 (bench, CERTIFICATE, HEAD + 4, UINT32_MAX, NOT_PROVED, "no: a person");
}

Test (match_check, no_damage_to_a_plan_or_its_prices_goes_unseen)
{
    char line[PATH_SIZE];
    bench_t *bench = set_up (4);
    cr_assert_eq (run (bench, bench->check, line), PROVED, "%s", line);
    cr_assert (strncmp (line, "yes: placed ", 12) == 0, "%s", line);
    damage_frame (bench, PLAN);
    damage_frame (bench, CERTIFICATE);
    damage_plan (bench);
    damage_prices (bench, PRICES, CITIZENS + POSITIONS);
    damage_person (bench);
    cr_assert (bench->damages > 200, "%d", bench->damages);
    cr_assert_eq (run (bench, bench->check, line), PROVED, "%s", line);
    tear_down (bench);
}

/* Floor, number of proofs, and what a person and one of the group are worth. */
static void damage_floor (bench_t *bench)
{
    uint32_t floor = get_u32 (&bench->files[CERTIFICATE], HEAD),
             missed = get_u32 (&bench->files[CERTIFICATE], HEAD + 4);
    uint32_t worth = get_u32 (&bench->files[CERTIFICATE], HEAD + 12);
    if (!missed)
        with_u32 (bench, CERTIFICATE, HEAD, floor + 1, NOT_PROVED, "no: nothing says why ");
    if (!missed && worth > 0)
        with_u32 (bench, CERTIFICATE, HEAD, floor - 1, NOT_PROVED, "no: nothing says why ");
    with_u32 (bench, CERTIFICATE, HEAD + 4, !missed, BAD_FILE, "certificate: byte ");
    for (size_t at = HEAD + 8; at < HEAD + 16; at += 4)
        for (uint32_t more = 1; more < 4; more++)
            with_u32 (bench, CERTIFICATE, at, get_u32 (&bench->files[CERTIFICATE], at) + more, NOT_PROVED, "no: ");
}

Test (match_check, a_plan_with_a_floor_is_proved_and_no_damage_goes_unseen, .description = "P6")
{
    char line[PATH_SIZE];
    bench_t *bench = set_up (1);
    int damaged[2] = { 0 };
    for (uint64_t seed = 1; seed <= 80; seed++) {
        solve (bench, seed, "--floor 100");
        cr_assert_eq (run (bench, bench->check, line), PROVED, "seed %d: %s", (int) seed, line);
        cr_assert (strstr (line, " of_group ") && strstr (line, " floor "), "%s", line);
        uint32_t missed = get_u32 (&bench->files[CERTIFICATE], HEAD + 4) == 1;
        if (get_u32 (&bench->files[CERTIFICATE], HEAD + 12) == 0 || damaged[missed]++ > 0)
            continue;
        damage_frame (bench, PLAN);
        damage_frame (bench, CERTIFICATE);
        damage_plan (bench);
        damage_prices (bench, HEAD + 16, (2 + missed) * (CITIZENS + POSITIONS));
        damage_floor (bench);
    }
    cr_assert (damaged[0] > 0 && damaged[1] > 0, "%d kept, %d missed", damaged[0], damaged[1]);
    cr_assert (bench->damages > 400, "%d", bench->damages);
    tear_down (bench);
}

Test (match_check, a_plan_of_another_instance_is_not_proved)
{
    char line[PATH_SIZE];
    bench_t *bench = set_up (4), *other = set_up (5);
    for (int which = 0; which <= CERTIFICATE; which++) {
        save (bench, which, &other->files[which]);
        cr_expect_eq (run (bench, bench->check, line), NOT_PROVED, "%s", line);
        save (bench, which, &bench->files[which]);
    }
    tear_down (bench);
    tear_down (other);
}

Test (match_check, bad_input_is_named_by_its_byte)
{
    char line[PATH_SIZE];
    bench_t *bench = set_up (4);
    file_t damaged = bench->files[INSTANCE];
    put_u32 (&damaged, 24 + 4, UINT32_MAX);
    save (bench, INSTANCE, &damaged);
    cr_expect_eq (run (bench, "fyr-match solve instance", line), 2);
    cr_expect (strstr (line, "instance: byte 28: row 1"), "%s", line);
    cr_expect_eq (run (bench, bench->check, line), BAD_FILE);
    cr_expect (strstr (line, "instance: byte 28: "), "%s", line);
    cr_expect_eq (run (bench, "fyr-match solve", line), 2);
    cr_expect_eq (run (bench, "fyr-match solve plan", line), 2);
    cr_expect_eq (run (bench, "fyr-match solve nothing", line), 1);
    tear_down (bench);
}

/* The score or the number behind a word of the report. */
static long number_after (const char *line, const char *word)
{
    const char *at = strstr (line, word);
    cr_assert (at, "no '%s' in %s", word, line);
    return strtol (at + strlen (word), NULL, 10);
}

Test (match_check, the_report_shows_what_the_stable_plan_and_a_floor_give_up, .description = "P6, P7")
{
    char line[PATH_SIZE];
    bench_t *bench = set_up (5);
    cr_assert_eq (run (bench, "fyr-match solve instance --report | grep '^stable plan'", line), 0);
    cr_expect (number_after (line, "gives up ") >= 0 && number_after (line, "people and ") >= 0, "%s", line);
    cr_assert_eq (run (bench, "fyr-match solve instance --report | grep '^best plan'", line), 0);
    long blocking = number_after (strstr (line, " score "), ", ");
    cr_assert_eq (run (bench, "fyr-match solve instance --report | grep -c '^  citizen .* gains '", line), 0);
    cr_expect (blocking > 0 && strtol (line, NULL, 10) == (blocking < 10 ? blocking : 10), "%ld: %s", blocking, line);
    cr_assert_eq (run (bench, "fyr-match solve instance --floor 100 | grep '^with a floor'", line), 0);
    long least = number_after (line, "with a floor of ");
    cr_expect_eq (number_after (strstr (line, ": placed "), " of "), least, "all of the group: %s", line);
    cr_expect (least > 0 && number_after (line, ": placed ") <= least, "%s", line);
    cr_expect_eq (number_after (line, "at a cost of "), 0, "no people: %s", line);
    cr_expect_eq (run (bench, "fyr-match solve instance --floor 101", line), 2);
    tear_down (bench);
}
