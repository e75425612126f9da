/*
 * What tables and refusals are called in Danish. JSON keeps the names of the contracts.
 */
#ifndef FYR_CONSOLE_DANISH_H
#define FYR_CONSOLE_DANISH_H

#include "base/csv.h"

/* Of a field or a word of an enum; NULL where there is none. */
const char *danish_field (const char *field);
const char *danish_word (const char *word);

enum { DANISH_SENTENCE_SIZE = 512 };

/* The sentence of a refusal with its values (base/status.h) in it, in `out`; NULL where there is none. */
const char *danish_refusal (const char *reason, const char *values, char out[DANISH_SENTENCE_SIZE]);

/* Whose desk or service a caller's name means: "tmf_desk" is TMF. */
const char *danish_caller (const char *name);

/* What is wrong with a row of a file. A caller's own complaint stays as it is. */
const char *danish_csv (const csv_problem_t *problem);

#endif
