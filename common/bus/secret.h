/*
 * Secrets on disk: a party's CURVE secret key, and a service's master key. One line of text each, readable by their
 * owner alone.
 */
#ifndef FYR_BUS_SECRET_H
#define FYR_BUS_SECRET_H

#include "base/status.h"

#include <stdint.h>

enum { SECRET_KEY_SIZE = 41, MASTER_KEY_BYTES = 32 };

typedef struct {
    char public_key[SECRET_KEY_SIZE]; /* Z85 */
    char secret_key[SECRET_KEY_SIZE];
} keypair_t;

/* Faults: SECRET_UNREADABLE, SECRET_EXPOSED (others than owner and group may read the file), SECRET_MALFORMED. */
status_t secret_load (const char *path, keypair_t *ret_pair, fault_t *reterr);
status_t master_load (const char *path, uint8_t ret_key[MASTER_KEY_BYTES], fault_t *reterr);

/* Make a new one in a new file of mode 0600; ALREADY_EXISTS / SECRET_EXISTS rather than overwriting one. */
status_t secret_create (const char *path, keypair_t *ret_pair, fault_t *reterr);
status_t master_create (const char *path, fault_t *reterr);

#endif
