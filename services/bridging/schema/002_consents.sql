-- B2: what a citizen has agreed to, and how it ended.

CREATE TABLE consent (
    id              INTEGER PRIMARY KEY,
    client          INTEGER NOT NULL REFERENCES client (id),
    recipient       TEXT NOT NULL,      -- the service that may receive: 'placement'
    purpose         TEXT NOT NULL,      -- as the citizen was told; never about the person
    fields          INTEGER NOT NULL,   -- set of ConsentField, bit = 1 << number
    from_day        INTEGER NOT NULL,   -- first day
    until_day       INTEGER NOT NULL,   -- last day, included
    state           INTEGER NOT NULL,   -- ConsentState: 1 standing, 2 withdrawn, 3 expired, 4 client erased
    given_at        INTEGER NOT NULL,   -- instant
    ended_at        INTEGER,            -- instant; NULL while it stands
    acknowledged_at INTEGER,            -- instant when nobody held anything under it any more; NULL before
    CHECK (fields > 0),
    CHECK (from_day <= until_day),
    CHECK (state BETWEEN 1 AND 4),
    CHECK ((state = 1) = (ended_at IS NULL)),
    CHECK (acknowledged_at IS NULL OR ended_at IS NOT NULL)
) STRICT;
CREATE INDEX consent_client ON consent (client, id);
