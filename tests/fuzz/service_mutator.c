/*
 * Scenes that mean something: requests drawn by their contracts about what is there at the end of the scene, one field
 * changed at a time, acts moved, doubled and taken from other scenes. Now and then plain bytes.
 */
#include "fuzz/service.h"

#include "fuzz/fuzz.h"
#include "fuzz/recall.h"
#include "fuzz/scene.h"
#include "fuzz/story.h"
#include "fuzz/types.h"

#include "base/own.h"
#include "contract/node.contract.h"
#include "harness/messages.h"
#include "wire/message.h"

#include <stdio.h>
#include <stdlib.h>

enum { MEMORY = 64 * 1024 * 1024, TRIES_MAX = 40, FAR_MAX = 8 };

/* --- the service's methods --- */

size_t service_method_count (void)
{
    return FUZZ_SERVICE.contract->n_methods + node_contract.n_methods;
}

const method_t *service_method_at (size_t index)
{
    size_t own = FUZZ_SERVICE.contract->n_methods;
    return index < own ? &FUZZ_SERVICE.contract->methods[index] : &node_contract.methods[index - own];
}

const method_t *service_method (const uint8_t *mark)
{
    for (size_t i = 0; i < service_method_count (); i++) {
        uint8_t own[TYPE_MARK_SIZE];
        type_mark (service_method_at (i)->name, own);
        if (memcmp (own, mark, sizeof own) == 0)
            return service_method_at (i);
    }
    return service_method_at (((size_t) mark[0] << 8 | mark[1]) % service_method_count ());
}

/* --- drawing acts --- */

static size_t below (drawer_t *drawer, size_t bound)
{
    return (size_t) draw_between (drawer, 0, (int64_t) bound - 1);
}

static bytes_t prefixed (drawer_t *drawer, const void *prefix, size_t prefix_size, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size (message);
    uint8_t *bytes = arena_alloc (drawer->arena, prefix_size + size + 1);
    ensure (bytes);
    memcpy (bytes, prefix, prefix_size);
    protobuf_c_message_pack (message, bytes + prefix_size);
    return bytes_of (bytes, prefix_size + size <= ACT_BYTES_MAX ? prefix_size + size : ACT_BYTES_MAX);
}

static act_t request_of (drawer_t *drawer, const method_t *method, const ProtobufCMessage *body)
{
    uint8_t mark[TYPE_MARK_SIZE];
    type_mark (method->name, mark);
    return (act_t){ .kind = ACT_REQUEST, .bytes = prefixed (drawer, mark, sizeof mark, body) };
}

/* Of two, the one that was carried out less often so far. */
static act_t draw_request (drawer_t *drawer)
{
    size_t count = service_method_count ();
    size_t which = below (drawer, count), other = below (drawer, count);
    if (service_carried_out (other) < service_carried_out (which))
        which = other;
    const method_t *method = service_method_at (which);
    act_t act = request_of (drawer, method, draw_message (drawer, method->request));
    if (below (drawer, 12) == 0)
        act.number = (uint8_t) below (drawer, 256);
    return act;
}

static act_t draw_event (drawer_t *drawer)
{
    size_t count = 0;
    while (FUZZ_SERVICE.followers && FUZZ_SERVICE.followers[count].owner)
        count++;
    if (count == 0)
        return draw_request (drawer);
    size_t which = below (drawer, count);
    const ProtobufCMessage *event = draw_message (drawer, FUZZ_SERVICE.followers[which].contract->event);
    return (act_t){ .kind = ACT_EVENT, .number = (uint8_t) which, .bytes = prefixed (drawer, "", 0, event) };
}

static act_t draw_answer (drawer_t *drawer)
{
    size_t count = 0;
    while (FUZZ_SERVICE.answers && FUZZ_SERVICE.answers[count].name)
        count++;
    size_t which = below (drawer, count + 1);
    const message_rule_t *rule = which < count ? FUZZ_SERVICE.answers[which].method->reply : &node_read_feed_reply_rule;
    uint8_t status = below (drawer, 2) ? STATUS_OK : (uint8_t) below (drawer, STATUS_UNAUTHENTICATED + 1);
    return (act_t){ .kind = ACT_ANSWER,
                    .number = (uint8_t) below (drawer, 4),
                    .bytes = prefixed (drawer, &status, 1, draw_message (drawer, rule)) };
}

static act_t draw_time (drawer_t *drawer)
{
    static const int32_t SPANS[] = { 1, 60, 24 * 60, 7 * 24 * 60, 31 * 24 * 60, 366 * 24 * 60, -24 * 60 };
    int32_t span = SPANS[below (drawer, sizeof SPANS / sizeof SPANS[0])];
    uint8_t *bytes = arena_alloc (drawer->arena, sizeof span);
    ensure (bytes);
    memcpy (bytes, &span, sizeof span);
    return (act_t){ .kind = ACT_TIME, .bytes = bytes_of (bytes, sizeof span) };
}

static act_t draw_act (drawer_t *drawer)
{
    switch (below (drawer, 16)) {
    case 0:
    case 1:
        return draw_time (drawer);
    case 2:
        return draw_answer (drawer);
    case 3:
    case 4:
    case 5:
        return draw_event (drawer);
    default:
        return draw_request (drawer);
    }
}

/* --- changing scenes --- */

static void insert (scene_t *scene, size_t at, act_t act)
{
    if (scene->count == SCENE_ACTS_MAX)
        scene->count--;
    if (at > scene->count)
        at = scene->count;
    memmove (&scene->acts[at + 1], &scene->acts[at], (scene->count - at) * sizeof act);
    scene->acts[at] = act;
    scene->count++;
}

static void take_out (scene_t *scene, size_t at)
{
    scene->count--;
    memmove (&scene->acts[at], &scene->acts[at + 1], (scene->count - at) * sizeof scene->acts[0]);
}

/* One field of a request, somewhere in it; of an act that is no request, or cannot be read, plain bytes. */
static void change_field (drawer_t *drawer, act_t *act)
{
    ProtobufCMessage *message = NULL;
    if (act->kind != ACT_REQUEST || act->bytes.size < TYPE_MARK_SIZE)
        return;
    const method_t *method = service_method (act->bytes.data);
    const message_rule_t *rule = method->request;
    bytes_t body = bytes_of (act->bytes.data + TYPE_MARK_SIZE, act->bytes.size - TYPE_MARK_SIZE);
    if (rule->descriptor->n_fields == 0 ||
        message_decode (rule, body, WIRE_MESSAGE_MAX, drawer->arena, &message, NULL) != STATUS_OK)
        return;
    draw_field (drawer, rule, (unsigned) below (drawer, rule->descriptor->n_fields), message);
    uint8_t number = act->number;
    *act = request_of (drawer, method, message);
    act->number = number;
}

static void change_bytes (drawer_t *drawer, act_t *act)
{
    size_t room = act->bytes.size + 64;
    uint8_t *bytes = arena_alloc (drawer->arena, room);
    ensure (bytes);
    if (act->bytes.size)
        memcpy (bytes, act->bytes.data, act->bytes.size);
    size_t size = LLVMFuzzerMutate (bytes, act->bytes.size, room < ACT_BYTES_MAX ? room : ACT_BYTES_MAX);
    act->bytes = bytes_of (bytes, size);
}

/* A scene that breaks something while it is only tried is nowhere else: FUZZ_TRIAL says which file is to have it. */
static void keep_trial (const scene_t *scene)
{
    const char *path = getenv ("FUZZ_TRIAL");
    FILE *file = path ? fopen (path, "w") : NULL;
    if (!file)
        return;
    owned_buffer written = BUFFER (SCENE_ACTS_MAX * (ACT_BYTES_MAX + 4));
    scene_write (scene, &written);
    (void) fwrite (written.data, 1, written.size, file);
    (void) fclose (file);
}

/* What is refused leaves nothing but a row in the journal, so that many can be tried where one is to be carried out.
 * Needs the stage as the scene left it; false when nothing was taken. */
static bool go_on (drawer_t *drawer, scene_t *scene)
{
    scene_t trial = *scene;
    for (int tries = 0; tries < TRIES_MAX && trial.count < SCENE_ACTS_MAX; tries++) {
        act_t act = draw_act (drawer);
        insert (&trial, trial.count, act);
        keep_trial (&trial);
        if (service_try (&act)) {
            insert (scene, scene->count, act);
            return true;
        }
    }
    return false;
}

static void play (const scene_t *scene)
{
    owned_buffer written = BUFFER (SCENE_ACTS_MAX * (ACT_BYTES_MAX + 4));
    scene_write (scene, &written);
    service_play (buffer_bytes (&written));
}

/* Played again after each act: the ids that the next one speaks of are then those of the scene, without the trials. */
static void go_far (drawer_t *drawer, scene_t *scene)
{
    for (int acts = 0; acts < FAR_MAX && scene->count < SCENE_ACTS_MAX - TRIES_MAX && go_on (drawer, scene); acts++)
        play (scene);
}

static void change (drawer_t *drawer, scene_t *scene)
{
    size_t at = below (drawer, scene->count + 1);
    switch (below (drawer, 16)) {
    case 0:
        if (at < scene->count)
            take_out (scene, at);
        break;
    case 1:
        if (at < scene->count)
            insert (scene, below (drawer, scene->count + 1), scene->acts[at]);
        break;
    case 2:
        if (at < scene->count)
            change_bytes (drawer, &scene->acts[at]);
        break;
    case 3:
        if (at < scene->count)
            scene->acts[at].number = (uint8_t) below (drawer, 256);
        break;
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
        if (at < scene->count)
            change_field (drawer, &scene->acts[at]);
        break;
    default:
        insert (scene, below (drawer, 3) ? scene->count : at, draw_act (drawer));
        break;
    }
}

/* The story up to some point. Mostly all of it: what comes then is the farthest from the beginning. */
static void take_story (drawer_t *drawer, scene_t *scene, bytes_t story)
{
    *scene = scene_read (story);
    if (below (drawer, 2))
        scene->count = below (drawer, scene->count + 1);
    play (scene);
}

static size_t put (const scene_t *scene, uint8_t *out, size_t size, size_t max_size)
{
    owned_buffer written = BUFFER (max_size);
    scene_write (scene, &written);
    if (written.overflowed)
        return size;
    if (written.size)
        memcpy (out, written.data, written.size);
    return written.size;
}

size_t LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    if (seed % 64 == 0)
        return LLVMFuzzerMutate (data, size, max_size);
    owned (arena) arena = arena_new (MEMORY);
    drawer_t drawer = { .seed = seed, .arena = arena, .near = SCENE_BEGINS, .recall = recall_item };
    scene_t scene = scene_read (bytes_of (data, size));
    /* libFuzzer goes on from what it ran last for a while: then the stage is set already. */
    if (!bytes_equal (service_last_played (), bytes_of (data, size)))
        service_play (bytes_of (data, size));
    const char *plays = getenv ("FUZZ_WORDS");
    if (plays && (size == 0 || below (&drawer, 8) == 0))
        take_story (&drawer, &scene, story_scene (plays));
    drawer.newest = scene.count + 1;
    size_t way = scene.count < SCENE_ACTS_MAX - TRIES_MAX ? below (&drawer, 4) : 3;
    if (way == 0)
        go_far (&drawer, &scene);
    else if (way == 1)
        (void) go_on (&drawer, &scene);
    else
        for (size_t i = 1 + below (&drawer, 3); i > 0; i--)
            change (&drawer, &scene);
    return put (&scene, data, size, max_size);
}

/* The beginning of the one goes on as the other. */
size_t LLVMFuzzerCustomCrossOver (const uint8_t *one, size_t one_size, const uint8_t *two, size_t two_size,
                                  uint8_t *out, size_t max_size, unsigned seed)
{
    owned (arena) arena = arena_new (MEMORY);
    drawer_t drawer = { .seed = seed, .arena = arena };
    scene_t scene = scene_read (bytes_of (one, one_size)), other = scene_read (bytes_of (two, two_size));
    scene.count = below (&drawer, scene.count + 1);
    for (size_t i = below (&drawer, other.count + 1); i < other.count && scene.count < SCENE_ACTS_MAX; i++)
        scene.acts[scene.count++] = other.acts[i];
    return put (&scene, out, 0, max_size);
}
