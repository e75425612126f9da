-- P1. Jobs that social enterprises offer. A position never changes: what was decided about it rests on it. An
-- enterprise that wants it otherwise closes it and opens another.

CREATE TABLE position (
    -- minted by the service; the older position has the lower one, and wins where matches are equal
    id              INTEGER PRIMARY KEY,
    -- the enterprise: CVR number, 8 digits. One may offer several positions
    cvr             TEXT NOT NULL,
    -- of the enterprise, as it stood when the position was opened
    name            TEXT NOT NULL CHECK (name <> ''),
    -- what people call the job
    title           TEXT NOT NULL CHECK (title <> ''),
    -- what one does there, in plain words; '' when nobody wrote it down. Read by people alone
    tasks           TEXT NOT NULL,
    -- minutes a week; at most 37 hours. More than the candidate has free excludes (P3)
    weekly_minutes  INTEGER NOT NULL CHECK (weekly_minutes BETWEEN 1 AND 2220),
    -- øre an hour; shown to people, and no part of the score
    hourly_wage_ore INTEGER NOT NULL CHECK (hourly_wage_ore > 0),
    -- people at work there at once, at most; those that all three have agreed on count too
    openings        INTEGER NOT NULL CHECK (openings BETWEEN 1 AND 50),
    -- where it lies (GEO-01); the candidate's own district gives points
    district        INTEGER NOT NULL CHECK (district BETWEEN 1 AND 10),
    -- 1: nobody more is proposed or starts, who works there goes on. For good
    closed          INTEGER NOT NULL CHECK (closed IN (0, 1))
) STRICT;
CREATE INDEX position_open ON position (closed, id);

-- What the tasks ask for. What is not named is not asked for.
CREATE TABLE position_demand (
    position  INTEGER NOT NULL REFERENCES position,            -- whose tasks
    dimension TEXT NOT NULL,                                   -- 'lifting', 'danish-spoken' ...:
                                                               -- services/placement/README.md lists them
    level     INTEGER NOT NULL CHECK (level BETWEEN 0 AND 4),  -- 0 none to 4 much; more than 2 above the ability
                                                               -- excludes (P3)
    PRIMARY KEY (position, dimension)
) STRICT, WITHOUT ROWID;

-- What the workplace offers. A candidate who needs a condition that does not stand here is excluded (P3).
CREATE TABLE position_condition (
    position  INTEGER NOT NULL REFERENCES position,  -- whose workplace
    condition TEXT NOT NULL,                         -- 'quiet', 'step-free' ...: the same file lists them
    PRIMARY KEY (position, condition)
) STRICT, WITHOUT ROWID;
