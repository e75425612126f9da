/*
 * The number of an enterprise in the central business register: eight digits with a check digit (CVR-01).
 *
 * Unlike a CPR number, a CVR number that fails its check digit was never issued, so it may be refused. P-numbers
 * (production units, ten digits) must not be checked this way: a whole series was issued with wrong weights (CVR-02).
 */
#ifndef FYR_DANISH_CVR_H
#define FYR_DANISH_CVR_H

#include <stdbool.h>

/* Exactly eight digits that satisfy modulus 11. Eight zeros would, but are an empty form and not an enterprise. */
bool cvr_valid (const char *text);

#endif
