/*
 * P5: the record of a run, for whoever wants to check it without trusting this program, and the run repeated from it.
 * Numbers stand for people there, and who is who is not in it.
 */
#include "placement/match_proof.h"
#include "base/ensure.h"
#include "base/own.h"
#include "contract/placement.contract.h"
#include "contract/placement.handlers.h"
#include "wire/message.h"

#include "fyrtaarn/placement/v1/snapshot.pb-c.h"

#include <string.h>

enum { PROOF_PART_SIZE = 24 * 1024 /* of a file at a time: a reply with it fits on the wire */ };

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

/* --- repeated ---
 *
 *     RepeatRun ──► the record, as it is kept ──► repeat_run on the worker thread ──► repeat_done ──► GetRun
 */

status_t placement_repeat_run (txn_t *txn, const Placement__RepeatRunRequest *request, Placement__RepeatRunReply *reply,
                               fault_t *reterr)
{
    (void) reply;
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    kept_t kept;
    status_t status = kept_read (txn, request->run, arena, &kept, reterr);
    if (status != STATUS_OK)
        return status;
    owned_buffer input = BUFFER (RUN_INPUT_MAX);
    ProtobufCBinaryData files[RECORD_FILES];
    Placement__Record record = PLACEMENT__RECORD__INIT;
    record.files = files;
    record.group_percent = kept.group_percent;
    record.floor_percent = kept.floor_percent;
    for (; record.n_files < RECORD_FILES; record.n_files++)
        files[record.n_files] =
            (ProtobufCBinaryData){ kept.files[record.n_files].size, (uint8_t *) kept.files[record.n_files].data };
    message_pack (&record.base, &input);
    ensure (!input.overflowed); /* what it once came from was no longer */
    txn_unjob (txn, "repeat", request->run);
    (void) txn_run (txn,
                    "INSERT INTO repetition (run, ended_at, differs_in, at, unreadable, failed)"
                    " VALUES ($1, 0, 0, 0, 0, 0) ON CONFLICT (run)"
                    " DO UPDATE SET ended_at = 0, differs_in = 0, at = 0, unreadable = 0, failed = 0",
                    request->run);
    txn_job (txn, "repeat", request->run, buffer_bytes (&input));
    return STATUS_OK;
}

static bool goes_on (void *job)
{
    return job_progress (job, 0);
}

static void compare (const bytes_t kept[RECORD_FILES], const record_t *again, buffer_t *output)
{
    size_t at = 0;
    record_file_t file = record_compare (kept, again, &at);
    Placement__Repetition repetition = PLACEMENT__REPETITION__INIT;
    repetition.same = file == RECORD_FILES;
    if (!repetition.same) {
        repetition.differs_in = (Placement__ProofFile) ((int) PLACEMENT__PROOF_FILE__INSTANCE + (int) file);
        repetition.at = at;
    }
    message_pack (&repetition.base, output);
}

status_t repeat_run (job_t *job, bytes_t input, buffer_t *output, fault_t *reterr)
{
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    ProtobufCMessage *message = NULL;
    bytes_t kept[RECORD_FILES] = { { 0 } };
    status_t status = message_decode (&placement_record_rule, input, RUN_INPUT_MAX, arena, &message, reterr);
    if (status != STATUS_OK)
        return status;
    const Placement__Record *record = (const Placement__Record *) message;
    for (size_t i = 0; i < record->n_files && i < RECORD_FILES; i++)
        kept[i] = bytes_of (record->files[i].data, record->files[i].len);
    record_t again;
    record_init (&again);
    status = record_repeat (kept, record->group_percent, record->floor_percent, job ? goes_on : NULL, job, arena,
                            &again, reterr);
    if (status == STATUS_OK)
        compare (kept, &again, output);
    record_clear (&again);
    return status;
}

static void end_repetition (txn_t *txn, uint64_t run, const Placement__Repetition *how)
{
    (void) txn_run (txn,
                    "UPDATE repetition SET ended_at = $2, differs_in = $3, at = $4, unreadable = $5, failed = $6"
                    " WHERE run = $1",
                    run, txn_now (txn), (int) how->differs_in, how->at, how->unreadable ? 1 : 0, how->failed ? 1 : 0);
}

status_t repeat_done (txn_t *txn, uint64_t run, bytes_t output, fault_t *reterr)
{
    owned (arena) arena = arena_new (WIRE_MESSAGE_MAX);
    ProtobufCMessage *message = NULL;
    status_t status = message_decode (&placement_repetition_rule, output, WIRE_MESSAGE_MAX, arena, &message, reterr);
    if (status == STATUS_OK)
        end_repetition (txn, run, (const Placement__Repetition *) message);
    return status;
}

status_t repeat_failed (txn_t *txn, uint64_t run, status_t status, fault_t *reterr)
{
    (void) reterr;
    Placement__Repetition how = PLACEMENT__REPETITION__INIT;
    how.unreadable = status == STATUS_DATA_LOSS;
    how.failed = !how.unreadable;
    end_repetition (txn, run, &how);
    return STATUS_OK;
}

Placement__Repetition *repetition_read (txn_t *txn, uint64_t run)
{
    rows_t *row =
        txn_row (txn, "SELECT ended_at, differs_in, at, unreadable, failed FROM repetition WHERE run = $1", run);
    if (!row)
        return NULL;
    Placement__Repetition *repetition = (Placement__Repetition *) txn_message (txn, &placement__repetition__descriptor);
    repetition->ended_at = rows_int (row, 0);
    repetition->differs_in = (Placement__ProofFile) rows_int (row, 1);
    repetition->at = rows_uint (row, 2);
    repetition->unreadable = rows_int (row, 3) != 0;
    repetition->failed = rows_int (row, 4) != 0;
    repetition->same = repetition->ended_at && !repetition->unreadable && !repetition->failed &&
                       repetition->differs_in == PLACEMENT__PROOF_FILE__PROOF_FILE_UNSPECIFIED;
    rows_close (row);
    return repetition;
}
