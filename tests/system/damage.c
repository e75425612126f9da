#include "damage.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *path_of (const bench_t *bench, int which, char path[PATH_SIZE])
{
    snprintf (path, PATH_SIZE, "%s/%s", bench->directory, bench->names[which]);
    return path;
}

void bench_begin (bench_t *bench)
{
    snprintf (bench->directory, sizeof bench->directory, "/tmp/fyr-match-XXXXXX");
    cr_assert (mkdtemp (bench->directory));
}

void bench_end (bench_t *bench)
{
    char path[PATH_SIZE];
    for (int which = 0; which < FILES_MAX && bench->names[which]; which++)
        unlink (path_of (bench, which, path));
    rmdir (bench->directory);
}

static FILE *open_file (const bench_t *bench, int which, const char *mode)
{
    char path[PATH_SIZE];
    FILE *stream = fopen (path_of (bench, which, path), mode);
    cr_assert (stream);
    return stream;
}

void save (const bench_t *bench, int which, const file_t *file)
{
    FILE *stream = open_file (bench, which, "wb");
    cr_assert (fwrite (file->bytes, 1, file->size, stream) == file->size && fclose (stream) == 0);
}

void load (bench_t *bench, int which)
{
    FILE *stream = open_file (bench, which, "rb");
    bench->files[which].size = fread (bench->files[which].bytes, 1, FILE_MAX, stream);
    fclose (stream);
}

int run (const bench_t *bench, const char *arguments, char line[PATH_SIZE])
{
    char command[4 * PATH_SIZE];
    const char *bin = getenv ("FYR_BIN");
    snprintf (command, sizeof command, "bin=$(realpath %s) && cd %s && $bin/%s 2>&1", bin ? bin : "build/gcc/bin",
              bench->directory, arguments);
    FILE *stream = popen (command, "r");
    cr_assert (stream);
    line[0] = '\0';
    while (fgets (line, PATH_SIZE, stream))
        ;
    int status = pclose (stream);
    cr_assert (WIFEXITED (status));
    return WEXITSTATUS (status);
}

void append (file_t *file, const void *value, size_t size)
{
    memcpy (file->bytes + file->size, value, size);
    file->size += size;
}

void put_u32 (file_t *file, size_t at, uint32_t value)
{
    memcpy (file->bytes + at, &value, 4);
}

uint32_t get_u32 (const file_t *file, size_t at)
{
    uint32_t value;
    memcpy (&value, file->bytes + at, 4);
    return value;
}

void expect (bench_t *bench, int which, const file_t *damaged, int expected, const char *begins)
{
    char line[PATH_SIZE];
    save (bench, which, damaged);
    int ended = run (bench, bench->check, line);
    cr_expect (ended == expected && strncmp (line, begins, strlen (begins)) == 0, "%s %d: exit %d, %s",
               bench->names[which], bench->damages, ended, line);
    save (bench, which, &bench->files[which]);
    bench->damages++;
}

void with_u32 (bench_t *bench, int which, size_t at, uint32_t value, int expected, const char *begins)
{
    file_t damaged = bench->files[which];
    put_u32 (&damaged, at, value);
    expect (bench, which, &damaged, expected, begins);
}

void damage_lengths (bench_t *bench, int which, size_t head)
{
    const file_t *whole = &bench->files[which];
    const size_t lengths[] = { 0, 5, 8, 11, head, whole->size / 2, whole->size - 1, whole->size + 1 };
    for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
        file_t damaged = *whole;
        damaged.size = lengths[k];
        expect (bench, which, &damaged, BAD_FILE, bench->names[which]);
    }
    with_u32 (bench, which, 0, 0, BAD_FILE, bench->names[which]);
}
