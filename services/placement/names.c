/* X5: what people type instead of an id. */
#include "node/names.h"
#include "contract/placement.handlers.h"

static const named_t POSITIONS = NAMED_IN ("position", "title", "closed = 0");

status_t placement_find_position_names (txn_t *txn, const Placement__FindPositionNamesRequest *request,
                                        Placement__FindPositionNamesReply *reply, fault_t *reterr)
{
    (void) reterr;
    found_name_t found[NAMES_FOUND_MAX];
    size_t count = names_find (txn, &POSITIONS, request->name, found);
    for (size_t i = 0; i < count; i++) {
        Placement__FoundName *entry = txn_add (txn, reply->names, reply->n_names, placement__found_name);
        entry->id = found[i].id;
        entry->name = txn_text (txn, found[i].name);
    }
    return STATUS_OK;
}
