/*
 * Tests that read as what somebody types: `fyr` with these words ends so, and says this on stdout or stderr.
 *
 *     SAYS (suite, 0, "Fyrtårnet  Lygten", "lease", "rooms");
 */
#ifndef FYR_TESTS_SAYS_H
#define FYR_TESTS_SAYS_H

#include "suite.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static inline void says (suite_t *suite, int ended, const char *what, char **run)
{
    char *out = NULL, *err = NULL;
    int got = suite_fyr (suite, &out, &err, (const char *const *) run);
    cr_expect (got == ended && (strstr (out, what) || strstr (err, what)),
               "fyr %s %s: %d, expected %d and \"%s\":\n%s%s", run[0], run[1], got, ended, what, out, err);
    free (out);
    free (err);
}
#define SAYS(suite, ended, what, ...) says ((suite), (ended), (what), (char *[]){ __VA_ARGS__, NULL })

#endif
