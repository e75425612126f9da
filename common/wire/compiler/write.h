/*
 * What the compiler writes into a directory, for a model without findings. For each area:
 *
 *     AREA.contract.[hc]   the tables that wire/contract.h describes
 *     AREA.handlers.[hc]   the prototype of every handler and their table, for areas that have methods
 *
 * and wire.lock.txt: one sorted line for everything that another version of a program can see on the wire.
 *
 * Invariant: the same contracts give the same bytes. A file that cannot be written ends the program.
 */
#ifndef FYR_WIRE_COMPILER_WRITE_H
#define FYR_WIRE_COMPILER_WRITE_H

#include "wire/compiler/model.h"

void write_model (const model_t *model, const char *directory);

#endif
