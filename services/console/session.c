#include "console/session.h"

#include "base/arena.h"
#include "base/ensure.h"
#include "wire/json.h"
#include "wire/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, DESKS_MAX = 8, MEMORY_MAX = 64 * 1024 * 1024 };

struct session {
    settings_t settings;
    arena_t *arena;
    client_t *clients[DESKS_MAX]; /* made when first needed */
    size_t n_clients;
    uint8_t next_id[16];
    bool has_next_id;
};

session_t *session_new (const settings_t *settings)
{
    session_t *self = calloc (1, sizeof *self);
    ensure (self);
    self->settings = *settings;
    self->arena = arena_new (MEMORY_MAX);
    return self;
}

void session_destroy (session_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < (*self)->n_clients; i++)
        client_destroy (&(*self)->clients[i]);
    arena_destroy (&(*self)->arena);
    free (*self);
    *self = NULL;
}

const settings_t *session_settings (const session_t *self)
{
    return &self->settings;
}

void session_act_as (session_t *self, const char *as, const char *actor, const char *reason)
{
    self->settings.as = as;
    self->settings.actor = actor;
    self->settings.reason = reason;
}

void session_because (session_t *self, const char *reason)
{
    self->settings.reason = reason;
}

void session_patience (session_t *self, int timeout_ms)
{
    if (self->settings.timeout_ms == 0)
        self->settings.timeout_ms = timeout_ms;
}

void session_repeatable (session_t *self, const uint8_t *request_id)
{
    memcpy (self->next_id, request_id, sizeof self->next_id);
    self->has_next_id = true;
}

/* --- which key --- */

static const char *secret_path (const session_t *self, const char *party, char out[PATH_SIZE])
{
    snprintf (out, PATH_SIZE, "%s/%s.secret", self->settings.keys, party);
    return out;
}

static client_t *client_for (session_t *self, const char *party, fault_t *reterr)
{
    for (size_t i = 0; i < self->n_clients; i++)
        if (strcmp (client_party (self->clients[i])->name, party) == 0)
            return self->clients[i];
    char path[PATH_SIZE];
    ensure (self->n_clients < DESKS_MAX);
    client_t *client = client_new (self->settings.registry, secret_path (self, party, path), reterr);
    if (client)
        self->clients[self->n_clients++] = client;
    return client;
}

/* The first party of the key table that may call, is no service, and whose secret lies here. */
static bool choose_party (const session_t *self, const method_t *method, char out[PARTY_NAME_SIZE], fault_t *reterr)
{
    registry_t *registry = registry_load (self->settings.registry, reterr);
    bool found = false;
    for (size_t i = 0; registry && i < registry_count (registry) && !found; i++) {
        const party_t *party = registry_at (registry, i);
        char path[PATH_SIZE];
        found = party->requests[0] == '\0' && !party->revoked && method_allows (method, party->caller) &&
                access (secret_path (self, party->name, path), R_OK) == 0;
        if (found)
            snprintf (out, PARTY_NAME_SIZE, "%s", party->name);
    }
    char callers[256];
    if (registry && !found)
        (void) fault (reterr, STATUS_PERMISSION_DENIED, "NO_KEY",
                      "none of the keys in {keys=%s} may call this; it takes one of: {callers=%s}", self->settings.keys,
                      method_callers (method, callers, sizeof callers));
    registry_destroy (&registry);
    return found;
}

static client_t *choose_client (session_t *self, const method_t *method, fault_t *reterr)
{
    char party[PARTY_NAME_SIZE];
    if (self->settings.as)
        snprintf (party, sizeof party, "%s", self->settings.as);
    else if (!choose_party (self, method, party, reterr))
        return NULL;
    return client_for (self, party, reterr);
}

/* --- calling --- */

static status_t read_reply (session_t *self, const method_t *method, buffer_t *body, json_t **ret_reply,
                            fault_t *reterr)
{
    ProtobufCMessage *message = NULL;
    status_t status = message_decode (method->reply, buffer_bytes (body), WIRE_PAGE_MAX, self->arena, &message, reterr);
    if (status != STATUS_OK)
        return fault (reterr, STATUS_DATA_LOSS, "REPLY_UNREADABLE", "the reply of %s cannot be read", method->name);
    *ret_reply = json_from_message (method->reply, message, true);
    return STATUS_OK;
}

static status_t read_request (session_t *self, const method_t *method, json_t *request, ProtobufCMessage **ret_message,
                              fault_t *reterr)
{
    arena_reset (self->arena);
    status_t status = json_to_message (method->request, request, self->arena, ret_message, reterr);
    return status == STATUS_OK ? message_validate (method->request, *ret_message, reterr) : status;
}

static status_t call (session_t *self, catalogue_entry_t entry, const char *service, const ProtobufCMessage *request,
                      json_t **ret_reply, fault_t *reterr)
{
    client_t *client = choose_client (self, entry.method, reterr);
    if (!client)
        return reterr->status;
    owned_buffer body = BUFFER (WIRE_MESSAGE_MAX), reply = BUFFER (WIRE_PAGE_MAX);
    message_pack (request, &body);
    client_request_t wish = {
        .service = entry.service ? entry.service : service,
        .method = entry.method,
        .body = buffer_bytes (&body),
        .actor = self->settings.actor,
        .reason = self->settings.reason,
        .timeout_ms = self->settings.timeout_ms,
        .request_id = self->has_next_id ? self->next_id : NULL,
    };
    self->has_next_id = false;
    status_t status = client_call (client, &wish, &reply, reterr);
    return status == STATUS_OK ? read_reply (self, entry.method, &reply, ret_reply, reterr) : status;
}

status_t session_call (session_t *self, catalogue_entry_t entry, const char *service, json_t *request,
                       json_t **ret_reply, fault_t *reterr)
{
    ProtobufCMessage *message = NULL;
    status_t status = read_request (self, entry.method, request, &message, reterr);
    return status == STATUS_OK ? call (self, entry, service, message, ret_reply, reterr) : status;
}

status_t session_call_text (session_t *self, catalogue_entry_t entry, const char *service, bytes_t request,
                            json_t **ret_reply, fault_t *reterr)
{
    ProtobufCMessage *message = NULL;
    const message_rule_t *rule = entry.method->request;
    arena_reset (self->arena);
    status_t status =
        json_parse_message (rule, (const char *) request.data, request.size, self->arena, &message, reterr);
    if (status == STATUS_OK)
        status = message_validate (rule, message, reterr);
    return status == STATUS_OK ? call (self, entry, service, message, ret_reply, reterr) : status;
}

status_t session_check (session_t *self, catalogue_entry_t entry, json_t *request, fault_t *reterr)
{
    ProtobufCMessage *message = NULL;
    return read_request (self, entry.method, request, &message, reterr);
}

status_t session_ask (session_t *self, const char *method, const char *service, json_t *request, json_t **ret_reply,
                      fault_t *reterr)
{
    catalogue_entry_t entry;
    ensure (catalogue_find (method, &entry, NULL) == STATUS_OK);
    return session_call (self, entry, service, request, ret_reply, reterr);
}
