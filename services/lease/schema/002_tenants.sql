-- L3: the enterprises that rent or wish to. Written by TMF's staff. Enterprises and never persons. Days count from
-- 1970-01-01; ids are minted by the service and never used again.

CREATE TABLE tenant (
    id   INTEGER PRIMARY KEY,   -- goes with the events of leases and the waiting list
    cvr  TEXT NOT NULL UNIQUE,  -- CVR number, 8 digits that pass the check; told to guidance (G1), which finds its
                                -- participants by it
    name TEXT NOT NULL          -- of the enterprise, as TMF wrote it down; never in an event
) STRICT;

-- What speaks for a tenant's social purpose. Read by people; nothing is decided from it (RSV-05).
CREATE TABLE evidence (
    id       INTEGER PRIMARY KEY,                      -- the later one comes first where the day is the same
    tenant   INTEGER NOT NULL REFERENCES tenant (id),  -- whom it is about
    kind     INTEGER NOT NULL,                         -- 1 registration in the register of social enterprises,
                                                       -- 2 statutes, 3 accounts, 4 statement of the enterprise
                                                       -- (EvidenceKind)
    text     TEXT NOT NULL,                            -- what was seen, in TMF's words; about the enterprise, never
                                                       -- about a person
    seen_day INTEGER NOT NULL                          -- the day it was seen, that of writing unless TMF says another
) STRICT;
CREATE INDEX evidence_tenant ON evidence (tenant, seen_day);
