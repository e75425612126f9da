#include "placement/match/instance.h"

#include "base/own.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "instances are read as they lie in the file");

static const char BAD[] = "MATCH_INSTANCE_BAD";

void instance_destroy (instance_t **self)
{
    if (!*self)
        return;
    lists_clear (&(*self)->of_citizen);
    lists_clear (&(*self)->of_position);
    free ((*self)->openings);
    free (*self);
    *self = NULL;
}

static status_t no_memory (fault_t *reterr)
{
    return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "MATCH_NO_MEMORY", "there is not enough memory for the instance");
}

static status_t check_sizes (uint64_t citizens, uint64_t positions, uint64_t pairs, fault_t *reterr)
{
    const struct {
        const char *name;
        uint64_t count, most;
    } sizes[] = { { "citizens", citizens, MATCH_CITIZENS_MAX },
                  { "positions", positions, MATCH_POSITIONS_MAX },
                  { "pairs", pairs, MATCH_PAIRS_MAX } };
    for (unsigned i = 0; i < 3; i++)
        if (sizes[i].count > sizes[i].most)
            return fault (reterr, STATUS_INVALID_ARGUMENT, BAD, "byte %u: %" PRIu64 " %s, at most %" PRIu64, 8 + 4 * i,
                          sizes[i].count, sizes[i].name, sizes[i].most);
    return STATUS_OK;
}

static instance_t *new_instance (uint32_t citizens, uint32_t positions, uint32_t pairs)
{
    instance_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    *self = (instance_t){ .citizens = citizens, .positions = positions, .pairs = pairs };
    self->openings = calloc ((size_t) positions + 1, sizeof *self->openings);
    if (!self->openings)
        instance_destroy (&self);
    return self;
}

/* The side of the positions from that of the citizens; in every list the citizens ascend. */
static bool mirror (instance_t *self)
{
    uint32_t *degree = calloc ((size_t) self->positions + 1, sizeof *degree);
    if (!degree)
        return false;
    for (size_t k = 0; k < self->pairs; k++)
        degree[pair_other (self->of_citizen.pool[k])]++;
    bool made = lists_init (&self->of_position, self->positions, degree);
    free (degree);
    for (uint32_t i = 0; made && i < self->citizens; i++)
        for (const uint32_t *x = list_first (&self->of_citizen, i), *end = list_end (&self->of_citizen, i); x < end;
             x++)
            list_add (&self->of_position, pair_other (*x), pair_pack (i, (uint32_t) pair_score (*x)));
    return made;
}

/* --- from a file --- */

typedef struct {
    instance_source_t source;
    void *context;
    uint64_t at; /* bytes read so far */
    fault_t *reterr;
} reader_t;

static status_t take (reader_t *reader, void *to, size_t size)
{
    size_t got = reader->source (reader->context, to, size);
    reader->at += got;
    if (got < size)
        return fault (reader->reterr, STATUS_INVALID_ARGUMENT, BAD, "byte %" PRIu64 ": the file ends here, too early",
                      reader->at);
    return STATUS_OK;
}

static status_t read_head (reader_t *reader, uint32_t head[4])
{
    char magic[8];
    status_t status = take (reader, magic, sizeof magic);
    if (status == STATUS_OK && memcmp (magic, "PMINST1", 8) != 0)
        return fault (reader->reterr, STATUS_INVALID_ARGUMENT, BAD, "byte 0: not an instance (PMINST1)");
    if (status == STATUS_OK)
        status = take (reader, head, 4 * sizeof *head);
    if (status == STATUS_OK)
        status = check_sizes (head[0], head[1], head[2], reader->reterr);
    if (status == STATUS_OK && head[3] != 0)
        return fault (reader->reterr, STATUS_INVALID_ARGUMENT, BAD, "byte 20: must be 0");
    return status;
}

/* Rows become lists of the citizens, each as long as its row. */
static status_t read_rows (reader_t *reader, instance_t *self)
{
    uint64_t start = reader->at;
    uint32_t *row = malloc (((size_t) self->citizens + 1) * sizeof *row);
    if (!row)
        return no_memory (reader->reterr);
    status_t status = take (reader, row, ((size_t) self->citizens + 1) * sizeof *row);
    for (uint32_t i = 0; status == STATUS_OK && i <= self->citizens; i++) {
        bool last = i == self->citizens;
        if ((i == 0 && row[0] != 0) || (i > 0 && row[i] < row[i - 1]) || row[i] > self->pairs ||
            (last && row[i] != self->pairs))
            status = fault (reader->reterr, STATUS_INVALID_ARGUMENT, BAD,
                            "byte %" PRIu64 ": row %u says %u; rows ascend from 0 to the number of pairs, %u",
                            start + 4 * (uint64_t) i, i, row[i], self->pairs);
    }
    for (uint32_t i = 0; status == STATUS_OK && i < self->citizens; i++)
        row[i] = row[i + 1] - row[i];
    if (status == STATUS_OK && !lists_init (&self->of_citizen, self->citizens, row))
        status = no_memory (reader->reterr);
    free (row);
    return status;
}

static status_t read_pair_positions (reader_t *reader, instance_t *self)
{
    uint64_t start = reader->at;
    uint32_t *pool = self->of_citizen.pool;
    status_t status = take (reader, pool, self->pairs * sizeof *pool);
    for (uint32_t i = 0; status == STATUS_OK && i < self->citizens; i++) {
        list_t *list = &self->of_citizen.list[i];
        for (list->count = 0; list->count < list->room; list->count++) {
            uint32_t at = list->start + list->count;
            bool ascends = list->count == 0 || pool[at] > pair_other (pool[at - 1]);
            if (pool[at] >= self->positions || !ascends)
                return fault (reader->reterr, STATUS_INVALID_ARGUMENT, BAD,
                              "byte %" PRIu64 ": citizen %u, position %u: %s", start + 4 * (uint64_t) at, i, pool[at],
                              ascends ? "there is none" : "positions ascend within a row");
            pool[at] = pair_pack (pool[at], 0);
        }
    }
    return status;
}

static status_t read_scores (reader_t *reader, instance_t *self)
{
    uint16_t score[4096];
    for (uint32_t done = 0; done < self->pairs;) {
        uint32_t n = self->pairs - done < 4096 ? self->pairs - done : 4096;
        uint64_t start = reader->at;
        status_t status = take (reader, score, n * sizeof *score);
        if (status != STATUS_OK)
            return status;
        for (uint32_t k = 0; k < n; k++) {
            if (score[k] > PAIR_SCORE_MOST)
                return fault (reader->reterr, STATUS_INVALID_ARGUMENT, BAD, "byte %" PRIu64 ": score %u, at most %d",
                              start + 2 * (uint64_t) k, score[k], PAIR_SCORE_MOST);
            self->of_citizen.pool[done + k] |= score[k];
        }
        done += n;
    }
    return STATUS_OK;
}

static status_t read_openings (reader_t *reader, instance_t *self)
{
    for (uint32_t p = 0; p < self->positions; p++) {
        uint16_t openings;
        status_t status = take (reader, &openings, sizeof openings);
        if (status != STATUS_OK)
            return status;
        self->openings[p] = openings;
    }
    char more;
    if (reader->source (reader->context, &more, 1) > 0)
        return fault (reader->reterr, STATUS_INVALID_ARGUMENT, BAD, "byte %" PRIu64 ": the file should end here",
                      reader->at);
    return STATUS_OK;
}

status_t instance_read (instance_source_t source, void *context, instance_t **ret_instance, fault_t *reterr)
{
    reader_t reader = { .source = source, .context = context, .reterr = reterr };
    uint32_t head[4];
    status_t status = read_head (&reader, head);
    if (status != STATUS_OK)
        return status;
    owned (instance) self = new_instance (head[0], head[1], head[2]);
    if (!self)
        return no_memory (reterr);
    status = read_rows (&reader, self);
    if (status == STATUS_OK)
        status = read_pair_positions (&reader, self);
    if (status == STATUS_OK)
        status = read_scores (&reader, self);
    if (status == STATUS_OK)
        status = read_openings (&reader, self);
    if (status == STATUS_OK && !mirror (self))
        status = no_memory (reterr);
    if (status == STATUS_OK)
        *ret_instance = give (self);
    return status;
}

/* --- from memory --- */

static status_t check_openings (const instance_t *self, fault_t *reterr)
{
    for (uint32_t p = 0; p < self->positions; p++)
        if (self->openings[p] > MATCH_OPENINGS_MAX)
            return fault (reterr, STATUS_INVALID_ARGUMENT, BAD, "position %u: %u openings, at most %d", p,
                          self->openings[p], MATCH_OPENINGS_MAX);
    return STATUS_OK;
}

static status_t check_pairs (const instance_t *self, const instance_pair_t *pairs, fault_t *reterr)
{
    for (uint32_t k = 0; k < self->pairs; k++)
        if (pairs[k].citizen >= self->citizens || pairs[k].position >= self->positions ||
            pairs[k].score > PAIR_SCORE_MOST)
            return fault (reterr, STATUS_INVALID_ARGUMENT, BAD, "pair %u: citizen %u, position %u, score %u", k,
                          pairs[k].citizen, pairs[k].position, pairs[k].score);
    return check_openings (self, reterr);
}

static int by_number (const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *) a, y = *(const uint32_t *) b;
    return (x > y) - (x < y);
}

static status_t put_in_order (instance_t *self, fault_t *reterr)
{
    for (uint32_t i = 0; i < self->citizens; i++) {
        uint32_t *first = list_first (&self->of_citizen, i), count = list_count (&self->of_citizen, i);
        qsort (first, count, sizeof *first, by_number);
        for (uint32_t k = 1; k < count; k++)
            if (pair_other (first[k]) == pair_other (first[k - 1]))
                return fault (reterr, STATUS_INVALID_ARGUMENT, BAD, "citizen %u, position %u: given twice", i,
                              pair_other (first[k]));
    }
    return STATUS_OK;
}

status_t instance_build (uint32_t citizens, uint32_t positions, const uint32_t *openings, const instance_pair_t *pairs,
                         uint32_t n_pairs, instance_t **ret_instance, fault_t *reterr)
{
    status_t status = check_sizes (citizens, positions, n_pairs, reterr);
    if (status != STATUS_OK)
        return status;
    owned (instance) self = new_instance (citizens, positions, n_pairs);
    uint32_t *degree = calloc ((size_t) citizens + 1, sizeof *degree);
    if (!self || !degree) {
        free (degree);
        return no_memory (reterr);
    }
    if (positions)
        memcpy (self->openings, openings, positions * sizeof *openings);
    status = check_pairs (self, pairs, reterr);
    for (uint32_t k = 0; status == STATUS_OK && k < n_pairs; k++)
        degree[pairs[k].citizen]++;
    if (status == STATUS_OK && !lists_init (&self->of_citizen, citizens, degree))
        status = no_memory (reterr);
    free (degree);
    for (uint32_t k = 0; status == STATUS_OK && k < n_pairs; k++)
        list_add (&self->of_citizen, pairs[k].citizen, pair_pack (pairs[k].position, pairs[k].score));
    if (status == STATUS_OK)
        status = put_in_order (self, reterr);
    if (status == STATUS_OK && !mirror (self))
        status = no_memory (reterr);
    if (status == STATUS_OK)
        *ret_instance = give (self);
    return status;
}

/* --- row by row --- */

static status_t add_row (instance_t *self, uint32_t citizen, const uint32_t *row, uint32_t count, fault_t *reterr)
{
    for (uint32_t k = 0; k < count; k++)
        if (pair_other (row[k]) >= self->positions || pair_score (row[k]) > PAIR_SCORE_MOST ||
            (k > 0 && pair_other (row[k]) <= pair_other (row[k - 1])))
            return fault (reterr, STATUS_INVALID_ARGUMENT, BAD, "citizen %u, position %u, score %d", citizen,
                          pair_other (row[k]), pair_score (row[k]));
    if (count > MATCH_PAIRS_MAX - self->pairs)
        return fault (reterr, STATUS_INVALID_ARGUMENT, BAD, "more than %d pairs", MATCH_PAIRS_MAX);
    if (!lists_reserve (&self->of_citizen, citizen, count))
        return no_memory (reterr);
    for (uint32_t k = 0; k < count; k++)
        list_add (&self->of_citizen, citizen, row[k]);
    self->pairs += count;
    return STATUS_OK;
}

status_t instance_from_rows (uint32_t citizens, uint32_t positions, const uint32_t *openings, instance_rows_t rows,
                             void *context, instance_t **ret_instance, fault_t *reterr)
{
    status_t status = check_sizes (citizens, positions, 0, reterr);
    if (status != STATUS_OK)
        return status;
    owned (instance) self = new_instance (citizens, positions, 0);
    if (!self || !lists_init (&self->of_citizen, citizens, NULL))
        return no_memory (reterr);
    if (positions)
        memcpy (self->openings, openings, positions * sizeof *openings);
    status = check_openings (self, reterr);
    for (uint32_t i = 0; status == STATUS_OK && i < citizens; i++) {
        uint32_t count = 0;
        const uint32_t *row = rows (context, i, &count);
        status = row ? add_row (self, i, row, count, reterr)
                     : fault (reterr, STATUS_CANCELLED, "MATCH_BROKEN_OFF", "citizen %u was not asked any more", i);
    }
    if (status == STATUS_OK && !mirror (self))
        status = no_memory (reterr);
    if (status == STATUS_OK)
        *ret_instance = give (self);
    return status;
}

/* --- room --- */

bool instance_add_room (instance_t *self, uint32_t citizens, uint32_t positions)
{
    if (citizens > MATCH_CITIZENS_MAX - self->citizens || positions > MATCH_POSITIONS_MAX - self->positions)
        return false;
    uint32_t *openings = realloc (self->openings, ((size_t) self->positions + positions + 1) * sizeof *openings);
    if (!openings)
        return false;
    self->openings = openings;
    if (!lists_append (&self->of_citizen, citizens) || !lists_append (&self->of_position, positions))
        return false;
    for (uint32_t p = 0; p < positions; p++)
        self->openings[self->positions + p] = 0;
    self->citizens += citizens;
    self->positions += positions;
    return true;
}
