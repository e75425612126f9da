#include "danish/cvr.h"

#include <string.h>

enum { CVR_DIGITS = 8 };

bool cvr_valid (const char *text)
{
    static const int WEIGHTS[CVR_DIGITS] = { 2, 7, 6, 5, 4, 3, 2, 1 }; /* CVR-01 */
    if (strspn (text, "0123456789") != CVR_DIGITS || text[CVR_DIGITS] != '\0')
        return false;
    int sum = 0;
    for (int i = 0; i < CVR_DIGITS; i++)
        sum += WEIGHTS[i] * (text[i] - '0');
    return sum > 0 && sum % 11 == 0;
}
