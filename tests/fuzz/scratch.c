#include "fuzz/scratch.h"

#include "base/ensure.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[32];

static void leave (void)
{
    (void) rmdir (folder);
}

const char *scratch_folder (void)
{
    if (folder[0])
        return folder;
    snprintf (folder, sizeof folder, "/dev/shm/fyr-fuzz-XXXXXX");
    ensure (mkdtemp (folder));
    (void) atexit (leave);
    return folder;
}

const char *scratch_file (const char *name)
{
    static char path[512];
    snprintf (path, sizeof path, "%s/%s", scratch_folder (), name);
    return path;
}

void scratch_write (const char *name, bytes_t bytes)
{
    FILE *file = fopen (scratch_file (name), "w");
    ensure (file && fwrite (bytes.data, 1, bytes.size, file) == bytes.size && fclose (file) == 0);
}

void scratch_forget (const char *name)
{
    (void) unlink (scratch_file (name));
}
