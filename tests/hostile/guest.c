#include "guest.h"

#include "base/own.h"
#include "contract/bus.contract.h"
#include "contract/lease.contract.h"
#include "contract/node.contract.h"
#include "wire/message.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

client_t *guest_new (const suite_t *suite, const char *party)
{
    char registry[128], secret[192];
    fault_t why = { 0 };
    snprintf (registry, sizeof registry, "%s/keys/registry", suite_directory (suite));
    snprintf (secret, sizeof secret, "%s/keys/%s.secret", suite_directory (suite), party);
    client_t *guest = client_new (registry, secret, &why);
    cr_assert (guest, "%s: %s %s", party, why.reason, why.message);
    return guest;
}

const char *guest_ask (client_t *guest, const char *service, const method_t *method)
{
    static fault_t why;
    why = (fault_t){ 0 };
    owned_buffer reply = BUFFER (WIRE_PAGE_MAX);
    client_request_t request = {
        .service = service,
        .method = method,
        .actor = "tester",
        .reason = "test",
        .timeout_ms = GUEST_DEADLINE_MS,
    };
    (void) client_call (guest, &request, &reply, &why);
    return why.reason;
}

const char *guest_greet (client_t *guest, const char *service)
{
    return guest_ask (guest, service, contract_method (&node_contract, GET_HEALTH));
}

const void *guest_call (client_t *guest, const char *method, const ProtobufCMessage *request)
{
    static arena_t *arena;
    fault_t why = { 0 };
    ProtobufCMessage *reply = NULL;
    owned_buffer body = BUFFER (WIRE_MESSAGE_MAX), answer = BUFFER (WIRE_PAGE_MAX);
    message_pack (request, &body);
    client_request_t wish = {
        .service = "lease",
        .method = contract_method (&lease_contract, method),
        .body = buffer_bytes (&body),
        .actor = "tester",
        .timeout_ms = 3 * GUEST_DEADLINE_MS,
    };
    cr_assert_eq (client_call (guest, &wish, &answer, &why), STATUS_OK, "%s: %s %s", method, why.reason, why.message);
    arena_destroy (&arena);
    arena = arena_new (WIRE_PAGE_MAX);
    cr_assert_eq (message_decode (wish.method->reply, buffer_bytes (&answer), WIRE_PAGE_MAX, arena, &reply, &why),
                  STATUS_OK, "%s", why.message);
    return reply;
}

uint64_t guest_premises (client_t *guest)
{
    Lease__CreatePremisesRequest request = LEASE__CREATE_PREMISES_REQUEST__INIT;
    request.name = (char *) (uintptr_t) "Huset";
    request.district = 8;
    request.monthly_rent_ore = 100000;
    request.notice_months = 3;
    const Lease__CreatePremisesReply *reply =
        guest_call (guest, "fyrtaarn.lease.v1.House/CreatePremises", &request.base);
    return reply->premises;
}

void suite_await (const suite_t *suite, const char *service, const char *word)
{
    bool seen = false;
    for (int64_t until = zclock_mono () + 2 * GUEST_DEADLINE_MS; !seen && zclock_mono () < until;) {
        char *log = suite_log (suite, service);
        seen = strstr (log, word) != NULL;
        free (log);
        (void) poll (NULL, 0, 20);
    }
    cr_assert (seen, "%s does not say %s", service, word);
}

party_t suite_party (const suite_t *suite, const char *name)
{
    char path[128];
    snprintf (path, sizeof path, "%s/keys/registry", suite_directory (suite));
    owned (registry) registry = registry_load (path, NULL);
    const party_t *party = registry ? registry_by_name (registry, name) : NULL;
    cr_assert (party, "%s has no %s", path, name);
    return *party;
}

keypair_t suite_secret (const suite_t *suite, const char *name)
{
    char path[192];
    keypair_t pair;
    fault_t why = { 0 };
    snprintf (path, sizeof path, "%s/keys/%s.secret", suite_directory (suite), name);
    cr_assert_eq (secret_load (path, &pair, &why), STATUS_OK, "%s", why.message);
    return pair;
}

bool knock_say (zsock_t *dealer, const char *method)
{
    uint8_t request_id[16];
    owned_buffer header = BUFFER (WIRE_MESSAGE_MAX);
    Bus__RequestHeader fields = BUS__REQUEST_HEADER__INIT;
    randombytes_buf (request_id, sizeof request_id);
    fields.method = (char *) (uintptr_t) method;
    fields.request_id = (ProtobufCBinaryData){ sizeof request_id, request_id };
    fields.actor = fields.reason = (char *) (uintptr_t) "test";
    message_pack (&fields.base, &header);
    void *socket = zsock_resolve (dealer);
    return zmq_send (socket, header.data, header.size, ZMQ_DONTWAIT | ZMQ_SNDMORE) >= 0 &&
           zmq_send (socket, "", 0, ZMQ_DONTWAIT) >= 0;
}

bool knock_hear (zsock_t *dealer, int within_ms, char ret_reason[64])
{
    zmq_pollitem_t item = { .socket = zsock_resolve (dealer), .events = ZMQ_POLLIN };
    zmsg_t *message = zmq_poll (&item, 1, within_ms) == 1 ? zmsg_recv (dealer) : NULL;
    if (!message)
        return false;
    ProtobufCMessage *header = NULL;
    owned (arena) arena = arena_new (WIRE_PAGE_MAX);
    bytes_t frame = bytes_of (zframe_data (zmsg_first (message)), zframe_size (zmsg_first (message)));
    cr_assert_eq (message_decode (&bus_reply_header_rule, frame, WIRE_MESSAGE_MAX, arena, &header, NULL), STATUS_OK);
    snprintf (ret_reason, 64, "%s", ((Bus__ReplyHeader *) header)->reason);
    zmsg_destroy (&message);
    return true;
}

void figure (const char *format, ...)
{
    const char *path = getenv ("FYR_FIGURES");
    FILE *file = path ? fopen (path, "a") : stderr;
    cr_assert (file, "%s", path);
    va_list args;
    va_start (args, format);
    vfprintf (file, format, args);
    va_end (args);
    fputc ('\n', file);
    if (file != stderr)
        fclose (file);
}
