/* P5: several small jobs as programs: the plan is lawful, the bound is proved, and no damage to either goes unseen. */
#include "chance.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite (match_several_check, .timeout = 120);

enum {
    CITIZENS = 12,
    POSITIONS = 9,
    JOBS = 3,
    PATH_SIZE = 512,
    FILE_MAX = 4096,
    PROVED = 0,
    NOT_PROVED = 1,
    BAD_FILE = 2
};
enum { HEAD = 16, PLAN_JOBS = HEAD + 4 * (CITIZENS + 1), BOUND_PRICES = HEAD + 16 };
enum { INSTANCE, HOURS, PLAN, BOUND, FILES };

static const char *const NAMES[] = { "instance", "hours", "plan", "bound" };

typedef struct {
    unsigned char bytes[FILE_MAX];
    size_t size;
} file_t;

typedef struct {
    char directory[64];
    file_t files[FILES];
    int eligible[CITIZENS][POSITIONS], damages;
    long score, bound;
} bench_t;

static FILE *open_file (const bench_t *bench, int which, const char *mode)
{
    char path[PATH_SIZE];
    snprintf (path, PATH_SIZE, "%s/%s", bench->directory, NAMES[which]);
    FILE *stream = fopen (path, mode);
    cr_assert (stream);
    return stream;
}

static void save (const bench_t *bench, int which, const file_t *file)
{
    FILE *stream = open_file (bench, which, "wb");
    cr_assert (fwrite (file->bytes, 1, file->size, stream) == file->size && fclose (stream) == 0);
}

static void load (bench_t *bench, int which)
{
    FILE *stream = open_file (bench, which, "rb");
    bench->files[which].size = fread (bench->files[which].bytes, 1, FILE_MAX, stream);
    fclose (stream);
}

/* The exit status; the last line in `line`. */
static int run (const bench_t *bench, const char *arguments, char line[PATH_SIZE])
{
    char command[4 * PATH_SIZE];
    const char *bin = getenv ("FYR_BIN");
    snprintf (command, sizeof command, "bin=$(realpath %s) && cd %s && $bin/%s 2>&1", bin ? bin : "build/gcc/bin",
              bench->directory, arguments);
    FILE *stream = popen (command, "r");
    cr_assert (stream);
    line[0] = '\0';
    while (fgets (line, PATH_SIZE, stream))
        ;
    int status = pclose (stream);
    cr_assert (WIFEXITED (status));
    return WEXITSTATUS (status);
}

static int check (const bench_t *bench, char line[PATH_SIZE])
{
    return run (bench, "fyr-match-check-several instance hours plan bound", line);
}

static long number_after (const char *line, const char *word)
{
    const char *at = strstr (line, word);
    cr_assert (at, "no '%s' in %s", word, line);
    return strtol (at + strlen (word), NULL, 10);
}

static void append (file_t *file, const void *value, size_t size)
{
    memcpy (file->bytes + file->size, value, size);
    file->size += size;
}

/* Position 0 and 1 are at one time; everybody can manage two of the longest jobs. */
static void make_case (bench_t *bench, uint64_t seed)
{
    uint32_t position[CITIZENS * POSITIONS], row[CITIZENS + 1] = { 0 }, minutes[CITIZENS + POSITIONS], n = 0;
    uint16_t score[CITIZENS * POSITIONS], openings[POSITIONS];
    uint64_t slots[POSITIONS] = { 2, 3 };
    for (uint32_t i = 0; i < CITIZENS; i++) {
        for (uint32_t p = 0; p < POSITIONS; p++) {
            bench->eligible[i][p] = draw (&seed) % 5 < 4;
            position[n] = p;
            score[n] = (uint16_t) (100 + draw (&seed) % 900);
            n += (uint32_t) bench->eligible[i][p];
        }
        row[i + 1] = n;
        minutes[i] = 1200;
    }
    for (uint32_t p = 0; p < POSITIONS; p++) {
        openings[p] = (uint16_t) (2 + draw (&seed) % 2);
        minutes[CITIZENS + p] = 300 + 60 * (uint32_t) (draw (&seed) % 6);
    }
    append (&bench->files[INSTANCE], "PMINST1", 8);
    append (&bench->files[INSTANCE], (uint32_t[]){ CITIZENS, POSITIONS, n, 0 }, 16);
    append (&bench->files[INSTANCE], row, sizeof row);
    append (&bench->files[INSTANCE], position, n * sizeof position[0]);
    append (&bench->files[INSTANCE], score, n * sizeof score[0]);
    append (&bench->files[INSTANCE], openings, sizeof openings);
    append (&bench->files[HOURS], "FYRHOUR1", 8);
    append (&bench->files[HOURS], (uint32_t[]){ CITIZENS, POSITIONS, JOBS, 1 }, 16);
    append (&bench->files[HOURS], minutes, sizeof minutes);
    append (&bench->files[HOURS], slots, sizeof slots);
}

/* A case whose plan is proved to be the best: then nothing above it and nothing below its bound can be true. */
static bench_t *set_up (void)
{
    char line[PATH_SIZE];
    bench_t *bench = calloc (1, sizeof *bench);
    cr_assert (bench);
    snprintf (bench->directory, sizeof bench->directory, "/tmp/fyr-match-XXXXXX");
    cr_assert (mkdtemp (bench->directory));
    for (uint64_t seed = 1; seed < 100; seed++) {
        bench->files[INSTANCE].size = bench->files[HOURS].size = 0;
        make_case (bench, seed);
        save (bench, INSTANCE, &bench->files[INSTANCE]);
        save (bench, HOURS, &bench->files[HOURS]);
        cr_assert_eq (run (bench, "fyr-match solve instance --several hours --plan plan --certificate bound", line), 0,
                      "%s", line);
        bench->score = number_after (line, " score ");
        bench->bound = number_after (line, " bound ");
        if (bench->score == bench->bound && number_after (line, " jobs ") > CITIZENS)
            break;
    }
    cr_assert (bench->score == bench->bound, "no case without a gap: %s", line);
    load (bench, PLAN);
    load (bench, BOUND);
    return bench;
}

static void tear_down (bench_t *bench)
{
    char path[PATH_SIZE];
    for (int which = 0; which < FILES; which++) {
        snprintf (path, PATH_SIZE, "%s/%s", bench->directory, NAMES[which]);
        unlink (path);
    }
    rmdir (bench->directory);
    free (bench);
}

static void expect (bench_t *bench, int which, const file_t *damaged, int expected, const char *begins)
{
    char line[PATH_SIZE];
    save (bench, which, damaged);
    int ended = check (bench, line);
    cr_expect (ended == expected && strncmp (line, begins, strlen (begins)) == 0, "%s %d: exit %d, %s", NAMES[which],
               bench->damages, ended, line);
    save (bench, which, &bench->files[which]);
    bench->damages++;
}

static uint32_t get_u32 (const file_t *file, size_t at)
{
    uint32_t value;
    memcpy (&value, file->bytes + at, 4);
    return value;
}

static void with_u32 (bench_t *bench, int which, size_t at, uint32_t value, int expected, const char *begins)
{
    file_t damaged = bench->files[which];
    memcpy (damaged.bytes + at, &value, 4);
    expect (bench, which, &damaged, expected, begins);
}

static void damage_frame (bench_t *bench, int which)
{
    const file_t *whole = &bench->files[which];
    const size_t lengths[] = { 0, 5, 8, 11, HEAD, whole->size / 2, whole->size - 1, whole->size + 1 };
    for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
        file_t damaged = *whole;
        damaged.size = lengths[k];
        expect (bench, which, &damaged, BAD_FILE, NAMES[which]);
    }
    with_u32 (bench, which, 0, 0, BAD_FILE, NAMES[which]);
    with_u32 (bench, which, 8, CITIZENS + 1, BAD_FILE, NAMES[which]);
    with_u32 (bench, which, 12, POSITIONS - 1, BAD_FILE, NAMES[which]);
}

/* Jobs that are not there, twice there, or where the citizen is not eligible; a citizen without the only job. */
static void damage_plan (bench_t *bench)
{
    const file_t *plan = &bench->files[PLAN];
    for (uint32_t i = 0; i < CITIZENS; i++)
        for (uint32_t k = get_u32 (plan, HEAD + 4 * i); k < get_u32 (plan, HEAD + 4 * (i + 1)); k++) {
            for (uint32_t p = 0; p < POSITIONS; p++)
                if (!bench->eligible[i][p])
                    with_u32 (bench, PLAN, PLAN_JOBS + 4 * k, p, NOT_PROVED, "no: citizen");
            with_u32 (bench, PLAN, PLAN_JOBS + 4 * k, POSITIONS, NOT_PROVED, "no: citizen");
            with_u32 (bench, PLAN, PLAN_JOBS + 4 * k, UINT32_MAX, NOT_PROVED, "no: citizen");
            if (k > get_u32 (plan, HEAD + 4 * i))
                with_u32 (bench, PLAN, PLAN_JOBS + 4 * k, get_u32 (plan, PLAN_JOBS + 4 * (k - 1)), NOT_PROVED,
                          "no: citizen");
        }
    file_t nobody = *plan; /* the last citizen's jobs are not given */
    uint32_t before = get_u32 (plan, HEAD + 4 * (CITIZENS - 1));
    memcpy (nobody.bytes + HEAD + 4 * CITIZENS, &before, 4);
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
    bench_t *bench = set_up ();
    cr_assert_eq (check (bench, line), PROVED, "%s", line);
    cr_assert (strncmp (line, "yes: placed 12 ", 15) == 0, "%s", line);
    cr_assert (number_after (line, " score ") == bench->score && number_after (line, " bound ") == bench->bound);
    damage_frame (bench, HOURS);
    damage_frame (bench, PLAN);
    damage_frame (bench, BOUND);
    damage_plan (bench);
    damage_conditions (bench);
    damage_prices (bench);
    cr_assert (bench->damages > 150, "%d", bench->damages);
    cr_assert_eq (check (bench, line), PROVED, "%s", line);
    tear_down (bench);
}

Test (match_several_check, the_same_work_gives_the_same_bytes_and_bad_input_is_named, .description = "P5")
{
    char line[PATH_SIZE];
    bench_t *bench = set_up ();
    cr_assert_eq (run (bench, "fyr-match solve instance --several hours --plan again --certificate more", line), 0);
    cr_expect_eq (run (bench, "fyr-match-check 2>/dev/null; cmp plan again && cmp bound more && rm again more", line),
                  0, "%s", line);
    cr_expect_eq (run (bench, "fyr-match solve instance --several hours --seconds 5", line), 0, "%s", line);
    cr_expect_eq (number_after (line, " score "), bench->score);
    cr_expect_eq (run (bench, "fyr-match solve instance --several plan", line), 2);
    cr_expect (strstr (line, "plan: byte 0: "), "%s", line);
    cr_expect_eq (run (bench, "fyr-match solve instance --several nothing", line), 1);
    cr_expect_eq (run (bench, "fyr-match solve instance --several hours --seconds 0", line), 2);
    cr_expect_eq (run (bench, "fyr-match solve instance --several hours --report", line), 2);
    cr_expect_eq (run (bench, "fyr-match solve instance --seconds 3", line), 2);
    tear_down (bench);
}
