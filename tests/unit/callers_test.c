/* X3: a kind of caller that is nobody's is let in nowhere, not even where any registered key is. Who is let in
 * otherwise is seen on the bus (tests/hostile/callers_test.c). */
#include "contract/bus.contract.h"
#include "contract/node.contract.h"
#include "node/node.h"
#include "wire/message.h"

#include "base/own.h"

#include <criterion/criterion.h>
#include <sodium.h>

/* Their headers share names, so they are not for one file. */
extern const service_t lease_service, guidance_service, placement_service, bridging_service, reporting_service;

static const service_t *const SERVICES[] = { &lease_service, &guidance_service, &placement_service, &bridging_service,
                                             &reporting_service };

static void draw (void *context, void *out, size_t size)
{
    (void) context;
    randombytes_buf (out, size);
}

static const char *ask (node_t *node, const method_t *method, caller_t kind)
{
    static char reason[64];
    uint8_t request_id[16];
    owned_buffer header = BUFFER (WIRE_MESSAGE_MAX);
    Bus__RequestHeader fields = BUS__REQUEST_HEADER__INIT;
    randombytes_buf (request_id, sizeof request_id);
    fields.method = (char *) (uintptr_t) method->name;
    fields.request_id = (ProtobufCBinaryData){ sizeof request_id, request_id };
    fields.actor = (char *) (uintptr_t) "tester";
    fields.reason = (char *) (uintptr_t) "test";
    message_pack (&fields.base, &header);
    input_t input = { .kind = INPUT_REQUEST, .peer = "x", .caller = kind, .header = buffer_bytes (&header) };
    outputs_t out = node_step (node, 1800000000000, &input, 1);
    const output_t *reply = NULL;
    for (size_t i = 0; i < out.count; i++)
        if (out.list[i].kind == OUTPUT_REPLY)
            reply = &out.list[i];
    cr_assert (reply, "%s gives no reply", method->name);
    snprintf (reason, sizeof reason, "%s", reply->note.reason);
    return reason;
}

Test (callers, a_kind_that_no_key_may_have_is_refused_by_every_method_of_every_service)
{
    static const unsigned NOBODY[] = { CALLER_NONE, CALLER_ANYONE, CALLER_COUNT, 31, 32, 43, 255, UINT32_MAX };
    cr_assert (sodium_init () >= 0);
    for (size_t i = 0; i < sizeof SERVICES / sizeof SERVICES[0]; i++) {
        fault_t why = { 0 };
        node_ports_t ports = { .random = draw, .version = "test" };
        owned (node) node = node_new (SERVICES[i], store_open (":memory:", &why), &ports, 1800000000000, &why);
        cr_assert (node, "%s", why.message);
        const contract_t *contracts[] = { SERVICES[i]->contract, &node_contract };
        for (size_t j = 0; j < 2; j++)
            for (size_t k = 0; k < contracts[j]->n_methods; k++)
                for (size_t l = 0; l < sizeof NOBODY / sizeof NOBODY[0]; l++)
                    cr_expect_str_eq (ask (node, &contracts[j]->methods[k], (caller_t) NOBODY[l]), "CALLER_NOT_ALLOWED",
                                      "%s and a caller of kind %u", contracts[j]->methods[k].name, NOBODY[l]);
    }
}
