/*
 * P5: the record of a run, for whoever wants to check it without trusting this program, and the run repeated from it.
 * Numbers stand for people there, and who is who is not in it.
 */
#include "placement/match_proof.h"
#include "base/ensure.h"
#include "base/own.h"
#include "contract/placement.contract.h"
#include "contract/placement.handlers.h"

#include <string.h>

enum {
    PROOF_PART_SIZE = 24 * 1024,  /* of a file at a time: a reply with it fits on the wire */
    REPEAT_SIZE_MAX = 1536 * 1024 /* of an instance, some 250,000 pairs: others wait no longer than for a few calls */
};

#define PART_OF(column)                                                                                                \
    "SELECT substr (" column ", $2, $3), length (" column ") FROM run_proof WHERE run = $1 AND " column " IS NOT NULL"

static const char *query_of (Placement__ProofFile file)
{
    switch (file) {
    case PLACEMENT__PROOF_FILE__INSTANCE:
        return PART_OF ("instance");
    case PLACEMENT__PROOF_FILE__PLAN:
        return PART_OF ("plan");
    case PLACEMENT__PROOF_FILE__CERTIFICATE:
        return PART_OF ("certificate");
    case PLACEMENT__PROOF_FILE__LOCKS:
        return PART_OF ("locks");
    case PLACEMENT__PROOF_FILE__CHOSEN:
        return PART_OF ("chosen");
    case PLACEMENT__PROOF_FILE__FLOOR_PLAN:
        return PART_OF ("floor_plan");
    case PLACEMENT__PROOF_FILE__FLOOR_CERTIFICATE:
        return PART_OF ("floor_certificate");
    case PLACEMENT__PROOF_FILE__HOURS:
        return PART_OF ("hours");
    case PLACEMENT__PROOF_FILE__JOBS:
        return PART_OF ("jobs");
    case PLACEMENT__PROOF_FILE__BOUND:
        return PART_OF ("bound");
    case PLACEMENT__PROOF_FILE__PROOF_FILE_UNSPECIFIED:
    case _PLACEMENT__PROOF_FILE_IS_INT_SIZE:
        break;
    }
    return NULL;
}

static status_t no_record (uint64_t run, fault_t *reterr)
{
    return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_RUN_UNKNOWN", "run %llu has no such record",
                  (unsigned long long) run);
}

status_t placement_get_proof (txn_t *txn, const Placement__GetProofRequest *request, Placement__GetProofReply *reply,
                              fault_t *reterr)
{
    const char *query = query_of (request->file);
    ensure (query); /* the rule of the field lets nothing else in */
    rows_t *row = txn_row (txn, query, request->run, (int64_t) request->from + 1, PROOF_PART_SIZE);
    if (!row)
        return no_record (request->run, reterr);
    bytes_t part = rows_blob (row, 0);
    reply->data.data = txn_alloc (txn, part.size + 1);
    if (part.size)
        memcpy (reply->data.data, part.data, part.size);
    reply->data.len = part.size;
    reply->size = rows_uint (row, 1);
    rows_close (row);
    return STATUS_OK;
}

/* --- the whole of it --- */

status_t kept_read (txn_t *txn, uint64_t run, arena_t *arena, kept_t *ret_kept, fault_t *reterr)
{
    bool no_memory = false;
    rows_t *row = txn_row (txn,
                           "SELECT instance, plan, certificate, locks, chosen, floor_plan, floor_certificate,"
                           " hours, jobs, bound,"
                           " group_percent, floor_percent, candidates, positions"
                           " FROM run_proof JOIN run ON run.id = run_proof.run WHERE run = $1 AND chosen IS NOT NULL",
                           run);
    if (!row)
        return no_record (run, reterr);
    for (int file = 0; file < RECORD_FILES; file++) {
        bytes_t bytes = rows_blob (row, file);
        uint8_t *copy = arena_alloc (arena, bytes.size + 1);
        if (copy && bytes.size)
            memcpy (copy, bytes.data, bytes.size);
        no_memory |= !copy;
        ret_kept->files[file] = bytes_of (copy, bytes.size);
    }
    ret_kept->group_percent = (uint32_t) rows_uint (row, RECORD_FILES);
    ret_kept->floor_percent = (uint32_t) rows_uint (row, RECORD_FILES + 1);
    ret_kept->candidates = (uint32_t) rows_uint (row, RECORD_FILES + 2);
    ret_kept->positions = (uint32_t) rows_uint (row, RECORD_FILES + 3);
    rows_close (row);
    if (no_memory)
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "PLACEMENT_RUN_MEMORY", "the record does not fit in memory");
    return STATUS_OK;
}

status_t placement_repeat_run (txn_t *txn, const Placement__RepeatRunRequest *request, Placement__RepeatRunReply *reply,
                               fault_t *reterr)
{
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    kept_t kept;
    status_t status = kept_read (txn, request->run, arena, &kept, reterr);
    if (status == STATUS_OK && kept.files[RECORD_INSTANCE].size > REPEAT_SIZE_MAX)
        status = fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_RUN_LARGE",
                        "so large a run is repeated with fyr-match solve, from the files that GetProof gives");
    if (status != STATUS_OK)
        return status;
    record_t again;
    record_init (&again);
    status = record_repeat (kept.files, kept.group_percent, kept.floor_percent, arena, &again, reterr);
    if (status == STATUS_OK) {
        size_t at = 0;
        record_file_t file = record_compare (kept.files, &again, &at);
        reply->same = file == RECORD_FILES;
        reply->differs_in = reply->same ? PLACEMENT__PROOF_FILE__PROOF_FILE_UNSPECIFIED
                                        : (Placement__ProofFile) ((int) PLACEMENT__PROOF_FILE__INSTANCE + (int) file);
        reply->at = reply->same ? 0 : at;
        reply->group_percent = kept.group_percent;
        reply->floor_percent = kept.floor_percent;
        reply->candidates = kept.candidates;
        reply->positions = kept.positions;
    }
    record_clear (&again);
    return status;
}
