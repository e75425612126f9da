-- P3, P4. What excludes stands with the weights, by version, and every run names the version that it went by.

-- a demand may lie so many levels above the ability; further excludes
ALTER TABLE weights ADD COLUMN gap_most INTEGER NOT NULL DEFAULT 2 CHECK (gap_most BETWEEN 1 AND 4);
-- what an ability counts as that nobody stated; with gap_most at least 4, so that it never excludes
ALTER TABLE weights ADD COLUMN level_unstated INTEGER NOT NULL DEFAULT 2 CHECK (level_unstated BETWEEN 0 AND 4);
-- from so many days on, waiting gives all of its points
ALTER TABLE weights ADD COLUMN wait_days INTEGER NOT NULL DEFAULT 180 CHECK (wait_days BETWEEN 1 AND 3650);

-- Conditions of work whose lack excludes nobody. All others do.
CREATE TABLE weights_soft (
    version   INTEGER NOT NULL REFERENCES weights,  -- published with these
    condition TEXT NOT NULL,                        -- as in candidate_condition
    PRIMARY KEY (version, condition)
) STRICT, WITHOUT ROWID;

-- the version of the weights and exclusions that the run went by; NULL: it began before this stood here
ALTER TABLE run ADD COLUMN weights INTEGER REFERENCES weights;
