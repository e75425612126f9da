/*
 * The house at work: the demonstration's commands at random, weighted towards conflicts. What replies name (desks,
 * rooms, leases, clients ...) is remembered in small pools, so that many clients want the same few things.
 */
#ifndef FYR_SIM_COMMANDS_H
#define FYR_SIM_COMMANDS_H

#include "sim.h"

#include "wire/contract.h"

/* What stands in every citizen's record and nowhere else: wherever else it is seen, something has leaked. */
#define SECRET_NAME "Zxqvist"
#define SECRET_CPR "610160"
#define SECRET_NOTE "zxqvnote"
#define SECRET_NEED "zxqvneed" /* may go to placement, under consent */
#define SECRET_GUEST "Zxgaest" /* a participant of guidance */

typedef struct {
    int seat;
    const method_t *method;
    buffer_t body; /* yours */
} command_t;

pools_t *pools_new (void);
void pools_destroy (pools_t **self);

/* One that this caller may send now; false when the few that were tried need what is not known yet. */
bool command_draw (sim_t *sim, caller_t caller, command_t *ret_command);

/* Remembers the ids that a request and its reply name. */
void command_learn (sim_t *sim, const method_t *method, const ProtobufCMessage *request, const ProtobufCMessage *reply);

#endif
