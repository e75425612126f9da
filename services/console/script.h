/*
 * A play: folders of CSV files, one file per method, one row per call, carried out in the order of their time.
 *
 *     010-lease.Tenants.RegisterTenant.csv
 *     at;actor;as;cvr;name
 *     2026-01-12 09:00;mette.holm;tenant:bycyklen;12345674;Bycyklen
 *
 * The file's name gives the method (the number before it, the order among rows of one time). Columns are the fields
 * of the request, read as text_field.h says, and these: `at` (Copenhagen time; empty: at once), `actor`, `because` (why
 * personal data is read), `desk` (which key), `as` (a name for the id in the reply, used later as @name), `take` (which
 * field of the reply that is; the first one otherwise), `expect` (the reason of the refusal that must come), and `note`
 * (for the reader).
 *
 * Each command has a request id made of the row's own content, so a play that was interrupted goes on where it stopped
 * when it is played again, as long as the queries in it (which are asked anew) still tell the same.
 */
#ifndef FYR_CONSOLE_SCRIPT_H
#define FYR_CONSOLE_SCRIPT_H

#include "base/status.h"
#include "console/catalogue.h"

#include <jansson.h>
#include <stdio.h>

typedef struct {
    int64_t at; /* instant; 0: at once */
    size_t sheet, line;
    json_t *cells; /* column -> text */
} act_t;

typedef struct {
    char *file;
    catalogue_entry_t entry;
} sheet_t;

typedef struct script script_t;

/* Reads every *.csv of the folders. Faults: SCRIPT_UNREADABLE, SCRIPT_BAD_FILE (name says no method), SCRIPT_BAD_ROW
 * (with file, line and column of the first; every one is written to `complaints`, NULL: nowhere). */
script_t *script_load (char *const *folders, size_t count, FILE *complaints, fault_t *reterr);
void script_destroy (script_t **self);

size_t script_count (const script_t *self);
const act_t *script_act (const script_t *self, size_t index); /* in the order of time */
const sheet_t *script_sheet (const script_t *self, const act_t *act);

#endif
