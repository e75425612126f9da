#include "danish/cpr.h"

#include "base/time.h"

#include <string.h>

enum { CPR_DIGITS = 10, REPLACEMENT_OFFSET = 60 /* CPR-02 */ };

static int two_digits (const char *text)
{
    return 10 * (text[0] - '0') + (text[1] - '0');
}

/* CPR-03 */
static int birth_year (char seventh, int year_of_century)
{
    if (seventh <= '3')
        return 1900 + year_of_century;
    if (seventh == '4' || seventh == '9')
        return year_of_century <= 36 ? 2000 + year_of_century : 1900 + year_of_century;
    return year_of_century <= 57 ? 2000 + year_of_century : 1800 + year_of_century;
}

static bool ten_digits (const char *text)
{
    return strspn (text, "0123456789") == CPR_DIGITS && text[CPR_DIGITS] == '\0';
}

bool cpr_birth_day (const char *text, int32_t *ret_day)
{
    if (!ten_digits (text))
        return false;
    civil_t birth = { .year = birth_year (text[6], two_digits (text + 4)),
                      .month = two_digits (text + 2),
                      .day = two_digits (text) };
    if (birth.day > REPLACEMENT_OFFSET)
        birth.day -= REPLACEMENT_OFFSET;
    if (birth.month < 1 || birth.month > 12 || birth.day < 1)
        return false;
    if (birth.day > day_to_civil (month_last_day (12 * birth.year + birth.month - 1)).day)
        return false;
    *ret_day = day_from_civil (birth);
    return true;
}

bool cpr_wellformed (const char *text)
{
    int32_t birth_day;
    return cpr_birth_day (text, &birth_day);
}

bool cpr_check_digit (const char *text)
{
    static const int WEIGHTS[CPR_DIGITS] = { 4, 3, 2, 7, 6, 5, 4, 3, 2, 1 }; /* CPR-01 */
    if (!cpr_wellformed (text))
        return false;
    int sum = 0;
    for (int i = 0; i < CPR_DIGITS; i++)
        sum += WEIGHTS[i] * (text[i] - '0');
    return sum % 11 == 0;
}
