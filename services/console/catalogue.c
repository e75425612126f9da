#include "console/catalogue.h"

#include "contract/bridging.contract.h"
#include "contract/guidance.contract.h"
#include "contract/lease.contract.h"
#include "contract/node.contract.h"
#include "contract/placement.contract.h"
#include "contract/reporting.contract.h"

#include <stdio.h>
#include <string.h>

const char *const CATALOGUE_SERVICES[] = { "lease", "guidance", "placement", "bridging", "reporting", NULL };

static const contract_t *const CONTRACTS[] = { &lease_contract,    &guidance_contract,  &placement_contract,
                                               &bridging_contract, &reporting_contract, &node_contract };
enum { CONTRACT_COUNT = sizeof CONTRACTS / sizeof CONTRACTS[0], NODE_CONTRACT = CONTRACT_COUNT - 1 };

size_t catalogue_count (void)
{
    size_t count = 0;
    for (size_t i = 0; i < CONTRACT_COUNT; i++)
        count += CONTRACTS[i]->n_methods;
    return count;
}

catalogue_entry_t catalogue_at (size_t index)
{
    size_t i = 0;
    while (index >= CONTRACTS[i]->n_methods)
        index -= CONTRACTS[i++]->n_methods;
    return (catalogue_entry_t){ i == NODE_CONTRACT ? NULL : CONTRACTS[i]->package, &CONTRACTS[i]->methods[index] };
}

const contract_t *catalogue_contract (const char *service)
{
    for (size_t i = 0; i < NODE_CONTRACT; i++)
        if (strcmp (CONTRACTS[i]->package, service) == 0)
            return CONTRACTS[i];
    return NULL;
}

const char *method_short_name (const method_t *method)
{
    const char *slash = strchr (method->name, '/');
    while (slash > method->name && slash[-1] != '.')
        slash--;
    return slash;
}

static bool names_it (const char *name, catalogue_entry_t entry)
{
    char with_service[256];
    const char *brief = method_short_name (entry.method);
    snprintf (with_service, sizeof with_service, "%s.%s", entry.service ? entry.service : "node", brief);
    return strcmp (name, entry.method->name) == 0 || strcmp (name, brief) == 0 || strcmp (name, with_service) == 0 ||
           strcmp (name, strchr (brief, '/') + 1) == 0;
}

static size_t common_prefix (const char *a, const char *b)
{
    size_t length = 0;
    while (a[length] && a[length] == b[length])
        length++;
    return length;
}

static status_t unknown (const char *name, fault_t *reterr)
{
    catalogue_entry_t nearest = catalogue_at (0);
    size_t best = 0;
    for (size_t i = 0; i < catalogue_count (); i++) {
        const char *brief = method_short_name (catalogue_at (i).method);
        const char *verb = strchr (brief, '/') + 1;
        size_t length = common_prefix (name, brief) > common_prefix (name, verb) ? common_prefix (name, brief)
                                                                                 : common_prefix (name, verb);
        if (length > best) {
            best = length;
            nearest = catalogue_at (i);
        }
    }
    return fault (reterr, STATUS_NOT_FOUND, "METHOD_UNKNOWN", "no method %s; did you mean %s? (fyr methods lists all)",
                  name, method_short_name (nearest.method));
}

status_t catalogue_find (const char *name, catalogue_entry_t *ret_entry, fault_t *reterr)
{
    size_t found = 0;
    catalogue_entry_t first = { 0 };
    for (size_t i = 0; i < catalogue_count (); i++) {
        catalogue_entry_t entry = catalogue_at (i);
        if (!names_it (name, entry))
            continue;
        if (found++ == 0)
            first = entry;
        else
            return fault (reterr, STATUS_INVALID_ARGUMENT, "METHOD_AMBIGUOUS", "%s may be %s or %s", name,
                          first.method->name, entry.method->name);
    }
    if (found == 0)
        return unknown (name, reterr);
    *ret_entry = first;
    return STATUS_OK;
}

const char *method_callers (const method_t *method, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (caller_t caller = CALLER_LEASE; caller < CALLER_COUNT; caller++)
        if ((method->callers & 1u << caller) && length < size)
            length += (size_t) snprintf (out + length, size - length, "%s%s", length ? "," : "", caller_name (caller));
    return out;
}
