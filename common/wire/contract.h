/*
 * What a service promises on the bus, as tables.
 *
 * The .proto files are the only copy of the contracts. The build's contract compiler (compiler/) reads
 * the descriptors with their options and writes, for each proto package, X.contract.c with one `contract_t`, and
 * for the packages that have services X.handlers.[hc] with the prototype of every handler. A method without a
 * handler does not link; a method without a policy, text without a maximum, or an event that can carry
 * a personal field does not build.
 *
 * Invariant: every table is constant, complete and in the order of the .proto file.
 */
#ifndef FYR_WIRE_CONTRACT_H
#define FYR_WIRE_CONTRACT_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Same numbers as fyrtaarn.options.v1.Format. */
typedef enum {
    FORMAT_PLAIN = 0,
    FORMAT_DAY = 1,
    FORMAT_INSTANT = 2,
    FORMAT_CPR = 3,
    FORMAT_CVR = 4,
    FORMAT_ORE = 5,
    FORMAT_ID = 6,
    FORMAT_DISTRICT = 7,
    FORMAT_MONTH = 8,
    FORMAT_SLUG = 9,
} format_t;

/* Same numbers as fyrtaarn.options.v1.Caller. A set of callers is a bit mask, bit = 1u << caller. */
typedef enum {
    CALLER_NONE = 0,
    CALLER_LEASE = 1,
    CALLER_GUIDANCE = 2,
    CALLER_PLACEMENT = 3,
    CALLER_BRIDGING = 4,
    CALLER_REPORTING = 5,
    CALLER_TMF_DESK = 6,
    CALLER_BIF_DESK = 7,
    CALLER_SOF_DESK = 8,
    CALLER_STEERING_DESK = 9,
    CALLER_OPERATOR = 10,
    CALLER_ANYONE = 11,
    CALLER_COUNT
} caller_t;

typedef struct {
    format_t format;
    bool required;
    bool personal;
    uint32_t max;        /* bytes of text or bytes; items of a list (each text in it: at most LIST_TEXT_MAX bytes) */
    int64_t least, most; /* both 0: no bounds of its own */
} field_rule_t;

enum { LIST_TEXT_MAX = 1024 };

typedef struct message_rule {
    const ProtobufCMessageDescriptor *descriptor;
    const field_rule_t *fields;                    /* by index, as descriptor->fields */
    const struct message_rule *const *submessages; /* by index; NULL where the field is not a message */
    bool personal;                                 /* a personal field can be reached from here */
} message_rule_t;

typedef struct {
    const char *name; /* "fyrtaarn.lease.v1.Leases/OfferLease" */
    bool command;
    bool personal;    /* the reply can carry personal fields: a read of it is logged and needs a reason */
    uint32_t callers; /* mask of caller_t */
    const message_rule_t *request;
    const message_rule_t *reply;
} method_t;

typedef struct {
    const char *package; /* "lease" */
    const method_t *methods;
    size_t n_methods;
    const message_rule_t *event; /* the package's Event message (one oneof of all events), or NULL */
} contract_t;

/* "tmf_desk" ... ; NULL outside the table. */
const char *caller_name (caller_t caller);
caller_t caller_by_name (const char *name); /* CALLER_NONE when there is no such caller */

/* NULL when the package has no such method. */
const method_t *contract_method (const contract_t *self, const char *name);
bool method_allows (const method_t *self, caller_t caller);

#endif
