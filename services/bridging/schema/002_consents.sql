-- B2: what a citizen has agreed to, and how it ended. Nothing leaves without one (DP-03), and it can be withdrawn at
-- any time (DP-04). Days count from 1970-01-01, instants are milliseconds since then (UTC). Rows are never deleted: a
-- receipt can be asked for afterwards.

CREATE TABLE consent (
    id              INTEGER PRIMARY KEY,                      -- minted by the service; stands on the citizen's receipt
    client          INTEGER NOT NULL REFERENCES client (id),  -- who agreed; at most 4 stand at once, 64 are kept in all
    recipient       TEXT NOT NULL,                            -- the service that may receive: 'placement', and no other
                                                              -- so far
    purpose         TEXT NOT NULL,                            -- as the citizen was told; never about the person
    fields          INTEGER NOT NULL,                         -- set of ConsentField, bit = 1 << number: 1 abilities,
                                                              -- 2 conditions, 3 hours, 4 district
    from_day        INTEGER NOT NULL,                         -- first day on which anything may leave
    until_day       INTEGER NOT NULL,                         -- last day, included; at the midnight after it a timer
                                                              -- ends the consent
    state           INTEGER NOT NULL,                         -- ConsentState: 1 standing, 2 withdrawn, 3 expired,
                                                              -- 4 client erased
    given_at        INTEGER NOT NULL,                         -- instant when SOF wrote it down
    ended_at        INTEGER,                                  -- instant; NULL while it stands
    acknowledged_at INTEGER,                                  -- instant when nobody held anything under it any more;
                                                              -- NULL before
    CHECK (fields > 0),
    CHECK (from_day <= until_day),
    CHECK (state BETWEEN 1 AND 4),
    CHECK ((state = 1) = (ended_at IS NULL)),
    CHECK (acknowledged_at IS NULL OR ended_at IS NOT NULL)
) STRICT;
CREATE INDEX consent_client ON consent (client, id);
