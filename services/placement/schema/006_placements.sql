-- P10. Paid work that began. `citizen` refers to nothing: it is all that is left when the candidate has been erased.

CREATE TABLE placement (
    id             INTEGER PRIMARY KEY,
    citizen        INTEGER NOT NULL,
    position       INTEGER NOT NULL REFERENCES position,
    start_day      INTEGER NOT NULL,
    weekly_minutes INTEGER NOT NULL CHECK (weekly_minutes BETWEEN 1 AND 2220),  -- as in the contract
    trial_until    INTEGER,                                                     -- last day of the trial; NULL: none
    end_day        INTEGER,                                                     -- last day of work; NULL while it lasts
    cause          INTEGER NOT NULL CHECK (cause BETWEEN 0 AND 6),              -- EndCause; 0 while it lasts
    CHECK (trial_until >= start_day),
    CHECK (end_day >= start_day),
    CHECK ((end_day IS NULL) = (cause = 0))
) STRICT;
CREATE INDEX placement_position ON placement (position, end_day);
CREATE INDEX placement_citizen ON placement (citizen, end_day);
