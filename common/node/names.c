#include "node/names.h"

#include "base/near.h"

#include <string.h>

enum { NEIGHBOURS = 32, CANDIDATES_MAX = 4 * NEIGHBOURS };

typedef struct {
    found_name_t found[CANDIDATES_MAX];
    size_t distance[CANDIDATES_MAX];
    size_t count;
} candidates_t;

static bool has (const candidates_t *self, uint64_t id)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->found[i].id == id)
            return true;
    return false;
}

/* The nearest stays first. */
static void take_near (txn_t *txn, candidates_t *self, const char *text, rows_t *rows)
{
    while (rows_next (rows)) {
        const char *name = rows_text (rows, 1);
        if (!near_enough (text, name) || has (self, rows_uint (rows, 0)))
            continue;
        size_t distance = near_distance (text, name), at = self->count++;
        for (; at > 0 && self->distance[at - 1] > distance; at--) {
            self->found[at] = self->found[at - 1];
            self->distance[at] = self->distance[at - 1];
        }
        self->found[at] = (found_name_t){ rows_uint (rows, 0), txn_text (txn, name) };
        self->distance[at] = distance;
    }
}

/* In this order all that begin so stand together, and those that are called so before them. */
static size_t take_beginning (txn_t *txn, const char *text, rows_t *rows, found_name_t out[NAMES_FOUND_MAX])
{
    size_t count = 0;
    while (count < NAMES_FOUND_MAX && rows_next (rows) && near_begins (rows_text (rows, 1), text))
        out[count++] = (found_name_t){ rows_uint (rows, 0), txn_text (txn, rows_text (rows, 1)) };
    rows_close (rows);
    return count;
}

size_t names_find (txn_t *txn, const named_t *named, const char *text, found_name_t out[NAMES_FOUND_MAX])
{
    size_t count = take_beginning (txn, text, txn_query (txn, named->after, text, (int) NEIGHBOURS), out);
    if (count)
        return count;
    candidates_t near = { .count = 0 };
    take_near (txn, &near, text, txn_query (txn, named->after, text, (int) NEIGHBOURS));
    take_near (txn, &near, text, txn_query (txn, named->before, text, (int) NEIGHBOURS));
    take_near (txn, &near, text, txn_query (txn, named->back_after, text, (int) NEIGHBOURS));
    take_near (txn, &near, text, txn_query (txn, named->back_before, text, (int) NEIGHBOURS));
    count = near.count < NAMES_FOUND_MAX ? near.count : NAMES_FOUND_MAX;
    memcpy (out, near.found, count * sizeof *out);
    return count;
}
