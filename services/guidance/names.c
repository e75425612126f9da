/* X5: what people type instead of an id. */
#include "node/names.h"
#include "contract/guidance.handlers.h"
#include "guidance/guidance.h"

static const named_t OFFERS = NAMED_IN ("offer", "title", "TRUE");
static const named_t GUIDES = NAMED_IN ("guide", "name", "TRUE");
static const named_t PARTICIPANTS = NAMED_IN ("participant", "name", "TRUE");

status_t guidance_find_names (txn_t *txn, const Guidance__FindNamesRequest *request, Guidance__FindNamesReply *reply,
                              fault_t *reterr)
{
    (void) reterr;
    found_name_t found[NAMES_FOUND_MAX];
    const named_t *named = request->kind == GUIDANCE__NAMED__NAMED_OFFER ? &OFFERS : &GUIDES;
    size_t count = names_find (txn, named, request->name, found);
    for (size_t i = 0; i < count; i++) {
        Guidance__FoundName *entry = txn_add (txn, reply->names, reply->n_names, guidance__found_name);
        entry->id = found[i].id;
        entry->name = txn_text (txn, found[i].name);
    }
    return STATUS_OK;
}

status_t guidance_find_participant_names (txn_t *txn, const Guidance__FindParticipantNamesRequest *request,
                                          Guidance__FindParticipantNamesReply *reply, fault_t *reterr)
{
    (void) reterr;
    found_name_t found[NAMES_FOUND_MAX];
    size_t count = names_find (txn, &PARTICIPANTS, request->name, found);
    for (size_t i = 0; i < count; i++) {
        Guidance__FoundParticipant *entry = txn_add (txn, reply->names, reply->n_names, guidance__found_participant);
        entry->id = found[i].id;
        entry->name = txn_text (txn, found[i].name);
    }
    return STATUS_OK;
}
