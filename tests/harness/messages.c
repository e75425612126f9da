#include "harness/messages.h"

#include "base/ensure.h"
#include "base/time.h"
#include "danish/cpr.h"
#include "danish/cvr.h"
#include "harness/chance.h"
#include "wire/member.h"
#include "wire/message.h"

#include <string.h>

enum { SHORT_TEXT = 24, SHORT_LIST = 5, LONG_LIST = 300, NEAR_DAYS = 400, NEAR_ROWS = 2 };

static bool one_in (drawer_t *self, uint64_t n)
{
    return draw (&self->seed) % n == 0;
}

int64_t draw_between (drawer_t *self, int64_t least, int64_t most)
{
    uint64_t span = (uint64_t) most - (uint64_t) least + 1;
    uint64_t above = draw (&self->seed);
    return (int64_t) ((uint64_t) least + (span ? above % span : above));
}

static void *take (drawer_t *self, size_t size)
{
    void *memory = arena_alloc (self->arena, size + 1);
    ensure (memory);
    memset (memory, 0, size + 1);
    return memory;
}

/* --- texts and bytes --- */

static char *draw_digits (drawer_t *self, size_t count, bool (*accepts) (const char *text))
{
    char *text = take (self, count);
    do {
        for (size_t i = 0; i < count; i++)
            text[i] = (char) draw_between (self, '0', '9');
    } while (!accepts (text));
    return text;
}

/* Mostly short; at times as long as it may be, for what counts on the maximum. */
static size_t draw_length (drawer_t *self, const field_rule_t *rule, size_t max)
{
    size_t least = rule->required || rule->format == FORMAT_SLUG;
    if (one_in (self, 32))
        return max;
    return (size_t) draw_between (self, (int64_t) least, (int64_t) (max < SHORT_TEXT ? max : SHORT_TEXT));
}

static char *draw_text (drawer_t *self, const field_rule_t *rule, size_t max)
{
    static const char *const LETTERS[] = { "a", "Z", "7", " ", "\"", "\\", "\n", "\x7f", "ø", "Å", "€", "𝄞" };
    if (rule->format == FORMAT_CPR)
        return draw_digits (self, 10, cpr_wellformed);
    if (rule->format == FORMAT_CVR)
        return draw_digits (self, 8, cvr_valid);
    char *text = take (self, max);
    size_t wanted = draw_length (self, rule, max);
    for (size_t used = 0; used < wanted;) {
        const char *letter = LETTERS[draw (&self->seed) % (sizeof LETTERS / sizeof LETTERS[0])];
        if (rule->format == FORMAT_SLUG)
            letter = used == 0 ? "k" : "-";
        if (used + strlen (letter) > max)
            letter = "a";
        memcpy (text + used, letter, strlen (letter));
        used += strlen (letter);
    }
    return text;
}

static void draw_bytes (drawer_t *self, const field_rule_t *rule, size_t max, ProtobufCBinaryData *bytes)
{
    bytes->len = draw_length (self, rule, max);
    bytes->data = take (self, bytes->len);
    for (size_t i = 0; i < bytes->len; i++)
        bytes->data[i] = (uint8_t) draw (&self->seed);
}

/* --- numbers --- */

/* Days and instants of one message mostly belong together: from, until. */
static int64_t draw_instant (drawer_t *self)
{
    enum { QUARTERS_PER_DAY = 96, QUARTER_MS = MS_PER_DAY / QUARTERS_PER_DAY };
    if (self->near == 0 || one_in (self, 16))
        return draw_between (self, INT64_C (-2208988800000), INT64_C (32503679999999));
    if (self->after && one_in (self, 2))
        self->after += draw_between (self, 1, QUARTERS_PER_DAY) * QUARTER_MS;
    else
        self->after = self->near + draw_between (self, 0, one_in (self, 4) ? NEAR_DAYS : 2) * MS_PER_DAY +
                      draw_between (self, -QUARTERS_PER_DAY, QUARTERS_PER_DAY) * QUARTER_MS;
    return self->after;
}

static int32_t draw_day (drawer_t *self)
{
    int32_t first = day_from_civil ((civil_t){ 1900, 1, 1 }), last = day_from_civil ((civil_t){ 2999, 12, 31 });
    if (self->near == 0 || one_in (self, 16))
        return (int32_t) draw_between (self, first, last);
    int64_t days = self->after && one_in (self, 2) ? draw_between (self, 0, NEAR_DAYS / 4)
                                                   : draw_between (self, -NEAR_DAYS / 4, NEAR_DAYS);
    self->after = (self->after && days >= 0 ? self->after : self->near) + days * MS_PER_DAY;
    return copenhagen_day (self->after);
}

/* As txn_new_id makes them: the journal row, and the place within it. */
static int64_t draw_id (drawer_t *self)
{
    if (self->newest == 0 || one_in (self, 32))
        return draw_between (self, 0, one_in (self, 2) ? 1000 : INT64_MAX);
    int64_t row = draw_between (self, 1, (int64_t) self->newest + NEAR_ROWS);
    return row << 8 | (one_in (self, 4) ? draw_between (self, 1, 50) : draw_between (self, 1, 2));
}

/* What fits into the type and is worth trying, where the rule has no bounds of its own. */
static int64_t draw_unbounded (drawer_t *self, int64_t least, int64_t most)
{
    static const int64_t EDGES[] = { 0,         1,         -1,
                                     INT32_MAX, INT32_MIN, UINT32_MAX,
                                     INT64_MAX, INT64_MIN, (INT64_C (1) << 53) + 1 };
    int64_t edge = EDGES[draw (&self->seed) % (sizeof EDGES / sizeof EDGES[0])];
    return edge >= least && edge <= most ? edge : draw_between (self, 0, 1000);
}

static int64_t draw_number (drawer_t *self, const field_rule_t *rule, int64_t least, int64_t most)
{
    if (rule->least != 0 || rule->most != 0)
        return one_in (self, 8) ? (one_in (self, 2) ? rule->least : rule->most)
                                : draw_between (self, rule->least, rule->most);
    switch (rule->format) {
    case FORMAT_DAY:
        return draw_day (self);
    case FORMAT_MONTH:
        return month_of_day (draw_day (self));
    case FORMAT_INSTANT:
        return draw_instant (self);
    case FORMAT_DISTRICT:
        return draw_between (self, 1, 10);
    case FORMAT_ID:
        return draw_id (self);
    case FORMAT_PLAIN:
    case FORMAT_CPR:
    case FORMAT_CVR:
    case FORMAT_ORE:
    case FORMAT_SLUG:
        break;
    }
    return draw_unbounded (self, least, most);
}

static bool is_unsigned (ProtobufCType type)
{
    return type == PROTOBUF_C_TYPE_UINT32 || type == PROTOBUF_C_TYPE_FIXED32 || type == PROTOBUF_C_TYPE_UINT64 ||
           type == PROTOBUF_C_TYPE_FIXED64;
}

static void draw_whole (drawer_t *self, const field_rule_t *rule, ProtobufCType type, void *item)
{
    if (member_item_size (type) == sizeof (int64_t))
        *(int64_t *) item = draw_number (self, rule, is_unsigned (type) ? 0 : INT64_MIN, INT64_MAX);
    else if (is_unsigned (type))
        *(uint32_t *) item = (uint32_t) draw_number (self, rule, 0, UINT32_MAX);
    else
        *(int32_t *) item = (int32_t) draw_number (self, rule, INT32_MIN, INT32_MAX);
}

static double draw_real (drawer_t *self, const field_rule_t *rule)
{
    bool bounded = rule->least != 0 || rule->most != 0;
    return bounded ? (double) draw_between (self, rule->least, rule->most)
                   : (double) draw_between (self, -1000, 1000) / 7;
}

static int draw_value (drawer_t *self, const field_rule_t *rule, const ProtobufCEnumDescriptor *values)
{
    int value;
    do
        value = values->values[draw (&self->seed) % values->n_values].value;
    while (value == 0 && rule->required);
    return value;
}

/* --- fields --- */

static void draw_item (drawer_t *self, const message_rule_t *rule, unsigned index, void *item)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    const field_rule_t *field_rule = &rule->fields[index];
    if (self->recall && self->recall (self, field, item))
        return;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        *(char **) item = draw_text (self, field_rule, member_is_list (field) ? SHORT_TEXT : field_rule->max);
        return;
    case PROTOBUF_C_TYPE_BYTES:
        draw_bytes (self, field_rule, member_is_list (field) ? SHORT_TEXT : field_rule->max, item);
        return;
    case PROTOBUF_C_TYPE_ENUM:
        *(int *) item = draw_value (self, field_rule, field->descriptor);
        return;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *) item = one_in (self, 2);
        return;
    case PROTOBUF_C_TYPE_FLOAT:
        *(float *) item = (float) draw_real (self, field_rule);
        return;
    case PROTOBUF_C_TYPE_DOUBLE:
        *(double *) item = draw_real (self, field_rule);
        return;
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **) item = draw_message (self, rule->submessages[index]);
        return;
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
        do
            draw_whole (self, field_rule, field->type, item);
        while (field_rule->required && !member_is_list (field) && member_item_is_empty (field->type, item));
        return;
    }
}

static void draw_list (drawer_t *self, const message_rule_t *rule, unsigned index, ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    uint32_t max = rule->fields[index].max, most = one_in (self, 32) ? LONG_LIST : SHORT_LIST;
    size_t size = member_item_size (field->type);
    size_t count = (size_t) draw_between (self, rule->fields[index].required, max < most ? max : most);
    char *items = take (self, count * size);
    for (size_t i = 0; i < count; i++)
        draw_item (self, rule, index, items + i * size);
    *(void **) member_place (message, field) = items;
    *(size_t *) member_quantifier (message, field) = count;
}

void draw_field (drawer_t *self, const message_rule_t *rule, unsigned index, ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[index];
    if (member_is_list (field)) {
        draw_list (self, rule, index, message);
        return;
    }
    if (member_is_choice (field))
        *(uint32_t *) member_quantifier (message, field) = field->id;
    draw_item (self, rule, index, member_place (message, field));
}

/* Of the choice that the field at `index` is the first of, one is taken; at times none. */
static void draw_choice (drawer_t *self, const message_rule_t *rule, unsigned index, ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *fields = rule->descriptor->fields;
    unsigned count = 0, chosen = index;
    for (unsigned i = index; i < rule->descriptor->n_fields; i++)
        if (member_is_choice (&fields[i]) && fields[i].quantifier_offset == fields[index].quantifier_offset)
            chosen = one_in (self, ++count) ? i : chosen;
    if (!one_in (self, 8))
        draw_field (self, rule, chosen, message);
}

static bool is_first_choice (const message_rule_t *rule, unsigned index)
{
    const ProtobufCFieldDescriptor *fields = rule->descriptor->fields;
    for (unsigned i = 0; i < index; i++)
        if (member_is_choice (&fields[i]) && fields[i].quantifier_offset == fields[index].quantifier_offset)
            return false;
    return true;
}

ProtobufCMessage *draw_message (drawer_t *self, const message_rule_t *rule)
{
    ProtobufCMessage *message = message_new (rule, self->arena);
    ensure (message);
    self->after = 0;
    uint64_t quarters = draw (&self->seed) % 4; /* of the fields that need not be there are not: some exclude others */
    for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
        bool needed = rule->fields[i].required || rule->fields[i].least > 0;
        if (!member_is_choice (&rule->descriptor->fields[i])) {
            if (needed || draw (&self->seed) % 4 >= quarters)
                draw_field (self, rule, i, message);
        } else if (is_first_choice (rule, i)) {
            draw_choice (self, rule, i, message);
        }
    }
    return message;
}
