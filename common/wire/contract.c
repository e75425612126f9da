#include "wire/contract.h"

#include <string.h>

static const char *const CALLER_NAMES[CALLER_COUNT] = {
    [CALLER_LEASE] = "lease",       [CALLER_GUIDANCE] = "guidance",   [CALLER_PLACEMENT] = "placement",
    [CALLER_BRIDGING] = "bridging", [CALLER_REPORTING] = "reporting", [CALLER_TMF_DESK] = "tmf_desk",
    [CALLER_BIF_DESK] = "bif_desk", [CALLER_SOF_DESK] = "sof_desk",   [CALLER_STEERING_DESK] = "steering_desk",
    [CALLER_OPERATOR] = "operator", [CALLER_ANYONE] = "anyone",
};

static bool is_caller (caller_t caller)
{
    return caller > CALLER_NONE && caller < CALLER_COUNT;
}

const char *caller_name (caller_t caller)
{
    return is_caller (caller) ? CALLER_NAMES[caller] : NULL;
}

caller_t caller_by_name (const char *name)
{
    for (caller_t caller = CALLER_NONE + 1; caller < CALLER_COUNT; caller++)
        if (strcmp (CALLER_NAMES[caller], name) == 0)
            return caller;
    return CALLER_NONE;
}

const method_t *contract_method (const contract_t *self, const char *name)
{
    for (size_t i = 0; i < self->n_methods; i++)
        if (strcmp (self->methods[i].name, name) == 0)
            return &self->methods[i];
    return NULL;
}

bool method_allows (const method_t *self, caller_t caller)
{
    bool is_somebody =
        is_caller (caller) && caller != CALLER_ANYONE; /* "anyone" is what a policy says, and nobody's key */
    return is_somebody && self->callers & (1u << caller | 1u << CALLER_ANYONE);
}
