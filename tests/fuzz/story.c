#include "fuzz/story.h"

#include "fuzz/recall.h"
#include "fuzz/service.h"
#include "fuzz/types.h"

#include "base/ensure.h"
#include "base/own.h"
#include "console/text_field.h"
#include "fuzz/sheets.h"
#include "wire/json.h"
#include "wire/message.h"

#include <string.h>

enum { ROWS_PER_SHEET = 3, CELL_MAX = 8192, STORY_BYTES_MAX = 256 * 1024, MEMORY = 4 * 1024 * 1024 };

typedef struct {
    int64_t now;
    json_t *names; /* "tenant:bycyklen" -> the id that it got */
    buffer_t scene;
    size_t acts;
} story_t;

static bool add (story_t *self, const act_t *act)
{
    if (self->acts == SCENE_ACTS_MAX / 2 || !service_try (act))
        return false;
    scene_t one = { .acts = { *act }, .count = 1 };
    scene_write (&one, &self->scene);
    self->acts++;
    return true;
}

static void go_to (story_t *self, int64_t at)
{
    int32_t minutes = (int32_t) ((at - self->now) / 60000);
    if (at == 0 || minutes == 0)
        return;
    self->now = at;
    (void) add (self, &(act_t){ .kind = ACT_TIME, .bytes = bytes_of (&minutes, sizeof minutes) });
}

/* "@a|@b" with the ids that the names have; false when another service knows them. */
static bool resolve (const story_t *self, const char *text, buffer_t *out)
{
    while (*text) {
        size_t length = strcspn (text, "|");
        owned_buffer name = BUFFER (CELL_MAX);
        buffer_append (&name, text, length);
        const char *part = buffer_text (&name);
        const char *known = part[0] == '@' ? json_string_value (json_object_get (self->names, part + 1)) : part;
        if (!known)
            return false;
        buffer_append_text (out, known);
        buffer_append (out, text + length, text[length] == '|');
        text += length + (text[length] == '|');
    }
    return true;
}

static json_t *read_cells (const story_t *self, const json_t *cells, const message_rule_t *rule)
{
    json_t *request = json_object (), *value;
    const char *column;
    json_object_foreach ((json_t *) (uintptr_t) cells, column, value)
    {
        owned_buffer cell = BUFFER (CELL_MAX);
        if (json_string_length (value) > 0 && resolve (self, json_string_value (value), &cell))
            (void) text_field_set (request, rule, column, buffer_text (&cell), NULL);
    }
    return request;
}

static void remember (story_t *self, const json_t *cells, const message_rule_t *reply)
{
    char text[RECALL_TEXT_SIZE];
    const char *as = json_string_value (json_object_get (cells, "as"));
    const char *take = json_string_value (json_object_get (cells, "take"));
    if (!take && reply->descriptor->n_fields > 0)
        take = reply->descriptor->fields[0].name;
    if (as && as[0] && take && recall_newest (take, text))
        json_object_set_new (self->names, as, json_string (text));
}

static void tell_row (void *context, const sheet_row_t *row)
{
    story_t *self = context;
    owned (arena) arena = arena_new (MEMORY);
    owned_buffer bytes = BUFFER (ACT_BYTES_MAX);
    ProtobufCMessage *message = NULL;
    uint8_t mark[TYPE_MARK_SIZE];
    if (row->number >= ROWS_PER_SHEET || !contract_method (FUZZ_SERVICE.contract, row->method->name))
        return;
    go_to (self, row->at);
    json_t *request = read_cells (self, row->cells, row->method->request);
    type_mark (row->method->name, mark);
    buffer_append (&bytes, mark, sizeof mark);
    if (json_to_message (row->method->request, request, arena, &message, NULL) == STATUS_OK) {
        message_pack (message, &bytes);
        if (add (self, &(act_t){ .kind = ACT_REQUEST, .bytes = buffer_bytes (&bytes) }))
            remember (self, row->cells, row->method->reply);
    }
    json_decref (request);
}

bytes_t story_scene (const char *folder)
{
    static story_t story = { .now = SCENE_BEGINS };
    if (story.names)
        return buffer_bytes (&story.scene);
    story.names = json_object ();
    story.scene = BUFFER (STORY_BYTES_MAX);
    service_play ((bytes_t){ 0 });
    sheets_read (folder, tell_row, &story);
    ensure (!story.scene.overflowed);
    return buffer_bytes (&story.scene);
}
