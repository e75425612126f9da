#include "console/near.h"

#include <ctype.h>
#include <string.h>

enum { WORD_MAX = 120 };

/* æ, ø and å are 0xC3 and a byte whose capital is 0x20 lower. */
static unsigned char lower (const char *text, size_t at)
{
    unsigned char byte = (unsigned char) text[at];
    if (at > 0 && (unsigned char) text[at - 1] == 0xC3 && byte >= 0x80 && byte <= 0x9E)
        return (unsigned char) (byte + 0x20);
    return (unsigned char) tolower (byte);
}

static size_t least (size_t a, size_t b, size_t c)
{
    size_t smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

size_t near_distance (const char *a, const char *b)
{
    size_t row[WORD_MAX + 1], rows = strlen (a), columns = strlen (b);
    if (rows > WORD_MAX || columns > WORD_MAX)
        return (size_t) -1;
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t above = row[j];
            size_t change = diagonal + (lower (a, i - 1) != lower (b, j - 1));
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
    size_t allowed = strlen (wrong) / 3;
    return near_distance (wrong, candidate) <= (allowed ? allowed : 1);
}
