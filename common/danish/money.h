/*
 * Money is an integer number of øre (int64) in every record, message and sum; kroner exist in text only.
 *
 * Where a result has to be rounded, half an øre goes up by size: 0,5 becomes 1 and -0,5 becomes -1, so that a
 * credit note is exactly its invoice with the sign turned. Where a whole is shared out, the parts sum to the whole.
 * Every function that could pass the range of int64 says so with false and writes nothing.
 */
#ifndef FYR_DANISH_MONEY_H
#define FYR_DANISH_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MONEY_TEXT_SIZE = 40, ORE_PER_KRONE = 100 };

/* Danish text; all return `out`. */
const char *money_text (int64_t ore, char out[MONEY_TEXT_SIZE]);           /* "1.234.567,50 kr." */
const char *money_text_whole (int64_t ore, char out[MONEY_TEXT_SIZE]);     /* "1.234.568 kr." */
const char *money_text_thousands (int64_t ore, char out[MONEY_TEXT_SIZE]); /* "1.235", under a heading "1.000 kr." */
/* "1234567,50": what a Danish spreadsheet takes for a number. */
const char *money_text_cell (int64_t ore, char out[MONEY_TEXT_SIZE]);

/*
 * An amount in kroner as people and files write it, with at most two decimals: Danish "1.234,50", "1234,5",
 * "1.234" and plain "1234.50", each with an optional "kr." after it and "-" before it. A point followed by three
 * digits separates thousands, as it does in Danish; any other use of points and commas that is not above is refused.
 */
bool money_parse (const char *text, int64_t *ret_ore);

/* The plain form alone, "1234.50" or "-7": for machines. Gives hundredths of whatever the number counts. */
bool money_parse_plain (const char *text, int64_t *ret_hundredths);

/* amount * part / whole, rounded; whole > 0. The intermediate product cannot overflow. */
bool money_share (int64_t amount_ore, int64_t part, int64_t whole, int64_t *ret_ore);

#endif
