/* L3: tenants. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

status_t tenant_find (txn_t *txn, uint64_t tenant, fault_t *reterr)
{
    if (!txn_row (txn, "SELECT 1 FROM tenant WHERE id = $1", tenant))
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_TENANT_UNKNOWN", "there is no tenant {tenant=%" PRIu64 "}",
                      tenant);
    return STATUS_OK;
}

status_t lease_register_tenant (txn_t *txn, const Lease__RegisterTenantRequest *request,
                                Lease__RegisterTenantReply *reply, fault_t *reterr)
{
    rows_t *known = txn_row (txn, "SELECT id, name FROM tenant WHERE cvr = $1", request->cvr);
    if (known)
        return fault (reterr, STATUS_ALREADY_EXISTS, "LEASE_TENANT_EXISTS",
                      "tenant {tenant=%" PRIu64 "} has that CVR number: {name=%s}", rows_uint (known, 0),
                      rows_text (known, 1));
    reply->tenant = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO tenant (id, cvr, name, returns) VALUES ($1, $2, $3,"
                    " CASE WHEN EXISTS (SELECT 1 FROM offered_position WHERE cvr = $2) THEN 1 ELSE 0 END)",
                    reply->tenant, request->cvr, request->name);
    Lease__TenantRegistered registered = LEASE__TENANT_REGISTERED__INIT;
    registered.tenant = reply->tenant;
    registered.cvr = request->cvr;
    txn_emit (txn, &registered.base);
    return STATUS_OK;
}

status_t lease_add_evidence (txn_t *txn, const Lease__AddEvidenceRequest *request, Lease__AddEvidenceReply *reply,
                             fault_t *reterr)
{
    status_t status = tenant_find (txn, request->tenant, reterr);
    if (status != STATUS_OK)
        return status;
    reply->evidence = txn_new_id (txn);
    (void) txn_run (txn, "INSERT INTO evidence (id, tenant, kind, text, seen_day) VALUES ($1, $2, $3, $4, $5)",
                    reply->evidence, request->tenant, (int) request->kind, request->text,
                    day_or (request->seen_day, txn_today (txn)));
    return STATUS_OK;
}

/* --- ListTenants --- */

enum { EVIDENCE_LISTED = 10 };

static void list_evidence (txn_t *txn, Lease__Tenant *tenant)
{
    rows_t *rows = txn_query (
        txn, "SELECT kind, text, seen_day FROM evidence WHERE tenant = $1 ORDER BY seen_day DESC, id DESC LIMIT $2",
        tenant->tenant, EVIDENCE_LISTED);
    while (rows_next (rows)) {
        Lease__Evidence *evidence = txn_add (txn, tenant->evidence, tenant->n_evidence, lease__evidence);
        evidence->kind = (Lease__EvidenceKind) rows_int (rows, 0);
        evidence->text = txn_text (txn, rows_text (rows, 1));
        evidence->seen_day = (int32_t) rows_int (rows, 2);
    }
}

status_t lease_list_tenants (txn_t *txn, const Lease__ListTenantsRequest *request, Lease__ListTenantsReply *reply,
                             fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = txn_query (txn,
                              "SELECT tenant.id, tenant.cvr, tenant.name,"
                              " (SELECT coalesce (sum (lease.desks), 0) FROM lease WHERE lease.tenant = tenant.id"
                              "   AND lease.state BETWEEN 3 AND 4)"
                              " FROM tenant WHERE tenant.id > $1 ORDER BY tenant.id LIMIT $2",
                              request->after, list_limit (request->limit));
    while (rows_next (rows)) {
        Lease__Tenant *tenant = txn_add (txn, reply->tenants, reply->n_tenants, lease__tenant);
        tenant->tenant = rows_uint (rows, 0);
        tenant->cvr = txn_text (txn, rows_text (rows, 1));
        tenant->name = txn_text (txn, rows_text (rows, 2));
        tenant->desks = (uint32_t) rows_uint (rows, 3);
        list_evidence (txn, tenant);
    }
    return STATUS_OK;
}
