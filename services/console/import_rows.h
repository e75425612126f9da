/*
 * One row of an import: what it means, whether it is in already, and the commands that bring it in.
 *
 * The service's lists are read once at the start, and kept up with what was imported since.
 */
#ifndef FYR_CONSOLE_IMPORT_ROWS_H
#define FYR_CONSOLE_IMPORT_ROWS_H

#include "base/csv.h"
#include "console/session.h"

typedef struct import import_t;

typedef enum { IMPORT_NEW, IMPORT_KNOWN, IMPORT_BAD, IMPORT_AWAY } import_result_t;

/* By the names in the header. NULL, with `reterr_problem` filled, when they say nothing that can be imported; with
 * `reterr`, when the service does not answer. `csv` is borrowed. */
import_t *import_new (session_t *session, const csv_t *csv, csv_problem_t *reterr_problem, fault_t *reterr);
void import_destroy (import_t **self);
const char *import_kind (const import_t *self); /* "tenants", "desks" or "leases" */
const char *import_kind_danish (const import_t *self);

/* The current row. IMPORT_BAD fills `ret_problem`, IMPORT_AWAY `reterr`. A dry run asks and changes nothing. */
import_result_t import_row (import_t *self, bool dry_run, csv_problem_t *ret_problem, fault_t *reterr);

#endif
