/* What the tests of the bus share: a scratch directory with a key table in it, and the process's one context. */
#ifndef FYR_TESTS_BUS_KIT_H
#define FYR_TESTS_BUS_KIT_H

#include "bus/curve.h"
#include "bus/keys.h"
#include "unit/engine_kit.h"

#include <sodium.h>

static inline void bus_begin (void)
{
    cr_assert (sodium_init () >= 0);
    curve_prepare ();
    scratch_make ();
}

static inline void bus_end (void)
{
    scratch_remove ();
    zsys_shutdown ();
}

static inline void write_bytes (const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen (scratch_path (name), "w");
    cr_assert (file && fwrite (bytes, 1, size, file) == size && fclose (file) == 0);
}

static inline void write_file (const char *name, const char *text)
{
    write_bytes (name, text, strlen (text));
}

static inline void make_keys (const char *host, int first_port)
{
    fault_t why = { 0 };
    keys_plan_t plan = { .directory = scratch, .host = host, .first_port = first_port };
    cr_assert_eq (keys_init (&plan, &why), STATUS_OK, "%s", why.message);
}

#endif
