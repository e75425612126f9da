-- P1, P2, P3. When the work lies and when a citizen can; how long the way to work is and can be.

-- Hours in which somebody has to be at work. None: whenever it suits.
CREATE TABLE position_time (
    position   INTEGER NOT NULL REFERENCES position,                  -- whose
    day        INTEGER NOT NULL CHECK (day BETWEEN 1 AND 7),          -- 1 Monday to 7 Sunday
    from_hour  INTEGER NOT NULL CHECK (from_hour BETWEEN 0 AND 23),   -- o'clock in Copenhagen
    until_hour INTEGER NOT NULL CHECK (until_hour BETWEEN 1 AND 24),  -- the first hour after it
    PRIMARY KEY (position, day, from_hour),
    CHECK (from_hour < until_hour)
) STRICT, WITHOUT ROWID;

-- Hours in which the citizen can work. None: not stated, and excludes nothing.
CREATE TABLE candidate_time (
    citizen    INTEGER NOT NULL REFERENCES candidate,                 -- whose; the row goes when the candidate is erased
    day        INTEGER NOT NULL CHECK (day BETWEEN 1 AND 7),          -- as in position_time
    from_hour  INTEGER NOT NULL CHECK (from_hour BETWEEN 0 AND 23),   -- o'clock in Copenhagen
    until_hour INTEGER NOT NULL CHECK (until_hour BETWEEN 1 AND 24),  -- the first hour after it
    PRIMARY KEY (citizen, day, from_hour),
    CHECK (from_hour < until_hour)
) STRICT, WITHOUT ROWID;

-- minutes that the way to work may take, by the table of travel in force; 0: not stated, and excludes nothing
ALTER TABLE candidate ADD COLUMN travel_minutes_most INTEGER NOT NULL DEFAULT 0
    CHECK (travel_minutes_most BETWEEN 0 AND 240);

-- Tables of travel between the districts that were loaded. The newest is in force; without any, the one that came with
-- the program (deploy/facts/travel.csv). Rows are added and never changed.
CREATE TABLE travel_file (
    version   INTEGER PRIMARY KEY,          -- minted by the service, rises
    loaded_at INTEGER NOT NULL,             -- instant (milliseconds since 1970-01-01 UTC)
    actor     TEXT NOT NULL,                -- who loaded it, as the journal names them
    reason    TEXT NOT NULL,                -- why, in their words; published with the table
    csv       TEXT NOT NULL                 -- as it was loaded: from;to;minutes;source;confidence
) STRICT;

-- the table of travel that the run went by; 0: the one of the program
ALTER TABLE run ADD COLUMN travel INTEGER NOT NULL DEFAULT 0;
