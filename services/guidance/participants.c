/* G1: who is guided. */
#include "contract/guidance.handlers.h"
#include "guidance/guidance.h"

status_t participant_check (txn_t *txn, uint64_t participant, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT 1 FROM participant WHERE id = $1", participant);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "GUIDANCE_PARTICIPANT_UNKNOWN",
                      "there is no participant {participant=%llu}", (unsigned long long) participant);
    rows_close (row);
    return STATUS_OK;
}

static status_t check_cvr_is_new (txn_t *txn, const char *cvr, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT id FROM participant WHERE cvr = $1", cvr);
    if (!row)
        return STATUS_OK;
    unsigned long long known = rows_uint (row, 0);
    rows_close (row);
    return fault (reterr, STATUS_ALREADY_EXISTS, "GUIDANCE_CVR_KNOWN",
                  "participant {participant=%llu} has this CVR number", known);
}

static bool is_tenant (txn_t *txn, const char *cvr)
{
    rows_t *row = txn_row (txn, "SELECT 1 FROM tenant WHERE cvr = $1", cvr);
    if (row)
        rows_close (row);
    return row != NULL;
}

static status_t check_cvr_fits_kind (Guidance__ParticipantKind kind, const char *cvr, fault_t *reterr)
{
    bool enterprise = kind == GUIDANCE__PARTICIPANT_KIND__ENTERPRISE;
    if (enterprise && cvr[0] == '\0')
        return fault (reterr, STATUS_INVALID_ARGUMENT, "GUIDANCE_CVR_REQUIRED",
                      "an enterprise is known by its CVR number");
    if (!enterprise && cvr[0] != '\0')
        return fault (reterr, STATUS_INVALID_ARGUMENT, "GUIDANCE_CVR_NOT_EXPECTED",
                      "only an enterprise has a CVR number");
    return STATUS_OK;
}

status_t guidance_register_participant (txn_t *txn, const Guidance__RegisterParticipantRequest *request,
                                        Guidance__RegisterParticipantReply *reply, fault_t *reterr)
{
    status_t status = check_cvr_fits_kind (request->kind, request->cvr, reterr);
    if (status == STATUS_OK && request->cvr[0])
        status = check_cvr_is_new (txn, request->cvr, reterr);
    if (status != STATUS_OK)
        return status;
    reply->participant = txn_new_id (txn);
    (void) txn_run (txn, "INSERT INTO participant (id, kind, cvr, name, stage) VALUES ($1, $2, $3, $4, $5)",
                    reply->participant, (int) request->kind, request->cvr[0] ? request->cvr : NULL, request->name,
                    (int) request->stage);
    Guidance__ParticipantRegistered event = GUIDANCE__PARTICIPANT_REGISTERED__INIT;
    event.participant = reply->participant;
    event.tenant = request->cvr[0] && is_tenant (txn, request->cvr);
    txn_emit (txn, &event.base);
    return STATUS_OK;
}

status_t guidance_set_stage (txn_t *txn, const Guidance__SetStageRequest *request, Guidance__SetStageReply *reply,
                             fault_t *reterr)
{
    (void) reply;
    (void) txn_run (txn, "UPDATE participant SET stage = $2 WHERE id = $1", request->participant, (int) request->stage);
    return participant_check (txn, request->participant, reterr);
}

status_t guidance_record_founding (txn_t *txn, const Guidance__RecordFoundingRequest *request,
                                   Guidance__RecordFoundingReply *reply, fault_t *reterr)
{
    (void) reply;
    status_t status = participant_check (txn, request->participant, reterr);
    if (status == STATUS_OK)
        status = check_cvr_is_new (txn, request->cvr, reterr);
    if (status != STATUS_OK)
        return status;
    int64_t changed =
        txn_run (txn, "UPDATE participant SET kind = $3, cvr = $2 WHERE id = $1 AND kind = $4", request->participant,
                 request->cvr, (int) GUIDANCE__PARTICIPANT_KIND__ENTERPRISE, (int) GUIDANCE__PARTICIPANT_KIND__FOUNDER);
    if (changed == 0)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "GUIDANCE_NOT_A_FOUNDER",
                      "participant {participant=%llu} is not a founder", (unsigned long long) request->participant);
    return STATUS_OK;
}

status_t guidance_list_participants (txn_t *txn, const Guidance__ListParticipantsRequest *request,
                                     Guidance__ListParticipantsReply *reply, fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              "SELECT id, kind, participant.cvr, name, stage, tenant.cvr IS NOT NULL"
                              " FROM participant LEFT JOIN tenant ON tenant.cvr = participant.cvr"
                              " WHERE id > $1 ORDER BY id LIMIT $2",
                              request->after, page_limit (request->limit));
    while (rows_next (rows)) {
        Guidance__Participant *entry = txn_add (txn, reply->participants, reply->n_participants, guidance__participant);
        entry->participant = rows_uint (rows, 0);
        entry->kind = (Guidance__ParticipantKind) rows_int (rows, 1);
        entry->cvr = txn_text (txn, rows_text (rows, 2));
        entry->name = txn_text (txn, rows_text (rows, 3));
        entry->stage = (Guidance__Stage) rows_int (rows, 4);
        entry->tenant = rows_int (rows, 5) != 0;
        entry->enterprise = entry->kind != GUIDANCE__PARTICIPANT_KIND__VISITOR;
    }
    return STATUS_OK;
}
