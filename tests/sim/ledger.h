/*
 * What clients asked for and what they were told: the outside's memory, which services are held to.
 *
 * An entry is one request id. It is WAITING until an answer comes that is not a fault; then TOLD, and every later
 * answer to the same id must say the same. A client that loses patience leaves it ABANDONED: it may have happened or
 * not. What a service has lost with a restored backup is EXCUSED.
 */
#ifndef FYR_SIM_LEDGER_H
#define FYR_SIM_LEDGER_H

#include "sim.h"

typedef enum { ENTRY_WAITING, ENTRY_TOLD, ENTRY_ABANDONED } entry_state_t;

typedef struct entry {
    uint64_t number;
    uint8_t id[16];
    int client, seat;
    const method_t *method;
    uint8_t *header, *body;
    size_t header_size, body_size;
    entry_state_t state;
    bool excused;
    const char *expected; /* the only reason it may be answered with; NULL: any */
    status_t status;
    char reason[REASON_MAX];
    uint8_t *reply;
    size_t reply_size;
    unsigned sent;
} entry_t;

struct ledger {
    entry_t **list;
    size_t count, capacity;
};

ledger_t *ledger_new (void);
void ledger_destroy (ledger_t **self);
entry_t *ledger_add (ledger_t *self);
entry_t *ledger_by_number (const ledger_t *self, uint64_t number); /* NULL when there is none */

/* The answer that came: OK, or a refusal. */
void ledger_tell (sim_t *sim, entry_t *entry, status_t status, const char *reason, bytes_t reply);

/* Every told command stands in its owner's journal as it was told, once; and nothing stands there that nobody asked. */
void ledger_check (sim_t *sim, int seat);

/* After a restore: commands that are not in the journal any more are excused. */
void ledger_excuse (sim_t *sim, int seat);

#endif
