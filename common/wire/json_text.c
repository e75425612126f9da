/* JSON text into a message, at a cost that is known before.
 *
 * The parser takes up to eighty bytes for one byte of text, and it does not bear an allocation that fails: it leaves
 * characters out of texts, or writes where it should not. So what a text may make it allocate is bounded first, and
 * within that bound memory that is not there ends the process. */
#include "wire/json.h"

#include "base/ensure.h"

#include <stdlib.h>

static void *take (size_t size)
{
    void *memory = malloc (size);
    ensure (memory);
    return memory;
}

/* Every value is the first of a list or object, or follows a comma. */
static size_t count_values (const char *text, size_t size)
{
    size_t count = 1;
    bool in_text = false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"')
            in_text = !in_text;
        else if (in_text && text[i] == '\\')
            i++;
        else if (!in_text)
            count += text[i] == ',' || text[i] == '[' || text[i] == '{';
    }
    return count;
}

status_t json_parse_message (const message_rule_t *rule, const char *text, size_t size, arena_t *arena,
                             ProtobufCMessage **ret_message, fault_t *reterr)
{
    json_error_t error = { 0 };
    if (size > JSON_TEXT_MAX)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "JSON_TOO_LARGE", "over %d bytes", JSON_TEXT_MAX);
    if (count_values (text, size) > JSON_VALUES_MAX)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "JSON_TOO_LARGE", "over %d values", JSON_VALUES_MAX);
    json_set_alloc_funcs (take, free);
    json_t *json = json_loadb (text, size, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "JSON_MALFORMED", "not JSON: line %d, column %d", error.line,
                      error.column);
    status_t status = json_to_message (rule, json, arena, ret_message, reterr);
    json_decref (json);
    return status;
}
