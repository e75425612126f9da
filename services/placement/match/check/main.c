/*
 * fyr-match-check INSTANCE PLAN CERTIFICATE
 *
 * Is this plan the best there is: the most people placed, and of those plans the highest score? It shares no code with
 * what made the plan, so that a mistake there cannot hide here. The certificate gives every citizen and every opening a
 * price, none below 0. If for each eligible pair
 *
 *     price of the citizen + price of the opening >= person + score                                           (1)
 *
 * then no plan is worth more than all prices together, an opening counted once for each: add (1) up over its pairs. If
 * besides (1) is equal for the pairs of this plan, and who is unplaced and what is not full has the price 0, this plan
 * is worth just that. And when `person` is above 1000 times those who can be placed, worth counts people first.
 *
 * Exit 0: proved. 1: not proved, and where it fails. 2: a file is not what it should be, and at which byte.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SCORE_MOST = 1000, NOT_PROVED = 1, BAD_FILE = 2 };
#define UNPLACED UINT32_MAX

typedef struct {
    const char *path;
    unsigned char *bytes;
    size_t size, at;
} file_t;

__attribute__ ((noreturn, format (printf, 2, 3))) static void end (int code, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    vfprintf (stdout, format, arguments);
    va_end (arguments);
    fputc ('\n', stdout);
    exit (code);
}

static file_t load (const char *path, const char *magic)
{
    file_t file = { .path = path };
    FILE *stream = fopen (path, "rb");
    if (!stream || fseek (stream, 0, SEEK_END) != 0)
        end (BAD_FILE, "%s: cannot be read", path);
    long size = ftell (stream);
    rewind (stream);
    file.bytes = size >= 0 ? malloc ((size_t) size + 8) : NULL;
    if (!file.bytes || fread (file.bytes, 1, (size_t) size, stream) != (size_t) size)
        end (BAD_FILE, "%s: cannot be read", path);
    fclose (stream);
    file.size = (size_t) size;
    if (file.size < 8 || memcmp (file.bytes, magic, 8) != 0)
        end (BAD_FILE, "%s: byte 0: must begin with %s", path, magic);
    file.at = 8;
    return file;
}

/* The next `count` values of `width` bytes. */
static const void *take (file_t *file, uint64_t count, size_t width)
{
    if (count > (file->size - file->at) / width)
        end (BAD_FILE, "%s: byte %zu: ends too early", file->path, file->size);
    const void *values = file->bytes + file->at;
    file->at += (size_t) count * width;
    return values;
}

/* Values need not be aligned, so they are copied out. */
static uint32_t u32 (const void *values, size_t i)
{
    uint32_t value;
    memcpy (&value, (const unsigned char *) values + 4 * i, 4);
    return value;
}

static uint32_t u16 (const void *values, size_t i)
{
    uint16_t value;
    memcpy (&value, (const unsigned char *) values + 2 * i, 2);
    return value;
}

static void ends_here (const file_t *file)
{
    if (file->at != file->size)
        end (BAD_FILE, "%s: byte %zu: should end here", file->path, file->at);
}

typedef struct {
    uint32_t citizens, positions, pairs;
    const void *row, *position, *score, *openings; /* the instance */
    const void *place;                             /* the plan */
    uint64_t person;                               /* the certificate */
    const void *citizen_price, *opening_price;
    uint32_t *taken; /* openings of every position */
    uint64_t placed, total;
} case_t;

static void read_instance (case_t *c, const char *path)
{
    file_t file = load (path, "PMINST1");
    const void *head = take (&file, 4, 4);
    c->citizens = u32 (head, 0);
    c->positions = u32 (head, 1);
    c->pairs = u32 (head, 2);
    size_t rows_at = file.at;
    c->row = take (&file, (uint64_t) c->citizens + 1, 4);
    c->position = take (&file, c->pairs, 4);
    c->score = take (&file, c->pairs, 2);
    c->openings = take (&file, c->positions, 2);
    ends_here (&file);
    for (size_t i = 0; i <= c->citizens; i++)
        if (u32 (c->row, i) < (i ? u32 (c->row, i - 1) : 0) || u32 (c->row, i) > c->pairs ||
            (i == 0 && u32 (c->row, 0) != 0) || (i == c->citizens && u32 (c->row, i) != c->pairs))
            end (BAD_FILE, "%s: byte %zu: rows ascend from 0 to the number of pairs", path, rows_at + 4 * i);
}

/* Plan and certificate must say for how many they are. */
static file_t load_beside (const case_t *c, const char *path, const char *magic)
{
    file_t file = load (path, magic);
    const void *head = take (&file, 2, 4);
    if (u32 (head, 0) != c->citizens || u32 (head, 1) != c->positions)
        end (BAD_FILE, "%s: byte 8: for %u citizens and %u positions, the instance has %u and %u", path, u32 (head, 0),
             u32 (head, 1), c->citizens, c->positions);
    return file;
}

/* One citizen: the pairs are eligible pairs, (1) holds for all of them, and is equal for the one in the plan. */
static void check_citizen (case_t *c, uint32_t i)
{
    uint32_t place = u32 (c->place, i), before = UNPLACED;
    uint64_t price = u32 (c->citizen_price, i);
    int found = place == UNPLACED;
    if (place == UNPLACED && price > 0)
        end (NOT_PROVED, "no: citizen %u is unplaced at a price of %llu", i, (unsigned long long) price);
    for (uint32_t k = u32 (c->row, i), last = u32 (c->row, (size_t) i + 1); k < last; k++) {
        uint32_t position = u32 (c->position, k), score = u16 (c->score, k);
        if (position >= c->positions || score > SCORE_MOST || (before != UNPLACED && position <= before))
            end (BAD_FILE, "instance: pair %u: position %u, score %u", k, position, score);
        before = position;
        uint64_t prices = price + u32 (c->opening_price, position), worth = c->person + score;
        if (prices < worth || (position == place && prices > worth))
            end (NOT_PROVED, "no: citizen %u, position %u: the prices are %llu and %s %llu", i, position,
                 (unsigned long long) prices, prices < worth ? "do not cover" : "in the plan, and yet above",
                 (unsigned long long) worth);
        if (position != place)
            continue;
        found = 1;
        c->taken[position]++;
        c->placed++;
        c->total += score;
    }
    if (!found)
        end (NOT_PROVED, "no: citizen %u is placed in position %u and not eligible there", i, place);
}

static void check_position (const case_t *c, uint32_t p)
{
    uint32_t openings = u16 (c->openings, p), price = u32 (c->opening_price, p);
    if (c->taken[p] > openings)
        end (NOT_PROVED, "no: position %u has %u openings and %u are placed there", p, openings, c->taken[p]);
    if (c->taken[p] < openings && price > 0)
        end (NOT_PROVED, "no: position %u has an empty opening at a price of %u", p, price);
}

int main (int argc, char **argv)
{
    if (argc != 4)
        end (BAD_FILE, "fyr-match-check INSTANCE PLAN CERTIFICATE");
    case_t c = { 0 };
    read_instance (&c, argv[1]);
    file_t plan = load_beside (&c, argv[2], "FYRPLAN1");
    c.place = take (&plan, c.citizens, 4);
    ends_here (&plan);
    file_t certificate = load_beside (&c, argv[3], "FYRCERT1");
    memcpy (&c.person, take (&certificate, 1, 8), 8);
    c.citizen_price = take (&certificate, c.citizens, 4);
    c.opening_price = take (&certificate, c.positions, 4);
    ends_here (&certificate);
    struct timespec begun, done;
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &begun);
    c.taken = calloc ((size_t) c.positions + 1, sizeof *c.taken);
    if (!c.taken)
        end (BAD_FILE, "no memory");
    if (c.person <= (uint64_t) SCORE_MOST * c.citizens || c.person > UINT64_MAX / 4)
        end (NOT_PROVED, "no: a person is worth %llu, which must be above %d for each of %u citizens",
             (unsigned long long) c.person, SCORE_MOST, c.citizens);
    for (uint32_t i = 0; i < c.citizens; i++)
        check_citizen (&c, i);
    for (uint32_t p = 0; p < c.positions; p++)
        check_position (&c, p);
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &done);
    end (0, "yes: placed %llu score %llu check_s %.6f", (unsigned long long) c.placed, (unsigned long long) c.total,
         (double) (done.tv_sec - begun.tv_sec) + 1e-9 * (double) (done.tv_nsec - begun.tv_nsec));
}
