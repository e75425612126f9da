/*
 * fyr lease import: tenants, desks and leases that were there before, from a CSV file.
 *
 * The header says which: cvr;name are tenants, premises;desk desks, cvr;desks;from_day leases. Every row is looked at
 * first, and by the service's own rules; each bad one is reported with line, column and reason, and then the good ones
 * are carried out. What is in already stays as it is, so the same file again changes nothing: a row whose content is in
 * is left alone, and a row under way when the line broke carries the same request id when it is sent again.
 */
#ifndef FYR_CONSOLE_IMPORT_H
#define FYR_CONSOLE_IMPORT_H

#include "console/session.h"

/* argv[0] is the file; --dry-run may follow. Gives the exit status: 0 when no row was bad, 1 when one was. */
int import_file (session_t *session, int argc, char **argv);

#endif
