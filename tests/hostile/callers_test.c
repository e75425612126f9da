/*
 * X3: every method times every kind of caller, asked on the real bus with the key of that kind. Three things must
 * agree: who is let in, what the contracts say (read from the descriptors), and docs/callers.md, in which a reviewer
 * sees a changed policy. FYR_ACCEPT_CALLERS=1 writes that page anew (`make callers`).
 */
#include "guest.h"

#include "base/own.h"
#include "contract/bridging.contract.h"
#include "contract/guidance.contract.h"
#include "contract/lease.contract.h"
#include "contract/node.contract.h"
#include "contract/placement.contract.h"
#include "contract/reporting.contract.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite (callers, .timeout = 300);

static const contract_t *const SERVICES[] = { &lease_contract, &guidance_contract, &placement_contract,
                                              &bridging_contract, &reporting_contract };
enum { SERVICE_COUNT = sizeof SERVICES / sizeof SERVICES[0] };

#define PAGE_PATH "docs/callers.md"

typedef struct {
    client_t *guests[CALLER_COUNT];
    buffer_t page;
    unsigned methods, pairs, let_in;
} walk_t;

/* One guest of each kind: the first party of the key table that may act as that. */
static void invite (walk_t *walk, const suite_t *suite)
{
    owned (client) host = guest_new (suite, "operator");
    const registry_t *registry = client_registry (host);
    for (size_t i = 0; i < registry_count (registry); i++) {
        const party_t *party = registry_at (registry, i);
        if (!walk->guests[party->caller])
            walk->guests[party->caller] = guest_new (suite, party->name);
    }
    for (caller_t kind = CALLER_LEASE; kind < CALLER_ANYONE; kind++)
        cr_assert (walk->guests[kind], "the key table has nobody who may act as %s", caller_name (kind));
}

static bool is_let_in (walk_t *walk, const char *service, const method_t *method, caller_t kind)
{
    const char *reason = guest_ask (walk->guests[kind], service, method);
    cr_assert (strcmp (reason, "SERVICE_AWAY") != 0 && strcmp (reason, "METHOD_UNKNOWN") != 0, "%s: %s", method->name,
               reason);
    bool let_in = strcmp (reason, "CALLER_NOT_ALLOWED") != 0;
    cr_expect_eq (let_in, method_allows (method, kind), "%s of %s: %s is %s, its policy says otherwise", method->name,
                  service, caller_name (kind), let_in ? "let in" : "refused");
    walk->pairs++;
    walk->let_in += let_in;
    return let_in;
}

/* A method without the package that all of them share. */
static const char *brief (const method_t *method)
{
    return strrchr (method->name, '.') + 1;
}

static void write_head (walk_t *walk, const char *title)
{
    buffer_printf (&walk->page, "\n## %s\n\n| %-36s | kind    |", title, "method");
    for (caller_t kind = CALLER_LEASE; kind < CALLER_ANYONE; kind++)
        buffer_printf (&walk->page, " %s |", caller_name (kind));
    buffer_printf (&walk->page, "\n|%.38s|---------|", "----------------------------------------");
    for (caller_t kind = CALLER_LEASE; kind < CALLER_ANYONE; kind++)
        buffer_printf (&walk->page, ":%.*s:|", (int) strlen (caller_name (kind)), "--------------------");
    buffer_printf (&walk->page, "\n");
}

static void walk_method (walk_t *walk, const char *const *services, const method_t *method)
{
    const char *what = method->command ? "command" : method->personal ? "person" : "query";
    cr_expect (method->callers != 0 && !(method->callers >> CALLER_COUNT), "%s has no policy", method->name);
    walk->methods++;
    buffer_printf (&walk->page, "| %-36s | %-7s |", brief (method), what);
    for (caller_t kind = CALLER_LEASE; kind < CALLER_ANYONE; kind++) {
        bool let_in = is_let_in (walk, services[0], method, kind);
        for (size_t i = 1; services[i]; i++)
            cr_expect_eq (is_let_in (walk, services[i], method, kind), let_in);
        int left = (int) strlen (caller_name (kind)) / 2, right = (int) strlen (caller_name (kind)) - left - 1;
        buffer_printf (&walk->page, " %*s%s%*s |", left, "", let_in ? "x" : " ", right, "");
    }
    buffer_printf (&walk->page, "\n");
}

static void walk_all (walk_t *walk)
{
    const char *everywhere[SERVICE_COUNT + 1] = { NULL };
    buffer_append_text (
        &walk->page,
        "# Who may call what\n\n"
        "Seen on the bus: every method was called with a key of every kind, and an x is who was let in. A kind of\n"
        "caller that is not in this table is let in nowhere. `person` is a query that reads personal data.\n"
        "This page is checked against the contracts and the running services; after a policy was changed on\n"
        "purpose, `make callers` writes it anew.\n");
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        const char *only[] = { everywhere[i] = SERVICES[i]->package, NULL };
        write_head (walk, SERVICES[i]->package);
        for (size_t j = 0; j < SERVICES[i]->n_methods; j++)
            walk_method (walk, only, &SERVICES[i]->methods[j]);
    }
    write_head (walk, "every service");
    for (size_t j = 0; j < node_contract.n_methods; j++)
        walk_method (walk, everywhere, &node_contract.methods[j]);
}

static void read_page (buffer_t *ret_text)
{
    char chunk[4096];
    FILE *file = fopen (PAGE_PATH, "r");
    cr_assert (file, "%s cannot be read: %s", PAGE_PATH, strerror (errno));
    for (size_t size; (size = fread (chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append (ret_text, chunk, size);
    fclose (file);
}

static void accept_page (const buffer_t *page)
{
    FILE *file = fopen (PAGE_PATH, "w");
    cr_assert (file && fwrite (page->data, 1, page->size, file) == page->size && fclose (file) == 0);
}

/* The first line on which they differ, for the one who has to look. */
static void expect_same (const char *seen, const char *written)
{
    for (;;) {
        size_t size = strcspn (seen, "\n"), other = strcspn (written, "\n");
        cr_assert (size == other && memcmp (seen, written, size) == 0,
                   "a policy has changed; on purpose? then make callers\n  seen    %.*s\n  %s %.*s", (int) size, seen,
                   PAGE_PATH, (int) other, written);
        if (!seen[size] && !written[other])
            return;
        seen += size + (seen[size] == '\n');
        written += other + (written[other] == '\n');
    }
}

Test (callers, every_method_lets_in_the_kinds_of_caller_that_its_policy_names_and_nobody_else)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    walk_t walk = { .page = BUFFER (1024 * 1024) };
    invite (&walk, suite);
    walk_all (&walk);
    figure ("callers: %u methods, %u methods x callers asked on the bus, %u let in, %u refused", walk.methods,
            walk.pairs, walk.let_in, walk.pairs - walk.let_in);
    if (getenv ("FYR_ACCEPT_CALLERS"))
        accept_page (&walk.page);
    owned_buffer written = BUFFER (1024 * 1024);
    read_page (&written);
    expect_same (buffer_text (&walk.page), buffer_text (&written));
    for (caller_t kind = CALLER_LEASE; kind < CALLER_ANYONE; kind++)
        client_destroy (&walk.guests[kind]);
    buffer_clear (&walk.page);
    suite_stop (&suite);
}
