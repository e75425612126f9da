/*
 * R5: which figures about people stay hidden, so that nobody can be found in a table.
 *
 * A count of 1 to 4 persons is small (SDC-06: k = 5). Hiding the small ones is not enough: the total stands beside
 * them, and whoever knows the rule can turn it round. The invariant, checked by counting out every small table: for
 * each hidden part there are at least two values with which this very rule would have published the same.
 *
 * Pure: no store, no protobuf.
 */
#ifndef FYR_REPORTING_SUPPRESSION_RULES_H
#define FYR_REPORTING_SUPPRESSION_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SMALL_BELOW = 5 }; /* SDC-06 */

/* 1 to 4; zero is nobody. */
bool count_is_small (int64_t people);

/* Parts of a whole that is itself shown. Two parts at least; a single part is its whole and cannot be hidden. */
void suppress_parts (const int64_t *counts, size_t count, bool *ret_hidden);

/* Amounts (hours) in a row whose sum may be known, each with the number of people behind it. A lone hidden amount takes
 * a neighbour with it. */
void suppress_amounts (const int64_t *people, size_t count, bool *ret_hidden);

#endif
