/*
 * Words that the tests of the edge share: decoding within limits, and what a refusal has to look like.
 */
#ifndef FYR_TESTS_WIRE_KIT_H
#define FYR_TESTS_WIRE_KIT_H

#include "base/own.h"
#include "specimen/specimen.contract.h"
#include "wire/message.h"

#include <criterion/criterion.h>

enum { PLENTY = 8 * 1024 * 1024 };

static inline status_t decode (const message_rule_t *rule, bytes_t bytes, arena_t *arena,
                               ProtobufCMessage **ret_message, fault_t *fault)
{
    *fault = (fault_t){ 0 };
    return message_decode (rule, bytes, WIRE_MESSAGE_MAX, arena, ret_message, fault);
}

/* Refused for the reason, at the place, and the fault does not repeat what stood there. */
static inline void expect_refused (const message_rule_t *rule, const void *data, size_t size, const char *reason,
                                   const char *said)
{
    owned (arena) arena = arena_new (PLENTY);
    ProtobufCMessage *message = NULL;
    fault_t fault;
    status_t status = decode (rule, bytes_of (data, size), arena, &message, &fault);
    cr_assert_eq (status, STATUS_INVALID_ARGUMENT, "%s", said);
    cr_assert_str_eq (fault.reason, reason, "%s", said);
    cr_assert_str_eq (fault.message, said);
    cr_assert_null (message);
}

#define REFUSED(rule, bytes, reason, said) expect_refused (&(rule), bytes, sizeof bytes - 1, reason, said)

#endif
