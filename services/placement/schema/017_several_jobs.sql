-- P5. Several small jobs for one citizen: how many a run gives at most, published with the weights, and what such a run
-- found beside the plan of one place each.

-- positions that a run gives one citizen at most, up to the minutes a week that they can manage and never two at the
-- same time; 1: one place each
ALTER TABLE weights ADD COLUMN jobs_most INTEGER NOT NULL DEFAULT 1 CHECK (jobs_most BETWEEN 1 AND 8);

CREATE TABLE run_several (
    run       INTEGER PRIMARY KEY REFERENCES run,                   -- which run; it ended with a result
    jobs_most INTEGER NOT NULL CHECK (jobs_most BETWEEN 2 AND 8),   -- as in weights, for this run
    placed    INTEGER NOT NULL CHECK (placed >= 0),                 -- people with a job: as many as in the best plan
    jobs      INTEGER NOT NULL CHECK (jobs >= placed),              -- of all of them
    score     INTEGER NOT NULL CHECK (score >= 0),                  -- the sum over all jobs
    bound     INTEGER NOT NULL CHECK (bound >= score)               -- no plan for so many people has a higher score
) STRICT;

-- The files of fyr-match-check-several beside those that are there; NULL: one place each.
-- what people can manage, and positions ask
ALTER TABLE run_proof ADD COLUMN hours BLOB;
-- who has which
ALTER TABLE run_proof ADD COLUMN jobs BLOB;
-- the prices that prove the bound
ALTER TABLE run_proof ADD COLUMN bound BLOB;
