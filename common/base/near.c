#include "base/near.h"

#include <stdint.h>
#include <string.h>

enum { WORD_MAX = 120 };

/* --- letters --- */

/* Bytes of the letter that begins here: what follows a first byte and continues it. */
static size_t letter_size (const char *text)
{
    size_t size = 1;
    while (((unsigned char) text[0] & 0xC0) == 0xC0 && size < 4 && ((unsigned char) text[size] & 0xC0) == 0x80)
        size++;
    return size;
}

/* A to Z; and À to Þ, whose second byte is 0x20 lower than that of the small letter (the × among them is none). */
static unsigned char lower (const char *text, size_t at)
{
    unsigned char byte = (unsigned char) text[at];
    if (at > 0 && (unsigned char) text[at - 1] == 0xC3 && byte >= 0x80 && byte <= 0x9E && byte != 0x97)
        return (unsigned char) (byte + 0x20);
    return byte >= 'A' && byte <= 'Z' ? (unsigned char) (byte + 0x20) : byte;
}

/* Each letter as a number; how many there are, WORD_MAX + 1 when there are more than that. */
static size_t read_letters (const char *text, uint32_t out[WORD_MAX])
{
    size_t count = 0;
    for (size_t at = 0; text[at]; count++) {
        if (count == WORD_MAX)
            return WORD_MAX + 1;
        size_t size = letter_size (text + at);
        out[count] = 0;
        for (size_t i = 0; i < size; i++)
            out[count] = out[count] << 8 | lower (text, at + i);
        at += size;
    }
    return count;
}

void near_key (const char *text, char *out)
{
    size_t size = strlen (text);
    for (size_t i = 0; i < size; i++)
        out[i] = (char) lower (text, i);
    out[size] = '\0';
}

void near_key_back (const char *text, char *out)
{
    size_t size = strlen (text), at = 0;
    out[size] = '\0';
    while (at < size) {
        size_t letter = letter_size (text + at);
        for (size_t i = 0; i < letter; i++)
            out[size - at - letter + i] = (char) lower (text, at + i);
        at += letter;
    }
}

/* --- comparing --- */

static size_t least (size_t a, size_t b, size_t c)
{
    size_t smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

size_t near_distance (const char *a, const char *b)
{
    uint32_t left[WORD_MAX], right[WORD_MAX];
    size_t row[WORD_MAX + 1], rows = read_letters (a, left), columns = read_letters (b, right);
    if (rows > WORD_MAX || columns > WORD_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t above = row[j];
            size_t change = diagonal + (left[i - 1] != right[j - 1]);
            row[j] = least (above + 1, row[j - 1] + 1, change);
            diagonal = above;
        }
    }
    return row[columns];
}

bool near_begins (const char *text, const char *beginning)
{
    size_t i = 0;
    while (beginning[i] && text[i] && lower (text, i) == lower (beginning, i))
        i++;
    return beginning[i] == '\0';
}

bool near_same (const char *a, const char *b)
{
    return strlen (a) == strlen (b) && near_begins (a, b);
}

bool near_enough (const char *wrong, const char *candidate)
{
    uint32_t letters[WORD_MAX];
    size_t allowed = read_letters (wrong, letters) / 3;
    return near_distance (wrong, candidate) <= (allowed ? allowed : 1);
}
