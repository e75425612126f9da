#include "guest.h"

#include "base/own.h"
#include "contract/node.contract.h"
#include "wire/message.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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
    return guest_ask (guest, service, contract_method (&node_contract, "fyrtaarn.node.v1.Node/GetHealth"));
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
