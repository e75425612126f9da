/*
 * Every message type that the contracts name: requests, replies and events of all services, the frames of the bus, and
 * the specimen's. A target picks one by two bytes made of its name, so that inputs keep their meaning when contracts
 * grow.
 */
#ifndef FYR_TESTS_FUZZ_TYPES_H
#define FYR_TESTS_FUZZ_TYPES_H

#include "wire/contract.h"

enum { TYPE_MARK_SIZE = 2 };

size_t types_count (void);
const message_rule_t *type_at (size_t index);

/* Two bytes of a name; of one that is not known, any. */
void type_mark (const char *name, uint8_t out[TYPE_MARK_SIZE]);
const message_rule_t *type_by_mark (const uint8_t mark[TYPE_MARK_SIZE]);

/* The method of any service, the engine's own included; NULL when nobody has it. */
const method_t *method_by_name (const char *name);

#endif
