/*
 * The contracts as the compiler sees them: files, messages and methods with their options, read from the descriptors
 * of all .proto files.
 *
 * Invariant: after read_model every field knows its message, every method its request and reply, and every message
 * whether a personal field can be reached from it. What is not a message of ours is NULL; check.c refuses it where a
 * contract may not use it.
 */
#ifndef FYR_WIRE_COMPILER_MODEL_H
#define FYR_WIRE_COMPILER_MODEL_H

#include "fyrtaarn/options/v1/options.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NAME_SIZE = 512 };

typedef Google__Protobuf__FileDescriptorSet descriptor_set_t;
typedef Google__Protobuf__FileDescriptorProto file_proto_t;
typedef Google__Protobuf__DescriptorProto message_proto_t;
typedef Google__Protobuf__FieldDescriptorProto field_proto_t;
typedef Google__Protobuf__EnumDescriptorProto enum_proto_t;
typedef Google__Protobuf__ServiceDescriptorProto service_proto_t;
typedef Google__Protobuf__MethodDescriptorProto method_proto_t;

/* TYPE (INT64) is protobuf's number for that type. */
#define TYPE(name) GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_##name

typedef struct {
    const file_proto_t *proto;
    char area[NAME_SIZE]; /* "lease" for fyrtaarn.lease.v1; empty: not a contract of ours (options, imports) */
} file_t;

typedef struct message message_t;

typedef struct {
    const field_proto_t *proto;
    const char *type; /* as in a .proto file: "uint64", "bytes", ".fyrtaarn.lease.v1.Desk" */
    Options__Rule rule;
    message_t *message; /* NULL when it is not a message of ours */
} field_t;

struct message {
    const file_t *file;
    const message_proto_t *proto;
    char name[NAME_SIZE];    /* ".fyrtaarn.lease.v1.Lease.Desk" */
    const char *subject;     /* "Lease.Desk", the end of name */
    char c_type[NAME_SIZE];  /* "Lease__Lease__Desk" */
    char c_lower[NAME_SIZE]; /* "lease__lease__desk" */
    char c_rule[NAME_SIZE];  /* "lease_lease_desk_rule" */
    field_t *fields;         /* by number, as protoc-c sorts them: the tables go by index */
    size_t n_fields;
    bool personal;
    bool visited;
};

typedef struct {
    const file_t *file;
    const service_proto_t *service;
    const method_proto_t *proto;
    char c_name[NAME_SIZE]; /* "offer_lease" */
    Options__Kind kind;
    uint32_t callers;
    message_t *request;
    message_t *reply;
} service_method_t;

typedef struct {
    descriptor_set_t *set;
    file_t *files;
    size_t n_files;
    message_t *messages;
    size_t n_messages;
    service_method_t *methods;
    size_t n_methods;
    size_t findings;
} model_t;

/* `set` belongs to the model from here on. A file that is not packaged as the house does is a finding. */
void read_model (model_t *model, descriptor_set_t *set);
void free_model (model_t *model);

/* A finding: one line on stderr, as compilers do; a run shows all of them. `part` may be NULL. */
void refuse (model_t *model, const file_t *file, const char *subject, const char *part, const char *format, ...)
    __attribute__ ((format (printf, 5, 6)));

/* Prints into a name; one that does not fit is a bug. */
void set_name (char name[NAME_SIZE], const char *format, ...) __attribute__ ((format (printf, 2, 3)));

/* The area's Event message, NULL when it has none. */
message_t *event_of (const model_t *model, const char *area);

/* The files of one package come in any order; its first one stands for the package. */
bool begins_area (const model_t *model, const file_t *file);
bool in_area (const file_t *file, const char *area);

bool is_list (const field_t *field);

/* The names that options.proto gives: "CPR", "TMF_DESK". */
const char *format_text (Options__Format format);
const char *caller_text (uint32_t caller);

#endif
