#include "witness.h"

#include "base/arena.h"
#include "base/ensure.h"
#include "base/own.h"
#include "chance.h"
#include "wire/message.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_MS = 120000, PATH_SIZE = 512 };

struct witness {
    client_t *client;
    char party[PARTY_NAME_SIZE];
    uint64_t seed;
    int patience_ms;
    arena_t *arena;
    buffer_t request, reply;
    testimony_t *list;
    size_t capacity;
    _Atomic size_t count;
};

witness_t *witness_new (const char *directory, const char *party, uint64_t seed, fault_t *reterr)
{
    char registry[PATH_SIZE], secret[PATH_SIZE];
    owned (witness) self = calloc (1, sizeof *self);
    ensure (self);
    snprintf (registry, sizeof registry, "%s/registry", directory);
    snprintf (secret, sizeof secret, "%s/%s.secret", directory, party);
    snprintf (self->party, sizeof self->party, "%s", party);
    self->seed = seed;
    self->patience_ms = PATIENCE_MS;
    self->arena = arena_new (WIRE_PAGE_MAX * 8);
    self->request = BUFFER (WIRE_MESSAGE_MAX);
    self->reply = BUFFER (WIRE_PAGE_MAX);
    self->client = client_new (registry, secret, reterr);
    return self->client ? give (self) : NULL;
}

void witness_destroy (witness_t **self)
{
    witness_t *witness = *self;
    if (!witness)
        return;
    for (size_t i = 0; i < witness->count; i++) {
        free ((void *) (uintptr_t) witness->list[i].request.data);
        free ((void *) (uintptr_t) witness->list[i].reply.data);
    }
    free (witness->list);
    client_destroy (&witness->client);
    arena_destroy (&witness->arena);
    buffer_clear (&witness->request);
    buffer_clear (&witness->reply);
    free (witness);
    *self = NULL;
}

void witness_patience (witness_t *self, int patience_ms)
{
    self->patience_ms = patience_ms;
}

static int64_t now_ms (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bytes_t keep (const buffer_t *buffer)
{
    uint8_t *copy = malloc (buffer->size + 1);
    ensure (copy);
    if (buffer->size)
        memcpy (copy, buffer->data, buffer->size);
    return bytes_of (copy, buffer->size);
}

/* Once: as long as the client sends it a single time. */
static status_t send_once (witness_t *self, const testimony_t *testimony, bytes_t body, fault_t *why)
{
    _Static_assert((int) WITNESS_RESEND_MS < (int) CLIENT_RESEND_MS, "so that we count what is sent");
    buffer_rewind (&self->reply);
    return client_call (self->client,
                        &(client_request_t){
                            .service = testimony->service,
                            .method = testimony->method,
                            .body = body,
                            .actor = "witness",
                            .reason = "test",
                            .request_id = testimony->request_id,
                            .timeout_ms = WITNESS_RESEND_MS,
                        },
                        &self->reply, why);
}

/* A fault is no answer: it is worth another try, after a moment where it came at once. */
static void ask_until_answered (witness_t *self, testimony_t *testimony, bytes_t body)
{
    int64_t until = now_ms () + self->patience_ms;
    fault_t why;
    do {
        int64_t asked_at = now_ms ();
        why = (fault_t){ 0 };
        testimony->asked++;
        testimony->status = send_once (self, testimony, body, &why);
        if (!status_is_fault (testimony->status))
            break;
        if (now_ms () - asked_at < WITNESS_RESEND_MS / 4)
            (void) nanosleep (&(struct timespec){ .tv_nsec = 50 * 1000000 }, NULL);
    } while (now_ms () < until);
    snprintf (testimony->reason, sizeof testimony->reason, "%s", why.reason);
}

static void draw_id (witness_t *self, uint8_t out[WITNESS_ID_SIZE])
{
    uint64_t parts[] = { draw (&self->seed), draw (&self->seed) };
    memcpy (out, parts, WITNESS_ID_SIZE);
}

static status_t read_reply (witness_t *self, const testimony_t *testimony, const ProtobufCMessage **ret_reply)
{
    ProtobufCMessage *message = NULL;
    if (testimony->status != STATUS_OK || !ret_reply)
        return testimony->status;
    arena_reset (self->arena);
    status_t status = message_decode (testimony->method->reply, buffer_bytes (&self->reply), WIRE_PAGE_MAX, self->arena,
                                      &message, NULL);
    *ret_reply = message;
    return status;
}

static testimony_t say (witness_t *self, const char *service, const method_t *method, const ProtobufCMessage *request)
{
    testimony_t testimony = { .service = service, .method = method };
    draw_id (self, testimony.request_id);
    buffer_rewind (&self->request);
    message_pack (request, &self->request);
    ask_until_answered (self, &testimony, buffer_bytes (&self->request));
    return testimony;
}

status_t witness_command (witness_t *self, const char *service, const method_t *method, const ProtobufCMessage *request,
                          const ProtobufCMessage **ret_reply)
{
    testimony_t testimony = say (self, service, method, request);
    testimony.request = keep (&self->request);
    testimony.reply = keep (&self->reply);
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? 2 * self->capacity : 1024;
        self->list = realloc (self->list, self->capacity * sizeof *self->list);
        ensure (self->list);
    }
    self->list[self->count++] = testimony;
    return read_reply (self, &testimony, ret_reply);
}

status_t witness_query (witness_t *self, const char *service, const method_t *method, const ProtobufCMessage *request,
                        const ProtobufCMessage **ret_reply)
{
    testimony_t testimony = say (self, service, method, request);
    return read_reply (self, &testimony, ret_reply);
}

bool witness_stands_by (witness_t *self, const testimony_t *testimony)
{
    testimony_t again = *testimony;
    ask_until_answered (self, &again, testimony->request);
    if (again.status == testimony->status && strcmp (again.reason, testimony->reason) == 0)
        return bytes_equal (buffer_bytes (&self->reply), testimony->reply);
    return testimony->status == STATUS_OK && strcmp (again.reason, "REPLY_FORGOTTEN") == 0; /* erased on purpose */
}

size_t witness_count (const witness_t *self)
{
    return self->count;
}

const testimony_t *witness_at (const witness_t *self, size_t index)
{
    return &self->list[index];
}

const char *witness_party (const witness_t *self)
{
    return self->party;
}
