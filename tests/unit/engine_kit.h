/*
 * Words that the tests of the engine share: a directory that goes with the test, and chance that a seed repeats.
 */
#ifndef FYR_TESTS_ENGINE_KIT_H
#define FYR_TESTS_ENGINE_KIT_H

#include "harness/chance.h"
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char scratch[32];

static inline void scratch_make (void)
{
    snprintf (scratch, sizeof scratch, "/tmp/fyr-engine-XXXXXX");
    cr_assert (mkdtemp (scratch));
}

/* Borrowed until the eighth call after this. */
static inline const char *scratch_path (const char *name)
{
    static char paths[8][320];
    static unsigned turn;
    char *path = paths[turn++ % 8];
    snprintf (path, sizeof paths[0], "%s/%s", scratch, name);
    return path;
}

static inline void scratch_remove (void)
{
    DIR *directory = opendir (scratch);
    for (struct dirent *entry; directory && (entry = readdir (directory));)
        (void) unlink (scratch_path (entry->d_name));
    if (directory)
        closedir (directory);
    (void) rmdir (scratch);
}

static inline unsigned chance_below (uint64_t *state, unsigned bound)
{
    return (unsigned) (draw (state) % bound);
}

#endif
