/* R5: what stays hidden, as pure arithmetic. */
#include "harness/chance.h"
#include "reporting/suppression_rules.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static int draw_below (uint64_t *seed, int bound)
{
    return (int) (draw (seed) % (uint64_t) bound);
}

enum { TABLES_MAX = 120000, TABLE_PARTS_MAX = 5 };

typedef struct {
    int64_t counts[TABLE_PARTS_MAX];
    int64_t published[TABLE_PARTS_MAX]; /* -1: hidden */
} table_t;

static size_t all_tables (table_t *tables, size_t n, size_t parts, size_t at, int64_t left, int64_t *counts)
{
    for (int64_t value = at + 1 == parts ? left : 0; value <= left; value++) {
        counts[at] = value;
        if (at + 1 < parts) {
            n = all_tables (tables, n, parts, at + 1, left - value, counts);
            continue;
        }
        bool hidden[TABLE_PARTS_MAX];
        cr_assert (n < TABLES_MAX);
        suppress_parts (counts, parts, hidden);
        memset (&tables[n], 0, sizeof tables[n]);
        for (size_t i = 0; i < parts; i++) {
            tables[n].counts[i] = counts[i];
            tables[n].published[i] = hidden[i] ? -1 : counts[i];
        }
        n++;
    }
    return n;
}

static int by_publication (const void *a, const void *b)
{
    return memcmp (((const table_t *) a)->published, ((const table_t *) b)->published,
                   sizeof ((const table_t *) a)->published);
}

/* Tables from `first` on look the same; every part that they hide must differ between some of them. */
static size_t check_alike (const table_t *tables, size_t n, size_t first, size_t parts, int64_t total)
{
    size_t end = first;
    while (end < n && by_publication (&tables[first], &tables[end]) == 0)
        end++;
    for (size_t part = 0; part < parts; part++) {
        bool doubt = tables[first].published[part] >= 0;
        for (size_t i = first; i < end; i++)
            doubt = doubt || tables[i].counts[part] != tables[first].counts[part];
        cr_assert (doubt, "part %zu of %zu with total %lld can only be %lld", part, parts, (long long) total,
                   (long long) tables[first].counts[part]);
    }
    return end;
}

Test (suppression, nobody_who_knows_the_rule_and_the_total_can_work_out_a_hidden_part, .description = "R5",
      .timeout = 120)
{
    static const int64_t TOTALS[] = { 0, 0, 60, 45, 34, 22 };
    table_t *tables = calloc (TABLES_MAX, sizeof *tables);
    cr_assert (tables);
    for (size_t parts = 2; parts <= TABLE_PARTS_MAX; parts++)
        for (int64_t total = 0; total <= TOTALS[parts]; total++) {
            int64_t counts[TABLE_PARTS_MAX];
            size_t n = all_tables (tables, 0, parts, 0, total, counts);
            qsort (tables, n, sizeof *tables, by_publication);
            for (size_t first = 0; first < n;)
                first = check_alike (tables, n, first, parts, total);
        }
    free (tables);
}

Test (suppression, small_parts_are_hidden_and_large_tables_are_left_alone, .description = "R5")
{
    uint64_t seed = 5;
    for (int round = 0; round < 20000; round++) {
        int64_t counts[11];
        bool hidden[11], any_small = false, any_hidden = false;
        int bound = 1 + draw_below (&seed, 40);
        for (size_t i = 0; i < 11; i++) {
            counts[i] = draw_below (&seed, 3) ? draw_below (&seed, bound) : 0;
            any_small = any_small || count_is_small (counts[i]);
        }
        suppress_parts (counts, 11, hidden);
        for (size_t i = 0; i < 11; i++) {
            cr_assert (hidden[i] || !count_is_small (counts[i]), "a small part is shown");
            any_hidden = any_hidden || hidden[i];
        }
        cr_assert_eq (any_hidden, any_small);
    }
}

Test (suppression, an_amount_is_never_hidden_alone_when_another_has_people, .description = "R5")
{
    uint64_t seed = 6;
    for (int round = 0; round < 20000; round++) {
        int64_t people[12];
        bool hidden[12];
        size_t n_hidden = 0, n_with_people = 0, count = 1 + (size_t) draw_below (&seed, 12);
        for (size_t i = 0; i < count; i++) {
            people[i] = draw_below (&seed, 3) ? draw_below (&seed, 30) : 0;
            n_with_people += people[i] > 0;
        }
        suppress_amounts (people, count, hidden);
        for (size_t i = 0; i < count; i++) {
            cr_assert (hidden[i] || !count_is_small (people[i]));
            n_hidden += hidden[i];
        }
        cr_assert (n_hidden != 1 || n_with_people == 1);
    }
}
