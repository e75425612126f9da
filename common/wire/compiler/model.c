#include "wire/compiler/model.h"

#include "base/bytes.h"
#include "base/ensure.h"
#include "wire/contract.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The field numbers of custom options: ours, and that of protobuf-c. */
enum { POLICY_OPTION = 50001, RULE_OPTION = 50002, PB_C_FILE_OPTION = 1019, C_PACKAGE_FIELD = 6 };
enum { OPTION_MAX = 4096 };

/* The tables name values of contract.h by the names of options.proto. */
_Static_assert((int) FORMAT_SLUG == (int) OPTIONS__FORMAT__SLUG, "contract.h and options.proto list the same formats");
_Static_assert((int) CALLER_ANYONE == (int) OPTIONS__CALLER__ANYONE, "... and the same callers");

void refuse (model_t *model, const file_t *file, const char *subject, const char *part, const char *format, ...)
{
    fprintf (stderr, "%s: %s%s%s: ", file->proto->name, subject, part ? "." : "", part ? part : "");
    va_list args;
    va_start (args, format);
    vfprintf (stderr, format, args);
    va_end (args);
    fputc ('\n', stderr);
    model->findings++;
}

static void *allocate (size_t count, size_t size)
{
    void *memory = calloc (count ? count : 1, size);
    ensure (memory);
    return memory;
}

void set_name (char name[NAME_SIZE], const char *format, ...)
{
    va_list args;
    va_start (args, format);
    int length = vsnprintf (name, NAME_SIZE, format, args);
    va_end (args);
    ensure (length >= 0 && length < NAME_SIZE);
}

/* As protoc-c does it: "CVRNumber" becomes "cvrnumber", "OfferLease" "offer_lease". Dots of nested names become `dot`.
 */
static void snake_name (const char *camel, const char *dot, char out[NAME_SIZE])
{
    size_t length = 0;
    bool was_upper = true;
    for (const char *at = camel; *at; at++) {
        ensure (length + 3 < NAME_SIZE);
        bool is_upper = isupper ((unsigned char) *at);
        if (*at == '.')
            for (const char *c = dot; *c; c++)
                out[length++] = *c;
        else {
            if (is_upper && !was_upper)
                out[length++] = '_';
            out[length++] = (char) tolower ((unsigned char) *at);
        }
        was_upper = is_upper || *at == '.';
    }
    out[length] = '\0';
}

/* As protoc-c does it: the first letter of every part becomes a capital, underscores go, dots become "__". */
static void camel_name (const char *name, char out[NAME_SIZE])
{
    size_t length = 0;
    bool first = true;
    for (const char *at = name; *at; at++) {
        ensure (length + 3 < NAME_SIZE);
        if (*at == '.') {
            out[length++] = '_';
            out[length++] = '_';
        } else if (*at != '_')
            out[length++] = first ? (char) toupper ((unsigned char) *at) : *at;
        first = *at == '.' || *at == '_';
    }
    out[length] = '\0';
}

/* A custom option stands among the unknown fields, its length in front; when it was set in several statements it stands
 * there several times, and one after the other is what they mean together. */
static bool read_option (const ProtobufCMessage *options, uint32_t number, buffer_t *out)
{
    bool found = false;
    for (unsigned i = 0; options && i < options->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *field = &options->unknown_fields[i];
        if (field->tag != number || field->wire_type != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
            continue;
        size_t prefix = 1;
        while (field->data[prefix - 1] & 0x80)
            prefix++;
        buffer_append (out, field->data + prefix, field->len - prefix);
        found = true;
    }
    return found;
}

static Options__Rule read_rule (const field_proto_t *field)
{
    Options__Rule rule = OPTIONS__RULE__INIT;
    owned_buffer bytes = BUFFER (OPTION_MAX);
    if (!field->options || !read_option (&field->options->base, RULE_OPTION, &bytes))
        return rule;
    Options__Rule *read = options__rule__unpack (NULL, bytes.size, bytes.data);
    ensure (read);
    rule = *read;
    options__rule__free_unpacked (read, NULL);
    return rule;
}

/* The c_package of a file, "" without one: a text inside an option that comes with protobuf-c and for which no C code
 * exists. MethodOptions knows no field below 33, so unpacked as that, all of the option lands among the unknown fields.
 */
static void read_c_package (const file_proto_t *file, char out[NAME_SIZE])
{
    owned_buffer bytes = BUFFER (OPTION_MAX);
    owned_buffer text = BUFFER (NAME_SIZE - 1);
    if (file->options && read_option (&file->options->base, PB_C_FILE_OPTION, &bytes)) {
        Google__Protobuf__MethodOptions *option =
            google__protobuf__method_options__unpack (NULL, bytes.size, bytes.data);
        ensure (option);
        read_option (&option->base, C_PACKAGE_FIELD, &text);
        google__protobuf__method_options__free_unpacked (option, NULL);
    }
    set_name (out, "%s", buffer_text (&text));
}

static bool is_import (const file_proto_t *file)
{
    return strncmp (file->name, "google/protobuf/", 16) == 0 || strncmp (file->name, "protobuf-c/", 11) == 0;
}

/* "lease" out of "fyrtaarn.lease.v1"; false when the package is named otherwise. */
static bool area_of_package (const char *package, char area[NAME_SIZE])
{
    int length = 0;
    if (!package || sscanf (package, "fyrtaarn.%200[a-z0-9_].v1%n", area, &length) != 1)
        return false;
    return length > 0 && package[length] == '\0' && isalpha ((unsigned char) area[0]);
}

static void read_file (model_t *model, const file_proto_t *proto)
{
    file_t *file = &model->files[model->n_files++];
    file->proto = proto;
    char area[NAME_SIZE];
    char c_package[NAME_SIZE];
    if (is_import (proto))
        return;
    if (!area_of_package (proto->package, area)) {
        refuse (model, file, "package", NULL, "has to be fyrtaarn.<area>.v1");
        return;
    }
    if (strcmp (area, "options") == 0)
        return;
    set_name (file->area, "%s", area);
    if (!proto->syntax || strcmp (proto->syntax, "proto3") != 0)
        refuse (model, file, "syntax", NULL, "has to be proto3");
    read_c_package (proto, c_package);
    if (strcmp (c_package, area) != 0)
        refuse (model, file, "option (pb_c_file).c_package", NULL, "has to be \"%s\"", area);
}

static size_t count_messages (message_proto_t *const *protos, size_t n_protos)
{
    size_t count = n_protos;
    for (size_t i = 0; i < n_protos; i++)
        count += count_messages (protos[i]->nested_type, protos[i]->n_nested_type);
    return count;
}

static int by_number (const void *a, const void *b)
{
    int32_t left = ((const field_t *) a)->proto->number;
    int32_t right = ((const field_t *) b)->proto->number;
    return (left > right) - (left < right);
}

static const char *type_text (const field_proto_t *field)
{
    static const char *const NAMES[] = {
        [TYPE (DOUBLE)] = "double",     [TYPE (FLOAT)] = "float",   [TYPE (INT64)] = "int64",
        [TYPE (UINT64)] = "uint64",     [TYPE (INT32)] = "int32",   [TYPE (FIXED64)] = "fixed64",
        [TYPE (FIXED32)] = "fixed32",   [TYPE (BOOL)] = "bool",     [TYPE (STRING)] = "string",
        [TYPE (BYTES)] = "bytes",       [TYPE (UINT32)] = "uint32", [TYPE (SFIXED32)] = "sfixed32",
        [TYPE (SFIXED64)] = "sfixed64", [TYPE (SINT32)] = "sint32", [TYPE (SINT64)] = "sint64",
    };
    return field->type_name ? field->type_name : NAMES[field->type];
}

/* `scope` is ".fyrtaarn.lease.v1" or, for a nested message, the name of the message around it. */
static void read_messages (model_t *model, const file_t *file, const char *scope, message_proto_t *const *protos,
                           size_t n_protos)
{
    for (size_t i = 0; i < n_protos; i++) {
        message_t *message = &model->messages[model->n_messages++];
        char area[NAME_SIZE], name[NAME_SIZE];
        message->file = file;
        message->proto = protos[i];
        set_name (message->name, "%s.%s", scope, protos[i]->name);
        message->subject = message->name + strlen (file->proto->package) + 2;
        camel_name (file->area, area);
        camel_name (message->subject, name);
        set_name (message->c_type, "%s__%s", area, name);
        snake_name (message->subject, "__", name);
        set_name (message->c_lower, "%s__%s", file->area, name);
        snake_name (message->subject, "_", name);
        set_name (message->c_rule, "%s_%s_rule", file->area, name);
        message->n_fields = protos[i]->n_field;
        message->fields = allocate (message->n_fields, sizeof (field_t));
        for (size_t f = 0; f < message->n_fields; f++) {
            const field_proto_t *field = protos[i]->field[f];
            message->fields[f] = (field_t){ .proto = field, .type = type_text (field), .rule = read_rule (field) };
        }
        qsort (message->fields, message->n_fields, sizeof (field_t), by_number);
        read_messages (model, file, message->name, protos[i]->nested_type, protos[i]->n_nested_type);
    }
}

static message_t *find_message (const model_t *model, const char *name)
{
    for (size_t i = 0; i < model->n_messages; i++)
        if (strcmp (model->messages[i].name, name) == 0)
            return &model->messages[i];
    return NULL;
}

static void read_policy (service_method_t *method)
{
    owned_buffer bytes = BUFFER (OPTION_MAX);
    if (!method->proto->options || !read_option (&method->proto->options->base, POLICY_OPTION, &bytes))
        return;
    Options__Policy *policy = options__policy__unpack (NULL, bytes.size, bytes.data);
    ensure (policy);
    method->kind = policy->kind;
    for (size_t i = 0; i < policy->n_callers; i++)
        if (policy->callers[i] > 0 && (int) policy->callers[i] < CALLER_COUNT)
            method->callers |= 1u << policy->callers[i];
    options__policy__free_unpacked (policy, NULL);
}

static void read_service (model_t *model, const file_t *file, const service_proto_t *service)
{
    for (size_t i = 0; i < service->n_method; i++) {
        service_method_t *method = &model->methods[model->n_methods++];
        method->file = file;
        method->service = service;
        method->proto = service->method[i];
        method->request = find_message (model, method->proto->input_type);
        method->reply = find_message (model, method->proto->output_type);
        snake_name (method->proto->name, "_", method->c_name);
        read_policy (method);
    }
}

/* A message is personal when it holds a personal field or a message that is; round after round, until nothing changes.
 */
static void spread_personal (model_t *model)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < model->n_messages; i++) {
            message_t *message = &model->messages[i];
            for (size_t f = 0; f < message->n_fields && !message->personal; f++) {
                const field_t *field = &message->fields[f];
                message->personal = field->rule.personal || (field->message && field->message->personal);
                changed = changed || message->personal;
            }
        }
    }
}

void read_model (model_t *model, descriptor_set_t *set)
{
    size_t n_messages = 0, n_methods = 0;
    for (size_t i = 0; i < set->n_file; i++) {
        n_messages += count_messages (set->file[i]->message_type, set->file[i]->n_message_type);
        for (size_t s = 0; s < set->file[i]->n_service; s++)
            n_methods += set->file[i]->service[s]->n_method;
    }
    *model = (model_t){
        .set = set,
        .files = allocate (set->n_file, sizeof (file_t)),
        .messages = allocate (n_messages, sizeof (message_t)),
        .methods = allocate (n_methods, sizeof (service_method_t)),
    };
    for (size_t i = 0; i < set->n_file; i++) {
        read_file (model, set->file[i]);
        char scope[NAME_SIZE];
        set_name (scope, ".%s", set->file[i]->package);
        if (model->files[i].area[0])
            read_messages (model, &model->files[i], scope, set->file[i]->message_type, set->file[i]->n_message_type);
    }
    for (size_t i = 0; i < model->n_messages; i++)
        for (size_t f = 0; f < model->messages[i].n_fields; f++) {
            field_t *field = &model->messages[i].fields[f];
            if (field->proto->type == TYPE (MESSAGE))
                field->message = find_message (model, field->type);
        }
    for (size_t i = 0; i < set->n_file; i++)
        for (size_t s = 0; model->files[i].area[0] && s < set->file[i]->n_service; s++)
            read_service (model, &model->files[i], set->file[i]->service[s]);
    spread_personal (model);
}

void free_model (model_t *model)
{
    for (size_t i = 0; i < model->n_messages; i++)
        free (model->messages[i].fields);
    free (model->messages);
    free (model->methods);
    free (model->files);
    google__protobuf__file_descriptor_set__free_unpacked (model->set, NULL);
}

message_t *event_of (const model_t *model, const char *area)
{
    char name[NAME_SIZE];
    set_name (name, ".fyrtaarn.%s.v1.Event", area);
    return find_message (model, name);
}

bool begins_area (const model_t *model, const file_t *file)
{
    for (const file_t *earlier = model->files; earlier < file; earlier++)
        if (strcmp (earlier->area, file->area) == 0)
            return false;
    return file->area[0] != '\0';
}

bool in_area (const file_t *file, const char *area)
{
    return strcmp (file->area, area) == 0;
}

bool is_list (const field_t *field)
{
    return field->proto->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
}

const char *format_text (Options__Format format)
{
    return protobuf_c_enum_descriptor_get_value (&options__format__descriptor, (int) format)->name;
}

const char *caller_text (uint32_t caller)
{
    return protobuf_c_enum_descriptor_get_value (&options__caller__descriptor, (int) caller)->name;
}
