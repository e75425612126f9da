#include "bus/registry.h"

#include "base/bytes.h"
#include "base/ensure.h"
#include "base/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { FILE_MAX = 256 * 1024, LINE_MAX_SIZE = 512, FIELDS = 6 };

struct registry {
    char *path;
    buffer_t text; /* as last read: what a change is compared with */
    party_t parties[PARTIES_MAX];
    size_t count;
    unsigned withdrawals;
};

static status_t read_file (const char *path, buffer_t *out, fault_t *reterr)
{
    FILE *file = fopen (path, "r");
    if (!file)
        return fault (reterr, STATUS_UNAVAILABLE, "REGISTRY_UNREADABLE", "cannot read the key table %s", path);
    char chunk[4096];
    size_t size;
    while ((size = fread (chunk, 1, sizeof chunk, file)) > 0)
        buffer_append (out, chunk, size);
    bool failed = ferror (file) != 0 || out->overflowed;
    fclose (file);
    return failed
               ? fault (reterr, STATUS_UNAVAILABLE, "REGISTRY_UNREADABLE", "cannot read all of the key table %s", path)
               : STATUS_OK;
}

static bool take (char *out, size_t size, const char *text)
{
    if (strlen (text) >= size)
        return false;
    memcpy (out, text, strlen (text) + 1);
    return true;
}

static bool take_endpoint (char *out, const char *text)
{
    if (strcmp (text, "-") == 0)
        text = "";
    else if (strncmp (text, "tcp://", 6) != 0)
        return false;
    return take (out, ENDPOINT_SIZE, text);
}

/* A socket that is given anything else as a key ends the process. */
static bool is_key (const char *text)
{
    uint8_t raw[32];
    return strlen (text) == PUBLIC_KEY_SIZE - 1 && zmq_z85_decode (raw, text) != NULL;
}

/* A comma is not in the alphabet of keys. */
static bool take_keys (party_t *party, char *text)
{
    char *comma = strchr (text, ',');
    if (comma)
        *comma = '\0';
    const char *old = comma ? comma + 1 : "";
    return is_key (text) && (!comma || (is_key (old) && strcmp (text, old) != 0)) &&
           take (party->public_key, sizeof party->public_key, text) &&
           take (party->old_key, sizeof party->old_key, old);
}

static bool parse_party (char *fields[FIELDS], party_t *ret_party)
{
    *ret_party = (party_t){ .caller = caller_by_name (fields[1]), .revoked = strcmp (fields[2], "revoked") == 0 };
    bool known_state = ret_party->revoked || strcmp (fields[2], "active") == 0;
    return ret_party->caller != CALLER_NONE && ret_party->caller != CALLER_ANYONE && known_state &&
           take (ret_party->name, sizeof ret_party->name, fields[0]) && take_keys (ret_party, fields[3]) &&
           take_endpoint (ret_party->requests, fields[4]) && take_endpoint (ret_party->feed, fields[5]);
}

static size_t split (char *line, char *fields[FIELDS + 1])
{
    size_t count = 0;
    char *rest = NULL;
    for (char *word = strtok_r (line, " \t\r", &rest); word && count <= FIELDS; word = strtok_r (NULL, " \t\r", &rest))
        fields[count++] = word;
    return count;
}

bool party_has_key (const party_t *party, const char *public_key)
{
    return public_key[0] && (strcmp (party->public_key, public_key) == 0 || strcmp (party->old_key, public_key) == 0);
}

const char *party_keys (const party_t *party, char out[KEYS_TEXT_SIZE])
{
    snprintf (out, KEYS_TEXT_SIZE, "%s%s%s", party->public_key, party->old_key[0] ? "," : "", party->old_key);
    return out;
}

static bool stands_already (const registry_t *self, const party_t *party)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->parties[i].name, party->name) == 0 || party_has_key (&self->parties[i], party->public_key) ||
            party_has_key (&self->parties[i], party->old_key))
            return true;
    return false;
}

static status_t parse_line (registry_t *self, char *line, int number, fault_t *reterr)
{
    char *fields[FIELDS + 1];
    size_t count = split (line, fields);
    if (count == 0 || fields[0][0] == '#')
        return STATUS_OK;
    party_t party;
    if (count != FIELDS || !parse_party (fields, &party))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "REGISTRY_MALFORMED", "key table line %d: not a party", number);
    if (self->count == PARTIES_MAX)
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "REGISTRY_FULL", "key table line %d: more than %d parties",
                      number, PARTIES_MAX);
    if (stands_already (self, &party))
        return fault (reterr, STATUS_ALREADY_EXISTS, "REGISTRY_DUPLICATE",
                      "key table line %d: this name or key stands already", number);
    self->parties[self->count++] = party;
    return STATUS_OK;
}

static status_t parse (registry_t *self, fault_t *reterr)
{
    int number = 0;
    const char *at = buffer_text (&self->text);
    if (strlen (at) != self->text.size)
        return fault (reterr, STATUS_INVALID_ARGUMENT, "REGISTRY_MALFORMED", "the key table is not text");
    while (*at) {
        size_t length = strcspn (at, "\n");
        char line[LINE_MAX_SIZE];
        number++;
        if (length >= sizeof line)
            return fault (reterr, STATUS_INVALID_ARGUMENT, "REGISTRY_MALFORMED", "key table line %d: too long", number);
        memcpy (line, at, length);
        line[length] = '\0';
        status_t status = parse_line (self, line, number, reterr);
        if (status != STATUS_OK)
            return status;
        at += length + (at[length] == '\n');
    }
    return STATUS_OK;
}

registry_t *registry_load (const char *path, fault_t *reterr)
{
    owned (registry) self = calloc (1, sizeof *self);
    ensure (self);
    self->path = strdup (path);
    ensure (self->path);
    self->text = BUFFER (FILE_MAX);
    if (read_file (path, &self->text, reterr) != STATUS_OK || parse (self, reterr) != STATUS_OK)
        return NULL;
    return give (self);
}

void registry_destroy (registry_t **self)
{
    if (!*self)
        return;
    buffer_clear (&(*self)->text);
    free ((*self)->path);
    free (*self);
    *self = NULL;
}

static bool takes_away (const registry_t *self, const registry_t *old)
{
    for (size_t i = 0; i < old->count; i++) {
        const party_t *party = &old->parties[i];
        if (!party->revoked && (!registry_by_key (self, party->public_key) ||
                                (party->old_key[0] && !registry_by_key (self, party->old_key))))
            return true;
    }
    return false;
}

bool registry_refresh (registry_t *self, fault_t *reterr)
{
    owned (registry) fresh = registry_load (self->path, reterr);
    if (!fresh || bytes_equal (buffer_bytes (&fresh->text), buffer_bytes (&self->text)))
        return false;
    fresh->withdrawals = self->withdrawals + takes_away (fresh, self);
    registry_t old = *self;
    *self = *fresh;
    *fresh = old;
    return true;
}

unsigned registry_withdrawals (const registry_t *self)
{
    return self->withdrawals;
}

const party_t *registry_by_key (const registry_t *self, const char *public_key)
{
    for (size_t i = 0; i < self->count; i++)
        if (party_has_key (&self->parties[i], public_key))
            return self->parties[i].revoked ? NULL : &self->parties[i];
    return NULL;
}

const party_t *registry_by_name (const registry_t *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->parties[i].name, name) == 0)
            return &self->parties[i];
    return NULL;
}

size_t registry_count (const registry_t *self)
{
    return self->count;
}

const party_t *registry_at (const registry_t *self, size_t index)
{
    ensure (index < self->count);
    return &self->parties[index];
}
