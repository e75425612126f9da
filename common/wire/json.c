#include "wire/json.h"

#include "base/bytes.h"
#include "base/time.h"
#include "wire/member.h"
#include "wire/message.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Above this a number of JSON is a double in most readers, and not exact. */
static const int64_t EXACT_MAX = INT64_C (1) << 53;

/* --- writing --- */

static json_t *json_from_number (format_t format, int64_t number)
{
    char text[ISO_INSTANT_SIZE];
    if (format == FORMAT_DAY)
        return json_string (day_text ((int32_t) number, text));
    if (format == FORMAT_MONTH)
        return json_string (month_text ((int32_t) number, text));
    if (format == FORMAT_INSTANT)
        return json_string (instant_text (number, text));
    if (number >= -EXACT_MAX && number <= EXACT_MAX)
        return json_integer (number);
    snprintf (text, sizeof text, "%" PRId64, number);
    return json_string (text);
}

static json_t *json_from_huge_number (uint64_t number)
{
    char text[32];
    snprintf (text, sizeof text, "%" PRIu64, number);
    return json_string (text);
}

static json_t *json_from_bytes (const ProtobufCBinaryData *data)
{
    owned_buffer hex = BUFFER (2 * data->len + 1);
    char *text = (char *) buffer_extend (&hex, 2 * data->len + 1);
    if (!text)
        return NULL;
    hex_encode (bytes_of (data->data, data->len), text);
    return json_stringn (text, 2 * data->len);
}

static json_t *json_from_enum (const ProtobufCEnumDescriptor *descriptor, int number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value (descriptor, number);
    return value ? json_string (value->name) : json_integer (number);
}

static json_t *json_from_item (const message_rule_t *rule, unsigned index, const void *item, bool show_personal)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    const char *text;
    int64_t number = 0;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        text = *(char *const *) item;
        return json_string (text ? text : "");
    case PROTOBUF_C_TYPE_BYTES:
        return json_from_bytes (item);
    case PROTOBUF_C_TYPE_ENUM:
        return json_from_enum (field->descriptor, *(const int *) item);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean (*(const protobuf_c_boolean *) item);
    case PROTOBUF_C_TYPE_FLOAT:
        return json_real ((double) *(const float *) item);
    case PROTOBUF_C_TYPE_DOUBLE:
        return json_real (*(const double *) item);
    case PROTOBUF_C_TYPE_MESSAGE:
        return json_from_message (rule->submessages[index], *(ProtobufCMessage *const *) item, show_personal);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        break;
    }
    if (!member_item_number (field->type, item, &number))
        return json_from_huge_number (*(const uint64_t *) item);
    return json_from_number (rule->fields[index].format, number);
}

static json_t *json_from_list (const message_rule_t *rule, unsigned index, const ProtobufCMessage *message,
                               bool show_personal)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    json_t *list = json_array ();
    for (size_t i = 0; i < member_count (message, field); i++)
        if (json_array_append_new (list,
                                   json_from_item (rule, index, member_item (message, field, i), show_personal)) != 0) {
            json_decref (list);
            return NULL;
        }
    return list;
}

/* What says "not there" by not being written. */
static bool is_absent (const message_rule_t *rule, unsigned index, const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    format_t format = rule->fields[index].format;
    if (member_is_choice (field))
        return member_count (message, field) == 0;
    bool can_be_absent = field->type == PROTOBUF_C_TYPE_MESSAGE || format == FORMAT_DAY || format == FORMAT_INSTANT ||
                         format == FORMAT_MONTH;
    return can_be_absent && !member_is_list (field) &&
           member_item_is_empty (field->type, member_item (message, field, 0));
}

json_t *json_from_message (const message_rule_t *rule, const ProtobufCMessage *message, bool show_personal)
{
    json_t *object = json_object ();
    for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        json_t *value;
        if (is_absent (rule, i, message))
            continue;
        if (rule->fields[i].personal && !show_personal)
            value = json_null ();
        else if (member_is_list (field))
            value = json_from_list (rule, i, message, show_personal);
        else
            value = json_from_item (rule, i, member_item (message, field, 0), show_personal);
        if (json_object_set_new (object, field->name, value) != 0) {
            json_decref (object);
            return NULL;
        }
    }
    return object;
}

/* --- reading --- */

typedef struct {
    arena_t *arena;
    fault_t *reterr;
} reader_t;

static status_t bad_field (const reader_t *reader, const path_t *path, const char *what)
{
    char text[PATH_TEXT_SIZE];
    return fault (reader->reterr, STATUS_INVALID_ARGUMENT, "JSON_BAD_FIELD", "{field=%s} {flaw=%s}",
                  path_text (path, text), what);
}

static status_t no_memory (const reader_t *reader)
{
    return fault (reader->reterr, STATUS_RESOURCE_EXHAUSTED, "WIRE_NO_MEMORY", "no memory left for this message now");
}

/* NULL unless it is text without NUL: what follows a NUL would be lost. */
static const char *plain_text (const json_t *json)
{
    const char *text = json_string_value (json);
    return text && strlen (text) == json_string_length (json) ? text : NULL;
}

static status_t read_text (const reader_t *reader, const path_t *path, const json_t *json, char **ret_text)
{
    const char *text = plain_text (json);
    if (!text)
        return bad_field (reader, path, "has to be text without NUL");
    size_t size = strlen (text) + 1;
    char *copy = arena_alloc (reader->arena, size);
    if (!copy)
        return no_memory (reader);
    memcpy (copy, text, size);
    *ret_text = copy;
    return STATUS_OK;
}

static uint8_t hex_value (char digit)
{
    return (uint8_t) (digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static status_t read_bytes (const reader_t *reader, const path_t *path, const json_t *json, ProtobufCBinaryData *ret)
{
    const char *hex = plain_text (json);
    if (!hex || strlen (hex) % 2 != 0 || hex[strspn (hex, "0123456789abcdef")] != '\0')
        return bad_field (reader, path, "has to be bytes in lower-case hexadecimal");
    size_t size = strlen (hex) / 2;
    uint8_t *data = size > 0 ? arena_alloc (reader->arena, size) : NULL;
    if (size > 0 && !data)
        return no_memory (reader);
    for (size_t i = 0; i < size; i++)
        data[i] = (uint8_t) (hex_value (hex[2 * i]) << 4 | hex_value (hex[2 * i + 1]));
    *ret = (ProtobufCBinaryData){ .len = size, .data = data };
    return STATUS_OK;
}

static bool is_digits (const char *text)
{
    return text[0] != '\0' && text[strspn (text, "0123456789")] == '\0';
}

static bool json_to_int64 (const json_t *json, int64_t *ret_number)
{
    const char *text = plain_text (json);
    if (!text) {
        *ret_number = json_integer_value (json);
        return json_is_integer (json);
    }
    errno = 0;
    *ret_number = strtoll (text, NULL, 10);
    return errno == 0 && is_digits (text[0] == '-' ? text + 1 : text);
}

static bool json_to_uint64 (const json_t *json, uint64_t *ret_number)
{
    const char *text = plain_text (json);
    if (!text) {
        *ret_number = (uint64_t) json_integer_value (json);
        return json_is_integer (json) && json_integer_value (json) >= 0;
    }
    errno = 0;
    *ret_number = strtoull (text, NULL, 10);
    return errno == 0 && is_digits (text);
}

/* A number of 32 bits has no reason to be text. */
static bool json_to_small (const json_t *json, int64_t least, int64_t most, int64_t *ret_number)
{
    *ret_number = json_integer_value (json);
    return json_is_integer (json) && *ret_number >= least && *ret_number <= most;
}

static bool read_int32 (format_t format, const json_t *json, int32_t *ret_number)
{
    const char *text = plain_text (json);
    int64_t number = 0;
    if (format == FORMAT_DAY)
        return text && day_parse (text, ret_number);
    if (format == FORMAT_MONTH)
        return text && month_parse (text, ret_number);
    if (!json_to_small (json, INT32_MIN, INT32_MAX, &number))
        return false;
    *ret_number = (int32_t) number;
    return true;
}

static bool read_int64 (format_t format, const json_t *json, int64_t *ret_number)
{
    const char *text = plain_text (json);
    if (format == FORMAT_INSTANT)
        return text && instant_parse (text, ret_number);
    return json_to_int64 (json, ret_number);
}

static bool read_uint32 (const json_t *json, uint32_t *ret_number)
{
    int64_t number = 0;
    if (!json_to_small (json, 0, UINT32_MAX, &number))
        return false;
    *ret_number = (uint32_t) number;
    return true;
}

static bool read_bool (const json_t *json, protobuf_c_boolean *ret_value)
{
    *ret_value = json_is_true (json);
    return json_is_boolean (json);
}

static bool read_enum (const ProtobufCEnumDescriptor *descriptor, const json_t *json, int *ret_number)
{
    const char *name = plain_text (json);
    const ProtobufCEnumValue *value = name ? protobuf_c_enum_descriptor_get_value_by_name (descriptor, name) : NULL;
    if (!value)
        return false;
    *ret_number = value->value;
    return true;
}

static const char *expectation (const ProtobufCFieldDescriptor *field, format_t format)
{
    if (format == FORMAT_DAY)
        return "has to be a day such as \"2026-03-02\"";
    if (format == FORMAT_MONTH)
        return "has to be a month such as \"2026-03\"";
    if (format == FORMAT_INSTANT)
        return "has to be an instant such as \"2026-03-02T09:00:00Z\"";
    if (field->type == PROTOBUF_C_TYPE_BOOL)
        return "has to be true or false";
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return "has to be one of the names of its enum";
    return "has to be a number in the range of its type";
}

/* Numbers, truth values and enums: what fits into the item itself. */
static bool read_scalar (const ProtobufCFieldDescriptor *field, format_t format, const json_t *json, void *item)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return read_int32 (format, json, item);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return read_int64 (format, json, item);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return read_uint32 (json, item);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return json_to_uint64 (json, item);
    case PROTOBUF_C_TYPE_FLOAT:
        *(float *) item = (float) json_number_value (json);
        return json_is_number (json);
    case PROTOBUF_C_TYPE_DOUBLE:
        *(double *) item = json_number_value (json);
        return json_is_number (json);
    case PROTOBUF_C_TYPE_BOOL:
        return read_bool (json, item);
    case PROTOBUF_C_TYPE_ENUM:
        return read_enum (field->descriptor, json, item);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    }
    return false;
}

static status_t read_message (const reader_t *reader, const message_rule_t *rule, const json_t *json,
                              const path_t *outer, ProtobufCMessage **ret_message);

static status_t read_item (const reader_t *reader, const message_rule_t *rule, unsigned index, const path_t *path,
                           const json_t *json, void *item)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    format_t format = rule->fields[index].format;
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return read_text (reader, path, json, item);
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return read_bytes (reader, path, json, item);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return read_message (reader, rule->submessages[index], json, path, item);
    if (!read_scalar (field, format, json, item))
        return bad_field (reader, path, expectation (field, format));
    return STATUS_OK;
}

static status_t read_list (const reader_t *reader, const message_rule_t *rule, unsigned index, path_t *path,
                           const json_t *json, ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    size_t item_size = member_item_size (field->type);
    size_t count = json_array_size (json);
    if (!json_is_array (json))
        return bad_field (reader, path, "has to be a list");
    if (count > rule->fields[index].max)
        return bad_field (reader, path, "has too many items");
    char *items = count > 0 ? arena_alloc (reader->arena, count * item_size) : NULL;
    if (count > 0 && !items)
        return no_memory (reader);
    for (size_t i = 0; i < count; i++) {
        path->index = i;
        status_t status = read_item (reader, rule, index, path, json_array_get (json, i), items + i * item_size);
        if (status != STATUS_OK)
            return status;
    }
    *(void **) member_place (message, field) = items;
    *(size_t *) member_quantifier (message, field) = count;
    return STATUS_OK;
}

static status_t read_member (const reader_t *reader, const message_rule_t *rule, unsigned index, path_t *path,
                             const json_t *json, ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    if (member_is_list (field))
        return read_list (reader, rule, index, path, json, message);
    if (member_is_choice (field)) {
        uint32_t *chosen = member_quantifier (message, field);
        if (*chosen != 0)
            return bad_field (reader, path, "is one choice too many");
        *chosen = field->id;
    }
    return read_item (reader, rule, index, path, json, member_place (message, field));
}

/* "tenant_id" is also known as "tenantId". */
static bool is_camel_of (const char *camel, const char *name)
{
    for (; *name; name++, camel++) {
        bool capital = *name == '_' && name[1] != '\0';
        if (capital)
            name++;
        if (*camel != (capital ? toupper ((unsigned char) *name) : *name))
            return false;
    }
    return *camel == '\0';
}

/* The number of fields when there is none of this name. */
static unsigned find_field (const ProtobufCMessageDescriptor *descriptor, const char *key)
{
    unsigned i = 0;
    while (i < descriptor->n_fields && strcmp (descriptor->fields[i].name, key) != 0 &&
           !is_camel_of (key, descriptor->fields[i].name))
        i++;
    return i;
}

static status_t read_message (const reader_t *reader, const message_rule_t *rule, const json_t *json,
                              const path_t *outer, ProtobufCMessage **ret_message)
{
    if (!json_is_object (json))
        return bad_field (reader, outer, "has to be an object");
    ProtobufCMessage *message = message_new (rule, reader->arena);
    if (!message)
        return no_memory (reader);
    /* The iterator takes no const object, and changes nothing in it. */
    json_t *object = (json_t *) (uintptr_t) json;
    for (void *at = json_object_iter (object); at; at = json_object_iter_next (object, at)) {
        const char *key = json_object_iter_key (at);
        path_t path = { .outer = outer, .name = key, .index = PATH_NO_INDEX };
        unsigned index = find_field (rule->descriptor, key);
        if (index == rule->descriptor->n_fields)
            return bad_field (reader, &path, "is no field of this message");
        path.name = rule->descriptor->fields[index].name;
        if (strcmp (path.name, key) != 0 && json_object_get (json, path.name))
            return bad_field (reader, &path, "is there twice");
        if (json_is_null (json_object_iter_value (at)))
            continue;
        status_t status = read_member (reader, rule, index, &path, json_object_iter_value (at), message);
        if (status != STATUS_OK)
            return status;
    }
    *ret_message = message;
    return STATUS_OK;
}

status_t json_to_message (const message_rule_t *rule, json_t *json, arena_t *arena, ProtobufCMessage **ret_message,
                          fault_t *reterr)
{
    const reader_t reader = { .arena = arena, .reterr = reterr };
    return read_message (&reader, rule, json, NULL, ret_message);
}
