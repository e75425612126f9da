/*
 * P5: the proof of a run, for whoever wants to check it without trusting this program: the instance that was solved,
 * the plan and the prices, byte for byte as fyr-match and fyr-match-check read them. Numbers stand for people there,
 * and who is who is not in it.
 */
#include "base/ensure.h"
#include "contract/placement.contract.h"
#include "contract/placement.handlers.h"
#include "placement/placement.h"

#include <string.h>

enum { PROOF_PART_SIZE = 24 * 1024 }; /* of a file at a time: a reply with it fits on the wire */

static const char *column_of (Placement__ProofFile file)
{
    switch (file) {
    case PLACEMENT__PROOF_FILE__INSTANCE:
        return "SELECT substr (instance, $2, $3), length (instance) FROM run_proof WHERE run = $1";
    case PLACEMENT__PROOF_FILE__PLAN:
        return "SELECT substr (plan, $2, $3), length (plan) FROM run_proof WHERE run = $1";
    case PLACEMENT__PROOF_FILE__CERTIFICATE:
        return "SELECT substr (certificate, $2, $3), length (certificate) FROM run_proof WHERE run = $1";
    case PLACEMENT__PROOF_FILE__PROOF_FILE_UNSPECIFIED:
    case _PLACEMENT__PROOF_FILE_IS_INT_SIZE:
        break;
    }
    return NULL;
}

status_t placement_get_proof (txn_t *txn, const Placement__GetProofRequest *request, Placement__GetProofReply *reply,
                              fault_t *reterr)
{
    const char *query = column_of (request->file);
    ensure (query); /* the rule of the field lets nothing else in */
    rows_t *row = txn_row (txn, query, request->run, (int64_t) request->from + 1, PROOF_PART_SIZE);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "PLACEMENT_RUN_UNKNOWN", "run %llu has no proof",
                      (unsigned long long) request->run);
    bytes_t part = rows_blob (row, 0);
    reply->data.data = txn_alloc (txn, part.size + 1);
    if (part.size)
        memcpy (reply->data.data, part.data, part.size);
    reply->data.len = part.size;
    reply->size = rows_uint (row, 1);
    rows_close (row);
    return STATUS_OK;
}
