/*
 * Making and taking back keys: a directory with one secret per party and the key table that all share.
 *
 *     DIR/registry            for everybody
 *     DIR/NAME.secret         CURVE secret; belongs on the machine of NAME and nowhere else
 *     DIR/NAME.master         services only: protects what the service seals in its own store
 */
#ifndef FYR_BUS_KEYS_H
#define FYR_BUS_KEYS_H

#include "base/status.h"
#include "wire/contract.h"

typedef struct {
    const char *directory;
    const char *host; /* NULL: each service is reached under its own name (containers); else "127.0.0.1" or the like */
    int first_port;   /* services take two each, from here on */
} keys_plan_t;

/* Makes the directory and every key. ALREADY_EXISTS / KEYS_EXIST when there is a key table already. */
status_t keys_init (const keys_plan_t *plan, fault_t *reterr);

/* One more that asks and is never asked: another desk, or an operator. INVALID_ARGUMENT / KEYS_NAME, KEYS_ROLE;
 * ALREADY_EXISTS / KEYS_EXIST; RESOURCE_EXHAUSTED / KEYS_FULL. To be run again when it was interrupted. */
status_t keys_add (const char *directory, const char *registry_path, const char *name, caller_t caller,
                   fault_t *reterr);

/* These change a party's line in the key table, replacing the file at once. NOT_FOUND / KEY_UNKNOWN. */

/* Its keys count no more. */
status_t keys_revoke (const char *registry_path, const char *name, fault_t *reterr);

/* A new key in DIRECTORY/NAME.secret in place of what was there. The old one counts beside it until it is retired, so
 * that those who have not heard of the new one yet are understood; one that was revoked does not. To be run again when
 * it was interrupted. FAILED_PRECONDITION / KEYS_CHANGING when there are two already. */
status_t keys_rotate (const char *directory, const char *registry_path, const char *name, fault_t *reterr);

/* The old key counts no more. FAILED_PRECONDITION / KEYS_SETTLED when there is none. */
status_t keys_retire (const char *registry_path, const char *name, fault_t *reterr);

#endif
