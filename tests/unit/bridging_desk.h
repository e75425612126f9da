/* What the tests of bridging say and look for: SOF's desk, and what lies on disk. */
#ifndef FYR_TESTS_BRIDGING_DESK_H
#define FYR_TESTS_BRIDGING_DESK_H

#include "harness/rig.h"

#include "base/own.h"
#include "bridging/bridging.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOF(method, ...) rig_ok (rig, CALLER_SOF_DESK, "bridging", method, __VA_ARGS__)
#define SOF_REFUSED(method, why, ...) rig_refused (rig, CALLER_SOF_DESK, "bridging", method, why, __VA_ARGS__)

static const char NAME[] = "Birgitte Søndergaard";
static const char CPR[] = "0101701232"; /* fails modulus 11 */
static const char BARRIERS[] = "Har boet på gaden";

static inline uint64_t id_of (json_t *reply, const char *field)
{
    return (uint64_t) rig_number (reply, field);
}

static inline uint64_t client_named (rig_t *rig, const char *name, const char *cpr)
{
    return id_of (
        SOF ("Clients/RegisterClient",
             "{'record': {'name': '%s', 'cpr': '%s', 'contact': 'Herberget, tlf. 33 33 33 33',"
             " 'notes': 'Ringer selv', 'barriers': '%s', 'conditions': ['quiet', 'flexible-start'],"
             " 'abilities': [{'dimension': 'lifting', 'level': 3}], 'weekly_minutes_most': 480, 'district': 3,"
             " 'times': [{'day': 'MONDAY', 'from_hour': 9, 'until_hour': 15}], 'travel_minutes_most': 40}}",
             name, cpr, BARRIERS),
        "client");
}

static inline uint64_t client (rig_t *rig)
{
    return client_named (rig, NAME, CPR);
}

static inline uint64_t consent_to (rig_t *rig, uint64_t person, const char *fields)
{
    return id_of (SOF ("Consents/GiveConsent",
                       "{'client': %llu, 'recipient': 'placement', 'purpose': 'Match til småjob', 'fields': [%s],"
                       " 'from_day': '2026-03-01', 'until_day': '2026-06-30'}",
                       (unsigned long long) person, fields),
                  "consent");
}

static inline uint64_t consent (rig_t *rig, uint64_t person)
{
    return consent_to (rig, person, "'ABILITIES', 'CONDITIONS', 'HOURS', 'DISTRICT'");
}

static inline uint64_t refer (rig_t *rig, uint64_t person, uint64_t under)
{
    return id_of (SOF ("Referrals/ReferClient",
                       "{'client': %llu, 'consent': %llu, 'answer_by': '2026-03-16T12:00:00Z'}",
                       (unsigned long long) person, (unsigned long long) under),
                  "referral");
}

static inline json_t *referral (rig_t *rig, uint64_t id)
{
    return SOF ("Referrals/GetReferral", "{'referral': %llu}", (unsigned long long) id);
}

static inline const char *state_of (rig_t *rig, uint64_t id)
{
    return rig_text (json_object_get (referral (rig, id), "referral"), "state");
}

static inline uint64_t pseudonym_of (rig_t *rig, uint64_t id)
{
    return id_of (referral (rig, id), "pseudonym");
}

static inline json_t *receipt (rig_t *rig, uint64_t of)
{
    return SOF ("Consents/GetReceipt", "{'consent': %llu}", (unsigned long long) of);
}

static inline bool complete (rig_t *rig, uint64_t of)
{
    return json_is_true (json_object_get (receipt (rig, of), "complete"));
}

static inline void withdraw (rig_t *rig, uint64_t which)
{
    (void) SOF ("Consents/WithdrawConsent", "{'consent': %llu}", (unsigned long long) which);
}

static inline void answer (rig_t *rig, uint64_t pseudonym, const char *outcome, const char *reason)
{
    (void) rig_ok (rig, CALLER_PLACEMENT, "bridging", "Referrals/AnswerReferral",
                   "{'pseudonym': '%llu', 'outcome': '%s', 'reason': '%s'}", (unsigned long long) pseudonym, outcome,
                   reason);
}

/* --- looking inside --- */

static inline int64_t count_in (rig_t *rig, const char *service, const char *statement)
{
    store_t *store = rig_store (rig, service);
    store_begin (store);
    rows_t *row = store_row (store, statement);
    int64_t count = row ? rows_int (row, 0) : -1;
    if (row)
        rows_close (row);
    store_rollback (store);
    return count;
}

static inline void append_file (buffer_t *out, const char *path, const char *suffix)
{
    char name[256];
    uint8_t part[4096];
    (void) snprintf (name, sizeof name, "%s%s", path, suffix);
    FILE *file = fopen (name, "rb");
    for (size_t got; file && (got = fread (part, 1, sizeof part, file)) > 0;)
        buffer_append (out, part, got);
    if (file)
        (void) fclose (file);
}

/* Every byte that a service has on disk: the database and its write-ahead log. */
static inline void disk_of (rig_t *rig, const char *service, buffer_t *out)
{
    store_t *store = rig_store (rig, service);
    char path[200];
    store_begin (store);
    rows_t *row = store_row (store, "SELECT file FROM pragma_database_list WHERE name = 'main'");
    cr_assert (row);
    (void) snprintf (path, sizeof path, "%s", rows_text (row, 0));
    rows_close (row);
    store_rollback (store);
    append_file (out, path, "");
    append_file (out, path, "-wal");
    cr_assert (!out->overflowed && out->size > 0);
}

static inline bool contains (bytes_t bytes, const void *what, size_t size)
{
    return memmem (bytes.data, bytes.size, what, size) != NULL;
}

static inline bool on_disk (rig_t *rig, const char *service, const char *text)
{
    owned_buffer disk = BUFFER (256 * 1024 * 1024);
    disk_of (rig, service, &disk);
    return contains (buffer_bytes (&disk), text, strlen (text));
}

#endif
