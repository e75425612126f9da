/*
 * The rows of plays (console/script.h) in the order of their time. It stands between, because both the console and
 * scenes call what they have an act.
 */
#ifndef FYR_TESTS_FUZZ_SHEETS_H
#define FYR_TESTS_FUZZ_SHEETS_H

#include "wire/contract.h"

#include <jansson.h>

typedef struct {
    const method_t *method;
    size_t number;       /* of the row in its file, from 0 */
    int64_t at;          /* instant; 0: at once */
    const json_t *cells; /* column -> text */
} sheet_row_t;

void sheets_read (const char *folder, void (*take) (void *context, const sheet_row_t *row), void *context);

#endif
