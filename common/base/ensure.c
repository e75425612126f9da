#include "base/ensure.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void ensure_failed (const char *condition, const char *file, int line, const char *function)
{
    fprintf (stderr, "level=bug msg=\"ensure (%s) does not hold\" at=%s:%d in=%s\n", condition, file, line, function);
    abort ();
}
