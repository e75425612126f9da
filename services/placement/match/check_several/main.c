/*
 * fyr-match-check-several INSTANCE HOURS PLAN BOUND
 *
 * Is this plan of several small jobs lawful, does it give as many people a job as can have one, and how far from the
 * highest score can it be at most? It shares no code with what made the plan. The bound gives every citizen and every
 * opening a price, none below 0. If for each citizen and each lawful set of positions
 *
 *     price of the citizen + prices of the openings >= person + part * scores                                 (1)
 *
 * then no plan is worth more than all prices together, an opening counted once for each: add (1) up over its citizens.
 * So all prices divided by `person` is the most people there can be, and what is left, divided by `part`, the highest
 * score for so many. (1) is seen by trying all sets of a citizen; only positions that are worth more than their price
 * can lift a set, so the dearest come first, and a way is left where even the next ones, as many as there is time for,
 * could not pass the price.
 *
 * Exit 0: it holds, with the gap. 1: it does not, and where. 2: a file is not what it should be, and at which byte.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCORE_MOST = 1000, JOBS_MOST = 8, NOT_PROVED = 1, BAD_FILE = 2 };
#define PRICE_MOST (INT64_C (1) << 50)

typedef struct {
    const char *path;
    unsigned char *bytes;
    size_t size, at;
} file_t;

typedef struct {
    int64_t profit;
    uint32_t position, minutes;
} offer_t;

typedef struct {
    uint32_t citizens, positions, pairs, jobs_most, words;
    const uint32_t *row, *position, *minutes_most, *minutes, *plan_row, *plan;
    const uint16_t *score, *openings;
    const uint64_t *slots;
    const int64_t *person, *part, *citizen_price, *opening_price;
    uint32_t *taken, set[JOBS_MOST];
    offer_t *offer; /* of one citizen, the dearest first */
    uint32_t n_offers, shortest;
    int64_t people, jobs, total;
} case_t;

__attribute__ ((format (printf, 2, 3), noreturn)) static void end (int code, const char *text, ...)
{
    va_list list;
    va_start (list, text);
    vprintf (text, list);
    va_end (list);
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

/* The next `count` values of `width` bytes, copied out so that they are aligned. */
static void *take (file_t *file, uint64_t count, size_t width)
{
    if (count > (file->size - file->at) / width)
        end (BAD_FILE, "%s: byte %zu: ends too early", file->path, file->size);
    void *values = malloc ((size_t) count * width + 8);
    if (!values)
        end (BAD_FILE, "no memory");
    memcpy (values, file->bytes + file->at, (size_t) count * width);
    file->at += (size_t) count * width;
    return values;
}

static uint32_t take_number (file_t *file)
{
    uint32_t *value = take (file, 1, 4), number = *value;
    free (value);
    return number;
}

static void ends_here (file_t *file)
{
    if (file->at != file->size)
        end (BAD_FILE, "%s: byte %zu: should end here", file->path, file->at);
    free (file->bytes);
}

static const uint32_t *take_rows (file_t *file, uint32_t citizens)
{
    const uint32_t *row = take (file, (uint64_t) citizens + 1, 4);
    for (uint32_t i = 0; i <= citizens; i++)
        if (row[i] < (i ? row[i - 1] : 0) || row[0] != 0)
            end (BAD_FILE, "%s: row %u: rows ascend from 0", file->path, i);
    return row;
}

static file_t load_beside (const case_t *c, const char *path, const char *magic)
{
    file_t file = load (path, magic);
    uint32_t citizens = take_number (&file), positions = take_number (&file);
    if (citizens != c->citizens || positions != c->positions)
        end (BAD_FILE, "%s: byte 8: for %u citizens and %u positions", path, citizens, positions);
    return file;
}

static void read_all (case_t *c, char **path)
{
    file_t file = load (path[0], "PMINST1");
    c->citizens = take_number (&file);
    c->positions = take_number (&file);
    c->pairs = take_number (&file);
    (void) take_number (&file);
    c->row = take_rows (&file, c->citizens);
    c->position = take (&file, c->pairs, 4);
    c->score = take (&file, c->pairs, 2);
    c->openings = take (&file, c->positions, 2);
    ends_here (&file);
    if (c->row[c->citizens] != c->pairs)
        end (BAD_FILE, "%s: rows end at %u, pairs at %u", path[0], c->row[c->citizens], c->pairs);
    file = load_beside (c, path[1], "FYRHOUR1");
    c->jobs_most = take_number (&file);
    c->words = take_number (&file);
    c->minutes_most = take (&file, c->citizens, 4);
    c->minutes = take (&file, c->positions, 4);
    c->slots = take (&file, (uint64_t) c->positions * c->words, 8);
    ends_here (&file);
    for (uint32_t p = 0; p < c->positions; p++)
        if (c->minutes[p] < 1 || c->jobs_most < 1 || c->jobs_most > JOBS_MOST)
            end (BAD_FILE, "%s: position %u has %u minutes, a citizen %u jobs", path[1], p, c->minutes[p],
                 c->jobs_most);
    file = load_beside (c, path[2], "FYRJOBS1");
    c->plan_row = take_rows (&file, c->citizens);
    c->plan = take (&file, c->plan_row[c->citizens], 4);
    ends_here (&file);
    file = load_beside (c, path[3], "FYRBOUN1");
    c->person = take (&file, 1, 8);
    c->part = take (&file, 1, 8);
    c->citizen_price = take (&file, c->citizens, 8);
    c->opening_price = take (&file, c->positions, 8);
    ends_here (&file);
}

static int share_a_slot (const case_t *c, uint32_t a, uint32_t b)
{
    for (uint32_t w = 0; w < c->words; w++)
        if (c->slots[(size_t) a * c->words + w] & c->slots[(size_t) b * c->words + w])
            return 1;
    return 0;
}

/* What the plan gives the citizen: eligible, lawful; counted. */
static void check_jobs (case_t *c, uint32_t i)
{
    uint32_t first = c->plan_row[i], count = c->plan_row[i + 1] - first, k = c->row[i];
    uint64_t minutes = 0;
    for (uint32_t j = 0; j < count; j++) {
        uint32_t p = c->plan[first + j];
        while (k < c->row[i + 1] && c->position[k] != p)
            k++;
        if (k == c->row[i + 1])
            end (NOT_PROVED, "no: citizen %u has position %u twice, out of order, or is not eligible there", i, p);
        for (uint32_t before = 0; before < j; before++)
            if (share_a_slot (c, p, c->plan[first + before]))
                end (NOT_PROVED, "no: citizen %u has positions %u and %u at one time", i, c->plan[first + before], p);
        minutes += c->minutes[p];
        c->total += c->score[k++];
        c->taken[p]++;
    }
    if (count > 1 && (count > c->jobs_most || minutes > c->minutes_most[i]))
        end (NOT_PROVED, "no: citizen %u has %u jobs and %llu minutes", i, count, (unsigned long long) minutes);
    c->people += count > 0;
    c->jobs += count;
}

/* (1) for all sets that add offers from `from` on to the `held` ones; `room` is what they may be worth yet. */
static void try_sets (case_t *c, uint32_t i, uint32_t from, uint32_t held, int64_t minutes_left, int64_t room)
{
    int64_t in_time = minutes_left / c->shortest, more = c->jobs_most - held;
    for (more = in_time < more ? in_time : more; from < c->n_offers; from++) {
        const offer_t *offer = &c->offer[from];
        int64_t could_come = 0;
        for (uint32_t k = from; k < c->n_offers && k - from < more; k++)
            could_come += c->offer[k].profit;
        if (could_come <= room)
            return;
        int clash = held > 0 && offer->minutes > minutes_left;
        for (uint32_t k = 0; k < held && !clash; k++)
            clash = share_a_slot (c, c->set[k], offer->position);
        if (clash)
            continue;
        if (offer->profit > room)
            end (NOT_PROVED, "no: citizen %u has a set of %u with position %u above its prices", i, held + 1,
                 offer->position);
        c->set[held] = offer->position;
        try_sets (c, i, from + 1, held + 1, minutes_left > offer->minutes ? minutes_left - offer->minutes : 0,
                  room - offer->profit);
    }
}

static int by_profit (const void *a, const void *b)
{
    int64_t x = ((const offer_t *) a)->profit, y = ((const offer_t *) b)->profit;
    return (x < y) - (x > y);
}

static void check_price (case_t *c, uint32_t i)
{
    c->n_offers = 0;
    c->shortest = UINT32_MAX;
    for (uint32_t k = c->row[i]; k < c->row[i + 1]; k++) {
        uint32_t p = c->position[k];
        if (p >= c->positions || c->score[k] > SCORE_MOST || (k > c->row[i] && p <= c->position[k - 1]))
            end (BAD_FILE, "instance: pair %u: position %u, score %u", k, p, c->score[k]);
        int64_t profit = *c->part * c->score[k] - c->opening_price[p];
        if (*c->person + profit > c->citizen_price[i])
            end (NOT_PROVED, "no: citizen %u, position %u: the prices do not cover", i, p);
        if (profit > 0)
            c->offer[c->n_offers++] = (offer_t){ profit, p, c->minutes[p] };
        if (profit > 0 && c->minutes[p] < c->shortest)
            c->shortest = c->minutes[p];
    }
    if (c->n_offers > 1)
        qsort (c->offer, c->n_offers, sizeof *c->offer, by_profit);
    try_sets (c, i, 0, 0, c->minutes_most[i], c->citizen_price[i] - *c->person);
}

static void add (int64_t *sum, int64_t price, int64_t times)
{
    int64_t product;
    if (price < 0 || price > PRICE_MOST || __builtin_mul_overflow (price, times, &product) ||
        __builtin_add_overflow (*sum, product, sum))
        end (NOT_PROVED, "no: a price of %lld is out of range", (long long) price);
}

int main (int argc, char **argv)
{
    if (argc != 5)
        end (BAD_FILE, "fyr-match-check-several INSTANCE HOURS PLAN BOUND");
    case_t c = { 0 };
    int64_t sum = 0;
    read_all (&c, argv + 1);
    c.taken = calloc ((size_t) c.positions + 1, sizeof *c.taken);
    c.offer = calloc ((size_t) c.pairs + 1, sizeof *c.offer);
    if (!c.taken || !c.offer)
        end (BAD_FILE, "no memory");
    if (*c.person < 1 || *c.person > PRICE_MOST || *c.part < 1 || *c.part > 1 << 20)
        end (NOT_PROVED, "no: a person is worth %lld, a point %lld", (long long) *c.person, (long long) *c.part);
    for (uint32_t p = 0; p < c.positions; p++)
        add (&sum, c.opening_price[p], c.openings[p]);
    for (uint32_t i = 0; i < c.citizens; i++) {
        add (&sum, c.citizen_price[i], 1);
        check_price (&c, i);
        check_jobs (&c, i);
    }
    for (uint32_t p = 0; p < c.positions; p++)
        if (c.taken[p] > c.openings[p])
            end (NOT_PROVED, "no: position %u has %u openings and %u are placed there", p, c.openings[p], c.taken[p]);
    if (sum / *c.person != c.people)
        end (NOT_PROVED, "no: %lld people have a job, and the prices say %lld at most", (long long) c.people,
             (long long) (sum / *c.person));
    int64_t bound = (sum - *c.person * c.people) / *c.part, gap = bound - c.total;
    end (0, "yes: placed %lld jobs %lld score %lld bound %lld gap %lld", (long long) c.people, (long long) c.jobs,
         (long long) c.total, (long long) bound, (long long) gap);
}
