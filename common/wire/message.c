#include "wire/message.h"

#include "base/time.h"
#include "danish/cpr.h"
#include "danish/cvr.h"
#include "wire/field.h"
#include "wire/member.h"

#include <math.h>
#include <string.h>

enum { DISTRICT_FIRST = 1, DISTRICT_LAST = 10 };

static status_t bad_field (const path_t *path, const char *what, fault_t *reterr)
{
    char text[PATH_TEXT_SIZE];
    return fault (reterr, STATUS_INVALID_ARGUMENT, "WIRE_BAD_FIELD", "{field=%s} {flaw=%s}", path_text (path, text),
                  what);
}

static status_t malformed (const message_rule_t *rule, fault_t *reterr)
{
    return fault (reterr, STATUS_INVALID_ARGUMENT, "WIRE_MALFORMED", "not a %s", rule->descriptor->name);
}

/* --- the scan: what only the wire still shows --- */

/* An unpacked text ends at its first NUL and its length is lost, so two parties could read different things in the same
 * bytes: text is judged here, where its length still stands. That also covers what a later duplicate would hide. No
 * contract has a recursive message, so the depth is bounded by the contract. */
static status_t scan_text (const message_rule_t *rule, bytes_t in, const path_t *outer, fault_t *reterr)
{
    while (in.size > 0) {
        uint32_t number;
        bytes_t content;
        if (!field_take (&in, &number, &content))
            return malformed (rule, reterr);
        const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field (rule->descriptor, number);
        if (!field)
            continue;
        path_t path = { .outer = outer, .name = field->name, .index = PATH_NO_INDEX };
        status_t status = STATUS_OK;
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            status = scan_text (rule->submessages[field - rule->descriptor->fields], content, &path, reterr);
        if (field->type == PROTOBUF_C_TYPE_STRING && !utf8_valid ((const char *) content.data, content.size))
            status = bad_field (&path, "is not UTF-8 text without NUL", reterr);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* --- unpacking within a budget --- */

typedef struct {
    arena_t *arena;
    size_t left;
    bool too_costly;
    bool arena_full;
} budget_t;

static void *budget_alloc (void *data, size_t size)
{
    budget_t *budget = data;
    if (size > budget->left) {
        budget->too_costly = true;
        return NULL;
    }
    void *memory = arena_alloc (budget->arena, size);
    if (memory)
        budget->left -= size;
    else
        budget->arena_full = true;
    return memory;
}

/* It all goes with the arena. */
static void budget_free (void *data, void *memory)
{
    (void) data;
    (void) memory;
}

static status_t unpack (const message_rule_t *rule, bytes_t bytes, arena_t *arena, ProtobufCMessage **ret_message,
                        fault_t *reterr)
{
    budget_t budget = { .arena = arena, .left = WIRE_COST_PER_BYTE * bytes.size + WIRE_COST_FREE };
    ProtobufCAllocator allocator = { budget_alloc, budget_free, &budget };
    ProtobufCMessage *message = protobuf_c_message_unpack (rule->descriptor, &allocator, bytes.size, bytes.data);
    if (message) {
        *ret_message = message;
        return STATUS_OK;
    }
    if (budget.too_costly)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "WIRE_TOO_LARGE", "unpacking would take too much memory");
    if (budget.arena_full)
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "WIRE_NO_MEMORY", "no memory left for this message now");
    return malformed (rule, reterr);
}

/* --- validation --- */

static bool is_slug (const char *text)
{
    bool begins_with_letter = text[0] >= 'a';
    return begins_with_letter && text[strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* What is wrong with a text that stands there; NULL when nothing is. */
static const char *text_flaw (format_t format, const char *text)
{
    if (format == FORMAT_CPR && !cpr_wellformed (text))
        return "is not a CPR number";
    if (format == FORMAT_CVR && !cvr_valid (text))
        return "is not a CVR number";
    if (format == FORMAT_SLUG && !is_slug (text))
        return "is not a name of a-z, 0-9 and '-' that begins with a letter";
    return NULL;
}

static const char *number_flaw (const field_rule_t *rule, int64_t number)
{
    if ((rule->least != 0 || rule->most != 0) && (number < rule->least || number > rule->most))
        return "is outside its bounds";
    if (rule->format == FORMAT_DAY && !day_in_range ((int32_t) number))
        return "is not a day of the years 1900 to 2999";
    if (rule->format == FORMAT_INSTANT && !instant_in_range (number))
        return "is not an instant of the years 1900 to 2999";
    if (rule->format == FORMAT_MONTH && !month_in_range ((int32_t) number))
        return "is not a month of the years 1900 to 2999";
    if (rule->format == FORMAT_DISTRICT && (number < DISTRICT_FIRST || number > DISTRICT_LAST))
        return "is not a district from 1 to 10";
    return NULL;
}

/* Only uint64 reaches beyond int64, and the store cannot keep that as an id. */
static const char *huge_number_flaw (const field_rule_t *rule)
{
    bool bounded = rule->least != 0 || rule->most != 0 || rule->format == FORMAT_ID;
    return bounded ? "is outside its bounds" : NULL;
}

static const char *real_flaw (const field_rule_t *rule, double number)
{
    if (!isfinite (number))
        return "is not a finite number";
    if ((rule->least != 0 || rule->most != 0) && (number < (double) rule->least || number > (double) rule->most))
        return "is outside its bounds";
    return NULL;
}

static const char *string_flaw (const field_rule_t *rule, const ProtobufCFieldDescriptor *field, const char *text)
{
    size_t size = text ? strlen (text) : 0;
    size_t max = member_is_list (field) ? LIST_TEXT_MAX : rule->max;
    if (size > max)
        return "is too long";
    if (!text || !utf8_valid (text, size))
        return text ? "is not UTF-8 text without NUL" : NULL;
    return text_flaw (rule->format, text);
}

static const char *bytes_flaw (const field_rule_t *rule, const ProtobufCFieldDescriptor *field, size_t size)
{
    return !member_is_list (field) && size > rule->max ? "is too long" : NULL;
}

static const char *item_flaw (const field_rule_t *rule, const ProtobufCFieldDescriptor *field, const void *item)
{
    int64_t number = 0;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return string_flaw (rule, field, *(char *const *) item);
    case PROTOBUF_C_TYPE_BYTES:
        return bytes_flaw (rule, field, ((const ProtobufCBinaryData *) item)->len);
    case PROTOBUF_C_TYPE_ENUM:
        return protobuf_c_enum_descriptor_get_value (field->descriptor, *(const int *) item) ? NULL
                                                                                             : "is an unknown value";
    case PROTOBUF_C_TYPE_FLOAT:
        return real_flaw (rule, (double) *(const float *) item);
    case PROTOBUF_C_TYPE_DOUBLE:
        return real_flaw (rule, *(const double *) item);
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_MESSAGE:
        return NULL;
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
    return member_item_number (field->type, item, &number) ? number_flaw (rule, number) : huge_number_flaw (rule);
}

/* A rule of its own bounds also counts for 0: {least: 1} leaves no room for "not given". The formats do. */
static bool is_unset (const field_rule_t *rule, const ProtobufCFieldDescriptor *field, const void *item)
{
    return !member_is_list (field) && rule->format != FORMAT_PLAIN && rule->format != FORMAT_ORE && rule->least == 0 &&
           rule->most == 0 && member_item_is_empty (field->type, item);
}

static const char *presence_flaw (const field_rule_t *rule, const ProtobufCMessage *message,
                                  const ProtobufCFieldDescriptor *field, size_t count)
{
    if (member_is_list (field) && count > rule->max)
        return "has too many items";
    if (!rule->required || field->type == PROTOBUF_C_TYPE_BOOL)
        return NULL;
    if (member_is_list (field))
        return count == 0 ? "is missing" : NULL;
    bool missing = count == 1 && member_item_is_empty (field->type, member_item (message, field, 0));
    return missing ? "is missing" : NULL;
}

static status_t validate (const message_rule_t *rule, const ProtobufCMessage *message, const path_t *outer,
                          fault_t *reterr)
{
    for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        const field_rule_t *field_rule = &rule->fields[i];
        path_t path = { .outer = outer, .name = field->name, .index = PATH_NO_INDEX };
        size_t count = member_count (message, field);
        const char *flaw = presence_flaw (field_rule, message, field, count);
        for (size_t n = 0; n < count && !flaw; n++) {
            const void *item = member_item (message, field, n);
            path.index = member_is_list (field) ? n : PATH_NO_INDEX;
            if (field->type == PROTOBUF_C_TYPE_MESSAGE && *(ProtobufCMessage *const *) item) {
                status_t status = validate (rule->submessages[i], *(ProtobufCMessage *const *) item, &path, reterr);
                if (status != STATUS_OK)
                    return status;
            } else if (!is_unset (field_rule, field, item))
                flaw = item_flaw (field_rule, field, item);
        }
        if (flaw)
            return bad_field (&path, flaw, reterr);
    }
    return STATUS_OK;
}

status_t message_decode (const message_rule_t *rule, bytes_t bytes, size_t max_size, arena_t *arena,
                         ProtobufCMessage **ret_message, fault_t *reterr)
{
    if (bytes.size > max_size)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "WIRE_TOO_LARGE", "over %zu bytes", max_size);
    ProtobufCMessage *message = NULL;
    status_t status = scan_text (rule, bytes, NULL, reterr);
    if (status == STATUS_OK)
        status = unpack (rule, bytes, arena, &message, reterr);
    if (status == STATUS_OK)
        status = validate (rule, message, NULL, reterr);
    if (status == STATUS_OK)
        *ret_message = message;
    return status;
}

status_t message_validate (const message_rule_t *rule, const ProtobufCMessage *message, fault_t *reterr)
{
    return validate (rule, message, NULL, reterr);
}

void message_pack (const ProtobufCMessage *message, buffer_t *out)
{
    uint8_t *at = buffer_extend (out, protobuf_c_message_get_packed_size (message));
    if (at)
        protobuf_c_message_pack (message, at);
}

ProtobufCMessage *message_new (const message_rule_t *rule, arena_t *arena)
{
    ProtobufCMessage *message = arena_alloc (arena, rule->descriptor->sizeof_message);
    if (message)
        protobuf_c_message_init (rule->descriptor, message);
    return message;
}
