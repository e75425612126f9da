-- R1. What the budget note promises, as the steering group's desk loaded it; loading a row again replaces it. Days
-- count from 1970-01-01.

CREATE TABLE target (
    indicator  TEXT PRIMARY KEY,           -- 'desks', 'enterprises-guided' ...: one of indicators.c
    low        INTEGER NOT NULL CHECK (low >= 0), -- reached from here on
    high       INTEGER NOT NULL,           -- the other end; equal to low when there is one number
    from_day   INTEGER NOT NULL,           -- what happened before it does not count
    to_day     INTEGER NOT NULL,           -- the last day on which it may be reached
    source     TEXT NOT NULL,              -- where it is written
    confidence TEXT NOT NULL,              -- 'high', or what makes it less
    CHECK (low <= high),
    CHECK (from_day <= to_day)
) STRICT, WITHOUT ROWID;

-- No two phases share a day; programme.c sees to it.
CREATE TABLE phase (
    phase      TEXT PRIMARY KEY,           -- 'start-up'
    from_day   INTEGER NOT NULL,           -- first day
    to_day     INTEGER NOT NULL,           -- last day
    title      TEXT NOT NULL,              -- Danish
    title_en   TEXT NOT NULL,              -- English
    source     TEXT NOT NULL,              -- where it is written
    confidence TEXT NOT NULL,              -- as of a target
    CHECK (from_day <= to_day)
) STRICT, WITHOUT ROWID;
CREATE INDEX phase_days ON phase (from_day, to_day);

CREATE TABLE district (
    district   INTEGER PRIMARY KEY CHECK (district BETWEEN 1 AND 10), -- GEO-01
    in_note    INTEGER NOT NULL CHECK (in_note IN (0, 1)),            -- the note ticks it
    area       TEXT NOT NULL,              -- the part that the note names; '' when it names none
    source     TEXT NOT NULL,              -- where it is written
    confidence TEXT NOT NULL               -- as of a target
) STRICT;
