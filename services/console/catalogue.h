/*
 * Every method on the bus, from the contracts: what `fyr methods` lists and every other word of the console is looked
 * up in.
 */
#ifndef FYR_CONSOLE_CATALOGUE_H
#define FYR_CONSOLE_CATALOGUE_H

#include "base/status.h"
#include "wire/contract.h"

typedef struct {
    const char *service; /* whom to ask: "lease"; NULL for a method that every service has */
    const method_t *method;
} catalogue_entry_t;

extern const char *const CATALOGUE_SERVICES[]; /* NULL-ended, in the order of the house */

size_t catalogue_count (void);
catalogue_entry_t catalogue_at (size_t index);

/* By any name that means one: "fyrtaarn.lease.v1.Leases/SignLease", "Leases/SignLease", "lease.Leases/SignLease" or
 * "SignLease". NOT_FOUND / METHOD_UNKNOWN with what comes nearest; INVALID_ARGUMENT / METHOD_AMBIGUOUS with the
 * candidates. */
status_t catalogue_find (const char *name, catalogue_entry_t *ret_entry, fault_t *reterr);

/* "Leases/SignLease" out of the full name. */
const char *method_short_name (const method_t *method);

/* Comma-separated names of who may call it. Returns `out`. */
const char *method_callers (const method_t *method, char *out, size_t size);

const contract_t *catalogue_contract (const char *service); /* NULL when there is no such service */

#endif
