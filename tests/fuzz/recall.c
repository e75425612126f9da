#include "fuzz/recall.h"

#include "base/ensure.h"
#include "base/own.h"
#include "console/text_field.h"
#include "fuzz/sheets.h"
#include "wire/json.h"
#include "wire/member.h"

#include <stdio.h>
#include <string.h>

enum { FACTS_MAX = 512, NAME_SIZE = 32, ROW_MEMORY = 1024 * 1024 };

typedef struct {
    char name[NAME_SIZE];
    ProtobufCType type;
    int64_t number;
    char text[RECALL_TEXT_SIZE];
    size_t size; /* of bytes */
} fact_t;

/* The newest, in a ring. */
typedef struct {
    fact_t facts[FACTS_MAX];
    size_t learned;
} memory_t;

static memory_t heard, words, *learning = &heard;

void recall_nothing (void)
{
    heard.learned = 0;
}

/* "desks" holds what "desk" names. */
static void name_of (const ProtobufCFieldDescriptor *field, char out[NAME_SIZE])
{
    strncpy (out, field->name, NAME_SIZE - 1);
    out[NAME_SIZE - 1] = '\0';
    size_t length = strlen (out);
    if (member_is_list (field) && length > 1 && out[length - 1] == 's')
        out[length - 1] = '\0';
}

static void learn_item (const ProtobufCFieldDescriptor *field, const void *item)
{
    fact_t fact = { .type = field->type };
    const ProtobufCBinaryData *bytes = item;
    const char *text = field->type == PROTOBUF_C_TYPE_STRING ? *(char *const *) item : "";
    bool is_bytes = field->type == PROTOBUF_C_TYPE_BYTES;
    if (field->type == PROTOBUF_C_TYPE_BOOL || field->type == PROTOBUF_C_TYPE_ENUM ||
        member_item_is_empty (field->type, item) || strlen (text) >= RECALL_TEXT_SIZE ||
        (is_bytes && bytes->len > RECALL_TEXT_SIZE))
        return;
    name_of (field, fact.name);
    if (field->type == PROTOBUF_C_TYPE_STRING)
        strncpy (fact.text, text, RECALL_TEXT_SIZE - 1);
    else if (is_bytes)
        memcpy (fact.text, bytes->data, fact.size = bytes->len);
    else if (!member_item_number (field->type, item, &fact.number))
        return;
    learning->facts[learning->learned++ % FACTS_MAX] = fact;
}

void recall_learn (const message_rule_t *rule, const ProtobufCMessage *message)
{
    for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        for (size_t n = 0; n < member_count (message, field); n++) {
            const void *item = member_item (message, field, n);
            if (field->type != PROTOBUF_C_TYPE_MESSAGE)
                learn_item (field, item);
            else if (*(ProtobufCMessage *const *) item)
                recall_learn (rule->submessages[i], *(ProtobufCMessage *const *) item);
        }
    }
}

static void *keep (drawer_t *drawer, const void *data, size_t size)
{
    void *copy = arena_alloc (drawer->arena, size + 1);
    ensure (copy);
    memcpy (copy, data, size);
    return copy;
}

static void put (drawer_t *drawer, const fact_t *fact, void *item)
{
    if (fact->type == PROTOBUF_C_TYPE_STRING)
        *(char **) item = keep (drawer, fact->text, strlen (fact->text) + 1);
    else if (fact->type == PROTOBUF_C_TYPE_BYTES)
        *(ProtobufCBinaryData *) item = (ProtobufCBinaryData){ fact->size, keep (drawer, fact->text, fact->size) };
    else if (member_item_size (fact->type) == sizeof (int64_t))
        *(int64_t *) item = fact->number;
    else
        *(int32_t *) item = (int32_t) fact->number;
}

static const fact_t *choose (drawer_t *drawer, const memory_t *memory, const ProtobufCFieldDescriptor *field)
{
    char name[NAME_SIZE];
    const fact_t *chosen = NULL;
    unsigned found = 0;
    name_of (field, name);
    for (size_t i = 0; i < memory->learned && i < FACTS_MAX; i++)
        if (memory->facts[i].type == field->type && strcmp (memory->facts[i].name, name) == 0 &&
            draw_between (drawer, 0, (int64_t) found++) == 0)
            chosen = &memory->facts[i];
    return chosen;
}

bool recall_item (drawer_t *drawer, const ProtobufCFieldDescriptor *field, void *item)
{
    bool is_id = field->type == PROTOBUF_C_TYPE_UINT64;
    bool is_text = field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_BYTES;
    if (draw_between (drawer, 0, 7) < (is_id ? 1 : is_text ? 4 : 7)) /* of numbers and times chance knows more */
        return false;
    const fact_t *fact = choose (drawer, &heard, field);
    if (!fact || draw_between (drawer, 0, 3) == 0)
        fact = choose (drawer, &words, field);
    if (fact)
        put (drawer, fact, item);
    return fact != NULL;
}

bool recall_newest (const char *name, char out[RECALL_TEXT_SIZE])
{
    for (size_t i = heard.learned; i > 0 && heard.learned - i < FACTS_MAX; i--) {
        const fact_t *fact = &heard.facts[(i - 1) % FACTS_MAX];
        if (strcmp (fact->name, name) != 0)
            continue;
        if (fact->type == PROTOBUF_C_TYPE_STRING)
            snprintf (out, RECALL_TEXT_SIZE, "%s", fact->text);
        else
            snprintf (out, RECALL_TEXT_SIZE, "%lld", (long long) fact->number);
        return true;
    }
    return false;
}

/* --- words --- */

/* '@' stands for what only a play that runs can know. */
static void learn_row (void *context, const sheet_row_t *row)
{
    const contract_t *contract = context;
    const message_rule_t *rule = row->method->request;
    owned (arena) arena = arena_new (ROW_MEMORY);
    json_t *request = json_object (), *value;
    const char *column;
    ProtobufCMessage *message = NULL;
    json_object_foreach ((json_t *) (uintptr_t) row->cells, column, value)
    {
        const char *text = json_string_value (value);
        if (text[0] && !strchr (text, '@'))
            (void) text_field_set (request, rule, column, text, NULL);
    }
    if (contract_method (contract, row->method->name) &&
        json_to_message (rule, request, arena, &message, NULL) == STATUS_OK)
        recall_learn (rule, message);
    json_decref (request);
}

void recall_words (const char *folder, const contract_t *contract)
{
    learning = &words;
    sheets_read (folder, learn_row, (void *) (uintptr_t) contract);
    learning = &heard;
}
