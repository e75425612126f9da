/* The status report derived again: a new reporting, given the same commands and the same logs, writes the same bytes.
 */
#include "ledger.h"
#include "sim.h"

#include "base/arena.h"
#include "base/ensure.h"
#include "base/own.h"
#include "contract/bus.contract.h"
#include "contract/node.contract.h"
#include "contract/reporting.contract.h"
#include "reporting/reporting.h"
#include "wire/message.h"

#include "fyrtaarn/bus/v1/bus.pb-c.h"
#include "fyrtaarn/node/v1/node.pb-c.h"
#include "fyrtaarn/reporting/v1/money.pb-c.h"
#include "fyrtaarn/reporting/v1/report.pb-c.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_DAY = 20454 /* 2026-01-01 */, LAST_DAY = 20818, ANSWER_MAX = 4 * 1024 * 1024 };

static const method_t *method_named (const contract_t *contract, const char *name)
{
    const method_t *method = contract_method (contract, name);
    ensure (method);
    return method;
}

/* One request to a node, outside the network; the body of its reply. */
static void ask (sim_t *sim, node_t *node, caller_t caller, const char *peer, bytes_t header, bytes_t body,
                 buffer_t *ret_body)
{
    input_t input = {
        .kind = INPUT_REQUEST, .peer = peer, .caller = caller, .header = header, .body = body, .route = 7
    };
    outputs_t out = node_step (node, sim->now, &input, 1);
    for (size_t i = 0; i < out.count; i++) {
        const output_t *output = &out.list[i];
        if (output->kind != OUTPUT_REPLY)
            continue;
        if (output->note.status != STATUS_OK)
            sim_fail (sim, "asked at rest, %s was refused with %s", output->note.method, output->note.reason);
        buffer_append (ret_body, output->body.data, output->body.size);
        return;
    }
    sim_fail (sim, "asked at rest, %s did not answer", node_service (node)->name);
}

static void ask_method (sim_t *sim, node_t *node, caller_t caller, const method_t *method,
                        const ProtobufCMessage *request, buffer_t *ret_body)
{
    uint8_t id[16] = { 0xee };
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) method->name;
    header.request_id = (ProtobufCBinaryData){ sizeof id, id };
    header.actor = (char *) (uintptr_t) "checker";
    header.reason = (char *) (uintptr_t) "check";
    owned_buffer packed_header = BUFFER (WIRE_MESSAGE_MAX), packed = BUFFER (WIRE_MESSAGE_MAX);
    message_pack (&header.base, &packed_header);
    message_pack (request, &packed);
    ask (sim, node, caller, "checker", buffer_bytes (&packed_header), buffer_bytes (&packed), ret_body);
}

/* --- the twin --- */

static void twin_random (void *context, void *out, size_t size)
{
    (void) context;
    memset (out, 5, size);
}

static node_t *open_twin (sim_t *sim)
{
    fault_t why = { 0 };
    node_ports_t ports = { .random = twin_random, .version = "twin" };
    (void) disk_new ("twin");
    store_t *store = store_open ("twin/store.db", &why);
    node_t *twin = store ? node_new (&reporting_service, store, &ports, sim->now, &why) : NULL;
    if (!twin)
        sim_fail (sim, "a new reporting does not start: %s", why.reason);
    return twin;
}

/* The commands that reporting itself carried out, in the order of its journal. */
static void repeat_commands (sim_t *sim, int reporting, node_t *twin)
{
    store_t *store = node_store (sim->seats[reporting].node);
    store_begin (store);
    rows_t *rows = store_query (
        store, "SELECT caller, request_id FROM journal WHERE status = 0 AND request_id IS NOT NULL ORDER BY seq");
    while (rows_next (rows)) {
        bytes_t id = rows_blob (rows, 1);
        uint64_t number = 0;
        for (size_t i = 8; i < 16 && id.size == 16; i++)
            number = number << 8 | id.data[i];
        const entry_t *entry = ledger_by_number (sim->ledger, number);
        ensure (entry);
        owned_buffer reply = BUFFER (ANSWER_MAX);
        ask (sim, twin, sim->clients[entry->client].caller, rows_text (rows, 0),
             bytes_of (entry->header, entry->header_size), bytes_of (entry->body, entry->body_size), &reply);
    }
    store_rollback (store);
}

static uint64_t feed_page (sim_t *sim, node_t *owner, uint64_t after, node_t *twin)
{
    owned (arena) arena = arena_new (64 * 1024 * 1024);
    owned_buffer reply = BUFFER (ANSWER_MAX), header = BUFFER (WIRE_MESSAGE_MAX), body = BUFFER (ANSWER_MAX);
    Node__ReadFeedRequest request = NODE__READ_FEED_REQUEST__INIT;
    request.after = after;
    ask_method (sim, owner, CALLER_REPORTING, method_named (&node_contract, "fyrtaarn.node.v1.Node/ReadFeed"),
                &request.base, &reply);
    ProtobufCMessage *message = NULL;
    if (message_decode (&node_read_feed_reply_rule, buffer_bytes (&reply), ANSWER_MAX, arena, &message, NULL) !=
        STATUS_OK)
        sim_fail (sim, "a page of a feed cannot be read");
    const Node__ReadFeedReply *page = (const Node__ReadFeedReply *) message;
    message_pack (&page->header->base, &header);
    if (page->body)
        message_pack (&page->body->base, &body);
    input_t input = { .kind = INPUT_FEED,
                      .peer = node_service (owner)->name,
                      .caller = node_service (owner)->identity,
                      .header = buffer_bytes (&header),
                      .body = buffer_bytes (&body) };
    (void) node_step (twin, sim->now, &input, 1);
    return page->header->last;
}

static void read_report (sim_t *sim, node_t *node, Reporting__Language language, buffer_t *out)
{
    Reporting__GetStatusReportRequest request = REPORTING__GET_STATUS_REPORT_REQUEST__INIT;
    request.from_day = FIRST_DAY;
    request.to_day = LAST_DAY;
    request.language = language;
    request.without_completeness = true;
    ask_method (sim, node, CALLER_STEERING_DESK,
                method_named (&reporting_contract, "fyrtaarn.reporting.v1.Reports/GetStatusReport"), &request.base,
                out);
}

/* --- sums --- */

static void check_money (sim_t *sim, node_t *node)
{
    owned (arena) arena = arena_new (16 * 1024 * 1024);
    owned_buffer reply = BUFFER (ANSWER_MAX);
    Reporting__GetMoneyRequest request = REPORTING__GET_MONEY_REQUEST__INIT;
    request.to_day = LAST_DAY;
    const method_t *method = method_named (&reporting_contract, "fyrtaarn.reporting.v1.Money/GetMoney");
    ask_method (sim, node, CALLER_STEERING_DESK, method, &request.base, &reply);
    ProtobufCMessage *message = NULL;
    ensure (message_decode (method->reply, buffer_bytes (&reply), ANSWER_MAX, arena, &message, NULL) == STATUS_OK);
    const Reporting__GetMoneyReply *money = (const Reporting__GetMoneyReply *) message;
    for (size_t i = 0; i < money->n_totals; i++) {
        const Reporting__BudgetTotal *total = money->totals[i];
        int64_t budget = 0, actual = 0;
        for (size_t j = 0; j < money->n_lines; j++) {
            const Reporting__BudgetLine *line = money->lines[j];
            bool counts =
                strcmp (line->price_level, total->price_level) == 0 && (total->year == 0 || line->year == total->year);
            budget += counts ? line->budget_ore : 0;
            actual += counts ? line->actual_ore : 0;
        }
        if (budget != total->budget_ore || actual != total->actual_ore)
            sim_fail (sim, "a total of %d is not the sum of its lines", total->year);
    }
}

void check_report_derived_again (sim_t *sim)
{
    int reporting = seat_named (sim, "reporting");
    node_t *live = sim->seats[reporting].node;
    owned (node) twin = open_twin (sim);
    repeat_commands (sim, reporting, twin);
    for (int owner = 0; owner < SEATS; owner++)
        for (uint64_t after = 0; owner != reporting && after < node_head (sim->seats[owner].node);)
            after = feed_page (sim, sim->seats[owner].node, after, twin);
    for (int language = 1; language <= 2; language++) {
        owned_buffer first = BUFFER (ANSWER_MAX), again = BUFFER (ANSWER_MAX);
        read_report (sim, live, (Reporting__Language) language, &first);
        read_report (sim, twin, (Reporting__Language) language, &again);
        if (!bytes_equal (buffer_bytes (&first), buffer_bytes (&again)))
            sim_fail (sim, "the report derived again is not the same");
    }
    check_money (sim, live);
}
