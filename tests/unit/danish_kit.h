/*
 * Words that the tests of common/danish share: chance that is the same on every machine, days by their text, and the
 * fact files they are held against.
 */
#ifndef FYR_TESTS_DANISH_KIT_H
#define FYR_TESTS_DANISH_KIT_H

#include "base/bytes.h"
#include "base/time.h"
#include "harness/chance.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>

enum { FACTS_MAX = 256 * 1024 };

static inline int64_t draw_below (uint64_t *seed, uint64_t bound)
{
    return (int64_t) (draw (seed) % bound);
}

static inline int32_t day_of (const char *text)
{
    int32_t day = 0;
    cr_assert (day_parse (text, &day), "%s", text);
    return day;
}

/* Tests run from the root of the repository. */
static inline void read_fact_file (const char *path, buffer_t *out)
{
    FILE *file = fopen (path, "rb");
    cr_assert (file, "%s", path);
    char chunk[4096];
    for (size_t size; (size = fread (chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append (out, chunk, size);
    fclose (file);
    cr_assert (out->size > 0 && !out->overflowed, "%s", path);
}

#endif
