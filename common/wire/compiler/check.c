#include "wire/compiler/check.h"

#include "wire/contract.h"

#include <string.h>

static bool is_text (const field_t *field)
{
    return field->proto->type == TYPE (STRING) || field->proto->type == TYPE (BYTES);
}

static bool is_number (const field_t *field)
{
    return !is_text (field) && field->proto->type != TYPE (MESSAGE) && field->proto->type != TYPE (ENUM) &&
           field->proto->type != TYPE (BOOL);
}

/* What protoc makes of map<...>: a message that nobody wrote. */
static bool is_map_entry (const message_t *message)
{
    return message->proto->options && message->proto->options->map_entry;
}

/* What the house leaves out of the language; NULL when the field is none of it. */
static const char *forbidden_shape (const field_t *field)
{
    if (field->proto->proto3_optional)
        return "proto3 optional: say presence with a message or a oneof";
    if (field->proto->type == TYPE (GROUP))
        return "a group";
    if (field->proto->type != TYPE (MESSAGE))
        return NULL;
    if (strcmp (field->type, ".google.protobuf.Any") == 0)
        return "Any: a contract names what it carries";
    if (!field->message)
        return "a message from outside fyrtaarn.<area>.v1 has no rules";
    if (is_map_entry (field->message))
        return "a map: write a list of messages";
    return NULL;
}

static const char *type_of_format (Options__Format format)
{
    static const char *const TYPES[] = {
        [FORMAT_DAY] = "int32",      [FORMAT_INSTANT] = "int64", [FORMAT_CPR] = "string",
        [FORMAT_CVR] = "string",     [FORMAT_ORE] = "int64",     [FORMAT_ID] = "uint64",
        [FORMAT_DISTRICT] = "int32", [FORMAT_MONTH] = "int32",   [FORMAT_SLUG] = "string",
    };
    return (size_t) format < sizeof TYPES / sizeof TYPES[0] ? TYPES[format] : NULL;
}

static void check_rule (model_t *model, const message_t *message, const field_t *field)
{
    const file_t *file = message->file;
    const Options__Rule *rule = &field->rule;
    const char *name = field->proto->name;
    const char *format_type = type_of_format (rule->format);
    bool sized = is_text (field) || is_list (field);

    if (sized && rule->max == 0)
        refuse (model, file, message->subject, name, "%s without max", is_list (field) ? "a list" : field->type);
    if (!sized && rule->max != 0)
        refuse (model, file, message->subject, name, "max is for text, bytes and lists");
    if (!is_number (field) && (rule->least != 0 || rule->most != 0))
        refuse (model, file, message->subject, name, "least and most are for numbers");
    if (rule->least > rule->most)
        refuse (model, file, message->subject, name, "least is larger than most");
    if (format_type && strcmp (format_type, field->type) != 0)
        refuse (model, file, message->subject, name, "format %s is for %s, not %s", format_text (rule->format),
                format_type, field->type);
    if (rule->format == OPTIONS__FORMAT__CPR && !rule->personal)
        refuse (model, file, message->subject, name, "a CPR number that is not marked personal");
    if (strcmp (file->area, "bus") == 0 && rule->personal && strcmp (name, "actor") != 0 &&
        strcmp (name, "reason") != 0)
        refuse (model, file, message->subject, name, "a personal field in a frame of the bus");
}

static void forget_visits (model_t *model)
{
    for (size_t i = 0; i < model->n_messages; i++)
        model->messages[i].visited = false;
}

static bool reaches (message_t *from, const message_t *target)
{
    if (from->visited)
        return false;
    from->visited = true;
    for (size_t i = 0; i < from->n_fields; i++)
        if (from->fields[i].message && (from->fields[i].message == target || reaches (from->fields[i].message, target)))
            return true;
    return false;
}

static void check_message (model_t *model, message_t *message)
{
    for (size_t i = 0; i < message->n_fields; i++) {
        const field_t *field = &message->fields[i];
        const char *shape = forbidden_shape (field);
        if (shape)
            refuse (model, message->file, message->subject, field->proto->name, "%s", shape);
        else
            check_rule (model, message, field);
    }
    forget_visits (model);
    if (reaches (message, message))
        refuse (model, message->file, message->subject, NULL, "recursive: it can hold itself");
}

/* Every personal field that can be reached from `message`, each named once. */
static void refuse_personal (model_t *model, message_t *message, const char *where)
{
    if (message->visited || !message->personal)
        return;
    message->visited = true;
    for (size_t i = 0; i < message->n_fields; i++) {
        const field_t *field = &message->fields[i];
        if (field->rule.personal)
            refuse (model, message->file, message->subject, field->proto->name, "a personal field in %s", where);
        if (field->message)
            refuse_personal (model, field->message, where);
    }
}

static void check_event (model_t *model, message_t *event)
{
    const message_proto_t *proto = event->proto;
    bool all_in_oneof = proto->n_oneof_decl == 1 && proto->n_field > 0;
    for (size_t i = 0; i < proto->n_field; i++)
        all_in_oneof = all_in_oneof && proto->field[i]->has_oneof_index;
    if (!all_in_oneof)
        refuse (model, event->file, event->subject, NULL, "has to be exactly one oneof");
    char where[NAME_SIZE];
    set_name (where, "%s.Event", event->file->area);
    forget_visits (model);
    refuse_personal (model, event, where);
}

static void check_method (model_t *model, const service_method_t *method)
{
    const char *service = method->service->name;
    const char *name = method->proto->name;
    if (method->kind == OPTIONS__KIND__KIND_UNSPECIFIED)
        refuse (model, method->file, service, name, "without a kind in its policy");
    if (method->callers == 0)
        refuse (model, method->file, service, name, "without callers in its policy");
    if (method->proto->client_streaming || method->proto->server_streaming)
        refuse (model, method->file, service, name, "a streaming method");
    if (!method->request || !method->reply) {
        refuse (model, method->file, service, name, "a message from outside fyrtaarn.<area>.v1 has no rules");
        return;
    }
    char where[NAME_SIZE];
    forget_visits (model);
    if (method->kind == OPTIONS__KIND__COMMAND) {
        set_name (where, "the reply of command %s/%s, which is stored", service, name);
        refuse_personal (model, method->reply, where);
    }
    if (method->callers & 1u << CALLER_ANYONE) {
        set_name (where, "the reply of %s/%s, which ANYONE may call", service, name);
        refuse_personal (model, method->reply, where);
    }
    for (const service_method_t *other = model->methods; other < method; other++)
        if (strcmp (other->file->area, method->file->area) == 0 && strcmp (other->c_name, method->c_name) == 0)
            refuse (model, method->file, service, name, "the package has a method of this name in %s",
                    other->service->name);
}

void check_model (model_t *model)
{
    for (size_t i = 0; i < model->n_messages; i++)
        if (!is_map_entry (&model->messages[i]))
            check_message (model, &model->messages[i]);
    for (size_t i = 0; i < model->n_methods; i++)
        check_method (model, &model->methods[i]);
    for (size_t i = 0; i < model->n_files; i++) {
        message_t *event = event_of (model, model->files[i].area);
        if (event && begins_area (model, &model->files[i]))
            check_event (model, event);
    }
}
