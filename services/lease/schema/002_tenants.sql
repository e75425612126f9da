-- L3: the enterprises that rent or wish to.

CREATE TABLE tenant (
    id   INTEGER PRIMARY KEY,
    cvr  TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
) STRICT;

-- What speaks for a tenant's social purpose. Read by people; nothing is decided from it (RSV-05).
CREATE TABLE evidence (
    id       INTEGER PRIMARY KEY,
    tenant   INTEGER NOT NULL REFERENCES tenant (id),
    kind     INTEGER NOT NULL,            -- tenants.proto, EvidenceKind
    text     TEXT NOT NULL,
    seen_day INTEGER NOT NULL
) STRICT;
CREATE INDEX evidence_tenant ON evidence (tenant, seen_day);
