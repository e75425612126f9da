#include "fuzz/types.h"

#include "base/ensure.h"
#include "contract/bridging.contract.h"
#include "contract/bus.contract.h"
#include "contract/guidance.contract.h"
#include "contract/lease.contract.h"
#include "contract/node.contract.h"
#include "contract/placement.contract.h"
#include "contract/reporting.contract.h"
#include "specimen/specimen.contract.h"

#include <string.h>

enum { TYPES_MAX = 1024 };

static const contract_t *const CONTRACTS[] = { &lease_contract,    &guidance_contract,  &placement_contract,
                                               &bridging_contract, &reporting_contract, &node_contract };
enum { N_CONTRACTS = sizeof CONTRACTS / sizeof CONTRACTS[0] };

static const message_rule_t *types[TYPES_MAX];
static size_t count;

static void add (const message_rule_t *rule)
{
    for (size_t i = 0; i < count; i++)
        if (types[i] == rule)
            return;
    ensure (count < TYPES_MAX);
    types[count++] = rule;
}

static void gather (void)
{
    static const message_rule_t *const OTHERS[] = { &bus_request_header_rule, &bus_reply_header_rule,
                                                    &bus_feed_header_rule,    &bus_feed_record_rule,
                                                    &bus_feed_body_rule,      &specimen_specimen_rule,
                                                    &specimen_required_rule,  &specimen_calendar_rule };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++)
        add (OTHERS[i]);
    for (size_t i = 0; i < N_CONTRACTS; i++) {
        for (size_t m = 0; m < CONTRACTS[i]->n_methods; m++) {
            add (CONTRACTS[i]->methods[m].request);
            add (CONTRACTS[i]->methods[m].reply);
        }
        if (CONTRACTS[i]->event)
            add (CONTRACTS[i]->event);
    }
}

size_t types_count (void)
{
    if (count == 0)
        gather ();
    return count;
}

const message_rule_t *type_at (size_t index)
{
    ensure (index < types_count ());
    return types[index];
}

/* FNV-1a, folded. */
void type_mark (const char *name, uint8_t out[TYPE_MARK_SIZE])
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (uint8_t) *name) * 16777619u;
    out[0] = (uint8_t) (hash ^ hash >> 16);
    out[1] = (uint8_t) (hash >> 8 ^ hash >> 24);
}

const message_rule_t *type_by_mark (const uint8_t mark[TYPE_MARK_SIZE])
{
    for (size_t i = 0; i < types_count (); i++) {
        uint8_t own[TYPE_MARK_SIZE];
        type_mark (types[i]->descriptor->name, own);
        if (memcmp (own, mark, sizeof own) == 0)
            return types[i];
    }
    return types[((size_t) mark[0] << 8 | mark[1]) % count];
}

const method_t *method_by_name (const char *name)
{
    const method_t *method = NULL;
    for (size_t i = 0; i < N_CONTRACTS && !method; i++)
        method = contract_method (CONTRACTS[i], name);
    return method;
}
