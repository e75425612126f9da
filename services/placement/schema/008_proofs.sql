-- P5. What proves that a run chose the best plan: the three files of fyr-match-check. Rows of the instance are people by a
-- number that stands nowhere else, so an erasure has nothing to take here.

CREATE TABLE run_proof (
    -- which run; it ended with a result
    run         INTEGER PRIMARY KEY REFERENCES run,
    -- people whom the best plan places; the run proposed the 60 of them at most who have waited longest
    placed      INTEGER NOT NULL CHECK (placed >= 0),
    -- the sum of their scores
    score       INTEGER NOT NULL CHECK (score BETWEEN 0 AND 1000 * placed),
    -- who could go where at which score: citizens from the longest wait on, positions from the oldest
    instance    BLOB NOT NULL,
    -- the place of each
    plan        BLOB NOT NULL,
    -- the prices that leave no better plan
    certificate BLOB NOT NULL
) STRICT;
