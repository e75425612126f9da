#include "console/text_field.h"

#include "base/ensure.h"
#include "base/near.h"
#include "base/time.h"
#include "console/danish.h"
#include "danish/money.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_SIZE = 128, ENUM_NAME_MAX = 64 };

static status_t unreadable (const char *name, const char *wanted, fault_t *reterr)
{
    return fault (reterr, STATUS_INVALID_ARGUMENT, "FIELD_UNREADABLE", "{field=%s}: expected {wanted=%s}", name,
                  wanted);
}

/* The words that would be read, as far as there is room for them. */
static status_t no_such_word (const ProtobufCFieldDescriptor *field, fault_t *reterr)
{
    const ProtobufCEnumDescriptor *type = field->descriptor;
    char words[MESSAGE_MAX / 2] = "";
    for (unsigned i = 0; i < type->n_values; i++) {
        const char *name = type->values[i].name, *danish = danish_word (name);
        size_t used = strlen (words);
        if (type->values[i].value != 0 && used + strlen (danish ? danish : name) + sizeof ", " < sizeof words)
            snprintf (words + used, sizeof words - used, "%s%s", used ? ", " : "", danish ? danish : name);
    }
    return fault (reterr, STATUS_INVALID_ARGUMENT, "FIELD_UNREADABLE", "{field=%s}: expected one of {choices=%s}",
                  field->name, words);
}

static json_t *from_bool (const char *text)
{
    static const char *const YES[] = { "yes", "true", "1", "ja", "x" }, *const NO[] = { "no", "false", "0", "nej", "" };
    for (size_t i = 0; i < 5; i++) {
        if (strcasecmp (text, YES[i]) == 0)
            return json_true ();
        if (strcasecmp (text, NO[i]) == 0)
            return json_false ();
    }
    return NULL;
}

/* As the contract has it, small letters and '-' for '_' too; or in Danish, as tables show it. */
static json_t *from_enum (const ProtobufCEnumDescriptor *type, const char *text)
{
    char name[ENUM_NAME_MAX];
    size_t length = strlen (text);
    if (length >= sizeof name)
        return NULL;
    for (size_t i = 0; i <= length; i++)
        name[i] = text[i] == '-' ? '_' : (char) toupper ((unsigned char) text[i]);
    if (protobuf_c_enum_descriptor_get_value_by_name (type, name))
        return json_string (name);
    for (unsigned i = 0; i < type->n_values; i++) {
        const char *danish = danish_word (type->values[i].name);
        if (danish && near_same (danish, text))
            return json_string (type->values[i].name);
    }
    return NULL;
}

/* "2026-03-02"; or as Danes and their spreadsheets write it, "2.3.2026", "2/3-2026", "02-03-2026", in `out`. */
static const char *day_as_iso (const char *text, char out[ISO_DAY_SIZE])
{
    static const char BETWEEN[] = "./-";
    int day, month, year;
    char first, second, end;
    if (sscanf (text, "%2d%c%2d%c%4d%c", &day, &first, &month, &second, &year, &end) != 5 || !strchr (BETWEEN, first) ||
        !strchr (BETWEEN, second) || day < 1 || day > 31 || month < 1 || month > 12 || year < 1000)
        return text;
    snprintf (out, ISO_DAY_SIZE, "%04u-%02u-%02u", (unsigned) year % 10000, (unsigned) month % 100,
              (unsigned) day % 100);
    return out;
}

/* "2026-03-02 09:00", as the clock on the wall of the house shows it. */
static json_t *from_instant (const char *text)
{
    int64_t instant;
    int32_t day;
    int hour, minute;
    char date[ISO_DAY_SIZE], danish[ISO_DAY_SIZE], iso[ISO_INSTANT_SIZE], end;
    if (instant_parse (text, &instant))
        return json_string (text);
    if (sscanf (text, "%10[0-9./-] %2d:%2d%c", date, &hour, &minute, &end) != 3 ||
        !day_parse (day_as_iso (date, danish), &day) || hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return NULL;
    return json_string (instant_text (copenhagen_instant (day, 60 * hour + minute), iso));
}

static json_t *from_number (const char *text)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll (text, &end, 10);
    return end != text && *end == '\0' && errno == 0 ? json_integer (number) : NULL;
}

static json_t *from_money (const char *text)
{
    int64_t ore;
    return money_parse (text, &ore) ? json_integer (ore) : NULL;
}

static status_t scalar (const ProtobufCFieldDescriptor *field, const field_rule_t *rule, const char *text,
                        json_t **ret_value, fault_t *reterr)
{
    const char *wanted = "a whole number";
    char day[ISO_DAY_SIZE];
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_BYTES || rule->format == FORMAT_DAY ||
        rule->format == FORMAT_MONTH) {
        *ret_value = json_string (rule->format == FORMAT_DAY ? day_as_iso (text, day) : text);
        wanted = "UTF-8 text";
    } else if (rule->format == FORMAT_INSTANT) {
        *ret_value = from_instant (text);
        wanted = "a time like \"2026-03-02 09:00\"";
    } else if (rule->format == FORMAT_ORE) {
        *ret_value = from_money (text);
        wanted = "an amount in kroner like 1.200,50";
    } else if (field->type == PROTOBUF_C_TYPE_BOOL) {
        *ret_value = from_bool (text);
        wanted = "yes or no";
    } else if (field->type == PROTOBUF_C_TYPE_ENUM) {
        *ret_value = from_enum (field->descriptor, text);
        if (!*ret_value)
            return no_such_word (field, reterr);
    } else {
        *ret_value = from_number (text);
    }
    return *ret_value ? STATUS_OK : unreadable (field->name, wanted, reterr);
}

/* The next part before `divider`, to be freed; `rest` is NULL after the last. */
static char *next_part (const char **rest, char divider)
{
    const char *end = strchr (*rest, divider);
    char *part = strndup (*rest, end ? (size_t) (end - *rest) : strlen (*rest));
    ensure (part);
    *rest = end ? end + 1 : NULL;
    return part;
}

static status_t item (const ProtobufCFieldDescriptor *field, const message_rule_t *rule, size_t index, const char *text,
                      json_t **ret_value, fault_t *reterr)
{
    if (field->type != PROTOBUF_C_TYPE_MESSAGE)
        return scalar (field, &rule->fields[index], text, ret_value, reterr);
    const message_rule_t *inner = rule->submessages[index];
    json_t *object = json_object ();
    const char *rest = text;
    status_t status = STATUS_OK;
    for (unsigned i = 0; i < inner->descriptor->n_fields && rest && status == STATUS_OK; i++) {
        char *part = next_part (&rest, ':');
        status = text_field_set (object, inner, inner->descriptor->fields[i].name, part, reterr);
        free (part);
    }
    if (status == STATUS_OK && rest)
        status = unreadable (field->name, "no more parts than it has fields", reterr);
    if (status == STATUS_OK)
        *ret_value = object;
    else
        json_decref (object);
    return status;
}

static status_t list (const ProtobufCFieldDescriptor *field, const message_rule_t *rule, size_t index, const char *text,
                      json_t **ret_value, fault_t *reterr)
{
    json_t *items = json_array ();
    const char *rest = *text ? text : NULL;
    status_t status = STATUS_OK;
    while (rest && status == STATUS_OK) {
        json_t *value = NULL;
        char *part = next_part (&rest, '|');
        status = item (field, rule, index, part, &value, reterr);
        free (part);
        if (status == STATUS_OK)
            json_array_append_new (items, value);
    }
    if (status == STATUS_OK)
        *ret_value = items;
    else
        json_decref (items);
    return status;
}

/* "record.name": a field of a message within. */
static status_t set_within (json_t *object, const message_rule_t *rule, const char *name, const char *dot,
                            const char *text, fault_t *reterr)
{
    char outer[NAME_MAX_SIZE];
    snprintf (outer, sizeof outer, "%.*s", (int) (dot - name), name);
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name (rule->descriptor, outer);
    const message_rule_t *inner = field ? rule->submessages[field - rule->descriptor->fields] : NULL;
    if (!inner || field->label == PROTOBUF_C_LABEL_REPEATED)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "FIELD_UNKNOWN", "there is no {field=%s} in %s", name,
                      rule->descriptor->short_name);
    if (!json_object_get (object, outer))
        json_object_set_new (object, outer, json_object ());
    return text_field_set (json_object_get (object, outer), inner, dot + 1, text, reterr);
}

status_t text_field_set (json_t *object, const message_rule_t *rule, const char *name, const char *text,
                         fault_t *reterr)
{
    const char *dot = strchr (name, '.');
    if (dot)
        return set_within (object, rule, name, dot, text, reterr);
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name (rule->descriptor, name);
    if (!field)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "FIELD_UNKNOWN", "there is no {field=%s} in %s", name,
                      rule->descriptor->short_name);
    size_t index = (size_t) (field - rule->descriptor->fields);
    json_t *value = NULL;
    bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
    status_t status = (repeated ? list : item) (field, rule, index, text, &value, reterr);
    if (status == STATUS_OK)
        json_object_set_new (object, name, value);
    return status;
}
