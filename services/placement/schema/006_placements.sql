-- P10. Paid work that began. `citizen` refers to nothing: it is all that is left when the candidate has been erased, so
-- that what had been counted stays counted. Days count from 1970-01-01.

CREATE TABLE placement (
    -- minted by the service; hours hang on it
    id             INTEGER PRIMARY KEY,
    -- the candidate's number in events; one citizen may have several small jobs at once
    citizen        INTEGER NOT NULL,
    -- where; on no day are more at work than it has openings
    position       INTEGER NOT NULL REFERENCES position,
    -- first day of work; may lie ahead or behind when it is written down
    start_day      INTEGER NOT NULL,
    -- minutes a week as in the contract, which may differ from the position's; at most 37 hours
    weekly_minutes INTEGER NOT NULL CHECK (weekly_minutes BETWEEN 1 AND 2220),
    -- last day of the trial; NULL: none
    trial_until    INTEGER,
    -- last day of work, included; NULL: no end is written down
    end_day        INTEGER,
    -- 1 contract ended, 2 the citizen's wish, 3 the enterprise's wish, 4 a new job, 5 education, 6 other (EndCause);
    -- 0 while no end is written down
    cause          INTEGER NOT NULL CHECK (cause BETWEEN 0 AND 6),
    CHECK (trial_until >= start_day),
    CHECK (end_day >= start_day),
    CHECK ((end_day IS NULL) = (cause = 0))
) STRICT;
CREATE INDEX placement_position ON placement (position, end_day);
CREATE INDEX placement_citizen ON placement (citizen, end_day);
