-- P2. Citizens who look for paid hours. Everything about one of them hangs on `citizen` and goes with an erasure; only
-- placements and hours stay, and they know the number alone. Who a candidate is stands in the case system of the
-- administration that sent the citizen, and never here.

CREATE TABLE candidate (
    -- minted by the service, in the order they came: the number that events carry
    citizen             INTEGER PRIMARY KEY,
    -- random; the id for people and for bridging. Drawn by bridging for a referred citizen, by placement for BIF's own
    pseudonym           INTEGER NOT NULL UNIQUE,
    -- 1 BIF's own, 2 referred by SOF (Source)
    source              INTEGER NOT NULL CHECK (source IN (1, 2)),
    -- minutes a week that the citizen can manage in all jobs together; 0: not stated, and excludes nothing
    weekly_minutes_most INTEGER NOT NULL CHECK (weekly_minutes_most BETWEEN 0 AND 2220),
    -- where the citizen lives (GEO-01); 0: not stated, and gives half of the points
    district            INTEGER NOT NULL CHECK (district BETWEEN 0 AND 10),
    -- instant of coming here, in milliseconds since 1970-01-01 UTC; 180 days give all points for waiting
    waiting_since       INTEGER NOT NULL
) STRICT;

-- What the citizen can do. What is not named is not known, and counts as the middle.
CREATE TABLE candidate_ability (
    citizen   INTEGER NOT NULL REFERENCES candidate,           -- whose; the row goes when the candidate is erased
    dimension TEXT NOT NULL,                                   -- the words of position_demand: 'lifting',
                                                               -- 'danish-spoken' ...
    level     INTEGER NOT NULL CHECK (level BETWEEN 0 AND 4),  -- 0 none to 4 much
    PRIMARY KEY (citizen, dimension)
) STRICT, WITHOUT ROWID;

-- Conditions of work the citizen needs. Never why. One that the workplace does not offer excludes (P3).
CREATE TABLE candidate_condition (
    citizen   INTEGER NOT NULL REFERENCES candidate,  -- whose; the row goes when the candidate is erased
    condition TEXT NOT NULL,                          -- the words of position_condition: 'quiet', 'step-free' ...
    PRIMARY KEY (citizen, condition)
) STRICT, WITHOUT ROWID;
