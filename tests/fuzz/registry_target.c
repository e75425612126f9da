/*
 * The key table, as somebody's editor left it. Input: the text of the file.
 *
 * It is refused clearly, or it is a table: names and keys once each, every key one that a socket takes.
 */
#include "fuzz/fuzz.h"
#include "fuzz/scratch.h"

#include "base/own.h"
#include "bus/registry.h"
#include "harness/chance.h"

#include <stdio.h>
#include <zmq.h>

static void expect_key (const registry_t *table, const party_t *party, const char *key)
{
    uint8_t raw[32];
    ensure (strlen (key) == PUBLIC_KEY_SIZE - 1 && zmq_z85_decode (raw, key));
    ensure (party_has_key (party, key));
    ensure (registry_by_key (table, key) == (party->revoked ? NULL : party));
}

static void expect_party (const registry_t *table, size_t index)
{
    const party_t *party = registry_at (table, index);
    ensure (party->caller > CALLER_NONE && party->caller < CALLER_ANYONE);
    ensure (party->name[0] && strlen (party->name) < PARTY_NAME_SIZE);
    ensure (registry_by_name (table, party->name) == party);
    expect_key (table, party, party->public_key);
    if (party->old_key[0])
        expect_key (table, party, party->old_key);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    fault_t why = { 0 };
    scratch_write ("registry", bytes_of (data, size));
    owned (registry) table = registry_load (scratch_file ("registry"), &why);
    scratch_forget ("registry");
    if (!table) {
        expect_clear (why.status, &why);
        return 0;
    }
    ensure (registry_count (table) <= PARTIES_MAX);
    for (size_t i = 0; i < registry_count (table); i++)
        expect_party (table, i);
    return 0;
}

/* Now and then a whole line more. */
size_t LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static const char *const STATES[] = { "active", "revoked", "aktiv" };
    static const char *const PLACES[] = { "-", "tcp://127.0.0.1:5601", "ipc://x" };
    uint64_t chance = seed;
    uint8_t raw[32];
    char line[384], key[PUBLIC_KEY_SIZE], old[PUBLIC_KEY_SIZE];
    if (draw (&chance) % 4 != 0)
        return LLVMFuzzerMutate (data, size, max_size);
    for (size_t i = 0; i < sizeof raw; i++)
        raw[i] = (uint8_t) draw (&chance);
    zmq_z85_encode (key, raw, sizeof raw);
    raw[0]++;
    zmq_z85_encode (old, raw, sizeof raw);
    bool rotates = draw (&chance) % 4 == 0;
    const char *caller = caller_name ((caller_t) (1 + draw (&chance) % (CALLER_COUNT - 1)));
    int length = snprintf (line, sizeof line, "n%u %s %s %s%s%s %s %s\n", (unsigned) (draw (&chance) % 300), caller,
                           STATES[draw (&chance) % 3], key, rotates ? "," : "", rotates ? old : "",
                           PLACES[draw (&chance) % 3], PLACES[draw (&chance) % 3]);
    if (size + (size_t) length > max_size)
        return size;
    memcpy (data + size, line, (size_t) length);
    return size + (size_t) length;
}
