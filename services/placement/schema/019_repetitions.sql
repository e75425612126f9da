-- P5. A run that is carried out again from its record, on the worker thread.

-- The last time of each run.
CREATE TABLE repetition (
    run        INTEGER PRIMARY KEY REFERENCES run,                       -- which run; it ended with a result
    ended_at   INTEGER NOT NULL,                                         -- instant; 0: it is under way
    differs_in INTEGER NOT NULL CHECK (differs_in BETWEEN 0 AND 10),     -- ProofFile; 0: nothing differs
    at         INTEGER NOT NULL CHECK (at >= 0),                         -- the first byte that does
    unreadable INTEGER NOT NULL CHECK (unreadable IN (0, 1)),            -- 1: the record is damaged
    failed     INTEGER NOT NULL CHECK (failed IN (0, 1))                 -- 1: it ended without a result
) STRICT;
