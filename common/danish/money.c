#include "danish/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A product of two amounts needs up to 127 bits. */
__extension__ typedef __int128 wide_t;

static const char DIGITS[] = "0123456789";

static wide_t divide_half_up (wide_t numerator, int64_t denominator)
{
    wide_t size = numerator < 0 ? -numerator : numerator;
    wide_t quotient = size / denominator;
    wide_t remainder = size % denominator;
    if (remainder >= denominator - remainder)
        quotient++;
    return numerator < 0 ? -quotient : quotient;
}

static uint64_t magnitude (int64_t value)
{
    return value < 0 ? -(uint64_t) value : (uint64_t) value;
}

/* "1.234.567" from 1234567. */
static const char *group_thousands (uint64_t value, char out[MONEY_TEXT_SIZE])
{
    char digits[21];
    int count = snprintf (digits, sizeof digits, "%" PRIu64, value);
    char *at = out;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            *at++ = '.';
        *at++ = digits[i];
    }
    *at = '\0';
    return out;
}

const char *money_text (int64_t ore, char out[MONEY_TEXT_SIZE])
{
    char kroner[MONEY_TEXT_SIZE];
    group_thousands (magnitude (ore) / ORE_PER_KRONE, kroner);
    snprintf (out, MONEY_TEXT_SIZE, "%s%.30s,%02u kr.", ore < 0 ? "-" : "", kroner,
              (unsigned) (magnitude (ore) % ORE_PER_KRONE));
    return out;
}

static const char *text_in_units (int64_t ore, int64_t unit, const char *suffix, char out[MONEY_TEXT_SIZE])
{
    char grouped[MONEY_TEXT_SIZE];
    int64_t units = (int64_t) divide_half_up (ore, unit);
    group_thousands (magnitude (units), grouped);
    snprintf (out, MONEY_TEXT_SIZE, "%s%.30s%s", units < 0 ? "-" : "", grouped, suffix);
    return out;
}

const char *money_text_whole (int64_t ore, char out[MONEY_TEXT_SIZE])
{
    return text_in_units (ore, ORE_PER_KRONE, " kr.", out);
}

const char *money_text_thousands (int64_t ore, char out[MONEY_TEXT_SIZE])
{
    return text_in_units (ore, 1000 * ORE_PER_KRONE, "", out);
}

const char *money_text_cell (int64_t ore, char out[MONEY_TEXT_SIZE])
{
    snprintf (out, MONEY_TEXT_SIZE, "%s%" PRIu64 ",%02u", ore < 0 ? "-" : "", magnitude (ore) / ORE_PER_KRONE,
              (unsigned) (magnitude (ore) % ORE_PER_KRONE));
    return out;
}

/* Moves `count` digits from the text to the end of the number. */
static bool take_digits (const char **at, size_t count, uint64_t *number)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t digit = (uint64_t) (*(*at)++ - '0');
        if (__builtin_mul_overflow (*number, 10, number) || __builtin_add_overflow (*number, digit, number))
            return false;
    }
    return true;
}

/* Makes whole units into hundredths, with the decimals that follow if one of `marks` does. */
static bool take_hundredths (const char **at, const char *marks, uint64_t *number)
{
    size_t decimals = 0;
    if (**at != '\0' && strchr (marks, **at)) {
        (*at)++;
        decimals = strspn (*at, DIGITS);
        if (decimals < 1 || decimals > 2 || !take_digits (at, decimals, number))
            return false;
    }
    uint64_t scale = decimals == 2 ? 1 : decimals == 1 ? 10 : 100;
    return !__builtin_mul_overflow (*number, scale, number);
}

static bool apply_sign (uint64_t number, bool negative, int64_t *ret)
{
    if (number > (uint64_t) INT64_MAX + (negative ? 1 : 0))
        return false;
    *ret = (int64_t) (negative ? -(wide_t) number : (wide_t) number);
    return true;
}

static bool at_thousands (const char *at)
{
    return *at == '.' && strspn (at + 1, DIGITS) == 3;
}

bool money_parse (const char *text, int64_t *ret_ore)
{
    const char *at = text;
    bool negative = *at == '-';
    if (negative)
        at++;
    size_t leading = strspn (at, DIGITS);
    bool is_grouped = leading <= 3 && *at != '0' && at_thousands (at + leading);
    uint64_t number = 0;
    if (leading == 0 || !take_digits (&at, leading, &number))
        return false;
    while (is_grouped && at_thousands (at)) {
        at++;
        if (!take_digits (&at, 3, &number))
            return false;
    }
    if (!take_hundredths (&at, is_grouped ? "," : ",.", &number))
        return false;
    if (*at == ' ' && at[1] == 'k')
        at++;
    if (strcmp (at, "") != 0 && strcmp (at, "kr") != 0 && strcmp (at, "kr.") != 0)
        return false;
    return apply_sign (number, negative, ret_ore);
}

bool money_parse_plain (const char *text, int64_t *ret_hundredths)
{
    const char *at = text;
    bool negative = *at == '-';
    if (negative)
        at++;
    size_t digits = strspn (at, DIGITS);
    uint64_t number = 0;
    if (digits == 0 || !take_digits (&at, digits, &number) || !take_hundredths (&at, ".", &number) || *at != '\0')
        return false;
    return apply_sign (number, negative, ret_hundredths);
}

bool money_share (int64_t amount_ore, int64_t part, int64_t whole, int64_t *ret_ore)
{
    if (whole <= 0)
        return false;
    wide_t share = divide_half_up ((wide_t) amount_ore * part, whole);
    if (share < INT64_MIN || share > INT64_MAX)
        return false;
    *ret_ore = (int64_t) share;
    return true;
}
