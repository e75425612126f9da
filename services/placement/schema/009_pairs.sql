-- P8. What people decided about a pair before any run. Rows stay when they end, and go with the erasure of the candidate.
-- Instants are milliseconds since 1970-01-01 UTC.

CREATE TABLE pair (
    id         INTEGER PRIMARY KEY,                           -- minted by the service
    citizen    INTEGER NOT NULL REFERENCES candidate,         -- as in candidate; goes with it
    position   INTEGER NOT NULL REFERENCES position,          -- where
    kind       INTEGER NOT NULL CHECK (kind IN (1, 2)),       -- 1 locked: a run gives this citizen this position and no
                                                              -- other; 2 forbidden: never proposed (PairKind)
    reason     TEXT NOT NULL CHECK (reason <> ''),            -- why, in the words of who decided it
    since      INTEGER NOT NULL,                              -- instant when it was written down
    actor      TEXT NOT NULL,                                 -- who wrote it down, as the journal names them
    ended_at   INTEGER,                                       -- instant; NULL: it stands
    end_reason TEXT NOT NULL,                                 -- why it was taken back; '' while it stands, and where a no
                                                              -- or the start of the work ended it
    CHECK (end_reason = '' OR ended_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX pair_stands ON pair (citizen, position) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX pair_lock ON pair (citizen) WHERE kind = 1 AND ended_at IS NULL;
CREATE INDEX pair_citizen ON pair (citizen, id);
CREATE INDEX pair_position ON pair (position, id);
