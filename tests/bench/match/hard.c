/*
 * match-hard COUNT DIRECTORY: cases of every shape of tests/harness/match_case.h as instance files, DIRECTORY/0.pmi and
 * so on.
 */
#include "harness/match_case.h"

#include <stdio.h>
#include <stdlib.h>

static bool save (const case_t *c, const char *path)
{
    const uint32_t head[] = { c->citizens, c->positions, c->n_pairs, 0 };
    uint32_t row = 0;
    FILE *file = fopen (path, "wb");
    if (!file)
        return false;
    fwrite ("PMINST1", 8, 1, file);
    fwrite (head, sizeof head, 1, file);
    for (uint32_t i = 0; i <= c->citizens; i++) { /* the pairs come in the order of citizens, then positions */
        while (row < c->n_pairs && c->pairs[row].citizen < i)
            row++;
        fwrite (&row, sizeof row, 1, file);
    }
    for (uint32_t k = 0; k < c->n_pairs; k++)
        fwrite (&c->pairs[k].position, sizeof c->pairs[k].position, 1, file);
    for (uint32_t k = 0; k < c->n_pairs; k++)
        fwrite (&(uint16_t){ (uint16_t) c->pairs[k].score }, sizeof (uint16_t), 1, file);
    for (uint32_t p = 0; p < c->positions; p++)
        fwrite (&(uint16_t){ (uint16_t) c->openings[p] }, sizeof (uint16_t), 1, file);
    bool written = !ferror (file);
    return fclose (file) == 0 && written;
}

int main (int argc, char **argv)
{
    static case_t c;
    uint64_t seed = 2026;
    int count = argc == 3 ? (int) strtol (argv[1], NULL, 10) : 0;
    for (int n = 0; n < count; n++) {
        char path[512];
        snprintf (path, sizeof path, "%s/%d.pmi", argv[2], n);
        draw_case (&c, (shape_t) (n % SHAPES), 1 + draw_below (&seed, CASE_CITIZENS),
                   1 + draw_below (&seed, CASE_POSITIONS), &seed);
        if (!save (&c, path)) {
            perror (path);
            return 1;
        }
    }
    return count > 0 ? 0 : 2;
}
