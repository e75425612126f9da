-- G1. Who is guided. Ids are minted by the service and never used again.

CREATE TABLE participant (
    id    INTEGER PRIMARY KEY,                             -- all that events say of somebody
    kind  INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),   -- 1 enterprise, 2 founder, 3 visitor (ParticipantKind). A
                                                           -- founder who has founded becomes 1; visitors are not
                                                           -- counted as guided (G9)
    cvr   TEXT UNIQUE,                                     -- CVR number, 8 digits, of an enterprise and of nobody else;
                                                           -- NULL for the others
    name  TEXT NOT NULL CHECK (name <> ''),                -- of the enterprise, or of a person: personal, and never in
                                                           -- an event
    stage INTEGER NOT NULL CHECK (stage BETWEEN 1 AND 4),  -- 1 idea, 2 starting, 3 operating, 4 employing (Stage); as
                                                           -- the guide sees it, changed by SetStage
    CHECK ((kind = 1) = (cvr IS NOT NULL))
) STRICT;

-- What TMF's log says: who is a tenant of the house (TenantRegistered). Kept also for those we have not met yet. It is
-- told to people and in our event; nothing is decided from it.
CREATE TABLE tenant (
    cvr    TEXT PRIMARY KEY,  -- the same number as the participant's, if there is one
    tenant INTEGER NOT NULL   -- the tenant's id in lease; for looking up there
) STRICT, WITHOUT ROWID;
