/* L11: what the house lends. One item is with one tenant at a time, and what is damaged or lost is not lent. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

static status_t find_item (txn_t *txn, uint64_t item, Lease__ItemCondition *ret_condition, fault_t *reterr)
{
    rows_t *row = txn_row (txn, "SELECT condition FROM item WHERE id = $1", item);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_ITEM_UNKNOWN", "there is no item {item=%" PRIu64 "}", item);
    *ret_condition = (Lease__ItemCondition) rows_int (row, 0);
    rows_close (row);
    return STATUS_OK;
}

static void set_condition (txn_t *txn, uint64_t item, Lease__ItemCondition condition)
{
    (void) txn_run (txn, "UPDATE item SET condition = $2 WHERE id = $1", item, (int) condition);
}

status_t lease_add_item (txn_t *txn, const Lease__AddItemRequest *request, Lease__AddItemReply *reply, fault_t *reterr)
{
    rows_t *known = txn_row (txn, "SELECT id FROM item WHERE name = $1", request->name);
    if (known)
        return fault (reterr, STATUS_ALREADY_EXISTS, "LEASE_ITEM_EXISTS", "item {item=%" PRIu64 "} is called {name=%s}",
                      rows_uint (known, 0), request->name);
    reply->item = txn_new_id (txn);
    (void) txn_run (txn, "INSERT INTO item (id, name, kind, condition) VALUES ($1, $2, $3, $4)", reply->item,
                    request->name, request->kind,
                    request->condition ? (int) request->condition : (int) LEASE__ITEM_CONDITION__GOOD);
    return STATUS_OK;
}

static status_t check_in_the_house (txn_t *txn, uint64_t item, fault_t *reterr)
{
    char day[ISO_DAY_SIZE];
    rows_t *out = txn_row (txn,
                           "SELECT tenant.name, loan.due_day FROM loan JOIN tenant ON tenant.id = loan.tenant"
                           " WHERE loan.item = $1 AND loan.returned_day IS NULL",
                           item);
    return out ? fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_ITEM_OUT", "{who=%s} has it until {until=%s}",
                        rows_text (out, 0), day_text ((int32_t) rows_int (out, 1), day))
               : STATUS_OK;
}

status_t lease_lend_item (txn_t *txn, const Lease__LendItemRequest *request, Lease__LendItemReply *reply,
                          fault_t *reterr)
{
    Lease__ItemCondition condition;
    status_t status = find_item (txn, request->item, &condition, reterr);
    if (status == STATUS_OK)
        status = tenant_find (txn, request->tenant, reterr);
    if (status == STATUS_OK)
        status = check_in_the_house (txn, request->item, reterr);
    if (status != STATUS_OK)
        return status;
    if (condition >= LEASE__ITEM_CONDITION__DAMAGED)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_ITEM_UNFIT", "it is {condition=%s}",
                      condition == LEASE__ITEM_CONDITION__LOST ? "lost" : "damaged");
    if (request->due_day < txn_today (txn))
        return fault (reterr, STATUS_INVALID_ARGUMENT, "LEASE_DAYS_REVERSED", "it would be due before it is lent");
    reply->loan = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO loan (id, item, tenant, from_day, due_day, remark) VALUES ($1, $2, $3, $4, $5, '')",
                    reply->loan, request->item, request->tenant, txn_today (txn), request->due_day);
    return STATUS_OK;
}

status_t lease_return_item (txn_t *txn, const Lease__ReturnItemRequest *request, Lease__ReturnItemReply *reply,
                            fault_t *reterr)
{
    Lease__ItemCondition condition;
    status_t status = find_item (txn, request->item, &condition, reterr);
    if (status != STATUS_OK)
        return status;
    rows_t *out = txn_row (txn, "SELECT id, due_day FROM loan WHERE item = $1 AND returned_day IS NULL", request->item);
    if (!out)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_ITEM_IN", "nobody has it");
    uint64_t loan = rows_uint (out, 0);
    reply->late = rows_int (out, 1) < txn_today (txn);
    rows_close (out);
    (void) txn_run (txn, "UPDATE loan SET returned_day = $2, condition = $3, remark = $4 WHERE id = $1", loan,
                    txn_today (txn), (int) request->condition, request->remark);
    set_condition (txn, request->item, request->condition);
    return STATUS_OK;
}

status_t lease_set_condition (txn_t *txn, const Lease__SetConditionRequest *request, Lease__SetConditionReply *reply,
                              fault_t *reterr)
{
    (void) reply;
    Lease__ItemCondition condition;
    status_t status = find_item (txn, request->item, &condition, reterr);
    if (status == STATUS_OK)
        set_condition (txn, request->item, request->condition);
    return status;
}

/* --- queries --- */

#define ITEM "SELECT item.id, item.kind, item.name, item.condition, coalesce (tenant.name, ''), loan.due_day FROM "
#define ITEMS                                                                                                          \
    ITEM "item LEFT JOIN loan ON loan.item = item.id AND loan.returned_day IS NULL"                                    \
         " LEFT JOIN tenant ON tenant.id = loan.tenant WHERE item.id > $1"

static rows_t *query_items (txn_t *txn, const Lease__ListItemsRequest *request)
{
    uint32_t limit = list_limit (request->limit);
    if (request->out)
        return txn_query (txn,
                          ITEM "loan JOIN item ON item.id = loan.item JOIN tenant ON tenant.id = loan.tenant"
                               " WHERE loan.returned_day IS NULL AND loan.item > $1 AND ($3 = '' OR item.kind = $3)"
                               " ORDER BY loan.item LIMIT $2",
                          request->after, limit, request->kind);
    if (request->kind[0])
        return txn_query (txn, ITEMS " AND item.kind = $3 ORDER BY item.id LIMIT $2", request->after, limit,
                          request->kind);
    return txn_query (txn, ITEMS " ORDER BY item.id LIMIT $2", request->after, limit);
}

status_t lease_list_items (txn_t *txn, const Lease__ListItemsRequest *request, Lease__ListItemsReply *reply,
                           fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = query_items (txn, request);
    while (rows_next (rows)) {
        Lease__Item *item = txn_add (txn, reply->items, reply->n_items, lease__item);
        item->item = rows_uint (rows, 0);
        item->kind = txn_text (txn, rows_text (rows, 1));
        item->name = txn_text (txn, rows_text (rows, 2));
        item->condition = (Lease__ItemCondition) rows_int (rows, 3);
        item->lent_to = txn_text (txn, rows_text (rows, 4));
        item->due_day = (int32_t) rows_int (rows, 5);
        item->overdue = item->due_day && item->due_day < txn_today (txn);
    }
    return STATUS_OK;
}

status_t lease_list_loans (txn_t *txn, const Lease__ListLoansRequest *request, Lease__ListLoansReply *reply,
                           fault_t *reterr)
{
    (void) reterr;
    rows_t *rows =
        txn_query (txn,
                   "SELECT loan.id, tenant.name, from_day, due_day, returned_day, condition, remark FROM loan"
                   " JOIN tenant ON tenant.id = loan.tenant WHERE item = $1 ORDER BY loan.id DESC LIMIT $2",
                   request->item, list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__Loan *loan = txn_add (txn, reply->loans, reply->n_loans, lease__loan);
        loan->loan = rows_uint (rows, 0);
        loan->tenant_name = txn_text (txn, rows_text (rows, 1));
        loan->from_day = (int32_t) rows_int (rows, 2);
        loan->due_day = (int32_t) rows_int (rows, 3);
        loan->returned_day = (int32_t) rows_int (rows, 4);
        loan->condition = (Lease__ItemCondition) rows_int (rows, 5);
        loan->remark = txn_text (txn, rows_text (rows, 6));
    }
    return STATUS_OK;
}
