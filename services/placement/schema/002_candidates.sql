-- P2. Citizens who look for paid hours. Everything about one of them hangs on `citizen` and goes with an erasure; only
-- placements and hours stay, and they know the number alone.

CREATE TABLE candidate (
    citizen             INTEGER PRIMARY KEY,     -- the number that events carry
    pseudonym           INTEGER NOT NULL UNIQUE, -- random; the id for people and for bridging
    source              INTEGER NOT NULL CHECK (source IN (1, 2)), -- 1 own, 2 referred (Source)
    weekly_minutes_most INTEGER NOT NULL CHECK (weekly_minutes_most BETWEEN 0 AND 2220),  -- 0: not stated
    district            INTEGER NOT NULL CHECK (district BETWEEN 0 AND 10),               -- 0: not stated
    waiting_since       INTEGER NOT NULL                                                  -- instant
) STRICT;

-- What the citizen can do. What is not named is not known.
CREATE TABLE candidate_ability (
    citizen   INTEGER NOT NULL REFERENCES candidate,
    dimension TEXT NOT NULL,
    level     INTEGER NOT NULL CHECK (level BETWEEN 0 AND 4),
    PRIMARY KEY (citizen, dimension)
) STRICT, WITHOUT ROWID;

-- Conditions of work the citizen needs. Never why.
CREATE TABLE candidate_condition (
    citizen   INTEGER NOT NULL REFERENCES candidate,
    condition TEXT NOT NULL,
    PRIMARY KEY (citizen, condition)
) STRICT, WITHOUT ROWID;
