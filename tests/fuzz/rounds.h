/*
 * Round trips that every message of every contract must survive.
 */
#ifndef FYR_TESTS_FUZZ_ROUNDS_H
#define FYR_TESTS_FUZZ_ROUNDS_H

#include "wire/contract.h"

/* Packed and decoded it packs to the same bytes. `message` has passed validation. */
void expect_survives_wire (const message_rule_t *rule, const ProtobufCMessage *message);

/* Written as JSON text and read again it is valid and packs to the same bytes. */
void expect_survives_json (const message_rule_t *rule, const ProtobufCMessage *message);

#endif
