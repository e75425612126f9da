#include "bus/keys.h"

#include "base/bytes.h"
#include "base/own.h"
#include "bus/registry.h"
#include "bus/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, TABLE_MAX = 256 * 1024 };

static const struct {
    const char *name, *acts_as;
    bool service;
} PARTIES[] = {
    { "lease", "lease", true },        { "guidance", "guidance", true },   { "placement", "placement", true },
    { "bridging", "bridging", true },  { "reporting", "reporting", true }, { "tmf-desk", "tmf_desk", false },
    { "bif-desk", "bif_desk", false }, { "sof-desk", "sof_desk", false },  { "steering-desk", "steering_desk", false },
    { "operator", "operator", false },
};

/* Beside the old one and then in its place: a reader sees the one or the other. */
static status_t replace_file (const char *path, const char *text, fault_t *reterr)
{
    char fresh[PATH_SIZE];
    snprintf (fresh, sizeof fresh, "%s.new", path);
    FILE *file = fopen (fresh, "w");
    bool written = file && fputs (text, file) >= 0 && fflush (file) == 0 && fsync (fileno (file)) == 0;
    if (file)
        written = fclose (file) == 0 && written;
    if (written && chmod (fresh, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) == 0 && rename (fresh, path) == 0)
        return STATUS_OK;
    return fault (reterr, STATUS_UNAVAILABLE, "REGISTRY_UNWRITABLE", "cannot write %s", path);
}

static void append_party (buffer_t *table, const party_t *party)
{
    char keys[KEYS_TEXT_SIZE];
    buffer_printf (table, "%-14s %-14s %-8s %s  %s  %s\n", party->name, caller_name (party->caller),
                   party->revoked ? "revoked" : "active", party_keys (party, keys),
                   party->requests[0] ? party->requests : "-", party->feed[0] ? party->feed : "-");
}

static void begin_table (buffer_t *table)
{
    buffer_append_text (
        table, "# Who is who on the bus. Everybody has this file; it holds no secret.\n"
               "# name         may act as     state    public key                                requests  feed\n");
}

static status_t make_party (const keys_plan_t *plan, size_t index, buffer_t *table, fault_t *reterr)
{
    char path[PATH_SIZE];
    keypair_t pair;
    party_t party = { .caller = caller_by_name (PARTIES[index].acts_as) };
    snprintf (party.name, sizeof party.name, "%s", PARTIES[index].name);
    snprintf (path, sizeof path, "%s/%s.secret", plan->directory, PARTIES[index].name);
    status_t status = secret_create (path, &pair, reterr);
    if (status == STATUS_OK && PARTIES[index].service) {
        const char *host = plan->host ? plan->host : PARTIES[index].name;
        int port = plan->first_port + 2 * (int) index;
        snprintf (party.requests, sizeof party.requests, "tcp://%s:%d", host, port);
        snprintf (party.feed, sizeof party.feed, "tcp://%s:%d", host, port + 1);
        snprintf (path, sizeof path, "%s/%s.master", plan->directory, PARTIES[index].name);
        status = master_create (path, reterr);
    }
    if (status != STATUS_OK)
        return status;
    memcpy (party.public_key, pair.public_key, sizeof party.public_key);
    append_party (table, &party);
    return STATUS_OK;
}

status_t keys_init (const keys_plan_t *plan, fault_t *reterr)
{
    char path[PATH_SIZE];
    snprintf (path, sizeof path, "%s/registry", plan->directory);
    if (access (path, F_OK) == 0)
        return fault (reterr, STATUS_ALREADY_EXISTS, "KEYS_EXIST", "%s is there already", path);
    if (mkdir (plan->directory, S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH) != 0 && errno != EEXIST)
        return fault (reterr, STATUS_UNAVAILABLE, "KEYS_UNWRITABLE", "cannot make %s", plan->directory);
    owned_buffer table = BUFFER (TABLE_MAX);
    begin_table (&table);
    for (size_t i = 0; i < sizeof PARTIES / sizeof PARTIES[0]; i++) {
        status_t status = make_party (plan, i, &table, reterr);
        if (status != STATUS_OK)
            return status;
    }
    return replace_file (path, buffer_text (&table), reterr);
}

/* --- changing one party's line, or adding one --- */

static status_t find_party (const registry_t *registry, const char *name, party_t *ret_party, fault_t *reterr)
{
    const party_t *party = registry_by_name (registry, name);
    if (!party)
        return fault (reterr, STATUS_NOT_FOUND, "KEY_UNKNOWN", "the key table has no %s", name);
    *ret_party = *party;
    return STATUS_OK;
}

static status_t replace_party (const registry_t *registry, const char *path, const party_t *changed, fault_t *reterr)
{
    owned_buffer table = BUFFER (TABLE_MAX);
    begin_table (&table);
    for (size_t i = 0; i < registry_count (registry); i++) {
        const party_t *party = registry_at (registry, i);
        append_party (&table, strcmp (party->name, changed->name) == 0 ? changed : party);
    }
    if (!registry_by_name (registry, changed->name))
        append_party (&table, changed);
    return replace_file (path, buffer_text (&table), reterr);
}

/* It becomes a file's name and a column. */
static bool is_party_name (const char *name)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz";
    return name[0] != '\0' && strchr (LETTERS, name[0]) && strlen (name) < PARTY_NAME_SIZE &&
           name[strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static status_t check_new_party (const registry_t *registry, const char *name, caller_t caller, fault_t *reterr)
{
    if (!is_party_name (name))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "KEYS_NAME", "a name is a-z, 0-9 and '-', at most %d of them",
                      PARTY_NAME_SIZE - 1);
    if (caller < CALLER_TMF_DESK || caller > CALLER_OPERATOR)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "KEYS_ROLE",
                      "%s may act as tmf_desk, bif_desk, sof_desk, steering_desk or operator", name);
    if (registry_by_name (registry, name))
        return fault (reterr, STATUS_ALREADY_EXISTS, "KEYS_EXIST", "the key table has %s already", name);
    if (registry_count (registry) >= PARTIES_MAX)
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "KEYS_FULL", "the key table has %d parties", PARTIES_MAX);
    return STATUS_OK;
}

/* A secret that is there is one of an add that was interrupted before the table had it. */
status_t keys_add (const char *directory, const char *registry_path, const char *name, caller_t caller, fault_t *reterr)
{
    char path[PATH_SIZE];
    keypair_t pair;
    party_t party = { .caller = caller };
    owned (registry) registry = registry_load (registry_path, reterr);
    if (!registry)
        return STATUS_UNAVAILABLE;
    status_t status = check_new_party (registry, name, caller, reterr);
    if (status != STATUS_OK)
        return status;
    snprintf (party.name, sizeof party.name, "%s", name);
    snprintf (path, sizeof path, "%s/%s.secret", directory, name);
    bool there = access (path, F_OK) == 0;
    status = there ? secret_load (path, &pair, reterr) : secret_create (path, &pair, reterr);
    if (status != STATUS_OK)
        return status;
    memcpy (party.public_key, pair.public_key, sizeof party.public_key);
    return replace_party (registry, registry_path, &party, reterr);
}

status_t keys_revoke (const char *registry_path, const char *name, fault_t *reterr)
{
    party_t party;
    owned (registry) registry = registry_load (registry_path, reterr);
    if (!registry)
        return STATUS_UNAVAILABLE;
    status_t status = find_party (registry, name, &party, reterr);
    if (status != STATUS_OK)
        return status;
    party.revoked = true;
    return replace_party (registry, registry_path, &party, reterr);
}

status_t keys_retire (const char *registry_path, const char *name, fault_t *reterr)
{
    party_t party;
    owned (registry) registry = registry_load (registry_path, reterr);
    if (!registry)
        return STATUS_UNAVAILABLE;
    status_t status = find_party (registry, name, &party, reterr);
    if (status != STATUS_OK)
        return status;
    if (party.old_key[0] == '\0')
        return fault (reterr, STATUS_FAILED_PRECONDITION, "KEYS_SETTLED", "%s has no old key", name);
    party.old_key[0] = '\0';
    return replace_party (registry, registry_path, &party, reterr);
}

/* The new secret waits beside the old one until the table has it: whatever is interrupted, the secret in its place is
 * one that counts. */
static status_t add_key (const registry_t *registry, const char *registry_path, party_t *party, const char *waiting,
                         fault_t *reterr)
{
    keypair_t pair;
    bool there = access (waiting, F_OK) == 0;
    status_t status = there ? secret_load (waiting, &pair, reterr) : STATUS_OK;
    if (status != STATUS_OK || (there && party_has_key (party, pair.public_key)))
        return status;
    if (party->old_key[0] && !party->revoked)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "KEYS_CHANGING", "%s has two keys: retire the old one first",
                      party->name);
    if (!there && (status = secret_create (waiting, &pair, reterr)) != STATUS_OK)
        return status;
    if (party->revoked)
        party->old_key[0] = '\0';
    else
        memcpy (party->old_key, party->public_key, sizeof party->old_key);
    memcpy (party->public_key, pair.public_key, sizeof party->public_key);
    party->revoked = false;
    return replace_party (registry, registry_path, party, reterr);
}

status_t keys_rotate (const char *directory, const char *registry_path, const char *name, fault_t *reterr)
{
    char secret[PATH_SIZE], waiting[PATH_SIZE];
    party_t party;
    owned (registry) registry = registry_load (registry_path, reterr);
    if (!registry)
        return STATUS_UNAVAILABLE;
    status_t status = find_party (registry, name, &party, reterr);
    if (status != STATUS_OK)
        return status;
    snprintf (secret, sizeof secret, "%s/%s.secret", directory, name);
    snprintf (waiting, sizeof waiting, "%s/%s.secret.new", directory, name);
    status = add_key (registry, registry_path, &party, waiting, reterr);
    if (status != STATUS_OK)
        return status;
    return rename (waiting, secret) == 0
               ? STATUS_OK
               : fault (reterr, STATUS_UNAVAILABLE, "SECRET_UNWRITABLE", "cannot write %s", secret);
}
