/*
 * The rules of the house for contracts. Each broken one is a finding on stderr and counts in model->findings.
 *
 * What they keep: everything on the wire has a maximum; every method says who may call it; a personal field never
 * leaves in an event, in a reply that is stored, or to anyone.
 */
#ifndef FYR_WIRE_COMPILER_CHECK_H
#define FYR_WIRE_COMPILER_CHECK_H

#include "wire/compiler/model.h"

void check_model (model_t *model);

#endif
