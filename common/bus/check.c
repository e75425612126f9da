#include "bus/check.h"

#include "base/arena.h"
#include "base/ensure.h"
#include "base/own.h"
#include "bus/client.h"
#include "contract/node.contract.h"
#include "wire/message.h"

#include <string.h>

static const char GET_HEALTH[] = "fyrtaarn.node.v1.Node/GetHealth";

static status_t judge (const char *service, const method_t *method, buffer_t *reply, fault_t *reterr)
{
    ProtobufCMessage *message = NULL;
    owned (arena) arena = arena_new (WIRE_PAGE_MAX);
    status_t status = message_decode (method->reply, buffer_bytes (reply), WIRE_MESSAGE_MAX, arena, &message, reterr);
    if (status != STATUS_OK)
        return status;
    const Node__GetHealthReply *health = (const Node__GetHealthReply *) message;
    if (strcmp (health->state, "ok") == 0)
        return STATUS_OK;
    return fault (reterr, STATUS_UNAVAILABLE, "SERVICE_TROUBLED", "%s only answers queries: %s", service,
                  health->state);
}

status_t check_service (const char *service, const char *registry_path, const char *secret, fault_t *reterr)
{
    const method_t *method = contract_method (&node_contract, GET_HEALTH);
    ensure (method);
    owned (client) client = client_new (registry_path, secret, reterr);
    if (!client)
        return STATUS_UNAVAILABLE;
    owned_buffer reply = BUFFER (WIRE_MESSAGE_MAX);
    client_request_t request = { .service = service, .method = method, .timeout_ms = CHECK_TIMEOUT_MS };
    status_t status = client_call (client, &request, &reply, reterr);
    return status == STATUS_OK ? judge (service, method, &reply, reterr) : status;
}
