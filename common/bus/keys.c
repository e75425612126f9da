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

static void append_party (buffer_t *table, const char *name, const char *acts_as, bool revoked, const char *key,
                          const char *requests, const char *feed)
{
    buffer_printf (table, "%-14s %-14s %-8s %s  %s  %s\n", name, acts_as, revoked ? "revoked" : "active", key,
                   requests[0] ? requests : "-", feed[0] ? feed : "-");
}

static void begin_table (buffer_t *table)
{
    buffer_append_text (
        table, "# Who is who on the bus. Everybody has this file; it holds no secret.\n"
               "# name         may act as     state    public key                                requests  feed\n");
}

static status_t make_party (const keys_plan_t *plan, size_t index, buffer_t *table, fault_t *reterr)
{
    char path[PATH_SIZE], requests[ENDPOINT_SIZE] = "", feed[ENDPOINT_SIZE] = "";
    keypair_t pair;
    snprintf (path, sizeof path, "%s/%s.secret", plan->directory, PARTIES[index].name);
    status_t status = secret_create (path, &pair, reterr);
    if (status == STATUS_OK && PARTIES[index].service) {
        const char *host = plan->host ? plan->host : PARTIES[index].name;
        int port = plan->first_port + 2 * (int) index;
        snprintf (requests, sizeof requests, "tcp://%s:%d", host, port);
        snprintf (feed, sizeof feed, "tcp://%s:%d", host, port + 1);
        snprintf (path, sizeof path, "%s/%s.master", plan->directory, PARTIES[index].name);
        status = master_create (path, reterr);
    }
    if (status == STATUS_OK)
        append_party (table, PARTIES[index].name, PARTIES[index].acts_as, false, pair.public_key, requests, feed);
    return status;
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

status_t keys_revoke (const char *registry_path, const char *name, fault_t *reterr)
{
    owned (registry) registry = registry_load (registry_path, reterr);
    if (!registry)
        return STATUS_UNAVAILABLE;
    if (!registry_by_name (registry, name))
        return fault (reterr, STATUS_NOT_FOUND, "KEY_UNKNOWN", "the key table has no %s", name);
    owned_buffer table = BUFFER (TABLE_MAX);
    begin_table (&table);
    for (size_t i = 0; i < registry_count (registry); i++) {
        const party_t *party = registry_at (registry, i);
        bool revoked = party->revoked || strcmp (party->name, name) == 0;
        append_party (&table, party->name, caller_name (party->caller), revoked, party->public_key, party->requests,
                      party->feed);
    }
    return replace_file (registry_path, buffer_text (&table), reterr);
}
