/* From a request's bytes to a reply's bytes: understood, allowed, not seen before, carried out, remembered. */
#include "node/internal.h"

#include "contract/bus.contract.h"
#include "contract/node.contract.h"
#include "contract/node.handlers.h"
#include "wire/message.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    node_t *node;
    const input_t *input;
    const Bus__RequestHeader *header;
    const method_t *method;
    handler_t handler;
    const ProtobufCMessage *body;
    uint8_t digest[DIGEST_SIZE];
} request_t;

static bool is_desk (caller_t caller)
{
    return caller == CALLER_TMF_DESK || caller == CALLER_BIF_DESK || caller == CALLER_SOF_DESK ||
           caller == CALLER_STEERING_DESK || caller == CALLER_OPERATOR;
}

/* 63 bits, as the database holds them; a request that begins a trace gives it its own id. */
static uint64_t trace_of (const Bus__RequestHeader *header)
{
    uint64_t trace = header->trace;
    if (trace == 0)
        memcpy (&trace, header->request_id.data + REQUEST_ID_SIZE - sizeof trace, sizeof trace);
    return trace & INT64_MAX;
}

/* --- replies --- */

static void reply (const request_t *request, const fault_t *why, bytes_t body)
{
    node_t *node = request->node;
    Bus__ReplyHeader header = BUS__REPLY_HEADER__INIT;
    if (request->header)
        header.request_id = request->header->request_id;
    if (why) {
        header.status = (uint32_t) why->status;
        header.reason = (char *) (uintptr_t) why->reason;
        header.message = (char *) (uintptr_t) why->message;
        header.values = (char *) (uintptr_t) why->values;
    }
    output_t *output = node_output (node, OUTPUT_REPLY);
    output->route = request->input->route;
    output->header = node_pack (node, &header.base);
    output->body = body;
    output->note = (note_t){
        .what = "request",
        .method = request->method ? request->method->name : "",
        .peer = node_copy_text (node, request->input->peer),
        .status = why ? why->status : STATUS_OK,
        .reason = why ? node_copy_text (node, why->reason) : "",
        .message = "",
        .trace = request->header ? trace_of (request->header) : 0,
    };
    if (request->header)
        hex_encode (bytes_of (request->header->request_id.data, REQUEST_ID_SIZE), output->note.request_id);
}

static void refuse (const request_t *request, const fault_t *why)
{
    reply (request, why, (bytes_t){ 0 });
}

/* --- understood and allowed --- */

static bool look_up_method (node_t *node, const char *name)
{
    const service_t *service = node->service;
    const contract_t *contracts[] = { service->contract, &node_contract };
    const handler_t *handlers[] = { service->handlers, node_handlers };
    for (size_t i = 0; i < 2; i++) {
        const method_t *method = contract_method (contracts[i], name);
        if (!method)
            continue;
        node->asked = method;
        node->asked_handler = handlers[i][method - contracts[i]->methods];
        return true;
    }
    return false;
}

/* Where many ask at once, most ask the same. */
static status_t find_method (request_t *request, fault_t *reterr)
{
    node_t *node = request->node;
    const char *name = request->header->method;
    bool same = node->asked && strcmp (node->asked->name, name) == 0;
    if (!same && !look_up_method (node, name))
        return fault (reterr, STATUS_UNIMPLEMENTED, "METHOD_UNKNOWN", "%s has no such method", node->service->name);
    request->method = node->asked;
    request->handler = node->asked_handler;
    return STATUS_OK;
}

static status_t allow (const request_t *request, fault_t *reterr)
{
    const method_t *method = request->method;
    caller_t caller = request->input->caller;
    if (!method_allows (method, caller))
        return fault (reterr, STATUS_PERMISSION_DENIED, "CALLER_NOT_ALLOWED", "%s may not call %s",
                      caller_name (caller) ? caller_name (caller) : "nobody", method->name);
    bool by_person = is_desk (caller) && (method->command || method->personal);
    if (by_person && request->header->actor[0] == '\0')
        return fault (reterr, STATUS_INVALID_ARGUMENT, "ACTOR_REQUIRED", "say which person acts");
    if (is_desk (caller) && method->personal && request->header->reason[0] == '\0')
        return fault (reterr, STATUS_INVALID_ARGUMENT, "REASON_REQUIRED", "say why personal data is read");
    return STATUS_OK;
}

/* The header alone; what it says is not trusted further than its own rules. */
static status_t read_header (request_t *request, fault_t *reterr)
{
    ProtobufCMessage *message = NULL;
    status_t status = message_decode (&bus_request_header_rule, request->input->header, WIRE_MESSAGE_MAX,
                                      request->node->arena, &message, reterr);
    if (status != STATUS_OK)
        return status;
    const Bus__RequestHeader *header = (const Bus__RequestHeader *) message;
    if (header->request_id.len != REQUEST_ID_SIZE)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "REQUEST_ID_SIZE", "a request id has %d bytes", REQUEST_ID_SIZE);
    request->header = header;
    return STATUS_OK;
}

static status_t understand (request_t *request, fault_t *reterr)
{
    status_t status = read_header (request, reterr);
    if (status == STATUS_OK)
        status = find_method (request, reterr);
    if (status == STATUS_OK)
        status = allow (request, reterr);
    return status;
}

static status_t read_body (request_t *request, fault_t *reterr)
{
    ProtobufCMessage *message = NULL;
    status_t status = message_decode (request->method->request, request->input->body, WIRE_MESSAGE_MAX,
                                      request->node->arena, &message, reterr);
    request->body = message;
    return status;
}

/* --- seen before --- */

static bool answered_before (request_t *request)
{
    node_t *node = request->node;
    bytes_t id = bytes_of (request->header->request_id.data, REQUEST_ID_SIZE);
    journal_digest (node, request->method->name, request->input->body, request->digest);
    if (!journal_may_have (node, request->input->peer, id.data))
        return false;
    rows_t *row = store_row (node->store,
                             "SELECT digest, status, refusal, message, reply, refusal_values FROM journal"
                             " WHERE caller = $1 AND request_id = $2",
                             request->input->peer, id);
    if (!row)
        return false;
    fault_t why = { .status = (status_t) rows_int (row, 1) };
    (void) fault (&why, why.status, rows_text (row, 2), "%s", rows_text (row, 3));
    snprintf (why.values, sizeof why.values, "%s", rows_text (row, 5));
    if (!bytes_equal (rows_blob (row, 0), bytes_of (request->digest, DIGEST_SIZE))) {
        (void) fault (&why, STATUS_INVALID_ARGUMENT, "REQUEST_ID_REUSED",
                      "this request id came with another payload before");
        refuse (request, &why);
    } else if (why.status == STATUS_OK && rows_is_null (row, 4)) {
        (void) fault (&why, STATUS_NOT_FOUND, "REPLY_FORGOTTEN", "it was carried out; what it answered is erased");
        refuse (request, &why);
    } else if (why.status == STATUS_OK) {
        reply (request, NULL, node_copy (node, rows_blob (row, 4)));
    } else {
        refuse (request, &why);
    }
    rows_close (row);
    return true;
}

/* --- carried out --- */

static void begin (const request_t *request, txn_t *txn)
{
    txn_begin (txn, request->node, request->method->name);
    txn->caller = request->input->caller;
    txn->caller_name = request->input->peer;
    txn->actor = request->header->actor;
    txn->reason = request->header->reason;
    txn->trace = trace_of (request->header);
}

static status_t run_handler (const request_t *request, txn_t *txn, bytes_t *ret_body, fault_t *reterr)
{
    node_t *node = request->node;
    ProtobufCMessage *answer = txn_message (txn, request->method->reply->descriptor);
    status_t status = request->handler (txn, request->body, answer, reterr);
    if (status != STATUS_OK)
        return status;
    buffer_rewind (&node->scratch);
    message_pack (answer, &node->scratch);
    if (node->scratch.overflowed)
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE", "ask for less at once");
    *ret_body = node_copy (node, buffer_bytes (&node->scratch));
    return STATUS_OK;
}

static void answer (const request_t *request, const fault_t *why, bytes_t body)
{
    if (why->status == STATUS_OK)
        reply (request, NULL, body);
    else
        refuse (request, why);
}

/* An answer of the domain is kept and given again to whoever repeats the request. After an operational fault the same
 * request may be tried again, so only the audit keeps it. */
static void run_command (request_t *request)
{
    txn_t txn;
    fault_t why = { 0 };
    bytes_t body = { 0 };
    begin (request, &txn);
    why.status = run_handler (request, &txn, &body, &why);
    if (!txn_end (&txn, &why))
        return;
    bool settled = !status_is_fault (why.status);
    journal_append (&txn, &(journal_entry_t){
                              .request_id = settled ? request->header->request_id.data : NULL,
                              .digest = settled ? request->digest : NULL,
                              .status = why.status,
                              .refusal = why.reason,
                              .message = why.message,
                              .values = why.values,
                              .reply = why.status == STATUS_OK ? body : (bytes_t){ 0 },
                          });
    answer (request, &why, body);
}

static void run_query (request_t *request)
{
    txn_t txn;
    fault_t why = { 0 };
    bytes_t body = { 0 };
    begin (request, &txn);
    why.status = run_handler (request, &txn, &body, &why);
    if (!txn_end (&txn, &why))
        return;
    if (request->method->personal)
        journal_append (
            &txn, &(journal_entry_t){
                      .status = why.status, .refusal = why.reason, .message = why.message, .values = why.values });
    answer (request, &why, body);
}

void request_run (node_t *self, const input_t *input)
{
    request_t request = { .node = self, .input = input };
    fault_t why = { 0 };
    if (understand (&request, &why) != STATUS_OK) {
        if (!request.header)
            quarantine_add (self, input->peer, &why, input->header);
        refuse (&request, &why);
    } else if (read_body (&request, &why) != STATUS_OK) {
        bool about_a_person = request.method->request->personal; /* then it may not lie open, not even in quarantine */
        quarantine_add (self, input->peer, &why, about_a_person ? (bytes_t){ 0 } : input->body);
        refuse (&request, &why);
    } else if (!request.method->command) {
        run_query (&request);
    } else if (!answered_before (&request)) {
        run_command (&request);
    }
}

void request_refuse (node_t *self, const input_t *input, const fault_t *why)
{
    request_t request = { .node = self, .input = input };
    fault_t ignored;
    (void) understand (&request, &ignored);
    refuse (&request, why);
}

bool request_is_query (const node_t *self, const input_t *input)
{
    request_t request = { .node = (node_t *) (uintptr_t) self, .input = input };
    return understand (&request, NULL) == STATUS_OK && !request.method->command && !request.method->personal;
}
