-- P6, P7. What a run shows beside the plan that it proposes: the share placed of those hardest to place, the stable plan,
-- and what a floor costs.

-- of those who fit anywhere, the percent with the fewest positions are the hardest to place; published with the weights
ALTER TABLE weights ADD COLUMN group_percent INTEGER NOT NULL DEFAULT 10 CHECK (group_percent BETWEEN 1 AND 100);
-- percent of them that a run places at least, as far as it costs nobody a place; 0: no floor
ALTER TABLE weights ADD COLUMN floor_percent INTEGER NOT NULL DEFAULT 0 CHECK (floor_percent BETWEEN 0 AND 100);

-- as in weights, for this run; 0: it began before there were groups
ALTER TABLE run ADD COLUMN group_percent INTEGER NOT NULL DEFAULT 0 CHECK (group_percent BETWEEN 0 AND 100);
-- the floor it kept to; 0: none
ALTER TABLE run ADD COLUMN floor_percent INTEGER NOT NULL DEFAULT 0 CHECK (floor_percent BETWEEN 0 AND 100);
-- how many were the hardest to place; 0 until it has ended
ALTER TABLE run ADD COLUMN group_size INTEGER NOT NULL DEFAULT 0 CHECK (group_size >= 0);
-- pairs that people had locked and that it kept, besides all plans; 0 until it has ended
ALTER TABLE run ADD COLUMN locked INTEGER NOT NULL DEFAULT 0 CHECK (locked >= 0);

CREATE TABLE run_plan (
    run          INTEGER NOT NULL REFERENCES run,                      -- which run; it ended with a result
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),        -- 1 the best, 2 the stable, 3 the best with the
                                                                       -- floor (PlanKind)
    placed       INTEGER NOT NULL CHECK (placed >= 0),                 -- people
    score        INTEGER NOT NULL CHECK (score BETWEEN 0 AND 1000 * placed), -- the sum of theirs
    group_placed INTEGER NOT NULL CHECK (group_placed <= placed),      -- of those hardest to place
    blocking     INTEGER NOT NULL CHECK (blocking >= 0),               -- pairs that would rather have each other; of the
                                                                       -- stable plan 0
    PRIMARY KEY (run, kind),
    CHECK (kind <> 2 OR blocking = 0)
) STRICT, WITHOUT ROWID;
