/*
 * fyr-match-check INSTANCE PLAN CERTIFICATE
 *
 * Is this plan the best there is: the most people placed, and of those plans the highest score? It shares no code with
 * what made the plan, so that a mistake there cannot hide here. A proof says what a person, one of the group and a
 * point are worth, and gives every citizen and every opening a price, none below 0. If for each eligible pair
 *
 *     price of the citizen + price of the opening >= worth of the pair                                        (1)
 *
 * then no plan is worth more than all prices together: add (1) up over its pairs. If besides (1) is equal for the pairs
 * of this plan, and who is unplaced and what is not full has the price 0, this plan is worth just that.
 *
 * FYRCERT1: one proof. A person is worth more than 1000 points for each citizen, so people come first.
 * FYRCERT2, with a floor under the number placed of a group: a proof in people alone; if the floor is missed, one in
 * the group alone; and one in points, with a worth for the group. Among plans of as many people and as many of the
 * group as the floor says or can be, none has a higher score, unless this one passes the floor and that has a worth.
 *
 * Exit 0: proved. 1: not proved, and where it fails. 2: a file is not what it should be, and at which byte.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SCORE_MOST = 1000, NOT_PROVED = 1, BAD_FILE = 2 };
#define UNPLACED UINT32_MAX
#define end(code, ...) (printf (__VA_ARGS__), exit (code))

typedef struct {
    const char *path;
    unsigned char *bytes;
    size_t size, at;
} file_t;

typedef struct {
    int64_t person, member, point; /* worth */
    const uint32_t *price;         /* of the citizens, then of the openings */
} proof_t;

typedef struct {
    uint32_t citizens, positions, pairs;
    const uint32_t *row, *position; /* the instance: citizen i has the pairs from row[i] to before row[i + 1] */
    const uint16_t *score, *openings;
    const uint32_t *place; /* the plan */
    proof_t proofs[3];     /* the certificate */
    uint32_t n_proofs, floor;
    const unsigned char *in_group;     /* NULL: there is no floor */
    uint32_t *taken, placed, of_group; /* openings taken of every position; people */
    uint64_t total;
} case_t;

/* Plan and certificate say for how many citizens and positions they are. */
static file_t load (const char *path, const char *magic, const case_t *c)
{
    file_t file = { .path = path, .at = c ? 16 : 8 };
    FILE *stream = fopen (path, "rb");
    long size = stream && fseek (stream, 0, SEEK_END) == 0 ? ftell (stream) : -1;
    file.bytes = size >= 0 ? malloc ((size_t) size + 8) : NULL;
    file.size = (size_t) size;
    if (!file.bytes || fseek (stream, 0, SEEK_SET) != 0 || fread (file.bytes, 1, file.size, stream) != file.size)
        end (BAD_FILE, "%s: cannot be read\n", path);
    fclose (stream);
    if (file.size < 16 || memcmp (file.bytes, magic, strlen (magic)) != 0)
        end (BAD_FILE, "%s: byte 0: must begin with %s\n", path, magic);
    if (c && memcmp (file.bytes + 8, (uint32_t[]){ c->citizens, c->positions }, 8) != 0)
        end (BAD_FILE, "%s: byte 8: not for %u citizens and %u positions\n", path, c->citizens, c->positions);
    return file;
}

/* The next `count` values of `width` bytes. In these files they lie where such values may lie in memory. */
static const void *take (file_t *file, uint64_t count, size_t width)
{
    if (count > (file->size - file->at) / width)
        end (BAD_FILE, "%s: byte %zu: ends too early\n", file->path, file->size);
    const void *values = file->bytes + file->at;
    file->at += (size_t) count * width;
    return values;
}

static const void *take_last (file_t *file, uint64_t count, size_t width)
{
    const void *values = take (file, count, width);
    if (file->at != file->size)
        end (BAD_FILE, "%s: byte %zu: should end here\n", file->path, file->at);
    return values;
}

static void read_instance (case_t *c, const char *path)
{
    file_t file = load (path, "PMINST1", NULL);
    const uint32_t *head = take (&file, 4, 4);
    c->citizens = head[0], c->positions = head[1], c->pairs = head[2];
    c->row = take (&file, (uint64_t) c->citizens + 1, 4);
    c->position = take (&file, c->pairs, 4);
    c->score = take (&file, c->pairs, 2);
    c->openings = take_last (&file, c->positions, 2);
    for (size_t i = 0; i <= c->citizens; i++)
        if (c->row[i] < (i ? c->row[i - 1] : 0) || c->row[i] > (i ? c->pairs : 0) ||
            (i == c->citizens && c->row[i] < c->pairs))
            end (BAD_FILE, "%s: byte %zu: rows ascend from 0 to the number of pairs\n", path, 24 + 4 * i);
    for (size_t i = 0; i < c->citizens; i++)
        for (size_t k = c->row[i]; k < c->row[i + 1]; k++)
            if (c->position[k] >= c->positions || (k > c->row[i] && c->position[k] <= c->position[k - 1]) ||
                c->score[k] > SCORE_MOST)
                end (BAD_FILE, "%s: byte %zu: position or score\n", path, 28 + 4 * (c->citizens + k));
}

static void read_certificate (case_t *c, const char *path)
{
    file_t file = load (path, "FYRCERT", c);
    uint64_t prices = (uint64_t) c->citizens + c->positions;
    if (file.bytes[7] == '1') {
        const int64_t *person = take (&file, 1, 8);
        c->proofs[c->n_proofs++] = (proof_t){ *person, 0, 1, take_last (&file, prices, 4) };
        return;
    }
    if (file.bytes[7] != '2')
        end (BAD_FILE, "%s: byte 7: must be 1 or 2\n", path);
    const uint32_t *head = take (&file, 4, 4); /* floor, 1 if it is missed, worth of a person, of one of the group */
    c->floor = head[0];
    c->proofs[c->n_proofs++] = (proof_t){ 1, 0, 0, take (&file, prices, 4) };
    if (head[1] == 1)
        c->proofs[c->n_proofs++] = (proof_t){ 0, 1, 0, take (&file, prices, 4) };
    c->proofs[c->n_proofs++] = (proof_t){ head[2], head[3], 1, take (&file, prices, 4) };
    c->in_group = take_last (&file, c->citizens, 1);
}

/* Nowhere are more placed than there are openings. */
static void count_places (case_t *c)
{
    for (uint32_t i = 0; i < c->citizens; i++) {
        uint32_t place = c->place[i];
        if (place == UNPLACED)
            continue;
        if (place >= c->positions || ++c->taken[place] > c->openings[place])
            end (NOT_PROVED, "no: position %u has fewer openings than are placed there\n", place);
        c->placed++;
        c->of_group += c->in_group && c->in_group[i];
    }
}

/* Everybody is eligible where they are placed; (1) for all pairs, equal for those in the plan, and 0 for what is left.
 * Gives the score of the plan. Prices are below 2^32, worth below 2^62. */
static uint64_t check_proof (const case_t *c, const proof_t *proof)
{
    const uint32_t *opening_price = proof->price + c->citizens, scores = proof->point ? UINT32_MAX : 0;
    uint64_t total = 0;
    for (uint32_t i = 0; i < c->citizens; i++) {
        uint32_t first = c->row[i], last = c->row[i + 1], place = c->place[i], pair = first;
        int64_t worth = proof->person + (c->in_group && c->in_group[i] ? proof->member : 0);
        int64_t over = proof->price[i], base = over - worth, signs = 0;
        for (uint32_t k = first; k < last; k++)
            pair += c->position[k] < place; /* they ascend */
        if (place != UNPLACED && (pair == last || c->position[pair] != place))
            end (NOT_PROVED, "no: citizen %u is placed in position %u and not eligible there\n", i, place);
        for (uint32_t k = first; k < last; k++)
            signs |= base + opening_price[c->position[k]] - (c->score[k] & scores);
        for (uint32_t k = first; signs < 0 && k < last; k++)
            if (base + opening_price[c->position[k]] - (c->score[k] & scores) < 0)
                end (NOT_PROVED, "no: citizen %u, position %u: the prices do not cover\n", i, c->position[k]);
        if (place != UNPLACED) {
            over = base + opening_price[place] - (c->score[pair] & scores);
            total += c->score[pair];
        }
        if (over > 0)
            end (NOT_PROVED, "no: citizen %u: the prices are %lld above the plan\n", i, (long long) over);
    }
    for (uint32_t p = 0; p < c->positions; p++)
        if (c->taken[p] < c->openings[p] && opening_price[p] > 0)
            end (NOT_PROVED, "no: position %u has an empty opening at a price of %u\n", p, opening_price[p]);
    return total;
}

int main (int argc, char **argv)
{
    if (argc != 4)
        end (BAD_FILE, "fyr-match-check INSTANCE PLAN CERTIFICATE\n");
    case_t c = { 0 };
    read_instance (&c, argv[1]);
    file_t plan = load (argv[2], "FYRPLAN1", &c);
    c.place = take_last (&plan, c.citizens, 4);
    read_certificate (&c, argv[3]);
    c.taken = calloc ((size_t) c.positions + 1, sizeof *c.taken);
    if (!c.taken)
        end (BAD_FILE, "no memory\n");
    clock_t begun = clock ();
    count_places (&c);
    const proof_t *last = &c.proofs[c.n_proofs - 1];
    if (!c.in_group && (last->person <= (int64_t) SCORE_MOST * c.citizens || last->person > INT64_MAX / 2))
        end (NOT_PROVED, "no: a person must be worth more than %d for each of %u citizens\n", SCORE_MOST, c.citizens);
    if (c.of_group < c.floor ? c.n_proofs < 3 : c.of_group > c.floor && last->member > 0)
        end (NOT_PROVED, "no: nothing says why %u of the group, at a floor of %u, is best\n", c.of_group, c.floor);
    for (uint32_t k = 0; k < c.n_proofs; k++)
        c.total = check_proof (&c, &c.proofs[k]);
    printf ("yes: placed %u score %llu check_s %.6f", c.placed, (unsigned long long) c.total,
            (double) (clock () - begun) / CLOCKS_PER_SEC);
    end (0, c.in_group ? " of_group %u floor %u\n" : "\n", c.of_group, c.floor);
}
