-- G1. Who is guided.

CREATE TABLE participant (
    id    INTEGER PRIMARY KEY,
    kind  INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),   -- 1 enterprise, 2 founder, 3 visitor (ParticipantKind)
    cvr   TEXT UNIQUE,                                     -- of an enterprise, and of nobody else
    name  TEXT NOT NULL CHECK (name <> ''),                -- of the enterprise, or of a person
    stage INTEGER NOT NULL CHECK (stage BETWEEN 1 AND 4),  -- 1 idea, 2 starting, 3 operating, 4 employing (Stage)
    CHECK ((kind = 1) = (cvr IS NOT NULL))
) STRICT;

-- What TMF's log says: who is a tenant of the house. Kept also for those we have not met yet.
CREATE TABLE tenant (
    cvr    TEXT PRIMARY KEY,
    tenant INTEGER NOT NULL                                -- the tenant's id in lease
) STRICT, WITHOUT ROWID;
