-- P1. Jobs that social enterprises offer. A position never changes: what was decided about it rests on it.

CREATE TABLE position (
    id              INTEGER PRIMARY KEY,
    cvr             TEXT NOT NULL,                                       -- the enterprise
    name            TEXT NOT NULL CHECK (name <> ''),                    -- of the enterprise
    title           TEXT NOT NULL CHECK (title <> ''),
    tasks           TEXT NOT NULL,                                       -- what one does there, in plain words
    weekly_minutes  INTEGER NOT NULL CHECK (weekly_minutes BETWEEN 1 AND 2220),
    hourly_wage_ore INTEGER NOT NULL CHECK (hourly_wage_ore > 0),
    openings        INTEGER NOT NULL CHECK (openings BETWEEN 1 AND 50),  -- people at work there at once, at most
    district        INTEGER NOT NULL CHECK (district BETWEEN 1 AND 10),  -- GEO-01
    closed          INTEGER NOT NULL CHECK (closed IN (0, 1))            -- nobody more is proposed or starts
) STRICT;
CREATE INDEX position_open ON position (closed, id);

-- What the tasks ask for. What is not named is not asked for.
CREATE TABLE position_demand (
    position  INTEGER NOT NULL REFERENCES position,
    dimension TEXT NOT NULL,  -- 'lifting', 'danish-spoken' ...
    level     INTEGER NOT NULL CHECK (level BETWEEN 0 AND 4),
    PRIMARY KEY (position, dimension)
) STRICT, WITHOUT ROWID;

-- What the workplace offers.
CREATE TABLE position_condition (
    position  INTEGER NOT NULL REFERENCES position,
    condition TEXT NOT NULL,  -- 'quiet', 'step-free' ...
    PRIMARY KEY (position, condition)
) STRICT, WITHOUT ROWID;
