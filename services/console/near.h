/*
 * What somebody may have meant: the nearest of several words.
 */
#ifndef FYR_CONSOLE_NEAR_H
#define FYR_CONSOLE_NEAR_H

#include <stdbool.h>
#include <stddef.h>

/* Letters added, left out or changed between the two, capitals aside (also Æ, Ø and Å). Words of more than 120 bytes
 * are as far apart as can be. */
size_t near_distance (const char *a, const char *b);

/* The same word, capitals aside; and whether `text` begins with `beginning` in that sense. */
bool near_same (const char *a, const char *b);
bool near_begins (const char *text, const char *beginning);

/* Near enough to be asked about: at most a third of the word, and one at least. */
bool near_enough (const char *wrong, const char *candidate);

#endif
