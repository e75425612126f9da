/*
 * Instances of the match, the same bytes for the same arguments on every machine (integers alone).
 *
 *     match-generate geo|uni CITIZENS POSITIONS DEGREE SEED FILE [-c LEAST MOST] [-q STEP] [-h HOURS JOBS]
 *
 * geo     people and positions around towns of uneven size; a pair is eligible when skill, conditions, hours, days and
 *         distance allow it, and its score is the sum of competence, nearness, hours and days
 * uni     DEGREE positions each, drawn evenly, with scores drawn evenly: no structure at all
 * DEGREE  eligible positions of a citizen at most
 * -c      openings of a position, from LEAST to MOST (1 to 5)
 * -q      scores rounded down to a multiple of STEP, for many ties (1)
 * -h      hours beside it, for JOBS small jobs at most: citizens can manage 2 to 20 hours a week, a position asks for 2
 *         to 12, and three in four state in which three of fifteen parts of the week
 *
 * The format is that of services/placement/match/instance.h, and of several_files.h. The draws happen in a fixed order;
 * a change in it is a change of every instance, and of every figure measured on them.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SKILLS = 24, CONDITIONS = 8, DAYS = 10, TOWNS_MOST = 98 };
enum { SIDE = 30000, CELL = 1000 };                /* a square of 300 km, in steps of 10 m; cells of 10 km */
enum { GRID = SIDE / CELL + 12, GRID_MARGIN = 6 }; /* cells on a side, some of them outside the square */

typedef struct {
    bool geo;
    uint32_t citizens, positions, degree;
    uint64_t seed;
    const char *path, *hours;
    uint32_t openings_least, openings_most, step, jobs;
} arguments_t;

typedef struct {
    uint32_t citizens, positions, pairs;
    uint32_t *row, *position;
    uint16_t *score, *openings;
} instance_t;

/* A pair on its way into a row; where there are too many, those with the lowest `lot` stay. */
typedef struct {
    uint64_t lot;
    uint32_t position;
    uint16_t score;
} pair_t;

static void *room (size_t count, size_t size)
{
    void *at = calloc (count + 1, size);
    if (!at) {
        fprintf (stderr, "no memory\n");
        exit (1);
    }
    return at;
}

/* --- chance --- */

static uint64_t mix (uint64_t *state)
{
    uint64_t z = (*state += UINT64_C (0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C (0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C (0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint32_t below (uint64_t *state, uint32_t n)
{
    return (uint32_t) (((mix (state) >> 32) * n) >> 32);
}

/* Around 0, about `spread` away: the sum of twelve even draws. */
static int around (uint64_t *state, int spread)
{
    long sum = 0;
    for (int k = 0; k < 12; k++)
        sum += below (state, 2048);
    return (int) ((sum - 12 * 1023) * spread / 2048);
}

static uint32_t some_bits (uint64_t *state, uint32_t of, uint32_t count)
{
    uint32_t bits = 0;
    while (count > 0) {
        uint32_t bit = UINT32_C (1) << below (state, of);
        count -= !(bits & bit);
        bits |= bit;
    }
    return bits;
}

static int count_bits (uint32_t bits)
{
    return __builtin_popcount (bits);
}

static int root (int64_t square)
{
    int64_t r = 0;
    for (int64_t bit = INT64_C (1) << 20; bit > 0; bit >>= 1)
        if ((r + bit) * (r + bit) <= square)
            r += bit;
    return (int) r;
}

/* --- rows --- */

static int by_lot (const void *a, const void *b)
{
    uint64_t x = ((const pair_t *) a)->lot, y = ((const pair_t *) b)->lot;
    return (x > y) - (x < y);
}

static int by_position (const void *a, const void *b)
{
    uint32_t x = ((const pair_t *) a)->position, y = ((const pair_t *) b)->position;
    return (x > y) - (x < y);
}

static void end_row (instance_t *instance, uint32_t citizen, pair_t *pairs, uint32_t count)
{
    qsort (pairs, count, sizeof *pairs, by_position);
    for (uint32_t k = 0; k < count; k++) {
        instance->position[instance->pairs] = pairs[k].position;
        instance->score[instance->pairs++] = pairs[k].score;
    }
    instance->row[citizen + 1] = instance->pairs;
}

/* --- uni --- */

static void make_uniform (const arguments_t *a, instance_t *instance, uint64_t *state)
{
    uint32_t *drawn_by = room (a->positions, sizeof *drawn_by);
    pair_t *pairs = room (a->degree, sizeof *pairs);
    for (uint32_t i = 0; i < a->citizens; i++) {
        uint32_t count = 0;
        while (count < a->degree) {
            uint32_t position = a->degree == a->positions ? count : below (state, a->positions);
            if (drawn_by[position] == i + 1)
                continue;
            drawn_by[position] = i + 1;
            pairs[count++].position = position;
        }
        qsort (pairs, count, sizeof *pairs, by_position);
        for (uint32_t k = 0; k < count; k++)
            pairs[k].score = (uint16_t) (below (state, 1001) / a->step * a->step);
        end_row (instance, i, pairs, count);
    }
    free (drawn_by);
    free (pairs);
}

/* --- geo --- */

typedef struct {
    int x, y;
    uint32_t people, work; /* shares of all */
} town_t;

typedef struct {
    int x, y, hours, reach;
    uint32_t skills, needs, days;
} person_t;

typedef struct {
    int x, y, hours;
    uint32_t must, nice, offers, days;
} work_t;

typedef struct {
    town_t towns[TOWNS_MOST];
    uint32_t n_towns, people, work;
    person_t *persons;
    work_t *works;
    uint32_t *cell, *in_cell; /* the positions of grid cell c: in_cell[cell[c]] to before in_cell[cell[c + 1]] */
} land_t;

/* The country is as large as its towns need. Sizes fall as 1, 1/2, 1/3 ...; some have more work than people. */
static void make_towns (land_t *land, uint32_t positions, uint64_t *state)
{
    uint32_t n = positions / 200;
    n = n < 4 ? 4 : n > TOWNS_MOST ? TOWNS_MOST : n;
    int side = SIDE;
    while (n < TOWNS_MOST && (uint64_t) side * (uint64_t) side > (uint64_t) SIDE * SIDE * n / TOWNS_MOST)
        side -= 100;
    land->n_towns = n;
    for (uint32_t t = 0; t < n; t++) {
        town_t *town = &land->towns[t];
        town->x = (int) below (state, (uint32_t) side);
        town->y = (int) below (state, (uint32_t) side);
        town->people = 1000000 / (t + 3) + 2000;
        town->work = town->people / 100 * (60 + below (state, 81));
        land->people += town->people;
        land->work += town->work;
    }
}

static const town_t *town_of (const land_t *land, bool work, uint64_t *state)
{
    uint32_t at = below (state, work ? land->work : land->people), t = 0;
    for (;; t++) {
        uint32_t share = work ? land->towns[t].work : land->towns[t].people;
        if (at < share)
            return &land->towns[t];
        at -= share;
    }
}

static void make_persons (land_t *land, uint32_t count, uint64_t *state)
{
    land->persons = room (count, sizeof *land->persons);
    for (uint32_t i = 0; i < count; i++) {
        const town_t *town = town_of (land, false, state);
        person_t *person = &land->persons[i];
        person->x = town->x + around (state, 600);
        person->y = town->y + around (state, 600);
        person->skills = some_bits (state, SKILLS, 6 + below (state, 9));
        person->needs = some_bits (state, CONDITIONS, below (state, 4));
        person->days = some_bits (state, DAYS, 3 + below (state, 7));
        person->hours = 2 + (int) below (state, 17);
        person->reach = 1000 + 500 * (int) below (state, 7);
    }
}

static void make_works (land_t *land, uint32_t count, uint64_t *state)
{
    land->works = room (count, sizeof *land->works);
    for (uint32_t p = 0; p < count; p++) {
        const town_t *town = town_of (land, true, state);
        work_t *work = &land->works[p];
        work->x = town->x + around (state, 500);
        work->y = town->y + around (state, 500);
        work->must = below (state, 10) < 4 ? some_bits (state, SKILLS, 1) : 0;
        work->nice = some_bits (state, SKILLS, 4);
        work->offers = 255 & ~some_bits (state, CONDITIONS, below (state, 4));
        work->days = some_bits (state, DAYS, 2 + below (state, 7));
        work->hours = 2 + (int) below (state, 9);
    }
}

static int clamp_to_grid (int at)
{
    return at < 0 ? 0 : at >= GRID ? GRID - 1 : at;
}

static uint32_t cell_of (const work_t *work)
{
    int x = clamp_to_grid (work->x / CELL + GRID_MARGIN), y = clamp_to_grid (work->y / CELL + GRID_MARGIN);
    return (uint32_t) (y * GRID + x);
}

static void make_grid (land_t *land, uint32_t positions)
{
    land->cell = room (GRID * GRID + 1, sizeof *land->cell);
    land->in_cell = room (positions, sizeof *land->in_cell);
    uint32_t *next = room (GRID * GRID, sizeof *next);
    for (uint32_t p = 0; p < positions; p++)
        land->cell[cell_of (&land->works[p]) + 1]++;
    for (uint32_t c = 0; c < GRID * GRID; c++)
        land->cell[c + 1] += land->cell[c];
    memcpy (next, land->cell, GRID * GRID * sizeof *next);
    for (uint32_t p = 0; p < positions; p++)
        land->in_cell[next[cell_of (&land->works[p])]++] = p;
    free (next);
}

/* Below 0 when the pair is not eligible. */
static int assess (const person_t *person, const work_t *work)
{
    int days = count_bits (work->days & person->days), wanted = count_bits (work->days);
    int64_t x = work->x - person->x, y = work->y - person->y;
    if ((work->must & ~person->skills) || (person->needs & ~work->offers) || work->hours > person->hours ||
        2 * days < wanted)
        return -1;
    int distance = root (x * x + y * y);
    if (distance > person->reach)
        return -1;
    return 100 * count_bits (work->nice & person->skills) + 250 - 250 * distance / person->reach +
           200 * work->hours / person->hours + 150 * days / wanted;
}

static uint32_t pairs_of (const arguments_t *a, const land_t *land, uint32_t citizen, pair_t *pairs)
{
    const person_t *person = &land->persons[citizen];
    int reach = person->reach / CELL + 1, at_x = person->x / CELL + GRID_MARGIN, at_y = person->y / CELL + GRID_MARGIN;
    uint32_t count = 0;
    for (int y = at_y - reach; y <= at_y + reach; y++)
        for (int x = at_x - reach; x <= at_x + reach; x++) {
            if (x < 0 || y < 0 || x >= GRID || y >= GRID)
                continue;
            for (uint32_t k = land->cell[y * GRID + x]; k < land->cell[y * GRID + x + 1]; k++) {
                uint32_t position = land->in_cell[k];
                int score = assess (person, &land->works[position]);
                if (score < 0)
                    continue;
                uint64_t lot = a->seed ^ ((uint64_t) citizen << 32 | position);
                uint16_t rounded = (uint16_t) ((uint32_t) score / a->step * a->step);
                pairs[count++] = (pair_t){ mix (&lot), position, rounded };
            }
        }
    return count;
}

static void make_land (const arguments_t *a, instance_t *instance, uint64_t *state)
{
    land_t land = { 0 };
    make_towns (&land, a->positions, state);
    make_persons (&land, a->citizens, state);
    make_works (&land, a->positions, state);
    make_grid (&land, a->positions);
    pair_t *pairs = room (a->positions, sizeof *pairs);
    for (uint32_t i = 0; i < a->citizens; i++) {
        uint32_t count = pairs_of (a, &land, i, pairs);
        if (count > a->degree) {
            qsort (pairs, count, sizeof *pairs, by_lot);
            count = a->degree;
        }
        end_row (instance, i, pairs, count);
    }
    free (pairs);
    free (land.persons);
    free (land.works);
    free (land.cell);
    free (land.in_cell);
}

/* --- all of it --- */

static bool save (const instance_t *instance, const char *path)
{
    const uint32_t head[] = { instance->citizens, instance->positions, instance->pairs, 0 };
    FILE *file = fopen (path, "wb");
    if (!file)
        return false;
    bool saved = fwrite ("PMINST1", 8, 1, file) == 1 && fwrite (head, sizeof head, 1, file) == 1 &&
                 fwrite (instance->row, 4, instance->citizens + 1, file) == instance->citizens + 1 &&
                 fwrite (instance->position, 4, instance->pairs, file) == instance->pairs &&
                 fwrite (instance->score, 2, instance->pairs, file) == instance->pairs &&
                 fwrite (instance->openings, 2, instance->positions, file) == instance->positions;
    return fclose (file) == 0 && saved;
}

/* Drawn apart from the rest, so that an instance is the same with hours and without. */
static bool save_hours (const arguments_t *a)
{
    const uint32_t head[] = { a->citizens, a->positions, a->jobs, 1 };
    uint64_t state = a->seed ^ UINT64_C (0x486F757273);
    uint32_t *minutes = room (a->citizens + a->positions, sizeof *minutes);
    uint64_t *slots = room (a->positions, sizeof *slots);
    for (uint32_t i = 0; i < a->citizens; i++)
        minutes[i] = 60 * (2 + below (&state, 19));
    for (uint32_t p = 0; p < a->positions; p++) {
        minutes[a->citizens + p] = 60 * (2 + below (&state, 11));
        for (uint32_t parts = below (&state, 4) ? 3 : 0; parts > 0; parts--)
            slots[p] |= UINT64_C (1) << below (&state, 15);
    }
    FILE *file = fopen (a->hours, "wb");
    bool saved = file && fwrite ("FYRHOUR1", 8, 1, file) == 1 && fwrite (head, sizeof head, 1, file) == 1 &&
                 fwrite (minutes, 4, a->citizens + a->positions, file) == a->citizens + a->positions &&
                 fwrite (slots, 8, a->positions, file) == a->positions;
    free (minutes);
    free (slots);
    return file && fclose (file) == 0 && saved;
}

static bool parse (int argc, char **argv, arguments_t *a)
{
    *a = (arguments_t){ .openings_least = 1, .openings_most = 5, .step = 1 };
    if (argc < 7 || (strcmp (argv[1], "geo") != 0 && strcmp (argv[1], "uni") != 0))
        return false;
    a->geo = argv[1][0] == 'g';
    a->citizens = (uint32_t) strtoul (argv[2], NULL, 10);
    a->positions = (uint32_t) strtoul (argv[3], NULL, 10);
    a->degree = (uint32_t) strtoul (argv[4], NULL, 10);
    a->seed = strtoull (argv[5], NULL, 10);
    a->path = argv[6];
    for (int k = 7; k < argc; k++)
        if (strcmp (argv[k], "-c") == 0 && k + 2 < argc) {
            a->openings_least = (uint32_t) strtoul (argv[++k], NULL, 10);
            a->openings_most = (uint32_t) strtoul (argv[++k], NULL, 10);
        } else if (strcmp (argv[k], "-q") == 0 && k + 1 < argc) {
            a->step = (uint32_t) strtoul (argv[++k], NULL, 10);
        } else if (strcmp (argv[k], "-h") == 0 && k + 2 < argc) {
            a->hours = argv[++k];
            a->jobs = (uint32_t) strtoul (argv[++k], NULL, 10);
        } else {
            return false;
        }
    if (a->degree > a->positions)
        a->degree = a->positions;
    return a->positions > 0 && a->step > 0 && a->openings_least <= a->openings_most;
}

int main (int argc, char **argv)
{
    arguments_t a;
    if (!parse (argc, argv, &a)) {
        fprintf (stderr, "match-generate geo|uni CITIZENS POSITIONS DEGREE SEED FILE [-c LEAST MOST] [-q STEP]"
                         " [-h HOURS JOBS]\n");
        return 2;
    }
    instance_t instance = { .citizens = a.citizens, .positions = a.positions };
    instance.row = room (a.citizens + 1, sizeof *instance.row);
    instance.position = room ((size_t) a.citizens * a.degree, sizeof *instance.position);
    instance.score = room ((size_t) a.citizens * a.degree, sizeof *instance.score);
    instance.openings = room (a.positions, sizeof *instance.openings);
    uint64_t state = a.seed * UINT64_C (0x9E3779B97F4A7C15) + 12345;
    for (uint32_t p = 0; p < a.positions; p++)
        instance.openings[p] = (uint16_t) (a.openings_least + below (&state, a.openings_most - a.openings_least + 1));
    if (a.geo)
        make_land (&a, &instance, &state);
    else
        make_uniform (&a, &instance, &state);
    if (!save (&instance, a.path)) {
        perror (a.path);
        return 1;
    }
    if (a.hours && !save_hours (&a)) {
        perror (a.hours);
        return 1;
    }
    free (instance.row);
    free (instance.position);
    free (instance.score);
    free (instance.openings);
    return 0;
}
