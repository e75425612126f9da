/*
 * A few small files that a check reads, and what it says when one of them is damaged.
 */
#ifndef FYR_TESTS_DAMAGE_H
#define FYR_TESTS_DAMAGE_H

#include <stddef.h>
#include <stdint.h>

enum { PATH_SIZE = 512, FILE_MAX = 4096, FILES_MAX = 4 };
enum { PROVED = 0, NOT_PROVED = 1, BAD_FILE = 2 }; /* how a check ends */

typedef struct {
    unsigned char bytes[FILE_MAX];
    size_t size;
} file_t;

typedef struct {
    const char *check;            /* the command that reads them */
    const char *names[FILES_MAX]; /* of the files; NULL: no more */
    char directory[64];
    file_t files[FILES_MAX]; /* as they are undamaged */
    int damages;
} bench_t;

/* In a directory of its own, until bench_end. */
void bench_begin (bench_t *bench);
void bench_end (bench_t *bench);

void save (const bench_t *bench, int which, const file_t *file);
void load (bench_t *bench, int which);

/* A command with programs of ours, in the directory: the exit status; the last line in `line`. */
int run (const bench_t *bench, const char *arguments, char line[PATH_SIZE]);

void append (file_t *file, const void *value, size_t size);
void put_u32 (file_t *file, size_t at, uint32_t value);
uint32_t get_u32 (const file_t *file, size_t at);

/* With one file replaced, or one number in it, the check must end so, and begin its line so. */
void expect (bench_t *bench, int which, const file_t *damaged, int expected, const char *begins);
void with_u32 (bench_t *bench, int which, size_t at, uint32_t value, int expected, const char *begins);

/* Too short, too long, of another kind: the check says that this file is bad. `head` is the size of its first part. */
void damage_lengths (bench_t *bench, int which, size_t head);

#endif
