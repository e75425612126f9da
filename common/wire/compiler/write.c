#include "wire/compiler/write.h"

#include "base/bytes.h"
#include "base/ensure.h"
#include "wire/contract.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 1024, OUTPUT_MAX = 64 * 1024 * 1024 };

static void write_file (const char *directory, const char *area, const char *suffix, const buffer_t *text)
{
    char path[PATH_SIZE];
    int length = snprintf (path, sizeof path, "%s/%s%s", directory, area, suffix);
    ensure (length > 0 && length < PATH_SIZE && !text->overflowed);
    FILE *file = fopen (path, "w");
    bool written = file && fwrite (text->data, 1, text->size, file) == text->size;
    if (!file || fclose (file) != 0 || !written) {
        fprintf (stderr, "%s: %s\n", path, strerror (errno));
        exit (EXIT_FAILURE);
    }
}

static bool has_methods (const model_t *model, const char *area)
{
    for (size_t i = 0; i < model->n_methods; i++)
        if (in_area (model->methods[i].file, area))
            return true;
    return false;
}

static void capitalize (char *text)
{
    for (; *text; text++)
        *text = (char) toupper ((unsigned char) *text);
}

static void begin_header (const model_t *model, const char *area, const char *kind, buffer_t *out)
{
    char capitals[NAME_SIZE];
    set_name (capitals, "%s", area);
    capitalize (capitals);
    buffer_printf (out, "/* Written by contract-compiler from proto/fyrtaarn/%s/v1. */\n", area);
    buffer_printf (out, "#ifndef FYR_%s_%s_H\n#define FYR_%s_%s_H\n\n", capitals, kind, capitals, kind);
    for (size_t i = 0; i < model->n_files; i++) {
        const char *name = model->files[i].proto->name;
        if (in_area (&model->files[i], area))
            buffer_printf (out, "#include \"%.*s.pb-c.h\"\n", (int) (strlen (name) - strlen (".proto")), name);
    }
}

/* LEASE_BOOK_ROOM is the method's row: what a service that calls it names. */
static void name_methods (const model_t *model, const char *area, buffer_t *out)
{
    size_t row = 0;
    buffer_printf (out, "\nextern const method_t %s_methods[];\n", area);
    for (size_t i = 0; i < model->n_methods; i++) {
        if (!in_area (model->methods[i].file, area))
            continue;
        char capitals[NAME_SIZE];
        set_name (capitals, "%s_%s", area, model->methods[i].c_name);
        capitalize (capitals);
        buffer_printf (out, "#define %s (&%s_methods[%zu])\n", capitals, area, row++);
    }
}

static void write_contract_header (const model_t *model, const char *area, const char *directory)
{
    owned_buffer out = BUFFER (OUTPUT_MAX);
    begin_header (model, area, "CONTRACT", &out);
    buffer_printf (&out, "#include \"wire/contract.h\"\n\nextern const contract_t %s_contract;\n\n", area);
    for (size_t i = 0; i < model->n_messages; i++)
        if (in_area (model->messages[i].file, area))
            buffer_printf (&out, "extern const message_rule_t %s;\n", model->messages[i].c_rule);
    if (has_methods (model, area))
        name_methods (model, area, &out);
    buffer_append_text (&out, "\n#endif\n");
    write_file (directory, area, ".contract.h", &out);
}

/* C has no literal for the smallest int64_t. */
static void write_bound (int64_t bound, buffer_t *out)
{
    if (bound == INT64_MIN)
        buffer_append_text (out, "INT64_MIN");
    else
        buffer_printf (out, "INT64_C (%" PRId64 ")", bound);
}

static void write_fields (const message_t *message, buffer_t *out)
{
    buffer_printf (out, "static const field_rule_t %s_fields[] = {\n", message->c_rule);
    for (size_t i = 0; i < message->n_fields; i++) {
        const Options__Rule *rule = &message->fields[i].rule;
        buffer_printf (out, "    { FORMAT_%s, %s, %s, %" PRIu32 ", ", format_text (rule->format),
                       rule->required ? "true" : "false", rule->personal ? "true" : "false", rule->max);
        write_bound (rule->least, out);
        buffer_append_text (out, ", ");
        write_bound (rule->most, out);
        buffer_printf (out, " }, /* %s */\n", message->fields[i].proto->name);
    }
    buffer_printf (out, "};\nstatic const message_rule_t *const %s_submessages[] = {\n", message->c_rule);
    for (size_t i = 0; i < message->n_fields; i++) {
        const message_t *submessage = message->fields[i].message;
        buffer_printf (out, "    %s%s,\n", submessage ? "&" : "", submessage ? submessage->c_rule : "NULL");
    }
    buffer_append_text (out, "};\n");
}

static void write_message (const message_t *message, buffer_t *out)
{
    buffer_append_text (out, "\n");
    if (message->n_fields > 0)
        write_fields (message, out);
    buffer_printf (out, "const message_rule_t %s = {\n    .descriptor = &%s__descriptor,\n", message->c_rule,
                   message->c_lower);
    if (message->n_fields > 0)
        buffer_printf (out, "    .fields = %s_fields,\n    .submessages = %s_submessages,\n", message->c_rule,
                       message->c_rule);
    buffer_printf (out, "    .personal = %s,\n};\n", message->personal ? "true" : "false");
}

static void write_method (const service_method_t *method, buffer_t *out)
{
    buffer_printf (out, "    { .name = \"%s.%s/%s\",\n", method->file->proto->package, method->service->name,
                   method->proto->name);
    buffer_printf (out, "      .command = %s,\n      .personal = %s,\n      .callers =",
                   method->kind == OPTIONS__KIND__COMMAND ? "true" : "false",
                   method->reply->personal ? "true" : "false");
    const char *between = " ";
    for (uint32_t caller = CALLER_NONE + 1; caller < CALLER_COUNT; caller++)
        if (method->callers & 1u << caller) {
            buffer_printf (out, "%s1u << CALLER_%s", between, caller_text (caller));
            between = " | ";
        }
    buffer_printf (out, ",\n      .request = &%s,\n      .reply = &%s },\n", method->request->c_rule,
                   method->reply->c_rule);
}

/* Whether the tables of `area` point into those of `other`. */
static bool refers_to (const model_t *model, const char *area, const char *other)
{
    for (size_t i = 0; i < model->n_messages; i++)
        for (size_t f = 0; in_area (model->messages[i].file, area) && f < model->messages[i].n_fields; f++) {
            const message_t *submessage = model->messages[i].fields[f].message;
            if (submessage && in_area (submessage->file, other))
                return true;
        }
    for (size_t i = 0; i < model->n_methods; i++) {
        const service_method_t *method = &model->methods[i];
        if (in_area (method->file, area) &&
            (in_area (method->request->file, other) || in_area (method->reply->file, other)))
            return true;
    }
    return false;
}

static void write_contract_source (const model_t *model, const char *area, const char *directory)
{
    owned_buffer out = BUFFER (OUTPUT_MAX);
    buffer_printf (&out, "#include \"%s.contract.h\"\n", area);
    for (size_t i = 0; i < model->n_files; i++) {
        const char *other = model->files[i].area;
        if (begins_area (model, &model->files[i]) && strcmp (other, area) != 0 && refers_to (model, area, other))
            buffer_printf (&out, "#include \"%s.contract.h\"\n", other);
    }
    for (size_t i = 0; i < model->n_messages; i++)
        if (in_area (model->messages[i].file, area))
            write_message (&model->messages[i], &out);
    if (has_methods (model, area)) {
        buffer_printf (&out, "\nconst method_t %s_methods[] = {\n", area);
        for (size_t i = 0; i < model->n_methods; i++)
            if (in_area (model->methods[i].file, area))
                write_method (&model->methods[i], &out);
        buffer_append_text (&out, "};\n");
    }
    buffer_printf (&out, "\nconst contract_t %s_contract = {\n    .package = \"%s\",\n", area, area);
    if (has_methods (model, area))
        buffer_printf (&out, "    .methods = %s_methods,\n    .n_methods = sizeof %s_methods / sizeof %s_methods[0],\n",
                       area, area, area);
    const message_t *event = event_of (model, area);
    if (event)
        buffer_printf (&out, "    .event = &%s,\n", event->c_rule);
    buffer_append_text (&out, "};\n");
    write_file (directory, area, ".contract.c", &out);
}

static void write_handlers_header (const model_t *model, const char *area, const char *directory)
{
    owned_buffer out = BUFFER (OUTPUT_MAX);
    begin_header (model, area, "HANDLERS", &out);
    buffer_append_text (&out, "#include \"node/txn.h\"\n");
    for (size_t i = 0; i < model->n_methods; i++) {
        const service_method_t *method = &model->methods[i];
        if (in_area (method->file, area))
            buffer_printf (&out, "\nstatus_t %s_%s (txn_t *txn, const %s *request, %s *reply, fault_t *reterr);\n",
                           area, method->c_name, method->request->c_type, method->reply->c_type);
    }
    buffer_printf (&out, "\n/* One per method, in the order of %s_contract.methods. */\n", area);
    buffer_printf (&out, "extern const handler_t %s_handlers[];\n\n#endif\n", area);
    write_file (directory, area, ".handlers.h", &out);
}

static void write_wrapper (const service_method_t *method, buffer_t *out)
{
    buffer_printf (out, "\nstatic status_t call_%s (txn_t *txn, const ProtobufCMessage *request, ", method->c_name);
    buffer_append_text (out, "ProtobufCMessage *reply, fault_t *reterr)\n{\n");
    buffer_printf (out, "    return %s_%s (txn, (const %s *) request, (%s *) reply, reterr);\n}\n", method->file->area,
                   method->c_name, method->request->c_type, method->reply->c_type);
}

static void write_handlers_source (const model_t *model, const char *area, const char *directory)
{
    owned_buffer out = BUFFER (OUTPUT_MAX);
    buffer_printf (&out, "#include \"%s.handlers.h\"\n", area);
    for (size_t i = 0; i < model->n_methods; i++)
        if (in_area (model->methods[i].file, area))
            write_wrapper (&model->methods[i], &out);
    buffer_printf (&out, "\nconst handler_t %s_handlers[] = {\n", area);
    for (size_t i = 0; i < model->n_methods; i++)
        if (in_area (model->methods[i].file, area))
            buffer_printf (&out, "    call_%s,\n", model->methods[i].c_name);
    buffer_append_text (&out, "};\n");
    write_file (directory, area, ".handlers.c", &out);
}

/* The wire lock: lines that are collected in any order and written sorted. */
typedef struct {
    char **lines;
    size_t count;
} lock_t;

__attribute__ ((format (printf, 2, 3))) static void lock_add (lock_t *lock, const char *format, ...)
{
    lock->lines = realloc (lock->lines, (lock->count + 1) * sizeof *lock->lines);
    ensure (lock->lines);
    va_list args;
    va_start (args, format);
    int length = vasprintf (&lock->lines[lock->count++], format, args);
    va_end (args);
    ensure (length >= 0);
}

static void lock_enums (lock_t *lock, const char *scope, enum_proto_t *const *enums, size_t n_enums)
{
    for (size_t i = 0; i < n_enums; i++)
        for (size_t v = 0; v < enums[i]->n_value; v++)
            lock_add (lock, "enum %s.%s %s = %" PRId32, scope, enums[i]->name, enums[i]->value[v]->name,
                      enums[i]->value[v]->number);
}

static void lock_message (lock_t *lock, const message_t *message)
{
    const char *name = message->name + 1;
    lock_add (lock, "message %s", name);
    for (size_t i = 0; i < message->n_fields; i++) {
        const field_proto_t *field = message->fields[i].proto;
        const char *type = message->fields[i].type;
        const char *oneof = field->has_oneof_index ? message->proto->oneof_decl[field->oneof_index]->name : NULL;
        lock_add (lock, "field %s.%s = %" PRId32 " %s%s%s%s", name, field->name, field->number,
                  is_list (&message->fields[i]) ? "repeated " : "", type[0] == '.' ? type + 1 : type,
                  oneof ? " in oneof " : "", oneof ? oneof : "");
    }
    lock_enums (lock, name, message->proto->enum_type, message->proto->n_enum_type);
}

static void lock_method (lock_t *lock, const service_method_t *method)
{
    owned_buffer callers = BUFFER (NAME_SIZE);
    for (uint32_t caller = CALLER_NONE + 1; caller < CALLER_COUNT; caller++)
        if (method->callers & 1u << caller)
            buffer_printf (&callers, "%s%s", callers.size ? "," : "", caller_text (caller));
    lock_add (lock, "method %s.%s/%s %s (%s) returns (%s) callers %s", method->file->proto->package,
              method->service->name, method->proto->name,
              protobuf_c_enum_descriptor_get_value (&options__kind__descriptor, (int) method->kind)->name,
              method->request->name + 1, method->reply->name + 1, buffer_text (&callers));
}

static int by_text (const void *a, const void *b)
{
    return strcmp (*(char *const *) a, *(char *const *) b);
}

static void write_lock (const model_t *model, const char *directory)
{
    lock_t lock = { 0 };
    for (size_t i = 0; i < model->n_files; i++) {
        const file_proto_t *file = model->files[i].proto;
        if (model->files[i].area[0])
            lock_enums (&lock, file->package, file->enum_type, file->n_enum_type);
    }
    for (size_t i = 0; i < model->n_messages; i++)
        lock_message (&lock, &model->messages[i]);
    for (size_t i = 0; i < model->n_methods; i++)
        lock_method (&lock, &model->methods[i]);

    owned_buffer out = BUFFER (OUTPUT_MAX);
    if (lock.count > 0)
        qsort (lock.lines, lock.count, sizeof *lock.lines, by_text);
    for (size_t i = 0; i < lock.count; i++) {
        buffer_printf (&out, "%s\n", lock.lines[i]);
        free (lock.lines[i]);
    }
    free (lock.lines);
    write_file (directory, "wire", ".lock.txt", &out);
}

void write_model (const model_t *model, const char *directory)
{
    for (size_t i = 0; i < model->n_files; i++) {
        const char *area = model->files[i].area;
        if (!begins_area (model, &model->files[i]))
            continue;
        write_contract_header (model, area, directory);
        write_contract_source (model, area, directory);
        if (has_methods (model, area)) {
            write_handlers_header (model, area, directory);
            write_handlers_source (model, area, directory);
        }
    }
    write_lock (model, directory);
}
