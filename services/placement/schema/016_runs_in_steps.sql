-- P5. A run of many: its snapshot is taken in steps, so that others get their turn in between. From
-- here on a run has at most 10,000 candidates and 2,500 positions, and proposes all that it chose.

-- Parts of the snapshot of a run that is being taken. They go when the worker gets them.
CREATE TABLE run_part (
    run      INTEGER NOT NULL REFERENCES run,  -- whose snapshot
    part     INTEGER NOT NULL,                 -- rises in the order in which they were taken
    snapshot BLOB NOT NULL,                    -- a packed Snapshot: one after the other they are the whole one
    PRIMARY KEY (run, part)
) STRICT, WITHOUT ROWID;

-- the last candidate in its snapshot so far
ALTER TABLE run ADD COLUMN taken_citizen INTEGER NOT NULL DEFAULT 0;
-- the last position in it so far
ALTER TABLE run ADD COLUMN taken_position INTEGER NOT NULL DEFAULT 0;
-- pairs that nothing excluded; 0 until it has chosen
ALTER TABLE run ADD COLUMN pairs_fitting INTEGER NOT NULL DEFAULT 0;
-- how many of them stand in the proof; the others would not make the plan better
ALTER TABLE run ADD COLUMN pairs_held INTEGER NOT NULL DEFAULT 0;
-- 1: no pair outside the proof would make the plan better
ALTER TABLE run ADD COLUMN best_of_all INTEGER NOT NULL DEFAULT 1 CHECK (best_of_all IN (0, 1));
