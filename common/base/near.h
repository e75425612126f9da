/*
 * What somebody may have meant: words that are the same, begin so, or come near. Letters are those of UTF-8, capitals
 * aside (also Æ, Ø, Å and their like); a byte that is no UTF-8 counts as a letter.
 */
#ifndef FYR_BASE_NEAR_H
#define FYR_BASE_NEAR_H

#include <stdbool.h>
#include <stddef.h>

/* Letters added, left out or changed between the two. Words of more than 120 letters are as far apart as can be. */
size_t near_distance (const char *a, const char *b);

/* The same word; and whether `text` begins with `beginning`. */
bool near_same (const char *a, const char *b);
bool near_begins (const char *text, const char *beginning);

/* Near enough to be asked about: at most a third of the word, and one at least. */
bool near_enough (const char *wrong, const char *candidate);

/* What names are sorted by when they are looked up: small letters, or the same from the last letter to the first. `out`
 * has room for the text and its end; it comes out as long as it went in. */
void near_key (const char *text, char *out);
void near_key_back (const char *text, char *out);

#endif
