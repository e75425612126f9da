-- P5. What it takes beside the proof to repeat a run to the byte, and who stood in which row of its instance.

-- u32 count; then u32 row, u32 position each: pairs that people had locked; NULL: the run ended before this was kept
ALTER TABLE run_proof ADD COLUMN locks BLOB;
-- the same of what the run proposed
ALTER TABLE run_proof ADD COLUMN chosen BLOB;
-- the plan with the floor; empty: none was set
ALTER TABLE run_proof ADD COLUMN floor_plan BLOB;
-- what proves it
ALTER TABLE run_proof ADD COLUMN floor_certificate BLOB;

-- Goes with the erasure of the candidate; then the row is nobody's.
CREATE TABLE run_candidate (
    run     INTEGER NOT NULL REFERENCES run,        -- which run; it ended with a result
    row     INTEGER NOT NULL,                       -- of its instance, from 0
    citizen INTEGER NOT NULL REFERENCES candidate,  -- who
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_candidate_citizen ON run_candidate (citizen);

CREATE TABLE run_position (
    run      INTEGER NOT NULL REFERENCES run,       -- which run; it ended with a result
    row      INTEGER NOT NULL,                      -- of its instance, from 0
    position INTEGER NOT NULL REFERENCES position,  -- which
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;
