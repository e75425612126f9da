/*
 * Words that the tests of the engine share: a directory that goes with the test, and chance that a seed repeats.
 */
#ifndef FYR_TESTS_ENGINE_KIT_H
#define FYR_TESTS_ENGINE_KIT_H

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

/* splitmix64: the same numbers for the same seed, everywhere. */
static inline uint64_t chance (uint64_t *state)
{
    uint64_t z = (*state += UINT64_C (0x9E3779B97F4A7C15));
    z = (z ^ z >> 30) * UINT64_C (0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C (0x94D049BB133111EB);
    return z ^ z >> 31;
}

static inline unsigned chance_below (uint64_t *state, unsigned bound)
{
    return (unsigned) (chance (state) % bound);
}

#endif
